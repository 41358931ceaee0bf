//! Where a channel wants the link: in a comment of its own below the post, or in the card alone.

use serde_json::json;

use super::{BOTH, Net, URL, add, is_whole};
use crate::bed::{Bed, HEAD};
use crate::fake::{Fault, When};
use crate::invariants::Watch;
use crate::network::{Network, mastodon_channel};
use crate::patience::side_by_side;

#[test]
fn the_link_in_the_first_comment_is_a_reply_of_its_own() {
    for network in BOTH {
        let (bed, net) = Net::start(network, "link = \"first_comment\"\n");
        let args = [
            "add",
            URL,
            "--title",
            "T",
            "--summary",
            "Short words.",
            "--no-fetch",
            "--now",
            "--wait",
        ];
        bed.json(&args).done();
        is_whole(&bed, &net, &format!("{network:?}"));
        let parts = bed.delivery("1/ch")["parts"].clone();
        assert_eq!(parts.as_array().map(Vec::len), Some(2), "{parts}");
        let (post, comment) = (parts[0]["text"].as_str().unwrap(), parts[1]["text"].as_str().unwrap());
        assert!(post.contains("Short words.") && !post.contains(URL), "{parts}");
        let named = comment.contains(URL) || parts[1]["links"].to_string().contains(URL);
        assert!(
            comment.contains("Read the full article") && named || network == Network::Bluesky,
            "{parts}"
        );
        if network == Network::Bluesky {
            let (_, _, record) = net
                .records()
                .into_iter()
                .find(|(_, _, record)| record["reply"].is_object())
                .unwrap();
            assert!(record["facets"].to_string().contains(URL), "{record}");
            assert_eq!(
                record["embed"]["external"]["uri"], URL,
                "the card goes with the link: {record}"
            );
        }
        Watch::new(bed.database(), &[net.world()]).check();
    }
}

#[test]
fn a_link_in_the_first_comment_of_a_thread_comes_last() {
    let (bed, net) = Net::start(Network::Mastodon, "link = \"first_comment\"\n");
    add(&bed, &["--thread", "--wait"]);
    is_whole(&bed, &net, "a thread and its comment");
    let seen = net.seen();
    let with_link: Vec<usize> = (0..seen.len()).filter(|n| seen[*n].text.contains(URL)).collect();
    assert_eq!(with_link, [seen.len() - 1], "{seen:?}");
}

#[test]
fn the_link_in_the_card_alone_is_not_in_the_text() {
    let (bed, net) = Net::start(Network::Bluesky, "link = \"card\"\n");
    let args = [
        "add",
        URL,
        "--title",
        "A title",
        "--summary",
        "Short words.",
        "--no-fetch",
        "--now",
        "--wait",
    ];
    bed.json(&args).done();
    let records = net.records();
    assert_eq!(records.len(), 1, "{records:?}");
    let record = &records[0].2;
    let card = json!({"uri": URL, "title": "A title", "description": "Short words."});
    assert_eq!(record["embed"]["external"], card, "{record}");
    let text = record["text"].as_str().unwrap();
    assert!(
        !text.contains("Read the full article") && !text.contains("example.org"),
        "{text}"
    );
    assert!(!record["facets"].to_string().contains(URL), "{record}");
    assert_eq!(bed.json(&["status"]).ends(0).json()["ok"], true);
}

/// Such a post is found again by its card, since its text has no link.
#[test]
fn a_lost_answer_about_a_card_or_a_comment_is_found_out() {
    let cases = vec![
        (Network::Bluesky, "card", 1),
        (Network::Bluesky, "first_comment", 2),
        (Network::Mastodon, "first_comment", 2),
    ];
    side_by_side(cases, |(network, place, parts)| {
        for lost in 0..parts {
            let (bed, net) = Net::start(network, &format!("link = \"{place}\"\n"));
            let args = [
                "add",
                URL,
                "--title",
                "T",
                "--summary",
                "Short words.",
                "--no-fetch",
                "--now",
            ];
            bed.json(&args).done();
            net.on_post(std::iter::repeat_n(Fault::Behave, lost).chain([Fault::Drop(When::Accepted)]));
            let mut watch = Watch::new(bed.database(), &[net.world()]);
            let _daemon = bed.daemon();
            watch.until("1/ch", "published");
            is_whole(&bed, &net, &format!("{network:?} {place} {lost}"));
        }
    });
}

#[test]
fn a_place_that_a_network_does_not_have_is_a_mistake_in_the_settings() {
    for (network, place) in [(Network::Mastodon, "card"), (Network::Mastodon, "nowhere")] {
        let bed = Bed::empty();
        let channel = mastodon_channel("ch", "http://127.0.0.1:9");
        bed.write("handbill.toml", &format!("{HEAD}\n{channel}link = \"{place}\"\n"));
        let error = bed.json(&["queue"]).refused(3);
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains("link") && message.contains(place),
            "{network:?}: {message}"
        );
    }
}
