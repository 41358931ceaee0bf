//! The article's own text, and pages that have none.

use super::super::{Source, Unreadable, check_content_type};
use super::{PARAGRAPHS, page, read, refused, url, with_body};

/// An article of the kind that is summarised, as plain text. Absent where the shared files are not.
fn shared_article() -> Option<String> {
    let places = ["../shared/reference", "../../shared/reference"];
    let path = places.map(|place| format!("{}/{place}/000_952848ce2dc6cd2f.txt", env!("CARGO_MANIFEST_DIR")));
    path.iter().find_map(|path| std::fs::read_to_string(path).ok())
}

#[test]
fn the_shared_article_is_taken_out_of_its_page_whole() {
    let Some(article) = shared_article() else {
        println!("skipped: the shared article is not here");
        return;
    };
    let spaced = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let paragraphs: Vec<String> = article
        .split("\n\n")
        .map(spaced)
        .filter(|line| !line.is_empty())
        .collect();
    let body: String = paragraphs
        .iter()
        .map(|line| format!("<p>{}</p>\n", line.replace('&', "&amp;")))
        .collect();
    let menu: String = (1..20)
        .map(|n| format!("<li><a href=/menu/{n}>Menu entry {n}</a></li>"))
        .collect();
    let html = page(
        "<title>China to intensify drug war - Example</title>",
        &format!(
            "<nav><ul>{menu}</ul></nav><div id=cookie-banner><p>We use cookies to improve our site.</p></div>
             <div class=content><h1>China to intensify drug war</h1>{body}</div>
             <div class=sidebar><h3>Latest news</h3><ul>{menu}</ul></div>
             <footer><p>Copyright Example 2017. All rights reserved. Registered charity.</p></footer>"
        ),
    );
    let read = read(&html, &url()).unwrap();
    let text = read.text.unwrap();
    let lines: Vec<&str> = text.split("\n\n").collect();
    // The lead, and every paragraph of it that is a sentence.
    let own: Vec<&str> = paragraphs
        .iter()
        .map(String::as_str)
        .filter(|line| line.len() > 160)
        .collect();
    assert_eq!(own.len(), 6, "the article has six paragraphs");
    for line in own {
        assert!(lines.contains(&line), "missing: {line}");
    }
    for foreign in [
        "Click here",
        "If you have any comments",
        "Doctors can lead",
        "Share this",
        "29 Mar 2017",
        "Menu",
        "cookies",
        "Copyright",
    ] {
        assert!(!text.contains(foreign), "{foreign} in {text}");
    }
    assert_eq!(read.title.as_deref(), Some("China to intensify drug war"));
    assert_eq!(read.language.as_deref(), Some("en"));
}

#[test]
fn menu_banner_and_footer_are_not_the_article() {
    let article = with_body(&format!(
        "<header><a href=/>Example</a><nav><a href=/a>About</a> <a href=/b>Contact</a></nav></header>
         <div class='cookie-consent'><p>This website uses cookies. Accept all?</p></div>
         <main><article><h1>Twelve clinics are to open</h1><p class=byline>By Jane Doe</p><p>29 March 2017</p>
         <figure><img src=/a.jpg><figcaption>The customs house. Photo: J. Roe</figcaption></figure>
         {PARAGRAPHS}<h2>What it costs</h2><ul><li>Two million for the house</li><li>Four million for staff</li></ul>
         <blockquote>We have waited long enough for a door that opens.</blockquote>
         <p>The clinics will be counted among the hospitals, which makes them cheaper to insure than the old ones were.</p>
         <p>Read more: <a href=/c>What a clinic is</a></p><div class=share><a href=/s>Share on Mastodon</a></div></article>
         <section class=related><h2>Related</h2><a href=/d>Another article</a></section></main>
         <footer>All rights reserved</footer><script>track('me')</script><style>p{{color:red}}</style>"
    ));
    let text = article.text.unwrap();
    assert!(text.starts_with("The ministry said on Tuesday"), "{text}");
    assert!(text.ends_with("than the old ones were."), "{text}");
    let own = "\n\nWhat it costs\n\nTwo million for the house\n\nFour million for staff\n\nWe have waited";
    assert!(text.contains(own), "{text}");
    for foreign in [
        "About",
        "cookies",
        "Jane",
        "29 March",
        "Photo",
        "Read more",
        "Share",
        "Related",
        "rights",
        "track",
        "color",
    ] {
        assert!(!text.contains(foreign), "{foreign} in {text}");
    }
    assert_eq!(article.from.text, Some(Source::Text));
}

#[test]
fn lines_that_only_look_like_invitations_stay() {
    let own = [
        "Share prices fell after the minister spoke, and the two largest makers of the medicine lost a tenth of their value.",
        "Cookies are what the law is about: it says that a site must ask before it stores anything on a reader's machine.",
        "By March all of the clinics had been opened.",
        "Subscribe, they told him, and he did; it was the first paper that he had read in a year, and the last one.",
    ];
    let body: String = own.iter().map(|line| format!("<p>{line}</p>")).collect();
    let text = with_body(&format!("<article><h1>Twelve clinics</h1>{PARAGRAPHS}{body}</article>"))
        .text
        .unwrap();
    for line in own {
        assert!(text.contains(line), "{line}");
    }
}

