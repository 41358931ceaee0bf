//! What leads where, and what is put right in what people wrote.

use super::*;

#[test]
fn bluesky_hides_the_address_behind_the_label() {
    let message = compose(&article(), &bluesky()).unwrap();
    let part = &message.parts[0];
    assert_eq!(message.dropped, [Dropped::Join]);
    assert!(!part.text.contains("https://"));
    let expected = [
        ("Read the full article", Target::Link(URL.to_owned())),
        ("#DrugPolicy", Target::Tag("DrugPolicy".to_owned())),
        ("#HarmReduction", Target::Tag("HarmReduction".to_owned())),
        ("#China", Target::Tag("China".to_owned())),
        ("@idhdp.bsky.social", Target::Mention("idhdp.bsky.social".to_owned())),
    ];
    assert_eq!(seen(part), expected);
    let card = part.card.as_ref().unwrap();
    assert_eq!(
        (card.url.as_str(), card.title.as_str()),
        (URL, "China intensifies drug war")
    );
    assert!(card.description.starts_with("Chinese officials"));
}

#[test]
fn spans_of_what_stands_in_a_text() {
    let link = |url: &str| Target::Link(url.to_owned());
    let tag = |tag: &str| Target::Tag(tag.to_owned());
    let at = |handle: &str| Target::Mention(handle.to_owned());
    let long = format!("#{}", "x".repeat(65));
    let table = [
        (
            "See https://idhdp.org/a, and b",
            vec![("https://idhdp.org/a", link("https://idhdp.org/a"))],
        ),
        (
            "(https://idhdp.org/a).",
            vec![("https://idhdp.org/a", link("https://idhdp.org/a"))],
        ),
        (
            "https://idhdp.org/a_(b)",
            vec![("https://idhdp.org/a_(b)", link("https://idhdp.org/a_(b)"))],
        ),
        ("见https://idhdp.org/a。", vec![]),
        (
            "见 https://idhdp.org/a。",
            vec![("https://idhdp.org/a", link("https://idhdp.org/a"))],
        ),
        ("https://", vec![]),
        ("idhdp.org", vec![]),
        (
            "日本 #毒品 #2030 #2030goals #a-b.",
            vec![
                ("#毒品", tag("毒品")),
                ("#2030goals", tag("2030goals")),
                ("#a-b", tag("a-b")),
            ],
        ),
        ("no#tag # #! #️⃣", vec![]),
        ("#می\u{200C}خواهم", vec![("#می\u{200C}خواهم", tag("می\u{200C}خواهم"))]),
        ("#👨‍👩‍👧‍👦 ok", vec![("#👨‍👩‍👧‍👦", tag(FAMILY))]),
        (long.as_str(), vec![]),
        (
            "é @idhdp.bsky.social!",
            vec![("@idhdp.bsky.social", at("idhdp.bsky.social"))],
        ),
        ("(@a.example)", vec![("@a.example", at("a.example"))]),
        ("@idhdp a@b.org @-a.org @a..org @a.org_b @a@b.org", vec![]),
        (
            "https://bsky.app/@a.example",
            vec![("https://bsky.app/@a.example", link("https://bsky.app/@a.example"))],
        ),
    ];
    for (text, expected) in table {
        assert_eq!(seen(&only(&own(text), &bluesky())), expected, "{text:?}");
    }
}

#[test]
fn a_tag_of_64_graphemes_is_one_unless_it_has_more_than_640_bytes() {
    for (tag, spans) in [
        ("毒".repeat(64), 1),
        ("毒".repeat(65), 0),
        ("e\u{301}\u{302}".repeat(64), 1),
        (format!("{FAMILY}a").repeat(30), 0),
    ] {
        let material = Material {
            hashtags: vec![tag.clone()],
            ..Material::default()
        };
        assert_eq!(only(&material, &bluesky()).spans.len(), spans, "{tag}");
    }
}

