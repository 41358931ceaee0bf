//! What is asked, and what a status means.

use super::*;

async fn answering(status: u16, headers: &'static [(&'static str, &'static str)]) -> (Server, Page) {
    let server = Server::new(PRIVATE, move |_| answer(status, headers, b"words")).await;
    let page = get(&open(), &server.url("/")).await.unwrap();
    (server, page)
}

#[tokio::test]
async fn a_call_says_who_asks_and_for_what() {
    let server = Server::new(PRIVATE, |_| answer(200, &[], b"")).await;
    let url = server.url("/a?b=c#part");
    for (kind, wanted) in [
        (Kind::Page, "text/html"),
        (Kind::Feed, "application/atom+xml"),
        (Kind::Image, "image/png"),
    ] {
        let ask = Ask {
            etag: Some("W/\"abc\""),
            modified: Some("Wed, 21 Oct 2015 07:28:00 GMT"),
            language: Some("de"),
            ..Ask::new(&url, kind)
        };
        open().get(&ask).await.unwrap();
        let call = server.calls().pop().unwrap();
        assert!(call.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{call}");
        let header = |name: &str| {
            let mut lines = call.lines().filter_map(|line| line.split_once(": "));
            lines
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            header("user-agent"),
            Some(format!("handbill/{version} (+https://example.org)").as_str())
        );
        assert!(header("accept").unwrap().contains(wanted), "{call}");
        assert_eq!(header("accept-encoding"), Some("gzip, deflate"));
        assert_eq!(header("accept-language"), Some("de, *;q=0.5"));
        assert_eq!(header("if-none-match"), Some("W/\"abc\""));
        assert_eq!(header("if-modified-since"), Some("Wed, 21 Oct 2015 07:28:00 GMT"));
    }
}

#[tokio::test]
async fn no_value_can_add_a_header() {
    let server = Server::new(PRIVATE, |_| answer(200, &[], b"")).await;
    let url = server.url("/");
    let fetcher = Fetcher::new(Some("https://example.org\r\nx-evil: 1"), true);
    let ask = Ask {
        etag: Some("\"a\"\r\nx-evil: 1"),
        modified: Some("now\nx-evil: 1"),
        language: Some("de\r\nx-evil: 1"),
        ..Ask::new(&url, Kind::Feed)
    };
    fetcher.get(&ask).await.unwrap();
    let call = server.calls().pop().unwrap();
    assert!(!call.contains("evil") && !call.contains("if-none-match"), "{call}");
}

#[tokio::test]
async fn a_page_comes_with_what_is_needed_to_ask_again() {
    let (_server, page) = answering(
        200,
        &[
            ("content-type", "text/html; charset=utf-8"),
            ("etag", "\"v1\""),
            ("last-modified", "Wed, 21 Oct 2015 07:28:00 GMT"),
        ],
    )
    .await;
    assert_eq!(page.content_type.as_deref(), Some("text/html; charset=utf-8"));
    assert_eq!(page.etag.as_deref(), Some("\"v1\""));
    assert_eq!(page.last_modified.as_deref(), Some("Wed, 21 Oct 2015 07:28:00 GMT"));
    assert_eq!(page.text(), ("words".to_owned(), "UTF-8"));
    assert!(page.hops.is_empty() && !page.unchanged());
    assert_eq!(page.clone().success(), Ok(page));
}

#[tokio::test]
async fn a_header_without_measure_is_not_kept() {
    let long = "x".repeat(5_000);
    let server = Server::new(PRIVATE, move |_| {
        answer(200, &[("etag", &long), ("content-type", &long)], b"")
    })
    .await;
    let page = get(&open(), &server.url("/")).await.unwrap();
    assert_eq!((page.etag, page.content_type), (None, None));
}

#[tokio::test]
async fn not_changed_is_a_value() {
    let server = Server::new(PRIVATE, |call| {
        if call.to_ascii_lowercase().contains("if-none-match: \"v1\"") {
            Reply::Whole(head(304, &[("etag", "\"v1\"")]).into())
        } else {
            answer(200, &[("etag", "\"v1\"")], b"words")
        }
    })
    .await;
    let url = server.url("/feed");
    let first = open().get(&Ask::new(&url, Kind::Feed)).await.unwrap();
    let again = Ask {
        etag: first.etag.as_deref(),
        ..Ask::new(&url, Kind::Feed)
    };
    let second = open().get(&again).await.unwrap();
    assert!(second.unchanged());
    assert_eq!((second.status, second.etag, second.body.len()), (304, first.etag, 0));
}

#[tokio::test]
async fn other_statuses_are_values_and_have_words() {
    for (status, word) in [
        (404, "no such page"),
        (410, "gone for good"),
        (403, "let Handbill in"),
        (500, "trouble"),
    ] {
        let (server, page) = answering(status, &[]).await;
        assert_eq!(
            (page.status, page.body.len()),
            (status, 0),
            "the words of an error page are nobody's article"
        );
        let error = page.success().unwrap_err();
        assert_eq!((error.kind(), error.class()), ("status", Class::Answer));
        let said = error.to_string();
        assert!(said.contains(word) && said.contains(&server.port.to_string()), "{said}");
    }
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_heard() {
    let seconds = |page: &Page| page.retry_after.map(|wait| wait.as_secs());
    let (_s, page) = answering(429, &[("retry-after", "120")]).await;
    assert_eq!((page.status, seconds(&page)), (429, Some(120)));
    assert!(page.success().unwrap_err().to_string().contains("120 s"));
    let (_s, page) = answering(
        503,
        &[
            ("date", "Wed, 21 Oct 2015 07:28:00 GMT"),
            ("retry-after", "Wed, 21 Oct 2015 07:30:30 GMT"),
        ],
    )
    .await;
    assert_eq!((page.status, seconds(&page)), (503, Some(150)));
    let (_s, page) = answering(
        503,
        &[
            ("date", "Wed, 21 Oct 2015 07:28:00 GMT"),
            ("retry-after", "Tue, 20 Oct 2015 07:28:00 GMT"),
        ],
    )
    .await;
    assert_eq!(seconds(&page), Some(0), "a time that has passed");
    for nonsense in [
        &[("retry-after", "soon")][..],
        &[("retry-after", "-5")],
        &[("retry-after", "")],
        &[],
    ] {
        let (_s, page) = answering(503, nonsense).await;
        assert_eq!(seconds(&page), None, "{nonsense:?}");
    }
    let (_s, page) = answering(429, &[("retry-after", "99999999999999999999999999")]).await;
    assert!(seconds(&page).is_some_and(|wait| wait < 400 * 86_400), "bounded");
}

#[tokio::test]
async fn a_link_is_checked_without_reading_the_page() {
    // A body that never ends does not matter.
    let endless = Server::new(PRIVATE, |_| Reply::Endless(head(200, &[]).into(), vec![b'x'; 1_000])).await;
    let front = redirecting(PUBLIC, &[("/old", endless.url("/new"))]).await;
    let checked = open().check(&front.url("/old"), Duration::from_secs(5)).await.unwrap();
    assert_eq!(checked.status, 200);
    assert_eq!(checked.url.as_str(), endless.url("/new"));
    assert_eq!(checked.hops.len(), 1);
    assert_ne!(checked.url.host_str(), checked.hops[0].host_str());
    let (server, _) = answering(404, &[]).await;
    assert_eq!(open().check(&server.url("/"), DEADLINE).await.unwrap().status, 404);
}
