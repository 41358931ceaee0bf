//! Every format, as its description or its common software writes it.

use super::*;

#[test]
fn rss_2() {
    let feed = fed(
        "<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:atom='http://www.w3.org/2005/Atom' \
         xmlns:media='http://search.yahoo.com/mrss/'>\n<channel><title>News &amp; views</title>\
         <atom:link href='https://example.org/feed' rel='self'/><link>https://example.org</link><language>en-GB</language>\
         <image><title>Logo</title><url>https://example.org/logo.png</url></image>\
         <item><title>First</title><link>https://example.org/1</link><guid isPermaLink='false'>?p=1</guid>\
         <pubDate>Fri, 27 Nov 2026 10:00:00 +0100</pubDate><dc:creator>A</dc:creator>\
         <description><![CDATA[<p>A &amp; B</p><p>C</p>]]></description><content:encoded><![CDATA[<p>Whole</p>]]></content:encoded>\
         <enclosure url='https://example.org/s.mp3' type='audio/mpeg' length='1'/>\
         <media:group><media:title>No</media:title><media:content url='/p.jpg' medium='image'><media:title>No</media:title>\
         </media:content></media:group></item>\
         <item><title>Second</title><guid>https://example.org/2</guid><content:encoded>&lt;p&gt;Whole&lt;/p&gt;</content:encoded>\
         </item></channel></rss>",
    );
    assert_eq!(feed.title.as_deref(), Some("News & views"));
    assert_eq!(feed.language.as_deref(), Some("en-GB"));
    let first = Item {
        id: "?p=1".to_owned(),
        url: Some("https://example.org/1".to_owned()),
        title: Some("First".to_owned()),
        summary: Some("A & B C".to_owned()),
        published: when("2026-11-27T09:00:00Z"),
        language: None,
        image: Some("https://example.org/p.jpg".to_owned()),
    };
    assert_eq!(feed.items[0], first);
    assert_eq!(feed.items[1].url.as_deref(), Some("https://example.org/2"));
    assert_eq!(feed.items[1].summary.as_deref(), Some("Whole"));
    assert_eq!((feed.items.len(), feed.repeated, feed.cut), (2, 0, false));
}

#[test]
fn every_rss_of_the_nineties() {
    for version in ["0.91", "0.92", "0.93", "0.94", "2.0", "2.0.1", "", "9"] {
        let feed = fed(&format!(
            "<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://my.netscape.com/rss-0.91.dtd\">\
             <rss version='{version}'><channel><title>T</title><item><title>A</title><link>http://example.org/a</link>\
             <description>D</description></item></channel></rss>"
        ));
        assert_eq!(feed.items[0].id, "http://example.org/a", "{version}");
        assert_eq!(feed.items[0].summary.as_deref(), Some("D"));
    }
    assert_eq!(
        fed("<rss><channel><item><title>A</title></item></channel></rss>")
            .items
            .len(),
        1
    );
    let old = fed(
        "<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel><title>T</title><item><title>A</title>\
         <link>http://example.org/a</link></item></channel></rss>",
    );
    assert_eq!(old.items[0].url.as_deref(), Some("http://example.org/a"));
}

#[test]
fn rss_with_rdf() {
    for space in ["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"] {
        let feed = fed(&format!(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{space}' \
             xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='https://example.org/'><title>T</title>\
             <dc:language>fr</dc:language><items><rdf:Seq><rdf:li resource='https://example.org/1'/></rdf:Seq></items>\
             </channel><item rdf:about='https://example.org/about-1'><title>A</title><link>https://example.org/1</link>\
             <dc:date>2026-11-27T10:00+01:00</dc:date><description>D</description></item></rdf:RDF>"
        ));
        assert_eq!(
            (feed.title.as_deref(), feed.language.as_deref()),
            (Some("T"), Some("fr"))
        );
        let item = &feed.items[0];
        assert_eq!(item.id, "https://example.org/about-1", "{space}");
        assert_eq!(item.url.as_deref(), Some("https://example.org/1"));
        assert_eq!(item.published, when("2026-11-27T09:00:00Z"));
    }
}

