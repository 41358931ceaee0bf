//! What a file is, by its first bytes. Its name is never looked at: phones and editors name files wrongly.

use std::fmt;

use super::MediaError;

/// A format that Handbill reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
    Gif,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::WebP, Self::Gif];

    /// The media type, for `Content-Type`.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// The file name's usual ending, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
        })
    }
}

const SAVE: &str = "Save it as JPEG or PNG and add that.";
const SHARE: &str = "Share or export it as JPEG (iPhone: Settings, Camera, Formats, Most Compatible) and add that.";
const EXPORT: &str = "Export it as PNG and add that.";

/// Files that people take for pictures, by their first bytes: start, what it is, what to do.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"II*\0", "a TIFF or a camera's raw file", SAVE),
    (b"MM\0*", "a TIFF or a camera's raw file", SAVE),
    (b"II+\0", "a TIFF", SAVE),
    (b"MM\0+", "a TIFF", SAVE),
    (b"BM", "a BMP", SAVE),
    (b"\0\0\x01\0", "an icon (ICO)", SAVE),
    (b"8BPS", "a Photoshop file", SAVE),
    (b"gimp xcf", "a GIMP file", SAVE),
    (b"\xFF\x0A", "a JPEG XL", SAVE),
    (b"\0\0\0\x0CJXL ", "a JPEG XL", SAVE),
    (b"\0\0\0\x0CjP  ", "a JPEG 2000", SAVE),
    (b"%PDF", "a PDF", "Export the page as PNG and add that."),
    (b"%!PS", "a PostScript drawing", EXPORT),
    (b"\x1F\x8B", "compressed (gzip)", "Unpack it and add the picture in it."),
    (
        b"PK\x03\x04",
        "a ZIP or an office document",
        "Add the picture itself as JPEG or PNG.",
    ),
    (b"\x1AE\xDF\xA3", "a video", "Handbill sends still pictures only."),
];

/// The format of these bytes, or what they are instead.
pub(super) fn sniff(bytes: &[u8]) -> Result<Format, MediaError> {
    if bytes.is_empty() {
        return Err(MediaError::Empty);
    }
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        return Ok(Format::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        return Ok(Format::Png);
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Ok(Format::Gif);
    }
    if bytes.starts_with(b"RIFF") {
        return match bytes.get(8..12) {
            Some(b"WEBP") => Ok(Format::WebP),
            _ => Err(unsupported("a sound or a video", "Handbill sends still pictures only.")),
        };
    }
    Err(other(bytes))
}

fn other(bytes: &[u8]) -> MediaError {
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12).unwrap_or_default() {
            b"avif" | b"avis" => unsupported("an AVIF", SAVE),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
                unsupported("a HEIC, an iPhone's own format", SHARE)
            }
            b"crx " => unsupported("a camera's raw file", SAVE),
            _ => unsupported("a video", "Handbill sends still pictures only."),
        };
    }
    if let Some((_, what, instead)) = OTHERS.iter().find(|(start, ..)| bytes.starts_with(start)) {
        return unsupported(what, instead);
    }
    markup(bytes).unwrap_or(MediaError::NotAPicture)
}

/// SVG and web pages: text that begins with a tag.
fn markup(bytes: &[u8]) -> Option<MediaError> {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)).to_ascii_lowercase();
    let text = text.trim_start();
    if !text.starts_with('<') {
        return None;
    }
    if text.contains("<svg") {
        return Some(unsupported("an SVG drawing, which networks do not show", EXPORT));
    }
    let page = text.contains("<html") || text.contains("<!doctype html");
    page.then(|| unsupported("a web page, not a picture", "Open the picture itself and save that."))
}

fn unsupported(what: &'static str, instead: &'static str) -> MediaError {
    MediaError::Unsupported { what, instead }
}
