//! Title, description, language, publisher, author, date, paywall.

use super::super::Source;
use super::{PARAGRAPHS, page, read, url, with_body, with_head};

#[test]
fn the_title_comes_from_the_best_place_that_has_one() {
    let og = r#"<meta property="og:title" content="By Open Graph">"#;
    let twitter = r#"<meta name="twitter:title" content="By Twitter">"#;
    let ld = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"By JSON-LD"}</script>"#;
    let meta = r#"<meta name="dc.title" content="By meta">"#;
    let tag = "<title>By the title tag</title>";
    for (head, title, source) in [
        (
            format!("{tag}{meta}{ld}{twitter}{og}"),
            "By Open Graph",
            Source::OpenGraph,
        ),
        (format!("{tag}{meta}{ld}{twitter}"), "By Twitter", Source::Twitter),
        (format!("{tag}{meta}{ld}"), "By JSON-LD", Source::JsonLd),
        (format!("{tag}{meta}"), "By meta", Source::Meta),
        (tag.to_owned(), "By the title tag", Source::TitleTag),
        (String::new(), "Twelve clinics are to open", Source::Heading),
    ] {
        let article = with_head(&head);
        assert_eq!(article.title.as_deref(), Some(title), "{head}");
        assert_eq!(article.from.title, Some(source));
    }
}

#[test]
fn the_sites_name_is_cut_off_the_title_and_nothing_else() {
    let named = r#"<meta property="og:site_name" content="The Daily Note">"#;
    for (head, title) in [
        (
            format!("{named}<title>Clinics - and what they cost - The Daily Note</title>"),
            "Clinics - and what they cost",
        ),
        (format!("{named}<title>Clinics | The Daily Note</title>"), "Clinics"),
        (format!("{named}<title>The Daily Note | Clinics</title>"), "Clinics"),
        (
            format!("{named}<meta property=og:title content='Clinics – The Daily Note'>"),
            "Clinics",
        ),
        (
            format!("{named}<title>Clinics | Another Paper</title>"),
            "Clinics | Another Paper",
        ),
        (
            format!("{named}<title>Clinics in The Daily Note</title>"),
            "Clinics in The Daily Note",
        ),
        // The host is www.example.org.
        ("<title>Clinics | Example</title>".to_owned(), "Clinics"),
        ("<title>Clinics | example.org</title>".to_owned(), "Clinics"),
        // The heading shows what was added.
        (
            "<title>Twelve clinics are to open | Health | Somebody</title>".to_owned(),
            "Twelve clinics are to open",
        ),
        // A title that is only the site's name says nothing.
        (
            format!("{named}<meta property=og:title content='The Daily Note'><title>Clinics</title>"),
            "Clinics",
        ),
    ] {
        assert_eq!(with_head(&head).title.as_deref(), Some(title), "{head}");
    }
}

#[test]
fn entities_are_decoded_even_where_they_were_encoded_twice() {
    let article = with_head(
        r#"<meta property="og:title" content="Caf&eacute; &amp;amp; &amp;#8220;clinic&amp;#8221; &amp;lt;3">
           <meta property="og:description" content="&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&amp;nbsp;three &amp;hellip;&lt;/p&gt;">"#,
    );
    assert_eq!(article.title.as_deref(), Some("Café & “clinic” <3"));
    assert_eq!(article.description.as_deref(), Some("One two three …"));
}

#[test]
fn the_description_has_its_order_too() {
    let meta = r#"<meta name="Description" content="By meta">"#;
    let ld = r#"<script type="application/ld+json">[{"@type":["Report"],"description":"By JSON-LD"}]</script>"#;
    let og = r#"<meta property="OG:Description" content="By Open Graph">"#;
    assert_eq!(
        with_head(&format!("{meta}{ld}{og}")).description.as_deref(),
        Some("By Open Graph")
    );
    assert_eq!(
        with_head(&format!("{meta}{ld}")).description.as_deref(),
        Some("By JSON-LD")
    );
    assert_eq!(with_head(meta).description.as_deref(), Some("By meta"));
    assert_eq!(with_head("").description, None);
}

