//! The words of a text: what a reader reads, without addresses, handles and the like, which nobody can word otherwise.

use unicode_segmentation::UnicodeSegmentation;

/// A word, with its place in the text in UTF-8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is a word of a hashtag.
    pub(super) tag: bool,
}

/// A hashtag, with its place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hashtag<'a> {
    /// Without `#`.
    pub(super) body: &'a str,
    /// Where the `#` stands.
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy)]
enum Piece<'a> {
    Plain(&'a str, usize),
    Hashtag(Hashtag<'a>),
}

/// The words, in order. A word ends at an apostrophe ("addict's" has "addict"), a hashtag's at the next capital.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain, start) => {
                for (at, word) in plain.unicode_word_indices() {
                    parts(word, start + at, false, is_apostrophe, &mut words);
                }
            }
            Piece::Hashtag(hashtag) => {
                for (at, hump) in humps(hashtag.body) {
                    let start = hashtag.end - hashtag.body.len() + at;
                    parts(hump, start, true, |c| c == '_', &mut words);
                }
            }
        }
    }
    words
}

/// The hashtags, in order.
pub(super) fn hashtags(text: &str) -> Vec<Hashtag<'_>> {
    let pieces = pieces(text).into_iter();
    pieces
        .filter_map(|piece| match piece {
            Piece::Hashtag(hashtag) => Some(hashtag),
            Piece::Plain(..) => None,
        })
        .collect()
}

/// A word as it is compared: without case, and without what cannot be seen.
pub(super) fn fold(word: &str) -> String {
    let seen = word.chars().filter(|c| !is_invisible(*c));
    seen.flat_map(char::to_lowercase)
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

/// Words of a text for a message: in quotes, on one line, not long.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let visible: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return format!("\"{line}\"");
    }
    let short: String = line.chars().take(MOST - 1).collect();
    format!("\"{}…\"", short.trim_end())
}

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '＇')
}

/// Hyphens and dashes that join words.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2013}' | '\u{FE63}' | '\u{FF0D}')
}

/// Soft hyphens and joiners.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn parts<'a>(word: &'a str, start: usize, tag: bool, ends: impl Fn(char) -> bool, into: &mut Vec<Word<'a>>) {
    let mut at = start;
    for part in word.split_inclusive(&ends) {
        let text = part.trim_end_matches(&ends);
        if !text.is_empty() {
            let end = at + text.len();
            into.push(Word {
                text,
                start: at,
                end,
                tag,
            });
        }
        at += part.len();
    }
}

/// Where a hashtag's words begin: at a capital after a small letter, at the last capital before one, at a first digit.
fn humps(body: &str) -> Vec<(usize, &str)> {
    let chars: Vec<(usize, char)> = body.char_indices().collect();
    let mut starts = vec![0];
    for (n, around) in chars.windows(2).enumerate() {
        let [(_, before), (at, here)] = *around else { continue };
        let small_next = chars.get(n + 2).is_some_and(|(_, next)| next.is_lowercase());
        let capital = here.is_uppercase() && (before.is_lowercase() || before.is_numeric() || small_next);
        if capital || (here.is_numeric() && !before.is_numeric()) {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(&start, end)| Some((start, body.get(start..end)?)))
        .collect()
}

/// Cuts a text into plain stretches and hashtags; addresses, handles and e-mail addresses fall out.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut plain, mut skip) = (0, 0);
    let mut before = None;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        let free = !before.is_some_and(in_word);
        before = Some(c);
        let rest = text.get(at..).unwrap_or_default();
        let (from, length, hashtag) = match c {
            'h' | 'H' | 'w' | 'W' if free && is_address(rest) => (at, address(rest), None),
            '@' if free => (at, handle(rest), None),
            '@' => (word_before(text, plain, at), handle(rest), None),
            '#' | '＃' if free => {
                let length = hashtag(rest);
                let body = rest.get(c.len_utf8()..length).unwrap_or_default();
                let (start, end) = (at, at + length);
                (at, length, Some(Hashtag { body, start, end }))
            }
            _ => continue,
        };
        if length <= c.len_utf8() {
            continue;
        }
        pieces.extend(text.get(plain..from).map(|stretch| Piece::Plain(stretch, plain)));
        pieces.extend(hashtag.map(Piece::Hashtag));
        plain = at + length;
        skip = plain;
        before = text.get(..plain).and_then(|done| done.chars().next_back());
    }
    pieces.extend(text.get(plain..).map(|stretch| Piece::Plain(stretch, plain)));
    pieces
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_address(rest: &str) -> bool {
    ["https://", "http://", "www."].iter().any(|start| {
        rest.get(..start.len())
            .is_some_and(|have| have.eq_ignore_ascii_case(start))
    })
}

/// The length of an address. It also ends at scripts that are written without spaces, which go on right behind it.
fn address(rest: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '«' | '»') || c >= '\u{2E80}';
    rest.find(ends).unwrap_or(rest.len())
}

/// The length of a handle with its `@`, and of its server, if one is named.
fn handle(rest: &str) -> usize {
    let inside = |c: char| in_word(c) || matches!(c, '.' | '-' | '@');
    let body = rest.get(1..).unwrap_or_default();
    1 + body.find(|c| !inside(c)).unwrap_or(body.len())
}

/// The length of a hashtag with its `#`.
fn hashtag(rest: &str) -> usize {
    let marks = |c: char| matches!(c, '\u{300}'..='\u{36F}' | '\u{900}'..='\u{DFF}' | '\u{200C}' | '\u{200D}');
    let mut chars = rest.char_indices();
    let first = chars.next().map_or(0, |(_, c)| c.len_utf8());
    chars
        .find(|(_, c)| !in_word(*c) && !marks(*c))
        .map_or(rest.len(), |(at, _)| at)
        .max(first)
}

/// Where the word begins that an `@` inside a word belongs to.
fn word_before(text: &str, from: usize, at: usize) -> usize {
    let stretch = text.get(from..at).unwrap_or_default();
    stretch
        .char_indices()
        .rev()
        .find(|(_, c)| !in_word(*c) && !matches!(c, '.' | '-' | '+'))
        .map_or(from, |(before, c)| from + before + c.len_utf8())
}
