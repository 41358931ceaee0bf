//! Dates as feeds write them.
//!
//! Two forms are right, RFC 3339 (Atom, JSON Feed) and RFC 822 with its heirs (RSS), and hardly any feed keeps to
//! either. So a date is taken apart into words, and each word says by its own look what it is. A weekday is not looked
//! at: it is often wrong. A zone that is not known is UTC.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::Offset;

use crate::domain::when::MONTHS;

/// Longer than any date, in bytes.
const LONGEST: usize = 100;
/// Years in which feeds had or will have articles. An earlier one is what systems write where they know none.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2200;

/// The instant of a date; `None` where it is none, or one that no article has.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let at = unix(text).or_else(|| iso(text)).or_else(|| words(text))?;
    let year = Offset::UTC.to_datetime(at).year();
    YEARS.contains(&year).then_some(at)
}

/// Seconds or milliseconds since 1970.
fn unix(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = text.parse().ok()?;
    match text.len() {
        9..=10 => Timestamp::from_second(number).ok(),
        12..=13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// `2026-11-27T10:00:00+01:00`, and what is left of it: a space for the `T`, no seconds, no zone, no time at all.
fn iso(text: &str) -> Option<Timestamp> {
    let day = text.get(..10)?;
    let mut parts = day.split(['-', '/', '.']);
    let year = parts.next().filter(|year| year.len() == 4)?;
    let day = date_of(
        number(year)?,
        number(parts.next()?)?.try_into().ok()?,
        number(parts.next()?)?.try_into().ok()?,
    )?;
    let rest = text.get(10..)?;
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim();
    if rest.is_empty() {
        return instant(day, None, None);
    }
    // The zone begins at the first sign or letter.
    let end = rest
        .find(|c: char| c.is_ascii_alphabetic() || matches!(c, '+' | '-' | ' '))
        .unwrap_or(rest.len());
    let (clock, zone) = rest.split_at_checked(end)?;
    let zone = zone.trim();
    // JavaScript's and Java's own forms name the zone once more, in brackets.
    let zone = zone.split(['[', '(']).next().unwrap_or_default().trim();
    instant(day, Some(time(clock)?), zone_of(zone))
}

/// `Fri, 27 Nov 2026 10:00:00 +0100`, `November 27, 2026 10:00 AM`, `Fri Nov 27 10:00:00 UTC 2026`, and the like.
fn words(text: &str) -> Option<Timestamp> {
    let (mut day, mut month, mut year, mut clock, mut zone, mut half) = (None, None, None, None, None, None);
    let text = text.split('(').next().unwrap_or(text);
    for word in text.split(|c: char| c.is_whitespace() || c == ',').flat_map(dashed) {
        let word = word.trim_matches('.');
        if word.is_empty() {
            continue;
        }
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) && clock.is_none() {
            let end = word.find(|c: char| c.is_ascii_alphabetic() || matches!(c, '+' | '-'));
            let (time_of, rest) = word.split_at_checked(end.unwrap_or(word.len()))?;
            clock = Some(time(time_of)?);
            match half_of(rest) {
                Some(found) => half = Some(found),
                None => zone = zone.or_else(|| zone_of(rest)),
            }
        } else if digits && word.len() <= 2 && day.is_none() {
            day = number(word);
        } else if digits && year.is_none() && (word.len() == 2 || word.len() == 4) {
            year = number(word).map(|year| full_year(year, word.len()));
        } else if let Some(found) = half_of(word) {
            half = Some(found);
        } else if let Some(found) = month_of(word).filter(|_| month.is_none()) {
            month = Some(found);
        } else if let Some(number) = ordinal(word).filter(|_| day.is_none()) {
            day = Some(number);
        } else {
            zone = zone.or_else(|| zone_of(word));
        }
    }
    let clock = match (clock, half) {
        (Some((hour, minute, second)), Some(late)) if hour <= 12 => {
            Some((hour % 12 + if late { 12 } else { 0 }, minute, second))
        }
        (clock, _) => clock,
    };
    let day = date_of(year?, month?, i8::try_from(day?).ok()?)?;
    instant(day, clock, zone)
}

/// `27-Nov-2026` in its parts; what has a sign and no letter before it, such as a zone, stays whole.
fn dashed(word: &str) -> impl Iterator<Item = &str> {
    let parted = word.matches('-').count() == 2 && !word.contains(':');
    word.split(move |c| parted && c == '-')
}

/// Two digits are of this century below 50, three never come (RFC 2822, 4.3).
fn full_year(year: i16, digits: usize) -> i16 {
    match (digits, year) {
        (2, 0..50) => year + 2000,
        (2, _) => year + 1900,
        _ => year,
    }
}

fn number(digits: &str) -> Option<i16> {
    digits.parse().ok()
}

fn ordinal(word: &str) -> Option<i16> {
    let digits = ["st", "nd", "rd", "th"]
        .into_iter()
        .find_map(|end| word.strip_suffix(end))?;
    number(digits)
}

/// Whether it is the second half of a day that `AM` or `PM` stands for.
fn half_of(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "am" | "a.m" => Some(false),
        "pm" | "p.m" => Some(true),
        _ => None,
    }
}

