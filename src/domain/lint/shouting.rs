//! Words in capitals: they read as shouting, and a screen reader may spell them letter by letter.

use super::words::{Word, is_hyphen, is_invisible, quoted, words};
use super::{Draft, Finding, Rule, texts};

/// So many words in a row are shouting.
const ROW: usize = 3;
/// A share of the letters is too large with two words, or with one as long as this.
const LONG: usize = 10;
const SOURCE: &str = "Carleton University, Use lower and upper case letters appropriately, \
                      https://carleton.ca/webaccessibility/appropriate-use-of-lower-and-upper-case-letters/";
/// Words that are written in capitals. Others count as such if they have a digit or no vowel, or stand in brackets.
const ACRONYMS: [&str; 107] = [
    "ACMD", "AIDS", "AIVL", "ANPUD", "APA", "ART", "ARV", "ASAM", "ASEAN", "ATS", "AU", "BIPOC", "CAHMA", "CCSA",
    "CDC", "CELAC", "CICAD", "CND", "COVID", "DEA", "DSM", "EACS", "EASL", "EATG", "ECDC", "ECHR", "ECOSOC", "EEA",
    "EMA", "EMCDDA", "ENCOD", "EU", "EUDA", "EURONPUD", "EUROPOL", "FDA", "GAVI", "GCDP", "GFATM", "GIZ", "HAV", "HBV",
    "HCV", "HIV", "HRI", "IAS", "ICD", "IDHDP", "IDPC", "IDU", "ILO", "INCB", "INHSU", "INPUD", "INTERPOL", "IOM",
    "ISAM", "LEAHN", "LGBT", "LGBTI", "LGBTIQ", "LGBTQ", "LGBTQIA", "MAT", "MOUD", "MSM", "NASA", "NATO", "NGO",
    "NIDA", "NIH", "NIMH", "NSP", "OAMT", "OAS", "OAT", "OECD", "OHCHR", "OST", "OUD", "PAHO", "PEP", "PEPFAR",
    "PLHIV", "PREP", "PWID", "PWUD", "SAMHSA", "STI", "SUD", "TB", "UK", "UN", "UNAIDS", "UNDP", "UNESCO", "UNFPA",
    "UNGA", "UNGASS", "UNHCR", "UNICEF", "UNODC", "UNSG", "USA", "VANDU", "WHA", "WHO",
];

/// One finding for each text that shouts.
pub(super) fn check(draft: &Draft<'_>) -> Vec<Finding> {
    texts(draft).filter_map(|(n, text)| of_text(n, text)).collect()
}

fn of_text(n: usize, text: &str) -> Option<Finding> {
    let words: Vec<Word<'_>> = words(text).into_iter().filter(|word| !word.tag).collect();
    let row = longest_row(text, &words);
    let (loud, at) = match row {
        Some(at) => (quoted(text.get(at.0..at.1).unwrap_or_default()), at),
        None => share(text, &words)?,
    };
    Some(
        Finding::new(
            Rule::Shouting,
            format!("{loud} is in capitals, which reads as shouting."),
        )
        .hint("Write it in small letters; capitals are harder to read, and a screen reader may spell them out.")
        .source(SOURCE)
        .at(n, at),
    )
}

/// How a word is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// In capitals.
    Loud,
    /// An acronym, a single letter, a number: it may stand among others.
    Neither,
    Calm,
}

/// The first row of [`ROW`] loud words or more, as far as it goes.
fn longest_row(text: &str, words: &[Word<'_>]) -> Option<(usize, usize)> {
    let (mut row, mut count, mut end) = (None, 0, None);
    for word in words {
        let joined = end.is_some_and(|end| text.get(end..word.start).is_some_and(joins));
        let voice = voice(text, word);
        if !joined || voice == Voice::Calm {
            if count >= ROW {
                break;
            }
            (row, count) = (None, 0);
        }
        if voice == Voice::Loud {
            count += 1;
            row = Some((row.map_or(word.start, |(start, _)| start), word.end));
        }
        end = Some(word.end);
    }
    row.filter(|_| count >= ROW)
}

/// Whether words with this between them go on as one cry. A comma or a slash makes a list.
fn joins(between: &str) -> bool {
    let goes_on = |c: char| {
        c.is_whitespace()
            || is_hyphen(c)
            || is_invisible(c)
            || matches!(c, '!' | '?' | '¡' | '¿' | '.' | ':' | '\'' | '’' | '&')
    };
    between.chars().all(goes_on)
}

/// The loud words, where they have more than a third of the letters that have a case; and where the first stands.
fn share(text: &str, words: &[Word<'_>]) -> Option<(String, (usize, usize))> {
    let loud: Vec<&Word<'_>> = words.iter().filter(|word| voice(text, word) == Voice::Loud).collect();
    let all: usize = words
        .iter()
        .filter(|word| voice(text, word) != Voice::Neither)
        .map(|word| cased(word.text))
        .sum();
    let letters: usize = loud.iter().map(|word| cased(word.text)).sum();
    let many = loud.len() >= 2 || letters >= LONG;
    let first = loud.first().filter(|_| many && letters * 3 > all)?;
    let shown: Vec<&str> = loud.iter().map(|word| word.text).collect();
    Some((quoted(&shown.join(" ")), (first.start, first.end)))
}

fn voice(text: &str, word: &Word<'_>) -> Voice {
    let upper = word.text.chars().filter(|c| is_upper(*c)).count();
    let lower = word.text.chars().any(char::is_lowercase);
    if lower {
        Voice::Calm
    } else if upper < 2 || is_acronym(text, word) {
        Voice::Neither
    } else {
        Voice::Loud
    }
}

fn is_acronym(text: &str, word: &Word<'_>) -> bool {
    let bare = word.text.trim_matches('.');
    let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
    let next = |c: Option<char>, marks: [char; 3]| c.is_some_and(|c| marks.contains(&c));
    let bracketed = next(
        text.get(..word.start).and_then(|t| t.chars().next_back()),
        ['(', '[', '（'],
    ) && next(text.get(word.end..).and_then(|t| t.chars().next()), [')', ']', '）']);
    ACRONYMS.contains(&bare)
        || bare.chars().any(char::is_numeric)
        || (letters <= 5 && !bare.chars().any(is_vowel))
        || (letters <= 8 && bracketed)
        || bare.contains('.')
}

/// Vowels of the scripts with case: without one, a short word is spelled anyway.
fn is_vowel(c: char) -> bool {
    let latin =
        |c: char| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y' | 'À'..='Å' | 'È'..='Ï' | 'Ò'..='Ö' | 'Ø'..='Ý');
    let greek = |c: char| matches!(c, 'Α' | 'Ε' | 'Η' | 'Ι' | 'Ο' | 'Υ' | 'Ω' | 'Ά'..='Ώ');
    let cyrillic = |c: char| {
        matches!(
            c,
            'А' | 'Е' | 'Ё' | 'И' | 'Й' | 'О' | 'У' | 'Ы' | 'Э' | 'Ю' | 'Я' | 'І' | 'Ї' | 'Є'
        )
    };
    latin(c) || greek(c) || cyrillic(c)
}

/// Letters of the scripts that have small ones too. Cherokee is written in what counts as capitals.
fn is_upper(c: char) -> bool {
    c.is_uppercase() && c.is_alphabetic() && !matches!(c, '\u{13A0}'..='\u{13F5}')
}

fn cased(word: &str) -> usize {
    word.chars().filter(|c| is_upper(*c) || c.is_lowercase()).count()
}
