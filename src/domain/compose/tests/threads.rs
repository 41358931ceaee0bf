//! Threads, and the places of the link.

use proptest::prelude::*;

use super::*;

fn threaded(max: usize) -> Style {
    Style {
        threads: true,
        comments: true,
        ..plain(Unit::Graphemes, max)
    }
}

fn long(summary: &str) -> Material {
    Material {
        summary: Some(summary.to_owned()),
        url: Some("https://idhdp.org/a".to_owned()),
        read_more: "Read on".to_owned(),
        join: Some("Join us".to_owned()),
        thread: true,
        ..Material::default()
    }
}

fn texts(message: &Message) -> Vec<&str> {
    message.parts.iter().map(|part| part.text.as_str()).collect()
}

#[test]
fn a_long_text_goes_on_at_sentence_ends() {
    let material = long("Doctors call for change. They want care before punishment. Ministers will answer on Friday.");
    let message = compose(&material, &threaded(70)).unwrap();
    assert_eq!(
        texts(&message),
        [
            "Doctors call for change. (1/3)\n\nRead on: https://idhdp.org/a",
            "They want care before punishment. (2/3)",
            "Ministers will answer on Friday.\n\nJoin us (3/3)",
        ]
    );
    assert_eq!((message.dropped, message.over), (vec![], 0));
}

#[test]
fn what_fits_is_one_part_without_a_number() {
    let material = long("Doctors call for change.");
    let message = compose(&material, &threaded(500)).unwrap();
    assert_eq!(
        texts(&message),
        ["Doctors call for change.\n\nRead on: https://idhdp.org/a\n\nJoin us"]
    );
}

#[test]
fn without_threads_a_long_text_is_shortened() {
    let material = long("Doctors call for change. They want care before punishment. Ministers will answer on Friday.");
    let style = Style {
        threads: false,
        ..threaded(70)
    };
    let message = compose(&material, &style).unwrap();
    assert_eq!(
        texts(&message),
        ["Doctors call for change.\n\nRead on: https://idhdp.org/a"]
    );
    assert_eq!(message.dropped, [Dropped::Join, Dropped::Summary]);
}

#[test]
fn a_short_sentence_before_a_long_one_does_not_stand_alone() {
    let material = long(&format!("Yes. {}", "word ".repeat(60)));
    let message = compose(&material, &threaded(100)).unwrap();
    for (no, part) in message.parts.iter().enumerate() {
        let length = part.tightest().unwrap();
        assert_eq!(length.excess(), 0);
        assert!(no + 1 == message.parts.len() || length.count >= 20, "{}", part.text);
    }
    assert!(
        message.parts[0].text.starts_with("Yes. word"),
        "{}",
        message.parts[0].text
    );
    assert!(message.parts[0].text.contains("word… (1/"), "{}", message.parts[0].text);
}

#[test]
fn own_text_that_is_too_long_becomes_a_thread() {
    let own = Material {
        own_text: Some("One thing. ".repeat(20)),
        summary: None,
        ..long("")
    };
    let style = threaded(60);
    let message = compose(&own, &style).unwrap();
    assert!(message.parts.len() > 3);
    assert!(message.parts[0].text.contains("https://idhdp.org/a"));
    let refused = Material { thread: false, ..own };
    assert!(matches!(
        compose(&refused, &style),
        Err(ComposeError::OwnTextTooLong { .. })
    ));
}

#[test]
fn more_parts_than_anybody_reads_are_refused() {
    let material = long(&"word ".repeat(20_000));
    let error = compose(&material, &threaded(70)).unwrap_err();
    assert_eq!(error, ComposeError::TooManyParts { most: 99 });
    assert!(error.to_string().contains("more than 99 messages"));
}

#[test]
fn the_link_can_stand_in_the_first_comment_or_in_the_card() {
    let material = Material {
        place: LinkPlace::FirstComment,
        thread: false,
        ..long("Doctors call for change.")
    };
    let style = Style {
        links: LinkStyle::Labelled,
        card: true,
        ..threaded(500)
    };
    let message = compose(&material, &style).unwrap();
    assert_eq!(texts(&message), ["Doctors call for change.\n\nJoin us", "Read on"]);
    assert_eq!(
        seen(&message.parts[1]),
        [("Read on", Target::Link("https://idhdp.org/a".to_owned()))]
    );
    assert!(message.parts[0].card.is_none() && message.parts[1].card.is_some());

    let in_card = Material {
        place: LinkPlace::Card,
        ..material.clone()
    };
    let message = compose(&in_card, &style).unwrap();
    assert_eq!(texts(&message), ["Doctors call for change.\n\nJoin us"]);
    assert_eq!(message.parts[0].card.as_ref().unwrap().url, "https://idhdp.org/a");

    // A network that has neither keeps the link in the text: it is never dropped.
    let bare = Style {
        card: false,
        comments: false,
        ..style
    };
    for place in [LinkPlace::FirstComment, LinkPlace::Card] {
        let message = compose(
            &Material {
                place,
                ..material.clone()
            },
            &bare,
        )
        .unwrap();
        assert_eq!(texts(&message), ["Doctors call for change.\n\nRead on\n\nJoin us"]);
        assert_eq!(message.parts[0].spans.len(), 1);
    }
}

#[test]
fn a_link_without_words_stands_in_the_text_wherever_it_was_wanted() {
    let material = Material {
        url: Some("https://idhdp.org/a".to_owned()),
        place: LinkPlace::FirstComment,
        ..Material::default()
    };
    assert_eq!(
        texts(&compose(&material, &threaded(500)).unwrap()),
        ["https://idhdp.org/a"]
    );
}

/// The text without numbers, marks of going on, and space.
fn bones(texts: &[&str], total: usize) -> String {
    let mut bones = String::new();
    for (no, text) in texts.iter().enumerate() {
        let text = text
            .replace(&format!("({}/{total})", no + 1), "")
            .replace("Read on: https://idhdp.org/a", "");
        bones.extend(text.chars().filter(|c| !c.is_whitespace() && *c != '…'));
    }
    bones
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_is_lost_in_a_thread_and_no_part_is_too_long_or_too_short(
        words in prop::collection::vec(prop_oneof![
            8 => "[a-zA-Z]{1,9}[.!?]?",
            2 => "[\u{4E00}-\u{4E40}。]{1,12}",
            1 => "[\u{620}-\u{64A}؟]{1,8}",
            1 => "[👨👩👧\u{200D}\u{FE0F}🏽🇨🇳❤]{1,6}",
        ], 1..120),
        max in 60_usize..300,
    ) {
        let material = long(&words.join(" "));
        let message = compose(&material, &threaded(max)).unwrap();
        let list = texts(&message);
        prop_assert!(list[0].contains("https://idhdp.org/a"));
        prop_assert!(list[list.len() - 1].contains("Join us"));
        for (no, part) in message.parts.iter().enumerate() {
            let length = part.tightest().unwrap();
            prop_assert_eq!(length.excess(), 0);
            prop_assert!(no + 1 == list.len() || length.count * 5 >= max, "{:?}", list);
            let number = format!("({}/{})", no + 1, list.len());
            prop_assert!(list.len() == 1 || part.text.contains(&number), "{:?}", list);
        }
        let said = format!("{} Join us", words.join(" "));
        prop_assert_eq!(bones(&list, list.len()), bones(&[&said], 0));
    }
}
