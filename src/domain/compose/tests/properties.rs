//! Properties that hold for any material and every style.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::super::*;

fn styles() -> Vec<Style> {
    let limit = |unit, rule, max| Limit { unit, rule, max };
    let style = |limits, links, card| Style {
        links,
        card,
        tags: card,
        mentions: card,
        ..Style::plain(limits)
    };
    let (bare, labelled) = (LinkStyle::Bare, LinkStyle::Labelled);
    let mastodon = Rule::Mastodon { url_cost: 23 };
    let bluesky = vec![
        limit(Unit::Graphemes, Rule::Plain, Some(300)),
        limit(Unit::Bytes, Rule::Plain, Some(3000)),
    ];
    let narrow = vec![
        limit(Unit::Graphemes, Rule::Plain, Some(60)),
        limit(Unit::Bytes, Rule::Plain, Some(90)),
    ];
    vec![
        style(vec![limit(Unit::Graphemes, mastodon, Some(500))], bare, false),
        style(vec![limit(Unit::Graphemes, mastodon, Some(70))], bare, false),
        style(vec![limit(Unit::Codepoints, Rule::GoToSocial, Some(120))], bare, false),
        style(vec![limit(Unit::Graphemes, Rule::GoToSocial, Some(120))], bare, false),
        style(bluesky, labelled, true),
        style(narrow, labelled, true),
        style(vec![limit(Unit::Utf16, Rule::Plain, Some(100))], labelled, false),
        style(vec![limit(Unit::Weighted, Rule::Plain, Some(280))], bare, false),
        style(vec![limit(Unit::Threads, Rule::Plain, Some(100))], bare, true),
        style(vec![limit(Unit::Codepoints, Rule::Plain, None)], labelled, false),
        style(vec![], bare, true),
    ]
}

/// Words that matter to the composer, between anything at all.
fn prose() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        3 => any::<String>(),
        6 => "[a-zA-Z]{1,9}[.,!?]?",
        2 => "[\u{4E00}-\u{4E40}。，]{1,12}",
        2 => "[\u{620}-\u{64A}؟]{1,8}",
        1 => "[\u{900}-\u{94D}।]{1,8}",
        2 => "[👨👩👧\u{200D}\u{FE0F}🏽🇨🇳❤e\u{301}]{1,9}",
        1 => "[\u{202A}-\u{202E}\u{2066}-\u{2069}\u{200F}\n\r\t]{1,3}",
        2 => "[(]?https?://[a-z]{1,6}[.][a-z]{2,3}(/[a-z().,?=@#]{0,20})?[).,]{0,2}",
        2 => "[@#]{1,2}[a-z0-9_]{1,5}([@.][a-z]{1,4}){0,2}",
    ];
    prop::collection::vec(
        (word, prop_oneof![4 => Just(" "), 1 => Just(""), 1 => Just("\n\n")]),
        0..60,
    )
    .prop_map(|words| {
        words
            .into_iter()
            .flat_map(|(word, gap)| [word, gap.to_owned()])
            .collect()
    })
}

prop_compose! {
    fn materials()(
        title in prop::option::of(prose()),
        summary in prop::option::of(prose()),
        url in prop::option::weighted(0.8, prop_oneof![4 => "https://[a-z]{1,8}[.]org/[a-z0-9/?=&().-]{0,60}", 1 => any::<String>()]),
        hashtags in prop::collection::vec(prop_oneof!["#?[a-zA-Z ]{0,12}", any::<String>()], 0..6),
        read_more in prop_oneof![Just("Read the full article".to_owned()), Just(String::new()), any::<String>()],
        handles in prop::option::of(prose()),
        join in prop::option::of(prose()),
        own_text in prop::option::weighted(0.2, prose()),
        warning in prop::option::weighted(0.2, "\\PC{0,30}"),
    ) -> Material {
        Material { title, summary, url, hashtags, read_more, handles, join, own_text, warning, ..Material::default() }
    }
}

