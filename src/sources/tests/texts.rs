//! Texts are plain, of one line, and bounded.

use super::*;

fn title(raw: &str) -> Option<String> {
    let escaped = raw.replace('&', "&amp;").replace('<', "&lt;");
    one(&format!("<link>/1</link><title>{escaped}</title>")).title
}

#[test]
fn tags_go_and_words_stay() {
    for (raw, plain) in [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("One<br/>Two<BR>Three", "One Two Three"),
        ("un<b>believ</b>able", "unbelievable"),
        ("<a href=\"x>y\" title='a > b'>Link</a>", "Link"),
        ("<script>alert('<p>')</script>A<style>b{}</style>B", "A B"),
        ("A<!-- hidden > still -->B", "AB"),
        ("A<![CDATA[B]]>", "AB]]>"),
        ("a < b and c > d", "a < b and c > d"),
        ("I <3 you", "I <3 you"),
        ("write to <me@example.org>", "write to <me@example.org>"),
        ("AT&T and R&amp;D", "AT&T and R&D"),
        (
            "&lt;b&gt;twice&lt;/b&gt; encoded &amp;amp; more",
            "twice encoded & more",
        ),
        ("caf&eacute; &#8211; &#x2026; &hellip; &nbsp; end", "café – … … end"),
        ("&unknown; &#xD800; &#0; x", "&unknown; &#xD800; &#0; x"),
        ("cut off <a href=\"https://exa", "cut off"),
        ("<<b>b>bold", "bold"),
        ("  a\t\n\u{2028} b\u{0}\u{7}c\u{85}d ", "a bc d"),
        ("\u{202E}evil\u{2066} &#x202E;txt\u{FEFF}", "evil txt"),
        ("👩\u{200D}⚕️ می\u{200C}خواهم", "👩\u{200D}⚕️ می\u{200C}خواهم"),
    ] {
        assert_eq!(title(raw).as_deref(), Some(plain), "{raw}");
    }
    for nothing in ["", " ", "<p></p>", "&nbsp;", "\u{200B}", "<script>x</script>"] {
        assert_eq!(title(nothing), None, "{nothing}");
    }
}

#[test]
fn long_texts_are_cut_after_a_word() {
    let long = "word ".repeat(1_000);
    let item = one(&format!("<title>{long}</title><description>{long}</description>"));
    let (title, summary) = (item.title.unwrap_or_default(), item.summary.unwrap_or_default());
    assert!(
        title.chars().count() <= TITLE_MAX && title.ends_with("word…"),
        "{title}"
    );
    assert!(summary.chars().count() <= SUMMARY_MAX && summary.ends_with("word…"));
    assert!(summary.chars().count() > SUMMARY_MAX - 6, "no more is cut than must be");
    let unbroken = one(&format!("<title>{}</title>", "ж".repeat(1_000)))
        .title
        .unwrap_or_default();
    assert_eq!(unbroken.chars().count(), TITLE_MAX);
    let exact = "x".repeat(TITLE_MAX);
    assert_eq!(one(&format!("<title>{exact}</title>")).title, Some(exact));
}

#[test]
fn mistakes_cost_a_value_and_not_the_feed() {
    let feed = fed(&rss(
        "<item><title>Fish & chips</title><link>https://example.org/?a=1&b=2</link><pubDate>soon</pubDate></item>\
         <item><title>&nbsp;A&eacute;</title><link>::</link><pubDate/></item>",
    ));
    assert_eq!(feed.items[0].title.as_deref(), Some("Fish & chips"));
    assert_eq!(feed.items[0].url.as_deref(), Some("https://example.org/?a=1&b=2"));
    assert_eq!(feed.items[0].published, None);
    assert_eq!(feed.items[1].title.as_deref(), Some("Aé"));
}