#[test]
fn json_ld_is_found_in_graphs_arrays_and_behind_references() {
    for (block, why) in [
        (
            r##"{"@context":"https://schema.org","@graph":[
               {"@type":"WebSite","@id":"#site","name":"Note"},
               {"@type":"Organization","@id":"#org","name":"Note Press"},
               {"@type":"Person","@id":"#jane","name":"Jane Doe"},
               {"@type":"Article","headline":"Clinics","author":{"@id":"#jane"},"publisher":{"@id":"#org"},
                "datePublished":"2017-03-29T10:00:00+02:00"}]}"##,
            "graph with references",
        ),
        (
            r#"[{"@type":"BreadcrumbList"},{"@type":["Thing","http://schema.org/NewsArticle"],"headline":"Clinics",
               "author":[{"name":"Jane Doe"}],"publisher":{"name":"Note Press"},"datePublished":"2017-03-29T08:00:00Z"}]"#,
            "array, list of types",
        ),
        (
            "<!-- {\"@type\":\"BlogPosting\",\"headline\":\"Clinics\",\"description\":\"one\ntwo\",\"author\":\"Jane Doe\",
               \"publisher\":{\"name\":\"Note Press\"},\"datePublished\":\"2017-03-29T08:00:00Z\"}; -->",
            "comment around it, raw line end in a string, semicolon",
        ),
    ] {
        let article = with_head(&format!(r#"<script type="application/ld+json; charset=utf-8">{block}</script>"#));
        assert_eq!(article.title.as_deref(), Some("Clinics"), "{why}");
        assert_eq!(article.author.as_deref(), Some("Jane Doe"), "{why}");
        assert_eq!(article.publisher.as_deref(), Some("Note Press"), "{why}");
        assert_eq!(article.published.unwrap().to_string(), "2017-03-29T08:00:00Z", "{why}");
    }
}

#[test]
fn the_json_ld_of_other_articles_is_not_taken() {
    let article = with_head(
        r#"<script type="application/ld+json">[
            {"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Listed"}]},
            {"@type":"NewsArticle","url":"https://www.example.org/other","headline":"Another"},
            {"@type":"NewsArticle","mainEntityOfPage":{"@id":"/news/2017/drug-control"},"headline":"This one"}]</script>
           <script type="application/ld+json">{"@type":"NewsArticle","headline":"broken",}</script>"#,
    );
    assert_eq!(article.title.as_deref(), Some("This one"));
}

#[test]
fn the_language_is_the_pages_word_or_else_the_texts() {
    let read_with = |html: &str, head: &str, text: &str| {
        let page =
            format!("<html {html}><head><title>T</title>{head}</head><body><article>{text}</article></body></html>");
        read(&page, &url()).unwrap()
    };
    let og = r#"<meta property="og:locale" content="fr_CA">"#;
    let header = r#"<meta http-equiv="Content-Language" content="de, en">"#;
    let ld = r#"<script type="application/ld+json">{"@type":"Article","inLanguage":"pt-BR"}</script>"#;
    for (html, head, language, source) in [
        ("lang=en_gb", format!("{og}{header}{ld}"), "en-GB", Source::Html),
        ("lang=''", format!("{og}{header}{ld}"), "fr-CA", Source::OpenGraph),
        ("", format!("{header}{ld}"), "de", Source::Meta),
        ("lang=x-default", ld.to_owned(), "pt-BR", Source::JsonLd),
        ("", String::new(), "en", Source::Text),
    ] {
        let article = read_with(html, &head, PARAGRAPHS);
        assert_eq!(article.language.as_deref(), Some(language));
        assert_eq!(article.from.language, Some(source));
    }
    let german = "<p>Das Ministerium teilte am Dienstag mit, dass zwölf Ambulanzen eröffnet werden, damit Menschen, die \
                  Drogen nehmen, innerhalb einer Woche einen Arzt sehen können, und dass das Geld für drei Jahre da ist. \
                  Die erste soll im März öffnen und nimmt Menschen ohne Termin auf.</p>";
    assert_eq!(read_with("", "", german).language.as_deref(), Some("de"));
    assert_eq!(
        read_with("", "", "<p>Short words, and little of it for anyone to be sure.</p>").language,
        None
    );
}

