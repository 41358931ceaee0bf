//! What each network counts, at the limit and one over.

use super::*;

#[test]
fn units_of_sample_texts() {
    // text, graphemes, codepoints, utf16, bytes
    let table = [
        ("", 0, 0, 0, 0),
        ("drug policy", 11, 11, 11, 11),
        ("a\r\nb", 3, 4, 4, 4),
        ("e\u{301}", 1, 2, 2, 3),
        ("naïve", 5, 5, 5, 6),
        (FAMILY, 1, 7, 11, 25),
        ("x👨‍👩‍👧‍👦y", 3, 9, 13, 27),
        ("🇨🇳🇺🇬", 2, 4, 8, 16),
        ("1\u{FE0F}\u{20E3}!", 2, 4, 4, 8),
        ("毒品政策", 4, 4, 4, 12),
        ("سياسة المخدرات", 14, 14, 14, 27),
        ("한국", 2, 2, 2, 6),
        ("\u{1112}\u{1161}\u{11AB}", 1, 3, 3, 9),
        ("a\u{200F}b", 3, 3, 3, 5),
        ("𝒜", 1, 1, 2, 4),
    ];
    for (text, graphemes, codepoints, utf16, bytes) in table {
        let of = |unit| counted(text, unit, Rule::Plain);
        assert_eq!(of(Unit::Graphemes), graphemes, "graphemes of {text:?}");
        assert_eq!(of(Unit::Codepoints), codepoints, "codepoints of {text:?}");
        assert_eq!(of(Unit::Utf16), utf16, "utf16 of {text:?}");
        assert_eq!(of(Unit::Bytes), bytes, "bytes of {text:?}");
    }
}

#[test]
fn weighted_and_threads_count_emoji_their_way() {
    // text, weighted, threads
    let table = [
        ("ab", 2, 2),
        ("…", 2, 1),
        ("“’–", 3, 3),
        ("毒", 2, 1),
        (FAMILY, 2, 25),
        ("☂", 2, 1),
        ("☂\u{FE0F}", 2, 6),
        ("🎉", 2, 4),
        ("e\u{301}", 1, 2),
        ("⌚\u{FE0E}", 2 + 2, 2),
        ("🇩🇪", 2, 8),
        ("see idhdp.com/en now", 4 + 23 + 4, 20),
        (URL, 23, URL.len()),
        ("idhdp.com/en", 23, 12),
    ];
    for (text, weighted, threads) in table {
        assert_eq!(
            counted(text, Unit::Weighted, Rule::Plain),
            weighted,
            "weighted of {text:?}"
        );
        assert_eq!(
            counted(text, Unit::Threads, Rule::Plain),
            threads,
            "threads of {text:?}"
        );
    }
}

#[test]
fn mastodon_counts_urls_and_mentions_as_the_server_does() {
    let table = [
        ("https://idhdp.org/", 23),
        ("http://idhdp.org", 23),
        ("HTTPS://IDHDP.ORG/A", 23),
        (URL, 23),
        ("see https://idhdp.org/a.", 4 + 23 + 1),
        ("(https://idhdp.org/a_(b))", 25),
        ("https://idhdp.org/a?b=c&d=e#f!", 23 + 1),
        ("https://idhdp.org:8080/a", 23),
        ("https://idhdp.org/毒品，政策", 23),
        ("https://idhdp.org毒品", 23 + 2),
        ("https://例え.jp/a", 23),
        ("https://xn--r8jz45g.xn--zckzah/a", 23),
        ("https://例え.みんな/a", 23),
        ("https://example.भारतम्/a", 23),
        ("https://a.museum/en/resources", 23),
        ("https://a.onion/en", 23),
        ("https://sub_domain.idhdp.org/en", 23),
        ("https://idhdp.org_en/resources", 23 + 13),
        ("https://idhdp.org\"/en/resources\"", 23 + 15),
        // No top level domain, or no domain name: in full.
        ("https://example.internal/a/long/path", 36),
        ("https://example.orgs/a/long/path", 32),
        ("https://drug_policy.org/a/long/path", 35),
        ("https://idhdp.org-en/resources", 30),
        ("https://idhdp.org+en/resources", 30),
        // Without a top level domain, without protocol, with a password, or glued to a word: no URL for the server.
        ("https://localhost/a", 19),
        ("http://127.0.0.1:8080/a", 23),
        ("http://127.0.0.1:8080/abc", 25),
        ("idhdp.org/en/resources/news", 27),
        ("https://user:pass@idhdp.org/en/resources", 40),
        ("xhttps://idhdp.org/en/resources/news", 36),
        ("example.org/https://idhdp.org/en/resources/news", 47),
        ("#https://idhdp.org/en", 21),
        ("$https://idhdp.org/en", 21),
        ("and/or https://idhdp.org/en", 7 + 23),
        ("@idhdp@mastodon.social", 6),
        ("hello @idhdp@mastodon.social.", 13),
        ("(@idhdp@mastodon.social)", 8),
        ("@idhdp", 6),
        ("a@idhdp.org", 11),
        ("x@idhdp@mastodon.social", 23),
        ("@a@b@c", 6),
        ("@a@b.org://", 11),
        ("https://mastodon.social/@idhdp@other.example", 23),
    ];
    for (text, expected) in table {
        assert_eq!(
            counted(text, Unit::Graphemes, Rule::Mastodon { url_cost: 23 }),
            expected,
            "{text:?}"
        );
    }
}

