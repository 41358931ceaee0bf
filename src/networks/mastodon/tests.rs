use serde_json::json;

use super::*;
use crate::networks::Call;
use crate::networks::contract::{Script, answer, now, run};

mod pictures;

pub(crate) fn script() -> Script {
    Script {
        server: Some("https://m.example"),
        secrets: &[("token", "hidden-token-1")],
        facts: Facts {
            software: Some("mastodon".to_owned()),
            ..Facts::default()
        },
        answers,
        ..Script::plain()
    }
}

/// As Mastodon 4.3 answers, shortened to what is read.
fn answers(call: &Call, _key: &str) -> Answer {
    match call.step.as_str() {
        "status" => answer(200, status("115", "2026-12-01T09:00:01.000Z", "https://idhdp.com/a")),
        "instance" | "instance-v1" => answer(200, instance()),
        "account" | "find-account" => answer(
            200,
            json!({"id": "9", "acct": "idhdp", "url": "https://m.example/@idhdp"}),
        ),
        "find-page-0" => answer(
            200,
            json!([status("115", "2026-12-01T09:00:01.000Z", "https://idhdp.com/a")]),
        ),
        "find-page-1" => answer(200, json!([])),
        step if step.starts_with("picture-") => answer(200, picture(step)),
        other => panic!("no answer for {other}"),
    }
}

/// What was uploaded in this step, ready.
fn picture(step: &str) -> Value {
    json!({"id": format!("of-{step}"), "type": "image", "url": format!("https://m.example/media/{step}.jpg"), "description": null})
}

fn instance() -> Value {
    json!({"domain": "m.example", "version": "4.3.0", "source_url": "https://github.com/mastodon/mastodon", "api_versions": {"mastodon": 2},
        "configuration": {"statuses": {"max_characters": 600, "max_media_attachments": 4, "characters_reserved_per_url": 23}}})
}

fn status(id: &str, at: &str, link: &str) -> Value {
    json!({"id": id, "created_at": at, "uri": format!("https://m.example/users/idhdp/statuses/{id}"),
        "url": format!("https://m.example/@idhdp/{id}"), "card": null,
        "content": format!("<p>Doctors call for change: <a href=\"{link}\" rel=\"nofollow\"><span class=\"invisible\">https://</span>\
            <span>{}</span></a> <a href=\"https://m.example/tags/health\">#<span>health</span></a></p>", link.trim_start_matches("https://"))})
}

fn with_header(mut answer: Answer, name: &str, value: &str) -> Answer {
    answer.headers.push((name.to_owned(), value.to_owned()));
    answer
}

fn publish(earlier: &[Receipt], reply: &Answer) -> (Result<Receipt, Halt>, Vec<Call>) {
    let script = script();
    let frozen = script.freeze(&Adapter, 7);
    script.with_job(&frozen, earlier, |job| {
        run(&Adapter, |wire| Adapter.publish(job, wire), |_| reply.clone())
    })
}

fn look(pages: &[Value], taken: &(dyn Fn(&str) -> bool + Sync)) -> (Result<Found, Halt>, Vec<Call>) {
    let script = script();
    let frozen = script.freeze(&Adapter, 7);
    let search = Search {
        since: now(),
        taken,
        restored: false,
    };
    let mut left = pages.iter();
    script.with_job(&frozen, &[], |job| {
        run(
            &Adapter,
            |wire| Adapter.find(job, &search, wire),
            |call| match call.step.as_str() {
                "find-account" => answers(call, ""),
                _ => answer(200, left.next().cloned().unwrap_or_else(|| json!([]))),
            },
        )
    })
}

#[test]
fn the_bytes_and_the_key() {
    let frozen = script().freeze(&Adapter, 7);
    assert_eq!(
        frozen.body,
        r##"{"status":"Doctors call for change: https://idhdp.com/a #health","visibility":"public","language":"en"}"##
    );
    let (end, calls) = publish(
        &[],
        &answer(200, status("115", "2026-12-01T09:00:01.000Z", "https://idhdp.com/a")),
    );
    assert_eq!(
        end,
        Ok(Receipt {
            remote_id: "115".to_owned(),
            url: Some("https://m.example/@idhdp/115".to_owned())
        })
    );
    let request = &calls[0].request;
    assert_eq!(request.url, "https://m.example/api/v1/statuses");
    assert!(request.headers.contains(&("idempotency-key".to_owned(), frozen.key)));
    assert_eq!(request.body.as_deref(), Some(frozen.body.as_str()));
}

