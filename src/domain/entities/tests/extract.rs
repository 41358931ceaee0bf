//! The single extractors that twitter-text's suite asks for.

use super::super::{Entity, Kind, mentions, tags, without_overlaps};

fn only(found: Vec<Entity>, kind: Kind) -> Vec<Entity> {
    found.into_iter().filter(|entity| entity.kind == kind).collect()
}

/// With protocol or without.
pub(crate) fn urls(text: &str) -> Vec<Entity> {
    super::super::urls(text)
}

pub(crate) fn urls_with_protocol(text: &str) -> Vec<Entity> {
    super::super::urls::with_protocol(text)
}

pub(crate) fn mentions(text: &str) -> Vec<Entity> {
    only(mentions::mentions_or_lists(text), Kind::Mention)
}

pub(crate) fn mentions_or_lists(text: &str) -> Vec<Entity> {
    mentions::mentions_or_lists(text)
}

/// The name to which the text is a reply.
pub(crate) fn reply(text: &str) -> Option<&str> {
    mentions::reply(text)
}

/// Hashtags outside of URLs.
pub(crate) fn hashtags(text: &str) -> Vec<Entity> {
    let mut both = super::super::urls(text);
    both.extend(tags::hashtags(text));
    only(without_overlaps(both), Kind::Hashtag)
}

pub(crate) fn cashtags(text: &str) -> Vec<Entity> {
    tags::cashtags(text)
}

/// All entities, but URLs only where they have a protocol.
pub(crate) fn entities_with_protocol(text: &str) -> Vec<Entity> {
    let mut all = super::super::urls::with_protocol(text);
    all.extend(mentions::mentions_or_lists(text));
    all.extend(tags::hashtags(text));
    all.extend(tags::cashtags(text));
    without_overlaps(all)
}
