//! Between a claim, its intent and its call: what may come between, and what then must not happen.

use jiff::SignedDuration;

use super::bed::{Bed, block_on};
use super::invariants::Watch;
use super::net::Kind;
use super::people::words;
use crate::app::Fault;
use crate::app::add::{Wish, Words};
use crate::app::edit::{Edit, edit};
use crate::app::hold::Overdue;
use crate::domain::delivery::State;
use crate::storage::Scope;

fn new_words(summary: &str) -> Edit {
    Edit {
        words: Words {
            summary: Some(summary.to_owned()),
            ..Words::default()
        },
        ..Edit::default()
    }
}

/// A publisher whose first post is claimed and intended, its call not begun.
async fn intended(kind: Kind) -> (Bed, i64) {
    let mut bed = Bed::new(1, &[kind]).await;
    bed.start().await;
    bed.run_with_servers().await;
    let post = bed.add_now(1, &[kind.name()]).await;
    // Nothing is awaited from here on, so that no task runs yet.
    assert!(bed.advance().await);
    (bed, post)
}

/// Rule `fresh`, looked at right before the hand-over: a process that stopped after its intent sends nothing late.
#[test]
fn stopped_between_intent_and_call_it_sends_nothing() {
    for kind in [Kind::Mastodon, Kind::Webhook] {
        block_on(async {
            let (mut bed, post) = intended(kind).await;
            bed.clock.pass(SignedDuration::from_millis(5001));
            bed.rest().await;
            assert_eq!(bed.net.seen(), [], "{kind:?}");
            bed.run().await;
            let row = bed.row(post, kind.name()).await;
            assert_eq!((row.d.state, row.d.in_doubt()), (State::Pending, false), "{kind:?}");
            bed.pass(60);
            bed.run_with_servers().await;
            assert_eq!(bed.state(post, kind.name()).await, State::Published);
            assert_eq!((bed.net.seen().len(), bed.net.copies().len()), (1, 1), "{kind:?}");
        });
    }
}

/// The same rule lets a call through that is just fresh.
#[test]
fn a_call_within_five_seconds_is_made() {
    block_on(async {
        let (mut bed, post) = intended(Kind::Mastodon).await;
        bed.clock.pass(SignedDuration::from_secs(5));
        bed.rest().await;
        bed.run_with_servers().await;
        assert_eq!(bed.state(post, "mastodon").await, State::Published);
        assert_eq!(bed.net.seen().len(), 1);
    });
}

/// A Bluesky channel whose post was claimed at 08:30, and whose login is under way.
async fn claimed() -> (Bed, Watch, i64) {
    claimed_for(Wish::Slot).await
}

async fn claimed_for(wish: Wish) -> (Bed, Watch, i64) {
    let mut bed = Bed::new(2, &[Kind::Bluesky]).await;
    bed.start().await;
    bed.run_with_servers().await;
    // A session is good from the check on; without one the claim has to log in first.
    bed.publisher().channels.get_mut("bluesky").unwrap().session_at = None;
    let post = bed.add_for(1, &["bluesky"], wish).await;
    bed.pass(30 * 60);
    bed.run().await;
    assert_eq!(bed.state(post, "bluesky").await, State::Sending);
    let waiting = bed.net.waiting();
    assert!(waiting.iter().all(|call| call.url.contains("Session")) && waiting.len() == 1);
    let watch = Watch::new(&bed).await;
    (bed, watch, post)
}

/// Rule S with the gates looked at again in the intent's own transaction: a hold after the claim stops the intent.
#[test]
fn a_hold_between_claim_and_intent_stops_it() {
    block_on(async {
        let (mut bed, mut watch, post) = claimed().await;
        let scope = Scope::Channel("bluesky".to_owned());
        let held = bed.hold(&scope).await.unwrap();
        watch.note_hold(true, &scope).await;
        assert_eq!(held.in_flight, [format!("{post}/bluesky")]);
        bed.run_with_servers().await;
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        let row = bed.row(post, "bluesky").await;
        assert_eq!((row.d.state, row.d.slot), (State::Pending, None));
        assert_eq!(bed.net.seen(), []);
    });
}

/// Rule `hold_seq`: a claim from before a hold and its release never becomes an intent after them. Here the hold
/// closed the very slot of the claim, so the post waits for the next one.
#[test]
fn a_claim_from_before_a_release_is_void() {
    block_on(async {
        let (mut bed, mut watch, post) = claimed().await;
        bed.hold(&Scope::All).await.unwrap();
        watch.note_hold(true, &Scope::All).await;
        bed.clock.pass(SignedDuration::from_secs(1));
        bed.release(&Scope::All, Overdue::Review).await.unwrap();
        watch.note_hold(false, &Scope::All).await;
        bed.run_with_servers().await;
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        assert_eq!(bed.state(post, "bluesky").await, State::Pending);
        assert_eq!(bed.net.seen(), []);
        bed.pass(30 * 60);
        bed.run_with_servers().await;
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        assert_eq!(bed.state(post, "bluesky").await, State::Published);
        assert!(bed.net.seen()[0].slot.as_ref().unwrap().contains("09:00"));
    });
}

/// Rule `hold_seq` alone: every gate is open again, and still the old claim is void.
#[test]
fn a_claim_from_before_a_hold_is_void_though_its_gates_are_open() {
    block_on(async {
        let (mut bed, mut watch, post) = claimed().await;
        // Of a tag that the post does not have: no gate of it is closed at any time.
        let scope = Scope::Tag("other".to_owned());
        bed.hold(&scope).await.unwrap();
        watch.note_hold(true, &scope).await;
        bed.run_with_servers().await;
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        assert_eq!(bed.state(post, "bluesky").await, State::Published);
        assert_eq!(bed.net.seen().len(), 1);
    });
}

