//! Files that are no pictures, broken ones, and ones that are made to do harm.

use image::ImageEncoder as _;
use proptest::prelude::*;

use super::super::{Format, MediaError, fit, inspect};
use super::{ANY, JPEG_ONLY, STILL, holds, saved};

fn refused(bytes: &[u8]) -> String {
    let error = fit(bytes, &ANY).unwrap_err();
    error.to_string()
}

#[test]
fn other_files_are_refused_by_their_kind() {
    let files: &[(&[u8], &str)] = &[
        (b"", "The file is empty."),
        (b"<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>", "SVG"),
        (b"\xEF\xBB\xBF  <svg viewBox='0 0 1 1'>", "SVG"),
        (b"<!DOCTYPE html><html>not found</html>", "web page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"BM\x36\0\0\0", "BMP"),
        (b"\xFF\x0A\x01", "JPEG XL"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
        (b"only some words", "no picture that Handbill knows"),
        (b"\xFF\xD8\xFF", "JPEG is not complete"),
        (include_bytes!("../testdata/arithmetic.jpg"), "arithmetic coding"),
    ];
    for (bytes, said) in files {
        let sentence = refused(bytes);
        assert!(sentence.contains(said), "{sentence}");
        assert!(sentence.starts_with("The ") && sentence.ends_with('.'), "{sentence}");
        assert!(sentence.matches(". ").count() >= 1, "it says what to do: {sentence}");
    }
}

#[test]
fn animations_are_refused_and_seen() {
    let plain = include_bytes!("../testdata/plain.png");
    let mut moving = plain[..33].to_vec();
    moving.extend(chunk(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]));
    moving.extend(&plain[33..]);
    let files = [
        (include_bytes!("../testdata/moving.gif") as &[u8], Format::Gif),
        (include_bytes!("../testdata/animated.webp"), Format::WebP),
        (&moving, Format::Png),
    ];
    for (bytes, format) in files {
        let info = inspect(bytes).unwrap();
        assert!(info.animated && info.format == format);
        assert_eq!((info.width, info.height), (75, 53));
        assert_eq!(fit(bytes, &ANY), Err(MediaError::Animated { format }));
    }
    assert!(!inspect(include_bytes!("../testdata/still.gif")).unwrap().animated);
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    for (name, bytes) in STILL {
        for length in 0..bytes.len() {
            let result = fit(&bytes[..length], &JPEG_ONLY);
            assert!(result.is_err(), "{name} at {length}");
        }
        let error = fit(&bytes[..bytes.len() * 3 / 4], &ANY).unwrap_err();
        assert!(error.to_string().contains("not complete"), "{name}: {error}");
    }
}

/// A PNG's chunk.
fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let covered = [&name, body].concat();
    let mut crc = u32::MAX;
    for byte in &covered {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&(body.len() as u32).to_be_bytes()[..], &covered, &(!crc).to_be_bytes()].concat()
}

/// A small PNG that says it has this size.
fn png_of(width: u32, height: u32, kind: [u8; 2]) -> Vec<u8> {
    let [depth, colour] = kind;
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [&size[..], &[depth, colour, 0, 0, 0]].concat();
    let pieces = [
        chunk(*b"IHDR", &header),
        chunk(*b"IDAT", &[0x78, 0x9C, 1, 0, 0]),
        chunk(*b"IEND", &[]),
    ];
    [&b"\x89PNG\r\n\x1A\n"[..], &pieces.concat()].concat()
}

#[test]
fn bombs_are_refused_by_their_size_before_they_are_unpacked() {
    let mut gif = b"GIF89a\xFF\xFF\xFF\xFF\0\0\0,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x01\x44\0".to_vec();
    gif.push(b';');
    // A frame larger than its screen.
    let mut frame = b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x01\x44\0".to_vec();
    frame.push(b';');
    let mut webp = b"RIFF\x16\0\0\0WEBPVP8L\x0A\0\0\0\x2F\xFF\xFF\xFF\x0F\0\0\0\0\0".to_vec();
    let length = webp.len() as u32 - 8;
    webp[4..8].copy_from_slice(&length.to_le_bytes());
    let mut jpeg = include_bytes!("../testdata/baseline-420.jpg").to_vec();
    let at = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[at + 5..at + 9].copy_from_slice(&[0xFF; 4]);
    let files = [
        (png_of(50_000, 50_000, [8, 6]), "PNG has 50000 × 50000 pixels"),
        (
            png_of(i32::MAX as u32, i32::MAX as u32, [8, 0]),
            "PNG has 2147483647 × 2147483647 pixels",
        ),
        (png_of(4_000, 3_900, [16, 6]), "PNG has 4000 × 3900 pixels"),
        (
            png_of(400_000, 30, [8, 6]),
            "PNG has 400000 × 30 pixels; Handbill reads up to 30000 in each direction",
        ),
        (gif, "GIF has 65535 × 65535 pixels"),
        (frame, "GIF has 65535 × 65535 pixels"),
        (webp, "WebP has 16384 × 16384 pixels"),
        (jpeg, "JPEG has 65535 × 65535 pixels"),
    ];
    for (bytes, said) in files {
        let sentence = refused(&bytes);
        assert!(sentence.contains(said), "{sentence}");
    }
    assert!(refused(&vec![b'G'; 40 << 20]).contains("no picture"));
    let heavy = [include_bytes!("../testdata/baseline-420.jpg"), &vec![0; 40 << 20][..]].concat();
    assert!(refused(&heavy).contains("41.9 MB"));
}

