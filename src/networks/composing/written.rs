//! Markup reads back to the visible text: no sign of a user's text becomes markup.

use proptest::prelude::*;

use super::everywhere;
use super::reader::read;
use super::texts::{limits, materials};
use crate::domain::compose::{Markup, Target, write};

/// The address as it can stand in the network's markup: signs that would end it are percent-encoded.
fn enclosed(url: &str, markup: Markup) -> String {
    let signs: &[(char, &str)] = match markup {
        Markup::Discord => &[('(', "%28"), (')', "%29"), ('<', "%3C"), ('>', "%3E")],
        Markup::Slack => &[('|', "%7C"), ('<', "%3C"), ('>', "%3E")],
        Markup::None | Markup::LittleText => &[],
    };
    signs
        .iter()
        .fold(url.to_owned(), |url, (sign, code)| url.replace(*sign, code))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn written_markup_shows_the_visible_text_and_the_links(material in materials(40), max in limits()) {
        everywhere(&material, max, |case| {
            let markup = case.subject.style.markup;
            if markup == Markup::None {
                return Ok(());
            }
            for part in case.parts() {
                let written = write(&part.text, &part.spans, markup);
                let seen = match read(&written, markup) {
                    Ok(seen) => seen,
                    Err(why) => return Err(TestCaseError::fail(format!("{why} in {written:?}"))),
                };
                if markup == Markup::Slack {
                    // An address that shows itself: Slack shows what is encoded in it.
                    prop_assert_eq!(plain(&seen.text), plain(&part.text), "written {:?}", written);
                } else {
                    prop_assert_eq!(&seen.text, &part.text, "written {:?}", written);
                }
                let mut labelled = Vec::new();
                let mut tags = Vec::new();
                for span in &part.spans {
                    let shown = &part.text[span.start..span.end];
                    match &span.target {
                        Target::Link(url) if shown != url => labelled.push((shown.to_owned(), enclosed(url, markup))),
                        // A wide sign is no hashtag on LinkedIn.
                        Target::Tag(tag) if shown.starts_with('#') => tags.push(tag.clone()),
                        _ => {}
                    }
                }
                match markup {
                    Markup::None => {}
                    Markup::LittleText => {
                        // Where a hashtag ends is for the network to say, as long as it is the same tag.
                        let same = |(seen, tag): (&String, &String)| seen.starts_with(tag.as_str());
                        prop_assert_eq!(seen.tags.len(), tags.len(), "written {:?}", written);
                        prop_assert!(seen.tags.iter().zip(&tags).all(same), "written {:?}", written);
                    }
                    Markup::Discord | Markup::Slack => prop_assert_eq!(seen.links, labelled, "written {:?}", written),
                }
            }
            Ok(())
        })?;
    }
}

/// The text with the signs that may be percent-encoded in an address as one.
fn plain(text: &str) -> String {
    enclosed(text, Markup::Slack)
}
