//! The tables at the top of the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::channel::{self, Ground};
use super::common::{Common, tag_error};
use super::error::ConfigError;
use super::field::Field;
use super::keys::{CHANNEL, COMMON, DATABASE, FETCH, LATER, MEDIA, NetworkKeys, ORGANISATION, TEXT, TOP};
use super::lint::{self, Files};
use super::timing::Timing;
use super::walk::{Section, did_you_mean, quoted};
use super::{Config, Media, Organisation, Texts, address, source, summary, zone};
use crate::domain::when::Zones;

/// The database where the file names none.
const DATABASE_URL: &str = "sqlite:handbill.db";
/// What a line about the organisation's handle may hold in braces.
const HANDLE: &str = "{handle}";

/// Walks the whole file. What comes back is to be used only if no mistake was noted; then come the errors in lists of
/// words.
pub(super) fn read(
    root: &Section<'_>,
    file: &Path,
    folder: &Path,
    networks: &[NetworkKeys],
    zones: &dyn Zones,
    files: Files<'_>,
) -> (Config, Vec<ConfigError>) {
    top(root);
    let table = |name: &str, what: &'static str| root.field(name).and_then(|field| field.table(what));
    let organisation = organisation(root, zones);
    let delivery = table("delivery", "[delivery]");
    let defaults = table("defaults", "[defaults]");
    let mut wrong = Vec::new();
    let lint = lint::read(table("lint", "[lint]").as_ref(), folder, files, &mut wrong);
    let ground = Ground {
        folder,
        networks,
        zones,
        defaults: defaults.map_or_else(Common::default, |section| common(&section, zones)),
        home: organisation.timezone.clone(),
        timing: Timing::read(delivery.as_ref()),
        levels: lint.levels,
    };
    let sections = root
        .field("channel")
        .map(|field| field.tables("a channel"))
        .unwrap_or_default();
    let feeds = root
        .field("source")
        .map(|field| field.tables("a source"))
        .unwrap_or_default();
    let (texts, first_text) = root.field("text").map(|field| texts(&field)).unwrap_or_default();
    let config = Config {
        file: file.to_path_buf(),
        organisation,
        texts,
        first_text,
        database: database(table("database", "[database]"), folder),
        fetch_allow_private: table("fetch", "[fetch]").is_some_and(|section| fetch(&section)),
        media: table("media", "[media]")
            .map(|section| media(&section, folder))
            .unwrap_or_default(),
        summary: table("summary", "[summary]").and_then(|section| summary::read(&section, folder)),
        channels: channel::all(&sections, &ground),
        sources: source::all(&feeds, &sections),
        delivery: ground.timing.times,
        lint,
    };
    (config, wrong)
}

fn top(root: &Section<'_>) {
    for (name, at) in root.names().filter(|(name, _)| !TOP.contains(name)) {
        if LATER.contains(&name) {
            root.walk.mistake(
                at,
                format!("\"{name}\" is not in this version yet"),
                Some("Take it out for now".to_owned()),
            );
            continue;
        }
        let is_table = root.field(name).is_some_and(|field| field.is_table());
        if is_table {
            root.walk.mistake(
                at,
                format!("{} is not a table of this file", quoted(name)),
                did_you_mean(name, &TOP),
            );
        } else {
            let message = format!("{} stands outside a table", quoted(name));
            root.walk.mistake(
                at,
                message,
                Some("Put it below the [table] that it belongs to".to_owned()),
            );
        }
    }
}

fn organisation(root: &Section<'_>, zones: &dyn Zones) -> Organisation {
    let mut organisation = Organisation {
        name: String::new(),
        timezone: "UTC".to_owned(),
        website: None,
    };
    let Some(field) = root.field("organisation") else {
        let message = "there is no [organisation] with name = \"…\" and timezone = \"Europe/London\"";
        root.walk.mistake(root.at, message, None);
        return organisation;
    };
    let Some(section) = field.table("[organisation]") else {
        return organisation;
    };
    section.only(&ORGANISATION);
    match section.field("name") {
        Some(name) => organisation.name = name.line().unwrap_or_default().to_owned(),
        None => section.lacks("name = \"…\""),
    }
    match section.field("timezone") {
        Some(timezone) => organisation.timezone = zone::read(&timezone, zones).unwrap_or(organisation.timezone),
        None => section.lacks("timezone = \"Europe/London\", or where you are"),
    }
    organisation.website = section.field("website").and_then(|field| web(&field));
    organisation
}

