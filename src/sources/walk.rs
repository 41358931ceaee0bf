//! Walking an XML document from tag to tag, with what a feed needs to know at each: which vocabulary it is of, where
//! relative addresses begin, and which language is spoken.
//!
//! Nothing is kept of what was passed. Entities that the document defines are left as they stand.

use std::borrow::Cow;

use quick_xml::errors::SyntaxError;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{Error, NsReader, XmlVersion};
use url::Url;

use super::{Unreadable, plain};

/// Elements within elements, at most. Feeds need about five, the XHTML in them some dozens.
const DEEPEST: usize = 256;

/// A vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ns {
    /// None at all, or one of the RSS that has one.
    Rss,
    /// Of 1.0 or 0.3.
    Atom,
    Rdf,
    Dublin,
    Content,
    Media,
    Itunes,
    FeedBurner,
    Other,
}

impl Ns {
    fn of_uri(uri: &str) -> Self {
        // Written with and without a slash, with either scheme, and with old version numbers.
        let uri = uri.trim().trim_end_matches(['/', '#']).to_ascii_lowercase();
        let bare = uri.split_once("://").map_or(uri.as_str(), |(_, bare)| bare);
        match bare {
            "www.w3.org/2005/atom" | "purl.org/atom/ns" => Self::Atom,
            "www.w3.org/1999/02/22-rdf-syntax-ns" => Self::Rdf,
            "search.yahoo.com/mrss" => Self::Media,
            "www.itunes.com/dtds/podcast-1.0.dtd" => Self::Itunes,
            "rssnamespace.org/feedburner/ext/1.0" => Self::FeedBurner,
            _ if bare.starts_with("purl.org/dc/") => Self::Dublin,
            _ if bare.starts_with("purl.org/rss/1.0/modules/content") => Self::Content,
            "purl.org/rss/1.0" | "my.netscape.com/rdf/simple/0.9" | "channel.netscape.com/rdf/simple/0.9" => Self::Rss,
            _ if bare.starts_with("backend.userland.com/rss") || bare.starts_with("cyber.law.harvard.edu/rss") => {
                Self::Rss
            }
            "" => Self::Rss,
            _ => Self::Other,
        }
    }

    /// By the usual prefix, where a feed forgot to say what it stands for.
    fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "rss" => Self::Rss,
            "atom" | "a10" => Self::Atom,
            "rdf" => Self::Rdf,
            "dc" | "dcterms" => Self::Dublin,
            "content" => Self::Content,
            "media" => Self::Media,
            "itunes" => Self::Itunes,
            "feedburner" => Self::FeedBurner,
            _ => Self::Other,
        }
    }
}

/// The beginning of an element.
pub(super) struct Element<'i> {
    pub(super) ns: Ns,
    start: BytesStart<'i>,
}

impl Element<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// An attribute's value by its name as written, with its entities filled in.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        attribute(&self.start, name)
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = start.attributes();
    let found = all
        .with_checks(false)
        .map_while(Result::ok)
        .find(|attribute| attribute.key.into_inner() == name)?;
    // Not as strict as XML is: a bare "&" in an address is the commonest mistake of all.
    Some(html_escape::decode_html_entities(&found.value).into_owned())
}

/// What comes next.
pub(super) enum Step<'i> {
    Open(Element<'i>),
    Close,
    Text(Cow<'i, str>),
    End,
}

/// A walk through a document.
pub(super) struct Walk<'i> {
    reader: NsReader<&'i [u8]>,
    depth: usize,
    /// The bases that were named, each with the depth where it holds; the document's own first.
    bases: Vec<(usize, Url)>,
    /// The same for languages.
    languages: Vec<(usize, String)>,
}

