//! A publisher that is stopped (a suspended machine, a frozen container) and wakes: it sends nothing that is no longer
//! fresh, and nobody sends in its place meanwhile.

use std::time::Duration;

use rustix::process::Signal;

use crate::bed::Bed;
use crate::database::text;
use crate::fake::bluesky::Bluesky;
use crate::fake::{Fake, Fault, When, World};
use crate::invariants::Watch;
use crate::network::{ARTICLE, Network, One, bluesky_channel};
use crate::patience::{side_by_side, time_passes, until};

/// Longer than the five seconds within which a call must begin.
const TOO_LONG: Duration = Duration::from_millis(5500);
/// After the first intent of something visible, before the call.
const AFTER_INTENT: (&str, &str) = ("HANDBILL_TEST_STOP", "before-call:1");
/// The same for Bluesky, where it is asked first who is mentioned.
const AFTER_SECOND_INTENT: (&str, &str) = ("HANDBILL_TEST_STOP", "before-call:2");

fn published(one: &One, watch: &mut Watch<'_>) {
    until(&format!("{} is published", one.delivery), || {
        watch.check();
        (one.state(watch) == "published").then_some(())
    });
}

#[test]
fn stopped_after_the_intent_it_does_not_send_late() {
    side_by_side(Network::ALL.to_vec(), |network| {
        let one = One::new(network);
        let mut watch = one.watch();
        let stop = if network == Network::Bluesky {
            AFTER_SECOND_INTENT
        } else {
            AFTER_INTENT
        };
        let mut daemon = one.bed.daemon_with(&[stop]);
        daemon.wait_stopped();
        let open = "SELECT COUNT(*) FROM attempt WHERE ended_at IS NULL AND visible = 1";
        assert_eq!(watch.database().number(open), 1, "{network:?}");
        time_passes(TOO_LONG);
        watch.check();
        assert!(one.net.public().is_empty(), "{network:?}");
        daemon.cont();
        published(&one, &mut watch);
        let attempts = watch
            .database()
            .rows("SELECT evidence FROM attempt WHERE visible = 1 ORDER BY id");
        let evidence: Vec<&str> = attempts.iter().map(|attempt| text(attempt, "evidence")).collect();
        assert_eq!(evidence, ["not_sent", "accepted"], "{network:?}");
        if network != Network::Feed {
            assert_eq!(one.net.world().posts().len(), 1, "requests on {network:?}");
        }
    });
}

#[test]
fn while_it_is_stopped_nobody_sends_in_its_place() {
    let one = One::new(Network::Mastodon);
    let mut watch = one.watch();
    let mut first = one.bed.daemon_with(&[AFTER_INTENT]);
    first.wait_stopped();
    let second = one.bed.daemon();
    until("the second daemon stands by", || {
        second.log().contains("stands by").then_some(())
    });
    assert!(
        second.log().contains(&first.id().to_string()),
        "it names the other process:\n{}",
        second.log()
    );
    time_passes(TOO_LONG);
    watch.check();
    assert_eq!(one.state(&watch), "sending");
    assert!(one.net.world().posts().is_empty());
    // Ended while it was stopped: nothing is lost.
    first.kill();
    watch.note_death();
    published(&one, &mut watch);
    assert_eq!(one.net.public().len(), 1);
}

#[test]
fn stopped_within_the_call_longer_than_its_deadline() {
    let cases = Network::ALL
        .into_iter()
        .filter(|network| *network != Network::Feed)
        .collect();
    side_by_side(cases, |network| {
        let one = One::new(network);
        let mut watch = one.watch();
        one.net.on_post(Fault::Signal(When::Accepted, Signal::STOP));
        let mut daemon = one.bed.daemon();
        daemon.wait_stopped();
        time_passes(Duration::from_millis(6500));
        daemon.cont();
        published(&one, &mut watch);
        assert_eq!(one.net.public().len(), 1, "{network:?}");
    });
}

#[test]
fn a_hold_that_came_after_the_intent_is_kept_when_it_wakes() {
    let one = One::new(Network::Webhook);
    let mut watch = one.watch();
    let mut daemon = one.bed.daemon_with(&[AFTER_INTENT]);
    daemon.wait_stopped();
    let held = one.bed.json(&["hold", "--reason", "Earthquake"]).done();
    assert_eq!(held["in_flight"], serde_json::json!([one.delivery]), "{held}");
    time_passes(TOO_LONG);
    daemon.cont();
    until("it is given back", || {
        watch.check();
        (one.state(&watch) == "pending").then_some(())
    });
    assert!(one.net.world().posts().is_empty());
    one.bed.json(&["release", "--overdue", "space"]).done();
    published(&one, &mut watch);
    assert_eq!(one.net.public().len(), 1);
}

/// Stopped between its claim and its intent: a session had ended, and is renewed in between.
#[test]
fn a_hold_that_came_after_the_claim_is_kept_when_it_wakes() {
    let bed = Bed::empty();
    let fake = Fake::start("bluesky", &bed.target, Bluesky::new());
    bed.write(
        "handbill.toml",
        &format!("{}\n{}", crate::bed::HEAD, bluesky_channel("bluesky", &fake.url())),
    );
    bed.add_now(ARTICLE);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let mut daemon = bed.daemon();
    bed.wait_state(watch.database(), "1/bluesky", "published");
    fake.service(Bluesky::expire_tokens);
    fake.on_path("refreshSession", [Fault::Signal(When::Read, Signal::STOP)]);
    bed.add_now("https://example.org/second");
    daemon.wait_stopped();
    watch.check();
    assert_eq!(watch.database().state("2/bluesky"), "sending");
    let requests = fake.posts().len();
    bed.json(&["hold", "--reason", "Earthquake"]).done();
    daemon.cont();
    until("the claim is given back", || {
        watch.check();
        (watch.database().state("2/bluesky") == "pending").then_some(())
    });
    assert_eq!(fake.posts().len(), requests, "something was sent during the hold");
    bed.json(&["release", "--overdue", "space"]).done();
    until("it goes after the release", || {
        watch.check();
        (watch.database().state("2/bluesky") == "published").then_some(())
    });
    assert_eq!(fake.public().len(), 2);
    assert_eq!(
        fake.count_path("createSession"),
        1,
        "a session that ended is renewed, not opened anew"
    );
}
