//! Posts of several parts, really published: in order, each answering the one before, each once.

mod between;
mod places;

use serde_json::{Value, json};

use crate::bed::{Bed, HEAD};
use crate::database::text;
use crate::fake::bluesky::Bluesky;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::{Fake, Fault, World};
use crate::invariants::{self, Watch};
use crate::network::{Network, bluesky_channel, mastodon_channel};

const URL: &str = "https://example.org/long-read";

/// Sentences that need three parts on Mastodon and more on Bluesky; no two parts alike.
fn long() -> String {
    let sentence =
        |n: usize| format!("In city number {n} the clinics stayed open all night and nobody was turned away.");
    (1..=16).map(sentence).collect::<Vec<_>>().join(" ")
}

/// A network that has threads, as the channel `ch`.
enum Net {
    Mastodon(Fake<Mastodon>),
    Bluesky(Fake<Bluesky>),
}

/// One message as readers see it.
#[derive(Clone, Debug)]
struct Seen {
    id: String,
    text: String,
    /// The message that it answers.
    answers: Option<String>,
}

const BOTH: [Network; 2] = [Network::Mastodon, Network::Bluesky];

impl Net {
    /// A bed with this network; `keys`: more keys of its channel.
    fn start(network: Network, keys: &str) -> (Bed, Self) {
        let bed = Bed::empty();
        let net = match network {
            Network::Mastodon => Net::Mastodon(Fake::start("ch", &bed.target, Mastodon::new(Software::Mastodon))),
            Network::Bluesky => Net::Bluesky(Fake::start("ch", &bed.target, Bluesky::new())),
            other => panic!("{other:?} has no threads"),
        };
        let channel = match &net {
            Net::Mastodon(fake) => mastodon_channel("ch", &fake.url()),
            Net::Bluesky(fake) => bluesky_channel("ch", &fake.url()),
        };
        bed.write("handbill.toml", &format!("{HEAD}\n{channel}{keys}\n"));
        bed.json(&["init", "."]).ends(0);
        let look = || {
            let database = bed.database();
            move |seen: &crate::fake::Seen| invariants::intent_is_there(&database, seen)
        };
        match &net {
            Net::Mastodon(fake) => fake.watch(look()),
            Net::Bluesky(fake) => fake.watch(look()),
        }
        (bed, net)
    }

    fn world(&self) -> &dyn World {
        match self {
            Net::Mastodon(fake) => fake,
            Net::Bluesky(fake) => fake,
        }
    }

    /// Each request to post meets one of these.
    fn on_post(&self, faults: impl IntoIterator<Item = Fault>) {
        match self {
            Net::Mastodon(fake) => fake.on_post(faults),
            Net::Bluesky(fake) => fake.on_post(faults),
        }
    }

    /// What readers see, oldest first. Of Bluesky it is asserted that replies name records as they are there.
    fn seen(&self) -> Vec<Seen> {
        match self {
            Net::Mastodon(fake) => fake.service(|mastodon| {
                let seen = |status: &crate::fake::mastodon::Status| Seen {
                    id: status.id.clone(),
                    text: status.text.clone(),
                    answers: status.answers.clone(),
                };
                mastodon.statuses().iter().map(seen).collect()
            }),
            Net::Bluesky(fake) => in_reply_order(&fake.service(|bluesky| bluesky.shown())),
        }
    }

    /// The records of Bluesky, each with its address and hash.
    fn records(&self) -> Vec<(String, String, Value)> {
        match self {
            Net::Mastodon(_) => panic!("Mastodon has no records"),
            Net::Bluesky(fake) => fake.service(|bluesky| bluesky.shown()),
        }
    }
}

/// Records one after another as they answer each other: their keys are no order.
fn in_reply_order(records: &[(String, String, Value)]) -> Vec<Seen> {
    let answers = |record: &Value| record["reply"]["parent"]["uri"].as_str().map(str::to_owned);
    let root = records.iter().find(|(_, _, record)| answers(record).is_none());
    let mut list: Vec<Seen> = Vec::new();
    let mut next = root;
    while let Some((id, cid, record)) = next {
        list.push(Seen {
            id: id.clone(),
            text: record["text"].as_str().unwrap().to_owned(),
            answers: answers(record),
        });
        if let Some((root, root_cid, _)) = root.filter(|_| record["reply"].is_object()) {
            assert_eq!(
                record["reply"]["root"],
                json!({"uri": root, "cid": root_cid}),
                "{record}"
            );
        }
        next = records.iter().find(|(_, _, other)| answers(other).as_ref() == Some(id));
        if let Some((_, _, other)) = next {
            assert_eq!(other["reply"]["parent"], json!({"uri": id, "cid": cid}), "{other}");
        }
    }
    assert_eq!(list.len(), records.len(), "not one thread: {records:?}");
    list
}

/// Adds the long read as a thread that is due, and gives it.
fn add(bed: &Bed, more: &[&str]) -> Value {
    let long = long();
    let words = [
        "add",
        URL,
        "--title",
        "A long read",
        "--summary",
        &long,
        "--no-fetch",
        "--now",
    ];
    bed.json(&[&words[..], more].concat()).done()
}

fn texts(delivery: &Value) -> Vec<String> {
    let parts = delivery["parts"].as_array().unwrap();
    parts
        .iter()
        .map(|part| part["text"].as_str().unwrap().to_owned())
        .collect()
}

