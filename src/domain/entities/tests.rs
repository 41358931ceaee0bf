//! Tables and properties. twitter-text's suite stands in `src/tests/twitter_text`, which may read files.

pub(crate) mod extract;
pub(in crate::domain) mod properties;
pub(crate) mod validate;

use super::*;

/// The entities as (text, kind).
fn seen(text: &str) -> Vec<(&str, Kind)> {
    entities(text).iter().map(|e| (&text[e.start..e.end], e.kind)).collect()
}

#[test]
fn a_post_with_all_kinds() {
    let text = "See idhdp.com/en (https://example.org/a_(b)), @idhdp @idhdp/friends #harm_reduction ＃薬物政策 $ABC.";
    let expected = [
        ("idhdp.com/en", Kind::Url),
        ("https://example.org/a_(b)", Kind::Url),
        ("@idhdp", Kind::Mention),
        ("@idhdp/friends", Kind::List),
        ("#harm_reduction", Kind::Hashtag),
        ("＃薬物政策", Kind::Hashtag),
        ("$ABC", Kind::Cashtag),
    ];
    assert_eq!(seen(text), expected);
}

#[test]
fn what_is_part_of_another_entity_is_none() {
    assert_eq!(
        seen("https://example.org/#a/@b"),
        [("https://example.org/#a/@b", Kind::Url)]
    );
    assert_eq!(seen("#idhdp.org"), [("#idhdp", Kind::Hashtag)]);
    assert_eq!(seen("@idhdp.org"), [("@idhdp", Kind::Mention)]);
    assert_eq!(seen("a@idhdp.org"), []);
    assert_eq!(seen("$harmreduction.org #1 @ # $ $1 ."), []);
}

#[test]
fn top_level_domains_in_any_script_and_case() {
    // text behind the last dot, bytes of the top level domain
    let table = [
        ("org", Some(3)),
        ("ORG/a", Some(3)),
        ("org政策", Some(3)),
        ("org_a", Some(3)),
        ("orgs", None),
        ("org1", None),
        ("org@", None),
        ("org+", None),
        ("org-", None),
        ("localhost", None),
        ("onion", Some(5)),
        ("рф", Some(4)),
        ("РФ", Some(4)),
        ("中国", Some(6)),
        ("中国語", Some(6)),
        ("みんなです", Some(9)),
        ("भारतम्", Some(18)),
        ("भारत में", Some(12)),
        ("vermögensberatung", Some(18)),
        ("xn--p1ai", Some(8)),
        ("XN--not-there", Some(13)),
        ("xn--", None),
        ("", None),
        (" org", None),
    ];
    for (text, expected) in table {
        assert_eq!(tld::leading(text), expected, "{text:?}");
    }
}

#[test]
fn a_huge_text_is_searched_once() {
    let pieces = [
        "a.",
        "a.a_.",
        "a.com_.",
        "政.",
        "a.政",
        "政",
        "http://",
        "https://a.com/(",
        "a.com/((",
        "a.com?!",
        "@a",
        "@a/b-",
        "#",
        "#a",
        "$a.b",
        "é.com",
        "-a.com",
        "a.xn--",
        "xn--a.",
        "RT@",
        "a.中国政",
        "t.co/a",
        "..com",
        ".com.",
        "_.com",
        "http://政.com。",
        "\"a.com",
    ];
    for piece in pieces {
        let huge = piece.repeat(100_000 / piece.len());
        let found = entities(&huge);
        assert!(found.is_sorted_by_key(|entity| entity.start), "{piece}");
    }
}
