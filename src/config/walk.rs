//! Walking the file by hand, so that all mistakes come at once, each with its place.
//!
//! Mistakes are noted by their byte in the text and turned into lines and columns at the end, once.

use std::cell::RefCell;

use toml_edit::{Item, TableLike};

use super::error::Mistake;
use super::field::Field;
use super::keys::COMMON;
use super::nearest::nearest;

/// So many mistakes are told; of more, only how many.
const MOST: usize = 100;

/// The text that is walked, and what was found wrong so far.
pub(super) struct Walk<'a> {
    text: &'a str,
    found: RefCell<Vec<Found>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    at: usize,
    message: String,
    hint: Option<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str) -> Walk<'a> {
        Walk {
            text,
            found: RefCell::new(Vec::new()),
        }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Notes a mistake at a byte of the text. `hint` says what to write instead.
    pub(super) fn mistake(&self, at: usize, message: impl Into<String>, hint: Option<String>) {
        self.found.borrow_mut().push(Found {
            at,
            message: message.into(),
            hint,
        });
    }

    /// Whether there are so many mistakes that costly advice for one more is not worth its time.
    pub(super) fn crowded(&self) -> bool {
        self.found.borrow().len() > MOST
    }

    /// All mistakes in the order of the file; the same one twice is told once.
    pub(super) fn finish(self) -> Vec<Mistake> {
        let mut found = self.found.into_inner();
        found.sort();
        found.dedup();
        let more = found.len().saturating_sub(MOST);
        if more > 0 {
            found.truncate(MOST + 1);
            if let Some(last) = found.last_mut() {
                last.message = format!("{more} more mistakes from here on are not shown");
                last.hint = None;
            }
        }
        found
            .into_iter()
            .map(|Found { at, message, hint }| {
                let (line, column) = place(self.text, at);
                Mistake {
                    line,
                    column,
                    message,
                    hint,
                }
            })
            .collect()
    }
}

/// Line and column of a byte, both counted from 1, the column in characters.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// A text for a message: in quotes, short, and without characters that upset a terminal.
pub(super) fn quoted(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() { '·' } else { c })
        .collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    format!("\"{short}\"")
}

/// "Did you mean …?" for the nearest of the known words, if one is near.
pub(super) fn did_you_mean(word: &str, known: &[&str]) -> Option<String> {
    nearest(word, known).map(|near| format!("Did you mean \"{near}\"?"))
}

/// One table of the file.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    pub(super) walk: &'a Walk<'a>,
    table: &'a dyn TableLike,
    /// What it is, for messages: `a channel`, `[delivery]`.
    pub(super) what: &'static str,
    /// Where it begins.
    pub(super) at: usize,
}

impl<'a> Section<'a> {
    pub(super) fn new(walk: &'a Walk<'a>, table: &'a dyn TableLike, what: &'static str, at: usize) -> Section<'a> {
        Section { walk, table, what, at }
    }

    /// The names of the keys, as written, each with the place of its first letter.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'a str, usize)> + use<'a> {
        let (table, at) = (self.table, self.at);
        table.iter().filter(|(_, item)| !item.is_none()).map(move |(name, _)| {
            let span = table.key(name).and_then(toml_edit::Key::span);
            (name, span.map_or(at, |span| span.start))
        })
    }

    /// One key with its value, if it is there.
    pub(super) fn field(&self, name: &str) -> Option<Field<'a>> {
        let (key, item) = self.table.get_key_value(name)?;
        let key_at = key.span().map_or(self.at, |span| span.start);
        if item.is_none() {
            return None;
        }
        Some(Field::new(self.walk, key.get(), item, start_of(item).unwrap_or(key_at)))
    }

    /// Refuses every key but these, and names the nearest. A line that was added at the end of the file is under the
    /// last table there, whatever it was meant for.
    pub(super) fn only(&self, known: &[&str]) {
        for (name, at) in self.names().filter(|(name, _)| !known.contains(name)) {
            let hint = if COMMON.contains(&name) {
                Some("It belongs to a [[channel]] or to [defaults]".to_owned())
            } else {
                did_you_mean(name, known)
            };
            self.unknown(name, at, hint);
        }
    }

    /// Notes that a key is not one of this table.
    pub(super) fn unknown(&self, name: &str, at: usize, hint: Option<String>) {
        self.walk
            .mistake(at, format!("{} is not a key of {}", quoted(name), self.what), hint);
    }

    /// Notes that a key is missing; `example` is what can be pasted.
    pub(super) fn lacks(&self, example: &str) {
        self.walk
            .mistake(self.at, format!("{} needs {example}", self.what), None);
    }
}

fn start_of(item: &Item) -> Option<usize> {
    item.span().map(|span| span.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters_and_never_panic() {
        let text = "a = 1\r\nnäme = \"ü\"";
        assert_eq!(place(text, 0), (1, 1));
        assert_eq!(place(text, text.find("ü").expect("there")), (2, 9));
        assert_eq!(place(text, text.find("ä").expect("there") + 1), (2, 2));
        assert_eq!(place(text, usize::MAX), (2, 11));
        assert_eq!(place("", 0), (1, 1));
    }

    #[test]
    fn very_many_mistakes_are_cut_short() {
        let walk = Walk::new("x");
        for n in 0..1000 {
            walk.mistake(0, format!("{n:04}"), None);
        }
        let mistakes = walk.finish();
        assert_eq!(mistakes.len(), 101);
        assert_eq!(mistakes[100].message, "900 more mistakes from here on are not shown");
    }
}
