//! Tables: how the blocks stand, and what goes first.

mod counting;
mod effort;
mod properties;
mod reading;
mod threads;

use super::*;

const FAMILY: &str = "👨‍👩‍👧‍👦";
const URL: &str = "https://idhdp.org/en/resources/news/march-2017/china-intensifies-crackdown-on-drug-use.html";

fn limit(unit: Unit, rule: Rule, max: usize) -> Limit {
    Limit {
        unit,
        rule,
        max: Some(max),
    }
}

fn mastodon(max: usize) -> Style {
    let limits = vec![limit(Unit::Graphemes, Rule::Mastodon { url_cost: 23 }, max)];
    Style::plain(limits)
}

fn bluesky() -> Style {
    let limits = vec![
        limit(Unit::Graphemes, Rule::Plain, 300),
        limit(Unit::Bytes, Rule::Plain, 3000),
    ];
    Style {
        links: LinkStyle::Labelled,
        card: true,
        tags: true,
        mentions: true,
        ..Style::plain(limits)
    }
}

fn plain(unit: Unit, max: usize) -> Style {
    let limits = vec![limit(unit, Rule::Plain, max)];
    Style::plain(limits)
}

fn feed() -> Style {
    let limits = vec![Limit {
        unit: Unit::Codepoints,
        rule: Rule::Plain,
        max: None,
    }];
    Style {
        links: LinkStyle::Labelled,
        ..Style::plain(limits)
    }
}

fn article() -> Material {
    Material {
        title: Some("China intensifies drug war".to_owned()),
        summary: Some(
            "Chinese officials have called for an intensified crackdown on drug use. The minister said that this would \
             reduce drug use."
                .to_owned(),
        ),
        url: Some(URL.to_owned()),
        hashtags: vec!["#Drug policy".to_owned(), "harm reduction".to_owned(), "China".to_owned()],
        read_more: "Read the full article".to_owned(),
        handles: Some("Tell us: @idhdp@mastodon.social, @idhdp.bsky.social".to_owned()),
        join: Some("Doctors can lead the way to healthier drug policies: join IDHDP now".to_owned()),
        ..Material::default()
    }
}

fn own(text: &str) -> Material {
    Material {
        own_text: Some(text.to_owned()),
        read_more: "Read on".to_owned(),
        ..Material::default()
    }
}

fn only(material: &Material, style: &Style) -> Part {
    let mut message = compose(material, style).unwrap();
    assert_eq!(message.parts.len(), 1);
    message.parts.remove(0)
}

fn counted(text: &str, unit: Unit, rule: Rule) -> usize {
    count(text, None, &Limit { unit, rule, max: None }).count
}

/// The spans as (text, target).
fn seen(part: &Part) -> Vec<(&str, Target)> {
    part.spans
        .iter()
        .map(|s| (&part.text[s.start..s.end], s.target.clone()))
        .collect()
}

#[test]
fn the_blocks_stand_in_order_and_nothing_is_dropped_where_all_fits() {
    let message = compose(&article(), &mastodon(500)).unwrap();
    let expected = format!(
        "Chinese officials have called for an intensified crackdown on drug use. The minister said that this would \
         reduce drug use.\n\nRead the full article: {URL}\n\n#DrugPolicy #HarmReduction #China\n\nTell us: \
         @idhdp@mastodon.social, @idhdp.bsky.social\n\nDoctors can lead the way to healthier drug policies: join IDHDP now"
    );
    assert_eq!(message.parts[0].text, expected);
    assert_eq!((message.dropped, message.over), (vec![], 0));
    assert!(message.parts[0].spans.is_empty());
}

#[test]
fn what_does_not_fit_goes_in_the_stated_order() {
    use Dropped::{Handles, Hashtags, Join, Summary};
    let full = compose(&article(), &mastodon(5000)).unwrap().parts[0]
        .tightest()
        .unwrap()
        .count;
    let lengths = |max| {
        let message = compose(&article(), &mastodon(max)).unwrap();
        let count = message.parts[0].tightest().unwrap().count;
        assert!(count <= max);
        assert!(message.parts[0].text.contains(URL));
        assert_eq!(message.over, full.saturating_sub(max));
        (message.dropped, message.parts[0].text.matches('#').count())
    };
    assert_eq!(lengths(full), (vec![], 3));
    assert_eq!(lengths(full - 1), (vec![Join], 3));
    let (join, handles, tags) = (
        67 + 2,
        "Tell us: @idhdp, @idhdp.bsky.social".len() + 2,
        "#DrugPolicy #HarmReduction #China".len(),
    );
    let no_join = full - join;
    assert_eq!(lengths(no_join), (vec![Join], 3));
    assert_eq!(lengths(no_join - 1), (vec![Join, Handles], 3));
    let no_handles = no_join - handles;
    assert_eq!(lengths(no_handles - 1), (vec![Join, Handles, Hashtags], 2));
    assert_eq!(lengths(no_handles - tags), (vec![Join, Handles, Hashtags], 0));
    assert_eq!(
        lengths(no_handles - tags - 3),
        (vec![Join, Handles, Hashtags, Summary], 0)
    );
}

