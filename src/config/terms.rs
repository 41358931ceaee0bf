//! Lists of words to avoid: a file with `[[term]]` for each entry.

use std::collections::HashMap;
use std::sync::LazyLock;

use toml_edit::Document;

use super::common::language;
use super::error::Mistake;
use super::field::Field;
use super::load::{self, Examples};
use super::walk::{Section, Walk, place, quoted};
use crate::domain::lint::{Term, has_words};

/// The built-in list.
const STARTER: &str = include_str!("../../config/terms/en-drug-policy-health.toml");
/// The most entries of one list, forms or phrases of one entry, and characters of one text.
const MOST_TERMS: usize = 2_000;
const MOST_FORMS: usize = 50;
const MOST_CHARACTERS: usize = 500;

const TOP: [&str; 2] = ["language", "term"];
const TERM: [&str; 6] = ["avoid", "say", "why", "source", "language", "unless"];

/// What to write, for mistakes in the grammar of a list.
const EXAMPLES: Examples = Examples {
    quoted: "say = \"person who uses drugs\"",
    again: "[[term]]",
};

/// The terms of the built-in list.
pub(super) fn starter() -> &'static [Term] {
    static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| parse(STARTER).unwrap_or_default());
    &TERMS
}

/// Reads a list of words.
///
/// # Errors
/// All its mistakes.
pub(super) fn parse(text: &str) -> Result<Vec<Term>, Vec<Mistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::parse(text).map_err(|error| vec![load::syntax(text, &error, &EXAMPLES)])?;
    let walk = Walk::new(text);
    let root = Section::new(&walk, document.as_table(), "a list of words", 0);
    root.only(&TOP);
    let common = root.field("language").and_then(|field| language(&field));
    let sections = match root.field("term") {
        Some(field) => field.tables("an entry"),
        None => {
            root.lacks("[[term]] with avoid = [\"…\"] and say = \"…\"");
            Vec::new()
        }
    };
    if let Some(first) = sections.get(MOST_TERMS) {
        walk.mistake(first.at, format!("a list has at most {MOST_TERMS} entries"), None);
    }
    let mut seen = HashMap::new();
    let terms = sections
        .iter()
        .take(MOST_TERMS)
        .filter_map(|section| term(section, common.as_ref(), &mut seen))
        .collect();
    let mistakes = walk.finish();
    if mistakes.is_empty() { Ok(terms) } else { Err(mistakes) }
}

/// One entry. `seen` has the forms so far, with where they stand.
fn term(section: &Section<'_>, common: Option<&String>, seen: &mut HashMap<String, usize>) -> Option<Term> {
    section.only(&TERM);
    let avoid = match section.field("avoid") {
        Some(field) => phrases(&field, "[\"addict\", \"addicts\"]"),
        None => {
            section.lacks("avoid = [\"…\"], the words in all their forms");
            Vec::new()
        }
    };
    let text = |name: &str| section.field(name).and_then(|field| short(&field, field.line()?));
    let say = text("say");
    if section.field("say").is_none() {
        section.lacks("say = \"…\", what to say instead");
    }
    for (form, at) in &avoid {
        let first = *seen.entry(form.to_lowercase()).or_insert(*at);
        if first != *at {
            let line = place(section.walk.text(), first).0;
            let message = format!("{} stands twice in this list; first on line {line}", quoted(form));
            section.walk.mistake(*at, message, None);
        }
    }
    let unless = section.field("unless");
    Some(Term {
        avoid: forms(avoid),
        say: say?.to_owned(),
        why: text("why").map(str::to_owned),
        source: text("source").map(str::to_owned),
        language: section
            .field("language")
            .and_then(|field| language(&field))
            .or_else(|| common.cloned()),
        unless: forms(unless.map(|field| phrases(&field, "[\"…\"]")).unwrap_or_default()),
    })
}

/// The phrases of a list, each with the place where it stands.
fn phrases<'a>(field: &Field<'a>, example: &str) -> Vec<(&'a str, usize)> {
    let Some(entries) = field.list(example) else {
        return Vec::new();
    };
    if entries.is_empty() {
        field.refuse(format!("\"{}\" is empty", field.name), None);
    }
    if let Some(first) = entries.get(MOST_FORMS) {
        first.refuse(format!("\"{}\" has at most {MOST_FORMS} entries", field.name), None);
    }
    let phrase = |entry: &Field<'a>| {
        let text = short(entry, entry.line()?)?;
        if !has_words(text) {
            entry.refuse(format!("{} has no word that could be looked for", quoted(text)), None);
            return None;
        }
        Some((text, entry.at))
    };
    entries.iter().take(MOST_FORMS).filter_map(phrase).collect()
}

fn forms(phrases: Vec<(&str, usize)>) -> Vec<String> {
    phrases.into_iter().map(|(phrase, _)| phrase.to_owned()).collect()
}

fn short<'a>(field: &Field<'_>, text: &'a str) -> Option<&'a str> {
    if text.chars().nth(MOST_CHARACTERS).is_none() {
        return Some(text);
    }
    field.refuse(
        format!("\"{}\" is longer than {MOST_CHARACTERS} characters", field.name),
        None,
    );
    None
}
