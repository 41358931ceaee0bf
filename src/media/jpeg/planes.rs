//! Coefficients of pictures that come in several scans (progressive, mostly), kept until the last one.
//!
//! All 64 coefficients of a block take 128 bytes: 240 MB for 40 megapixels. Kept here are only those that the wanted
//! size can show, and for the others one bit: later scans are coded by which coefficients are not zero.

use super::bits::{Bits, Huffman, Tables};
use super::canvas::{Block, Canvas};
use super::frame::{Component, Frame, Scan};
use super::scan::{Memory, NATURAL, Place, Sink, coders, rest};
use crate::media::error::Fault;

/// One component's blocks.
struct Plane {
    columns: usize,
    rows: usize,
    /// How many coefficients are kept in each direction.
    kept: usize,
    /// Where each coefficient in zigzag order is kept; 255: it is not.
    slots: [u8; 64],
    /// The kept coefficients of each block, row by row, before dequantisation.
    values: Vec<i16>,
    /// For each block: which of the 64 are not zero, in zigzag order.
    seen: Vec<u64>,
    /// The table in force at the component's first scan.
    quant: Option<[u16; 64]>,
}

impl Plane {
    fn new(columns: usize, rows: usize, kept: usize) -> Self {
        let slots = NATURAL.map(|natural| {
            let (row, column) = (usize::from(natural >> 3), usize::from(natural & 7));
            if row < kept && column < kept {
                (row * kept + column) as u8
            } else {
                u8::MAX
            }
        });
        Self {
            columns,
            rows,
            kept,
            slots,
            values: vec![0; columns * rows * kept * kept],
            seen: vec![0; columns * rows],
            quant: None,
        }
    }

    /// The block with this number, dequantised.
    fn block(&self, quant: &[u16; 64], index: usize) -> Block {
        let count = self.kept * self.kept;
        let values = self.values.get(index * count..(index + 1) * count).unwrap_or_default();
        let mut block = Block::new(0.0);
        for ((&natural, &slot), &step) in NATURAL.iter().zip(&self.slots).zip(quant) {
            let value = values.get(usize::from(slot)).copied().unwrap_or(0);
            if value != 0 {
                block.set(natural, f32::from(value) * f32::from(step));
            }
        }
        block
    }
}

/// All components' blocks.
pub(super) struct Planes {
    planes: Vec<Plane>,
}

impl Planes {
    /// The bytes that [`Planes::new`] takes.
    pub(super) fn weight(frame: &Frame, eighths: usize) -> usize {
        let (columns, rows) = frame.units();
        let block = |c: &Component| 2 * frame.scale(c, eighths, true).kept.pow(2) + 8;
        let unit: usize = frame.components.iter().map(|c| c.across * c.down * block(c)).sum();
        columns * rows * unit
    }

    /// Room for what is needed to draw the frame at `eighths` / 8.
    pub(super) fn new(frame: &Frame, eighths: usize) -> Self {
        let (columns, rows) = frame.units();
        let planes = frame.components.iter().map(|c| {
            let kept = frame.scale(c, eighths, true).kept;
            Plane::new(columns * c.across, rows * c.down, kept)
        });
        Self {
            planes: planes.collect(),
        }
    }

    /// Takes in one scan.
    pub(super) fn read(&mut self, frame: &Frame, scan: &Scan, tables: &Tables, data: &[u8]) -> Result<(), Fault> {
        for part in &scan.parts {
            let quant = frame
                .components
                .get(part.component)
                .and_then(|c| tables.quant.get(c.quant));
            if let Some(plane) = self.planes.get_mut(part.component) {
                plane.quant = plane.quant.or(quant.copied().flatten());
            }
        }
        let mut reading = Reading {
            sequential: !frame.progressive,
            coders: coders(tables, scan),
            scan,
            planes: self,
        };
        super::scan::run(frame, scan, tables.restart, data, &mut reading)
    }

    /// Draws everything. A component that no scan has brought is a fault.
    pub(super) fn draw(&self, frame: &Frame, canvas: &mut Canvas) -> Result<(), Fault> {
        for row in 0..frame.units().1 {
            for (index, (plane, component)) in self.planes.iter().zip(&frame.components).enumerate() {
                let quant = plane.quant.as_ref().ok_or(Fault::Damaged)?;
                for y in 0..component.down {
                    for column in 0..plane.columns {
                        let block = plane.block(quant, (row * component.down + y) * plane.columns + column);
                        canvas.draw(index, column, y, &block);
                    }
                }
            }
            canvas.finish_row(row);
        }
        Ok(())
    }
}

/// A scan being read into the planes.
struct Reading<'a> {
    sequential: bool,
    coders: Vec<(Option<&'a Huffman>, Option<&'a Huffman>)>,
    scan: &'a Scan,
    planes: &'a mut Planes,
}

