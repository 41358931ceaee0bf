//! A web page where a feed was expected: which feed it names.

use url::Url;

use super::item;

/// Bytes in which a page names its feeds.
const HEAD: usize = 256 << 10;

/// Whether a text begins as a web page does.
pub(super) fn looks_like_one(text: &str) -> bool {
    let start: String = text.chars().take(1_000).collect::<String>().to_ascii_lowercase();
    start.contains("<!doctype html") || start.contains("<html")
}

/// The first feed that a page names: `<link rel="alternate" type="application/rss+xml" href="…">`.
pub(super) fn feed(text: &str, url: &Url) -> Option<Url> {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or_default();
    head.split('<').skip(1).find_map(|piece| {
        let tag = piece.split('>').next().unwrap_or_default();
        let name = tag.get(..4)?;
        if !name.eq_ignore_ascii_case("link") {
            return None;
        }
        let kind = attribute(tag, "type")?.to_ascii_lowercase();
        let kinds = ["application/rss+xml", "application/atom+xml", "application/feed+json"];
        let alternate = attribute(tag, "rel")?.to_ascii_lowercase();
        let fits = kinds.contains(&kind.trim()) && alternate.split_whitespace().any(|rel| rel == "alternate");
        let target = attribute(tag, "href").filter(|_| fits)?;
        item::address(&target, url)?.parse().ok()
    })
}

/// An attribute's value of a tag, in quotes or without.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = lower.get(..*at).unwrap_or_default();
        let after = lower.get(at + name.len()..).unwrap_or_default();
        before.ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''))
            && after.trim_start().starts_with('=')
    })?;
    let (_, value) = tag.get(at + name.len()..)?.split_once('=')?;
    let value = value.trim_start();
    let quote = value.chars().next()?;
    let raw = if matches!(quote, '"' | '\'') {
        value.get(1..)?.split(quote).next()?
    } else {
        value.split_ascii_whitespace().next()?
    };
    Some(html_escape::decode_html_entities(raw).into_owned())
}
