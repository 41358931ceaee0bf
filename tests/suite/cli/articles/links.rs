//! A link that is looked at again before the post goes out: what waits for it is told, everywhere and at once.

use serde_json::json;

use super::{PRIVATE, newsroom};
use crate::bed::Bed;
use crate::fake::Reply;
use crate::fake::pages::{Answer, Pages};

const DEAD: &str = "leads to no page: the server answers 404";

fn office() -> (Bed, Pages) {
    newsroom(&format!("{PRIVATE}[lint]\nlink = \"block\"\n"))
}

fn add(bed: &Bed, url: &str, words: &str, more: &[&str]) {
    let args = [
        "add",
        url,
        "--title",
        words,
        "--summary",
        words,
        "--lang",
        "en",
        "--to",
        "site",
    ];
    bed.json(&[&args[..], more].concat()).done();
}

/// Everything that a page could say, so that it is not looked at for that.
fn said(url: &str) -> [&str; 10] {
    [
        "add",
        url,
        "--title",
        "T",
        "--summary",
        "S",
        "--lang",
        "en",
        "--to",
        "site",
    ]
}

fn gone(pages: &Pages, path: &str) {
    pages.put(path, Answer::Other(Reply::html(404, "Gone")));
}

#[test]
fn a_post_whose_link_died_waits_and_that_is_told_everywhere() {
    let (mut bed, pages) = office();
    add(&bed, &pages.url("/a"), "Words one.", &[]);
    gone(&pages, "/a");
    bed.at("2026-11-27T09:00:00Z");
    let first = bed.run(&["run", "--once"]).ends(8).out;
    assert!(
        first.starts_with("1/site: waits: The article's link") && first.contains("It is asked again"),
        "{first}"
    );
    assert!(first.contains(DEAD) && !first.contains("Nothing was due"), "{first}");
    // Nothing is touched before the link is asked again, and it needs a person all the same.
    let untouched = bed.json(&["run", "--once"]).ends(8).json();
    assert_eq!(untouched["attention"][0]["delivery"], "1/site", "{untouched}");
    let second = bed.run(&["run", "--once"]).ends(8).out;
    assert!(
        second.contains("1/site") && second.contains(DEAD) && !second.contains("Nothing was due"),
        "{second}"
    );
    let status = bed.run(&["status"]).ends(8).out;
    for said in [
        "Needs a person (1)",
        "1/site",
        DEAD,
        "asked again",
        "handbill edit 1 --url URL",
    ] {
        assert!(status.contains(said), "{said:?} in:\n{status}");
    }
    assert!(!status.contains("Next: 1/site"), "{status}");
    let item = &bed.json(&["status"]).ends(8).json()["attention"][0];
    assert_eq!(
        (&item["kind"], &item["delivery"]),
        (&json!("link"), &json!("1/site")),
        "{item}"
    );
    for command in ["queue", "show 1"] {
        let out = bed.run(&command.split(' ').collect::<Vec<_>>()).ends(0).out;
        assert!(
            out.contains("waiting: The article's link") || out.contains("waits: The article's link"),
            "{out}"
        );
        assert!(out.contains(DEAD), "{out}");
    }
    let told = &bed.json(&["queue"]).done()["deliveries"][0];
    assert_eq!(told["error"]["kind"], "transient", "{told}");
    assert_eq!(told["blocked_by"][0]["gate"], "link", "{told}");
    assert!(
        told["blocked_by"][0]["reason"].as_str().unwrap().contains(DEAD),
        "{told}"
    );
    // It is well again, and the slot is still open.
    pages.put("/a", Answer::Html(super::article(super::TITLE, "/a")));
    bed.at("2026-11-27T09:05:00Z");
    let out = bed.run(&["run", "--once"]).ends(0).out;
    assert!(out.contains("1/site: out since"), "{out}");
    bed.run(&["status"]).ends(0);
}

