//! A JPEG file from segment to segment (ITU-T T.81, annex B).

use crate::media::error::Fault;

/// Marker codes, the byte after 0xFF.
pub(super) const SOI: u8 = 0xD8;
pub(super) const EOI: u8 = 0xD9;
pub(super) const SOS: u8 = 0xDA;
pub(super) const DQT: u8 = 0xDB;
pub(super) const DHT: u8 = 0xC4;
pub(super) const DRI: u8 = 0xDD;
pub(super) const APP0: u8 = 0xE0;
pub(super) const APP1: u8 = 0xE1;
pub(super) const APP2: u8 = 0xE2;
pub(super) const APP14: u8 = 0xEE;

/// What comes next in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A marker with its body, without the length.
    Segment { marker: u8, body: &'a [u8] },
    /// The coded data after an `SOS` segment, with its restart markers.
    Entropy(&'a [u8]),
    /// The end-of-image marker. What follows it in the file is no part of the picture.
    End,
}

/// Walks over a file. Stray bytes between segments are skipped, as every decoder does.
pub(super) struct Walk<'a> {
    rest: &'a [u8],
    after_scan_header: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Fault> {
        let rest = bytes.strip_prefix(&[0xFF, SOI]).ok_or(Fault::Damaged)?;
        Ok(Self {
            rest,
            after_scan_header: false,
        })
    }

    pub(super) fn step(&mut self) -> Result<Piece<'a>, Fault> {
        if std::mem::take(&mut self.after_scan_header) {
            return self.entropy().map(Piece::Entropy);
        }
        loop {
            match self.marker()? {
                EOI => return Ok(Piece::End),
                // Stuffing, TEM, restart markers and SOI stand alone and say nothing here.
                0x00 | 0x01 | 0xD0..=0xD7 | SOI => {}
                marker => {
                    let body = self.body()?;
                    self.after_scan_header = marker == SOS;
                    return Ok(Piece::Segment { marker, body });
                }
            }
        }
    }

    /// The code after the next 0xFF and its fill bytes.
    fn marker(&mut self) -> Result<u8, Fault> {
        let start = self.rest.iter().position(|&byte| byte == 0xFF).ok_or(Fault::CutOff)?;
        let rest = self.rest.get(start..).unwrap_or_default();
        let code = rest.iter().position(|&byte| byte != 0xFF).ok_or(Fault::CutOff)?;
        let marker = rest.get(code).copied().ok_or(Fault::CutOff)?;
        self.rest = rest.get(code + 1..).unwrap_or_default();
        Ok(marker)
    }

    fn body(&mut self) -> Result<&'a [u8], Fault> {
        let &[high, low, ..] = self.rest else {
            return Err(Fault::CutOff);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length < 2 {
            return Err(Fault::Damaged);
        }
        let (segment, rest) = self.rest.split_at_checked(length).ok_or(Fault::CutOff)?;
        self.rest = rest;
        Ok(segment.get(2..).unwrap_or_default())
    }

    /// All bytes up to the next marker that is no restart marker.
    fn entropy(&mut self) -> Result<&'a [u8], Fault> {
        let mut at = 0;
        loop {
            let tail = self.rest.get(at..).unwrap_or_default();
            at += tail.iter().position(|&byte| byte == 0xFF).ok_or(Fault::CutOff)?;
            match self.rest.get(at + 1) {
                None => return Err(Fault::CutOff),
                Some(0x00 | 0xD0..=0xD7) => at += 2,
                Some(_) => break,
            }
        }
        let (data, rest) = self.rest.split_at_checked(at).ok_or(Fault::CutOff)?;
        self.rest = rest;
        Ok(data)
    }
}
