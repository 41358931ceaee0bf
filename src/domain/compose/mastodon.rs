//! What of a status Mastodon counts.
//!
//! Follows `StatusLengthValidator#countable_text` with Mastodon's own URL and mention expressions
//! (`config/initializers/twitter_regex.rb`, `Account::MENTION_RE`). Where a case is doubtful, the text counts in full:
//! a status is rather shortened than refused. Hosts are those of twitter-text, which the server uses too.

use std::borrow::Cow;

use super::chars::{is_bidi_control, is_punctuation, scheme};
use crate::domain::entities::leading_host;

/// Longest URL that is discounted, in characters (twitter-text `MAX_URL_LENGTH`).
const MAX_URL: usize = 4096;
/// Longest domain of a mention, in characters (`Extractor::MAX_DOMAIN_LENGTH`).
const MAX_DOMAIN: usize = 253;

/// The counted text: warning and status, with one `x` for each URL and `@user` for each `@user@domain`.
pub(super) struct Countable<'a> {
    pub(super) text: Cow<'a, str>,
    /// How many `x` stand for a URL.
    pub(super) urls: usize,
}

pub(super) fn countable<'a>(text: &'a str, warning: &str) -> Countable<'a> {
    if warning.is_empty() && !text.contains("://") && !text.contains('@') {
        return Countable {
            text: Cow::Borrowed(text),
            urls: 0,
        };
    }
    let mut out = String::with_capacity(warning.len() + text.len());
    out.push_str(warning);
    let mut urls = 0;
    let mut copied = 0;
    // Whether the running word holds a `/` or `?` already: then a URL in it may be part of a URL without protocol.
    let mut in_path = false;
    let mut at = 0;
    // By bytes: everything that matters here is ASCII, and stands at the start of a character.
    while let Some(&byte) = text.as_bytes().get(at) {
        let (kept, length) = match byte {
            b'h' | b'H' if !in_path => (0, url_at(text, at)),
            b'@' => mention_at(text, at).map_or((0, None), |(user, length)| (user, Some(length))),
            _ => (0, None),
        };
        if let Some(length) = length {
            out.push_str(&text[copied..at + kept]);
            if byte != b'@' {
                out.push('x');
                urls += 1;
            }
            at += length;
            copied = at;
        } else {
            in_path = (in_path && !is_space_at(text, at, byte)) || matches!(byte, b'/' | b'?');
            at += 1;
        }
    }
    out.push_str(&text[copied..]);
    Countable {
        text: Cow::Owned(out),
        urls,
    }
}

fn is_space_at(text: &str, at: usize, byte: u8) -> bool {
    if byte.is_ascii() {
        byte.is_ascii_whitespace() || byte == 0x0B
    } else {
        text.get(at..).is_some_and(|rest| rest.starts_with(char::is_whitespace))
    }
}

fn url_at(text: &str, at: usize) -> Option<usize> {
    scheme(&text[at..])?;
    may_precede_url(text[..at].chars().next_back()).then(|| url(&text[at..]))?
}

fn mention_at(text: &str, at: usize) -> Option<(usize, usize)> {
    may_precede_mention(text[..at].chars().next_back()).then(|| mention(&text[at..]))?
}

/// `valid_url_preceding_chars`.
fn may_precede_url(before: Option<char>) -> bool {
    before.is_none_or(|c| {
        !c.is_ascii_alphanumeric() && !matches!(c, '@' | '＠' | '$' | '#' | '＃') && !is_bidi_control(c)
    })
}

/// Not `[=/[:word:]]`. Marks are word characters too, so of the rest only spaces and punctuation are sure.
fn may_precede_mention(before: Option<char>) -> bool {
    before.is_none_or(|c| {
        c.is_whitespace()
            || (is_punctuation(c) && !matches!(c, '/' | '_' | '＿' | '\u{203F}' | '\u{2040}' | '\u{2054}'))
    })
}

/// The length in bytes of the URL with which the text begins.
fn url(text: &str) -> Option<usize> {
    let host = scheme(text)?;
    let mut end = host + domain(&text[host..])?;
    if let Some(rest) = text[end..].strip_prefix(':') {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        end += if digits > 0 { 1 + digits } else { 0 };
    }
    end += path(&text[end..]);
    end += query(&text[end..]);
    (text[..end].chars().take(MAX_URL + 1).count() <= MAX_URL).then_some(end)
}

