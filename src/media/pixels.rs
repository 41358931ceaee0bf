//! An unpacked picture, and which way up it is.

use image::metadata::Orientation;

/// The largest colour profile that is kept, in bytes. Profiles of screens and cameras have 500 to 4,000; a profile says
/// how colours are meant, and nothing of place or person.
pub(super) const MOST_PROFILE: usize = 32 * 1024;

/// A picture as rows of pixels of 8 bits a colour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pixels {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Whether each pixel has a fourth byte that says how opaque it is.
    pub(super) alpha: bool,
    /// `width` × `height` × [`Pixels::channels`] bytes.
    pub(super) data: Vec<u8>,
    /// The colour profile of RGB values.
    pub(super) profile: Option<Vec<u8>>,
}

impl Pixels {
    pub(super) fn rgb(width: usize, height: usize, data: Vec<u8>) -> Self {
        Self {
            width,
            height,
            alpha: false,
            data,
            profile: None,
        }
    }

    /// Keeps this profile, if it is small and speaks of RGB (its bytes 16 to 19 name the colour space).
    pub(super) fn with_profile(mut self, profile: Option<Vec<u8>>) -> Self {
        self.profile = profile.filter(|p| p.len() <= MOST_PROFILE && p.get(16..20) == Some(b"RGB "));
        self
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.width as u32, self.height as u32)
    }

    pub(super) fn channels(&self) -> usize {
        if self.alpha { 4 } else { 3 }
    }

    /// Drops the fourth byte where every pixel is opaque.
    pub(super) fn without_needless_alpha(self) -> Self {
        let opaque = |[.., alpha]: &[u8; 4]| *alpha == 255;
        if self.alpha && self.data.as_chunks().0.iter().all(opaque) {
            self.on_white()
        } else {
            self
        }
    }

    /// Puts a transparent picture on white. In place, since the picture may be large.
    pub(super) fn on_white(mut self) -> Self {
        if !self.alpha {
            return self;
        }
        let count = self.width * self.height;
        for index in 0..count {
            let Some(&[r, g, b, alpha]) = self.data.get(index * 4..index * 4 + 4) else {
                break;
            };
            let over = |value: u8| {
                let sum = u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
                ((sum + 127) / 255) as u8
            };
            if let Some(to) = self.data.get_mut(index * 3..index * 3 + 3) {
                to.copy_from_slice(&[over(r), over(g), over(b)]);
            }
        }
        self.data.truncate(count * 3);
        self.data.shrink_to_fit();
        self.alpha = false;
        self
    }

    /// Turned upright. Needs as much room again, except where the picture stands right already.
    pub(super) fn turned(mut self, turn: Turn) -> Self {
        if turn == Turn::default() {
            return self;
        }
        let from = (self.width, self.height);
        let mut data = vec![0; self.data.len()];
        let row = self.width * self.channels();
        for (y, line) in self.data.chunks_exact(row.max(1)).enumerate() {
            match self.alpha {
                true => turn.place::<4>(y, from, line, &mut data),
                false => turn.place::<3>(y, from, line, &mut data),
            }
        }
        self.data = data;
        (self.width, self.height) = turn.size(from);
        self
    }
}

/// What must be done to a picture so that it stands upright; EXIF's eight ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turn(Orientation);

impl Default for Turn {
    fn default() -> Self {
        Self(Orientation::NoTransforms)
    }
}

impl From<Orientation> for Turn {
    fn from(orientation: Orientation) -> Self {
        Self(orientation)
    }
}

impl Turn {
    /// What an EXIF block says, from its TIFF header on.
    pub(super) fn of_exif(exif: &[u8]) -> Option<Self> {
        Orientation::from_exif_chunk(exif).map(Self)
    }

    /// Whether width and height change places.
    pub(super) fn swaps(self) -> bool {
        matches!(self.0.to_exif(), 5..=8)
    }

    /// The size after turning.
    pub(super) fn size<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.swaps() { (height, width) } else { (width, height) }
    }

    /// Puts line `y` of a picture of this size, three bytes a pixel, where it belongs in the upright picture.
    pub(super) fn place_line(self, y: usize, size: (usize, usize), line: &[u8], upright: &mut [u8]) {
        self.place::<3>(y, size, line, upright);
    }

    fn place<const N: usize>(self, y: usize, (width, height): (usize, usize), line: &[u8], upright: &mut [u8]) {
        let below = height.saturating_sub(y + 1);
        let end = width.saturating_sub(1);
        // Where the line's first pixel goes, and how far it is from each to the next.
        let (mut at, step) = match self.0.to_exif() {
            2 => (y * width + end, -1),
            3 => (below * width + end, -1),
            4 => (below * width, 1),
            5 => (y, height.cast_signed()),
            6 => (below, height.cast_signed()),
            7 => (end * height + below, -height.cast_signed()),
            8 => (end * height + y, -height.cast_signed()),
            _ => (y * width, 1),
        };
        if step == 1 {
            if let (Some(to), Some(from)) = (upright.get_mut(at * N..(at + width) * N), line.get(..width * N)) {
                to.copy_from_slice(from);
            }
            return;
        }
        let upright = upright.as_chunks_mut::<N>().0;
        for pixel in line.as_chunks::<N>().0.iter().take(width) {
            if let Some(to) = upright.get_mut(at) {
                *to = *pixel;
            }
            at = at.wrapping_add_signed(step);
        }
    }
}
