//! One post with two pictures on all networks at once.

use std::path::Path;

use serde_json::{Value, json};

use super::{ALTS, add, kept, tells};
use crate::bed::{Bed, HEAD};
use crate::fake::bluesky::Bluesky;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::{Fake, Request, cid};
use crate::network::{bluesky_channel, feed_channel, mastodon_channel};

/// The three networks that show pictures, each as the channel of its name.
struct Newsroom {
    bed: Bed,
    mastodon: Fake<Mastodon>,
    bluesky: Fake<Bluesky>,
}

fn newsroom(settings: &str) -> Newsroom {
    let bed = Bed::empty();
    let mastodon = Fake::start("mastodon", &bed.target, Mastodon::new(Software::Mastodon));
    let bluesky = Fake::start("bluesky", &bed.target, Bluesky::new());
    let channels = [
        mastodon_channel("mastodon", &mastodon.url()),
        bluesky_channel("bluesky", &bluesky.url()),
        feed_channel("public"),
    ];
    bed.write("handbill.toml", &format!("{HEAD}\n{settings}\n{}", channels.concat()));
    Newsroom { bed, mastodon, bluesky }
}

impl Newsroom {
    fn requests(&self) -> Vec<Request> {
        [self.mastodon.requests(), self.bluesky.requests()].concat()
    }

    /// The only record.
    fn record(&self) -> Value {
        let shown = self.bluesky.service(|bluesky| bluesky.shown());
        assert_eq!(shown.len(), 1, "{shown:?}");
        shown[0].2.clone()
    }

    /// The pictures of the only status: description and bytes.
    fn attached(&self) -> Vec<(Option<String>, Vec<u8>)> {
        self.mastodon.service(|mastodon| {
            let [status] = mastodon.statuses() else {
                panic!("{:?}", mastodon.statuses());
            };
            let by_id = |id: &String| mastodon.pictures.iter().find(|picture| picture.id == *id).unwrap();
            let told = |id| (by_id(id).description.clone(), by_id(id).bytes.clone());
            status.pictures.iter().map(told).collect()
        })
    }
}

/// Asserts that every delivery of a post is out.
#[track_caller]
fn all_out(post: &Value) {
    for delivery in post["deliveries"].as_array().unwrap() {
        assert_eq!(delivery["state"], "published", "{delivery}");
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn two_pictures_and_what_they_tell_reach_every_network_and_nothing_else_does() {
    let room = newsroom("");
    all_out(&add(&room.bed, &["--wait"]));
    on_mastodon(&room);
    on_bluesky(&room);
    on_the_feed(&room);
    // Whatever left this machine, and whatever is kept.
    for request in room.requests() {
        assert_eq!(tells(&request.bytes), None, "{}", request.path);
    }
    for file in files(&room.bed.path("public")).into_iter().chain(kept(&room.bed)) {
        assert_eq!(tells(&std::fs::read(&file).unwrap()), None, "{}", file.display());
    }
}

fn on_mastodon(room: &Newsroom) {
    let attached = room.attached();
    let told: Vec<Option<&str>> = attached.iter().map(|(alt, _)| alt.as_deref()).collect();
    assert_eq!(told, ALTS.map(Some), "in order");
    assert_ne!(attached[0].1, attached[1].1);
    let kinds: Vec<String> = room
        .mastodon
        .service(|mastodon| mastodon.pictures.iter().map(|p| p.mime.clone()).collect());
    assert_eq!(kinds, ["image/jpeg", "image/jpeg"], "each once");
}

fn on_bluesky(room: &Newsroom) {
    let embed = room.record()["embed"].clone();
    assert_eq!(embed["$type"], "app.bsky.embed.images");
    let images = embed["images"].as_array().unwrap();
    let told: Vec<&Value> = images.iter().map(|image| &image["alt"]).collect();
    assert_eq!(told, ALTS, "in order");
    // It was made lying on its side.
    assert_eq!(images[1]["aspectRatio"], json!({"width": 53, "height": 75}));
    assert_eq!(room.bluesky.count_path("uploadBlob"), 2, "each once");
    // Both networks have the same pictures, which fit both.
    for (image, (_, bytes)) in images.iter().zip(room.attached()) {
        assert_eq!(image["image"]["ref"]["$link"], cid(&bytes));
    }
}

fn on_the_feed(room: &Newsroom) {
    let page = room.bed.read("public/index.html");
    let alt = ALTS[0]
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let at = |sign: &str| page.find(sign).unwrap_or_else(|| panic!("no {sign} in:\n{page}"));
    assert!(
        at(&format!("alt=\"{alt}\"")) < at(&format!("alt=\"{}\"", ALTS[1])),
        "in order"
    );
    let pictures = files(&room.bed.path("public/pictures"));
    assert_eq!(pictures.len(), 2, "{pictures:?}");
    let atom = room.bed.read("public/feed.atom");
    let json = room.bed.read("public/feed.json");
    for picture in pictures {
        let name = picture.file_name().unwrap().to_str().unwrap();
        assert!(page.contains(&format!("src=\"pictures/{name}\"")), "{name} in:\n{page}");
        assert!(atom.contains(name) && json.contains(name), "{name} in the feeds");
    }
}

/// Mastodon refuses a description of more than 1500 characters; Bluesky has no such bound.
#[test]
fn a_long_alt_text_is_cut_at_a_word_where_the_network_takes_no_more() {
    let room = newsroom("");
    super::put(&room.bed);
    let long = "Ärztinnen ".repeat(300);
    let words = [
        "add",
        crate::network::ARTICLE,
        "--title",
        "A title",
        "--summary",
        "A summary.",
        "--no-fetch",
    ];
    let more = ["--image", "one.jpg", "--alt", &long, "--now", "--wait"];
    let post = room.bed.json(&[&words[..], &more].concat()).done();
    all_out(&post);
    let described = room.attached()[0].0.clone().unwrap();
    assert!(
        (1400..=1500).contains(&described.chars().count()),
        "{}",
        described.chars().count()
    );
    assert!(described.ends_with("Ärztinnen…"), "{described}");
    assert_eq!(room.record()["embed"]["images"][0]["alt"], long.trim());
    // What is shown is what went out.
    assert_eq!(post["deliveries"][0]["images"][0]["alt"], described.as_str());
}

/// With the rule at "warn" a picture without alt text goes out, and no network is told an invented one.
#[test]
fn a_picture_without_alt_text_goes_out_where_the_settings_allow_it() {
    let room = newsroom("[lint]\nalt_text = \"warn\"\n");
    super::put(&room.bed);
    let words = [
        "add",
        crate::network::ARTICLE,
        "--title",
        "A title",
        "--summary",
        "A summary.",
        "--no-fetch",
    ];
    let post = room
        .bed
        .json(&[&words[..], &["--image", "one.jpg", "--now", "--wait"]].concat())
        .done();
    all_out(&post);
    assert_eq!(
        room.attached().iter().map(|(alt, _)| alt.clone()).collect::<Vec<_>>(),
        [None]
    );
    assert_eq!(room.record()["embed"]["images"][0]["alt"], "");
    assert!(room.bed.read("public/index.html").contains("alt=\"\""));
}
