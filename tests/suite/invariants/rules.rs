//! The rules one by one, over one moment: each adds what it finds wrong.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::Digest as _;

use super::Moment;
use crate::database::{Database, Record, number, text};
use crate::fake::{Public, Seen};

pub(super) fn name(delivery: &Record) -> String {
    format!(
        "{}/{}",
        number(delivery, "post").unwrap_or(0),
        text(delivery, "channel")
    )
}

pub(super) fn shown(record: &Record) -> String {
    Value::from(record.clone()).to_string()
}

fn hash(bytes: &str) -> String {
    sha2::Sha256::digest(bytes.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// At most one copy of a part is public, and every part that is out is public under its name.
pub(super) fn one_copy(moment: &Moment, public: &[(String, Vec<Public>)], wrong: &mut Vec<String>) {
    for (channel, posts) in public {
        let mut copies: BTreeMap<&str, usize> = BTreeMap::new();
        for post in posts {
            *copies.entry(&post.article).or_default() += 1;
        }
        wrong.extend(
            copies
                .iter()
                .filter(|(_, n)| **n > 1)
                .map(|(article, n)| format!("{n} copies of {article} on {channel}")),
        );
        for part in moment.parts.iter().filter(|part| text(part, "channel") == channel) {
            let id = text(part, "remote_id");
            if number(part, "out_at").is_some() && !id.is_empty() && !posts.iter().any(|post| post.remote_id == id) {
                wrong.push(format!("recorded as out, and not public: {}", shown(part)));
            }
        }
    }
    for delivery in moment
        .deliveries
        .iter()
        .filter(|delivery| text(delivery, "state") == "published")
    {
        let person = moment
            .attempts
            .iter()
            .any(|a| a["delivery"] == delivery["id"] && text(a, "evidence") == "person");
        let named = moment.parts.iter().filter(|part| part["delivery"] == delivery["id"]);
        if named.into_iter().any(|part| text(part, "remote_id").is_empty()) && !person {
            wrong.push(format!("{} is published without a name", name(delivery)));
        }
    }
}

/// Every request that a network saw has its attempt, with the same key and bytes.
pub(super) fn every_request_is_recorded(moment: &Moment, seen: &[(String, Vec<Seen>)], wrong: &mut Vec<String>) {
    for (channel, posts) in seen {
        for post in posts {
            wrong.extend(unrecorded(&moment.attempts, post).map(|what| format!("{what} on {channel}: {post:?}")));
        }
    }
    for attempt in &moment.attempts {
        let part = moment
            .parts
            .iter()
            .find(|part| part["delivery"] == attempt["delivery"] && part["no"] == attempt["part"]);
        let same_version = part.is_some_and(|part| !text(part, "key").is_empty() && part["key"] == attempt["key"]);
        if same_version && part.is_some_and(|part| text(attempt, "bytes_hash") != hash(text(part, "body"))) {
            wrong.push(format!("other bytes than its part's: {}", shown(attempt)));
        }
    }
}

/// What is missing of the record of a request.
fn unrecorded(attempts: &[Record], seen: &Seen) -> Option<&'static str> {
    let key = seen.key.as_deref().unwrap_or_default();
    let under: Vec<&Record> = attempts.iter().filter(|attempt| text(attempt, "key") == key).collect();
    if key.is_empty() || under.is_empty() {
        return Some("a request without a recorded intent");
    }
    let same = |attempt: &&Record| {
        let request: Value = serde_json::from_str(text(attempt, "request")).unwrap_or_default();
        request["body"].as_str() == Some(seen.body.as_str())
    };
    (!under.iter().any(same)).then_some("a request with other bytes than its intent")
}

/// For a server that looks at the moment in which a request has come: whether its intent is durable by then.
pub(crate) fn intent_is_there(database: &Database, seen: &Seen) -> Option<String> {
    let attempts = database.rows("SELECT key, request, ended_at FROM attempt WHERE visible = 1");
    unrecorded(&attempts, seen).map(|what| format!("{what}, in the moment in which it came: {seen:?}"))
}

/// What may be open in which state.
pub(super) fn attempts_and_states(moment: &Moment, wrong: &mut Vec<String>) {
    for delivery in &moment.deliveries {
        let visible = || {
            let own = |attempt: &&Record| attempt["delivery"] == delivery["id"] && attempt["visible"] == 1;
            moment.attempts.iter().filter(own)
        };
        let open = visible().filter(|attempt| text(attempt, "evidence").is_empty()).count();
        let state = text(delivery, "state");
        if open > 1 {
            wrong.push(format!("{} has {open} attempts without evidence", name(delivery)));
        }
        if open > 0 && matches!(state, "pending" | "failed" | "missed" | "cancelled" | "retracted") {
            wrong.push(format!(
                "{} is {state} and has an attempt without evidence",
                name(delivery)
            ));
        }
        if state != "sending" && visible().any(|attempt| number(attempt, "ended_at").is_none()) {
            wrong.push(format!(
                "{} is {state} and has an attempt without an end",
                name(delivery)
            ));
        }
        if (state == "sending") != number(delivery, "token").is_some() {
            wrong.push(format!(
                "{} is {state} and its claim is {:?}",
                name(delivery),
                number(delivery, "token")
            ));
        }
    }
}

/// A part in doubt is looked up, or sent again by its key, or its end keeps the doubt.
pub(super) fn doubts(moment: &Moment, wrong: &mut Vec<String>) {
    for part in moment.parts.iter().filter(|part| text(part, "doubt") != "none") {
        let delivery = moment
            .deliveries
            .iter()
            .find(|delivery| delivery["id"] == part["delivery"])
            .unwrap();
        let by_key = text(part, "doubt") == "key";
        let good = match text(delivery, "state") {
            "pending" | "sending" => by_key,
            state => matches!(state, "unknown" | "failed" | "missed" | "cancelled"),
        };
        if number(part, "out_at").is_some() || !good {
            wrong.push(format!(
                "{} is {} with {}",
                name(delivery),
                text(delivery, "state"),
                shown(part)
            ));
        }
    }
}

/// Nothing begins while it is held or under embargo, or under a claim from before a hold or a release.
pub(super) fn holds_and_embargoes(moment: &Moment, wrong: &mut Vec<String>) {
    let everything = |act: &&Record| matches!(text(act, "act"), "hold" | "release");
    let acts: Vec<(i64, bool)> = moment
        .audit
        .iter()
        .filter(everything)
        .map(|act| (number(act, "seq").unwrap(), text(act, "act") == "hold"))
        .collect();
    for attempt in &moment.attempts {
        let (seq, token) = (number(attempt, "seq").unwrap(), number(attempt, "token").unwrap());
        if let Some((last, held)) = acts.iter().rfind(|(at, _)| *at < seq) {
            if *held {
                wrong.push(format!("begun during a hold: {}", shown(attempt)));
            }
            if token < *last {
                wrong.push(format!(
                    "begun under a claim from before the last hold or release: {}",
                    shown(attempt)
                ));
            }
        }
        let delivery = moment
            .deliveries
            .iter()
            .find(|delivery| delivery["id"] == attempt["delivery"])
            .unwrap();
        if number(delivery, "embargo_at") > number(attempt, "intent_at") {
            wrong.push(format!("begun before its embargo: {}", shown(attempt)));
        }
    }
}

/// Whatever became unknown or failed was told in the same transaction.
pub(super) fn told(moment: &Moment, wrong: &mut Vec<String>) {
    for act in moment
        .audit
        .iter()
        .filter(|act| matches!(text(act, "act"), "unknown" | "failed"))
    {
        let same = |alert: &Record| {
            alert["delivery"] == act["delivery"] && alert["seq"] == act["seq"] && alert["kind"] == act["act"]
        };
        if !moment.alerts.iter().any(same) {
            wrong.push(format!("nobody was told of {}", shown(act)));
        }
    }
    for delivery in moment
        .deliveries
        .iter()
        .filter(|d| matches!(text(d, "state"), "unknown" | "failed"))
    {
        if !moment
            .alerts
            .iter()
            .any(|alert| alert["delivery"] == delivery["id"] && alert["kind"] == delivery["state"])
        {
            wrong.push(format!(
                "{} is {} and nobody was told",
                name(delivery),
                text(delivery, "state")
            ));
        }
    }
}

/// One delivery a slot, one being sent a channel.
pub(super) fn unique(moment: &Moment, wrong: &mut Vec<String>) {
    let (mut slots, mut sending) = (BTreeMap::new(), BTreeMap::new());
    for delivery in &moment.deliveries {
        let channel = text(delivery, "channel");
        if !text(delivery, "slot_key").is_empty() {
            *slots.entry((channel, text(delivery, "slot_key"))).or_insert(0) += 1;
        }
        if text(delivery, "state") == "sending" {
            *sending.entry(channel).or_insert(0) += 1;
        }
    }
    wrong.extend(
        slots
            .iter()
            .filter(|(_, n)| **n > 1)
            .map(|(slot, n)| format!("{n} deliveries in one slot: {slot:?}")),
    );
    wrong.extend(
        sending
            .iter()
            .filter(|(_, n)| **n > 1)
            .map(|(channel, n)| format!("{n} being sent on {channel}")),
    );
}
