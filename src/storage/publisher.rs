//! What the publisher asks of the database at every look: which deliveries wait on a channel, in their order.

use jiff::Timestamp;

use super::records::Reader;
use super::{Result, Tx};
use crate::domain::lane::{Timing, Waiting};

impl Tx<'_> {
    /// The deliveries that wait on a channel, in the order in which they go, at most `limit`. Their `key_ends` is the
    /// first intent of a part that waits for a resend by key; the caller adds what the network's key lives.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn waiting(&mut self, channel: &str, limit: i64) -> Result<Vec<Waiting>> {
        let rows = sqlx::query(
            "SELECT d.id, d.post, d.timing, d.due_at, d.ready_at, d.position, d.retry_at, d.slot_key, d.slot_at, \
             CASE d.error_kind WHEN 'link' THEN d.error_message END AS dead_link, p.draft, p.embargo_at, p.expires_at, p.tags, \
             EXISTS (SELECT 1 FROM part WHERE delivery = d.id AND out_at IS NOT NULL) AS part_out, \
             (SELECT MIN(first_intent) FROM part WHERE delivery = d.id AND out_at IS NULL AND doubt = 'key') AS key_from \
             FROM delivery d JOIN post p ON p.id = d.post WHERE d.channel = $1 AND d.state = 'pending' \
             ORDER BY (d.timing = 'slot'), d.due_at, d.position, d.post LIMIT $2",
        )
        .bind(channel)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter()
            .map(|row| {
                let r = Reader::new(row, "delivery")?;
                let key_from = r.opt_at("key_from")?;
                let slot: Option<String> = r.get("slot_key")?;
                Ok(Waiting {
                    id: r.id,
                    post: r.get("post")?,
                    draft: r.get("draft")?,
                    timing: r.word("timing", Timing::from_word)?,
                    due: r.opt_at("due_at")?,
                    ready_at: r.at("ready_at")?,
                    position: r.get("position")?,
                    embargo: r.opt_at("embargo_at")?,
                    expires: r.opt_at("expires_at")?,
                    tags: r.list("tags")?,
                    retry_at: r.opt_at("retry_at")?,
                    dead_link: r.get("dead_link")?,
                    bound: slot.zip(r.opt_at("slot_at")?),
                    under_way: r.get::<bool>("part_out")? || key_from.is_some(),
                    key_ends: key_from,
                })
            })
            .collect()
    }

    /// The unknown deliveries that are to be looked up by now, and when the next one is.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn unknown(&mut self) -> Result<Vec<(i64, String, Option<Timestamp>)>> {
        let rows = sqlx::query("SELECT id, channel, retry_at FROM delivery WHERE state = 'unknown' AND state IN ('pending', 'sending', 'unknown') ORDER BY id")
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter()
            .map(|row| {
                let r = Reader::new(row, "delivery")?;
                Ok((r.id, r.get("channel")?, r.opt_at("retry_at")?))
            })
            .collect()
    }

    /// Every unknown delivery is looked at again at once, also those that were left to a person: what can be told may be
    /// another thing under this publisher and this configuration.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn look_at_all_unknown(&mut self) -> Result<()> {
        sqlx::query(
            "UPDATE delivery SET retry_at = $1 WHERE state = 'unknown' AND state IN ('pending', 'sending', 'unknown')",
        )
        .bind(super::records::ms(self.now))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// The deliveries that are being sent.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn sending(&mut self) -> Result<Vec<i64>> {
        Ok(
            sqlx::query_scalar("SELECT id FROM delivery WHERE state = 'sending' ORDER BY id")
                .fetch_all(&mut *self.tx)
                .await?,
        )
    }

    /// Waiting deliveries whose time hangs on a zone's rules.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn planned_deliveries(&mut self) -> Result<Vec<i64>> {
        Ok(
            sqlx::query_scalar("SELECT id FROM delivery WHERE state = 'pending' AND due_wall IS NOT NULL ORDER BY id")
                .fetch_all(&mut *self.tx)
                .await?,
        )
    }
}
