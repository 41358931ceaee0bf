//! Doubt: answers that were lost, acceptances that come late, keys that died, refusals of a resend. Each ends with one
//! public copy.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::bed::Bed;
use crate::database::{Database, text};
use crate::fake::bluesky::Bluesky;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, Reply, Service, When, World};
use crate::invariants::Watch;
use crate::network::{ARTICLE, bluesky_channel, killed, mastodon_channel, one_server, webhook_channel};
use crate::patience::time_passes;

/// The list of our own posts.
const OWN_POSTS: &str = "/api/v1/accounts/1";

fn mastodon(software: Software) -> (Bed, Fake<Mastodon>) {
    one_server(Mastodon::new(software), mastodon_channel)
}

/// Runs a daemon until the post is published, and asserts that there is one copy.
fn ends_with_one_copy<S: Service>(bed: &Bed, fake: &Fake<S>) -> Database {
    let mut watch = Watch::new(bed.database(), &[fake]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "published");
    assert_eq!(fake.public().len(), 1);
    bed.database()
}

fn keys<S: Service>(fake: &Fake<S>) -> Vec<String> {
    fake.posts()
        .into_iter()
        .map(|seen| seen.key.unwrap_or_default())
        .collect()
}

fn refusal(status: u16, message: &str) -> Fault {
    Fault::Say(Reply::json(status, &json!({ "error": message })), false)
}

#[test]
fn an_acceptance_after_find_said_absent_is_found_and_not_sent_again() {
    let (place, fake) = mastodon(Software::GoToSocial);
    fake.on_post([Fault::Later]);
    late_acceptance(&place, &fake, OWN_POSTS, 1);
    // Where a key is known, it is used once before the look.
    let (place, fake) = mastodon(Software::Mastodon);
    fake.on_post([Fault::Later, Fault::Drop(When::Read)]);
    late_acceptance(&place, &fake, OWN_POSTS, 2);
    let (place, fake) = one_server(Bluesky::new(), bluesky_channel);
    fake.on_post([Fault::Later, Fault::Drop(When::Read)]);
    late_acceptance(&place, &fake, "getRecord", 2);
}

fn late_acceptance<S: Service>(bed: &Bed, fake: &Fake<S>, look: &str, requests: usize) {
    std::thread::scope(|scope| {
        let end =
            scope.spawn(|| ends_with_one_copy(bed, fake).number("SELECT COUNT(*) FROM attempt WHERE visible = 1"));
        fake.wait_path(look, 1);
        assert!(fake.public().is_empty());
        fake.accept_late();
        let attempts = end.join().unwrap();
        assert_eq!(
            (fake.posts().len(), usize::try_from(attempts)),
            (requests, Ok(requests)),
            "requests, attempts"
        );
    });
}

#[test]
fn what_is_proven_absent_goes_again_under_a_new_key() {
    let (place, fake) = mastodon(Software::Mastodon);
    fake.on_post([Fault::Drop(When::Read), Fault::Drop(When::Read)]);
    let database = ends_with_one_copy(&place, &fake);
    let keys = keys(&fake);
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[0], keys[1], "the resend has the same key");
    assert_ne!(keys[1], keys[2], "after absence the key is another one");
    let ends = database.rows("SELECT ended_at FROM attempt WHERE evidence = 'absent'");
    let next = database.number("SELECT MAX(intent_at) FROM attempt");
    assert!(
        next - ends[0]["ended_at"].as_i64().unwrap() >= 2000,
        "absence was believed before absent_after had passed"
    );
}

