//! A transaction: the one line along which everything happens.

use std::path::PathBuf;

use jiff::Timestamp;
use sqlx::{Connection as _, Row as _, Sqlite, SqliteConnection, Transaction};

use super::records::ms;
use super::{Error, Result, Store, open};

/// A transaction of one instant. Dropped without [`Tx::commit`], it changes nothing.
pub struct Tx<'c> {
    pub(super) tx: Transaction<'c, Sqlite>,
    /// The instant of everything in this transaction.
    pub now: Timestamp,
    /// Its number; 0 in a transaction that only reads.
    pub seq: i64,
    /// How many holds and releases there have been.
    pub hold_seq: i64,
    wake: Option<PathBuf>,
}

impl Store {
    /// Begins a person's transaction. `clock` is read when the database is ours.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn begin(&mut self, clock: &(dyn Fn() -> Timestamp + Sync)) -> Result<Tx<'_>> {
        let wake = Some(self.path.clone());
        begin(&mut self.connection, clock, None, wake).await
    }

    /// Begins a transaction of the publisher of this epoch.
    ///
    /// # Errors
    /// [`Error::NotPublisher`] where another has taken over.
    pub async fn begin_as(&mut self, epoch: i64, clock: &(dyn Fn() -> Timestamp + Sync)) -> Result<Tx<'_>> {
        begin(&mut self.connection, clock, Some(epoch), None).await
    }

    /// A consistent view of the database at one moment, for reading alone.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn read(&mut self, now: Timestamp) -> Result<Tx<'_>> {
        let tx = self.connection.begin().await?;
        Ok(Tx {
            tx,
            now,
            seq: 0,
            hold_seq: 0,
            wake: None,
        })
    }
}

async fn begin<'c>(
    connection: &'c mut SqliteConnection,
    clock: &(dyn Fn() -> Timestamp + Sync),
    epoch: Option<i64>,
    wake: Option<PathBuf>,
) -> Result<Tx<'c>> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    // Never read before the lock is held: else a later transaction could carry an earlier instant.
    let now = clock();
    let row = sqlx::query(
        "UPDATE control SET seq = seq + 1, now = $1, last_wall = CASE WHEN last_wall < $1 THEN $1 ELSE last_wall END \
         WHERE epoch = COALESCE($2, epoch) RETURNING seq, hold_seq",
    )
    .bind(ms(now))
    .bind(epoch)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        return Err(Error::NotPublisher);
    };
    Ok(Tx {
        seq: row.try_get("seq")?,
        hold_seq: row.try_get("hold_seq")?,
        tx,
        now,
        wake,
    })
}

impl Tx<'_> {
    /// Its commit wakes nobody: what it writes is no business of the publisher.
    pub fn quietly(&mut self) {
        self.wake = None;
    }

    /// Commits; durable when this returns. A person's transaction then wakes the publisher.
    ///
    /// # Errors
    /// Where the commit failed: then nothing happened.
    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        if let Some(path) = self.wake {
            open::wake(&path);
        }
        Ok(())
    }

    /// The version of the zone rules that the planned times were made with.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn tz_version(&mut self) -> Result<Option<String>> {
        Ok(sqlx::query_scalar("SELECT tz_version FROM control")
            .fetch_one(&mut *self.tx)
            .await?)
    }

    /// Notes the version of the zone rules.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn set_tz_version(&mut self, version: &str) -> Result<()> {
        sqlx::query("UPDATE control SET tz_version = $1")
            .bind(version)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Takes over publishing: the new epoch.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn new_epoch(&mut self) -> Result<i64> {
        Ok(
            sqlx::query_scalar("UPDATE control SET epoch = epoch + 1 RETURNING epoch")
                .fetch_one(&mut *self.tx)
                .await?,
        )
    }

    /// Notes who did what.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn audit(
        &mut self,
        who: &str,
        act: &str,
        post: Option<i64>,
        delivery: Option<i64>,
        detail: Option<&str>,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO audit (seq, at, who, act, post, delivery, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(self.seq)
        .bind(ms(self.now))
        .bind(who)
        .bind(act)
        .bind(post)
        .bind(delivery)
        .bind(detail)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
