//! Text as it may go out: no control characters, and no direction marks that would reach beyond their own paragraph.
//!
//! Cleaning what is clean changes nothing. Letters, joiners, variation selectors and ordinary direction marks stay.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use super::chars::{is_bidi_control, is_punctuation, is_unspaced};

/// A text of several lines: LF line ends, no other control characters, trimmed.
#[must_use]
pub fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' => out.push('\n'),
            '\u{2029}' => out.push_str("\n\n"),
            '\t' => out.push(' '),
            '\n' => out.push('\n'),
            c if c.is_control() => {}
            // No characters at all; X refuses a text that has one.
            '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    let balanced = balanced(&out);
    match balanced.trim() {
        trimmed if trimmed.len() == out.len() => out,
        trimmed => trimmed.to_owned(),
    }
}

/// A text of one line.
#[must_use]
pub fn line(raw: &str) -> String {
    let clean = text(raw);
    if clean.contains('\n') {
        clean.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        clean
    }
}

/// The text if anything is left of it.
pub(super) fn some(clean: String) -> Option<String> {
    (!clean.is_empty()).then_some(clean)
}

/// An address in one piece: what would break it or turn its direction is percent-encoded, all else stays as given.
pub(super) fn url(raw: &str) -> String {
    let odd = |c: char| c.is_whitespace() || c.is_control() || is_bidi_control(c) || matches!(c, '<' | '>' | '"');
    let raw = raw.trim();
    if !raw.contains(odd) {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len() + 8);
    for c in raw.chars() {
        if odd(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Takes away overrides, embeddings and isolates that have no partner in their paragraph, by the pairing of the Unicode
/// bidirectional algorithm (BD9, BD11).
pub(super) fn balanced(text: &str) -> Cow<'_, str> {
    if !text.contains(is_bidi_control) {
        return Cow::Borrowed(text);
    }
    let mut lone = HashSet::new();
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut isolates = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => open.push((at, false)),
            '\u{2066}'..='\u{2068}' => {
                open.push((at, true));
                isolates += 1;
            }
            '\u{202C}' => {
                if open.last().is_some_and(|(_, isolate)| !isolate) {
                    open.pop();
                } else {
                    lone.insert(at);
                }
            }
            '\u{2069}' if isolates == 0 => {
                lone.insert(at);
            }
            '\u{2069}' => {
                isolates -= 1;
                while let Some((inner, false)) = open.pop() {
                    lone.insert(inner);
                }
            }
            '\n' => {
                lone.extend(open.drain(..).map(|(at, _)| at));
                isolates = 0;
            }
            _ => {}
        }
    }
    lone.extend(open.into_iter().map(|(at, _)| at));
    if lone.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.char_indices()
            .filter(|(at, _)| !lone.contains(at))
            .map(|(_, c)| c)
            .collect(),
    )
}

/// Hashtags without `#`, as one word each (`Drug policy` is `DrugPolicy`), none twice.
pub(super) fn hashtags(raw: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    raw.iter()
        .map(|tag| hashtag(tag))
        .filter(|tag| !tag.is_empty() && seen.insert(tag.to_lowercase()))
        .collect()
}

/// One word of what may stand in a hashtag: letters, digits, `_`, emoji, joiners.
fn hashtag(raw: &str) -> String {
    let visible: String = raw.chars().filter(|&c| c.is_whitespace() || !is_left_out(c)).collect();
    let words: Vec<&str> = visible
        .split(|c| !is_kept(c))
        .map(|w| w.trim_start_matches(is_joiner))
        .collect();
    let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
    match words[..] {
        [word] => word.to_owned(),
        _ => joined(&words),
    }
}

/// Words as one: each with a capital; where a script has none, and parts words by spaces, with `_` between.
fn joined(words: &[&str]) -> String {
    let mut out = String::new();
    for word in words {
        let parted = word
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase() && !is_unspaced(c));
        if parted && !out.is_empty() {
            out.push('_');
        }
        out.push_str(&capitalised(word));
    }
    out
}

/// What may stand in a hashtag. The middle dot is a letter in Catalan.
fn is_kept(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || c == '_'
    } else {
        c == '·' || !(c.is_whitespace() || is_punctuation(c))
    }
}

/// What falls out of a hashtag without parting words.
fn is_left_out(c: char) -> bool {
    c.is_control()
        || is_bidi_control(c)
        || matches!(
            c,
            '\'' | '’' | '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}'
        )
}

/// What joins to the character before it, so that it may not follow the `#`.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{20E3}' | '\u{FE00}'..='\u{FE0F}')
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
