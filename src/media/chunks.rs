//! What GIF and WebP files say of themselves before they are unpacked: size, animation, completeness.
//!
//! The size stands in the first bytes, so a bomb (a small file that unpacks to gigabytes) is known before a byte of it
//! is unpacked.

use super::error::Fault;

/// What a file's structure tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) animated: bool,
}

/// A GIF's outline: its screen, and whether it has a second frame.
pub(super) fn gif(bytes: &[u8]) -> Result<Outline, Fault> {
    let Some(&[w0, w1, h0, h1, flags, _, _, ref rest @ ..]) = bytes.get(6..) else {
        return Err(Fault::CutOff);
    };
    let (mut width, mut height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
    let mut rest = after_palette(rest, flags)?;
    let mut frames = 0;
    loop {
        let (&kind, after) = rest.split_first().ok_or(Fault::CutOff)?;
        rest = match kind {
            0x3B => break,
            // Extension: a label, then blocks.
            0x21 => after_blocks(after.get(1..).ok_or(Fault::CutOff)?)?,
            0x2C => {
                let &[_, _, _, _, fw0, fw1, fh0, fh1, flags, ref after @ ..] = after else {
                    return Err(Fault::CutOff);
                };
                frames += 1;
                // A frame may be larger than the screen; the decoder unpacks it all the same.
                width = width.max(u16::from_le_bytes([fw0, fw1]));
                height = height.max(u16::from_le_bytes([fh0, fh1]));
                after_blocks(after_palette(after, flags)?.get(1..).ok_or(Fault::CutOff)?)?
            }
            _ => return Err(Fault::Damaged),
        };
    }
    if frames == 0 {
        return Err(Fault::Damaged);
    }
    sized(Outline {
        width: u32::from(width),
        height: u32::from(height),
        animated: frames > 1,
    })
}

fn after_palette(rest: &[u8], flags: u8) -> Result<&[u8], Fault> {
    let palette = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    rest.get(palette..).ok_or(Fault::CutOff)
}

/// What follows a row of blocks, each with its length before it, and an empty one at the end.
fn after_blocks(mut rest: &[u8]) -> Result<&[u8], Fault> {
    loop {
        let (&length, after) = rest.split_first().ok_or(Fault::CutOff)?;
        rest = after.get(usize::from(length)..).ok_or(Fault::CutOff)?;
        if length == 0 {
            return Ok(rest);
        }
    }
}

/// Walks over a WebP's chunks: name and body. Each must end within the file, or a decoder would make room for what is
/// not there.
fn webp_chunks(bytes: &[u8]) -> impl Iterator<Item = Result<([u8; 4], &[u8]), Fault>> {
    let length = bytes
        .get(4..)
        .and_then(<[u8]>::first_chunk::<4>)
        .map_or(0, |length| u32::from_le_bytes(*length));
    let end = (length as usize).saturating_add(8);
    let mut rest = bytes
        .get(..end)
        .map_or(Err(Fault::CutOff), |whole| Ok(whole.get(12..).unwrap_or_default()));
    std::iter::from_fn(move || {
        let next = match rest {
            Ok([]) => return None,
            Ok(left) => webp_chunk(left),
            Err(fault) => Err(fault),
        };
        rest = next.map_or(Ok(&[]), |(_, _, rest)| Ok(rest));
        Some(next.map(|(name, body, _)| (name, body)))
    })
}

type WebpChunk<'a> = ([u8; 4], &'a [u8], &'a [u8]);

/// The first chunk and what follows it.
fn webp_chunk(bytes: &[u8]) -> Result<WebpChunk<'_>, Fault> {
    let &[a, b, c, d, l0, l1, l2, l3, ref after @ ..] = bytes else {
        return Err(Fault::CutOff);
    };
    let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    let (body, rest) = after.split_at_checked(length).ok_or(Fault::CutOff)?;
    // Chunks begin at even places; the last one's padding is sometimes left out.
    Ok(([a, b, c, d], body, rest.get(length % 2..).unwrap_or_default()))
}

/// A WebP's outline.
pub(super) fn webp(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut outline: Option<Outline> = None;
    for chunk in webp_chunks(bytes) {
        let (name, body) = chunk?;
        match outline {
            None => outline = Some(webp_outline(name, body)?),
            // The picture within must have the size that stands before it: a decoder makes room by either.
            Some(first) if matches!(&name, b"VP8 " | b"VP8L") => {
                let within = webp_outline(name, body)?;
                if (within.width, within.height) != (first.width, first.height) {
                    return Err(Fault::Damaged);
                }
            }
            Some(_) => {}
        }
    }
    outline.ok_or(Fault::CutOff).and_then(sized)
}

/// What the first chunk says.
fn webp_outline(name: [u8; 4], body: &[u8]) -> Result<Outline, Fault> {
    match (&name, body) {
        (b"VP8X", &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => Ok(Outline {
            width: u32::from_le_bytes([w0, w1, w2, 0]) + 1,
            height: u32::from_le_bytes([h0, h1, h2, 0]) + 1,
            animated: flags & 0x02 != 0,
        }),
        (b"VP8 ", &[_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..]) => Ok(Outline {
            width: u32::from(u16::from_le_bytes([w0, w1]) & 0x3FFF),
            height: u32::from(u16::from_le_bytes([h0, h1]) & 0x3FFF),
            animated: false,
        }),
        (b"VP8L", &[0x2F, a, b, c, d, ..]) => {
            let bits = u32::from_le_bytes([a, b, c, d]);
            Ok(Outline {
                width: (bits & 0x3FFF) + 1,
                height: (bits >> 14 & 0x3FFF) + 1,
                animated: false,
            })
        }
        _ => Err(Fault::Damaged),
    }
}

/// Whether a WebP's picture is stored without loss.
pub(super) fn webp_lossless(bytes: &[u8]) -> bool {
    let mut names = webp_chunks(bytes).map_while(|chunk| chunk.ok().map(|(name, _)| name));
    names.find(|name| matches!(name, b"VP8 " | b"VP8L")) == Some(*b"VP8L")
}

/// The outline, unless it has no pixels.
pub(super) fn sized(outline: Outline) -> Result<Outline, Fault> {
    if outline.width == 0 || outline.height == 0 {
        return Err(Fault::Damaged);
    }
    Ok(outline)
}
