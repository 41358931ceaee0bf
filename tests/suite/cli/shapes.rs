//! The JSON that other programs rely on: every member that is promised is there, of its kind.

use serde_json::Value;

use super::{add, office};
use crate::bed::Bed;

/// A kind of JSON value; several in a row mean any of them.
fn is(value: &Value, kinds: &str) -> bool {
    kinds.split('|').any(|kind| match kind {
        "text" => value.is_string(),
        "number" => value.is_u64() || value.is_i64(),
        "flag" => value.is_boolean(),
        "list" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        "time" => value
            .as_str()
            .is_some_and(|text| text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()),
        "local" => value
            .as_str()
            .is_some_and(|text| text.parse::<jiff::ZonedDateTime>().is_ok()),
        other => panic!("no kind {other}"),
    })
}

/// Asserts that an object has these members, written as `name:kinds`.
#[track_caller]
fn has(value: &Value, members: &str) {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    for member in members.split_whitespace() {
        let (name, kinds) = member.split_once(':').unwrap();
        let found = object.get(name).unwrap_or_else(|| panic!("no {name} in {value}"));
        assert!(is(found, kinds), "{name} is not {kinds} in {value}");
    }
}

const POST: &str = "id:number state:text url:text|null title:text|null summary:text|null language:text|null tags:list \
    hashtags:list embargo:time|null expires:time|null created_at:time created_by:text deliveries:list";
const DELIVERY: &str = "id:text post:number channel:text network:text state:text timing:text due_at:time|null \
    due_local:local|null blocked_by:list parts:list dropped:list parts_out:number attempts:number retry_at:time|null \
    published_at:time|null error:object|null";
const PART: &str = "text:text length:object lengths:list remote_id:text|null url:text|null";
const LENGTH: &str = "count:number limit:number|null unit:text";
const GATE: &str = "gate:text reason:text until:time|null";
const CHANNEL: &str = "channel:text network:text ok:flag|null connected:flag account:text|null expires_at:time|null \
    limits:object next_slot:time|null error:object|null";
const HOLD: &str = "id:number scope:text name:text|null reason:text by:text since:time until:time|null";