#[test]
fn sizes_of_zero_and_lying_sizes_are_refused() {
    for (width, height) in [(0, 0), (0, 9), (9, 0), (3_000, 3_000)] {
        assert!(matches!(
            fit(&png_of(width, height, [8, 2]), &ANY),
            Err(MediaError::Damaged { .. } | MediaError::CutOff { .. })
        ));
    }
    let mut gif = include_bytes!("../testdata/still.gif").to_vec();
    gif[6..8].copy_from_slice(&[0, 0]);
    let _ = fit(&gif, &ANY);
}

#[test]
fn a_webp_whose_pieces_lie_of_their_size_is_refused() {
    let webp = include_bytes!("../testdata/turned.webp");
    let at = webp.windows(4).position(|name| name == b"EXIF").unwrap();
    let mut longer = webp.to_vec();
    longer[at + 4..at + 8].copy_from_slice(&0x4D00_0000_u32.to_le_bytes());
    assert_eq!(fit(&longer, &ANY), Err(MediaError::CutOff { format: Format::WebP }));
    // The picture within says another size than the one before it.
    let at = webp.windows(3).position(|start| start == [0x9D, 0x01, 0x2A]).unwrap();
    let mut larger = webp.to_vec();
    larger[at + 3..at + 7].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    assert_eq!(fit(&larger, &ANY), Err(MediaError::Damaged { format: Format::WebP }));
}

#[test]
fn a_huge_block_of_text_or_exif_does_no_harm() {
    let plain = include_bytes!("../testdata/plain.png");
    let mut longer = plain[..33].to_vec();
    longer.extend(chunk(*b"tEXt", &[&b"Comment\0"[..], &vec![b'x'; 5 << 20]].concat()));
    longer.extend(chunk(*b"eXIf", &vec![b'M'; 3 << 20]));
    longer.extend(&plain[33..]);
    assert_eq!(fit(&longer, &ANY).unwrap().bytes, plain);

    let jpeg = include_bytes!("../testdata/baseline-420.jpg");
    let mut longer = jpeg[..2].to_vec();
    for _ in 0..60 {
        longer.extend([0xFF, 0xE1, 0xFF, 0xFF]);
        longer.extend(b"Exif\0\0MM\0*\xFF\xFF\xFF\xF0");
        longer.extend(vec![0xFF; 65_533 - 14]);
    }
    longer.extend(&jpeg[2..]);
    assert_eq!(fit(&longer, &ANY).unwrap().bytes, jpeg);
}

#[test]
fn a_packed_profile_that_unpacks_to_megabytes_is_left_out() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    let profile = [&[b'x'; 16][..], b"RGB ", &vec![0; 8 << 20]].concat();
    encoder.set_icc_profile(profile).unwrap();
    encoder
        .write_image(&[7; 12], 2, 2, image::ExtendedColorType::Rgb8)
        .unwrap();
    assert!(holds(&bytes, "iCCP") && bytes.len() < 100_000);
    let fitted = fit(&bytes, &ANY).unwrap();
    assert!(!holds(&fitted.bytes, "iCCP"));
}

#[test]
fn a_picture_of_one_pixel_is_a_picture() {
    for format in [
        image::ImageFormat::Png,
        image::ImageFormat::Jpeg,
        image::ImageFormat::Gif,
        image::ImageFormat::WebP,
    ] {
        let bytes = saved(&image::RgbImage::new(1, 1).into(), format);
        let fitted = fit(&bytes, &JPEG_ONLY).unwrap();
        assert_eq!((fitted.width, fitted.height), (1, 1));
    }
}

const STARTS: &[&[u8]] = &[
    b"\xFF\xD8\xFF",
    b"\x89PNG\r\n\x1A\n",
    b"GIF89a",
    b"RIFF\x40\0\0\0WEBPVP8X",
    b"RIFF\x40\0\0\0WEBPVP8L",
    b"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever bytes are changed, put in or left out: an error, or a picture that can be opened.
    #[test]
    fn damaged_files_never_do_harm(
        which in 0..STILL.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8),
    ) {
        let mut bytes = STILL[which].1.to_vec();
        for (at, value, what) in changes {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = value,
                1 => bytes.insert(at, value),
                _ => { bytes.remove(at); }
            }
        }
        if let Ok(fitted) = fit(&bytes, &JPEG_ONLY) {
            prop_assert!(inspect(&fitted.bytes).is_ok());
        }
    }

    #[test]
    fn any_bytes_after_a_right_start_never_do_harm(
        start in prop::sample::select(STARTS),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [start, &rest].concat();
        prop_assert!(fit(&bytes, &ANY).is_err());
    }
}