#[test]
fn the_sentence_under_the_heading_is_part_of_the_text() {
    let lead = "People who use drugs will see a doctor within a week, for the first time";
    let html = page(
        &format!(
            "<title>Twelve clinics</title><meta name=description content='{}…'>",
            &lead[..50]
        ),
        &format!(
            "<article><header><h1>Twelve clinics</h1><h2>{lead}</h2></header><div class=body>{PARAGRAPHS}</div></article>"
        ),
    );
    let text = read(&html, &url()).unwrap().text.unwrap();
    assert!(text.starts_with(lead), "{text}");
    assert_eq!(text.matches(lead).count(), 1);
}

#[test]
fn text_given_as_data_stands_in_for_one_that_a_script_shows() {
    let body =
        "First paragraph of the article, which is long enough.\\n\\nSecond &amp; last one, which is the end of it.";
    let ld = |free| {
        format!(
            "<title>Clinics</title><script type='application/ld+json'>{{\"@type\":\"Article\",\"headline\":\"Clinics\",\
             \"isAccessibleForFree\":{free},\"articleBody\":\"{body}\"}}</script>"
        )
    };
    let article = read(&page(&ld(true), "<div id=app></div>"), &url()).unwrap();
    assert_eq!(
        article.text.as_deref(),
        Some("First paragraph of the article, which is long enough.\n\nSecond & last one, which is the end of it.")
    );
    assert_eq!(article.from.text, Some(Source::JsonLd));
    // Not what is for subscribers.
    assert_eq!(
        read(&page(&ld(false), "<div id=app></div>"), &url()).unwrap().text,
        None
    );
}

#[test]
fn pages_without_an_article_say_why() {
    let script = "<script src=/app.js></script>";
    for (html, why) in [
        (
            page(
                "<title>Just a moment...</title>",
                &format!("{script}<p>Checking your browser</p>"),
            ),
            Unreadable::RobotCheck,
        ),
        (
            page(
                "<title>example.org</title>",
                "<h1>One moment</h1><p>Please confirm that you are not a robot.</p>",
            ),
            Unreadable::RobotCheck,
        ),
        (
            page(
                "<title>Before you continue to Example</title>",
                "<p>We use cookies and data.</p><button>Accept</button>",
            ),
            Unreadable::ConsentPage,
        ),
        (
            page(
                "<title>Welcome</title>",
                "<form><input name=user><input type=password></form><p>Your account</p>",
            ),
            Unreadable::LoginWall,
        ),
        (
            page("<title>Example</title>", &format!("<div id=root></div>{script}")),
            Unreadable::OnlyScript,
        ),
        (
            page(
                "<title>Example</title>",
                &format!("<noscript>You need to enable JavaScript to run this app.</noscript>{script}"),
            ),
            Unreadable::OnlyScript,
        ),
        (page("", ""), Unreadable::Empty),
        (" \n".to_owned(), Unreadable::Empty),
        (String::new(), Unreadable::Empty),
    ] {
        assert_eq!(refused(&html), why, "{html}");
        assert!(why.to_string().ends_with('.') && why.hint().ends_with('.'));
    }
}

#[test]
fn an_article_about_walls_is_no_wall() {
    for title in [
        "Captcha: how the robot check came to rule us",
        "Log in to the clinic: a new service",
        "Access denied",
    ] {
        let more = PARAGRAPHS.repeat(2);
        let article = read(
            &page(
                &format!("<title>{title}</title>"),
                &format!("<article>{more}</article>"),
            ),
            &url(),
        );
        assert_eq!(article.unwrap().title.as_deref(), Some(title));
    }
}

#[test]
fn what_is_no_web_page_is_told_by_its_kind() {
    for kind in [
        None,
        Some("text/html"),
        Some("TEXT/HTML; charset=ISO-8859-1"),
        Some("application/xhtml+xml"),
        Some(""),
    ] {
        assert_eq!(check_content_type(kind), Ok(()));
    }
    for (kind, what) in [
        ("application/pdf", "a PDF"),
        ("image/png", "a picture"),
        ("text/plain; charset=utf-8", "plain text"),
        ("application/x-\u{202E}zip<b>", "something else (application/x-zip)"),
    ] {
        let error = check_content_type(Some(kind)).unwrap_err();
        assert_eq!(error, Unreadable::NotHtml { what: what.to_owned() });
    }
    for (content, what) in [
        ("%PDF-1.7 \u{FFFD}", "a PDF"),
        ("{\"a\": \"<p>\"}", "data (JSON)"),
        ("<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "a feed"),
        ("Only words, 3 < 4.", "plain text"),
    ] {
        assert_eq!(refused(content), Unreadable::NotHtml { what: what.to_owned() });
    }
    assert!(
        read(
            &format!("\u{FEFF}\n<?xml version='1.0'?><!DOCTYPE html><html><body>{PARAGRAPHS}"),
            &url()
        )
        .is_ok()
    );
}
