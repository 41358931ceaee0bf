//! Feeds of an organisation's own: RSS 0.9 to 2.0, Atom, JSON Feed, read from their bytes. Nothing is asked of anybody.
//!
//! A feed is written by a machine and trusted by nobody: what comes out is plain text of one line, whole web addresses
//! and instants, all of bounded size. Markup, control characters and overrides of the writing direction stay behind.
//! Entities that a document defines itself are never filled in and nothing outside it is looked up, so that none can
//! grow or read a file.
//!
//! Feeds are seldom quite right, so most mistakes cost one value and not the feed: a bare `&`, a number for an id, a
//! wrong weekday, an address without its host. What is not well-formed, or ends in the middle, is refused whole: half
//! a feed would look like one that shrank.

mod date;
mod item;
mod json;
mod page;
mod plain;
#[cfg(test)]
mod tests;
mod unreadable;
mod walk;
mod xml;

use jiff::Timestamp;
use url::Url;

pub use self::unreadable::Unreadable;
use crate::domain::source::Sight;
use crate::fetch::decode;

/// The most items that are read of one feed.
pub const ITEMS_MAX: usize = 20_000;
/// The longest title, in characters.
pub const TITLE_MAX: usize = 300;
/// The longest summary, in characters.
pub const SUMMARY_MAX: usize = 1_000;
/// The longest id, in bytes. A longer one is kept as its fingerprint, `sha256:` and 64 hexadecimal digits.
pub const ID_MAX: usize = 1_024;
/// The longest address, in bytes; a longer one is none.
pub const ADDRESS_MAX: usize = 2_000;

/// What a feed says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// At most [`TITLE_MAX`] characters.
    pub title: Option<String>,
    /// A language tag.
    pub language: Option<String>,
    /// In the feed's order; no two with one id.
    pub items: Vec<Item>,
    /// Further items with the id of an earlier one, which are left out.
    pub repeated: usize,
    /// Whether there is more than [`ITEMS_MAX`]; the rest was not read.
    pub cut: bool,
}

/// One article of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The feed's own; else its address; else the fingerprint of its words.
    pub id: String,
    /// http or https, absolute, without user and password.
    pub url: Option<String>,
    /// At most [`TITLE_MAX`] characters.
    pub title: Option<String>,
    /// At most [`SUMMARY_MAX`] characters.
    pub summary: Option<String>,
    /// As the feed says, which may be wrong and in the future. A day without an hour is its noon in UTC, which is that
    /// day nearly everywhere.
    pub published: Option<Timestamp>,
    /// A language tag.
    pub language: Option<String>,
    /// http or https, absolute.
    pub image: Option<String>,
}

impl Item {
    /// What the decision whether it is new looks at.
    #[must_use]
    pub fn sight(&self) -> Sight<'_> {
        Sight {
            id: &self.id,
            url: self.url.as_deref(),
            title: self.title.as_deref(),
            summary: self.summary.as_deref(),
            published: self.published,
        }
    }
}

/// Reads a feed. `url` is where it came from in the end: relative addresses begin there, unless the feed names another
/// base. What it is shows in the bytes, not in `content_type`, which only helps with their encoding.
///
/// # Errors
/// What stands there instead, in words.
pub fn read(body: &[u8], content_type: Option<&str>, url: &Url) -> Result<Feed, Unreadable> {
    let (text, _) = decode(body, content_type);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    match text.chars().next() {
        None => Err(Unreadable::Empty),
        Some('{') => json::read(text, url),
        Some('<') => xml::read(text, url),
        Some(_) => Err(Unreadable::Other),
    }
}
