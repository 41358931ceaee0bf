//! Servers that are away, slow, or ask for a pause, and sessions that end: each hurts nobody else.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;

use crate::bed::{Bed, HEAD};
use crate::fake::bluesky::Bluesky;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, Reply, World};
use crate::invariants::Watch;
use crate::network::{ARTICLE, bluesky_channel, mastodon_channel, one_server, webhook_channel};
use crate::patience::until;

#[test]
fn a_server_that_is_away_is_tried_again_until_it_is_there() {
    // An address of the loopback network that nobody else uses, so that its port stays closed until then.
    let address = format!(
        "127.77.{}.{}:41234",
        std::process::id() % 250 + 1,
        std::process::id() / 250 % 250 + 1
    );
    let bed = Bed::empty();
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{}", webhook_channel("ch", &format!("http://{address}"))),
    );
    bed.add_now(ARTICLE);
    let _daemon = bed.daemon();
    let database = bed.database();
    until("two attempts", || {
        (database.number("SELECT COUNT(*) FROM attempt") >= 2).then_some(())
    });
    let delivery = bed.delivery("1/ch");
    assert_eq!(delivery["error"]["kind"], "transient", "{delivery}");
    assert!(
        delivery["error"]["message"].as_str().unwrap().contains("no connection"),
        "{delivery}"
    );
    let fake = Fake::start_on(TcpListener::bind(&address).unwrap(), "ch", &bed.target, Webhook::new());
    let mut watch = Watch::new(bed.database(), &[&fake]);
    watch.until("1/ch", "published");
    assert_eq!((fake.public().len(), fake.posts().len()), (1, 1));
    assert!(watch.life("1/ch").iter().all(|state| state != "unknown"));
}

#[test]
fn a_slow_network_delays_no_other() {
    let bed = Bed::empty();
    let slow = Fake::start("slow", &bed.target, Webhook::new());
    let quick = Fake::start("quick", &bed.target, Webhook::new());
    let channels = format!(
        "{}\n{}",
        webhook_channel("slow", &slow.url()),
        webhook_channel("quick", &quick.url())
    );
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{channels}").replace("deadline = \"6s\"", "deadline = \"60s\""),
    );
    slow.always(Some(Fault::Wait));
    for n in 0..3 {
        bed.add_now(&format!("https://example.org/{n}"));
    }
    let _daemon = bed.daemon();
    let database = bed.database();
    slow.wait_waiting(1);
    for n in 1..=3 {
        bed.wait_state(&database, &format!("{n}/quick"), "published");
    }
    assert_eq!(database.state("1/slow"), "sending");
    assert_eq!(slow.posts().len(), 1, "one part at a time within a channel");
    slow.release();
    for n in 1..=3 {
        bed.wait_state(&database, &format!("{n}/slow"), "published");
    }
}

#[test]
fn a_session_that_ended_is_renewed_without_a_word() {
    let (bed, fake) = one_server(Bluesky::new(), bluesky_channel);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "published");
    fake.service(Bluesky::expire_tokens);
    bed.add_now("https://example.org/second");
    bed.wait_state(watch.database(), "2/ch", "published");
    watch.check();
    assert_eq!(
        (
            fake.public().len(),
            fake.count_path("createSession"),
            fake.count_path("refreshSession")
        ),
        (2, 1, 1)
    );
    assert_eq!(bed.json(&["status"]).ends(0).json()["ok"], true);
}

#[test]
fn an_exhausted_rate_limit_makes_the_next_post_wait() {
    let (bed, fake) = one_server(Mastodon::new(Software::Mastodon), mastodon_channel);
    let reset = jiff::Timestamp::now() + Duration::from_secs(4);
    let last = Reply::json(200, &json!({"id": "7", "url": "https://social.example/7"}))
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", reset.to_string());
    fake.on_post([Fault::Say(last, false)]);
    bed.add_now("https://example.org/second");
    let _daemon = bed.daemon();
    let database = bed.database();
    bed.wait_state(&database, "2/ch", "published");
    let second = database.number("SELECT intent_at FROM attempt WHERE visible = 1 AND delivery = 2");
    assert!(second >= reset.as_millisecond(), "{second} is before {reset}");
}
