//! Pages that mean harm, and addresses that are none of Handbill's business: nothing of it reaches the terminal, the
//! feed or this machine's own network, and a post is made all the same.

use serde_json::json;

use super::{PRIVATE, article, newsroom, posts};
use crate::bed::Bed;
use crate::fake::pages::{Answer, Pages};
use crate::patience::side_by_side;

/// Asserts that a page cannot be had with this exit code, and that a post about it is added all the same and says why.
#[track_caller]
fn gives_nothing(bed: &Bed, url: &str, code: i32, word: &str) {
    let error = bed.json(&["draft", url]).refused(code);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(word), "{url}: {message}");
    is_added_without(bed, url, word);
}

#[track_caller]
fn is_added_without(bed: &Bed, url: &str, word: &str) {
    let words = format!("Words about {url}.");
    // Some of the addresses are one and the same, written otherwise.
    let post = bed.json(&["add", url, "--summary", &words, "--allow-duplicate"]).done();
    assert_eq!(
        (&post["state"], &post["url"]),
        (&json!("queued"), &json!(url)),
        "{post}"
    );
    let why = post["page"]["error"].as_str().unwrap();
    assert!(why.contains(word), "{url}: {why}");
}

#[test]
fn this_machine_and_its_network_are_not_read_unless_allowed() {
    let (bed, pages) = newsroom("");
    let port = pages.url("").rsplit(':').next().unwrap().to_owned();
    let urls = [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
    ];
    for host in urls {
        gives_nothing(&bed, &format!("http://{host}:{port}/a"), 5, "allow_private");
    }
    assert_eq!(pages.asked(), [""; 0], "a call was made");
    let text = bed.run(&["draft", &pages.url("/a")]).ends(5).err;
    assert!(text.contains("[fetch]"), "what lifts the rule is said: {text}");
    bed.json(&["add", &pages.url("/new"), "--require-page", "--summary", "W."])
        .refused(5);
}

#[test]
fn what_is_no_website_is_not_called_even_where_private_addresses_are() {
    let (bed, pages) = newsroom(PRIVATE);
    gives_nothing(&bed, "http://127.0.0.1:25/a", 5, "25");
    gives_nothing(&bed, "http://127.0.0.1:5432/a", 5, "5432");
    for (n, target) in [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://127.0.0.1:22/",
        "javascript:alert(1)",
        "data:text/html,x",
    ]
    .iter()
    .enumerate()
    {
        let url = pages.put(&format!("/to/{n}"), Answer::To((*target).to_owned()));
        gives_nothing(&bed, &url, 5, "redirects");
    }
    for url in [
        "file:///etc/passwd",
        "ftp://example.org/a",
        "/etc/passwd",
        "http://user:secret@127.0.0.1/a",
    ] {
        bed.json(&["draft", url]).refused(3);
        bed.json(&["add", url, "--summary", "W."]).refused(3);
    }
}

#[test]
fn a_redirect_is_followed_to_the_article_and_the_given_address_is_kept() {
    let (bed, pages) = newsroom(PRIVATE);
    pages.put("/two", Answer::To("/a".to_owned()));
    let short = pages.put("/s", Answer::To(pages.url("/two")));
    let post = bed.json(&["add", &short, "--accept-summary"]).done();
    assert_eq!(
        (&post["url"], &post["title"]),
        (&json!(short), &json!("Needle exchange halves new infections"))
    );
    assert_eq!(pages.asked(), ["/s", "/two", "/a"]);
    // It is the same article, whichever way one comes to it.
    bed.json(&["add", &pages.url("/a"), "--accept-summary"]).refused(5);
}

#[test]
fn a_link_that_leads_to_another_host_is_pointed_out() {
    let (bed, pages) = newsroom(PRIVATE);
    let port = pages.url("").rsplit(':').next().unwrap().to_owned();
    let away = pages.put("/away", Answer::To(format!("http://localhost:{port}/a")));
    let text = bed.run(&["draft", &away]).ends(0).out;
    assert!(text.contains("leads on to another host"), "{text}");
    let post = bed.json(&["add", &away, "--accept-summary"]).done();
    let finding = &post["deliveries"][0]["lint"][0];
    assert_eq!(finding["rule"], "link", "{post}");
    assert!(finding["message"].as_str().unwrap().contains("localhost"), "{post}");
}

#[test]
fn redirects_without_an_end_end() {
    let (bed, pages) = newsroom(PRIVATE);
    let circle = pages.put("/one", Answer::To("/two".to_owned()));
    pages.put("/two", Answer::To("/one".to_owned()));
    gives_nothing(&bed, &circle, 6, "circle");
    for n in 0..20 {
        pages.put(&format!("/n/{n}"), Answer::To(format!("/n/{}", n + 1)));
    }
    gives_nothing(&bed, &pages.url("/n/0"), 6, "redirect");
    assert!(pages.asked().len() < 30, "{:?}", pages.asked());
}

