//! Looking for a declared charset before anything can be decoded: the HTML standard's "prescan a byte stream to
//! determine its encoding", and the XML declaration.

use encoding_rs::Encoding;

/// The charset of the first `<meta>` that names one.
pub(super) fn meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut rest = bytes;
    while !rest.is_empty() {
        rest = match rest {
            [b'<', b'!', b'-', b'-', ..] => after(rest.get(2..)?, b"-->")?,
            [b'<', b'!' | b'?', ..] => after(rest, b">")?,
            [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => skip_tag(rest),
            [b'<', b'/', ..] => after(rest, b">")?,
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => {
                if let Some(attributes) = meta_attributes(rest) {
                    let (charset, left) = read_meta(attributes);
                    if charset.is_some() {
                        return charset;
                    }
                    left
                } else {
                    skip_tag(rest)
                }
            }
            _ => rest.get(1..)?,
        };
    }
    None
}

/// What follows `<meta` and a space or slash.
fn meta_attributes(tag: &[u8]) -> Option<&[u8]> {
    let name = tag.get(..5)?;
    let next = tag.get(5)?;
    (name.eq_ignore_ascii_case(b"<meta") && (is_space(*next) || *next == b'/')).then(|| tag.get(5..))?
}

/// The charset that a `<meta>` names, and what comes after it.
fn read_meta(attributes: &[u8]) -> (Option<&'static Encoding>, &[u8]) {
    let mut rest = attributes;
    let mut pragma = false;
    let mut direct: Option<Option<&'static Encoding>> = None;
    let mut content = None;
    while let Some((name, value, left)) = attribute(rest) {
        rest = left;
        match name.to_ascii_lowercase().as_slice() {
            b"http-equiv" => pragma |= value.eq_ignore_ascii_case(b"content-type"),
            b"charset" => direct = direct.or_else(|| Some(Encoding::for_label(value))),
            b"content" => content = content.or_else(|| label_in(value).and_then(Encoding::for_label)),
            _ => {}
        }
    }
    let charset = direct.unwrap_or(if pragma { content } else { None });
    (charset, tag_end(rest))
}

fn skip_tag(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|&byte| is_space(byte) || byte == b'>');
    let mut rest = end.and_then(|at| tag.get(at..)).unwrap_or_default();
    while let Some((_, _, left)) = attribute(rest) {
        rest = left;
    }
    tag_end(rest)
}

/// What follows the attributes; nothing if the tag is cut off, for then it may be cut inside a value.
fn tag_end(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|&byte| !is_space(byte) && byte != b'/');
    let rest = end.and_then(|at| rest.get(at..)).unwrap_or_default();
    if rest.first() == Some(&b'>') { rest } else { b"" }
}

/// The next attribute of a tag, its value, and what comes after; nothing at the end of the tag.
fn attribute(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let start = bytes.iter().position(|&byte| !is_space(byte) && byte != b'/')?;
    let bytes = bytes.get(start..)?;
    if bytes.first() == Some(&b'>') {
        return None;
    }
    // A name may begin with an equals sign.
    let end = bytes
        .iter()
        .enumerate()
        .position(|(at, &byte)| is_space(byte) || matches!(byte, b'/' | b'>') || byte == b'=' && at > 0)?;
    let (name, rest) = bytes.split_at_checked(end)?;
    let rest = trim(rest);
    let Some(rest) = rest.strip_prefix(b"=") else {
        return Some((name, b"", rest));
    };
    let rest = trim(rest);
    let quote = rest.first().filter(|byte| matches!(byte, b'"' | b'\''));
    if let Some(&quote) = quote {
        let inner = rest.get(1..)?;
        let end = inner.iter().position(|&byte| byte == quote)?;
        return Some((name, inner.get(..end)?, inner.get(end + 1..)?));
    }
    let end = rest.iter().position(|&byte| is_space(byte) || byte == b'>')?;
    let (value, rest) = rest.split_at_checked(end)?;
    Some((name, value, rest))
}

/// The label after `charset=` in a content type, quoted or not.
pub(super) fn label_in(content: &[u8]) -> Option<&[u8]> {
    let mut rest = content;
    while let Some(at) = rest.windows(7).position(|part| part.eq_ignore_ascii_case(b"charset")) {
        rest = trim(rest.get(at + 7..)?);
        if let Some(value) = rest.strip_prefix(b"=") {
            return label(trim(value), |byte| is_space(byte) || matches!(byte, b';' | b','));
        }
    }
    None
}

/// The label in `<?xml version="1.0" encoding="…"?>`.
pub(super) fn xml(bytes: &[u8]) -> Option<&[u8]> {
    let rest = trim(bytes).strip_prefix(b"<?xml")?;
    let end = rest.windows(2).position(|pair| pair == b"?>")?;
    let declaration = rest.get(..end)?;
    let value = trim(after(declaration, b"encoding")?).strip_prefix(b"=")?;
    label(trim(value), is_space)
}

fn label(value: &[u8], ends: impl Fn(u8) -> bool) -> Option<&[u8]> {
    match value {
        [quote @ (b'"' | b'\''), inner @ ..] => {
            let end = inner.iter().position(|byte| byte == quote)?;
            inner.get(..end)
        }
        _ => {
            let end = value.iter().position(|&byte| ends(byte)).unwrap_or(value.len());
            value.get(..end)
        }
    }
}

/// What follows the first occurrence of `mark`.
fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(mark.len()).position(|part| part == mark)?;
    bytes.get(at + mark.len()..)
}

fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii_start()
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}
