//! What leads somewhere: addresses, accounts, hashtags.
//!
//! Two ways of looking, because a proposal is shown on many networks: what one of them links, and what is written like
//! an address, whether its top level domain is there or not.

use super::{Unfit, told};
use crate::domain::entities::{Kind, entities, tld};

/// The first that is found. The name of a host passes where the title has it: then it is what the article is about
/// (`Booking.com fined`), and readers see it anyway.
pub(super) fn find(text: &str, title: &str) -> Option<Unfit> {
    let title = title.to_lowercase();
    let is_known = |host: &str| {
        let host = host.to_lowercase();
        title
            .split(|c: char| !is_of_host(c))
            .any(|run| run.trim_matches(|c: char| !c.is_alphanumeric()) == host)
    };
    text.split_whitespace()
        .find_map(|word| written(word, &is_known))
        .or_else(|| linked(text, &is_known))
}

/// What networks link.
fn linked(text: &str, is_known: &dyn Fn(&str) -> bool) -> Option<Unfit> {
    entities(text).into_iter().find_map(|entity| {
        let piece = text.get(entity.start..entity.end).unwrap_or_default();
        match entity.kind {
            Kind::Url if is_known(piece) => None,
            Kind::Url => Some(Unfit::Address(told(piece))),
            Kind::Mention | Kind::List => Some(Unfit::Handle(told(piece))),
            Kind::Hashtag | Kind::Cashtag => Some(Unfit::Hashtag(told(piece))),
        }
    })
}

/// What is written like something that leads elsewhere, in one word.
fn written(word: &str, is_known: &dyn Fn(&str) -> bool) -> Option<Unfit> {
    let lower = word.to_lowercase();
    if lower.contains("://") || lower.contains("www.") || lower.starts_with("mailto:") {
        return Some(Unfit::Address(told(bare(word))));
    }
    if word.contains(['@', '＠']) {
        return Some(Unfit::Handle(told(bare(word))));
    }
    let tagged = word.split(['#', '＃']).skip(1);
    if tagged.into_iter().any(|tag| tag.starts_with(char::is_alphabetic)) {
        return Some(Unfit::Hashtag(told(bare(word))));
    }
    // Brackets are put around the stop of an address that is not to be linked.
    let opened = ["[.]", "(.)", "{.}"]
        .iter()
        .fold(lower, |word, stop| word.replace(stop, "."));
    let host = opened
        .split(|c: char| !is_of_host(c))
        .map(|run| run.trim_matches(|c: char| !c.is_alphanumeric()))
        .find(|run| is_host(run))?;
    let has_path = opened
        .split_once(host)
        .is_some_and(|(_, rest)| rest.starts_with(['/', ':']) && rest.len() > 1);
    (has_path || !is_known(host)).then(|| Unfit::Address(told(bare(word))))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '＠' | '#' | '＃'))
}

fn is_of_host(c: char) -> bool {
    c.is_alphanumeric() || is_dot(c) || matches!(c, '-' | '_' | '\u{200C}' | '\u{200D}')
}

/// Also those that browsers take for a stop. The ideographic one ends sentences, so it is none here.
fn is_dot(c: char) -> bool {
    matches!(c, '.' | '．' | '｡')
}

/// Whether one of its stops stands between a letter or digit and ASCII letters: `evil.example`; no abbreviation (`U.S.`,
/// `a.m.`), no number. In other scripts stops stand within words too; there it must be one of the root's names that
/// follows.
fn is_host(run: &str) -> bool {
    let mut stops = run.char_indices().filter(|&(_, c)| is_dot(c));
    stops.any(|(at, stop)| {
        let (before, after) = (run.get(..at), run.get(at + stop.len_utf8()..));
        before.is_some_and(|before| before.ends_with(char::is_alphanumeric)) && after.is_some_and(begins_with_top)
    })
}

fn begins_with_top(text: &str) -> bool {
    // Two letters are enough: scripts without spaces go on right behind a name.
    text.bytes().take_while(u8::is_ascii_alphabetic).nth(1).is_some() || tld::leading(text).is_some()
}
