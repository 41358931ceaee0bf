//! A publisher that is stopped (a suspended machine, a frozen container) and wakes: it sends nothing that is no longer
//! fresh, and nobody sends in its place meanwhile.

use std::time::Duration;

use rustix::process::Signal;

use crate::bed::Bed;
use crate::daemon::Daemon;
use crate::database::{number, text};
use crate::fake::bluesky::Bluesky;
use crate::fake::{Fake, Fault, Seen, When, World};
use crate::invariants::Watch;
use crate::network::{Network, One, bluesky_channel, one_server};
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

/// A daemon that is stopped between its claim of `2/ch` and its intent: a session had ended, and is renewed in between.
fn stopped_after_its_claim() -> (Bed, Fake<Bluesky>, Daemon) {
    let (bed, fake) = one_server(Bluesky::new(), bluesky_channel);
    let mut daemon = bed.daemon();
    let database = bed.database();
    bed.wait_state(&database, "1/ch", "published");
    fake.service(Bluesky::expire_tokens);
    fake.on_path("refreshSession", [Fault::Signal(When::Read, Signal::STOP)]);
    bed.add_now("https://example.org/second");
    daemon.wait_stopped();
    assert_eq!(database.state("2/ch"), "sending");
    assert!(fake.public().len() == 1);
    (bed, fake, daemon)
}

#[test]
fn a_hold_that_came_after_the_claim_is_kept_when_it_wakes() {
    let (bed, fake, mut daemon) = stopped_after_its_claim();
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let requests = fake.posts().len();
    bed.json(&["hold", "--reason", "Earthquake"]).done();
    daemon.cont();
    watch.until("2/ch", "pending");
    assert_eq!(fake.posts().len(), requests, "something was sent during the hold");
    bed.json(&["release", "--overdue", "space"]).done();
    watch.until("2/ch", "published");
    assert_eq!(fake.public().len(), 2);
    assert_eq!(
        fake.count_path("createSession"),
        1,
        "a session that ended is renewed, not opened anew"
    );
}

/// The claim is from before the release, so it may not become an intent: the release may have closed its slot.
#[test]
fn a_claim_from_before_a_hold_and_its_release_is_given_back() {
    let (bed, fake, mut daemon) = stopped_after_its_claim();
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let claimed = watch.database().number("SELECT token FROM delivery WHERE post = 2");
    bed.json(&["hold", "--reason", "Earthquake"]).done();
    bed.json(&["release", "--overdue", "space"]).done();
    daemon.cont();
    watch.until("2/ch", "published");
    let tokens = watch
        .database()
        .rows("SELECT token FROM attempt WHERE delivery = 2 AND visible = 1 AND evidence = 'accepted'");
    assert!(
        tokens.iter().all(|row| number(row, "token") > Some(claimed)),
        "{tokens:?} and {claimed}"
    );
    assert_eq!(fake.public().len(), 2);
}

#[test]
fn an_edit_takes_a_claim_away_and_only_the_new_words_go_out() {
    let (bed, fake, mut daemon) = stopped_after_its_claim();
    let mut watch = Watch::new(bed.database(), &[&fake]);
    bed.json(&["edit", "2", "--summary", "Better words."]).done();
    watch.check();
    daemon.cont();
    watch.until("2/ch", "published");
    let second: Vec<Seen> = fake
        .posts()
        .into_iter()
        .filter(|seen| seen.body.contains("second"))
        .collect();
    let new: Vec<&Seen> = second
        .iter()
        .filter(|seen| seen.body.contains("Better words."))
        .collect();
    // The very first try met the ended session, with the old words; nothing of it was taken.
    assert_eq!((second.len(), new.len(), fake.public().len()), (2, 1, 2), "{second:?}");
}

#[test]
fn a_cancel_takes_a_claim_away_and_nothing_goes_out() {
    let (bed, fake, mut daemon) = stopped_after_its_claim();
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let requests = fake.posts().len();
    let post = bed.json(&["cancel", "2"]).done();
    assert_eq!(post["deliveries"][0]["state"], "cancelled", "{post}");
    daemon.cont();
    bed.add_now("https://example.org/third");
    watch.until("3/ch", "published");
    assert_eq!(watch.database().state("2/ch"), "cancelled");
    assert_eq!((fake.posts().len(), fake.public().len()), (requests + 1, 2));
}
