//! How long each network finds a part: slow, plain counting.

use unicode_segmentation::UnicodeSegmentation;

use super::Subject;
use crate::domain::compose::{Part, Unit, count, write};

/// A length, and whether it is the length or only a lower bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) count: usize,
    pub(super) exact: bool,
    pub(super) unit: Unit,
    pub(super) max: Option<usize>,
}

fn exactly(count: usize, unit: Unit, max: usize) -> Counted {
    Counted {
        count,
        exact: true,
        unit,
        max: Some(max),
    }
}

/// The part by every limit of the network. `max`: what the server allows, in place of the network's default.
pub(super) fn lengths(subject: &Subject, part: &Part, warning: &str, max: Option<usize>) -> Vec<Counted> {
    let text = part.text.as_str();
    let of = |default: usize| max.unwrap_or(default);
    let written = write(text, &part.spans, subject.style.markup);
    let utf16 = |text: &str| text.encode_utf16().count();
    match (subject.network.name(), subject.software) {
        ("mastodon", "gotosocial") => {
            let all = text.chars().count() + warning.chars().count();
            vec![exactly(all, Unit::Codepoints, of(5000))]
        }
        ("mastodon", "pleroma") => vec![exactly(graphemes(text) + graphemes(warning), Unit::Graphemes, of(5000))],
        ("mastodon", _) => vec![mastodon(text, warning, of(500))],
        ("bluesky", _) => vec![
            exactly(graphemes(text), Unit::Graphemes, of(300)),
            exactly(text.len(), Unit::Bytes, 3000),
        ],
        ("threads", _) => vec![threads(text, of(500))],
        ("facebook", _) => vec![exactly(utf16(text), Unit::Utf16, of(63_206))],
        ("instagram", _) => vec![exactly(utf16(text), Unit::Utf16, of(2200))],
        ("telegram", _) => vec![exactly(utf16(text), Unit::Utf16, of(4096))],
        ("linkedin", _) => vec![exactly(utf16(&written), Unit::Utf16, of(3000))],
        ("discord", _) => vec![exactly(written.chars().count(), Unit::Codepoints, of(2000))],
        ("slack", _) => vec![exactly(written.chars().count(), Unit::Codepoints, of(40_000))],
        // X's weights have tests of their own, against X's own cases.
        ("x", _) => {
            let count = subject
                .style
                .limits
                .first()
                .map_or(0, |limit| count(text, None, limit).count);
            vec![exactly(count, Unit::Weighted, of(280))]
        }
        ("webhook" | "feed", _) => vec![Counted {
            max: None,
            ..exactly(graphemes(text), Unit::Graphemes, 0)
        }],
        (other, _) => panic!("how does {other} count?"),
    }
}

fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// Graphemes of warning and text; an address that is beyond doubt counts 23, `@user@domain` as `@user`. What may or may
/// not be one of these is left out, so that a lower bound remains.
fn mastodon(text: &str, warning: &str, max: usize) -> Counted {
    let mut counted = warning.to_owned();
    let mut exact = true;
    let mut word = String::new();
    for c in text.chars().map(Some).chain([None]) {
        match c {
            Some(c) if !c.is_whitespace() => word.push(c),
            space => {
                if is_address(&word) {
                    counted.push_str(&"x".repeat(23));
                } else if let Some(user) = user_of(&word) {
                    counted.push_str(user);
                } else if word.contains("://") || word.contains('@') {
                    exact = false;
                } else {
                    counted.push_str(&word);
                }
                counted.extend(space);
                word.clear();
            }
        }
    }
    Counted {
        exact,
        ..exactly(graphemes(&counted), Unit::Graphemes, max)
    }
}

/// `https://name.org/path` of plain letters: an address for everyone.
fn is_address(word: &str) -> bool {
    let Some(rest) = word.strip_prefix("https://") else {
        return false;
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: char| c.is_ascii_lowercase();
    host.strip_suffix(".org")
        .is_some_and(|name| !name.is_empty() && name.chars().all(plain))
        && path.chars().all(|c| plain(c) || c == '/')
        && word.len() <= 4096
}

/// `@user` of `@user@domain` in plain letters.
fn user_of(word: &str) -> Option<&str> {
    let (user, domain) = word.strip_prefix('@')?.split_once('@')?;
    let plain = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
    let (name, top) = domain.split_once('.')?;
    (plain(user) && plain(name) && plain(top)).then(|| &word[..=user.len()])
}

/// Code points; an emoji as many as its UTF-8 bytes.
fn threads(text: &str, max: usize) -> Counted {
    let mut exact = true;
    let cost = |cluster: &str| {
        if cluster.contains('\u{FE0F}') || cluster.chars().any(is_surely_emoji) {
            return cluster.len();
        }
        exact &= !cluster.chars().any(may_be_emoji);
        cluster.chars().count()
    };
    let count = text.graphemes(true).map(cost).sum();
    Counted {
        exact,
        ..exactly(count, Unit::Threads, max)
    }
}

/// Ranges in which everything is shown as an emoji.
fn is_surely_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x2705 | 0x1F1E6..=0x1F1FF | 0x1F3FB..=0x1F43E | 0x1F442..=0x1F4FC | 0x1F600..=0x1F64F)
}

/// Blocks in which some are.
fn may_be_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x2300..=0x2BFF | 0x1F000..=0x1FFFF)
}

#[test]
fn the_plain_counting_agrees_with_published_examples() {
    let count = |text: &str| mastodon(text, "", 500);
    assert_eq!(count("see https://idhdp.org/a").count, 27);
    assert_eq!(count("@ana@example.org hi").count, 7);
    assert!(!count("(https://idhdp.org)").exact);
    assert_eq!(threads("ab毒", 500).count, 3);
    assert_eq!(threads("😀", 500).count, 4);
    assert_eq!(threads("e\u{301}", 500).count, 2);
}
