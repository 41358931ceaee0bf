//! Refusals of a typed time, each with texts to paste instead.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, Offset};
use jiff::{Timestamp, ToSpan};

use super::day::{Day, Reading};
use super::{Reader, Span, WhenError};
use crate::domain::say;

/// Abbreviations of zones that people type; each stands for several zones.
const ABBREVIATIONS: [&str; 16] = [
    "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "gmt", "bst", "ist", "cet", "cest", "eet", "eest", "wet",
];

/// A time beyond the end of the calendar.
pub(super) fn too_far() -> WhenError {
    plain("This time is too far away: the calendar ends with the year 9999")
}

pub(super) fn plain(message: &str) -> WhenError {
    WhenError {
        message: message.to_owned(),
        candidates: Vec::new(),
    }
}

pub(super) fn unknown_zone(name: &str) -> WhenError {
    plain(&format!(
        "There is no time zone \"{}\". Write a region and a city, Europe/London, or UTC",
        shown(name)
    ))
}

pub(super) fn no_such_day(day: i8, month: i8, year: i16) -> WhenError {
    let month =
        Date::new(2024, month, 1).map_or_else(|_| format!("month {month}"), |date| date.strftime("%B").to_string());
    plain(&format!(
        "There is no {day} {month}{}",
        if (day, month.as_str()) == (29, "February") {
            format!(" in {year}")
        } else {
            String::new()
        }
    ))
}

/// A wall time without what is finer than a millisecond.
pub(super) fn to_milliseconds(civil: DateTime) -> DateTime {
    let nanos = i64::from(civil.subsec_nanosecond() % 1_000_000);
    civil.checked_sub(nanos.nanoseconds()).unwrap_or(civil)
}

