//! Deliveries with their parts and their open attempt: loaded whole, saved as the state machine left them.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::parts::PartRow;
use super::records::{Reader, ms, opt_ms, planned_columns};
use super::{Error, Result, Tx};
use crate::domain::delivery::{Delivery, Doubt, Open, Part, State, Trouble};
use crate::domain::lane::Timing;
use crate::domain::post::Planned;

/// A delivery as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub d: Delivery,
    pub post: i64,
    pub channel: String,
    pub network: String,
    pub timing: Timing,
    /// For `at` and `now`.
    pub due: Option<Planned>,
    /// When it was added, moved or retried, whichever was last.
    pub ready_at: Timestamp,
    /// Its place in the queue; lower goes first.
    pub position: i64,
    /// The instant of its slot.
    pub slot_at: Option<Timestamp>,
    /// When its latest visible attempt was begun.
    pub intent_at: Option<Timestamp>,
    pub attempts: i64,
    /// When it failed, was missed or was cancelled; `None` while it is none of these.
    pub ended_at: Option<Timestamp>,
    pub added_at: Timestamp,
    /// Steps that readers cannot see have been tried.
    pub has_steps: bool,
    /// The frozen parts have been made and not been written yet.
    pub unwritten: bool,
    /// The frozen parts; empty while the words are not frozen.
    pub frozen: Vec<PartRow>,
}

/// Which deliveries; every condition that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub post: Option<i64>,
    pub channel: Option<String>,
    pub states: Vec<State>,
    pub tag: Option<String>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub limit: Option<i64>,
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As written: by post, then as added.
    Id,
    /// By the time that it went out, or was due; the newest are kept where there is a limit.
    Time,
}

const COLUMNS: &str = "d.id, d.post, d.channel, d.network, d.state, d.timing, d.due_at, d.due_wall, d.due_zone, d.due_pass, \
    d.ready_at, d.position, d.token, d.hold_seq, d.slot_key, d.slot_at, d.wish, d.version, d.retry_at, d.intent_at, \
    d.published_at, d.ended_at, d.attempts, d.error_kind, d.error_message, d.error_at, d.added_at, \
    q.no AS q_no, q.doubt AS q_doubt, q.key AS q_key, q.text AS q_text, q.link AS q_link, q.body AS q_body, q.body_hash AS q_hash, \
    q.first_intent AS q_first_intent, q.out_at AS q_out_at, q.remote_id AS q_remote_id, q.url AS q_url, \
    a.id AS a_id, a.part AS a_part, a.ended_at AS a_ended_at, a.resend AS a_resend, \
    EXISTS (SELECT 1 FROM attempt s WHERE s.delivery = d.id AND s.visible = 0) AS has_steps";
const JOINS: &str = "LEFT JOIN part q ON q.delivery = d.id \
    LEFT JOIN attempt a ON a.delivery = d.id AND a.visible = 1 AND a.evidence IS NULL";

/// What a list of states implies, said once more so that SQLite finds the partial index that fits.
fn implied(states: &[State]) -> &'static str {
    if states.iter().all(|state| !state.is_final()) {
        " AND state IN ('pending', 'sending', 'unknown')"
    } else if !states.contains(&State::Published) && states.iter().all(|state| state.is_final()) {
        " AND state IN ('failed', 'missed', 'cancelled', 'retracted')"
    } else if !states.contains(&State::Pending) {
        " AND state <> 'pending'"
    } else {
        ""
    }
}

