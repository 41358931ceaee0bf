//! Secrets: never in the database, a log or an output, and asked for by sending and checking alone.

use serde_json::json;

use crate::bed::{Bed, HEAD};
use crate::fake::{PASSWORD, SECRET, TOKEN};
use crate::network::{ARTICLE, Network, Running};
use crate::patience::until;

fn all_networks() -> (Bed, Vec<Running>) {
    let bed = Bed::empty();
    let (nets, channels): (Vec<Running>, Vec<String>) = Network::ALL
        .into_iter()
        .map(|network| Running::start(&bed, network))
        .unzip();
    bed.write("handbill.toml", &format!("{HEAD}\n{}", channels.join("\n")));
    (bed, nets)
}

#[test]
fn they_are_nowhere_but_in_the_requests() {
    let (bed, _nets) = all_networks();
    bed.add_now(ARTICLE);
    let mut daemon = bed.daemon_with(&[("RUST_LOG", "trace")]);
    let database = bed.database();
    until("all are out", || {
        (database.number("SELECT COUNT(*) FROM delivery WHERE state = 'published'") == 4).then_some(())
    });
    daemon.term();
    daemon.wait();
    let mut said = daemon.log();
    for args in [
        &["show", "1"][..],
        &["history"],
        &["status"],
        &["doctor"],
        &["channel", "list"],
        &["channel", "check"],
    ] {
        let output = bed.json(args);
        said.push_str(&output.out);
        said.push_str(&output.err);
    }
    let mut bytes = said.into_bytes();
    for name in ["handbill.db", "handbill.db-wal"] {
        bytes.extend(std::fs::read(bed.path(name)).unwrap_or_default());
    }
    let all = String::from_utf8_lossy(&bytes);
    // The sessions' tokens of the imitation begin so.
    for secret in [TOKEN, PASSWORD, SECRET, "aGlkZGVu", "access-", "refresh-", "Bearer "] {
        assert!(
            !all.contains(secret),
            "{secret} stands in the database, the log or an output"
        );
    }
}

#[test]
fn without_them_people_can_work_and_sending_says_what_is_missing() {
    let (bed, nets) = all_networks();
    let bare = |args: &[&str]| {
        let mut command = bed.command(args);
        command
            .env_remove("MASTODON_TOKEN")
            .env_remove("BLUESKY_PASSWORD")
            .env_remove("WEBHOOK_SECRET");
        bed.finish(command, "")
    };
    bare(&[
        "add",
        ARTICLE,
        "--title",
        "T",
        "--summary",
        "S",
        "--no-fetch",
        "--now",
        "--json",
    ])
    .done();
    for args in [
        &["queue", "--json"][..],
        &["show", "1", "--json"],
        &["preview", "1", "--json"],
        &["list", "--json"],
    ] {
        bare(args).done();
    }
    let checked = bare(&["channel", "check", "mastodon", "--json"]).ends(6).json();
    let message = checked["channels"][0]["error"]["message"].as_str().unwrap();
    assert!(message.contains("MASTODON_TOKEN"), "{checked}");
    let told = bare(&["run", "--once", "--json"]).ends(8).json();
    assert_eq!(told["published"], 1, "the feed needs none: {told}");
    let attention = bed.json(&["status"]).ends(8).json();
    assert!(
        attention["attention"].to_string().contains("MASTODON_TOKEN"),
        "{attention}"
    );
    assert!(
        nets.iter().all(|net| net.world().posts().is_empty()),
        "something was sent without a login"
    );
    // With them, everything that waited goes.
    let _daemon = bed.daemon();
    let database = bed.database();
    until("all are out", || {
        (database.number("SELECT COUNT(*) FROM delivery WHERE state = 'published'") == 4).then_some(())
    });
    assert_eq!(bed.json(&["status"]).ends(0).json()["ok"], json!(true));
}
