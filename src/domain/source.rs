//! An organisation's own feed: which of its items are new, and when it is asked next.
//!
//! Nothing comes twice. An item is known by its id, by its tidied address and by its words (title, summary and date
//! together), so that a feed which changes one or two of them brings nothing again. Where all three are new but title and
//! summary are those of an item that has left the feed, it is an [echo](Take::echo): two or more of them at once are a
//! feed that moved and nothing is made of them; a single one may be meant, and a person decides. What was seen once stays known
//! **for ever**: a feed may show an old article again after years, and no shorter time would be safe. A row is about
//! 200 bytes, an organisation's own articles are some hundreds a year, and a feed that makes up new ids at every look
//! is stopped ([`FLOODS_MAX`]) before it fills anything.
//!
//! Nothing floods. Nothing older than the day on which the source was added is taken. At the first poll an item without
//! a date is recorded and not taken; later it is new if it was never seen. A poll takes at most [`TAKE_MAX`] items, the
//! oldest first, and the rest waits for the next polls. More than [`FLOOD`] new items at once are no news but a feed
//! that changed: none is taken and a person is told.
//!
//! A date more than a day ahead says nothing, so it counts as none. That holds too where this machine's clock is behind:
//! then all dates are ahead, and a first poll takes nothing.

mod blurb;
mod news;
mod notice;
mod polls;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::Digest as _;

pub use blurb::blurb;
pub use news::{Decision, Fresh, Take, decide};
pub use notice::Notice;
pub use polls::{Answer, Outcome, State, Stop, after, due, failing_for};

use super::post::tidy_url;

/// The most items that one poll takes.
pub const TAKE_MAX: usize = 20;
/// More new items than this at once are not taken at all.
pub const FLOOD: usize = 50;
/// So many items at once with the words of earlier ones are a feed that moved.
pub const ECHOES: usize = 2;
/// So many floods without news between them stop the source.
pub const FLOODS_MAX: u32 = 3;
/// The shortest time between two polls, and the usual one.
pub const EVERY_MIN: SignedDuration = SignedDuration::from_hours(1);
/// The longest pause after failures, unless the source is asked more seldom anyway.
pub const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// The longest wish of a server for silence that is heeded; a longer one is taken to be this.
pub const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(30 * 24);
/// At so many failures one after another a person is told: with polls every hour, after 15 hours.
pub const FAILURES_TOLD: u32 = 5;
/// A date that is further ahead is none.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// What is looked at in an item of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight<'a> {
    pub id: &'a str,
    pub url: Option<&'a str>,
    pub title: Option<&'a str>,
    pub summary: Option<&'a str>,
    pub published: Option<Timestamp>,
}

/// One thing by which an item is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Id(String),
    /// Tidied.
    Url(String),
    /// The fingerprint of title, summary and date.
    Words(String),
    /// The fingerprint of title and summary. No two items are the same for that alone.
    Text(String),
}

/// The keys of an item, or those of them that are not known yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    pub id: Option<String>,
    /// Tidied.
    pub url: Option<String>,
    /// The fingerprint of title, summary and date.
    pub words: Option<String>,
    /// The fingerprint of title and summary; no key by itself.
    pub text: Option<String>,
}

impl Keys {
    /// The keys of an item.
    #[must_use]
    pub fn of(item: &Sight<'_>) -> Self {
        Self {
            id: Some(item.id.to_owned()),
            url: item.url.and_then(tidy_url),
            words: words(item),
            text: text(item),
        }
    }

    /// What an item is known by.
    pub fn iter(&self) -> impl Iterator<Item = Key> {
        let id = self.id.clone().map(Key::Id);
        let url = self.url.clone().map(Key::Url);
        let words = self.words.clone().map(Key::Words);
        id.into_iter().chain(url).chain(words)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_none() && self.url.is_none() && self.words.is_none()
    }

    /// Those that are not among others.
    fn without(self, is_known: impl Fn(&Key) -> bool) -> Self {
        let keep = |key: Option<String>, kind: fn(String) -> Key| key.filter(|key| !is_known(&kind(key.clone())));
        Self {
            id: keep(self.id, Key::Id),
            url: keep(self.url, Key::Url),
            words: keep(self.words, Key::Words),
            text: self.text,
        }
    }
}

/// Same words at the same time are the same article, under whatever id and address: so a move to another system or host
/// brings nothing again. A title alone says too little, and so do words that may be said every week.
fn words(item: &Sight<'_>) -> Option<String> {
    let (title, summary) = (item.title?, item.summary.unwrap_or_default());
    let date = match item.published {
        Some(at) => at.as_second().to_string(),
        None if summary.is_empty() => return None,
        None => String::new(),
    };
    Some(fingerprint(&[title, summary, &date]))
}

fn text(item: &Sight<'_>) -> Option<String> {
    let summary = item.summary.filter(|summary| !summary.is_empty())?;
    Some(fingerprint(&[item.title?, summary]))
}

fn fingerprint(words: &[&str]) -> String {
    let hash = sha2::Sha256::digest(words.join("\n").as_bytes());
    // Half of it tells as many articles apart as anybody will ever write.
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// What is recorded under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The row.
    pub row: i64,
    /// Whether it was new and could not be taken yet.
    pub waits: bool,
}

/// What is recorded of a source's items: at least all rows that a key of the present items leads to.
pub type Known = HashMap<Key, Standing>;

/// The beginning of the day on which a source was added, in the organisation's zone. Nothing older is taken.
#[must_use]
pub fn since(added_at: Timestamp, tz: &TimeZone) -> Timestamp {
    let zoned = added_at.to_zoned_datetime(tz.clone());
    zoned.start_of_day().map_or(added_at, |start| start.timestamp())
}
