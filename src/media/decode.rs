//! From a file's bytes to upright pixels, within a stated memory.

use std::io::Cursor;

use image::codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder};
use image::{ColorType, ImageDecoder, ImageError, ImageResult};

use super::error::Fault;
use super::format::{Format, sniff};
use super::jpeg;
use super::pixels::{MOST_PROFILE, Pixels, Turn};
use super::room::{MEMORY, MOST_FILE};
use super::{MediaError, chunks, png};

/// The most pixels of a JPEG: 200 million, as the largest phone cameras give. They are drawn smaller at once.
const MOST_JPEG: u64 = 200_000_000;
/// The most pixels of a JPEG that are kept after drawing.
const MOST_DRAWN: u64 = 16_000_000;
/// The most pixels of other formats, which must be unpacked whole.
const MOST_WHOLE: u64 = 16_000_000;
/// The most pixels of a GIF: a frame and the screen that it stands on are both unpacked.
const MOST_GIF: u64 = 8_000_000;

/// The longest side of other formats, in pixels: decoders keep several lines.
const MOST_SIDE: u32 = 30_000;
/// What a PNG's decoder may take beside the pixels, in bytes.
const MOST_BESIDE: usize = 1 << 20;

/// What a file is, from its header: nothing has been unpacked yet.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) format: Format,
    /// In pixels, as shown: after turning.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) animated: bool,
    turn: Turn,
    pub(super) kind: Kind,
}

/// What only one format has.
#[derive(Debug)]
pub(super) enum Kind {
    Jpeg(jpeg::Header),
    Other,
}

