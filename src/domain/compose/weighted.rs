//! X's weighted length (twitter-text 3.1, configuration 3): a URL counts 23, an emoji 2, Latin and its neighbours 1,
//! anything else 2, after composing letters and accents (NFC).
//!
//! Emoji are those of Unicode 11, as in twitter-text: a sequence that is younger counts all its parts, so it may count
//! more here than X counts, never less. Linear in the text.

mod emoji;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::RangeInclusive;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::domain::entities::{is_forbidden, urls};

/// What weighs how much, in parts of a unit: a configuration of twitter-text.
pub(crate) struct Weights<'a> {
    /// How many parts make a unit.
    pub(crate) scale: usize,
    /// What a code point in none of the ranges weighs, and an emoji.
    pub(crate) default_weight: usize,
    /// Code points and what one of them weighs.
    pub(crate) ranges: &'a [(RangeInclusive<u32>, usize)],
    /// What a URL counts, in units.
    pub(crate) url: usize,
    /// Whether an emoji of several code points weighs as much as one.
    pub(crate) emoji: bool,
}

/// X's length of the text.
pub(super) fn weighted(text: &str) -> usize {
    Weights::V3.length(text)
}

/// Whether the text has a character that X refuses (U+FEFF, U+FFFE, U+FFFF).
#[must_use]
pub fn has_forbidden(text: &str) -> bool {
    text.contains(is_forbidden)
}

impl Weights<'_> {
    /// What X uses (`v3.json`).
    pub(crate) const V3: Weights<'static> = Weights {
        scale: 100,
        default_weight: 200,
        ranges: &[
            (0..=4351, 100),
            (8192..=8205, 100),
            (8208..=8223, 100),
            (8242..=8247, 100),
        ],
        url: 23,
        emoji: true,
    };

    /// The length of the text, in units; parts of a unit count whole.
    pub(crate) fn length(&self, text: &str) -> usize {
        let text = composed(text);
        let urls = urls(&text);
        let mut parts = urls.len() * self.url * self.scale;
        let mut at = 0;
        for url in &urls {
            parts += self.plain(&text[at..url.start]);
            at = url.end;
        }
        (parts + self.plain(&text[at..])).div_ceil(self.scale)
    }

    /// What a text without URLs weighs. No emoji reaches into a URL.
    fn plain(&self, text: &str) -> usize {
        let mut sum = 0;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let emoji = if self.emoji { emoji::sequence(c, rest) } else { None };
            sum += if emoji.is_some() {
                self.default_weight
            } else {
                self.weight(c)
            };
            rest = &rest[emoji.unwrap_or(c.len_utf8())..];
        }
        sum
    }

    fn weight(&self, c: char) -> usize {
        let range = self.ranges.iter().find(|(range, _)| range.contains(&u32::from(c)));
        range.map_or(self.default_weight, |&(_, weight)| weight)
    }
}

/// The text with letters and accents composed.
fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        ComposingNormalizerBorrowed::new_nfc().normalize(text)
    }
}
