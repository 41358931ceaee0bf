//! `add --now --wait` and `run --once`: the outcome, with and without a daemon.

use serde_json::json;

use crate::bed::{Bed, HEAD};
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, Reply, When, World};
use crate::network::webhook_channel;
use crate::patience::side_by_side;

fn hook() -> (Bed, Fake<Webhook>) {
    let bed = Bed::empty();
    let fake = Fake::start("hook", &bed.target, Webhook::new());
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{}", webhook_channel("hook", &fake.url())),
    );
    (bed, fake)
}

fn wait(n: usize) -> Vec<String> {
    let url = format!("https://example.org/{n}");
    [
        "add",
        &url,
        "--title",
        "T",
        "--summary",
        "S",
        "--no-fetch",
        "--now",
        "--wait",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Both ways: the command publishes by itself, or a daemon does it for the command.
fn both(run: impl Fn(&Bed, &Fake<Webhook>) + Sync) {
    side_by_side(vec![false, true], |with_daemon| {
        let (bed, fake) = hook();
        bed.json(&["init", "."]);
        let _daemon = with_daemon.then(|| {
            bed.json(&[
                "add",
                "--text",
                "hook=Hello",
                "--to",
                "hook",
                "--no-fetch",
                "--now",
                "--wait",
            ])
            .done();
            let daemon = bed.daemon();
            crate::patience::until("the daemon publishes", || {
                bed.json(&["status"]).json()["publisher"].is_u64().then_some(())
            });
            daemon
        });
        run(&bed, &fake);
    });
}

fn args(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[test]
fn it_is_out_when_the_command_ends() {
    both(|bed, fake| {
        let before = fake.public().len();
        let post = bed.json(&args(&wait(1))).done();
        assert_eq!(
            (&post["state"], &post["deliveries"][0]["state"]),
            (&json!("done"), &json!("published")),
            "{post}"
        );
        assert_eq!(fake.public().len(), before + 1);
        let text = bed.run(&args(&wait(2))).ends(0);
        assert!(text.out.contains("/hook") && text.out.contains(" out"), "{text}");
    });
}

#[test]
fn a_refusal_exits_with_6_and_the_reason() {
    both(|bed, fake| {
        fake.on_post([Fault::Say(
            Reply::json(422, &json!({"error": "We do not like it"})),
            false,
        )]);
        let output = bed.run(&args(&wait(1))).ends(6);
        assert!(
            format!("{}{}", output.out, output.err).contains("We do not like it"),
            "{output}"
        );
        fake.on_post([Fault::Say(
            Reply::json(422, &json!({"error": "We do not like it"})),
            false,
        )]);
        let post = bed.json(&args(&wait(2))).ends(6).json();
        assert_eq!(post["deliveries"][0]["error"]["kind"], "invalid", "{post}");
    });
}

#[test]
fn an_unknown_outcome_exits_with_8() {
    side_by_side(vec!["run", "wait"], |how| {
        let (bed, fake) = hook();
        fake.always(Some(Fault::Drop(When::Read)));
        let output = if how == "wait" {
            bed.json(&args(&wait(1)))
        } else {
            bed.add_now("https://example.org/1");
            bed.json(&["run", "--once"])
        };
        let output = output.ends(8);
        assert_eq!(bed.database().state("1/hook"), "unknown", "{output}");
        assert!(fake.public().is_empty());
        // Whoever comes next settles it.
        fake.always(None);
        crate::patience::until("it is published", || {
            bed.json(&["run", "--once"]);
            (bed.database().state("1/hook") == "published").then_some(())
        });
        assert_eq!(fake.public().len(), 1);
    });
}

#[test]
fn run_once_tells_what_it_did_and_does_not_wait() {
    let (bed, fake) = hook();
    bed.add_now("https://example.org/1");
    bed.json(&[
        "add",
        "https://example.org/2",
        "--summary",
        "S",
        "--no-fetch",
        "--at",
        "in 2 hours",
    ])
    .done();
    let told = bed.json(&["run", "--once"]).done();
    for (member, count) in [
        ("published", 1),
        ("failed", 0),
        ("unknown", 0),
        ("retrying", 0),
        ("missed", 0),
    ] {
        assert_eq!(told[member], count, "{member} of {told}");
    }
    assert_eq!(told["deliveries"][0]["id"], "1/hook", "{told}");
    let busy = Reply::json(429, &json!({"error": "slow down"})).header("retry-after", "600");
    fake.on_post([Fault::Say(busy, false)]);
    bed.add_now("https://example.org/3");
    let told = bed.json(&["run", "--once"]).done();
    assert_eq!(
        (&told["published"], &told["retrying"]),
        (&json!(0), &json!(1)),
        "{told}"
    );
}

#[test]
fn while_a_daemon_publishes_run_once_leaves_the_work_to_it() {
    let (bed, fake) = hook();
    bed.add_now("https://example.org/1");
    fake.on_post([Fault::Wait]);
    let _daemon = bed.daemon();
    fake.wait_waiting(1);
    let output = bed.json(&["run", "--once"]);
    assert_ne!(output.code, 1, "{output}");
    assert_eq!(fake.posts().len(), 1);
    fake.release();
    bed.wait_state(&bed.database(), "1/hook", "published");
    assert_eq!(fake.posts().len(), 1);
}
