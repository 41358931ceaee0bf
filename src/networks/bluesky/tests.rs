use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::config::Secret;
use crate::domain::compose::{Card, Span, Target};
use crate::networks::Call;
use crate::networks::contract::{Script, answer, now, run};

mod finding;
mod login;
mod pictures;

const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
const TEXT: &str = "Ärztinnen 👩🏽‍⚕️ und مرحبا: Read the full article #health @idhdp.example";

pub(crate) fn script() -> Script {
    let facts = Facts {
        account: Some("@idhdp.example".to_owned()),
        account_id: Some(DID.to_owned()),
        ..Facts::default()
    };
    Script {
        server: Some("https://pds.example"),
        settings: &[("identifier", "idhdp.example")],
        secrets: &[("password", "hidden-password-1")],
        facts,
        part: part(),
        answers,
        ..Script::plain()
    }
}

fn span(shown: &str, target: Target) -> Span {
    let start = TEXT.find(shown).unwrap();
    Span {
        start,
        end: start + shown.len(),
        target,
    }
}

fn part() -> Composed {
    Composed {
        text: TEXT.to_owned(),
        spans: vec![
            span("Read the full article", Target::Link("https://idhdp.com/a".to_owned())),
            span("#health", Target::Tag("health".to_owned())),
            span("@idhdp.example", Target::Mention("idhdp.example".to_owned())),
        ],
        card: Some(Card {
            url: "https://idhdp.com/a".to_owned(),
            title: "T".to_owned(),
            description: String::new(),
        }),
        ..Script::plain().part
    }
}

/// As PDS 0.5.35 answers, shortened to what is read.
fn answers(call: &Call, key: &str) -> Answer {
    let uri = format!("at://{DID}/app.bsky.feed.post/{key}");
    match call.step.as_str() {
        "record" => answer(
            200,
            json!({"uri": uri, "cid": "CID1", "commit": {}, "validationStatus": "valid"}),
        ),
        "mention-0" => answer(200, json!({"did": "did:plc:friend"})),
        "root" | "parent" => answer(
            200,
            json!({"uri": uri, "cid": format!("CID-{}", call.step), "value": {}}),
        ),
        "find-record" => answer(200, json!({"uri": uri, "cid": "CID1", "value": {"text": TEXT}})),
        "account" => answer(200, json!({"did": DID, "handle": "idhdp.example", "active": true})),
        "login" | "refresh" => answer(
            200,
            json!({"accessJwt": "A", "refreshJwt": "R", "did": DID, "handle": "idhdp.example"}),
        ),
        step if step.starts_with("picture-") => answer(200, json!({ "blob": blob(call) })),
        other => panic!("no answer for {other}"),
    }
}

/// The blob that a server names after this upload.
fn blob(call: &Call) -> Value {
    let upload = call.request.upload.clone().unwrap();
    let (hash, mime) = (upload.hash, upload.mime);
    let picture = crate::domain::picture::Fitted { hash, mime, ..crate::networks::contract::picture(1) };
    serde_json::to_value(super::pictures::Blob::of(&picture)).unwrap()
}

fn sent(call: &Call) -> Value {
    serde_json::from_str(call.request.body.as_deref().unwrap()).unwrap()
}

fn error(status: u16, name: &str) -> Answer {
    answer(status, json!({"error": name, "message": "words"}))
}

fn publish(
    script: &Script,
    earlier: &[Receipt],
    mut change: impl FnMut(&Call) -> Option<Answer>,
) -> (Result<Receipt, Halt>, Vec<Call>) {
    let frozen = script.freeze(&Adapter, 7);
    script.with_job(&frozen, earlier, |job| {
        run(
            &Adapter,
            |wire| Adapter.publish(job, wire),
            |call| change(call).unwrap_or_else(|| answers(call, &frozen.key)),
        )
    })
}

