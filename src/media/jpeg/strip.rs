//! A JPEG without what it tells beside the picture, with the picture's own bytes untouched.
//!
//! Kept are the tables, the frame, the scans, and the few markers that the colours hang on: JFIF (without its
//! thumbnail), Adobe, and a small colour profile. Everything else goes, known or not: EXIF with the place, XMP, IPTC,
//! thumbnails, comments, maker's notes, and whatever follows the picture's end, such as a second picture or a video.

use super::header::{ADOBE, ICC, JFIF};
use super::walk::{APP0, APP2, APP14, DHT, DQT, DRI, EOI, Piece, SOI, SOS, Walk};
use crate::media::error::Fault;

/// The stripped file. `profile` says whether the colour profile stays.
pub(in crate::media) fn strip(bytes: &[u8], profile: bool) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend([0xFF, SOI]);
    let mut walk = Walk::new(bytes)?;
    let mut jfif = false;
    loop {
        match walk.step()? {
            Piece::Segment { marker: APP0, body } if body.starts_with(JFIF) && !jfif => {
                // Version and density; then a thumbnail of no size.
                let fixed = body.get(..12).ok_or(Fault::Damaged)?;
                segment(&mut out, APP0, &[fixed, &[0, 0]].concat());
                jfif = true;
            }
            Piece::Segment { marker: APP2, body } if profile && body.starts_with(ICC) => segment(&mut out, APP2, body),
            Piece::Segment { marker: APP14, body } if body.starts_with(ADOBE) => {
                segment(&mut out, APP14, body.get(..12).ok_or(Fault::Damaged)?);
            }
            Piece::Segment {
                marker: marker @ (0xC0..=0xC2 | DHT | DQT | DRI | SOS),
                body,
            } => segment(&mut out, marker, body),
            Piece::Segment { .. } => {}
            Piece::Entropy(data) => out.extend(data),
            Piece::End => break,
        }
    }
    out.extend([0xFF, EOI]);
    Ok(out)
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    // A body came from a segment of the file, so its length fits.
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    out.extend([0xFF, marker]);
    out.extend(length.to_be_bytes());
    out.extend(body);
}
