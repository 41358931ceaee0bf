//! `hold` and `release`: what they stop, what they say, and what becomes of what is overdue.

use serde_json::{Value, json};

use super::{NOW, add, office};
use crate::bed::Bed;

fn once(bed: &mut Bed, at: &str) -> Value {
    let output = bed.at(at).json(&["run", "--once"]);
    assert!(matches!(output.code, 0 | 8), "{output}");
    output.json()
}

/// Three posts on `site`, two with a set time and one for a slot, held for a day.
fn held() -> Bed {
    let mut bed = office();
    add(
        &bed,
        "https://example.org/1",
        &["--to", "site", "--at", "2026-11-24 18:00"],
    );
    add(
        &bed,
        "https://example.org/2",
        &["--to", "site", "--at", "2026-11-24 19:00"],
    );
    add(&bed, "https://example.org/3", &["--to", "site"]);
    let told = bed.json(&["hold", "--reason", "Earthquake"]).done();
    let hold = &told["holds"][0];
    assert_eq!(
        (&hold["scope"], &hold["name"], &hold["reason"]),
        (&json!("all"), &Value::Null, &json!("Earthquake"))
    );
    assert_eq!(
        (&hold["by"], &hold["since"], &hold["until"]),
        (&json!("ana"), &json!(NOW), &Value::Null)
    );
    assert_eq!(told["in_flight"], json!([]));
    for at in ["2026-11-24T18:00:00Z", "2026-11-25T14:00:00Z"] {
        assert_eq!(once(&mut bed, at)["published"], 0);
    }
    bed.at("2026-11-25T14:30:00Z");
    bed
}

#[test]
fn nothing_goes_during_a_hold_and_the_queue_says_why() {
    let bed = held();
    let queue = bed.json(&["queue"]).done();
    for delivery in queue["deliveries"].as_array().unwrap() {
        let gates = delivery["blocked_by"].as_array().unwrap();
        assert!(
            gates
                .iter()
                .any(|gate| gate["gate"] == "hold" && gate["reason"] == "Earthquake"),
            "{delivery}"
        );
    }
    let status = bed.json(&["status"]);
    assert_eq!(status.json()["holds"][0]["reason"], "Earthquake");
    let text = bed.run(&["queue"]).ends(0).out;
    assert!(
        text.lines().next().unwrap().contains("Earthquake"),
        "the hold is the first line:\n{text}"
    );
    assert_eq!(
        bed.database()
            .number("SELECT COUNT(*) FROM delivery WHERE state = 'pending'"),
        3,
        "a hold stops the clock"
    );
}

#[test]
fn release_closes_passed_slots_and_sets_overdue_posts_aside_for_review() {
    let mut bed = held();
    let told = bed.json(&["release"]).done();
    assert_eq!(
        (&told["holds"], &told["overdue"]),
        (&json!([]), &json!(["1/site", "2/site"])),
        "{told}"
    );
    let database = bed.database();
    assert_eq!(
        [database.state("1/site"), database.state("2/site")],
        ["missed", "missed"]
    );
    assert_eq!(
        once(&mut bed, "2026-11-25T14:31:00Z")["published"],
        0,
        "the slot of 14:00 is closed"
    );
    assert_eq!(once(&mut bed, "2026-11-25T15:00:00Z")["published"], 1);
    assert_eq!(bed.database().state("3/site"), "published");
}

#[test]
fn release_spaces_overdue_posts_out_where_asked() {
    let mut bed = held();
    let told = bed.json(&["release", "--overdue", "space"]).done();
    assert_eq!(told["overdue"], json!(["1/site", "2/site"]), "{told}");
    let mut out = 0;
    for minute in ["14:31", "14:45", "15:00", "15:15", "16:00", "17:00"] {
        out += once(&mut bed, &format!("2026-11-25T{minute}:00Z"))["published"]
            .as_i64()
            .unwrap();
    }
    assert_eq!(out, 3);
}

#[test]
fn release_cancels_overdue_posts_where_asked() {
    let bed = held();
    bed.json(&["release", "--overdue", "cancel"]).done();
    let database = bed.database();
    assert_eq!(
        [
            database.state("1/site"),
            database.state("2/site"),
            database.state("3/site")
        ],
        ["cancelled", "cancelled", "pending"]
    );
}

#[test]
fn a_hold_of_a_channel_or_a_tag_stops_only_that() {
    let mut bed = office();
    let mastodon = "hold --channel mastodon --reason Moving";
    let config = bed.read("handbill.toml").replace("\"@hourly\"", "\"0 17 * * *\"");
    bed.write(
        "handbill.toml",
        &format!(
            "{config}{}schedule = [\"0 17 * * *\"]\n",
            crate::network::feed_channel("two")
        ),
    );
    add(&bed, "https://example.org/1", &["--to", "site,two", "--tag", "crisis"]);
    bed.json(&mastodon.split(' ').collect::<Vec<_>>()).done();
    bed.json(&["hold", "--tag", "crisis", "--reason", "Wait"]).done();
    let told = bed.json(&["hold", "--channel", "two", "--reason", "Broken"]).done();
    assert_eq!(told["holds"].as_array().map(Vec::len), Some(3), "{told}");
    assert_eq!(once(&mut bed, "2026-11-24T17:00:00Z")["published"], 0);
    // Without options only a hold over everything would end.
    let told = bed.json(&["release"]).done();
    assert_eq!(told["holds"].as_array().map(Vec::len), Some(3), "{told}");
    add(&bed, "https://example.org/2", &["--to", "site,two"]);
    bed.json(&["release", "--tag", "crisis"]).done();
    assert_eq!(once(&mut bed, "2026-11-25T17:00:00Z")["published"], 1);
    assert_eq!(
        (bed.database().state("1/site"), bed.database().state("1/two")),
        ("published".into(), "pending".into())
    );
    let told = bed.json(&["release", "--channel", "two"]).done();
    assert_eq!(told["holds"][0]["name"], "mastodon", "{told}");
    assert_eq!(once(&mut bed, "2026-11-26T17:00:00Z")["published"], 2);
}

#[test]
fn a_hold_that_expires_is_a_release() {
    let mut bed = office();
    add(&bed, "https://example.org/1", &["--to", "site"]);
    let told = bed
        .json(&["hold", "--reason", "Moment", "--until", "2026-11-24 18:30"])
        .done();
    assert_eq!(told["holds"][0]["until"], "2026-11-24T18:30:00Z", "{told}");
    assert_eq!(once(&mut bed, "2026-11-24T18:29:59Z")["published"], 0);
    assert_eq!(
        once(&mut bed, "2026-11-24T18:31:00Z")["published"],
        0,
        "the slots of the hold are closed"
    );
    assert_eq!(once(&mut bed, "2026-11-24T19:00:00Z")["published"], 1);
    assert_eq!(bed.json(&["status"]).ends(0).json()["holds"], json!([]));
}

#[test]
fn releasing_what_is_not_held_changes_nothing() {
    let bed = office();
    add(&bed, "https://example.org/1", &[]);
    let output = bed.json(&["release"]);
    assert!(matches!(output.code, 0 | 5), "{output}");
    bed.json(&["hold", "--channel", "nowhere", "--reason", "x"]).refused(4);
    bed.json(&["hold"]).refused(2);
    bed.json(&["hold", "--reason", "x", "--channel", "site", "--tag", "t"])
        .refused(2);
    bed.json(&["hold", "--reason", "x", "--until", "2026-11-24 09:00"])
        .refused(3);
    assert_eq!(bed.database().number("SELECT COUNT(*) FROM hold"), 0);
}
