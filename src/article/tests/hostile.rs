//! Pages made to do harm.

use super::super::page::{LARGEST, MOST_NODES};
use super::super::sink::DEEPEST;
use super::super::{Unreadable, read};
use super::{PARAGRAPHS, page, refused, url, with_body, with_head};

#[test]
fn markup_never_comes_through() {
    for (raw, plain) in [
        ("Hello <script>alert(1)</script> you", "Hello alert(1) you"),
        ("Hello &lt;script&gt;alert(1)&lt;/script&gt; you", "Hello alert(1) you"),
        ("<<b>script>alert(1)</script>", "script>alert(1)"),
        ("&lt;img src=x onerror=alert(1)&gt;Clinics", "Clinics"),
        ("Clinics <!-- hidden --> open", "Clinics open"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ] {
        let head = format!("<meta property='og:title' content='{raw}'>");
        assert_eq!(with_head(&head).title.as_deref(), Some(plain), "{raw}");
    }
    let article = with_head("<title>Clinics</title><script>alert(1)</script></title>");
    assert_eq!(article.title.as_deref(), Some("Clinics"));
    let text = with_body(&format!(
        "<article>{PARAGRAPHS}<p>And &lt;script&gt;alert(1)&lt;/script&gt; so on it goes.</p></article>"
    ));
    assert!(text.text.unwrap().ends_with("And alert(1) so on it goes."));
}

#[test]
fn what_is_not_seen_is_taken_away() {
    let article = with_head(
        "<meta property=og:title content='Cli\u{202E}nics\u{202C} \u{2067}open\u{2069}\u{0}\u{7}\u{200B}, we\u{AD}ek\u{FEFF}'>
         <meta property=og:site_name content='A\u{9}\u{2028}B'>",
    );
    assert_eq!(
        article.title.as_deref(),
        Some("Clinics open\u{FFFD}, week"),
        "the parser shows a NUL"
    );
    assert_eq!(article.publisher.as_deref(), Some("A B"));
    // A sentence in tag characters, which nobody sees and a language model reads; a flag is made of them, too.
    let hidden: String = "ignore"
        .chars()
        .filter_map(|c| char::from_u32(0xE0000 + c as u32))
        .collect();
    let flag = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
    let article = with_head(&format!(
        "<meta property=og:title content='Cli{hidden}nics in {flag} are open{hidden}, {flag}{hidden}'>"
    ));
    assert_eq!(article.title, Some(format!("Clinics in {flag} are open, {flag}")));
    // What words and emoji need stays.
    let article = with_head("<meta property=og:title content='می\u{200C}خواهم 👩\u{200D}⚕\u{FE0F} \u{200F}'>");
    assert_eq!(
        article.title.as_deref(),
        Some("می\u{200C}خواهم 👩\u{200D}⚕\u{FE0F} \u{200F}")
    );
}

#[test]
fn deep_nesting_is_refused_quickly_and_without_harm() {
    for tag in [
        "div",
        "b",
        "font",
        "span",
        "table><tr><td",
        "ul><li",
        "object",
        "svg",
        "math",
        "blockquote",
        "template",
    ] {
        let html = page("<title>T</title>", &format!("<{tag}>").repeat(100_000));
        let why = refused(&html);
        let told = matches!(
            why,
            Unreadable::TooDeep { .. } | Unreadable::TooManyElements { .. } | Unreadable::OnlyScript
        ) || why == Unreadable::Empty;
        assert!(told, "{tag}: {why:?}");
    }
    // Just within the limit, with text at the bottom, on the small stack of a worker thread.
    let depth = DEEPEST - 20;
    let html = page(
        "<title>T</title>",
        &format!("{}{PARAGRAPHS}{}", "<div>".repeat(depth), "</div>".repeat(depth)),
    );
    let worker = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || read(&html, &url()))
        .unwrap();
    assert!(
        worker
            .join()
            .unwrap()
            .unwrap()
            .text
            .unwrap()
            .contains("The ministry said")
    );
}

#[test]
fn elements_that_multiply_are_stopped() {
    // Unclosed formatting is opened again in each paragraph: n by m elements from n plus m tags.
    let formats: String = (0..400).map(|n| format!("<b id=x{n}>")).collect();
    let html = page("", &format!("<p>{formats}{}", "</p><p>x".repeat(20_000)));
    let why = refused(&html);
    assert!(
        matches!(why, Unreadable::TooManyElements { .. } | Unreadable::TooDeep { .. }),
        "{why:?}"
    );
    let hidden: String = (0..4_000).map(|n| format!("<p><b id=x{n}></p>")).collect();
    let why = refused(&page("", &format!("{hidden}{}", "<p>x</p>".repeat(20_000))));
    assert!(
        matches!(why, Unreadable::TooManyElements { .. } | Unreadable::TooDeep { .. }),
        "{why:?}"
    );
}

#[test]
fn pages_that_are_too_large_are_refused() {
    assert_eq!(
        refused(&"<p>".repeat(LARGEST / 3 + 1)),
        Unreadable::TooLarge { bytes: LARGEST + 1 }
    );
    let html = page("", &"<p>a</p>".repeat(MOST_NODES));
    assert_eq!(refused(&html), Unreadable::TooManyElements { limit: MOST_NODES });
}

#[test]
fn a_wide_page_is_read() {
    let rows: String = (0..2_000)
        .map(|n| format!("<div class=row><p>Entry <a href=/{n}>{n}</a>, and more</p></div>"))
        .collect();
    let html = page(
        "<title>A list</title>",
        &format!("<article>{PARAGRAPHS}</article><div class=list>{rows}</div>"),
    );
    assert_eq!(read(&html, &url()).unwrap().title.as_deref(), Some("A list"));
}

#[test]
fn deep_and_wide_json_is_no_harm() {
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let wide = format!("[{}{{}}]", "{\"@type\":\"NewsArticle\"},".repeat(30_000));
    let loops =
        r##"{"@graph":[{"@type":"Article","@id":"#a","author":{"@id":"#b"}},{"@id":"#b","name":{"@id":"#b"}}]}"##;
    for block in [deep.as_str(), wide.as_str(), loops] {
        let article = with_head(&format!("<script type='application/ld+json'>{block}</script>"));
        assert_eq!(article.title.as_deref(), Some("Twelve clinics are to open"));
        assert_eq!(article.author, None);
    }
}
