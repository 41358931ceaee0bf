//! Which of several claims wins, and what happens when it lies.

use proptest::prelude::*;

use super::decode;

/// The text in an encoding of the standard's names.
fn encoded(name: &str, text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap().encode(text);
    assert!(!lost, "{name} can write {text}");
    bytes.into_owned()
}

fn wide(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

fn assert_decodes(body: &[u8], content_type: Option<&str>, text: &str, name: &str) {
    let (decoded, encoding) = decode(body, content_type);
    assert_eq!((decoded.as_str(), encoding), (text, name), "{content_type:?}");
}

#[test]
fn without_a_claim_it_is_utf8_or_windows_1252() {
    assert_decodes(b"", None, "", "UTF-8");
    assert_decodes(b"plain", None, "plain", "UTF-8");
    assert_decodes("Grüße – “so”".as_bytes(), Some("text/html"), "Grüße – “so”", "UTF-8");
    assert_decodes(
        b"Gr\xfc\xdfe \x96 \x93so\x94 \x80",
        None,
        "Grüße – “so” €",
        "windows-1252",
    );
}

#[test]
fn one_broken_letter_does_not_spoil_a_page() {
    let mut body = "Grüße aus Köln, schöne".as_bytes().to_vec();
    body.push(0xc3);
    for content_type in [None, Some("text/html; charset=utf-8")] {
        assert_decodes(&body, content_type, "Grüße aus Köln, schöne\u{fffd}", "UTF-8");
    }
}

#[test]
fn a_mark_beats_the_header() {
    assert_decodes(
        "\u{feff}é".as_bytes(),
        Some("text/html; charset=windows-1252"),
        "é",
        "UTF-8",
    );
    for (big, name) in [(false, "UTF-16LE"), (true, "UTF-16BE")] {
        assert_decodes(
            &wide("\u{feff}<p>žluť 😀", big),
            Some("text/html; charset=utf-8"),
            "<p>žluť 😀",
            name,
        );
    }
}

#[test]
fn the_header_beats_the_page() {
    let text = "<meta charset=utf-8><p>Привет";
    assert_decodes(
        &encoded("koi8-r", text),
        Some("text/html; charset=KOI8-R"),
        text,
        "KOI8-R",
    );
    let text = "<meta charset=koi8-r><p>é";
    assert_decodes(text.as_bytes(), Some("text/html;charset=utf-8"), text, "UTF-8");
    let text = "<meta charset=koi8-r><p>déjà";
    assert_decodes(
        &encoded("windows-1252", text),
        Some("text/html;charset=iso-8859-1"),
        text,
        "windows-1252",
    );
}

#[test]
fn headers_are_read_as_servers_write_them() {
    let body = encoded("shift_jis", "日本");
    for header in [
        "text/html; charset=shift_jis",
        "text/html;CHARSET=\"Shift_JIS\"",
        "text/html; charset = 'sjis' ; x=y",
        "text/html; x-charset-note; charset=x-sjis",
        "text/html; charset=shift_jis, text/html",
    ] {
        assert_decodes(&body, Some(header), "日本", "Shift_JIS");
    }
    for header in [
        "text/html; charset=",
        "text/html; charset=nonsense",
        "charset",
        "text/html; charset=\"utf-8",
    ] {
        assert_decodes("é".as_bytes(), Some(header), "é", "UTF-8");
    }
}

#[test]
fn the_page_names_its_charset() {
    for (name, label, words) in [
        ("Shift_JIS", "shift_jis", "日本語のページ"),
        ("EUC-JP", "euc-jp", "日本語のページ"),
        ("gb18030", "gb18030", "中文网页 €"),
        ("GBK", "gb2312", "中文网页"),
        ("Big5", "big5", "中文網頁"),
        ("EUC-KR", "ks_c_5601-1987", "한국어"),
        ("windows-1251", "windows-1251", "Привет"),
        ("ISO-8859-2", "latin2", "žluťoučký"),
        ("windows-1252", "ascii", "déjà vu"),
    ] {
        for page in [
            format!("<!doctype html><html><head><meta charset=\"{label}\"><title>{words}</title>"),
            format!("<META CharSet={label}><p>{words}"),
            format!("<meta name=x content='charset=utf-8'/><meta charset='{label}'/>{words}"),
            format!("<meta http-equiv=\"Content-Type\" content=\"text/html; charset={label}\">{words}"),
            format!("<meta content='text/html;charset={label}' http-equiv=content-type>{words}"),
            format!("<!-- <meta charset=utf-8> --><?x <meta charset=utf-8 ?></p><meta charset={label}>{words}"),
            format!("<div title='<meta charset=utf-8>' a = b><meta/charset = {label} >{words}"),
        ] {
            assert_decodes(&encoded(label, &page), Some("text/html"), &page, name);
        }
    }
}

#[test]
fn what_is_no_declaration_is_not_taken_for_one() {
    let far = format!("{}<meta charset=koi8-r>é", " ".repeat(1_024));
    for page in [
        "<meta content='text/html; charset=koi8-r'>é",
        "<metal charset=koi8-r>é",
        "<!--<meta charset=koi8-r>é",
        "<p title=\"<meta charset=koi8-r>é",
        "<meta charset=nonsense>é",
        "<meta charset=koi8-r",
        "<meta",
        "<",
        "<!",
        far.as_str(),
    ] {
        let (text, name) = decode(page.as_bytes(), None);
        assert_eq!(text, page);
        // A tag that is cut off right after its value still counts for nothing: the value may go on.
        assert_eq!(name, "UTF-8", "{page}");
    }
}

#[test]
fn a_page_cannot_say_of_itself_that_it_is_utf16() {
    for page in [
        "<meta charset=utf-16>é",
        "<?xml version='1.0' encoding='utf-16'?><a>é</a>",
    ] {
        assert_decodes(page.as_bytes(), None, page, "UTF-8");
    }
}

#[test]
fn a_feed_names_its_charset_in_the_declaration() {
    let feed = "<?xml version=\"1.0\" encoding='windows-1251' ?><rss><meta charset=utf-8/>Привет</rss>";
    for content_type in [None, Some("application/rss+xml"), Some("text/xml")] {
        assert_decodes(&encoded("windows-1251", feed), content_type, feed, "windows-1251");
    }
    let page = "<?xml version=\"1.0\" encoding=\"koi8-r\"?><html><meta charset='windows-1251'/>Привет";
    assert_decodes(
        &encoded("windows-1251", page),
        Some("application/xhtml+xml"),
        page,
        "windows-1251",
    );
    let page = "<?xml version=\"1.0\" encoding=\"koi8-r\"?><html>Привет";
    assert_decodes(&encoded("koi8-r", page), Some("text/html"), page, "KOI8-R");
}

#[test]
fn utf16_is_seen_without_a_mark() {
    let feed = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>žluť</a>";
    assert_decodes(&wide(feed, false), Some("text/xml"), feed, "UTF-16LE");
    assert_decodes(&wide(feed, true), Some("text/xml"), feed, "UTF-16BE");
    assert_decodes(
        &wide("<p>ž", true),
        Some("text/html; charset=utf-16be"),
        "<p>ž",
        "UTF-16BE",
    );
}

#[test]
fn a_lying_header_is_not_believed() {
    // Says UTF-8, but is not: the page knows better, or the old habit.
    let text = "<meta charset=shift_jis><p>日本語のページ";
    assert_decodes(
        &encoded("shift_jis", text),
        Some("text/html; charset=utf-8"),
        text,
        "Shift_JIS",
    );
    assert_decodes(
        b"<p>d\xe9j\xe0 vu",
        Some("text/html; charset=utf-8"),
        "<p>déjà vu",
        "windows-1252",
    );
    // The header and the page both lie.
    let text = "<meta charset=utf-8><p>déjà vu";
    let body = encoded("windows-1252", text);
    assert_decodes(&body, Some("text/html; charset=utf-8"), text, "windows-1252");
    // Says Latin-1, as some servers do of everything.
    assert_decodes(
        "<p>déjà".as_bytes(),
        Some("text/html; charset=iso-8859-1"),
        "<p>déjà",
        "UTF-8",
    );
    // Says UTF-16, but has not one zero.
    assert_decodes(b"<p>plain", Some("text/html; charset=utf-16"), "<p>plain", "UTF-8");
    // An encoding that the standard no longer reads.
    assert_decodes("é".as_bytes(), Some("text/html; charset=iso-2022-kr"), "é", "UTF-8");
}

proptest! {
    #[test]
    fn any_text_in_utf8_comes_back(text in "\\PC*") {
        let (decoded, name) = decode(text.as_bytes(), Some("text/html; charset=utf-8"));
        prop_assert_eq!((decoded, name), (text, "UTF-8"));
    }

    #[test]
    fn no_bytes_upset_it(
        parts in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(&[
                    "<", "<!--", "-->", "<meta", " charset", "=", "\"", "'", ">", "/", "http-equiv", "content-type",
                    "content=", "utf-8", "<?xml", "encoding", "?>", "koi8-r", ";", " ",
                ][..]).prop_map(|part| part.as_bytes().to_vec()),
                proptest::collection::vec(any::<u8>(), 0..6),
            ],
            0..60,
        ),
        header in proptest::option::of(".{0,40}"),
    ) {
        let body = parts.concat();
        let (text, name) = decode(&body, header.as_deref());
        prop_assert!(encoding_rs::Encoding::for_label(name.as_bytes()).is_some());
        prop_assert!(text.len() <= body.len() * 3, "{} from {}", text.len(), body.len());
    }
}
