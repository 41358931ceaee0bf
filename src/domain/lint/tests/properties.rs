use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// Texts as people and machines write them: pieces that the rules look for, between anything.
fn text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 34] = [
        "addict",
        "ADDICTS",
        "drug",
        "abuse",
        "HIV/AIDS",
        "#drugpolicy",
        "#",
        "＃",
        "@",
        "https://",
        "www.",
        "'",
        "’",
        "“",
        "”",
        "\"",
        "„",
        "«",
        "-",
        "\u{AD}",
        "\n",
        "\n\n",
        " ",
        "👏",
        "👩‍⚕️",
        "🇨🇭",
        "İ",
        "ǅ",
        "ß",
        "Σς",
        "中文",
        "ผู้ติดยา",
        "e\u{301}",
        "\u{200D}",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[A-Z]{1,9} ",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn terms() -> impl Strategy<Value = Vec<Term>> {
    let term = (
        prop::collection::vec(text(), 0..4),
        prop::collection::vec(text(), 0..2),
        "\\PC{0,20}",
        prop::option::of("[a-z]{2}"),
    );
    let term = term.prop_map(|(avoid, unless, say, language)| Term {
        avoid,
        unless,
        say,
        language,
        ..Term::default()
    });
    prop::collection::vec(term, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_and_every_place_is_in_its_text(
        texts in prop::collection::vec(text(), 0..4),
        title in prop::option::of(text()),
        summary in prop::option::of(text()),
        hashtags in prop::collection::vec(text(), 0..4),
        tags in prop::collection::vec(text(), 0..3),
        language in prop::option::of(prop_oneof!["en", "de", ".{0,3}"]),
        mut terms in terms(),
    ) {
        terms.push(term(&["addict", "addicts", "drug abuse", "HIV/AIDS", "ผู้ติดยา"], "person"));
        let draft = Draft {
            title: title.as_deref(),
            summary: summary.as_deref(),
            texts: texts.iter().map(String::as_str).collect(),
            hashtags: hashtags.iter().map(String::as_str).collect(),
            tags: tags.iter().map(String::as_str).collect(),
            language: language.as_deref(),
            ..Draft::default()
        };
        let found = check(&draft, &terms, &Levels::default());
        prop_assert_eq!(&check(&draft, &terms, &Levels::default()), &found);
        let order = |rule: Rule| Rule::ALL.iter().position(|other| *other == rule);
        prop_assert!(found.is_sorted_by_key(|finding| order(finding.rule)));
        let mut seen = HashSet::new();
        for finding in &found {
            prop_assert!(finding.level > Level::Off);
            prop_assert!(!finding.message.chars().any(char::is_control), "{finding:?}");
            prop_assert_eq!(finding.at.is_some(), finding.text.is_some());
            if finding.at.is_some() {
                prop_assert!(pointed(&draft, finding).is_some_and(|here| !here.is_empty()), "{:?}", finding);
            }
            prop_assert!(seen.insert(format!("{finding:?}")), "twice: {finding:?}");
        }
    }

    #[test]
    fn a_form_is_found_wherever_it_stands_alone(before in "[ .,!?“(]{0,3}", form in "[a-z]{2,8}( [a-z]{2,8}){0,2}", after in "[ .,!?”)]{0,3}") {
        let text = format!("{before}{}{after}", form.to_uppercase());
        let terms = [term(&[&form], "better")];
        let draft = draft(&text);
        let found = only(Rule::Terms, &draft, &terms);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(pointed(&draft, &found[0]).map(str::to_lowercase), Some(form.clone()));
        let glued = format!("x{form}");
        let none = Draft { texts: vec![&glued], ..Draft::default() };
        prop_assert_eq!(only(Rule::Terms, &none, &terms), vec![]);
    }
}