#[test]
fn a_summary_is_cut_at_a_sentence_else_at_a_word() {
    // summary, limit, result
    let table = [
        ("One two. Three four five.", 25, "One two. Three four five."),
        ("One two. Three four five.", 24, "One two."),
        ("One two! Three four five.", 8, "One two!"),
        ("One two. Three four five.", 7, "One…"),
        ("He said “no.” Then he left.", 20, "He said “no.”"),
        ("Dr. Smith and Mr. Jones met", 24, "Dr. Smith and Mr. Jones…"),
        ("The U.S. Senate voted today", 20, "The U.S. Senate…"),
        ("See No. 5 of the list today", 20, "See No. 5 of the…"),
        ("Costs rose by approx. five per cent", 30, "Costs rose by approx. five…"),
        ("One, two, three", 10, "One, two…"),
        ("In the end: a long word", 13, "In the end…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("毒品政策。需要改变的政策", 8, "毒品政策。"),
        ("毒品政策需要改变的政策", 8, "毒品政策需要改…"),
        ("नीति बदलो। अब बहुत देर हो गई", 9, "नीति बदलो।"),
        ("هل هذا صحيح؟ نعم هذا صحيح جدا", 15, "هل هذا صحيح؟"),
        ("e\u{301}e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}…"),
        (
            "see https://idhdp.org/a/ and more words",
            26,
            "see https://idhdp.org/a/ …",
        ),
        ("see https://idhdp.org/a/ and more words", 25, "see…"),
        ("a @idhdp.bsky.social", 19, "a…"),
    ];
    for (summary, max, expected) in table {
        let material = Material {
            summary: Some(summary.to_owned()),
            ..Material::default()
        };
        assert_eq!(
            only(&material, &plain(Unit::Graphemes, max)).text,
            expected,
            "{summary:?} in {max}"
        );
    }
}

#[test]
fn a_family_is_not_parted() {
    let material = Material {
        summary: Some(FAMILY.repeat(400)),
        ..Material::default()
    };
    let part = only(&material, &bluesky());
    assert_eq!(part.text, format!("{}…", FAMILY.repeat(119)));
}

#[test]
fn a_link_that_leaves_no_room_is_refused_and_one_that_just_fits_stands_alone() {
    let material = Material {
        read_more: String::new(),
        ..article()
    };
    let part = only(&material, &plain(Unit::Bytes, URL.len()));
    assert_eq!(part.text, URL);
    let length = Length {
        count: URL.len(),
        limit: Some(URL.len() - 1),
        unit: Unit::Bytes,
    };
    assert_eq!(
        compose(&material, &plain(Unit::Bytes, URL.len() - 1)),
        Err(ComposeError::LinkTooLong { length })
    );
    let warned = Material {
        warning: Some("w".repeat(600)),
        ..article()
    };
    assert!(matches!(
        compose(&warned, &mastodon(500)),
        Err(ComposeError::LinkTooLong { .. })
    ));
    let tiny = Material { url: None, ..article() };
    assert!(matches!(
        compose(&tiny, &plain(Unit::Bytes, 2)),
        Err(ComposeError::LinkTooLong { .. })
    ));
}

#[test]
fn own_text_stands_for_the_rest() {
    let material = Material {
        own_text: Some("Our words".to_owned()),
        ..article()
    };
    assert_eq!(
        only(&material, &mastodon(500)).text,
        format!("Our words\n\nRead the full article: {URL}")
    );
    let blank = Material {
        own_text: Some(" \u{0} ".to_owned()),
        ..article()
    };
    assert_eq!(compose(&blank, &mastodon(500)), compose(&article(), &mastodon(500)));
}

#[test]
fn missing_pieces_leave_no_gaps() {
    let nothing = Material {
        read_more: "Read".to_owned(),
        ..Material::default()
    };
    assert_eq!(compose(&nothing, &feed()), Err(ComposeError::Empty));
    let blank = Material {
        summary: Some("\n".to_owned()),
        hashtags: vec!["#".to_owned()],
        ..Material::default()
    };
    assert_eq!(compose(&blank, &feed()), Err(ComposeError::Empty));
    let title = Material {
        summary: None,
        handles: None,
        join: None,
        hashtags: vec![],
        url: None,
        ..article()
    };
    assert_eq!(only(&title, &mastodon(500)).text, "China intensifies drug war");
    let link = Material {
        url: Some("https://a.org".to_owned()),
        ..Material::default()
    };
    assert_eq!(only(&link, &mastodon(500)).text, "https://a.org");
    let tags = Material {
        hashtags: vec!["a".to_owned()],
        ..Material::default()
    };
    let part = only(&tags, &bluesky());
    assert_eq!((part.text.as_str(), part.spans.len(), part.card), ("#a", 1, None));
}

#[test]
fn the_feed_has_no_limit() {
    let material = Material {
        summary: Some("word ".repeat(10_000)),
        ..article()
    };
    let message = compose(&material, &feed()).unwrap();
    let length = message.parts[0].tightest().unwrap();
    assert_eq!((message.dropped.len(), length.limit, length.excess()), (0, None, 0));
    assert_eq!(length.count, message.parts[0].text.chars().count());
}

#[test]
fn a_huge_summary_is_shortened() {
    for piece in [
        "word ",
        "毒",
        "x",
        "e\u{301}",
        "https://a.org/",
        "@a@b.org ",
        "#a ",
        "((",
        ". ",
        "\u{202E}",
        FAMILY,
    ] {
        let huge = piece.repeat(200_000 / piece.len());
        let material = Material {
            summary: Some(huge.clone()),
            ..article()
        };
        for style in [mastodon(500), bluesky(), plain(Unit::Codepoints, 5000), feed()] {
            let part = only(&material, &style);
            assert!(part.tightest().is_some_and(|length| length.excess() == 0), "{piece}");
        }
        assert!(compose(&own(&huge), &bluesky()).is_err() || piece == "\u{202E}");
    }
}

#[test]
fn messages_for_people() {
    let length = Length {
        count: 512,
        limit: Some(500),
        unit: Unit::Graphemes,
    };
    let told = ComposeError::OwnTextTooLong { length }.to_string();
    assert_eq!(
        told,
        "the text with its link has 512 characters, and 500 are allowed: shorten it by 12"
    );
    assert!(
        ComposeError::LinkTooLong { length }
            .to_string()
            .contains("512 characters, and 500 are allowed")
    );
}

#[test]
fn more_of_a_thing_than_the_network_takes_is_refused_and_hashtags_are_dropped() {
    let capped = |most: Most| Style {
        most,
        ..plain(Unit::Utf16, 2200)
    };
    let tags = Material {
        hashtags: (0..40).map(|n| format!("tag{n}")).collect(),
        join: Some("Join us".to_owned()),
        ..own("")
    };
    let style = capped(Most {
        hashtags: Some(30),
        ..Most::default()
    });
    let message = compose(&tags, &style).unwrap();
    assert_eq!(message.parts[0].text.matches('#').count(), 30);
    assert_eq!((message.dropped, message.over), (vec![Dropped::Hashtags], 0));
    assert!(message.parts[0].text.ends_with("Join us"));

    let links = own("https://a.org https://b.org https://a.org and c.org");
    let at_most = |links| {
        capped(Most {
            links: Some(links),
            ..Most::default()
        })
    };
    assert!(compose(&links, &at_most(3)).is_ok());
    let error = compose(&links, &at_most(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the text has 3 links, and the network takes 2: leave some out"
    );
    let cashtags = capped(Most {
        cashtags: Some(1),
        ..Most::default()
    });
    assert!(compose(&own("$ABC rises by $5"), &cashtags).is_ok());
    assert!(matches!(
        compose(&own("$ABC and $DEF"), &cashtags),
        Err(ComposeError::TooMany { count: 2, most: 1, .. })
    ));
}

#[test]
fn what_is_no_character_goes() {
    assert_eq!(
        only(&own("\u{FEFF}We\u{FFFE} say\u{FFFF}"), &mastodon(500)).text,
        "We say"
    );
}
