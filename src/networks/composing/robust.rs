//! Long and hostile texts: composing ends, without a panic, within the limits, with the link whole.

use proptest::prelude::*;

use super::counter::lengths;
use super::{Case, everywhere, in_one_way, links_to, subjects};
use crate::domain::compose::{ComposeError, LinkPlace, Material};

const URL: &str = "https://idhdp.org/a";
/// Bytes of a long text.
const LONG: usize = 200_000;

/// What is repeated until the text is long.
const PIECES: [&str; 36] = [
    "a",
    "word ",
    " \n",
    "Yes. ",
    ".",
    "…",
    "?!",
    "(",
    "([{<«",
    ")",
    "\\",
    "*_~`|",
    "<@1>",
    "&",
    "\n- ",
    "#",
    "#tag ",
    "# ",
    "@",
    "@a",
    " @a.b@c.d",
    "https://",
    "http://a.bc/",
    "https://a.bc ",
    "https://a.bc/((",
    "毒品。",
    "e\u{301}",
    "\u{301}",
    "👨\u{200D}",
    "\u{1F1E6}",
    "\u{200D}\u{FE0F}",
    "\u{202E}",
    "\u{2066}\u{202A}\u{2069}",
    "\u{0}",
    "\\ud83d\u{FFFD}",
    "\u{1112}\u{1161}\u{11AB}",
];

fn material(text: &str) -> Material {
    Material {
        summary: Some(text.to_owned()),
        url: Some(URL.to_owned()),
        hashtags: vec!["Health".to_owned(), text.chars().take(5000).collect()],
        read_more: "Read on".to_owned(),
        ..Material::default()
    }
}

/// A message keeps its limits and its link, or is refused for a reason.
fn survives(case: &Case<'_>, max: Option<usize>) -> Result<(), TestCaseError> {
    for part in case.parts() {
        for length in lengths(case.subject, part, "", max) {
            prop_assert!(length.max.is_none_or(|max| length.count <= max), "{:?}", length);
        }
    }
    let linked = case
        .parts()
        .iter()
        .any(|part| links_to(part, URL) || part.card.is_some());
    prop_assert!(case.message.is_err() || linked, "the link is gone");
    // A thread may be too long to be read, or have a word that cannot be parted; without the link in the text, no
    // beginning of the text may fit. Else a text is shortened, never refused for its length.
    let for_number = matches!(case.message, Err(ComposeError::TooMany { .. }));
    let may_be_refused = case.material.thread || case.material.place != LinkPlace::Text || for_number;
    prop_assert!(may_be_refused || case.message.is_ok(), "refused");
    Ok(())
}

/// Checks the material in every way; panics with the start of what went wrong, for these texts are long.
fn in_every_way(material: &Material, max: Option<usize>) {
    everywhere(material, max, |case| survives(case, max)).unwrap_or_else(|error| told(&error));
}

fn told(error: &TestCaseError) -> ! {
    panic!("{}", error.to_string().chars().take(2000).collect::<String>())
}

#[test]
fn very_long_texts_of_one_piece() {
    // Each piece on one network, and each network with some of the pieces.
    let subjects = subjects(None);
    for (no, piece) in PIECES.into_iter().enumerate() {
        let subject = &subjects[no % subjects.len()];
        let text = piece.repeat(LONG / piece.len());
        in_one_way(subject, &material(&text), &mut |case| survives(case, None)).unwrap_or_else(|error| told(&error));
    }
}

#[test]
fn long_texts_of_one_piece() {
    for piece in PIECES {
        in_every_way(&material(&piece.repeat(2000 / piece.len())), None);
    }
}

#[test]
fn short_texts_of_one_piece_where_there_is_hardly_room() {
    for piece in PIECES {
        for times in [1, 2, 7, 60] {
            in_every_way(&material(&piece.repeat(times)), Some(60));
        }
    }
}

#[test]
fn brackets_and_directions_nested_deeply() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("\u{2067}", "\u{2069}"),
        ("\u{202B}", "\u{202C}"),
        ("<", ">"),
        ("**", "**"),
    ] {
        let text = format!("a {}b{} c", open.repeat(1000), close.repeat(1000));
        in_every_way(&material(&text), None);
        let url = format!("a https://idhdp.org/{}b{} c", open.repeat(1000), close.repeat(1000));
        in_every_way(&material(&url), None);
    }
}

#[test]
fn thousands_of_hashtags_and_long_labels() {
    let hashtags: Vec<String> = (0..1000).map(|no| format!("tag{no}")).collect();
    in_every_way(
        &Material {
            hashtags,
            ..material("A summary.")
        },
        None,
    );
    let handles = Some("@a@b.org ".repeat(2000));
    in_every_way(
        &Material {
            handles,
            join: Some("join us ".repeat(2000)),
            ..material("A summary.")
        },
        None,
    );
}
