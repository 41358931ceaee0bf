//! One `[[source]]`: a feed of the organisation's own whose items become drafts by themselves.

use std::collections::BTreeMap;

use super::common::language;
use super::field::{Bounds, Field};
use super::keys::SOURCE;
use super::names::{Names, own};
use super::walk::{Section, did_you_mean, place, quoted};
use super::{Source, address};
use crate::domain::post::tidy_url;
use crate::domain::source::EVERY_MIN;

/// Tags or hashtags of one source, at most.
const MOST: usize = 50;
/// The longest of them, in characters.
const LONGEST: usize = 100;

/// What must not stand twice, with where it stood first.
#[derive(Default)]
struct Seen {
    names: Names,
    /// By the tidied address, with the source's name.
    feeds: BTreeMap<String, (String, usize)>,
}

/// The sources of the file, in its order. `channels` are the channels' tables.
pub(super) fn all(sections: &[Section<'_>], channels: &[Section<'_>]) -> Vec<Source> {
    let names: Vec<&str> = channels
        .iter()
        .filter_map(|channel| channel.field("name")?.as_text())
        .collect();
    let mut seen = Seen::default();
    sections
        .iter()
        .filter_map(|section| read(section, &names, &mut seen))
        .collect()
}

/// Reads one source; `None` where it is too wrong to be one. Mistakes are noted in any case.
fn read(section: &Section<'_>, channels: &[&str], seen: &mut Seen) -> Option<Source> {
    section.only(&SOURCE);
    let name = own(section, "source", &mut seen.names);
    let url = url(section, name.as_deref(), seen);
    let every = section.field("every").and_then(|field| {
        field.duration(&Bounds {
            least: "1h",
            most: "30d",
        })
    });
    let words = |key: &str| section.field(key).map(|field| words(&field)).unwrap_or_default();
    let source = Source {
        to: section.field("to").and_then(|field| to(&field, channels)),
        language: section.field("language").and_then(|field| language(&field)),
        queue: section.field("queue").and_then(|field| field.flag()).unwrap_or(false),
        every: every.unwrap_or(EVERY_MIN),
        tags: words("tags"),
        hashtags: words("hashtags"),
        line: place(section.walk.text(), section.at).0,
        name: String::new(),
        url: String::new(),
    };
    Some(Source {
        name: name?,
        url: url?,
        ..source
    })
}

/// The feed's address, which no other source has: all its items would come twice.
fn url(section: &Section<'_>, name: Option<&str>, seen: &mut Seen) -> Option<String> {
    let (field, url) = address::of(section, "url = \"https://…\", the address of its feed")?;
    let key = tidy_url(url.as_str())?;
    if let Some((other, at)) = seen.feeds.get(&key) {
        let line = place(section.walk.text(), *at).0;
        let hint = "Keep one of them; its \"to\" may name more channels".to_owned();
        field.refuse(
            format!("source \"{other}\" on line {line} has the same feed, so its items would come twice"),
            Some(hint),
        );
        return None;
    }
    seen.feeds.insert(key, (name.unwrap_or_default().to_owned(), field.at));
    Some(url.into())
}

/// The channels that its posts go to, all of which are there.
fn to(field: &Field<'_>, channels: &[&str]) -> Option<Vec<String>> {
    let entries = field.list("[\"mastodon\"]")?;
    if entries.is_empty() {
        field.refuse(
            "\"to\" names no channel",
            Some("Take this line out for every channel of the post's language".to_owned()),
        );
    }
    let mut names: Vec<String> = Vec::new();
    for entry in &entries {
        let Some(name) = entry.line() else { continue };
        if !channels.contains(&name) {
            let hint = did_you_mean(name, channels).or_else(|| Some("Write the name of a [[channel]]".to_owned()));
            entry.refuse(format!("there is no channel {}", quoted(name)), hint);
        } else if names.iter().any(|other| other == name) {
            entry.refuse(format!("{} is named twice", quoted(name)), None);
        } else {
            names.push(name.to_owned());
        }
    }
    (!names.is_empty()).then_some(names)
}

/// Tags or hashtags, the latter with or without `#`.
fn words(field: &Field<'_>) -> Vec<String> {
    let example = format!(
        "[\"{}\"]",
        if field.name == "tags" {
            "website"
        } else {
            "HarmReduction"
        }
    );
    let entries = field.list(&example).unwrap_or_default();
    if let Some(first) = entries.get(MOST) {
        first.refuse(format!("\"{}\" has at most {MOST} entries", field.name), None);
        return Vec::new();
    }
    let mut words: Vec<String> = Vec::new();
    for entry in &entries {
        let Some(text) = entry.line() else { continue };
        let word = text.trim();
        let word = if field.name == "tags" {
            word
        } else {
            word.trim_start_matches('#')
        };
        if word.is_empty() || word.contains(',') {
            let hint = "Write each on its own, such as [\"one\", \"two\"]".to_owned();
            entry.refuse(format!("{} is empty or has a comma", quoted(text)), Some(hint));
        } else if word.chars().count() > LONGEST {
            entry.refuse(format!("{} is longer than {LONGEST} characters", quoted(text)), None);
        } else if words.iter().any(|other| other == word) {
            entry.refuse(format!("{} is named twice", quoted(text)), None);
        } else {
            words.push(word.to_owned());
        }
    }
    words
}
