//! "Share this on": the links that `show` and the feed's page offer to readers; none before an embargo ends.

use serde_json::Value;

use super::{add, office};

const URL: &str = "https://example.org/a?b=1&c=ü";
const TITLE: &str = "Crackdown & \"care\": 100% of <doctors> disagree #now";

const NETWORKS: [&str; 9] = [
    "x", "facebook", "bluesky", "mastodon", "linkedin", "threads", "whatsapp", "telegram", "email",
];

fn shares(post: &Value) -> Vec<(String, String)> {
    let word = |share: &Value, member: &str| share[member].as_str().unwrap().to_owned();
    let list = post["share"].as_array().unwrap_or_else(|| panic!("no share in {post}"));
    list.iter()
        .map(|share| (word(share, "network"), word(share, "url")))
        .collect()
}

/// Everything that is percent-encoded in an address, as its reader gets it.
fn decoded(url: &str) -> String {
    let (_, fields) = url.split_once(['?', '#']).unwrap();
    let pairs = url::form_urlencoded::parse(fields.as_bytes());
    pairs
        .map(|(_, value)| value.into_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn show_offers_every_network_with_link_and_title_whole() {
    let bed = office();
    bed.json(&["add", URL, "--title", TITLE, "--summary", "S. And more.", "--no-fetch"])
        .done();
    let shares = shares(&bed.json(&["show", "1"]).done());
    assert_eq!(
        shares.iter().map(|(network, _)| network.as_str()).collect::<Vec<_>>(),
        NETWORKS
    );
    for (network, url) in &shares {
        assert!(url.is_ascii() && !url.contains(char::is_whitespace), "{url}");
        assert!(
            url.starts_with("https://") || (network == "email" && url.starts_with("mailto:?")),
            "{url}"
        );
        let told = decoded(url);
        assert!(told.contains(URL), "{network}: {told}");
        // These two take the link alone.
        assert!(
            told.contains(TITLE) || matches!(network.as_str(), "facebook" | "linkedin"),
            "{network}: {told}"
        );
    }
    let text = bed.run(&["show", "1"]).ends(0).out;
    assert!(text.contains("Share this on:"), "{text}");
    for (_, url) in &shares {
        assert!(
            text.lines().any(|line| line.ends_with(url.as_str())),
            "{url} is whole in:\n{text}"
        );
    }
}

#[test]
fn nobody_is_helped_to_share_before_an_embargo_ends() {
    let mut bed = office();
    add(&bed, "https://example.org/a", &["--embargo", "2026-11-26 00:01"]);
    let post = bed.json(&["show", "1"]).done();
    assert_eq!(shares(&post), []);
    assert!(!bed.run(&["show", "1"]).ends(0).out.contains("Share this"));
    bed.at("2026-11-26T00:01:00Z");
    assert_eq!(shares(&bed.json(&["show", "1"]).done()).len(), NETWORKS.len());
}

#[test]
fn a_post_without_an_article_has_nothing_to_share() {
    let bed = office();
    bed.json(&["add", "--text", "site=Join us tonight", "--to", "site", "--no-fetch"])
        .done();
    assert_eq!(shares(&bed.json(&["show", "1"]).done()), []);
    assert!(!bed.run(&["show", "1"]).ends(0).out.contains("Share this"));
}

#[test]
fn every_entry_of_the_feeds_page_has_the_nine_links() {
    let bed = office();
    for (url, lang) in [
        (URL, "en"),
        ("https://example.org/b", "fr"),
        ("https://example.org/c", "sw"),
    ] {
        let args = [
            "add",
            url,
            "--title",
            TITLE,
            "--summary",
            "S. And more.",
            "--lang",
            lang,
            "--to",
            "site",
            "--no-fetch",
            "--now",
        ];
        bed.json(&args).done();
        bed.json(&["run", "--once"]).ends(0);
    }
    bed.json(&[
        "add",
        "--text",
        "site=Join us tonight",
        "--to",
        "site",
        "--no-fetch",
        "--now",
    ])
    .done();
    bed.json(&["run", "--once"]).ends(0);
    let page = bed.read("site/index.html");
    let entries: Vec<&str> = page.split("<article").skip(1).collect();
    assert_eq!(entries.len(), 4, "{page}");
    for entry in &entries {
        let list = entry.split("class=\"share\"").nth(1).unwrap_or_default();
        let expected = if entry.contains("Join us tonight") {
            0
        } else {
            NETWORKS.len()
        };
        assert_eq!(list.matches("<li><a href=\"").count(), expected, "{entry}");
        assert!(!list.contains("href=\"javascript"), "{entry}");
    }
    assert!(
        !page.contains("<script") && !page.contains("<img"),
        "a reader's visit is told to nobody: {page}"
    );
    let shown = shares(&bed.json(&["show", "1"]).done());
    for (_, url) in shown {
        assert!(
            page.contains(&url.replace('&', "&amp;").replace('\'', "&#39;")),
            "{url} in:\n{page}"
        );
    }
    assert!(
        page.contains("Share this on:") && page.contains("Partager sur"),
        "{page}"
    );
}
