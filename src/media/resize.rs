//! A smaller copy of a picture.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::pixels::Pixels;

/// Lines of the new picture that are made at once: bounds what is needed beside the two pictures.
const BAND: usize = 64;

impl Pixels {
    /// The picture at this size, by Lanczos' filter. Takes the new picture's bytes and a few hundred lines beside the
    /// old one. `None` if that cannot be done, which means that a size is zero.
    pub(super) fn resized(mut self, width: usize, height: usize) -> Option<Self> {
        let kind = if self.alpha { PixelType::U8x4 } else { PixelType::U8x3 };
        let (from, to) = ((self.width as u32, self.height as u32), (width as u32, height as u32));
        let mul_div = MulDiv::new();
        if self.alpha {
            // Else the colour of what is transparent would bleed into its neighbours.
            let mut image = Image::from_slice_u8(from.0, from.1, &mut self.data, kind).ok()?;
            mul_div.multiply_alpha_inplace(&mut image).ok()?;
        }
        let mut data = vec![0; width * height * self.channels()];
        let source = ImageRef::new(from.0, from.1, &self.data, kind).ok()?;
        let mut resizer = Resizer::new();
        let scale = f64::from(from.1) / f64::from(to.1);
        for (index, band) in data.chunks_mut((width * self.channels() * BAND).max(1)).enumerate() {
            let lines = (band.len() / (width * self.channels()).max(1)) as u32;
            // Rounding must not reach over the last line.
            let top = (index * BAND) as f64 * scale;
            let span = (f64::from(lines) * scale).min(f64::from(from.1) - top);
            let options = ResizeOptions::new()
                .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
                .use_alpha(false)
                .crop(0.0, top, f64::from(from.0), span);
            let mut target = Image::from_slice_u8(to.0, lines, band, kind).ok()?;
            resizer.resize(&source, &mut target, &options).ok()?;
            if self.alpha {
                mul_div.divide_alpha_inplace(&mut target).ok()?;
            }
        }
        Some(Self {
            width,
            height,
            data,
            ..self
        })
    }
}

/// The size that has this share of the sides: rounded down, and at least one pixel each.
pub(super) fn share(size: (u32, u32), share: f64) -> (u32, u32) {
    let side = |side: u32| ((f64::from(side) * share + 1e-6) as u32).clamp(1, side.max(1));
    (side(size.0), side(size.1))
}
