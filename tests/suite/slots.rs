//! Slots, set times and lateness, in one-shot runs that are told the time: what is shown is what happens, and a slot is
//! used once, wherever the run dies.

use serde_json::{Value, json};

use crate::bed::{Bed, HEAD};
use crate::database::text;
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, Reply, When, World};
use crate::network::{feed_channel, webhook_channel};
use crate::patience::side_by_side;

const TUESDAY: &str = "2026-11-24T16:10:00Z";

/// A feed with this schedule, in Europe/London.
fn feed(schedule: &str) -> Bed {
    let mut bed = Bed::new(&format!("{}schedule = [\"{schedule}\"]\n", feed_channel("site")));
    bed.at(TUESDAY);
    bed
}

fn add(bed: &Bed, n: usize, more: &[&str]) -> Value {
    let (url, title) = (format!("https://example.org/{n}"), format!("Title {n}"));
    let mut args = vec![
        "add",
        url.as_str(),
        "--title",
        title.as_str(),
        "--summary",
        "A summary.",
        "--no-fetch",
    ];
    args.extend(more);
    bed.json(&args).done()
}

fn once(bed: &mut Bed, at: &str, code: i32) -> Value {
    bed.at(at).json(&["run", "--once"]).ends(code).json()
}

fn published(bed: &Bed) -> i64 {
    bed.database()
        .number("SELECT COUNT(*) FROM delivery WHERE state = 'published'")
}

