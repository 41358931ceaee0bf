//! Mentions of people and of their lists.

use super::chars::is_accented;
use super::{Entity, Kind};

/// Longest name that is linked, in bytes.
const MAX_NAME: usize = 20;
/// Longest name of a list, in bytes.
const MAX_LIST: usize = 25;

pub(super) fn mentions_or_lists(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    // Where the last one ended: the next may not use what stands before.
    let mut floor = 0;
    for (at, sign) in text.match_indices(['@', '＠']) {
        if at < floor || !may_begin(text, floor, at) {
            continue;
        }
        let from = at + sign.len();
        let name = name(&text[from..]);
        if name == 0 {
            continue;
        }
        let list = list(&text[from + name..]);
        floor = from + name + list;
        if !is_spoiled(&text[floor..]) {
            let kind = if list > 0 { Kind::List } else { Kind::Mention };
            found.push(Entity {
                start: at,
                end: floor,
                kind,
            });
        }
    }
    found
}

/// The name to which a text is a reply: it begins with its mention.
#[cfg(test)]
pub(super) fn reply(text: &str) -> Option<&str> {
    let rest = text
        .trim_start_matches(super::chars::is_space)
        .strip_prefix(['@', '＠'])?;
    let (name, after) = rest.split_at(name(rest));
    (!name.is_empty() && !is_spoiled(after)).then_some(name)
}

/// Whether a mention may begin at the sign: behind something that is no part of a word, or behind "RT".
fn may_begin(text: &str, floor: usize, at: usize) -> bool {
    let before = &text[floor..at];
    let Some(last) = before.chars().next_back() else {
        return at == 0;
    };
    if !is_word(last) && !matches!(last, '!' | '#' | '$' | '%' | '&' | '*' | '@' | '＠') {
        return true;
    }
    let Some((rest, _)) = before
        .split_at_checked(before.len().saturating_sub(2))
        .filter(|(_, rt)| rt.eq_ignore_ascii_case("rt"))
    else {
        return false;
    };
    match rest.chars().next_back() {
        Some(c) => !is_word(c) && !matches!(c, '+' | '~' | '.' | '-'),
        None => floor == 0,
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of the name with which the text begins; what is too long is cut off.
fn name(text: &str) -> usize {
    text.chars().take(MAX_NAME).take_while(|&c| is_word(c)).count()
}

/// The length of the slash and the name of a list with which the text begins; 0 if there is none.
fn list(text: &str) -> usize {
    let Some(list) = text
        .strip_prefix('/')
        .filter(|list| list.starts_with(|c: char| c.is_ascii_alphabetic()))
    else {
        return 0;
    };
    1 + list
        .chars()
        .take(MAX_LIST)
        .take_while(|&c| is_word(c) || c == '-')
        .count()
}

/// Whether what follows shows that it was no mention: an address of e-mail, a longer word, a URL.
fn is_spoiled(after: &str) -> bool {
    after.starts_with(['@', '＠']) || after.starts_with(is_accented) || after.starts_with("://")
}