/// A month by the first letters of its English name, three or more.
fn month_of(word: &str) -> Option<i8> {
    let word = word.to_ascii_lowercase();
    let found = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(&word))?;
    i8::try_from(found + 1).ok()
}

type Clock = (i8, i8, i8);

/// `10:00`, `9:05:30`, `10:00:00.123`. An hour of 24 is the end of the day, a second of 60 a leap second.
fn time(text: &str) -> Option<Clock> {
    let text = text.split(['.', ',']).next()?;
    let mut parts = text.split(':').map(|part| part.trim().parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().map_or(Some(0), |second| second)?;
    let good = (0..=24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    (good && parts.next().is_none()).then(|| (hour.min(24), minute, second.min(59)))
}

fn date_of(year: i16, month: i8, day: i8) -> Option<Date> {
    // Checked first: `date` is for what is known to be right.
    let last = (1..=12).contains(&month) && (0..=9999).contains(&year);
    let last = last.then(|| date(year, month, 1).days_in_month())?;
    (1..=last).contains(&day).then(|| date(year, month, day))
}

fn instant(day: Date, clock: Option<Clock>, zone: Option<Offset>) -> Option<Timestamp> {
    let (hour, minute, second) = clock.unwrap_or((12, 0, 0));
    let (day, hour) = if hour == 24 {
        (day.tomorrow().ok()?, 0)
    } else {
        (day, hour)
    };
    let wall = DateTime::from_parts(day, Time::new(hour, minute, second, 0).ok()?);
    zone.unwrap_or(Offset::UTC).to_timestamp(wall).ok()
}

/// `Z`, `+0100`, `+01:00`, `GMT+1`, and the names that RFC 822 and European and American newsrooms use.
fn zone_of(word: &str) -> Option<Offset> {
    let upper = word.to_ascii_uppercase();
    let name = upper.trim_start_matches(|c: char| !c.is_ascii_alphabetic() && !matches!(c, '+' | '-'));
    if let Some(at) = name.find(['+', '-']) {
        let (before, signed) = name.split_at_checked(at)?;
        return if matches!(before, "" | "GMT" | "UTC" | "UT") {
            signed_offset(signed)
        } else {
            None
        };
    }
    let quarters = match name {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => 0,
        "BST" | "CET" | "WEST" | "MEZ" => 4,
        "CEST" | "EET" | "MESZ" | "SAST" => 8,
        "EEST" | "MSK" => 12,
        "IST" => 22,
        "JST" | "KST" => 36,
        "AEST" => 40,
        "AEDT" => 44,
        "EST" | "CDT" => -20,
        "EDT" => -16,
        "CST" | "MDT" => -24,
        "MST" | "PDT" => -28,
        "PST" => -32,
        _ => return None,
    };
    Offset::from_seconds(quarters * 900).ok()
}

fn signed_offset(text: &str) -> Option<Offset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        3 => digits.split_at_checked(1)?,
        4.. => (digits.get(..2)?, digits.get(2..4)?),
        0 => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let good = hours <= 15 && minutes < 60;
    good.then(|| Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok())?
}
