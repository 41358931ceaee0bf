//! The five fields of a cron line, read into sets of numbers.
//!
//! Strict, and exact about where a mistake is: every refusal names the field, the character where
//! the wrong item begins, and what to write instead.

use super::CronError;
use super::item::Item;
use super::words;

/// What a field may hold.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) min: u32,
    pub(super) max: u32,
    /// Three-letter names; the first stands for `min`.
    pub(super) names: &'static [&'static str],
}

const MINUTE: Kind = Kind {
    name: "minute",
    min: 0,
    max: 59,
    names: &[],
};
const HOUR: Kind = Kind {
    name: "hour",
    min: 0,
    max: 23,
    names: &[],
};
pub(super) const DOM: Kind = Kind {
    name: "day-of-month",
    min: 1,
    max: 31,
    names: &[],
};
const MONTH: Kind = Kind {
    name: "month",
    min: 1,
    max: 12,
    names: &[
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ],
};
pub(super) const DOW: Kind = Kind {
    name: "day-of-week",
    min: 0,
    max: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};

const ALIASES: &[(&str, &str)] = &[
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// The numbers that a field matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set {
    bits: u64,
    all: u64,
    /// Whether the field begins with `*`.
    pub(super) star: bool,
    /// Where the field begins, in characters from 1.
    pub(super) column: usize,
}

impl Set {
    pub(super) fn full(&self) -> bool {
        self.bits == self.all
    }

    pub(super) fn contains(&self, value: u32) -> bool {
        value < 64 && self.bits & (1 << value) != 0
    }

    /// The numbers, rising.
    pub(super) fn values(&self) -> impl Iterator<Item = u32> + '_ {
        (0..64).filter(|value| self.contains(*value))
    }
}

/// The five fields of one line; in `dow` Sunday is 0 alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) minute: Set,
    pub(super) hour: Set,
    pub(super) dom: Set,
    pub(super) month: Set,
    pub(super) dow: Set,
}

impl Fields {
    /// Whether a day must match both day fields (one of them begins with `*`), not either.
    pub(super) fn both_days(&self) -> bool {
        self.dom.star || self.dow.star
    }
}

/// A part of the line and where it begins, in characters from 1.
type Token<'a> = (usize, &'a str);

pub(super) fn parse(text: &str) -> Result<Fields, CronError> {
    let tokens = tokens(text);
    if let Some((column, name)) = tokens.first().filter(|(_, token)| token.starts_with('@')) {
        return alias(*column, name, &tokens);
    }
    let [minute, hour, dom, month, dow] = tokens.as_slice() else {
        return Err(wrong_count(text, &tokens));
    };
    let mut fields = Fields {
        minute: field(&MINUTE, *minute)?,
        hour: field(&HOUR, *hour)?,
        dom: field(&DOM, *dom)?,
        month: field(&MONTH, *month)?,
        dow: field(&DOW, *dow)?,
    };
    fold_sunday(&mut fields.dow);
    Ok(fields)
}

/// 7 is Sunday too; from here on Sunday is 0 alone.
fn fold_sunday(dow: &mut Set) {
    if dow.contains(7) {
        dow.bits = (dow.bits & !(1 << 7)) | 1;
    }
    dow.all = (1 << 7) - 1;
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start: Option<(usize, usize)> = None;
    let mut column = 0;
    for (at, letter) in text.char_indices() {
        column += 1;
        match (letter == ' ' || letter == '\t', start) {
            (true, Some((from, begun))) => {
                tokens.push((begun, &text[from..at]));
                start = None;
            }
            (false, None) => start = Some((at, column)),
            _ => {}
        }
    }
    if let Some((from, begun)) = start {
        tokens.push((begun, &text[from..]));
    }
    tokens
}

fn alias(column: usize, name: &str, tokens: &[Token<'_>]) -> Result<Fields, CronError> {
    let known = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    match (known, tokens.get(1)) {
        (Some((_, line)), None) => parse(line),
        (Some((alias, _)), Some((more, _))) => Err(CronError {
            field: None,
            column: *more,
            message: format!("nothing may follow {alias}"),
            hint: Some(format!("Write {alias} alone")),
        }),
        (None, _) => Err(CronError {
            field: None,
            column,
            message: format!("{} is not a schedule that Handbill knows", quoted(name)),
            hint: Some(unknown_alias(name)),
        }),
    }
}

fn unknown_alias(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "@every" => "Write the minutes instead, every 5 minutes is */5 * * * *",
        "@reboot" => "A slot has a time: write the minute and the hour, 0 9 * * *",
        _ => "Known are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually",
    }
    .to_owned()
}

fn wrong_count(text: &str, tokens: &[Token<'_>]) -> CronError {
    let found = tokens.len();
    let column = tokens
        .get(5)
        .map_or_else(|| text.chars().count() + 1, |(column, _)| *column);
    let hint = if found == 6 || found == 7 {
        let five: Vec<&str> = tokens[1..6].iter().map(|(_, token)| *token).collect();
        let five = five.join(" ");
        match parse(&five) {
            Ok(_) => format!("Handbill has no seconds or year field; write {five}"),
            Err(_) => "Handbill has no seconds or year field".to_owned(),
        }
    } else {
        "Write minute, hour, day of month, month, day of week: 0 9 * * 1-5".to_owned()
    };
    CronError {
        field: None,
        column,
        message: format!("expected 5 fields, found {found}"),
        hint: Some(hint),
    }
}

fn field(kind: &Kind, (column, text): Token<'_>) -> Result<Set, CronError> {
    let all = (kind.min..=kind.max).fold(0, |bits, value| bits | 1 << value);
    let mut set = Set {
        bits: 0,
        all,
        star: text.starts_with('*'),
        column,
    };
    let mut at = column;
    for part in text.split(',') {
        let item = Item {
            kind,
            text: part,
            field: text,
            column: at.min(column + text.chars().count() - 1),
        };
        let (low, high, step) = item.read()?;
        let mut value = low;
        while value <= high {
            set.bits |= 1 << value;
            value += step;
        }
        at += part.chars().count() + 1;
    }
    Ok(set)
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

/// A piece of the line for a message: short, and without characters that upset a terminal.
pub(super) fn shown(text: &str) -> String {
    words::short(text, 24)
}
