//! Hashtags and cashtags.

use super::chars::{is_letter, is_punctuation, is_space, is_tag};
use super::{Entity, Kind};

/// Longest cashtag, without what follows a `.` or `_`, in bytes.
const MAX_CASHTAG: usize = 6;

/// Hashtags, even those that are part of a URL.
pub(super) fn hashtags(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    // Where the last one ended: the next may not use what stands before.
    let mut floor = 0;
    for (at, sign) in text.match_indices(['#', '＃']) {
        if at < floor || !may_precede_hashtag(text[floor..at].chars().next_back(), at) {
            continue;
        }
        let from = at + sign.len();
        let rest = &text[from..];
        let tag = &rest[..rest.find(|c| !is_tag(c)).unwrap_or(rest.len())];
        // With these, the sign is an emoji.
        if tag.starts_with(['\u{FE0F}', '\u{20E3}']) || !tag.contains(is_letter) {
            continue;
        }
        floor = from + tag.len();
        let after = &text[floor..];
        if !after.starts_with(['#', '＃']) && !after.starts_with("://") {
            found.push(Entity {
                start: at,
                end: floor,
                kind: Kind::Hashtag,
            });
        }
    }
    found
}

fn may_precede_hashtag(before: Option<char>, at: usize) -> bool {
    before.map_or(at == 0, |c| {
        matches!(c, '\u{FE0E}' | '\u{FE0F}') || (c != '&' && !is_tag(c))
    })
}

/// Cashtags, even those that are part of a URL.
pub(super) fn cashtags(text: &str) -> Vec<Entity> {
    let free = |at: usize| at == 0 || text[..at].ends_with(is_space);
    let signs = text.match_indices('$').map(|(at, _)| at).filter(|&at| free(at));
    signs
        .filter_map(|start| {
            let end = start + 1 + cashtag(&text[start + 1..])?;
            Some(Entity {
                start,
                end,
                kind: Kind::Cashtag,
            })
        })
        .collect()
}

/// The length of the cashtag, without `$`, with which the text begins.
fn cashtag(text: &str) -> Option<usize> {
    let letters = |text: &str, max: usize| text.bytes().take(max).take_while(u8::is_ascii_alphabetic).count();
    let stem = Some(letters(text, MAX_CASHTAG)).filter(|&stem| stem > 0)?;
    let part = text[stem..].strip_prefix(['.', '_']).map_or(0, |rest| letters(rest, 2));
    let ends = |length: &usize| text[*length..].chars().next().is_none_or(is_end);
    let with_part = (part > 0).then_some(stem + 1 + part);
    with_part.into_iter().chain([stem]).find(ends)
}

/// What ends a cashtag.
fn is_end(c: char) -> bool {
    is_punctuation(c) || (c.is_whitespace() && c != '\u{85}') || c == '\u{FEFF}'
}
