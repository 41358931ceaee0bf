//! An item becomes one post, whoever dies and however many ask at once.

use serde_json::json;

use super::{TODAY, blog, listed, poll, publish, titles};
use crate::fake::Fault;
use crate::fake::site::Entry;
use crate::patience::side_by_side;

#[test]
fn processes_that_poll_at_once_take_an_item_once() {
    let (bed, site) = blog("");
    bed.json(&["init", "."]);
    publish(&site, (1..=5).map(|n| Entry::new(n, TODAY)));
    const MANY: usize = 4;
    site.on_path("/feed", vec![Fault::Wait; MANY]);
    let outputs = std::thread::scope(|scope| {
        let polls = scope.spawn(|| side_by_side((0..MANY).collect(), |_| bed.json(&["source", "poll"]).done()));
        // All have the same answer in their hands before any of them records it.
        site.wait_waiting(MANY);
        site.release();
        polls.join().unwrap()
    });
    let mut counts: Vec<usize> = outputs
        .iter()
        .map(|told| told["sources"][0]["posts"].as_array().map_or(0, Vec::len))
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [0, 0, 0, 5], "{outputs:?}");
    let kept = outputs.iter().filter(|told| told["sources"][0]["changed"] == true);
    assert_eq!(kept.count(), 1, "who was not first has kept nothing: {outputs:?}");
    assert_eq!(titles(&bed).len(), 5);
    assert_eq!(listed(&bed)["taken"], 5);
    assert_eq!(poll(&bed)["posts"], json!([]));
}

#[test]
fn a_process_that_is_killed_has_done_all_of_a_poll_or_nothing() {
    for (point, done) in [
        ("poll-asked", false),
        ("poll-before-commit", false),
        ("poll-after-commit", true),
    ] {
        let (bed, site) = blog("");
        bed.json(&["init", "."]);
        publish(&site, [Entry::new(1, TODAY), Entry::new(2, TODAY)]);
        for args in [&["source", "poll"][..], &["run", "--once"]] {
            let mut command = bed.command(args);
            command.env("HANDBILL_TEST_CRASH", point);
            let killed = bed.finish(command, "").ends(-1);
            assert_eq!(killed.out, "", "{killed}");
            let taken = if done { 2 } else { 0 };
            assert_eq!(titles(&bed).len(), taken, "after {point} of {args:?}");
            if done {
                // What is asked by the clock is not due again.
                break;
            }
        }
        poll(&bed);
        assert_eq!(titles(&bed), ["Article 1", "Article 2"], "after {point}");
        poll(&bed);
        assert_eq!(titles(&bed).len(), 2, "after {point}");
    }
}

#[test]
fn a_check_stores_nothing() {
    let (bed, site) = blog("");
    publish(&site, [Entry::new(1, super::LONG_AGO), Entry::new(2, TODAY)]);
    let words = format!(
        "blog: \"The site\" is a feed of 2 items (en); 1 would become a draft now:\n  \
         Fri 27 Nov 2026 08:00 Europe/London  Article 2  {}/a/2?utm_source=feed\n  \
         1 is known, undated, or older than the day it was added (Fri 27 Nov 2026).\n",
        site.url()
    );
    assert_eq!(bed.run(&["source", "check"]).ends(0).out, words);
    assert!(!bed.database_path().exists(), "it made a database");
    bed.json(&["init", "."]);
    for _ in 0..2 {
        assert_eq!(bed.run(&["source", "check", "blog"]).ends(0).out, words);
    }
    let told = bed.json(&["source", "check"]).done()["sources"][0].clone();
    assert_eq!(
        (&told["items"], &told["new"][0]["id"]),
        (&json!(2), &json!("tag:site.example,2026:2")),
        "{told}"
    );
    assert_eq!(listed(&bed)["ok"], json!(null));
    let counts =
        "SELECT (SELECT COUNT(*) FROM post) + (SELECT COUNT(*) FROM source) + (SELECT COUNT(*) FROM source_item)";
    assert_eq!(bed.database().number(counts), 0);
    poll(&bed);
    let after = bed.run(&["source", "check"]).ends(0);
    assert!(
        after
            .out
            .contains("2 items (en); nothing would become a draft now.\n  2 are known"),
        "{after}"
    );
}

#[test]
fn a_website_on_a_private_address_is_not_asked_unless_that_is_allowed() {
    let (bed, site) = blog("");
    publish(&site, [Entry::new(1, TODAY)]);
    let allowed = bed.read("handbill.toml");
    bed.write("handbill.toml", &allowed.replace(super::FETCH, ""));
    let output = bed.json(&["source", "poll"]).ends(6);
    let told = &output.json()["sources"][0];
    let why = told["error"]["message"].as_str().unwrap_or_default();
    assert!(why.contains("allow_private = true in [fetch]"), "{told}");
    bed.run(&["source", "check"]).ends(6);
    assert!(site.requests().is_empty(), "somebody was asked");
    bed.write("handbill.toml", &allowed);
    assert_eq!(poll(&bed)["posts"], json!([1]));
}
