//! X's lengths: a table, and an independent definition. twitter-text's suite stands in `src/tests/twitter_text`.

use std::collections::HashSet;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::domain::entities::tests::properties::prose;

#[test]
fn what_is_no_known_emoji_counts_its_parts() {
    let table = [
        ("👩‍🚒", 2),
        ("👩🏽‍🚒", 2),
        ("🕵🏽‍♀️", 2),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2),
        ("🇺🇳", 2),
        ("©\u{FE0F}", 2),
        ("©", 1),
        ("7\u{20E3}", 2),
        // Younger than Unicode 11.
        ("🧑‍🚒", 5),
        ("🫱🏽", 4),
        ("🧑‍🤝‍🧑", 8),
        // Nothing that anyone draws as one.
        ("🇦🇦", 4),
        ("👨‍🍕", 5),
        ("👦‍👦", 5),
        ("🍕🏽", 4),
        ("🏴󠁧󠁢󠁿", 8),
        ("a\u{FE0F}", 3),
    ];
    for (text, expected) in table {
        assert_eq!(weighted(text), expected, "{text:?}");
    }
}

/// Every emoji of several code points, spelled out.
fn emoji() -> &'static HashSet<String> {
    static EMOJI: OnceLock<HashSet<String>> = OnceLock::new();
    EMOJI.get_or_init(|| {
        let tones = ["", "🏻", "🏼", "🏽", "🏾", "🏿"];
        let mut all = HashSet::new();
        for key in "#*0123456789".chars() {
            all.extend([format!("{key}\u{20E3}"), format!("{key}\u{FE0F}\u{20E3}")]);
        }
        for person in ["👨", "👩"] {
            for (tone, work) in tones.iter().flat_map(|tone| {
                let work = "⚕️ ⚖️ ✈️ 🌾 🍳 🎓 🎤 🎨 🏫 🏭 💻 💼 🔧 🔬 🚀 🚒 🦰 🦱 🦲 🦳";
                work.split(' ').map(move |work| (tone, work))
            }) {
                all.insert(format!("{person}{tone}\u{200D}{work}"));
            }
        }
        for parents in ["👨", "👩", "👨\u{200D}👨", "👨\u{200D}👩", "👩\u{200D}👩"] {
            for children in ["👦", "👧", "👦\u{200D}👦", "👧\u{200D}👦", "👧\u{200D}👧"] {
                all.insert(format!("{parents}\u{200D}{children}"));
            }
        }
        for (one, other) in [("👨", "👨"), ("👩", "👨"), ("👩", "👩")] {
            for between in ["❤️", "❤️\u{200D}💋"] {
                all.insert(format!("{one}\u{200D}{between}\u{200D}{other}"));
            }
        }
        all.extend(["❤️", "©️", "⚕️", "✌️", "🇨🇳", "🇨🇨", "🇳🇨", "🏳️", "🏳️\u{200D}🌈"].map(str::to_owned));
        for tone in &tones[1..] {
            all.extend(["👨", "👩", "👦", "👧", "👍", "✌", "✌️"].map(|person| format!("{person}{tone}")));
        }
        all
    })
}

/// The length by its definition: at each place the URL, else the longest emoji, else the code point.
fn slow(text: &str) -> usize {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned();
    let urls = urls(&text);
    let mut sum = 0;
    let mut at = 0;
    while at < text.len() {
        if let Some(url) = urls.iter().find(|url| url.start == at) {
            sum += 23;
            at = url.end;
            continue;
        }
        let ends = (at + 1..=text.len()).rev().filter(|&end| text.is_char_boundary(end));
        let near = ends.filter(|&end| end - at < 40);
        let mut known = near.filter(|&end| emoji().contains(&text[at..end]));
        if let Some(end) = known.next() {
            sum += 2;
            at = end;
            continue;
        }
        let c = text[at..].chars().next().unwrap();
        let light = matches!(c, '\0'..='\u{10FF}' | '\u{2000}'..='\u{200D}' | '\u{2010}'..='\u{201F}' | '\u{2032}'..='\u{2037}');
        sum += if light { 1 } else { 2 };
        at += c.len_utf8();
    }
    sum
}

/// Text of the emoji that the slow definition knows, whole and in pieces, and of no others.
fn emoji_soup() -> impl Strategy<Value = String> {
    "([👨👩👦👧❤💋🏽🏿✌👍©7#🇨🇳🚒🌾🦰⚕🏳🌈\u{200D}\u{FE0F}\u{20E3}]|👨\u{200D}👩\u{200D}|\u{200D}👧|❤\u{FE0F}\u{200D}|a[.]co|政|e\u{301}| ){0,12}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn lengths_are_those_of_the_definition(text in emoji_soup()) {
        prop_assert_eq!(weighted(&text), slow(&text), "{:?}", text);
    }

    #[test]
    fn any_text_has_a_length(text in prose()) {
        let length = weighted(&text);
        let composed = composed(&text).chars().count();
        let urls = urls(&composed_text(&text)).len();
        prop_assert!(length <= 2 * composed + 23 * urls);
        prop_assert_eq!(text.is_empty(), length == 0);
        // Twice the text with a space between: nothing reaches over it.
        prop_assert_eq!(weighted(&format!("{text} \n {text}")), weighted(&format!("{text} ")) + 1 + weighted(&format!(" {text}")));
    }
}

fn composed_text(text: &str) -> String {
    composed(text).into_owned()
}
