//! What a person is told of a source that is in trouble, and when it is left in peace.

use serde_json::{Value, json};

use super::{NOW, TODAY, blog, listed, poll, publish, titles};
use crate::bed::Bed;
use crate::fake::Reply;
use crate::fake::site::Entry;

/// What `status` says of it, which must be something.
#[track_caller]
fn attention(bed: &Bed) -> Value {
    let status = bed.json(&["status"]).ends(8).json();
    assert_eq!(status["attention"].as_array().map(Vec::len), Some(1), "{status}");
    status["attention"][0].clone()
}

#[test]
fn a_feed_that_is_gone_is_asked_no_more_until_a_person_does() {
    let (mut bed, site) = blog("");
    publish(&site, [Entry::new(1, TODAY)]);
    poll(&bed);
    bed.json(&["status"]).ends(0);
    site.service(|site| site.instead = Some(Reply::empty(410)));
    let told = bed.run(&["source", "poll"]).ends(6);
    assert!(
        told.out
            .starts_with("The feed of source blog is gone for good, its server says (410)"),
        "{told}"
    );
    assert_eq!(
        (&listed(&bed)["stopped"], &listed(&bed)["ok"]),
        (&json!("gone"), &json!(false))
    );
    let list = bed.run(&["source", "list"]).ends(0);
    assert!(
        list.out
            .starts_with("blog: stopped: gone for good (410); ask again: handbill source poll blog; 1 draft so far"),
        "{list}"
    );
    let item = attention(&bed);
    assert_eq!(
        (&item["kind"], &item["next"]),
        (&json!("source_gone"), &json!(["handbill source poll blog"])),
        "{item}"
    );
    let asked = site.count_path("/feed");
    bed.at("2027-11-27T10:00:00Z");
    let log = bed.run(&["run", "--once"]);
    assert_eq!(site.count_path("/feed"), asked, "it was asked");
    assert!(log.err.contains("gone for good"), "the daemon tells it too: {log}");
    site.service(|site| site.instead = None);
    publish(&site, [Entry::new(2, NOW)]);
    assert_eq!(poll(&bed)["posts"], json!([2]));
    bed.json(&["status"]).ends(0);
}

#[test]
fn a_flood_is_no_news_and_the_third_one_stops_the_source() {
    let (mut bed, site) = blog("");
    publish(&site, [Entry::new(0, TODAY)]);
    poll(&bed);
    let mut flood = |hour: usize| {
        bed.at(&format!("2026-11-27T{hour}:00:00Z"));
        // All are made anew at every look: ids, addresses and dates.
        let date = format!("2026-11-27T{hour}:00:00Z");
        site.service(|site| site.entries = (1..=60).map(|n| Entry::new(hour * 1000 + n, &date)).collect());
        let done = bed.json(&["run", "--once"]);
        let polled = done.json()["sources"].clone();
        done.ends(if polled == json!([]) { 0 } else { 8 });
        polled
    };
    let (first, second, third) = (flood(12), flood(14), flood(16));
    assert_eq!(
        (&first[0]["flood"], &first[0]["posts"]),
        (&json!(60), &json!([])),
        "{first}"
    );
    assert_eq!(
        (&second[0]["stopped"], &third[0]["stopped"]),
        (&json!(null), &json!("unsteady")),
        "{third}"
    );
    assert_eq!(flood(18), json!([]), "it is asked no more");
    assert_eq!(titles(&bed), ["Article 0"]);
    assert_eq!(attention(&bed)["kind"], "source_unsteady");
    let list = bed.run(&["source", "list"]).ends(0);
    assert!(list.out.contains("stopped: it floods at every look"), "{list}");
    // Asked by a person, it may go on; a flood is exit code 8.
    let told = bed.run(&["source", "poll"]).ends(8);
    assert!(
        told.out
            .contains("60 items appeared at once in the feed of source blog; none was taken"),
        "{told}"
    );
    assert_eq!(listed(&bed)["stopped"], json!(null));
    site.service(|site| site.add(Entry::new(99_999, NOW)));
    assert_eq!(poll(&bed)["posts"], json!([2]));
}

