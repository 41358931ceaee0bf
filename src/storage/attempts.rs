//! Attempts: the intent before each call, its end and its evidence after.

use jiff::Timestamp;
use sqlx::Row as _;

use super::records::ms;
use super::{Error, Result, Tx};
use crate::domain::delivery::Evidence;

/// An intent about to be committed.
#[derive(Clone, Debug)]
pub struct Intent<'a> {
    pub delivery: i64,
    pub part: usize,
    pub version: i64,
    pub step: &'a str,
    pub visible: bool,
    pub resend: bool,
    pub token: i64,
    pub key: Option<&'a str>,
    /// The exact request as JSON, without the secret.
    pub request: &'a str,
    pub bytes_hash: &'a str,
}

/// What is written when a call is over.
#[derive(Clone, Debug, Default)]
pub struct Settled<'a> {
    /// What came back, for the record and for replay.
    pub answer: Option<&'a str>,
    pub evidence: Option<Evidence>,
}

/// A recorded answer of a step.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub part: usize,
    pub step: String,
    pub answer: String,
}

fn no(part: usize) -> i64 {
    i64::try_from(part).unwrap_or(i64::MAX)
}

impl Tx<'_> {
    /// Writes an intent and gives its id. `None`: the claim is gone, or another visible attempt is open: stop.
    ///
    /// # Errors
    /// [`Error::Embargo`] where the trigger refused.
    pub async fn intend(&mut self, intent: &Intent<'_>) -> Result<Option<i64>> {
        let row = sqlx::query(
            "INSERT INTO attempt (delivery, part, version, step, n, visible, resend, token, seq, key, request, bytes_hash, intent_at) \
             SELECT $1, $2, $3, $4, (SELECT COALESCE(MAX(n), 0) + 1 FROM attempt WHERE delivery = $1 AND part = $2 AND version = $3 AND step = $4), \
             $5, $6, $7, $8, $9, $10, $11, $12 FROM delivery WHERE id = $1 AND state = 'sending' AND token = $7 \
             ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(intent.delivery)
        .bind(no(intent.part))
        .bind(intent.version)
        .bind(intent.step)
        .bind(intent.visible)
        .bind(intent.resend)
        .bind(intent.token)
        .bind(self.seq)
        .bind(intent.key)
        .bind(intent.request)
        .bind(intent.bytes_hash)
        .bind(ms(self.now))
        .fetch_optional(&mut *self.tx)
        .await?;
        row.map(|row| row.try_get("id").map_err(Error::from)).transpose()
    }

    /// Writes the end of a call, and its evidence where there is any. Evidence is never taken back, but absence and a
    /// person's word give way to a proof.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn settle_attempt(&mut self, attempt: i64, settled: &Settled<'_>) -> Result<()> {
        sqlx::query(
            "UPDATE attempt SET ended_at = COALESCE(ended_at, $2), answer = COALESCE($3, answer), evidence = COALESCE($4, evidence) \
             WHERE id = $1 AND (evidence IS NULL OR evidence IN ('absent', 'superseded', 'person'))",
        )
        .bind(attempt)
        .bind(ms(self.now))
        .bind(settled.answer)
        .bind(settled.evidence.map(Evidence::as_str))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Writes evidence about an attempt whose call may still be under way.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn record_evidence(&mut self, attempt: i64, evidence: Evidence) -> Result<()> {
        sqlx::query(
            "UPDATE attempt SET evidence = $2 WHERE id = $1 AND (evidence IS NULL OR evidence IN ('absent', 'superseded', 'person'))",
        )
        .bind(attempt)
        .bind(evidence.as_str())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Ends every attempt that has no end: its caller is gone. Only for a publisher that takes over.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn end_all_attempts(&mut self) -> Result<()> {
        sqlx::query("UPDATE attempt SET ended_at = $1 WHERE ended_at IS NULL")
            .bind(ms(self.now))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// The recorded answers of the steps that readers cannot see, of this edition of the words.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn recorded(&mut self, delivery: i64, version: i64) -> Result<Vec<Recorded>> {
        let rows = sqlx::query(
            "SELECT part, step, answer FROM attempt WHERE delivery = $1 AND version = $2 AND visible = 0 \
             AND evidence = 'accepted' AND answer IS NOT NULL ORDER BY id",
        )
        .bind(delivery)
        .bind(version)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter()
            .map(|row| {
                let part: i64 = row.try_get("part")?;
                Ok(Recorded {
                    part: usize::try_from(part).unwrap_or(0),
                    step: row.try_get("step")?,
                    answer: row.try_get("answer")?,
                })
            })
            .collect()
    }

    /// The newest visible attempt of a part: its id and when its call ended.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn newest_attempt(&mut self, delivery: i64, part: usize) -> Result<Option<(i64, Timestamp)>> {
        let row = sqlx::query(
            "SELECT id, intent_at FROM attempt WHERE delivery = $1 AND part = $2 AND visible = 1 ORDER BY id DESC LIMIT 1",
        )
        .bind(delivery)
        .bind(no(part))
        .fetch_optional(&mut *self.tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let r = super::records::Reader::new(&row, "attempt")?;
        Ok(Some((r.id, r.at("intent_at")?)))
    }
}
