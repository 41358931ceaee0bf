//! Who wrote an article, and when.

use dom_query::NodeRef;

use super::facts::{Facts, is_address};
use super::{Found, Published, Source, clean, date};

impl Facts<'_> {
    pub(super) fn author(&self) -> Option<Found<String>> {
        let meta = |names: &[&str]| self.meta.first(names).map(str::to_owned);
        // A site that signs as its own author names nobody.
        let names = self.names();
        let ld = self.ld.get("author", |ld, value| {
            Some(ld.names(value)).filter(|names| !names.is_empty())
        });
        let named = [
            "author",
            "dc.creator",
            "dcterms.creator",
            "byl",
            "parsely-author",
            "sailthru.author",
            "citation_author",
        ];
        [
            (meta(&["article:author"]), Source::OpenGraph),
            (ld.map(|names| names.join(", ")), Source::JsonLd),
            (meta(&named), Source::Meta),
            (self.item("author"), Source::Html),
            (self.byline(), Source::Html),
        ]
        .into_iter()
        .filter_map(|(raw, source)| Some(Found::new(without_by(&clean::line(&raw?, clean::NAME)?)?, source)))
        .find(|found| !is_address(&found.value) && !names.contains(&found.value))
    }

    /// What stands in the page as its author.
    fn byline(&self) -> Option<String> {
        let places = [
            "a[rel~='author']",
            "[class~='author-name']",
            "[class~='post-author']",
            "[class~='entry-author']",
            "[class~='byline']",
            "[class~='author']",
        ];
        places.iter().find_map(|place| {
            let nodes = self.page.document.select(place);
            let text = nodes
                .nodes()
                .iter()
                .find_map(|node| clean::line(&node.text(), clean::NAME))?;
            (text.chars().count() <= 80 && !text.contains(|c: char| c.is_ascii_digit())).then_some(text)
        })
    }

    pub(super) fn published(&self) -> Option<Found<Published>> {
        let graph = [
            "article:published_time",
            "og:published_time",
            "og:article:published_time",
        ];
        let meta = [
            "datepublished",
            "date",
            "dc.date",
            "dc.date.issued",
            "dcterms.date",
            "dcterms.created",
            "dcterms.issued",
            "pubdate",
            "publishdate",
            "publish-date",
            "publish_date",
            "parsely-pub-date",
            "sailthru.date",
            "citation_publication_date",
            "citation_date",
            "article.published",
        ];
        let of = |names: &[&str]| names.iter().flat_map(|name| self.meta.all(name)).find_map(date::parse);
        let ld = ["datePublished", "dateCreated", "uploadDate"]
            .iter()
            .find_map(|member| self.ld.get(member, |ld, value| date::parse(&ld.text(value)?)));
        [
            (of(&graph), Source::OpenGraph),
            (ld, Source::JsonLd),
            (of(&meta), Source::Meta),
            (self.shown_date(), Source::Html),
        ]
        .into_iter()
        .find_map(|(found, source)| Some(Found::new(found?, source)))
    }

    /// The first date that an element marks as the article's, else the first in the article, or before it.
    fn shown_date(&self) -> Option<Published> {
        let places = [
            "[itemprop~='datePublished']",
            "time[pubdate]",
            "time[class*='publish']",
            "abbr[class~='published']",
            "article time",
            "main time",
            "header time",
            "time",
        ];
        places.iter().find_map(|place| {
            let nodes = self.page.document.select(place);
            nodes
                .nodes()
                .iter()
                .take(20)
                .filter(|node| !is_beside(node))
                .find_map(|node| {
                    let raw = node
                        .attr("datetime")
                        .or_else(|| node.attr("content"))
                        .or_else(|| node.attr("title"));
                    let raw = raw.unwrap_or_else(|| node.text());
                    date::parse(&raw)
                })
        })
    }
}

/// Whether an element stands in a list of other articles, or at the end of the page.
fn is_beside(node: &NodeRef<'_>) -> bool {
    node.ancestors_it(None).any(|ancestor| {
        let name = ancestor.node_name().unwrap_or_default();
        let class = ancestor.attr_or("class", "").to_ascii_lowercase();
        matches!(name.as_ref(), "aside" | "footer" | "nav")
            || (!matches!(name.as_ref(), "body" | "html") && (class.contains("related") || class.contains("comment")))
    })
}

/// A name without the word before it: `By Jane Doe`.
fn without_by(name: &str) -> Option<String> {
    let words = [
        "By: ",
        "By ",
        "by ",
        "BY ",
        "Von ",
        "von ",
        "Par ",
        "par ",
        "Por ",
        "por ",
        "Di ",
        "di ",
        "Door ",
        "Автор: ",
    ];
    let name = words
        .iter()
        .find_map(|word| name.strip_prefix(word))
        .unwrap_or(name)
        .trim();
    (!name.is_empty()).then(|| name.to_owned())
}
