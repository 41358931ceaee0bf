//! Several processes at once: nothing is added twice, sent twice or lost, and nobody waits for ever.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::bed::{Bed, HEAD};
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, World};
use crate::invariants::Watch;
use crate::network::{ARTICLE, webhook_channel};
use crate::patience::{side_by_side, time_passes, until};

fn hook() -> (Bed, Fake<Webhook>) {
    let bed = Bed::empty();
    let fake = Fake::start("hook", &bed.target, Webhook::new());
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{}", webhook_channel("hook", &fake.url())),
    );
    (bed, fake)
}

#[test]
fn one_key_from_many_processes_is_one_post() {
    let (bed, _fake) = hook();
    let args = [
        "add",
        ARTICLE,
        "--summary",
        "S",
        "--no-fetch",
        "--at",
        "in 2 hours",
        "--key",
        "k",
        "--json",
    ];
    let mut bed = bed;
    // "in 2 hours" must mean the same to all of them.
    bed.at("2026-11-24T16:10:00Z");
    let ids: Vec<Value> = side_by_side((0..8).collect(), |_| bed.run(&args).done()["id"].clone());
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(bed.database().number("SELECT COUNT(*) FROM post"), 1);
}

#[test]
fn one_article_from_many_processes_is_taken_once() {
    let (bed, _fake) = hook();
    let args = [
        "add",
        ARTICLE,
        "--summary",
        "S",
        "--no-fetch",
        "--at",
        "in 2 hours",
        "--json",
    ];
    let mut codes: Vec<i32> = side_by_side((0..6).collect(), |_| bed.run(&args).code);
    codes.sort_unstable();
    assert_eq!(codes, [0, 5, 5, 5, 5, 5]);
}

#[test]
fn many_that_wait_for_the_outcome_publish_each_their_own_once() {
    let (bed, fake) = hook();
    let wait = |n: usize| {
        let url = format!("https://example.org/{n}");
        bed.json(&["add", &url, "--summary", "S", "--no-fetch", "--now", "--wait"])
    };
    let outputs = side_by_side((0..6).collect(), wait);
    for output in outputs {
        assert_eq!(output.ends(0).json()["deliveries"][0]["state"], "published");
    }
    assert_eq!((fake.public().len(), fake.posts().len()), (6, 6));
}

#[test]
fn an_answer_that_cannot_be_recorded_is_kept_until_it_can() {
    let (bed, fake) = hook();
    bed.add_now(ARTICLE);
    fake.on_post([Fault::Wait]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let mut daemon = bed.daemon();
    fake.wait_waiting(1);
    let locked = bed.database();
    locked.rows("BEGIN IMMEDIATE");
    fake.release();
    // Longer than anybody waits for a busy database.
    time_passes(Duration::from_secs(12));
    assert!(
        daemon.ended().is_none(),
        "it ended with an answer in its hand:\n{}",
        daemon.log()
    );
    locked.rows("ROLLBACK");
    until("1/hook is published", || {
        watch.check();
        (watch.database().state("1/hook") == "published").then_some(())
    });
    assert_eq!((fake.public().len(), fake.posts().len()), (1, 1));
}

#[test]
fn an_interrupt_while_it_waits_loses_and_doubles_nothing() {
    let (bed, fake) = hook();
    bed.json(&["init", "."]);
    fake.on_post([Fault::Wait]);
    let command = bed.command(&[
        "add",
        ARTICLE,
        "--summary",
        "S",
        "--no-fetch",
        "--now",
        "--wait",
        "--json",
    ]);
    let mut waiting = bed.start(command);
    fake.wait_waiting(1);
    waiting.interrupt();
    fake.release();
    let status = waiting.wait();
    // Killed by the interrupt is what a shell calls 130.
    let interrupted = status.signal() == Some(2) || status.code() == Some(130);
    assert!(
        interrupted || status.code() == Some(0),
        "{status:?}:\n{}",
        waiting.log()
    );
    let _daemon = bed.daemon();
    bed.wait_state(&bed.database(), "1/hook", "published");
    assert_eq!(fake.public().len(), 1);
    assert_eq!(bed.json(&["status"]).ends(0).json()["counts"]["published"], json!(1));
}