/// Counts anew: with the segmenter over the whole text, and Mastodon's concessions by splitting at spaces.
fn at_least(text: &str, warning: &str, limit: &Limit) -> usize {
    let of = |text: &str| match limit.unit {
        Unit::Graphemes => text.graphemes(true).count(),
        Unit::Codepoints => text.chars().count(),
        Unit::Utf16 => text.encode_utf16().count(),
        Unit::Bytes => text.len(),
        // Lower bounds: these two have no second counter here. A word without a dot holds no URL.
        Unit::Weighted => text
            .split_whitespace()
            .filter(|word| !word.contains('.'))
            .map(|word| word.graphemes(true).count())
            .sum(),
        Unit::Threads => text.graphemes(true).count(),
    };
    match limit.rule {
        Rule::Plain => of(text),
        Rule::GoToSocial => of(text) + of(warning),
        Rule::Mastodon { .. } => {
            // Every word that has no part of a concession counts in full.
            let sure = |word: &&str| !word.contains("://") && !word.contains('@');
            text.split_whitespace().filter(sure).map(of).sum()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_message_exceeds_a_limit_and_the_link_is_whole(material in materials()) {
        for style in styles() {
            let Ok(message) = compose(&material, &style) else { continue };
            let part = &message.parts[0];
            let warning = material.warning.as_deref().unwrap_or_default();
            prop_assert!(!part.text.is_empty());
            prop_assert_eq!(part.lengths.len(), style.limits.len());
            for (length, limit) in part.lengths.iter().zip(&style.limits) {
                prop_assert_eq!(*length, count(&part.text, Some(warning), limit));
                prop_assert_eq!(length.excess(), 0);
                prop_assert!(at_least(&part.text, warning, limit) <= limit.max.unwrap_or(usize::MAX));
                if limit.rule == Rule::Plain && !matches!(limit.unit, Unit::Weighted | Unit::Threads) {
                    prop_assert_eq!(at_least(&part.text, warning, limit), length.count);
                }
            }
            let url = clean::url(material.url.as_deref().unwrap_or_default());
            let spanned = part.spans.iter().any(|span| span.target == Target::Link(url.clone()));
            let held = url::Url::parse(&url).ok().filter(|_| material.own_text.is_some());
            let equal = held.is_some_and(|url| part.text.split_whitespace().any(|word| {
                word.match_indices("http").any(|(at, _)| (at..=word.len()).filter(|&end| word.is_char_boundary(end))
                    .any(|end| url::Url::parse(&word[at..end]).is_ok_and(|found| found == url)))
            }));
            prop_assert!(url.is_empty() || part.text.contains(&url) || spanned || equal, "{} in {:?}", url, part);
        }
    }

    #[test]
    fn blocks_go_in_order_and_only_when_they_must(material in materials()) {
        let order = [Dropped::Join, Dropped::Handles, Dropped::Hashtags, Dropped::Summary];
        for style in styles() {
            let Ok(message) = compose(&material, &style) else { continue };
            prop_assert!(message.dropped.is_sorted() && message.dropped.windows(2).all(|w| w[0] != w[1]));
            prop_assert_eq!(message.dropped.is_empty(), message.over == 0);
            let mut blocks = Blocks::of(&material);
            blocks.link = Link::of(&material, &style);
            let has = [blocks.join.is_some(), blocks.handles.is_some(), !blocks.hashtags.is_empty(), true];
            if let Some(last) = message.dropped.last() {
                for (block, _) in order.iter().zip(has).take_while(|(block, _)| *block != last).filter(|(_, has)| *has) {
                    prop_assert!(message.dropped.contains(block), "{:?} stayed, {:?} went", block, last);
                }
            }
            if message.dropped.is_empty() && material.own_text.is_none() {
                prop_assert_eq!(&message.parts[0].text, &blocks.text(&blocks.summary, blocks.all()));
            }
        }
    }

    #[test]
    fn spans_stand_around_exactly_their_text(material in materials()) {
        for style in styles() {
            let Ok(message) = compose(&material, &style) else { continue };
            let part = &message.parts[0];
            let label = clean::line(&material.read_more);
            let label = label.trim_end_matches([':', '：', ' ']);
            let url = clean::url(material.url.as_deref().unwrap_or_default());
            let mut end = 0;
            for span in &part.spans {
                prop_assert!(end <= span.start && span.start < span.end, "{:?}", part);
                end = span.end;
                let Some(shown) = part.text.get(span.start..span.end) else {
                    return Err(TestCaseError::fail(format!("not on characters: {part:?}")));
                };
                match &span.target {
                    Target::Tag(tag) => prop_assert!(style.tags && shown.strip_prefix(['#', '＃']) == Some(tag.as_str())),
                    Target::Mention(handle) => prop_assert!(style.mentions && shown.strip_prefix('@') == Some(handle.as_str())),
                    Target::Link(to) => prop_assert!(
                        style.links == LinkStyle::Labelled && (shown == to || *to == url && shown == label
                            || url::Url::parse(shown).ok() == url::Url::parse(to).ok())
                    ),
                }
            }
        }
    }

    #[test]
    fn composing_twice_and_cleaning_twice_change_nothing(material in materials()) {
        for style in styles() {
            let message = compose(&material, &style);
            prop_assert_eq!(&message, &compose(&material, &style));
            if let Ok(message) = message {
                let text = &message.parts[0].text;
                prop_assert_eq!(&clean::text(text), text);
            }
        }
    }

    #[test]
    fn a_shortened_summary_is_a_beginning_of_it(summary in prose(), max in 1_usize..120) {
        let summary = clean::text(&summary);
        let fits = |text: &str| Unit::Graphemes.measure(text) <= max;
        prop_assume!(!fits(&summary));
        if let Some(short) = shorten::shorten(&summary, fits) {
            prop_assert!(fits(&short) && !short.is_empty());
            let visible = |text: &str| text.chars().filter(|c| !chars::is_bidi_control(*c)).collect::<String>();
            let kept = visible(short.trim_end_matches('…').trim_end());
            prop_assert!(visible(&summary).starts_with(&kept), "{:?} of {:?}", short, summary);
        }
    }

    #[test]
    fn counting_agrees_with_the_segmenter(text in prose()) {
        prop_assert_eq!(Unit::Graphemes.measure(&text), text.graphemes(true).count());
    }

    #[test]
    fn mastodon_never_counts_more_than_in_full_and_urls(text in prose(), warning in any::<String>()) {
        let limit = Limit { unit: Unit::Graphemes, rule: Rule::Mastodon { url_cost: 23 }, max: None };
        let full = Unit::Graphemes.measure(&format!("{warning}{text}"));
        let addresses = text.matches("://").count();
        prop_assert!(count(&text, Some(&warning), &limit).count <= full + 23 * addresses);
    }
}
