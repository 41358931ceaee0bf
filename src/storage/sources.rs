//! An organisation's own feeds, and what was seen in them.
//!
//! "Exactly once" is kept by the unique indexes: a post and the row of its item are written in one transaction, and
//! where another process was first that transaction fails as a whole.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::records::{ms, opt_ms};
use super::{Error, Result, Tx};
use crate::domain::source::{Decision, Fresh, Key, Keys, Known, Standing, State, Stop, Take};

/// How many keys or rows go with one statement.
const AT_ONCE: usize = 500;

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    pub name: String,
    /// As it was configured when it was last asked.
    pub url: String,
    pub state: State,
}

/// How much is known of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceCounts {
    /// Items that became posts.
    pub taken: i64,
    /// Items that are taken by later polls.
    pub waiting: i64,
    /// The post that was taken last.
    pub last_post: Option<i64>,
    pub last_at: Option<Timestamp>,
}

fn corrupt(name: &str, what: &str) -> Error {
    Error::Corrupt {
        table: "source",
        id: 0,
        what: format!("{name}: {what}"),
    }
}

fn instant(name: &str, column: &str, ms: Option<i64>) -> Result<Option<Timestamp>> {
    ms.map(Timestamp::from_millisecond)
        .transpose()
        .map_err(|_| corrupt(name, &format!("column {column} is no instant")))
}

fn read(row: &SqliteRow) -> Result<SourceRow> {
    let name: String = row.try_get("name")?;
    let at = |column: &str| instant(&name, column, row.try_get(column)?);
    let gone: Option<String> = row.try_get("gone")?;
    let stopped = gone
        .map(|word| Stop::from_word(&word).ok_or_else(|| corrupt(&name, &format!("it is stopped as {word:?}"))))
        .transpose()?;
    let count = |column: &str| -> Result<u32> {
        let count: i64 = row.try_get(column)?;
        u32::try_from(count).map_err(|_| corrupt(&name, &format!("column {column} is no count")))
    };
    let state = State {
        etag: row.try_get("etag")?,
        modified: row.try_get("modified")?,
        checked_at: at("checked_at")?,
        next_at: at("next_at")?,
        failures: count("failures")?,
        floods: count("floods")?,
        flooded_at: at("flooded_at")?,
        stopped,
        added_at: at("added_at")?.ok_or_else(|| corrupt(&name, "column added_at is empty"))?,
        begun_at: at("begun_at")?,
        moved: row.try_get("moved")?,
        error: row.try_get("error")?,
    };
    Ok(SourceRow {
        url: row.try_get("url")?,
        state,
        name,
    })
}

