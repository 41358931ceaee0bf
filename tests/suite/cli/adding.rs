//! `add`: what is queued, what is a duplicate, what a key does, drafts, own texts.

use serde_json::{Value, json};

use super::{add, office};
use crate::bed::Bed;

const URL: &str = "https://example.org/crackdown";

fn count(bed: &Bed) -> usize {
    bed.json(&["list"]).done()["posts"].as_array().unwrap().len()
}

#[test]
fn a_post_goes_to_every_channel_at_its_next_free_slot() {
    let bed = office();
    let post = add(&bed, URL, &["--tag", "policy", "--hashtag", "#Health"]);
    assert_eq!(
        (&post["id"], &post["state"], &post["url"]),
        (&json!(1), &json!("queued"), &json!(URL))
    );
    assert_eq!(
        (&post["tags"], &post["created_by"]),
        (&json!(["policy"]), &json!("ana"))
    );
    let deliveries = post["deliveries"].as_array().unwrap();
    let told: Vec<(&Value, &Value)> = deliveries.iter().map(|d| (&d["id"], &d["due_at"])).collect();
    let expected = [
        (json!("1/mastodon"), json!("2026-11-24T17:30:00Z")),
        (json!("1/site"), json!("2026-11-24T17:00:00Z")),
    ];
    assert_eq!(told, expected.iter().map(|(id, due)| (id, due)).collect::<Vec<_>>());
    let part = &deliveries[0]["parts"][0];
    let text = part["text"].as_str().unwrap();
    assert!(
        text.contains(URL) && text.contains("#Health") && text.contains("Comments? @idhdp"),
        "{text}"
    );
    assert_eq!(part["length"]["limit"], 500);
    // 23 for the address, whatever its length.
    let length = text.chars().count() - URL.len() + 23;
    assert_eq!(part["length"]["count"], length);
    let labelled = &deliveries[1]["parts"][0];
    assert_eq!(
        labelled["links"],
        json!([{"text": "Read the full article", "url": URL}])
    );
}

#[test]
fn the_same_article_is_refused_whatever_its_address_looks_like() {
    let bed = office();
    add(&bed, URL, &["--to", "site"]);
    for same in [
        URL,
        "https://EXAMPLE.org:443/crackdown/",
        "https://example.org/crackdown?utm_source=mail#top",
        "https://example.org/crackdown?fbclid=1",
    ] {
        let error = bed
            .json(&["add", same, "--summary", "S", "--no-fetch", "--to", "site"])
            .refused(5);
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains("site") && message.contains("post 1"),
            "{same}: {message}"
        );
        assert!(error["hint"].as_str().unwrap().contains("--allow-duplicate"), "{error}");
    }
    assert_eq!(count(&bed), 1);
    add(&bed, URL, &["--to", "site", "--allow-duplicate"]);
    add(&bed, URL, &["--to", "mastodon"]);
    assert_eq!(count(&bed), 3);
    // What came to nothing is no duplicate.
    let other = add(&bed, "https://example.org/other", &["--to", "site"]);
    bed.json(&["cancel", &other["id"].to_string()]).done();
    add(&bed, "https://example.org/other", &["--to", "site"]);
}

#[test]
fn without_an_address_the_same_text_is_the_same_post() {
    let bed = office();
    let own = |text: &str| {
        bed.json(&[
            "add",
            "--text",
            &format!("mastodon={text}"),
            "--to",
            "mastodon",
            "--no-fetch",
        ])
    };
    own("Join us tonight").done();
    own("Join us tonight").refused(5);
    own("Join us tomorrow").done();
}

#[test]
fn a_published_article_is_a_duplicate_for_its_window_and_no_longer() {
    let mut bed = office();
    add(&bed, URL, &["--to", "site", "--now"]);
    bed.json(&["run", "--once"]).ends(0);
    let again = ["add", URL, "--summary", "S", "--no-fetch", "--to", "site"];
    bed.at("2026-12-24T16:00:00Z").json(&again).refused(5);
    bed.at("2026-12-24T16:11:00Z").json(&again).done();
}

