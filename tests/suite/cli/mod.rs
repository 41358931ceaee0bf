//! Commands as people and scripts use them, at a fixed time: exit codes, JSON, words, and what is left in the files.

mod adding;
mod articles;
mod bad;
mod changing;
mod configuration;
mod embargo;
mod files;
mod holding;
mod lint;
mod pictures;
mod previews;
mod proposing;
mod shapes;
mod sharing;
mod unsent;
mod waiting;
mod words;

use crate::bed::Bed;
use crate::network::{feed_channel, mastodon_channel};

/// Tuesday, ten past four in London.
const NOW: &str = "2026-11-24T16:10:00Z";

/// Two channels: `mastodon`, whose server is never asked, and the feed `site`.
fn office() -> Bed {
    let mastodon = mastodon_channel("mastodon", "http://127.0.0.1:9");
    let schedules = [
        "schedule = [\"0 9 * * mon-fri\", \"30 17 * * *\"]\n",
        "schedule = [\"@hourly\"]\n",
    ];
    let mut bed = Bed::new(&format!(
        "{mastodon}{}{}{}",
        schedules[0],
        feed_channel("site"),
        schedules[1]
    ));
    bed.at(NOW);
    bed
}

/// Adds a post about an article and gives it.
fn add(bed: &Bed, url: &str, more: &[&str]) -> serde_json::Value {
    let mut args = vec![
        "add",
        url,
        "--title",
        "A title",
        "--summary",
        "A summary.",
        "--no-fetch",
    ];
    args.extend(more);
    bed.json(&args).done()
}

/// How many posts there are.
fn posts(bed: &Bed) -> usize {
    bed.json(&["init", "."]).ends(0);
    bed.json(&["list"]).done()["posts"].as_array().unwrap().len()
}
