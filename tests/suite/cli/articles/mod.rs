//! `draft URL` and `add URL`: what is taken from an article's page, what is not asked for, and what happens without it.

mod hostile;
mod known;
mod links;
mod missing;

use serde_json::{Value, json};

use super::{NOW, posts};
use crate::bed::{Bed, HEAD, program};
use crate::fake::pages::{Answer, Pages};
use crate::network::{feed_channel, mastodon_channel};

const TITLE: &str = "Needle exchange halves new infections";

/// A page as good newspapers make it. `canonical`: its own word for its address.
fn article(title: &str, canonical: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{title} | The Example</title>\
         <link rel=\"canonical\" href=\"{canonical}\">\
         <meta property=\"og:type\" content=\"article\"><meta property=\"og:title\" content=\"{title}\">\
         <meta property=\"og:site_name\" content=\"The Example\">\
         <meta property=\"og:description\" content=\"A study of three cities finds fewer infections.\">\
         <meta property=\"og:image\" content=\"/photo.jpg\"><meta property=\"og:image:width\" content=\"1200\">\
         <meta property=\"og:image:height\" content=\"630\">\
         <meta property=\"og:image:alt\" content=\"A nurse at the door of a clinic\">\
         <meta property=\"article:published_time\" content=\"2026-11-20T08:00:00Z\"></head><body><main><article>\
         <h1>{title}</h1>\
         <p>New infections with hepatitis C fell by half in three cities after needle exchanges had opened there, \
         according to a study published on Friday.</p>\
         <p>Researchers followed four thousand people over six years and compared the cities with others of the same \
         size. The cities without an exchange saw no change in new infections at all.</p>\
         <p>Doctors in all three cities called on the health ministry to pay for exchanges in every large town. The \
         ministry said that a decision on the money was expected in the spring.</p>\
         </article></main></body></html>"
    )
}

/// Addresses on this machine may be read.
const PRIVATE: &str = "[fetch]\nallow_private = true\n";

/// The office of the other tests, with more settings, and a site whose article stands at `/a`.
fn newsroom(settings: &str) -> (Bed, Pages) {
    let mastodon = mastodon_channel("mastodon", "http://127.0.0.1:9");
    let channels = format!(
        "{mastodon}schedule = [\"30 17 * * *\"]\n{}schedule = [\"@hourly\"]\n",
        feed_channel("site")
    );
    let mut bed = Bed::with_config(&format!("{HEAD}\n{settings}\n{channels}"));
    bed.at(NOW);
    let pages = Pages::start();
    pages.put("/a", Answer::Html(article(TITLE, "/a")));
    (bed, pages)
}

/// What a page says of itself is no summary where it only asks for money.
#[test]
fn a_paywalls_advertisement_is_no_summary() {
    let (bed, pages) = newsroom(PRIVATE);
    let stub = "<!DOCTYPE html><html lang=\"en\"><head><title>Ministers weigh drug checking</title>\
        <meta property=\"og:description\" content=\"Subscribe to read this article and get access from £1 a week.\">\
        <script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Ministers weigh drug checking\",\
        \"isAccessibleForFree\":false}</script></head><body><article><h1>Ministers weigh drug checking</h1>\
        <p>Ministers are considering…</p></article></body></html>";
    let url = pages.put("/stub", Answer::Html(stub.to_owned()));
    let draft = bed.run(&["draft", &url]).ends(0).out;
    assert!(
        !draft.contains("£1") && draft.contains("without a subscription"),
        "{draft}"
    );
    let args = ["add", &url, "--accept-summary", "--to", "site"];
    let added = bed.json(&args).done();
    assert_eq!(
        (&added["state"], &added["page"]["paywall"]),
        (&json!("draft"), &json!(true)),
        "{added}"
    );
    assert!(added["summary"].is_null(), "{added}");
}

