//! What is dropped and shortened until a message keeps every limit of its style.

use super::blocks::{Blocks, Keep};
use super::shorten::shorten;
use super::{ComposeError, Dropped, Length, Span, Style, Unit, tightest};

/// What a message is measured by: the network's limits, with the content warning that may count.
#[derive(Clone, Copy)]
pub(super) struct Scale<'a> {
    pub(super) style: &'a Style,
    pub(super) warning: Option<&'a str>,
}

impl Scale<'_> {
    /// The lengths of a text; `fixed` gives the spans that the text itself does not show.
    pub(super) fn lengths(&self, text: &str, fixed: impl FnOnce() -> Vec<Span>) -> Vec<Length> {
        self.style.lengths_of(text, fixed, self.warning)
    }

    pub(super) fn fits(&self, text: &str, fixed: impl FnOnce() -> Vec<Span>) -> bool {
        self.lengths(text, fixed).iter().all(|length| length.excess() == 0)
    }

    /// The limit that is exceeded most.
    fn exceeded(&self, text: &str, fixed: impl FnOnce() -> Vec<Span>) -> Option<Length> {
        let lengths: Vec<Length> = self
            .lengths(text, fixed)
            .into_iter()
            .filter(|length| length.excess() > 0)
            .collect();
        tightest(&lengths).copied()
    }

    /// The limit that leaves the smallest share.
    pub(super) fn tightest_of(&self, text: &str, fixed: impl FnOnce() -> Vec<Span>) -> Length {
        let none = Length {
            count: 0,
            limit: None,
            unit: Unit::Graphemes,
        };
        tightest(&self.lengths(text, fixed)).copied().unwrap_or(none)
    }
}

/// What stands of the blocks.
pub(super) struct Fitted {
    pub(super) summary: String,
    pub(super) keep: Keep,
    pub(super) dropped: Vec<Dropped>,
    pub(super) over: usize,
}

/// Drops and shortens until the message fits. Own text is neither dropped nor shortened.
pub(super) fn fit(blocks: &Blocks, scale: Scale<'_>, own: bool) -> Result<Fitted, ComposeError> {
    let style = scale.style;
    let of = |summary: &str, keep| (blocks.text(summary, keep), blocks.spans(summary, keep, style));
    let exceeded = |(text, spans): (String, Vec<Span>)| scale.exceeded(&text, || spans);
    let fits = |(text, spans): (String, Vec<Span>)| scale.fits(&text, || spans);
    let allowed = style.most.hashtags.unwrap_or(usize::MAX);
    let all = Keep {
        hashtags: blocks.hashtags.len().min(allowed),
        ..blocks.all()
    };
    let too_long = exceeded(of(&blocks.summary, all));
    let over = too_long.map_or(0, |length| length.excess());
    let Some(length) = too_long else {
        let fewer = all.hashtags < blocks.hashtags.len();
        return Ok(Fitted {
            summary: blocks.summary.clone(),
            keep: all,
            dropped: if fewer { vec![Dropped::Hashtags] } else { Vec::new() },
            over,
        });
    };
    if own {
        return Err(ComposeError::OwnTextTooLong { length });
    }
    let (keep, mut dropped) = drop_blocks(all, |keep| fits(of(&blocks.summary, keep)));
    if all.hashtags < blocks.hashtags.len() && !dropped.contains(&Dropped::Hashtags) {
        dropped.push(Dropped::Hashtags);
    }
    let mut summary = blocks.summary.clone();
    if keep.is_nothing() && !summary.is_empty() && !fits(of(&summary, keep)) {
        dropped.push(Dropped::Summary);
        summary = shorten(&summary, |cut| fits(of(cut, keep))).unwrap_or_default();
    }
    let (text, spans) = of(&summary, keep);
    match scale.exceeded(&text, || spans) {
        Some(length) => Err(ComposeError::LinkTooLong { length }),
        // Nothing at all had room: the limit is too small for a single character.
        None if text.is_empty() => {
            let (text, spans) = of(&blocks.summary, all);
            Err(ComposeError::LinkTooLong {
                length: scale.tightest_of(&text, || spans),
            })
        }
        None => Ok(Fitted {
            summary,
            keep,
            dropped,
            over,
        }),
    }
}

/// Which blocks behind the link can stay, and what goes for that.
fn drop_blocks(all: Keep, fits: impl Fn(Keep) -> bool) -> (Keep, Vec<Dropped>) {
    let mut keep = all;
    let mut dropped = Vec::new();
    // If not even the summary has room alone, there is no need to count each step of the way.
    let any = fits(Keep::NOTHING);
    if keep.join {
        keep.join = false;
        dropped.push(Dropped::Join);
        if any && fits(keep) {
            return (keep, dropped);
        }
    }
    if keep.handles {
        keep.handles = false;
        dropped.push(Dropped::Handles);
        if any && fits(keep) {
            return (keep, dropped);
        }
    }
    if keep.hashtags > 0 {
        dropped.push(Dropped::Hashtags);
        let fewer = keep.hashtags - 1;
        keep.hashtags = if any {
            most(fewer, |hashtags| fits(Keep { hashtags, ..keep }))
        } else {
            0
        };
        if any && fits(keep) {
            return (keep, dropped);
        }
    }
    if keep.alt {
        keep.alt = false;
        dropped.push(Dropped::Alt);
    }
    (keep, dropped)
}

/// The largest number up to `max` for which the condition holds, by halves; 0 if there is none.
fn most(max: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, max);
    while low < high {
        let middle = high - (high - low) / 2;
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}
