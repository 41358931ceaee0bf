//! Networks that messages are composed for and that are not sent to yet: their posts are taken, shown and counted; they
//! wait, and everybody who looks is told so.

use serde_json::{Value, json};

use super::NOW;
use crate::bed::{Bed, HEAD};
use crate::network::feed_channel;

/// Each with the keys that it needs, and what it counts in.
const NETWORKS: [(&str, &str, &str); 8] = [
    ("x", "", "weighted"),
    ("facebook", "page_id = \"1\"", "utf16"),
    ("linkedin", "organization = \"1\"", "utf16"),
    ("threads", "", "threads"),
    ("instagram", "", ""),
    ("telegram", "chat_id = \"@idhdp\"", "utf16"),
    ("discord", "url = { env = \"HOOK\" }", "codepoints"),
    ("slack", "url = { env = \"HOOK\" }", "codepoints"),
];

fn channel(network: &str, keys: &str) -> String {
    format!(
        "[[channel]]\nname = \"{network}\"\nnetwork = \"{network}\"\nhandle = \"@idhdp\"\n{keys}\nschedule = [\"30 17 * * *\"]\n"
    )
}

/// All of them, and a feed that is sent to.
fn everywhere() -> Bed {
    let channels: String = NETWORKS
        .iter()
        .map(|(network, keys, _)| channel(network, keys))
        .collect();
    let mut bed = Bed::with_config(&format!(
        "{HEAD}\n{channels}{}schedule = [\"@hourly\"]\n",
        feed_channel("site")
    ));
    bed.at(NOW);
    bed
}

const ADD: [&str; 7] = [
    "add",
    "https://example.org/a",
    "--title",
    "A title",
    "--summary",
    "A summary.",
    "--no-fetch",
];

fn add(bed: &Bed, more: &[&str]) -> Value {
    bed.json(&[&ADD[..], more].concat()).done()
}

fn of<'a>(document: &'a Value, channel: &str) -> &'a Value {
    let list = document["deliveries"].as_array().unwrap();
    list.iter()
        .find(|d| d["channel"] == channel)
        .unwrap_or_else(|| panic!("no {channel} in {document}"))
}

#[test]
fn a_post_for_them_is_taken_composed_and_counted() {
    let bed = everywhere();
    let post = add(&bed, &["--hashtag", "Health"]);
    assert_eq!(
        post["deliveries"].as_array().map(Vec::len),
        Some(NETWORKS.len() + 1),
        "{post}"
    );
    for (network, _, unit) in NETWORKS {
        let delivery = of(&post, network);
        assert_eq!(
            (&delivery["network"], &delivery["state"]),
            (&json!(network), &json!("pending"))
        );
        let part = &delivery["parts"][0];
        let text = part["text"].as_str().unwrap();
        let links = part["links"].to_string();
        assert!(text.starts_with("A summary."), "{network}: {part}");
        let linked = text.contains("https://example.org/a") || links.contains("https://example.org/a");
        assert!(linked || network == "instagram", "{network}: {part}");
        if !unit.is_empty() {
            let units: Vec<&Value> = part["lengths"]
                .as_array()
                .unwrap()
                .iter()
                .map(|length| &length["unit"])
                .collect();
            assert!(units.contains(&&json!(unit)), "{network}: {part}");
        }
        let gates: Vec<&Value> = delivery["blocked_by"]
            .as_array()
            .unwrap()
            .iter()
            .map(|gate| &gate["gate"])
            .collect();
        assert!(gates.contains(&&json!("disconnected")), "{network}: {delivery}");
    }
    let preview = bed.run(&["preview", "1", "--channel", "x"]).ends(0).out;
    assert!(preview.contains("of 280"), "{preview}");
}

#[test]
fn whoever_looks_is_told_that_they_wait_and_what_to_do() {
    let bed = everywhere();
    let added = bed.run(&ADD).ends(0).out;
    assert!(added.contains("does not send to it yet"), "{added}");
    let queue = bed.run(&["queue"]).ends(0).out;
    for (network, _, _) in NETWORKS {
        let line = queue
            .lines()
            .find(|line| line.contains(&format!("1/{network} ")))
            .unwrap_or_else(|| panic!("{network} in {queue}"));
        assert!(
            line.contains("waiting") && line.contains("does not send to it yet"),
            "{line}"
        );
        assert!(!line.contains("login"), "nobody has refused a login: {line}");
    }
    let status = bed.json(&["status"]).ends(8).json();
    assert_eq!(status["ok"], false);
    let told: Vec<&Value> = status["attention"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["kind"] == "not_sent_yet")
        .collect();
    assert_eq!(told.len(), 1, "{status}");
    let message = told[0]["message"].as_str().unwrap();
    for (network, _, _) in NETWORKS {
        assert!(message.contains(&format!("{network} (1)")), "{message}");
    }
    assert!(message.contains("handbill preview"), "{message}");
    let text = bed.run(&["status"]).ends(8).out;
    assert!(text.contains("do not send") || text.contains("does not send"), "{text}");
    assert_eq!(
        status["next"]["id"], "1/site",
        "what goes next is what can go: {status}"
    );
}

