//! The link to publish and the canonical address.

use url::Url;

use super::{PARAGRAPHS, page, read, with_head};

#[test]
fn the_link_is_the_address_given_without_tracking() {
    let article = with_head(r#"<link rel="canonical" href="/elsewhere">"#);
    assert_eq!(article.url, "https://www.example.org/news/2017/drug-control");
    let url = Url::parse("https://www.example.org/a?b=%C3%A9&a=1&fbclid=x&c#part").unwrap();
    let article = read(&page("", PARAGRAPHS), &url).unwrap();
    assert_eq!(article.url, "https://www.example.org/a?b=%C3%A9&a=1&c#part");
}

#[test]
fn the_canonical_address_is_believed_within_the_site() {
    for (head, canonical) in [
        (
            "<link rel=canonical href='/news/drug-control'>",
            Some("https://www.example.org/news/drug-control"),
        ),
        (
            "<link rel='shortlink CANONICAL' href='https://example.org/a?utm_id=1'>",
            Some("https://example.org/a"),
        ),
        (
            "<link rel=canonical href='https://news.example.org/a'>",
            Some("https://news.example.org/a"),
        ),
        (
            "<meta property=og:url content='https://www.example.org/b'>",
            Some("https://www.example.org/b"),
        ),
        // A wrong link gives way to a right og:url.
        (
            "<link rel=canonical href='https://evil.test/a'><meta property=og:url content='/b'>",
            Some("https://www.example.org/b"),
        ),
        // Relative to the base.
        (
            "<base href='/deep/'><link rel=canonical href='c'>",
            Some("https://www.example.org/deep/c"),
        ),
        (
            "<base href='javascript:alert(1)'><link rel=canonical href='/c'>",
            Some("https://www.example.org/c"),
        ),
        // Not believed.
        (
            "<link rel=canonical href='https://evil.test/news/2017/drug-control'>",
            None,
        ),
        ("<link rel=canonical href='https://www.example.org.evil.test/a'>", None),
        ("<link rel=canonical href='https://example.com/a'>", None),
        ("<link rel=canonical href='javascript:alert(1)'>", None),
        ("<link rel=canonical href='ftp://www.example.org/a'>", None),
        (
            "<link rel=canonical href='https://user:password@www.example.org/a'>",
            None,
        ),
        // The front page is not this article.
        ("<link rel=canonical href='https://www.example.org/'>", None),
        ("<link rel=canonical href=''>", None),
        ("", None),
    ] {
        assert_eq!(with_head(head).canonical.as_deref(), canonical, "{head}");
    }
}
