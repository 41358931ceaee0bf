//! What becomes of a feed's items, from look to look.

use serde_json::json;

use super::{LONG_AGO, NOW, TODAY, blog, listed, poll, publish, titles};
use crate::fake::site::Entry;
use crate::fake::{Reply, World as _};

#[test]
fn of_ten_thousand_items_only_those_of_the_day_become_drafts() {
    let (bed, site) = blog("tags = [\"website\"]\nhashtags = [\"HarmReduction\"]\n");
    publish(&site, (1..=10_000).map(|n| Entry::new(n, LONG_AGO)));
    publish(
        &site,
        [Entry::new(10_001, TODAY), Entry::new(10_002, "2026-11-27T09:00:00Z")],
    );
    let told = poll(&bed);
    assert_eq!(told["posts"], json!([1, 2]), "{told}");
    assert_eq!(
        (&told["changed"], &told["waiting"]),
        (&json!(true), &json!(0)),
        "{told}"
    );
    assert_eq!(titles(&bed), ["Article 10001", "Article 10002"], "oldest first");
    let post = bed.json(&["show", "1"]).done();
    assert_eq!(post["state"], "draft", "{post}");
    assert_eq!(post["url"], format!("{}/a/10001", site.url()), "no tracking: {post}");
    assert_eq!(post["summary"], "Doctors say something about matter 10001.");
    assert_eq!(
        (&post["language"], &post["tags"]),
        (&json!("en"), &json!(["website"])),
        "{post}"
    );
    assert_eq!(post["hashtags"], json!(["HarmReduction"]));
    assert_eq!(post["created_by"], "source blog");
    assert_eq!(post["deliveries"][0]["id"], "1/site");

    // The second look is answered "not changed", and asks for no more than that.
    let again = bed.run(&["source", "poll"]).ends(0);
    assert_eq!(again.out, "blog: not changed.\n");
    let asked = site.requests();
    assert_eq!(asked.len(), 2);
    assert!(asked[1].header("if-none-match").is_some(), "{:?}", asked[1]);
    assert_eq!(poll(&bed)["changed"], false);
    assert_eq!(titles(&bed).len(), 2);
    assert!(site.public().is_empty());
}

#[test]
fn a_new_item_becomes_exactly_one_draft() {
    let (mut bed, site) = blog("");
    publish(&site, (1..=3).map(|n| Entry::new(n, LONG_AGO)));
    assert_eq!(bed.run(&["source", "poll"]).ends(0).out, "blog: nothing new.\n");
    publish(
        &site,
        [
            Entry::new(4, "2026-11-27T11:00:00Z"),
            Entry::new(5, "2026-11-27T10:30:00Z"),
        ],
    );
    bed.at("2026-11-27T12:00:00Z");
    let told = bed.run(&["source", "poll", "blog"]).ends(0);
    assert_eq!(told.out, "blog: 2 new drafts: 1 \"Article 5\", 2 \"Article 4\".\n");
    for _ in 0..3 {
        assert_eq!(poll(&bed)["posts"], json!([]));
    }
    // The feed is written anew by its software, to the same effect.
    site.service(|site| site.entries.iter_mut().for_each(|entry| entry.title.push(' ')));
    assert_eq!(poll(&bed)["changed"], true);
    assert_eq!(titles(&bed), ["Article 5", "Article 4"]);
    let now = listed(&bed);
    assert_eq!((&now["taken"], &now["last_post"]), (&json!(2), &json!(2)), "{now}");
    assert_eq!((&now["ok"], &now["added_at"]), (&json!(true), &json!(NOW)), "{now}");
}

#[test]
fn other_ids_other_addresses_and_a_feed_that_shrinks_bring_nothing_again() {
    let (bed, site) = blog("");
    publish(&site, (1..=30).map(|n| Entry::new(n, TODAY)));
    assert_eq!(poll(&bed)["posts"].as_array().map(Vec::len), Some(20));
    assert_eq!(poll(&bed)["posts"].as_array().map(Vec::len), Some(10));
    let all = site.service(|site| site.entries.clone());
    let look = |what: &str, change: &dyn Fn(&mut Entry)| {
        site.service(|site| {
            site.entries.clone_from(&all);
            site.entries.iter_mut().for_each(change);
        });
        assert_eq!(poll(&bed)["posts"], json!([]), "{what}");
    };
    look("other ids", &|entry| entry.id.push_str("-b"));
    look("other addresses", &|entry| {
        entry.path = entry.path.replace("/a/", "/b/")
    });
    look("both, with the same words", &|entry| {
        entry.id.push_str("-c");
        entry.path = entry.path.replace("/a/", "/c/");
    });
    look("other words", &|entry| entry.title.push_str(" (updated)"));
    look("other dates", &|entry| entry.date = NOW.to_owned());
    site.service(|site| site.entries.truncate(1));
    assert_eq!(poll(&bed)["posts"], json!([]), "it shrank");
    site.service(|site| site.entries.clear());
    assert_eq!(poll(&bed)["posts"], json!([]), "it is empty");
    site.service(|site| site.entries.clone_from(&all));
    assert_eq!(poll(&bed)["posts"], json!([]), "it grew again");
    assert_eq!(titles(&bed).len(), 30);
}

