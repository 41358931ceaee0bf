use proptest::prelude::*;

use super::*;
use crate::domain::sentences;

/// Prose in pieces: sentences of every kind beside broken ones.
fn prose() -> impl Strategy<Value = String> {
    let pieces = vec![
        "The council opened four clinics in the harbour district.",
        "However, nobody came to see the new clinics there.",
        "“Nobody asked us before,” said the mayor of the town.",
        "“",
        "”",
        "(",
        " ",
        "\n",
        "\n\n",
        "\u{A0}",
        "Dr.",
        "…",
        "Why should anybody come to the harbour at night?",
        "Смертность снизилась на треть после открытия центра.",
        "市政府周一在港口区开设了四个新的健康服务中心。",
        "Les décès ont baissé d'un tiers depuis lundi dernier.",
        "\u{301}",
        "A nurse in the harbour reversed many overdoses\tlast year.",
        "[1]",
        "۔",
        "x",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..25).prop_map(|pieces| pieces.join(" "))
}

/// The sentences of a text, as a proposal would hold them.
fn sources(text: Option<&str>, language: Option<&str>) -> Vec<String> {
    let text = text.unwrap_or_default();
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    // An undeclared language is guessed, and abbreviations differ by language: any way of splitting is allowed here.
    let languages = [language, Some("en"), Some("fr"), Some("ru"), Some("zh")];
    let mut all: Vec<_> = languages
        .iter()
        .flat_map(|language| sentences::ranges(text, *language))
        .collect();
    all.sort_by_key(|range| (range.start, range.end));
    all.dedup();
    all.into_iter().map(|range| spaced(&text[range])).collect()
}

/// Whether a text is some of these sentences in their order, with or without spaces between.
fn is_made_of(text: &str, sentences: &[String]) -> bool {
    text.is_empty()
        || sentences.iter().enumerate().any(|(at, sentence)| {
            text.strip_prefix(sentence.as_str())
                .is_some_and(|rest| is_made_of(rest.trim_start(), &sentences[at + 1..]))
        })
}

proptest! {
    #[test]
    fn a_proposal_is_made_of_the_article_fits_and_stays_the_same(
        body in prop_oneof![2 => prose(), 1 => any::<String>(), 1 => "(\\PC{0,8}[.!?。 \n]){0,60}"],
        title in prop::option::of(prose()),
        description in prop::option::of(prose()),
        language in prop::option::of("(en|fr|es|de|pt|ru|ar|zh|it|[a-z-]{0,9}|\\PC{0,4})"),
        limit in 0_usize..500,
    ) {
        let text = Text {
            title: title.as_deref(),
            description: description.as_deref(),
            body: &body,
            language: language.as_deref(),
        };
        let proposed = proposal(&text, limit);
        prop_assert_eq!(&proposed, &proposal(&text, limit));
        let Some(proposed) = proposed else { return Ok(()) };
        prop_assert!(within(limit)(&proposed) && !proposed.is_empty());
        let source = sources(description.as_deref(), language.as_deref())
            .into_iter()
            .chain(sources(Some(&body), language.as_deref()))
            .collect::<Vec<_>>();
        prop_assert!(is_made_of(&proposed, &source), "{:?} is not made of {:?}", proposed, source);
    }

    /// More room never takes a proposal away.
    #[test]
    fn a_wider_limit_still_has_a_proposal(body in prose(), limit in 0_usize..400, more in 0_usize..400) {
        let text = Text { body: &body, ..Text::default() };
        if proposal(&text, limit).is_some() {
            prop_assert!(proposal(&text, limit + more).is_some());
        }
    }
}
