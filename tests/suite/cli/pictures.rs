//! Pictures that are given with `--image`: bad files, missing alt texts, and networks without a field for them.

use serde_json::json;

use super::{NOW, office, posts};
use crate::bed::Bed;
use crate::network::feed_channel;
use crate::pictures::sample;

const ADD: [&str; 7] = [
    "add",
    "https://example.org/a",
    "--title",
    "T",
    "--summary",
    "S.",
    "--no-fetch",
];

/// A PNG that says it is 50,000 pixels wide and high (with the sum that belongs to that).
fn bomb() -> Vec<u8> {
    let mut png = sample("plain.png");
    png[16..24].copy_from_slice(&[50_000_u32.to_be_bytes(), 50_000_u32.to_be_bytes()].concat());
    let sum = png[12..29].iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)))
    });
    png[29..33].copy_from_slice(&(!sum).to_be_bytes());
    png
}

/// What is wrong with the refusal of a file.
fn wrong(bed: &Bed, file: &str, words: &str) -> Option<String> {
    let args = [&ADD[..], &["--image", file, "--alt", "A door"]].concat();
    let text = bed.run(&args);
    let told = bed.json(&args).refused(3)["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let sentence = told.contains(words) && told.contains(file) && told.trim_end_matches('.').contains(". ");
    let clear = text.code == 3 && text.out.is_empty() && text.err.contains(words) && !text.err.contains("..");
    (!sentence || !clear).then(|| format!("{file}: {told:?} instead of {words:?}; {text}"))
}

#[test]
fn bad_files_are_refused_in_a_sentence_and_nothing_is_added() {
    let bed = office();
    let (png, jpeg) = (sample("plain.png"), sample("baseline-420.jpg"));
    let files: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut.png", png[..png.len() / 2].to_vec(), "its end is missing"),
        ("cut.jpg", jpeg[..jpeg.len() / 2].to_vec(), "its end is missing"),
        (
            "drawing.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            "SVG",
        ),
        (
            "drawing.jpg",
            b"<?xml version=\"1.0\"?><svg xmlns=\"x\"/>".to_vec(),
            "SVG",
        ),
        ("words.jpg", b"These are only some words.".to_vec(), "no picture"),
        (
            "page.png",
            b"<!DOCTYPE html><html>Not found</html>".to_vec(),
            "web page",
        ),
        ("phone.jpg", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "HEIC"),
        ("moving.gif", sample("moving.gif"), "animated"),
        ("moving.webp", sample("animated.webp"), "animated"),
        ("bomb.png", bomb(), "50000 × 50000 pixels"),
        ("empty.png", Vec::new(), "empty"),
    ];
    let wrong: Vec<String> = files
        .iter()
        .filter_map(|(name, bytes, words)| {
            bed.write_bytes(name, bytes);
            wrong(&bed, name, words)
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
    let good = [
        &ADD[..],
        &[
            "--image", "good.png", "--alt", "A door", "--image", "cut.png", "--alt", "Half",
        ],
    ]
    .concat();
    bed.write_bytes("good.png", &png);
    bed.json(&good).refused(3);
    assert_eq!(posts(&bed), 0, "not with the good one alone either");
}

/// Names say nothing: what counts is what is in the file.
#[test]
fn a_good_picture_with_a_wrong_name_is_taken_for_what_it_is() {
    let bed = office();
    for (name, inside, mime) in [
        ("photo.png", "baseline-420.jpg", "image/jpeg"),
        ("photo.jpg", "plain.png", "image/png"),
        ("photo.svg", "plain.png", "image/png"),
        ("photo", "baseline-420.jpg", "image/jpeg"),
    ] {
        bed.write_bytes(name, &sample(inside));
        let post = bed
            .json(&[&ADD[..], &["--image", name, "--alt", "A door", "--allow-duplicate"]].concat())
            .done();
        for delivery in post["deliveries"].as_array().unwrap() {
            assert_eq!(delivery["images"][0]["mime"], mime, "{name}: {delivery}");
        }
    }
}

#[test]
fn files_that_are_not_there_are_said_so() {
    let bed = office();
    for file in ["nowhere.png", "."] {
        let told = bed
            .json(&[&ADD[..], &["--image", file, "--alt", "A door"]].concat())
            .refused(3);
        assert!(told["message"].as_str().unwrap().contains(file), "{told}");
    }
    assert_eq!(posts(&bed), 0);
}

#[test]
fn without_alt_text_a_picture_is_refused_unless_the_settings_allow_it() {
    let bed = office();
    bed.write_bytes("door.png", &sample("plain.png"));
    bed.write_bytes("wall.png", &sample("palette.png"));
    for pictures in [
        &["--image", "door.png"][..],
        &["--image", "door.png", "--alt", " "],
        &["--image", "door.png", "--alt", "A door", "--image", "wall.png"],
    ] {
        let told = bed.json(&[&ADD[..], pictures].concat()).refused(5);
        assert!(told["message"].as_str().unwrap().contains("alt text"), "{told}");
        assert!(told["hint"].as_str().unwrap().contains("lint.alt_text"), "{told}");
    }
    assert_eq!(posts(&bed), 0);
    let more = [&ADD[..], &["--image", "door.png", "--alt", "A door", "--alt", "A wall"]].concat();
    bed.json(&more).refused(3);
    // A draft may wait for it.
    let draft = bed
        .json(&[&ADD[..], &["--image", "door.png", "--draft"]].concat())
        .done();
    assert!(draft["images"][0]["alt"].is_null(), "{draft}");
    bed.write(
        "handbill.toml",
        &format!("{}\n[lint]\nalt_text = \"warn\"\n", bed.read("handbill.toml")),
    );
    let post = bed
        .json(&[&ADD[..], &["--image", "door.png", "--allow-duplicate"]].concat())
        .done();
    assert!(post["images"][0]["alt"].is_null(), "{post}");
    let findings = post["deliveries"][0]["lint"].to_string();
    assert!(findings.contains("alt"), "it is warned of: {post}");
}

/// Telegram has no field for alt texts, so they stand in the words that everybody sees.
#[test]
fn where_there_is_no_field_the_alt_text_stands_in_the_words() {
    let telegram = "[[channel]]\nname = \"telegram\"\nnetwork = \"telegram\"\nhandle = \"@idhdp\"\nchat_id = \"@idhdp\"\n\
                    schedule = [\"@hourly\"]\n";
    let bluesky = "[[channel]]\nname = \"bluesky\"\nnetwork = \"bluesky\"\nhandle = \"@idhdp.example\"\n\
                   identifier = \"idhdp.example\"\npassword = { env = \"BLUESKY_PASSWORD\" }\nschedule = [\"@hourly\"]\n";
    let mut bed = Bed::new(&format!("{telegram}{bluesky}"));
    bed.at(NOW);
    bed.write_bytes("door.png", &sample("plain.png"));
    bed.write_bytes("wall.png", &sample("palette.png"));
    let pictures = [
        "--image",
        "door.png",
        "--alt",
        "A red door",
        "--image",
        "wall.png",
        "--alt",
        "A high wall",
    ];
    let post = bed.json(&[&ADD[..], &pictures].concat()).done();
    let text = |channel: &str| {
        let deliveries = post["deliveries"].as_array().unwrap();
        let own = deliveries
            .iter()
            .find(|delivery| delivery["channel"] == channel)
            .unwrap();
        own["parts"][0]["text"].as_str().unwrap().to_owned()
    };
    let shown = text("telegram");
    let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("no {words} in {shown}"));
    assert!(at("[A red door]") < at("[A high wall]"), "{shown}");
    assert!(!text("bluesky").contains("A red door"), "{}", text("bluesky"));
    let seen = bed.run(&["preview", "1", "--channel", "telegram"]).ends(0).out;
    assert!(seen.contains("[A red door]"), "{seen}");
}

const SLACK: &str = "[[channel]]\nname = \"slack\"\nnetwork = \"slack\"\nurl = { env = \"WEBHOOK_SECRET\" }\nschedule = [\"@hourly\"]\n";
const INSTAGRAM: &str = "[[channel]]\nname = \"instagram\"\nnetwork = \"instagram\"\nschedule = [\"@hourly\"]\n";

fn beside_the_feed(more: &str) -> Bed {
    let mut bed = Bed::new(&format!("{}schedule = [\"@hourly\"]\n{more}", feed_channel("site")));
    bed.at(NOW);
    bed.write_bytes("door.png", &sample("plain.png"));
    bed
}

#[test]
fn a_network_that_takes_no_pictures_gets_the_post_without_them_and_that_is_said() {
    let bed = beside_the_feed(SLACK);
    let added = bed
        .run(&[&ADD[..], &["--image", "door.png", "--alt", "A red door"]].concat())
        .ends(0)
        .out;
    assert!(
        added.contains("left out: the pictures, which its network does not take"),
        "{added}"
    );
    let shown = bed.json(&["show", "1"]).done();
    for delivery in shown["deliveries"].as_array().unwrap() {
        let is_slack = delivery["channel"] == "slack";
        assert_eq!(
            delivery["images"].as_array().unwrap().is_empty(),
            is_slack,
            "{delivery}"
        );
        assert_eq!(
            delivery["dropped"],
            if is_slack { json!(["pictures"]) } else { json!([]) },
            "{delivery}"
        );
        assert!(
            !delivery["parts"][0]["text"].to_string().contains("A red door"),
            "{delivery}"
        );
    }
    let preview = bed.run(&["preview", "1", "--channel", "slack"]).ends(0).out;
    assert!(preview.contains("Left out: the pictures"), "{preview}");
    let text = bed.run(&["show", "1"]).ends(0).out;
    assert!(text.contains("picture: A red door"), "{text}");
}

#[test]
fn a_picture_that_one_network_refuses_says_how_to_post_without_that_network() {
    let bed = beside_the_feed(INSTAGRAM);
    // Shown 53 pixels wide and 75 high.
    bed.write_bytes("high.webp", &sample("turned.webp"));
    let error = bed
        .json(&[&ADD[..], &["--image", "high.webp", "--alt", "A wall"]].concat())
        .refused(3);
    assert!(error["message"].as_str().unwrap().contains("instagram"), "{error}");
    assert_eq!(error["hint"], "Without instagram: --to site", "{error}");
}

#[test]
fn an_alt_text_neither_turns_the_words_around_it_nor_commands_the_terminal() {
    let mut bed = beside_the_feed("");
    let evil = "A door\u{202E}gnp.rood\u{1B}[31m\u{7}, \u{2067}open";
    bed.json(&[&ADD[..], &["--image", "door.png", "--alt", evil, "--now"]].concat())
        .done();
    bed.run(&["edit", "1", "--alt", &format!("{evil} again")]).ends(0);
    let odd = |text: &str| text.contains(['\u{202E}', '\u{2067}', '\u{1B}', '\u{7}']) || text.contains("\\u001b");
    for command in [&["show", "1"][..], &["preview", "1"], &["show", "1", "--json"]] {
        let out = bed.run(command).ends(0).out;
        assert!(out.contains("gnp.rood[31m, open again") && !odd(&out), "{out}");
    }
    bed.at("2026-11-24T16:20:00Z");
    bed.run(&["run", "--once"]).ends(0);
    for file in ["index.html", "feed.atom", "feed.json"] {
        let text = bed.read(&format!("site/{file}"));
        assert!(
            text.contains("gnp.rood[31m, open again") && !odd(&text),
            "{file}: {text}"
        );
    }
}