/// A web address, as written; where it has letters beyond ASCII, in the form that goes into a header.
fn web(field: &Field<'_>) -> Option<String> {
    let text = field.line()?;
    match address::web(text) {
        Ok(url) => Some(if text.is_ascii() {
            text.to_owned()
        } else {
            url.to_string()
        }),
        Err(wrong) => {
            field.refuse(format!("\"{}\" {}", field.name, wrong.what), wrong.hint);
            None
        }
    }
}

/// The lines by language, and the language that stands first.
fn texts(field: &Field<'_>) -> (BTreeMap<String, Texts>, Option<String>) {
    let (mut texts, mut first) = (BTreeMap::new(), None);
    let Some(all) = field.table("[text]") else {
        return (texts, first);
    };
    for (tag, at) in all.names() {
        let Some(section) = all.field(tag).and_then(|field| field.as_table("a [text] table")) else {
            let message = format!("{} stands in [text] itself", quoted(tag));
            all.walk.mistake(
                at,
                message,
                Some("Write one table a language, such as [text.en]".to_owned()),
            );
            continue;
        };
        if let Some((message, hint)) = tag_error(tag) {
            all.walk.mistake(at, message, hint);
            continue;
        }
        first.get_or_insert_with(|| tag.to_ascii_lowercase());
        if texts.insert(tag.to_ascii_lowercase(), lines(&section, false)).is_some() {
            all.walk
                .mistake(at, format!("the language {} stands twice in [text]", quoted(tag)), None);
        }
    }
    (texts, first)
}

/// The lines around a summary; `blank`: an empty one is no slip.
pub(super) fn lines(section: &Section<'_>, blank: bool) -> Texts {
    section.only(&TEXT);
    let text = |name: &str| {
        let field = section.field(name)?;
        if blank && field.as_text() == Some("") {
            return Some(String::new());
        }
        let text = field.prose()?;
        let allowed = name == "handles";
        if let Some(column) = stray_brace(text, allowed) {
            let message = if allowed {
                "only {handle} stands in braces"
            } else {
                "only \"handles\" takes {handle}"
            };
            field.walk.mistake(field.at_column(column), message, None);
        }
        Some(text.to_owned())
    };
    Texts {
        read_more: text("read_more"),
        handles: text("handles"),
        join: text("join"),
    }
}

/// The character (from 1) of the first brace that would be published as it stands, though something was meant by it.
/// Without `{handle}` allowed only that itself is looked for.
fn stray_brace(text: &str, handle_allowed: bool) -> Option<usize> {
    let column = |byte: usize| text[..byte].chars().count() + 1;
    if !handle_allowed {
        return text.find(HANDLE).map(column);
    }
    let blanked = text.replace(HANDLE, &" ".repeat(HANDLE.len()));
    blanked.find(['{', '}']).map(column)
}

fn common(section: &Section<'_>, zones: &dyn Zones) -> Common {
    for (name, at) in section.names().filter(|(name, _)| !COMMON.contains(name)) {
        let hint = if CHANNEL.contains(&name) {
            Some("It belongs to one [[channel]]".to_owned())
        } else {
            did_you_mean(name, &COMMON)
        };
        section.unknown(name, at, hint);
    }
    Common::read(section, zones)
}

fn database(section: Option<Section<'_>>, folder: &Path) -> String {
    let given = section.and_then(|section| {
        section.only(&DATABASE);
        let field = section.field("url")?;
        let url = field.line()?;
        if let Err(words) = address::database_path(url, folder) {
            field.refuse(words, None);
        }
        Some(url.to_owned())
    });
    given.unwrap_or_else(|| DATABASE_URL.to_owned())
}

fn fetch(section: &Section<'_>) -> bool {
    section.only(&FETCH);
    section
        .field("allow_private")
        .and_then(|field| field.flag())
        .unwrap_or(false)
}

fn media(section: &Section<'_>, folder: &Path) -> Media {
    section.only(&MEDIA);
    let dir = section.field("public_dir");
    let url = section.field("public_url");
    match (&dir, &url) {
        (Some(_), None) => section.lacks("public_url = \"https://…\", the address of \"public_dir\""),
        (None, Some(_)) => section.lacks("public_dir = \"…\", the folder behind \"public_url\""),
        _ => {}
    }
    let path = |field: &Field<'_>| -> Option<PathBuf> {
        address::inside(field.line()?, folder)
            .map_err(|words| field.refuse(words, None))
            .ok()
    };
    Media {
        public_dir: dir.as_ref().and_then(path),
        public_url: url
            .as_ref()
            .and_then(web)
            .map(|url| url.trim_end_matches('/').to_owned()),
    }
}
