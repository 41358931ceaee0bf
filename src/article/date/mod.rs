//! When an article was published, from the many ways in which pages write it.

#[cfg(test)]
mod tests;
mod words;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use words::{AROUND, is_weekday, month, offset_word};

/// When an article was published: an instant, or the day alone where the page tells no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    At(Timestamp),
    On(Date),
}

/// As RFC 3339: `2017-03-29T08:30:00Z`, `2017-03-29`.
impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Published::At(at) => at.fmt(f),
            Published::On(date) => date.fmt(f),
        }
    }
}

/// The years in which an article on the web may have been published: others are zeros, tests and typing errors.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// A date as pages write it; `None` where it is none, or could be two (`03/04/2017`).
pub(super) fn parse(raw: &str) -> Option<Published> {
    let raw = raw.trim();
    if raw.len() > 80 || !raw.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let found = if raw.bytes().all(|b| b.is_ascii_digit()) && raw.len() >= 10 {
        Published::At(epoch(raw)?)
    } else {
        let tokens = tokens(raw);
        let date = date(&tokens)?;
        match clock(&tokens) {
            Some((time, offset)) => {
                let local = DateTime::from_parts(date, time);
                Published::At(TimeZone::fixed(offset).to_timestamp(local).ok()?)
            }
            None => Published::On(date),
        }
    };
    let year = match found {
        Published::At(at) => TimeZone::UTC.to_datetime(at).year(),
        Published::On(date) => date.year(),
    };
    YEARS.contains(&year).then_some(found)
}

/// Seconds or milliseconds since 1970.
fn epoch(digits: &str) -> Option<Timestamp> {
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// Whether a line is a date and nothing else, as under a heading.
pub(super) fn is_all_date(line: &str) -> bool {
    let is_of_dates = |token: &Token| match token {
        Token::Word(word) => {
            month(word).is_some() || is_weekday(word) || offset_word(word).is_some() || AROUND.contains(&word.as_str())
        }
        _ => true,
    };
    line.len() <= 80 && parse(line).is_some() && tokens(line).iter().all(is_of_dates)
}

/// A number, a word in lower case, or a sign.
#[derive(Debug, PartialEq)]
enum Token {
    Number { value: i32, digits: usize },
    Word(String),
    Sign(char),
}

fn tokens(raw: &str) -> Vec<Token> {
    let mut list = Vec::new();
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let same: fn(char) -> bool = match c {
            c if c.is_ascii_digit() => |c| c.is_ascii_digit(),
            c if c.is_alphabetic() => char::is_alphabetic,
            _ => |_| false,
        };
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len()).max(c.len_utf8());
        let (piece, after) = rest.split_at(end);
        rest = after;
        if c.is_ascii_digit() {
            // More digits than any part of a date has: a value that fits none.
            let value = piece.parse().unwrap_or(i32::MAX);
            list.push(Token::Number { value, digits: end });
        } else if c.is_alphabetic() {
            list.push(Token::Word(piece.to_lowercase()));
        } else if !c.is_whitespace() && c != ',' {
            list.push(Token::Sign(c));
        }
    }
    list
}