#[test]
fn bodies_without_measure_are_not_read_to_their_end() {
    let (bed, pages) = newsroom(PRIVATE);
    gives_nothing(&bed, &pages.put("/endless", Answer::Endless), 6, "MB");
    gives_nothing(&bed, &pages.put("/bomb", Answer::Bomb), 6, "MB");
}

/// `add` waits a few seconds for a page, and no longer: the imitations would hold it for a minute and more.
#[test]
fn nobody_waits_for_a_page_that_does_not_come() {
    let (bed, pages) = newsroom(PRIVATE);
    let urls = vec![pages.put("/silence", Answer::Silence), pages.put("/drip", Answer::Drip)];
    let started = std::time::Instant::now();
    side_by_side(urls, |url| is_added_without(&bed, &url, "5 s"));
    assert!(started.elapsed().as_secs() < 45, "{:?}", started.elapsed());
    let silent = pages.put("/still", Answer::Silence);
    bed.json(&["add", &silent, "--summary", "W.", "--require-page"])
        .refused(6);
    assert_eq!(posts(&bed), 2);
}

/// What could command a terminal, turn a line of writing round, or become markup.
const ATTACK: &str =
    "Clinics &lt;script&gt;alert(1)&lt;/script&gt;\u{1b}[2J\u{1b}]0;owned\u{7}&#27;[31m \u{202e}txet\u{2066} open";

fn attacked(pages: &Pages) -> String {
    let page = article(ATTACK, "/evil").replace("A nurse at", "A nurse \u{1b}[2J\u{202e}at");
    let page = page.replace("Doctors in all", "Doctors \u{1b}[5m\u{202d}&lt;script&gt;in all");
    pages.put("/evil", Answer::Html(page))
}

/// Nothing in a text that a terminal obeys, or that turns the direction of what stands behind it.
#[track_caller]
fn is_harmless(what: &str, text: &str) {
    let odd = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let found: Vec<char> = text.chars().filter(|c| odd(*c)).collect();
    assert!(found.is_empty(), "{found:?} in {what}:\n{text}");
}

#[test]
fn a_page_commands_neither_a_terminal_nor_a_readers_browser() {
    let (bed, pages) = newsroom(PRIVATE);
    let url = attacked(&pages);
    is_harmless("draft", &bed.run(&["draft", &url]).ends(0).out);
    is_harmless(
        "add",
        &bed.run(&["add", &url, "--accept-summary", "--to", "site", "--now"])
            .ends(0)
            .out,
    );
    for args in [
        &["preview", "1"][..],
        &["show", "1"],
        &["lint", "1"],
        &["list"],
        &["queue"],
    ] {
        is_harmless(&args.join(" "), &bed.run(args).ends(0).out);
    }
    is_harmless("run", &bed.run(&["run", "--once"]).ends(0).out);
    is_harmless("history", &bed.run(&["history"]).ends(0).out);
    feeds_are_harmless(&bed);
}

/// A person may have copied the title from such a page.
#[test]
fn a_title_that_was_typed_commands_nothing_either() {
    let (bed, _) = newsroom("");
    let title = "Clinics <script>alert(1)</script>\u{1b}[2J \u{202e}txet\u{2066} open";
    let args = [
        "add",
        "https://example.org/a",
        "--title",
        title,
        "--summary",
        title,
        "--to",
        "site",
        "--now",
        "--no-fetch",
    ];
    is_harmless("add", &bed.run(&args).ends(0).out);
    for args in [
        &["preview", "1"][..],
        &["show", "1"],
        &["lint", "1"],
        &["list"],
        &["queue"],
        &["status"],
    ] {
        let output = bed.run(args);
        is_harmless(&args.join(" "), &output.out);
    }
    is_harmless("run", &bed.run(&["run", "--once"]).ends(0).out);
    feeds_are_harmless(&bed);
}

#[track_caller]
fn feeds_are_harmless(bed: &Bed) {
    let page = bed.read("site/index.html");
    assert!(page.contains("Clinics"), "{page}");
    assert!(!page.contains("<script"), "{page}");
    is_harmless("index.html", &page);
    let atom = bed.read("site/feed.atom");
    // Titles are text there, so that what is escaped once is shown; of the content, one layer is markup.
    let content = atom.split("<content").nth(1).unwrap();
    assert!(!atom.contains("<script") && !content.contains("&lt;script"), "{atom}");
    is_harmless("feed.atom", &atom);
    let text = bed.read("site/feed.json");
    let feed: serde_json::Value = serde_json::from_str(&text).unwrap();
    let item = &feed["items"][0];
    for member in ["title", "summary", "content_text", "content_html"] {
        is_harmless(member, item[member].as_str().unwrap());
    }
    assert!(!item["content_html"].as_str().unwrap().contains("<script"), "{item}");
}
