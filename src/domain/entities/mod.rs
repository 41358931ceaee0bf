//! Entities: what a network links in plain text, by the rules of twitter-text 3.1.
//!
//! X counts and links this way, Mastodon counts this way, and other networks cap how many of each kind a post may have.
//! Finding is linear in the text. The rules are those of the expressions of twitter-text, worked through by hand where
//! an expression would look at a text again and again. Known differences: letters are those of today's Unicode, top
//! level domains those of today's root (see [`tld`]).

mod chars;
mod hosts;
mod mentions;
mod tags;
pub(super) mod tld;
mod urls;

#[cfg(test)]
pub(crate) mod tests;

pub(in crate::domain) use chars::is_forbidden;
pub(in crate::domain) use hosts::leading as leading_host;
pub(in crate::domain) use urls::urls;

/// What is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// With protocol or without (`example.org/a`).
    Url,
    /// `@user`
    Mention,
    /// `@user/list`
    List,
    /// `#tag`
    Hashtag,
    /// `$TAG`
    Cashtag,
}

/// A piece of a text that a network links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entity {
    /// In UTF-8 bytes, inclusive; the sign (`@`, `#`, `$`) is part of it.
    pub start: usize,
    /// In UTF-8 bytes, exclusive.
    pub end: usize,
    pub kind: Kind,
}

/// All entities of a text; sorted, none overlapping another. Of two that overlap, the one that begins first stands.
#[must_use]
pub fn entities(text: &str) -> Vec<Entity> {
    let mut all = urls(text);
    all.extend(mentions::mentions_or_lists(text));
    all.extend(tags::hashtags(text));
    all.extend(tags::cashtags(text));
    without_overlaps(all)
}

fn without_overlaps(mut entities: Vec<Entity>) -> Vec<Entity> {
    entities.sort_by_key(|entity| entity.start);
    let mut end = 0;
    entities.retain(|entity| {
        let apart = entity.start >= end;
        if apart {
            end = entity.end;
        }
        apart
    });
    entities
}
