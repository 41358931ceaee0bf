//! The picture that goes with an article: what the page names for sharing, else the first large one in the text.

use dom_query::NodeRef;
use url::Url;

use super::jsonld::JsonLd;
use super::meta::Meta;
use super::page::Page;
use super::{Found, Image, Source, clean};

/// Narrowest and lowest picture, in pixels, that is taken for more than a decoration.
const SMALLEST: u32 = 100;
/// Most pictures of a page that are looked at.
const MOST: usize = 400;

/// One that a page offers.
struct Offer {
    url: Url,
    alt: Option<String>,
    source: Source,
}

/// The best picture of the page; `in_text` are those of the article's text.
pub(super) fn best(page: &Page<'_>, meta: &Meta, ld: &JsonLd, shown: &Shown) -> Option<Found<Image>> {
    let mut offers = offers(page, meta, ld);
    offers.extend(
        shown
            .0
            .iter()
            .filter(|picture| picture.in_article)
            .map(|picture| Offer {
                url: picture.url.clone(),
                alt: picture.alt.clone(),
                source: Source::Text,
            }),
    );
    // A site's sign is better than nothing, but a picture is better than it.
    let at = offers.iter().position(|offer| !is_sign(&offer.url)).unwrap_or(0);
    let offer = (at < offers.len()).then(|| offers.swap_remove(at))?;
    let alt = offer.alt.or_else(|| shown.alt(&offer.url));
    let url = String::from(offer.url);
    Some(Found::new(Image { url, alt }, offer.source))
}

/// What the page names for sharing, in the order of its trust.
fn offers(page: &Page<'_>, meta: &Meta, ld: &JsonLd) -> Vec<Offer> {
    let mut list = open_graph(page, meta);
    let mut offer = |raw: &str, alt: Option<String>, source| {
        list.extend(usable(page, raw).map(|url| Offer { url, alt, source }));
    };
    let alt = meta
        .get("twitter:image:alt")
        .and_then(|alt| clean::line(alt, clean::DESCRIPTION));
    for name in ["twitter:image", "twitter:image:src"] {
        meta.all(name).for_each(|raw| offer(raw, alt.clone(), Source::Twitter));
    }
    for member in ["image", "thumbnailUrl"] {
        let found = ld.get(member, |ld, value| {
            Some(ld.addresses(value)).filter(|list| !list.is_empty())
        });
        found
            .unwrap_or_default()
            .iter()
            .for_each(|raw| offer(raw, None, Source::JsonLd));
    }
    for name in ["image", "thumbnail", "parsely-image-url", "sailthru.image.full"] {
        meta.all(name).for_each(|raw| offer(raw, None, Source::Meta));
    }
    for node in page.document.select("link[rel='image_src'][href]").nodes() {
        offer(&node.attr_or("href", ""), None, Source::Link);
    }
    list
}

/// The pictures of Open Graph: each `og:image` begins one, and what follows describes it.
fn open_graph(page: &Page<'_>, meta: &Meta) -> Vec<Offer> {
    #[derive(Default)]
    struct Group<'a> {
        url: Option<&'a str>,
        secure: Option<&'a str>,
        alt: Option<&'a str>,
        small: bool,
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (name, content) in meta.iter() {
        if name == "og:image" || groups.is_empty() {
            groups.push(Group::default());
        }
        let Some(group) = groups.last_mut() else { continue };
        match name {
            "og:image" | "og:image:url" => group.url = group.url.or(Some(content)),
            "og:image:secure_url" => group.secure = Some(content),
            "og:image:alt" => group.alt = Some(content),
            "og:image:width" | "og:image:height" => group.small |= content.parse().is_ok_and(|n: u32| n < SMALLEST),
            _ => {}
        }
    }
    groups
        .into_iter()
        .filter(|group| !group.small)
        .filter_map(|group| {
            let url = [group.secure, group.url]
                .into_iter()
                .flatten()
                .find_map(|raw| usable(page, raw))?;
            Some(Offer {
                url,
                alt: group.alt.and_then(|alt| clean::line(alt, clean::DESCRIPTION)),
                source: Source::OpenGraph,
            })
        })
        .collect()
}

/// An address of a picture that a network can show: of the web, and no drawing.
fn usable(page: &Page<'_>, raw: &str) -> Option<Url> {
    let url = page.address(raw)?;
    let path = url.path().to_ascii_lowercase();
    let is_page = path == "/" && url.query().is_none();
    (!is_page && !path.ends_with(".svg") && !path.ends_with(".svgz")).then_some(url)
}

