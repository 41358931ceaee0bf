//! Validators that twitter-text's suite asks for and the program does not need.

use super::super::{Entity, Kind, mentions, tags};

fn whole(text: &str, found: &[Entity], kind: Kind) -> bool {
    matches!(found, [only] if only.start == 0 && only.end == text.len() && only.kind == kind)
}

pub(crate) fn username(text: &str) -> bool {
    whole(text, &mentions::mentions_or_lists(text), Kind::Mention)
}

pub(crate) fn list(text: &str) -> bool {
    whole(text, &mentions::mentions_or_lists(text), Kind::List)
}

pub(crate) fn hashtag(text: &str) -> bool {
    whole(text, &tags::hashtags(text), Kind::Hashtag)
}

/// A URL by RFC 3986, with a host in any script.
pub(crate) fn url(text: &str, protocol: bool) -> bool {
    let (scheme, rest) = text
        .split_once("://")
        .map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let known = |scheme: &str| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    scheme.map_or(!protocol, known)
        && is_authority(authority)
        && is_encoded(path, "/:|@")
        && is_encoded(query, "/?:|@")
        && is_encoded(fragment, "/?:|@")
}

fn is_authority(text: &str) -> bool {
    let (user, rest) = text.rsplit_once('@').unwrap_or(("", text));
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !rest.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let is_port = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    is_encoded(user, ":") && port.is_none_or(is_port) && (is_address(host) || is_domain(host))
}

fn is_address(host: &str) -> bool {
    let six = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_six = |six: &str| !six.is_empty() && six.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'));
    let octets: Vec<&str> = host.split('.').collect();
    six.is_some_and(is_six) || (octets.len() == 4 && octets.iter().all(|octet| octet.parse::<u8>().is_ok()))
}

fn is_domain(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let is_edge = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric();
    let is_label = |label: &str, more: &str| {
        label.starts_with(is_edge) && label.ends_with(is_edge) && label.chars().all(|c| is_edge(c) || more.contains(c))
    };
    let [first @ .., name, top] = &labels[..] else {
        return false;
    };
    first.iter().all(|label| is_label(label, "-_"))
        && is_label(name, "-")
        && is_label(top, "-")
        && !top.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a text is of unreserved characters, percent encodings, delimiters and these.
fn is_encoded(text: &str, more: &str) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let encoded = rest
            .get(1..3)
            .is_some_and(|hex| c == '%' && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let plain = c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=".contains(c) || more.contains(c);
        if !encoded && !plain && !('\u{400}'..='\u{4FF}').contains(&c) {
            return false;
        }
        rest = &rest[c.len_utf8()..];
    }
    true
}