/// A typed text for a message: short, and without characters that upset a terminal.
fn shown(text: &str) -> String {
    let mut short: String = text
        .trim()
        .chars()
        .take(60)
        .map(|c| if c.is_control() { '·' } else { c })
        .collect();
    if text.trim().chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

fn clock(time: Time) -> String {
    time.strftime(if time.second() == 0 && time.subsec_nanosecond() == 0 {
        "%H:%M"
    } else {
        "%H:%M:%S%.f"
    })
    .to_string()
}

fn dated(civil: DateTime) -> String {
    format!("{} on {}", clock(civil.time()), civil.strftime("%a %-d %b %Y"))
}

impl Reader<'_> {
    pub(super) fn unreadable(&self) -> WhenError {
        let text = shown(self.text);
        let last = self
            .text
            .split_whitespace()
            .last()
            .map(str::to_ascii_lowercase)
            .unwrap_or_default();
        if ABBREVIATIONS.contains(&last.as_str()) {
            return plain(&format!(
                "\"{}\" stands for more than one time zone. Write a region and a city, such as Europe/London",
                last.to_uppercase()
            ));
        }
        let nine = Time::constant(9, 0, 0, 0);
        let mut candidates = self
            .today()
            .tomorrow()
            .map(|date| self.paste(date.to_datetime(nine)))
            .unwrap_or_default();
        candidates.extend(["fri 14:30".to_owned(), "in 2 hours".to_owned()]);
        WhenError {
            message: format!("\"{text}\" is not a time that Handbill can read"),
            candidates,
        }
    }

    /// The texts that name a wall time without doubt, if it is one that may be entered.
    fn paste(&self, civil: DateTime) -> Vec<String> {
        let ambiguous = self.tz.to_ambiguous_timestamp(civil);
        let base = format!("{}T{}", civil.date(), clock(civil.time()));
        let ahead = |at: &Timestamp| self.span == Span::Any || *at > self.now;
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => {
                let zone = if self.foreign {
                    format!("[{}]", self.zone)
                } else {
                    String::new()
                };
                let at = ambiguous.unambiguous().ok().filter(ahead);
                at.map(|_| format!("{base}{zone}")).into_iter().collect()
            }
            AmbiguousOffset::Fold { before, after } => [before, after]
                .into_iter()
                .filter(|offset| offset.to_timestamp(civil).is_ok_and(|at| ahead(&at)))
                .map(|offset| format!("{base}{}", say::offset_text(offset.seconds())))
                .collect(),
            AmbiguousOffset::Gap { .. } => {
                let after = self.tz.to_datetime(self.last_instant(civil));
                // A zone that cannot say where its gap ends has no candidate.
                if after == civil {
                    Vec::new()
                } else {
                    self.paste_instant(self.last_instant(civil))
                }
            }
        }
    }

    /// As [`Reader::paste`], for an instant.
    fn paste_instant(&self, at: Timestamp) -> Vec<String> {
        let civil = self.tz.to_datetime(at);
        match self.tz.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { .. } => self.paste(civil),
            _ if self.span == Span::Future && at <= self.now => Vec::new(),
            _ => vec![format!(
                "{}T{}{}",
                civil.date(),
                clock(civil.time()),
                say::offset_text(self.tz.to_offset(at).seconds())
            )],
        }
    }

    fn refusal(&self, message: String, walls: impl IntoIterator<Item = DateTime>) -> WhenError {
        let mut candidates: Vec<String> = Vec::new();
        for text in walls.into_iter().flat_map(|wall| self.paste(wall)) {
            if !candidates.contains(&text) {
                candidates.push(text);
            }
        }
        WhenError { message, candidates }
    }

    pub(super) fn twice(&self, civil: DateTime) -> WhenError {
        let message = format!("{} comes twice in {}; the clocks go back", dated(civil), self.zone);
        self.refusal(message, [civil])
    }

    pub(super) fn missing(&self, civil: DateTime) -> WhenError {
        let after = self.last_instant(civil);
        let to = self.tz.to_datetime(after);
        let mut candidates = Vec::new();
        let mut from = String::new();
        if let AmbiguousOffset::Gap { before, .. } = self.tz.to_ambiguous_timestamp(civil).offset() {
            let edge = before.to_datetime(after);
            from = format!(" from {} to {}", clock(edge.time()), clock(to.time()));
            if edge.date() != to.date() {
                from = format!(" from {} to {}", dated(edge), dated(to));
            }
            if let Ok(earlier) = self.tz.to_ambiguous_timestamp(civil).earlier() {
                candidates.extend(self.paste_instant(earlier));
            }
        }
        candidates.extend(self.paste_instant(after));
        let message = format!(
            "{} does not exist in {}; the clocks go forward{from}",
            dated(civil),
            self.zone
        );
        WhenError { message, candidates }
    }

    pub(super) fn past(&self, at: Timestamp) -> WhenError {
        let time = self.tz.to_datetime(at).time();
        let ahead = [Ok(self.today()), self.today().tomorrow()]
            .into_iter()
            .flatten()
            .map(|date| date.to_datetime(time))
            .find(|wall| self.last_instant(*wall) > self.now);
        self.refusal(self.is_past(at), ahead)
    }

    /// A date without its year that is past in this one.
    pub(super) fn past_this_year(&self, civil: DateTime) -> WhenError {
        let next = civil.checked_add(1.year()).ok();
        self.refusal(self.is_past(self.last_instant(civil)), next)
    }

    fn is_past(&self, at: Timestamp) -> String {
        let stamp = say::stamp(at, &self.tz, self.zone);
        match say::relative(at, self.now).as_str() {
            "now" => format!("{stamp} is now; a time to come is needed"),
            ago => format!("{stamp} is past ({ago})"),
        }
    }

    pub(super) fn no_time(&self, date: Date) -> WhenError {
        let times = [9, 14].map(|hour| date.to_datetime(Time::constant(hour, 0, 0, 0)));
        self.refusal(format!("\"{}\" needs a time of day", shown(self.text)), times)
    }

    pub(super) fn next_weekday(&self, weekday: Weekday, time: Time) -> WhenError {
        let message = format!(
            "\"{}\" means one day to some people and another to others",
            shown(self.text)
        );
        match self.first_weekday(weekday, time) {
            Ok(first) => {
                let second = first.checked_add(1.week()).ok();
                self.refusal(
                    message,
                    [Some(first), second]
                        .into_iter()
                        .flatten()
                        .map(|date| date.to_datetime(time)),
                )
            }
            Err(error) => error,
        }
    }

    /// A weekday alone, where the last one can be meant as well as the next.
    pub(super) fn which_week(&self, weekday: Weekday, time: Time) -> WhenError {
        let message = format!("\"{}\" can be the last one or the next", shown(self.text));
        match self.first_weekday(weekday, time) {
            Ok(next) => {
                let last = next.checked_sub(1.week()).ok();
                self.refusal(
                    message,
                    [last, Some(next)]
                        .into_iter()
                        .flatten()
                        .map(|date| date.to_datetime(time)),
                )
            }
            Err(error) => error,
        }
    }

    pub(super) fn midnight(&self, day: &Day) -> WhenError {
        // Any time that is still ahead finds the day; today's own beginning is past.
        let date = match self.date(day, Time::constant(23, 59, 59, 0)) {
            Ok(date) => date,
            Err(error) => return error,
        };
        let ends = [Ok(date), date.tomorrow()].into_iter().flatten();
        let message = format!("\"{}\" can be the beginning or the end of a day", shown(self.text));
        self.refusal(message, ends.map(|date| date.to_datetime(Time::midnight())))
    }

    pub(super) fn unclear_date(&self, readings: &[Reading], time: Time) -> WhenError {
        let today = self.today();
        let dates = readings.iter().filter_map(|Reading { year, month, day }| {
            let in_year = |year: i16| Date::new(year, *month, *day).ok();
            match year {
                Some(year) => in_year(*year),
                None => in_year(today.year())
                    .filter(|date| *date >= today)
                    .or_else(|| in_year(today.year().saturating_add(1))),
            }
        });
        // Past readings are shown too: they tell what the numbers can mean.
        let candidates = dates.map(|date| format!("{date}T{}", clock(time))).collect();
        let message = format!(
            "\"{}\" can be day and month or month and day. Write the year first, then the month",
            shown(self.text)
        );
        WhenError { message, candidates }
    }

    pub(super) fn other_weekday(&self, date: Date) -> WhenError {
        let message = format!("{} is a {}", date.strftime("%-d %b %Y"), date.strftime("%A"));
        WhenError {
            message,
            candidates: Vec::new(),
        }
    }

    /// A 29 February that neither this year nor the next months have.
    pub(super) fn no_day_this_year(&self, day: i8, month: i8, time: Time) -> WhenError {
        let year = self.today().year();
        let next = (1..=8).find_map(|more| Date::new(year.saturating_add(more), month, day).ok());
        let error = no_such_day(day, month, year);
        self.refusal(error.message, next.map(|date| date.to_datetime(time)))
    }

    pub(super) fn contradiction(&self, civil: DateTime, at: Timestamp, offset: Offset) -> WhenError {
        let message = format!(
            "{} has not the offset {} in {}",
            dated(civil),
            say::offset_text(offset.seconds()),
            self.zone
        );
        let mut error = self.refusal(message, [civil]);
        for text in self.paste_instant(at) {
            if !error.candidates.contains(&text) {
                error.candidates.push(text);
            }
        }
        error
    }
}
