//! From what a feed says of an article to an item, and from items to a feed.

use std::collections::HashSet;

use jiff::Timestamp;
use sha2::Digest as _;
use url::Url;

use super::{ADDRESS_MAX, Feed, ID_MAX, ITEMS_MAX, Item, SUMMARY_MAX, TITLE_MAX, plain};

/// What stands in a feed of one article, as written, but for addresses, which are whole already.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// The feed's own.
    pub(super) id: Option<String>,
    pub(super) url: Option<String>,
    /// An address that is one only if there is no other.
    pub(super) permalink: Option<String>,
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) content: Option<String>,
    pub(super) published: Option<Timestamp>,
    pub(super) updated: Option<Timestamp>,
    pub(super) language: Option<String>,
    /// With how good it is; the least is the best.
    pub(super) image: Option<(u8, String)>,
}

impl Raw {
    /// Takes a picture if it is better than the one that is there.
    pub(super) fn picture(&mut self, rank: u8, url: Option<String>) {
        if let Some(url) = url
            && self.image.as_ref().is_none_or(|(best, _)| rank < *best)
        {
            self.image = Some((rank, url));
        }
    }
}

/// Sets what is not set yet: the first that says something counts.
pub(super) fn first<T>(place: &mut Option<T>, value: Option<T>) {
    if place.is_none() {
        *place = value;
    }
}

/// Gathers the items of a feed.
#[derive(Default)]
pub(super) struct Gathered {
    feed: Feed,
    ids: HashSet<String>,
}

impl Gathered {
    /// Takes an item; one that says nothing at all is none. `false` where there are too many.
    pub(super) fn push(&mut self, raw: Raw) -> bool {
        let Some(item) = item(raw) else { return true };
        if self.feed.items.len() >= ITEMS_MAX {
            self.feed.cut = true;
            return false;
        }
        if self.ids.insert(item.id.clone()) {
            self.feed.items.push(item);
        } else {
            self.feed.repeated += 1;
        }
        true
    }

    pub(super) fn finish(self, title: Option<&str>, language: Option<&str>) -> Feed {
        Feed {
            title: title.and_then(|title| plain::text(title, TITLE_MAX)),
            language: language.and_then(tag),
            ..self.feed
        }
    }
}

fn item(raw: Raw) -> Option<Item> {
    let title = raw.title.as_deref().and_then(|text| plain::text(text, TITLE_MAX));
    let short = |text: &Option<String>| text.as_deref().and_then(|text| plain::text(text, SUMMARY_MAX));
    let summary = short(&raw.summary).or_else(|| short(&raw.content));
    let url = raw.url.or(raw.permalink);
    if title.is_none() && summary.is_none() && url.is_none() {
        return None;
    }
    let own = raw.id.map(|id| plain::token(&id)).filter(|id| !id.is_empty());
    let id = own.or_else(|| url.clone()).map(bounded).unwrap_or_else(|| {
        let words = [title.as_deref(), summary.as_deref()];
        fingerprint(&words.map(Option::unwrap_or_default).join("\n"))
    });
    Some(Item {
        id,
        url,
        title,
        summary,
        published: raw.published.or(raw.updated),
        language: raw.language.as_deref().and_then(tag),
        image: raw.image.map(|(_, url)| url),
    })
}

fn bounded(id: String) -> String {
    if id.len() > ID_MAX { fingerprint(&id) } else { id }
}

fn fingerprint(text: &str) -> String {
    let hash = sha2::Sha256::digest(text.as_bytes());
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// A web address, whole; `None` where it is none that a post could carry.
pub(super) fn address(text: &str, base: &Url) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > ADDRESS_MAX {
        return None;
    }
    let url = base.join(text).ok()?;
    let good = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    (good && url.as_str().len() <= ADDRESS_MAX).then(|| url.into())
}

/// A language tag in the form of BCP 47, as written but for `_`.
fn tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut words = tag.split('-');
    let first = words.next().unwrap_or_default();
    let good = tag.len() <= 35
        && (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && words.all(|word| (1..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    good.then_some(tag)
}
