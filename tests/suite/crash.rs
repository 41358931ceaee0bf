//! The crash matrix: for each network the daemon is killed at every step of the protocol, and started again. Each
//! time the post is public exactly once, nothing is stuck, and every invariant held after every step.

use crate::fake::When;
use crate::invariants::Watch;
use crate::network::{Network, One, killed};
use crate::patience::{side_by_side, until};

/// How a daemon dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    /// At a point of the program, when it is passed for the n-th time.
    Point(&'static str, u32),
    /// By the server, while it handles the request to post.
    Server(When),
}

/// The most transactions that a sweep looks at; the last one must be beyond the end of the work.
const COMMITS: u32 = 9;

/// Every transaction, and both sides of every call.
fn points() -> Vec<Death> {
    let commits = (1..=COMMITS).flat_map(|n| [Death::Point("before-commit", n), Death::Point("after-commit", n)]);
    let calls = (1..=2).flat_map(|n| [Death::Point("before-call", n), Death::Point("after-call", n)]);
    commits.chain(calls).collect()
}

fn server() -> Vec<Death> {
    [When::Read, When::Accepted, When::Answered].map(Death::Server).to_vec()
}

/// Lets daemons die one after another as `deaths` say, and one live; gives which of the deaths came.
fn live_through(network: Network, deaths: &[Death]) -> Vec<bool> {
    let one = One::new(network);
    let mut watch = one.watch();
    let mut came = Vec::new();
    for death in deaths {
        came.push(dies(&one, &mut watch, *death));
    }
    let mut daemon = one.bed.daemon();
    until(&format!("{} is published after {deaths:?}", one.delivery), || {
        watch.check();
        (one.state(&watch) == "published").then_some(())
    });
    daemon.kill();
    watch.check();
    assert_eq!(
        one.net.public().len(),
        1,
        "public posts on {network:?} after {deaths:?}"
    );
    one.net.agrees();
    assert_told_and_free_of_secrets(&one, deaths);
    came
}

/// Whether the daemon died as it should, or came to rest before that.
fn dies(one: &One, watch: &mut Watch<'_>, death: Death) -> bool {
    let crash = match death {
        Death::Point(point, n) => Some(format!("{point}:{n}")),
        Death::Server(when) => {
            one.net.on_post(killed(when));
            None
        }
    };
    let env: Vec<(&str, &str)> = crash
        .iter()
        .map(|crash| ("HANDBILL_TEST_CRASH", crash.as_str()))
        .collect();
    let mut daemon = one.bed.daemon_with(&env);
    let died = until(&format!("the daemon died by {death:?}, or had no more to do"), || {
        let died = daemon.ended().is_some();
        watch.check();
        (died || one.state(watch) == "published").then_some(died)
    });
    daemon.kill();
    watch.note_death();
    watch.check();
    died
}

fn assert_told_and_free_of_secrets(one: &One, deaths: &[Death]) {
    let status = one.bed.json(&["status"]).ends(0).json();
    assert_eq!(status["ok"], true, "status after {deaths:?}: {status}");
    let delivery = one.bed.delivery(&one.delivery);
    assert_eq!(delivery["state"], "published", "{delivery}");
    assert_eq!(delivery["parts_out"], 1, "{delivery}");
    assert!(
        delivery["published_at"].is_string() && delivery["error"].is_null(),
        "{delivery}"
    );
    let id = &delivery["parts"][0]["remote_id"];
    assert_eq!(*id, one.net.public()[0].remote_id.as_str(), "{delivery}");
}

/// Every point, one death each.
fn matrix(network: Network) {
    let mut deaths = points();
    if network != Network::Feed {
        deaths.extend(server());
    }
    let came = side_by_side(deaths.clone(), |death| live_through(network, &[death])[0]);
    let last = deaths
        .iter()
        .zip(&came)
        .filter(|(_, came)| **came)
        .map(|(death, _)| death);
    println!("{network:?}: died by {:?}", last.collect::<Vec<_>>());
    assert_sweep_was_whole(&deaths, &came);
}

/// The first passages must have killed, and the last ones must have lain beyond the end of the work.
fn assert_sweep_was_whole(deaths: &[Death], came: &[bool]) {
    for (death, came) in deaths.iter().zip(came) {
        match death {
            Death::Point("before-commit" | "after-commit", n) if *n > 2 => {
                assert!(
                    *n < COMMITS || !came,
                    "{death:?} came: there are more transactions than were looked at"
                );
            }
            // Only Bluesky has two: it is asked first who is mentioned.
            Death::Point("before-call" | "after-call", 2) => {}
            _ => assert!(came, "{death:?} never came"),
        }
    }
}

/// The answer is lost after the post is out; then the daemon that settles this dies, at every point.
fn matrix_of_recovery(network: Network) {
    let first = if network == Network::Feed {
        Death::Point("after-call", 1)
    } else {
        Death::Server(When::Accepted)
    };
    let deaths = points();
    side_by_side(deaths, |death| live_through(network, &[first, death]));
}

#[test]
fn feed_is_published_once_wherever_the_daemon_dies() {
    matrix(Network::Feed);
    matrix_of_recovery(Network::Feed);
}

#[test]
fn webhook_is_delivered_once_wherever_the_daemon_dies() {
    matrix(Network::Webhook);
    matrix_of_recovery(Network::Webhook);
}

#[test]
fn mastodon_is_published_once_wherever_the_daemon_dies() {
    matrix(Network::Mastodon);
    matrix_of_recovery(Network::Mastodon);
}

#[test]
fn bluesky_is_published_once_wherever_the_daemon_dies() {
    matrix(Network::Bluesky);
    matrix_of_recovery(Network::Bluesky);
}

/// The same three deaths one after another, each on the call that the last one left open.
#[test]
fn three_deaths_in_a_row_make_no_second_copy() {
    let networks = Network::ALL.into_iter().filter(|network| *network != Network::Feed);
    let cases = networks.flat_map(|network| [When::Read, When::Accepted].map(|when| (network, when)));
    side_by_side(cases.collect(), |(network, when)| {
        live_through(
            network,
            &[
                Death::Server(when),
                Death::Server(When::Read),
                Death::Server(When::Accepted),
            ],
        )
    });
}
