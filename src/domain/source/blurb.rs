//! What an item says of itself, without what its website's software puts around it.
//!
//! Widely used software ends every item with a sentence about itself, with a call to read on, or in the middle of a
//! sentence with "[…]". None of that belongs in a post. Words are taken away at the end, never added but for "…".

use super::Sight;
use crate::domain::sentences;

/// How the sentence under every item begins, and how it goes on behind the title.
const FOOTERS: [(&str, &str); 12] = [
    ("The post ", " appeared first on "),
    ("The post ", " first appeared on "),
    ("Der Beitrag ", " erschien zuerst auf "),
    ("L’article ", " est apparu en premier sur "),
    ("L'article ", " est apparu en premier sur "),
    ("La entrada ", " se publicó primero en "),
    ("La entrada ", " aparece primero en "),
    ("O post ", " apareceu primeiro em "),
    ("L'articolo ", " proviene da "),
    ("L’articolo ", " proviene da "),
    ("Het bericht ", " verscheen eerst op "),
    ("Сообщение ", " появились сначала на "),
];
/// The longest of them, in characters: a title and the name of a website.
const FOOTER_MAX: usize = 450;
/// Calls to read on, in small letters.
const CALLS: [&str; 14] = [
    "read more",
    "continue reading",
    "keep reading",
    "weiterlesen",
    "mehr lesen",
    "lire la suite",
    "lire plus",
    "leer más",
    "seguir leyendo",
    "leia mais",
    "continue lendo",
    "читать далее",
    "leggi tutto",
    "lees verder",
];
/// What shows that more would follow.
const CUTS: [&str; 6] = ["[…]", "[...]", "(…)", "(...)", "…", "..."];

/// The words of an item for a post; `None` where there are none beyond its title.
#[must_use]
pub fn blurb(item: &Sight<'_>, language: Option<&str>) -> Option<String> {
    let title = item.title.unwrap_or_default().trim();
    let text = without_footer(item.summary?);
    let (text, is_cut) = without_calls(text, title);
    let text = if is_cut { whole(text, language) } else { text.to_owned() };
    let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let says = bare(&text);
    (!says.is_empty() && says != bare(title)).then_some(text)
}

fn without_footer(text: &str) -> &str {
    let start = |(lead, middle): &(&str, &str)| {
        let at = text.rfind(middle)?;
        let start = text.get(..at)?.rfind(lead)?;
        let is_last = text.get(start..)?.chars().count() <= FOOTER_MAX;
        is_last.then_some(start)
    };
    let start = FOOTERS.iter().filter_map(start).min();
    start.and_then(|start| text.get(..start)).unwrap_or(text).trim_end()
}

/// The text without calls to read on and marks of a cut at its end, and whether there were any.
fn without_calls<'a>(text: &'a str, title: &str) -> (&'a str, bool) {
    let mut rest = text.trim_end();
    let mut is_cut = false;
    loop {
        let shorter = CUTS.iter().find_map(|cut| rest.strip_suffix(cut));
        let Some(shorter) = shorter.or_else(|| without_call(rest, title)) else {
            return (rest, is_cut);
        };
        is_cut = true;
        rest = shorter.trim_end();
    }
}

/// `Read more →`, `Continue reading “Title”`: with a capital, so that no sentence loses its end.
fn without_call<'a>(text: &'a str, title: &str) -> Option<&'a str> {
    let trimmed = |text: &'a str| text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let bare = trimmed(text);
    let named = bare
        .strip_suffix(title.trim_end_matches(|c: char| !c.is_alphanumeric()))
        .map(trimmed);
    [Some(bare), named].into_iter().flatten().find_map(|bare| {
        CALLS.iter().find_map(|call| {
            let (at, first) = bare.char_indices().rev().nth(call.chars().count() - 1)?;
            let (before, end) = bare.split_at_checked(at)?;
            let is_word = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            (first.is_uppercase() && is_word && end.to_lowercase() == **call).then_some(before)
        })
    })
}

/// Whole sentences of what was cut; where there is none, what there is with "…".
fn whole(text: &str, language: Option<&str>) -> String {
    let end = sentences::ends(text, text.len(), language).last();
    match end.and_then(|end| text.get(..end)).map(str::trim) {
        Some(whole) if !whole.is_empty() => whole.to_owned(),
        _ => {
            let text = text.trim_end_matches(|c: char| !c.is_alphanumeric() && !sentences::is_closing(c));
            if text.is_empty() {
                String::new()
            } else {
                format!("{text}…")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(summary: &str) -> Option<String> {
        let item = Sight {
            title: Some("Crackdown, again"),
            summary: Some(summary),
            ..Sight::default()
        };
        blurb(&item, Some("en"))
    }

    #[test]
    fn what_software_adds_goes_and_whole_sentences_stay() {
        for (summary, expected) in [
            ("Doctors disagree. They said so.", "Doctors disagree. They said so."),
            (
                "Doctors disagree. The post Crackdown, again appeared first on IDHDP.",
                "Doctors disagree.",
            ),
            (
                "Doctors disagree. In Kyiv they […] The post Crackdown, again appeared first on IDHDP.",
                "Doctors disagree.",
            ),
            ("Doctors disagree. In Kyiv they […]", "Doctors disagree."),
            ("Doctors disagree. In Kyiv they...", "Doctors disagree."),
            ("Doctors disagree. Read more →", "Doctors disagree."),
            (
                "Doctors disagree… Continue reading “Crackdown, again” »",
                "Doctors disagree…",
            ),
            ("Doctors disagree with it, and […]", "Doctors disagree with it, and…"),
            ("„Ärzte sind dagegen.“ Weiterlesen", "„Ärzte sind dagegen.“"),
            ("Doctors ask patients to read more", "Doctors ask patients to read more"),
            ("Les médecins disent « non »", "Les médecins disent « non »"),
            (
                "The post office appeared. Nobody knew. First on the list was tea.",
                "The post office appeared. Nobody knew. First on the list was tea.",
            ),
        ] {
            assert_eq!(of(summary).as_deref(), Some(expected), "{summary}");
        }
    }

    #[test]
    fn a_title_alone_says_nothing() {
        for summary in [
            "Crackdown, again",
            "crackdown, again!",
            "[…]",
            "Read more",
            "…",
            "The post Crackdown, again appeared first on IDHDP.",
        ] {
            assert_eq!(of(summary), None, "{summary}");
        }
        assert_eq!(blurb(&Sight::default(), None), None);
        let untitled = Sight {
            summary: Some("Doctors disagree. Read more"),
            ..Sight::default()
        };
        assert_eq!(blurb(&untitled, None).as_deref(), Some("Doctors disagree."));
    }

    proptest::proptest! {
        #[test]
        fn it_only_ever_takes_away_at_the_end(text in ".{0,80}", title in ".{0,12}", tail in "(Read more|\\[…\\]| …|The post a appeared first on b\\.){0,3}") {
            let summary = format!("{text}{tail}");
            let item = Sight { title: Some(&title), summary: Some(&summary), ..Sight::default() };
            if let Some(blurb) = blurb(&item, None) {
                let kept = blurb.strip_suffix('…').unwrap_or(&blurb);
                proptest::prop_assert!(summary.trim_start().starts_with(kept.trim_start()), "{blurb:?} of {summary:?}");
            }
        }
    }
}
