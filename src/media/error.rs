//! What can be wrong with a picture, in sentences: what the file is, what is wrong, what to do.

use std::fmt;

use super::format::Format;

/// Why a picture cannot be used.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum MediaError {
    /// There are no bytes.
    Empty,
    /// The file is larger than Handbill reads; both in bytes.
    TooHeavy { bytes: usize, most: usize },
    /// Nothing that Handbill knows.
    NotAPicture,
    /// Something that Handbill knows and networks do not show: what it is, and what to do.
    Unsupported { what: &'static str, instead: &'static str },
    /// More than one frame.
    Animated { format: Format },
    /// A rare variety of a format that Handbill does read.
    Variety { format: Format, what: &'static str },
    /// More pixels than can be unpacked; `most` is the limit for this kind of file.
    TooManyPixels {
        format: Format,
        width: u32,
        height: u32,
        most: u64,
    },
    /// A side with more pixels than can be unpacked.
    TooLong {
        format: Format,
        width: u32,
        height: u32,
        most: u32,
    },
    /// The end of the file is missing.
    CutOff { format: Format },
    /// The file's content contradicts itself.
    Damaged { format: Format },
    /// Too wide or too high for the network; ratios are width / height.
    Ratio {
        width: u32,
        height: u32,
        least: f64,
        most: f64,
    },
    /// The network takes neither JPEG nor PNG, the two formats that Handbill writes.
    NoFormat,
    /// Even a very small copy is above the network's limit, in bytes.
    DoesNotFit { max_bytes: usize },
}

/// What is wrong inside a file; the format is added by the one who knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    CutOff,
    Damaged,
    Variety(&'static str),
}

impl Fault {
    pub(super) fn of(self, format: Format) -> MediaError {
        match self {
            Self::CutOff => MediaError::CutOff { format },
            Self::Damaged => MediaError::Damaged { format },
            Self::Variety(what) => MediaError::Variety { format, what },
        }
    }
}

impl std::error::Error for MediaError {}

impl fmt::Display for MediaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "The file is empty. Choose another one."),
            Self::TooHeavy { bytes, most } => write!(
                f,
                "The file has {}; Handbill reads pictures up to {}. Save it smaller, as JPEG with quality 90 for \
                 instance.",
                size(*bytes),
                size(*most)
            ),
            Self::NotAPicture => write!(
                f,
                "The file is no picture that Handbill knows. Use a JPEG, PNG, WebP or GIF."
            ),
            Self::Unsupported { what, instead } => write!(f, "The file is {what}. {instead}"),
            Self::Animated { format } => write!(
                f,
                "The {format} is animated, and Handbill sends still pictures only. Save one frame as PNG or JPEG."
            ),
            Self::Variety { what, .. } => write!(
                f,
                "The file is {what}, which few programs can read. Open it in a picture editor and save it again as \
                 JPEG or PNG."
            ),
            Self::TooManyPixels {
                format,
                width,
                height,
                most,
            } => write!(
                f,
                "The {format} has {width} × {height} pixels; Handbill reads such a {format} up to {} million pixels. \
                 Save it smaller, or as JPEG.",
                millions(*most)
            ),
            Self::TooLong {
                format,
                width,
                height,
                most,
            } => write!(
                f,
                "The {format} has {width} × {height} pixels; Handbill reads up to {most} in each direction. Crop it or \
                 save it smaller."
            ),
            Self::CutOff { format } => write!(
                f,
                "The {format} is not complete: its end is missing. Download or copy it again."
            ),
            Self::Damaged { format } => write!(
                f,
                "The {format} is damaged. Get it again, or open it in a picture editor and save it anew."
            ),
            Self::Ratio {
                width,
                height,
                least,
                most,
            } => {
                let is = f64::from(*width) / f64::from((*height).max(1));
                write!(
                    f,
                    "The picture has {width} × {height} pixels, {}; this network takes {} to {}. Crop it and add it \
                     again.",
                    shape(is),
                    shape(*least),
                    shape(*most)
                )
            }
            Self::NoFormat => write!(
                f,
                "The network takes neither JPEG nor PNG, and Handbill writes nothing else. Post without the picture."
            ),
            Self::DoesNotFit { max_bytes } => write!(
                f,
                "The picture cannot be made to fit in {}. Use a simpler one.",
                size(*max_bytes)
            ),
        }
    }
}

/// A number of bytes as people say it.
fn size(bytes: usize) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=999_999 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// Millions with one decimal, or without where it is zero.
fn millions(pixels: u64) -> String {
    match (pixels / 1_000_000, pixels / 100_000 % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

/// A ratio of width to height as picture editors write it: `1.91:1`, `4:5`.
fn shape(ratio: f64) -> String {
    for (width, height) in [(1, 1), (4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (9, 16), (16, 9)] {
        if (ratio - f64::from(width) / f64::from(height)).abs() < 0.004 {
            return format!("{width}:{height}");
        }
    }
    if ratio < 1.0 && ratio > 0.0 {
        format!("1:{}", decimals(1.0 / ratio))
    } else {
        format!("{}:1", decimals(ratio))
    }
}

/// Two decimals at most.
fn decimals(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
