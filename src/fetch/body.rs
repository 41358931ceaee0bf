//! Reading an answer's body: never more than the cap, however it is packed.
//!
//! Unpacking is done here and not by the client, so that both sides are counted: what is unpacked (a few kilobytes
//! can hold gigabytes) and what comes over the wire (packed data may go on for ever and hold nothing). Brotli is not
//! asked for: whoever packs so, packs as gzip too.

use std::io::{self, Write};

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use url::Url;

use super::error::FetchError;
use super::reason;
use super::target::host_of;

/// What is asked for.
pub(super) const ACCEPTED: &str = "gzip, deflate";

/// The body, unpacked; at most `max` bytes. The caller minds the time.
pub(super) async fn read(mut response: Response, url: &Url, max: usize) -> Result<Vec<u8>, FetchError> {
    let too_large = || FetchError::TooLarge {
        host: host_of(url),
        max,
    };
    let announced = response.content_length().unwrap_or_default();
    if usize::try_from(announced).map_or(true, |length| length > max) {
        return Err(too_large());
    }
    let mut unpacker = unpacker(&response, url, max)?;
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::FileTooLarge => too_large(),
        _ => FetchError::Damaged { host: host_of(url) },
    };
    let mut taken = 0usize;
    while let Some(chunk) = response.chunk().await.map_err(|error| reason::sort(&error, url))? {
        taken = taken.saturating_add(chunk.len());
        if taken > max {
            return Err(too_large());
        }
        unpacker = unpacker.push(&chunk).map_err(fault)?;
    }
    // Some servers name a packing and send nothing.
    if taken == 0 {
        return Ok(Vec::new());
    }
    unpacker.finish().map_err(fault)
}

fn unpacker(response: &Response, url: &Url, max: usize) -> Result<Unpacker, FetchError> {
    let mut packings = response
        .headers()
        .get_all(CONTENT_ENCODING)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty() && name != "identity");
    let room = Capped { bytes: Vec::new(), max };
    let first = packings.next().unwrap_or_default();
    match (first.as_str(), packings.next()) {
        ("", _) => Ok(Unpacker::Plain(room)),
        ("gzip" | "x-gzip", None) => Ok(Unpacker::Gzip(MultiGzDecoder::new(room))),
        ("deflate", None) => Ok(Unpacker::Deflate(Vec::new(), room)),
        // Also packings inside packings.
        _ => Err(FetchError::Packing {
            host: host_of(url),
            name: first.chars().filter(|c| !c.is_control()).take(40).collect(),
        }),
    }
}

/// Bytes up to a limit; the write that would pass it fails.
struct Capped {
    bytes: Vec<u8>,
    max: usize,
}

impl Write for Capped {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > self.max.saturating_sub(self.bytes.len()) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Unpacker {
    Plain(Capped),
    Gzip(MultiGzDecoder<Capped>),
    /// The first bytes will say whether it is zlib, as the standard has it, or bare deflate, as some servers do.
    Deflate(Vec<u8>, Capped),
    Zlib(ZlibDecoder<Capped>),
    Bare(DeflateDecoder<Capped>),
}

impl Unpacker {
    fn push(mut self, chunk: &[u8]) -> io::Result<Self> {
        match &mut self {
            Self::Plain(room) => room.write_all(chunk)?,
            Self::Gzip(decoder) => decoder.write_all(chunk)?,
            Self::Zlib(decoder) => up_to_its_end(decoder.write_all(chunk))?,
            Self::Bare(decoder) => up_to_its_end(decoder.write_all(chunk))?,
            Self::Deflate(..) => return self.push_undecided(chunk),
        }
        Ok(self)
    }

    fn push_undecided(self, chunk: &[u8]) -> io::Result<Self> {
        let Self::Deflate(mut start, room) = self else {
            return Ok(self);
        };
        start.extend_from_slice(chunk);
        let decided = match start.as_slice() {
            [method, flags, ..] if is_zlib(*method, *flags) => Self::Zlib(ZlibDecoder::new(room)),
            [_, _, ..] => Self::Bare(DeflateDecoder::new(room)),
            _ => return Ok(Self::Deflate(start, room)),
        };
        decided.push(&start)
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        let room = match self {
            Self::Plain(room) => room,
            Self::Gzip(decoder) => decoder.finish()?,
            Self::Zlib(decoder) => decoder.finish()?,
            Self::Bare(decoder) => decoder.finish()?,
            Self::Deflate(..) => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        Ok(room.bytes)
    }
}

/// The two bytes at the start of zlib data (RFC 1950, section 2.2).
fn is_zlib(method: u8, flags: u8) -> bool {
    method & 0x0f == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31)
}

/// Bytes after the end of the packed data are dropped.
fn up_to_its_end(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|error| match error.kind() {
        io::ErrorKind::WriteZero => Ok(()),
        _ => Err(error),
    })
}