#[test]
fn what_the_queue_shows_is_what_happens() {
    let mut bed = feed("0 9 * * mon-fri");
    for n in 1..=3 {
        add(&bed, n, &[]);
    }
    add(&bed, 4, &["--front"]);
    let queue = bed.json(&["queue"]).done();
    let shown: Vec<(&str, &str)> = queue["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["id"].as_str().unwrap(), d["due_at"].as_str().unwrap()))
        .collect();
    let expected = [
        ("4/site", "2026-11-25T09:00:00Z"),
        ("1/site", "2026-11-26T09:00:00Z"),
        ("2/site", "2026-11-27T09:00:00Z"),
        ("3/site", "2026-11-30T09:00:00Z"),
    ];
    assert_eq!(shown, expected);
    assert_eq!(
        queue["deliveries"][0]["due_local"],
        "2026-11-25T09:00:00+00:00[Europe/London]"
    );
    for (done, (id, due)) in expected.iter().enumerate() {
        let before = jiff::Timestamp::from_millisecond(due.parse::<jiff::Timestamp>().unwrap().as_millisecond() - 1);
        assert_eq!(
            once(&mut bed, &before.unwrap().to_string(), 0)["published"],
            0,
            "before {due}"
        );
        let told = once(&mut bed, due, 0);
        assert_eq!(
            (&told["published"], &told["deliveries"][0]["id"]),
            (&json!(1), &json!(id)),
            "{told}"
        );
        assert_eq!(once(&mut bed, due, 0)["published"], 0, "a slot is used once");
        assert_eq!(published(&bed), i64::try_from(done).unwrap() + 1);
    }
}

#[test]
fn a_slot_is_used_once_wherever_the_run_dies() {
    let crashes: Vec<String> = (1..=6)
        .flat_map(|n| [format!("before-commit:{n}"), format!("after-commit:{n}")])
        .chain(["before-call:1".to_owned(), "after-call:1".to_owned()])
        .collect();
    side_by_side(crashes, |crash| {
        let mut bed = Bed::empty();
        let hook = Fake::start("hook", &bed.target, Webhook::new());
        hook.service(|hook| hook.any_time = true);
        let schedule = "schedule = [\"0 * * * *\"]\n";
        let channels = format!(
            "{}{schedule}{}{schedule}",
            webhook_channel("hook", &hook.url()),
            feed_channel("site")
        );
        bed.write("handbill.toml", &format!("{HEAD}\n{channels}"));
        bed.at(TUESDAY);
        add(&bed, 1, &[]);
        add(&bed, 2, &[]);
        bed.at("2026-11-24T17:00:01Z");
        let mut command = bed.command(&["run", "--once"]);
        command.env("HANDBILL_TEST_CRASH", &crash);
        bed.finish(command, "");
        for second in [10, 20, 30] {
            bed.at(&format!("2026-11-24T17:00:{second}Z"))
                .json(&["run", "--once"])
                .ends(0);
        }
        let database = bed.database();
        for channel in ["hook", "site"] {
            assert_eq!(
                database.state(&format!("1/{channel}")),
                "published",
                "{channel} after {crash}"
            );
            assert_eq!(
                database.state(&format!("2/{channel}")),
                "pending",
                "{channel} after {crash}"
            );
        }
        assert_eq!(hook.public().len(), 1, "after {crash}");
        let keys = database.rows("SELECT slot_key FROM delivery WHERE state = 'published'");
        assert!(
            keys.iter().all(|row| text(row, "slot_key") == "2026-11-24T17:00"),
            "{keys:?} after {crash}"
        );
        bed.at("2026-11-24T18:00:00Z").json(&["run", "--once"]).ends(0);
        assert_eq!(published(&bed), 4, "after {crash}");
        assert_eq!(hook.public().len(), 2, "after {crash}");
    });
}

#[test]
fn after_an_outage_one_post_goes_at_once_and_not_a_flood() {
    let mut bed = feed("0 * * * *");
    for n in 1..=5 {
        add(&bed, n, &[]);
    }
    assert_eq!(once(&mut bed, "2026-11-24T22:30:00Z", 0)["published"], 1);
    assert_eq!(once(&mut bed, "2026-11-24T22:31:00Z", 0)["published"], 0);
    assert_eq!(once(&mut bed, "2026-11-24T23:00:00Z", 0)["published"], 1);
}

#[test]
fn what_is_added_after_a_slot_does_not_jump_into_it() {
    let mut bed = feed("0 16 * * *");
    add(&bed, 1, &[]);
    assert_eq!(once(&mut bed, "2026-11-24T16:10:30Z", 0)["published"], 0);
    assert_eq!(once(&mut bed, "2026-11-25T16:00:00Z", 0)["published"], 1);
}

#[test]
fn a_set_time_is_kept_to_the_second_and_missed_after_its_limit() {
    let mut bed = feed("0 9 * * *");
    let post = add(&bed, 1, &["--at", "2026-11-24 18:00"]);
    assert_eq!(post["deliveries"][0]["due_at"], "2026-11-24T18:00:00Z", "{post}");
    add(&bed, 2, &["--at", "2026-11-24T18:00:05Z"]);
    assert_eq!(once(&mut bed, "2026-11-24T17:59:59Z", 0)["published"], 0);
    assert_eq!(once(&mut bed, "2026-11-24T18:00:00Z", 0)["published"], 1);
    // Two hours are the limit; a moment more is too late.
    let told = once(&mut bed, "2026-11-24T20:00:06Z", 8);
    assert_eq!((&told["published"], &told["missed"]), (&json!(0), &json!(1)), "{told}");
    let status = bed.json(&["status"]).ends(8).json();
    let attention = status["attention"].as_array().unwrap();
    assert!(
        attention
            .iter()
            .any(|item| item["kind"] == "missed" && item["delivery"] == "2/site"),
        "{status}"
    );
    let retried = bed.json(&["retry", "2/site", "--now"]).done();
    assert_eq!(retried["deliveries"][0]["state"], "pending", "{retried}");
    assert_eq!(once(&mut bed, "2026-11-24T20:00:07Z", 0)["published"], 1);
}

#[test]
fn what_expires_while_it_waits_is_missed() {
    let mut bed = feed("0 9 * * *");
    add(&bed, 1, &["--expires", "2026-11-25 08:00"]);
    let told = once(&mut bed, "2026-11-25T08:00:00Z", 8);
    assert_eq!(told["missed"], 1, "{told}");
    assert_eq!(bed.database().state("1/site"), "missed");
}

#[test]
fn an_embargo_holds_against_everything_and_then_lets_go() {
    let mut bed = feed("0 * * * *");
    let embargo = ["--embargo", "2026-11-25 00:01"];
    let url = "https://example.org/9";
    let now = [
        "add",
        url,
        "--summary",
        "S",
        "--no-fetch",
        embargo[0],
        embargo[1],
        "--now",
    ];
    assert!(
        bed.json(&now).refused(5)["message"]
            .as_str()
            .unwrap()
            .contains("Wed 25 Nov 2026 00:01 Europe/London")
    );
    add(&bed, 1, &embargo);
    for early in ["2026-11-24T23:00:00Z", "2026-11-25T00:00:59Z"] {
        assert_eq!(once(&mut bed, early, 0)["published"], 0, "at {early}");
    }
    assert_eq!(bed.database().number("SELECT COUNT(*) FROM attempt"), 0);
    // Midnight's slot is still open when the embargo ends.
    let told = once(&mut bed, "2026-11-25T00:01:00Z", 0);
    assert_eq!(told["published"], 1, "{told}");
}

#[test]
fn slots_are_told_with_their_gaps_and_overlaps() {
    let mut bed = feed("30 1 * * *");
    let slots = |bed: &Bed, from: &str| bed.json(&["slots", "site", "--count", "2", "--from", from]).done();
    let spring = slots(bed.at(TUESDAY), "2026-03-28 12:00");
    assert_eq!(
        (&spring["channel"], &spring["timezone"]),
        (&json!("site"), &json!("Europe/London"))
    );
    let first = &spring["slots"][0];
    assert_eq!(
        (&first["at"], &first["note"]),
        (&json!("2026-03-29T01:00:00Z"), &json!("gap")),
        "{spring}"
    );
    assert_eq!(
        first["at_local"], "2026-03-29T02:00:00+01:00[Europe/London]",
        "{spring}"
    );
    assert_eq!(spring["slots"][1]["note"], Value::Null, "{spring}");
    let autumn = slots(&bed, "2026-10-24 12:00");
    let first = &autumn["slots"][0];
    assert_eq!(
        (&first["at"], &first["note"]),
        (&json!("2026-10-25T00:30:00Z"), &json!("overlap")),
        "{autumn}"
    );
}

/// A webhook with a slot each hour, and two posts that wait for one.
fn two_for_one_slot(fault: Fault) -> (Bed, Fake<Webhook>) {
    let mut bed = Bed::empty();
    let hook = Fake::start("hook", &bed.target, Webhook::new());
    hook.service(|hook| hook.any_time = true);
    let channel = format!("{}schedule = [\"0 * * * *\"]\n", webhook_channel("hook", &hook.url()));
    bed.write("handbill.toml", &format!("{HEAD}\n{channel}"));
    bed.at(TUESDAY);
    add(&bed, 1, &[]);
    add(&bed, 2, &[]);
    hook.on_post([fault]);
    bed.at("2026-11-24T17:00:01Z").json(&["run", "--once"]);
    (bed, hook)
}

fn states(bed: &Bed) -> [String; 2] {
    ["1/hook", "2/hook"].map(|delivery| bed.database().state(delivery))
}

#[test]
fn a_refusal_frees_the_slot_for_the_next_post() {
    let (bed, _hook) = two_for_one_slot(Fault::Say(Reply::empty(422), false));
    assert_eq!(states(&bed), ["failed", "published"]);
    let slots = bed.database().rows("SELECT slot_key FROM delivery ORDER BY id");
    assert_eq!(
        [text(&slots[0], "slot_key"), text(&slots[1], "slot_key")],
        ["", "2026-11-24T17:00"]
    );
}

#[test]
fn a_post_that_is_tried_again_keeps_its_slot() {
    let busy = Reply::empty(429).header("retry-after", "300");
    let (mut bed, hook) = two_for_one_slot(Fault::Say(busy, false));
    once(&mut bed, "2026-11-24T17:02:00Z", 0);
    assert_eq!(states(&bed), ["pending", "pending"]);
    once(&mut bed, "2026-11-24T17:06:00Z", 0);
    assert_eq!(states(&bed), ["published", "pending"]);
    once(&mut bed, "2026-11-24T17:07:00Z", 0);
    assert_eq!(
        (states(&bed), hook.public().len()),
        (["published".into(), "pending".into()], 1)
    );
}

#[test]
fn a_post_in_doubt_keeps_its_slot() {
    let (mut bed, hook) = two_for_one_slot(Fault::Drop(When::Accepted));
    for minute in ["17:01", "17:30"] {
        bed.at(&format!("2026-11-24T{minute}:00Z")).json(&["run", "--once"]);
        assert_eq!(bed.database().state("2/hook"), "pending", "two in one slot at {minute}");
    }
    assert_eq!(
        (bed.database().state("1/hook"), hook.public().len()),
        ("published".to_owned(), 1)
    );
    once(&mut bed, "2026-11-24T18:00:00Z", 0);
    assert_eq!(
        (states(&bed), hook.public().len()),
        (["published".into(), "published".into()], 2)
    );
}
