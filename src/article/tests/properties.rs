//! Whatever a server sends: no panic, no endless loop, and what is read is bounded and clean.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

use super::super::{Article, clean, read};
use super::{PARAGRAPHS, url};

/// Pieces of pages, whole and broken.
const PIECES: &[&str] = &[
    "<html lang=en>",
    "<head>",
    "</head>",
    "<body class=post>",
    "</body>",
    "<title>",
    "</title>",
    "<meta property=og:title content='",
    "<meta property=og:image content='",
    "'>",
    "\">",
    "<link rel=canonical href='",
    "<base href='//x.test/'>",
    "<script type='application/ld+json'>",
    "{\"@type\":\"NewsArticle\",\"headline\":\"",
    "\"}",
    "[",
    "]",
    "</script>",
    "<style>",
    "</style>",
    "<article>",
    "</article>",
    "<p>",
    "</p>",
    "<div class='share'>",
    "<div class=content>",
    "</div>",
    "<table>",
    "<tr><td>",
    "</table>",
    "<b>",
    "</b>",
    "<i id=x>",
    "<a href='/x'>",
    "</a>",
    "<br><br>",
    "<img src='/a.jpg' alt='",
    "<noscript>",
    "</noscript>",
    "<template>",
    "</template>",
    "<svg>",
    "<math>",
    "</svg>",
    "<select><option>",
    "<form>",
    "<ul><li>",
    "<h1>",
    "</h1>",
    "<h2>",
    "&lt;script&gt;",
    "&amp;lt;b&amp;gt;",
    "&#x202e;",
    "&#0;",
    "&",
    "<",
    ">",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "</",
    "\u{202E}",
    "\u{0}",
    "\u{FFFD}",
    "\n",
    " ",
    "é",
    "漢字",
    "👩\u{200D}⚕",
    "<figure>",
    "<figcaption>",
    "<time datetime='2017-03-29'>",
    "2017-03-29",
    "Read more",
    "By Jane",
    "javascript:alert(1)",
    "data:image/gif,",
    "https://www.example.org/a?utm_source=x",
    "Words of a sentence, with commas, and a full stop. ",
    PARAGRAPHS,
];

fn page() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(select(PIECES), 0..80).prop_map(|pieces| pieces.concat()),
        ("\\PC{0,200}", vec(select(PIECES), 0..20)).prop_map(|(text, pieces)| format!("<p>{text}{}", pieces.concat())),
        any::<String>(),
        mutated(),
    ]
}

/// A sound page that was cut off, or of which a part was lost or overwritten.
fn mutated() -> impl Strategy<Value = String> {
    let sound = format!(
        "<!DOCTYPE html><html lang=en><head><title>Twelve clinics | Example</title>
         <meta property=og:title content='Twelve clinics'><meta property=og:image content=/a.jpg>
         <link rel=canonical href=/clinics><script type='application/ld+json'>{{\"@context\":\"https://schema.org\",\"@graph\":
         [{{\"@type\":\"NewsArticle\",\"author\":{{\"name\":\"Jane Doe\"}},\"datePublished\":\"2017-03-29\"}}]}}</script></head>
         <body><nav><a href=/>Home</a></nav><article><h1>Twelve clinics</h1>{PARAGRAPHS}<table><tr><th>A<td>1</table>
         <blockquote><p>Quoted words.</blockquote></article><footer>Imprint</footer></body></html>"
    );
    (
        any::<prop::sample::Index>(),
        0..300_usize,
        select(PIECES),
        any::<bool>(),
    )
        .prop_map(move |(at, lost, put, cut)| {
            let chars: Vec<char> = sound.chars().collect();
            let at = at.index(chars.len());
            let rest = if cut { chars.len() } else { (at + lost).min(chars.len()) };
            let front: String = chars[..at].iter().collect();
            let back: String = chars[rest..].iter().collect();
            format!("{front}{put}{back}")
        })
}

fn check_line(line: &str, longest: usize) {
    check_text(line, longest);
    assert!(!line.contains('\n'));
}

fn check_text(text: &str, longest: usize) {
    assert!(!text.is_empty() && text.trim() == text, "{text:?}");
    assert!(text.chars().count() <= longest);
    for line in text.split("\n\n") {
        assert!(!line.is_empty() && !line.contains(|c: char| c.is_control()), "{line:?}");
        assert!(
            !line.contains("  ") && !line.contains(['\u{A0}', '\u{2028}']),
            "{line:?}"
        );
        assert!(
            !line.contains(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')),
            "{line:?}"
        );
        assert_eq!(clean::without_tags(line), line, "a tag in {line:?}");
    }
}

fn check_address(address: &str) {
    let url = Url::parse(address).unwrap();
    assert!(
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty(),
        "{address}"
    );
    assert!(address.len() <= 2_048 && address.is_ascii(), "{address}");
}

fn check(article: &Article) {
    let lines = [
        (&article.title, 300),
        (&article.description, 1_000),
        (&article.publisher, 200),
        (&article.author, 200),
    ];
    for (line, longest) in lines {
        line.iter().for_each(|line| check_line(line, longest));
    }
    article.text.iter().for_each(|text| check_text(text, 200_000));
    article.canonical.iter().for_each(|address| check_address(address));
    check_address(&article.url);
    if let Some(image) = &article.image {
        check_address(&image.url);
        image.alt.iter().for_each(|alt| check_line(alt, 1_000));
    }
    if let Some(language) = &article.language {
        assert!(
            language.len() <= 35 && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{language}"
        );
    }
    let from = &article.from;
    assert_eq!(article.title.is_some(), from.title.is_some());
    assert_eq!(article.text.is_some(), from.text.is_some());
    assert_eq!(article.image.is_some(), from.image.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_page_is_read_or_refused_and_what_is_read_is_clean(html in page()) {
        if let Ok(article) = read(&html, &url()) {
            check(&article);
        }
    }

    #[test]
    fn any_value_of_a_page_becomes_clean(value in "(\\PC|[<>&;#/\"\\x00-\\x20]|<b>|<script|&lt;|&amp;){0,60}") {
        for longest in [1, 20, 300] {
            if let Some(line) = clean::line(&value, longest) {
                check_line(&line, longest);
            }
        }
    }

    #[test]
    fn cleaning_what_is_clean_changes_nothing(value in "\\PC{0,60}") {
        if let Some(once) = clean::line(&value, 300) && !once.contains('&') {
            prop_assert_eq!(clean::line(&once, 300), Some(once));
        }
    }
}
