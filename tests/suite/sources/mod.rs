//! Feeds of an organisation's own, from the website to the posts.

mod beside;
mod cards;
mod changes;
mod once;
mod queued;
mod told;

use serde_json::Value;

use crate::bed::{Bed, HEAD};
use crate::fake::Fake;
use crate::fake::site::{Entry, Site};
use crate::network::feed_channel;

/// Friday, ten in London.
const NOW: &str = "2026-11-27T10:00:00Z";
/// Earlier that day, and long before.
const TODAY: &str = "2026-11-27T08:00:00Z";
const LONG_AGO: &str = "2019-05-01T08:00:00Z";

/// What allows a website on this machine.
const FETCH: &str = "[fetch]\nallow_private = true\n";

/// A source of this name; `more`: further keys.
fn source(name: &str, site: &Fake<Site>, more: &str) -> String {
    format!("[[source]]\nname = \"{name}\"\nurl = \"{}/feed\"\n{more}\n", site.url())
}

/// A feed channel `site` with a slot every minute, and a source `blog`, at [`NOW`].
fn blog(more: &str) -> (Bed, Fake<Site>) {
    let mut bed = Bed::empty();
    let site = Fake::start("site", &bed.target, Site::new());
    let channel = format!("{}schedule = [\"* * * * *\"]\n", feed_channel("site"));
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{channel}{}{FETCH}", source("blog", &site, more)),
    );
    bed.at(NOW);
    (bed, site)
}

/// Puts articles on the website, the last one on top.
fn publish(site: &Fake<Site>, entries: impl IntoIterator<Item = Entry>) {
    site.service(|site| entries.into_iter().for_each(|entry| site.add(entry)));
}

/// Polls the source, which must go well, and gives what is told of it.
#[track_caller]
fn poll(bed: &Bed) -> Value {
    bed.json(&["source", "poll", "blog"]).done()["sources"][0].clone()
}

/// The articles of all posts, by title, in the order of their numbers.
fn titles(bed: &Bed) -> Vec<String> {
    let rows = bed.database().rows("SELECT title FROM post ORDER BY id");
    rows.iter()
        .map(|row| row["title"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The source as `list` shows it.
fn listed(bed: &Bed) -> Value {
    bed.json(&["source", "list"]).done()["sources"][0].clone()
}
