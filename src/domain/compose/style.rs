//! What the composer must know of a network, as data.

use super::{Length, Limit, LinkPlace, Markup, Span, count, markup, spans};

/// How a network shows the link to the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkStyle {
    /// "Read the full article: https://…"
    Bare,
    /// "Read the full article", the address in a [`Span`].
    Labelled,
}

/// How many of a thing a network takes in one message, beside the length; `None` where it does not count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Most {
    pub hashtags: Option<usize>,
    pub mentions: Option<usize>,
    /// Different addresses.
    pub links: Option<usize>,
    pub cashtags: Option<usize>,
}

/// How messages are arranged and counted on a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Every one of them must hold.
    pub limits: Vec<Limit>,
    pub links: LinkStyle,
    /// How the text is written in the request; it is counted as written.
    pub markup: Markup,
    /// Whether a message carries a link card beside its text.
    pub card: bool,
    /// Whether hashtags need spans.
    pub tags: bool,
    /// Whether mentions need spans.
    pub mentions: bool,
    pub most: Most,
    /// Whether a long text can go on in further messages that answer the first.
    pub threads: bool,
    /// Whether we can comment on our own post.
    pub comments: bool,
    /// Whether a picture's alt text travels beside it; else it stands in the text.
    pub alt: bool,
    /// The first limit, where it is another for a message with pictures.
    pub caption: Option<usize>,
}

impl Style {
    /// Text as it is, addresses as they are, one message.
    #[must_use]
    pub fn plain(limits: Vec<Limit>) -> Self {
        Self {
            limits,
            links: LinkStyle::Bare,
            markup: Markup::None,
            card: false,
            tags: false,
            mentions: false,
            most: Most::default(),
            threads: false,
            comments: false,
            alt: true,
            caption: None,
        }
    }

    /// The style of a message with pictures: its limit is the caption's, and it has no link card beside them.
    #[must_use]
    pub fn with_pictures(&self) -> Self {
        let mut style = self.clone();
        style.card = false;
        if let (Some(limit), Some(most)) = (style.limits.first_mut(), style.caption) {
            limit.max = Some(limit.max.map_or(most, |max| max.min(most)));
        }
        style
    }

    /// Whether the network has this place for the link.
    #[must_use]
    pub fn has(&self, place: LinkPlace) -> bool {
        match place {
            LinkPlace::Text => true,
            LinkPlace::FirstComment => self.comments,
            LinkPlace::Card => self.card,
        }
    }

    /// How long a text with these spans is, by each limit.
    #[must_use]
    pub fn lengths(&self, text: &str, spans: &[Span], warning: Option<&str>) -> Vec<Length> {
        let written = markup::write(text, spans, self.markup);
        let of = |limit| count(&written, warning, limit);
        self.limits.iter().map(of).collect()
    }

    /// As [`Style::lengths`], where only the spans are known that the text itself does not show.
    pub(super) fn lengths_of(
        &self,
        text: &str,
        fixed: impl FnOnce() -> Vec<Span>,
        warning: Option<&str>,
    ) -> Vec<Length> {
        if self.markup == Markup::None {
            self.lengths(text, &[], warning)
        } else {
            self.lengths(text, &spans::all(text, fixed(), self), warning)
        }
    }
}