impl<'a> Source<'a> {
    /// Looks at a file: its format by content, its size, whether it moves. Refuses what is no such picture.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, MediaError> {
        let format = sniff(bytes)?;
        if bytes.len() > MOST_FILE {
            return Err(MediaError::TooHeavy {
                bytes: bytes.len(),
                most: MOST_FILE,
            });
        }
        let outline = match format {
            Format::Jpeg => {
                let header = jpeg::Header::read(bytes).map_err(|fault| fault.of(format))?;
                let (width, height) = header.size();
                return Ok(Self {
                    bytes,
                    format,
                    width,
                    height,
                    animated: false,
                    turn: header.turn,
                    kind: Kind::Jpeg(header),
                });
            }
            Format::Png => png::outline(bytes),
            Format::Gif => chunks::gif(bytes),
            Format::WebP => chunks::webp(bytes),
        };
        let outline = outline.map_err(|fault| fault.of(format))?;
        let mut source = Self {
            bytes,
            format,
            width: outline.width,
            height: outline.height,
            animated: outline.animated,
            turn: Turn::default(),
            kind: Kind::Other,
        };
        if source.check().is_ok() {
            let orientation = source.decoder()?.orientation();
            source.turn = Turn::from(orientation.map_err(|error| source.fault(&error))?);
            (source.width, source.height) = source.turn.size((source.width, source.height));
        }
        Ok(source)
    }

    /// Whether the picture is stored turned or mirrored.
    pub(super) fn turned(&self) -> bool {
        self.turn != Turn::default()
    }

    /// Refuses what moves, and what has more pixels than can be unpacked.
    pub(super) fn check(&self) -> Result<(), MediaError> {
        if self.animated {
            return Err(MediaError::Animated { format: self.format });
        }
        let most = match self.format {
            Format::Jpeg => MOST_JPEG,
            Format::Gif => MOST_GIF,
            Format::Png | Format::WebP => MOST_WHOLE,
        };
        if u64::from(self.width) * u64::from(self.height) > most {
            return Err(self.too_many(most));
        }
        if self.format != Format::Jpeg && self.width.max(self.height) > MOST_SIDE {
            return Err(MediaError::TooLong {
                format: self.format,
                width: self.width,
                height: self.height,
                most: MOST_SIDE,
            });
        }
        Ok(())
    }

    pub(super) fn too_many(&self, most: u64) -> MediaError {
        MediaError::TooManyPixels {
            format: self.format,
            width: self.width,
            height: self.height,
            most,
        }
    }

    /// The pixels, upright, in at most `room` bytes. A JPEG comes as small as `wanted` allows, or as the room demands.
    pub(super) fn pixels(&self, room: usize, wanted: (u32, u32)) -> Result<Pixels, MediaError> {
        self.check()?;
        match &self.kind {
            Kind::Jpeg(header) => {
                let eighths = header.eighths(room, wanted).unwrap_or(1);
                let fits = |&eighths: &usize| {
                    let (width, height) = header.size_at(eighths);
                    u64::from(width) * u64::from(height) <= MOST_DRAWN
                };
                let eighths = (1..=eighths).rev().find(fits);
                let eighths = eighths.filter(|&eighths| header.weight(eighths) <= room);
                let eighths = eighths.ok_or_else(|| self.too_many(MOST_DRAWN))?;
                jpeg::decode(self.bytes, header, eighths).map_err(|fault| fault.of(self.format))
            }
            Kind::Other => self.whole(room),
        }
    }

    fn decoder(&self) -> Result<Box<dyn ImageDecoder + 'a>, MediaError> {
        let limited = |most: usize| {
            let mut limits = image::Limits::default();
            limits.max_alloc = Some(most as u64);
            limits
        };
        let reader = Cursor::new(self.bytes);
        let decoder: ImageResult<Box<dyn ImageDecoder + 'a>> = match self.format {
            Format::Gif => GifDecoder::new(reader).and_then(|mut decoder| {
                decoder.set_limits(limited(MEMORY))?;
                Ok(Box::new(decoder) as Box<dyn ImageDecoder + 'a>)
            }),
            Format::WebP => WebPDecoder::new(reader).map(|decoder| Box::new(decoder) as _),
            Format::Png | Format::Jpeg => {
                let pieces = png::reader(self.bytes).map_err(|fault| fault.of(self.format))?;
                // Bounds all but the pixels: lines, and a profile, which is packed and may be a bomb.
                PngDecoder::with_limits(pieces, limited(MOST_BESIDE)).map(|decoder| Box::new(decoder) as _)
            }
        };
        decoder.map_err(|error| self.fault(&error))
    }

    /// A format that is unpacked whole. The decoders of `image` are given the buffer: they would make one of any size.
    fn whole(&self, room: usize) -> Result<Pixels, MediaError> {
        let fault = |error| self.fault(&error);
        let mut decoder = self.decoder()?;
        let profile = decoder.icc_profile().unwrap_or_default();
        let profile = profile.filter(|profile| profile.len() <= MOST_PROFILE);
        let colour = decoder.color_type();
        let (width, height) = decoder.dimensions();
        let count = u64::from(width) * u64::from(height);
        let each = self.weight(colour);
        if count * each > room as u64 {
            return Err(self.too_many(room as u64 / each));
        }
        let mut data = vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(0)];
        decoder.read_image(&mut data).map_err(fault)?;
        let pixels = Pixels {
            width: width as usize,
            height: height as usize,
            alpha: colour.has_alpha(),
            data: to_eight_bits(data, colour),
            profile: None,
        };
        Ok(pixels.without_needless_alpha().with_profile(profile).turned(self.turn))
    }

    fn fault(&self, error: &ImageError) -> MediaError {
        match error {
            ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Fault::CutOff.of(self.format)
            }
            ImageError::Unsupported(_) => Fault::Variety("a picture of a rare kind").of(self.format),
            _ => Fault::Damaged.of(self.format),
        }
    }

    /// The bytes that a pixel takes while it is unpacked, as measured with the decoders of `image` 0.25.
    fn weight(&self, colour: ColorType) -> u64 {
        let unpacked = u64::from(colour.bytes_per_pixel());
        let wanted = if colour.has_alpha() { 4 } else { 3 };
        let beside = match self.format {
            // The frame beside the screen.
            Format::Gif => 4,
            // Brightness and colour, and the transparency as a picture of its own; or four bytes for three.
            Format::WebP => match (chunks::webp_lossless(self.bytes), colour.has_alpha()) {
                (false, false) => 2,
                (false, true) => 7,
                (true, false) => 4,
                (true, true) => 1,
            },
            Format::Png | Format::Jpeg => 0,
        };
        let converted = if unpacked < wanted { wanted } else { 0 };
        let turned = if self.turned() { wanted } else { 0 };
        unpacked + beside.max(converted).max(turned)
    }
}

/// Grey becomes three colours, sixteen bits become eight.
fn to_eight_bits(mut data: Vec<u8>, colour: ColorType) -> Vec<u8> {
    match colour {
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
            let count = data.len() / 2;
            for index in 0..count {
                if let Some(&[a, b]) = data.get(index * 2..index * 2 + 2)
                    && let Some(to) = data.get_mut(index)
                {
                    *to = u8::try_from(u16::from_ne_bytes([a, b]) >> 8).unwrap_or(u8::MAX);
                }
            }
            data.truncate(count);
            data.shrink_to_fit();
        }
        _ => {}
    }
    match colour {
        ColorType::L8 | ColorType::L16 => data.iter().flat_map(|&grey| [grey; 3]).collect(),
        ColorType::La8 | ColorType::La16 => {
            let pixels = data.as_chunks::<2>().0.iter();
            pixels.flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]).collect()
        }
        _ => data,
    }
}
