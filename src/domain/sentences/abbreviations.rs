//! Full stops that belong to the word before them.
//!
//! Some abbreviations never end a sentence, since a name follows (`Dr.`); some only before a number (`No. 5`); all
//! others, and initials, end one if the next word is one that sentences begin with (`in the U.S. The law`).
//! Only what may stand before a capital letter is listed: before a small one nothing ends.

mod tables;

use super::{is_list_number, is_opening};
use tables::{GERMAN_ARTICLES, GERMAN_MONTHS, PARTICLES, TABLES};

/// The longest abbreviation that is looked for, in characters.
const LONGEST: usize = 12;

/// Whether the full stop between these belongs to the word before it.
pub(super) fn is_abbreviation(before: &str, next: &str, language: Option<&str>) -> bool {
    if is_list_number(before) {
        return true;
    }
    let tail = before.trim_end_matches(is_part);
    let raw = &before[tail.len()..];
    if raw.is_empty() || raw.chars().nth(LONGEST).is_some() {
        return false;
    }
    let word = raw.to_lowercase();
    let word = word.as_str();
    let tables = || TABLES.iter().filter(|tables| speaks(language, tables.language));
    if tables().any(|t| t.titles.contains(&word)) {
        return true;
    }
    if next.starts_with(|c: char| c.is_numeric()) && tables().any(|t| t.numbered.contains(&word)) {
        return true;
    }
    if is_german_ordinal(word, tail, next, language) {
        return true;
    }
    let is_initial = is_initials(raw) && !tail.ends_with(['\'', '’']) && word != "я";
    if !is_initial && !tables().any(|t| t.others.contains(&word)) {
        return false;
    }
    let follower = first_word(next).to_lowercase();
    let follower = follower.as_str();
    let is_one_name = raw.contains('-') || !raw.contains('.');
    let is_particle = is_initial && is_one_name && PARTICLES.contains(&follower);
    is_particle || !tables().any(|t| t.starters.contains(&follower))
}

/// Whether the words of a table count for a text of this language: all do where the language is not known.
fn speaks(tag: Option<&str>, language: &str) -> bool {
    let primary = tag.and_then(|tag| tag.split(['-', '_']).next());
    primary.is_none_or(|tag| {
        tag.eq_ignore_ascii_case(language) || !TABLES.iter().any(|t| tag.eq_ignore_ascii_case(t.language))
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-')
}

/// `J`, `J.-P`, `U.S`: single letters only.
fn is_initials(word: &str) -> bool {
    word.split(['.', '-'])
        .filter(|part| !part.is_empty())
        .all(|part| part.chars().count() == 1 && part.starts_with(char::is_alphabetic))
}

/// The next word, unless a full stop makes it an initial itself.
fn first_word(next: &str) -> &str {
    let next = next.trim_start_matches(is_opening);
    let rest = next.trim_start_matches(char::is_alphanumeric);
    if rest.starts_with('.') {
        ""
    } else {
        &next[..next.len() - rest.len()]
    }
}

/// `am 5. Mai`, `im 19. Jahrhundert`: a number of one or two digits behind an article, or before a month.
fn is_german_ordinal(word: &str, tail: &str, next: &str, language: Option<&str>) -> bool {
    let is_number = word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    if !is_number || !speaks(language, "de") {
        return false;
    }
    let tail = tail.trim_end();
    let article = &tail[tail.trim_end_matches(char::is_alphabetic).len()..];
    GERMAN_MONTHS.contains(&first_word(next)) || GERMAN_ARTICLES.contains(&article.to_lowercase().as_str())
}
