//! The parts of a delivery: their frozen bytes, and what is known of each.

use sqlx::Row as _;

use super::records::{ms, opt_ms};
use super::{Result, Tx};
use crate::domain::delivery::Part;

/// The frozen side of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartRow {
    pub key: Option<String>,
    /// As readers see it.
    pub text: String,
    /// The article's address in it.
    pub link: Option<String>,
    /// The frozen bytes.
    pub body: String,
    pub body_hash: String,
}

impl Tx<'_> {
    /// Freezes a part: its bytes, its key and what is known of it are written together.
    ///
    /// # Errors
    /// Where the database cannot be written, or the key is known already.
    pub async fn freeze_part(&mut self, delivery: i64, channel: &str, part: &Part, row: &PartRow) -> Result<()> {
        sqlx::query(
            "INSERT INTO part (delivery, channel, no, doubt, key, text, link, body, body_hash, first_intent) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (delivery, no) DO UPDATE SET key = excluded.key, text = excluded.text, link = excluded.link, \
             body = excluded.body, body_hash = excluded.body_hash, first_intent = excluded.first_intent",
        )
        .bind(delivery)
        .bind(channel)
        .bind(i64::try_from(part.no).unwrap_or(i64::MAX))
        .bind(part.doubt.as_str())
        .bind(&row.key)
        .bind(&row.text)
        .bind(&row.link)
        .bind(&row.body)
        .bind(&row.body_hash)
        .bind(opt_ms(part.first_intent))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Writes what is known of a part.
    ///
    /// # Errors
    /// [`super::Error::Conflict`] where another part has this remote id.
    pub async fn save_part(&mut self, delivery: i64, part: &Part) -> Result<()> {
        sqlx::query(
            "UPDATE part SET doubt = $3, first_intent = $4, out_at = $5, remote_id = $6, url = $7 WHERE delivery = $1 AND no = $2",
        )
        .bind(delivery)
        .bind(i64::try_from(part.no).unwrap_or(i64::MAX))
        .bind(part.doubt.as_str())
        .bind(opt_ms(part.first_intent))
        .bind(opt_ms(part.out_at))
        .bind(&part.remote_id)
        .bind(&part.url)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Takes a part's key away: it gets another before it is sent again.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn drop_key(&mut self, delivery: i64, no: usize) -> Result<()> {
        sqlx::query("UPDATE part SET key = NULL WHERE delivery = $1 AND no = $2")
            .bind(delivery)
            .bind(i64::try_from(no).unwrap_or(i64::MAX))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Forgets the bytes of a delivery of which nothing is out: they are made anew.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn unfreeze(&mut self, delivery: i64) -> Result<()> {
        sqlx::query("DELETE FROM part WHERE delivery = $1")
            .bind(delivery)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Whether a remote id of this channel belongs to another part.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn remote_id_taken(&mut self, channel: &str, remote_id: &str, not: (i64, usize)) -> Result<bool> {
        let row =
            sqlx::query("SELECT 1 FROM part WHERE channel = $1 AND remote_id = $2 AND NOT (delivery = $3 AND no = $4)")
                .bind(channel)
                .bind(remote_id)
                .bind(not.0)
                .bind(i64::try_from(not.1).unwrap_or(i64::MAX))
                .fetch_optional(&mut *self.tx)
                .await?;
        Ok(row.is_some())
    }

    /// The remote ids and addresses of a channel's parts since an instant, but for one part's.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn remote_ids(
        &mut self,
        channel: &str,
        since: jiff::Timestamp,
        not: (i64, usize),
    ) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(
            "SELECT remote_id FROM part WHERE channel = $1 AND remote_id IS NOT NULL AND out_at >= $2 AND NOT (delivery = $3 AND no = $4) \
             UNION SELECT url FROM part WHERE channel = $1 AND url IS NOT NULL AND out_at >= $2 AND NOT (delivery = $3 AND no = $4)",
        )
        .bind(channel)
        .bind(ms(since))
        .bind(not.0)
        .bind(i64::try_from(not.1).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// The frozen bytes (key, body) of the newest parts of a channel that are out, newest first; and of those that may
    /// be out, or are this one, whatever is known of them.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn feed_entries(
        &mut self,
        channel: &str,
        this: &str,
        limit: i64,
    ) -> Result<(Vec<(String, String)>, Vec<(String, String)>)> {
        let out = sqlx::query(
            "SELECT key, body FROM part WHERE channel = $1 AND key IS NOT NULL AND out_at IS NOT NULL \
             ORDER BY out_at DESC, delivery DESC LIMIT $2",
        )
        .bind(channel)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await?;
        let open = sqlx::query(
            "SELECT key, body FROM part WHERE channel = $1 AND key IS NOT NULL AND out_at IS NULL AND doubt <> 'none' \
             UNION SELECT key, body FROM part WHERE key = $2",
        )
        .bind(channel)
        .bind(this)
        .fetch_all(&mut *self.tx)
        .await?;
        let pairs = |rows: &[sqlx::sqlite::SqliteRow]| -> Result<Vec<(String, String)>> {
            rows.iter()
                .map(|row| Ok((row.try_get("key")?, row.try_get("body")?)))
                .collect()
        };
        Ok((pairs(&out)?, pairs(&open)?))
    }
}
