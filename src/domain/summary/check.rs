//! Whether a summary that a language model wrote may be proposed to a person.
//!
//! The article is somebody else's text, and may hold words that are meant for the model. What such words are after is
//! mostly an address, a name to follow, a call to the reader; none of these passes, whether the article has them or not.
//! Beyond that the proposal must be plain prose in the article's language, speak of what the article speaks of, and hold
//! no larger number and no percentage that is not there. Whether it is true only a person can tell; so it is never more
//! than a proposal.
//!
//! Where in doubt a proposal is refused: the article's own sentences take its place.

mod addresses;
mod clean;
mod grounds;
mod phrases;
#[cfg(test)]
mod tests;
mod tongue;

use std::fmt;

use super::Text;
use super::language::Language;
use super::phrases as pages;
use super::words::lowered;
use crate::domain::sentences;

/// The longest answer that is looked at, in bytes; what is meant for a post is a tenth of it.
const LONGEST_ANSWER: usize = 8_000;
/// The fewest characters that can say something.
const FEWEST: usize = 20;
/// How much of a piece of a refused proposal is told, in characters.
const TOLD: usize = 60;

/// Why a proposal is not shown. Pieces of it are short and without characters that upset a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing, or too little to say something.
    Empty,
    /// The article's title, which the post has anyway.
    Title,
    /// The model declines, or speaks of its task.
    Refusal,
    /// Longer than the limit, and no whole sentence of it fits; both in characters.
    TooLong {
        characters: usize,
        limit: usize,
    },
    /// It ends in the middle of a sentence.
    Unfinished,
    /// HTML, a link, an entity.
    Markup,
    /// A web address or the name of a host.
    Address(String),
    /// An account or an e-mail address.
    Handle(String),
    Hashtag(String),
    /// What is said to the reader: to sign up, to read on.
    Call,
    /// Another language than the article's.
    Language,
    /// A larger number or a percentage that the article does not have.
    Number(String),
    /// Hardly a word of it is in the article.
    Elsewhere,
}

impl fmt::Display for Unfit {
    /// What is wrong with it, to follow "it".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Empty => f.write_str("says nothing"),
            Unfit::Title => f.write_str("only repeats the article's title"),
            Unfit::Refusal => f.write_str("speaks of the task instead of the article"),
            Unfit::TooLong { characters, limit } => {
                write!(f, "is too long ({characters} characters; {limit} fit)")
            }
            Unfit::Unfinished => f.write_str("ends in the middle of a sentence"),
            Unfit::Markup => f.write_str("is not plain text"),
            Unfit::Address(address) => write!(f, "holds an address ({address})"),
            Unfit::Handle(handle) => write!(f, "names an account or e-mail address ({handle})"),
            Unfit::Hashtag(tag) => write!(f, "holds a hashtag ({tag})"),
            Unfit::Call => f.write_str("calls on the reader to do something"),
            Unfit::Language => f.write_str("is in another language than the article"),
            Unfit::Number(number) => write!(f, "holds a number that the article does not have ({number})"),
            Unfit::Elsewhere => f.write_str("speaks of other things than the article"),
        }
    }
}

impl std::error::Error for Unfit {}

/// The proposal as it may be shown: one paragraph of plain text within `limit` characters. Sentences at its end that
/// have no room are left out.
///
/// # Errors
/// Why it may not be shown.
pub fn acceptable(proposed: &str, article: &Text<'_>, limit: usize) -> Result<String, Unfit> {
    let answer = clean::behind_thoughts(proposed);
    if answer.len() > LONGEST_ANSWER {
        let characters = answer.chars().count();
        return Err(Unfit::TooLong { characters, limit });
    }
    let text = clean::clean(answer);
    let language = Language::of(article.language, article.body);
    plain(&text, article)?;
    if article.title.is_some_and(|title| letters(title) == letters(&text)) {
        return Err(Unfit::Title);
    }
    to_the_point(&text, language)?;
    if tongue::is_another(&text, article, language) {
        return Err(Unfit::Language);
    }
    if let Some(number) = grounds::strange_number(&text, article) {
        return Err(Unfit::Number(told(&number)));
    }
    if grounds::is_elsewhere(&text, article, language) {
        return Err(Unfit::Elsewhere);
    }
    within(&text, limit, language)
}

/// What is left of a text for comparing: letters and digits, in small letters.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Refuses what is no plain text, and what is too little.
fn plain(text: &str, article: &Text<'_>) -> Result<(), Unfit> {
    if text.chars().filter(|c| c.is_alphanumeric()).count() == 0 {
        return Err(Unfit::Empty);
    }
    if clean::has_markup(text) {
        return Err(Unfit::Markup);
    }
    addresses::find(text, article.title.unwrap_or_default()).map_or(Ok(()), Err)
}

/// Refuses answers that are no summary.
fn to_the_point(text: &str, language: Language) -> Result<(), Unfit> {
    let words: Vec<String> = lowered(text).collect();
    if phrases::is_refusal(text, &words) {
        return Err(Unfit::Refusal);
    }
    let all = format!(" {} ", words.join(" "));
    if pages::of(language)
        .calls
        .iter()
        .any(|call| all.contains(&format!(" {call} ")))
    {
        return Err(Unfit::Call);
    }
    if text.chars().count() < FEWEST {
        return Err(Unfit::Empty);
    }
    let core = text.trim_end_matches(|c: char| sentences::is_closing(c) || c.is_whitespace());
    let stops_short = |c: char| matches!(c, ',' | ':' | ';' | '-' | '–' | '—' | '…' | '，' | '：' | '、' | '،');
    if core.ends_with(stops_short) || core.ends_with("..") {
        return Err(Unfit::Unfinished);
    }
    Ok(())
}

/// As many whole sentences from the beginning as the limit lets in.
fn within(text: &str, limit: usize, language: Language) -> Result<String, Unfit> {
    let characters = text.chars().count();
    if characters <= limit {
        return Ok(text.to_owned());
    }
    let ends = sentences::ends(text, text.len(), language.code());
    let fitting = ends
        .filter_map(|end| text.get(..end))
        .take_while(|kept| kept.chars().count() <= limit)
        .last()
        .map(str::trim_end)
        .filter(|kept| kept.chars().count() >= FEWEST);
    match fitting {
        Some(kept) => Ok(kept.to_owned()),
        None => Err(Unfit::TooLong { characters, limit }),
    }
}

/// A piece of a proposal for a message.
fn told(piece: &str) -> String {
    let mut short: String = piece.chars().filter(|c| !c.is_control()).take(TOLD).collect();
    if piece.chars().nth(TOLD).is_some() {
        short.push('…');
    }
    short
}
