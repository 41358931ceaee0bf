//! Composing: from what a post says to the very text that a network gets, and how long it is there.
//!
//! Pure and deterministic: the same material and style give the same message. A message never exceeds a limit of its
//! style; the link is whole in every message; what had to go is named in the order in which it went.

mod blocks;
mod chars;
mod clean;
mod fit;
mod length;
mod mastodon;
mod shorten;
mod spans;
#[cfg(test)]
mod tests;

use std::fmt;

pub use length::{Length, Limit, Rule, Unit, count};

use blocks::{Blocks, Link, append};
use fit::{Scale, fit};

/// How a network shows the link to the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkStyle {
    /// "Read the full article: https://…"
    Bare,
    /// "Read the full article", the address in a [`Span`].
    Labelled,
}

/// How messages are arranged and counted on a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Every one of them must hold.
    pub limits: Vec<Limit>,
    pub links: LinkStyle,
    /// Whether the client makes the link card, from title and summary (Bluesky).
    pub card: bool,
    /// Whether hashtags need spans (Bluesky facets).
    pub tags: bool,
    /// Whether mentions need spans.
    pub mentions: bool,
}

/// What a message is made from; all of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Material {
    /// Stands for the summary where there is none.
    pub title: Option<String>,
    pub summary: Option<String>,
    /// The article.
    pub url: Option<String>,
    /// As the editor wrote them; a leading `#`, spaces and repetitions are put right.
    pub hashtags: Vec<String>,
    /// The label of the link ("Read the full article").
    pub read_more: String,
    /// Where to comment or share.
    pub handles: Option<String>,
    /// The organisation's call to action.
    pub join: Option<String>,
    /// The channel's own text; stands for summary, hashtags, handles and join.
    pub own_text: Option<String>,
    /// The content warning, sent beside the text; counted where the network counts it.
    pub warning: Option<String>,
}

/// What a span leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A URL.
    Link(String),
    /// A hashtag, without `#`.
    Tag(String),
    /// A handle, without `@`.
    Mention(String),
}

/// A piece of a part's text that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// In UTF-8 bytes, inclusive.
    pub start: usize,
    /// In UTF-8 bytes, exclusive.
    pub end: usize,
    pub target: Target,
}

/// A link card that the client makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Card {
    pub url: String,
    /// May be empty.
    pub title: String,
    /// May be empty; at most 300 graphemes.
    pub description: String,
}

/// One message on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The visible text.
    pub text: String,
    /// Sorted; none overlaps another.
    pub spans: Vec<Span>,
    /// One for each limit of the style, in that order.
    pub lengths: Vec<Length>,
    pub card: Option<Card>,
}

impl Part {
    /// The length that leaves the smallest share of its limit.
    #[must_use]
    pub fn tightest(&self) -> Option<&Length> {
        tightest(&self.lengths)
    }
}

/// What had to go for the message to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dropped {
    Join,
    Handles,
    /// Some or all of them.
    Hashtags,
    /// Shortened, or gone.
    Summary,
}

impl Dropped {
    /// Its word in the JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Dropped::Join => "join",
            Dropped::Handles => "handles",
            Dropped::Hashtags => "hashtags",
            Dropped::Summary => "summary",
        }
    }
}

/// A composed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// In order; one, as long as there are no threads.
    pub parts: Vec<Part>,
    /// Each once, in the order in which they go.
    pub dropped: Vec<Dropped>,
    /// How many units (of the tightest limit) the summary would have to lose for everything to fit; 0 if nothing was
    /// dropped.
    pub over: usize,
}

/// Why there is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComposeError {
    /// There is nothing to say.
    Empty,
    /// The channel's own text, with the link, does not fit. It is never shortened.
    OwnTextTooLong { length: Length },
    /// What is never cut (the link with its label, the content warning) does not fit, or leaves no room for any text.
    LinkTooLong { length: Length },
}