/// Asserts that readers see the parts of a delivery, each once, in order, each answering the one before.
#[track_caller]
fn is_whole(bed: &Bed, net: &Net, about: &str) {
    let delivery = bed.delivery("1/ch");
    assert_eq!(delivery["state"], "published", "{about}: {delivery}");
    let (parts, seen) = (texts(&delivery), net.seen());
    assert_eq!(
        seen.iter().map(|seen| seen.text.clone()).collect::<Vec<_>>(),
        parts,
        "{about}"
    );
    assert_eq!(delivery["parts_out"], parts.len(), "{about}: {delivery}");
    let mut before = None;
    for (seen, part) in seen.iter().zip(delivery["parts"].as_array().unwrap()) {
        assert_eq!(seen.answers, before, "{about}: {seen:?}");
        assert_eq!(part["remote_id"], json!(seen.id), "{about}: {delivery}");
        before = Some(seen.id.clone());
    }
}

#[test]
fn a_thread_is_published_in_order_by_the_command_that_waits() {
    for network in BOTH {
        let (bed, net) = Net::start(network, "");
        let post = add(&bed, &["--thread", "--wait", "--hashtag", "Health"]);
        let parts = texts(&post["deliveries"][0]);
        assert!(parts.len() >= 3, "{post}");
        assert!(parts[0].contains(&format!("(1/{})", parts.len())), "{parts:?}");
        let tagged: Vec<usize> = (0..parts.len()).filter(|n| parts[*n].contains("#Health")).collect();
        assert!(tagged.len() == 1 && tagged[0] > 0, "{parts:?}");
        let bare = |part: &String| part.split(" (").next().unwrap().trim_end_matches('…').to_owned();
        let words = parts.iter().map(bare).collect::<Vec<_>>().join(" ");
        assert!(words.contains(&long()), "something is lost: {parts:?}");
        assert_eq!(post["deliveries"][0]["dropped"], json!([]), "{post}");
        is_whole(&bed, &net, &format!("{network:?}"));
        Watch::new(bed.database(), &[net.world()]).check();
    }
}

#[test]
fn a_thread_is_published_in_order_by_the_daemon_and_told_as_one() {
    for network in BOTH {
        let (bed, net) = Net::start(network, "");
        let post = add(&bed, &["--thread"]);
        let parts = texts(&post["deliveries"][0]);
        let mut watch = Watch::new(bed.database(), &[net.world()]);
        let _daemon = bed.daemon();
        watch.until("1/ch", "published");
        is_whole(&bed, &net, &format!("{network:?}"));
        assert_eq!(texts(&bed.delivery("1/ch")), parts, "what was shown is what went out");
        let row = watch.database().rows("SELECT * FROM history").remove(0);
        assert_eq!(text(&row, "text"), parts.join("\n\n"));
        let first = bed.delivery("1/ch")["parts"][0].clone();
        let shown = first["url"].as_str().or(first["remote_id"].as_str()).unwrap();
        assert_eq!(text(&row, "remote_url"), shown);
        let csv = bed.run(&["history", "--format", "csv"]).ends(0).out;
        let quoted = parts.join("\n\n").replace('"', "\"\"");
        assert!(csv.contains(&quoted), "the parts joined by an empty line, in:\n{csv}");
        let preview = bed.run(&["preview", "1"]).ends(0).out;
        assert!(preview.contains(&format!("Part 2 of {}", parts.len())), "{preview}");
        assert_eq!(bed.json(&["status"]).ends(0).json()["ok"], true);
    }
}

#[test]
fn a_thread_can_be_made_one_message_again_and_back() {
    let (bed, net) = Net::start(Network::Mastodon, "");
    let post = add(&bed, &["--thread"]);
    assert!(post["deliveries"][0]["parts"].as_array().unwrap().len() > 2, "{post}");
    let post = bed.json(&["edit", "1", "--no-thread"]).done();
    assert_eq!(
        (&post["thread"], post["deliveries"][0]["parts"].as_array().map(Vec::len)),
        (&json!(false), Some(1))
    );
    assert!(
        post["deliveries"][0]["dropped"]
            .as_array()
            .unwrap()
            .contains(&json!("summary")),
        "{post}"
    );
    bed.json(&["edit", "1", "--thread"]).done();
    let post = bed.json(&["edit", "1", "--title", "Another title"]).done();
    assert_eq!(post["thread"], true, "what is not given stays: {post}");
    bed.run(&["edit", "1", "--thread", "--no-thread"]).ends(2);
    bed.json(&["edit", "1", "--no-thread"]).done();
    bed.json(&["run", "--once"]).ends(0);
    let seen = net.seen();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].text.contains(URL) && !seen[0].text.contains("(1/"), "{seen:?}");
}

#[test]
fn a_short_text_is_one_message_with_thread_too() {
    for network in BOTH {
        let (bed, net) = Net::start(network, "");
        let args = [
            "add",
            URL,
            "--title",
            "T",
            "--summary",
            "Short.",
            "--no-fetch",
            "--now",
            "--wait",
            "--thread",
        ];
        let post = bed.json(&args).done();
        assert_eq!(texts(&post["deliveries"][0]).len(), 1, "{post}");
        assert!(!net.seen()[0].text.contains("(1/1)"), "{post}");
    }
}
