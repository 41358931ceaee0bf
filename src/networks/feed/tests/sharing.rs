//! "Share this on", as it stands on the page.

use super::*;

fn page(entry: Entry) -> String {
    let [page, ..] = files(&site(), &[entry]);
    elements(&page, VOID);
    page
}

fn titled(title: &str, language: Option<&str>) -> Entry {
    Entry {
        title: Some(title.to_owned()),
        language: language.map(str::to_owned),
        ..entry(1)
    }
}

/// The part of the page that shares.
fn shared(page: &str) -> &str {
    let (_, rest) = page.split_once("<div class=\"share\"").unwrap_or_default();
    rest.split_once("</div>").unwrap_or_default().0
}

/// The links as a browser understands them: address and words.
fn anchors(html: &str) -> Vec<(String, String)> {
    let anchor = |piece: &str| {
        let (href, rest) = piece.split_once('"').unwrap();
        let (rel, label) = rest.split_once('>').unwrap();
        assert_eq!(rel, " rel=\"noopener noreferrer external\"");
        (href.replace("&amp;", "&"), label.split('<').next().unwrap().to_owned())
    };
    html.split("<a href=\"").skip(1).map(anchor).collect()
}

#[test]
fn every_entry_with_an_article_can_be_shared() {
    let title = "Health & \"rights\"";
    let page = page(titled(title, Some("en")));
    let given = anchors(shared(&page));
    let expected = crate::domain::share::links("https://idhdp.com/a", title);
    assert!(given.iter().map(|(url, _)| url).eq(expected.iter().map(|share| &share.url)));
    assert!(given.iter().map(|(_, label)| label).eq(expected.iter().map(|share| share.label)));
    assert_eq!(given.len(), 9);
    assert!(page.contains("aria-label=\"Share this on: Health &amp; &quot;rights&quot;\""));
    // As high and wide as a finger needs, in rows as wide as the window; a script would not be allowed to run.
    for rule in ["min-width:24px", "min-height:24px", "flex-wrap:wrap", ":focus-visible"] {
        assert!(page.contains(rule), "{rule}");
    }
}

#[test]
fn without_an_article_there_is_nothing_to_share() {
    for url in [None, Some("javascript:alert(1)"), Some("data:text/html,x"), Some("not an address")] {
        let page = page(Entry {
            url: url.map(str::to_owned),
            ..titled("Title", None)
        });
        assert!(!page.contains("class=\"share\""), "{url:?}");
    }
    let both = files(&site(), &[entry(1), Entry { url: None, ..entry(2) }]);
    assert_eq!(both[0].matches("class=\"share\"").count(), 1);
}

#[test]
fn an_untitled_entry_is_named_by_its_text_and_shared_by_its_link() {
    let page = page(Entry { title: None, ..entry(1) });
    assert!(page.contains("aria-label=\"Share this on: Doctors call for change.\""));
    let (bluesky, _) = &anchors(shared(&page))[2];
    assert_eq!(bluesky, "https://bsky.app/intent/compose?text=https%3A%2F%2Fidhdp.com%2Fa");
}

#[test]
fn the_words_are_in_the_language_of_the_entry() {
    for (language, words, email) in [
        ("en-GB", "Share this on:", "E-mail"),
        ("fr", "Partager sur\u{a0}:", "E-mail"),
        ("de-CH", "Teilen über:", "E-Mail"),
        ("es", "Compartir en:", "Correo electrónico"),
        ("pt", "Partilhar em:", "E-mail"),
        ("pt-BR", "Compartilhar em:", "E-mail"),
        ("RU", "Поделиться:", "Эл. почта"),
        ("ar-EG", "شارك عبر:", "البريد الإلكتروني"),
        ("zh", "分享到：", "电子邮件"),
        ("zh-Hant-TW", "分享到：", "電子郵件"),
    ] {
        let page = page(titled("T", Some(language)));
        let html = shared(&page);
        assert!(html.starts_with(&format!("><span aria-hidden=\"true\">{words}</span>")), "{html}");
        assert!(html.contains(&format!("aria-label=\"{words} T\"")), "{html}");
        assert_eq!(anchors(html)[8].1, email);
    }
    // English, and said to be so; "arn" (Mapudungun) is not Arabic.
    for language in ["fa", "sw", "arn", "not a tag"] {
        let page = page(titled("T", Some(language)));
        let html = shared(&page);
        assert!(
            html.starts_with(" lang=\"en\"><span aria-hidden=\"true\" dir=\"ltr\">Share this on:</span>"),
            "{html}"
        );
    }
    // The page's language where the entry has none.
    let german = Site { language: "de".to_owned(), ..site() };
    let [page, ..] = files(&german, &[titled("T", None)]);
    assert!(shared(&page).contains("Teilen über:"));
}

#[test]
fn hostile_titles_and_addresses_are_inert() {
    for attack in [
        "\"><script>alert(1)</script>",
        "' onmouseover='alert(1)",
        "</ul></div></article><h1>",
        "javascript:alert(1)",
        "\u{202E}\u{2066}desrever &amp; &#39;",
        "a\u{0}b\u{1b}c\r\nSubject: d",
    ] {
        for url in [format!("https://example.org/{attack}"), format!("https://example.org/?q={attack}")] {
            let page = page(Entry {
                url: Some(url),
                ..titled(attack, Some("en"))
            });
            let html = shared(&page);
            let names = elements(&format!("<div{html}</div>"), &[]);
            let usual = |name: &str| matches!(name, "div" | "span" | "ul" | "li" | "a");
            assert!(names.len() == 21 && names.iter().all(|name| usual(name)), "{html}");
            for (url, _) in anchors(html) {
                assert!(url.starts_with("https://") || url.starts_with("mailto:?"), "{url}");
                assert!(url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b)), "{url}");
            }
        }
    }
}

#[test]
fn sharing_adds_little_to_a_page() {
    let size = |url: Option<&str>| {
        let entries: Vec<Entry> = (0..500)
            .map(|no| Entry {
                title: Some("Doctors call for a drug policy that puts health first".to_owned()),
                url: url.map(str::to_owned),
                ..entry(no)
            })
            .collect();
        files(&site(), &entries)[0].len()
    };
    let with = size(Some("https://idhdp.com/en/resources/news/november-2026/doctors-call.aspx"));
    let without = size(None);
    assert!((with - without) / 500 < 3000, "{with} bytes, {without} without");
}
