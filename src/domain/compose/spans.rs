//! Links, mentions and hashtags that stand in a text.
//!
//! Follows the official Bluesky client (`packages/api/src/rich-text/detection.ts`, `util.ts`), with three differences:
//! hosts without protocol are not linked, of a handle only the form is checked, not the top level domain, and joiners do
//! not end a hashtag (Persian words and families of emoji stay whole).

use super::chars::{is_punctuation, is_unspaced, scheme};
use super::length::Unit;
use super::{LinkStyle, Span, Style, Target};

/// Longest URI that a record may hold, in bytes (lexicon format `uri`).
const MAX_URI: usize = 8192;
/// Longest tag, in graphemes and in bytes (`app.bsky.richtext.facet#tag`).
const MAX_TAG: usize = 64;
const MAX_TAG_BYTES: usize = 640;
/// Longest domain name, in bytes.
const MAX_HANDLE: usize = 253;

/// The fixed spans and those that the text shows; sorted, none overlapping another. The fixed ones win.
pub(super) fn all(text: &str, mut spans: Vec<Span>, style: &Style) -> Vec<Span> {
    spans.sort_by_key(|span| span.start);
    if style.links == LinkStyle::Bare && !style.tags && !style.mentions {
        return spans;
    }
    let mut found = Vec::new();
    let mut fixed = spans.iter().peekable();
    let mut at = 0;
    let mut before = ' ';
    while let Some(c) = text[at..].chars().next() {
        while fixed.next_if(|span| span.end <= at).is_some() {}
        let limit = fixed.peek().map_or(text.len(), |span| span.start);
        if at >= limit {
            // Inside a fixed span; its last character stands before what follows.
            at = fixed.peek().map_or(text.len(), |span| span.end);
            before = text[..at].chars().next_back().unwrap_or(' ');
            continue;
        }
        let seen = see(text, at, c, before, style);
        let step = match seen {
            Seen::Target(length, target) if at + length <= limit => {
                found.push(Span {
                    start: at,
                    end: at + length,
                    target,
                });
                length
            }
            Seen::Target(..) => limit - at,
            Seen::Nothing(length) => length.min(limit - at),
        };
        at += step;
        before = text[..at].chars().next_back().unwrap_or(' ');
    }
    spans.extend(found);
    spans.sort_by_key(|span| span.start);
    spans
}

/// The span of this very address if the text holds it whole.
pub(super) fn find_url(text: &str, url: &str) -> Option<(usize, usize)> {
    if !url.contains(char::is_alphanumeric) {
        return None;
    }
    let whole = text.match_indices(url).find(|(at, _)| {
        let rest = text[at + url.len()..].trim_start_matches(ends_sentence);
        let apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
        apart && may_precede(text[..*at].chars().next_back().unwrap_or(' '))
    });
    if let Some((at, _)) = whole {
        return Some((at, at + url.len()));
    }
    // The same address in another spelling: a host in capitals, a bare host with or without the last slash.
    let wanted = url::Url::parse(url).ok()?;
    let mut from = 0;
    while let Some(found) = text[from..].find("://") {
        let colon = from + found;
        let Some(at) = scheme_before(text, colon) else {
            from = colon + "://".len();
            continue;
        };
        let length = link(&text[at..]);
        if length <= MAX_URI && url::Url::parse(&text[at..at + length]).is_ok_and(|found| found == wanted) {
            return Some((at, at + length));
        }
        from = at + length;
    }
    None
}

/// Where the address begins whose `://` stands here, if one begins.
fn scheme_before(text: &str, colon: usize) -> Option<usize> {
    ["https", "http"]
        .iter()
        .filter_map(|name| colon.checked_sub(name.len()))
        .find(|&at| {
            let apart = || may_precede(text[..at].chars().next_back().unwrap_or(' '));
            text.is_char_boundary(at) && scheme(&text[at..]).is_some() && apart()
        })
}

/// What begins at a place.
enum Seen {
    /// A target of this many bytes.
    Target(usize, Target),
    /// Nothing, for so many bytes.
    Nothing(usize),
}

