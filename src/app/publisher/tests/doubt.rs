//! What may settle a doubt: a key while it lives, a look that was begun late enough, and no post that is another's.

use serde_json::json;

use super::bed::{Bed, block_on};
use super::invariants::Watch;
use super::net::{Kind, Waiting};
use super::servers::answer;
use crate::app::Fault;
use crate::app::change::{Said, resolve};
use crate::app::hold::Overdue;
use crate::domain::delivery::{Doubt, State};
use crate::storage::Scope;

/// A post whose call is open.
async fn going_out(kind: Kind) -> (Bed, i64, Waiting) {
    let mut bed = Bed::new(5, &[kind]).await;
    bed.start().await;
    bed.run_with_servers().await;
    let post = bed.add_now(1, &[kind.name()]).await;
    bed.run().await;
    let call = bed.net.waiting().remove(0);
    assert!(call.mark.is_some());
    (bed, post, call)
}

/// The reply was lost and the publisher killed; another one starts `minutes` after the intent.
async fn after_minutes(accepted: bool, minutes: i64) -> (Bed, i64) {
    let (mut bed, post, call) = going_out(Kind::Mastodon).await;
    if accepted {
        bed.net.serve(call.id);
    }
    bed.kill().await;
    bed.pass(minutes * 60);
    bed.start().await;
    bed.run_with_servers().await;
    (bed, post)
}

/// A key that lives tells by itself: the same request again, and no second copy.
#[test]
fn a_key_is_used_again_while_it_lives() {
    for accepted in [true, false] {
        block_on(async {
            let (mut bed, post) = after_minutes(accepted, 30).await;
            let seen = bed.net.seen();
            assert_eq!((seen.len(), bed.net.copies().len()), (2, 1), "{accepted}");
            assert!(seen[1].resend && seen[0].key == seen[1].key);
            assert_eq!(bed.state(post, "mastodon").await, State::Published);
        });
    }
}

/// The key's end: Mastodon forgets it after an hour, and ten minutes before that it is trusted no more. Looked for
/// instead, and sent under a new key if it is not there.
#[test]
fn a_key_is_not_trusted_at_its_end() {
    block_on(async {
        let (mut bed, post) = after_minutes(true, 50).await;
        assert_eq!((bed.net.seen().len(), bed.net.copies().len()), (1, 1));
        assert_eq!(bed.state(post, "mastodon").await, State::Published);

        let (mut bed, post) = after_minutes(false, 50).await;
        assert_eq!(
            (bed.net.seen().len(), bed.net.copies().len()),
            (1, 0),
            "first it has to be absent for a while"
        );
        bed.pass(180);
        bed.run_with_servers().await;
        let seen = bed.net.seen();
        assert_eq!((seen.len(), bed.net.copies().len()), (2, 1));
        assert!(!seen[1].resend && seen[0].key != seen[1].key);
        assert_eq!(bed.state(post, "mastodon").await, State::Published);
    });
}

/// The key's end is looked at again when the gates open: it may have passed while the resend had to wait.
#[test]
fn a_key_that_ends_during_a_hold_is_not_used() {
    block_on(async {
        let (mut bed, post, call) = going_out(Kind::Mastodon).await;
        bed.net.serve(call.id);
        bed.net.lose(call.id);
        bed.rest().await;
        bed.hold(&Scope::All).await.unwrap();
        bed.run().await;
        assert_eq!(bed.row(post, "mastodon").await.d.parts[0].doubt, Doubt::Key);
        bed.pass(40 * 60);
        bed.run().await;
        assert_eq!(
            bed.state(post, "mastodon").await,
            State::Pending,
            "a resend waits for the release"
        );
        bed.pass(11 * 60);
        bed.release(&Scope::All, Overdue::Space).await.unwrap();
        bed.wake();
        bed.run_with_servers().await;
        assert_eq!((bed.net.seen().len(), bed.net.copies().len()), (1, 1));
        assert_eq!(bed.state(post, "mastodon").await, State::Published);
    });
}