impl fmt::Display for ComposeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = |length: &Length| {
            let unit = if length.unit == Unit::Bytes {
                "bytes"
            } else {
                "characters"
            };
            format!(
                "{} {unit}, and {} are allowed",
                length.count,
                length.limit.unwrap_or(usize::MAX)
            )
        };
        match self {
            ComposeError::Empty => f.write_str("there is nothing to publish: give a summary, a text or a URL"),
            ComposeError::OwnTextTooLong { length } => {
                write!(
                    f,
                    "the text with its link has {}: shorten it by {}",
                    numbers(length),
                    length.excess()
                )
            }
            ComposeError::LinkTooLong { length } => write!(
                f,
                "the link and the content warning alone leave no room (they have {}): use a shorter link or warning",
                numbers(length)
            ),
        }
    }
}

impl std::error::Error for ComposeError {}

/// Composes a post for a network.
///
/// Summary, link, hashtags, handles and join stand under each other, parted by an empty line. If that is too long, the
/// join goes, then the handles, then the hashtags from the last, then the end of the summary: at a sentence, else at a
/// word with "…". The link always stays.
///
/// # Errors
/// [`ComposeError`]: nothing to say, or what may not be shortened does not fit.
pub fn compose(material: &Material, style: &Style) -> Result<Message, ComposeError> {
    let scale = Scale {
        limits: &style.limits,
        warning: material.warning.as_deref(),
    };
    let link = Link::of(material, style);
    if let Some(own) = clean::some(clean::text(material.own_text.as_deref().unwrap_or_default())) {
        return compose_own(own, link, material, style, &scale);
    }
    let blocks = Blocks::of(material, link);
    if blocks.is_empty() {
        return Err(ComposeError::Empty);
    }
    let fitted = fit(&blocks, &scale)?;
    let spans = blocks.spans(&fitted.summary, fitted.keep, style);
    let text = blocks.text(&fitted.summary, fitted.keep);
    let part = part(text, spans, blocks.link.as_ref(), material, style, &scale);
    Ok(Message {
        parts: vec![part],
        dropped: fitted.dropped,
        over: fitted.over,
    })
}

fn compose_own(
    own: String,
    link: Option<Link>,
    material: &Material,
    style: &Style,
    scale: &Scale<'_>,
) -> Result<Message, ComposeError> {
    let mut text = own;
    let mut fixed = Vec::new();
    if let Some(link) = &link {
        if let Some((start, end)) = spans::find_url(&text, &link.url) {
            if style.links == LinkStyle::Labelled {
                fixed.push(Span {
                    start,
                    end,
                    target: Target::Link(link.url.clone()),
                });
            }
        } else {
            append(&mut text, &link.line);
            fixed.extend(link.span(text.len() - link.line.len()));
        }
    }
    if let Some(length) = scale.exceeded(&text) {
        return Err(ComposeError::OwnTextTooLong { length });
    }
    let part = part(text, fixed, link.as_ref(), material, style, scale);
    Ok(Message {
        parts: vec![part],
        dropped: Vec::new(),
        over: 0,
    })
}

fn part(
    text: String,
    fixed: Vec<Span>,
    link: Option<&Link>,
    material: &Material,
    style: &Style,
    scale: &Scale<'_>,
) -> Part {
    let spans = spans::all(&text, fixed, style);
    let lengths = scale.lengths(&text);
    let card = link.filter(|_| style.card).map(|link| card(link, material));
    Part {
        text,
        spans,
        lengths,
        card,
    }
}

fn card(link: &Link, material: &Material) -> Card {
    const MAX: usize = 300;
    let short = |raw: &Option<String>| {
        let line = clean::line(raw.as_deref().unwrap_or_default());
        let fits = |text: &str| Unit::Graphemes.measure(text) <= MAX;
        if fits(&line) {
            line
        } else {
            shorten::shorten(&line, fits).unwrap_or_default()
        }
    };
    Card {
        url: link.url.clone(),
        title: short(&material.title),
        description: short(&material.summary),
    }
}

/// The length that leaves the smallest share of its limit; of equal ones the first.
#[must_use]
pub fn tightest(lengths: &[Length]) -> Option<&Length> {
    lengths.iter().reduce(|tightest, length| {
        if length.is_tighter_than(tightest) {
            length
        } else {
            tightest
        }
    })
}
