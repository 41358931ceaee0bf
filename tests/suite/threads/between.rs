//! What can happen between two parts: a death, a lost answer, a refusal, a hold, an end. Each part goes out once.

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{BOTH, Net, add, is_whole};
use crate::fake::{Fault, Reply, When};
use crate::invariants::Watch;
use crate::network::{Network, killed};
use crate::patience::{side_by_side, until};

/// How a daemon dies between the first and the last part.
#[derive(Clone, Copy, Debug)]
enum Death {
    Point(&'static str, u32),
    /// By the server, while it handles this request to post (1: the first).
    Server(usize, When),
}

fn deaths(network: Network) -> Vec<Death> {
    // The sixth writes that all is out.
    let commits = (2..=5).flat_map(|n| [Death::Point("before-commit", n), Death::Point("after-commit", n)]);
    // Bluesky is asked for a session, and for who is mentioned.
    let calls = if network == Network::Bluesky { 6 } else { 3 };
    let calls = (1..=calls).flat_map(|n| [Death::Point("before-call", n), Death::Point("after-call", n)]);
    let whens = [When::Read, When::Accepted, When::Answered];
    let server = (1..=2).flat_map(|no| whens.map(|when| Death::Server(no, when)));
    commits.chain(calls).chain(server).collect()
}

fn survives(network: Network, death: Death) -> bool {
    let (bed, net) = Net::start(network, "");
    add(&bed, &["--thread"]);
    let mut watch = Watch::new(bed.database(), &[net.world()]);
    let point = match death {
        Death::Point(point, n) => format!("{point}:{n}"),
        Death::Server(no, when) => {
            net.on_post(std::iter::repeat_n(Fault::Behave, no - 1).chain([killed(when)]));
            String::new()
        }
    };
    let mut daemon = bed.daemon_with(&[("HANDBILL_TEST_CRASH", point.as_str())]);
    let died = until(&format!("the daemon died by {death:?}, or had no more to do"), || {
        let died = daemon.ended().is_some();
        watch.check();
        (died || watch.database().state("1/ch") == "published").then_some(died)
    });
    daemon.kill();
    watch.note_death();
    watch.check();
    let mut daemon = bed.daemon();
    watch.until("1/ch", "published");
    daemon.kill();
    watch.check();
    is_whole(&bed, &net, &format!("{network:?} after {death:?}"));
    died
}

#[test]
fn every_part_goes_out_once_wherever_the_daemon_dies() {
    let cases: Vec<(Network, Death)> = BOTH
        .into_iter()
        .flat_map(|network| deaths(network).into_iter().map(move |death| (network, death)))
        .collect();
    let came = side_by_side(cases.clone(), |(network, death)| survives(network, death));
    for ((network, death), came) in cases.iter().zip(&came) {
        assert!(came, "{network:?}: {death:?} never came");
    }
}

#[test]
fn a_lost_answer_in_the_middle_makes_no_second_part() {
    let faults = vec![
        Fault::Drop(When::Read),
        Fault::Drop(When::Accepted),
        Fault::Garbage,
        Fault::Say(Reply::json(500, &json!({"error": "Something went wrong"})), true),
        Fault::Say(Reply::json(503, &json!({"error": "Something went wrong"})), false),
    ];
    let cases: Vec<(Network, Fault)> = BOTH
        .into_iter()
        .flat_map(|network| faults.clone().into_iter().map(move |fault| (network, fault)))
        .collect();
    side_by_side(cases, |(network, fault)| {
        let (bed, net) = Net::start(network, "");
        add(&bed, &["--thread"]);
        net.on_post([Fault::Behave, fault.clone()]);
        let mut watch = Watch::new(bed.database(), &[net.world()]);
        let _daemon = bed.daemon();
        watch.until("1/ch", "published");
        is_whole(&bed, &net, &format!("{network:?} after {fault:?}"));
    });
}

#[test]
fn half_a_thread_is_told_and_a_retry_sends_only_the_rest() {
    let (bed, net) = Net::start(Network::Mastodon, "");
    add(&bed, &["--thread"]);
    let refused = Reply::json(422, &json!({"error": "Validation failed: Text is too odd"}));
    net.on_post([Fault::Behave, Fault::Say(refused, false)]);
    let mut watch = Watch::new(bed.database(), &[net.world()]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "failed");
    let delivery = bed.delivery("1/ch");
    assert_eq!(delivery["parts_out"], 1, "{delivery}");
    assert!(
        delivery["parts"][0]["remote_id"].is_string() && delivery["parts"][1]["remote_id"].is_null(),
        "{delivery}"
    );
    let status = bed.json(&["status"]).ends(8).json();
    let told = status["attention"].to_string();
    assert!(told.contains("1/ch") && told.contains("handbill retry 1/ch"), "{told}");
    // The words of a post that is half out stay as they are.
    bed.json(&["edit", "1", "--summary", "Other words."]).refused(5);
    bed.json(&["edit", "1", "--no-thread"]).refused(5);
    bed.json(&["retry", "1/ch", "--now"]).done();
    watch.until("1/ch", "published");
    is_whole(&bed, &net, "after a retry");
}

#[test]
fn a_hold_between_two_parts_keeps_the_rest_until_it_ends() {
    let (bed, net) = Net::start(Network::Mastodon, "");
    let Net::Mastodon(fake) = &net else { unreachable!() };
    add(&bed, &["--thread"]);
    net.on_post([Fault::Wait]);
    let mut watch = Watch::new(bed.database(), &[net.world()]);
    let _daemon = bed.daemon();
    fake.wait_waiting(1);
    let held = bed.json(&["hold", "--reason", "Not now"]).done();
    assert_eq!(held["in_flight"], json!(["1/ch"]), "{held}");
    fake.release();
    until("the first part is recorded as out", || {
        watch.check();
        (watch
            .database()
            .number("SELECT COUNT(*) FROM part WHERE out_at IS NOT NULL")
            == 1)
            .then_some(())
    });
    watch.until("1/ch", "pending");
    let status = bed.json(&["status"]).ends(8).json();
    let kinds: Vec<&Value> = status["attention"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["kind"])
        .collect();
    assert!(kinds.contains(&&json!("half_out")), "{status}");
    assert_eq!(net.seen().len(), 1);
    bed.json(&["release"]).done();
    watch.until("1/ch", "published");
    is_whole(&bed, &net, "after a hold");
}

#[test]
fn the_gap_between_posts_is_none_between_the_parts_of_one() {
    let (bed, net) = Net::start(Network::Mastodon, "");
    let gap = bed
        .read("handbill.toml")
        .replace("min_gap = \"0s\"", "min_gap = \"10m\"");
    bed.write("handbill.toml", &gap);
    add(&bed, &["--thread"]);
    let at = [
        "add",
        "https://example.org/next",
        "--title",
        "T",
        "--summary",
        "Next.",
        "--no-fetch",
    ];
    bed.json(&[&at[..], &["--at", "in 2s"]].concat()).done();
    let mut watch = Watch::new(bed.database(), &[net.world()]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "published");
    is_whole(&bed, &net, "with a gap");
    until("the next post is due, and kept by the gap", || {
        let gates = bed.delivery("2/ch")["blocked_by"].clone();
        gates.to_string().contains("spacing").then_some(())
    });
    assert_eq!(watch.database().state("2/ch"), "pending");
}

#[test]
fn a_daemon_that_is_ended_between_two_parts_leaves_the_rest_to_the_next() {
    let moments = BOTH
        .into_iter()
        .flat_map(|network| [When::Read, When::Accepted, When::Answered].map(|when| (network, when)));
    side_by_side(moments.collect(), |(network, when)| {
        let (bed, net) = Net::start(network, "");
        add(&bed, &["--thread"]);
        net.on_post([Fault::Signal(when, Signal::TERM)]);
        let mut watch = Watch::new(bed.database(), &[net.world()]);
        let mut daemon = bed.daemon();
        assert!(daemon.wait().success(), "{network:?} {when:?}: {}", daemon.log());
        watch.check();
        assert!(!net.seen().is_empty());
        let _daemon = bed.daemon();
        watch.until("1/ch", "published");
        is_whole(&bed, &net, &format!("{network:?} {when:?}"));
    });
}

#[test]
fn what_expires_in_the_middle_goes_on_to_its_end() {
    let (bed, net) = Net::start(Network::Mastodon, "");
    let Net::Mastodon(fake) = &net else { unreachable!() };
    add(&bed, &["--thread", "--expires", "in 4s"]);
    let limited = Reply::json(429, &json!({"error": "Too many requests"})).header("retry-after", "5");
    net.on_post([Fault::Behave, Fault::Say(limited, false)]);
    let mut watch = Watch::new(bed.database(), &[net.world()]);
    let _daemon = bed.daemon();
    fake.wait_posts(2);
    watch.until("1/ch", "published");
    is_whole(&bed, &net, "after its expiry");
}
