//! Where sentences end.
//!
//! The rules are those of Unicode (UAX #29, SB6 to SB11): a stop, what closes behind it, white space, and then no small
//! letter; ideographic stops need no space. They are corrected where they are known to err: abbreviations, initials
//! and ordinals by language (see `abbreviations`), brackets inside a sentence, quotations that go on behind a dash,
//! reference marks (`.[3]`), and single line feeds, which here part words, not sentences.
//!
//! One pass, and no look-ahead but over white space and opening marks: a run of a hundred thousand brackets takes no
//! longer than as much prose, which cannot be said of `unicode_sentences`.

mod abbreviations;
#[cfg(test)]
mod tests;

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use abbreviations::is_abbreviation;

/// Where sentences end, closing quotes and brackets included, within the first `reach` bytes of the text; what follows
/// is looked at only to tell whether a new sentence begins. A last sentence without a stop has no end here.
///
/// `language` is a BCP-47 tag; without one, the abbreviations of all known languages count.
pub fn ends<'a>(text: &'a str, reach: usize, language: Option<&'a str>) -> impl Iterator<Item = usize> + use<'a> {
    let reach = text.floor_char_boundary(reach.min(text.len()));
    Ends {
        text,
        language,
        chars: text[..reach].char_indices().peekable(),
        before: ' ',
        has_words: false,
        in_brackets: false,
    }
}

/// The sentences as ranges of bytes, without the white space around them. An empty line ends a sentence in any case;
/// what has no stop, such as a heading, is a sentence too.
pub fn ranges<'a>(text: &'a str, language: Option<&'a str>) -> impl Iterator<Item = Range<usize>> + use<'a> {
    paragraphs(text).flat_map(move |paragraph| {
        let offset = paragraph.start;
        let inner = &text[paragraph];
        let mut start = 0;
        ends(inner, inner.len(), language)
            .chain([inner.len()])
            .map(move |end| std::mem::replace(&mut start, end)..end)
            .filter_map(move |range| trimmed(text, offset + range.start..offset + range.end))
    })
}

/// The paragraphs as ranges of bytes: what empty lines part.
pub fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        let start = rest?;
        let gap = text[start..]
            .match_indices('\n')
            .find(|(at, _)| starts_paragraph(&text[start + at..]));
        let end = gap.map(|(at, _)| start + at);
        rest = end.map(|end| text.len() - text[end..].trim_start().len());
        Some(start..end.unwrap_or(text.len()))
    })
    .filter_map(|range| trimmed(text, range))
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let whole = &text[range.clone()];
    let kept = whole.trim();
    let start = range.start + (whole.len() - whole.trim_start().len());
    (!kept.is_empty()).then(|| start..start + kept.len())
}

struct Ends<'a> {
    text: &'a str,
    language: Option<&'a str>,
    chars: Peekable<CharIndices<'a>>,
    /// The character before the next.
    before: char,
    /// Whether this sentence has letters or digits so far.
    has_words: bool,
    /// Whether a bracket is open that began inside this sentence.
    in_brackets: bool,
}

impl Iterator for Ends<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while let Some((at, c)) = self.chars.next() {
            let before = std::mem::replace(&mut self.before, c);
            if is_stop(c) {
                let run = self.run(at, c, before);
                if self.has_words && self.is_end(&run) {
                    self.has_words = false;
                    self.in_brackets = false;
                    return Some(run.end);
                }
            } else if is_opening_bracket(c) {
                self.in_brackets = self.has_words;
            } else if is_closing_bracket(c) {
                self.in_brackets = false;
            } else {
                self.has_words |= c.is_alphanumeric();
            }
        }
        None
    }
}

/// Stops and what closes behind them.
struct Run {
    first: char,
    before: char,
    start: usize,
    end: usize,
    /// A full stop and nothing else.
    is_dot: bool,
    /// Whether one of the stops needs no space behind it.
    is_unspaced: bool,
    quote_closed: bool,
    /// Whether it ends with the bracket that closes a part of the sentence.
    closes_inner: bool,
}

