//! A long text as a thread: numbered parts that answer the first.
//!
//! The text ends a part at a sentence, else at a word, else between two clusters. The link stands in the first part; the
//! hashtags, the handles and the join line come last. No part but the last is under a fifth of the limit: rather is a
//! sentence parted.

use super::blocks::{Blocks, append};
use super::clean::balanced;
use super::fit::Scale;
use super::shorten::{cluster_ends, longest, reach, sentence_ends, word_ends};
use super::{ComposeError, Message, Part, Span, part, single};

/// The most parts; a thread of more would not be read, and is rather a slip.
const MOST: usize = 99;
/// The part of the limit that every part but the last fills.
const SHARE: usize = 5;

/// The message in as many parts as it needs; one without a number if all fits there.
pub(super) fn compose(blocks: &Blocks, held: &[Span], scale: Scale<'_>, own: bool) -> Result<Message, ComposeError> {
    let whole = single(blocks, held, scale, own);
    if whole.as_ref().is_ok_and(|message| message.dropped.is_empty()) {
        return whole;
    }
    let body = Body::of(blocks);
    let mut chunks = body.split(blocks, scale, 1)?;
    if chunks.len() > 9 {
        chunks = body.split(blocks, scale, 2)?;
    }
    if chunks.is_empty() {
        // Only a link, and it does not fit.
        return whole;
    }
    let total = chunks.len().to_string();
    let parts: Vec<Part> = chunks
        .iter()
        .enumerate()
        .map(|(no, chunk)| {
            let (text, spans) = framed(blocks, chunk, no, &total);
            part(text, spans, scale)
        })
        .collect();
    Ok(Message {
        parts,
        dropped: Vec::new(),
        over: 0,
    })
}

/// Everything but the link, one block under the other.
struct Body {
    text: String,
    /// Where the summary ends; sentences count up to there, of the other blocks the whole.
    summary: usize,
    /// Where the blocks end.
    ends: Vec<usize>,
}

impl Body {
    fn of(blocks: &Blocks) -> Body {
        let tags = blocks.tags(usize::MAX);
        let mut body = Body {
            text: String::new(),
            summary: blocks.summary.len(),
            ends: Vec::new(),
        };
        for block in [
            Some(blocks.summary.as_str()),
            blocks.alt.as_deref(),
            Some(tags.as_str()),
            blocks.handles.as_deref(),
            blocks.join.as_deref(),
        ] {
            if let Some(block) = block.filter(|block| !block.is_empty()) {
                append(&mut body.text, block);
                body.ends.push(body.text.len());
            }
        }
        body
    }

    /// The text of every part, numbers and link left out. `digits`: how many the number of parts has at most.
    fn split(&self, blocks: &Blocks, scale: Scale<'_>, digits: usize) -> Result<Vec<String>, ComposeError> {
        let total = "9".repeat(digits);
        let mut chunks: Vec<String> = Vec::new();
        let mut at = 0;
        loop {
            at += self.text[at..].len() - self.text[at..].trim_start().len();
            let rest = &self.text[at..];
            if rest.is_empty() {
                return Ok(chunks);
            }
            if chunks.len() == MOST {
                return Err(ComposeError::TooManyParts { most: MOST });
            }
            let measure = |chunk: &str| framed(blocks, chunk, chunks.len(), &total);
            let mut fits = |chunk: &str| {
                let (text, spans) = measure(chunk);
                scale.fits(&text, || spans)
            };
            if fits_whole(rest, &mut fits) {
                chunks.push(balanced(rest).into_owned());
                return Ok(chunks);
            }
            let filled = |chunk: &str| {
                let (text, spans) = measure(chunk);
                let length = scale.tightest_of(&text, || spans);
                length.limit.is_none_or(|limit| length.count * SHARE >= limit)
            };
            let reach = reach(rest, &mut fits);
            let mut stops = sentence_ends(rest, reach);
            stops.retain(|end| at + end <= self.summary);
            stops.extend(
                self.ends
                    .iter()
                    .filter_map(|end| end.checked_sub(at))
                    .filter(|end| (1..=reach).contains(end)),
            );
            stops.dedup();
            // What comes behind the summary stays together, where that costs no part more.
            if let Some(summary) = self.summary.checked_sub(at).filter(|end| (1..=reach).contains(end)) {
                let tail = self.text.get(self.summary..).unwrap_or_default().trim_start();
                let (text, spans) = framed(blocks, tail, chunks.len() + 1, &total);
                if scale.fits(&text, || spans) {
                    stops.retain(|end| *end <= summary);
                }
            }
            let Some((end, chunk)) = cut(&rest[..reach], &stops, fits, filled) else {
                let (text, spans) = measure("");
                return Err(ComposeError::LinkTooLong {
                    length: scale.tightest_of(&text, || spans),
                });
            };
            chunks.push(chunk);
            at += end;
        }
    }
}

/// Whether all of it fits; a text that is far too long is not counted as a whole.
fn fits_whole(rest: &str, fits: &mut impl FnMut(&str) -> bool) -> bool {
    rest.len() <= reach(rest, fits) && fits(&balanced(rest))
}

/// The longest beginning that fits: whole sentences or blocks (`stops`) if they fill the part enough, else whole words,
/// else clusters.
fn cut(
    rest: &str,
    stops: &[usize],
    mut fits: impl FnMut(&str) -> bool,
    filled: impl Fn(&str) -> bool,
) -> Option<(usize, String)> {
    let whole = |end: usize| balanced(rest[..end].trim_end()).into_owned();
    let goes_on = |end: usize| continued(&rest[..end]);
    let sentences = longest(stops, &mut fits, whole);
    if let Some(found) = sentences.filter(|(_, chunk)| filled(chunk)) {
        return Some(found);
    }
    let words = longest(&word_ends(rest), &mut fits, goes_on);
    if let Some(found) = words.as_ref().filter(|(_, chunk)| filled(chunk)) {
        return Some(found.clone());
    }
    // In the word behind those.
    let from = words.as_ref().map_or(0, |(end, _)| *end);
    let from = rest.len() - rest[from..].trim_start().len();
    let clusters: Vec<usize> = cluster_ends(&rest[from..]).into_iter().map(|end| from + end).collect();
    let clusters = longest(&clusters, &mut fits, goes_on);
    match clusters {
        Some(found) if filled(&found.1) => Some(found),
        clusters => words.or(clusters),
    }
}

/// A beginning that goes on in the next part: nothing of it is lost.
fn continued(beginning: &str) -> String {
    let kept = balanced(beginning.trim_end());
    let address = kept
        .rsplit(char::is_whitespace)
        .next()
        .is_some_and(|word| word.contains("://"));
    match kept.as_ref() {
        "" => String::new(),
        kept if address => format!("{kept} …"),
        kept => format!("{kept}…"),
    }
}

/// A part with its number, and the first with the link.
fn framed(blocks: &Blocks, chunk: &str, no: usize, total: &str) -> (String, Vec<Span>) {
    let mut text = chunk.to_owned();
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(&format!("({}/{total})", no + 1));
    let mut spans = Vec::new();
    if let Some(link) = blocks.link.as_ref().filter(|_| no == 0) {
        append(&mut text, &link.line);
        spans.extend(link.span(text.len() - link.line.len()));
    }
    (text, spans)
}
