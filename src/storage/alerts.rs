//! The outbox: what somebody must be told, kept until it was taken.

use jiff::Timestamp;

use super::records::{Reader, ms};
use super::{Result, Tx};

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    pub id: i64,
    pub delivery: Option<i64>,
    pub kind: String,
    pub message: String,
    pub at: Timestamp,
}

impl Tx<'_> {
    /// Writes an alert of this transaction.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn alert(
        &mut self,
        delivery: Option<i64>,
        channel: Option<&str>,
        kind: &str,
        message: &str,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO alert (delivery, channel, kind, occurrence, seq, at, message) SELECT $1, $2, $3, \
             (SELECT COUNT(*) FROM alert WHERE delivery = $1 AND kind = $3) + 1, $4, $5, $6",
        )
        .bind(delivery)
        .bind(channel)
        .bind(kind)
        .bind(self.seq)
        .bind(ms(self.now))
        .bind(message)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Alerts that nobody has taken yet, oldest first, at most a thousand.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn untold(&mut self) -> Result<Vec<Alert>> {
        let rows = sqlx::query("SELECT * FROM alert WHERE told_at IS NULL ORDER BY id LIMIT 1000")
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter()
            .map(|row| {
                let r = Reader::new(row, "alert")?;
                Ok(Alert {
                    id: r.id,
                    delivery: r.get("delivery")?,
                    kind: r.get("kind")?,
                    message: r.get("message")?,
                    at: r.at("at")?,
                })
            })
            .collect()
    }

    /// Marks an alert as taken.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn told(&mut self, id: i64) -> Result<()> {
        sqlx::query("UPDATE alert SET told_at = $2 WHERE told_at IS NULL AND id = $1")
            .bind(id)
            .bind(ms(self.now))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