/// A webhook that cannot be looked at gets the same key again and again, until it is too late; then a person decides.
#[test]
fn a_webhook_is_asked_again_until_it_is_late() {
    block_on(async {
        let (mut bed, post, call) = going_out(Kind::Webhook).await;
        bed.net.serve(call.id);
        bed.net.lose(call.id);
        bed.rest().await;
        for _ in 0..40 {
            bed.run().await;
            for call in bed.net.waiting() {
                bed.net.refuse(call.id, 503);
            }
            bed.rest().await;
            bed.pass(10 * 60);
        }
        bed.run().await;
        let row = bed.row(post, "webhook").await;
        assert_eq!((row.d.state, row.d.retry_at), (State::Unknown, None));
        let seen = bed.net.seen();
        assert!(
            seen.len() > 5
                && seen
                    .iter()
                    .all(|mark| mark.key == seen[0].key && mark.intent_at < 1_796_112_000_000 + 7_200_000)
        );
        assert_eq!(bed.net.copies().len(), 1);
    });
}

/// Rule W: a look at once may find, but must not conclude absence, since the request may still be under way.
#[test]
fn absence_is_not_believed_at_once() {
    block_on(async {
        let (mut bed, post, call) = going_out(Kind::Gotosocial).await;
        let at = bed.now() + jiff::SignedDuration::from_secs(115);
        bed.net.delay(call.id, at);
        bed.rest().await;
        bed.run_with_servers().await;
        let too_early = resolve(&bed.app.clone(), &mut bed.people, post, "gotosocial", &Said::Absent).await;
        assert!(
            matches!(too_early, Err(Fault::Refused { until: Some(_), .. })),
            "{too_early:?}"
        );
        for _ in 0..12 {
            bed.pass(20);
            bed.run_with_servers().await;
        }
        assert_eq!((bed.net.seen().len(), bed.net.copies().len()), (1, 1));
        assert_eq!(bed.state(post, "gotosocial").await, State::Published);
    });
}

/// Rule W again: what counts is when the look was made, not when its answer was read. A suspended machine may read it
/// much later.
#[test]
fn a_look_that_was_begun_too_early_proves_no_absence() {
    block_on(async {
        let (mut bed, post, call) = going_out(Kind::Gotosocial).await;
        let at = bed.now() + jiff::SignedDuration::from_secs(60);
        bed.net.delay(call.id, at);
        bed.rest().await;
        bed.run().await;
        let look = bed.net.waiting().remove(0);
        assert!(look.url.contains("/statuses?"), "{}", look.url);
        bed.net.serve(look.id);
        bed.pass(600);
        bed.net.reply(look.id);
        bed.rest().await;
        bed.run_with_servers().await;
        bed.pass(120);
        bed.run_with_servers().await;
        assert_eq!((bed.net.seen().len(), bed.net.copies().len()), (1, 1));
        assert_eq!(bed.state(post, "gotosocial").await, State::Published);
    });
}

/// After the wait, absence is believed: the post goes out under a new key, once.
#[test]
fn absence_is_believed_in_the_end() {
    block_on(async {
        let (mut bed, post, call) = going_out(Kind::Gotosocial).await;
        bed.net.lose(call.id);
        bed.rest().await;
        bed.run_with_servers().await;
        bed.pass(119);
        bed.run_with_servers().await;
        assert_eq!(
            (bed.net.seen().len(), bed.state(post, "gotosocial").await),
            (1, State::Unknown)
        );
        bed.pass(1);
        bed.run_with_servers().await;
        let seen = bed.net.seen();
        assert_eq!((seen.len(), bed.net.copies().len()), (2, 1));
        assert_ne!(seen[0].key, seen[1].key);
        assert_eq!(bed.state(post, "gotosocial").await, State::Published);
    });
}

/// A second post about the same article, whose call is open; the first is out.
async fn same_article() -> (Bed, i64, Waiting) {
    let channel = Kind::Gotosocial.channel("min_gap = \"0s\"");
    let mut bed = Bed::with(6, &channel, &[Kind::Gotosocial]).await;
    bed.start().await;
    bed.run_with_servers().await;
    bed.add_now(1, &["gotosocial"]).await;
    bed.run_with_servers().await;
    assert_eq!(bed.net.copies().len(), 1);
    let post = bed.add_again(1).await;
    bed.run().await;
    let call = bed.net.waiting().remove(0);
    (bed, post, call)
}

