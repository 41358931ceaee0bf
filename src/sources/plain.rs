//! From the HTML of a feed to plain text of one line.
//!
//! No parser of HTML: tags go, what is not shown goes, entities become characters, spaces become one. Many feeds encode
//! twice, so this is done again until nothing changes.

use std::borrow::Cow;

use crate::domain::seen::seen;

/// So many rounds of taking tags away and decoding entities; more are needed only by someone who means harm.
const ROUNDS: usize = 4;
/// Of a text that becomes a title or a summary this many characters are looked at, for each that is kept.
const LOOKED_AT: usize = 16;

/// The text in plain words, at most `most` characters, cut after a word with "…". `None` where nothing is left.
pub(super) fn text(raw: &str, most: usize) -> Option<String> {
    let room = most.saturating_mul(LOOKED_AT);
    let mut text = seen(raw, room);
    for _ in 0..ROUNDS {
        let next = round(&text, room);
        if next == text {
            break;
        }
        text = next;
    }
    // Still hiding something: then the signs go.
    if text.split('<').skip(1).any(|after| tag(after).is_some()) {
        text = seen(&text.replace('<', " "), room);
    }
    (!text.is_empty()).then(|| shortened(text, most))
}

/// A text that is no HTML and is compared, not shown: spaces become one, what is not seen goes.
pub(super) fn token(raw: &str) -> String {
    seen(raw, usize::MAX)
}

fn round(text: &str, room: usize) -> String {
    let bare = without_tags(text, room);
    seen(&html_escape::decode_html_entities(&bare), room)
}

/// The text without tags and comments, until `room` characters are there. What only looks a little like a tag stays:
/// `a < b`, `<3`, `<name@example.org>`.
fn without_tags(text: &str, room: usize) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    // Bytes are at most four a character.
    let room = room.saturating_mul(4);
    let mut out = String::new();
    let mut rest = text;
    while out.len() < room
        && let Some((before, after)) = rest.split_once('<')
    {
        out.push_str(before);
        match tag(after) {
            Some(Tag { length, parts }) => {
                if parts {
                    out.push(' ');
                }
                rest = after.get(length..).unwrap_or_default();
            }
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

struct Tag {
    /// Bytes after the `<`, with the content of what is not shown.
    length: usize,
    /// Whether it parts words.
    parts: bool,
}

/// Elements within a line. All others part words.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "del", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "u",
];
/// Elements whose content nobody is shown.
const HIDDEN: [&str; 6] = ["script", "style", "template", "svg", "iframe", "noscript"];

/// Whether an element of this name parts words.
pub(super) fn parts(name: &str) -> bool {
    !INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(name))
}

/// Whether the content of an element of this name is not shown.
pub(super) fn hides(name: &str) -> bool {
    HIDDEN.iter().any(|hidden| hidden.eq_ignore_ascii_case(name))
}

/// What stands after a `<`, if it is a tag, a comment or a declaration. Without an end it goes on to the end of the
/// text, as in a browser.
fn tag(after: &str) -> Option<Tag> {
    let whole = |length: Option<usize>, parts| {
        Some(Tag {
            length: length.unwrap_or(after.len()),
            parts,
        })
    };
    if let Some(comment) = after.strip_prefix("!--") {
        return whole(comment.find("-->").map(|at| at + 6), false);
    }
    if let Some(data) = after.strip_prefix("![CDATA[") {
        // Its words stay; the marks around them go. The closing one is no tag and is seldom there.
        return whole(Some(after.len() - data.len()), false);
    }
    if after.starts_with(['!', '?']) && after.get(1..).is_some_and(|rest| rest.starts_with(char::is_alphabetic)) {
        return whole(after.find('>').map(|at| at + 1), true);
    }
    let closing = usize::from(after.starts_with('/'));
    let body = after.get(closing..)?;
    if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    let end = body.find(|c: char| !is_name(c)).unwrap_or(body.len());
    let (name, tail) = body.split_at_checked(end)?;
    if !tail.is_empty() && !tail.starts_with(|c: char| c.is_whitespace() || matches!(c, '/' | '>')) {
        return None;
    }
    let Some(close) = end_of_tag(tail) else {
        return whole(None, true);
    };
    let mut length = closing + end + close;
    if closing == 0 && hides(name) && !tail.get(..close).is_some_and(|tail| tail.ends_with("/>")) {
        let content = after.get(length..).unwrap_or_default();
        length += closing_of(content, name).unwrap_or(content.len());
    }
    whole(Some(length), parts(name))
}

/// Bytes up to and with the `>` that ends a tag: not one in quotes, unless they never close.
fn end_of_tag(tail: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tail.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some(at + 1),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    quote.and_then(|_| tail.find('>')).map(|at| at + 1)
}

/// Where `</name` begins, whatever its case.
fn closing_of(content: &str, name: &str) -> Option<usize> {
    content.match_indices("</").map(|(at, _)| at).find(|at| {
        let name_at = content.get(at + 2..).unwrap_or_default();
        name_at
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    })
}

/// At most `most` characters, cut after a word if there is one in the last quarter.
fn shortened(text: String, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text;
    };
    let keep = text
        .char_indices()
        .nth(most.saturating_sub(1))
        .map_or(end, |(at, _)| at);
    let kept = text.get(..keep).unwrap_or_default();
    let next_is_space = text.get(keep..).is_some_and(|rest| rest.starts_with(' '));
    let word = kept
        .rfind(' ')
        .filter(|at| !next_is_space && *at >= kept.len() / 4 * 3)
        .unwrap_or(kept.len());
    let kept = kept.get(..word).unwrap_or(kept);
    let loose = |c: char| c.is_whitespace() || ".,;:-–—/([{…".contains(c);
    format!("{}…", kept.trim_end_matches(loose))
}
