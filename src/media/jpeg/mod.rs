//! JPEG, read at any eighth of its size.
//!
//! A camera's picture has 12 to 50 megapixels, 200 at most; unpacked whole, one of 40 takes 120 MB, and twice as much
//! more if it is progressive. So the decoder is our own: it draws each block at 1/8 to 8/8 of its size straight away, and
//! of a progressive picture it keeps only the coefficients that this size can show. What it will take is known
//! beforehand ([`Header::eighths`]), it starts no thread, and an incomplete file is an error, not a grey area.
//!
//! Read: baseline, extended and progressive pictures with Huffman coding and 8 bits a colour, in grey, RGB, `YCbCr`,
//! CMYK and YCCK. Others are rare, and refused by name.

mod bits;
mod canvas;
mod colour;
mod frame;
mod header;
mod idct;
mod planes;
mod scan;
mod strip;
mod walk;

#[cfg(test)]
mod tests;

use bits::{Bits, Huffman, Tables};
use canvas::{Block, Canvas};
use frame::{Frame, Scan};
pub(super) use header::Header;
use planes::Planes;
use scan::{Memory, NATURAL, Place, Sink, coders, rest};
pub(super) use strip::strip;
use walk::{DHT, DQT, DRI, Piece, SOS, Walk};

use super::error::Fault;
use super::pixels::Pixels;

/// More scans than any encoder writes: a file with more is made to keep a decoder busy.
const MOST_SCANS: usize = 100;

/// Draws the picture upright at `eighths` / 8 of its size.
pub(super) fn decode(bytes: &[u8], header: &Header, eighths: usize) -> Result<Pixels, Fault> {
    let frame = &header.frame;
    let mut canvas = Canvas::new(frame, eighths, header.in_scans, header.colours, header.turn);
    let mut tables = Tables::default();
    let mut planes = header.in_scans.then(|| Planes::new(frame, eighths));
    let mut walk = Walk::new(bytes)?;
    let mut scans = 0;
    loop {
        match walk.step()? {
            Piece::Segment { marker: DHT, body } => tables.huffman(body)?,
            Piece::Segment { marker: DQT, body } => tables.quantisation(body)?,
            Piece::Segment { marker: DRI, body } => {
                let &[high, low, ..] = body else {
                    return Err(Fault::Damaged);
                };
                tables.restart = usize::from(u16::from_be_bytes([high, low]));
            }
            Piece::Segment { marker: SOS, body } => {
                let scan = frame::scan(frame, body)?;
                let Piece::Entropy(data) = walk.step()? else {
                    return Err(Fault::Damaged);
                };
                scans += 1;
                match &mut planes {
                    Some(_) if scans > MOST_SCANS => return Err(Fault::Damaged),
                    Some(planes) => planes.read(frame, &scan, &tables, data)?,
                    // The first scan was the whole picture; a second one is none of ours.
                    None if scans > 1 => {}
                    None => Drawn::read(frame, &scan, &tables, data, &mut canvas)?,
                }
            }
            Piece::Segment { .. } | Piece::Entropy(_) => {}
            Piece::End => break,
        }
    }
    match planes {
        Some(planes) => planes.draw(frame, &mut canvas)?,
        None if scans == 0 => return Err(Fault::Damaged),
        None => {}
    }
    let (width, height, data) = canvas.finish();
    Ok(Pixels::rgb(width, height, data).with_profile(header.profile.clone()))
}

/// A sequential picture in one scan: each block is drawn as soon as it is read.
struct Drawn<'a> {
    frame: &'a Frame,
    scan: &'a Scan,
    coders: Vec<(&'a Huffman, &'a Huffman)>,
    quants: Vec<[f32; 64]>,
    canvas: &'a mut Canvas,
}

impl<'a> Drawn<'a> {
    fn read(
        frame: &'a Frame,
        scan: &'a Scan,
        tables: &'a Tables,
        data: &[u8],
        canvas: &'a mut Canvas,
    ) -> Result<(), Fault> {
        if scan.parts.len() != frame.components.len() {
            return Err(Fault::Damaged);
        }
        let coders: Option<Vec<_>> = coders(tables, scan).into_iter().map(|(dc, ac)| dc.zip(ac)).collect();
        let quants: Option<Vec<_>> = scan
            .parts
            .iter()
            .map(|part| frame.components.get(part.component))
            .map(|component| tables.quant.get(component?.quant)?.map(|table| table.map(f32::from)))
            .collect();
        let mut drawn = Self {
            frame,
            scan,
            coders: coders.ok_or(Fault::Damaged)?,
            quants: quants.ok_or(Fault::Damaged)?,
            canvas,
        };
        scan::run(frame, scan, tables.restart, data, &mut drawn)
    }
}

impl Sink for Drawn<'_> {
    fn block(&mut self, bits: &mut Bits<'_>, memory: &mut Memory, place: Place) -> Result<(), Fault> {
        let part = self.scan.parts.get(place.part).ok_or(Fault::Damaged)?;
        let &(dc, ac) = self.coders.get(place.part).ok_or(Fault::Damaged)?;
        let quant = self.quants.get(place.part).ok_or(Fault::Damaged)?;
        let first = memory.first(bits, dc, place.part)?;
        let mut block = Block::new(first as f32 * quant[0]);
        rest(bits, ac, |at, value| {
            block.set(NATURAL[at & 63], value as f32 * quant[at & 63]);
        })?;
        let down = self.frame.components.get(part.component).map_or(1, |c| c.down);
        self.canvas
            .draw(part.component, place.column, place.row % down.max(1), &block);
        Ok(())
    }

    fn row_done(&mut self, row: usize) {
        self.canvas.finish_row(row);
    }
}