/// The length of the host with which the text begins. Unlike elsewhere, quotes and control characters end it.
fn domain(text: &str) -> Option<usize> {
    let stop = text.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_'));
    let ends_here = |at: &usize| text[*at..].starts_with(|c: char| matches!(c, '"' | '`') || c.is_ascii_control());
    leading_host(&text[..stop.filter(ends_here).unwrap_or(text.len())])
}

/// `valid_general_url_path_chars`.
fn is_path(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '<' | '>' | '(' | ')' | '?')
}

/// `valid_url_path_ending_chars`, without the balanced parentheses.
fn is_path_end(c: char) -> bool {
    is_path(c)
        && !matches!(
            c,
            '!' | '*'
                | '"'
                | '\''
                | '「'
                | '」'
                | ';'
                | ':'
                | '='
                | ','
                | '.'
                | '$'
                | '%'
                | '['
                | ']'
                | '~'
                | '&'
                | '|'
                | '@'
        )
}

/// The length of the path with which the text begins; 0 if there is none.
fn path(text: &str) -> usize {
    if !text.starts_with('/') {
        return 0;
    }
    let (mut at, mut end) = (1, 1);
    while let Some(c) = text[at..].chars().next() {
        if c == '(' {
            let Some(group) = balanced(&text[at..]) else { break };
            at += group;
            end = at;
        } else if is_path(c) {
            at += c.len_utf8();
            if is_path_end(c) {
                end = at;
            }
        } else {
            break;
        }
    }
    end
}

/// The length of `(…)` or `(…(…)…)` with which the text begins.
fn balanced(text: &str) -> Option<usize> {
    let run = |from: usize| text[from..].find(|c| !is_path(c)).map(|n| from + n);
    let mut at = run(1)?;
    if text[at..].starts_with('(') {
        let inner = run(at + 1)?;
        if inner == at + 1 || !text[inner..].starts_with(')') {
            return None;
        }
        at = run(inner + 1)?;
    } else if at == 1 {
        return None;
    }
    text[at..].starts_with(')').then_some(at + 1)
}

/// The length of the query with which the text begins; 0 if there is none.
fn query(text: &str) -> usize {
    if !text.starts_with('?') {
        return 0;
    }
    let mut end = 0;
    for (at, c) in text.char_indices().skip(1) {
        let ends = c.is_ascii_alphanumeric() || matches!(c, '_' | '&' | '=' | '#' | '/' | '-') || is_uchar(c);
        if ends {
            end = at + c.len_utf8();
        } else if !"!?*'();:+$%[].,~|@^".contains(c) {
            break;
        }
    }
    end
}

/// Mastodon's `UCHARS`: what may stand unescaped in a query, besides ASCII.
fn is_uchar(c: char) -> bool {
    let c = u32::from(c);
    matches!(c, 0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF | 0xE000..=0xF8FF)
        || (c >= 0x10000 && c & 0xFFFF <= 0xFFFD && !(0xE0000..0xE1000).contains(&c))
}

/// The lengths of `@user` and of the whole `@user@domain` with which the text begins.
fn mention(text: &str) -> Option<(usize, usize)> {
    let user = 1 + words(&text[1..], |c| c.is_ascii_alphanumeric() || c == '_');
    if user == 1 || !text[user..].starts_with('@') {
        return None;
    }
    let from = user + 1;
    let domain = words(&text[from..], |c| c.is_alphabetic() || c.is_ascii_digit() || c == '_');
    let (host, after) = (&text[from..from + domain], &text[from + domain..]);
    let refused = host.is_empty()
        || after.starts_with(['@', '＠'])
        || after.starts_with("://")
        || host.chars().take(MAX_DOMAIN + 1).count() > MAX_DOMAIN;
    (!refused).then_some((user, from + domain))
}

/// The length of `word([.-]+word)*` with which the text begins.
fn words(text: &str, is_word: impl Fn(char) -> bool) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if is_word(c) {
            end = at + c.len_utf8();
        } else if end == 0 || !matches!(c, '.' | '-') {
            break;
        }
    }
    end
}
