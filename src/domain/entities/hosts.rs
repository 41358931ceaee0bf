//! Hosts: labels and dots up to a top level domain.
//!
//! A host may begin in the middle of a word of another script ("これはexample.com"), and ends at the last dot behind
//! which a top level domain stands. So a stretch of labels is read once from its end, and each place where a host may
//! begin is answered from that.

use super::chars::{is_bare_host, is_host, may_precede_url};
use super::tld;

/// Longest label in ASCII form, in bytes.
const MAX_LABEL: usize = 63;

/// The length in bytes of the host with which the text begins.
pub(in crate::domain) fn leading(text: &str) -> Option<usize> {
    let host = Run::new(text, 0).host_at(0)?;
    is_valid(&text[..host]).then_some(host)
}

/// A stretch of labels and dots.
pub(super) struct Run<'a> {
    text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    labels: Vec<Label>,
}

/// Places are bytes of the text.
struct Label {
    start: usize,
    /// Where its dot stands, or the end of the stretch.
    end: usize,
    /// Where the last underscore stands.
    underscore: Option<usize>,
    /// Whether its last character is one that a label may end with.
    ends_well: bool,
    /// Where the top level domain ends that stands at its start.
    tld: Option<usize>,
    /// Where a host ends that has this label, or the end of it, in front of its domain name.
    reach: Option<usize>,
}

