//! From the bytes of a page to its text.
//!
//! What says how a page is written, most trusted first: a byte order mark, the `Content-Type` header, a `<meta>` in
//! the first 1,024 bytes, the XML declaration. Then UTF-8 if it looks so, else windows-1252, the web's old habit.
//!
//! Servers add a charset to every page without looking at it, so a claim is believed only while the bytes do not
//! speak plainly against it: UTF-8 for bytes that are mostly not UTF-8, Latin-1 for bytes that are all UTF-8, or
//! UTF-16 without a zero byte.

mod prescan;
#[cfg(test)]
mod tests;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// Where a declaration is looked for, as browsers do it; in bytes.
const LOOKED_AT: usize = 1_024;

/// The text, without its byte order mark, and the name of the encoding that it was in. Bytes that mean nothing there
/// become U+FFFD.
#[must_use]
pub fn decode(body: &[u8], content_type: Option<&str>) -> (String, &'static str) {
    let (encoding, mark) = Encoding::for_bom(body).unwrap_or_else(|| (guess(body, content_type), 0));
    let (text, _) = encoding.decode_without_bom_handling(body.get(mark..).unwrap_or_default());
    (text.into_owned(), encoding.name())
}

fn guess(body: &[u8], content_type: Option<&str>) -> &'static Encoding {
    let start = body.get(..LOOKED_AT).unwrap_or(body);
    let header = content_type
        .and_then(|text| prescan::label_in(text.as_bytes()))
        .and_then(Encoding::for_label);
    let meta = prescan::meta(start).map(readable);
    let xml = prescan::xml(start).and_then(Encoding::for_label).map(readable);
    // A feed may quote HTML; a page is HTML whatever stands before it.
    let is_feed = content_type.is_none_or(|text| !text.to_ascii_lowercase().contains("html")) && xml.is_some();
    let (first, second) = if is_feed { (xml, meta) } else { (meta, xml) };
    [header, wide(start), first, second]
        .into_iter()
        .flatten()
        .find(|encoding| *encoding != REPLACEMENT && believable(encoding, body))
        .unwrap_or_else(|| if is_mostly_utf8(body) { UTF_8 } else { WINDOWS_1252 })
}

/// A declaration that was read byte by byte cannot stand in UTF-16 (HTML standard, prescan, last steps).
fn readable(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else if encoding == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    }
}

/// UTF-16 without a mark shows in the zero bytes around the first `<` (XML 1.0, appendix F).
fn wide(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [b'<', 0, letter, 0, ..] if *letter != 0 => Some(UTF_16LE),
        [0, b'<', 0, letter, ..] if *letter != 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn believable(encoding: &'static Encoding, body: &[u8]) -> bool {
    if encoding == UTF_8 {
        is_mostly_utf8(body)
    } else if encoding == WINDOWS_1252 {
        body.is_ascii() || std::str::from_utf8(body).is_err()
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        // Markup and spaces are half zeros there.
        body.contains(&0)
    } else {
        true
    }
}

/// Whether UTF-8 explains the bytes: at least as many letters outside ASCII as errors. One letter cut in half does not
/// spoil a page, and windows-1252 hardly ever looks like a letter of UTF-8.
fn is_mostly_utf8(body: &[u8]) -> bool {
    let (mut letters, mut errors) = (0usize, 0usize);
    for chunk in body.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        errors += usize::from(!chunk.invalid().is_empty());
    }
    letters >= errors
}