#[test]
fn atom() {
    let feed = fed(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr' xml:base='https://base.example/x/'><title type='html'>\
         &lt;b&gt;T&lt;/b&gt;</title><link rel='self' href='feed'/><id>urn:feed</id>\
         <entry xml:lang='de'><title>A</title><link rel='replies' href='r'/><link href='one'/><id>urn:1</id>\
         <updated>2026-11-28T00:00:00Z</updated><published>2026-11-27T10:00:00Z</published><summary>S</summary>\
         <content type='html'>C</content><link rel='enclosure' type='image/png' href='/i.png'/>\
         <source><id>urn:other</id><title>Other</title><link href='other'/></source></entry>\
         <entry xml:base='../y/'><title type='text'/><link rel='alternate' type='text/html' href='two?a=1&amp;b=2'/>\
         <id>urn:2</id><updated>2026-11-26T00:00:00.5Z</updated><summary type='html'/>\
         <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One <b>bo</b>ld</p><script>x()</script>\
         <p>two &lt; three</p></div></content></entry>\
         <entry><id>urn:3</id><title>Media</title><content type='image/png' src='p.png'/></entry></feed>",
    );
    assert_eq!(
        (feed.title.as_deref(), feed.language.as_deref()),
        (Some("T"), Some("fr"))
    );
    let first = Item {
        id: "urn:1".to_owned(),
        url: Some("https://base.example/x/one".to_owned()),
        title: Some("A".to_owned()),
        summary: Some("S".to_owned()),
        published: when("2026-11-27T10:00:00Z"),
        language: Some("de".to_owned()),
        image: Some("https://base.example/i.png".to_owned()),
    };
    assert_eq!(feed.items[0], first);
    let second = &feed.items[1];
    assert_eq!(second.url.as_deref(), Some("https://base.example/y/two?a=1&b=2"));
    assert_eq!(second.title, None);
    assert_eq!(second.summary.as_deref(), Some("One bold two < three"));
    assert_eq!(second.language.as_deref(), Some("fr"));
    assert!(
        second.published.is_some(),
        "the last change counts where nothing better is known"
    );
    assert_eq!(feed.items[2].title.as_deref(), Some("Media"));
}

#[test]
fn atom_with_a_prefix_and_old_atom() {
    let feed = fed(
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:id>1</a:id><a:title>A</a:title>\
         <a:link href='https://example.org/1'/></a:entry></a:feed>",
    );
    assert_eq!(feed.items[0].url.as_deref(), Some("https://example.org/1"));
    let feed = fed(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><id>1</id><title>A</title>\
         <issued>2026-11-27T10:00:00Z</issued><modified>2026-11-28T10:00:00Z</modified></entry></feed>",
    );
    assert_eq!(feed.items[0].published, when("2026-11-27T10:00:00Z"));
}

