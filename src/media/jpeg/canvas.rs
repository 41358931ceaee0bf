//! Where decoded blocks become an upright RGB picture, one row of coded units at a time.

use super::colour::Colours;
use super::frame::Frame;
use super::idct::Drawing;
use crate::media::pixels::Turn;

/// A block's coefficients, dequantised, and how many of their rows from the top are not all zero.
pub(super) struct Block {
    pub(super) values: [[f32; 8]; 8],
    pub(super) used: usize,
    /// Whether there is nothing but the first coefficient.
    pub(super) plain: bool,
}

impl Block {
    pub(super) fn new(first: f32) -> Self {
        let mut values = [[0.0; 8]; 8];
        values[0][0] = first;
        Self {
            values,
            used: 1,
            plain: true,
        }
    }

    /// Sets the coefficient at this natural place (row × 8 + column).
    #[inline]
    pub(super) fn set(&mut self, natural: u8, value: f32) {
        let row = usize::from(natural >> 3) & 7;
        self.values[row][usize::from(natural) & 7] = value;
        self.used = self.used.max(row + 1);
        self.plain &= natural == 0;
    }
}

/// The picture being drawn.
pub(super) struct Canvas {
    drawings: Vec<Drawing>,
    /// One row of units of each component; all have the same size.
    strips: Vec<Vec<u8>>,
    /// The strips' width and height in samples.
    stride: usize,
    strip_height: usize,
    /// The picture's size in samples, before it is turned.
    width: usize,
    height: usize,
    colours: Colours,
    turn: Turn,
    line: Vec<u8>,
    rgb: Vec<u8>,
}

impl Canvas {
    /// A canvas at `eighths` / 8 of the frame's size.
    pub(super) fn new(frame: &Frame, eighths: usize, in_scans: bool, colours: Colours, turn: Turn) -> Self {
        let (width, height) = scaled(frame, eighths);
        let stride = frame.units().0 * eighths * frame.most_across;
        let strip_height = eighths * frame.most_down;
        let scales = frame.components.iter().map(|c| frame.scale(c, eighths, in_scans));
        let drawings = scales.map(Drawing::new).collect();
        Self {
            drawings,
            strips: vec![vec![0; stride * strip_height]; frame.components.len()],
            stride,
            strip_height,
            width,
            height,
            colours,
            turn,
            line: vec![0; width * 3],
            rgb: vec![0; width * height * 3],
        }
    }

    /// Draws a block of a component at this column and row of blocks within the row of units.
    pub(super) fn draw(&mut self, component: usize, column: usize, row: usize, block: &Block) {
        let (Some(drawing), Some(strip)) = (self.drawings.get(component), self.strips.get_mut(component)) else {
            return;
        };
        let (across, down) = drawing.size();
        let start = row * down * self.stride + column * across;
        if block.plain {
            drawing.fill(block.values[0][0], strip, start, self.stride);
        } else {
            drawing.draw(&block.values, block.used, strip, start, self.stride);
        }
    }

    /// Takes over the strips as this row of units.
    pub(super) fn finish_row(&mut self, row: usize) {
        let first = row * self.strip_height;
        for y in 0..self.strip_height.min(self.height.saturating_sub(first)) {
            let from = y * self.stride;
            let sources: Vec<&[u8]> = self
                .strips
                .iter()
                .filter_map(|strip| strip.get(from..from + self.width))
                .collect();
            self.colours.convert(&sources, &mut self.line);
            self.turn
                .place_line(first + y, (self.width, self.height), &self.line, &mut self.rgb);
        }
    }

    /// The finished picture, three bytes a pixel, with its size after turning.
    pub(super) fn finish(self) -> (usize, usize, Vec<u8>) {
        let (width, height) = self.turn.size((self.width, self.height));
        (width, height, self.rgb)
    }
}

/// The frame's size at `eighths` / 8.
pub(super) fn scaled(frame: &Frame, eighths: usize) -> (usize, usize) {
    (
        (frame.width * eighths).div_ceil(8),
        (frame.height * eighths).div_ceil(8),
    )
}
