//! Properties that hold for any text.

use proptest::prelude::*;

use super::super::chars::{is_host, may_precede_url};
use super::super::*;

/// Words that matter to the search, glued together or not.
pub(in crate::domain) fn prose() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        2 => any::<String>(),
        4 => "[a-zA-Z]{1,9}[.,!?]?",
        3 => "[政策す。]{1,4}",
        2 => "[иéß\u{301}ι]{1,3}",
        2 => "[👨👩👦\u{200D}\u{FE0F}🏽🇨🇳❤1#*\u{20E3}]{1,6}",
        2 => "[-_.@＠#＃$/:\"`'()&+\u{202A}\u{200F}\u{FEFF}\n]{1,3}",
        3 => "(https?://)?([a-z政é_-]{1,4}[.]){1,4}(com|org|co|みんな|xn--a|zz)(:8[0-9])?(/[a-z().,?=@#é]{0,9})?",
        2 => "https?://t[.]co/[a-z0-9]{0,44}([?][a-z]=[a-z]!)?",
        3 => "(RT|rt:)?[@＠]{1,2}[a-z0-9_]{1,22}(/[a-z0-9-]{0,5})?",
        3 => "[#＃][a-z0-9_é政]{1,5}",
        2 => "[$][a-zA-Z]{1,7}([._][a-z]{1,3})?",
    ];
    prop::collection::vec((word, prop_oneof![2 => Just(" "), 2 => Just("")]), 0..12).prop_map(|words| {
        words
            .into_iter()
            .flat_map(|(word, gap)| [word, gap.to_owned()])
            .collect()
    })
}

/// Where the first host ends that begins at this place, by trying.
fn slow_host(text: &str, at: usize) -> Option<usize> {
    let stretch = text[at..]
        .find(|c| !(matches!(c, '.' | '-' | '_') || is_host(c)))
        .map_or(text.len(), |n| at + n);
    let dots: Vec<usize> = text[at..stretch].match_indices('.').map(|(n, _)| at + n).collect();
    let whole = |label: &str| label.starts_with(is_host) && label.ends_with(is_host);
    dots.iter().rev().find_map(|&dot| {
        let labels: Vec<&str> = text[at..dot].split('.').collect();
        let good = labels.iter().all(|label| whole(label)) && !labels.last()?.contains('_');
        tld::leading(&text[dot + 1..]).filter(|_| good).map(|tld| dot + 1 + tld)
    })
}

/// The first host that a search from `floor` meets, with the place where it begins: each place is tried in turn.
fn slow_next(text: &str, floor: usize) -> Option<(usize, usize)> {
    let places = text[floor..].char_indices().map(|(n, c)| (floor + n, c));
    let mut places = places;
    places.find_map(|(at, c)| {
        let behind = at + c.len_utf8();
        let there = if may_precede_url(c) {
            slow_host(text, behind).map(|end| (behind, end))
        } else {
            None
        };
        // At the start, and between the halves of a character.
        let here = || {
            if at == 0 || c.len_utf16() == 2 {
                slow_host(text, at).map(|end| (at, end))
            } else {
                None
            }
        };
        if c.len_utf16() == 2 {
            here().or(there)
        } else {
            there.or_else(here)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn entities_are_sorted_and_apart(text in prose()) {
        let mut end = 0;
        for entity in entities(&text) {
            prop_assert!(end <= entity.start && entity.start < entity.end);
            end = entity.end;
            let shown = text.get(entity.start..entity.end);
            prop_assert!(shown.is_some(), "not on characters: {:?}", entity);
            let shown = shown.unwrap_or_default();
            match entity.kind {
                Kind::Url => prop_assert!(shown.contains('.')),
                Kind::Mention | Kind::List => prop_assert!(shown.starts_with(['@', '＠'])),
                Kind::Hashtag => prop_assert!(shown.starts_with(['#', '＃'])),
                Kind::Cashtag => prop_assert!(shown.starts_with('$')),
            }
            prop_assert_eq!(entity.kind == Kind::List, matches!(entity.kind, Kind::Mention | Kind::List) && shown.contains('/'));
        }
    }

    #[test]
    fn hosts_are_those_that_trying_every_place_finds(text in prose()) {
        let mut slow = Vec::new();
        let mut floor = 0;
        while let Some((start, end)) = slow_next(&text, floor) {
            slow.push((start, end));
            floor = end;
        }
        prop_assert_eq!(hosts::all(&text), slow);
    }
}
