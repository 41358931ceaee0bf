//! Composing: from what a post says to the very text that a network gets, and how long it is there.
//!
//! Pure and deterministic: the same material and style give the same message. A message never exceeds a limit of its
//! style; the link is whole in every message; what had to go is named in the order in which it went.

mod blocks;
mod chars;
mod clean;
mod fit;
mod length;
mod markup;
mod mastodon;
mod place;
mod shorten;
mod spans;
mod style;
#[cfg(test)]
mod tests;
mod thread;
mod utf16;
mod weighted;

use std::collections::HashSet;
use std::fmt;

pub use clean::{line as clean_line, text as clean_text};
pub use length::{Length, Limit, Rule, Unit, count};
pub use markup::{Markup, write};
pub use place::LinkPlace;
pub use style::{LinkStyle, Most, Style};
pub use utf16::utf16;
#[cfg(test)]
pub(crate) use weighted::Weights;
pub use weighted::has_forbidden;

use blocks::{Blocks, Link};
use fit::{Scale, fit};

use crate::domain::entities::{Kind, entities};

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
    /// Where the channel wants the link; where its network has no such place, it stands in the text.
    pub place: LinkPlace,
    /// Whether what is too long goes on in further parts, where the network has threads.
    pub thread: bool,
    /// What each of the post's pictures tells; `None` where nobody said it.
    pub alts: Vec<Option<String>>,
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

    /// Whether a span leads to this address.
    fn leads_to(&self, url: &str) -> bool {
        self.spans
            .iter()
            .any(|span| matches!(&span.target, Target::Link(target) if target == url))
    }
}

/// What had to go for the message to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dropped {
    Join,
    Handles,
    /// Some or all of them.
    Hashtags,
    /// What the pictures tell, on a network that has no place beside them for it.
    Alt,
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
            Dropped::Alt => "alt",
            Dropped::Summary => "summary",
        }
    }
}

/// A composed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// In order: one; those of a thread; or the post and the comment with its link.
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
    /// More of a thing than the network takes in one message ("links", "mentions", "cashtags").
    TooMany {
        what: &'static str,
        count: usize,
        most: usize,
    },
    /// A thread of so many parts would not be read.
    TooManyParts { most: usize },
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
            ComposeError::TooMany { what, count, most } => {
                write!(
                    f,
                    "the text has {count} {what}, and the network takes {most}: leave some out"
                )
            }
            ComposeError::TooManyParts { most } => {
                write!(
                    f,
                    "the text would need more than {most} messages: shorten it, or link to it"
                )
            }
        }
    }
}

impl std::error::Error for ComposeError {}

/// Composes a post for a network.
///
/// Summary, link, hashtags, handles and join stand under each other, parted by an empty line. If that is too long, the
/// join goes, then the handles, then the hashtags from the last, then the end of the summary: at a sentence, else at a
/// word with "…". The link always stays. With `thread`, the text goes on in further parts instead.
///
/// # Errors
/// [`ComposeError`]: nothing to say, or what may not be shortened does not fit.
pub fn compose(material: &Material, style: &Style) -> Result<Message, ComposeError> {
    let pictured = (!material.alts.is_empty()).then(|| style.with_pictures());
    let style = pictured.as_ref().unwrap_or(style);
    let scale = Scale {
        style,
        warning: material.warning.as_deref(),
    };
    let own = clean::some(clean::text(material.own_text.as_deref().unwrap_or_default()));
    let is_own = own.is_some();
    let mut blocks = match own {
        Some(text) => Blocks::own(text),
        None => Blocks::of(material),
    };
    if !style.alt {
        blocks.alt = blocks::alts(&material.alts);
    }
    let link = Link::of(material, style);
    if blocks.says_nothing() && link.is_none() {
        return Err(ComposeError::Empty);
    }
    // Where the text holds the address itself: its own words are the link.
    let held = link
        .as_ref()
        .filter(|_| is_own)
        .and_then(|link| Some((spans::find_url(&blocks.summary, &link.url)?, link)))
        // Servers that find addresses by themselves take "。" and all behind it for a part of them.
        .filter(|((_, end), _)| style.links == LinkStyle::Labelled || !blocks.summary[*end..].starts_with(is_wide))
        .map(|(at, link)| link.at(at));
    let place = if style.has(material.place) && !blocks.says_nothing() {
        material.place
    } else {
        LinkPlace::Text
    };
    let (card, mut comment) = (
        link.as_ref().filter(|_| style.card).map(|link| card(link, material)),
        None,
    );
    match place {
        _ if held.is_some() => {}
        LinkPlace::Text => blocks.link = link,
        LinkPlace::Card => {}
        LinkPlace::FirstComment => comment = link,
    }
    let held: Vec<Span> = held.into_iter().flatten().collect();
    let mut message = if material.thread && style.threads {
        thread::compose(&blocks, &held, scale, is_own)?
    } else {
        single(&blocks, &held, scale, is_own)?
    };
    if let Some(link) = comment {
        let spans = link.span(0).into_iter().collect();
        let comment = part(link.line, spans, scale);
        if let Some(length) = comment.tightest().filter(|length| length.excess() > 0) {
            return Err(ComposeError::LinkTooLong { length: *length });
        }
        message.parts.push(comment);
    }
    // The card goes with the message that has the link, else with the first.
    let url = card.as_ref().map(|card| card.url.clone()).unwrap_or_default();
    let carrier = message
        .parts
        .iter()
        .position(|part| part.text.contains(&url) || part.leads_to(&url))
        .unwrap_or(0);
    if let Some(part) = message.parts.get_mut(carrier) {
        part.card = card;
    }
    for part in &message.parts {
        too_many(part, style)?;
    }
    Ok(message)
}

/// Whether a character right behind an address may be taken for a part of it.
fn is_wide(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace()
}

/// Everything in one part; what does not fit is dropped.
fn single(blocks: &Blocks, held: &[Span], scale: Scale<'_>, own: bool) -> Result<Message, ComposeError> {
    let fitted = fit(blocks, scale, own)?;
    let mut fixed = blocks.spans(&fitted.summary, fitted.keep, scale.style);
    fixed.extend(held.iter().cloned());
    let text = blocks.text(&fitted.summary, fitted.keep);
    Ok(Message {
        parts: vec![part(text, fixed, scale)],
        dropped: fitted.dropped,
        over: fitted.over,
    })
}

/// Whether the part has more of a thing than the network takes.
fn too_many(part: &Part, style: &Style) -> Result<(), ComposeError> {
    let most = style.most;
    if most == Most::default() {
        return Ok(());
    }
    let found = entities(&part.text);
    let of = |kind: Kind| found.iter().filter(move |entity| entity.kind == kind);
    let addresses: HashSet<&str> = of(Kind::Url)
        .filter_map(|entity| part.text.get(entity.start..entity.end))
        .collect();
    let counted = [
        ("links", addresses.len(), most.links),
        ("mentions", of(Kind::Mention).count(), most.mentions),
        ("hashtags", of(Kind::Hashtag).count(), most.hashtags),
        ("cashtags ($NAME)", of(Kind::Cashtag).count(), most.cashtags),
    ];
    for (what, count, most) in counted {
        if let Some(most) = most.filter(|most| count > *most) {
            return Err(ComposeError::TooMany { what, count, most });
        }
    }
    Ok(())
}

fn part(text: String, fixed: Vec<Span>, scale: Scale<'_>) -> Part {
    let spans = spans::all(&text, fixed, scale.style);
    let lengths = scale.style.lengths(&text, &spans, scale.warning);
    Part {
        text,
        spans,
        lengths,
        card: None,
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
