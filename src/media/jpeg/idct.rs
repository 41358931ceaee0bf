//! From coefficients to samples, at another size on the way.
//!
//! A block's cosines are functions over the whole block, so they can be read at any number of points: with fewer points
//! than eight (and only the cosines that these can carry) the picture is smaller, with more it is larger. So a large
//! picture becomes small, and coarse colour becomes as fine as brightness, with no other step.

use super::frame::Scale;

/// The most samples that a block is drawn with in one direction: 8, times 4 for coarse colour.
const MOST: usize = 32;

/// Draws blocks of one component.
pub(super) struct Drawing {
    /// Cosines used in each direction: 1 to 8.
    kept: usize,
    /// Samples drawn: across and down.
    across: usize,
    down: usize,
    /// For each row of samples: the weight of each vertical cosine.
    rows: Vec<[f32; 8]>,
    /// For each horizontal cosine: its weight at each column of samples.
    columns: Vec<[f32; MOST]>,
}

impl Drawing {
    pub(super) fn new(scale: Scale) -> Self {
        let (kept, across, down) = (
            scale.kept.clamp(1, 8),
            scale.across.clamp(1, MOST),
            scale.down.clamp(1, MOST),
        );
        // A cosine that rises and falls faster than the samples lie would be seen as another.
        let weight = |frequency: usize, at, points: usize| {
            if frequency < kept.min(points) && at < points {
                weight(frequency, at, points)
            } else {
                0.0
            }
        };
        let rows = (0..down).map(|y| std::array::from_fn(|v| weight(v, y, down))).collect();
        let columns = (0..kept)
            .map(|u| std::array::from_fn(|x| weight(u, x, across)))
            .collect();
        Self {
            kept,
            across,
            down,
            rows,
            columns,
        }
    }

    pub(super) fn size(&self) -> (usize, usize) {
        (self.across, self.down)
    }

    /// Draws a block into `plane` from `start` on, whose rows are `stride` apart. `used` is how many rows of
    /// coefficients, from the top, are not all zero.
    pub(super) fn draw(&self, block: &[[f32; 8]; 8], used: usize, plane: &mut [u8], start: usize, stride: usize) {
        match self.across {
            0..=8 => self.draw_lanes::<8>(block, used, plane, start, stride),
            9..=16 => self.draw_lanes::<16>(block, used, plane, start, stride),
            _ => self.draw_lanes::<MOST>(block, used, plane, start, stride),
        }
    }

    fn draw_lanes<const LANES: usize>(
        &self,
        block: &[[f32; 8]; 8],
        used: usize,
        plane: &mut [u8],
        start: usize,
        stride: usize,
    ) {
        let used = used.min(self.kept);
        let lines = plane.get_mut(start..).unwrap_or_default().chunks_mut(stride.max(1));
        for (weights, line) in self.rows.iter().zip(lines) {
            let mut sums = [0.0_f32; 8];
            for (weight, row) in weights.iter().zip(block).take(used) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += weight * value;
                }
            }
            let mut samples = [128.5_f32; LANES];
            for (sum, column) in sums.iter().zip(&self.columns) {
                for (sample, weight) in samples.iter_mut().zip(column) {
                    *sample += sum * weight;
                }
            }
            for (to, sample) in line.iter_mut().zip(&samples).take(self.across) {
                *to = *sample as u8;
            }
        }
    }

    /// The same for a block that has only its mean, `first`.
    pub(super) fn fill(&self, first: f32, plane: &mut [u8], start: usize, stride: usize) {
        let value = (first / 8.0 + 128.5) as u8;
        let lines = plane.get_mut(start..).unwrap_or_default().chunks_mut(stride.max(1));
        for line in lines.take(self.down) {
            if let Some(line) = line.get_mut(..self.across) {
                line.fill(value);
            }
        }
    }
}

/// The cosine of this frequency at the middle of the `at`th of `points` equal parts of a block (T.81, A.3.3).
fn weight(frequency: usize, at: usize, points: usize) -> f32 {
    let angle = (2 * at + 1) as f64 * frequency as f64 * std::f64::consts::PI / (2 * points) as f64;
    let scale = if frequency == 0 { 0.125_f64.sqrt() } else { 0.5 };
    (scale * angle.cos()) as f32
}
