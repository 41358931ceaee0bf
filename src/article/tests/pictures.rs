//! The picture and its description.

use super::super::Source;
use super::{PARAGRAPHS, with_body, with_head};

fn picture(head: &str) -> Option<String> {
    with_head(head).image.map(|image| image.url)
}

#[test]
fn the_shared_picture_comes_first() {
    let twitter = "<meta name=twitter:image content=/twitter.jpg>";
    let ld =
        r#"<script type="application/ld+json">{"@type":"Article","image":[{"url":"/ld.jpg","width":800}]}</script>"#;
    let og = "<meta property=og:image content=/og.jpg>";
    assert_eq!(
        picture(&format!("{ld}{twitter}{og}")).unwrap(),
        "https://www.example.org/og.jpg"
    );
    assert_eq!(
        picture(&format!("{ld}{twitter}")).unwrap(),
        "https://www.example.org/twitter.jpg"
    );
    assert_eq!(picture(ld).unwrap(), "https://www.example.org/ld.jpg");
    assert_eq!(picture(""), None);
    let secure = "<meta property=og:image content='http://example.org/a.jpg'>
                  <meta property=og:image:secure_url content='https://example.org/a.jpg'>";
    assert_eq!(picture(secure).unwrap(), "https://example.org/a.jpg");
}

#[test]
fn what_cannot_be_shown_is_passed_over() {
    let good = "<meta property=og:image content='https://cdn.example.net/good.jpg'>";
    for bad in [
        "javascript:alert(1)",
        "data:image/png;base64,iVBORw0KGgo=",
        "/drawing.svg",
        "/drawing.SVG?v=2",
        "file:///etc/passwd",
        "https://",
        "https://user@example.org/a.jpg",
        "/",
        "",
    ] {
        let head = format!("<meta property=og:image content='{bad}'>{good}");
        assert_eq!(
            picture(&head).as_deref(),
            Some("https://cdn.example.net/good.jpg"),
            "{bad}"
        );
    }
    let dot = "<meta property=og:image content=/count.gif><meta property=og:image:width content=1>";
    assert_eq!(
        picture(&format!("{dot}{good}")).as_deref(),
        Some("https://cdn.example.net/good.jpg")
    );
    assert_eq!(picture(dot), None);
    let logo = "<meta property=og:image content=/img/logo.png>";
    assert_eq!(
        picture(&format!("{logo}{good}")).as_deref(),
        Some("https://cdn.example.net/good.jpg")
    );
    assert_eq!(
        picture(logo).as_deref(),
        Some("https://www.example.org/img/logo.png"),
        "better than nothing"
    );
}

#[test]
fn else_it_is_the_first_large_picture_of_the_article() {
    let article = with_body(&format!(
        "<header><img src=/top.jpg width=900 height=200></header>
         <article>
           <img src=/pixel.gif width=1 height=1><img src=data:image/gif;base64,R0 width=600><img src=/static/icons/share.png>
           <aside><img src=/aside.jpg></aside>
           <figure><img src='data:image/gif;base64,R0' data-src='lead.jpg' alt='A &amp; B' width=800 height=600></figure>
           <img src=/second.jpg>{PARAGRAPHS}</article>"
    ));
    let image = article.image.unwrap();
    assert_eq!(image.url, "https://www.example.org/news/2017/lead.jpg");
    assert_eq!(image.alt.as_deref(), Some("A & B"));
    assert_eq!(article.from.image, Some(Source::Text));

    let article = with_body(&format!(
        "<article><img srcset='/s.jpg 400w, /l.jpg 1200w, /m.jpg 800w'>{PARAGRAPHS}</article>"
    ));
    assert_eq!(article.image.unwrap().url, "https://www.example.org/l.jpg");
}

#[test]
fn the_words_for_a_picture_are_the_pages() {
    let named = with_head("<meta property=og:image content=/a.jpg><meta property=og:image:alt content='A clinic'>");
    assert_eq!(named.image.unwrap().alt.as_deref(), Some("A clinic"));
    // Those of the second picture are not the first one's.
    let two = "<meta property=og:image content=/a.jpg><meta property=og:image content=/b.jpg>
               <meta property=og:image:alt content='The second'>";
    assert_eq!(with_head(two).image.unwrap().alt, None);
    // The same picture in another size is described in the page.
    let html = super::page(
        "<title>T</title><meta property=og:image content='https://cdn.example.net/up/clinic.jpg'>",
        &format!("<article><img src='/up/clinic-300x200.jpg' alt='The customs house'>{PARAGRAPHS}</article>"),
    );
    let article = super::read(&html, &super::url()).unwrap();
    assert_eq!(article.image.unwrap().alt.as_deref(), Some("The customs house"));
}