/// A host, and the character in front of it.
pub(super) struct Host {
    pub(super) before: Option<char>,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'a> Run<'a> {
    /// The stretch to which the dot belongs, as far as it begins at or after `floor`.
    pub(super) fn around(text: &'a str, dot: usize, floor: usize) -> Self {
        let outside = text[floor..dot].char_indices().rev().find(|&(_, c)| !belongs(c));
        Self::new(text, outside.map_or(floor, |(at, c)| floor + at + c.len_utf8()))
    }

    fn new(text: &'a str, start: usize) -> Self {
        let end = text[start..].find(|c| !belongs(c)).map_or(text.len(), |n| start + n);
        let mut labels: Vec<Label> = Vec::new();
        let mut at = start;
        for label in text[start..end].split('.') {
            labels.push(Label {
                start: at,
                end: at + label.len(),
                underscore: label.rfind('_').map(|n| at + n),
                ends_well: label.ends_with(is_host),
                tld: if at > start {
                    tld::leading(&text[at..]).map(|n| at + n)
                } else {
                    None
                },
                reach: None,
            });
            at += label.len() + 1;
        }
        let mut run = Self {
            text,
            start,
            end,
            labels,
        };
        let mut reach = None;
        for i in (0..run.labels.len()).rev() {
            if let Some(label) = run.labels.get_mut(i) {
                label.reach = reach;
            }
            reach = run.end_of(i, run.labels.get(i).map_or(start, |label| label.start));
        }
        run
    }

    /// Where the host ends that begins at this place of the label. The longest wins.
    fn end_of(&self, i: usize, at: usize) -> Option<usize> {
        let label = self.labels.get(i)?;
        let next = self.labels.get(i + 1)?;
        if !label.ends_well || at >= label.end || !self.text[at..].starts_with(is_host) {
            return None;
        }
        // A label in front of the domain name may have underscores, the domain name none.
        label.reach.or_else(|| {
            next.tld
                .filter(|_| label.underscore.is_none_or(|underscore| underscore < at))
        })
    }

    /// Where the host ends that begins at this very place.
    pub(super) fn host_at(&self, at: usize) -> Option<usize> {
        let i = self.labels.partition_point(|label| label.end < at);
        self.end_of(i, at)
    }

    /// The first host whose preceding character stands at `floor` or after; at the start of a text it needs none.
    pub(super) fn next_host(&self, floor: usize) -> Option<Host> {
        if floor == 0
            && let Some(host) = self.host_at_start()
        {
            return Some(host);
        }
        let from = self.labels.partition_point(|label| label.end <= floor);
        (from..self.labels.len()).find_map(|i| self.host_in(i, floor))
    }

    /// The host at the start of the text. The first character rather precedes it than begins it.
    fn host_at_start(&self) -> Option<Host> {
        let first = self.text.chars().next().filter(|_| self.start == 0)?;
        let at = |start: usize| {
            Some(Host {
                before: Some(first).filter(|_| start > 0),
                start,
                end: self.host_at(start)?,
            })
        };
        let behind = Some(first).filter(|&c| may_precede_url(c) && halves(c).is_none());
        behind.and_then(|c| at(c.len_utf8())).or_else(|| at(0))
    }

    /// The first host that begins in this label.
    fn host_in(&self, i: usize, floor: usize) -> Option<Host> {
        let label = self.labels.get(i)?;
        // What of the label no host can begin with is not looked at character by character.
        let lowest = if label.reach.is_some() { None } else { label.underscore };
        let from = label
            .start
            .max(floor)
            .max(lowest.map_or(0, |underscore| underscore + 1));
        if !label.ends_well || (label.reach.is_none() && self.labels.get(i + 1)?.tld.is_none()) {
            return None;
        }
        let mut before = self.text[floor..from].chars().next_back();
        for (n, c) in self.text[from..label.end].char_indices() {
            before = before.filter(|&c| may_precede_url(c)).or(halves(c));
            if before.is_some()
                && is_host(c)
                && let Some(end) = self.end_of(i, from + n)
            {
                return Some(Host {
                    before,
                    start: from + n,
                    end,
                });
            }
            before = Some(c);
        }
        None
    }
}

/// The character, if it has two halves in UTF-16: the expressions let one precede a host that the other begins.
fn halves(c: char) -> Option<char> {
    Some(c).filter(|c| c.len_utf16() == 2)
}

/// What labels and dots are made of.
fn belongs(c: char) -> bool {
    matches!(c, '.' | '-' | '_') || is_host(c)
}

/// Where the hosts of Latin letters in a host begin and end; a URL without protocol begins with one of these.
pub(super) fn bare(host: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(n) = host[at..].find(is_bare_host) {
        let start = at + n;
        let (end, stop) = bare_at(host, start);
        found.extend(end.map(|end| (start, end)));
        at = end.unwrap_or(stop);
    }
    found
}

/// Where the host of Latin letters that begins here ends, if it is one; and where its labels stop.
fn bare_at(host: &str, start: usize) -> (Option<usize>, usize) {
    let mut found = None;
    let mut at = start;
    loop {
        let label = host[at..].find(|c| !is_bare_host(c)).map_or(host.len(), |n| at + n);
        if label == at || !host[label..].starts_with('.') {
            return (found, label.max(at));
        }
        at = label + 1;
        found = tld::leading(&host[at..]).map(|n| at + n).or(found);
    }
}

/// Whether every label of the host has an ASCII form that is not too long, and none only pretends to be in it.
pub(super) fn is_valid(host: &str) -> bool {
    let pretends = host.starts_with("xn--") && bare(host).is_empty();
    !pretends
        && host
            .split('.')
            .all(|label| (1..=MAX_LABEL).contains(&ascii_length(label)))
}

/// The length of the label in ASCII form, in bytes; at least [`MAX_LABEL`] + 1 if it is longer than that.
fn ascii_length(label: &str) -> usize {
    if label.is_ascii() {
        return label.len();
    }
    // The ASCII form has one character or more for each of the label.
    if label.chars().nth(MAX_LABEL).is_some() {
        return MAX_LABEL + 1;
    }
    // Ideographic and other full stops part labels, too.
    let parts = label
        .split(['\u{3002}', '\u{FF0E}', '\u{FF61}'])
        .map(|part| match idna::punycode::encode_str(part) {
            _ if part.is_ascii() => part.len(),
            Some(encoded) => "xn--".len() + encoded.len(),
            None => MAX_LABEL + 1,
        });
    parts.map(|length| length + 1).sum::<usize>() - 1
}

/// All hosts of a text, as if nothing could follow one.
#[cfg(test)]
pub(super) fn all(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut floor, mut at) = (0, 0);
    while let Some(n) = text[at..].find('.') {
        let run = Run::around(text, at + n, floor);
        while let Some(host) = run.next_host(floor) {
            floor = host.end;
            found.push((host.start, host.end));
        }
        at = run.end;
    }
    found
}