/// A remote id that is recorded at another part proves nothing: the look passes it over.
#[test]
fn a_post_that_is_another_parts_is_not_found() {
    block_on(async {
        let (mut bed, post, call) = same_article().await;
        bed.net.lose(call.id);
        bed.rest().await;
        for _ in 0..4 {
            bed.run_with_servers().await;
            bed.pass(60);
        }
        bed.run_with_servers().await;
        assert_eq!(bed.state(post, "gotosocial").await, State::Published);
        assert_eq!((bed.net.seen().len(), bed.net.copies().len()), (3, 2));
    });
}

/// The same at the verdict: the id may have been recorded elsewhere while the look was under way.
#[test]
fn a_post_that_became_another_parts_is_not_found() {
    block_on(async {
        let channel = Kind::Gotosocial.channel("min_gap = \"0s\"");
        let mut bed = Bed::with(9, &channel, &[Kind::Gotosocial]).await;
        bed.start().await;
        bed.run_with_servers().await;
        let first = bed.add_now(1, &["gotosocial"]).await;
        bed.run().await;
        let call = bed.net.waiting().remove(0).id;
        bed.net.serve(call);
        bed.net.lose(call);
        bed.rest().await;
        bed.run().await;
        let second = bed.add_again(1).await;
        bed.run().await;
        let call = bed
            .net
            .waiting()
            .into_iter()
            .find(|call| call.mark.is_some())
            .unwrap()
            .id;
        bed.net.lose(call);
        bed.rest().await;
        bed.run().await;
        // Both are looked for; the list shows the first one's post only.
        let look = bed.net.waiting().pop().unwrap();
        assert_eq!((look.url.contains("/statuses?"), bed.net.waiting().len()), (true, 2));
        bed.net.serve(look.id);
        let id = bed.net.copies().remove(0).1.id;
        let (app, said) = (bed.app.clone(), Said::Published { url: Some(id) });
        resolve(&app, &mut bed.people, first, "gotosocial", &said)
            .await
            .unwrap();
        for _ in 0..8 {
            bed.run_with_servers().await;
            assert!(bed.publisher().channels["gotosocial"].quarantine.is_none());
            bed.pass(60);
        }
        assert_eq!(bed.state(first, "gotosocial").await, State::Published);
        assert_eq!(bed.state(second, "gotosocial").await, State::Published);
        let marks: Vec<i64> = bed.net.copies().iter().map(|(_, copy)| copy.mark.delivery).collect();
        assert_eq!(marks.len(), 2);
        assert_ne!(marks[0], marks[1]);
    });
}

/// The same for an answer: a server that names another part's post has not named ours.
#[test]
fn an_answer_that_names_another_parts_post_is_no_proof() {
    block_on(async {
        let (mut bed, post, call) = same_article().await;
        let first = bed.net.copies().remove(0).1.id;
        bed.net.serve(call.id);
        bed.net.reply_with(call.id, answer(200, &json!({"id": first})));
        bed.rest().await;
        bed.advance().await;
        assert_eq!(bed.state(post, "gotosocial").await, State::Unknown);
        bed.run_with_servers().await;
        let row = bed.row(post, "gotosocial").await;
        assert_eq!(row.d.state, State::Published);
        assert_ne!(row.d.parts[0].remote_id, Some(first));
        assert_eq!(bed.net.copies().len(), 2);
    });
}

/// A person named the post while a look was under way: the look's proof is the same post, not a second copy.
#[test]
fn a_look_that_finds_what_a_person_named_raises_no_alarm() {
    block_on(async {
        let (mut bed, post, call) = going_out(Kind::Gotosocial).await;
        let mut watch = Watch::new(&bed).await;
        bed.net.serve(call.id);
        bed.net.lose(call.id);
        bed.rest().await;
        bed.run().await;
        let url = format!("https://m.example/@org/{}", bed.net.copies()[0].1.id);
        let app = bed.app.clone();
        resolve(
            &app,
            &mut bed.people,
            post,
            "gotosocial",
            &Said::Published { url: Some(url) },
        )
        .await
        .unwrap();
        bed.run_with_servers().await;
        assert_eq!(bed.state(post, "gotosocial").await, State::Published);
        assert_eq!(watch.alerts("second_copy").await, 0);
    });
}
