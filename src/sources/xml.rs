//! RSS 0.90 to 2.0 and Atom 0.3 and 1.0. Their items differ in names alone, and feeds mix them, so one reader knows
//! all names.

use url::Url;

use super::item::{Gathered, Raw, first};
use super::walk::{Element, Ns, Step, Walk};
use super::{Feed, Unreadable, date, page, plain};

/// Bytes of a text that are kept; a summary is within them unless a picture stands before it as text.
const TEXT_MAX: usize = 256 << 10;
/// Bytes of a short value: an id, an address, a date.
const SHORT_MAX: usize = 8 << 10;

/// Reads a feed in XML.
pub(super) fn read(text: &str, url: &Url) -> Result<Feed, Unreadable> {
    let mut walk = Walk::new(text, url);
    match root(&mut walk) {
        Ok(Some(Root::Feed)) => feed(&mut walk),
        Ok(Some(Root::Page)) => Err(Unreadable::Page(page::feed(text, url))),
        Ok(Some(Root::Other(name))) => Err(Unreadable::Kind(name)),
        Ok(None) => Err(Unreadable::Cut),
        // Web pages are seldom XML, even at their beginning.
        Err(_) if page::looks_like_one(text) => Err(Unreadable::Page(page::feed(text, url))),
        Err(error) => Err(error),
    }
}

enum Root {
    Feed,
    Page,
    Other(String),
}

/// The first element. That of a feed is left open.
fn root(walk: &mut Walk<'_>) -> Result<Option<Root>, Unreadable> {
    loop {
        match walk.next()? {
            Step::Open(element) => {
                let name = element.name();
                return Ok(Some(match (element.ns, name) {
                    (_, "rss") | (Ns::Rdf | Ns::Rss, "RDF") | (Ns::Atom | Ns::Rss, "feed") => Root::Feed,
                    _ if name.eq_ignore_ascii_case("html") => Root::Page,
                    _ => Root::Other(format!(
                        "XML of the kind <{}>",
                        plain::text(name, 40).unwrap_or_default()
                    )),
                }));
            }
            Step::End => return Ok(None),
            Step::Close | Step::Text(_) => {}
        }
    }
}

/// What stands in the feed itself, and its items.
fn feed(walk: &mut Walk<'_>) -> Result<Feed, Unreadable> {
    let mut gathered = Gathered::default();
    let mut title = None;
    let mut language = walk.language().map(str::to_owned);
    loop {
        let element = match walk.next()? {
            Step::Open(element) => element,
            Step::End => break,
            Step::Close | Step::Text(_) => continue,
        };
        match (element.ns, element.name()) {
            // Their content follows as if it stood here.
            (Ns::Rss, "channel") => first(&mut language, walk.language().map(str::to_owned)),
            (Ns::Rss, "items") => {}
            (Ns::Rss, "item") | (Ns::Atom | Ns::Rss, "entry") => {
                if !gathered.push(item(walk, &element)?) {
                    break;
                }
            }
            (Ns::Rss | Ns::Atom, "title") => first(&mut title, said(walk.text(SHORT_MAX)?)),
            (Ns::Rss | Ns::Dublin, "language") => first(&mut language, said(walk.text(SHORT_MAX)?)),
            _ => walk.skip()?,
        }
    }
    Ok(gathered.finish(title.as_deref(), language.as_deref()))
}

/// Reads one item, whose first tag was just passed.
fn item(walk: &mut Walk<'_>, element: &Element<'_>) -> Result<Raw, Unreadable> {
    let mut raw = Raw {
        language: walk.language().map(str::to_owned),
        ..Raw::default()
    };
    // The RDF of an item names it.
    let about = element.attribute("rdf:about").or_else(|| element.attribute("about"));
    let outer = walk.depth();
    while walk.depth() >= outer {
        match walk.next()? {
            // Groups of pictures are read as if they stood in the item.
            Step::Open(element) if (element.ns, element.name()) == (Ns::Media, "group") => {}
            Step::Open(element) => value(walk, &element, &mut raw)?,
            Step::End => break,
            Step::Close | Step::Text(_) => {}
        }
    }
    first(&mut raw.id, about);
    Ok(raw)
}

