//! What a page says of itself in its `<meta>` elements.

use dom_query::Document;

/// Most `<meta>` elements that are kept.
const MOST: usize = 2_000;

/// Names (of `property`, `name`, `itemprop`, `http-equiv`; in lower case) with their contents, in the page's order.
pub(super) struct Meta(Vec<(String, String)>);

impl Meta {
    pub(super) fn of(document: &Document) -> Self {
        let mut list = Vec::new();
        for node in document.select("meta[content]").nodes().iter().take(MOST) {
            let content = node.attr_or("content", "");
            let content = content.trim();
            if content.is_empty() {
                continue;
            }
            for kind in ["property", "name", "itemprop", "http-equiv"] {
                for name in node.attr_or(kind, "").split_ascii_whitespace() {
                    list.push((name.to_ascii_lowercase(), content.to_owned()));
                }
            }
        }
        Self(list)
    }

    /// The first content of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The first content of the first of these names that is there.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// All contents of this name, in the page's order.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, content)| content.as_str())
    }

    /// Names and contents, in the page's order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, content)| (name.as_str(), content.as_str()))
    }
}
