//! Holds: pauses over everything, a channel or a tag.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::records::{Reader, ms, opt_ms};
use super::{Result, Tx};

/// What a hold stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    Channel(String),
    Tag(String),
}

impl Scope {
    /// The words in the database and in the JSON.
    #[must_use]
    pub fn words(&self) -> (&'static str, Option<&str>) {
        match self {
            Scope::All => ("all", None),
            Scope::Channel(name) => ("channel", Some(name)),
            Scope::Tag(name) => ("tag", Some(name)),
        }
    }

    fn from_words(scope: &str, name: Option<String>) -> Option<Self> {
        match (scope, name) {
            ("all", None) => Some(Scope::All),
            ("channel", Some(name)) => Some(Scope::Channel(name)),
            ("tag", Some(name)) => Some(Scope::Tag(name)),
            _ => None,
        }
    }
}

/// One hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldRow {
    pub id: i64,
    pub scope: Scope,
    pub reason: String,
    pub by: String,
    pub since: Timestamp,
    pub until: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

fn read(row: &SqliteRow) -> Result<HoldRow> {
    let r = Reader::new(row, "hold")?;
    let name: Option<String> = r.get("name")?;
    Ok(HoldRow {
        id: r.id,
        scope: r.word("scope", |word| Scope::from_words(word, name.clone()))?,
        reason: r.get("reason")?,
        by: r.get("made_by")?,
        since: r.at("since")?,
        until: r.opt_at("until_at")?,
        ended_at: r.opt_at("ended_at")?,
    })
}

impl Tx<'_> {
    /// Writes a hold; no claim made before it becomes an intent after it.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn insert_hold(&mut self, scope: &Scope, reason: &str, by: &str, until: Option<Timestamp>) -> Result<()> {
        let (word, name) = scope.words();
        sqlx::query("INSERT INTO hold (scope, name, reason, made_by, since, until_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(word)
            .bind(name)
            .bind(reason)
            .bind(by)
            .bind(ms(self.now))
            .bind(opt_ms(until))
            .execute(&mut *self.tx)
            .await?;
        self.count_hold().await
    }

    /// Ends a hold; no claim made before becomes an intent after.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn end_hold(&mut self, id: i64, by: &str) -> Result<()> {
        sqlx::query("UPDATE hold SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL")
            .bind(id)
            .bind(ms(self.now))
            .bind(by)
            .execute(&mut *self.tx)
            .await?;
        self.count_hold().await
    }

    async fn count_hold(&mut self) -> Result<()> {
        sqlx::query("UPDATE control SET hold_seq = hold_seq + 1")
            .execute(&mut *self.tx)
            .await?;
        self.hold_seq += 1;
        Ok(())
    }

    /// The holds that stand, and those that ended since an instant: an ended one still closes the slots it covered.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn holds_since(&mut self, since: Timestamp) -> Result<Vec<HoldRow>> {
        let rows = sqlx::query(
            "SELECT * FROM hold WHERE COALESCE(ended_at, until_at) >= $1 \
             UNION ALL SELECT * FROM hold WHERE COALESCE(ended_at, until_at) IS NULL ORDER BY id",
        )
        .bind(ms(since))
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(read).collect()
    }
}
