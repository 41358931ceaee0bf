//! Reading the page of an article: from its HTML and address to what a post needs.
//!
//! Pages say the same things in several places, and not all of them well; each value is taken from the place that is
//! most often right, and the place is named beside it. All values are plain text of bounded length, all addresses are
//! absolute ones of the web. The text is found as browsers' reader views do. Nothing is fetched.

mod blocks;
mod body;
mod byline;
mod clean;
mod date;
mod error;
mod facts;
mod jsonld;
mod language;
mod lines;
mod link;
mod meta;
mod page;
mod picture;
mod sink;
mod tags;
#[cfg(test)]
mod tests;
mod title;
mod wall;

use dom_query::Document;
use url::Url;

use crate::domain::tracking::strip_tracking;
use body::Known;
pub use date::Published;
pub use error::{Unreadable, check_content_type};
use facts::Facts;
use jsonld::JsonLd;
use meta::Meta;
use page::{LARGEST, Page};
use picture::Shown;
use wall::Signs;

/// What the page of an article offers for a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The link to publish: the address that was given, without tracking parameters.
    pub url: String,
    /// The page's own word for its address, by which duplicates are known. Only ever one of the same site.
    pub canonical: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    /// The article's own words, paragraphs parted by an empty line.
    pub text: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    pub publisher: Option<String>,
    pub author: Option<String>,
    pub published: Option<Published>,
    pub image: Option<Image>,
    /// The page says that the whole article is for subscribers; the text may be its beginning.
    pub paywall: bool,
    pub from: Sources,
}

/// A picture, with what it shows in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub url: String,
    pub alt: Option<String>,
}

/// Where each value was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    pub canonical: Option<Source>,
    pub title: Option<Source>,
    pub description: Option<Source>,
    pub text: Option<Source>,
    pub language: Option<Source>,
    pub publisher: Option<Source>,
    pub author: Option<Source>,
    pub published: Option<Source>,
    pub image: Option<Source>,
}

/// A place of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    OpenGraph,
    Twitter,
    JsonLd,
    Meta,
    TitleTag,
    Heading,
    /// A `<link>` or an `<a rel>`.
    Link,
    /// An attribute of the page's elements.
    Html,
    /// The article's text itself.
    Text,
}

impl Source {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Source::OpenGraph => "og",
            Source::Twitter => "twitter",
            Source::JsonLd => "json-ld",
            Source::Meta => "meta",
            Source::TitleTag => "title",
            Source::Heading => "h1",
            Source::Link => "link",
            Source::Html => "html",
            Source::Text => "text",
        }
    }
}

/// A value and its place.
struct Found<T> {
    value: T,
    source: Source,
}

impl<T> Found<T> {
    fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

fn parted<T>(found: Option<Found<T>>) -> (Option<T>, Option<Source>) {
    found.map_or((None, None), |found| (Some(found.value), Some(found.source)))
}

/// Reads a page. `url` is the address that it was fetched from, after redirects.
///
/// # Errors
/// Why there is no article in it. A page with a title but no readable text is no error.
pub fn read(html: &str, url: &Url) -> Result<Article, Unreadable> {
    error::check_content(html)?;
    let page = Page::parse(html, url)?;
    let meta = Meta::of(&page.document);
    let ld = JsonLd::of(&page.document, url);
    let signs = Signs::of(&page.document, url.host_str());
    let facts = Facts {
        page: &page,
        meta: &meta,
        ld: &ld,
    };

    let (title, title_from) = parted(facts.title());
    let publisher = facts.publisher();
    // A site that signs as its own author names nobody.
    let is_site = |author: &Found<String>| publisher.as_ref().is_some_and(|site| site.value == author.value);
    let (author, author_from) = parted(facts.author().filter(|author| !is_site(author)));
    let description = facts.description();
    let published = facts.published();
    let stated = language::stated(&page, &meta, &ld);
    let canonical = link::canonical(&page, &meta);
    let image = picture::best(&page, &meta, &ld, &Shown::of(&page));
    let paywall = ld.is_paywalled() || meta.first(&["article:content_tier"]).is_some_and(|tier| tier != "free");
    let said = ld.has_article()
        || meta
            .get("og:type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("article"));

    // The search for the text uses the document up, so it comes last.
    let known = Known {
        title: title.as_deref(),
        author: author.as_deref(),
        description: description.as_ref().map(|found| found.value.as_str()),
    };
    let text = text(page.document, &ld, known, paywall);
    let paywall = paywall || signs.gate(text.as_ref().map_or("", |text| &text.value));
    if let Some(wall) = signs.wall(title.as_deref(), text.as_ref().map(|text| text.value.as_str()), said) {
        return Err(wall);
    }
    let language = stated.or_else(|| language::detected(&text.as_ref()?.value));

    let (canonical, canonical_from) = parted(canonical);
    let (description, description_from) = parted(description);
    let (text, text_from) = parted(text);
    let (language, language_from) = parted(language);
    let (publisher, publisher_from) = parted(publisher);
    let (published, published_from) = parted(published);
    let (image, image_from) = parted(image);
    let from = Sources {
        canonical: canonical_from,
        title: title_from,
        description: description_from,
        text: text_from,
        language: language_from,
        publisher: publisher_from,
        author: author_from,
        published: published_from,
        image: image_from,
    };
    Ok(Article {
        url: strip_tracking(url.as_str()),
        canonical,
        title,
        description,
        text,
        language,
        publisher,
        author,
        published,
        image,
        paywall,
        from,
    })
}

/// The text that the page shows; where that is little, the one that it gives as data, if that is for everyone.
fn text(document: Document, ld: &JsonLd, known: Known<'_>, paywall: bool) -> Option<Found<String>> {
    let shown = body::text(document, known);
    let length = shown.as_ref().map_or(0, String::len);
    if length < 400 && !paywall {
        let given = ld.of_article("articleBody", JsonLd::text);
        let given = given.and_then(|given| body::given(&given, known));
        if let Some(given) = given.filter(|given| given.len() > length) {
            return Some(Found::new(given, Source::JsonLd));
        }
    }
    shown.map(|shown| Found::new(shown, Source::Text))
}
