//! Threads: no part too long or too short, nothing lost, the link first and the call to action last, numbered.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::counter::lengths;
use super::texts::{bones, prose};
use super::{Case, everywhere, links_to};
use crate::domain::compose::{ComposeError, LinkPlace, Material, Part};

const URL: &str = "https://idhdp.org/a";
const JOIN: &str = "Join us";

fn material(summary: String, own: bool) -> Material {
    let (summary, own_text) = if own {
        (None, Some(summary))
    } else {
        (Some(summary), None)
    };
    Material {
        summary,
        own_text,
        url: Some(URL.to_owned()),
        hashtags: vec!["DrugPolicy".to_owned(), "Health".to_owned()],
        read_more: "Read on".to_owned(),
        handles: Some("Comments? @idhdp".to_owned()),
        join: Some(JOIN.to_owned()),
        ..Material::default()
    }
}

/// What a part says: without its number, and in the first without the link.
fn said<'a>(case: &Case<'_>, part: &'a Part, no: usize, total: usize) -> Result<&'a str, TestCaseError> {
    let mut text = part.text.as_str();
    if no == 0 && case.material.place == LinkPlace::Text {
        let line = text.rsplit_once("\n\n").map_or(text, |(_, line)| line);
        prop_assert!(
            line.starts_with("Read on") && links_to(part, URL),
            "the link is not at the end of the first"
        );
        text = text.strip_suffix(line).unwrap_or_default().trim_end();
    }
    let number = format!("({}/{total})", no + 1);
    let unnumbered = text.strip_suffix(number.as_str());
    prop_assert!(unnumbered.is_some(), "no number {} at the end of {:?}", number, text);
    Ok(unnumbered.unwrap_or_default().trim_end())
}

/// Whether a text begins with what is never parted: an address, a handle, a hashtag, a sign that belongs to no word.
fn begins_whole(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    let joins = format!(" {word}").graphemes(true).next() != Some(" ");
    joins || !word.starts_with(char::is_alphanumeric) || word.contains("://") || word.contains(['@', '#', '＠', '＃'])
}

fn check(case: &Case<'_>, text: &str, max: usize) -> Result<(), TestCaseError> {
    let parts = case.worded();
    let total = parts.len();
    if !case.material.thread || total < 2 {
        return Ok(());
    }
    prop_assert_eq!(case.has_comment(), case.material.place == LinkPlace::FirstComment);
    let all: Result<Vec<&str>, _> = parts
        .iter()
        .enumerate()
        .map(|(no, part)| said(case, part, no, total))
        .collect();
    let all = all?;
    let whole = match &case.material.own_text {
        Some(_) => bones(text),
        None => bones(&format!("{text} #DrugPolicy #Health Comments? @idhdp {JOIN}")),
    };
    prop_assert_eq!(
        all.iter().map(|said| bones(said)).collect::<String>(),
        whole,
        "something is lost"
    );
    if case.material.own_text.is_none() {
        let last = bones(all[total - 1]);
        prop_assert!(
            last.ends_with(&bones(JOIN)) || bones(JOIN).ends_with(&last),
            "the join line is not last"
        );
    }
    for (no, part) in parts.iter().enumerate() {
        let counted = lengths(case.subject, part, case.warning(), Some(max));
        let fills = counted
            .iter()
            .any(|length| length.max.is_some_and(|max| length.count * 5 >= max));
        let sure = counted.iter().all(|length| length.exact);
        let may_be_short = no + 1 == total || !sure || begins_whole(all[no + 1]);
        prop_assert!(fills || may_be_short, "part {} is short: {:?}", no + 1, counted);
        prop_assert!(
            counted
                .iter()
                .all(|length| length.max.is_none_or(|max| length.count <= max))
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(35))]

    #[test]
    fn nothing_is_lost_in_a_thread_and_no_part_is_too_long_or_too_short(
        text in prose(10..120),
        own in any::<bool>(),
        max in 80_usize..500,
    ) {
        everywhere(&material(text.clone(), own), Some(max), |case| check(case, &text, max))?;
    }

    #[test]
    fn ordinary_prose_is_never_refused(
        words in prop::collection::vec(prop_oneof![
            8 => "[a-zA-Z]{1,12}[.!?,]?",
            2 => "[\u{4E00}-\u{4E40}]{1,30}[。，]",
            2 => "[\u{620}-\u{64A}]{1,8}[؟،]?",
        ], 10..150),
        max in 150_usize..500,
    ) {
        let text = words.join(" ");
        everywhere(&material(text.clone(), false), Some(max), |case| {
            let refused = matches!(&case.message, Err(error) if !matches!(error, ComposeError::TooMany { .. }));
            prop_assert!(!refused);
            check(case, &text, max)
        })?;
    }
}
