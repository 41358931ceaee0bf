//! The blocks of a message and how they stand under each other.

use super::chars::is_unspaced;
use super::{LinkStyle, Material, Span, Style, Target, clean, spans};

/// What stands between two blocks.
pub(super) const BETWEEN: &str = "\n\n";

/// The link line: a label and an address, or the label alone with the address behind it.
pub(super) struct Link {
    pub(super) url: String,
    pub(super) line: String,
    style: LinkStyle,
}

impl Link {
    pub(super) fn of(material: &Material, style: &Style) -> Option<Link> {
        let url = clean::some(clean::url(material.url.as_deref().unwrap_or_default()))?;
        let mut label = clean::line(&material.read_more);
        if style.links == LinkStyle::Labelled {
            // The colon leads to an address that is not shown.
            label.truncate(label.trim_end_matches([':', '：', ' ']).len());
        }
        let line = match style.links {
            _ if label.is_empty() => url.clone(),
            LinkStyle::Labelled => label,
            LinkStyle::Bare if label.ends_with('：') => format!("{label}{url}"),
            LinkStyle::Bare if label.ends_with(is_unspaced) => format!("{label}：{url}"),
            LinkStyle::Bare if label.ends_with(':') => format!("{label} {url}"),
            LinkStyle::Bare => format!("{label}: {url}"),
        };
        Some(Link {
            url,
            line,
            style: style.links,
        })
    }

    /// The span of the line, where the address is not visible by itself.
    pub(super) fn span(&self, start: usize) -> Option<Span> {
        let end = start + self.line.len();
        (self.style == LinkStyle::Labelled).then(|| Span {
            start,
            end,
            target: Target::Link(self.url.clone()),
        })
    }

    /// The span of an address that stands in a text already, where the network does not see it by itself.
    pub(super) fn at(&self, (start, end): (usize, usize)) -> Option<Span> {
        (self.style == LinkStyle::Labelled).then(|| Span {
            start,
            end,
            target: Target::Link(self.url.clone()),
        })
    }
}

/// Everything a message may say, cleaned.
pub(super) struct Blocks {
    pub(super) summary: String,
    pub(super) link: Option<Link>,
    pub(super) hashtags: Vec<String>,
    pub(super) handles: Option<String>,
    pub(super) join: Option<String>,
    /// What the pictures tell.
    pub(super) alt: Option<String>,
}

/// What the pictures tell, each in brackets.
pub(super) fn alts(alts: &[Option<String>]) -> Option<String> {
    let told: Vec<String> = alts
        .iter()
        .flatten()
        .filter_map(|alt| clean::some(clean::line(alt)))
        .map(|alt| format!("[{alt}]"))
        .collect();
    clean::some(told.join("\n"))
}

/// Which of the blocks behind the link stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Keep {
    pub(super) alt: bool,
    pub(super) hashtags: usize,
    pub(super) handles: bool,
    pub(super) join: bool,
}

impl Keep {
    pub(super) const NOTHING: Keep = Keep {
        alt: false,
        hashtags: 0,
        handles: false,
        join: false,
    };

    pub(super) fn is_nothing(self) -> bool {
        self == Keep::NOTHING
    }
}

impl Blocks {
    /// The structure of the post; the link is put in by the caller, where it belongs into the text.
    pub(super) fn of(material: &Material) -> Blocks {
        let block = |raw: &Option<String>| clean::some(clean::text(raw.as_deref().unwrap_or_default()));
        Blocks {
            summary: block(&material.summary)
                .or_else(|| block(&material.title))
                .unwrap_or_default(),
            link: None,
            hashtags: clean::hashtags(&material.hashtags),
            handles: block(&material.handles),
            join: block(&material.join),
            alt: None,
        }
    }

    /// The channel's own text. The link is put in by the caller, as above.
    pub(super) fn own(text: String) -> Blocks {
        Blocks {
            summary: text,
            link: None,
            hashtags: Vec::new(),
            handles: None,
            join: None,
            alt: None,
        }
    }

    /// Whether there are no words beside the link.
    pub(super) fn says_nothing(&self) -> bool {
        self.summary.is_empty() && self.hashtags.is_empty() && self.handles.is_none() && self.join.is_none()
    }

    /// The hashtags in a line.
    pub(super) fn tags(&self, keep: usize) -> String {
        let mut line = String::new();
        for tag in self.hashtags.iter().take(keep) {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push('#');
            line.push_str(tag);
        }
        line
    }

    pub(super) fn all(&self) -> Keep {
        Keep {
            alt: self.alt.is_some(),
            hashtags: self.hashtags.len(),
            handles: self.handles.is_some(),
            join: self.join.is_some(),
        }
    }

    /// The message with this summary.
    pub(super) fn text(&self, summary: &str, keep: Keep) -> String {
        let mut text = summary.to_owned();
        if let Some(link) = &self.link {
            append(&mut text, &link.line);
        }
        if let Some(alt) = self.alt.as_deref().filter(|_| keep.alt) {
            append(&mut text, alt);
        }
        let tags = self.tags(keep.hashtags);
        if !tags.is_empty() {
            append(&mut text, &tags);
        }
        let handles = self.handles.as_deref().filter(|_| keep.handles);
        let join = self.join.as_deref().filter(|_| keep.join);
        for block in [handles, join].into_iter().flatten() {
            append(&mut text, block);
        }
        text
    }

    /// The spans of the link and the hashtags in that message.
    pub(super) fn spans(&self, summary: &str, keep: Keep, style: &Style) -> Vec<Span> {
        let after = |end: usize| if end == 0 { 0 } else { end + BETWEEN.len() };
        let mut found = Vec::new();
        let mut end = summary.len();
        if let Some(link) = &self.link {
            let start = after(end);
            end = start + link.line.len();
            found.extend(link.span(start));
        }
        if let Some(alt) = self.alt.as_deref().filter(|_| keep.alt) {
            end = after(end) + alt.len();
        }
        let mut start = after(end);
        for tag in self.hashtags.iter().take(keep.hashtags).filter(|_| style.tags) {
            let end = start + 1 + tag.len();
            if spans::is_tag(tag) {
                found.push(Span {
                    start,
                    end,
                    target: Target::Tag(tag.clone()),
                });
            }
            start = end + 1;
        }
        found
    }
}

/// Adds a block below what stands already.
pub(super) fn append(text: &mut String, block: &str) {
    if !text.is_empty() {
        text.push_str(BETWEEN);
    }
    text.push_str(block);
}