#[test]
fn a_draft_shows_what_the_page_offers_and_adds_nothing() {
    let (bed, pages) = newsroom(PRIVATE);
    let told = bed
        .json(&["draft", &pages.url("/a?utm_source=mail&id=7&fbclid=x")])
        .done();
    assert_eq!(told["url"], json!(pages.url("/a?id=7")), "{told}");
    assert_eq!(
        (&told["title"], &told["publisher"]),
        (&json!(TITLE), &json!("The Example"))
    );
    assert_eq!(told["language"], "en-GB");
    let image = json!({"url": pages.url("/photo.jpg"), "alt": "A nurse at the door of a clinic"});
    assert_eq!(told["image"], image, "{told}");
    assert!(told["published"].as_str().unwrap().starts_with("2026-11-20"), "{told}");
    let summary = told["summary"].as_str().unwrap();
    assert!(summary.contains("infections") && !summary.contains('…'), "{summary}");
    let text = bed.run(&["draft", &pages.url("/a")]).ends(0).out;
    for said in [
        TITLE,
        "The Example",
        "Fri 20 Nov 2026 08:00 Europe/London",
        summary,
        "A nurse at the door",
        "handbill add",
    ] {
        assert!(text.contains(said), "{said:?} in:\n{text}");
    }
    assert_eq!(posts(&bed), 0);
}

#[test]
fn what_a_page_does_not_say_is_null_and_said_to_be_missing() {
    let (bed, pages) = newsroom(PRIVATE);
    let bare = pages.put("/bare", Answer::Html("<p>Too short to be anything.</p>".to_owned()));
    let output = bed.json(&["draft", &bare]);
    if output.code == 0 {
        let told = output.json();
        for member in ["summary", "language", "publisher", "published", "image"] {
            assert!(told.get(member).is_some_and(Value::is_null), "{member} in {told}");
        }
    } else {
        output.refused(6);
    }
}

/// The line that `draft` offers is one to type as it stands.
#[test]
fn the_command_that_a_draft_offers_can_be_typed() {
    let (bed, pages) = newsroom(PRIVATE);
    let title = "Ministers&#39; $(plan) for `clinics` &quot;a failure&quot;";
    let url = pages.put("/o'brien", Answer::Html(article(title, "/o'brien")));
    let text = bed.run(&["draft", &format!("{url}?a=1&b=2")]).ends(0).out;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Queue it: handbill "))
        .unwrap();
    let mut shell = bed.command(&[]);
    let typed = format!("{} {line} --json", program().display());
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &typed]);
    for (name, value) in shell.get_envs() {
        value.map(|value| command.env(name, value));
    }
    command.current_dir(shell.get_current_dir().unwrap());
    shell = command;
    let post = bed.finish(shell, "").done();
    assert_eq!(post["state"], "queued", "{post}");
    assert_eq!(post["title"], "Ministers' $(plan) for `clinics` \"a failure\"");
}

#[test]
fn a_post_is_completed_from_the_page_and_waits_as_a_draft() {
    let (bed, pages) = newsroom(PRIVATE);
    let proposed = bed.json(&["draft", &pages.url("/a")]).done()["summary"].clone();
    let post = bed.json(&["add", &pages.url("/a?utm_medium=x#top")]).done();
    let members = ["title", "summary", "language"].map(|member| post[member].clone());
    assert_eq!(members, [json!(TITLE), proposed.clone(), json!("en-GB")]);
    assert_eq!(
        (&post["state"], &post["url"]),
        (&json!("draft"), &json!(pages.url("/a#top"))),
        "{post}"
    );
    assert_eq!(post["page"]["taken"], json!(["title", "summary", "language"]), "{post}");
    bed.at_slot_publishes(0);
    let moved = bed.json(&["move", "1", "--to-slot"]).done();
    assert_eq!(moved["state"], "queued");
    let (bed, pages) = newsroom(PRIVATE);
    let text = bed.run(&["add", &pages.url("/a")]).ends(0).out;
    for said in [
        "Proposed from the article's own sentences",
        proposed.as_str().unwrap(),
        TITLE,
        "draft",
    ] {
        assert!(text.contains(said), "{said:?} in:\n{text}");
    }
}

