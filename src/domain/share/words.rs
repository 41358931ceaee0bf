//! The title as it goes into an address: tidied, and shortened at a word.

use unicode_segmentation::UnicodeSegmentation;

const ELLIPSIS: &str = "…";
/// No title is longer, in bytes, whatever a network counts in: one character may have any number of accents.
const BYTES: usize = 2000;

/// The title without what a message must not hold: control characters, characters that X refuses (U+FEFF, U+FFFE,
/// U+FFFF), and direction marks that would reach beyond their line. Line ends are LF.
pub(super) fn tidy(title: &str) -> String {
    let mut lines = String::with_capacity(title.len());
    for c in title.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => lines.push('\n'),
            '\t' => lines.push(' '),
            '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => lines.push(c),
        }
    }
    paired(&lines).trim().to_owned()
}

/// Overrides, embeddings and isolates, and what ends them.
pub(super) fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text, in which a line with a direction mark that has no partner has lost all of them.
fn paired(text: &str) -> String {
    let line = |line: &str| {
        if is_paired(line) {
            line.to_owned()
        } else {
            line.replace(is_direction_mark, "")
        }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn is_paired(line: &str) -> bool {
    let mut open = Vec::new();
    let fits = line.chars().all(|c| match c {
        '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => {
            open.push('\u{202C}');
            true
        }
        '\u{2066}'..='\u{2068}' => {
            open.push('\u{2069}');
            true
        }
        '\u{202C}' | '\u{2069}' => open.pop() == Some(c),
        _ => true,
    });
    fits && open.is_empty()
}

/// Whether an address starts here.
pub(super) fn is_address(text: &str) -> bool {
    ["https://", "http://"].into_iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The words if they fit, else their longest beginning that does, cut after a word and ended with "…". A first word
/// that is too long by itself is cut between characters, but an address never. Empty if nothing fits.
pub(super) fn shorten(words: &str, fits: impl Fn(&str) -> bool) -> String {
    let fits = |text: &str| text.len() <= BYTES && fits(text);
    if fits(words) {
        return words.to_owned();
    }
    let near = words.get(..words.floor_char_boundary(BYTES)).unwrap_or_default();
    longest(near, &word_ends(near), fits)
        .or_else(|| longest(near, &character_ends(near), fits))
        .unwrap_or_default()
}

fn longest(words: &str, ends: &[usize], fits: impl Fn(&str) -> bool) -> Option<String> {
    // A longer beginning is never shorter for a network, so the last that fits is found by halves.
    let fitting = ends.partition_point(|end| fits(&cut(words, *end)));
    let cuts = ends.iter().take(fitting).rev().map(|end| cut(words, *end));
    cuts.into_iter().find(|cut| !cut.is_empty() && fits(cut))
}

/// The beginning with "…": close behind the last word, but apart from an address, which it would become part of.
fn cut(words: &str, end: usize) -> String {
    let is_loose = |c: char| c.is_whitespace() || ".,;:-–—/([{“‘«「『（【《，、；：。".contains(c);
    let kept = paired(words.get(..end).unwrap_or_default());
    let in_address = |text: &str| {
        text.rsplit(char::is_whitespace)
            .next()
            .is_some_and(|word| word.contains("://"))
    };
    let kept = kept.trim_end();
    if in_address(kept) {
        return format!("{kept} {ELLIPSIS}");
    }
    match kept.trim_end_matches(is_loose) {
        "" => String::new(),
        kept if in_address(kept) => format!("{kept} {ELLIPSIS}"),
        kept => format!("{kept}{ELLIPSIS}"),
    }
}

/// Where a word ends: before white space, and in scripts without spaces at the boundaries of UAX #29.
fn word_ends(words: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let (mut before, mut in_address) = (' ', false);
    for (at, piece) in words.split_word_bound_indices() {
        let Some(first) = piece.chars().next() else { continue };
        if first.is_whitespace() {
            ends.push(at);
            in_address = false;
        } else {
            if !before.is_whitespace() && !before.is_ascii() && !first.is_ascii() && !in_address {
                ends.push(at);
            }
            in_address |= is_address(words.get(at..).unwrap_or_default());
        }
        before = piece.chars().next_back().unwrap_or(first);
    }
    ends
}

/// Where the characters of the first word end; of none if it is an address.
fn character_ends(words: &str) -> Vec<usize> {
    let first = words.split(char::is_whitespace).next().unwrap_or_default();
    if first.contains("://") {
        return Vec::new();
    }
    first
        .grapheme_indices(true)
        .map(|(at, character)| at + character.len())
        .collect()
}
