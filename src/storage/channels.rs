//! What is known of a channel beside its configuration.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::records::{ms, opt_ms};
use super::{Error, Result, Tx};

/// One channel's row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelRow {
    pub name: String,
    pub disconnected_at: Option<Timestamp>,
    /// Whether a person disconnected it; else the network refused its login.
    pub by_person: bool,
    pub reason: Option<String>,
    /// What the server told, as JSON.
    pub facts: Option<String>,
    pub facts_at: Option<Timestamp>,
    pub paced_until: Option<Timestamp>,
}

fn at(row: &SqliteRow, column: &str, name: &str) -> Result<Option<Timestamp>> {
    let Some(ms) = row.try_get::<Option<i64>, _>(column)? else {
        return Ok(None);
    };
    let corrupt = |_| Error::Corrupt {
        table: "channel",
        id: 0,
        what: format!("{name}: column {column} is no instant"),
    };
    Timestamp::from_millisecond(ms).map(Some).map_err(corrupt)
}

fn read(row: &SqliteRow) -> Result<ChannelRow> {
    let name: String = row.try_get("name")?;
    let by: Option<String> = row.try_get("disconnected_by")?;
    let by_person = match by.as_deref() {
        None | Some("refused") => false,
        Some("person") => true,
        Some(other) => {
            return Err(Error::Corrupt {
                table: "channel",
                id: 0,
                what: format!("{name}: disconnected by {other:?}"),
            });
        }
    };
    Ok(ChannelRow {
        disconnected_at: at(row, "disconnected_at", &name)?,
        by_person,
        reason: row.try_get("reason")?,
        facts: row.try_get("facts")?,
        facts_at: at(row, "facts_at", &name)?,
        paced_until: at(row, "paced_until", &name)?,
        name,
    })
}

impl Tx<'_> {
    /// One channel's row; an empty one where nothing is known of it yet.
    ///
    /// # Errors
    /// Where the row cannot be read.
    pub async fn channel(&mut self, name: &str) -> Result<ChannelRow> {
        let row = sqlx::query("SELECT * FROM channel WHERE name = $1")
            .bind(name)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.as_ref().map_or_else(
            || {
                Ok(ChannelRow {
                    name: name.to_owned(),
                    ..ChannelRow::default()
                })
            },
            read,
        )
    }

    /// Writes one channel's row.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn save_channel(&mut self, network: &str, row: &ChannelRow) -> Result<()> {
        sqlx::query(
            "INSERT INTO channel (name, network, disconnected_at, disconnected_by, reason, facts, facts_at, paced_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO UPDATE SET network = excluded.network, \
             disconnected_at = excluded.disconnected_at, disconnected_by = excluded.disconnected_by, reason = excluded.reason, \
             facts = excluded.facts, facts_at = excluded.facts_at, paced_until = excluded.paced_until",
        )
        .bind(&row.name)
        .bind(network)
        .bind(opt_ms(row.disconnected_at))
        .bind(row.disconnected_at.map(|_| if row.by_person { "person" } else { "refused" }))
        .bind(&row.reason)
        .bind(&row.facts)
        .bind(opt_ms(row.facts_at))
        .bind(opt_ms(row.paced_until))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// How many deliveries wait on a channel.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn waiting_count(&mut self, channel: &str) -> Result<i64> {
        Ok(
            sqlx::query_scalar("SELECT COUNT(*) FROM delivery WHERE channel = $1 AND state = 'pending'")
                .bind(channel)
                .fetch_one(&mut *self.tx)
                .await?,
        )
    }

    /// The slot keys of a channel that are used, from `from` on (slot keys sort by what the clock shows).
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn used_slots(&mut self, channel: &str, from: &str) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(
            "SELECT slot_key FROM delivery WHERE channel = $1 AND slot_key IS NOT NULL AND slot_key >= $2",
        )
        .bind(channel)
        .bind(from)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// The latest intent of a post on this channel that is out, being sent or unknown.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn last_intent(&mut self, channel: &str) -> Result<Option<Timestamp>> {
        let last: Option<i64> = sqlx::query_scalar(
            "SELECT intent_at FROM delivery WHERE channel = $1 AND intent_at IS NOT NULL \
             AND state IN ('published', 'retracted', 'sending', 'unknown') ORDER BY intent_at DESC LIMIT 1",
        )
        .bind(channel)
        .fetch_optional(&mut *self.tx)
        .await?;
        last.map(|ms| {
            Timestamp::from_millisecond(ms).map_err(|_| Error::Corrupt {
                table: "delivery",
                id: 0,
                what: format!("intent_at {ms} is no instant"),
            })
        })
        .transpose()
    }

    /// Keeps the channel silent until `until`, as its server asked; an earlier wish gives way to a later one.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn pace(&mut self, channel: &str, network: &str, until: Timestamp) -> Result<()> {
        sqlx::query(
            "INSERT INTO channel (name, network, paced_until) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET paced_until = excluded.paced_until",
        )
        .bind(channel)
        .bind(network)
        .bind(ms(until))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
