//! Rules that block: what they refuse, and what they leave to people.

use serde_json::json;

use super::super::posts;
use super::{HARSH, KIND, add, house};

const BLOCKS: &str = "[lint]\nterms = \"block\"\n";

#[test]
fn a_rule_that_blocks_refuses_and_nothing_is_added() {
    let bed = house(BLOCKS, "", "");
    let error = add(&bed, HARSH, &[]).refused(5);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("mastodon") && message.contains("addicts"), "{error}");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("--draft") && hint.contains("lint.terms"), "{error}");
    add(&bed, HARSH, &["--dry-run"]).refused(5);
    add(&bed, HARSH, &["--now", "--wait"]).refused(5);
    assert_eq!(posts(&bed), 0);
    // Where somebody is quoted, the words are theirs.
    let post = add(&bed, "\"We are three addicts,\" they told ministers.", &[]).done();
    assert_eq!(post["deliveries"][0]["lint"][0]["level"], "warn", "{post}");
}

#[test]
fn a_draft_may_hold_what_blocks_until_it_is_to_go() {
    let bed = house(BLOCKS, "", "");
    let draft = add(&bed, HARSH, &["--draft"]).done();
    assert_eq!(draft["deliveries"][0]["lint"][0]["level"], "block", "{draft}");
    let told = bed.json(&["lint", "1"]).ends(5).json();
    assert_eq!(
        (&told["ok"], told["findings"].as_array().map(Vec::len)),
        (&json!(false), Some(2))
    );
    let text = bed.run(&["lint", "1"]).ends(5).out;
    assert!(text.contains("Blocked") && text.contains("addicts"), "{text}");
    for args in [
        &["move", "1", "--to-slot"][..],
        &["move", "1", "--front"],
        &["move", "1", "--at", "2026-11-24 18:00"],
        &["move", "1/site", "--to-slot"],
        &["edit", "1", "--at", "2026-11-24 18:00"],
        &["edit", "1", "--now"],
        &["edit", "1", "--front"],
    ] {
        let error = bed.json(args).refused(5);
        assert!(
            error["message"].as_str().unwrap().contains("addicts"),
            "{args:?}: {error}"
        );
        assert_eq!(bed.json(&["show", "1"]).done()["state"], "draft", "{args:?}");
    }
    bed.json(&["edit", "1", "--tag", "work in progress"]).done();
    bed.json(&["edit", "1", "--summary", KIND]).done();
    bed.json(&["lint", "1"]).ends(0);
    assert_eq!(bed.json(&["move", "1", "--to-slot"]).done()["state"], "queued");
}

#[test]
fn what_waits_cannot_be_edited_into_what_blocks() {
    let bed = house(BLOCKS, "", "");
    add(&bed, KIND, &[]).done();
    for args in [
        &["edit", "1", "--summary", HARSH][..],
        &["edit", "1", "--text", "site=Addicts spoke."],
        &["edit", "1", "--hashtag", "Addicts"],
    ] {
        bed.json(args).refused(5);
    }
    let post = bed.json(&["show", "1"]).done();
    assert_eq!(
        (&post["summary"], &post["texts"], &post["hashtags"]),
        (&json!(KIND), &json!({}), &json!([]))
    );
    // As a draft it can be worked on.
    bed.json(&["edit", "1", "--summary", HARSH, "--draft"]).done();
    bed.json(&["move", "1", "--to-slot"]).refused(5);
}

#[test]
fn a_stricter_rule_does_not_stop_a_time_or_a_tag_of_what_waits() {
    let bed = house("", "", "");
    add(&bed, HARSH, &[]).done();
    let stricter = bed
        .read("handbill.toml")
        .replace("[delivery]", "[lint]\nterms = \"block\"\n\n[delivery]");
    bed.write("handbill.toml", &stricter);
    bed.json(&["edit", "1", "--tag", "x"]).done();
    bed.json(&["move", "1", "--at", "2026-11-24 18:00"]).done();
    bed.json(&["lint", "1"]).ends(5);
}
