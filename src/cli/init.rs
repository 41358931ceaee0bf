//! `handbill init`.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::app::Fault;
use crate::storage::{Store, Take};

use super::output::Out;
use super::{Places, block_on};

/// Make a configuration and a database; never overwrites.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill init
  handbill init /etc/handbill")]
pub(super) struct Args {
    /// The folder [default: this one]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args, places: &Places) -> Result<u8, Fault> {
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let file = match (&places.config, &args.dir) {
        (Some(file), None) => file.clone(),
        _ => dir.join("handbill.toml"),
    };
    let folder = file
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
        .to_owned();
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| Fault::Io { path, error }
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(&folder)
        .map_err(io(&folder))?;
    let mut created = Vec::new();
    let mut standing = Vec::new();
    if write_new(&file, &template(&zone()))? {
        created.push(file.display().to_string());
    } else {
        standing.push(file.display().to_string());
    }
    let places = Places {
        config: Some(file.clone()),
        database: places.database.clone(),
        json: places.json,
    };
    let ctx = places.load()?;
    let database = ctx.app.database.clone();
    if database.exists() {
        standing.push(database.display().to_string());
    } else {
        created.push(database.display().to_string());
    }
    block_on(async {
        let _: () = drop(Store::open(&database, Take::Create).await?);
        Ok(())
    })?;
    let mut out = Out::new(places.json);
    out.json(&serde_json::json!({ "config": file.display().to_string(), "database": database.display().to_string(), "created": created }));
    for name in &created {
        let what = if *name == file.display().to_string() {
            "your settings"
        } else {
            "empty"
        };
        out.line(format!("Wrote {name} ({what})."));
    }
    for name in &standing {
        out.line(format!("{name} is already here and was left as it is."));
    }
    if !created.is_empty() {
        out.line(format!(
            "Next: name your organisation and a channel in {}, then: handbill doctor",
            file.display()
        ));
    }
    out.print();
    Ok(0)
}

/// Writes a file that is not there yet; `false` where it is.
pub(super) fn write_new(path: &Path, text: &str) -> Result<bool, Fault> {
    let io = |error| Fault::Io {
        path: path.to_owned(),
        error,
    };
    match OpenOptions::new().write(true).create_new(true).mode(0o640).open(path) {
        Ok(mut file) => file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map(|()| true)
            .map_err(io),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(io(error)),
    }
}

/// The machine's zone, where it has a name.
fn zone() -> String {
    let zone = jiff::tz::TimeZone::system();
    zone.iana_name()
        .filter(|name| name.contains('/') && !name.starts_with("Etc/"))
        .unwrap_or("UTC")
        .to_owned()
}

fn template(zone: &str) -> String {
    format!(
        r#"# Handbill's settings. Every key is explained in config/handbill.example.toml.

[organisation]
name = "Our organisation"
timezone = "{zone}"
# website = "https://example.org"

[text.en]
read_more = "Read the full article"
# handles = "Comments? {{handle}}"
# join = "Join us"

# One block a channel. This one writes a feed and a page into the folder "public"; take the # away, or replace it.
# [[channel]]
# name = "site"
# network = "feed"
# path = "public"
# schedule = ["@hourly"]

# [[channel]]
# name = "mastodon"
# network = "mastodon"
# server = "https://mastodon.example"
# handle = "@us"
# schedule = ["0 9 * * mon-fri", "30 17 * * *"]
# token = {{ env = "MASTODON_TOKEN" }}
"#
    )
}
