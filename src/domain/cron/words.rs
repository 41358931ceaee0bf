//! A cron line in words, so that a person can see what they wrote.

use super::fields::{Fields, Set};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// The largest number of times of day that are named one by one.
const NAMED_TIMES: usize = 6;

pub(super) fn describe(fields: &Fields) -> String {
    let (times, daily) = times(fields);
    let days = days(fields);
    match (days.is_empty(), daily) {
        (true, true) => format!("{times} every day"),
        (true, false) => times,
        (false, _) => format!("{times} {days}"),
    }
}

/// The full English name of a month, 1 to 12.
pub(super) fn month(number: u32) -> &'static str {
    name(&MONTHS, number.wrapping_sub(1))
}

/// A text held to `limit` characters, with control characters shown as a dot.
pub(super) fn short(text: &str, limit: usize) -> String {
    let mut short: String = text
        .chars()
        .take(limit)
        .map(|c| if c.is_control() { '·' } else { c })
        .collect();
    if text.chars().nth(limit).is_some() {
        short.push('…');
    }
    short
}

fn name(names: &[&'static str], index: u32) -> &'static str {
    usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or("?")
}

/// The times of day, and whether "every day" may follow them.
fn times(fields: &Fields) -> (String, bool) {
    let minutes: Vec<u32> = fields.minute.values().collect();
    let hours: Vec<u32> = fields.hour.values().collect();
    let rhythm = rhythm(&minutes, 60);
    if fields.hour.full() {
        let text = match (rhythm, minutes.as_slice()) {
            (Some(1), _) => "every minute".to_owned(),
            (Some(60), _) => "every hour, on the hour".to_owned(),
            (Some(step), _) => format!("every {step} minutes"),
            (None, minutes) => format!("every hour at {} past", minutes_past(minutes)),
        };
        return (text, false);
    }
    let few = minutes.len() * hours.len() <= NAMED_TIMES;
    if few || (hours.len() == 1 && rhythm.is_none()) {
        let times = hours
            .iter()
            .flat_map(|hour| minutes.iter().map(|minute| clock(*hour, *minute)));
        return (format!("at {}", and(&times.collect::<Vec<_>>())), true);
    }
    if let ([minute], Some(step)) = (minutes.as_slice(), self::rhythm(&hours, 24)) {
        return (format!("every {step} hours from {}", clock(0, *minute)), false);
    }
    let (first, last) = (
        minutes.first().copied().unwrap_or(0),
        minutes.last().copied().unwrap_or(0),
    );
    if let Some((from, to)) = run(&hours) {
        let span = format!("from {} to {}", clock(from, first), clock(to, last));
        let text = match (rhythm, minutes.as_slice()) {
            (Some(1), _) => format!("every minute {span}"),
            (Some(60), _) | (None, [_]) => format!("every hour {span}"),
            (Some(step), _) => format!("every {step} minutes {span}"),
            (None, minutes) => format!("at {} past every hour {span}", minutes_past(minutes)),
        };
        return (text, false);
    }
    let past = match rhythm {
        Some(1) => "every minute".to_owned(),
        Some(step @ 2..=30) => format!("every {step} minutes"),
        _ => format!("at {} past", minutes_past(&minutes)),
    };
    let hours: Vec<String> = hours.iter().map(u32::to_string).collect();
    (format!("{past} in the hours {}", and(&hours)), false)
}

fn clock(hour: u32, minute: u32) -> String {
    format!("{hour:02}:{minute:02}")
}

fn minutes_past(minutes: &[u32]) -> String {
    let list: Vec<String> = minutes.iter().map(u32::to_string).collect();
    format!("{} {}", and(&list), if minutes == [1] { "minute" } else { "minutes" })
}

/// The step of numbers that divide the whole evenly from 0 on: 0, 15, 30, 45 of 60 is 15.
fn rhythm(values: &[u32], whole: u32) -> Option<u32> {
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    let step = whole / count;
    let even = step * count == whole && values.iter().zip(0..).all(|(value, index)| *value == index * step);
    even.then_some(step)
}

/// The ends of numbers that follow one another.
fn run(values: &[u32]) -> Option<(u32, u32)> {
    let (first, last) = (*values.first()?, *values.last()?);
    let unbroken = values.iter().zip(first..).all(|(value, expected)| *value == expected);
    unbroken.then_some((first, last))
}

fn days(fields: &Fields) -> String {
    let Fields { dom, dow, .. } = fields;
    let days = match (dom.full(), dow.full()) {
        (true, true) => String::new(),
        (false, true) if fields.both_days() => format!("on {}", dates(dom)),
        (true, false) if fields.both_days() => weekdays(dow),
        (_, _) if fields.both_days() => {
            format!("on every {} that is {}", and_names(dow), dates_or(dom))
        }
        // Either may match, and one of them always does.
        (true, _) | (_, true) => String::new(),
        (false, false) => return either(fields),
    };
    let months = months(&fields.month);
    match (days.is_empty(), months.is_empty()) {
        (_, true) => days,
        (true, false) => format!("every day in {months}"),
        (false, false) if dow.full() => format!("{days} of {months}"),
        (false, false) => format!("{days} in {months}"),
    }
}

/// "on the 1st, the 15th and every Monday"
fn either(fields: &Fields) -> String {
    let mut items = items(&fields.dom, |day| format!("the {}", ordinal(day)));
    items.push(format!("every {}", and_names(&fields.dow)));
    let months = months(&fields.month);
    let days = format!("on {}", and(&items));
    if months.is_empty() {
        days
    } else {
        format!("{days} in {months}")
    }
}

fn weekdays(dow: &Set) -> String {
    let days: Vec<u32> = dow.values().collect();
    match days.as_slice() {
        [1, 2, 3, 4, 5] => "on weekdays".to_owned(),
        [0, 6] => "on Saturdays and Sundays".to_owned(),
        _ => format!("every {}", and_names(dow)),
    }
}

/// Day names from Monday on, Sunday last.
fn and_names(dow: &Set) -> String {
    let names: Vec<String> = (1..=7)
        .map(|day| day % 7)
        .filter(|day| dow.contains(*day))
        .map(|day| name(&DAYS, day).to_owned())
        .collect();
    and(&names)
}

fn dates(dom: &Set) -> String {
    and(&items(dom, |day| format!("the {}", ordinal(day))))
}

fn dates_or(dom: &Set) -> String {
    join(&items(dom, |day| format!("the {}", ordinal(day))), "or")
}

fn months(set: &Set) -> String {
    if set.full() {
        return String::new();
    }
    and(&items(set, |number| month(number).to_owned()))
}

/// The numbers of a set as words; three or more in a row become "the 1st to the 7th", a long
/// rhythm "the 1st, the 3rd and so on to the 31st".
fn items(set: &Set, word: impl Fn(u32) -> String) -> Vec<String> {
    let values: Vec<u32> = set.values().collect();
    if let [first, second, .., last] = values.as_slice()
        && values.len() > NAMED_TIMES
        && *second > *first + 1
        && values.windows(2).all(|pair| pair[1] - pair[0] == *second - *first)
    {
        let (first, second, last) = (word(*first), word(*second), word(*last));
        return vec![format!("{first}, {second} and so on to {last}")];
    }
    let mut items = Vec::new();
    let mut index = 0;
    while let Some(first) = values.get(index).copied() {
        let length = values[index..]
            .iter()
            .zip(first..)
            .take_while(|(value, expected)| **value == *expected)
            .count();
        let last = values[index + length - 1];
        if length >= 3 {
            items.push(format!("{} to {}", word(first), word(last)));
        } else {
            items.extend(values[index..index + length].iter().map(|value| word(*value)));
        }
        index += length;
    }
    items
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn and(items: &[String]) -> String {
    join(items, "and")
}

fn join(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}
