//! `edit`, `move`, `cancel`, `retry`, `resolve`: what each changes, and what a rule refuses.

use serde_json::{Value, json};

use super::{add, office};
use crate::bed::Bed;

const URL: &str = "https://example.org/crackdown";

fn publish(bed: &Bed) {
    add(bed, URL, &["--to", "site", "--now"]);
    assert_eq!(bed.json(&["run", "--once"]).ends(0).json()["published"], 1);
}

fn states(post: &Value) -> Vec<&str> {
    post["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["state"].as_str().unwrap())
        .collect()
}

#[test]
fn an_edit_changes_what_will_go_out() {
    let mut bed = office();
    add(&bed, URL, &["--to", "site"]);
    let post = bed
        .json(&["edit", "1", "--summary", "Better words.", "--hashtag", "New"])
        .done();
    assert_eq!(post["summary"], "Better words.");
    assert!(
        post["deliveries"][0]["parts"][0]["text"]
            .as_str()
            .unwrap()
            .starts_with("Better words."),
        "{post}"
    );
    bed.at("2026-11-24T17:00:00Z").json(&["run", "--once"]).ends(0);
    assert!(bed.read("site/feed.json").contains("Better words."));
}

#[test]
fn what_is_out_cannot_be_edited_moved_or_cancelled() {
    let bed = office();
    publish(&bed);
    for args in [
        vec!["edit", "1", "--summary", "Other"],
        vec!["move", "1", "--front"],
        vec!["cancel", "1"],
        vec!["cancel", "1/site"],
        vec!["retry", "1"],
        vec!["resolve", "1/site", "--absent"],
    ] {
        let error = bed.json(&args).refused(5);
        assert!(error["message"].as_str().unwrap().contains('1'), "{args:?}: {error}");
    }
    assert_eq!(bed.database().state("1/site"), "published");
}

#[test]
fn a_cancelled_post_stays_away_until_it_is_retried() {
    let mut bed = office();
    add(&bed, URL, &[]);
    assert_eq!(
        states(&bed.json(&["cancel", "1/site"]).done()),
        ["pending", "cancelled"]
    );
    let post = bed.json(&["cancel", "1"]).done();
    assert_eq!(
        (states(&post), &post["state"]),
        (vec!["cancelled", "cancelled"], &json!("cancelled"))
    );
    assert_eq!(
        bed.at("2026-11-24T17:00:00Z").json(&["run", "--once"]).ends(0).json()["published"],
        0
    );
    bed.json(&["move", "1", "--front"]).refused(5);
    let post = bed.json(&["retry", "1/site", "--now"]).done();
    assert_eq!(states(&post), ["cancelled", "pending"]);
    assert_eq!(bed.json(&["run", "--once"]).ends(0).json()["published"], 1);
    assert_eq!(bed.json(&["show", "1"]).done()["state"], "done");
}

#[test]
fn moving_changes_the_time_and_the_others_move_up() {
    let bed = office();
    for n in 1..=3 {
        add(&bed, &format!("https://example.org/{n}"), &["--to", "site"]);
    }
    let due = |bed: &Bed| {
        let queue = bed.json(&["queue", "--channel", "site"]).done();
        let list = queue["deliveries"].as_array().unwrap().clone();
        list.iter()
            .map(|d| {
                format!(
                    "{} {}",
                    d["id"].as_str().unwrap(),
                    &d["due_at"].as_str().unwrap()[11..16]
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(due(&bed), ["1/site 17:00", "2/site 18:00", "3/site 19:00"]);
    bed.json(&["move", "3/site", "--front"]).done();
    assert_eq!(due(&bed), ["3/site 17:00", "1/site 18:00", "2/site 19:00"]);
    let moved = bed.json(&["move", "3", "--at", "2026-11-24 18:30"]).done();
    assert_eq!(
        (&moved["deliveries"][0]["timing"], &moved["deliveries"][0]["due_at"]),
        (&json!("at"), &json!("2026-11-24T18:30:00Z"))
    );
    assert_eq!(due(&bed), ["1/site 17:00", "2/site 18:00", "3/site 18:30"]);
    bed.json(&["cancel", "1"]).done();
    bed.json(&["move", "3", "--to-slot"]).done();
    assert_eq!(due(&bed), ["2/site 17:00", "3/site 18:00"]);
}

#[test]
fn only_what_is_unknown_can_be_resolved() {
    let bed = office();
    add(&bed, URL, &["--to", "site"]);
    bed.json(&["resolve", "1/site", "--absent"]).refused(5);
    bed.json(&["resolve", "1/site", "--published", "https://social.example/1"])
        .refused(5);
    bed.json(&["resolve", "1/mastodon", "--absent"]).refused(4);
    bed.json(&["resolve", "1/site"]).refused(2);
    bed.json(&[
        "resolve",
        "1/site",
        "--absent",
        "--published",
        "https://social.example/1",
    ])
    .refused(2);
    assert_eq!(bed.database().state("1/site"), "pending");
}

#[test]
fn a_post_that_failed_before_it_was_sent_can_be_mended_and_retried() {
    let mut bed = office();
    // Set for a time that passes while nothing runs.
    add(&bed, URL, &["--to", "site", "--at", "2026-11-24 18:00"]);
    assert_eq!(
        bed.at("2026-11-24T21:00:00Z").json(&["run", "--once"]).ends(8).json()["missed"],
        1
    );
    bed.json(&["edit", "1", "--summary", "Still true."]).done();
    let post = bed.json(&["retry", "1/site", "--at", "2026-11-24 22:00"]).done();
    assert_eq!(post["deliveries"][0]["due_at"], "2026-11-24T22:00:00Z", "{post}");
    bed.at("2026-11-24T22:00:00Z").json(&["run", "--once"]).ends(0);
    assert!(bed.read("site/index.html").contains("Still true."));
}

#[test]
fn a_time_for_a_post_that_was_stopped_is_refused_not_thrown_away() {
    let bed = Bed::new(&super::feed_channel("site"));
    bed.json(&["add", "--summary", "Words.", "--lang", "en", "--at", "in 2 days"])
        .done();
    bed.run(&["cancel", "1"]).ends(0);
    for change in [&["--at", "in 3 days"][..], &["--now"], &["--front"]] {
        let error = bed.json(&[&["edit", "1"], change].concat()).refused(5);
        assert!(
            error["hint"].as_str().unwrap().contains("handbill retry 1/site"),
            "{error}"
        );
    }
    bed.json(&["edit", "1", "--summary", "Better words."]).done();
}
