//! The longest beginning of a text that still fits.
//!
//! Cut at the end of a sentence; else after a word, with "…"; scripts without spaces after any of their grapheme
//! clusters; a single long word between clusters. An address or a handle in the text is kept whole or left out.
//!
//! The text is never counted as a whole: its beginning is doubled until it no longer fits, then searched by halves.

use unicode_segmentation::UnicodeSegmentation;

use super::chars::{is_unspaced, scheme};
use super::clean::balanced;
use super::spans::ends_address;
use crate::domain::sentences;

const ELLIPSIS: &str = "…";
/// The beginning that is tried first, in bytes.
const FIRST_REACH: usize = 512;
/// How far a try may be extended to the end of a word, in bytes; longer than any URL that is discounted.
const LONGEST_WORD: usize = 5000;

/// Shortens the text until `fits` holds; `None` if not even its first character does.
pub(super) fn shorten(text: &str, mut fits: impl FnMut(&str) -> bool) -> Option<String> {
    let reach = reach(text, &mut fits);
    let ended = |end: usize| with_ellipsis(&text[..end]);
    longest(&sentence_ends(text, reach), &mut fits, |end| {
        balanced(&text[..end]).into_owned()
    })
    .or_else(|| longest(&word_ends(&text[..reach]), &mut fits, ended))
    .or_else(|| longest(&cluster_ends(&text[..reach]), &mut fits, ended))
    .map(|(_, text)| text)
}

/// A beginning that is surely long enough to hold every cut that fits.
pub(super) fn reach(text: &str, fits: &mut impl FnMut(&str) -> bool) -> usize {
    let mut size = FIRST_REACH;
    loop {
        let end = word_end(text, size);
        if end == text.len() || !fits(&text[..end]) {
            return end;
        }
        size = end.saturating_mul(2);
    }
}

/// The end of the word at this place, if it is near.
fn word_end(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at.min(text.len()));
    let far = text.floor_char_boundary(at.saturating_add(LONGEST_WORD).min(text.len()));
    text[at..far].find(char::is_whitespace).map_or(far, |n| at + n)
}

/// The last cut that fits, and its text, by halves: a longer beginning is never shorter for a network.
pub(super) fn longest(
    cuts: &[usize],
    fits: &mut impl FnMut(&str) -> bool,
    make: impl Fn(usize) -> String,
) -> Option<(usize, String)> {
    let mut best = None;
    let (mut low, mut high) = (0, cuts.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let text = make(cuts[middle]);
        // Nothing is left of a beginning that is all punctuation; the search goes on behind it.
        if text.is_empty() || fits(&text) {
            low = middle + 1;
            best = Some((cuts[middle], text));
        } else {
            high = middle;
        }
    }
    best.filter(|(_, text)| !text.is_empty())
}

/// The beginning with "…": close behind the last word, but apart from an address, which servers would take it for.
fn with_ellipsis(beginning: &str) -> String {
    let is_loose = |c: char| c.is_whitespace() || ",;:-–—/([{“‘«「『（【《，、；：،؛".contains(c);
    let ends_in_address = |text: &str| {
        text.rsplit(char::is_whitespace)
            .next()
            .is_some_and(|word| word.contains("://"))
    };
    let kept = beginning.trim_end();
    if ends_in_address(kept) {
        return format!("{} {ELLIPSIS}", balanced(kept).trim_end());
    }
    let kept = balanced(kept.trim_end_matches(is_loose));
    match kept.trim_end() {
        "" => String::new(),
        kept if ends_in_address(kept) => format!("{kept} {ELLIPSIS}"),
        kept => format!("{kept}{ELLIPSIS}"),
    }
}

/// Where a word ends: before white space, and after each cluster of an unspaced script that is not part of an address.
pub(super) fn word_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut before = ' ';
    let mut in_address = false;
    for (at, cluster) in text.grapheme_indices(true) {
        let Some(c) = cluster.chars().next() else { continue };
        if c.is_whitespace() {
            if (!before.is_whitespace() || is_tie(before)) && !is_tie(c) {
                ends.push(at);
            }
            in_address = false;
        } else {
            in_address &= !ends_address(c);
            if is_unspaced(before) && !in_address && !is_bound(c) && !is_opening(before) {
                ends.push(at);
            }
            in_address |= scheme(&text[at..]).is_some();
        }
        before = c;
    }
    ends
}

/// Spaces at which no line ends, as before a French question mark.
fn is_tie(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{202F}' | '\u{2007}')
}

/// What does not stand at the beginning of a line in unspaced scripts.
fn is_bound(c: char) -> bool {
    "，。、；：！？…—％”’」』）】》〉〕〗".contains(c)
}

/// What does not stand at the end of a line.
fn is_opening(c: char) -> bool {
    "「『（【《〈〔〖".contains(c)
}

/// Where the clusters of the first word end, up to an address, a handle or a hashtag.
pub(super) fn cluster_ends(text: &str) -> Vec<usize> {
    text.grapheme_indices(true)
        .take_while(|(at, cluster)| {
            !cluster.starts_with(|c: char| (c.is_whitespace() && !is_tie(c)) || matches!(c, '@' | '#' | '＠' | '＃'))
                && scheme(&text[*at..]).is_none()
        })
        .map(|(at, cluster)| at + cluster.len())
        .collect()
}

/// Where a sentence ends, closing quotes and brackets included, up to `reach`.
pub(super) fn sentence_ends(text: &str, reach: usize) -> Vec<usize> {
    sentences::ends(text, reach, None).collect()
}