#[test]
fn a_draft_is_a_duplicate_and_waits_for_a_person() {
    let mut bed = office();
    let draft = add(&bed, URL, &["--to", "site", "--draft"]);
    assert_eq!(draft["state"], "draft");
    assert_eq!(draft["deliveries"][0]["blocked_by"][0]["gate"], "draft");
    bed.json(&["add", URL, "--summary", "S", "--no-fetch", "--to", "site"])
        .refused(5);
    assert_eq!(
        bed.at("2026-11-24T17:00:00Z").json(&["run", "--once"]).ends(0).json()["published"],
        0
    );
    let moved = bed.json(&["move", "1", "--to-slot"]).done();
    assert_eq!(moved["state"], "queued", "{moved}");
    assert_eq!(
        bed.at("2026-11-24T18:00:00Z").json(&["run", "--once"]).ends(0).json()["published"],
        1
    );
}

#[test]
fn a_key_makes_a_script_safe_to_run_twice() {
    let mut bed = office();
    let args = [
        "add",
        URL,
        "--title",
        "T",
        "--summary",
        "S",
        "--no-fetch",
        "--to",
        "site",
        "--key",
        "nightly-1",
    ];
    let first = bed.json(&args).done();
    let again = bed.at("2026-11-24T16:30:00Z").json(&args).done();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(count(&bed), 1);
    let mut other = args;
    other[5] = "Other words";
    let error = bed.json(&other).refused(5);
    assert!(error["message"].as_str().unwrap().contains("nightly-1"), "{error}");
    assert_eq!(count(&bed), 1);
    // Even when the post is done.
    bed.at("2026-11-24T17:00:00Z").json(&["run", "--once"]).ends(0);
    assert_eq!(bed.json(&args).done()["state"], "done");
}

#[test]
fn a_dry_run_shows_and_changes_nothing() {
    let bed = office();
    let shown = add(&bed, URL, &["--dry-run"]);
    assert_eq!(shown["deliveries"].as_array().map(Vec::len), Some(2), "{shown}");
    assert_eq!(shown["deliveries"][1]["due_at"], "2026-11-24T17:00:00Z");
    if bed.database_path().exists() {
        assert_eq!(count(&bed), 0);
    }
}

#[test]
fn what_does_not_fit_is_dropped_in_order_and_named() {
    let bed = office();
    let summary = "Officials call for a crackdown, and doctors disagree. ".repeat(12);
    let args = [
        "add",
        URL,
        "--title",
        "T",
        "--summary",
        summary.trim(),
        "--hashtag",
        "One",
        "--no-fetch",
        "--to",
        "mastodon",
    ];
    let post = bed.json(&args).done();
    let delivery = &post["deliveries"][0];
    assert_eq!(
        delivery["dropped"],
        json!(["join", "handles", "hashtags", "summary"]),
        "{delivery}"
    );
    let part = &delivery["parts"][0];
    assert!(
        part["text"].as_str().unwrap().contains(URL),
        "the link is never cut: {part}"
    );
    assert!(
        part["length"]["count"].as_u64() <= part["length"]["limit"].as_u64(),
        "{part}"
    );
    let preview = bed.json(&["preview", "1"]).done();
    assert_eq!(preview["deliveries"][0]["parts"], delivery["parts"]);
}

#[test]
fn a_channels_own_text_stands_for_the_words_and_is_never_cut() {
    let bed = office();
    bed.write("own.txt", "From a file\n");
    let post = add(
        &bed,
        URL,
        &["--text", "mastodon=Our own words", "--text", "site=@own.txt"],
    );
    let texts: Vec<&str> = post["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["parts"][0]["text"].as_str().unwrap())
        .collect();
    assert!(
        texts[0].starts_with("Our own words") && texts[0].contains(URL) && !texts[0].contains("A summary"),
        "{texts:?}"
    );
    assert!(texts[1].starts_with("From a file"), "{texts:?}");
    let long = format!("mastodon={}", "x".repeat(501));
    let error = bed
        .json(&["add", "--text", &long, "--to", "mastodon", "--no-fetch"])
        .refused(3);
    assert!(error["message"].as_str().unwrap().contains("500"), "{error}");
    assert_eq!(count(&bed), 1);
}

#[test]
fn the_summary_comes_from_standard_input_where_asked() {
    let bed = office();
    let command = bed.command(&["add", URL, "--summary", "-", "--no-fetch", "--json"]);
    let post = bed.finish(command, "From a pipe.\n").done();
    assert_eq!(post["summary"], "From a pipe.");
}