#[test]
fn a_url_of_more_than_4096_characters_is_not_discounted() {
    let url = |n: usize| format!("https://a.org/{}", "x".repeat(n - 14));
    assert_eq!(
        counted(&url(4096), Unit::Graphemes, Rule::Mastodon { url_cost: 23 }),
        23
    );
    assert_eq!(
        counted(&url(4097), Unit::Graphemes, Rule::Mastodon { url_cost: 23 }),
        4097
    );
}

#[test]
fn the_cost_of_a_url_is_the_instances() {
    for cost in [0, 1, 30, usize::MAX] {
        let of = |text| counted(text, Unit::Graphemes, Rule::Mastodon { url_cost: cost });
        assert_eq!(of(URL), cost);
        assert_eq!(of("a https://idhdp.org b"), cost.saturating_add(4).max(cost));
    }
}

#[test]
fn the_warning_counts_where_the_server_counts_it() {
    let of = |rule, unit| count("text", Some("drugs é"), &Limit { unit, rule, max: None }).count;
    assert_eq!(of(Rule::Plain, Unit::Graphemes), 4);
    assert_eq!(of(Rule::Mastodon { url_cost: 23 }, Unit::Graphemes), 11);
    assert_eq!(of(Rule::GoToSocial, Unit::Codepoints), 11);
    let url_in_warning = count(
        "",
        Some(URL),
        &limit(Unit::Graphemes, Rule::Mastodon { url_cost: 23 }, 500),
    );
    assert_eq!(url_in_warning.count, URL.len());
}

#[test]
fn gotosocial_counts_urls_and_mentions_in_full() {
    assert_eq!(counted(URL, Unit::Codepoints, Rule::GoToSocial), URL.len());
    assert_eq!(counted("@a@b.org", Unit::Codepoints, Rule::GoToSocial), 8);
    assert_eq!(counted("e\u{301}", Unit::Codepoints, Rule::GoToSocial), 2);
}

#[test]
fn own_text_at_the_limit_passes_and_one_over_is_refused() {
    // unit, piece, how many fit exactly, limit
    let table = [
        (Unit::Graphemes, FAMILY, 10, 10),
        (Unit::Graphemes, "e\u{301}", 10, 10),
        (Unit::Codepoints, "e\u{301}", 5, 10),
        (Unit::Utf16, "𝒜", 5, 10),
        (Unit::Bytes, "毒", 10, 30),
        (Unit::Weighted, "毒", 5, 10),
        (Unit::Threads, "🎉", 5, 20),
    ];
    for (unit, piece, fits, max) in table {
        let style = plain(unit, max);
        let part = only(&own(&piece.repeat(fits)), &style);
        assert_eq!(
            part.tightest(),
            Some(&Length {
                count: max,
                limit: Some(max),
                unit
            }),
            "{unit:?}"
        );
        let refused = compose(&own(&format!("{}x", piece.repeat(fits))), &style);
        let length = Length {
            count: max + 1,
            limit: Some(max),
            unit,
        };
        assert_eq!(refused, Err(ComposeError::OwnTextTooLong { length }), "{unit:?}");
    }
}

/// The cases that concern length of `conformance/measured/bluesky-pds-0.5.35.tsv`, as that server answered.
#[test]
fn bluesky_lengths_are_those_that_the_server_measured() {
    // text, the server's refusal
    let table = [
        ("x".repeat(300), None),
        ("x".repeat(301), Some("grapheme too big (maximum 300, got 301)")),
        (FAMILY.repeat(120), None),
        (FAMILY.repeat(121), Some("string too big (maximum 3000, got 3025)")),
        (FAMILY.repeat(300), Some("string too big (maximum 3000, got 7500)")),
    ];
    for (text, refusal) in table {
        let ours = compose(&own(&text), &bluesky()).err().map(|error| {
            let ComposeError::OwnTextTooLong { length } = error else {
                panic!("{error}")
            };
            let what = if length.unit == Unit::Bytes {
                "string"
            } else {
                "grapheme"
            };
            format!(
                "{what} too big (maximum {}, got {})",
                length.limit.unwrap(),
                length.count
            )
        });
        assert_eq!(ours.as_deref(), refusal);
    }
}

#[test]
fn the_tightest_length_is_the_one_with_the_least_share_left() {
    let emoji = only(&own(&FAMILY.repeat(100)), &bluesky());
    assert_eq!(emoji.tightest().unwrap().unit, Unit::Bytes);
    let words = only(&own("words"), &bluesky());
    assert_eq!(words.tightest().unwrap().unit, Unit::Graphemes);
}