impl<'i> Walk<'i> {
    pub(super) fn new(text: &'i str, url: &Url) -> Self {
        let mut reader = NsReader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            depth: 0,
            bases: vec![(0, url.clone())],
            languages: Vec::new(),
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The language that is spoken here, as written.
    pub(super) fn language(&self) -> Option<&str> {
        self.languages.last().map(|(_, language)| language.as_str())
    }

    /// A web address, whole; `None` where it is none that a reader could follow.
    pub(super) fn address(&self, text: &str) -> Option<String> {
        let (_, base) = self.bases.last()?;
        super::item::address(text, base)
    }

    /// The next step. After an error there is none that means anything.
    pub(super) fn next(&mut self) -> Result<Step<'i>, Unreadable> {
        loop {
            let event = self.reader.read_resolved_event();
            let (ns, event) = match event {
                Ok((ResolveResult::Bound(namespace), event)) => (Ns::of_uri(namespace.into_inner()), event),
                Ok((ResolveResult::Unbound, event)) => (Ns::Rss, event),
                Ok((ResolveResult::Unknown(prefix), event)) => (Ns::of_prefix(&prefix), event),
                Err(error) => return Err(self.broken(&error)),
            };
            match event {
                Event::Start(start) => {
                    self.open(&start)?;
                    return Ok(Step::Open(Element { ns, start }));
                }
                Event::End(_) => {
                    self.close();
                    return Ok(Step::Close);
                }
                Event::Text(text) => return Ok(Step::Text(owned(text.xml_content(XmlVersion::Implicit1_0)))),
                Event::CData(text) => return Ok(Step::Text(owned(text.xml_content(XmlVersion::Implicit1_0)))),
                Event::GeneralRef(reference) => return Ok(Step::Text(Cow::Owned(filled_in(&reference)))),
                Event::Eof if self.depth > 0 => return Err(Unreadable::Cut),
                Event::Eof => return Ok(Step::End),
                // Empty ones are expanded; the others say nothing.
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    /// The text up to the end of the element that was just opened, at most about `most` bytes of it. Elements inside
    /// are left out, the text in them stays; where they part words there is a space.
    pub(super) fn text(&mut self, most: usize) -> Result<String, Unreadable> {
        let outer = self.depth;
        let mut hidden = usize::MAX;
        let mut text = String::new();
        while self.depth >= outer {
            match self.next()? {
                Step::Open(element) => {
                    if plain::hides(element.name()) {
                        hidden = hidden.min(self.depth);
                    }
                    if plain::parts(element.name()) && text.len() < most {
                        text.push(' ');
                    }
                }
                Step::Close => {
                    if self.depth < hidden {
                        hidden = usize::MAX;
                    }
                }
                Step::Text(more) if text.len() < most && hidden == usize::MAX => text.push_str(&more),
                Step::Text(_) => {}
                Step::End => break,
            }
        }
        Ok(text)
    }

    /// Passes the element that was just opened.
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        self.text(0).map(drop)
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Unreadable> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unreadable::Deep);
        }
        if let Some(base) = attribute(start, "xml:base")
            && let Some((_, outer)) = self.bases.last()
            && let Ok(base) = outer.join(base.trim())
        {
            self.bases.push((self.depth, base));
        }
        if let Some(language) = attribute(start, "xml:lang") {
            self.languages.push((self.depth, language));
        }
        Ok(())
    }

    fn close(&mut self) {
        let depth = self.depth;
        self.bases.pop_if(|(at, _)| *at >= depth && depth > 0);
        self.languages.pop_if(|(at, _)| *at >= depth);
        self.depth = depth.saturating_sub(1);
    }

    fn broken(&self, error: &Error) -> Unreadable {
        match error {
            Error::Syntax(SyntaxError::InvalidBangMarkup) => Unreadable::Broken {
                at: self.reader.error_position(),
                why: "what stands after \"<!\" is not XML".to_owned(),
            },
            Error::Syntax(_) => Unreadable::Cut,
            other => Unreadable::Broken {
                at: self.reader.error_position(),
                why: plain::text(&other.to_string(), 200).unwrap_or_default(),
            },
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// The character of a reference. One that the document defines itself is not looked up, and stays as it is written:
/// names of HTML are read later.
fn filled_in(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        Ok(None) | Err(_) => resolve_xml_entity(reference).map_or_else(|| format!("&{};", &**reference), str::to_owned),
    }
}
