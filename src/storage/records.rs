//! From rows to values and back: instants, lists, words.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Error, Result};
use crate::domain::post::Planned;
use crate::domain::when::{Pass, Wall};

pub(super) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

pub(super) fn opt_ms(at: Option<Timestamp>) -> Option<i64> {
    at.map(ms)
}

/// Reads one column of a row, whose table and id stand in the error.
pub(super) struct Reader<'r> {
    pub(super) row: &'r SqliteRow,
    pub(super) table: &'static str,
    pub(super) id: i64,
}

impl<'r> Reader<'r> {
    pub(super) fn new(row: &'r SqliteRow, table: &'static str) -> Result<Self> {
        Ok(Self {
            row,
            table,
            id: row.try_get("id")?,
        })
    }

    pub(super) fn corrupt(&self, what: impl Into<String>) -> Error {
        Error::Corrupt {
            table: self.table,
            id: self.id,
            what: what.into(),
        }
    }

    pub(super) fn get<T>(&self, column: &str) -> Result<T>
    where
        T: sqlx::Type<sqlx::Sqlite> + sqlx::Decode<'r, sqlx::Sqlite>,
    {
        self.row.try_get(column).map_err(|error| match error {
            sqlx::Error::ColumnDecode { .. } => self.corrupt(format!("column {column} cannot be read")),
            other => other.into(),
        })
    }

    pub(super) fn at(&self, column: &str) -> Result<Timestamp> {
        self.opt_at(column)?
            .ok_or_else(|| self.corrupt(format!("column {column} is empty")))
    }

    pub(super) fn opt_at(&self, column: &str) -> Result<Option<Timestamp>> {
        let Some(ms) = self.get::<Option<i64>>(column)? else {
            return Ok(None);
        };
        Timestamp::from_millisecond(ms)
            .map(Some)
            .map_err(|_| self.corrupt(format!("column {column} is no instant: {ms}")))
    }

    /// A word that the program must know.
    pub(super) fn word<T>(&self, column: &str, known: impl Fn(&str) -> Option<T>) -> Result<T> {
        let word: String = self.get(column)?;
        known(&word).ok_or_else(|| self.corrupt(format!("column {column} holds the unknown word {word:?}")))
    }

    pub(super) fn list(&self, column: &str) -> Result<Vec<String>> {
        let text: String = self.get(column)?;
        Ok(text
            .split(',')
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// A planned time, in four columns of a common beginning.
    pub(super) fn planned(&self, name: &str) -> Result<Option<Planned>> {
        let Some(at) = self.opt_at(&format!("{name}_at"))? else {
            return Ok(None);
        };
        let wall: Option<String> = self.get(&format!("{name}_wall"))?;
        let zone: Option<String> = self.get(&format!("{name}_zone"))?;
        let pass: Option<String> = self.get(&format!("{name}_pass"))?;
        let (Some(wall), Some(zone)) = (wall, zone) else {
            return Ok(Some(Planned { at, wall: None }));
        };
        let civil = wall
            .parse()
            .map_err(|_| self.corrupt(format!("column {name}_wall is no time: {wall:?}")))?;
        let pass = match pass.as_deref() {
            None => None,
            Some("first") => Some(Pass::First),
            Some("second") => Some(Pass::Second),
            Some(other) => return Err(self.corrupt(format!("column {name}_pass holds the unknown word {other:?}"))),
        };
        Ok(Some(Planned {
            at,
            wall: Some(Wall { civil, zone, pass }),
        }))
    }
}

/// The four columns of a planned time: instant, wall time, zone, pass.
pub(super) type PlannedColumns = (Option<i64>, Option<String>, Option<String>, Option<&'static str>);

pub(super) fn planned_columns(planned: Option<&Planned>) -> PlannedColumns {
    let Some(planned) = planned else {
        return (None, None, None, None);
    };
    let Some(wall) = &planned.wall else {
        return (Some(ms(planned.at)), None, None, None);
    };
    let pass = wall.pass.as_ref().map(|pass| match pass {
        Pass::First => "first",
        Pass::Second => "second",
    });
    (
        Some(ms(planned.at)),
        Some(wall.civil.to_string()),
        Some(wall.zone.clone()),
        pass,
    )
}

pub(super) fn join(list: &[String]) -> String {
    list.join(",")
}
