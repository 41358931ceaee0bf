//! Makes a picture fit a network.

use super::decode::{Kind, Source};
use super::encode;
use super::format::Format;
use super::pixels::Pixels;
use super::resize::share;
use super::room::{MOST_WRITTEN, room};
use super::{MediaError, jpeg, png};

/// The longest side of what is written: a JPEG can have 65,535.
const MOST_SIDE: u32 = 65_000;
/// A picture is not made smaller than this on its way to `max_bytes`.
const LEAST_SIDE: usize = 16;

/// What a network takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// The file's size, in bytes.
    pub max_bytes: usize,
    /// Width × height.
    pub max_pixels: Option<u64>,
    /// The longer side, in pixels.
    pub max_side: Option<u32>,
    /// The formats that it takes.
    pub formats: &'static [Format],
    /// Width / height, least and most, both included. What is outside is refused.
    pub ratio: Option<(f64, f64)>,
}

/// A picture that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    pub bytes: Vec<u8>,
    pub format: Format,
    /// The media type, for `Content-Type`.
    pub mime: &'static str,
    /// In pixels.
    pub width: u32,
    pub height: u32,
}

impl Fitted {
    fn new(bytes: Vec<u8>, format: Format, (width, height): (u32, u32)) -> Self {
        Self {
            bytes,
            format,
            mime: format.mime(),
            width,
            height,
        }
    }
}

/// Makes a picture fit these limits; the module's documentation says how. Takes 96 MiB at most, `bytes` included.
///
/// # Errors
/// When the file is no picture that Handbill reads, is incomplete, damaged, animated or too large, when its shape is
/// outside `limits.ratio`, or when it cannot be made small enough.
pub fn fit(bytes: &[u8], limits: &Limits) -> Result<Fitted, MediaError> {
    let source = Source::open(bytes)?;
    source.check()?;
    limits.check_shape(source.width, source.height)?;
    let size = (source.width, source.height);
    let wanted = limits.size(size);
    let untouched = wanted == size && !source.turned() && limits.formats.contains(&source.format);
    let room = room(bytes.len(), limits.max_bytes);
    if let (Kind::Jpeg(header), true) = (&source.kind, untouched)
        && let Some(fitted) = stripped_jpeg(&source, header, limits.max_bytes, room)?
    {
        return Ok(fitted);
    }
    if !limits.takes(Format::Jpeg) && !limits.takes(Format::Png) {
        return Err(MediaError::NoFormat);
    }
    let pixels = source.pixels(room, wanted)?;
    if source.format == Format::Png && untouched {
        let kept = png::kept(bytes, pixels.profile.is_some()).map_err(|fault| fault.of(source.format))?;
        if kept.iter().map(|chunk| chunk.len()).sum::<usize>() <= limits.max_bytes {
            drop(pixels);
            return Ok(Fitted::new(kept.concat(), source.format, size));
        }
    }
    write(pixels, &source, wanted, limits, room)
}

/// The same JPEG with nothing but the picture, if it fits. It is read to its end, so that no half picture goes out.
fn stripped_jpeg(
    source: &Source<'_>,
    header: &jpeg::Header,
    max_bytes: usize,
    room: usize,
) -> Result<Option<Fitted>, MediaError> {
    let fault = |fault: super::error::Fault| fault.of(source.format);
    if header.for_print() {
        return Ok(None);
    }
    let stripped = jpeg::strip(source.bytes, header.profile.is_some()).map_err(fault)?;
    if stripped.len() > max_bytes {
        return Ok(None);
    }
    if header.weight(1) > room.saturating_sub(stripped.len()) {
        return Ok(None);
    }
    let again = jpeg::Header::read(&stripped).map_err(fault)?;
    jpeg::decode(&stripped, &again, 1).map_err(fault)?;
    Ok(Some(Fitted::new(
        stripped,
        source.format,
        (source.width, source.height),
    )))
}