impl Sink for Reading<'_> {
    fn block(&mut self, bits: &mut Bits<'_>, memory: &mut Memory, place: Place) -> Result<(), Fault> {
        let part = self.scan.parts.get(place.part).ok_or(Fault::Damaged)?;
        let &(dc, ac) = self.coders.get(place.part).ok_or(Fault::Damaged)?;
        let plane = self.planes.planes.get_mut(part.component).ok_or(Fault::Damaged)?;
        if place.column >= plane.columns || place.row >= plane.rows {
            return Err(Fault::Damaged);
        }
        let index = place.row * plane.columns + place.column;
        let count = plane.kept * plane.kept;
        let mut kept = Kept {
            values: plane
                .values
                .get_mut(index * count..(index + 1) * count)
                .ok_or(Fault::Damaged)?,
            seen: plane.seen.get_mut(index).ok_or(Fault::Damaged)?,
            slots: &plane.slots,
        };
        let scan = self.scan;
        if self.sequential {
            kept.set(0, memory.first(bits, dc.ok_or(Fault::Damaged)?, place.part)?);
            rest(bits, ac.ok_or(Fault::Damaged)?, |at, value| kept.set(at, value))
        } else if scan.from == 0 && scan.refines {
            if bits.flag() {
                kept.add_bit(0, 1 << scan.shift);
            }
            Ok(())
        } else if scan.from == 0 {
            let first = memory.first(bits, dc.ok_or(Fault::Damaged)?, place.part)?;
            kept.set(0, first << scan.shift);
            Ok(())
        } else if scan.refines {
            kept.refine(bits, ac.ok_or(Fault::Damaged)?, scan, memory)
        } else {
            kept.begin(bits, ac.ok_or(Fault::Damaged)?, scan, memory)
        }
    }
}

/// What is kept of one block.
struct Kept<'a> {
    values: &'a mut [i16],
    seen: &'a mut u64,
    slots: &'a [u8; 64],
}

impl Kept<'_> {
    fn value(&mut self, at: usize) -> Option<&mut i16> {
        let slot = self.slots.get(at).copied().unwrap_or(u8::MAX);
        self.values.get_mut(usize::from(slot))
    }

    #[inline]
    fn set(&mut self, at: usize, value: i32) {
        *self.seen |= 1 << (at & 63);
        if let Some(kept) = self.value(at) {
            *kept = value as i16;
        }
    }

    /// Moves a coefficient away from zero by this much, unless it has that bit.
    fn add_bit(&mut self, at: usize, bit: i16) {
        if let Some(kept) = self.value(at)
            && *kept & bit == 0
        {
            let away = if at > 0 && *kept < 0 { -bit } else { bit };
            *kept = kept.wrapping_add(away);
        }
    }

    /// The first scan of a band: the coefficients' upper bits (T.81, G.1.2.2).
    fn begin(&mut self, bits: &mut Bits<'_>, table: &Huffman, scan: &Scan, memory: &mut Memory) -> Result<(), Fault> {
        if memory.empty > 0 {
            memory.empty -= 1;
            return Ok(());
        }
        let mut at = scan.from;
        while at <= scan.to {
            let symbol = table.symbol(bits)?;
            let (skip, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && skip < 15 {
                memory.empty = (1 << skip) - 1 + bits.take(skip);
                break;
            }
            at += skip as usize;
            if size > 0 {
                if at > scan.to {
                    return Err(Fault::Damaged);
                }
                self.set(at, bits.signed(size) << scan.shift);
            }
            at += 1;
        }
        Ok(())
    }

    /// A later scan of a band: one more bit of what is not zero, and what becomes so (T.81, G.1.2.3).
    fn refine(&mut self, bits: &mut Bits<'_>, table: &Huffman, scan: &Scan, memory: &mut Memory) -> Result<(), Fault> {
        let bit = 1_i16 << scan.shift;
        let mut at = scan.from;
        if memory.empty == 0 {
            while at <= scan.to {
                let symbol = table.symbol(bits)?;
                let (skip, size) = (u32::from(symbol >> 4), symbol & 15);
                if size == 0 && skip < 15 {
                    memory.empty = (1 << skip) + bits.take(skip);
                    break;
                }
                let new = (size > 0).then(|| if bits.flag() { bit } else { -bit });
                at = self.pass_zeros(bits, at, scan.to, skip, bit);
                if let Some(value) = new {
                    if at > scan.to {
                        return Err(Fault::Damaged);
                    }
                    self.set(at, i32::from(value));
                }
                at += 1;
            }
        }
        if memory.empty > 0 {
            // The rest of the block has no new coefficient.
            self.pass_zeros(bits, at, scan.to, u32::MAX, bit);
            memory.empty -= 1;
        }
        Ok(())
    }

    /// Goes over `skip` zeros and stops at the one after them; reads a bit for each coefficient on the way that is
    /// not zero.
    fn pass_zeros(&mut self, bits: &mut Bits<'_>, mut at: usize, to: usize, mut skip: u32, bit: i16) -> usize {
        while at <= to {
            if *self.seen >> (at & 63) & 1 == 1 {
                if bits.flag() {
                    self.add_bit(at, bit);
                }
            } else if skip == 0 {
                break;
            } else {
                skip -= 1;
            }
            at += 1;
        }
        at
    }
}
