//! One cron line: five fields, as in a crontab, read strictly and said back in words.
//!
//! A line knows wall-clock times only, the ones that the clock on the wall would show. What they
//! mean in a time zone is decided by [`crate::domain::schedule`]. The `cron` crate expands the line
//! on an imaginary UTC clock, so its own care of time zones is never used; this is the only module
//! that sees that crate and `chrono`.
//!
//! A line that parses comes at least once before 2101.

mod fields;
mod item;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime as CrateTime, Datelike, NaiveDate, Timelike, Utc};
use jiff::civil::DateTime;

use fields::{Fields, Set};

/// A cron line that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    text: String,
    fields: Fields,
    /// One line, or two where either day field may match.
    walls: Vec<cron::Schedule>,
}

/// Why a cron line was refused, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronError {
    /// The field that is wrong (`minute`, `hour`, `day-of-month`, `month`, `day-of-week`), if it is one.
    pub field: Option<&'static str>,
    /// Where it is wrong: the character of the line, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: ", self.column)?;
        if let Some(field) = self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, ". {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CronError {}

impl Cron {
    /// Reads a line: minute, hour, day-of-month, month, day-of-week, or `@daily` and its like.
    ///
    /// If day-of-month or day-of-week begins with `*`, both must match, otherwise either, as in
    /// cronie and Debian's cron.
    ///
    /// # Errors
    /// Everything else that some scheduler would take (seconds, `?`, `L`, `W`, `#`, backwards
    /// ranges, full names), and a line that never comes, such as 30 February.
    pub fn parse(text: &str) -> Result<Cron, CronError> {
        let fields = fields::parse(text)?;
        let mut walls = Vec::with_capacity(2);
        for line in lines_for_crate(&fields) {
            walls.push(cron::Schedule::from_str(&line).map_err(|_| never(&fields))?);
        }
        let cron = Cron {
            text: text.to_owned(),
            fields,
            walls,
        };
        if cron
            .after_wall(DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
            .next()
            .is_none()
        {
            return Err(never(&cron.fields));
        }
        Ok(cron)
    }

    /// The line as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line in words: `at 09:00 on weekdays`.
    pub fn describe(&self) -> String {
        words::describe(&self.fields)
    }

    /// Whether the line follows the clock through a repeated hour (its hour field begins with `*`
    /// or covers the day), instead of naming wall times of which each comes once.
    pub(crate) fn every_hour(&self) -> bool {
        self.fields.hour.star || self.fields.hour.full()
    }

    /// The wall times of the line later than `wall`, in order, each once, up to the end of 2100.
    pub(crate) fn after_wall(&self, wall: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        let start = to_crate(wall);
        let mut lines: Vec<_> = self.walls.iter().map(|line| line.after(&start).peekable()).collect();
        std::iter::from_fn(move || {
            let next = lines.iter_mut().filter_map(|line| line.peek().copied()).min()?;
            for line in &mut lines {
                line.next_if_eq(&next);
            }
            from_crate(next)
        })
    }
}

/// The expressions that the `cron` crate gets: explicit numbers only, Sunday as 1, a full set as `*`.
fn lines_for_crate(fields: &Fields) -> Vec<String> {
    let Fields {
        minute,
        hour,
        dom,
        month,
        dow,
    } = fields;
    let line = |dom: &str, dow: &str| format!("0 {} {} {dom} {} {dow}", list(minute, 0), list(hour, 0), list(month, 0));
    let (days, weekdays) = (list(dom, 0), list(dow, 1));
    if fields.both_days() {
        vec![line(&days, &weekdays)]
    } else {
        vec![line(&days, "*"), line("*", &weekdays)]
    }
}

fn list(set: &Set, shift: u32) -> String {
    if set.full() {
        return "*".to_owned();
    }
    let items: Vec<String> = set.values().map(|value| (value + shift).to_string()).collect();
    items.join(",")
}

fn never(fields: &Fields) -> CronError {
    let days: Vec<u32> = fields.dom.values().collect();
    let months: Vec<u32> = fields.month.values().collect();
    let message = match (days.as_slice(), months.as_slice()) {
        ([day], [month]) => format!("{day} {} never comes", words::month(*month)),
        _ => "no month that this line names has such a day; it never comes".to_owned(),
    };
    CronError {
        field: Some(fields::DOM.name),
        column: fields.dom.column,
        message,
        hint: Some("Write a day that the month has".to_owned()),
    }
}

/// A wall time for the `cron` crate, as if it were UTC; years are held within those it knows.
fn to_crate(wall: DateTime) -> CrateTime<Utc> {
    let year = i32::from(wall.year());
    let exact = (1969..=2100).contains(&year).then(|| {
        let date = NaiveDate::from_ymd_opt(year, unsigned(wall.month()), unsigned(wall.day()))?;
        date.and_hms_opt(unsigned(wall.hour()), unsigned(wall.minute()), unsigned(wall.second()))
    });
    let edge = if year < 1970 { (1969, 12, 31) } else { (2101, 1, 1) };
    exact
        .flatten()
        .or_else(|| NaiveDate::from_ymd_opt(edge.0, edge.1, edge.2)?.and_hms_opt(0, 0, 0))
        .unwrap_or_default()
        .and_utc()
}

fn unsigned(number: i8) -> u32 {
    u32::from(number.unsigned_abs())
}

fn from_crate(time: CrateTime<Utc>) -> Option<DateTime> {
    let small = |number: u32| i8::try_from(number).ok();
    DateTime::new(
        i16::try_from(time.year()).ok()?,
        small(time.month())?,
        small(time.day())?,
        small(time.hour())?,
        small(time.minute())?,
        small(time.second())?,
        0,
    )
    .ok()
}
