//! The local feed's files: a view of the database, written beside and renamed into place.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{App, Fault};
use crate::config::Channel;
use crate::http::SendError;
use crate::networks::feed::render::{Entry, PICTURES, Site, picture_file, render as render_files};
use crate::networks::wire::Answer;
use crate::storage::Store;

/// The most entries that the files hold.
const ENTRIES_MAX: i64 = 500;
/// The file whose entries count as public: it is put in place last.
const PROOF: &str = "feed.json";

/// The files of a feed, ready to be written.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    files: Vec<(&'static str, Vec<u8>)>,
    /// Pictures that are not there yet, by their place in the folder.
    pictures: Vec<(String, Vec<u8>)>,
}

/// Makes a feed's files from the database: what is out, what stands in the files already though nobody could record
/// it, and the entry `this`.
///
/// # Errors
/// Where the database cannot be read.
pub async fn render(app: &App, store: &mut Store, channel: &Channel, this: &str) -> Result<Files, Fault> {
    let Some(folder) = folder(channel) else {
        return Err(Fault::Broken(format!("the feed {} has no path", channel.name)));
    };
    let now = app.now();
    let (out, open) = store
        .read(now)
        .await?
        .feed_entries(&channel.name, this, ENTRIES_MAX)
        .await?;
    let standing = ids(&folder).unwrap_or_default();
    let kept = open
        .into_iter()
        .filter(|(key, _)| key == this || standing.contains(key));
    let mut entries: Vec<Entry> = kept
        .chain(out)
        .filter_map(|(key, body)| {
            let entry: Entry = serde_json::from_str(&body).ok()?;
            // The key is the entry's name: it may be a newer one than when the words were frozen.
            Some(Entry { id: key, ..entry })
        })
        .collect();
    entries.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| b.id.cmp(&a.id)));
    entries.truncate(usize::try_from(ENTRIES_MAX).unwrap_or(500));
    let pictures = missing_pictures(app, &folder, &entries).await;
    let site = Site {
        title: crate::app::compose::settings(channel)
            .remove("title")
            .unwrap_or_else(|| app.config.organisation.name.clone()),
        website: app.config.organisation.website.clone(),
        language: channel
            .language
            .clone()
            .or_else(|| app.config.first_text.clone())
            .unwrap_or_else(|| "en".to_owned()),
        public_url: crate::app::compose::settings(channel).remove("public_url"),
        id: site_id(app, channel),
    };
    let updated = entries.first().map_or(now, |entry| entry.published);
    Ok(Files {
        folder,
        pictures,
        files: render_files(&site, &entries, updated).into(),
    })
}

/// The pictures of these entries that the folder does not hold. One that is lost from the shelf leaves a gap on the
/// page, where its alt text stands.
async fn missing_pictures(app: &App, folder: &Path, entries: &[Entry]) -> Vec<(String, Vec<u8>)> {
    let mut list = Vec::new();
    for picture in entries.iter().flat_map(|entry| &entry.pictures) {
        let Some(file) = picture_file(picture).filter(|file| !folder.join(file).exists()) else {
            continue;
        };
        if let Ok(bytes) = super::pictures::bytes(app, &picture.hash).await {
            list.push((file, bytes));
        }
    }
    list
}

/// The feed's permanent name: from what the configuration says of it, so that it survives a new database.
fn site_id(app: &App, channel: &Channel) -> String {
    let home = app
        .config
        .organisation
        .website
        .as_deref()
        .and_then(|site| url::Url::parse(site).ok());
    let host = home.as_ref().and_then(|url| url.host_str()).unwrap_or("localhost");
    format!("tag:{host},2026:handbill/{}", channel.name)
}

/// The folder of a feed channel; `None` for other networks.
#[must_use]
pub fn folder(channel: &Channel) -> Option<PathBuf> {
    crate::app::compose::settings(channel).remove("path").map(PathBuf::from)
}

/// Writes the files beside and renames them into place, the proof last.
///
/// # Errors
/// [`SendError::NotSent`] where the proof was surely not put in place.
pub fn write(files: &Files) -> Result<(), SendError> {
    let failed =
        |what: &str, error: &std::io::Error| SendError::NotSent(format!("{what} {}: {error}", files.folder.display()));
    fs::create_dir_all(&files.folder).map_err(|e| failed("cannot make the folder", &e))?;
    if !files.pictures.is_empty() {
        let folder = files.folder.join(PICTURES);
        fs::create_dir_all(&folder).map_err(|e| failed("cannot make a folder in", &e))?;
        for (name, bytes) in &files.pictures {
            // Renamed into place: a reader never sees half a picture.
            let (part, whole) = (files.folder.join(format!("{name}.new")), files.folder.join(name));
            let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, &whole));
            written.map_err(|e| failed("cannot write a picture into", &e))?;
        }
    }
    for (name, bytes) in &files.files {
        write_beside(&files.folder, name, bytes).map_err(|e| failed("cannot write into the folder", &e))?;
    }
    for (name, _) in &files.files {
        let (from, to) = (files.folder.join(temporary(name)), files.folder.join(name));
        fs::rename(from, to).map_err(|e| failed("cannot rename a file in the folder", &e))?;
    }
    // The names are in place; only a power cut could take them back now, and then the files are made again.
    let _ = File::open(&files.folder).and_then(|folder| folder.sync_all());
    Ok(())
}

fn temporary(name: &str) -> String {
    format!(".{name}.new")
}

fn write_beside(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(folder.join(temporary(name)))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The answer of a local feed that took an entry.
#[must_use]
pub fn written(now: Timestamp) -> Answer {
    Answer {
        status: 200,
        headers: Vec::new(),
        body: "{}".to_owned(),
        at: now,
    }
}

/// Which entries the files hold.
///
/// # Errors
/// Where the file is there and cannot be read.
pub fn read(folder: &Path, now: Timestamp) -> Result<Answer, SendError> {
    let ids = ids(folder).map_err(SendError::Lost)?;
    let body = serde_json::json!({ "ids": ids }).to_string();
    Ok(Answer {
        status: 200,
        headers: Vec::new(),
        body,
        at: now,
    })
}

fn ids(folder: &Path) -> Result<Vec<String>, String> {
    let path = folder.join(PROOF);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("{} is damaged: {error}", path.display()))?;
    let items = json
        .get("items")
        .and_then(|items| items.as_array())
        .cloned()
        .unwrap_or_default();
    Ok(items
        .iter()
        .filter_map(|item| item.get("id")?.as_str().map(str::to_owned))
        .collect())
}