#[test]
fn the_record_in_bytes_of_the_text() {
    let frozen = script().freeze(&Adapter, 7);
    let record: Value = serde_json::from_str(&frozen.body).unwrap();
    assert_eq!(record["$type"], "app.bsky.feed.post");
    assert_eq!(record["createdAt"], "2026-12-01T09:00:00.123Z");
    assert_eq!(record["langs"], json!(["en-GB"]));
    assert_eq!(
        record["embed"]["external"],
        json!({"uri": "https://idhdp.com/a", "title": "T", "description": ""})
    );
    let shown = |no: usize| {
        let place = |end: &str| usize::try_from(record["facets"][no]["index"][end].as_u64().unwrap()).unwrap();
        &TEXT.as_bytes()[place("byteStart")..place("byteEnd")]
    };
    assert_eq!(
        [shown(0), shown(1), shown(2)],
        ["Read the full article".as_bytes(), b"#health", b"@idhdp.example"]
    );
    // Ä is 2 bytes, the emoji 17, each Arabic letter 2.
    assert_eq!(
        record["facets"][0]["index"]["byteStart"],
        10 + 1 + 17 + 1 + 3 + 1 + 10 + 2
    );
    assert_eq!(
        record["facets"][0]["features"],
        json!([{"$type": "app.bsky.richtext.facet#link", "uri": "https://idhdp.com/a"}])
    );
    assert_eq!(
        record["facets"][1]["features"],
        json!([{"$type": "app.bsky.richtext.facet#tag", "tag": "health"}])
    );
}

#[test]
fn spans_that_point_beside_the_text_are_left_out() {
    let mut script = script();
    let link = |start, end, url: &str| Span {
        start,
        end,
        target: Target::Link(url.to_owned()),
    };
    script.part.spans = vec![
        link(1, 4, "https://a.example"),
        link(5, 5, "https://a.example"),
        link(9, 2, "https://a.example"),
        link(3, usize::MAX, "https://a.example"),
        link(2, 4, "javascript:alert(1)"),
        link(2, 6, "https://b.example"),
        link(4, 8, "https://c.example"),
    ];
    let record: Value = serde_json::from_str(&script.freeze(&Adapter, 7).body).unwrap();
    let facets = record["facets"].as_array().unwrap();
    assert_eq!(facets.len(), 1);
    assert_eq!(facets[0]["features"][0]["uri"], "https://b.example");
}

#[test]
fn keys_of_parts_that_are_frozen_together_differ() {
    let at = Seed { now: now(), random: 0 };
    let mut keys = std::collections::BTreeSet::new();
    let facts = Facts::default();
    let settings = BTreeMap::new();
    let account = Account {
        channel: "c",
        server: None,
        language: None,
        settings: &settings,
        facts: &facts,
    };
    let meta = Meta {
            shown: &crate::domain::picture::Shown::default(),
        post: 1,
        title: None,
        summary: None,
        url: None,
        language: None,
        hashtags: &[],
        tags: &[],
        warning: None,
        visibility: "public",
    };
    for random in 0..5000 {
        let frozen = Adapter.freeze(&account, &part(), &meta, Seed { random, ..at });
        let apart = tid::instant(&frozen.key).unwrap().duration_since(now()).abs();
        assert!(apart < SignedDuration::from_millis(1), "{apart:?}");
        keys.insert(frozen.key);
    }
    assert_eq!(keys.len(), 5000);
}

