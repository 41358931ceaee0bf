//! Limits, the link, what is dropped, refusals, and that the same material gives the same bytes.

use proptest::prelude::*;

use super::counter::lengths;
use super::texts::{bones, limits, materials};
use super::{Case, everywhere, held, label, links_to, same, shows, spans_to};
use crate::domain::compose::{ComposeError, Dropped, LinkPlace, LinkStyle, Material, Message, Part, Target, compose};
use crate::networks::contract::Script;

/// Where the link stands: whole, and in its place.
fn link_is_in_its_place(case: &Case<'_>, message: &Message, url: &str) -> Result<(), TestCaseError> {
    let style = &case.subject.style;
    let material = case.material;
    let words = [
        &material.own_text,
        &material.summary,
        &material.title,
        &material.handles,
        &material.join,
    ];
    let says = words
        .iter()
        .any(|text| text.as_deref().is_some_and(|text| !bones(text).is_empty()));
    let first = &message.parts[0];
    let last = &message.parts[message.parts.len() - 1];
    if style.card {
        let cards: Vec<_> = message.parts.iter().filter_map(|part| part.card.as_ref()).collect();
        prop_assert!(cards.len() == 1 && same(&cards[0].url, url), "no card, or several");
    } else {
        prop_assert!(message.parts.iter().all(|part| part.card.is_none()));
    }
    if held(material) {
        // In a thread, a stop at the end of the address is taken for the sentence's.
        let stops = |to: &str| {
            url.strip_prefix(to)
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_punctuation()))
        };
        let short = |target: &Target| matches!(target, Target::Link(to) if material.thread && stops(to));
        let led = |part: &Part| match style.links {
            LinkStyle::Bare => shows(&part.text, url),
            LinkStyle::Labelled => spans_to(part, url) || part.spans.iter().any(|span| short(&span.target)),
        };
        prop_assert!(
            material.place == LinkPlace::Card || message.parts.iter().any(led),
            "the link is gone"
        );
        return Ok(());
    }
    match material.place {
        LinkPlace::Card => prop_assert!(first.card.is_some() || links_to(first, url)),
        LinkPlace::FirstComment if says => {
            prop_assert!(
                message.parts.len() > 1 && links_to(last, url),
                "no comment with the link"
            );
            prop_assert!(last.spans.iter().all(|span| matches!(span.target, Target::Link(_))));
        }
        LinkPlace::FirstComment => prop_assert!(links_to(last, url)),
        LinkPlace::Text => prop_assert!(links_to(first, url), "the link is not in the first part"),
    }
    if material.place == LinkPlace::Text || says && material.place == LinkPlace::FirstComment {
        let part = if material.place == LinkPlace::Text { first } else { last };
        match style.links {
            // Nothing but space around it: what every network takes for the address's end. Before it may stand a wide
            // colon, behind which no space is written.
            LinkStyle::Bare => prop_assert!(super::words(&part.text).any(|word| same(word, url)), "not apart"),
            LinkStyle::Labelled => {
                let label = label(material);
                let fits = part.spans.iter().any(|span| {
                    let shown = &part.text[span.start..span.end];
                    matches!(&span.target, Target::Link(to) if same(to, url))
                        && (shown.starts_with(label) || same(shown, url))
                });
                prop_assert!(fits, "no span around the label");
            }
        }
    }
    Ok(())
}

/// Whether the link with the warning and a few words may not fit; or something does not that is never parted.
fn too_tight(case: &Case<'_>, max: Option<usize>) -> bool {
    let material = case.material;
    let alone = Material {
        title: None,
        summary: Some("1234567890123 (99/99)".to_owned()),
        own_text: None,
        handles: None,
        join: None,
        hashtags: Vec::new(),
        thread: false,
        ..material.clone()
    };
    let texts = [
        &material.title,
        &material.summary,
        &material.own_text,
        &material.handles,
        &material.join,
    ];
    let mut words = texts.into_iter().flatten().flat_map(|text| text.split_whitespace());
    // A word that fills a third of the message may have no place to be parted, and stand behind one that is no word.
    let unbroken = words.any(|word| word.len() * 3 >= max.unwrap_or(280));
    unbroken
        || material.hashtags.iter().any(|tag| tag.len() * 3 >= max.unwrap_or(280))
        || match compose(&alone, &case.subject.style) {
            Ok(message) => message.parts.iter().any(|part| part.text.is_empty()) || !message.dropped.is_empty(),
            Err(_) => true,
        }
}

