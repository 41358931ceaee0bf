//! Materials: words of many scripts, and whatever a person may paste.

use proptest::prelude::*;

use crate::domain::compose::Material;

/// Labels of the link as organisations write them, and two that look like markup.
const LABELS: [&str; 9] = [
    "Read the full article",
    "Lire l’article complet :",
    "اقرأ المقال كاملًا",
    "阅读全文",
    "阅读全文：",
    "Weiterlesen:",
    "",
    "[click](me) <b> *a* _b_ `c` &amp; |",
    "# no heading",
];

/// Words that matter to the composer, between anything at all.
pub(super) fn prose(words: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        2 => any::<String>(),
        8 => "[a-zA-Zäéñßœ]{1,9}[.,!?;:]?",
        2 => "[\u{4E00}-\u{4E40}。，！？「」]{1,12}",
        2 => "[\u{620}-\u{64A}\u{6F0}-\u{6F9}؟،؛]{1,8}",
        1 => "[\u{5D0}-\u{5EA}\"׳]{1,8}",
        1 => "[\u{900}-\u{94D}।]{1,8}",
        1 => "[\u{E01}-\u{E3A}\u{E40}-\u{E4E}]{1,10}",
        1 => "[\u{AC00}-\u{AC40}\u{1100}-\u{1112}\u{1161}-\u{1175}]{1,6}",
        2 => "[👨👩👧\u{200D}\u{FE0F}🏽🇨🇳❤✅😀e\u{301}]{1,9}",
        1 => "[a-z][\u{300}-\u{36F}]{1,40}",
        1 => "[\u{202A}-\u{202E}\u{2066}-\u{2069}\u{200E}\u{200F}\u{0}\u{B}\r\t]{1,3}",
        2 => "[(\\[<«]?https?://[a-z]{1,6}[.][a-z]{2,3}(/[a-z().,?=@#_*~|&]{0,20})?[).,\\]>»]{0,2}",
        1 => "https://[\u{3041}-\u{3060}]{1,4}[.]jp/[\u{4E00}-\u{4E10}a-z]{0,6}",
        3 => "[@#＃]{1,2}[a-z0-9_\u{4E00}-\u{4E10}]{1,5}([@.][a-z]{1,4}){0,2}",
        3 => "[-*_~`|<>\\[\\](){}#@&\\\\!]{1,4}[a-z]{0,3}",
        1 => "(\n|\n\n)( {0,3})(- |# |## |> |>>> |-# |[*] |1[.] )",
        1 => "[«“„][\u{A0}\u{202F}]?[a-z]{1,6}[.!?]?[\u{A0}\u{202F}]?[»”]",
        1 => "[a-z]{60,700}",
    ];
    let gap = prop_oneof![8 => Just(" "), 1 => Just(""), 1 => Just("\u{A0}"), 1 => Just("\n\n"), 1 => Just("\n")];
    prop::collection::vec((word, gap), words)
        .prop_map(|words| words.iter().flat_map(|(w, g)| [w.as_str(), g]).collect())
}

/// Addresses as `add` takes them: http or https, no spaces, no control characters.
pub(super) fn addresses() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => "https://[a-z]{1,8}[.]org/[a-z0-9/?=&().-]{0,60}",
        1 => "https?://[a-z]{1,8}[.]org/[a-z_*~|()<>\\[\\]{}'\"#&%@!$^`\\\\-]{1,20}",
        1 => "https://[\u{3041}-\u{3060}]{1,4}[.]jp/[\u{4E00}-\u{4E10}a-z]{0,6}",
        1 => "HTTPS://[A-Z]{1,8}[.]Org(/[a-zA-Z]{1,4})?[.]?",
        1 => "https://[a-z]{1,8}[.]org/[a-z/]{150,1500}",
    ]
}

prop_compose! {
    fn spoken(words: usize)(
        title in prop::option::of(prose(0..8)),
        summary in prop::option::weighted(0.9, prose(0..words)),
        hashtags in prop::collection::vec(prop_oneof![3 => "#?[a-zA-Z_ ]{1,12}", 1 => "[\u{4E00}-\u{4E40}\u{620}-\u{64A}]{1,6}", 1 => any::<String>()], 0..6),
        handles in prop::option::of(prop_oneof![3 => Just("Comments? @idhdp".to_owned()), 1 => prose(1..12)]),
        join in prop::option::of(prop_oneof![3 => Just("Doctors can lead the way – join IDHDP now".to_owned()), 1 => prose(1..12)]),
        read_more in prop::sample::select(&LABELS),
        warning in prop::option::weighted(0.2, "\\PC{0,30}"),
    ) -> Material {
        Material { title, summary, hashtags, handles, join, read_more: read_more.to_owned(), warning, ..Material::default() }
    }
}

prop_compose! {
    /// Anything that a post may be made from. One in six has a text of the channel's own, which may hold the address.
    pub(super) fn materials(words: usize)(
        material in spoken(words),
        url in prop::option::weighted(0.8, addresses()),
        own in prop::option::weighted(0.17, (prose(0..20), any::<bool>(), prop::sample::select(&[" ", "\n", " (", "：", ""][..]), prose(0..20))),
    ) -> Material {
        let own_text = own.map(|(before, holds, gap, after)| match &url {
            Some(url) if holds => format!("{before}{gap}{url} {after}"),
            _ => format!("{before} {after}"),
        });
        Material { url, own_text, ..material }
    }
}

/// What the networks' servers allow: their default, or so little that most texts are too long.
pub(super) fn limits() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![1 => Just(None), 3 => (60_usize..500).prop_map(Some)]
}

/// Letters and digits: what stays of a text whatever is done to its spaces and invisible characters.
pub(super) fn bones(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
