//! The database as anybody can read it: with SQL, beside the program.

use std::cell::RefCell;
use std::path::Path;

use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column as _, ConnectOptions as _, Row as _, TypeInfo as _, ValueRef as _};
use tokio::runtime::Runtime;

/// A connection of the test's own.
pub(crate) struct Database {
    runtime: Runtime,
    connection: RefCell<SqliteConnection>,
}

/// One row by its columns' names.
pub(crate) type Record = Map<String, Value>;

impl Database {
    pub(crate) fn open(path: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .busy_timeout(std::time::Duration::from_secs(30))
            .disable_statement_logging();
        let connection = runtime.block_on(options.connect()).unwrap();
        Self {
            runtime,
            connection: RefCell::new(connection),
        }
    }

    /// Every row of a query.
    pub(crate) fn rows(&self, sql: &str) -> Vec<Record> {
        let mut connection = self.connection.borrow_mut();
        let query = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *connection);
        let rows = self
            .runtime
            .block_on(query)
            .unwrap_or_else(|error| panic!("{error} in {sql}"));
        rows.iter().map(record).collect()
    }

    /// Runs `reads` at one moment of the database.
    pub(crate) fn at_once<T>(&self, reads: impl FnOnce(&Self) -> T) -> T {
        self.rows("BEGIN");
        let result = reads(self);
        self.rows("COMMIT");
        result
    }

    /// The first column of the first row.
    pub(crate) fn one(&self, sql: &str) -> Value {
        self.rows(sql)
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
            .map_or(Value::Null, |(_, value)| value)
    }

    /// As [`Database::one`], a number; 0 where there is none.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.one(sql).as_i64().unwrap_or(0)
    }

    /// The state of a delivery such as `1/mastodon`.
    pub(crate) fn state(&self, delivery: &str) -> String {
        let (post, channel) = delivery.split_once('/').unwrap();
        let sql = format!("SELECT state FROM delivery WHERE post = {post} AND channel = '{channel}'");
        self.one(&sql).as_str().unwrap_or("missing").to_owned()
    }
}

fn record(row: &SqliteRow) -> Record {
    let value = |at: usize| {
        let raw = row.try_get_raw(at).unwrap();
        if raw.is_null() {
            return Value::Null;
        }
        match raw.type_info().name() {
            "INTEGER" | "BOOLEAN" => row.get_unchecked::<i64, _>(at).into(),
            "REAL" => row.get_unchecked::<f64, _>(at).into(),
            "BLOB" => format!("{:?}", row.get_unchecked::<Vec<u8>, _>(at)).into(),
            _ => row.get_unchecked::<String, _>(at).into(),
        }
    };
    row.columns()
        .iter()
        .enumerate()
        .map(|(at, column)| (column.name().to_owned(), value(at)))
        .collect()
}

/// A text column; empty where it is null.
pub(crate) fn text<'a>(record: &'a Record, column: &str) -> &'a str {
    record
        .get(column)
        .unwrap_or_else(|| panic!("no column {column}"))
        .as_str()
        .unwrap_or_default()
}

/// A number column; `None` where it is null.
pub(crate) fn number(record: &Record, column: &str) -> Option<i64> {
    record
        .get(column)
        .unwrap_or_else(|| panic!("no column {column}"))
        .as_i64()
}