/// The gates are read again in the intent's transaction, lateness too: a login that took hours makes nothing go late.
#[test]
fn a_claim_that_became_late_is_given_back() {
    block_on(async {
        let (mut bed, mut watch, post) = claimed_for(Wish::Now).await;
        bed.pass(100 * 60);
        bed.run_with_servers().await;
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        assert_eq!(bed.net.seen(), []);
        assert_eq!(bed.state(post, "bluesky").await, State::Missed);
    });
}

/// The edit guard: while the call is open, and while it is in doubt, the words stay; so history shows what went out.
#[test]
fn words_cannot_change_while_they_go_out() {
    block_on(async {
        let (mut bed, post) = intended(Kind::Gotosocial).await;
        bed.rest().await;
        let (app, request) = (bed.app.clone(), new_words("Other words."));
        let refused = edit(&app, &mut bed.people, post, &request).await;
        assert!(matches!(refused, Err(Fault::Refused { .. })), "{refused:?}");
        let call = bed.net.waiting().remove(0).id;
        bed.net.serve(call);
        bed.net.lose(call);
        bed.rest().await;
        bed.advance().await;
        assert_eq!(bed.state(post, "gotosocial").await, State::Unknown);
        let refused = edit(&app, &mut bed.people, post, &request).await;
        assert!(matches!(refused, Err(Fault::Refused { .. })), "{refused:?}");
        bed.run_with_servers().await;
        let row = bed.row(post, "gotosocial").await;
        assert_eq!((row.d.state, row.d.version), (State::Published, 1));
        let wanted = words(1).summary.unwrap();
        assert!(row.frozen[0].text.contains(&wanted) && bed.net.copies()[0].1.body.contains(&wanted));
    });
}

/// Rule T: an edit takes the claim away, so what was claimed with the old words is not sent under it.
#[test]
fn an_edit_takes_the_claim_away() {
    block_on(async {
        let (mut bed, mut watch, post) = claimed().await;
        let app = bed.app.clone();
        edit(&app, &mut bed.people, post, &new_words("Better words."))
            .await
            .unwrap();
        assert_eq!(bed.state(post, "bluesky").await, State::Pending);
        bed.wake();
        bed.run_with_servers().await;
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        let row = bed.row(post, "bluesky").await;
        assert_eq!((row.d.state, row.d.version), (State::Published, 2));
        let copies = bed.net.copies();
        assert!(
            copies.len() == 1 && copies[0].1.body.contains("Better words."),
            "{copies:?}"
        );
    });
}

/// The same while a question that readers do not see is open: its answer belongs to a claim that is gone.
#[test]
fn an_edit_while_a_handle_is_looked_up_loses_nothing() {
    block_on(async {
        let mut bed = Bed::new(3, &[Kind::Bluesky]).await;
        let mut watch = Watch::new(&bed).await;
        bed.start().await;
        bed.run_with_servers().await;
        let post = bed.add_now(1, &["bluesky"]).await;
        bed.run().await;
        let question = bed.net.waiting().remove(0);
        assert!(question.url.contains("resolveHandle"), "{}", question.url);
        let app = bed.app.clone();
        edit(&app, &mut bed.people, post, &new_words("Better words."))
            .await
            .unwrap();
        bed.wake();
        bed.run_with_servers().await;
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        assert!(bed.publisher().channels["bluesky"].quarantine.is_none());
        let copies = bed.net.copies();
        assert!(
            copies.len() == 1 && copies[0].1.body.contains("Better words."),
            "{copies:?}"
        );
        assert_eq!(bed.state(post, "bluesky").await, State::Published);
    });
}

/// L, and the sweep of a take-over: the lock is kept until its holder is gone, and what it left open is looked up.
#[test]
fn a_killed_publisher_leaves_nothing_open() {
    block_on(async {
        let (mut bed, post) = intended(Kind::Gotosocial).await;
        let mut watch = Watch::new(&bed).await;
        bed.rest().await;
        let folder = bed.people.folder();
        assert!(crate::storage::PublisherLock::take(&folder).unwrap().is_none());
        let call = bed.net.waiting().remove(0).id;
        bed.net.serve(call);
        bed.kill().await;
        bed.start().await;
        assert_eq!(watch.after_take_over(&bed).await, [""; 0]);
        assert_eq!(bed.state(post, "gotosocial").await, State::Unknown);
        bed.run_with_servers().await;
        assert_eq!(bed.state(post, "gotosocial").await, State::Published);
        assert_eq!((bed.net.seen().len(), bed.net.copies().len()), (1, 1));
    });
}

/// The sweep ends questions too that readers do not see, whatever became of the claim that they were asked under.
#[test]
fn a_killed_publisher_leaves_no_question_open() {
    block_on(async {
        let mut bed = Bed::new(8, &[Kind::Bluesky]).await;
        let mut watch = Watch::new(&bed).await;
        bed.start().await;
        bed.run_with_servers().await;
        let post = bed.add_now(1, &["bluesky"]).await;
        bed.run().await;
        assert!(bed.net.waiting()[0].url.contains("resolveHandle"));
        bed.kill().await;
        bed.start().await;
        assert_eq!(watch.after_take_over(&bed).await, [""; 0]);
        assert_eq!(bed.state(post, "bluesky").await, State::Pending);
        bed.run_with_servers().await;
        assert_eq!(bed.state(post, "bluesky").await, State::Published);
    });
}