fn date(tokens: &[Token]) -> Option<Date> {
    let (year, month, day) = numeric(tokens).or_else(|| written(tokens))?;
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// `2017-03-29`, `20170329`, `29.03.2017`, `2017年3月29日`, and `29/03/2017` where it cannot be the other way round.
fn numeric(tokens: &[Token]) -> Option<(i32, i32, i32)> {
    use Token::{Number, Sign, Word};
    match *tokens {
        [Number { value, digits: 8 }, ..] => Some((value / 10_000, value / 100 % 100, value % 100)),
        [
            Number { value: y, digits: 4 },
            Sign(a),
            Number { value: m, .. },
            Sign(b),
            Number { value: d, .. },
            ..,
        ] if a == b && matches!(a, '-' | '/' | '.') => Some((y, m, d)),
        [
            Number { value: first, .. },
            Sign(a),
            Number { value: second, .. },
            Sign(b),
            Number { value: y, digits: 4 },
            ..,
        ] if a == b && matches!(a, '-' | '/' | '.') => {
            if a == '.' || first > 12 || first == second {
                Some((y, second, first))
            } else {
                (second > 12).then_some((y, first, second))
            }
        }
        [
            Number { value: y, digits: 4 },
            Word(ref a),
            Number { value: m, .. },
            Word(ref b),
            Number { value: d, .. },
            ..,
        ] if matches!(a.as_str(), "年" | "년") && matches!(b.as_str(), "月" | "월") => Some((y, m, d)),
        _ => None,
    }
}

/// `29 March 2017`, `March 29, 2017`, `Wed Mar 29 10:00:00 +0000 2017`: the month in words, the day beside it, and the
/// first year after them.
fn written(tokens: &[Token]) -> Option<(i32, i32, i32)> {
    let at = tokens
        .iter()
        .take(8)
        .position(|token| matches!(token, Token::Word(word) if month(word).is_some()))?;
    let Some(Token::Word(word)) = tokens.get(at) else {
        return None;
    };
    let (before, after) = (tokens.get(..at)?, tokens.get(at + 1..)?);
    let day = |token: &Token| match token {
        Token::Number { value, digits: 1 | 2 } => Some(*value),
        _ => None,
    };
    let is_between = |token: &&Token| match token {
        Token::Word(word) => matches!(word.as_str(), "st" | "nd" | "rd" | "th" | "of" | "de" | "er" | "º"),
        Token::Sign(sign) => matches!(sign, '.' | '-' | '/' | 'º'),
        Token::Number { .. } => false,
    };
    let day_before = before.iter().rev().find(|token| !is_between(token)).and_then(day);
    let day_after = after.iter().find(|token| !is_between(token)).and_then(day);
    let year = after.iter().take(14).find_map(|token| match token {
        Token::Number { value, digits: 4 } if i16::try_from(*value).is_ok_and(|year| YEARS.contains(&year)) => {
            Some(*value)
        }
        _ => None,
    });
    Some((year?, month(word)?, day_before.or(day_after)?))
}

/// The time of day, where its distance from UTC is told too. Parts of seconds are dropped.
fn clock(tokens: &[Token]) -> Option<(Time, Offset)> {
    use Token::{Number, Sign, Word};
    let at = tokens
        .windows(2)
        .position(|pair| matches!(pair, [Number { .. }, Sign(':')]))?;
    let (hour, minute, mut rest) = match tokens.get(at..)? {
        [Number { value: hour, .. }, _, Number { value: minute, .. }, rest @ ..] => (*hour, *minute, rest),
        _ => return None,
    };
    let mut second = 0;
    if let [Sign(':'), Number { value, .. }, after @ ..] = rest {
        second = (*value).min(59);
        rest = after;
    }
    if let [Sign('.'), Number { .. }, after @ ..] = rest {
        rest = after;
    }
    let mut hour = hour;
    if let [Word(word), after @ ..] = rest {
        let half = matches!(word.as_str(), "am" | "pm");
        if half {
            hour = hour % 12 + if word == "pm" { 12 } else { 0 };
            rest = after;
        }
    }
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        0,
    )
    .ok()?;
    Some((time, offset(rest)?))
}

/// `Z`, `+01:00`, `-0500`, `GMT+0100`, `EST`.
fn offset(tokens: &[Token]) -> Option<Offset> {
    use Token::{Number, Sign, Word};
    let seconds = match tokens {
        [Word(word), rest @ ..] if matches!(rest, [Sign('+' | '-'), ..]) && offset_word(word) == Some(0) => {
            return offset(rest);
        }
        [Word(word), ..] => offset_word(word)? * 3600,
        [Sign(sign @ ('+' | '-' | '−')), Number { value, digits }, rest @ ..] => {
            let (hours, minutes) = match (digits, rest) {
                (4, _) => (value / 100, value % 100),
                (1 | 2, [Sign(':'), Number { value: minutes, .. }, ..]) => (*value, *minutes),
                (1 | 2, _) => (*value, 0),
                _ => return None,
            };
            if hours > 14 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if *sign == '+' { 1 } else { -1 }
        }
        _ => return None,
    };
    Offset::from_seconds(seconds).ok()
}
