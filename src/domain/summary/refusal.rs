//! What is never part of a summary, and what may be only behind the sentence that it leans on.
//!
//! Refused: what does not end as a sentence does (headings, captions, bylines, link lists), questions, parts of
//! quotations and quotations without a speaker, fewer than six words, calls to click or subscribe, credits, addresses,
//! list items, shouting, and the title once more. Leaning (dangling): what begins with a pronoun or a connective, or
//! names its speaker by a pronoun only. Where in doubt a sentence is left out: an article has others.

use super::phrases::{self, Phrases};
use super::quotes::{Quoting, quoting};
use super::words;
use crate::domain::sentences::{is_closing, is_dash, is_ideograph, is_stop};

/// Fewer words make no statement.
const FEWEST_WORDS: usize = 6;
/// How many words stand outside a quotation that names its speaker.
const SPEAKER_WORDS: usize = 2;
/// The longest phrase before the first comma in which a pronoun points to the sentence before, in words.
const LEAD: usize = 6;
/// How far into a longer sentence it does, in words.
const START: usize = 3;
/// The longest clause that only says who speaks, in words.
const SPEAKS: usize = 2;

/// Whether a text ends with a stop, and not in the middle of a thought.
pub(super) fn ends_as_prose(text: &str) -> bool {
    let core = text.trim_end_matches(|c: char| is_closing(c) || c.is_whitespace());
    let core = core
        .rsplit_once('[')
        .filter(|(_, mark)| is_mark(mark))
        .map_or(core, |(core, _)| core);
    core.ends_with(is_stop) && !core.ends_with('…') && !core.ends_with("..")
}

fn is_mark(mark: &str) -> bool {
    mark.bytes().all(|b| b.is_ascii_digit())
}

/// `words` are those of the text.
pub(super) fn is_refused(text: &str, words: &[String], quoting: Quoting, phrases: &Phrases) -> bool {
    words::count(words) < FEWEST_WORDS
        || text.contains(['?', '؟', '？'])
        || quoting.is_part
        || (quoting.has_quote && quoting.words_outside < SPEAKER_WORDS)
        || !are_brackets_closed(text)
        || is_list_item(text)
        || begins_within(text)
        || is_shouted(text)
        || is_notice(words, phrases)
}

/// Whether it is no news but a word to the reader: subscribe, read more, share this.
pub(super) fn is_notice(words: &[String], phrases: &Phrases) -> bool {
    phrases.notices.iter().any(|phrase| begins(words, phrase))
        || phrases.calls.iter().any(|phrase| contains(words, phrase))
}

/// Whether it holds a credit or an address.
pub(super) fn is_marked(text: &str) -> bool {
    let text = text.to_lowercase();
    phrases::MARKS.iter().any(|mark| text.contains(mark))
}

/// The words of each clause, in small letters; quotations part clauses and are left out.
pub(super) fn clauses(text: &str) -> Vec<Vec<String>> {
    unquoted(text)
        .split([',', ';', ':', '–', '—', '،'])
        .map(|clause| words::lowered(clause).collect::<Vec<_>>())
        .filter(|clause| !clause.is_empty())
        .collect()
}

/// Whether it can be understood only behind the sentence before it.
pub(super) fn is_dangling(text: &str, clauses: &[Vec<String>], phrases: &Phrases) -> bool {
    let start = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if start.starts_with(is_ideograph) {
        return phrases.openers.iter().any(|opener| start.starts_with(opener));
    }
    let Some(lead) = clauses.first() else { return false };
    let begins_with = |list: &[&str]| list.iter().any(|phrase| begins(lead, phrase));
    let reach = if clauses.len() > 1 && lead.len() <= LEAD {
        LEAD
    } else {
        START
    };
    let is_leaning = (begins_with(phrases.openers) && !is_time(lead, phrases)) || points_back(lead, reach, phrases);
    (is_leaning && !begins_with(phrases.expletives)) || clauses.iter().any(|clause| is_speaker(clause, phrases))
}

/// Whether somebody speaks of himself or herself, outside quotations.
pub(super) fn is_personal(clauses: &[Vec<String>], phrases: &Phrases) -> bool {
    clauses.iter().flatten().any(|word| is_one_of(word, phrases.selves))
}

/// Whether one of the first words stands for what was said before.
fn points_back(lead: &[String], reach: usize, phrases: &Phrases) -> bool {
    let followers = lead.iter().skip(1).map(String::as_str).chain([""]);
    lead.iter().zip(followers).take(reach).any(|(word, next)| {
        let is_demonstrative = is_one_of(word, phrases.demonstratives) && !is_one_of(next, phrases.times);
        is_demonstrative || is_one_of(word, phrases.pronouns)
    })
}

/// `This year`, `cette semaine`: the demonstrative points to the day of publication.
fn is_time(lead: &[String], phrases: &Phrases) -> bool {
    matches!(lead, [word, next, ..] if is_one_of(word, phrases.demonstratives) && is_one_of(next, phrases.times))
}

/// `he said`, `a-t-il dit`, `dijo`: somebody speaks whom the sentence does not name.
fn is_speaker(clause: &[String], phrases: &Phrases) -> bool {
    matches!(clause, [verb] if is_one_of(verb, phrases.says))
        || (clause.len() <= SPEAKS && clause.iter().any(|word| is_one_of(word, phrases.pronouns)))
        || phrases.speaks.iter().any(|phrase| contains(clause, phrase))
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}

/// Whether the words begin with those of the phrase.
fn begins(words: &[String], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase
        .split(' ')
        .all(|part| words.next().is_some_and(|word| word == part))
}

fn contains(words: &[String], phrase: &str) -> bool {
    (0..words.len()).any(|at| words.get(at..).is_some_and(|rest| begins(rest, phrase)))
}

/// The text with commas for what is quoted.
fn unquoted(text: &str) -> String {
    let mut quotes = quoting(text);
    text.char_indices()
        .map(|(at, c)| {
            let quoting = quotes.upto(at + c.len_utf8());
            if quoting.is_part || quoting.has_quote { ',' } else { c }
        })
        .collect()
}

fn are_brackets_closed(text: &str) -> bool {
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' | '（' | '【' | '［' => depth += 1,
            ')' | ']' | '}' | '）' | '】' | '］' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
}

/// Whether it begins with a bullet, a dash as in a dialogue, or a number as in a list.
fn is_list_item(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = rest.len() < text.len() && rest.starts_with(['.', ')']);
    is_numbered || text.starts_with(|c| is_dash(c) || matches!(c, '•' | '·' | '*' | '▪' | '●' | '→' | '►' | '#'))
}

/// Whether it begins with a small letter: a part of something longer. `iPhone` begins a sentence.
fn begins_within(text: &str) -> bool {
    let mut letters = text.trim_start_matches(|c: char| !c.is_alphanumeric()).chars();
    letters.next().is_some_and(char::is_lowercase) && !letters.next().is_some_and(char::is_uppercase)
}

/// Whether it is written in capitals.
fn is_shouted(text: &str) -> bool {
    let (mut small, mut capital) = (0_usize, 0_usize);
    for c in text.chars() {
        small += usize::from(c.is_lowercase());
        capital += usize::from(c.is_uppercase());
    }
    capital > small
}