#[test]
fn a_post_that_waits_for_its_link_makes_room_for_the_next() {
    let (mut bed, pages) = office();
    pages.put("/b", Answer::Html(super::article("Another article", "/b")));
    add(&bed, &pages.url("/a"), "Words one.", &[]);
    add(&bed, &pages.url("/b"), "Words two.", &[]);
    gone(&pages, "/a");
    bed.at("2026-11-27T09:00:00Z");
    let done = bed.json(&["run", "--once"]).ends(8).json();
    assert_eq!(
        (&done["published"], &done["retrying"]),
        (&json!(1), &json!(1)),
        "{done}"
    );
    assert_eq!(bed.delivery("2/site")["state"], "published");
    assert_eq!(bed.delivery("1/site")["state"], "pending");
}

#[test]
fn a_post_that_its_link_made_late_says_so_when_it_is_missed() {
    let (mut bed, pages) = office();
    add(&bed, &pages.url("/a"), "Words one.", &["--at", "2026-11-27 10:00"]);
    gone(&pages, "/a");
    bed.at("2026-11-27T10:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    bed.at("2026-11-29T10:00:00Z");
    let out = bed.run(&["run", "--once"]).ends(8);
    assert!(
        out.out.contains("1/site: missed: The article's link") && out.out.contains(DEAD),
        "{out}"
    );
    assert!(
        out.err.contains("could go: The article's link") && out.err.contains(DEAD),
        "{out}"
    );
    let status = bed.run(&["status"]).ends(8).out;
    assert!(status.contains("was missed") && status.contains(DEAD), "{status}");
}

#[test]
fn a_held_post_is_no_news_of_its_link() {
    let (mut bed, pages) = office();
    add(&bed, &pages.url("/a"), "Words one.", &[]);
    gone(&pages, "/a");
    bed.at("2026-11-27T09:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    bed.run(&["hold", "--reason", "A tragedy"]).ends(0);
    bed.run(&["status"]).ends(0);
    bed.run(&["run", "--once"]).ends(0);
}

#[test]
fn a_draft_whose_link_is_dead_is_not_queued_where_that_blocks() {
    let (bed, pages) = office();
    add(&bed, &pages.url("/missing"), "Words one.", &["--draft"]);
    let lint = bed.run(&["lint", "1"]).ends(5).out;
    assert!(lint.contains("Blocked (site)") && lint.contains(DEAD), "{lint}");
    for queue in [&["move", "1", "--to-slot"][..], &["edit", "1", "--now"]] {
        let error = bed.json(queue).refused(5);
        assert!(error["message"].as_str().unwrap().contains(DEAD), "{queue:?}: {error}");
    }
    pages.put("/missing", Answer::Html(super::article(super::TITLE, "/missing")));
    bed.json(&["lint", "1"]).done();
    assert_eq!(bed.json(&["move", "1", "--to-slot"]).done()["state"], "queued");
}

#[test]
fn a_dry_run_says_of_the_link_what_the_run_says() {
    let (bed, pages) = newsroom(PRIVATE);
    let url = pages.url("/missing");
    let args = ["add", &url, "--summary", "Words.", "--to", "site"];
    let lint = |more: &[&str]| bed.json(&[&args[..], more].concat()).done()["deliveries"][0]["lint"].clone();
    let dry = lint(&["--dry-run"]);
    assert!(dry.to_string().contains(DEAD), "{dry}");
    assert_eq!(dry, lint(&[]));
}

#[test]
fn a_link_that_leads_elsewhere_comes_with_the_address_to_use() {
    let (bed, pages) = office();
    let port = pages.url("").rsplit(':').next().unwrap().to_owned();
    let to = format!("http://localhost:{port}/a");
    let away = pages.put("/away", Answer::To(to.clone()));
    let pdf = pages.put("/report", Answer::To(format!("http://localhost:{port}/file")));
    pages.put("/file", Answer::File("application/pdf", b"%PDF-1.7".to_vec()));
    let draft = bed.run(&["draft", &away]).ends(0).out;
    assert!(draft.contains(&to), "{draft}");
    // Also where what it leads to is no article.
    for url in [&away, &pdf] {
        let args = ["add", url, "--summary", "Words.", "--to", "site", "--lang", "en"];
        let error = bed.json(&args).refused(5);
        assert!(
            error["message"].as_str().unwrap().contains("another host, localhost"),
            "{error}"
        );
        assert!(error["hint"].as_str().unwrap().contains("http://localhost:"), "{error}");
    }
}

#[test]
fn where_a_dead_link_is_a_warning_lint_asks_it_when_told_to() {
    let (bed, pages) = newsroom(PRIVATE);
    let args = ["add", &pages.url("/missing"), "--summary", "Words.", "--to", "site"];
    let added = bed.run(&args).ends(0).out;
    assert!(
        added.contains("Look again (site)") && added.contains("handbill lint 1 --link"),
        "{added}"
    );
    let asked = pages.asked().len();
    bed.json(&["lint", "1"]).done();
    assert_eq!(pages.asked().len(), asked, "nobody is asked");
    let lint = bed.run(&["lint", "1", "--link"]).ends(0).out;
    assert!(
        lint.contains(DEAD) && lint.contains("copy the address from there"),
        "{lint}"
    );
}

#[test]
fn a_new_link_says_which_words_are_still_those_of_the_old_article() {
    let (bed, pages) = newsroom(PRIVATE);
    let other = pages.put("/b", Answer::Html(super::article("Another article", "/b")));
    add(&bed, &pages.url("/a"), "Words one.", &[]);
    let edited = bed.run(&["edit", "1", "--url", &other]).ends(0).out;
    assert!(edited.contains("title and summary stayed as before"), "{edited}");
    assert!(edited.contains("handbill edit 1 --title … --summary …"), "{edited}");
    let edited = bed
        .json(&[
            "edit",
            "1",
            "--url",
            &pages.url("/a"),
            "--title",
            "T",
            "--summary",
            "Other words.",
        ])
        .done();
    assert_eq!(edited["page"]["kept"], json!([]), "{edited}");
    assert_eq!(bed.json(&["edit", "1", "--tag", "x"]).done()["page"]["kept"], json!([]));
}

#[test]
fn a_new_link_names_the_texts_and_pictures_that_stayed() {
    let (bed, pages) = newsroom(PRIVATE);
    let other = pages.put("/b", Answer::Html(super::article("Another article", "/b")));
    bed.write_bytes("one.jpg", &crate::pictures::sample("place.jpg"));
    let more = ["--text", "site=Own words.", "--image", "one.jpg", "--alt", "A place."];
    add(&bed, &pages.url("/a"), "Words one.", &more);
    let edited = bed
        .json(&[
            "edit",
            "1",
            "--url",
            &other,
            "--title",
            "T",
            "--summary",
            "S",
            "--text",
            "site=New words.",
        ])
        .done();
    assert_eq!(edited["page"]["kept"], json!(["pictures"]), "{edited}");
    let back = ["edit", "1", "--url", &pages.url("/a"), "--title", "T", "--summary", "S"];
    let edited = bed.run(&back).ends(0).out;
    assert!(
        edited.contains("channels' own texts and pictures stayed as before"),
        "{edited}"
    );
    assert!(edited.contains("--text CH=… --image FILE --alt …"), "{edited}");
}

#[test]
fn a_title_that_was_only_the_address_goes_with_it() {
    let (bed, pages) = newsroom(PRIVATE);
    let added = bed
        .json(&["add", &pages.url("/missing"), "--summary", "Words.", "--lang", "en"])
        .done();
    assert!(added["title"].as_str().unwrap().ends_with("/missing"), "{added}");
    let edited = bed.json(&["edit", "1", "--url", &pages.url("/a")]).done();
    assert_eq!(
        (&edited["title"], &edited["page"]["kept"]),
        (&json!(super::TITLE), &json!(["summary"])),
        "{edited}"
    );
}

#[test]
fn a_link_that_was_mended_is_asked_at_once() {
    let (mut bed, pages) = office();
    add(&bed, &pages.url("/a"), "Words one.", &["--at", "2026-11-27 10:00"]);
    gone(&pages, "/a");
    bed.at("2026-11-27T10:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    let moved = pages.put("/moved", Answer::Html(super::article(super::TITLE, "/moved")));
    bed.json(&["edit", "1", "--url", &moved]).done();
    bed.run(&["status"]).ends(8);
    assert_eq!(bed.json(&["run", "--once"]).done()["published"], 1);
}

fn down(pages: &Pages, path: &str, status: u16) {
    pages.put(path, Answer::Other(Reply::html(status, "Try again later")));
}

fn alerts(bed: &Bed) -> usize {
    bed.run(&["run", "--once"]).err.matches("The post waits").count()
}

#[test]
fn a_server_that_is_down_touches_one_post_at_a_time_and_stops_no_queue() {
    let (mut bed, pages) = office();
    for path in ["/a", "/b"] {
        pages.put(path, Answer::Html(super::article("Another article", path)));
    }
    add(&bed, &pages.url("/a"), "Words one.", &[]);
    add(&bed, &pages.url("/b"), "Words two.", &[]);
    let mut told = 0;
    for (minute, status) in [(0, 503), (5, 502), (10, 503)] {
        down(&pages, "/a", status);
        bed.at(&format!("2026-11-27T09:{minute:02}:00Z"));
        told += alerts(&bed);
        assert!(
            bed.delivery("2/site")["error"].is_null(),
            "the slot is kept for a while"
        );
    }
    assert_eq!(told, 1, "it is told once, whatever the server says");
    assert_eq!(bed.delivery("1/site")["state"], "pending");
    // It stays down: the next has its turn, in the same slot.
    bed.at("2026-11-27T09:15:00Z");
    bed.run(&["run", "--once"]).ends(8);
    assert_eq!(bed.delivery("2/site")["state"], "published");
    assert_eq!(bed.delivery("1/site")["state"], "pending");
}

#[test]
fn an_outage_of_minutes_costs_no_post_its_slot() {
    let (mut bed, pages) = office();
    add(&bed, &pages.url("/a"), "Words one.", &[]);
    add(&bed, &pages.url("/a?two"), "Words two.", &[]);
    down(&pages, "/a", 503);
    bed.at("2026-11-27T09:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    pages.put("/a", Answer::Html(super::article(super::TITLE, "/a")));
    bed.at("2026-11-27T09:05:00Z");
    let done = bed.json(&["run", "--once"]).done();
    assert_eq!(
        (&done["published"], &done["retrying"]),
        (&json!(1), &json!(0)),
        "{done}"
    );
    assert_eq!(bed.delivery("1/site")["state"], "published");
    bed.run(&["status"]).ends(0);
}

#[test]
fn many_dead_links_do_not_hide_the_post_that_can_go() {
    let (mut bed, pages) = office();
    for no in 1..=18 {
        let path = format!("/dead{no}");
        pages.put(&path, Answer::Html(super::article("Another article", &path)));
        add(&bed, &pages.url(&path), &format!("Words {no}."), &[]);
        gone(&pages, &path);
    }
    add(&bed, &pages.url("/a"), "Words that go.", &[]);
    bed.at("2026-11-27T09:00:00Z");
    let done = bed.json(&["run", "--once"]).ends(8).json();
    assert_eq!(
        (&done["published"], &done["retrying"]),
        (&json!(1), &json!(18)),
        "{done}"
    );
    assert_eq!(bed.delivery("19/site")["state"], "published");
}

#[test]
fn a_link_is_asked_once_for_all_channels() {
    let other = crate::network::feed_channel("other");
    let (mut bed, pages) = newsroom(&format!(
        "{PRIVATE}[lint]\nlink = \"block\"\n{other}schedule = [\"@hourly\"]\n"
    ));
    add(&bed, &pages.url("/a"), "Words one.", &["--to", "other"]);
    let asked = |pages: &Pages| pages.asked().iter().filter(|path| *path == "/a").count();
    let before = asked(&pages);
    bed.at("2026-11-27T10:00:00Z");
    assert_eq!(bed.json(&["run", "--once"]).done()["published"], 2);
    assert_eq!(asked(&pages) - before, 1);
}

#[test]
fn a_channel_that_waited_for_the_same_link_goes_whatever_is_wrong_with_the_other() {
    let channels = ["other", "site"].map(crate::network::feed_channel).join("\n");
    let bed = Bed::new(&format!("{PRIVATE}[lint]\nlink = \"block\"\n{channels}"));
    let pages = Pages::start();
    pages.put("/a", Answer::Html(super::article(super::TITLE, "/a")));
    add(&bed, &pages.url("/a"), "Words one.", &["--to", "other", "--now"]);
    let database = bed.database();
    database.rows(
        "UPDATE delivery SET error_kind = 'transient', error_message = 'x', error_at = NULL WHERE channel = 'other'",
    );
    let _daemon = bed.daemon();
    bed.wait_state(&database, "1/site", "published");
}

#[test]
fn a_post_with_little_time_is_asked_again_in_it() {
    let (mut bed, pages) = newsroom(&format!(
        "{PRIVATE}[lint]\nlink = \"block\"\n[defaults]\nlate_limit = \"2m\"\n"
    ));
    add(&bed, &pages.url("/a"), "Words one.", &["--at", "2026-11-27 10:00"]);
    gone(&pages, "/a");
    bed.at("2026-11-27T10:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    let queue = bed.run(&["queue"]).ends(0).out;
    assert!(
        queue.contains("10:01:45") || !queue.contains("will be missed"),
        "{queue}"
    );
    assert_eq!(
        bed.json(&["queue"]).done()["deliveries"][0]["blocked_by"][0]["until"],
        "2026-11-27T10:01:45Z"
    );
    pages.put("/a", Answer::Html(super::article(super::TITLE, "/a")));
    bed.at("2026-11-27T10:01:45Z");
    assert_eq!(bed.json(&["run", "--once"]).done()["published"], 1);
}

#[test]
fn what_keeps_a_post_first_is_said_first() {
    let (mut bed, pages) = office();
    add(&bed, &pages.url("/a"), "Words one.", &["--at", "2026-11-27 10:00"]);
    gone(&pages, "/a");
    bed.at("2026-11-27T10:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    bed.run(&["hold", "--until", "2026-11-27 12:00", "--reason", "A tragedy"])
        .ends(0);
    let queue = bed.run(&["queue"]).ends(0).out;
    assert!(queue.contains("A tragedy") && !queue.contains(DEAD), "{queue}");
}

#[test]
fn a_rule_that_blocks_no_more_lets_go() {
    let (mut bed, pages) = office();
    add(&bed, &pages.url("/a"), "Words one.", &["--at", "2026-11-27 10:00"]);
    gone(&pages, "/a");
    bed.at("2026-11-27T10:00:00Z");
    bed.run(&["run", "--once"]).ends(8);
    let config = bed.read("handbill.toml");
    bed.write("handbill.toml", &config.replace("\"block\"", "\"warn\""));
    let status = bed.run(&["status"]).out;
    assert!(!status.contains(DEAD), "{status}");
    assert_eq!(bed.json(&["run", "--once"]).done()["published"], 1);
}

#[test]
fn whoever_waits_is_told_at_once_that_the_link_died() {
    let (bed, pages) = office();
    let good = Answer::Html(super::article(super::TITLE, "/a"));
    let bad = Answer::Other(Reply::html(404, "Gone"));
    pages.put("/a", Answer::Then(Box::new(good), Box::new(bad)));
    let url = pages.url("/a");
    let out = bed.run(&[&said(&url)[..], &["--now", "--wait"]].concat());
    assert!(out.out.contains(DEAD), "{out}");
    assert_eq!(bed.delivery("1/site")["state"], "pending");
}

#[test]
fn a_dead_link_is_refused_when_it_is_added_where_it_blocks() {
    let (bed, pages) = office();
    let url = pages.url("/missing");
    let args = said(&url);
    let error = bed.json(&args).refused(5);
    assert!(error["message"].as_str().unwrap().contains(DEAD), "{error}");
    bed.json(&[&args[..], &["--draft"]].concat()).done();
    bed.json(&[&args[..], &["--no-fetch", "--allow-duplicate"]].concat())
        .done();
}
