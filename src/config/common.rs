//! What every channel may say, and `[defaults]` for all of them.

use jiff::SignedDuration;

use super::OnUnknown;
use super::field::{Bounds, Field};
use super::lint::Given;
use super::walk::Section;
use super::zone;
use crate::domain::compose::LinkPlace;
use crate::domain::cron::{Cron, CronError};
use crate::domain::schedule::Schedule;
use crate::domain::when::Zones;

/// Lines of one schedule, at most.
const MOST_LINES: usize = 100;

/// The common keys as they were given, in one table.
#[derive(Clone, Default)]
pub(super) struct Common {
    pub(super) handle: Option<String>,
    pub(super) language: Option<String>,
    pub(super) schedule: Option<Schedule>,
    pub(super) timezone: Option<String>,
    pub(super) min_gap: Option<SignedDuration>,
    pub(super) late_limit: Option<SignedDuration>,
    pub(super) undo: Option<SignedDuration>,
    pub(super) duplicate_window: Option<SignedDuration>,
    pub(super) stale_limit: Option<SignedDuration>,
    pub(super) on_unknown: Option<OnUnknown>,
    pub(super) allow_private: Option<bool>,
    /// With the place where it stands.
    pub(super) absent_after: Option<(SignedDuration, usize)>,
    pub(super) link: Option<LinkPlace>,
    pub(super) lint: Given,
}

impl Common {
    pub(super) fn read(section: &Section<'_>, zones: &dyn Zones) -> Common {
        let time = |name: &str, least: &'static str, most: &'static str| {
            section
                .field(name)
                .and_then(|field| field.duration(&Bounds { least, most }))
        };
        let words = [("ask", OnUnknown::Ask), ("resend", OnUnknown::Resend)];
        Common {
            handle: section
                .field("handle")
                .and_then(|field| field.line().map(str::to_owned)),
            language: section.field("language").and_then(|field| language(&field)),
            schedule: section.field("schedule").and_then(|field| schedule(&field)),
            timezone: section.field("timezone").and_then(|field| zone::read(&field, zones)),
            min_gap: time("min_gap", "0s", "30d"),
            // Slots and set times are looked at every few seconds: with less than a minute all would be missed.
            late_limit: time("late_limit", "1s", "30d"),
            undo: time("undo", "0s", "1h"),
            duplicate_window: time("duplicate_window", "0s", "3652d"),
            stale_limit: time("stale_limit", "0s", "3652d"),
            on_unknown: section.field("on_unknown").and_then(|field| field.word(&words)),
            allow_private: section.field("allow_private").and_then(|field| field.flag()),
            absent_after: section.field("absent_after").and_then(|field| {
                Some((
                    field.duration(&Bounds {
                        least: "0s",
                        most: "1d",
                    })?,
                    field.at,
                ))
            }),
            link: section.field("link").and_then(|field| {
                let places = [LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card];
                field.word(&places.map(|place| (place.as_str(), place)))
            }),
            lint: section
                .field("lint")
                .map(|field| Given::read(&field))
                .unwrap_or_default(),
        }
    }

    /// What a channel says, else what `[defaults]` say.
    pub(super) fn or(self, defaults: &Common) -> Common {
        let defaults = defaults.clone();
        Common {
            handle: self.handle.or(defaults.handle),
            language: self.language.or(defaults.language),
            schedule: self.schedule.or(defaults.schedule),
            timezone: self.timezone.or(defaults.timezone),
            min_gap: self.min_gap.or(defaults.min_gap),
            late_limit: self.late_limit.or(defaults.late_limit),
            undo: self.undo.or(defaults.undo),
            duplicate_window: self.duplicate_window.or(defaults.duplicate_window),
            stale_limit: self.stale_limit.or(defaults.stale_limit),
            on_unknown: self.on_unknown.or(defaults.on_unknown),
            allow_private: self.allow_private.or(defaults.allow_private),
            absent_after: self.absent_after.or(defaults.absent_after),
            link: self.link.or(defaults.link),
            lint: self.lint.or(&defaults.lint),
        }
    }
}

/// A language tag in the form of BCP 47, as written.
pub(super) fn language(field: &Field<'_>) -> Option<String> {
    let tag = field.line()?;
    match tag_error(tag) {
        None => Some(tag.to_owned()),
        Some((message, hint)) => {
            field.refuse(message, hint);
            None
        }
    }
}

/// What is wrong with a language tag, and what to write instead. Two or three letters, then subtags of up to eight
/// letters or digits; longer first words are reserved, and mostly a language's name.
pub(super) fn tag_error(tag: &str) -> Option<(String, Option<String>)> {
    let mut words = tag.split('-');
    let first = words.next().unwrap_or_default();
    let good = (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && words.all(|word| (1..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        && tag.len() <= 35;
    if good {
        return None;
    }
    let dashed = tag.replace('_', "-");
    let hint = if dashed != tag && tag_error(&dashed).is_none() {
        format!("Write \"{dashed}\"")
    } else {
        "Write a tag such as \"en\", \"fr\" or \"pt-BR\"".to_owned()
    };
    Some((
        format!("{} is not a language tag", super::walk::quoted(tag)),
        Some(hint),
    ))
}

fn schedule(field: &Field<'_>) -> Option<Schedule> {
    // One line without its brackets says clearly what it means, but the key is a list everywhere else.
    let example = match field.as_text() {
        Some(line) if Cron::parse(line).is_ok() => format!("[\"{line}\"]"),
        _ => "[\"0 9 * * mon-fri\"]".to_owned(),
    };
    let entries = field.list(&example)?;
    if let Some(first) = entries.get(MOST_LINES) {
        first.refuse(format!("a schedule has at most {MOST_LINES} lines"), None);
        return None;
    }
    let lines: Vec<Option<Cron>> = entries.iter().map(cron).collect();
    lines.into_iter().collect::<Option<Vec<Cron>>>().map(Schedule::new)
}

fn cron(entry: &Field<'_>) -> Option<Cron> {
    let text = entry.line()?;
    match Cron::parse(text) {
        Ok(cron) => Some(cron),
        Err(CronError {
            field,
            column,
            message,
            hint,
        }) => {
            let message = field.map_or_else(|| message.clone(), |field| format!("{field}: {message}"));
            entry.walk.mistake(entry.at_column(column), message, hint);
            None
        }
    }
}
