//! What an item is called, and where it leads.

use super::*;

#[test]
fn the_feeds_own_id_counts_then_the_address_then_the_words() {
    assert_eq!(one("<guid> a\n b </guid><link>/1</link>").id, "a b");
    assert_eq!(one("<guid> </guid><link>/1</link>").id, "https://example.org/1");
    assert_eq!(one("<link>1.html</link>").id, "https://example.org/blog/1.html");
    let words = one("<title>A</title><description>B</description>").id;
    assert!(words.starts_with("sha256:") && words.len() == 71, "{words}");
    assert_eq!(
        words,
        one("<description> B </description><title>A</title>").id,
        "the same words, the same id"
    );
    assert_ne!(words, one("<title>A</title><description>C</description>").id);
    let long = "x".repeat(ID_MAX + 1);
    assert!(
        one(&format!("<guid>{long}</guid><title>A</title>"))
            .id
            .starts_with("sha256:")
    );
    assert_eq!(
        one(&format!("<guid>{}</guid><title>A</title>", &long[1..])).id.len(),
        ID_MAX
    );
}

#[test]
fn a_guid_is_an_address_only_where_it_is_one() {
    let url = |content: &str| one(&format!("<title>A</title>{content}")).url;
    assert_eq!(
        url("<guid>https://example.org/1</guid>").as_deref(),
        Some("https://example.org/1")
    );
    assert_eq!(
        url("<guid isPermaLink='true'>http://e.org/1</guid>").as_deref(),
        Some("http://e.org/1")
    );
    assert_eq!(url("<guid isPermaLink='false'>https://example.org/1</guid>"), None);
    assert_eq!(url("<guid isPermaLink=' FALSE '>https://example.org/1</guid>"), None);
    assert_eq!(url("<guid>12345</guid>"), None, "a number is no relative address");
    assert_eq!(url("<guid>tag:example.org,2026:1</guid>"), None);
    assert_eq!(
        url("<guid>https://example.org/?p=1</guid><link>https://example.org/nice</link>").as_deref(),
        Some("https://example.org/nice")
    );
}

#[test]
fn addresses_are_whole_and_of_the_web() {
    let url = |link: &str| one(&format!("<title>A</title><link>{link}</link>")).url;
    for (link, whole) in [
        (" https://example.org/a b ", "https://example.org/a%20b"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("/a", "https://example.org/a"),
        ("a", "https://example.org/blog/a"),
        ("?p=1&amp;q=2", "https://example.org/blog/feed.xml?p=1&q=2"),
        ("?p=1&q=2", "https://example.org/blog/feed.xml?p=1&q=2"),
        (
            "<![CDATA[https://example.org/?a=1&b=2]]>",
            "https://example.org/?a=1&b=2",
        ),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.org/\u{202E}x", "https://example.org/%E2%80%AEx"),
    ] {
        assert_eq!(url(link).as_deref(), Some(whole), "{link}");
    }
    let long = format!("https://example.org/{}", "a".repeat(ADDRESS_MAX));
    for link in [
        "",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/html,x",
        "https://user:secret@example.org/",
        "https://",
        long.as_str(),
    ] {
        assert_eq!(url(link), None, "{link}");
    }
    let item = one("<title>A</title><link>https://feeds.example/r/1</link>\
         <feedburner:origLink xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'>https://example.org/1</feedburner:origLink>");
    assert_eq!(
        item.url.as_deref(),
        Some("https://example.org/1"),
        "not the one that counts readers"
    );
}

#[test]
fn an_id_that_comes_twice_is_one_item() {
    let feed = fed(&rss(
        "<item><guid>1</guid><title>A</title></item><item><guid> 1 </guid><title>B</title></item>\
         <item><title>C</title></item><item><title>C</title></item><item/>",
    ));
    let titles: Vec<_> = feed.items.iter().filter_map(|item| item.title.as_deref()).collect();
    assert_eq!(titles, ["A", "C"]);
    assert_eq!(feed.repeated, 2);
}

#[test]
fn pictures_are_pictures() {
    let image = |content: &str| one(&format!("<title>A</title>{content}")).image;
    let picture = Some("https://example.org/p.png".to_owned());
    assert_eq!(image("<enclosure url='/p.png' type='image/png'/>"), picture);
    assert_eq!(image("<enclosure url='/p.png'/>"), picture);
    assert_eq!(image("<enclosure url='/p.png' type='audio/mpeg'/>"), None);
    assert_eq!(
        image("<media:thumbnail url='/t.png'/><media:content url='/p.png' medium='image'/>"),
        picture
    );
    assert_eq!(
        image("<media:content url='/v.mp4' type='video/mp4'/><media:thumbnail url='/p.png'/>"),
        picture
    );
    assert_eq!(image("<itunes:image href='/p.png'/>"), picture);
    assert_eq!(image("<media:content url='javascript:x.png' medium='image'/>"), None);
}

#[test]
fn languages_are_tags() {
    let language = |tag: &str| {
        let feed = fed(&format!("<rss><channel><language>{tag}</language></channel></rss>"));
        feed.language
    };
    assert_eq!(language(" en_us ").as_deref(), Some("en-us"));
    assert_eq!(language("pt-BR").as_deref(), Some("pt-BR"));
    assert_eq!(language("English"), None);
    assert_eq!(language("<b>"[..0].as_ref()), None);
    assert_eq!(language(&"en-".repeat(30)), None);
}
