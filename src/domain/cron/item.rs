//! One item of a field's list: `*`, a number or name, a range, each with its step.

use super::CronError;
use super::fields::{DOW, Kind, quoted, shown};

/// One item of a field's list.
pub(super) struct Item<'a> {
    pub(super) kind: &'a Kind,
    pub(super) text: &'a str,
    /// The whole field that the item is in.
    pub(super) field: &'a str,
    /// Where the item begins, in characters of the line from 1.
    pub(super) column: usize,
}

impl Item<'_> {
    /// The lowest number, the highest, and the step between.
    pub(super) fn read(&self) -> Result<(u32, u32, u32), CronError> {
        if self.text.is_empty() {
            return Err(self.wrong(
                "an item of the list is empty".to_owned(),
                "Take out the comma that is too many",
            ));
        }
        let (base, step) = match self.text.split_once('/') {
            Some((base, step)) => (base, Some(self.step(step)?)),
            None => (self.text, None),
        };
        let (low, high) = match (base, base.split_once('-')) {
            ("*", _) => (self.kind.min, self.kind.max),
            (_, Some((from, to))) => self.range(from, to)?,
            (_, None) => self.single(base, step.is_some())?,
        };
        Ok((low, high, step.unwrap_or(1)))
    }

    fn step(&self, text: &str) -> Result<u32, CronError> {
        let most = if self.kind.name == DOW.name { 7 } else { self.kind.max };
        number(text).filter(|step| (1..=most).contains(step)).ok_or_else(|| {
            let message = format!("the step {} must be a number from 1 to {most}", quoted(text));
            self.wrong(message, "A step stands after a slash: */2")
        })
    }

    fn single(&self, text: &str, stepped: bool) -> Result<(u32, u32), CronError> {
        let value = self.value(text)?;
        if !stepped {
            return Ok((value, value));
        }
        if number(text).is_none() {
            let message = format!("a step needs a number or a range, and {} is a name", quoted(text));
            return Err(self.wrong(message, &format!("Write {value}-{}", self.kind.max)));
        }
        Ok((value, self.kind.max))
    }

    fn range(&self, from: &str, to: &str) -> Result<(u32, u32), CronError> {
        let (low, mut high) = (self.value(from)?, self.value(to)?);
        // A week may end on Sunday: FRI-SUN is 5-7.
        if self.kind.name == DOW.name && to.eq_ignore_ascii_case("SUN") && low > 0 {
            high = 7;
        }
        if low > high {
            let message = format!("the range {from}-{to} runs backwards");
            return Err(self.wrong(message, &format!("Write {}", self.turned(low, high))));
        }
        Ok((low, high))
    }

    /// The two rising ranges that a backwards one most likely means.
    fn turned(&self, low: u32, high: u32) -> String {
        let span = |from: u32, to: u32| {
            if from == to {
                from.to_string()
            } else {
                format!("{from}-{to}")
            }
        };
        let max = if self.kind.name == DOW.name { 6 } else { self.kind.max };
        format!("{},{}", span(low.min(max), max), span(self.kind.min, high))
    }

    fn value(&self, text: &str) -> Result<u32, CronError> {
        let named = self
            .kind
            .names
            .iter()
            .zip(self.kind.min..)
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        if let Some((_, value)) = named {
            return Ok(value);
        }
        let Kind { min, max, .. } = self.kind;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!(
                "{} is not a number{}",
                quoted(text),
                if self.kind.names.is_empty() { "" } else { " or a name" }
            );
            return Err(self.wrong(message, &self.advice(text)));
        }
        number(text)
            .filter(|value| (*min..=*max).contains(value))
            .ok_or_else(|| {
                let message = format!("{} is not between {min} and {max}", shown(text));
                self.wrong(message, &format!("Write a number from {min} to {max}"))
            })
    }

    /// What to write instead of a text that is no number.
    fn advice(&self, text: &str) -> String {
        let Kind { min, max, names, .. } = self.kind;
        let start: String = text.chars().take(3).collect();
        if text.contains('?') {
            return "Write * for any day".to_owned();
        }
        if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(&start))
            && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            return format!("Write {name}");
        }
        if let Some((hour, minute)) = self.field.split_once(':')
            && let (Some(hour @ 0..=23), Some(minute @ 0..=59)) = (number(hour), number(minute))
        {
            return format!("The minute stands first, then the hour: {minute} {hour} * * *");
        }
        if text.contains(['L', 'W', 'H', '#']) {
            return "Handbill has no L, W, # or H; write the days as numbers".to_owned();
        }
        match names.first().zip(names.last()) {
            Some((first, last)) => {
                format!("Write {min} to {max}, or a name from {first} to {last}")
            }
            None => format!("Write a number from {min} to {max}, or *"),
        }
    }

    fn wrong(&self, message: String, hint: &str) -> CronError {
        CronError {
            field: Some(self.kind.name),
            column: self.column,
            message,
            hint: Some(hint.to_owned()),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
