//! An answer as one paragraph of plain text: without what is not seen, and without the dress that models put on.
//!
//! Cleaning what is clean changes nothing.

use super::phrases;

/// The longest introduction that is taken off, in bytes.
const LONGEST_LABEL: usize = 120;
/// How models mark what they think before they answer.
const THOUGHTS: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];
/// Quotation marks that may stand around the whole.
const QUOTES: [(char, char); 9] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('”', '”'),
    ('‘', '’'),
    ('„', '“'),
    ('«', '»'),
    ('»', '«'),
    ('「', '」'),
];

/// What comes behind a model's thoughts, where it shows them first.
pub(super) fn behind_thoughts(answer: &str) -> &str {
    let start = answer.trim_start();
    THOUGHTS
        .iter()
        .find(|(open, _)| start.starts_with(open))
        .and_then(|(_, close)| start.split_once(close))
        .map_or(answer, |(_, rest)| rest)
}

/// One paragraph of plain text. Each round takes something off, until there is nothing to take off.
pub(super) fn clean(answer: &str) -> String {
    let mut text = joined(answer);
    loop {
        let bare = undressed(&collapsed(unmarked(&text)));
        if bare == text {
            return text;
        }
        text = bare;
    }
}

/// The lines as one, without those that are only dress: headings over a text, fences, `Here is a summary:`.
fn joined(answer: &str) -> String {
    let answer: String = answer.chars().filter(|&c| c == '\n' || !is_unseen(c)).collect();
    let lines: Vec<&str> = answer
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !is_fence(line))
        .collect();
    let last = lines.len().saturating_sub(1);
    let kept = lines
        .iter()
        .enumerate()
        .filter(|(at, line)| *at == last || !is_heading(line));
    kept.map(|(_, line)| unmarked(line)).collect::<Vec<_>>().join(" ")
}

/// ```` ```text ````, around a block.
fn is_fence(line: &str) -> bool {
    line.starts_with("```") && !line.contains(' ')
}

fn is_heading(line: &str) -> bool {
    let is_bold = line.len() > 4 && line.starts_with("**") && line.ends_with("**");
    let is_stopped = line.trim_end_matches('*').ends_with(['.', '!', '。']);
    is_titled(line) || (is_bold && !is_stopped) || line.ends_with([':', '：']) || line.ends_with(":**")
}

/// `# Title`, as Markdown writes it.
fn is_titled(line: &str) -> bool {
    line.trim_start_matches('#').starts_with(' ') && line.starts_with('#')
}

/// A line without what Markdown puts before it: `- `, `> `, `1. `.
fn unmarked(line: &str) -> &str {
    let line = if is_titled(line) {
        line.trim_start_matches('#').trim_start()
    } else {
        line
    };
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = line
        .get(digits..)
        .and_then(|rest| rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")))
        .filter(|_| (1..=2).contains(&digits));
    let marked = ["- ", "* ", "+ ", "• ", "– ", "> "];
    let marked = marked.iter().find_map(|mark| line.strip_prefix(mark));
    numbered.or(marked).unwrap_or(line).trim_start()
}

/// White space of every kind as one space; no marks of emphasis.
fn collapsed(text: &str) -> String {
    let plain = text.replace("__", " ");
    let plain = plain.replace(['*', '`'], "");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One piece of dress less.
fn undressed(text: &str) -> String {
    let text = without_label(text);
    let text = without_quotes(text).unwrap_or(text);
    without_tags(text).trim().to_owned()
}

/// Without `Summary:` or `Here is a summary of the article:` at its beginning.
fn without_label(text: &str) -> &str {
    match text.split_once([':', '：']) {
        Some((label, rest)) if label.len() <= LONGEST_LABEL && phrases::is_label(label) => rest.trim_start(),
        _ => text,
    }
}

/// What stands between quotation marks, if they are around the whole and not around its first and last parts.
fn without_quotes(text: &str) -> Option<&str> {
    QUOTES.iter().find_map(|&(open, close)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        // An apostrophe inside says nothing; the other marks do.
        let parted = match close {
            '\'' | '’' => {
                inner.contains("' ") || inner.contains("’ ") || inner.contains(" '") || inner.contains(" ‘")
            }
            _ => inner.contains([open, close]),
        };
        (!parted).then_some(inner)
    })
}

/// Without the hashtags behind the last sentence.
fn without_tags(text: &str) -> &str {
    let mut kept = text;
    while let Some((before, last)) = kept.rsplit_once(' ') {
        let is_tag = last.len() > 1 && last.starts_with(['#', '＃']);
        if !is_tag {
            break;
        }
        kept = before.trim_end();
    }
    kept
}

/// Whether something is left that is no plain text: a tag or comment of HTML, a link of Markdown, an entity.
pub(super) fn has_markup(text: &str) -> bool {
    let opens = |after: &str| after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    text.contains("](")
        || text.contains("[[")
        || text.split('<').skip(1).any(opens)
        || text.split('&').skip(1).any(is_entity)
}

fn is_entity(after: &str) -> bool {
    let name = after.find(';').filter(|length| (2..=10).contains(length));
    name.and_then(|length| after.get(..length))
        .is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'))
}

/// What is not seen, and what turns the direction of text by force. Joiners and the ordinary direction marks stay: words
/// of Persian and Hindi need them.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}