/// Writes the pixels anew within the limits.
fn write(
    mut pixels: Pixels,
    source: &Source<'_>,
    wanted: (u32, u32),
    limits: &Limits,
    room: usize,
) -> Result<Fitted, MediaError> {
    let most = limits.max_bytes.min(MOST_WRITTEN);
    if !limits.takes(Format::Png) {
        pixels = pixels.on_white();
    }
    // For want of room, a JPEG may have been drawn smaller than wanted.
    let enough = |size: (u32, u32)| size.0 >= wanted.0 && size.1 >= wanted.1;
    let mut pixels = reduced(
        pixels,
        room,
        |size| if enough(size) { wanted } else { limits.size(size) },
    )?;
    // What was too heavy as PNG will be too heavy as PNG again.
    let same = (pixels.width, pixels.height) == (source.width as usize, source.height as usize);
    let drawn = pixels.alpha || source.format == Format::Gif || (source.format == Format::Png && !same);
    if limits.takes(Format::Png)
        && (drawn || !limits.takes(Format::Jpeg))
        && let Some(bytes) = encode::png(&pixels, most)
    {
        return Ok(Fitted::new(bytes, Format::Png, pixels.size()));
    }
    if limits.takes(Format::Jpeg) {
        pixels = pixels.on_white();
    }
    loop {
        let share_of_sides = if limits.takes(Format::Jpeg) {
            match encode::jpeg(&pixels, most) {
                Ok(bytes) => return Ok(Fitted::new(bytes, Format::Jpeg, pixels.size())),
                Err(too_large) => too_large.share,
            }
        } else {
            0.8
        };
        if pixels.width.max(pixels.height) <= LEAST_SIDE {
            return Err(MediaError::DoesNotFit {
                max_bytes: limits.max_bytes,
            });
        }
        pixels = reduced(pixels, room, |size| limits.shaped(share(size, share_of_sides)))?;
        if !limits.takes(Format::Jpeg)
            && let Some(bytes) = encode::png(&pixels, most)
        {
            return Ok(Fitted::new(bytes, Format::Png, pixels.size()));
        }
    }
}

/// The picture at the size that `size` makes of its own, or smaller if there is no room for that beside it.
fn reduced(pixels: Pixels, room: usize, size: impl Fn((u32, u32)) -> (u32, u32)) -> Result<Pixels, MediaError> {
    let from = pixels.size();
    let (mut width, mut height) = size(from);
    if (width, height) == from {
        return Ok(pixels);
    }
    let free = room.saturating_sub(pixels.data.len()) / pixels.channels();
    let count = width as usize * height as usize;
    if count > free {
        (width, height) = share((width, height), (free as f64 / count as f64).sqrt());
    }
    let (width, height) = (width as usize, height as usize);
    // The sizes are at least one pixel, so this does not fail.
    pixels.resized(width, height).ok_or(MediaError::NotAPicture)
}

impl Limits {
    fn takes(&self, format: Format) -> bool {
        self.formats.contains(&format)
    }

    /// Whether a picture of this size has a shape that is taken.
    ///
    /// # Errors
    /// [`MediaError::Ratio`].
    pub fn check_shape(&self, width: u32, height: u32) -> Result<(), MediaError> {
        let ratio = f64::from(width) / f64::from(height.max(1));
        match self.ratio {
            Some((least, most)) if !(least..=most).contains(&ratio) => Err(MediaError::Ratio {
                width,
                height,
                least,
                most,
            }),
            _ => Ok(()),
        }
    }

    /// The largest size within the limits that a picture of this size can have: its own, if that is within.
    fn size(&self, (width, height): (u32, u32)) -> (u32, u32) {
        let longer = width.max(height).max(1);
        let side = f64::from(self.max_side.unwrap_or(MOST_SIDE).min(MOST_SIDE)) / f64::from(longer);
        let count = f64::from(width) * f64::from(height);
        let pixels = self.max_pixels.map_or(1.0, |most| (most as f64 / count).sqrt());
        let least = side.min(pixels);
        if least >= 1.0 {
            return (width, height);
        }
        self.shaped(share((width, height), least))
    }

    /// A size that has been rounded, brought back within the ratio.
    fn shaped(&self, (width, height): (u32, u32)) -> (u32, u32) {
        let Some((least, most)) = self.ratio else {
            return (width, height);
        };
        let widest = (f64::from(height) * most).floor() as u32;
        let highest = (f64::from(width) / least).floor() as u32;
        (width.min(widest.max(1)), height.min(highest.max(1)))
    }
}
