//! From the file to a configuration, or to everything that is wrong with it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use toml_edit::{Document, TomlError};

use super::error::{ConfigError, ConfigErrorKind, Mistake};
use super::keys::NetworkKeys;
use super::walk::{Section, Walk, place};
use super::{Config, root};
use crate::domain::when::Zones;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1_000_000;
const NO_CONFIGURATION: &str = "is larger than 1 MB; that is no configuration";
const NO_LIST: &str = "is larger than 1 MB; that is no list of words";

/// What a mistake in the grammar of a file names as right.
pub(super) struct Examples {
    /// A text in quotes.
    pub(super) quoted: &'static str,
    /// What may come again.
    pub(super) again: &'static str,
}

const EXAMPLES: Examples = Examples {
    quoted: "min_gap = \"10m\"",
    again: "[[channel]]",
};

/// Reads a configuration file.
///
/// # Errors
/// The file is missing, cannot be read, or has mistakes; then all of them.
pub fn load(path: &Path, networks: &[NetworkKeys], zones: &dyn Zones) -> Result<Config, ConfigError> {
    let text = whole(path, NO_CONFIGURATION).map_err(|kind| ConfigError::new(path, kind))?;
    parse(&text, path, networks, zones)
}

/// Reads the text of a configuration that stands, or would stand, in the file `path`. Lists of words that it names are
/// read from their files.
///
/// # Errors
/// All its mistakes; where there are none, those of the first list that has some.
pub fn parse(text: &str, path: &Path, networks: &[NetworkKeys], zones: &dyn Zones) -> Result<Config, ConfigError> {
    // Some editors put an invisible mark before the first line; columns are counted without it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let fail = |kind| ConfigError::new(path, kind);
    if text.len() as u64 > LARGEST {
        return Err(fail(unreadable(NO_CONFIGURATION)));
    }
    let document = Document::parse(text)
        .map_err(|error| fail(ConfigErrorKind::Mistakes(vec![syntax(text, &error, &EXAMPLES)])))?;
    let walk = Walk::new(text);
    let section = Section::new(&walk, document.as_table(), "this file", 0);
    let lists = |path: &Path| whole(path, NO_LIST);
    let (config, wrong) = root::read(&section, path, &folder_of(path), networks, zones, &lists);
    let mistakes = walk.finish();
    if !mistakes.is_empty() {
        return Err(fail(ConfigErrorKind::Mistakes(mistakes)));
    }
    wrong.into_iter().next().map_or(Ok(config), Err)
}

/// The folder in which relative paths begin, whole as far as the working directory is known.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
    whole.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The text of a file; `larger` is said of one that is too large.
fn whole(path: &Path, larger: &str) -> Result<String, ConfigErrorKind> {
    text(bytes(path, larger)?)
}

fn bytes(path: &Path, larger: &str) -> Result<Vec<u8>, ConfigErrorKind> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => ConfigErrorKind::Missing,
        std::io::ErrorKind::PermissionDenied => unreadable("may not be read by this user"),
        _ => ConfigErrorKind::Unreadable(format!("cannot be read: {error}")),
    };
    // Looked at before it is opened: a pipe without a writer would be waited for for ever.
    let kind = std::fs::metadata(path).map_err(failed)?;
    if !kind.is_file() && !kind.is_dir() {
        return Err(unreadable("is no file"));
    }
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(unreadable("is a folder; name the file in it, such as handbill.toml"));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        Err(unreadable(larger))
    } else {
        Ok(bytes)
    }
}

fn text(bytes: Vec<u8>) -> Result<String, ConfigErrorKind> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(unreadable("is text in UTF-16; save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..good]);
        let (line, column) = place(&before, good);
        let message = "this is not text in UTF-8".to_owned();
        ConfigErrorKind::Mistakes(vec![Mistake {
            line,
            column,
            message,
            hint: Some("Save the file as UTF-8".to_owned()),
        }])
    })
}

fn unreadable(why: &str) -> ConfigErrorKind {
    ConfigErrorKind::Unreadable(why.to_owned())
}

/// A mistake in the grammar of the file. The parser stops at the first.
pub(super) fn syntax(text: &str, error: &TomlError, examples: &Examples) -> Mistake {
    let at = error.span().map_or(text.len(), |span| span.start);
    let (line, column) = place(text, at);
    let said = error.message().replace('\n', ", ");
    let (message, hint) = if said.contains("must be quoted") {
        (
            "this text is not in quotes".to_owned(),
            Some(format!("Put it in double quotes, such as {}", examples.quoted)),
        )
    } else if said.contains("duplicate key") {
        (
            "this stands twice".to_owned(),
            Some(format!(
                "A key and a [table] stand once; only {} comes again",
                examples.again
            )),
        )
    } else {
        (format!("this cannot be read: {said}"), None)
    };
    Mistake {
        line,
        column,
        message,
        hint,
    }
}
