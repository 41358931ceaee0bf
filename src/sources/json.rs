//! JSON Feed 1 and 1.1.
//!
//! Read value by value: what is of another kind than it should be is left out, and what nobody needs is not kept. An id
//! may be a number (version 1, "items").

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use url::Url;

use super::item::{Gathered, Raw, address};
use super::{Feed, ITEMS_MAX, Unreadable, date, plain};

/// How every version is named.
const VERSION: &str = "jsonfeed.org/version/";

/// Reads a feed in JSON.
pub(super) fn read(text: &str, url: &Url) -> Result<Feed, Unreadable> {
    let mut json = serde_json::Deserializer::from_str(text);
    let top = Top::deserialize(&mut json).map_err(|error| broken(text, &error))?;
    let kind = || Unreadable::Kind("JSON of another kind".to_owned());
    let is_feed = top.version.0.is_some_and(|version| version.contains(VERSION));
    let entries = top.items.0.filter(|_| is_feed).ok_or_else(kind)?;
    let mut gathered = Gathered::default();
    for entry in entries {
        if !gathered.push(raw(entry.0, url)) {
            break;
        }
    }
    Ok(gathered.finish(top.title.0.as_deref(), top.language.0.as_deref()))
}

fn broken(text: &str, error: &serde_json::Error) -> Unreadable {
    if error.is_eof() {
        return Unreadable::Cut;
    }
    let before = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let at = before.map(str::len).sum::<usize>() + error.column();
    Unreadable::Broken {
        at: at as u64,
        why: plain::text(&error.to_string(), 200).unwrap_or_default(),
    }
}

fn raw(entry: Entry, url: &Url) -> Raw {
    let whole = |text: Text| text.0.and_then(|text| address(&text, url));
    let mut raw = Raw {
        id: entry.id.0,
        url: whole(entry.url).or_else(|| whole(entry.external_url)),
        title: entry.title.0,
        summary: entry.summary.0,
        content: entry.content_text.0.or(entry.content_html.0),
        published: entry.date_published.0.as_deref().and_then(date::read),
        updated: entry.date_modified.0.as_deref().and_then(date::read),
        language: entry.language.0,
        ..Raw::default()
    };
    raw.picture(1, whole(entry.image));
    raw.picture(2, whole(entry.banner_image));
    for Table(attachment) in entry.attachments.0.unwrap_or_default() {
        if attachment.mime_type.0.is_some_and(|kind| kind.starts_with("image/")) {
            raw.picture(3, whole(attachment.url));
        }
    }
    raw
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Top {
    version: Text,
    title: Text,
    language: Text,
    // One more than are taken, so that it shows that there are more.
    items: List<Table<Entry>, { ITEMS_MAX + 1 }>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    id: Text,
    url: Text,
    external_url: Text,
    title: Text,
    summary: Text,
    content_text: Text,
    content_html: Text,
    date_published: Text,
    date_modified: Text,
    language: Text,
    image: Text,
    banner_image: Text,
    attachments: List<Table<Attachment>, 20>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attachment {
    url: Text,
    mime_type: Text,
}

/// A value that is read as far as it is of the kind that is wanted, and is empty otherwise.
trait Lenient<'de>: Default {
    fn of_text(_: String) -> Self {
        Self::default()
    }

    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn of_table<A: MapAccess<'de>>(mut table: A) -> Result<Self, A::Error> {
        while table.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

struct Reading<T>(PhantomData<T>);

impl<'de, T: Lenient<'de>> Visitor<'de> for Reading<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::of_text(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::of_text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::of_text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::of_text(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::of_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<T, A::Error> {
        T::of_table(table)
    }
}

fn lenient<'de, T: Lenient<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Reading(PhantomData))
}

/// Text, or a number as text.
#[derive(Default)]
struct Text(Option<String>);

impl Lenient<'_> for Text {
    fn of_text(text: String) -> Self {
        Self(Some(text).filter(|text| !text.trim().is_empty()))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient(deserializer)
    }
}

/// An object.
#[derive(Default)]
struct Table<T>(T);

impl<'de, T: Deserialize<'de> + Default> Lenient<'de> for Table<T> {
    fn of_table<A: MapAccess<'de>>(table: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(table)).map(Self)
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient(deserializer)
    }
}

/// A list, of which the first `MOST` are kept.
struct List<T, const MOST: usize>(Option<Vec<T>>);

impl<T, const MOST: usize> Default for List<T, MOST> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Lenient<'de> for List<T, MOST> {
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut kept = Vec::new();
        while kept.len() < MOST
            && let Some(entry) = list.next_element()?
        {
            kept.push(entry);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(Some(kept)))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for List<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient(deserializer)
    }
}
