//! Composing for every network, in texts of any script: limits, links, spans, threads, written markup.
//!
//! The composer's own tests have styles made for them; here are those of the networks. What a network counts is counted
//! anew by [`counter`], and what it would make of the markup is read by [`reader`]: both follow the networks'
//! documentation, not the composer. Every property is asked of each network, with every place of the link that it has,
//! as one message and, where it has them, as a thread.

mod counter;
mod facets;
mod properties;
mod reader;
mod robust;
mod texts;
mod threads;
mod written;

use proptest::test_runner::TestCaseError;

use super::{ALL, Facts, Network};
use crate::domain::compose::{ComposeError, LinkPlace, Material, Message, Part, Style, Target, compose};

/// A network, as one of its servers is.
struct Subject {
    network: &'static dyn Network,
    /// What the server says it is, where that makes a difference.
    software: &'static str,
    style: Style,
}

/// Every network, and the servers that speak like Mastodon but count in another way. `max`: what the servers allow, in
/// place of the network's default.
fn subjects(max: Option<usize>) -> Vec<Subject> {
    let mut list = Vec::new();
    for &network in ALL {
        let variants: &[&str] = match network.name() {
            "mastodon" => &["mastodon", "gotosocial", "pleroma"],
            _ => &[""],
        };
        for &software in variants {
            let facts = Facts {
                software: (!software.is_empty()).then(|| software.to_owned()),
                max_text: max,
                ..Facts::default()
            };
            let style = network.style(&facts);
            list.push(Subject {
                network,
                software,
                style,
            });
        }
    }
    list
}

/// One way to compose a material for one network.
struct Case<'a> {
    subject: &'a Subject,
    material: &'a Material,
    message: Result<Message, ComposeError>,
}

impl Case<'_> {
    /// The parts of the message; none where it was refused.
    fn parts(&self) -> &[Part] {
        self.message.as_ref().map_or(&[], |message| &message.parts)
    }

    fn warning(&self) -> &str {
        self.material.warning.as_deref().unwrap_or_default()
    }

    fn url(&self) -> Option<&str> {
        self.material.url.as_deref()
    }

    /// Whether the last part is the comment with the link: a line with nothing but it.
    fn has_comment(&self) -> bool {
        let (Some(url), [_, .., last]) = (self.url(), self.parts()) else {
            return false;
        };
        let line = !last.text.contains('\n') && last.text.starts_with(label(self.material));
        self.material.place == LinkPlace::FirstComment && line && links_to(last, url)
    }

    /// The parts that hold the words: without the comment.
    fn worded(&self) -> &[Part] {
        let parts = self.parts();
        &parts[..parts.len() - usize::from(self.has_comment())]
    }

    fn told(&self) -> String {
        format!(
            "{} {} {:?} thread {}: {:?}",
            self.subject.network.name(),
            self.subject.software,
            self.material.place,
            self.material.thread,
            self.message
        )
    }
}

/// Composes the material in every way there is, and checks each.
fn everywhere(
    material: &Material,
    max: Option<usize>,
    mut check: impl FnMut(&Case<'_>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    for subject in &subjects(max) {
        let ways: &[bool] = if subject.style.threads {
            &[false, true]
        } else {
            &[false]
        };
        for &place in subject.network.keys().places {
            for &thread in ways {
                let material = Material {
                    place,
                    thread,
                    ..material.clone()
                };
                in_one_way(subject, &material, &mut check)?;
            }
        }
    }
    Ok(())
}

fn in_one_way(
    subject: &Subject,
    material: &Material,
    check: &mut impl FnMut(&Case<'_>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let message = compose(material, &subject.style);
    let case = Case {
        subject,
        material,
        message,
    };
    check(&case).map_err(|error| match error {
        TestCaseError::Fail(why) => TestCaseError::fail(format!("{why}\n{}", case.told())),
        reject @ TestCaseError::Reject(_) => reject,
    })
}

/// The words of the link, without the colon that may stand before an address.
fn label(material: &Material) -> &str {
    material.read_more.trim_end_matches([':', '：']).trim()
}

/// Whether readers of the part can follow its text to this very address.
fn links_to(part: &Part, url: &str) -> bool {
    spans_to(part, url) || shows(&part.text, url)
}

/// Whether a span leads to this address.
fn spans_to(part: &Part, url: &str) -> bool {
    part.spans
        .iter()
        .any(|span| matches!(&span.target, Target::Link(to) if same(to, url)))
}

/// Whether the text shows the address whole, apart from what stands around it.
fn shows(text: &str, url: &str) -> bool {
    text.match_indices(url).any(|(at, _)| {
        let after = text[at + url.len()..].trim_start_matches(|c: char| !c.is_alphanumeric() && !c.is_whitespace());
        after.is_empty() || after.starts_with(char::is_whitespace)
    }) || words(text).any(|word| same(word, url))
}

/// The words of a text; behind a wide colon no space is written.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let behind = |word: &'_ str| word.rsplit('：').next().map_or(0, str::len);
    text.split_whitespace()
        .flat_map(move |word| [word, &word[word.len() - behind(word)..]])
}

/// Whether two addresses lead to the same place.
fn same(one: &str, other: &str) -> bool {
    one == other || url::Url::parse(one).is_ok_and(|one| url::Url::parse(other).is_ok_and(|other| one == other))
}

/// Whether the channel's own text may hold the address itself.
fn held(material: &Material) -> bool {
    let (Some(text), Some(url)) = (&material.own_text, &material.url) else {
        return false;
    };
    text.contains(url.as_str()) || text.split_whitespace().any(|word| word.contains("://"))
}

#[test]
fn the_places_of_the_link_are_those_that_the_style_has() {
    for subject in subjects(None) {
        for place in [LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card] {
            let listed = subject.network.keys().places.contains(&place);
            assert_eq!(listed, subject.style.has(place), "{} {place:?}", subject.network.name());
        }
    }
}
