//! The frame header and the scan header: what the picture is made of, and which part of it comes next.

use super::walk::Piece;
use crate::media::error::Fault;

/// One colour channel as it is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Blocks in a row and in a column of one minimum coded unit: 1 to 4.
    pub(super) across: usize,
    pub(super) down: usize,
    /// Which quantisation table: 0 to 3.
    pub(super) quant: usize,
}

/// The frame header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// 1 to 65,535 each.
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) progressive: bool,
    /// One, three or four.
    pub(super) components: Vec<Component>,
    /// The largest `across` and `down` of all components.
    pub(super) most_across: usize,
    pub(super) most_down: usize,
}

/// One component's part in a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Which component of the frame.
    pub(super) component: usize,
    /// Which Huffman tables: 0 to 3.
    pub(super) dc: usize,
    pub(super) ac: usize,
}

/// The scan header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) parts: Vec<Part>,
    /// The first and the last coefficient of this scan in zigzag order.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether it adds one more bit to coefficients that are partly known.
    pub(super) refines: bool,
    /// The bit that the scan's values begin at.
    pub(super) shift: u32,
}

/// The frame that this piece is the header of, if it is one.
pub(super) fn frame(piece: &Piece<'_>) -> Result<Option<Frame>, Fault> {
    match piece {
        Piece::Segment {
            marker: marker @ 0xC0..=0xC2,
            body,
        } => read_frame(*marker == 0xC2, body).map(Some),
        Piece::Segment { marker: 0xC3, .. } => Err(Fault::Variety("a lossless JPEG")),
        Piece::Segment {
            marker: 0xC5..=0xC7, ..
        } => Err(Fault::Variety("a hierarchical JPEG")),
        Piece::Segment {
            marker: 0xC9..=0xCF, ..
        } => Err(Fault::Variety("a JPEG with arithmetic coding")),
        _ => Ok(None),
    }
}

fn read_frame(progressive: bool, body: &[u8]) -> Result<Frame, Fault> {
    let &[precision, h1, h0, w1, w0, count, ref rest @ ..] = body else {
        return Err(Fault::Damaged);
    };
    if precision != 8 {
        return Err(Fault::Variety("a JPEG with more than 8 bits a colour"));
    }
    if !matches!(count, 1 | 3 | 4) {
        return Err(Fault::Variety("a JPEG with an odd number of colours"));
    }
    let (height, width) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
    if width == 0 || height == 0 {
        return Err(Fault::Damaged);
    }
    let mut components = Vec::with_capacity(4);
    for index in 0..usize::from(count) {
        let Some(&[id, sampling, quant]) = rest.get(index * 3..index * 3 + 3) else {
            return Err(Fault::Damaged);
        };
        let (across, down) = (usize::from(sampling >> 4), usize::from(sampling & 15));
        if !(1..=4).contains(&across) || !(1..=4).contains(&down) || quant > 3 {
            return Err(Fault::Damaged);
        }
        let quant = usize::from(quant);
        components.push(Component {
            id,
            across,
            down,
            quant,
        });
    }
    // A single component is coded block by block, whatever its sampling says.
    if let [only] = components.as_mut_slice() {
        (only.across, only.down) = (1, 1);
    }
    let most_across = components.iter().map(|c| c.across).max().unwrap_or(1);
    let most_down = components.iter().map(|c| c.down).max().unwrap_or(1);
    if components
        .iter()
        .any(|c| most_across % c.across != 0 || most_down % c.down != 0)
    {
        return Err(Fault::Variety("a JPEG with unusual colour sampling"));
    }
    Ok(Frame {
        width: usize::from(width),
        height: usize::from(height),
        progressive,
        components,
        most_across,
        most_down,
    })
}

impl Frame {
    /// Minimum coded units in a row and in a column.
    pub(super) fn units(&self) -> (usize, usize) {
        (
            self.width.div_ceil(8 * self.most_across),
            self.height.div_ceil(8 * self.most_down),
        )
    }

    /// Blocks of a component that carry something of the picture: what a scan of that component alone holds.
    pub(super) fn own_blocks(&self, component: &Component) -> (usize, usize) {
        (
            (self.width * component.across).div_ceil(8 * self.most_across),
            (self.height * component.down).div_ceil(8 * self.most_down),
        )
    }
}

/// How a component is drawn at `eighths` / 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    /// Coefficients used in each direction: 1 to 8.
    pub(super) kept: usize,
    /// Samples a block: 1 to 32.
    pub(super) across: usize,
    pub(super) down: usize,
}

impl Frame {
    /// Coarse colour is drawn as fine as brightness. Where coefficients must be kept (`in_scans`), it makes do with as
    /// many as brightness.
    pub(super) fn scale(&self, component: &Component, eighths: usize, in_scans: bool) -> Scale {
        let across = eighths * (self.most_across / component.across.max(1));
        let down = eighths * (self.most_down / component.down.max(1));
        let most = if in_scans { eighths.max(2) } else { 8 };
        Scale {
            kept: across.max(down).min(most).min(8),
            across,
            down,
        }
    }
}

/// Reads the header of a scan of this frame.
pub(super) fn scan(frame: &Frame, body: &[u8]) -> Result<Scan, Fault> {
    let (&count, rest) = body.split_first().ok_or(Fault::Damaged)?;
    let count = usize::from(count);
    if count == 0 || count > frame.components.len() {
        return Err(Fault::Damaged);
    }
    let mut parts: Vec<Part> = Vec::with_capacity(4);
    for index in 0..count {
        let Some(&[id, tables]) = rest.get(index * 2..index * 2 + 2) else {
            return Err(Fault::Damaged);
        };
        let (dc, ac) = (usize::from(tables >> 4), usize::from(tables & 15));
        let component = frame.components.iter().position(|c| c.id == id).ok_or(Fault::Damaged)?;
        if dc > 3 || ac > 3 || parts.iter().any(|part| part.component == component) {
            return Err(Fault::Damaged);
        }
        parts.push(Part { component, dc, ac });
    }
    let Some(&[from, to, bits]) = rest.get(count * 2..count * 2 + 3) else {
        return Err(Fault::Damaged);
    };
    if !frame.progressive {
        return Ok(Scan {
            parts,
            from: 0,
            to: 63,
            refines: false,
            shift: 0,
        });
    }
    let (high, low) = (bits >> 4, bits & 15);
    let band = if from == 0 {
        to == 0
    } else {
        from <= to && to <= 63 && count == 1
    };
    if !band || low > 13 || (high != 0 && high != low + 1) {
        return Err(Fault::Damaged);
    }
    Ok(Scan {
        parts,
        from: usize::from(from),
        to: usize::from(to),
        refines: high != 0,
        shift: u32::from(low),
    })
}
