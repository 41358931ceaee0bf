//! Refusals by their codes, network by network: what becomes of the post and of the channel.

use serde_json::{Value, json};

use crate::bed::Bed;
use crate::fake::bluesky::Bluesky;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::webhook::Webhook;
use crate::fake::{Fault, Reply, Service, World};
use crate::invariants::Watch;
use crate::network::{ARTICLE, bluesky_channel, mastodon_channel, one_server, webhook_channel};
use crate::patience::{side_by_side, until};

/// What must come of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    /// The post failed.
    Failed,
    /// The post waits, and the channel is disconnected.
    Disconnected,
    /// The post waits for a later try.
    Later,
}

type Case = (u16, Value, Comes, &'static str);

fn refused<S: Service>(service: impl Fn() -> S + Sync, channel: fn(&str, &str) -> String, cases: Vec<Case>) {
    side_by_side(cases, |(status, body, comes, kind)| {
        let (bed, fake) = one_server(service(), channel);
        let mut reply = Reply::json(status, &body);
        if comes == Comes::Later {
            reply = reply.header("retry-after", "600");
        }
        fake.always(Some(Fault::Say(reply, false)));
        let mut watch = Watch::new(bed.database(), &[&fake]);
        let _daemon = bed.daemon();
        let case = format!("{status} {body}");
        until(&case, || {
            watch.check();
            (watch
                .database()
                .number("SELECT COUNT(*) FROM attempt WHERE visible = 1 AND evidence IS NOT NULL")
                > 0)
            .then_some(())
        });
        let delivery = bed.delivery("1/ch");
        let state = if comes == Comes::Failed { "failed" } else { "pending" };
        assert_eq!(
            (&delivery["state"], &delivery["error"]["kind"]),
            (&json!(state), &json!(kind)),
            "{case}: {delivery}"
        );
        let channels = bed.json(&["channel", "list"]).done();
        assert_eq!(
            channels["channels"][0]["connected"],
            comes != Comes::Disconnected,
            "{case}: {channels}"
        );
        assert_eq!(
            bed.json(&["status"]).code,
            if comes == Comes::Later { 0 } else { 8 },
            "{case}"
        );
        assert_eq!((fake.public().len(), fake.posts().len()), (0, 1), "{case}");
    });
}

#[test]
fn mastodon_refuses() {
    let error = |text: &str| json!({ "error": text });
    refused(
        || Mastodon::new(Software::Mastodon),
        mastodon_channel,
        vec![
            (401, error("The access token was revoked"), Comes::Disconnected, "auth"),
            (
                403,
                error("Your login is currently disabled"),
                Comes::Disconnected,
                "suspended",
            ),
            (404, error("Record not found"), Comes::Failed, "invalid"),
            (
                422,
                error("Validation failed: Text character limit of 500 exceeded"),
                Comes::Failed,
                "invalid",
            ),
            (429, error("Too many requests"), Comes::Later, "rate"),
        ],
    );
}

#[test]
fn bluesky_refuses() {
    let error = |name: &str| json!({ "error": name, "message": "in words" });
    refused(
        Bluesky::new,
        bluesky_channel,
        vec![
            (400, error("InvalidRequest"), Comes::Failed, "invalid"),
            (400, error("BlobNotFound"), Comes::Failed, "media"),
            (401, error("AccountTakedown"), Comes::Disconnected, "suspended"),
            (401, error("AuthenticationRequired"), Comes::Disconnected, "auth"),
            (429, error("RateLimitExceeded"), Comes::Later, "rate"),
        ],
    );
}

#[test]
fn webhooks_refuse() {
    refused(
        Webhook::new,
        webhook_channel,
        vec![
            (400, json!({"error": "no"}), Comes::Failed, "invalid"),
            (401, json!({"error": "webhook-signature"}), Comes::Disconnected, "auth"),
            (403, json!({}), Comes::Disconnected, "auth"),
            (410, json!({}), Comes::Disconnected, "auth"),
            (429, json!({}), Comes::Later, "rate"),
        ],
    );
}

#[test]
fn a_feed_that_cannot_be_written_waits_until_it_can() {
    let bed = Bed::new(&crate::network::feed_channel("site"));
    bed.add_now(ARTICLE);
    bed.write("site", "a file where the folder should be");
    let _daemon = bed.daemon();
    let database = bed.database();
    until("it was tried twice", || {
        (database.number("SELECT COUNT(*) FROM attempt") >= 2).then_some(())
    });
    let delivery = bed.delivery("1/site");
    let message = delivery["error"]["message"]
        .as_str()
        .unwrap_or_else(|| panic!("{delivery}"));
    assert!(
        message.contains("cannot make the folder") && message.contains("site"),
        "{message}"
    );
    std::fs::remove_file(bed.path("site")).unwrap();
    bed.wait_state(&database, "1/site", "published");
}

#[test]
fn feed_files_that_somebody_damaged_are_made_whole_again() {
    let bed = Bed::new(&crate::network::feed_channel("site"));
    bed.add_now(ARTICLE);
    bed.json(&["run", "--once"]).ends(0);
    for name in ["feed.json", "feed.atom", "index.html"] {
        bed.write(&format!("site/{name}"), "\u{0}garbage");
    }
    bed.add_now("https://example.org/second");
    bed.json(&["run", "--once"]).ends(0);
    let feed = crate::fake::feed::Feed::new("site", bed.path("site"));
    assert_eq!(feed.public().len(), 2);
    feed.agrees();
}
