//! A slot is bound at the claim, kept while the post may be public or is tried again, and freed by a definite end; and
//! whoever fails is told of in the same transaction.

use super::bed::{Bed, block_on};
use super::invariants::Watch;
use super::net::{Kind, Waiting};
use crate::app::add::Wish;
use crate::app::change::{Place, Target, shift};
use crate::clock::Clock as _;
use crate::domain::delivery::State;

const GTS: &str = "gotosocial";

/// Two posts for slots; the first is going out in the slot of 08:30.
async fn two() -> (Bed, Watch, (i64, i64), Waiting) {
    // Nothing but the slot keeps the second one back.
    let channel = Kind::Gotosocial.channel("min_gap = \"0s\"");
    let mut bed = Bed::with(4, &channel, &[Kind::Gotosocial]).await;
    let watch = Watch::new(&bed).await;
    bed.start().await;
    bed.run_with_servers().await;
    let first = bed.add_for(1, &[GTS], Wish::Slot).await;
    let second = bed.add_for(2, &[GTS], Wish::Slot).await;
    bed.pass(30 * 60);
    bed.run().await;
    let call = bed.net.waiting().remove(0);
    (bed, watch, (first, second), call)
}

async fn front(bed: &mut Bed, post: i64) {
    let app = bed.app.clone();
    let target = Target { post, channel: None };
    // At its own time, so that it is ready for a slot that is open already only if that slot is really free.
    shift(&app, &mut bed.people, &target, &Place::Front).await.unwrap();
    bed.wake();
}

/// Bound in the claim's own transaction: `move --front` of another one meanwhile lets no second post into the slot.
#[test]
fn one_slot_one_post() {
    block_on(async {
        let (mut bed, mut watch, (first, second), call) = two().await;
        assert!(bed.row(first, GTS).await.d.slot.is_some());
        front(&mut bed, second).await;
        bed.net.serve(call.id);
        bed.net.reply(call.id);
        bed.rest().await;
        bed.run_with_servers().await;
        assert_eq!(bed.state(first, GTS).await, State::Published);
        assert_eq!(bed.state(second, GTS).await, State::Pending);
        bed.pass(60);
        bed.run_with_servers().await;
        assert_eq!(bed.net.seen().len(), 1);
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
        bed.pass(29 * 60);
        bed.run_with_servers().await;
        assert_eq!(bed.state(second, GTS).await, State::Published);
        let slots: Vec<_> = bed.net.seen().into_iter().map(|mark| mark.slot.unwrap()).collect();
        assert!(slots[0].contains("08:30") && slots[1].contains("09:00"), "{slots:?}");
    });
}

/// Kept in doubt: nobody knows whether the slot was used.
#[test]
fn a_slot_is_kept_in_doubt() {
    block_on(async {
        let (mut bed, mut watch, (first, second), call) = two().await;
        bed.net.serve(call.id);
        bed.net.lose(call.id);
        bed.rest().await;
        bed.advance().await;
        assert_eq!(bed.state(first, GTS).await, State::Unknown);
        assert!(bed.row(first, GTS).await.d.slot.is_some());
        bed.pass(60);
        bed.advance().await;
        assert_eq!(bed.state(second, GTS).await, State::Pending);
        assert_eq!(bed.net.seen().len(), 1);
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
    });
}

/// Kept through "try later": the post that has the slot goes in it, and no other.
#[test]
fn a_slot_is_kept_until_the_next_try() {
    block_on(async {
        let (mut bed, mut watch, (first, second), call) = two().await;
        bed.net.never_sent(call.id);
        bed.rest().await;
        bed.run().await;
        assert_eq!(bed.state(first, GTS).await, State::Pending);
        assert!(bed.row(first, GTS).await.d.slot.is_some());
        assert_eq!(bed.state(second, GTS).await, State::Pending);
        bed.pass(60);
        bed.run_with_servers().await;
        assert_eq!(bed.state(first, GTS).await, State::Published);
        assert_eq!(bed.state(second, GTS).await, State::Pending);
        assert_eq!(watch.wrong(&bed).await, [""; 0]);
    });
}

/// Freed by a definite failure, in the transaction that records it, which also says so to people.
#[test]
fn a_refusal_frees_the_slot_and_is_told() {
    block_on(async {
        let (mut bed, mut watch, (first, second), call) = two().await;
        bed.net.refuse(call.id, 422);
        bed.rest().await;
        bed.advance().await;
        let row = bed.row(first, GTS).await;
        assert_eq!((row.d.state, row.d.slot), (State::Failed, None));
        assert_eq!(watch.wrong(&bed).await, [""; 0], "the alert has the state's own number");
        // Killed right now, the alert is there all the same.
        bed.kill().await;
        let untold = bed.people.read(bed.clock.now()).await.unwrap().untold().await.unwrap();
        let kinds: Vec<&str> = untold.iter().map(|alert| alert.kind.as_str()).collect();
        assert_eq!(kinds, ["failed"]);
        bed.start().await;
        bed.run_with_servers().await;
        // The second was claimed in the same transaction; killed, it is looked up before it goes.
        bed.pass(150);
        bed.run_with_servers().await;
        assert_eq!(bed.state(second, GTS).await, State::Published);
        assert!(
            bed.net.seen()[1].slot.as_ref().unwrap().contains("08:30"),
            "the second goes in the slot that is free"
        );
    });
}
