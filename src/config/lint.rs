//! `[lint]`: what is looked at in a post, how much each rule matters, and the lists of words.

use std::path::Path;

use super::error::{ConfigError, ConfigErrorKind};
use super::field::Field;
use super::keys::LINT;
use super::walk::{Section, did_you_mean, quoted};
use super::{Lint, List, address, terms};
use crate::domain::lint::{Level, Levels, Rule, Term};

/// The word that stands for the built-in list.
const STARTER: &str = "starter";
const WORDS: [(&str, Level); 3] = [("off", Level::Off), ("warn", Level::Warn), ("block", Level::Block)];

/// What is read besides the configuration file.
pub(super) type Files<'a> = &'a dyn Fn(&Path) -> Result<String, ConfigErrorKind>;

/// The levels that one table gives, in its order.
#[derive(Clone, Default)]
pub(super) struct Given(Vec<(Rule, Level)>);

impl Given {
    /// Reads the levels of a table whose other keys are not looked at.
    fn levels(section: &Section<'_>) -> Given {
        let level = |rule: Rule| {
            let field = section.field(rule.as_str())?;
            // In [lint] this key may be the lists themselves.
            let lists = rule == Rule::Terms && field.is_list();
            let level = if lists { None } else { field.word(&WORDS) };
            Some((rule, level?))
        };
        Given(Rule::ALL.into_iter().filter_map(level).collect())
    }

    /// Reads `lint = { … }` or `lint.rule = "…"` of a channel or of `[defaults]`.
    pub(super) fn read(field: &Field<'_>) -> Given {
        let Some(section) = field.as_table("lint") else {
            field.refuse(
                "\"lint\" says for each rule how much it matters",
                Some("Write lint.shouting = \"warn\", or lint = { shouting = \"warn\" }".to_owned()),
            );
            return Given::default();
        };
        section.only(&LINT);
        if let Some(lists) = section.field(Rule::Terms.as_str()).filter(Field::is_list) {
            let hint = "Here write \"off\", \"warn\" or \"block\"; the lists are the same for all channels".to_owned();
            lists.refuse("lists of words stand in [lint] only", Some(hint));
        }
        Given::levels(&section)
    }

    /// What these say, else what the others say.
    pub(super) fn or(self, others: &Given) -> Given {
        Given(others.0.iter().copied().chain(self.0).collect())
    }

    /// These levels over others.
    pub(super) fn over(&self, levels: Levels) -> Levels {
        self.0
            .iter()
            .fold(levels, |levels, &(rule, level)| levels.with(rule, level))
    }
}

/// Reads `[lint]`. What is wrong inside a list of words is noted in `wrong`, one error for each list.
pub(super) fn read(
    section: Option<&Section<'_>>,
    folder: &Path,
    files: Files<'_>,
    wrong: &mut Vec<ConfigError>,
) -> Lint {
    let Some(section) = section else {
        return Lint {
            lists: vec![List::Starter],
            ..Lint::default()
        };
    };
    section.only(&LINT);
    let lists = section.field("terms").filter(|field| field.is_list());
    Lint {
        lists: match lists {
            Some(lists) => all(&lists, folder, files, wrong),
            None => vec![List::Starter],
        },
        levels: Given::levels(section).over(Levels::default()),
        ..Lint::default()
    }
}

/// All lists, in the order in which they are named.
fn all(lists: &Field<'_>, folder: &Path, files: Files<'_>, wrong: &mut Vec<ConfigError>) -> Vec<List> {
    let mut all = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for entry in lists.list("[\"starter\"]").unwrap_or_default() {
        let Some(name) = entry.line() else { continue };
        if named.contains(&name) {
            entry.refuse(format!("{} is named twice", quoted(name)), None);
            continue;
        }
        named.push(name);
        if name == STARTER {
            all.push(List::Starter);
        } else {
            all.push(List::Own(list(&entry, name, folder, files, wrong)));
        }
    }
    all
}

fn list(entry: &Field<'_>, name: &str, folder: &Path, files: Files<'_>, wrong: &mut Vec<ConfigError>) -> Vec<Term> {
    let path = match address::inside(name, folder) {
        Ok(path) => path,
        Err(words) => {
            entry.refuse(words, None);
            return Vec::new();
        }
    };
    let read = files(&path).and_then(|text| terms::parse(&text).map_err(ConfigErrorKind::Mistakes));
    match read {
        Ok(terms) => terms,
        Err(ConfigErrorKind::Missing) => {
            let hint = did_you_mean(name, &[STARTER]);
            let hint = hint.unwrap_or_else(|| "A path begins in the folder of this file".to_owned());
            entry.refuse(format!("the list {} is not there", quoted(name)), Some(hint));
            Vec::new()
        }
        Err(ConfigErrorKind::Unreadable(why)) => {
            entry.refuse(format!("the list {} {why}", quoted(name)), None);
            Vec::new()
        }
        Err(mistakes) => {
            wrong.push(ConfigError::new(&path, mistakes));
            Vec::new()
        }
    }
}