#[test]
fn the_author_is_a_person_with_a_name() {
    for (head, author) in [
        (r#"<meta name=author content="By Jane Doe">"#, Some("Jane Doe")),
        (
            r#"<meta property=article:author content="https://www.facebook.com/jane"><meta name=author content=Jane>"#,
            Some("Jane"),
        ),
        (r#"<meta name=author content="Example">"#, None),
        (
            r#"<script type="application/ld+json">{"@type":"Article","author":[{"name":"Jane Doe"},{"name":"Joe Roe"}]}</script>"#,
            Some("Jane Doe, Joe Roe"),
        ),
        ("", None),
    ] {
        assert_eq!(with_head(head).author.as_deref(), author, "{head}");
    }
    let article = with_body(&format!(
        "<article><p>By <a rel='author' href=/jane>Jane Doe</a></p>{PARAGRAPHS}</article>"
    ));
    assert_eq!(article.author.as_deref(), Some("Jane Doe"));
}

#[test]
fn the_date_comes_from_the_first_place_that_has_a_true_one() {
    let graph = r#"<meta property="article:published_time" content="2017-03-29T10:00:00Z">"#;
    let zero = r#"<meta property="article:published_time" content="0001-01-01T00:00:00Z">"#;
    let ld = r#"<script type="application/ld+json">{"@type":"Article","datePublished":"2017-03-28"}</script>"#;
    assert_eq!(
        with_head(&format!("{ld}{graph}")).published.unwrap().to_string(),
        "2017-03-29T10:00:00Z"
    );
    assert_eq!(
        with_head(&format!("{ld}{zero}")).published.unwrap().to_string(),
        "2017-03-28"
    );
    assert_eq!(with_head(zero).published, None);
    let article = with_body(&format!(
        "<aside class=related><time datetime=2020-01-01>1 January</time></aside>
         <article><time datetime='2017-03-27T08:00+01:00'>27 March</time>{PARAGRAPHS}</article>"
    ));
    assert_eq!(article.published.unwrap().to_string(), "2017-03-27T07:00:00Z");
}

#[test]
fn a_paywall_is_told() {
    let ld = |free: &str| {
        format!(r#"<script type="application/ld+json">{{"@type":"NewsArticle","isAccessibleForFree":{free}}}</script>"#)
    };
    assert!(with_head(&ld("false")).paywall);
    assert!(with_head(&ld("\"False\"")).paywall);
    assert!(!with_head(&ld("true")).paywall);
    assert!(!with_head("").paywall);
    assert!(with_head(r#"<meta property="article:content_tier" content="metered">"#).paywall);
    let stub = "<article><h1>Twelve clinics</h1><p>The ministry said on Tuesday that it would open twelve clinics, so \
                that people who use drugs can see a doctor within a week.</p><div class=gate><h2>Subscribe to read the \
                rest</h2></div></article>";
    assert!(with_body(stub).paywall);
}

#[test]
fn lengths_are_bounded_and_cut_between_words() {
    let long = "word ".repeat(500);
    let article = with_head(&format!(
        r#"<meta property="og:title" content="{long}"><meta property="og:description" content="{long}">
           <meta property="og:site_name" content="{long}">"#
    ));
    let title = article.title.unwrap();
    assert!(title.chars().count() <= 300 && title.ends_with("word…"), "{title}");
    assert!(article.description.unwrap().chars().count() <= 1_000);
    assert!(article.publisher.unwrap().chars().count() <= 200);
}

#[test]
fn a_title_in_a_drawing_is_not_the_pages() {
    let html = page(
        "",
        &format!("<svg><title>Menu</title></svg><article>{PARAGRAPHS}</article>"),
    );
    assert_eq!(read(&html, &url()).unwrap().title, None);
}