#[test]
fn visibility_language_and_warning() {
    let settings = std::collections::BTreeMap::new();
    let facts = Facts::default();
    let account = Account {
        channel: "c",
        server: None,
        language: Some("pt-BR"),
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
        warning: Some("drugs"),
        visibility: "followers",
    };
    let frozen = Adapter.freeze(&account, &script().part, &meta, Seed { now: now(), random: 1 });
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    assert_eq!(
        (&body["visibility"], &body["language"]),
        (&json!("private"), &json!("pt"))
    );
    assert_eq!(
        (&body["sensitive"], &body["spoiler_text"]),
        (&json!(true), &json!("drugs"))
    );
    assert_eq!(iso_639_1("gsw-CH"), None);
}

#[test]
fn a_later_part_answers_the_one_before() {
    let earlier = ["113", "11\"4"].map(|id| Receipt {
        remote_id: id.to_owned(),
        url: None,
    });
    let (_, calls) = publish(&earlier, &answer(500, json!(null)));
    let body: Value = serde_json::from_str(calls[0].request.body.as_deref().unwrap()).unwrap();
    assert_eq!(body["in_reply_to_id"], "11\"4");
    assert_eq!(body["status"], "Doctors call for change: https://idhdp.com/a #health");
}

#[test]
fn only_mastodon_is_trusted_with_a_key() {
    let effect = |software: Option<&str>| {
        Adapter
            .recovery(&Facts {
                software: software.map(str::to_owned),
                ..Facts::default()
            })
            .effect
    };
    assert_eq!(
        effect(Some("mastodon")),
        Effect::Keyed {
            ttl: Some(SignedDuration::from_mins(60))
        }
    );
    for other in [
        None,
        Some("pleroma"),
        Some("akkoma"),
        Some("gotosocial"),
        Some("pixelfed"),
    ] {
        assert_eq!(effect(other), Effect::Once, "{other:?}");
    }
}

#[test]
fn a_scheduled_or_replayed_answer_proves_nothing() {
    let scheduled = answer(
        200,
        json!({"id": "7", "scheduled_at": "2027-01-01T00:00:00.000Z", "params": {}}),
    );
    assert!(matches!(
        publish(&[], &scheduled).0,
        Err(Halt::Failed(Failure::Unclear(_)))
    ));
    let replayed = with_header(
        answer(422, json!({"error": "Validation failed"})),
        "idempotent-replayed",
        "true",
    );
    assert!(matches!(
        publish(&[], &replayed).0,
        Err(Halt::Failed(Failure::Unclear(_)))
    ));
    let refused = answer(
        422,
        json!({"error": "Validation failed: Text character limit of 500 exceeded"}),
    );
    let (end, _) = publish(&[], &refused);
    assert!(
        matches!(end, Err(Halt::Failed(Failure::Refused(p))) if p.kind == ProblemKind::Invalid && p.message.contains("limit of 500"))
    );
}

#[test]
fn the_server_says_when_to_come_back() {
    let busy = || {
        with_header(
            answer(429, json!({"error": "Too many requests"})),
            "date",
            "Tue, 01 Dec 2026 09:10:00 GMT",
        )
    };
    let later = |answer: &Answer| match Adapter.sort(answer) {
        Failure::Later { at, .. } => at,
        other => panic!("{other:?}"),
    };
    // The server's clock is ten minutes ahead of ours; its reset is five minutes away.
    let reset = with_header(busy(), "x-ratelimit-reset", "2026-12-01T09:15:00.000000Z");
    assert_eq!(later(&reset), Some(now() + SignedDuration::from_mins(5)));
    assert_eq!(
        later(&with_header(reset.clone(), "retry-after", "30")),
        Some(now() + SignedDuration::from_secs(30))
    );
    assert_eq!(later(&busy()), None);
    assert_eq!(
        Adapter.pace(&with_header(reset.clone(), "x-ratelimit-remaining", "0")),
        Some(now() + SignedDuration::from_mins(5))
    );
    assert_eq!(Adapter.pace(&with_header(reset, "x-ratelimit-remaining", "12")), None);
}

