use super::*;

fn said(hashtag: &str, summary: &str) -> Vec<String> {
    let draft = Draft {
        hashtags: vec![hashtag],
        summary: Some(summary),
        tags: vec!["harm reduction", "hiv-prevention"],
        ..draft("")
    };
    let found = only(Rule::CamelCase, &draft, &[]);
    found.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn the_form_is_proposed_where_the_post_has_the_words() {
    for (hashtag, summary, proposed) in [
        ("drugpolicy", "A new drug policy", "#DrugPolicy"),
        ("#drugwar", "After the drug war", "#DrugWar"),
        ("#Drugpolicy2030", "Drug policy", "#DrugPolicy2030"),
        ("#DRUGPOLICY", "drug policy", "#DrugPolicy"),
        ("#policyondrugs", "On drugs and policy", "#PolicyOnDrugs"),
        ("#HIVprevention", "", ""),
        ("#hivservices", "HIV and other services", "#HIVServices"),
        ("#harmreduction", "", "#HarmReduction"),
        ("#наркополитика", "", ""),
        ("#войнасней", "Эта война с ней", "#ВойнаСНей"),
        ("#φτώχειακαιυγεία", "φτώχεια και υγεία", "#ΦτώχειαΚαιΥγεία"),
    ] {
        let expected: Vec<String> = (!proposed.is_empty())
            .then(|| format!("Write #{} as {proposed}.", hashtag.trim_start_matches('#')))
            .into_iter()
            .collect();
        assert_eq!(said(hashtag, summary), expected, "{hashtag}");
    }
}

#[test]
fn long_hashtags_in_one_case_are_asked_about() {
    for hashtag in [
        "#humanrightsnow",
        "#nothingaboutus",
        "#NOTHINGABOUTUS",
        "#Worldaidsday",
        "#politiquedesdrogues",
    ] {
        let expected = format!("If {hashtag} has more than one word, begin each with a capital.");
        assert_eq!(said(hashtag, ""), [expected]);
    }
    for hashtag in [
        "#HumanRights",
        "#humanRights",
        "#policy",
        "#drugwar",
        "#UNGASS",
        "#COVID19",
        "#harm_reduction",
        "#decriminalisation",
        "#benzodiazepines",
        "#2030",
        "#",
        "",
        "#減害政策減害政策減害政策",
        "#سياسةالمخدرات",
        "#नशामुक्तिअभियान",
        "#ลดอันตรายจากยาเสพติด",
    ] {
        assert_eq!(said(hashtag, ""), Vec::<String>::new(), "{hashtag}");
    }
}

#[test]
fn a_single_word_is_no_riddle() {
    assert_eq!(said("#criminalised", "People are criminalised"), Vec::<String>::new());
    assert_eq!(said("#together", "We get her to come together"), Vec::<String>::new());
    let german = Draft {
        hashtags: vec!["#drogenpolitik", "#schadensminderung"],
        language: Some("de-AT"),
        ..Draft::default()
    };
    assert_eq!(only(Rule::CamelCase, &german, &[]), []);
}

#[test]
fn a_hashtag_is_told_once_where_it_stands() {
    let draft = Draft {
        hashtags: vec!["drugpolicy", "DrugPolicy", "#humanrightsnow"],
        title: Some("Drug policy"),
        ..draft("Read #drugpolicy (https://example.org/#humanrightsnow) #drugpolicy")
    };
    let found = only(Rule::CamelCase, &draft, &[]);
    assert_eq!(found.len(), 2);
    assert_eq!(pointed(&draft, &found[0]), Some("#drugpolicy"));
    assert_eq!(found[0].at, Some((5, 16)));
    assert_eq!(found[1].at, None);
    assert!(
        found[1]
            .hint
            .as_deref()
            .is_some_and(|hint| hint.contains("single word"))
    );
    assert!(
        found[0]
            .source
            .as_deref()
            .is_some_and(|source| source.contains("https://"))
    );
}