impl Tx<'_> {
    /// One source; `None` where it was never asked.
    ///
    /// # Errors
    /// Where the row cannot be read.
    pub async fn source(&mut self, name: &str) -> Result<Option<SourceRow>> {
        let row = sqlx::query("SELECT * FROM source WHERE name = $1")
            .bind(name)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Writes one source.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn save_source(&mut self, row: &SourceRow) -> Result<()> {
        let state = &row.state;
        sqlx::query(
            "INSERT INTO source (name, url, etag, modified, checked_at, next_at, failures, floods, gone, added_at, begun_at, \
             moved, error, flooded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT (name) DO UPDATE SET url = excluded.url, etag = excluded.etag, modified = excluded.modified, checked_at = excluded.checked_at, \
             next_at = excluded.next_at, failures = excluded.failures, floods = excluded.floods, gone = excluded.gone, \
             added_at = excluded.added_at, begun_at = excluded.begun_at, moved = excluded.moved, error = excluded.error, \
             flooded_at = excluded.flooded_at",
        )
        .bind(&row.name)
        .bind(&row.url)
        .bind(&state.etag)
        .bind(&state.modified)
        .bind(opt_ms(state.checked_at))
        .bind(opt_ms(state.next_at))
        .bind(state.failures)
        .bind(state.floods)
        .bind(state.stopped.map(Stop::as_str))
        .bind(ms(state.added_at))
        .bind(opt_ms(state.begun_at))
        .bind(&state.moved)
        .bind(&state.error)
        .bind(opt_ms(state.flooded_at))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// What is recorded under these keys of a source's items.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn source_known(&mut self, source: &str, keys: &[Keys]) -> Result<Known> {
        let mut known = Known::new();
        let (mut ids, mut urls, mut words, mut texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for keys in keys {
            ids.extend(keys.id.as_deref());
            urls.extend(keys.url.as_deref());
            words.extend(keys.words.as_deref());
            texts.extend(keys.text.as_deref());
        }
        for (column, values, kind) in [
            ("id", ids, Key::Id as fn(String) -> Key),
            ("url", urls, Key::Url),
            ("words", words, Key::Words),
            ("text", texts, Key::Text),
        ] {
            for some in values.chunks(AT_ONCE) {
                let mut q: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT row, waits, ");
                q.push(column).push(" AS key FROM source_item WHERE source = ");
                q.push_bind(source).push(" AND ").push(column).push(" IN (");
                let mut list = q.separated(", ");
                for value in some {
                    list.push_bind(*value);
                }
                // Of several items with one text the latest counts.
                q.push(") ORDER BY row");
                for row in q.build().fetch_all(&mut *self.tx).await? {
                    let standing = Standing {
                        row: row.try_get("row")?,
                        waits: row.try_get("waits")?,
                    };
                    known.insert(kind(row.try_get("key")?), standing);
                }
            }
        }
        Ok(known)
    }

    /// Records that an item became a post, which this transaction has just written; or that another post is about the
    /// same article. `None`: that post stands for another item already.
    ///
    /// # Errors
    /// [`Error::Conflict`] where another process was first: nothing of this transaction may be kept then.
    pub async fn take_source_item(&mut self, source: &str, take: &Take, post: Option<i64>) -> Result<()> {
        let Some(row) = take.waiting else {
            return self.insert_source_item(source, &take.keys, post).await;
        };
        let done = sqlx::query("UPDATE source_item SET post = $2, waits = 0 WHERE row = $1 AND waits = 1")
            .bind(row)
            .bind(post)
            .execute(&mut *self.tx)
            .await?;
        if done.rows_affected() != 1 {
            return Err(Error::Conflict(format!(
                "item {row} of source {source} no longer waits"
            )));
        }
        // The row keeps the keys that it had; further ones get a row of their own.
        if take.keys.is_empty() {
            return Ok(());
        }
        self.insert_source_item(source, &take.keys, None).await
    }

    /// The latest post that was made of an item with this text.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn source_text(&mut self, source: &str, text: &str) -> Result<Option<i64>> {
        let found = sqlx::query_scalar(
            "SELECT post FROM source_item WHERE source = $1 AND text = $2 AND post IS NOT NULL ORDER BY row DESC LIMIT 1",
        );
        Ok(found.bind(source).bind(text).fetch_optional(&mut *self.tx).await?)
    }

    /// Whether a post stands for an item of any source.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn is_from_source(&mut self, post: i64) -> Result<bool> {
        let found: Option<i64> = sqlx::query_scalar("SELECT row FROM source_item WHERE post = $1")
            .bind(post)
            .fetch_optional(&mut *self.tx)
            .await?;
        Ok(found.is_some())
    }

    async fn insert_source_item(&mut self, source: &str, keys: &Keys, post: Option<i64>) -> Result<()> {
        sqlx::query(
            "INSERT INTO source_item (source, id, url, words, text, seen_at, waits, post) \
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
        )
        .bind(source)
        .bind(&keys.id)
        .bind(&keys.url)
        .bind(&keys.words)
        .bind(&keys.text)
        .bind(ms(self.now))
        .bind(post)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Records the rest of a decision: what was seen, what waits, and what no longer does.
    ///
    /// # Errors
    /// [`Error::Conflict`] where another process was first; else where the database cannot be written.
    pub async fn note_source_items(&mut self, source: &str, decision: &Decision) -> Result<()> {
        for some in decision.fresh.chunks(AT_ONCE) {
            let mut q: QueryBuilder<Sqlite> =
                QueryBuilder::new("INSERT INTO source_item (source, id, url, words, text, seen_at, waits) ");
            let now = ms(self.now);
            q.push_values(some, |mut row, Fresh { keys, waits }| {
                row.push_bind(source)
                    .push_bind(&keys.id)
                    .push_bind(&keys.url)
                    .push_bind(&keys.words)
                    .push_bind(&keys.text)
                    .push_bind(now)
                    .push_bind(*waits);
            });
            q.build().execute(&mut *self.tx).await?;
        }
        for row in &decision.settled {
            sqlx::query("UPDATE source_item SET waits = 0 WHERE row = $1")
                .bind(row)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }

    /// How much of a source was taken, and what waits.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn source_counts(&mut self, source: &str) -> Result<SourceCounts> {
        let row = sqlx::query(
            "SELECT COUNT(post) AS taken, COALESCE(SUM(waits), 0) AS waiting, MAX(post) AS last FROM source_item \
             WHERE source = $1 AND (post IS NOT NULL OR waits = 1)",
        )
        .bind(source)
        .fetch_one(&mut *self.tx)
        .await?;
        let last_post: Option<i64> = row.try_get("last")?;
        let at: Option<i64> = sqlx::query_scalar("SELECT created_at FROM post WHERE id = $1")
            .bind(last_post)
            .fetch_optional(&mut *self.tx)
            .await?;
        Ok(SourceCounts {
            taken: row.try_get("taken")?,
            waiting: row.try_get("waiting")?,
            last_post,
            last_at: instant(source, "created_at", at)?,
        })
    }
}