#[test]
fn a_flood_that_a_person_has_seen_to_is_history() {
    let (mut bed, site) = blog("");
    publish(&site, [Entry::new(0, TODAY)]);
    poll(&bed);
    site.service(|site| site.entries = (1..=60).map(|n| Entry::new(n, TODAY)).collect());
    bed.at("2026-11-27T12:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    // It stays in sight until then.
    let item = attention(&bed);
    assert_eq!(
        (&item["kind"], &item["next"]),
        (&json!("source_flood"), &json!(["handbill source poll blog"])),
        "{item}"
    );
    assert_eq!(listed(&bed)["flooded"], true);
    let list = bed.run(&["source", "list"]).ends(0);
    assert!(list.out.contains("taken for no news"), "{list}");
    // News that come later do not push it out of sight.
    site.service(|site| site.add(Entry::new(99_999, NOW)));
    bed.at("2026-11-27T14:00:00Z");
    assert_eq!(bed.json(&["run", "--once"]).done()["sources"][0]["posts"], json!([2]));
    assert_eq!(attention(&bed)["kind"], "source_flood");
    bed.run(&["source", "poll", "blog"]).ends(0);
    bed.run(&["status"]).ends(0);
    assert_eq!(listed(&bed)["flooded"], false);
}

/// A site that moves to another system keeps its words, and nothing else.
#[test]
fn a_feed_whose_ids_addresses_and_dates_change_together_brings_nothing_again() {
    let (mut bed, site) = blog("queue = true\n");
    publish(&site, (1..=5).map(|n| Entry::new(n, TODAY)));
    poll(&bed);
    let before = titles(&bed);
    assert_eq!(before.len(), 5);
    let moved = |n: usize| Entry {
        id: format!("https://new.example/?p={n}"),
        path: format!("/archive/{n}"),
        date: "2026-11-27T11:30:00Z".to_owned(),
        ..Entry::new(n, TODAY)
    };
    site.service(|site| site.entries = (1..=5).map(moved).collect());
    bed.at("2026-11-27T12:00:00Z");
    let checked = bed.run(&["source", "check"]).ends(0).out;
    assert!(
        checked.contains("5 have titles and words of earlier ones that are gone"),
        "{checked}"
    );
    assert!(!checked.contains("5 are known"), "{checked}");
    let polled = bed.run(&["source", "poll"]).ends(8).out;
    assert!(
        polled.contains("5 items in the feed of source blog have titles and words of earlier ones"),
        "{polled}"
    );
    assert_eq!(titles(&bed), before);
    // One alone may be meant: a person decides.
    site.service(|site| {
        site.entries = vec![Entry {
            id: "again".to_owned(),
            path: "/again".to_owned(),
            date: "2026-11-27T13:30:00Z".to_owned(),
            ..moved(3)
        }]
    });
    bed.at("2026-11-27T14:00:00Z");
    let polled = bed.json(&["source", "poll"]).done();
    let post = bed.json(&["show", "6"]).done();
    assert_eq!(
        (&post["state"], &post["title"]),
        (&json!("draft"), &json!("Article 3")),
        "{polled}"
    );
    let told = polled["sources"][0]["told"].to_string();
    assert!(told.contains("(post 3) that has left the feed"), "{told}");
}

#[test]
fn a_feed_that_cannot_be_read_is_left_in_peace_and_told_after_a_day() {
    let (mut bed, site) = blog("");
    publish(&site, [Entry::new(1, TODAY)]);
    poll(&bed);
    site.service(|site| site.instead = Some(Reply::empty(503)));
    let (mut told, mut rounds) = (Vec::new(), Vec::new());
    let start: jiff::Timestamp = NOW.parse().unwrap();
    for hours in (2..=72).step_by(2) {
        let now = start + jiff::SignedDuration::from_hours(hours);
        bed.at(&now.to_string());
        rounds.push(bed.json(&["run", "--once"]).code);
        told.push((bed.json(&["status"]).code, hours));
    }
    let (good, told_now): (Vec<i32>, Vec<i32>) = rounds.iter().partition(|code| **code == 0);
    assert_eq!(told_now, [8], "the round that tells it ends so; {} others", good.len());
    let tries = site.count_path("/feed") - 1;
    assert!((5..=9).contains(&tries), "{tries} tries in three days");
    let from = told.iter().find(|(code, _)| *code == 8).map(|(_, hours)| *hours);
    assert!(from.is_some_and(|hours| (26..=60).contains(&hours)), "{told:?}");
    let item = attention(&bed);
    assert_eq!(item["kind"], "source_failing", "{item}");
    assert!(item["message"].as_str().unwrap_or_default().contains("503"), "{item}");
    let list = bed.run(&["source", "list"]).ends(0);
    assert!(
        list.out.contains(&format!("could not be read {tries} times: ")),
        "{list}"
    );
    // A person's try that fails too does not make it a new trouble.
    bed.run(&["source", "poll"]).ends(6);
    assert_eq!(attention(&bed)["kind"], "source_failing");
    site.service(|site| site.instead = None);
    poll(&bed);
    bed.json(&["status"]).ends(0);
}

#[test]
fn a_server_that_wants_silence_gets_it() {
    let (mut bed, site) = blog("");
    site.service(|site| site.instead = Some(Reply::empty(429).header("retry-after", "36000")));
    bed.json(&["source", "poll"]).ends(6);
    bed.at("2026-11-27T19:00:00Z");
    bed.json(&["run", "--once"]).done();
    assert_eq!(site.count_path("/feed"), 1);
    bed.at("2026-11-27T20:10:00Z");
    bed.json(&["run", "--once"]).done();
    assert_eq!(site.count_path("/feed"), 2);
}

#[test]
fn a_feed_that_has_moved_for_good_is_read_and_told() {
    let (bed, site) = blog("");
    publish(&site, [Entry::new(1, TODAY)]);
    let to = format!("{}/new-feed", site.url());
    let redirect = |status| Some(Reply::empty(status).header("location", "/new-feed"));
    site.service(|site| site.instead = redirect(302));
    assert_eq!(
        (&poll(&bed)["posts"], &listed(&bed)["moved"]),
        (&json!([1]), &json!(null)),
        "for now is no move"
    );
    site.service(|site| site.instead = redirect(301));
    let told = bed.run(&["source", "poll"]).ends(0);
    assert!(told.out.contains(&format!("has moved for good to {to}")), "{told}");
    assert_eq!(poll(&bed)["told"], json!([]), "it is told once");
    let list = bed.run(&["source", "list"]).ends(0);
    assert!(
        list.out
            .contains(&format!("moved to {to}; write that in the configuration")),
        "{list}"
    );
    assert_eq!(attention(&bed)["kind"], "source_moved");
    bed.write(
        "handbill.toml",
        &bed.read("handbill.toml").replace("/feed\"", "/new-feed\""),
    );
    bed.json(&["status"]).ends(0);
}

#[test]
fn the_words_of_the_commands() {
    let (mut bed, site) = blog("");
    let list = bed.run(&["source", "list"]).ends(0);
    assert_eq!(list.out, "blog: never read yet; no draft so far; nothing waits\n");
    assert!(!bed.database_path().exists(), "it made a database");
    publish(&site, [Entry::new(1, TODAY)]);
    poll(&bed);
    bed.at("2026-11-27T10:20:00Z");
    let list = bed.run(&["source", "list"]).ends(0);
    assert!(
        list.out.starts_with("blog: read 20 min ago; next Fri 27 Nov 2026 11:0"),
        "{list}"
    );
    assert!(
        list.out
            .ends_with("; 1 draft so far, the last is post 1; nothing waits\n"),
        "{list}"
    );
    let unknown = bed.json(&["source", "poll", "blogg"]).refused(4);
    assert!(
        unknown["message"].as_str().unwrap().contains("The nearest is \"blog\""),
        "{unknown}"
    );
    bed.json(&["source", "check", "other"]).refused(4);
    let config = bed.read("handbill.toml");
    bed.write("handbill.toml", config.split("[[source]]").next().unwrap());
    for what in ["list", "check", "poll"] {
        let none = bed.run(&["source", what]).ends(0);
        assert!(
            none.out
                .starts_with("There is no source yet. Name one in the configuration"),
            "{none}"
        );
        assert_eq!(bed.json(&["source", what]).done(), json!({ "sources": [] }));
        let help = bed.run(&["source", what, "--help"]).ends(0);
        assert!(help.out.contains("Example"), "{help}");
    }
}
