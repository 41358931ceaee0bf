//! Where redirects may lead.

use super::*;

fn paths(urls: &[Url]) -> Vec<&str> {
    urls.iter().map(Url::path).collect()
}

#[tokio::test]
async fn five_redirects_are_followed_and_told() {
    let table: Vec<(String, String)> = (0..5).map(|n| (format!("/{n}"), format!("{}?n={n}", n + 1))).collect();
    let server = Server::new(PRIVATE, move |call| {
        let path = call.split([' ', '?']).nth(1).unwrap_or_default();
        match table.iter().find(|(from, _)| from == path) {
            Some((_, to)) => redirect_to(to),
            None => answer(200, &[], b"here"),
        }
    })
    .await;
    let page = get(&open(), &server.url("/0")).await.unwrap();
    assert_eq!(page.body, b"here");
    assert_eq!(page.url.as_str(), server.url("/5?n=4"));
    assert_eq!(paths(&page.hops), ["/0", "/1", "/2", "/3", "/4"]);
    assert!(!page.downgraded());
}

#[tokio::test]
async fn the_sixth_redirect_is_one_too_many() {
    let table: Vec<(&str, String)> = ["/0", "/1", "/2", "/3", "/4", "/5"]
        .into_iter()
        .zip((1..).map(|n| format!("/{n}")))
        .collect();
    let server = redirecting(PRIVATE, &table).await;
    let error = refusal(&open(), &server.url("/0")).await;
    assert!(matches!(error, FetchError::TooManyRedirects { .. }), "{error:?}");
    assert_eq!((error.kind(), error.class()), ("redirect", Class::Answer));
    assert_eq!(server.calls().len(), REDIRECTS_MAX + 1, "no seventh call");
}

#[tokio::test]
async fn circles_are_named() {
    let table = [
        ("/self", "/self".to_owned()),
        ("/mark", "/mark#top".to_owned()),
        ("/a", "/b".to_owned()),
        ("/b", "/c".to_owned()),
        ("/c", "/a".to_owned()),
    ];
    let server = redirecting(PRIVATE, &table).await;
    for (path, calls) in [("/self", 1), ("/mark", 1), ("/a", 3)] {
        let before = server.calls().len();
        let error = refusal(&open(), &server.url(path)).await;
        assert!(matches!(error, FetchError::Loop { .. }), "{path}: {error:?}");
        assert!(error.to_string().contains("circle"), "{error}");
        assert_eq!(server.calls().len() - before, calls, "{path}");
    }
}

#[tokio::test]
async fn no_redirect_leads_to_this_machine() {
    let inside = Server::new(PRIVATE, |_| answer(200, &[], b"secret")).await;
    let port = inside.port;
    for place in [
        inside.url("/"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://0:{port}/"),
        format!("//127.0.0.1:{port}/"),
        format!("http://inside.example:{port}/"),
        format!("http://mapped.example:{port}/"),
    ] {
        let outside = redirecting(PUBLIC, &[("/", place.clone())]).await;
        let fetcher = strict(&[
            ("inside.example", &[&[PRIVATE]]),
            ("mapped.example", &[&["::ffff:127.0.0.1".parse().unwrap()]]),
        ]);
        let error = refusal(&fetcher, &outside.url("/")).await;
        let FetchError::Refused { from, .. } = &error else {
            panic!("{place}: {error:?}");
        };
        assert_eq!(from.as_deref(), Some(format!("127.0.0.2:{}", outside.port).as_str()));
        assert_eq!((error.kind(), error.class()), ("refused", Class::Refused));
        assert_eq!(outside.calls().len(), 1, "{place}");
    }
    assert!(inside.calls().is_empty(), "nothing reached it: {:?}", inside.calls());
    // The same server can be reached where that is allowed.
    assert_eq!(get(&open(), &inside.url("/")).await.unwrap().body, b"secret");
}

#[tokio::test]
async fn no_hop_leaves_the_web() {
    for place in [
        "file:///etc/passwd",
        "data:text/plain,hello",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "http://bob:secret@127.0.0.1/",
        "http://127.0.0.1:22/",
    ] {
        let server = redirecting(PRIVATE, &[("/a", "/b".to_owned()), ("/b", place.to_owned())]).await;
        let error = refusal(&open(), &server.url("/a")).await;
        assert!(
            matches!(error, FetchError::Refused { from: Some(_), .. }),
            "{place}: {error:?}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_told() {
    for headers in [
        &[][..],
        &[("location", "http://[nonsense/")][..],
        &[("location", "https://")][..],
    ] {
        let headers: Vec<(&'static str, &'static str)> = headers.to_vec();
        let server = Server::new(PRIVATE, move |_| answer(301, &headers, b"")).await;
        let error = refusal(&open(), &server.url("/")).await;
        assert!(matches!(error, FetchError::LostRedirect { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn every_kind_of_redirect_is_followed_as_a_get_and_without_cookies() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::new(PRIVATE, move |call| {
            if call.starts_with("GET /old ") {
                answer(status, &[("location", "/n\u{e9}w"), ("set-cookie", "a=b")], b"")
            } else {
                answer(200, &[], b"new")
            }
        })
        .await;
        let page = get(&open(), &server.url("/old")).await.unwrap();
        assert_eq!((page.status, page.body.as_slice()), (200, &b"new"[..]));
        let calls = server.calls();
        assert!(calls[1].starts_with("GET /n%C3%A9w "), "{calls:?}");
        for call in &calls {
            let call = call.to_ascii_lowercase();
            assert!(!call.contains("cookie:") && !call.contains("referer:"), "{call}");
        }
    }
}

#[test]
fn a_step_down_from_https_is_told() {
    let url = |text: &str| Url::parse(text).unwrap();
    let page = |hops: &[&str], last: &str| Page {
        url: url(last),
        hops: hops.iter().map(|hop| url(hop)).collect(),
        for_good: true,
        status: 200,
        content_type: None,
        etag: None,
        last_modified: None,
        retry_after: None,
        body: Vec::new(),
    };
    assert!(page(&["https://a.example/"], "http://a.example/").downgraded());
    assert!(page(&["https://a.example/", "http://b.example/"], "https://c.example/").downgraded());
    assert!(!page(&["http://a.example/"], "https://a.example/").downgraded());
    assert!(!page(&[], "http://a.example/").downgraded());
    assert_eq!(
        page(&["https://a.example/"], "http://a.example/").moved(),
        None,
        "nobody should move there"
    );
}

#[tokio::test]
async fn a_page_has_moved_if_every_redirect_is_for_good() {
    let server = Server::new(PRIVATE, |call| {
        let path = call.split(' ').nth(1).unwrap_or_default();
        match path {
            "/there" => answer(200, &[], b"here"),
            "/good" => answer(308, &[("location", "/there")], b""),
            "/first" => answer(301, &[("location", "/good")], b""),
            "/mixed" => answer(301, &[("location", "/for-now")], b""),
            _ => answer(302, &[("location", "/good")], b""),
        }
    })
    .await;
    for (path, moved) in [
        ("/there", false),
        ("/good", true),
        ("/first", true),
        ("/mixed", false),
        ("/for-now", false),
    ] {
        let page = get(&open(), &server.url(path)).await.unwrap();
        let there = server.url("/there");
        assert_eq!(page.moved().map(Url::as_str), moved.then_some(there.as_str()), "{path}");
    }
}
