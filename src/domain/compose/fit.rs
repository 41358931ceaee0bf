//! What is dropped and shortened until a message keeps every limit of its style.

use super::blocks::{Blocks, Keep};
use super::shorten::shorten;
use super::{ComposeError, Dropped, Length, Limit, Unit, count, tightest};

/// The limits of a style, with the content warning that may count.
pub(super) struct Scale<'a> {
    pub(super) limits: &'a [Limit],
    pub(super) warning: Option<&'a str>,
}

impl Scale<'_> {
    pub(super) fn lengths(&self, text: &str) -> Vec<Length> {
        self.limits
            .iter()
            .map(|limit| count(text, self.warning, limit))
            .collect()
    }

    fn fits(&self, text: &str) -> bool {
        self.limits
            .iter()
            .all(|limit| limit.max.is_none() || count(text, self.warning, limit).excess() == 0)
    }

    /// The limit that is exceeded most.
    pub(super) fn exceeded(&self, text: &str) -> Option<Length> {
        let lengths: Vec<Length> = self
            .lengths(text)
            .into_iter()
            .filter(|length| length.excess() > 0)
            .collect();
        tightest(&lengths).copied()
    }

    fn tightest_of(&self, text: &str) -> Length {
        let none = Length {
            count: 0,
            limit: None,
            unit: Unit::Graphemes,
        };
        tightest(&self.lengths(text)).copied().unwrap_or(none)
    }
}

/// What stands of the blocks.
pub(super) struct Fitted {
    pub(super) summary: String,
    pub(super) keep: Keep,
    pub(super) dropped: Vec<Dropped>,
    pub(super) over: usize,
}

/// Drops and shortens until the message fits.
pub(super) fn fit(blocks: &Blocks, scale: &Scale<'_>) -> Result<Fitted, ComposeError> {
    let whole = |keep| blocks.text(&blocks.summary, keep);
    let over = scale.exceeded(&whole(blocks.all())).map_or(0, |length| length.excess());
    if over == 0 {
        return Ok(Fitted {
            summary: blocks.summary.clone(),
            keep: blocks.all(),
            dropped: Vec::new(),
            over,
        });
    }
    let (keep, mut dropped) = drop_blocks(blocks, |keep| scale.fits(&whole(keep)));
    let mut summary = blocks.summary.clone();
    if keep.is_nothing() && !summary.is_empty() && !scale.fits(&whole(keep)) {
        dropped.push(Dropped::Summary);
        summary = shorten(&summary, |cut| scale.fits(&blocks.text(cut, keep))).unwrap_or_default();
    }
    let text = blocks.text(&summary, keep);
    match scale.exceeded(&text) {
        Some(length) => Err(ComposeError::LinkTooLong { length }),
        // Nothing at all had room: the limit is too small for a single character.
        None if text.is_empty() => Err(ComposeError::LinkTooLong {
            length: scale.tightest_of(&whole(blocks.all())),
        }),
        None => Ok(Fitted {
            summary,
            keep,
            dropped,
            over,
        }),
    }
}

/// Which blocks behind the link can stay, and what goes for that.
fn drop_blocks(blocks: &Blocks, fits: impl Fn(Keep) -> bool) -> (Keep, Vec<Dropped>) {
    let mut keep = blocks.all();
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
