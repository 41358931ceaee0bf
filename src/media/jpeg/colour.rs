//! From a JPEG's colour channels to RGB.

use super::frame::Frame;

/// How the channels are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colours {
    Grey,
    Rgb,
    YCbCr,
    /// Printers' colours; stored inverted, as Adobe's programs do and all others have followed.
    Cmyk,
    /// The same with its first three channels as `YCbCr`.
    Ycck,
}

impl Colours {
    /// What the channels mean: by number, then by Adobe's marker, then by their names.
    pub(super) fn of(frame: &Frame, adobe: Option<u8>, jfif: bool) -> Self {
        match (frame.components.len(), adobe) {
            (1, _) => Self::Grey,
            (4, Some(2)) => Self::Ycck,
            (4, _) => Self::Cmyk,
            (_, Some(0)) if !jfif => Self::Rgb,
            (_, None) if !jfif && frame.components.iter().map(|c| c.id).eq(*b"RGB") => Self::Rgb,
            _ => Self::YCbCr,
        }
    }

    /// Converts one line: a slice of equal length for each channel, to three bytes a pixel.
    pub(super) fn convert(self, channels: &[&[u8]], line: &mut [u8]) {
        let pixels = line.as_chunks_mut::<3>().0.iter_mut();
        match (self, channels) {
            (Self::Grey, [grey, ..]) => {
                for (pixel, &grey) in pixels.zip(*grey) {
                    *pixel = [grey; 3];
                }
            }
            (Self::Rgb, [red, green, blue, ..]) => {
                for (((pixel, &red), &green), &blue) in pixels.zip(*red).zip(*green).zip(*blue) {
                    *pixel = [red, green, blue];
                }
            }
            (Self::YCbCr, [y, cb, cr, ..]) => {
                for (((pixel, &y), &cb), &cr) in pixels.zip(*y).zip(*cb).zip(*cr) {
                    *pixel = rgb(y, cb, cr);
                }
            }
            (Self::Cmyk, [cyan, magenta, yellow, black]) => {
                for ((((pixel, &c), &m), &y), &k) in pixels.zip(*cyan).zip(*magenta).zip(*yellow).zip(*black) {
                    *pixel = [c, m, y].map(|ink| over_black(ink, k));
                }
            }
            (Self::Ycck, [y, cb, cr, black]) => {
                for ((((pixel, &y), &cb), &cr), &k) in pixels.zip(*y).zip(*cb).zip(*cr).zip(*black) {
                    *pixel = rgb(y, cb, cr).map(|ink| over_black(255 - ink, k));
                }
            }
            _ => {}
        }
    }
}

/// JFIF's conversion, in sixteen-bit fixed point.
#[inline]
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let y = (i32::from(y) << 16) + (1 << 15);
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    [y + 91_881 * cr, y - 22_554 * cb - 46_802 * cr, y + 116_130 * cb].map(|value| (value >> 16).clamp(0, 255) as u8)
}

/// Light that an inverted ink and inverted black let through.
#[inline]
fn over_black(ink: u8, black: u8) -> u8 {
    let product = u32::from(ink) * u32::from(black);
    ((product + 127) / 255) as u8
}