#[test]
fn json_feed() {
    let feed = fed(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","language":"en","home_page_url":null,"items":[
        {"id":"one","url":"/1","title":"A","content_html":"<p>Hello</p>","date_published":"2026-11-27T10:00:00+01:00",
         "language":"fr","image":"i.png","tags":["x"],"authors":[{"name":"N"}],"_own":{"deep":[1,{"a":2}]}},
        {"id":2,"external_url":"https://other.example/2","content_text":"Text","attachments":[{"url":"a.png","mime_type":"image/png"},7]},
        null, 3, "x", [1], {"id":true,"title":["no"],"summary":{"no":1},"url":"https://example.org/3"}]}"#,
    );
    assert_eq!(
        (feed.title.as_deref(), feed.language.as_deref()),
        (Some("T"), Some("en"))
    );
    let first = Item {
        id: "one".to_owned(),
        url: Some("https://example.org/1".to_owned()),
        title: Some("A".to_owned()),
        summary: Some("Hello".to_owned()),
        published: when("2026-11-27T09:00:00Z"),
        language: Some("fr".to_owned()),
        image: Some("https://example.org/blog/i.png".to_owned()),
    };
    assert_eq!(feed.items[0], first);
    assert_eq!(feed.items[1].id, "2");
    assert_eq!(feed.items[1].url.as_deref(), Some("https://other.example/2"));
    assert_eq!(feed.items[1].image.as_deref(), Some("https://example.org/blog/a.png"));
    assert_eq!(feed.items[2].id, "https://example.org/3");
    assert_eq!(feed.items.len(), 3);
    let bare = fed("\u{feff}\n{\"items\":[],\"version\":\"http://jsonfeed.org/version/1\"}");
    assert!(bare.items.is_empty() && bare.title.is_none());
}

#[test]
fn encodings_come_from_the_header_or_the_declaration() {
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><rss version='2.0'><channel><title>Caf\xe9</title></channel></rss>";
    let feed = read(latin, None, &at()).expect("read");
    assert_eq!(feed.title.as_deref(), Some("Café"));
    let bare = b"<rss version='2.0'><channel><title>Caf\xe9</title></channel></rss>";
    let feed = read(bare, Some("text/xml; charset=iso-8859-1"), &at()).expect("read");
    assert_eq!(feed.title.as_deref(), Some("Café"));
    let wide: Vec<u8> = "\u{feff}<rss><channel><title>é</title></channel></rss>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&wide, None, &at()).expect("read").title.as_deref(), Some("é"));
}

#[test]
fn prefixes_that_nobody_declared_mean_the_usual() {
    let item = one("<title>A</title><dc:date>2026-11-27</dc:date><content:encoded>C</content:encoded>");
    assert_eq!(item.summary.as_deref(), Some("C"));
    assert_eq!(
        item.published,
        when("2026-11-27T12:00:00Z"),
        "noon is that day nearly everywhere"
    );
}

#[test]
fn other_things_are_refused_with_what_they_are() {
    assert_eq!(refused(""), Unreadable::Empty);
    assert_eq!(refused(" \n\u{feff}"), Unreadable::Empty);
    assert_eq!(refused("Not found"), Unreadable::Other);
    assert_eq!(
        refused("{\"error\":1}"),
        Unreadable::Kind("JSON of another kind".to_owned())
    );
    assert_eq!(
        refused("{\"version\":\"https://jsonfeed.org/version/1\"}"),
        Unreadable::Kind("JSON of another kind".to_owned())
    );
    assert!(matches!(refused("<urlset><url/></urlset>"), Unreadable::Kind(what) if what.contains("<urlset>")));
    assert_eq!(refused(&rss("<item>")[..60]), Unreadable::Cut);
    assert_eq!(
        refused("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{"),
        Unreadable::Cut
    );
    assert!(matches!(refused("<rss><channel></rss>"), Unreadable::Broken { at, .. } if at > 0));
    assert!(matches!(
        refused("{\n\"version\": x}"),
        Unreadable::Broken { at: 14, .. }
    ));
    let page = "<!DOCTYPE html><html><head><meta charset=utf-8><LINK title=\"A > B\" rel='x'>\
                <link rel=\"stylesheet\" type='text/css' href='s.css'>\
                <link REL='alternate home' type=application/rss+xml href='/feed/?a=1&amp;b=2'></head><body><p>Hi<br></html>";
    let found = Unreadable::Page("https://example.org/feed/?a=1&b=2".parse().ok());
    assert_eq!(refused(page), found);
    assert!(
        found
            .to_string()
            .contains("it names this feed: https://example.org/feed/?a=1&b=2")
    );
    assert_eq!(refused("<html><p></html>"), Unreadable::Page(None));
}
