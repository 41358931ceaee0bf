//! `handbill init`.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::app::Fault;
use crate::storage::{Store, Take};

use super::output::Out;
use super::{Places, block_on, owner};

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
    // A database that is named may lie with another owner.
    if places.database.is_none() {
        owner::as_the_folder(&file)?;
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(&folder)
        .map_err(io(&folder))?;
    let wrote = write_new(&file, &template(&zone()))?;
    let places = Places {
        config: Some(file.clone()),
        database: places.database.clone(),
        json: places.json,
    };
    let (database, made) = database(&places).inspect_err(|_| {
        // Settings without a database would be half of what was asked.
        if wrote {
            let _ = std::fs::remove_file(&file);
        }
    })?;
    let names = [
        (file.display().to_string(), wrote),
        (database.display().to_string(), made),
    ];
    let created: Vec<&str> = names
        .iter()
        .filter(|(_, new)| *new)
        .map(|(name, _)| name.as_str())
        .collect();
    let mut out = Out::new(places.json);
    out.json(&serde_json::json!({ "config": names[0].0, "database": names[1].0, "created": created }));
    for line in said([&shown(&file), &shown(&database)], [wrote, made]) {
        out.line(line);
    }
    out.print();
    Ok(0)
}

/// A path as a person standing here writes it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let path = here
        .as_deref()
        .and_then(|here| path.strip_prefix(here).ok())
        .unwrap_or(path);
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// Makes the database where it is missing; whether it was.
fn database(places: &Places) -> Result<(PathBuf, bool), Fault> {
    let ctx = places.load()?;
    let database = ctx.app.database.clone();
    let made = !database.exists();
    block_on(async {
        let _: () = drop(Store::open(&database, Take::Create).await?);
        Ok(())
    })
    .map_err(|fault| owner::explain(fault, places))?;
    Ok((database, made))
}

/// What was written and what was there, and the next step.
fn said([config, database]: [&str; 2], wrote: [bool; 2]) -> Vec<String> {
    let first = match wrote {
        [true, true] => format!("Wrote {config} (your settings) and {database} (empty). Neither existed before."),
        [true, false] => {
            format!("Wrote {config} (your settings). {database} is already here and was left as it is.")
        }
        [false, true] => format!("Wrote {database} (empty). {config} is already here and was left as it is."),
        [false, false] => {
            return vec![format!(
                "{config} is already here and was left as it is. {database} too."
            )];
        }
    };
    let next = if wrote[0] {
        format!("Next: name your organisation and a channel in {config}, then: handbill doctor")
    } else {
        "Next: handbill doctor".to_owned()
    };
    vec![first, next]
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

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn what_was_written_and_what_was_left_is_told() {
        let names = ["handbill.toml", "handbill.db"];
        assert_eq!(
            said(names, [true, true]),
            [
                "Wrote handbill.toml (your settings) and handbill.db (empty). Neither existed before.",
                "Next: name your organisation and a channel in handbill.toml, then: handbill doctor"
            ]
        );
        assert_eq!(
            said(names, [false, false]),
            ["handbill.toml is already here and was left as it is. handbill.db too."]
        );
    }
}
