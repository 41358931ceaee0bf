//! Bodies that are too long, too slow, or not what they say.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn packed(packing: &'static str, body: Vec<u8>) -> Result<Page, FetchError> {
    let server = Server::new(PRIVATE, move |_| answer(200, &[("content-encoding", packing)], &body)).await;
    get(&open(), &server.url("/")).await
}

#[tokio::test]
async fn a_body_up_to_the_limit_comes_whole() {
    let body: Vec<u8> = (0..BODY_MAX).map(|n| (n % 251) as u8).collect();
    for (packing, sent) in [("identity", body.clone()), ("gzip", gzip(&body))] {
        let page = packed(packing, sent).await.unwrap();
        assert!(page.body == body, "{packing}");
    }
}

#[tokio::test]
async fn one_byte_more_is_too_much() {
    let body = vec![b'x'; BODY_MAX + 1];
    for (packing, sent) in [("identity", body.clone()), ("gzip", gzip(&body))] {
        let error = packed(packing, sent).await.expect_err(packing);
        assert!(
            matches!(error, FetchError::TooLarge { max: BODY_MAX, .. }),
            "{packing}: {error:?}"
        );
    }
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    for chunked in [false, true] {
        let chunk = vec![b'x'; 0x10000];
        let (start, more) = if chunked {
            let mut framed = b"10000\r\n".to_vec();
            framed.extend(&chunk);
            framed.extend(b"\r\n");
            (head(200, &[("transfer-encoding", "chunked")]), framed)
        } else {
            (head(200, &[]), chunk)
        };
        let server = Server::new(PRIVATE, move |_| Reply::Endless(start.clone().into(), more.clone())).await;
        let error = refusal(&open(), &server.url("/")).await;
        assert!(matches!(error, FetchError::TooLarge { .. }), "{error:?}");
        assert_eq!((error.kind(), error.class()), ("too_large", Class::Answer));
    }
}

#[tokio::test]
async fn an_announced_length_is_enough_to_refuse() {
    // Nothing follows, so whoever waits for the body meets the deadline instead.
    for packing in ["identity", "gzip"] {
        let start = head(200, &[("content-length", "8388609"), ("content-encoding", packing)]);
        let server = Server::new(PRIVATE, move |_| Reply::Slow(start.clone().into())).await;
        let error = refusal(&open(), &server.url("/")).await;
        assert!(matches!(error, FetchError::TooLarge { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_bomb_does_not_go_off() {
    let zeros = vec![0u8; 64 << 20];
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(&zeros).unwrap();
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
    bare.write_all(&zeros).unwrap();
    for (packing, bomb) in [
        ("gzip", gzip(&zeros)),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", bare.finish().unwrap()),
    ] {
        assert!(bomb.len() < 1 << 20, "small on the wire: {}", bomb.len());
        let error = packed(packing, bomb).await.expect_err(packing);
        assert!(matches!(error, FetchError::TooLarge { .. }), "{packing}: {error:?}");
    }
}

#[tokio::test]
async fn packed_data_that_goes_on_and_holds_nothing_is_cut_off() {
    // The start of a gzip file, and then empty stored blocks for ever.
    let mut start = head(200, &[("content-encoding", "gzip")]).into_bytes();
    start.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    let blocks = [0u8, 0, 0, 0xff, 0xff].repeat(10_000);
    let server = Server::new(PRIVATE, move |_| Reply::Endless(start.clone(), blocks.clone())).await;
    let error = refusal(&open(), &server.url("/")).await;
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn one_byte_a_second_meets_the_deadline() {
    let body = Server::new(PRIVATE, |_| Reply::Slow(head(200, &[]).into())).await;
    let start = Server::new(PRIVATE, |_| Reply::Slow(b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec())).await;
    let silent = Server::new(PRIVATE, |_| Reply::Silent).await;
    let onward = redirecting(PRIVATE, &[("/", body.url("/"))]).await;
    let deadline = Duration::from_millis(400);
    for (name, server) in [
        ("body", &body),
        ("head", &start),
        ("silent", &silent),
        ("redirect", &onward),
    ] {
        let url = server.url("/");
        let ask = Ask {
            deadline,
            ..Ask::new(&url, Kind::Page)
        };
        // Far more than the deadline: a call that minds none ends here.
        let call = tokio::time::timeout(DEADLINE, open().get(&ask)).await;
        let error = call.expect(name).expect_err(name);
        let FetchError::Deadline { host, after } = &error else {
            panic!("{name}: {error:?}");
        };
        assert_eq!(*after, deadline);
        let waited_for = if name == "redirect" { body.port } else { server.port };
        assert!(host.ends_with(&format!(":{waited_for}")), "{name}: {host}");
        assert_eq!((error.kind(), error.class()), ("deadline", Class::Unreachable));
    }
}

#[tokio::test]
async fn usual_packings_are_undone() {
    let text = "Grüße an alle. ".repeat(500).into_bytes();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(&text).unwrap();
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::best());
    bare.write_all(&text).unwrap();
    let two = [gzip(&text[..100]), gzip(&text[100..])].concat();
    let mut with_tail = zlib.finish().unwrap();
    with_tail.extend(b"tail");
    for (packing, sent) in [
        ("gzip", gzip(&text)),
        ("X-GZIP", gzip(&text)),
        ("gzip", two),
        ("deflate", with_tail),
        ("deflate", bare.finish().unwrap()),
        ("identity", text.clone()),
    ] {
        assert!(packed(packing, sent).await.unwrap().body == text, "{packing}");
    }
    assert_eq!(
        packed("gzip", Vec::new()).await.unwrap().body,
        b"",
        "a packing of nothing"
    );
}

#[tokio::test]
async fn packings_that_cannot_be_undone_are_told() {
    for packing in ["br", "zstd", "gzip, gzip", "nonsense"] {
        let error = packed(packing, gzip(b"hello")).await.expect_err(packing);
        assert!(
            matches!(&error, FetchError::Packing { name, .. } if name == packing),
            "{error:?}"
        );
    }
    let half = gzip(&(0..5_000u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
    let half = half[..half.len() / 2].to_vec();
    for (packing, body) in [
        ("gzip", b"<html>".to_vec()),
        ("deflate", b"\xff\xff\xff".to_vec()),
        ("deflate", vec![0x78]),
        ("gzip", half),
    ] {
        let error = packed(packing, body).await.expect_err(packing);
        assert!(matches!(error, FetchError::Damaged { .. }), "{packing}: {error:?}");
        assert_eq!(error.kind(), "encoding");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_page() {
    for bytes in [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nconte".to_vec(),
        b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
        Vec::new(),
    ] {
        let server = Server::new(PRIVATE, move |_| Reply::Whole(bytes.clone())).await;
        let error = refusal(&open(), &server.url("/")).await;
        assert!(matches!(error, FetchError::Broken { .. }), "{error:?}");
        assert_eq!(server.calls().len(), 1, "asked once, not again");
    }
}

#[tokio::test]
async fn endless_headers_are_cut_off() {
    let lines = b"x-more: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(100);
    let one = vec![b'a'; 6_000];
    for (start, more) in [(&b""[..], lines), (&b"x-long: "[..], one)] {
        let start = [b"HTTP/1.1 200 OK\r\n", start].concat();
        let server = Server::new(PRIVATE, move |_| Reply::Endless(start.clone(), more.clone())).await;
        let error = refusal(&open(), &server.url("/")).await;
        assert!(matches!(error, FetchError::Broken { .. }), "{error:?}");
    }
}