fn place(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

fn read_head(r: &Reader<'_>) -> Result<Row> {
    let open = match r.get::<Option<i64>>("a_id")? {
        None => None,
        Some(attempt) => Some(Open {
            attempt,
            part: place(r.get("a_part")?),
            ended_at: r.opt_at("a_ended_at")?,
            resend: r.get("a_resend")?,
        }),
    };
    let trouble = match r.get::<Option<String>>("error_kind")? {
        None => None,
        Some(kind) => Some(Trouble {
            kind,
            message: r.get("error_message")?,
            at: r.at("error_at")?,
        }),
    };
    Ok(Row {
        d: Delivery {
            id: r.id,
            state: r.word("state", State::from_word)?,
            token: r.get("token")?,
            hold_seq: r.get("hold_seq")?,
            slot: r.get("slot_key")?,
            wish: r.get("wish")?,
            version: r.get("version")?,
            retry_at: r.opt_at("retry_at")?,
            published_at: r.opt_at("published_at")?,
            parts: Vec::new(),
            open,
            trouble,
        },
        post: r.get("post")?,
        channel: r.get("channel")?,
        network: r.get("network")?,
        timing: r.word("timing", Timing::from_word)?,
        due: r.planned("due")?,
        ready_at: r.at("ready_at")?,
        position: r.get("position")?,
        slot_at: r.opt_at("slot_at")?,
        intent_at: r.opt_at("intent_at")?,
        attempts: r.get("attempts")?,
        ended_at: r.opt_at("ended_at")?,
        added_at: r.at("added_at")?,
        has_steps: r.get("has_steps")?,
        unwritten: false,
        frozen: Vec::new(),
    })
}

fn read_part(r: &Reader<'_>, no: i64) -> Result<(Part, PartRow)> {
    let part = Part {
        no: place(no),
        out_at: r.opt_at("q_out_at")?,
        remote_id: r.get("q_remote_id")?,
        url: r.get("q_url")?,
        doubt: r.word("q_doubt", Doubt::from_word)?,
        first_intent: r.opt_at("q_first_intent")?,
    };
    let row = PartRow {
        key: r.get("q_key")?,
        text: r.get::<Option<String>>("q_text")?.unwrap_or_default(),
        link: r.get("q_link")?,
        body: r.get::<Option<String>>("q_body")?.unwrap_or_default(),
        body_hash: r.get::<Option<String>>("q_hash")?.unwrap_or_default(),
    };
    Ok((part, row))
}

/// Folds rows (one a part, those of a delivery together) into deliveries.
fn fold(rows: &[SqliteRow]) -> Result<Vec<Row>> {
    let mut list: Vec<Row> = Vec::new();
    for row in rows {
        let r = Reader::new(row, "delivery")?;
        if list.last().is_none_or(|last| last.d.id != r.id) {
            list.push(read_head(&r)?);
        }
        let Some(last) = list.last_mut() else { continue };
        match r.get::<Option<i64>>("q_no")? {
            Some(no) => {
                let (part, frozen) = read_part(&r, no)?;
                last.d.parts.push(part);
                last.frozen.push(frozen);
            }
            // Not frozen yet: it will have at least one part.
            None => last.d.parts.push(Part::new(0)),
        }
    }
    Ok(list)
}

impl Tx<'_> {
    /// One delivery by its number.
    ///
    /// # Errors
    /// Where the row cannot be read.
    pub async fn delivery(&mut self, id: i64) -> Result<Option<Row>> {
        static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            format!("SELECT {COLUMNS} FROM delivery d {JOINS} WHERE d.id = $1 ORDER BY q.no")
        });
        let rows = sqlx::query(sqlx::AssertSqlSafe(SQL.as_str()))
            .bind(id)
            .fetch_all(&mut *self.tx)
            .await?;
        Ok(fold(&rows)?.pop())
    }

    /// The delivery of a post on a channel.
    ///
    /// # Errors
    /// Where the row cannot be read.
    pub async fn delivery_of(&mut self, post: i64, channel: &str) -> Result<Option<Row>> {
        let filter = Filter {
            post: Some(post),
            channel: Some(channel.to_owned()),
            ..Filter::default()
        };
        Ok(self.deliveries(&filter, Order::Id).await?.pop())
    }

    /// Deliveries, oldest first.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn deliveries(&mut self, filter: &Filter, order: Order) -> Result<Vec<Row>> {
        const TIME: &str = "COALESCE(published_at, ended_at, slot_at, due_at, added_at)";
        let mut q: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT ");
        q.push(COLUMNS).push(" FROM (SELECT * FROM delivery WHERE 1 = 1");
        if let Some(post) = filter.post {
            q.push(" AND post = ").push_bind(post);
        }
        if let Some(channel) = &filter.channel {
            q.push(" AND channel = ").push_bind(channel.clone());
        }
        if !filter.states.is_empty() {
            // Words of the program itself, written out so that the partial indexes apply.
            let words: Vec<String> = filter.states.iter().map(|s| format!("'{}'", s.as_str())).collect();
            q.push(" AND state IN (").push(words.join(", ")).push(")");
            q.push(implied(&filter.states));
        }
        if let Some(tag) = &filter.tag {
            q.push(" AND post IN (SELECT id FROM post WHERE instr(',' || tags || ',', ")
                .push_bind(format!(",{tag},"))
                .push(") > 0)");
        }
        if let Some(since) = filter.since {
            q.push(format!(" AND {TIME} >= ")).push_bind(ms(since));
        }
        if let Some(until) = filter.until {
            q.push(format!(" AND {TIME} < ")).push_bind(ms(until));
        }
        if let Some(limit) = filter.limit {
            q.push(if order == Order::Id {
                " ORDER BY id DESC".to_owned()
            } else {
                format!(" ORDER BY {TIME} DESC, id DESC")
            });
            q.push(" LIMIT ").push_bind(limit);
        }
        q.push(") d ").push(JOINS);
        q.push(match order {
            Order::Id => " ORDER BY d.id, q.no".to_owned(),
            Order::Time => {
                " ORDER BY COALESCE(d.published_at, d.ended_at, d.slot_at, d.due_at, d.added_at), d.id, q.no".to_owned()
            }
        });
        fold(&q.build().fetch_all(&mut *self.tx).await?)
    }

    /// Writes a new delivery and gives its number.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the post is on that channel already.
    pub async fn insert_delivery(&mut self, row: &Row) -> Result<i64> {
        let due = planned_columns(row.due.as_ref());
        Ok(sqlx::query_scalar(
            "INSERT INTO delivery (post, channel, network, state, timing, due_at, due_wall, due_zone, due_pass, ready_at, position, \
             hold_seq, wish, version, attempts, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, 0, $13) RETURNING id",
        )
        .bind(row.post)
        .bind(&row.channel)
        .bind(&row.network)
        .bind(row.d.state.as_str())
        .bind(row.timing.as_str())
        .bind(due.0)
        .bind(due.1)
        .bind(due.2)
        .bind(due.3)
        .bind(ms(row.ready_at))
        .bind(row.position)
        .bind(row.d.version)
        .bind(ms(row.added_at))
        .fetch_one(&mut *self.tx)
        .await?)
    }

    /// Writes a delivery as it is now. `was` is the state in which it was loaded: S makes it still true, and a row
    /// that says otherwise is an error.
    ///
    /// # Errors
    /// [`Error::Conflict`] where another delivery has the slot or is being sent on the channel; [`Error::Embargo`].
    pub async fn save_delivery(&mut self, row: &Row, was: State) -> Result<()> {
        let due = planned_columns(row.due.as_ref());
        let trouble = row.d.trouble.as_ref();
        let done = sqlx::query(
            "UPDATE delivery SET state = $3, timing = $4, due_at = $5, due_wall = $6, due_zone = $7, due_pass = $8, ready_at = $9, \
             position = $10, token = $11, hold_seq = $12, slot_key = $13, slot_at = $14, wish = $15, version = $16, retry_at = $17, \
             intent_at = $18, published_at = $19, attempts = $20, error_kind = $21, error_message = $22, error_at = $23, ended_at = $24 \
             WHERE id = $1 AND state = $2",
        )
        .bind(row.d.id)
        .bind(was.as_str())
        .bind(row.d.state.as_str())
        .bind(row.timing.as_str())
        .bind(due.0)
        .bind(due.1)
        .bind(due.2)
        .bind(due.3)
        .bind(ms(row.ready_at))
        .bind(row.position)
        .bind(row.d.token)
        .bind(row.d.hold_seq)
        .bind(&row.d.slot)
        .bind(row.d.slot.as_ref().and(opt_ms(row.slot_at)))
        .bind(row.d.wish)
        .bind(row.d.version)
        .bind(opt_ms(row.d.retry_at))
        .bind(opt_ms(row.intent_at))
        .bind(opt_ms(row.d.published_at))
        .bind(row.attempts)
        .bind(trouble.map(|t| t.kind.as_str()))
        .bind(trouble.map(|t| t.message.as_str()))
        .bind(opt_ms(trouble.map(|t| t.at)))
        .bind(opt_ms(row.ended_at))
        .execute(&mut *self.tx)
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Error::Corrupt {
                table: "delivery",
                id: row.d.id,
                what: format!("it is not {} any more", was.as_str()),
            })
        }
    }

    /// The first and the last place of a channel's queue.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn queue_ends(&mut self, channel: &str) -> Result<(i64, i64)> {
        let row = sqlx::query(
            "SELECT COALESCE(MIN(position), 0) AS first, COALESCE(MAX(position), 0) AS last FROM delivery \
             WHERE channel = $1 AND state IN ('pending', 'sending', 'unknown')",
        )
        .bind(channel)
        .fetch_one(&mut *self.tx)
        .await?;
        Ok((row.try_get("first")?, row.try_get("last")?))
    }

    /// How many deliveries are in each state.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn counts(&mut self) -> Result<Vec<(State, i64)>> {
        let rows = sqlx::query(
            "SELECT state, COUNT(*) AS n FROM delivery WHERE state IN ('pending', 'sending', 'unknown') GROUP BY state \
             UNION ALL SELECT state, COUNT(*) FROM delivery WHERE state IN ('failed', 'missed', 'cancelled', 'retracted') GROUP BY state \
             UNION ALL SELECT 'all', COUNT(*) FROM delivery",
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut found = std::collections::BTreeMap::new();
        for row in &rows {
            found.insert(row.try_get::<String, _>("state")?, row.try_get::<i64, _>("n")?);
        }
        // Most are published: those are counted by taking the others away, which reads no row of them.
        let all = found.remove("all").unwrap_or(0);
        let published = all - found.values().sum::<i64>();
        found.insert(State::Published.as_str().to_owned(), published);
        Ok(State::ALL
            .iter()
            .map(|(state, word)| (*state, found.get(*word).copied().unwrap_or(0)))
            .collect())
    }
}

impl Row {
    /// `12/mastodon`, as people write it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.post, self.channel)
    }
}