/// Whether a picture is a site's sign or a part of its design, by its file's name.
fn is_sign(url: &Url) -> bool {
    const WORDS: &[&str] = &[
        "logo",
        "logos",
        "logotype",
        "icon",
        "icons",
        "favicon",
        "avatar",
        "avatars",
        "placeholder",
        "sprite",
        "spacer",
        "blank",
        "pixel",
        "1x1",
        "emoji",
        "badge",
        "gravatar",
        "spinner",
        "loading",
    ];
    let path = url.path().to_ascii_lowercase();
    let mut segments = path.rsplit('/');
    let file = segments.next().unwrap_or_default();
    let folder = segments.next().unwrap_or_default();
    file.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| WORDS.contains(&word))
        || WORDS.contains(&folder)
}

/// The pictures that are shown on a page.
pub(super) struct Shown(Vec<Picture>);

struct Picture {
    url: Url,
    alt: Option<String>,
    /// Whether it is of a size for a post, and stands in the article.
    in_article: bool,
}

impl Shown {
    pub(super) fn of(page: &Page<'_>) -> Self {
        let images = page.document.select("img, amp-img");
        Self(
            images
                .nodes()
                .iter()
                .take(MOST)
                .filter_map(|node| picture(page, node))
                .collect(),
        )
    }

    /// What the page says of a picture that it shows, in this size or another.
    fn alt(&self, url: &Url) -> Option<String> {
        let same = |picture: &&Picture| picture.url.path() == url.path();
        let alike = |picture: &&Picture| {
            let name = stem(url);
            name.len() >= 5 && stem(&picture.url) == name
        };
        let described = || self.0.iter().filter(|picture| picture.alt.is_some());
        described().find(same).or_else(|| described().find(alike))?.alt.clone()
    }
}

/// A picture's file name without its ending, and without the size that some systems add (`-1024x683`).
fn stem(url: &Url) -> &str {
    let file = url.path().rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or(file);
    match stem.rsplit_once('-') {
        Some((front, size)) if size.contains('x') && size.bytes().all(|b| b.is_ascii_digit() || b == b'x') => front,
        _ => stem,
    }
}

fn picture(page: &Page<'_>, node: &NodeRef<'_>) -> Option<Picture> {
    let srcset = |name: &str| node.attr(name).and_then(|set| largest(&set));
    let attribute = |name: &str| node.attr(name).map(|value| value.to_string());
    let candidates = [
        attribute("data-src"),
        attribute("data-lazy-src"),
        attribute("data-original"),
        attribute("src"),
        srcset("data-srcset"),
        srcset("srcset"),
    ];
    let url = candidates.into_iter().flatten().find_map(|raw| usable(page, &raw))?;
    let side = |name: &str| {
        node.attr(name)
            .and_then(|n| n.trim().trim_end_matches("px").parse::<u32>().ok())
    };
    let large = [side("width"), side("height")]
        .into_iter()
        .flatten()
        .all(|side| side >= SMALLEST);
    let hidden = node.has_attr("hidden") || node.attr_or("aria-hidden", "").eq_ignore_ascii_case("true");
    Some(Picture {
        in_article: large && !hidden && !is_sign(&url) && stands_in_article(node),
        alt: node.attr("alt").and_then(|alt| clean::line(&alt, clean::DESCRIPTION)),
        url,
    })
}

/// The largest picture of a `srcset`. Commas may stand in addresses, so only those before a space part.
fn largest(set: &str) -> Option<String> {
    let mut best: Option<(f32, &str)> = None;
    for candidate in set.split(", ").flat_map(|part| part.split(",\n")).take(50) {
        let mut words = candidate.split_ascii_whitespace();
        let Some(url) = words.next() else { continue };
        let size = words
            .next()
            .and_then(|size| size.trim_end_matches(['w', 'x', ',']).parse().ok())
            .unwrap_or(1.0);
        if best.is_none_or(|(most, _)| size > most) {
            best = Some((size, url.trim_end_matches(',')));
        }
    }
    best.map(|(_, url)| url.to_owned())
}

/// Whether a picture is in what the page marks as its article, and not beside it.
fn stands_in_article(node: &NodeRef<'_>) -> bool {
    let mut inside = false;
    for ancestor in node.ancestors_it(None) {
        let Some(name) = ancestor.node_name() else { continue };
        match name.as_ref() {
            "nav" | "footer" | "aside" | "button" | "template" => return false,
            "article" | "main" | "figure" => inside = true,
            _ => {
                let class = ancestor.attr_or("class", "").to_ascii_lowercase();
                let about = [
                    "related", "author", "byline", "avatar", "promo", "sidebar", "share", "comment", "teaser",
                ];
                if about.iter().any(|word| class.contains(word)) && !matches!(name.as_ref(), "body" | "html") {
                    return false;
                }
                let own = ["content", "article", "entry", "post", "story"];
                inside |= matches!(name.as_ref(), "div" | "section") && own.iter().any(|word| class.contains(word));
            }
        }
    }
    inside
}
