//! A post: one article summary with its link, tags and timing, written once for all channels.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::picture::Picture;
use super::tracking::is_tracking;
use super::when::{Moment, Wall};

/// A planned time: the instant is a cache of the wall time, made again when the zone's rules change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub at: Timestamp,
    /// `None`: it was entered as an instant.
    pub wall: Option<Wall>,
}

impl From<Moment> for Planned {
    fn from(moment: Moment) -> Self {
        Self {
            at: moment.at,
            wall: moment.wall,
        }
    }
}

/// Who may see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    #[default]
    Public,
    Unlisted,
    Followers,
}

impl Visibility {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::Unlisted => "unlisted",
            Visibility::Followers => "followers",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Public, Self::Unlisted, Self::Followers]
            .into_iter()
            .find(|v| v.as_str() == word)
    }
}

/// What a person wrote. Its deliveries are kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub id: i64,
    pub url: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub language: Option<String>,
    /// Content warning.
    pub warning: Option<String>,
    pub visibility: Visibility,
    pub draft: bool,
    pub tags: Vec<String>,
    pub hashtags: Vec<String>,
    pub embargo: Option<Planned>,
    pub expires: Option<Planned>,
    /// Whether a text that is too long goes on in further parts.
    pub thread: bool,
    pub pictures: Vec<Picture>,
    /// A channel's own text.
    pub texts: BTreeMap<String, String>,
    pub version: i64,
    pub created_at: Timestamp,
    pub created_by: String,
}

impl Post {
    /// A post that says nothing yet.
    #[must_use]
    pub fn blank(now: Timestamp, by: &str) -> Self {
        Self {
            id: 0,
            url: None,
            title: None,
            summary: None,
            language: None,
            warning: None,
            visibility: Visibility::Public,
            draft: false,
            tags: Vec::new(),
            hashtags: Vec::new(),
            embargo: None,
            expires: None,
            thread: false,
            pictures: Vec::new(),
            texts: BTreeMap::new(),
            version: 1,
            created_at: now,
            created_by: by.to_owned(),
        }
    }

    /// Whether its words may not be shown outside the staff's own commands at `now`.
    #[must_use]
    pub fn is_embargoed(&self, now: Timestamp) -> bool {
        self.embargo.as_ref().is_some_and(|embargo| now < embargo.at)
    }

    /// How people call it: its title, else the beginning of its summary or of a channel's own text, else its address.
    #[must_use]
    pub fn name(&self) -> String {
        let words = self
            .title
            .as_deref()
            .or(self.summary.as_deref())
            .or(self.texts.values().next().map(String::as_str))
            .or(self.url.as_deref())
            .unwrap_or("untitled");
        let line = words.lines().next().unwrap_or(words);
        if line.chars().count() <= 60 {
            line.to_owned()
        } else {
            line.chars().take(59).chain(['…']).collect()
        }
    }
}

/// What two posts are compared by: the address without fragment, tracking parameters, default port, case of the host
/// and a last slash. `None` where it is not an address.
#[must_use]
pub fn tidy_url(url: &str) -> Option<String> {
    let mut url = url::Url::parse(url).ok()?;
    url.set_fragment(None);
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracking(name))
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_page_are_one() {
        let same = tidy_url("https://example.org/a");
        for other in [
            "https://EXAMPLE.org/a/",
            "https://example.org:443/a#top",
            "https://example.org/a?utm_source=x&fbclid=1",
            "https://example.org/a/?UTM_medium=mail",
        ] {
            assert_eq!(tidy_url(other), same, "{other}");
        }
        assert_ne!(tidy_url("https://example.org/a?id=2"), same);
        assert_ne!(tidy_url("http://example.org/a"), same);
        assert_eq!(tidy_url("https://example.org/"), tidy_url("https://example.org"));
        assert_eq!(tidy_url("not an address"), None);
    }
}
