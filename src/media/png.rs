//! A PNG from chunk to chunk: what it says of itself, and which parts of it are the picture.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::chunks::{Outline, sized};
use super::error::Fault;

/// The signature that a PNG begins with, in bytes.
const START: usize = 8;
/// The largest EXIF block that is looked into, in bytes.
const MOST_EXIF: usize = 64 * 1024;

/// A chunk with its length, name and checksum.
struct Chunk<'a> {
    name: [u8; 4],
    whole: &'a [u8],
}

/// Walks over the chunks up to `IEND`.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = Result<Chunk<'_>, Fault>> {
    let mut rest = bytes.get(START..).unwrap_or_default();
    let mut over = false;
    std::iter::from_fn(move || {
        if over {
            return None;
        }
        let chunk = first(rest);
        over = chunk.as_ref().map_or(true, |chunk| chunk.name == *b"IEND");
        rest = rest
            .get(chunk.as_ref().map_or(0, |chunk| chunk.whole.len())..)
            .unwrap_or_default();
        Some(chunk)
    })
}

fn first(rest: &[u8]) -> Result<Chunk<'_>, Fault> {
    let (&length, after) = rest.split_first_chunk::<4>().ok_or(Fault::CutOff)?;
    let (&name, _) = after.split_first_chunk::<4>().ok_or(Fault::CutOff)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > i32::MAX as usize {
        return Err(Fault::Damaged);
    }
    let whole = rest.get(..length + 12).ok_or(Fault::CutOff)?;
    Ok(Chunk { name, whole })
}

/// A PNG's outline.
pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut outline = None;
    for (index, chunk) in chunks(bytes).enumerate() {
        let chunk = chunk?;
        match (&chunk.name, index) {
            (b"IHDR", 0) => {
                let Some(&[w3, w2, w1, w0, h3, h2, h1, h0, ..]) = chunk.whole.get(8..) else {
                    return Err(Fault::Damaged);
                };
                outline = Some(Outline {
                    width: u32::from_be_bytes([w3, w2, w1, w0]),
                    height: u32::from_be_bytes([h3, h2, h1, h0]),
                    animated: false,
                });
            }
            (_, 0) => return Err(Fault::Damaged),
            (b"acTL", _) => {
                outline = outline.map(|outline| Outline {
                    animated: true,
                    ..outline
                })
            }
            _ => {}
        }
    }
    outline.ok_or(Fault::Damaged).and_then(sized)
}

/// Which parts of a PNG are the picture: the rest (EXIF, XMP and other text, times, previews, private chunks, and what
/// follows the end) can go without a change to what is seen. `profile` says whether the colour profile stays.
pub(super) fn kept(bytes: &[u8], profile: bool) -> Result<Vec<&[u8]>, Fault> {
    let mut kept = vec![bytes.get(..START).ok_or(Fault::CutOff)?];
    for chunk in chunks(bytes) {
        let chunk = chunk?;
        match &chunk.name {
            b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" => kept.push(chunk.whole),
            b"gAMA" | b"cHRM" | b"sRGB" | b"sBIT" | b"cICP" => kept.push(chunk.whole),
            b"iCCP" if profile => kept.push(chunk.whole),
            _ => {}
        }
    }
    Ok(kept)
}

/// What a decoder is given of a PNG: the picture, and its EXIF block before it, where decoders look for it. Text, which
/// a decoder would unpack into memory, is left out.
pub(super) fn reader(bytes: &[u8]) -> Result<Pieces<'_>, Fault> {
    let mut pieces = kept(bytes, true)?;
    let exif = chunks(bytes)
        .filter_map(Result::ok)
        .find(|chunk| chunk.name == *b"eXIf");
    if let Some(exif) = exif.filter(|exif| exif.whole.len() <= MOST_EXIF) {
        pieces.insert(pieces.len().min(2), exif.whole);
    }
    pieces.reverse();
    Ok(Pieces {
        current: &[],
        rest: pieces,
    })
}

/// Some parts of a file, read as one without being copied together.
pub(super) struct Pieces<'a> {
    current: &'a [u8],
    /// In reverse.
    rest: Vec<&'a [u8]>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(to)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.current.is_empty() {
            match self.rest.pop() {
                Some(piece) => self.current = piece,
                None => break,
            }
        }
        Ok(self.current)
    }

    fn consume(&mut self, count: usize) {
        self.current = self.current.get(count..).unwrap_or_default();
    }
}

/// Decoders ask for this and never use it.
impl Seek for Pieces<'_> {
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
