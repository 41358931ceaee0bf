//! Pages that are not there: the post is made from what was given and that is told, or nothing is added, as asked.

use serde_json::{Value, json};

use super::{PRIVATE, TITLE, newsroom, posts};
use crate::fake::Reply;
use crate::fake::pages::Answer;

#[test]
fn a_page_that_is_down_takes_nothing_from_the_post() {
    let (bed, pages) = newsroom(PRIVATE);
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = pages.put("/down", Answer::Other(Reply::html(503, "Later")));
    for (n, url) in [gone, pages.url("/missing"), format!("http://{closed}/x")]
        .iter()
        .enumerate()
    {
        let said = format!("Words number {n}.");
        let post = bed.json(&["add", url, "--summary", &said]).done();
        assert_eq!(
            (&post["state"], &post["summary"]),
            (&json!("queued"), &json!(said)),
            "{post}"
        );
        assert_eq!(post["page"]["taken"], json!([]));
        assert!(
            post["page"]["error"].as_str().is_some_and(|text| !text.is_empty()),
            "{post}"
        );
        assert!(
            post["title"].as_str().unwrap().starts_with("127.0.0.1/"),
            "the address stands in: {post}"
        );
        let links: Vec<&Value> = post["deliveries"][0]["lint"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["rule"] == "link")
            .collect();
        assert_eq!(links.len(), 1, "the link is looked at: {post}");
        // Nobody decided on a summary.
        let post = bed.json(&["add", url, "--allow-duplicate", "--title", "T"]).done();
        assert_eq!(
            (&post["state"], &post["summary"]),
            (&json!("draft"), &Value::Null),
            "{post}"
        );
    }
    let text = bed
        .run(&["add", &pages.url("/other"), "--summary", "More words."])
        .ends(0)
        .out;
    assert!(
        text.contains("404") && text.contains("made from what you gave"),
        "{text}"
    );
}

#[test]
fn a_page_that_is_required_and_down_adds_nothing() {
    let (bed, pages) = newsroom(PRIVATE);
    let down = pages.put("/down", Answer::Other(Reply::html(503, "Later")));
    let all = [
        "--title",
        "T",
        "--summary",
        "S. And more.",
        "--lang",
        "en",
        "--require-page",
    ];
    let with = |url: &str| {
        let args: Vec<&str> = ["add", url].iter().chain(&all).copied().collect();
        bed.json(&args)
    };
    let error = with(&down).refused(6);
    assert!(error["message"].as_str().unwrap().contains("503"), "{error}");
    assert!(error["hint"].is_string(), "{error}");
    let pdf = Reply {
        body: "%PDF-1.7".to_owned(),
        ..Reply::empty(200).header("content-type", "application/pdf")
    };
    with(&pages.put("/pdf", Answer::Other(pdf))).refused(6);
    assert_eq!(posts(&bed), 0);
    assert_eq!(with(&pages.url("/a")).done()["state"], "queued");
    bed.run(&["add", &down, "--require-page", "--no-fetch"]).ends(2);
    assert_eq!(posts(&bed), 1);
}

#[test]
fn a_link_that_leads_to_no_page_can_be_made_to_block() {
    let (bed, pages) = newsroom(&format!("{PRIVATE}[lint]\nlink = \"block\"\n"));
    let error = bed
        .json(&["add", &pages.url("/missing"), "--summary", "Words."])
        .refused(5);
    assert!(error["message"].as_str().unwrap().contains("404"), "{error}");
    assert_eq!(posts(&bed), 0);
    bed.json(&["add", &pages.url("/a"), "--summary", "Words."]).done();
}

/// Whoever waits for the outcome, as people at a terminal do, is told of the page like everybody.
#[test]
fn waiting_for_the_outcome_hides_nothing_that_the_page_gave_or_did_not() {
    let (bed, pages) = newsroom(PRIVATE);
    let now = ["--to", "site", "--now", "--wait", "--allow-duplicate"];
    let with = |url: &str, more: &[&str]| [&["add", url][..], &now, more].concat().join("\n");
    let run = |line: &str| bed.run(&line.split('\n').collect::<Vec<_>>());
    let (good, down) = (pages.url("/a"), pages.url("/missing"));
    let out = run(&with(&down, &["--summary", "Words."])).ends(0).out;
    assert!(out.contains("404") && out.contains("made from what you gave"), "{out}");
    assert!(
        out.contains("Look again (site): The article's link leads to no page"),
        "{out}"
    );
    let out = run(&with(&good, &["--accept-summary"])).ends(0).out;
    assert!(out.contains("Proposed from the article's own sentences"), "{out}");
    let told = run(&with(&good, &["--accept-summary", "--json"])).done();
    assert_eq!(told["page"]["taken"], json!(["title", "summary", "language"]), "{told}");
    // Nobody decided on the summary, so nothing goes out, and that needs a person.
    let out = run(&with(&good, &[])).ends(8).out;
    for said in ["Proposed from the article's own sentences", "hepatitis C", "draft"] {
        assert!(out.contains(said), "{said:?} in:\n{out}");
    }
}

#[test]
fn a_language_that_the_page_says_is_told_to_be_the_pages() {
    let (bed, pages) = newsroom(PRIVATE);
    let config = bed
        .read("handbill.toml")
        .replace("network = \"feed\"", "network = \"feed\"\nlanguage = \"en\"");
    let config = config.replace("network = \"mastodon\"", "network = \"mastodon\"\nlanguage = \"en\"");
    bed.write("handbill.toml", &config);
    let page = super::article(TITLE, "/fr").replace("lang=\"en-GB\"", "lang=\"fr\"");
    let url = pages.put("/fr", Answer::Html(page));
    let error = bed.json(&["add", &url]).refused(3);
    let (message, hint) = (error["message"].as_str().unwrap(), error["hint"].as_str().unwrap());
    assert!(message.contains("posts in fr") && hint.contains("page says"), "{error}");
    bed.json(&["add", &url, "--lang", "en"]).done();
}
