//! How much memory one picture may take.
//!
//! A small server has 512 MB, and pictures come from anywhere. Everything that grows with the picture is counted against
//! [`MEMORY`] before it is made: the file itself, the pixels, what the decoder keeps, a smaller copy, the new file.

/// What one call of `fit` may have in memory at once, the file it was given included: 96 MiB.
pub(super) const MEMORY: usize = 96 << 20;

/// The largest file that is read: 32 MiB. A JPEG of 40 megapixels at quality 95 has 20 to 30 MB.
pub(super) const MOST_FILE: usize = 32 << 20;

/// The largest file that is written anew: 10 MiB. (A file that fits as it is may be larger.)
pub(super) const MOST_WRITTEN: usize = 10 << 20;

/// What the decoders and encoders need beside the picture: tables, lines, windows.
const ASIDE: usize = 6 << 20;

/// What remains for pixels beside a file of this size and a new one of at most `max_bytes`.
pub(super) fn room(file: usize, max_bytes: usize) -> usize {
    MEMORY.saturating_sub(ASIDE + file + max_bytes.min(MOST_WRITTEN))
}