impl Ends<'_> {
    fn run(&mut self, start: usize, first: char, before: char) -> Run {
        let mut run = Run {
            first,
            before,
            start,
            end: start + first.len_utf8(),
            is_dot: first == '.',
            is_unspaced: is_unspaced_stop(first),
            quote_closed: false,
            closes_inner: false,
        };
        while let Some(&(at, c)) = self.chars.peek() {
            let spaced = spaced_quote(&self.text[at..]);
            let length = if is_stop(c) || is_closing(c) || is_raised_digit(c) {
                c.len_utf8()
            } else if let Some(length) = reference_mark(&self.text[at..]).or(spaced) {
                length
            } else {
                break;
            };
            run.is_dot = false;
            run.is_unspaced |= is_unspaced_stop(c);
            run.quote_closed |= spaced.is_some() || (is_closing(c) && !is_closing_bracket(c));
            run.closes_inner = if is_closing_bracket(c) {
                std::mem::take(&mut self.in_brackets)
            } else {
                run.closes_inner && !is_stop(c)
            };
            run.end = at + length;
            while self.chars.next_if(|(at, _)| *at < run.end).is_some() {}
            self.before = c;
        }
        run
    }

    fn is_end(&self, run: &Run) -> bool {
        let rest = &self.text[run.end..];
        let next = rest.trim_start();
        if run.closes_inner || is_opening_bracket(run.before) {
            return false;
        }
        let is_abbreviation = || is_abbreviation(&self.text[..run.start], next, self.language);
        if next.is_empty() || starts_paragraph(rest) {
            return !(run.is_dot && is_list_number(&self.text[..run.start]));
        }
        if run.is_unspaced {
            return !next.starts_with(goes_on);
        }
        if next.len() == rest.len() {
            return is_ideograph(run.before) && next.starts_with(is_ideograph) && run.first != '…';
        }
        let goes_on_after_quote = run.quote_closed && next.starts_with(is_dash);
        !goes_on_after_quote && starts_sentence(next) && !(run.is_dot && is_abbreviation())
    }
}

/// Whether a new sentence may begin so: behind opening marks comes no small letter. `iPhone` begins with a capital.
fn starts_sentence(next: &str) -> bool {
    if next.starts_with(goes_on) {
        return false;
    }
    let mut letters = next.trim_start_matches(is_opening).chars();
    let (first, second) = (letters.next(), letters.next());
    !first.is_some_and(char::is_lowercase) || second.is_some_and(char::is_uppercase)
}

/// Whether an empty line comes before the next word.
fn starts_paragraph(rest: &str) -> bool {
    rest.chars()
        .take_while(|c| c.is_whitespace())
        .filter(|c| matches!(c, '\n' | '\u{2029}'))
        .nth(1)
        .is_some()
}

/// Whether a line begins with this number, as in a list.
fn is_list_number(before: &str) -> bool {
    let line = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = before.len() - line.len();
    (1..=3).contains(&digits) && line.chars().next_back().is_none_or(|c| c == '\n')
}

/// A closing quote behind a space, as French sets it: the length of both.
fn spaced_quote(rest: &str) -> Option<usize> {
    let behind = rest
        .strip_prefix([' ', '\u{A0}', '\u{202F}'])?
        .strip_prefix(['»', '›'])?;
    let closes = behind.chars().next().is_none_or(|c| !c.is_alphanumeric());
    closes.then(|| rest.len() - behind.len())
}

/// The length of a mark like `[12]`.
fn reference_mark(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('[')?;
    let behind = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = inner.len() - behind.len();
    (behind.starts_with(']') && (1..=3).contains(&digits)).then_some(digits + 2)
}

/// Whether this ends a sentence (`Sentence_Break` STerm and ATerm of the scripts in common use).
pub(super) fn is_stop(c: char) -> bool {
    is_unspaced_stop(c)
        || matches!(
            c,
            '.' | '!' | '?' | '…' | '؟' | '۔' | '।' | '॥' | '։' | '።' | '။' | '។' | '‽'
        )
}

/// Stops after which no space follows.
pub(super) fn is_unspaced_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡')
}

/// Whether this closes a quotation or a bracket behind a stop. `“` and `«` do in German.
pub(super) fn is_closing(c: char) -> bool {
    is_closing_bracket(c)
        || matches!(
            c,
            '"' | '\'' | '”' | '’' | '“' | '‘' | '»' | '«' | '›' | '‹' | '」' | '』' | '》' | '〉'
        )
}

fn is_closing_bracket(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '）' | '】' | '］')
}

fn is_opening_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '（' | '【' | '［')
}

/// What may stand before the first letter of a sentence.
fn is_opening(c: char) -> bool {
    is_opening_bracket(c)
        || is_dash(c)
        || matches!(
            c,
            '"' | '\''
                | '“'
                | '”'
                | '‘'
                | '’'
                | '„'
                | '‚'
                | '«'
                | '»'
                | '‹'
                | '›'
                | '¿'
                | '¡'
                | '「'
                | '『'
                | '《'
        )
        || c.is_whitespace()
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―')
}

/// What continues a sentence (`Sentence_Break` SContinue, without the dashes).
fn goes_on(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '،' | '؛' | '，' | '、' | '；' | '：')
}

fn is_raised_digit(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// Chinese characters and Japanese syllables.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}