#[test]
fn own_text_gets_the_link_unless_it_holds_it() {
    let with = |text: &str, url: &str| Material {
        url: Some(url.to_owned()),
        ..own(text)
    };
    let held = [
        "Read https://idhdp.org/a.",
        "(https://idhdp.org/a)",
        "https://idhdp.org/a",
        "At HTTPS://IDHDP.org/a now",
    ];
    for text in held {
        assert_eq!(only(&with(text, "https://idhdp.org/a"), &mastodon(500)).text, text);
        let part = only(&with(text, "https://idhdp.org/a"), &bluesky());
        assert_eq!(part.text, text);
        assert_eq!(part.spans.len(), 1, "{text}");
    }
    for text in ["Read https://idhdp.org/abc", "xhttps://idhdp.org/a", "No link"] {
        let part = only(&with(text, "https://idhdp.org/a"), &mastodon(500));
        assert_eq!(part.text, format!("{text}\n\nRead on: https://idhdp.org/a"));
    }
    let odd = only(
        &with("Read https://idhdp.org/a_(b).", "https://idhdp.org/a_(b)."),
        &bluesky(),
    );
    assert_eq!(
        seen(&odd),
        [(
            "https://idhdp.org/a_(b).",
            Target::Link("https://idhdp.org/a_(b).".to_owned())
        )]
    );
    let slash = only(&with("Read https://idhdp.org", "https://idhdp.org/"), &bluesky());
    assert_eq!(slash.text, "Read https://idhdp.org");
}

#[test]
fn hashtags_are_put_right() {
    let table = [
        (&["#Drug policy", "drugpolicy", "DRUG  POLICY"][..], "#DrugPolicy"),
        (&["##a", "#", "", " ", "b "], "#a #b"),
        (
            &["harm-reduction", "people's health", "COVID-19"],
            "#HarmReduction #PeoplesHealth #COVID19",
        ),
        (&["мир труд", "毒品", "\u{202E}x\u{FE0F}"], "#МирТруд #毒品 #x\u{FE0F}"),
        (&["\u{FE0F}\u{20E3}", "a#b", "🎉"], "#AB #🎉"),
    ];
    for (tags, expected) in table {
        let material = Material {
            hashtags: tags.iter().map(|&t| t.to_owned()).collect(),
            ..Material::default()
        };
        assert_eq!(only(&material, &mastodon(500)).text, expected, "{tags:?}");
    }
}

#[test]
fn text_stays_as_given_but_for_what_could_do_harm() {
    let table = [
        (" a\r\nb\rc\n\n\nd ", "a\nb\nc\n\n\nd"),
        ("a\u{0}\u{7}\u{1B}[31mb\tc", "a[31mb c"),
        ("a\u{202E}b", "ab"),
        ("a\u{202E}b\u{202C}c", "a\u{202E}b\u{202C}c"),
        ("\u{2066}a\u{202B}b\u{2069}", "\u{2066}ab\u{2069}"),
        ("\u{2067}a\nb\u{2069}", "a\nb"),
        ("a\u{200F}b\u{200D}c\u{FE0F}", "a\u{200F}b\u{200D}c\u{FE0F}"),
        ("e\u{301} is not é", "e\u{301} is not é"),
    ];
    for (text, expected) in table {
        assert_eq!(only(&own(text), &feed()).text, expected, "{text:?}");
    }
}

#[test]
fn a_cut_leaves_no_open_direction_mark() {
    let material = Material {
        summary: Some(format!("\u{202E}{}\u{202C}", "word ".repeat(50))),
        ..Material::default()
    };
    let part = only(&material, &plain(Unit::Graphemes, 21));
    assert_eq!(part.text, "word word word word…");
}

#[test]
fn an_address_is_kept_in_one_piece() {
    let material = Material {
        url: Some(" https://a.org/b c\u{202E}d\n".to_owned()),
        ..Material::default()
    };
    assert_eq!(only(&material, &mastodon(500)).text, "https://a.org/b%20c%E2%80%AEd");
}
