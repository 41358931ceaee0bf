//! The title, without the name of the site.

use super::clean::{self, bare};

/// What parts a title from the name of its site.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " « ", " / ", " ‹ ", " › ", "｜", " ─ ",
];

/// The names by which a site may sign its titles.
pub(super) struct Names(Vec<String>);

impl Names {
    /// From what the page calls its publisher, and from its host.
    pub(super) fn new<'a>(publishers: impl IntoIterator<Item = &'a str>, host: Option<&str>) -> Self {
        let mut list: Vec<String> = publishers.into_iter().map(bare).collect();
        if let Some(host) = host {
            let host = host.strip_prefix("www.").unwrap_or(host);
            list.push(bare(host));
            // example.org is `example`, news.example.co.uk is `newsexample` or `example`, too.
            let labels: Vec<&str> = host.split('.').collect();
            for end in 1..labels.len() {
                let front = labels.get(..end).unwrap_or_default();
                list.push(bare(&front.concat()));
                list.extend(front.last().map(|label| bare(label)).filter(|label| label.len() > 2));
            }
        }
        list.retain(|name| name.chars().count() > 1);
        Self(list)
    }

    /// Whether this is the site's name; with an article before it, too (`The Example`).
    pub(super) fn contains(&self, text: &str) -> bool {
        let text = bare(text);
        !text.is_empty()
            && self
                .0
                .iter()
                .any(|name| *name == text || text.strip_prefix("the") == Some(name.as_str()))
    }
}

/// A title without the names of the site at its end, or one at its beginning.
pub(super) fn without_site(title: &str, names: &Names) -> String {
    let mut title = title;
    while let Some((front, back)) = split_last(title)
        && names.contains(back)
        && !front.trim().is_empty()
    {
        title = front.trim_end();
    }
    if let Some((front, back)) = split_first(title)
        && names.contains(front)
        && !back.trim().is_empty()
    {
        title = back.trim_start();
    }
    title.to_owned()
}

/// Where the page's title is a heading of the page with something added to it (`Heading: Site`): both.
pub(super) fn heading_and_rest<'a>(title: &'a str, headings: &[String]) -> Option<(&'a str, &'a str)> {
    headings
        .iter()
        .filter(|heading| heading.chars().count() >= 10)
        .find_map(|heading| {
            let rest = title.strip_prefix(heading.as_str())?;
            let separator = SEPARATORS
                .iter()
                .chain(&[": "])
                .find(|separator| rest.starts_with(*separator))?;
            let rest = rest.get(separator.len()..)?.trim();
            (!rest.is_empty()).then_some((title.get(..heading.len())?, rest))
        })
}

/// The site's name as the title's end has it: known from the host, or what is added to the page's heading.
pub(super) fn signature(title: &str, headings: &[String], names: &Names) -> Option<String> {
    let added = heading_and_rest(title, headings).map(|(_, rest)| split_last(rest).map_or(rest, |(_, last)| last));
    let named = split_last(title)
        .map(|(_, back)| back)
        .filter(|back| names.contains(back));
    let name = added.or(named)?;
    clean::line(
        name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '«' | '»' | '|')),
        clean::NAME,
    )
}

fn split_last(title: &str) -> Option<(&str, &str)> {
    let (at, length) = SEPARATORS
        .iter()
        .filter_map(|separator| title.rfind(separator).map(|at| (at, separator.len())))
        .max()?;
    Some((title.get(..at)?, title.get(at + length..)?))
}

fn split_first(title: &str) -> Option<(&str, &str)> {
    let (at, length) = SEPARATORS
        .iter()
        .filter_map(|separator| title.find(separator).map(|at| (at, separator.len())))
        .min()?;
    Some((title.get(..at)?, title.get(at + length..)?))
}
