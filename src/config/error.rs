//! What is wrong with a configuration, with the place where it is wrong.

use std::fmt;
use std::path::{Path, PathBuf};

/// One mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to write instead: a whole sentence, or one that ends in what can be pasted.
    pub hint: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}.", self.line, self.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

/// Why there is no configuration to work with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// The file is not there.
    Missing,
    /// The file is there, but is no text that could be read: why, in words.
    Unreadable(String),
    /// Every mistake, in the order of the file. Of very many, the last says how many more there are.
    Mistakes(Vec<Mistake>),
}

/// Why there is no configuration to work with, and which file it is about.
///
/// Its text has one line for each mistake: `handbill.toml, line 18, column 1: …`. It never holds a value that could
/// be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named.
    pub file: PathBuf,
    /// Where a file was looked for, if none was named and none was found.
    pub looked: Vec<PathBuf>,
    pub kind: ConfigErrorKind,
}

impl ConfigError {
    pub(super) fn new(file: &Path, kind: ConfigErrorKind) -> ConfigError {
        ConfigError {
            file: file.to_path_buf(),
            looked: Vec::new(),
            kind,
        }
    }

    /// The mistakes; none if the file could not be read at all.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        match &self.kind {
            ConfigErrorKind::Mistakes(mistakes) => mistakes,
            _ => &[],
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.kind {
            ConfigErrorKind::Missing if self.looked.is_empty() => write!(f, "{file} is not there."),
            ConfigErrorKind::Missing => {
                let places: Vec<String> = self.looked.iter().map(|place| place.display().to_string()).collect();
                write!(f, "there is no configuration; looked for {}.", places.join(", "))
            }
            ConfigErrorKind::Unreadable(why) => write!(f, "{file} {why}."),
            ConfigErrorKind::Mistakes(mistakes) => {
                for (n, mistake) in mistakes.iter().enumerate() {
                    let new_line = if n == 0 { "" } else { "\n" };
                    write!(f, "{new_line}{file}, {mistake}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for ConfigError {}