#[test]
fn a_run_leaves_them_alone_and_says_that_a_person_is_needed() {
    let mut bed = everywhere();
    add(&bed, &[]);
    let once = bed.at("2026-11-24T17:31:00Z").json(&["run", "--once"]).ends(8).json();
    assert_eq!(
        (&once["published"], &once["failed"], &once["missed"]),
        (&json!(1), &json!(0), &json!(0)),
        "{once}"
    );
    assert_eq!(of(&once, "site")["state"], "published");
    let post = bed.json(&["show", "1"]).done();
    for (network, _, _) in NETWORKS {
        let delivery = of(&post, network);
        assert_eq!(
            (&delivery["state"], &delivery["attempts"], &delivery["error"]),
            (&json!("pending"), &json!(0), &Value::Null)
        );
    }
    assert_eq!(
        bed.database()
            .number("SELECT COUNT(*) FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE channel <> 'site')"),
        0
    );
    // They can be published by hand, and stopped here.
    for (network, _, _) in NETWORKS {
        bed.json(&["cancel", &format!("1/{network}")]).done();
    }
    assert_eq!(bed.json(&["run", "--once"]).ends(0).json()["published"], 0);
    assert_eq!(bed.json(&["status"]).ends(0).json()["ok"], true);
}

#[test]
fn waiting_for_one_says_that_it_does_not_go() {
    let bed = everywhere();
    let post = bed
        .json(&[&ADD[..], &["--to", "x", "--now", "--wait"]].concat())
        .ends(8)
        .json();
    assert_eq!(post["deliveries"][0]["state"], "pending", "{post}");
}

#[test]
fn a_check_says_that_there_is_nothing_to_check_and_one_of_all_does_not_fail_for_it() {
    let bed = everywhere();
    for (network, _, _) in NETWORKS {
        let checked = bed.json(&["channel", "check", network]).ends(6).json();
        let channel = &checked["channels"][0];
        assert_eq!(
            (&channel["connected"], &channel["ok"]),
            (&json!(false), &Value::Null),
            "{checked}"
        );
        assert!(
            channel["error"]["message"].as_str().unwrap().contains("does not send"),
            "{checked}"
        );
        let hint = channel["error"]["hint"].as_str().unwrap_or_default();
        assert!(
            !hint.contains("channel check"),
            "asking again changes nothing: {checked}"
        );
    }
    bed.json(&["channel", "check"]).ends(0);
    let list = bed.run(&["channel", "list"]).ends(0).out;
    assert_eq!(
        list.matches("does not send to it yet").count(),
        NETWORKS.len(),
        "{list}"
    );
}

#[test]
fn a_set_time_passes_and_is_missed_and_told() {
    let mut bed = everywhere();
    add(&bed, &["--to", "x,telegram,site", "--at", "2026-11-24 17:00"]);
    bed.at("2026-11-24T17:00:30Z").json(&["run", "--once"]).ends(8);
    let post = bed.json(&["show", "1"]).done();
    assert_eq!(
        (&of(&post, "site")["state"], &of(&post, "x")["state"]),
        (&json!("published"), &json!("pending"))
    );
    let once = bed.at("2026-11-24T19:00:01Z").json(&["run", "--once"]).ends(8).json();
    assert_eq!(once["missed"], 2, "{once}");
    for delivery in ["1/x", "1/telegram"] {
        assert_eq!(bed.delivery(delivery)["state"], "missed");
        let alerts = bed.database().number(&format!(
            "SELECT COUNT(*) FROM alert WHERE kind = 'missed' AND delivery = (SELECT id FROM delivery WHERE channel = '{}')",
            delivery.strip_prefix("1/").unwrap()
        ));
        assert_eq!(alerts, 1, "{delivery} is told once");
    }
    let status = bed.json(&["status"]).ends(8).json();
    assert!(status["attention"].to_string().contains("1/x"), "{status}");
}

/// A channel's cap is told before, and what cannot be taken there is no reason to lose the others.
#[test]
fn what_does_not_fit_is_refused_or_shortened_as_elsewhere() {
    let bed = everywhere();
    let long = format!("x={}", "x".repeat(281));
    let error = bed
        .json(&["add", "--text", &long, "--to", "x", "--no-fetch"])
        .refused(3);
    assert!(error["message"].as_str().unwrap().contains("280"), "{error}");
    let summary = "Officials call for a crackdown, and doctors disagree. ".repeat(12);
    let args = [
        "add",
        "https://example.org/b",
        "--title",
        "T",
        "--summary",
        summary.trim(),
        "--to",
        "x",
        "--no-fetch",
    ];
    let post = bed.json(&args).done();
    assert!(
        post["deliveries"][0]["dropped"]
            .as_array()
            .unwrap()
            .contains(&json!("summary")),
        "{post}"
    );
    let part = &post["deliveries"][0]["parts"][0];
    assert!(
        part["text"].as_str().unwrap().contains("https://example.org/b"),
        "{part}"
    );
    assert!(part["length"]["count"].as_u64() <= Some(280), "{part}");
}
