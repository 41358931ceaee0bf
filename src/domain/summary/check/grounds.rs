//! Whether what a proposal says can come from the article: its numbers, and its words in the whole.

use std::collections::BTreeSet;

use super::super::language::Language;
use super::super::words::{Stemmer, core, lowered};
use super::super::{MOST_BYTES, Text};

/// Fewer words that say something prove nothing.
const FEWEST: usize = 6;
/// The share of its words that the article must have: one in so many.
const ONE_IN: usize = 3;
/// How many letters of a word are compared: endings differ.
const LETTERS: usize = 5;

/// A number of the proposal that the article does not have. Those below a hundred pass, because articles write them as
/// words; but not percentages.
pub(super) fn strange_number(proposed: &str, article: &Text<'_>) -> Option<String> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for part in parts(article) {
        for joins in [Joins::Nothing, Joins::Marks, Joins::Spaces] {
            known.extend(numbers(part, joins).into_iter().map(|number| number.digits));
        }
    }
    numbers(proposed, Joins::Marks)
        .into_iter()
        .find(|number| (number.digits.len() > 2 || number.is_percent) && !known.contains(&number.digits))
        .map(|number| number.digits)
}

/// Whether hardly a word of the proposal is in the article.
pub(super) fn is_elsewhere(proposed: &str, article: &Text<'_>, language: Language) -> bool {
    // Without a dictionary, words of these scripts cannot be told apart.
    if proposed.contains(is_run_together) {
        return false;
    }
    let stemmer = Stemmer::new(language);
    let stems = |text: &str| -> BTreeSet<String> {
        let stem = |word: String| Some(stemmer.stem(core(&word))?.chars().take(LETTERS).collect::<String>());
        lowered(text).filter_map(stem).collect()
    };
    let wanted = stems(proposed);
    let known: BTreeSet<String> = parts(article).flat_map(stems).collect();
    let found = wanted.intersection(&known).count();
    wanted.len() >= FEWEST && found.saturating_mul(ONE_IN) < wanted.len()
}

fn parts<'a>(article: &Text<'a>) -> impl Iterator<Item = &'a str> {
    let body = article.body;
    let body = body.get(..body.floor_char_boundary(MOST_BYTES)).unwrap_or(body);
    [article.title, article.description, Some(body)].into_iter().flatten()
}

/// What may stand between the digits of one number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joins {
    Nothing,
    /// Points, commas, narrow spaces: `1,200.50`, `1’200`.
    Marks,
    /// Before groups of three, any space too: `1 200`.
    Spaces,
}

/// A number as bare digits: `1,200.50` is `120050`.
struct Number {
    digits: String,
    is_percent: bool,
}

fn numbers(text: &str, joins: Joins) -> Vec<Number> {
    let mut found = Vec::new();
    let mut digits = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if let Some(digit) = digit(c) {
            digits.push(digit);
            continue;
        }
        let follow = rest.clone().map_while(digit).take(4).count();
        let is_joined = match c {
            '.' | ',' | '\'' | '’' | '٫' | '٬' | '\u{A0}' | '\u{202F}' | '\u{2009}' => {
                joins != Joins::Nothing && follow > 0
            }
            ' ' => joins == Joins::Spaces && follow == 3,
            _ => false,
        };
        if !is_joined && !digits.is_empty() {
            let next = if c.is_whitespace() {
                rest.clone().next()
            } else {
                Some(c)
            };
            found.push(Number {
                digits: std::mem::take(&mut digits),
                is_percent: matches!(next, Some('%' | '％' | '٪')),
            });
        }
    }
    found.push(Number {
        digits,
        is_percent: false,
    });
    for number in &mut found {
        number.digits = number.digits.trim_start_matches('0').to_owned();
    }
    found.retain(|number| !number.digits.is_empty());
    found
}

/// A digit of the scripts that have their own.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6F0}'..='\u{6F9}' => 0x6F0,
        '\u{966}'..='\u{96F}' => 0x966,
        '\u{9E6}'..='\u{9EF}' => 0x9E6,
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

/// Thai, Lao, Burmese, Khmer.
fn is_run_together(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF)
}
