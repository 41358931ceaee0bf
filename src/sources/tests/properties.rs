//! Whatever the bytes are, the reader ends, and what it gives is plain and bounded.

use proptest::prelude::*;

use super::*;

/// What a reader of a feed may rely on.
fn is_bounded(feed: &Feed) -> Result<(), TestCaseError> {
    let line = |text: &Option<String>, most: usize| {
        let Some(text) = text else { return Ok(()) };
        prop_assert!(!text.is_empty() && text.trim() == text, "{text:?}");
        prop_assert!(text.chars().count() <= most);
        let is_bad = |c: char| {
            c.is_control()
                || (c.is_whitespace() && c != ' ')
                || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        };
        prop_assert!(!text.contains(is_bad) && !text.contains("  "), "{text:?}");
        let tags = ["<b>", "<p>", "</p>", "<script", "<a ", "<br/>", "<!--"];
        prop_assert!(
            !tags.iter().any(|tag| text.to_ascii_lowercase().contains(tag)),
            "{text:?}"
        );
        Ok(())
    };
    let web = |url: &Option<String>| {
        let Some(url) = url else { return Ok(()) };
        let parsed = Url::parse(url).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(matches!(parsed.scheme(), "http" | "https") && url.is_ascii() && url.len() <= ADDRESS_MAX);
        Ok(())
    };
    prop_assert!(feed.items.len() <= ITEMS_MAX);
    line(&feed.title, TITLE_MAX)?;
    let mut ids = std::collections::HashSet::new();
    for item in &feed.items {
        prop_assert!(
            !item.id.is_empty() && item.id.len() <= ID_MAX.max(ADDRESS_MAX) && !item.id.contains(char::is_control)
        );
        prop_assert!(ids.insert(&item.id), "{} comes twice", item.id);
        prop_assert!(item.url.is_some() || item.title.is_some() || item.summary.is_some());
        line(&item.title, TITLE_MAX)?;
        line(&item.summary, SUMMARY_MAX)?;
        web(&item.url)?;
        web(&item.image)?;
    }
    Ok(())
}

const WHOLE: [&str; 3] = [
    "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:c='http://purl.org/rss/1.0/modules/content/'><channel>\
     <title>T &amp; U</title><item><guid isPermaLink='false'>1</guid><link>/a?b=1&amp;c</link><title>&lt;b&gt;A</title>\
     <description><![CDATA[<p>x<br>&nbsp;</p>]]></description><pubDate>Fri, 27 Nov 2026 10:00:00 +0100</pubDate></item>\
     <item><title>B</title><c:encoded>&#x202E;c</c:encoded></item></channel></rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en' xml:base='/x/'><title type='html'>&lt;p&gt;T</title><entry><id>1</id>\
     <link href='a'/><updated>2026-11-27T10:00:00Z</updated><content type='xhtml'><div><p>a<script>b</script></p></div></content>\
     </entry></feed>",
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[{\"id\":1,\"url\":\"/a\",\"title\":\"<b>A</b>\",\
     \"content_html\":\"<p>x</p>\\u202e\",\"date_published\":\"2026-11-27\"},{\"title\":\"B\"}]}",
];

/// Pieces of which texts are made that are hard to read.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z &<>;#'\"/!-]{0,8}",
        "\\PC{0,4}",
        Just("<b>".to_owned()),
        Just("</p>".to_owned()),
        Just("<script>".to_owned()),
        Just("<!--".to_owned()),
        Just("&lt;".to_owned()),
        Just("&amp;".to_owned()),
        Just("&#x3c;".to_owned()),
        Just("&#x202e;".to_owned()),
        Just("\u{202E}".to_owned()),
        Just("\u{AD}".to_owned()),
        Just("<a href='".to_owned()),
        Just("]]>".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_at_all(bytes in prop::collection::vec(any::<u8>(), 0..400), start in "(<rss>|<feed>|\\{|)") {
        let body = [start.as_bytes(), &bytes].concat();
        if let Ok(feed) = read(&body, None, &at()) {
            is_bounded(&feed)?;
        }
    }

    #[test]
    fn feeds_with_bytes_that_changed(
        which in 0..WHOLE.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut body = WHOLE[which].as_bytes().to_vec();
        for (index, byte, how) in changes {
            let at = index.index(body.len());
            match how {
                0 => body[at] = byte,
                1 => { body.remove(at); }
                _ => body.insert(at, byte),
            }
            if body.is_empty() {
                break;
            }
        }
        if let Ok(feed) = read(&body, None, &at()) {
            is_bounded(&feed)?;
        }
    }

    #[test]
    fn feeds_that_end_early_are_refused_whole(which in 0..WHOLE.len(), cut in any::<prop::sample::Index>()) {
        let body = WHOLE[which].as_bytes();
        let cut = cut.index(body.len());
        prop_assert!(read(&body[..cut], None, &at()).is_err());
        prop_assert!(read(body, None, &at()).is_ok_and(|feed| !feed.items.is_empty()));
    }

    #[test]
    fn texts_of_hard_pieces(pieces in prop::collection::vec(piece(), 0..20)) {
        let text = pieces.concat();
        let quoted = serde_json::to_string(&text).unwrap_or_default();
        let json = format!(
            "{{\"version\":\"https://jsonfeed.org/version/1\",\"title\":{quoted},\"items\":[{{\"id\":{quoted},\"url\":{quoted},\
             \"title\":{quoted},\"summary\":{quoted},\"date_published\":{quoted},\"language\":{quoted}}}]}}"
        );
        is_bounded(&fed(&json))?;
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        if let Ok(feed) = read(rss(&format!("<item><title>{escaped}</title></item>")).as_bytes(), None, &at()) {
            is_bounded(&feed)?;
        }
    }

    #[test]
    fn dates_never_panic(text in "\\PC{0,40}|[0-9:+TZ \\-]{0,30}|(Mon, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{2,4} [0-9:]{1,8} [A-Z+0-9-]{0,6}") {
        if let Some(at) = date::read(&text) {
            prop_assert!(at.as_second() > 600_000_000);
        }
    }
}
