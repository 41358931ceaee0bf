//! `handbill demo`: the whole job on a sample article, with no account and no network.

use std::path::{Path, PathBuf};

use crate::app::add::{Add, Wish, Words, add};
use crate::app::view::{self, PostView};
use crate::app::{Fault, feed, runner};
use crate::domain::post::Visibility;
use crate::report::shell;
use crate::storage::Take;

use super::init::write_new;
use super::output::Out;
use super::table::Last;
use super::words::lines;
use super::{Ctx, Places, block_on, json, owner};

/// Do the whole job on a sample article: it is queued, published by the real publisher to a local feed, and shown.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill demo
  handbill demo --dir /tmp/demo")]
pub(super) struct Args {
    /// Where the demo's files go
    #[arg(long, value_name = "DIR", default_value = "demo")]
    dir: PathBuf,
}

const SETTINGS: &str = r#"# The settings of the demo: one channel, a feed in the folder "public".

[organisation]
name = "Doctors for Healthier Drug Policies"
timezone = "Europe/London"
website = "https://example.org"

[text.en]
read_more = "Read the full article"
handles = "Comments? Write to us {handle}"
join = "Doctors can lead the way to healthier drug policies – join us now"

[[channel]]
name = "site"
network = "feed"
path = "public"
title = "Doctors for Healthier Drug Policies"
handle = "@healthierdrugpolicies"
language = "en"
schedule = ["@hourly"]
"#;

const TITLE: &str = "City opens its first supervised consumption room";
const URL: &str = "https://example.org/news/first-supervised-consumption-room";
const SUMMARY: &str = "After two years of debate the city has opened a room where people who use drugs can do so under the eyes of nurses. \
In its first month nobody died there, and 41 people asked for treatment. Neighbours who had feared more needles in the park report fewer.";

pub(super) fn run(args: &Args, places: &Places) -> Result<u8, Fault> {
    let dir = &args.dir;
    owner::as_the_folder(&dir.join("handbill.toml"))?;
    std::fs::create_dir_all(dir).map_err(|error| Fault::Io {
        path: dir.clone(),
        error,
    })?;
    let file = dir.join("handbill.toml");
    write_new(&file, SETTINGS)?;
    // The demo stands alone: neither another configuration nor another database is touched.
    let places = Places {
        config: Some(file),
        database: None,
        json: places.json,
    };
    let ctx = places.load().map_err(|fault| match fault {
        Fault::Config(_) => {
            fault.hinted("The folder of the demo was used before. Name another: handbill demo --dir DIR")
        }
        other => other,
    })?;
    block_on(show(&ctx, dir))
}

async fn show(ctx: &Ctx, dir: &Path) -> Result<u8, Fault> {
    let app = &ctx.app;
    let request = Add {
        words: Words {
            url: Some(URL.to_owned()),
            title: Some(TITLE.to_owned()),
            summary: Some(SUMMARY.to_owned()),
            language: Some("en".to_owned()),
            visibility: Visibility::Public,
            tags: vec!["demo".to_owned()],
            hashtags: vec!["HarmReduction".to_owned(), "DrugPolicy".to_owned()],
            ..Words::default()
        },
        wish: Wish::Now,
        // A second run shows the same post; it goes out once.
        key: Some(("demo".to_owned(), "sample article".to_owned())),
        ..Add::default()
    };
    let mut store = ctx.open(Take::Create).await?;
    let queued = add(app, &mut store, &request).await?;
    let (mut store, _) = runner::wait(app, store, queued.post.id, std::future::pending()).await?;
    let shown = {
        let mut tx = store.read(app.now()).await?;
        view::post(&mut tx, app, queued.post.id).await?
    };
    let folder = app
        .config
        .channels
        .iter()
        .find_map(feed::folder)
        .unwrap_or_else(|| dir.join("public"));
    let dir = &std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let mut out = ctx.out();
    let page = folder.join("index.html");
    let atom = folder.join("feed.atom");
    out.json(&serde_json::json!({
        "dir": dir.display().to_string(), "feed": atom.display().to_string(), "page": page.display().to_string(), "post": json::post(app, &shown),
    }));
    tell(&mut out, ctx, &shown, &folder, dir);
    out.print();
    Ok(code(&shown))
}

fn tell(out: &mut Out, ctx: &Ctx, shown: &PostView, folder: &Path, dir: &Path) {
    out.line(format!(
        "Published a sample article to a local feed. Open {} to see it.",
        folder.join("index.html").display()
    ));
    out.line("Nothing left this computer.");
    out.line("");
    out.line(format!(
        "What readers see, post {}, \"{}\":",
        shown.post.id,
        shown.post.name()
    ));
    for part in shown.deliveries.iter().flat_map(|d| &d.parts) {
        out.block(
            &part
                .text
                .lines()
                .map(|line| format!("  {line}").trim_end().to_owned())
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    out.line("");
    out.line("History:");
    lines(out, ctx, shown);
    out.line("");
    out.line("Files:");
    let settings = dir.join("handbill.toml");
    let files = [
        (folder.join("index.html"), "the page"),
        (folder.join("feed.atom"), "the Atom feed"),
        (folder.join("feed.json"), "the JSON Feed"),
        (settings.clone(), "the settings"),
        (dir.join("handbill.db"), "the queue and the history"),
    ];
    let rows = files.map(|(path, what)| vec![format!("  {}", path.display()), what.to_owned()]);
    out.table(&[], &rows, Last::Whole);
    out.line("");
    out.line(format!(
        "Look around: handbill --config {} history      Next: handbill init",
        shell::quoted(&settings.display().to_string())
    ));
}

fn code(shown: &PostView) -> u8 {
    if shown.state() == "done" {
        0
    } else {
        crate::report::Kind::Attention.exit_code()
    }
}
