//! How long a text is for a network.
//!
//! A [`Rule`] says what is counted (the text as it stands, with shortened URLs, with the content warning), a [`Unit`]
//! says in what. Counting is linear in the text and never undercounts a rule that is not fully known.

use unicode_segmentation::UnicodeSegmentation;

use super::chars::is_emoji;
use super::mastodon;
use super::weighted::weighted;

/// What a network counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Extended grapheme clusters: what a reader sees as one character.
    Graphemes,
    /// Unicode code points.
    Codepoints,
    /// UTF-16 code units.
    Utf16,
    /// UTF-8 bytes.
    Bytes,
    /// X's weights (twitter-text `v3.json`): a URL counts 23, an emoji 2, code points of the Latin range 1, others 2.
    Weighted,
    /// Threads: code points, and an emoji as many as its UTF-8 bytes.
    Threads,
}

impl Unit {
    /// Its word in the JSON and in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Graphemes => "graphemes",
            Unit::Codepoints => "codepoints",
            Unit::Utf16 => "utf16",
            Unit::Bytes => "bytes",
            Unit::Weighted => "weighted",
            Unit::Threads => "threads",
        }
    }

    /// The length of the text, nothing discounted but what the unit itself discounts. Linear.
    #[must_use]
    pub fn measure(self, text: &str) -> usize {
        match self {
            Unit::Graphemes => graphemes(text),
            Unit::Codepoints => text.chars().count(),
            Unit::Utf16 => text.chars().map(char::len_utf16).sum(),
            Unit::Bytes => text.len(),
            Unit::Weighted => weighted(text),
            Unit::Threads => clusters(text, |cluster| {
                if is_emoji(cluster) {
                    cluster.len()
                } else {
                    cluster.chars().count()
                }
            }),
        }
    }
}

/// What of a message is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The text as it stands; a content warning is no part of it.
    Plain,
    /// Every `http(s)` URL counts `url_cost`, `@user@domain` counts as `@user`, and the content warning is included
    /// (Mastodon's `StatusLengthValidator`).
    Mastodon {
        /// The instance's `characters_reserved_per_url`.
        url_cost: usize,
    },
    /// Everything in full, the content warning included (GoToSocial in code points; Pleroma and Akkoma do the same in
    /// graphemes).
    GoToSocial,
}

/// One limit of a network. A message must keep all limits of its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    pub unit: Unit,
    pub rule: Rule,
    /// Most units; `None` where there is no limit.
    pub max: Option<usize>,
}

/// How long a message is by one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Length {
    pub count: usize,
    pub limit: Option<usize>,
    pub unit: Unit,
}

impl Length {
    /// By how many units the limit is exceeded; 0 if it is kept.
    #[must_use]
    pub fn excess(&self) -> usize {
        self.limit.map_or(0, |max| self.count.saturating_sub(max))
    }

    /// Whether less room is left than by the other, compared as a share of the limits.
    pub(super) fn is_tighter_than(&self, other: &Length) -> bool {
        match (self.limit, other.limit) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(mine), Some(theirs)) => self.count as u128 * theirs as u128 > other.count as u128 * mine as u128,
        }
    }
}

/// Counts a message as the network does.
#[must_use]
pub fn count(text: &str, warning: Option<&str>, limit: &Limit) -> Length {
    let warning = warning.unwrap_or_default();
    let count = match limit.rule {
        Rule::Plain => limit.unit.measure(text),
        Rule::Mastodon { url_cost } => {
            let countable = mastodon::countable(text, warning);
            let short = limit.unit.measure(&countable.text);
            short
                .saturating_sub(countable.urls)
                .saturating_add(countable.urls.saturating_mul(url_cost))
        }
        Rule::GoToSocial => limit.unit.measure(text).saturating_add(limit.unit.measure(warning)),
    };
    Length {
        count,
        limit: limit.max,
        unit: limit.unit,
    }
}

/// Grapheme clusters of the text.
fn graphemes(text: &str) -> usize {
    clusters(text, |_| 1)
}

/// Adds up what each grapheme cluster costs; an ASCII character costs 1 in every unit.
///
/// Between two ASCII characters there is always a boundary, except in a line end of CR and LF, so only the stretches
/// around other characters need the segmenter, which is far slower.
fn clusters(text: &str, cost: impl Fn(&str) -> usize) -> usize {
    let bytes = text.as_bytes();
    let is_plain = |byte: u8| byte.is_ascii() && byte != b'\r';
    let mut sum = 0;
    let mut at = 0;
    while at < bytes.len() {
        let plain = bytes[at..].iter().take_while(|&&byte| is_plain(byte)).count();
        if at + plain == bytes.len() {
            return sum + plain;
        }
        // What follows may join the last of them.
        let alone = plain.saturating_sub(1);
        sum += alone;
        at += alone;
        let end = (at + 1..bytes.len())
            .find(|&i| i > at + 1 && is_plain(bytes[i - 1]) && bytes[i].is_ascii())
            .unwrap_or(bytes.len());
        sum += text[at..end].graphemes(true).map(&cost).sum::<usize>();
        at = end;
    }
    sum
}