#[test]
fn without_a_key_it_is_looked_for_and_never_repeated_blindly() {
    for software in [Software::GoToSocial, Software::Pleroma] {
        let (place, fake) = mastodon(software);
        fake.on_post([Fault::Drop(When::Accepted)]);
        ends_with_one_copy(&place, &fake);
        assert_eq!(fake.posts().len(), 1, "{software:?}");
    }
    // A failure that Pleroma would replay for hours under the old key.
    let (place, fake) = mastodon(Software::Pleroma);
    fake.on_post([refusal(500, "Internal server error")]);
    ends_with_one_copy(&place, &fake);
    let keys = keys(&fake);
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn our_post_is_found_on_a_later_page() {
    let (place, fake) = mastodon(Software::GoToSocial);
    fake.service(|mastodon| mastodon.page = 2);
    fake.on_post([Fault::Signal(When::Accepted, rustix::process::Signal::KILL)]);
    let mut daemon = place.daemon();
    daemon.wait();
    fake.service(|mastodon| (0..5).for_each(|n| mastodon.somebody_posts(&format!("Other news {n}"))));
    let _daemon = place.daemon();
    place.wait_state(&place.database(), "1/ch", "published");
    assert_eq!(fake.posts().len(), 1);
    assert!(fake.count_path(OWN_POSTS) >= 3, "three pages");
}

#[test]
fn a_refused_resend_proves_nothing_about_the_first_call() {
    for answer in [
        refusal(422, "Validation failed"),
        Fault::Say(
            Reply::json(429, &json!({"error": "Too many requests"})).header("retry-after", "1"),
            false,
        ),
        refusal(401, "The access token was revoked"),
        refusal(403, "This action is not allowed"),
        refusal(500, "Oops"),
    ] {
        let (place, fake) = mastodon(Software::Mastodon);
        fake.on_post([Fault::Drop(When::Accepted), answer.clone()]);
        ends_with_one_copy(&place, &fake);
        assert_eq!(fake.posts().len(), 2, "{answer:?}");
    }
    let (place, fake) = one_server(Bluesky::new(), bluesky_channel);
    let swap = Reply::json(
        400,
        &json!({"error": "InvalidSwap", "message": "Record was at bafyrei"}),
    );
    fake.on_post([Fault::Drop(When::Accepted), Fault::Say(swap, false)]);
    ends_with_one_copy(&place, &fake);
    assert_eq!(fake.posts().len(), 2);
}

#[test]
fn a_webhook_that_refuses_repeats_is_asked_calmly_until_it_takes_one() {
    let (mut place, fake) = one_server(Webhook::new(), webhook_channel);
    fake.on_post([Fault::Drop(When::Accepted)]);
    fake.always(Some(refusal(400, "no")));
    let mut watch = Watch::new(place.database(), &[&fake]);
    let mut daemon = place.daemon();
    fake.wait_posts(2);
    time_passes(Duration::from_secs(3));
    watch.check();
    // Between a second and two apart at the least, at random; far from a storm.
    assert!(
        fake.posts().len() <= 20,
        "{} requests in three seconds",
        fake.posts().len()
    );
    daemon.kill();
    watch.note_death();
    fake.always(None);
    fake.service(|hook| hook.any_time = true);
    once(&mut place, Timestamp::now() + SignedDuration::from_mins(5));
    watch.check();
    assert_eq!(watch.database().state("1/ch"), "published");
    let keys = keys(&fake);
    assert!(
        keys.iter().all(|key| *key == keys[0]),
        "one id through all repeats: {keys:?}"
    );
    assert_eq!(fake.public().len(), 1);
}

/// Runs what is due now, and later, in one-shot runs that are told the time.
fn once(bed: &mut Bed, at: Timestamp) -> serde_json::Value {
    let output = bed.at(&at.to_string()).json(&["run", "--once"]);
    assert!(matches!(output.code, 0 | 8), "{output}");
    output.json()
}

#[test]
fn a_key_that_died_is_not_used_again() {
    for accepted in [true, false] {
        let (mut place, fake) = mastodon(Software::Mastodon);
        fake.on_post([killed(if accepted { When::Accepted } else { When::Read })]);
        place.daemon().wait();
        // The server keeps a key for an hour; it is trusted for less.
        fake.service(Mastodon::forget_keys);
        let later = Timestamp::now() + SignedDuration::from_mins(52);
        once(&mut place, later);
        assert_eq!(fake.posts().len(), 1, "nothing is sent under a key that may be dead");
        if !accepted {
            assert_eq!(place.database().state("1/ch"), "unknown");
            once(&mut place, later + SignedDuration::from_secs(5));
        }
        assert_eq!(place.database().state("1/ch"), "published");
        assert_eq!(fake.public().len(), 1);
        let keys = keys(&fake);
        assert_eq!(keys.len(), if accepted { 1 } else { 2 });
        assert!(accepted || keys[0] != keys[1]);
    }
}

#[test]
fn two_posts_that_could_be_ours_are_left_to_a_person() {
    let (place, fake) = mastodon(Software::GoToSocial);
    fake.on_post([killed(When::Read)]);
    place.daemon().wait();
    fake.service(|mastodon| (0..2).for_each(|n| mastodon.somebody_posts(&format!("By hand {n}: {ARTICLE}"))));
    let mut daemon = place.daemon();
    fake.wait_path(OWN_POSTS, 2);
    let database = place.database();
    assert_eq!(database.state("1/ch"), "unknown");
    let status = place.json(&["status"]).ends(8).json();
    let attention = status["attention"].as_array().unwrap();
    assert!(
        attention
            .iter()
            .any(|item| item["delivery"] == "1/ch" && item["kind"] == "unknown"),
        "{status}"
    );
    let id = fake.public()[1].remote_id.clone();
    let url = format!("https://social.example/@idhdp/{id}");
    let post = place.json(&["resolve", "1/ch", "--published", &url]).done();
    assert_eq!(post["deliveries"][0]["state"], "published", "{post}");
    assert_eq!(post["deliveries"][0]["parts"][0]["url"], url.as_str(), "{post}");
    daemon.kill();
    let evidence = database.rows("SELECT evidence FROM attempt WHERE visible = 1");
    assert_eq!(text(&evidence[0], "evidence"), "person");
    assert_eq!(fake.posts().len(), 1);
}