/// No part is over a limit, by the composer's count or by the plain one, and the two agree.
fn keeps_the_limits(case: &Case<'_>, max: Option<usize>) -> Result<(), TestCaseError> {
    for part in case.parts() {
        let counted = lengths(case.subject, part, case.warning(), max);
        prop_assert_eq!(counted.len(), part.lengths.len());
        for (counted, told) in counted.iter().zip(&part.lengths) {
            prop_assert_eq!((told.unit, told.limit), (counted.unit, counted.max));
            prop_assert!(
                counted.max.is_none_or(|max| counted.count <= max),
                "{:?} of {:?}",
                counted,
                part
            );
            prop_assert_eq!(told.excess(), 0, "{:?}", part);
            if counted.exact {
                prop_assert_eq!(told.count, counted.count, "{:?}", part);
            } else {
                prop_assert!(told.count >= counted.count, "{:?} of {:?}", counted, part);
            }
        }
    }
    Ok(())
}

/// Blocks go in their order, and what did not go is there.
fn drops_in_order(case: &Case<'_>, message: &Message) -> Result<(), TestCaseError> {
    let material = case.material;
    let dropped = &message.dropped;
    let is = |text: &Option<String>| text.as_deref().is_some_and(|text| !bones(text).is_empty());
    prop_assert!(dropped.windows(2).all(|pair| pair[0] < pair[1]), "each once, in order");
    prop_assert!(
        dropped.is_empty() || !is(&material.own_text),
        "own text is never shortened"
    );
    let has = [
        (Dropped::Join, is(&material.join)),
        (Dropped::Handles, is(&material.handles)),
        (
            Dropped::Hashtags,
            material.hashtags.iter().any(|tag| !bones(tag).is_empty()),
        ),
    ];
    // Hashtags can be too many too, and go for that alone.
    let last = dropped
        .iter()
        .rfind(|gone| message.over > 0 || **gone != Dropped::Hashtags);
    if let Some(last) = last {
        for (block, _) in has.iter().filter(|(block, has)| *has && block < last) {
            prop_assert!(dropped.contains(block), "{:?} stayed, {:?} went", block, last);
        }
    }
    if material.own_text.is_none() && case.worded().len() == 1 {
        let all = bones(&message.parts[0].text);
        for (block, text) in [(Dropped::Handles, &material.handles), (Dropped::Join, &material.join)] {
            let said = bones(text.as_deref().unwrap_or_default());
            prop_assert!(dropped.contains(&block) || all.contains(&said), "{:?} is gone", block);
        }
    }
    Ok(())
}

fn is_refused_for_a_reason(case: &Case<'_>, error: &ComposeError, max: Option<usize>) -> Result<(), TestCaseError> {
    let material = case.material;
    let all = [
        &material.title,
        &material.summary,
        &material.url,
        &material.handles,
        &material.join,
        &material.own_text,
    ];
    match error {
        ComposeError::Empty => {
            let says = all
                .iter()
                .any(|text| text.as_deref().is_some_and(|text| !bones(text).is_empty()));
            prop_assert!(!says, "there is something to say");
        }
        ComposeError::OwnTextTooLong { length } => {
            prop_assert!(material.own_text.is_some() && !material.thread && length.excess() > 0);
        }
        ComposeError::LinkTooLong { .. } => prop_assert!(too_tight(case, max), "there is room"),
        ComposeError::TooMany { count, most, .. } => prop_assert!(count > most),
        ComposeError::TooManyParts { .. } => prop_assert!(material.thread),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(90))]

    #[test]
    fn every_message_keeps_the_limits_the_link_and_the_order(material in materials(40), max in limits()) {
        everywhere(&material, max, |case| {
            let message = match &case.message {
                Ok(message) => message,
                Err(error) => return is_refused_for_a_reason(case, error, max),
            };
            prop_assert!(message.parts.iter().all(|part| !part.text.is_empty()) && !message.parts.is_empty(), "nothing is said");
            keeps_the_limits(case, max)?;
            drops_in_order(case, message)?;
            case.url().map_or(Ok(()), |url| link_is_in_its_place(case, message, url))
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25))]

    #[test]
    fn the_same_material_gives_the_same_bytes_and_what_is_clean_stays(material in materials(40), max in limits()) {
        everywhere(&material, max, |case| {
            prop_assert_eq!(&compose(case.material, &case.subject.style), &case.message);
            for part in case.parts() {
                let script = Script { part: part.clone(), ..Script::plain() };
                prop_assert_eq!(script.freeze(case.subject.network, 7), script.freeze(case.subject.network, 7));
                let again = Material {
                    own_text: Some(part.text.clone()),
                    warning: material.warning.clone(),
                    ..Material::default()
                };
                // Without the spans of labels, and of tags that only a list shows, the written length may change.
                if let Ok(again) = compose(&again, &case.subject.style) {
                    prop_assert_eq!(&again.parts[0].text, &part.text);
                }
            }
            Ok(())
        })?;
    }
}

#[test]
fn the_same_address_in_another_spelling_is_the_same() {
    assert!(same("HTTPS://E.Org", "https://e.org/"));
    assert!(!same("https://e.org/a", "https://e.org/b"));
}
