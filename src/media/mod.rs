//! Pictures for posts: read, checked, stripped of everything but the picture, and made to fit a network.
//!
//! - **Formats.** JPEG, PNG, WebP and GIF are read, known by their content and not by their name. What is written is
//!   JPEG or PNG, which every network takes. Animations are refused: a frame that nobody chose would stand for them.
//! - **Privacy.** Nothing of EXIF (the place, the camera's number), XMP, IPTC, comments, thumbnails or attached files
//!   is ever sent. A small RGB colour profile stays, since colours would change without it, and it names no place.
//! - **Untouched where possible.** A JPEG or PNG that fits already and stands upright keeps its pixels bit by bit, also
//!   when it is large; only what is beside them goes. It is read to its end all the same, so that no half picture is
//!   sent.
//! - **Smaller where needed.** Else the picture is turned upright, reduced to the network's size, and written as JPEG
//!   with quality 90, 85, … 60; if even that has too many bytes, it is reduced further. A PNG, a GIF and a transparent
//!   WebP stay PNG if that fits; where they become JPEG, they are put on white. Nothing is ever enlarged.
//! - **Never cropped or padded.** A picture that is too wide or too high for a network is refused: what may be cut away
//!   is for its author to say.
//! - **Bounded.** One picture takes 96 MiB at most, its file included (`room`); a file that would need more is refused
//!   with its size before it is unpacked, or, if it is a JPEG, unpacked at a smaller scale.
//!
//! All functions work until they are done: call them from `spawn_blocking`, one picture at a time.

mod chunks;
mod decode;
mod encode;
mod error;
mod fit;
mod format;
mod jpeg;
mod pixels;
mod png;
mod resize;
mod room;
mod store;

#[cfg(test)]
mod tests;

pub use error::MediaError;
pub use fit::{Fitted, Limits, fit};
pub use format::Format;
pub use store::{Shelf, ShelfError};

/// What a picture is, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    pub format: Format,
    /// In pixels, as shown: a picture that is to be turned by a quarter has width and height changed already.
    pub width: u32,
    pub height: u32,
    /// Whether it has more than one frame; then [`fit`] refuses it.
    pub animated: bool,
    /// Whether it is stored turned or mirrored.
    pub turned: bool,
}

/// Looks at a picture without unpacking it.
///
/// # Errors
/// When it is no picture that Handbill reads, or when its structure is incomplete or damaged.
pub fn inspect(bytes: &[u8]) -> Result<Info, MediaError> {
    let source = decode::Source::open(bytes)?;
    Ok(Info {
        format: source.format,
        width: source.width,
        height: source.height,
        animated: source.animated,
        turned: source.turned(),
    })
}
