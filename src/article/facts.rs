//! Title, description, publisher, author and date: each from the first place that has it.

use dom_query::NodeRef;

use super::jsonld::JsonLd;
use super::meta::Meta;
use super::page::Page;
use super::title::{self, Names};
use super::{Found, Source, clean};

/// The places where a page tells its facts.
pub(super) struct Facts<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) meta: &'a Meta,
    pub(super) ld: &'a JsonLd,
}

impl Facts<'_> {
    pub(super) fn title(&self) -> Option<Found<String>> {
        let names = self.names();
        let headings = self.headings(&names);
        let mut offers: Vec<Found<String>> = self.titles(self.heading(&names)).collect();
        // A title that is the site's name alone says nothing, unless there is no other.
        let at = offers
            .iter()
            .position(|offer| !names.contains(&offer.value))
            .unwrap_or(0);
        let offer = (at < offers.len()).then(|| offers.swap_remove(at))?;
        let short = match offer.source {
            Source::TitleTag => title::heading_and_rest(&offer.value, &headings).map(|(heading, _)| heading.to_owned()),
            _ => None,
        };
        let value = short.unwrap_or_else(|| title::without_site(&offer.value, &names));
        Some(Found::new(value, offer.source))
    }

    fn titles<'s>(&'s self, heading: Option<String>) -> impl Iterator<Item = Found<String>> + use<'s> {
        let ld = |member| self.ld.of_article(member, JsonLd::text);
        let meta = |name| self.meta.get(name).map(str::to_owned);
        let named = [
            "dc.title",
            "dcterms.title",
            "citation_title",
            "parsely-title",
            "sailthru.title",
            "headline",
            "title",
        ];
        [
            (meta("og:title"), Source::OpenGraph),
            (meta("twitter:title"), Source::Twitter),
            (ld("headline"), Source::JsonLd),
            (ld("name"), Source::JsonLd),
            (named.into_iter().find_map(meta), Source::Meta),
            (self.title_tag(), Source::TitleTag),
            (heading, Source::Heading),
        ]
        .into_iter()
        .filter_map(|(raw, source)| Some(Found::new(clean::line(&raw?, clean::TITLE)?, source)))
    }

    /// The `<title>` of the page, not of a drawing in it.
    fn title_tag(&self) -> Option<String> {
        let titles = self.page.document.select("title");
        let own = titles
            .nodes()
            .iter()
            .find(|node| !node.ancestors_it(None).any(|a| a.has_name("svg")))?;
        Some(own.text().to_string())
    }

    /// The first heading that is not the site's own name.
    fn heading(&self, names: &Names) -> Option<String> {
        let headings = self.page.document.select("h1");
        let mut lines = headings
            .nodes()
            .iter()
            .filter_map(|node| clean::line(&node.text(), clean::TITLE));
        lines.find(|line| !names.contains(line))
    }

    /// The page's headings, and what old pages have in their place.
    fn headings(&self, names: &Names) -> Vec<String> {
        let places = ["h1, [itemprop~='headline']", "h2, h3", "center b, font b, b, strong"];
        let mut list = Vec::new();
        for place in places {
            let nodes = self.page.document.select(place);
            let lines = nodes
                .nodes()
                .iter()
                .take(8)
                .filter_map(|node| clean::line(&node.text(), clean::TITLE));
            list.extend(lines.filter(|line| !names.contains(line)));
        }
        list
    }

    /// The names by which the site may sign its titles.
    pub(super) fn names(&self) -> Names {
        let meta = [
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "publisher",
            "dc.publisher",
        ];
        let named: Vec<String> = meta
            .iter()
            .filter_map(|name| self.meta.get(name))
            .map(str::to_owned)
            .collect();
        let all = named.into_iter().chain(self.ld.publisher());
        let lines: Vec<String> = all.filter_map(|name| clean::line(&name, clean::NAME)).collect();
        Names::new(lines.iter().map(String::as_str), self.page.url.host_str())
    }

    pub(super) fn description(&self) -> Option<Found<String>> {
        let meta = |names: &[&str]| self.meta.first(names).map(str::to_owned);
        [
            (meta(&["og:description"]), Source::OpenGraph),
            (meta(&["twitter:description"]), Source::Twitter),
            (self.ld.get("description", JsonLd::text), Source::JsonLd),
            (
                meta(&["description", "dc.description", "dcterms.description", "abstract"]),
                Source::Meta,
            ),
        ]
        .into_iter()
        .find_map(|(raw, source)| Some(Found::new(clean::line(&raw?, clean::DESCRIPTION)?, source)))
    }

    pub(super) fn publisher(&self) -> Option<Found<String>> {
        let meta = |names: &[&str]| self.meta.first(names).map(str::to_owned);
        let named = [
            (meta(&["og:site_name"]), Source::OpenGraph),
            (self.ld.publisher(), Source::JsonLd),
            (
                meta(&["publisher", "dc.publisher", "citation_publisher", "application-name"]),
                Source::Meta,
            ),
            (self.item("publisher"), Source::Html),
        ]
        .into_iter()
        .filter_map(|(raw, source)| Some(Found::new(clean::line(&raw?, clean::NAME)?, source)))
        .find(|found| !is_address(&found.value));
        named.or_else(|| {
            let title = clean::line(&self.title_tag()?, clean::TITLE)?;
            let names = self.names();
            let signature = title::signature(&title, &self.headings(&names), &names)?;
            Some(Found::new(signature, Source::TitleTag))
        })
    }

    /// The name of a thing that the page's elements describe (microdata).
    pub(super) fn item(&self, property: &str) -> Option<String> {
        let items = self.page.document.select(&format!("[itemprop='{property}']"));
        let item = items.nodes().first()?;
        let name = item
            .descendants_it()
            .find(|inner| inner.attr_or("itemprop", "").as_ref() == "name");
        let text = |node: &NodeRef<'_>| match node.attr("content") {
            Some(content) => content.to_string(),
            None => node.text().to_string(),
        };
        Some(text(&name.unwrap_or(*item))).filter(|text| text.chars().count() <= clean::NAME)
    }
}

pub(super) fn is_address(text: &str) -> bool {
    text.contains("://") || text.starts_with("www.") || text.starts_with('@')
}