#[test]
fn find_reads_until_the_list_is_old_enough() {
    let other = "https://idhdp.com/other";
    let first = json!([
        status("120", "2026-12-01T09:00:09.000Z", other),
        status("119", "2026-12-01T09:00:05.000Z", other)
    ]);
    let second = json!([
        status("115", "2026-12-01T09:00:01.000Z", "https://idhdp.com/a"),
        status("90", "2026-11-30T09:00:00.000Z", other)
    ]);
    let (found, calls) = look(&[first.clone(), second.clone()], &|_| false);
    assert!(matches!(found, Ok(Found::Yes(receipt)) if receipt.remote_id == "115"));
    assert_eq!(calls.len(), 3);
    assert_eq!(
        calls[1].request.url,
        "https://m.example/api/v1/accounts/9/statuses?exclude_reblogs=true&limit=40"
    );
    assert!(
        calls[2].request.url.ends_with("&max_id=119"),
        "{}",
        calls[2].request.url
    );
    // The id of another part.
    assert_eq!(look(&[first.clone(), second], &|id| id == "115").0, Ok(Found::Absent));
    // The list ends.
    assert_eq!(look(std::slice::from_ref(&first), &|_| false).0, Ok(Found::Absent));
    // Two that could be ours.
    let twins = json!([
        status("116", "2026-12-01T09:00:02.000Z", "https://idhdp.com/a"),
        status("115", "2026-12-01T09:00:01.000Z", "https://idhdp.com/a")
    ]);
    assert!(matches!(look(&[twins], &|_| false).0, Ok(Found::NoAnswer(_))));
    // Pages without end.
    assert!(matches!(look(&vec![first; 20], &|_| false).0, Ok(Found::NoAnswer(_))));
    // One that cannot be read may be ours.
    assert!(matches!(
        look(&[json!([{"id": 5}])], &|_| false).0,
        Ok(Found::NoAnswer(_))
    ));
}

#[test]
fn check_reads_the_servers_limits() {
    let script = script();
    let settings = std::collections::BTreeMap::new();
    let account = Account {
        channel: "c",
        server: script.server,
        language: None,
        settings: &settings,
        facts: &script.facts,
    };
    let check = |instance_v2: Answer, v1: Value| {
        let reply = |call: &Call| match call.step.as_str() {
            "instance" => instance_v2.clone(),
            "instance-v1" => answer(200, v1.clone()),
            _ => answers(call, ""),
        };
        run(&Adapter, |wire| Adapter.check(&account, wire), reply).0.unwrap()
    };
    let facts = check(answer(200, instance()), json!(null));
    assert_eq!(facts.account.as_deref(), Some("@idhdp@m.example"));
    assert_eq!(
        (facts.max_text, facts.url_cost, facts.max_media),
        (Some(600), Some(23), Some(4))
    );
    assert_eq!(
        (facts.account_id.as_deref(), facts.software.as_deref()),
        (Some("9"), Some("mastodon"))
    );
    let pleroma =
        json!({"uri": "https://p.example", "version": "2.7.2 (compatible; Pleroma 2.6.0)", "max_toot_chars": 5000});
    let facts = check(answer(404, json!({"error": "Not implemented"})), pleroma);
    assert_eq!(facts.account.as_deref(), Some("@idhdp@p.example"));
    assert_eq!(
        (facts.max_text, facts.url_cost, facts.software.as_deref()),
        (Some(5000), None, Some("pleroma"))
    );
    assert_eq!(
        Adapter.style(&facts).limits,
        [Limit {
            unit: Unit::Graphemes,
            rule: Rule::GoToSocial,
            max: Some(5000)
        }]
    );
}

#[test]
fn the_token_is_filled_in_last() {
    let credentials: Credentials = [("token", Secret::new("hidden-token-1\n"))].into();
    let mut out = Outgoing {
        request: me("https://m.example"),
        secret_headers: Vec::new(),
            picture: None,
    };
    Adapter.sign(&mut out, &credentials, None, now());
    assert_eq!(
        out.secret_headers,
        [("authorization", "Bearer hidden-token-1".to_owned())]
    );
}