#[test]
fn a_post_with_a_mention() {
    let script = script();
    let (end, calls) = publish(&script, &[], |_| None);
    let key = script.freeze(&Adapter, 7).key;
    let uri = format!("at://{DID}/app.bsky.feed.post/{key}");
    assert_eq!(
        end,
        Ok(Receipt {
            remote_id: uri,
            url: Some(format!("https://bsky.app/profile/idhdp.example/post/{key}"))
        })
    );
    assert_eq!(
        calls[0].request.url,
        "https://pds.example/xrpc/com.atproto.identity.resolveHandle?handle=idhdp.example"
    );
    assert!(!calls[0].request.signed);
    let body = sent(&calls[1]);
    assert_eq!(
        (&body["repo"], &body["rkey"], &body["swapRecord"]),
        (&json!(DID), &json!(key), &Value::Null)
    );
    assert!(body.as_object().unwrap().contains_key("swapRecord"));
    assert_eq!(
        body["record"]["facets"][2]["features"],
        json!([{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:friend"}])
    );
    assert_eq!(body["record"]["text"], TEXT);
}

#[test]
fn an_unknown_handle_stays_text() {
    for odd in [
        error(400, "InvalidRequest"),
        error(500, "InternalServerError"),
        answer(200, json!({"did": "x"})),
    ] {
        let (end, calls) = publish(&script(), &[], |call| (call.step == "mention-0").then(|| odd.clone()));
        assert!(end.is_ok(), "{end:?}");
        let facets = sent(&calls[1])["record"]["facets"].clone();
        assert_eq!(facets.as_array().map(Vec::len), Some(2));
    }
}

#[test]
fn the_frozen_bytes_are_sent_as_they_are() {
    let mut script = script();
    script.part.spans.pop();
    let frozen = script.freeze(&Adapter, 7);
    let (_, calls) = publish(&script, &[], |_| None);
    assert!(
        calls[0]
            .request
            .body
            .as_deref()
            .unwrap()
            .contains(&format!("\"record\":{},\"swapRecord\":null}}", frozen.body))
    );
}

#[test]
fn a_later_part_answers_first_and_last() {
    let part = |key: &str| Receipt {
        remote_id: format!("at://{DID}/app.bsky.feed.post/{key}"),
        url: None,
    };
    let (_, calls) = publish(&script(), &[part("3aaaaaaaaaaaa"), part("3bbbbbbbbbbbb")], |_| None);
    let steps: Vec<&str> = calls.iter().map(|c| c.step.as_str()).collect();
    assert_eq!(steps, ["mention-0", "root", "parent", "record"]);
    assert!(
        calls[1].request.url.ends_with("&rkey=3aaaaaaaaaaaa") && calls[2].request.url.ends_with("&rkey=3bbbbbbbbbbbb")
    );
    let reply = sent(&calls[3])["record"]["reply"].clone();
    assert_eq!(
        (&reply["root"]["cid"], &reply["parent"]["cid"]),
        (&json!("CID-root"), &json!("CID-parent"))
    );
    let (_, calls) = publish(&script(), &[part("3aaaaaaaaaaaa")], |_| None);
    let reply = sent(&calls[2])["record"]["reply"].clone();
    assert_eq!(reply["root"], reply["parent"]);
    // The first part was taken down by someone.
    let (end, calls) = publish(&script(), &[part("3aaaaaaaaaaaa")], |call| {
        (call.step == "root").then(|| error(400, "RecordNotFound"))
    });
    assert!(matches!(end, Err(Halt::Failed(Failure::Refused(_)))));
    assert!(calls.iter().all(|c| !c.effect.visible()));
}

#[test]
fn codes_not_status() {
    let sort = |status, name| Adapter.sort(&error(status, name));
    for (status, name) in [(400, "ExpiredToken"), (400, "InvalidToken"), (401, "AuthMissing")] {
        assert_eq!(sort(status, name), Failure::Stale);
    }
    let kind = |failure| match failure {
        Failure::SignIn(p) => ("sign in", p.kind),
        Failure::Refused(p) => ("refused", p.kind),
        Failure::Duplicate(p) => ("duplicate", p.kind),
        Failure::Unclear(p) => ("unclear", p.kind),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        kind(sort(401, "AuthenticationRequired")),
        ("sign in", ProblemKind::Auth)
    );
    assert_eq!(kind(sort(401, "AccountTakedown")), ("sign in", ProblemKind::Suspended));
    assert_eq!(kind(sort(400, "InvalidSwap")), ("duplicate", ProblemKind::Duplicate));
    assert_eq!(kind(sort(400, "InvalidRequest")), ("refused", ProblemKind::Invalid));
    assert_eq!(kind(sort(400, "BlobNotFound")), ("refused", ProblemKind::Media));
    assert_eq!(kind(sort(500, "ExpiredToken")), ("unclear", ProblemKind::Unknown));
}

#[test]
fn the_rate_limit_ends_by_the_servers_clock() {
    let mut busy = error(429, "RateLimitExceeded");
    // The server's clock is one minute behind ours; its reset is 30 s away.
    busy.headers
        .push(("date".to_owned(), "Tue, 01 Dec 2026 08:59:00 GMT".to_owned()));
    busy.headers
        .push(("ratelimit-reset".to_owned(), "1796115570".to_owned()));
    busy.headers.push(("ratelimit-remaining".to_owned(), "0".to_owned()));
    let at = now() + SignedDuration::from_secs(30);
    assert_eq!(Adapter.pace(&busy), Some(at));
    assert!(matches!(Adapter.sort(&busy), Failure::Later { at: Some(t), .. } if t == at));
    busy.headers[2].1 = "5".to_owned();
    assert_eq!(Adapter.pace(&busy), None);
}

#[test]
fn who_is_asked_only_where_it_is_not_known() {
    let mut script = script();
    script.facts = Facts::default();
    let (end, calls) = publish(&script, &[], |_| None);
    assert_eq!(calls[0].step, "account");
    assert!(
        end.unwrap()
            .url
            .unwrap()
            .starts_with("https://bsky.app/profile/did:plc:")
    );
    let (end, _) = publish(&script, &[], |call| {
        (call.step == "account").then(|| answer(200, json!({})))
    });
    assert!(matches!(end, Err(Halt::Failed(Failure::Later { .. }))));
}