#[test]
fn a_proposed_summary_goes_out_only_if_that_was_said() {
    let (bed, pages) = newsroom(PRIVATE);
    let post = bed
        .json(&["add", &pages.url("/a"), "--accept-summary", "--to", "site", "--now"])
        .done();
    assert_eq!(post["state"], "queued", "{post}");
    bed.at_slot_publishes(1);
    let feed: Value = serde_json::from_str(&bed.read("site/feed.json")).unwrap();
    assert_eq!(
        (&feed["items"][0]["title"], &feed["items"][0]["summary"]),
        (&json!(TITLE), &post["summary"])
    );
    // Nothing to accept: nobody decided on a summary.
    pages.put(
        "/none",
        Answer::Html("<title>A bare page about clinics</title><p>Hello.</p>".to_owned()),
    );
    let post = bed.json(&["add", &pages.url("/none"), "--accept-summary"]).done();
    assert_eq!(
        (&post["state"], &post["summary"]),
        (&json!("draft"), &Value::Null),
        "{post}"
    );
}

impl Bed {
    /// A run now publishes so many.
    #[track_caller]
    fn at_slot_publishes(&self, count: u64) {
        let once = self.json(&["run", "--once"]).ends(0).json();
        assert_eq!(once["published"], count, "{once}");
    }
}

#[test]
fn only_what_is_missing_is_taken_and_what_is_not_is_not_asked() {
    let (bed, pages) = newsroom(PRIVATE);
    let url = pages.url("/a");
    let given = ["--title", "Ours", "--summary", "Our words."];
    let with = |args: &[&str]| {
        let all: Vec<&str> = ["add", &url]
            .iter()
            .chain(args)
            .copied()
            .chain(["--allow-duplicate"])
            .collect();
        bed.json(&all).done()
    };
    for args in [
        &given[..],
        &["--title", "Ours", "--summary", "Our words.", "--lang", "en"],
        &["--no-fetch"],
        &["--no-fetch", "--title", "Ours"],
        &["--title", "Ours", "--text", "site=Own", "--to", "site"],
    ] {
        let post = if args.contains(&"--no-fetch") {
            with(&[args, &["--draft"]].concat())
        } else {
            with(args)
        };
        assert_eq!(post["page"]["taken"], json!([]), "{args:?}: {post}");
        assert!(post["page"]["error"].is_null(), "{args:?}: {post}");
    }
    assert_eq!(
        pages.asked(),
        [""; 0],
        "the page was asked for though nothing was missing"
    );
    let post = with(&["--summary", "Our words."]);
    assert_eq!(
        (&post["title"], &post["summary"], &post["state"]),
        (&json!(TITLE), &json!("Our words."), &json!("queued"))
    );
    let post = with(&["--title", "Ours", "--accept-summary"]);
    assert_eq!((&post["title"], &post["state"]), (&json!("Ours"), &json!("queued")));
    assert_eq!(pages.asked(), ["/a", "/a"]);
    let agent = pages.requests()[0].header("user-agent").unwrap().to_owned();
    assert!(
        agent.starts_with("handbill/") && agent.contains("+https://idhdp.com"),
        "{agent}"
    );
    assert!(pages.requests()[0].header("cookie").is_none());
}

#[test]
fn where_several_languages_are_spoken_the_page_says_which() {
    let (bed, pages) = newsroom(&format!("{PRIVATE}[text.fr]\nread_more = \"Lire la suite\"\n"));
    let post = bed
        .json(&["add", &pages.url("/a"), "--title", "T", "--summary", "S. And more."])
        .done();
    assert_eq!(
        (&post["language"], &post["page"]["taken"]),
        (&json!("en-GB"), &json!(["language"]))
    );
    assert_eq!(pages.asked().len(), 1);
    bed.json(&[
        "add",
        &pages.url("/b"),
        "--title",
        "T",
        "--summary",
        "Other words.",
        "--lang",
        "fr",
    ])
    .done();
    assert_eq!(pages.asked().len(), 1);
}

#[test]
fn a_dry_run_reads_the_page_and_adds_nothing() {
    let (bed, pages) = newsroom(PRIVATE);
    let post = bed.json(&["add", &pages.url("/a"), "--dry-run"]).done();
    assert_eq!((&post["title"], &post["state"]), (&json!(TITLE), &json!("draft")));
    assert_eq!(posts(&bed), 0);
}
