//! The way through a scan's coded data: unit by unit, block by block (ITU-T T.81, annexes F and G).

use super::bits::{Bits, Huffman, Tables};
use super::frame::{Frame, Scan};
use crate::media::error::Fault;

/// The natural place (row × 8 + column) of each coefficient in zigzag order.
pub(super) const NATURAL: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Where a block stands: which part of the scan it belongs to, and its column and row among the component's blocks.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) column: usize,
    pub(super) row: usize,
}

/// What is remembered from block to block, and forgotten at a restart marker.
#[derive(Default)]
pub(super) struct Memory {
    /// The last first coefficient, for each part of the scan.
    last: [i32; 4],
    /// How many blocks are still without a coefficient in this band.
    pub(super) empty: u32,
}

impl Memory {
    /// The block's first coefficient: the difference to the last one, read with this table.
    #[inline]
    pub(super) fn first(&mut self, bits: &mut Bits<'_>, table: &Huffman, part: usize) -> Result<i32, Fault> {
        let size = table.symbol(bits)?;
        if size > 15 {
            return Err(Fault::Damaged);
        }
        let difference = bits.signed(u32::from(size));
        let last = self.last.get_mut(part).ok_or(Fault::Damaged)?;
        // Sixteen bits, as the standard's arithmetic: a damaged file cannot make it grow.
        *last = i32::from(last.wrapping_add(difference) as i16);
        Ok(*last)
    }
}

/// What is done with the blocks of a scan.
pub(super) trait Sink {
    fn block(&mut self, bits: &mut Bits<'_>, memory: &mut Memory, place: Place) -> Result<(), Fault>;

    /// All blocks of this row of units have been given.
    fn row_done(&mut self, _row: usize) {}
}

/// Gives each block of the scan to the sink, in the order of the file.
pub(super) fn run(frame: &Frame, scan: &Scan, restart: usize, data: &[u8], sink: &mut impl Sink) -> Result<(), Fault> {
    let mut bits = Bits::new(data);
    let mut memory = Memory::default();
    let layout = Layout::new(frame, scan);
    let (mut until_restart, mut number) = (restart, 0);
    for row in 0..layout.rows {
        for column in 0..layout.columns {
            if restart > 0 {
                if until_restart == 0 {
                    bits.restart(number)?;
                    memory = Memory::default();
                    (until_restart, number) = (restart, (number + 1) & 7);
                }
                until_restart -= 1;
            }
            for (part, &(across, down)) in layout.parts.iter().enumerate() {
                for y in 0..down {
                    for x in 0..across {
                        let (column, row) = (column * across + x, row * down + y);
                        sink.block(&mut bits, &mut memory, Place { part, column, row })?;
                    }
                }
            }
            if bits.overrun() {
                return Err(Fault::Damaged);
            }
        }
        sink.row_done(row);
    }
    Ok(())
}

/// How the scan's units lie: of several components, all blocks of each in turn; of one, block by block.
struct Layout {
    columns: usize,
    rows: usize,
    /// For each part: blocks across and down in one unit.
    parts: Vec<(usize, usize)>,
}

impl Layout {
    fn new(frame: &Frame, scan: &Scan) -> Self {
        let components = || {
            scan.parts
                .iter()
                .filter_map(|part| frame.components.get(part.component))
        };
        if let (1, Some(only)) = (scan.parts.len(), components().next()) {
            let (columns, rows) = frame.own_blocks(only);
            return Self {
                columns,
                rows,
                parts: vec![(1, 1)],
            };
        }
        let (columns, rows) = frame.units();
        Self {
            columns,
            rows,
            parts: components().map(|c| (c.across, c.down)).collect(),
        }
    }
}

/// The Huffman tables of a scan's part.
pub(super) fn coders<'a>(tables: &'a Tables, scan: &Scan) -> Vec<(Option<&'a Huffman>, Option<&'a Huffman>)> {
    let one = |kind: &'a [Option<Huffman>; 4], index: usize| kind.get(index).and_then(Option::as_ref);
    scan.parts
        .iter()
        .map(|part| (one(&tables.dc, part.dc), one(&tables.ac, part.ac)))
        .collect()
}

/// Reads a block of a sequential picture after its first coefficient: gives each value with its place in zigzag order.
#[inline]
pub(super) fn rest(bits: &mut Bits<'_>, table: &Huffman, mut give: impl FnMut(usize, i32)) -> Result<(), Fault> {
    let mut at = 1;
    while at < 64 {
        let symbol = table.symbol(bits)?;
        let (skip, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 {
            if skip < 15 {
                break;
            }
            at += 16;
            continue;
        }
        at += skip;
        if at > 63 {
            return Err(Fault::Damaged);
        }
        give(at, bits.signed(size));
        at += 1;
    }
    Ok(())
}
