//! X's lengths: the public suite, each group by its configuration, and what twitter-text 3.1.0 measured.

use super::suite;
use crate::domain::compose::{Weights, has_forbidden};

/// The configuration of a file of `conformance/twitter-text/config`, and the length that a post may have.
fn config(version: u32) -> Option<(Weights<'static>, usize)> {
    let json = suite::file(&format!("twitter-text/config/v{version}.json"))?;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let number = |value: &serde_json::Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let point = |value: &serde_json::Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let ranges: Vec<_> = json["ranges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|range| (point(&range["start"])..=point(&range["end"]), number(&range["weight"])))
        .collect();
    let config = Weights {
        scale: number(&json["scale"]),
        default_weight: number(&json["defaultWeight"]),
        ranges: ranges.leak(),
        url: number(&json["transformedURLLength"]),
        emoji: json["emojiParsingEnabled"].as_bool().unwrap_or(false),
    };
    Some((config, number(&json["maxWeightedTweetLength"])))
}

fn is_valid(text: &str, length: usize, max: usize) -> bool {
    (1..=max).contains(&length) && !has_forbidden(text)
}

/// Length, validity and share of the limit of each case of a group.
fn parses(group: &str, count: usize, version: u32) {
    let Some((config, max)) = config(version) else { return };
    suite::all(("validate", group), count, |case| {
        let length = config.length(case.text());
        let number = |key: &str| case.expected()[key].as_integer().map(|n| usize::try_from(n).unwrap());
        let expected = (
            number("weightedLength"),
            case.expected()["valid"].as_bool(),
            number("permillage"),
        );
        let found = (
            Some(length),
            Some(is_valid(case.text(), length, max)),
            Some(length * 1000 / max),
        );
        suite::same(&found, &expected)
    });
}

#[test]
fn the_public_suite() {
    parses("WeightedTweetsCounterTest", 20, 2);
    parses("WeightedTweetsWithDiscountedEmojiCounterTest", 22, 3);
    parses("UnicodeDirectionalMarkerCounterTest", 2, 3);
    parses("UnicodeDirectionalMarkerCounterTest", 2, 2);
}

/// These cases are of the time when every code point counted one.
#[test]
fn the_public_suite_of_posts_of_140_characters() {
    let Some((config, max)) = config(1) else { return };
    suite::all(("validate", "tweets"), 8, |case| {
        let valid = is_valid(case.text(), config.length(case.text()), max);
        suite::same(&Some(valid), &case.expected().as_bool())
    });
}

#[test]
fn what_x_uses_is_the_third_configuration() {
    let Some((config, _)) = config(3) else { return };
    let x = Weights::V3;
    assert_eq!(
        (
            config.scale,
            config.default_weight,
            config.ranges,
            config.url,
            config.emoji
        ),
        (x.scale, x.default_weight, x.ranges, x.url, x.emoji)
    );
}

#[test]
fn lengths_that_twitter_text_measured() {
    let Some(rows) = suite::file("measured/x-weighted-length-twitter-text-3.1.0.tsv") else {
        return;
    };
    let rows: Vec<&str> = rows.lines().filter(|row| !row.starts_with('#')).collect();
    for row in &rows {
        let columns: Vec<&str> = row.split('\t').collect();
        let [text, length, valid] = columns[..] else {
            panic!("{row}")
        };
        let text: String = serde_json::from_str(text).unwrap();
        assert_eq!(Weights::V3.length(&text).to_string(), length, "{text:?}");
        assert_eq!(
            is_valid(&text, Weights::V3.length(&text), 280).to_string(),
            valid,
            "{text:?}"
        );
    }
    println!("measured: {} of {}", rows.len(), rows.len());
    assert!(rows.len() > 20);
}
