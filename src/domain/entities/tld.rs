//! Top level domains: which last labels make a host.
//!
//! The names of the root zone come from the `tld` crate, which renews them monthly; names in other scripts stand there
//! in their ASCII form (`xn--…`). twitter-text's own list is of 2021: names given up since (some 140, mostly brands,
//! such as `intel`) are links there and not here, and the few newer ones (such as `kids`) the other way round.

use std::ops::Range;

/// Names that twitter-text links although the root does not have them: for Tor, and country codes without a delegation.
const BEYOND_ROOT: [&str; 8] = ["an", "bl", "bq", "eh", "mf", "onion", "tp", "um"];
/// How many characters a name of the root has in its own script (`vermögensberatung`: 17).
const CHARS: Range<usize> = 2..18;
/// Longest name of the root, in its ASCII form, in bytes.
const MAX_ASCII: usize = 24;

/// The length in bytes of the top level domain with which the text begins. What follows it is not an ASCII letter or
/// digit, `@`, `+` or `-`; a name in ASCII form (`xn--…`) is taken for one whatever it says.
pub(in crate::domain) fn leading(text: &str) -> Option<usize> {
    let first = text.as_bytes().first()?;
    if first.is_ascii() && !first.is_ascii_alphabetic() {
        return None;
    }
    let ascii = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    if ascii > 0 && ends_after(text, ascii) && is_ascii_name(&text[..ascii]) {
        return Some(ascii);
    }
    // Further, or in another script: `vermögensberatung`, `中国`.
    let further = text[ascii..].starts_with(|c: char| !c.is_ascii());
    if let Some(length) = further.then(|| other_script(text)).flatten() {
        return Some(length);
    }
    encoded(text)
}

/// The longest name that is not ASCII with which the text begins.
fn other_script(text: &str) -> Option<usize> {
    let may_belong = |c: &char| c.is_ascii_alphabetic() || !(c.is_ascii() || c.is_whitespace());
    let name: Vec<char> = text
        .chars()
        .take(CHARS.end - 1)
        .take_while(may_belong)
        .flat_map(single_lowercase)
        .collect();
    CHARS
        .rev()
        .filter_map(|count| name.get(..count))
        .map(|name| (name, text.chars().take(name.len()).map(char::len_utf8).sum()))
        .find(|&(name, length)| ends_after(text, length) && is_name(name))
        .map(|(_, length)| length)
}

/// The small letter; a letter that has two for one is in no name.
fn single_lowercase(c: char) -> Option<char> {
    let mut small = c.to_lowercase();
    small.next().filter(|_| small.next().is_none()).or(Some(c))
}

/// Whether what stands behind `length` bytes ends a name.
fn ends_after(text: &str, length: usize) -> bool {
    let next = text.as_bytes().get(length);
    next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'@' | b'+' | b'-'))
}

fn is_ascii_name(name: &str) -> bool {
    name.len() <= MAX_ASCII
        && (::tld::exist_case_insensitive(name) || BEYOND_ROOT.iter().any(|beyond| beyond.eq_ignore_ascii_case(name)))
}

/// Whether the root has this name, given in its own script and in small letters.
fn is_name(name: &[char]) -> bool {
    !name.iter().all(char::is_ascii)
        && idna::punycode::encode(name).is_some_and(|encoded| ::tld::exist(&format!("xn--{encoded}")))
}

/// The length of `xn--` with at least one letter, digit or hyphen.
fn encoded(text: &str) -> Option<usize> {
    let prefix = text.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("xn--"))?;
    let rest = text[prefix.len()..]
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        .count();
    (rest > 0).then_some(prefix.len() + rest)
}
