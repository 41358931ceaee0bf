//! The database: one SQLite file. All SQL of the program stands in this folder.
//!
//! Storage is dumb: it picks candidates and stores values, it never decides. Every transaction begins with the update
//! of the one row of `control` ([`Tx`]), so that all transactions of all processes run one after another and what was
//! read in one is still true at its commit. The SQL keeps to what SQLite and PostgreSQL share: `$1` placeholders,
//! integer milliseconds, time always a parameter.

mod alerts;
mod attempts;
mod channels;
mod deliveries;
mod holds;
mod locks;
mod open;
mod parts;
mod pictures;
mod posts;
mod publisher;
mod records;
mod sources;
mod tx;
mod words;

pub use alerts::Alert;
pub use attempts::{Intent, Recorded, Settled};
pub use channels::ChannelRow;
pub use deliveries::{Filter, Order, Row};
pub use holds::{HoldRow, Scope};
pub use locks::PublisherLock;
pub use open::{Store, StoreError, Take};
pub use parts::PartRow;
pub use posts::NewPost;
pub use sources::{SourceCounts, SourceRow};
pub use tx::Tx;

/// What can go wrong with the database, by what the caller can do about it.
#[derive(Debug)]
pub enum Error {
    /// A value that the program does not know: table, row, what.
    Corrupt {
        table: &'static str,
        id: i64,
        what: String,
    },
    /// This process is no longer the publisher.
    NotPublisher,
    /// Another row stands where this one must be alone.
    Conflict(String),
    /// The embargo's trigger refused.
    Embargo,
    /// The disk is full.
    Full,
    /// Another process kept the database busy for too long.
    Busy,
    Database(sqlx::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Corrupt { table, id, what } => write!(
                f,
                "the database holds something unknown: table {table}, row {id}: {what}"
            ),
            Error::NotPublisher => f.write_str("another Handbill has taken over publishing from this database"),
            Error::Conflict(what) => write!(f, "the database refused a second row: {what}"),
            Error::Embargo => f.write_str("the database refused: the post is under embargo"),
            Error::Full => f.write_str("the disk is full"),
            Error::Busy => f.write_str("another process kept the database busy for more than 10 seconds"),
            Error::Database(error) => write!(f, "the database failed: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let Some(db) = error.as_database_error() else {
            return Error::Database(error);
        };
        // The codes of SQLite: 5 busy, 13 full; an extended code keeps the plain one in its low byte.
        let code = db.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
        match code & 0xff {
            5 => Error::Busy,
            13 => Error::Full,
            19 if db.message() == "embargo" => Error::Embargo,
            19 if db.is_unique_violation() => Error::Conflict(db.message().to_owned()),
            _ => Error::Database(error),
        }
    }
}

pub type Result<T> = std::result::Result<T, Error>;
