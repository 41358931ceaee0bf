//! What a person can still do while a post is going out, and while nobody knows whether it is out.

use serde_json::json;

use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::webhook::Webhook;
use crate::fake::{Fault, When, World};
use crate::invariants::Watch;
use crate::network::{mastodon_channel, one_server, webhook_channel};
use crate::patience::until;

#[test]
fn while_it_goes_out_it_cannot_be_changed_and_a_cancel_is_a_wish() {
    let (bed, fake) = one_server(Webhook::new(), webhook_channel);
    fake.on_post([Fault::Wait]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    fake.wait_waiting(1);
    for args in [
        &["edit", "1", "--summary", "Other"][..],
        &["move", "1/ch", "--front"],
        &["retry", "1/ch"],
    ] {
        let error = bed.json(args).refused(5);
        assert!(error["message"].as_str().unwrap().contains("1/ch"), "{error}");
    }
    bed.json(&["resolve", "1/ch", "--absent"]).refused(5);
    let held = bed.json(&["hold", "--reason", "Stop"]).done();
    assert_eq!(held["in_flight"], json!(["1/ch"]), "{held}");
    let post = bed.json(&["cancel", "1/ch"]).done();
    assert_eq!(post["deliveries"][0]["state"], "sending", "{post}");
    watch.check();
    fake.release();
    watch.until("1/ch", "published");
    let told = watch
        .database()
        .number("SELECT COUNT(*) FROM alert WHERE kind = 'out_after_all'");
    assert_eq!(told, 1, "the person who cancelled it is told");
    assert_eq!((fake.public().len(), fake.posts().len()), (1, 1));
}

#[test]
fn a_cancelled_doubt_is_never_sent_again() {
    let (bed, fake) = one_server(Webhook::new(), webhook_channel);
    fake.on_post([Fault::Drop(When::Read)]);
    fake.always(Some(Fault::Drop(When::Read)));
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    fake.wait_posts(1);
    bed.json(&["cancel", "1/ch"]).done();
    watch.until("1/ch", "unknown");
    let requests = fake.posts().len();
    fake.always(None);
    bed.json(&["edit", "1", "--summary", "Other"]).refused(5);
    // Absence may not be said before the network has had time to show it; then it may, and the wish is done.
    let early = bed.json(&["resolve", "1/ch", "--absent"]);
    if early.code != 0 {
        let error = early.refused(5);
        assert!(
            error.to_string().contains("Europe/London"),
            "it names the time: {error}"
        );
        until("absence may be said", || {
            (bed.json(&["resolve", "1/ch", "--absent"]).code == 0).then_some(())
        });
    }
    watch.until("1/ch", "cancelled");
    assert_eq!((fake.posts().len(), fake.public().len()), (requests, 0));
    // A person may start over: under a new key.
    bed.json(&["retry", "1/ch", "--now"]).done();
    watch.until("1/ch", "published");
    let posts = fake.posts();
    assert_ne!(posts[0].key, posts[requests].key);
    assert_eq!(fake.public().len(), 1);
}

#[test]
fn a_cancelled_doubt_that_is_public_is_found_and_told() {
    let (bed, fake) = one_server(Mastodon::new(Software::GoToSocial), mastodon_channel);
    fake.on_post([Fault::Signal(When::Accepted, rustix::process::Signal::KILL)]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    bed.daemon().wait();
    watch.note_death();
    // Nobody runs: it is still called sending, and a cancel must be taken.
    bed.json(&["cancel", "1/ch"]).done();
    let _daemon = bed.daemon();
    watch.until("1/ch", "published");
    assert_eq!(
        watch
            .database()
            .number("SELECT COUNT(*) FROM alert WHERE kind = 'out_after_all'"),
        1
    );
    assert_eq!(fake.posts().len(), 1);
}

#[test]
fn a_cancelled_doubt_that_is_absent_ends_cancelled() {
    let (bed, fake) = one_server(Mastodon::new(Software::GoToSocial), mastodon_channel);
    fake.on_post([Fault::Signal(When::Read, rustix::process::Signal::KILL)]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    bed.daemon().wait();
    watch.note_death();
    bed.json(&["cancel", "1/ch"]).done();
    let _daemon = bed.daemon();
    watch.until("1/ch", "cancelled");
    assert_eq!((fake.posts().len(), fake.public().len()), (1, 0));
}

#[test]
fn an_edit_before_the_resend_is_refused_and_after_absence_it_goes_with_new_words() {
    let (bed, fake) = one_server(Webhook::new(), webhook_channel);
    fake.always(Some(Fault::Drop(When::Read)));
    let mut daemon = bed.daemon();
    let mut watch = Watch::new(bed.database(), &[&fake]);
    fake.wait_posts(2);
    bed.json(&["edit", "1", "--summary", "Other words."]).refused(5);
    daemon.kill();
    watch.note_death();
    watch.check();
    // Whoever publishes next takes over what the dead one left, and cannot settle it either.
    bed.json(&["run", "--once"]).ends(8);
    watch.check();
    until("a person says that it is not there", || {
        (bed.json(&["resolve", "1/ch", "--absent"]).code == 0).then_some(())
    });
    fake.always(None);
    let post = bed.json(&["edit", "1", "--summary", "Other words."]);
    assert_eq!(post.code, 0, "{post}");
    let _daemon = bed.daemon();
    watch.until("1/ch", "published");
    let last = fake.posts().pop().unwrap();
    assert!(last.body.contains("Other words."), "{last:?}");
    assert_eq!(fake.public().len(), 1);
}
