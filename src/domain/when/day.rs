//! The day that a typed time names, by word, by name or by date.

use jiff::civil::{Date, Weekday};

use super::words::short;

/// The months as English has them.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The day that a text names.
pub(super) enum Day {
    Today,
    Tomorrow,
    Yesterday,
    Weekday(Weekday),
    /// `next friday`: people mean two different days.
    Next(Weekday),
    Date(Date, Option<Weekday>),
    NoYear {
        day: i8,
        month: i8,
        weekday: Option<Weekday>,
    },
    /// A date that is in no calendar, such as 31 June.
    NoSuch {
        day: i8,
        month: i8,
        year: i16,
    },
    /// Numbers that may be day and month or month and day: what they can mean.
    Unclear(Vec<Reading>),
}

/// One reading of a date in numbers; without a year the next one is meant.
pub(super) struct Reading {
    pub(super) year: Option<i16>,
    pub(super) month: i8,
    pub(super) day: i8,
}

fn year(text: &str) -> Option<i16> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The day that these words name; no words are today.
pub(super) fn day(words: &[String]) -> Option<Day> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["today"] => Some(Day::Today),
        ["tomorrow"] => Some(Day::Tomorrow),
        ["yesterday"] => Some(Day::Yesterday),
        ["next", name] => weekday(name).map(Day::Next),
        [word] => weekday(word).map(Day::Weekday).or_else(|| date(&[word], None)),
        [name, rest @ ..] if weekday(name).is_some() => date(rest, weekday(name)),
        words => date(words, None),
    }
}

fn date(words: &[&str], weekday: Option<Weekday>) -> Option<Day> {
    let (day, month, written) = match words {
        [word] if iso_shape(word) => {
            let parts: Vec<&str> = word.split('-').collect();
            (short(parts[2])?, short(parts[1])?, Some(year(parts[0])?))
        }
        [word] => return numbers(word),
        [day, name] => day_and_month(day, name)?,
        [day, name, last] => {
            let (day, month, _) = day_and_month(day, name)?;
            (day, month, Some(year(last)?))
        }
        _ => return None,
    };
    let Some(year) = written else {
        // 2024 has every day that some year has.
        return Some(match Date::new(2024, month, day) {
            Ok(_) => Day::NoYear { day, month, weekday },
            Err(_) => Day::NoSuch { day, month, year: 2024 },
        });
    };
    Some(Date::new(year, month, day).map_or(Day::NoSuch { day, month, year }, |date| Day::Date(date, weekday)))
}

/// `1 dec`, `1st december`, `dec 1`.
fn day_and_month(first: &str, second: &str) -> Option<(i8, i8, Option<i16>)> {
    let (day, month) = match month(second) {
        Some(month) => (first, month),
        None => (second, month(first)?),
    };
    let number = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &day[number.len()..];
    matches!(ending, "" | "st" | "nd" | "rd" | "th").then_some((short(number)?, month, None))
}

fn month(word: &str) -> Option<i8> {
    let word = if word == "sept" { "sep" } else { word };
    let known = |name: &str| word == name || (word.len() == 3 && name.starts_with(word));
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| known(name))
        .map(|(number, _)| number)
}

fn weekday(word: &str) -> Option<Weekday> {
    let word = match word {
        "tues" => "tue",
        "weds" => "wed",
        "thur" | "thurs" => "thu",
        word => word,
    };
    let known = |name: &str| word == name || (word.len() == 3 && name.starts_with(word));
    WEEKDAYS
        .iter()
        .find(|(name, _)| known(name))
        .map(|(_, weekday)| *weekday)
}

pub(super) fn iso_shape(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2
        && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

/// `01/12/2026`, `1.12.26`, `01/12`: numbers whose order nobody can know.
fn numbers(word: &str) -> Option<Day> {
    let parts: Vec<&str> = word.split(['/', '.', '-']).collect();
    let century = |text: &str| {
        year(text).or_else(|| {
            short(text)
                .filter(|_| text.len() == 2)
                .map(|year| 2000 + i16::from(year))
        })
    };
    let (year, a, b) = match parts.as_slice() {
        [first, a, b] if first.len() == 4 => (Some(year(first)?), short(b)?, short(a)?),
        [a, b, last] => (Some(century(last)?), short(a)?, short(b)?),
        [a, b] if word.contains('/') => (None, short(a)?, short(b)?),
        _ => return None,
    };
    let mut readings = vec![Reading { year, month: b, day: a }];
    if a != b {
        readings.push(Reading { year, month: a, day: b });
    }
    Some(Day::Unclear(readings))
}
