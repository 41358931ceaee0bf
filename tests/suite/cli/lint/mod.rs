//! Lint: what is said of a post's words and where, what blocks and what it blocks, and how each channel can differ.

mod blocking;

use serde_json::{Value, json};

use super::NOW;
use crate::bed::{Bed, HEAD};
use crate::network::{feed_channel, mastodon_channel};

const HARSH: &str = "Three addicts told ministers what they need.";
const KIND: &str = "Three people who use drugs told ministers what they need.";

/// The office of the other tests, with settings of its own, and keys for one channel each.
fn house(settings: &str, mastodon: &str, site: &str) -> Bed {
    let first = mastodon_channel("mastodon", "http://127.0.0.1:9");
    let mut bed = Bed::with_config(&format!(
        "{HEAD}\n{settings}\n{first}schedule = [\"30 17 * * *\"]\n{mastodon}\n{}schedule = [\"@hourly\"]\n{site}\n",
        feed_channel("site")
    ));
    bed.at(NOW);
    bed
}

fn with(summary: &str, more: &[&str]) -> Vec<String> {
    let words = [
        "add",
        "https://example.org/a",
        "--title",
        "A title",
        "--summary",
        summary,
        "--no-fetch",
    ];
    words.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

fn add(bed: &Bed, summary: &str, more: &[&str]) -> crate::output::Output {
    let words = with(summary, more);
    bed.json(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn rules(findings: &Value) -> Vec<&str> {
    findings
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn a_finding_says_what_why_and_who_says_so_wherever_the_post_is_shown() {
    let bed = house("", "", "");
    let post = add(&bed, HARSH, &[]).done();
    assert_eq!(post["state"], "queued", "a warning stops nothing");
    for document in [post, bed.json(&["preview", "1"]).done()] {
        for delivery in document["deliveries"].as_array().unwrap() {
            assert_eq!(rules(&delivery["lint"]), ["terms"], "{delivery}");
        }
    }
    let told = bed.json(&["lint", "1"]).done();
    assert_eq!((&told["post"], &told["ok"]), (&json!(1), &json!(true)));
    let findings = told["findings"].as_array().unwrap();
    let places: Vec<(&Value, &Value)> = findings.iter().map(|f| (&f["delivery"], &f["channel"])).collect();
    let expected = [
        (json!("1/mastodon"), json!("mastodon")),
        (json!("1/site"), json!("site")),
    ];
    assert_eq!(places, expected.iter().map(|(d, c)| (d, c)).collect::<Vec<_>>());
    for finding in findings {
        assert_eq!((&finding["rule"], &finding["level"]), (&json!("terms"), &json!("warn")));
        let message = finding["message"].as_str().unwrap();
        assert!(
            message.contains("addicts") && message.contains("person who uses drugs"),
            "{message}"
        );
        assert!(finding["hint"].is_string(), "{finding}");
        assert!(finding["source"].as_str().unwrap().contains("https://"), "{finding}");
    }
    let text = bed.run(&["lint", "1"]).ends(0).out;
    let source = findings[0]["source"].as_str().unwrap();
    assert!(
        text.contains("addicts") && text.contains("every channel") && text.contains(source),
        "{text}"
    );
    assert_eq!(
        text.matches("addicts").count(),
        1,
        "the same on both channels is said once:\n{text}"
    );
    for args in [&["preview", "1"][..], &["edit", "1", "--tag", "x"]] {
        let text = bed.run(args).ends(0).out;
        assert!(text.contains("addicts") && text.contains("handbill lint 1"), "{text}");
    }
    let words = with(HARSH, &["--allow-duplicate", "--dry-run"]);
    let text = bed
        .run(&words.iter().map(String::as_str).collect::<Vec<_>>())
        .ends(0)
        .out;
    assert!(
        text.contains("Look again") && text.contains("person who uses drugs"),
        "{text}"
    );
}

#[test]
fn one_channel_alone_can_be_looked_at() {
    let bed = house("", "", "lint.terms = \"off\"");
    add(&bed, HARSH, &[]).done();
    assert_eq!(rules(&bed.json(&["lint", "1/mastodon"]).done()["findings"]), ["terms"]);
    let site = bed.json(&["lint", "1/site"]).done();
    assert_eq!((&site["findings"], &site["ok"]), (&json!([]), &json!(true)));
    let text = bed.run(&["lint", "1/site"]).ends(0).out;
    assert!(text.contains("nothing to better"), "{text}");
    bed.json(&["lint", "7"]).refused(4);
    bed.json(&["lint", "1/nowhere"]).refused(4);
}

#[test]
fn each_channel_has_its_own_levels() {
    let bed = house(
        "[lint]\nshouting = \"off\"\n",
        "lint.terms = \"block\"",
        "lint = { terms = \"off\", emoji = \"block\" }",
    );
    let error = add(&bed, HARSH, &[]).refused(5);
    assert!(error["message"].as_str().unwrap().starts_with("mastodon:"), "{error}");
    let post = add(&bed, HARSH, &["--to", "site"]).done();
    assert_eq!(post["deliveries"][0]["lint"], json!([]), "{post}");
    // The rest of the channel's rules is that of all.
    let post = add(&bed, "THIS IS VERY LOUD INDEED.", &["--to", "mastodon"]).done();
    assert_eq!(post["deliveries"][0]["lint"], json!([]), "{post}");
    let happy = "Doctors agree at last. 🎉🎉🎉🎉";
    let error = add(&bed, happy, &["--to", "site", "--allow-duplicate"]).refused(5);
    assert!(error["message"].as_str().unwrap().starts_with("site:"), "{error}");
    // A channel's own text is looked at where it stands.
    let own = ["--text", "mastodon=Three people spoke.", "--allow-duplicate"];
    let post = add(&bed, "The addicts were heard.", &own).done();
    assert!(
        post["deliveries"]
            .as_array()
            .unwrap()
            .iter()
            .all(|d| d["lint"] == json!([])),
        "{post}"
    );
}

#[test]
fn an_own_list_stands_before_the_built_in_one_or_in_its_place() {
    let own = "language = \"en\"\n[[term]]\navoid = [\"addict\", \"addicts\"]\nsay = \"members of our community\"\nwhy = \"We asked for it.\"\n\
               source = \"Our assembly, https://idhdp.com/words\"\n[[term]]\navoid = [\"stakeholders\"]\nsay = \"people\"\n";
    let bed = house("[lint]\nterms = [\"own.toml\", \"starter\"]\n", "", "");
    bed.write("own.toml", own);
    let post = add(
        &bed,
        "Addicts and stakeholders speak of the war against drugs.",
        &["--to", "site"],
    )
    .done();
    let findings = post["deliveries"][0]["lint"].as_array().unwrap();
    assert!(
        findings[0]["message"]
            .as_str()
            .unwrap()
            .contains("members of our community"),
        "{post}"
    );
    assert_eq!(
        (&findings[0]["hint"], &findings[0]["source"]),
        (
            &json!("We asked for it."),
            &json!("Our assembly, https://idhdp.com/words")
        )
    );
    assert!(
        findings
            .iter()
            .any(|f| f["message"].as_str().unwrap().contains("stakeholders")),
        "{post}"
    );
    // In another language the words may be right.
    let post = add(
        &bed,
        "Addicts de la langue française.",
        &["--to", "site", "--lang", "fr", "--allow-duplicate"],
    )
    .done();
    assert!(!rules(&post["deliveries"][0]["lint"]).contains(&"terms"), "{post}");
    let bed = house("[lint]\nterms = [\"own.toml\"]\n", "", "");
    bed.write("own.toml", "[[term]]\navoid = [\"stakeholders\"]\nsay = \"people\"\n");
    let post = add(&bed, HARSH, &["--to", "site"]).done();
    assert_eq!(post["deliveries"][0]["lint"], json!([]), "{post}");
}

#[test]
fn a_list_that_cannot_be_read_is_told_with_its_place() {
    let bed = house("[lint]\nterms = [\"own.toml\"]\n", "", "");
    let error = bed.json(&["queue"]).refused(3);
    assert!(error["message"].as_str().unwrap().contains("own.toml"), "{error}");
    bed.write("own.toml", "[[term]]\navoid = [\"x\"]\nsya = \"y\"\n");
    let error = bed.json(&["queue"]).refused(3);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("own.toml") && message.contains("line 3") && message.contains("say"),
        "{message}"
    );
}

#[test]
fn the_same_words_again_are_said_once_they_are_on_the_channel() {
    let bed = house("", "", "");
    add(&bed, KIND, &["--to", "site"]).done();
    let again = [
        "add",
        "https://example.org/b",
        "--title",
        "Other",
        "--summary",
        KIND,
        "--no-fetch",
    ];
    let post = bed.json(&again).done();
    let of = |name: &str| {
        let list = post["deliveries"].as_array().unwrap();
        list.iter().find(|d| d["channel"] == name).unwrap()["lint"].clone()
    };
    assert_eq!(rules(&of("mastodon")), [""; 0], "{post}");
    assert_eq!(rules(&of("site")), ["repeated"], "{post}");
    assert!(of("site")[0]["message"].as_str().unwrap().contains("post 1"), "{post}");
    // What is no more to be public repeats nothing.
    bed.json(&["cancel", "1"]).done();
    assert_eq!(rules(&bed.json(&["lint", "2/site"]).done()["findings"]), [""; 0]);
}

#[test]
fn each_rule_finds_what_it_is_for() {
    let bed = house("[lint]\nterms = \"off\"\n", "", "");
    let found = |summary: &str, more: &[&str]| {
        let post = add(
            &bed,
            summary,
            &[&["--to", "site", "--allow-duplicate", "--dry-run"], more].concat(),
        )
        .done();
        rules(&post["deliveries"][0]["lint"]).join(" ")
    };
    for (summary, more, expected) in [
        ("Doctors disagree with the plan.", &[][..], ""),
        ("A title", &[], "title_only"),
        ("a TITLE!", &[], "title_only"),
        ("Doctors disagree.", &["--hashtag", "harmreduction"], "camel_case"),
        ("Doctors disagree.", &["--hashtag", "HarmReduction"], ""),
        ("MINISTERS MUST RESIGN TODAY, doctors say.", &[], "shouting"),
        ("WHO, UNODC and UNAIDS agree with doctors.", &[], ""),
        ("Doctors agree 🎉🎉🎉🎉", &[], "emoji"),
    ] {
        assert_eq!(found(summary, more), expected, "{summary:?} {more:?}");
    }
}

/// Titles and texts under embargo are for staff, who look them over before.
#[test]
fn an_embargo_does_not_keep_staff_from_looking_a_post_over() {
    let bed = house("", "", "");
    add(&bed, HARSH, &["--embargo", "2026-11-26 00:01"]).done();
    assert_eq!(rules(&bed.json(&["lint", "1/site"]).done()["findings"]), ["terms"]);
    let queue = bed.run(&["queue"]).ends(0).out;
    assert!(!queue.contains("addicts"), "{queue}");
}
