//! Words of a page as plain text: no entities, no tags, no control characters, spaces collapsed, lengths bounded.

use std::borrow::Cow;

use crate::domain::seen::seen;

/// Longest title, in characters.
pub(super) const TITLE: usize = 300;
/// Longest description or picture's description, in characters.
pub(super) const DESCRIPTION: usize = 1_000;
/// Longest name of a person or publisher, in characters.
pub(super) const NAME: usize = 200;
/// Longest text of an article, in characters.
pub(super) const TEXT: usize = 200_000;
/// Longest address, in bytes.
pub(super) const ADDRESS: usize = 2_048;

/// A value of one line that was written as HTML: entities are decoded once more than the parser did, because many
/// systems encode twice, and markup that comes to light is taken away. `None` where nothing is left.
pub(super) fn line(raw: &str, longest: usize) -> Option<String> {
    // Markup and spaces may be a large part of a value, but not all of it.
    let raw = beginning(raw, longest.saturating_mul(16));
    let decoded = html_escape::decode_html_entities(raw);
    let line = paragraph(&decoded);
    (!line.is_empty()).then(|| shortened(line, longest))
}

/// One paragraph of an article, from the text of its elements. What is not seen goes before tags do, which it may part.
pub(super) fn paragraph(raw: &str) -> String {
    let seen = collapsed(raw);
    match without_tags(&seen) {
        Cow::Borrowed(_) => seen,
        Cow::Owned(bare) => collapsed(&bare),
    }
}

fn collapsed(text: &str) -> String {
    seen(text, usize::MAX)
}

/// The text without HTML tags and comments. What only looks a little like one stays: `a < b`, `<3`, `<name>`.
pub(super) fn without_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match tag(after) {
            Some(Tag { length, parts }) => {
                if parts && !out.ends_with(char::is_whitespace) {
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
    // Taking away an inner tag can put together an outer one. Each round is shorter than the one before; few are needed
    // but by someone who means harm, and then the signs go altogether.
    if find_tag(&out) {
        out = out.replace('<', " ");
    }
    Cow::Owned(out)
}

struct Tag {
    /// Bytes after the `<`.
    length: usize,
    /// Whether it parts words.
    parts: bool,
}

fn find_tag(text: &str) -> bool {
    text.split('<').skip(1).any(|after| tag(after).is_some())
}

/// What stands after a `<`, if it is a tag of HTML or a comment. An open end is taken for the end of the name.
fn tag(after: &str) -> Option<Tag> {
    if let Some(comment) = after.strip_prefix("!--") {
        let length = comment.find("-->").map_or(after.len(), |at| at + 6);
        return Some(Tag { length, parts: false });
    }
    let closing = usize::from(after.starts_with('/'));
    let name = after.get(closing..)?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let (word, tail) = name.split_at_checked(end)?;
    let word = word.to_ascii_lowercase();
    let inline = INLINE.contains(&word.as_str());
    if !(inline || OTHER.contains(&word.as_str())) || !tail.starts_with(is_after_name) && !tail.is_empty() {
        return None;
    }
    let close = beginning(tail, 2_000).find('>');
    let length = closing + end + close.map_or(0, |at| at + 1);
    Some(Tag { length, parts: !inline })
}

fn is_after_name(c: char) -> bool {
    c.is_ascii_whitespace() || c == '>' || c == '/'
}

/// Elements within words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "del", "mark", "q", "s", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "wbr",
];
/// Elements that part words, and those that must never be in a text.
const OTHER: &[&str] = &[
    "article",
    "aside",
    "audio",
    "base",
    "blockquote",
    "body",
    "br",
    "button",
    "div",
    "dd",
    "dl",
    "dt",
    "embed",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "img",
    "input",
    "label",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "noscript",
    "object",
    "ol",
    "option",
    "p",
    "picture",
    "pre",
    "script",
    "section",
    "select",
    "source",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "video",
];

/// At most so many characters, cut between words where one ends near, with an ellipsis.
pub(super) fn shortened(text: String, longest: usize) -> String {
    if text.len() <= longest || text.chars().count() <= longest {
        return text;
    }
    let cut = beginning(&text, longest.saturating_sub(1));
    let kept = match cut.rfind(' ') {
        Some(at) if at > cut.len() / 2 => cut.get(..at).unwrap_or(cut),
        _ => cut,
    };
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–' | '—'));
    format!("{kept}…")
}

/// The first `count` characters.
pub(super) fn beginning(text: &str, count: usize) -> &str {
    if text.len() <= count {
        return text;
    }
    text.char_indices()
        .nth(count)
        .and_then(|(at, _)| text.get(..at))
        .unwrap_or(text)
}

/// What two names are compared by: letters and digits alone, in lower case.
pub(super) fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
