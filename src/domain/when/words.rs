//! The words of a typed time: tokens, times of day, and stretches such as `2 hours`.

use jiff::civil::Time;
use jiff::fmt::temporal::{DateTimeParser, PiecesOffset};

use super::day::iso_shape;

/// Ten years, the longest stretch that is taken.
const MOST_DAYS: i64 = 3652;

/// The time of day that a text names.
pub(super) enum Clock {
    At(Time, Option<Offset>),
    /// `midnight`, `12am`, `24:00`: the beginning or the end of the day.
    Midnight,
}

/// An offset from UTC that was typed.
#[derive(Clone, Copy)]
pub(super) struct Offset {
    pub(super) offset: jiff::tz::Offset,
    /// `Z` (and `-00:00`): the instant is known, the local offset is not claimed.
    pub(super) zulu: bool,
}

/// The text without its zone, and the zone: `[Zone]`, or a last word such as `Europe/London`.
pub(super) fn split_zone(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    if let Some((body, zone)) = text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
        return (body, Some(zone));
    }
    let Some((body, last)) = text.rsplit_once(char::is_whitespace) else {
        return (text, None);
    };
    let region = last.contains('/') && last.starts_with(|c: char| c.is_ascii_alphabetic());
    if region || last.eq_ignore_ascii_case("utc") {
        (body, Some(last))
    } else {
        (text, None)
    }
}

/// Lower-case words; `2026-12-01T09:00` becomes two, `9 am` and `09:00 +01:00` one.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let text = text.to_ascii_lowercase();
    let mut tokens: Vec<String> = Vec::new();
    for word in text
        .split_whitespace()
        .map(|word| word.strip_suffix(',').unwrap_or(word))
    {
        let bare_hour = |last: &String| last.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        match (word, tokens.last_mut()) {
            ("am" | "pm", Some(last)) if bare_hour(last) => last.push_str(word),
            (word, Some(last)) if last.contains(':') && (word == "z" || word.starts_with(['+', '-'])) => {
                last.push_str(word)
            }
            (word, _) => match word.split_once('t') {
                Some((date, time)) if iso_shape(date) => tokens.extend([date.to_owned(), time.to_owned()]),
                _ => tokens.push(word.to_owned()),
            },
        }
    }
    tokens
}

/// The day's words and the time, which stands first or last.
pub(super) fn split_clock(tokens: &[String]) -> (&[String], Option<Clock>) {
    let without_at = |day: &'_ [String]| day.last().is_some_and(|word| word == "at");
    if let Some((last, day)) = tokens.split_last()
        && let Some(clock) = clock(last)
    {
        let end = if without_at(day) { day.len() - 1 } else { day.len() };
        return (&day[..end], Some(clock));
    }
    match tokens.split_first() {
        Some((first, day)) => match clock(first) {
            Some(clock) => (day, Some(clock)),
            None => (tokens, None),
        },
        None => (tokens, None),
    }
}

fn clock(word: &str) -> Option<Clock> {
    match word {
        "noon" => return Some(Clock::At(Time::constant(12, 0, 0, 0), None)),
        "midnight" | "12am" | "12:00am" | "24:00" | "24:00:00" => return Some(Clock::Midnight),
        _ => {}
    }
    let split = word
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(word.len());
    let (digits, suffix) = word.split_at(split);
    let (hour, rest) = digits
        .split_once(':')
        .map_or((digits, None), |(hour, rest)| (hour, Some(rest)));
    let hour: i8 = short(hour)?;
    let hour = match (suffix, hour) {
        ("am", 12) => 0,
        ("am" | "pm", 0) => return None,
        ("am", 1..=11) | ("pm", 12) => hour,
        ("pm", 1..=11) => hour + 12,
        ("am" | "pm", _) => return None,
        _ => hour,
    };
    if rest.is_none() && !matches!(suffix, "am" | "pm") {
        return None;
    }
    let offset = if matches!(suffix, "am" | "pm") { "" } else { suffix };
    let (minute, rest) = rest
        .unwrap_or("00")
        .split_once(':')
        .unwrap_or((rest.unwrap_or("00"), "00"));
    if minute.len() != 2 || offset.contains(|c: char| !(c.is_ascii_digit() || "+-:z".contains(c))) {
        return None;
    }
    exact(&format!(
        "1970-01-01T{hour:02}:{minute}:{rest}{}",
        offset.to_ascii_uppercase()
    ))
}

/// A whole time with its offset, by jiff's own classification, so that no offset is ever dropped.
fn exact(text: &str) -> Option<Clock> {
    let pieces = DateTimeParser::new().parse_pieces(text).ok()?;
    let offset = match pieces.offset() {
        None => None,
        Some(PiecesOffset::Zulu) => Some(Offset {
            offset: jiff::tz::Offset::UTC,
            zulu: true,
        }),
        Some(PiecesOffset::Numeric(numeric)) => {
            let offset = numeric.offset();
            Some(Offset {
                offset,
                zulu: offset.is_zero() && numeric.is_negative(),
            })
        }
        Some(_) => return None,
    };
    // A leap second is not on our clock.
    let leap = text.get(17..19).is_some_and(|second| second == "60");
    pieces.time().filter(|_| !leap).map(|time| Clock::At(time, offset))
}

/// A number of one or two digits.
pub(super) fn short(text: &str) -> Option<i8> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A stretch of time from now, as days and seconds: `in 2 hours`, `90m`, `in 1 h 20 min`.
///
/// `None` if the words are no stretch; `Some(None)` if they begin like one and cannot be read.
pub(super) fn elapsed(tokens: &[String]) -> Option<Option<(i64, i64)>> {
    match tokens.split_first() {
        Some((first, rest)) if first == "in" => Some(stretch(rest)),
        Some(_) => stretch(tokens).map(Some),
        None => None,
    }
}

fn stretch(words: &[String]) -> Option<(i64, i64)> {
    let text = words.join(" ");
    let (mut days, mut seconds, mut rest) = (0_i64, 0_i64, text.as_str());
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |c| !c.is_ascii_digit());
        let (unit, after) = split_where(after.trim_start(), |c| !c.is_ascii_alphabetic());
        let number: i64 = number.parse().ok()?;
        match unit {
            "s" | "sec" | "secs" | "second" | "seconds" => seconds = seconds.checked_add(number)?,
            "m" | "min" | "mins" | "minute" | "minutes" => seconds = seconds.checked_add(number.checked_mul(60)?)?,
            "h" | "hr" | "hrs" | "hour" | "hours" => seconds = seconds.checked_add(number.checked_mul(3600)?)?,
            "d" | "day" | "days" => days = days.checked_add(number)?,
            "w" | "week" | "weeks" => days = days.checked_add(number.checked_mul(7)?)?,
            _ => return None,
        }
        rest = after.trim_start();
    }
    let short = days <= MOST_DAYS && seconds <= MOST_DAYS * 86_400;
    (short && !words.is_empty()).then_some((days, seconds))
}

fn split_where(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}
