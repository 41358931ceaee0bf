//! What a JPEG says of itself before its first scan.

use super::canvas::scaled;
use super::colour::Colours;
use super::frame::{self, Frame};
use super::planes::Planes;
use super::walk::{APP0, APP1, APP2, APP14, Piece, SOS, Walk};
use crate::media::error::Fault;
use crate::media::pixels::{MOST_PROFILE, Turn};

pub(super) const EXIF: &[u8] = b"Exif\0\0";
pub(super) const ICC: &[u8] = b"ICC_PROFILE\0";
pub(super) const JFIF: &[u8] = b"JFIF\0";
pub(super) const ADOBE: &[u8] = b"Adobe";

/// A JPEG's header.
#[derive(Debug)]
pub(in crate::media) struct Header {
    pub(super) frame: Frame,
    pub(super) colours: Colours,
    pub(in crate::media) turn: Turn,
    /// The colour profile, if it is small.
    pub(in crate::media) profile: Option<Vec<u8>>,
    /// Whether the picture comes in several scans, so that all must be read before the first pixel is known.
    pub(super) in_scans: bool,
}

impl Header {
    /// Reads up to the first scan.
    pub(in crate::media) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let mut walk = Walk::new(bytes)?;
        let mut frame = None;
        let (mut turn, mut adobe, mut jfif) = (None, None, false);
        let mut profile = Profile::default();
        loop {
            let piece = walk.step()?;
            if let Some(found) = frame::frame(&piece)? {
                if frame.is_some() {
                    return Err(Fault::Damaged);
                }
                frame = Some(found);
                continue;
            }
            let Piece::Segment { marker, body } = piece else {
                return Err(Fault::Damaged);
            };
            match marker {
                APP0 if body.starts_with(JFIF) => jfif = true,
                APP1 if turn.is_none() => turn = body.strip_prefix(EXIF).and_then(Turn::of_exif),
                APP2 => profile.add(body.strip_prefix(ICC)),
                APP14 if body.starts_with(ADOBE) => adobe = body.get(11).copied(),
                SOS => {
                    let frame = frame.ok_or(Fault::Damaged)?;
                    let scan = frame::scan(&frame, body)?;
                    return Ok(Self {
                        colours: Colours::of(&frame, adobe, jfif),
                        turn: turn.unwrap_or_default(),
                        profile: profile.finish(),
                        in_scans: frame.progressive || scan.parts.len() != frame.components.len(),
                        frame,
                    });
                }
                _ => {}
            }
        }
    }

    /// Width and height in pixels as shown, after turning.
    pub(in crate::media) fn size(&self) -> (u32, u32) {
        let (width, height) = self.turn.size((self.frame.width, self.frame.height));
        (width as u32, height as u32)
    }

    /// Whether the colours are printers' colours, which browsers and networks show wrongly or not at all.
    pub(in crate::media) fn for_print(&self) -> bool {
        matches!(self.colours, Colours::Cmyk | Colours::Ycck)
    }

    /// Width and height at `eighths` / 8, after turning.
    pub(in crate::media) fn size_at(&self, eighths: usize) -> (u32, u32) {
        let (width, height) = self.turn.size(scaled(&self.frame, eighths));
        (width as u32, height as u32)
    }

    /// The bytes that decoding at `eighths` / 8 takes, next to the file itself.
    pub(in crate::media) fn weight(&self, eighths: usize) -> usize {
        let (width, height) = scaled(&self.frame, eighths);
        let strip = (width + 32 * eighths) * eighths * self.frame.most_down;
        let planes = if self.in_scans {
            Planes::weight(&self.frame, eighths)
        } else {
            0
        };
        3 * width * height + strip * self.frame.components.len() + planes + 64 * 1024
    }

    /// The largest scale, in eighths, at which the picture takes `room` bytes at most and is no larger than needed:
    /// at least `wanted` in each direction, where it can be.
    pub(in crate::media) fn eighths(&self, room: usize, wanted: (u32, u32)) -> Option<usize> {
        let enough = |&eighths: &usize| {
            let (width, height) = self.size_at(eighths);
            width >= wanted.0 && height >= wanted.1
        };
        let least = (1..8).find(enough).unwrap_or(8);
        (1..=least).rev().find(|&eighths| self.weight(eighths) <= room)
    }
}

/// A colour profile in numbered segments.
#[derive(Default)]
struct Profile {
    parts: Vec<(u8, Vec<u8>)>,
    too_large: bool,
}

impl Profile {
    fn add(&mut self, body: Option<&[u8]>) {
        let Some(&[number, _, ref part @ ..]) = body else {
            return;
        };
        let so_far: usize = self.parts.iter().map(|(_, part)| part.len()).sum();
        self.too_large |= so_far + part.len() > MOST_PROFILE;
        if !self.too_large {
            self.parts.push((number, part.to_vec()));
        }
    }

    fn finish(mut self) -> Option<Vec<u8>> {
        self.parts.sort_by_key(|(number, _)| *number);
        let whole = self
            .parts
            .iter()
            .map(|(number, _)| *number)
            .eq(1..=self.parts.len() as u8);
        let profile: Vec<u8> = self.parts.into_iter().flat_map(|(_, part)| part).collect();
        (whole && !self.too_large && !profile.is_empty()).then_some(profile)
    }
}
