//! URLs, with protocol and without.

use super::chars::{is_path, is_path_end, is_query, is_query_end, may_precede_url};
use super::hosts::{self, Host, Run};
use super::{Entity, Kind, tld};

/// Longest URL, its protocol counted twice, in UTF-16 code units.
const MAX_URL: usize = 4096;
/// Longest name that X's shortener gives, in bytes.
const MAX_SLUG: usize = 40;

/// The URLs of a text, with protocol or without.
pub(in crate::domain) fn urls(text: &str) -> Vec<Entity> {
    find(text, true)
}

/// The URLs of a text that have a protocol.
#[cfg(test)]
pub(super) fn with_protocol(text: &str) -> Vec<Entity> {
    find(text, false)
}

fn find(text: &str, bare: bool) -> Vec<Entity> {
    let mut found = Vec::new();
    // Where the last URL ended: the next may not use what stands before.
    let mut floor = 0;
    let mut at = 0;
    while let Some(n) = text[at..].find('.') {
        let dot = at + n;
        at = dot + 1;
        if tld::leading(&text[at..]).is_none() {
            continue;
        }
        let run = Run::around(text, dot, floor);
        if let Some(start) = scheme_before(text, run.start, floor)
            && let Some(end) = run.host_at(run.start)
        {
            floor = push_with_protocol(text, start, run.start..end, &mut found);
        }
        while floor < run.end
            && let Some(host) = run.next_host(floor)
        {
            floor = push_bare(text, &host, bare, &mut found);
        }
        at = floor.max(run.end);
    }
    found
}

/// Where the `http://` or `https://` begins that ends here, if a URL may begin there.
fn scheme_before(text: &str, end: usize, floor: usize) -> Option<usize> {
    ["http://", "https://"].into_iter().find_map(|scheme| {
        let start = end.checked_sub(scheme.len()).filter(|&start| start >= floor)?;
        let here = text.get(start..end)?.eq_ignore_ascii_case(scheme);
        let free = match text[floor..start].chars().next_back() {
            Some(before) => may_precede_url(before),
            None => start == 0,
        };
        (here && free).then_some(start)
    })
}

/// Adds a URL with protocol, if it is one; gives where the search goes on.
fn push_with_protocol(text: &str, start: usize, host: std::ops::Range<usize>, found: &mut Vec<Entity>) -> usize {
    let tail = Tail::of(text, host.end);
    let url = &text[start..tail.end];
    let scheme = host.start - start;
    if !hosts::is_valid(&text[host]) || scheme + utf16(url) > MAX_URL {
        return tail.end;
    }
    let length = match shortened(&url[scheme..]) {
        Some((slug, _)) if slug > MAX_SLUG => return tail.end,
        Some((_, length)) => scheme + length,
        None => url.len(),
    };
    found.push(Entity {
        start,
        end: start + length,
        kind: Kind::Url,
    });
    tail.end
}

/// Adds the URLs without protocol that a host holds; gives where the search goes on.
fn push_bare(text: &str, host: &Host, wanted: bool, found: &mut Vec<Entity>) -> usize {
    let tail = Tail::of(text, host.end);
    let refused = !wanted
        || matches!(host.before, Some('-' | '_' | '.' | '/'))
        || !hosts::is_valid(&text[host.start..host.end])
        || "https://".len() + utf16(&text[host.start..tail.end]) > MAX_URL;
    if refused {
        return tail.end;
    }
    found.extend(
        hosts::bare(&text[host.start..host.end])
            .into_iter()
            .map(|(start, end)| {
                // Port, path and query belong to the host that stands before them.
                let whole = tail.has_path && host.start + end == host.end;
                let end = if whole { tail.end } else { host.start + end };
                Entity {
                    start: host.start + start,
                    end,
                    kind: Kind::Url,
                }
            }),
    );
    tail.end
}

/// What follows a host: port, path and query.
struct Tail {
    end: usize,
    has_path: bool,
}

impl Tail {
    fn of(text: &str, host: usize) -> Self {
        let mut end = host + port(&text[host..]);
        let path = path(&text[end..]);
        end += path;
        end += query(&text[end..]);
        Self {
            end,
            has_path: path > 0,
        }
    }
}

/// The length of the port with which the text begins, with its colon; 0 if there is none.
fn port(text: &str) -> usize {
    let digits = text
        .strip_prefix(':')
        .map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    if digits > 0 { digits + 1 } else { 0 }
}

/// The length of the path with which the text begins; 0 if there is none.
fn path(text: &str) -> usize {
    if !text.starts_with('/') {
        return 0;
    }
    let (mut at, mut end) = (1, 1);
    while let Some(c) = text[at..].chars().next() {
        if let Some(group) = balanced(&text[at..]) {
            // Behind a comma and the like, parentheses alone do not end a path.
            end = if at == end { at + group } else { end };
            at += group;
        } else if is_path(c) {
            at += c.len_utf8();
            if is_path_end(c) {
                end = at;
            }
        } else {
            break;
        }
    }
    end
}

/// The length of `(…)` or `(…(…)…)` with which the text begins.
fn balanced(text: &str) -> Option<usize> {
    let run = |text: &str| text.find(|c| !is_path(c)).unwrap_or(text.len());
    let inner = text.strip_prefix('(')?;
    let before = run(inner);
    let rest = &inner[before..];
    let length = match rest.strip_prefix('(') {
        Some(nested) => {
            let within = run(nested);
            let after = nested[within..].strip_prefix(')').filter(|_| within > 0)?;
            before + within + 2 + run(after)
        }
        None if before > 0 => before,
        None => return None,
    };
    inner[length..].starts_with(')').then_some(length + 2)
}

/// The length of the query with which the text begins; 0 if there is none.
fn query(text: &str) -> usize {
    if !text.starts_with('?') {
        return 0;
    }
    let chars = text.char_indices().skip(1).take_while(|&(_, c)| is_query(c));
    chars
        .filter(|&(_, c)| is_query_end(c))
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8())
}

/// The lengths of the name and of the whole address of X's shortener with which the text begins. What follows is cut
/// off, but for a query.
fn shortened(address: &str) -> Option<(usize, usize)> {
    const HOST: &str = "t.co/";
    let host = address
        .get(..HOST.len())
        .filter(|host| host.eq_ignore_ascii_case(HOST))?;
    let rest = &address[host.len()..];
    let slug = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (slug > 0).then(|| (slug, host.len() + slug + query(&rest[slug..])))
}

fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
