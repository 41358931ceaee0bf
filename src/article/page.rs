//! A page parsed within bounds.
//!
//! The parser's work grows with the depth of the tree for every tag, and unclosed formatting elements are opened again
//! in every paragraph, so a small page can be made to grow without limit. So it is fed piece by piece, and given up
//! when the tree becomes too large or too deep.

use std::time::{Duration, Instant};

use dom_query::Document;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, Parser};
use url::Url;

use super::Unreadable;
use super::sink::{DEEPEST, Sink};
use super::tags::Tags;

/// Largest page, in bytes of decoded text.
pub(super) const LARGEST: usize = 8_000_000;
/// Most nodes of a tree: elements, texts and comments.
pub(super) const MOST_NODES: usize = 150_000;
/// Most elements that the search for the article's text looks at.
pub(super) const MOST_ELEMENTS: usize = 60_000;
/// Most comparisons of attributes in tags, each with those before it: as of one tag with 30,000, which takes a
/// fraction of a second.
const MOST_COMPARISONS: usize = 450_000_000;
/// Bytes between two looks at the tree.
const PIECE: usize = 256;
/// The longest that is worked on a page, for what no other limit foresees. The slowest that is
/// known takes two or three seconds.
const LONGEST: Duration = Duration::from_secs(10);

/// A parsed page, its own address, and the one that its links are relative to.
pub(super) struct Page<'a> {
    pub(super) document: Document,
    pub(super) url: &'a Url,
    pub(super) base: Url,
}

impl<'a> Page<'a> {
    pub(super) fn parse(html: &str, url: &'a Url) -> Result<Self, Unreadable> {
        if html.len() > LARGEST {
            return Err(Unreadable::TooLarge { bytes: html.len() });
        }
        let document = document(html)?;
        let base = base(&document, url);
        Ok(Self { document, url, base })
    }

    /// An address of the page, made absolute; `None` unless it is one of the web, without a user's name in it.
    pub(super) fn address(&self, raw: &str) -> Option<Url> {
        web_address(&self.base, raw)
    }
}

/// An absolute http or https address, not too long, without credentials.
pub(super) fn web_address(base: &Url, raw: &str) -> Option<Url> {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > super::clean::ADDRESS {
        return None;
    }
    let url = base.join(raw).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    (plain && url.as_str().len() <= super::clean::ADDRESS).then_some(url)
}

/// The parser of a page.
pub(super) fn parser() -> Parser<Sink> {
    // As for a reader without scripts, so that what stands in `noscript` is seen.
    let tree_builder = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    // A byte order mark would be left out at the beginning of every piece, not of the page alone.
    let tokenizer = TokenizerOpts {
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let options = ParseOpts {
        tokenizer,
        tree_builder,
    };
    html5ever::parse_document(Sink::default(), options)
}

fn document(html: &str) -> Result<Document, Unreadable> {
    let began = Instant::now();
    let mut parser = parser();
    let mut rest = html.strip_prefix('\u{FEFF}').unwrap_or(html);
    let (mut tags, mut open, mut came, mut comparisons) = (Tags::default(), 0, 0, 0);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(boundary(rest, PIECE));
        parser.process(StrTendril::from_slice(piece));
        rest = after;
        let sink = &parser.tokenizer.sink.sink;
        if sink.document.tree.len() > MOST_NODES {
            return Err(Unreadable::TooManyElements { limit: MOST_NODES });
        }
        if sink.is_full() {
            return Err(Unreadable::TooManyAttributes);
        }
        if sink.is_too_tangled() {
            return Err(Unreadable::TooSlow);
        }
        if sink.is_too_deep() {
            return Err(Unreadable::TooDeep { limit: DEEPEST });
        }
        let attributes = tags.read(piece);
        // While something comes of what is read, it is no tag.
        if sink.came() == came {
            let more = attributes.checked_sub(open).unwrap_or(attributes);
            comparisons += attributes * more;
        }
        (came, open) = (sink.came(), attributes);
        if comparisons > MOST_COMPARISONS {
            return Err(Unreadable::TooManyAttributes);
        }
        if began.elapsed() > LONGEST {
            return Err(Unreadable::TooSlow);
        }
    }
    let document = parser.finish();
    if document.tree.len() > MOST_NODES {
        return Err(Unreadable::TooManyElements { limit: MOST_NODES });
    }
    Ok(document)
}

/// Where a text may be cut at or after `at` bytes.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(text.len())
}

/// What relative addresses are resolved against: the first `<base href>` that is an address of the web.
fn base(document: &Document, url: &Url) -> Url {
    document
        .select("base[href]")
        .nodes()
        .iter()
        .filter_map(|node| node.attr("href"))
        .find_map(|href| web_address(url, &href))
        .unwrap_or_else(|| url.clone())
}