fn see(text: &str, at: usize, c: char, before: char, style: &Style) -> Seen {
    let rest = &text[at..];
    match c {
        'h' | 'H' if may_precede(before) && scheme(rest).is_some() => {
            let length = link(rest);
            let host = rest[scheme(rest).unwrap_or(0)..].chars().next();
            let good = length <= MAX_URI && host.is_some_and(|c| c.is_alphanumeric() || c == '[');
            if !good || style.links == LinkStyle::Bare {
                return Seen::Nothing(length);
            }
            Seen::Target(length, Target::Link(rest[..length].to_owned()))
        }
        '@' if style.mentions && (before.is_whitespace() || before == '(') => match handle(&rest[1..]) {
            Some(length) => Seen::Target(1 + length, Target::Mention(rest[1..=length].to_owned())),
            None => Seen::Nothing(1),
        },
        '#' | '＃' if style.tags && before.is_whitespace() => {
            let sign = c.len_utf8();
            match tag(&rest[sign..]) {
                Some(tag) => Seen::Target(sign + tag.len(), Target::Tag(tag.to_owned())),
                None => Seen::Nothing(sign),
            }
        }
        c => Seen::Nothing(c.len_utf8()),
    }
}

/// Whether an address may begin behind this character.
fn may_precede(c: char) -> bool {
    !c.is_alphanumeric()
        && !matches!(
            c,
            '/' | '=' | '@' | '#' | '$' | '&' | '?' | '%' | '.' | '-' | '_' | '~' | '+'
        )
}

/// The length of the address with which the text begins: to the next space, without the punctuation of the sentence.
fn link(text: &str) -> usize {
    let word = text.find(ends_address).map_or(text, |n| &text[..n]);
    trimmed(word).max(scheme(word).unwrap_or(0))
}

/// What an address never holds as it stands: spaces, brackets and quotes of markup, punctuation of unspaced scripts.
pub(super) fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"') || (is_unspaced(c) && is_punctuation(c))
}

/// The length of the word without stops, closing quotes and lone closing brackets at its end.
fn trimmed(word: &str) -> usize {
    let pairs = [('(', ')'), ('[', ']'), ('{', '}')];
    // How many closing brackets have no partner.
    let mut lone = pairs.map(|(open, close)| word.matches(close).count().saturating_sub(word.matches(open).count()));
    let mut end = word.len();
    while let Some(c) = word[..end].chars().next_back() {
        match pairs.iter().position(|(_, close)| *close == c) {
            Some(pair) if lone[pair] > 0 => lone[pair] -= 1,
            Some(_) => break,
            None if ends_sentence(c) => {}
            None => break,
        }
        end -= c.len_utf8();
    }
    end
}

/// What stands behind an address without being part of it.
fn ends_sentence(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '"' | '\'' | '>'
    ) || (!c.is_ascii() && is_punctuation(c))
}

/// The length of the handle with which the text begins: a domain name of at least two labels.
fn handle(text: &str) -> Option<usize> {
    let run = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        .count();
    if text[run..].starts_with('_') {
        return None;
    }
    let name = text[..run].trim_end_matches(['.', '-']);
    let good = |label: &str| !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-');
    let (_, last) = name.rsplit_once('.')?;
    let valid = name.len() <= MAX_HANDLE
        && last.len() >= 2
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.split('.').all(good);
    valid.then_some(name.len())
}

/// The tag with which the text behind a `#` begins.
fn tag(text: &str) -> Option<&str> {
    // Far more than 64 graphemes that fit 640 bytes; what is longer is no tag.
    let near = &text[..text.floor_char_boundary((4 * MAX_TAG_BYTES).min(text.len()))];
    let word = near.find(ends_tag).map_or(near, |n| &near[..n]);
    let tag = word.trim_end_matches(|c| is_punctuation(c) || matches!(c, '\u{200C}' | '\u{200D}'));
    is_tag(tag).then_some(tag)
}

/// Whether a network would take this for a tag: not too long, and not of digits and punctuation alone.
pub(super) fn is_tag(tag: &str) -> bool {
    tag.len() <= MAX_TAG_BYTES
        && !tag.starts_with('\u{FE0F}')
        && tag.chars().any(|c| !c.is_ascii_digit() && !is_punctuation(c))
        && Unit::Graphemes.measure(tag) <= MAX_TAG
}

/// White space and invisible characters, as in the client's `TAG_REGEX`; but joiners are part of a word or an emoji.
fn ends_tag(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{AD}' | '\u{2060}' | '\u{200A}' | '\u{200B}' | '\u{20E2}')
}
