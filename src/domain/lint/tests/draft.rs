use super::*;

#[test]
fn a_good_post_has_no_findings() {
    let draft = Draft {
        title: Some("Take-home naloxone saves lives in Scotland"),
        summary: Some("Giving naloxone to people who use drugs cut deaths by a third, a new study finds. 🎉"),
        texts: vec![
            "Giving naloxone to people who use drugs cut deaths by a third, a new study finds. 🎉\n\nRead the full \
             article: https://example.org/Naloxone\n\n#Naloxone #HarmReduction",
        ],
        hashtags: vec!["Naloxone", "HarmReduction"],
        tags: vec!["overdose"],
        language: Some("en"),
        ..Draft::default()
    };
    assert_eq!(check(&draft, &[term(&["addict"], "x")], &Levels::all(Level::Block)), []);
}

#[test]
fn everything_at_once_comes_in_the_order_of_the_rules() {
    let draft = Draft {
        title: Some("Stop the war"),
        summary: Some("STOP THE WAR!"),
        texts: vec!["STOP THE WAR! addict #humanrightsnow 👏👏👏👏"],
        hashtags: vec!["#humanrightsnow"],
        tags: Vec::new(),
        language: Some(" "),
        repeats: Some(7),
        images_without_alt: 2,
        link: Some(LinkTrouble::Elsewhere("spam.example".to_owned())),
    };
    let terms = [term(&["addict"], "person who uses drugs")];
    let found = check(&draft, &terms, &Levels::default());
    let rules: Vec<Rule> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, Rule::ALL);
    for finding in &found {
        let level = if finding.rule == Rule::AltText {
            Level::Block
        } else {
            Level::Warn
        };
        assert_eq!(finding.level, level, "{finding:?}");
    }
    assert_eq!(check(&draft, &terms, &Levels::all(Level::Off)), []);
    for rule in Rule::ALL {
        let one = only(rule, &draft, &terms);
        assert_eq!(one.len(), 1);
        assert_eq!((one[0].rule, one[0].level), (rule, Level::Block));
    }
}

#[test]
fn words_of_rules_and_levels_are_read_back() {
    for rule in Rule::ALL {
        assert_eq!(Rule::parse(rule.as_str()), Some(rule));
    }
    for level in Level::ALL {
        assert_eq!(Level::parse(level.as_str()), Some(level));
    }
    assert_eq!((Rule::parse("Terms"), Level::parse("")), (None, None));
    assert!(Level::Off < Level::Warn && Level::Warn < Level::Block);
}

#[test]
fn emoji_are_counted_as_a_reader_sees_them() {
    let said = |text: &str| {
        let draft = draft(text);
        let found = only(Rule::Emoji, &draft, &[]);
        let told = found.iter().map(|finding| {
            let here = pointed(&draft, finding).expect("a place");
            format!("{here} {}", finding.message)
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(said("a 🎉 b 👩‍⚕️ c 🇨🇭 d ❤️"), ["❤️ There are 4 emoji here, more than 3."]);
    assert_eq!(said("Ende 🎉 👩🏽‍⚕️ 🇨🇭"), ["🇨🇭 There are 3 emoji in a row."]);
    assert_eq!(said("👏👏 well done"), ["👏 The same emoji stands twice in a row."]);
    for text in [
        "Good 🎉 and 👩‍👩‍👧‍👧 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿.",
        "two 🎉🥳 in a row",
        "👏 and 👏",
        "1 2 3 # * © ™ ✓ ☎ → … § € ☔\u{FE0E} ☔\u{FE0E} ☔\u{FE0E} ☔\u{FE0E}",
        "中文，没有表情。",
        "",
    ] {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_language_must_be_named() {
    for (language, count) in [(None, 1), (Some(""), 1), (Some("fr"), 0)] {
        let draft = Draft { language, ..draft("x") };
        assert_eq!(only(Rule::Language, &draft, &[]).len(), count, "{language:?}");
    }
}

#[test]
fn a_summary_says_more_than_the_title() {
    let said = |title: &str, summary: &str, text: &str| {
        let draft = Draft {
            title: Some(title),
            summary: Some(summary),
            ..draft(text)
        };
        messages(&only(Rule::TitleOnly, &draft, &[])).join("|")
    };
    let same = "The summary is only the title.";
    let none = "There is no summary; the title stands for it.";
    assert_eq!(
        said(
            "Drug policy now",
            "drug policy – now!",
            "Drug policy now\n\nhttps://a.example"
        ),
        same
    );
    assert_eq!(said("减害政策", "减害政策。", "减害政策"), same);
    assert_eq!(
        said(
            "Drug policy now",
            "Drug policy now #DrugPolicy https://a.example",
            "Drug policy now"
        ),
        same
    );
    assert_eq!(said("Drug policy now", "  ", "Drug policy now"), none);
    for (title, summary, text) in [
        (
            "Drug policy now",
            "Drug policy now saves lives",
            "Drug policy now saves lives",
        ),
        ("Drug policy now", "", "The channel's own words"),
        ("", "", "Something"),
        ("…", "", "Something"),
        ("سياسة المخدرات", "ملخص المقال", "ملخص المقال"),
    ] {
        assert_eq!(said(title, summary, text), "", "{title}");
    }
}

#[test]
fn what_was_looked_up_is_said_in_words() {
    let with = |change: fn(&mut Draft<'_>)| {
        let mut draft = draft("x");
        change(&mut draft);
        let found = check(&draft, &[], &Levels::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].at, None);
        found[0].message.clone()
    };
    assert_eq!(
        with(|draft| draft.repeats = Some(12)),
        "The text is word for word that of post 12."
    );
    assert_eq!(with(|draft| draft.images_without_alt = 1), "A picture has no alt text.");
    assert_eq!(
        with(|draft| draft.images_without_alt = 3),
        "3 pictures have no alt text."
    );
    assert_eq!(
        with(|draft| draft.link = Some(LinkTrouble::Silent("no answer within 10 s.".to_owned()))),
        "The article's link does not answer: no answer within 10 s."
    );
    assert_eq!(
        with(|draft| draft.link = Some(LinkTrouble::Refused(404))),
        "The article's link leads to no page: the server answers 404."
    );
    assert_eq!(
        with(|draft| draft.link = Some(LinkTrouble::Elsewhere("a.example".to_owned()))),
        "The article's link leads to another host, a.example."
    );
}
