//! One article, whatever its address looks like: tracking parameters, the page's own word for its address, keys.

use serde_json::json;

use super::{PRIVATE, TITLE, article, newsroom, posts};
use crate::fake::Reply;
use crate::fake::pages::Answer;

#[test]
fn tracking_is_taken_off_also_where_no_page_is_read() {
    let (bed, pages) = newsroom("");
    let url = pages.url("/a?utm_source=mail&page=2&gclid=x");
    let post = bed
        .json(&["add", &url, "--title", "T", "--summary", "S. And more.", "--no-fetch"])
        .done();
    assert_eq!(post["url"], json!(pages.url("/a?page=2")), "{post}");
    let text = post["deliveries"][0]["parts"][0]["text"].as_str().unwrap();
    assert!(
        text.contains("/a?page=2") && !text.contains("utm_") && !text.contains("gclid"),
        "{text}"
    );
}

#[test]
fn one_article_under_two_addresses_is_a_duplicate() {
    let (bed, pages) = newsroom(PRIVATE);
    let amp = pages.put("/amp/a", Answer::Html(article(TITLE, "/a")));
    let print = pages.put(
        "/print/a",
        Answer::Html(article(TITLE, &pages.url("/a?utm_source=print"))),
    );
    bed.json(&["add", &amp, "--accept-summary"]).done();
    let refuses = |url: &str| {
        let error = bed.json(&["add", url, "--accept-summary"]).refused(5);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("post 1"), "{url}: {message}");
    };
    refuses(&print);
    refuses(&pages.url("/a"));
    // Also where the page is not read this time.
    bed.json(&["add", &pages.url("/a"), "--summary", "Words.", "--no-fetch"])
        .refused(5);
    assert_eq!(posts(&bed), 1);
    let foreign = pages.put("/b", Answer::Html(article(TITLE, "https://elsewhere.example/a")));
    bed.json(&["add", &foreign, "--accept-summary"]).done();
    bed.json(&["add", &print, "--accept-summary", "--allow-duplicate"])
        .done();
}

#[test]
fn an_edit_of_the_words_leaves_the_article_known_and_one_of_the_link_does_not() {
    let (bed, pages) = newsroom(PRIVATE);
    let amp = pages.put("/amp/a", Answer::Html(article(TITLE, "/a")));
    bed.json(&["add", &amp, "--accept-summary"]).done();
    let again = [
        "add",
        &pages.url("/a"),
        "--title",
        "T",
        "--summary",
        "Words.",
        "--no-fetch",
    ];
    bed.json(&["edit", "1", "--title", "Another title"]).done();
    bed.json(&again).refused(5);
    bed.json(&["edit", "1", "--url", &pages.url("/other?id=7")]).done();
    bed.json(&again).done();
    // Post 2 is about it now, and the print version is the same to the page itself.
    let print = pages.put("/print/a", Answer::Html(article(TITLE, "/a")));
    bed.json(&["edit", "1", "--url", &print]).refused(5);
    bed.json(&["edit", "1", "--url", &print, "--no-fetch"]).done();
}

#[test]
fn tracking_is_taken_off_an_edited_link_too() {
    let (bed, pages) = newsroom("");
    bed.json(&[
        "add",
        &pages.url("/a"),
        "--title",
        "T",
        "--summary",
        "Words.",
        "--no-fetch",
    ])
    .done();
    let post = bed
        .json(&["edit", "1", "--url", &pages.url("/b?utm_source=mail&id=7")])
        .done();
    assert_eq!(post["url"], json!(pages.url("/b?id=7")), "{post}");
}

#[test]
fn a_key_is_known_again_although_the_page_has_changed() {
    let (bed, pages) = newsroom(PRIVATE);
    let args = ["add", &pages.url("/a"), "--key", "nightly", "--accept-summary"];
    let first = bed.json(&args).done();
    pages.put("/a", Answer::Other(Reply::html(410, "Gone")));
    let again = bed.json(&args).done();
    assert_eq!((&first["id"], &first["title"]), (&again["id"], &again["title"]));
    assert_eq!(pages.asked().len(), 1, "what is there already needs no page");
}