/// Reads one element of an item, whose first tag was just passed, to its end.
fn value(walk: &mut Walk<'_>, element: &Element<'_>, raw: &mut Raw) -> Result<(), Unreadable> {
    match (element.ns, element.name()) {
        (Ns::Rss | Ns::Atom, "title") => first(&mut raw.title, said(walk.text(TEXT_MAX)?)),
        (Ns::Rss, "guid") => {
            let id = said(walk.text(SHORT_MAX)?);
            let is_address = element
                .attribute("isPermaLink")
                .is_none_or(|flag| !flag.trim().eq_ignore_ascii_case("false"));
            // A number is no relative address, so only a whole one counts.
            let whole = id.as_deref().filter(|id| is_address && is_whole(id));
            first(&mut raw.permalink, whole.and_then(|id| walk.address(id)));
            first(&mut raw.id, id);
        }
        (Ns::Rss | Ns::Atom, "id") => first(&mut raw.id, said(walk.text(SHORT_MAX)?)),
        (Ns::Rss | Ns::Atom, "link") => link(walk, element, raw)?,
        // The article's own address, where the link counts readers first.
        (Ns::FeedBurner, "origLink") => {
            let text = walk.text(SHORT_MAX)?;
            raw.url = walk.address(&text).or(raw.url.take());
        }
        (Ns::Rss, "description") | (Ns::Rss | Ns::Atom, "summary") => {
            first(&mut raw.summary, said(walk.text(TEXT_MAX)?));
        }
        (Ns::Content, "encoded") | (Ns::Rss | Ns::Atom, "content") | (Ns::Dublin, "description") => {
            first(&mut raw.content, said(walk.text(TEXT_MAX)?));
        }
        (Ns::Rss, "pubDate") | (Ns::Rss | Ns::Atom, "published" | "issued") | (Ns::Dublin, "date" | "issued") => {
            first(&mut raw.published, date::read(&walk.text(SHORT_MAX)?));
        }
        (Ns::Rss | Ns::Atom, "updated" | "modified") | (Ns::Dublin, "created" | "modified") => {
            first(&mut raw.updated, date::read(&walk.text(SHORT_MAX)?));
        }
        (Ns::Dublin, "language") => {
            let language = walk.text(SHORT_MAX)?;
            raw.language = said(language).or(raw.language.take());
        }
        (Ns::Media, "content" | "thumbnail") | (Ns::Itunes, "image") | (Ns::Rss, "enclosure") => {
            picture(walk, element, raw);
            walk.skip()?;
        }
        _ => walk.skip()?,
    }
    Ok(())
}

/// `<link>` of RSS, whose text is the address, or of Atom, which has it as an attribute.
fn link(walk: &mut Walk<'_>, element: &Element<'_>, raw: &mut Raw) -> Result<(), Unreadable> {
    let target = element.attribute("href");
    let rel = element.attribute("rel");
    let kind = element.attribute("type").unwrap_or_default();
    let text = walk.text(SHORT_MAX)?;
    let Some(target) = target else {
        first(&mut raw.url, walk.address(&text));
        return Ok(());
    };
    match rel.as_deref().map(str::trim) {
        None | Some("" | "alternate") => first(&mut raw.url, walk.address(&target)),
        Some("enclosure") if kind.starts_with("image/") => raw.picture(2, walk.address(&target)),
        Some(_) => {}
    }
    Ok(())
}

/// A picture of the item, if what is enclosed is one.
fn picture(walk: &Walk<'_>, element: &Element<'_>, raw: &mut Raw) {
    let get = |name: &str| element.attribute(name).unwrap_or_default();
    let address = walk.address(&get("url")).or_else(|| walk.address(&get("href")));
    let is_picture = || {
        let (kind, medium) = (get("type"), get("medium"));
        let named = kind.is_empty() && medium.is_empty();
        let path = address.as_deref().unwrap_or_default().to_ascii_lowercase();
        let ends = [".jpg", ".jpeg", ".png", ".webp", ".gif"];
        kind.starts_with("image/") || medium == "image" || named && ends.iter().any(|end| path.ends_with(end))
    };
    match (element.ns, element.name()) {
        (Ns::Media, "content") if is_picture() => raw.picture(1, address),
        (Ns::Rss, _) if is_picture() => raw.picture(2, address),
        (Ns::Media, "thumbnail") => raw.picture(3, address),
        (Ns::Itunes, _) => raw.picture(4, address),
        _ => {}
    }
}

/// Whether an address is written with its scheme.
fn is_whole(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The text if it says anything.
fn said(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}
