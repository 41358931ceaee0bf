//! What servers answer, well or badly: each with the state and the words that people get.

use serde_json::{Value, json};

use crate::bed::{Bed, HEAD};
use crate::database::number;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, Reply, When, World};
use crate::invariants::Watch;
use crate::network::{mastodon_channel, one_server, webhook_channel};
use crate::patience::{side_by_side, until};

fn mastodon() -> (Bed, Fake<Mastodon>) {
    one_server(Mastodon::new(Software::Mastodon), mastodon_channel)
}

fn say(status: u16, body: &Value) -> Reply {
    Reply::json(status, body)
}

#[test]
fn a_lost_or_senseless_answer_is_unknown_until_it_is_found_out() {
    let long = "x".repeat(3 << 20);
    let faults = vec![
        (Fault::Drop(When::Read), "connection broke"),
        (Fault::Drop(When::Accepted), "connection broke"),
        (Fault::Hang(When::Read), "no complete answer within 6 s"),
        (Fault::Hang(When::Accepted), "no complete answer within 6 s"),
        (Fault::Drip, "no complete answer within 6 s"),
        (Fault::Garbage, "connection broke"),
        (
            Fault::Say(say(500, &json!({"error": "Something went wrong"})), false),
            "Something went wrong",
        ),
        (
            Fault::Say(say(500, &json!({"error": "Something went wrong"})), true),
            "Something went wrong",
        ),
        (Fault::Say(say(503, &json!({"error": "try again"})), true), "503"),
        (
            Fault::Say(
                Reply {
                    status: 502,
                    headers: Vec::new(),
                    body: "<html>Bad gateway</html>".into(),
                },
                true,
            ),
            "502",
        ),
        (Fault::Say(say(200, &json!({})), true), "did not name the post"),
        (
            Fault::Say(
                Reply {
                    status: 200,
                    headers: Vec::new(),
                    body: "\u{0}\u{1b}[2J garbage".into(),
                },
                true,
            ),
            "200",
        ),
        (
            Fault::Say(
                Reply {
                    status: 200,
                    headers: Vec::new(),
                    body: long,
                },
                true,
            ),
            "longer than",
        ),
    ];
    side_by_side(faults, |(fault, words)| {
        let (bed, fake) = mastodon();
        fake.on_post([fault.clone()]);
        let mut watch = Watch::new(bed.database(), &[&fake]);
        let _daemon = bed.daemon();
        watch.until("1/ch", "published");
        assert_eq!(fake.public().len(), 1, "{fault:?}");
        assert_eq!(watch.life("1/ch")[0], "unknown", "{fault:?}");
        let alert = watch.database().one("SELECT message FROM alert WHERE kind = 'unknown'");
        let alert = alert.as_str().unwrap();
        assert!(alert.contains("1/ch") && alert.contains(words), "{fault:?}: {alert}");
        assert!(!alert.contains(|c: char| c.is_control()), "{alert:?}");
    });
}

