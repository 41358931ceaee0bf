//! One key with its value: reading it as what it should be, and saying so where it is something else.

use jiff::SignedDuration;
use toml_edit::{Array, ArrayOfTables, Item, TableLike, Value};

use super::walk::{Section, Walk, did_you_mean, quoted};
use crate::domain::say;

/// What stands behind a key.
#[derive(Clone, Copy)]
enum Held<'a> {
    Text(&'a str),
    Integer,
    Float,
    Flag(bool),
    Date,
    List(&'a Array),
    Table(&'a dyn TableLike),
    Tables(&'a ArrayOfTables),
    Nothing,
}

impl<'a> Held<'a> {
    fn of_item(item: &'a Item) -> Held<'a> {
        match item {
            Item::None => Held::Nothing,
            Item::Value(value) => Held::of_value(value),
            Item::Table(table) => Held::Table(table),
            Item::ArrayOfTables(tables) => Held::Tables(tables),
        }
    }

    fn of_value(value: &'a Value) -> Held<'a> {
        match value {
            Value::String(text) => Held::Text(text.value()),
            Value::Integer(_) => Held::Integer,
            Value::Float(_) => Held::Float,
            Value::Boolean(flag) => Held::Flag(*flag.value()),
            Value::Datetime(_) => Held::Date,
            Value::Array(list) => Held::List(list),
            Value::InlineTable(table) => Held::Table(table),
        }
    }

    fn what(self) -> &'static str {
        match self {
            Held::Text(_) => "text",
            Held::Integer => "a whole number",
            Held::Float => "a number",
            Held::Flag(_) => "true or false",
            Held::Date => "a date or time",
            Held::List(_) => "a list",
            Held::Table(_) => "a table",
            Held::Tables(_) => "a list of tables",
            Held::Nothing => "nothing",
        }
    }
}

/// A duration must lie between these, ends included; each with how it is written.
pub(super) struct Bounds {
    pub(super) least: &'static str,
    pub(super) most: &'static str,
}

/// One key with its value.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) walk: &'a Walk<'a>,
    pub(super) name: &'a str,
    held: Held<'a>,
    /// Where the value begins.
    pub(super) at: usize,
}

impl<'a> Field<'a> {
    pub(super) fn new(walk: &'a Walk<'a>, name: &'a str, item: &'a Item, at: usize) -> Field<'a> {
        Field {
            walk,
            name,
            held: Held::of_item(item),
            at,
        }
    }

    /// Notes a mistake at the value.
    pub(super) fn refuse(&self, message: impl Into<String>, hint: Option<String>) {
        self.walk.mistake(self.at, message, hint);
    }

    fn wrong(&self, wanted: &str, hint: Option<String>) {
        self.refuse(
            format!("\"{}\" needs {wanted}; this is {}", self.name, self.held.what()),
            hint,
        );
    }

    /// A line of text that is not empty.
    pub(super) fn line(&self) -> Option<&'a str> {
        self.text_with("text in quotes", None, false)
    }

    /// A text, which may have line breaks.
    pub(super) fn prose(&self) -> Option<&'a str> {
        self.text_with("text in quotes", None, true)
    }

    fn text_with(&self, wanted: &str, hint: Option<String>, breaks: bool) -> Option<&'a str> {
        let Held::Text(text) = self.held else {
            self.wrong(wanted, hint);
            return None;
        };
        if text.trim().is_empty() {
            self.refuse(format!("\"{}\" is empty", self.name), None);
            return None;
        }
        if text.chars().any(|c| c.is_control() && !(breaks && c == '\n')) {
            self.refuse(
                format!("\"{}\" has a line break or another control character inside", self.name),
                None,
            );
            return None;
        }
        Some(text)
    }

    /// The text, if it is one; says nothing if it is not.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        match self.held {
            Held::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.held {
            Held::Flag(flag) => Some(flag),
            _ => {
                self.wrong("true or false", None);
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let typed = self.line()?;
        let found = words
            .iter()
            .find(|(word, _)| *word == typed)
            .map(|(_, meaning)| *meaning);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let list: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
            let message = format!("\"{}\" is {}, not {}", self.name, list.join(" or "), quoted(typed));
            self.refuse(message, did_you_mean(typed, &known));
        }
        found
    }

    /// A duration within bounds.
    pub(super) fn duration(&self, bounds: &Bounds) -> Option<SignedDuration> {
        let example = format!("Write it as a number and a unit: {} = \"10m\"", self.name);
        let text = self.text_with("a duration in quotes", Some(example), false)?;
        let duration = match say::parse_duration(text) {
            Ok(duration) => duration,
            Err(words) => {
                self.refuse(
                    format!("{} is no duration for \"{}\": {words}", quoted(text), self.name),
                    None,
                );
                return None;
            }
        };
        let beyond = |bound: &str, wrong: fn(&SignedDuration, &SignedDuration) -> bool| {
            say::parse_duration(bound).is_ok_and(|bound| wrong(&duration, &bound))
        };
        if beyond(bounds.least, PartialOrd::lt) {
            self.refuse(
                format!("\"{}\" is at least {}, not {}", self.name, bounds.least, quoted(text)),
                None,
            );
            return None;
        }
        if beyond(bounds.most, PartialOrd::gt) {
            self.refuse(
                format!("\"{}\" is at most {}, not {}", self.name, bounds.most, quoted(text)),
                None,
            );
            return None;
        }
        Some(duration)
    }

    /// The entries of a list, each as a field of its own; `example` is what can be pasted.
    pub(super) fn list(&self, example: &str) -> Option<Vec<Field<'a>>> {
        let Held::List(list) = self.held else {
            self.wrong(
                "a list in square brackets",
                Some(format!("Write {} = {example}", self.name)),
            );
            return None;
        };
        let entry = |value: &'a Value| Field {
            walk: self.walk,
            name: self.name,
            held: Held::of_value(value),
            at: value.span().map_or(self.at, |span| span.start),
        };
        Some(list.iter().map(entry).collect())
    }

    /// The table behind the key; says nothing if it is none.
    pub(super) fn as_table(&self, what: &'static str) -> Option<Section<'a>> {
        match self.held {
            Held::Table(table) => Some(Section::new(self.walk, table, what, self.at)),
            _ => None,
        }
    }

    /// Whether a list stands there.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.held, Held::List(_))
    }

    /// Whether a table or several stand there.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.held, Held::Table(_) | Held::Tables(_))
    }

    /// A table `[name]`.
    pub(super) fn table(&self, what: &'static str) -> Option<Section<'a>> {
        if let Held::Tables(_) = self.held {
            self.refuse(
                format!("{what} stands once"),
                Some(format!("Write it with single brackets: [{}]", self.name)),
            );
            return None;
        }
        let table = self.as_table(what);
        if table.is_none() {
            self.wrong(
                "a table",
                Some(format!(
                    "Write [{}] on a line of its own, and its keys below",
                    self.name
                )),
            );
        }
        table
    }

    /// Tables `[[name]]`, or a list of inline tables.
    pub(super) fn tables(&self, what: &'static str) -> Vec<Section<'a>> {
        let hint = || {
            Some(format!(
                "Write it with double brackets, once for each: [[{}]]",
                self.name
            ))
        };
        match self.held {
            Held::Tables(tables) => tables
                .iter()
                .map(|table| Section::new(self.walk, table, what, table.span().map_or(self.at, |span| span.start)))
                .collect(),
            Held::List(_) => {
                let entries = self.list("[]").unwrap_or_default();
                let tables = entries.iter().filter_map(|entry| {
                    let table = entry.as_table(what);
                    if table.is_none() {
                        entry.wrong("tables", hint());
                    }
                    table
                });
                tables.collect()
            }
            _ => {
                self.wrong("a list of tables", hint());
                Vec::new()
            }
        }
    }

    /// The byte of the text at which the `column`th character (from 1) of a string value stands. Where the string is
    /// written over several lines or with escapes, that of the value.
    pub(super) fn at_column(&self, column: usize) -> usize {
        let raw = self.walk.text().get(self.at..).unwrap_or_default();
        let Some(quote) = raw.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            return self.at;
        };
        let (inside, triple) = (&raw[1..], [quote; 3].iter().collect::<String>());
        let Some(end) = inside.find(quote) else { return self.at };
        let escaped = quote == '"' && inside[..end].contains('\\');
        if escaped || raw.starts_with(&triple) {
            return self.at;
        }
        let content = &inside[..end];
        let offset = content
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(end, |(offset, _)| offset);
        self.at + 1 + offset
    }
}