#[test]
fn more_than_twenty_come_in_turns() {
    let (bed, site) = blog("");
    publish(&site, [Entry::new(0, LONG_AGO)]);
    poll(&bed);
    publish(&site, (1..=25).map(|n| Entry::new(n, NOW)));
    let told = bed.run(&["source", "poll"]).ends(0);
    assert!(told.out.starts_with("blog: 20 new drafts: 1 \"Article 1\""), "{told}");
    assert!(told.out.ends_with("\n  5 more wait for the next poll.\n"), "{told}");
    let list = bed.run(&["source", "list"]).ends(0);
    assert!(
        list.out
            .contains("; 20 drafts so far, the last is post 20; 5 wait for the next poll"),
        "{list}"
    );
    assert_eq!(poll(&bed)["posts"].as_array().map(Vec::len), Some(5));
    let expected: Vec<String> = (1..=25).map(|n| format!("Article {n}")).collect();
    assert_eq!(titles(&bed), expected);
}

#[test]
fn an_article_that_another_post_is_about_is_no_news() {
    let (bed, site) = blog("");
    let article = format!("{}/a/1", site.url());
    bed.json(&["add", &article, "--title", "By hand", "--summary", "S", "--no-fetch"])
        .done();
    publish(&site, [Entry::new(1, TODAY), Entry::new(2, TODAY)]);
    assert_eq!(
        bed.json(&["source", "check"]).done()["sources"][0]["new"][0]["title"],
        "Article 2"
    );
    let told = bed.run(&["source", "poll"]).ends(0);
    assert_eq!(
        told.out,
        "blog: 1 new draft: 2 \"Article 2\".\n  \"Article 1\" is post 1 already.\n"
    );
    // The same article under another id of the feed: post 1 stands for an item already.
    publish(
        &site,
        [Entry {
            id: "other".to_owned(),
            path: "/a/1/".to_owned(),
            ..Entry::new(3, TODAY)
        }],
    );
    assert_eq!(poll(&bed)["posts"], json!([]));
    assert_eq!(titles(&bed), ["By hand", "Article 2"]);
    let of = "SELECT COUNT(*) FROM source_item WHERE post = 1";
    assert_eq!(bed.database().number(of), 1, "it is recorded whose it is");
}

#[test]
fn another_address_of_a_source_is_another_feed() {
    let (mut bed, site) = blog("");
    publish(&site, [Entry::new(1, TODAY)]);
    poll(&bed);
    bed.write(
        "handbill.toml",
        &bed.read("handbill.toml").replace("/feed\"", "/new-feed\""),
    );
    assert_eq!(listed(&bed)["ok"], json!(null), "not asked yet");
    bed.at("2026-11-30T10:00:00Z");
    publish(
        &site,
        [
            Entry::new(2, "2026-11-28T10:00:00Z"),
            Entry::new(3, "2026-11-30T09:00:00Z"),
        ],
    );
    assert_eq!(poll(&bed)["posts"], json!([2]));
    assert_eq!(
        titles(&bed),
        ["Article 1", "Article 3"],
        "nothing from before it had this address"
    );
}

#[test]
fn an_article_without_a_summary_is_read_for_one() {
    let (bed, site) = blog("");
    let sentences = "Health ministers from forty countries met in Vienna on Thursday to talk about naloxone. Doctors \
                     asked the ministers for wide access to naloxone in every pharmacy of their countries. The ministers \
                     promised an answer to the doctors before the end of the year.";
    let page = format!(
        "<html lang=\"en\"><head><title>Article 1</title></head><body><article><h1>Article 1</h1><p>{sentences}</p>\
         <p>{}</p></article></body></html>",
        "Nobody could say when the medicine will reach the people who need it most in the villages. ".repeat(6)
    );
    site.service(|site| site.pages.insert("/a/1".to_owned(), page));
    let bare = |n| Entry {
        summary: None,
        ..Entry::new(n, TODAY)
    };
    publish(&site, [bare(1), bare(2), Entry::new(3, TODAY)]);
    assert_eq!(poll(&bed)["posts"], json!([1, 2, 3]));
    let post = |id: &str| bed.json(&["show", id]).done();
    let proposed = post("1")["summary"].as_str().unwrap_or_default().to_owned();
    assert!(
        sentences.contains(proposed.split('.').next().unwrap()) && proposed.len() > 40,
        "{proposed:?}"
    );
    assert_eq!(
        post("2")["summary"],
        json!(null),
        "its page is not there, and that is no harm"
    );
    assert_eq!(site.count_path("/a/3"), 0, "its feed says enough");
}

#[test]
fn what_is_no_feed_changes_nothing_and_says_what_it_is() {
    let (bed, site) = blog("");
    publish(&site, [Entry::new(1, TODAY)]);
    poll(&bed);
    for (reply, words) in [
        (
            Reply {
                body: "<html><body>Under repair</body></html>".to_owned(),
                ..Reply::empty(200)
            },
            "web page and no feed",
        ),
        (
            Reply {
                body: "<feed><entry><id>a".to_owned(),
                ..Reply::empty(200)
            },
            "ends in the middle",
        ),
        (Reply::empty(200), "empty"),
        (Reply::empty(503), "503"),
        (Reply::empty(404), "404"),
    ] {
        site.service(|site| site.instead = Some(reply));
        let output = bed.json(&["source", "poll", "blog"]).ends(6);
        let told = &output.json()["sources"][0];
        assert!(
            told["error"]["message"].as_str().unwrap_or_default().contains(words),
            "{words}: {told}"
        );
        assert_eq!((&told["ok"], &told["posts"]), (&json!(false), &json!([])), "{told}");
    }
    site.service(|site| site.instead = None);
    assert_eq!(poll(&bed)["posts"], json!([]));
    assert_eq!(titles(&bed).len(), 1);
}
