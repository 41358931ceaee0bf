//! Writes pixels as JPEG or PNG of at most a number of bytes.

use std::io::{self, Write};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, GenericImageView, ImageEncoder, Rgb};

use super::pixels::Pixels;

/// From what shows no loss to what shows little.
const QUALITIES: [u8; 7] = [90, 85, 80, 75, 70, 65, 60];
/// The quality that a picture should have after it has been reduced.
const AFTER_REDUCING: u8 = 75;
/// Pictures up to this many pixels are not sampled.
const SMALL: usize = 1_000_000;
/// Lines in one band of a sample: two rows of JPEG's blocks.
const BAND: u32 = 16;
/// One band in so many is a sample.
const ONE_IN: u32 = 16;

/// Even the lowest quality has too many bytes.
#[derive(Debug)]
pub(super) struct TooLarge {
    /// The share of the sides at which it is likely to fit: below 1.
    pub(super) share: f64,
}

/// A JPEG of the highest quality that has at most `most` bytes. The picture must be opaque.
pub(super) fn jpeg(pixels: &Pixels, most: usize) -> Result<Vec<u8>, TooLarge> {
    let mut lowest = QUALITIES.len();
    // The sizes fall with the quality, so the first that fits is found by halves; a sample is enough for that.
    let (mut from, mut to) = (0, lowest);
    while from < to {
        let middle = usize::midpoint(from, to);
        match QUALITIES.get(middle) {
            Some(&quality) if estimate(pixels, quality) > most => from = middle + 1,
            _ => to = middle,
        }
    }
    if from == lowest && estimate(pixels, 60) < most / 20 * 21 {
        // So near that it must be tried.
        lowest -= 1;
        from = lowest;
    }
    for &quality in QUALITIES.get(from..).unwrap_or_default() {
        let mut bounded = Bounded::new(most);
        if written(&View::whole(pixels), pixels.profile.as_deref(), quality, &mut bounded) && !bounded.full {
            return Ok(bounded.bytes);
        }
    }
    let ratio = most as f64 * 0.95 / estimate(pixels, AFTER_REDUCING).max(1) as f64;
    Err(TooLarge {
        share: ratio.sqrt().clamp(0.05, 0.9),
    })
}

/// About how many bytes the picture has at this quality.
fn estimate(pixels: &Pixels, quality: u8) -> usize {
    let mut counted = Counted(0);
    let sample = if pixels.width * pixels.height > SMALL && pixels.height > (BAND * ONE_IN) as usize {
        View::sample(pixels)
    } else {
        View::whole(pixels)
    };
    let part = f64::from(sample.height) / pixels.height.max(1) as f64;
    written(&sample, pixels.profile.as_deref(), quality, &mut counted);
    (counted.0 as f64 / part.max(0.01)) as usize
}

fn written(view: &View<'_>, profile: Option<&[u8]>, quality: u8, to: &mut impl Write) -> bool {
    let mut encoder = JpegEncoder::new_with_quality(to, quality);
    let profile_set = profile.is_none_or(|profile| encoder.set_icc_profile(profile.to_vec()).is_ok());
    profile_set && encoder.encode_image(view).is_ok()
}

/// A PNG, if it has at most `most` bytes.
///
/// The encoder packs the whole picture before it writes the first byte, which takes seconds and memory for a large
/// photograph. So a sample is packed first, and what is clearly too large is not tried.
pub(super) fn png(pixels: &Pixels, most: usize) -> Option<Vec<u8>> {
    let line = pixels.width * pixels.channels();
    if pixels.width * pixels.height > SMALL {
        let bands = pixels.data.chunks(line * BAND as usize).step_by(ONE_IN as usize);
        let sample: Vec<u8> = bands.flatten().copied().collect();
        let height = sample.len() / line.max(1);
        let packed = png_of(pixels, &sample, height, usize::MAX)?.len();
        if packed as f64 / height.max(1) as f64 * pixels.height as f64 > most as f64 * 1.1 {
            return None;
        }
    }
    png_of(pixels, &pixels.data, pixels.height, most)
}

/// A PNG of these lines, if it has at most `most` bytes.
fn png_of(pixels: &Pixels, lines: &[u8], height: usize, most: usize) -> Option<Vec<u8>> {
    let mut bounded = Bounded::new(most);
    let mut encoder = PngEncoder::new_with_quality(&mut bounded, CompressionType::Default, FilterType::Adaptive);
    if let Some(profile) = &pixels.profile {
        encoder.set_icc_profile(profile.clone()).ok()?;
    }
    let colour = if pixels.alpha {
        ExtendedColorType::Rgba8
    } else {
        ExtendedColorType::Rgb8
    };
    encoder
        .write_image(lines, pixels.width as u32, height as u32, colour)
        .ok()?;
    // The encoder writes its last chunk when it is dropped, and cannot say there that it failed.
    (!bounded.full).then_some(bounded.bytes)
}

/// An opaque picture for the encoder: all of it, or some bands of its lines.
struct View<'a> {
    pixels: &'a Pixels,
    /// Lines shown.
    height: u32,
    /// Shown is one band of lines in so many.
    one_in: u32,
}

impl<'a> View<'a> {
    fn whole(pixels: &'a Pixels) -> Self {
        Self {
            pixels,
            height: pixels.height as u32,
            one_in: 1,
        }
    }

    fn sample(pixels: &'a Pixels) -> Self {
        Self {
            pixels,
            height: pixels.height as u32 / (BAND * ONE_IN) * BAND,
            one_in: ONE_IN,
        }
    }
}

impl GenericImageView for View<'_> {
    type Pixel = Rgb<u8>;

    fn dimensions(&self) -> (u32, u32) {
        (self.pixels.width as u32, self.height)
    }

    #[inline]
    fn get_pixel(&self, x: u32, y: u32) -> Rgb<u8> {
        let line = if self.one_in == 1 {
            y
        } else {
            y / BAND * BAND * self.one_in + y % BAND
        };
        let index = (line as usize * self.pixels.width + x as usize) * 3;
        match self.pixels.data.get(index..index + 3) {
            Some(&[red, green, blue]) => Rgb([red, green, blue]),
            _ => Rgb([0; 3]),
        }
    }
}

/// Takes bytes up to a limit; then writing fails, so that the rest is not made in vain.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    /// Something was refused, so that the picture is not whole.
    full: bool,
}

impl Bounded {
    fn new(most: usize) -> Self {
        Self {
            bytes: Vec::new(),
            most,
            full: false,
        }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most {
            self.full = true;
            return Err(io::Error::other("more bytes than wanted"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts bytes.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