#[test]
fn a_server_that_asks_to_wait_is_obeyed_to_the_second() {
    let (bed, fake) = mastodon();
    let busy = say(429, &json!({"error": "Too many requests"})).header("retry-after", "3");
    fake.on_post([Fault::Say(busy, false)]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    fake.wait_posts(1);
    until("the refusal is recorded", || {
        watch.check();
        (watch
            .database()
            .number("SELECT COUNT(*) FROM attempt WHERE evidence = 'not_sent'")
            == 1)
            .then_some(())
    });
    let delivery = bed.delivery("1/ch");
    assert_eq!(
        (&delivery["state"], &delivery["error"]["kind"]),
        (&json!("pending"), &json!("rate")),
        "{delivery}"
    );
    assert!(delivery["retry_at"].is_string(), "{delivery}");
    watch.until("1/ch", "published");
    let attempts = watch
        .database()
        .rows("SELECT intent_at, ended_at FROM attempt WHERE visible = 1 ORDER BY id");
    let pause = number(&attempts[1], "intent_at").unwrap() - number(&attempts[0], "ended_at").unwrap();
    assert!(pause >= 2990, "{pause} ms");
    assert_eq!(watch.life("1/ch"), ["pending", "published"]);
}

#[test]
fn a_refusal_is_final_until_a_person_tries_again() {
    let (bed, fake) = mastodon();
    fake.on_post([Fault::Say(
        say(422, &json!({"error": "Validation failed: Text is too odd"})),
        false,
    )]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "failed");
    let delivery = bed.delivery("1/ch");
    assert_eq!(delivery["error"]["kind"], "invalid", "{delivery}");
    assert!(
        delivery["error"]["message"]
            .as_str()
            .unwrap()
            .contains("Text is too odd"),
        "{delivery}"
    );
    assert!(
        delivery["error"]["hint"]
            .as_str()
            .is_some_and(|hint| hint.contains("handbill ")),
        "{delivery}"
    );
    let status = bed.json(&["status"]).ends(8).json();
    assert_eq!(
        (&status["ok"], &status["counts"]["failed"]),
        (&json!(false), &json!(1)),
        "{status}"
    );
    assert_eq!(bed.json(&["show", "1"]).done()["state"], "failed");
    bed.json(&["retry", "1/ch", "--now"]).done();
    watch.until("1/ch", "published");
    let posts = fake.posts();
    assert_eq!((fake.public().len(), posts.len()), (1, 2));
    assert_ne!(
        posts[0].key, posts[1].key,
        "the old key may be remembered with the refusal"
    );
    assert_eq!(bed.json(&["status"]).ends(0).json()["ok"], true);
}

#[test]
fn a_revoked_token_disconnects_the_channel_and_nothing_else() {
    let (bed, fake) = mastodon();
    let other = Fake::start("hook", &bed.target, Webhook::new());
    let channels = format!(
        "{}\n{}",
        mastodon_channel("ch", &fake.url()),
        webhook_channel("hook", &other.url())
    );
    bed.write("handbill.toml", &format!("{HEAD}\n{channels}"));
    let daemon = bed.daemon();
    let mut watch = Watch::new(bed.database(), &[&fake, &other]);
    watch.until("1/ch", "published");
    fake.service(|mastodon| mastodon.knows_token = false);
    bed.add_now("https://example.org/second");
    bed.wait_state(watch.database(), "2/hook", "published");
    until("the channel is disconnected", || {
        watch.check();
        watch
            .database()
            .one("SELECT disconnected_at FROM channel WHERE name = 'ch'")
            .as_i64()
    });
    let delivery = bed.delivery("2/ch");
    assert_eq!(
        (&delivery["state"], &delivery["error"]["kind"]),
        (&json!("pending"), &json!("auth")),
        "{delivery}"
    );
    let gates: Vec<&Value> = delivery["blocked_by"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gate| &gate["gate"])
        .collect();
    assert!(gates.contains(&&json!("disconnected")), "{delivery}");
    let status = bed.json(&["status"]).ends(8).json();
    let told = status["attention"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["kind"] == "disconnected");
    let message = told.unwrap_or_else(|| panic!("{status}"))["message"].as_str().unwrap();
    assert!(
        message.contains("ch ") && message.contains("handbill channel"),
        "{message}"
    );
    assert!(message.contains("1 post"), "how many wait: {message}");
    let alert = watch
        .database()
        .one("SELECT message FROM alert WHERE kind = 'disconnected'");
    assert!(alert.as_str().is_some_and(|alert| alert.contains("1 post")), "{alert}");
    bed.json(&["channel", "check", "ch"]).ends(6);
    fake.service(|mastodon| mastodon.knows_token = true);
    let checked = bed.json(&["channel", "check", "ch"]).done();
    assert_eq!(checked["channels"][0]["ok"], true, "{checked}");
    bed.wait_state(watch.database(), "2/ch", "published");
    watch.check();
    assert_eq!((fake.public().len(), other.public().len()), (2, 1));
    assert!(
        !daemon.log().contains("hidden"),
        "a secret in the log:\n{}",
        daemon.log()
    );
}

#[test]
fn a_redirect_is_refused_and_a_gone_receiver_disconnects() {
    let (bed, fake) = one_server(Webhook::new(), webhook_channel);
    let elsewhere = Fake::start("elsewhere", &bed.target, Webhook::new());
    let away = Reply::empty(307).header("location", format!("{}/hook", elsewhere.url()));
    fake.on_post([Fault::Say(away, false)]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "failed");
    assert!(elsewhere.requests().is_empty(), "a redirect was followed");
    let delivery = bed.delivery("1/ch");
    assert!(
        delivery["error"]["message"]
            .as_str()
            .unwrap()
            .contains("redirects are not followed"),
        "{delivery}"
    );
    fake.on_post([Fault::Say(Reply::empty(410), false)]);
    bed.json(&["retry", "1/ch", "--now"]).done();
    until("the channel is disconnected", || {
        watch
            .database()
            .one("SELECT disconnected_at FROM channel WHERE name = 'ch'")
            .as_i64()
    });
    watch.check();
    assert_eq!(watch.database().state("1/ch"), "pending");
}