#[track_caller]
fn deliveries(list: &Value) {
    for delivery in list.as_array().unwrap() {
        has(delivery, DELIVERY);
        for part in delivery["parts"].as_array().unwrap() {
            has(part, PART);
            has(&part["length"], LENGTH);
            part["lengths"]
                .as_array()
                .unwrap()
                .iter()
                .for_each(|length| has(length, LENGTH));
        }
        delivery["blocked_by"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(|gate| has(gate, GATE));
    }
}

#[track_caller]
fn post(post: &Value) {
    has(post, POST);
    deliveries(&post["deliveries"]);
}

fn busy() -> Bed {
    let bed = office();
    add(&bed, "https://example.org/1", &["--to", "site", "--now"]);
    bed.json(&["run", "--once"]).ends(0);
    add(
        &bed,
        "https://example.org/2",
        &[
            "--tag",
            "x",
            "--embargo",
            "2026-11-26 00:01",
            "--expires",
            "2026-12-01 09:00",
        ],
    );
    add(&bed, "https://example.org/3", &[]);
    bed
}

#[test]
fn commands_about_a_post_print_the_post() {
    let bed = busy();
    for args in [
        &["show", "1"][..],
        &["show", "2"],
        &["preview", "3"],
        &["edit", "3", "--title", "Other"],
        &["move", "3", "--front"],
        &["cancel", "3/mastodon"],
        &["retry", "3/mastodon"],
        &[
            "add",
            "https://example.org/4",
            "--summary",
            "S",
            "--no-fetch",
            "--dry-run",
        ],
    ] {
        post(&bed.json(args).done());
    }
    let one = bed.json(&["preview", "3", "--channel", "site"]).done();
    assert_eq!(one["deliveries"].as_array().map(Vec::len), Some(1), "{one}");
}

#[test]
fn lists_have_their_members() {
    let bed = busy();
    let list = bed.json(&["list"]).done();
    let posts = list["posts"].as_array().unwrap();
    posts.iter().for_each(post);
    let ids: Vec<&Value> = posts.iter().map(|post| &post["id"]).collect();
    assert_eq!(ids, [3, 2, 1], "newest first");
    assert_eq!(
        bed.json(&["list", "--tag", "x"]).done()["posts"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        bed.json(&["list", "--state", "done"]).done()["posts"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        bed.json(&["list", "--limit", "1"]).done()["posts"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    for command in ["queue", "history"] {
        let told = bed.json(&[command]).done();
        deliveries(&told["deliveries"]);
        assert!(!told["deliveries"].as_array().unwrap().is_empty(), "{told}");
    }
    let slots = bed.json(&["slots", "mastodon", "--count", "5"]).done();
    has(&slots, "channel:text timezone:text slots:list");
    assert_eq!(slots["slots"].as_array().map(Vec::len), Some(5));
    slots["slots"]
        .as_array()
        .unwrap()
        .iter()
        .for_each(|slot| has(slot, "at:time at_local:local note:text|null"));
}

#[test]
fn status_channels_and_holds_have_their_members() {
    let bed = busy();
    let status = bed.json(&["status"]).done();
    has(
        &status,
        "ok:flag holds:list channels:list counts:object attention:list next:object|null",
    );
    for state in [
        "pending",
        "sending",
        "unknown",
        "published",
        "retracted",
        "failed",
        "missed",
        "cancelled",
    ] {
        assert!(status["counts"][state].is_u64(), "{state} in {status}");
    }
    let channels = bed.json(&["channel", "list"]).done();
    channels["channels"]
        .as_array()
        .unwrap()
        .iter()
        .for_each(|channel| has(channel, CHANNEL));
    let checked = bed.json(&["channel", "check", "site"]).done();
    has(&checked["channels"][0], CHANNEL);
    assert_eq!(checked["channels"][0]["ok"], true);
    let held = bed
        .json(&["hold", "--channel", "site", "--reason", "x", "--until", "in 2 hours"])
        .done();
    has(&held, "holds:list in_flight:list overdue:list");
    has(&held["holds"][0], HOLD);
    has(
        &bed.json(&["release", "--channel", "site"]).done(),
        "holds:list in_flight:list overdue:list",
    );
    let doctor = bed.json(&["doctor"]);
    assert!(matches!(doctor.code, 0 | 8), "{doctor}");
    let told = doctor.json();
    has(&told, "ok:flag checks:list");
    told["checks"]
        .as_array()
        .unwrap()
        .iter()
        .for_each(|check| has(check, "name:text ok:flag message:text hint:text|null"));
    assert_eq!(told["ok"] == true, doctor.code == 0);
}

#[test]
fn an_unreachable_server_is_told_with_code_6() {
    let bed = busy();
    let checked = bed.json(&["channel", "check", "mastodon"]).ends(6).json();
    let channel = &checked["channels"][0];
    has(channel, CHANNEL);
    assert_eq!(channel["ok"], false, "{checked}");
    has(&channel["error"], "kind:text message:text hint:text|null at:time");
}

#[test]
fn history_is_printed_in_every_format() {
    let bed = busy();
    let csv = bed.run(&["history", "--format", "csv"]).ends(0).out;
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("post_id,channel,network,state,"), "{csv}");
    assert!(lines[1].starts_with("1,site,feed,published,"), "{csv}");
    let lines = bed.run(&["history", "--format", "ndjson"]).ends(0).out;
    deliveries(&Value::from(
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<Value>>(),
    ));
    assert_eq!(
        bed.run(&["history", "--format", "json"]).ends(0).json(),
        bed.json(&["history"]).done()
    );
    let table = bed.run(&["history"]).ends(0).out;
    assert!(table.contains("1/site") && !table.contains('\u{1b}'), "{table}");
    for (filter, expected) in [
        (&["--channel", "mastodon"][..], 0),
        (&["--state", "published"], 1),
        (&["--state", "failed"], 0),
        (&["--since", "2026-11-24"], 1),
        (&["--since", "2026-11-25"], 0),
        (&["--until", "2026-11-24"], 0),
        (&["--until", "2026-11-25"], 1),
        (&["--tag", "x"], 0),
    ] {
        let args: Vec<&str> = ["history"].iter().chain(filter).copied().collect();
        let told = bed.json(&args).done();
        assert_eq!(
            told["deliveries"].as_array().map(Vec::len),
            Some(expected),
            "{filter:?}: {told}"
        );
    }
}

/// What staff read with any SQLite tool.
#[test]
fn the_views_keep_their_columns() {
    let bed = busy();
    let database = bed.database();
    let columns = |sql: &str| {
        database.rows(sql)[0]
            .keys()
            .cloned()
            .collect::<std::collections::BTreeSet<String>>()
    };
    let set = |names: &str| names.split(' ').map(str::to_owned).collect();
    assert_eq!(
        columns("SELECT * FROM history"),
        set(
            "post_id channel network state title summary url text remote_url due_at published_at attempts error tags created_by"
        )
    );
    assert_eq!(
        columns("SELECT * FROM queue"),
        set("post_id channel state timing due_at title summary url tags created_by")
    );
    let row = database.rows("SELECT * FROM history").remove(0);
    assert_eq!(
        (&row["post_id"], &row["state"], &row["url"]),
        (&1.into(), &"published".into(), &"https://example.org/1".into())
    );
    assert_eq!(row["published_at"], "2026-11-24T16:10:00Z");
    assert!(row["text"].as_str().unwrap().starts_with("A summary."), "{row:?}");
    assert_eq!(database.number("SELECT COUNT(*) FROM queue"), 4);
}
