//! Sources whose items are queued at once.

use serde_json::json;

use super::{FETCH, NOW, TODAY, blog, poll, publish, source};
use crate::bed::HEAD;
use crate::fake::feed::Feed;
use crate::fake::site::{Entry, Site};
use crate::fake::{Fake, Fault, When, World as _};
use crate::network::{ARTICLE, feed_channel};

#[test]
fn run_once_asks_and_publishes() {
    let (mut bed, site) = blog("queue = true\n");
    bed.json(&["init", "."]);
    let feed = Feed::new("site", bed.path("site"));
    publish(&site, [Entry::new(1, TODAY), Entry::new(2, TODAY)]);
    let done = bed.json(&["run", "--once"]).done();
    assert_eq!(done["sources"][0]["posts"], json!([1, 2]), "{done}");
    assert_eq!(
        (&done["published"], feed.public().len()),
        (&json!(1), 1),
        "one slot, one post: {done}"
    );
    assert_eq!(feed.public()[0].article, format!("{}/a/1", site.url()));
    bed.at("2026-11-27T10:01:00Z");
    let done = bed.json(&["run", "--once"]).done();
    assert_eq!(
        (&done["published"], &done["sources"]),
        (&json!(1), &json!([])),
        "it is not due again: {done}"
    );
    assert_eq!(feed.public().len(), 2);
    assert_eq!(site.count_path("/feed"), 1);
    // An hour and some minutes later it is.
    publish(&site, [Entry::new(3, "2026-11-27T11:00:00Z")]);
    bed.at("2026-11-27T11:10:00Z");
    let words = bed.run(&["run", "--once"]).ends(0);
    assert!(
        words
            .out
            .starts_with("blog: 1 queued: 3 \"Article 3\".\n3/site: out since "),
        "{words}"
    );
    assert_eq!(feed.public().len(), 3);
}

#[test]
fn run_once_waits_for_all_feeds_no_longer_than_for_one_and_then_publishes() {
    let (bed, slow) = blog("");
    let other = Fake::start("other", &bed.target, Site::new());
    let config = bed.read("handbill.toml");
    bed.write("handbill.toml", &format!("{config}{}", source("other", &other, "")));
    slow.on_path("/feed", [Fault::Hang(When::Read)]);
    bed.add_now(ARTICLE);
    let done = bed.json(&["run", "--once"]).done();
    assert_eq!(done["published"], 1, "{done}");
    let polled = done["sources"].as_array().unwrap();
    assert_eq!((polled.len(), &polled[0]["ok"]), (1, &json!(false)), "{done}");
    assert_eq!(other.count_path("/feed"), 0, "it waits for the next time");
    let done = bed.json(&["run", "--once"]).done();
    assert_eq!(done["sources"][0]["source"], "other", "{done}");
}

#[test]
fn what_nobody_could_send_as_it_is_becomes_a_draft_and_someone_is_told_why() {
    let (bed, site) = blog("queue = true\n[lint]\nterms = \"block\"\n");
    publish(
        &site,
        [
            Entry {
                summary: None,
                ..Entry::new(1, TODAY)
            },
            Entry {
                summary: Some("The law still calls them addicts.".to_owned()),
                ..Entry::new(2, TODAY)
            },
            Entry {
                summary: Some("article 3".to_owned()),
                ..Entry::new(3, TODAY)
            },
            Entry::new(4, TODAY),
        ],
    );
    let told = poll(&bed);
    assert_eq!(
        (&told["posts"], &told["drafts"]),
        (&json!([1, 2, 3, 4]), &json!([1, 2, 3])),
        "{told}"
    );
    let words: Vec<&str> = told["told"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|w| w.as_str())
        .collect();
    assert_eq!(words.len(), 3, "{told}");
    for (words, why) in words
        .iter()
        .zip(["nothing of it but its title", "addicts", "nothing of it but its title"])
    {
        assert!(words.contains("waits as a draft") && words.contains(why), "{words}");
    }
    let state = |id: &str| bed.json(&["show", id]).done()["state"].clone();
    assert_eq!(
        [state("1"), state("2"), state("3"), state("4")],
        ["draft", "draft", "draft", "queued"]
    );
    let log = bed.run(&["run", "--once"]);
    assert!(log.err.contains("addicts"), "it is told there too: {log}");
    assert!(bed.run(&["run", "--once"]).err.is_empty(), "and once");
}

#[test]
fn an_item_without_a_link_that_readers_can_follow_waits_as_a_draft() {
    let (mut bed, site) = blog("queue = true\n");
    let feed = "<rss version=\"2.0\"><channel><title>T</title><language>en</language><item><guid>x</guid>\
                <title>A title</title><description>What doctors say about the matter.</description>\
                <link>file:///etc/passwd</link><pubDate>Fri, 27 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>";
    let mut reply = crate::fake::Reply::empty(200).header("content-type", "application/rss+xml");
    reply.body = feed.to_owned();
    site.service(|site| site.instead = Some(reply));
    let check = bed.run(&["source", "check"]).ends(0).out;
    assert!(
        check.contains("(no link)") && check.contains("would wait as a draft"),
        "{check}"
    );
    bed.at(NOW);
    let polled = bed.run(&["source", "poll"]).ends(0).out;
    assert!(
        polled.contains("waits as a draft: its feed gives no link to it"),
        "{polled}"
    );
    let post = bed.json(&["show", "1"]).done();
    assert_eq!(
        (&post["state"], &post["url"]),
        (&json!("draft"), &json!(null)),
        "{post}"
    );
}

#[test]
fn an_item_goes_to_the_channels_of_its_language() {
    let (mut bed, site) = blog("");
    let channels = ["en", "fr"].map(|tag| format!("{}language = \"{tag}\"\n", feed_channel(tag)));
    let french = source("blog", &site, "language = \"fr\"\n");
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{}{french}{FETCH}", channels.join("")),
    );
    bed.at(NOW);
    publish(&site, [Entry::new(1, TODAY)]);
    poll(&bed);
    let post = bed.json(&["show", "1"]).done();
    assert_eq!(post["language"], "fr");
    assert_eq!(post["deliveries"].as_array().map(Vec::len), Some(1), "{post}");
    assert_eq!(post["deliveries"][0]["id"], "1/fr");
    // A language that no channel speaks: the article is kept, and someone is told.
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{}{}{FETCH}", channels.join(""), french.replace("fr", "de")),
    );
    publish(&site, [Entry::new(2, NOW)]);
    let told = poll(&bed);
    let words = told["told"][0].as_str().unwrap_or_default();
    assert!(
        words.contains("no channel takes posts in de") && words.contains("handbill edit 2 --to"),
        "{told}"
    );
    assert_eq!(bed.json(&["show", "2"]).done()["state"], "draft");
    bed.json(&["edit", "2", "--to", "en"]).done();
    assert_eq!(bed.json(&["show", "2"]).done()["deliveries"][0]["id"], "2/en");
}
