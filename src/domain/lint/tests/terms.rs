use super::*;

fn found(text: &str, terms: &[Term]) -> Vec<String> {
    let draft = draft(text);
    let found = only(Rule::Terms, &draft, terms);
    found
        .iter()
        .map(|finding| pointed(&draft, finding).expect("a place").to_owned())
        .collect()
}

#[test]
fn words_are_found_as_words_in_any_case() {
    let addict = [term(&["addict", "addicts"], "person who uses drugs")];
    for text in [
        "An addict.",
        "ADDICTS",
        "Addicts’ rights",
        "the addict's family",
        "“Addicts”",
        "ad\u{AD}dict",
        "#DrugAddicts",
        "#addict",
        "l’addict",
        "(addict)",
        "addict/user",
        "addict—again",
        "中文addict中文",
    ] {
        assert_eq!(found(text, &addict).len(), 1, "{text}");
    }
    for text in [
        "addiction",
        "addicted",
        "addictive",
        "non-addictive",
        "maladdict",
        "https://example.org/addict",
        "http://addict.example/a?b=addict)",
        "www.addict.example",
        "@addict",
        "@news@addict.example",
        "addict@example.org",
        "mail.addict+x@example.org",
        "",
    ] {
        assert_eq!(found(text, &addict), Vec::<String>::new(), "{text}");
    }
    assert_eq!(found("https://example.org/ addict", &addict), ["addict"]);
    assert_eq!(found("@idhdp: addict", &addict), ["addict"]);
}

#[test]
fn phrases_go_over_spaces_hyphens_and_line_breaks() {
    let abuse = [term(&["substance abuse"], "substance use"), term(&["HIV/AIDS"], "HIV")];
    for text in [
        "substance abuse",
        "Substance-Abuse",
        "substance\nabuse",
        "substance\r\nabuse",
        "substance \u{2011} abuse",
        "substance\u{A0}abuse",
        "#SubstanceAbuse",
        "hiv/aids",
        "HIV / AIDS",
    ] {
        assert_eq!(found(text, &abuse), [text.trim_start_matches('#')], "{text}");
    }
    for text in [
        "substance, abuse",
        "substance. Abuse",
        "substance\n\nabuse",
        "substance of abuse",
        "substanceabuse",
        "HIV and AIDS",
        "HIV AIDS",
    ] {
        assert_eq!(found(text, &abuse), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn words_of_every_script_have_their_bounds() {
    for (avoid, yes, no) in [
        ("drogué", "Les DROGUÉ et l’autre", "droguée"),
        ("Süchtiger", "ein SÜCHTIGER.", "Süchtigerer"),
        ("наркоман", "НАРКОМАН!", "наркомания"),
        ("ναρκομανής", "ΝΑΡΚΟΜΑΝΉΣ", "ναρκομανήςα"),
        ("مدمن", "هو مدمن.", "مدمنون"),
        ("नशेड़ी", "वह नशेड़ी है", "नशेड़ीपन"),
        ("瘾君子", "他是瘾君子。", "瘾君"),
        ("ผู้ติดยา", "เขาเป็นผู้ติดยา", "ผู้ติด"),
        ("약쟁이", "그 약쟁이 말", "약쟁이들"),
    ] {
        let terms = [term(&[avoid], "x")];
        assert_eq!(found(yes, &terms).len(), 1, "{avoid} in {yes}");
        assert_eq!(found(no, &terms).len(), 0, "{avoid} not in {no}");
    }
}

#[test]
fn longer_words_win_and_the_first_term_of_equals() {
    let terms = [
        term(&["addict"], "a"),
        term(&["former addict"], "b"),
        term(&["addict", "clean"], "c"),
    ];
    let draft = draft("A former addict and an addict.");
    let found = only(Rule::Terms, &draft, &terms);
    assert_eq!(
        messages(&found),
        [
            "Instead of \"former addict\", say: b.",
            "Instead of \"addict\", say: a."
        ]
    );
    assert_eq!(found[1].at, Some((23, 29)));
}

#[test]
fn a_term_is_told_once_with_all_its_wordings() {
    let draft = Draft {
        texts: vec![
            "Addicts, an addict, addicts.",
            "More: drug\naddicts",
            "More: drug\naddicts",
        ],
        ..Draft::default()
    };
    let found = only(
        Rule::Terms,
        &draft,
        &[term(&["addict", "addicts", "drug addicts"], "people who use drugs. ")],
    );
    assert_eq!(
        messages(&found),
        ["Instead of \"Addicts\" and \"addict\" and \"drug addicts\", say: people who use drugs."]
    );
    assert_eq!((found[0].text, found[0].at), (Some(0), Some((0, 7))));
}

#[test]
fn names_are_let_be_and_quotations_are_never_refused() {
    let abuse = Term {
        unless: vec!["National Institute on Drug Abuse".to_owned()],
        why: Some("It judges.".to_owned()),
        source: Some("A guide, https://example.org/".to_owned()),
        ..term(&["drug abuse", "abuse"], "drug use")
    };
    let levels = |text| {
        let found = only(Rule::Terms, &draft(text), std::slice::from_ref(&abuse));
        found.iter().map(|finding| finding.level).collect::<Vec<_>>()
    };
    assert_eq!(levels("The National Institute on Drug\nAbuse says so."), []);
    assert_eq!(
        levels("National Institute on Drug Abuse, on drug abuse"),
        [Level::Block]
    );
    for text in [
        "She said: “drug abuse is a crime”.",
        "\"drug abuse\"",
        "« drug abuse »",
        "„drug abuse“",
        "‘it’s drug abuse’ he said",
        "「drug abuse」",
    ] {
        assert_eq!(levels(text), [Level::Warn], "{text}");
    }
    for text in [
        "“No” to drug abuse",
        "a 5\" screen on drug abuse, 6\" wide",
        "“\n\ndrug abuse”",
        "It’s drug abuse, isn’t it",
        "“drug abuse” is drug abuse",
    ] {
        assert_eq!(levels(text), [Level::Block], "{text}");
    }
    let quoted = only(Rule::Terms, &draft("“drug abuse”"), std::slice::from_ref(&abuse));
    assert_eq!(
        quoted[0].hint.as_deref(),
        Some("It judges. It is in quotation marks: where someone is quoted, it can stay.")
    );
    let own = only(
        Rule::Terms,
        &draft("“drug abuse” is abuse"),
        std::slice::from_ref(&abuse),
    );
    assert_eq!(own[0].hint.as_deref(), Some("It judges."));
    assert_eq!(own[0].at, Some((20, 25)));
    assert_eq!(own[0].source.as_deref(), Some("A guide, https://example.org/"));
}

#[test]
fn terms_speak_their_language_only() {
    let english = Term {
        language: Some("en".to_owned()),
        ..term(&["gift"], "poison")
    };
    for (language, count) in [
        (Some("en"), 1),
        (Some("EN-gb"), 1),
        (None, 1),
        (Some("de"), 0),
        (Some("eng-x"), 0),
    ] {
        let draft = Draft {
            language,
            ..draft("Gift")
        };
        let found = only(Rule::Terms, &draft, std::slice::from_ref(&english));
        assert_eq!(found.len(), count, "{language:?}");
    }
}
