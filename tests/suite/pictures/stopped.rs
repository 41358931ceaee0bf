//! The daemon dies between a picture and its post, and around both: the post is public once, with its pictures.

use super::{ALTS, add};
use crate::bed::{Bed, HEAD};
use crate::fake::When;
use crate::invariants::Watch;
use crate::network::{Network, Running, killed};
use crate::patience::{side_by_side, until};

/// How a daemon dies.
#[derive(Clone, Copy, Debug)]
enum Death {
    /// At a point of the program, when it is passed for the n-th time.
    Point(&'static str, u32),
    /// By the server, while it handles the n-th upload.
    Upload(When, usize),
    /// By the server, while it handles the request to post.
    Post(When),
}

/// Two uploads and the post; on Bluesky one more call, which asks who is mentioned.
fn deaths(calls: u32) -> Vec<Death> {
    let calls = (1..=calls).flat_map(|n| [Death::Point("before-call", n), Death::Point("after-call", n)]);
    let commits = (3..=7).flat_map(|n| [Death::Point("before-commit", n), Death::Point("after-commit", n)]);
    let whens = [When::Read, When::Accepted, When::Answered];
    let uploads = (0..2).flat_map(|n| whens.map(|when| Death::Upload(when, n)));
    calls
        .chain(commits)
        .chain(uploads)
        .chain(whens.map(Death::Post))
        .collect()
}

/// A network as the channel of its word, and a post with two pictures that is due.
fn bed(network: Network) -> (Bed, Running) {
    let bed = Bed::empty();
    let (net, channel) = Running::start(&bed, network);
    bed.write("handbill.toml", &format!("{HEAD}\n{channel}"));
    add(&bed, &[]);
    net.demand_intents(&bed);
    (bed, net)
}

fn arm(net: &Running, death: Death) {
    let faults = |n: usize, when| {
        let before = std::iter::repeat_n(crate::fake::Fault::Behave, n);
        before.chain([killed(when)]).collect::<Vec<_>>()
    };
    match (net, death) {
        (_, Death::Point(..)) => {}
        (_, Death::Post(when)) => net.on_post(killed(when)),
        (Running::Mastodon(fake), Death::Upload(when, n)) => fake.on_path("/api/v2/media", faults(n, when)),
        (Running::Bluesky(fake), Death::Upload(when, n)) => fake.on_path("uploadBlob", faults(n, when)),
        _ => panic!("no such death there"),
    }
}

/// The alt texts of the only post's pictures.
fn shown(net: &Running) -> Vec<String> {
    match net {
        Running::Mastodon(fake) => fake.service(|mastodon| {
            let description = |id: &String| {
                let picture = mastodon.pictures.iter().find(|picture| picture.id == *id);
                picture.unwrap().description.clone().unwrap()
            };
            mastodon.statuses()[0].pictures.iter().map(description).collect()
        }),
        Running::Bluesky(fake) => {
            let record = fake.service(|bluesky| bluesky.shown())[0].2.clone();
            let images = record["embed"]["images"].as_array().unwrap().clone();
            images
                .iter()
                .map(|image| image["alt"].as_str().unwrap().to_owned())
                .collect()
        }
        _ => panic!("no pictures there"),
    }
}

fn dies_once(network: Network, death: Death) {
    let (bed, net) = bed(network);
    let delivery = format!("1/{}", network.word());
    let mut watch = Watch::new(bed.database(), &[net.world()]);
    arm(&net, death);
    let point = match death {
        Death::Point(point, n) => Some(format!("{point}:{n}")),
        _ => None,
    };
    let env: Vec<(&str, &str)> = point
        .iter()
        .map(|point| ("HANDBILL_TEST_CRASH", point.as_str()))
        .collect();
    let mut daemon = bed.daemon_with(&env);
    until(&format!("the daemon died by {death:?}"), || {
        watch.check();
        daemon.ended().map(|_| ())
    });
    watch.note_death();
    watch.check();
    let _daemon = bed.daemon();
    watch.until(&delivery, "published");
    assert_eq!(net.public().len(), 1, "public posts on {network:?} after {death:?}");
    assert_eq!(shown(&net), ALTS, "on {network:?} after {death:?}");
    assert_eq!(
        bed.delivery(&delivery)["parts"][0]["remote_id"],
        net.public()[0].remote_id.as_str()
    );
}

#[test]
fn mastodon_shows_the_pictures_once_wherever_the_daemon_dies() {
    side_by_side(deaths(3), |death| dies_once(Network::Mastodon, death));
}

#[test]
fn bluesky_shows_the_pictures_once_wherever_the_daemon_dies() {
    side_by_side(deaths(4), |death| dies_once(Network::Bluesky, death));
}
