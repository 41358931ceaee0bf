//! The keys that a network adds to a channel. Their values are never repeated in a message: any of them could be a
//! secret in the wrong place.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::Setting;
use super::address;
use super::channel::in_the_clear;
use super::field::Field;
use super::keys::{Key, KeyKind, NetworkKeys, SECRET};
use super::secret::SecretSource;
use super::walk::{Section, place};

/// Paths that are taken, by network, each with the place where it stands.
pub(super) type Paths = BTreeMap<(&'static str, PathBuf), usize>;

/// Reads one channel's own keys.
pub(super) struct Reading<'a> {
    pub(super) section: &'a Section<'a>,
    pub(super) folder: &'a Path,
    pub(super) allow_private: bool,
    pub(super) name: Option<&'a str>,
    /// The channel in a sentence.
    pub(super) called: &'a str,
}

impl Reading<'_> {
    pub(super) fn settings(&self, network: &NetworkKeys, paths: &mut Paths) -> BTreeMap<&'static str, Setting> {
        let mut settings = BTreeMap::new();
        for key in network.keys {
            match self.section.field(key.name) {
                None if key.required => {
                    let message = format!("{} needs {}", self.called, self.example(key));
                    self.section.walk.mistake(self.section.at, message, None);
                }
                None => {}
                Some(field) => {
                    if let Some(setting) = self.setting(key, &field) {
                        self.no_second_path(network.network, &field, &setting, paths);
                        settings.insert(key.name, setting);
                    }
                }
            }
        }
        settings
    }

    fn setting(&self, key: &Key, field: &Field<'_>) -> Option<Setting> {
        match key.kind {
            KeyKind::Text => field.line().map(|text| Setting::Text(text.to_owned())),
            KeyKind::Path => self.path(field, field.line()?).map(Setting::Path),
            KeyKind::Secret => self.secret(field).map(Setting::Secret),
            KeyKind::TextOrSecret if field.as_text().is_some() => self.address(field),
            KeyKind::TextOrSecret => self.secret(field).map(Setting::Secret),
        }
    }

    /// What could stand there, to be pasted.
    fn example(&self, key: &Key) -> String {
        match key.kind {
            KeyKind::Secret => format!("{} = {{ env = \"{}\" }}", key.name, self.variable(key.name)),
            KeyKind::TextOrSecret => format!("{} = \"https://…\"", key.name),
            KeyKind::Text | KeyKind::Path => format!("{} = \"…\"", key.name),
        }
    }

    /// The environment variable that the secret would have.
    fn variable(&self, key: &str) -> String {
        let whole = self.name.map_or_else(|| key.to_owned(), |name| format!("{name}_{key}"));
        let mut variable = whole.to_ascii_uppercase().replace('-', "_");
        if variable.starts_with(|c: char| c.is_ascii_digit()) {
            variable.insert(0, '_');
        }
        variable
    }

    fn address(&self, field: &Field<'_>) -> Option<Setting> {
        let text = field.line()?;
        match address::web(text) {
            Ok(url) => {
                in_the_clear(field, &url, self.allow_private);
                Some(Setting::Text(text.to_owned()))
            }
            Err(wrong) => {
                // No suggestion that repeats the value.
                field.refuse(format!("\"{}\" {}", field.name, wrong.what), None);
                None
            }
        }
    }

    fn path(&self, field: &Field<'_>, text: &str) -> Option<PathBuf> {
        match address::inside(text, self.folder) {
            Ok(path) => Some(path),
            Err(words) => {
                field.refuse(words, None);
                None
            }
        }
    }

    /// Where a secret is. One that stands here itself is refused: this file is read, copied and sent around.
    pub(super) fn secret(&self, field: &Field<'_>) -> Option<SecretSource> {
        let ways = format!(
            "Write {0} = {{ env = \"{1}\" }}, {{ file = \"…\" }} or {{ credential = \"…\" }}",
            field.name,
            self.variable(field.name)
        );
        let Some(table) = field.as_table("a secret") else {
            field.refuse(
                format!("\"{}\" is a secret, and no secret stands in this file", field.name),
                Some(ways),
            );
            return None;
        };
        table.only(&SECRET);
        let given: Vec<Field<'_>> = SECRET.iter().filter_map(|way| table.field(way)).collect();
        let [way] = given.as_slice() else {
            field.refuse(
                format!("\"{}\" says exactly one place where the secret is", field.name),
                Some(ways),
            );
            return None;
        };
        let text = way.line()?;
        let refuse = |what: &str| {
            way.refuse(what, None);
            None
        };
        match way.name {
            "env" if !variable_like(text) => refuse("\"env\" is the name of a variable: letters, digits and _"),
            "env" => Some(SecretSource::Env(text.to_owned())),
            "credential" if !credential_like(text) => {
                refuse("\"credential\" is the name that LoadCredential= gives it, without a path")
            }
            "credential" => Some(SecretSource::Credential(text.to_owned())),
            _ => self.path(way, text).map(SecretSource::File),
        }
    }

    fn no_second_path(&self, network: &'static str, field: &Field<'_>, setting: &Setting, paths: &mut Paths) {
        let Setting::Path(path) = setting else { return };
        match paths.get(&(network, plain(path))) {
            Some(first) => {
                let line = place(field.walk.text(), *first).0;
                let message = format!(
                    "two {network} channels cannot share one \"{}\"; the other is on line {line}",
                    field.name
                );
                field.refuse(message, None);
            }
            None => {
                paths.insert((network, plain(path)), field.at);
            }
        }
    }
}

/// A path without its detours, as far as the words alone show them.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn variable_like(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

fn credential_like(text: &str) -> bool {
    text.len() <= 255 && !text.contains('/') && text != "." && text != ".."
}
