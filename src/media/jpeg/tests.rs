//! The decoder against the one of the `image` crate; sizes, turning, stripping, and files that lie.

use image::ImageDecoder as _;
use image::codecs::jpeg::JpegDecoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};
use proptest::prelude::*;

use super::{Header, decode, strip};
use crate::media::error::Fault;
use crate::media::pixels::{Pixels, Turn};

/// A picture of 75 × 53 pixels in every way that JPEG has to store it.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../testdata/", $name, ".jpg")) as &[u8])),*]
    };
}

const FINE: &[(&str, &[u8])] = files!["progressive-444", "baseline-grey", "progressive-grey", "rgb"];
const COARSE: &[(&str, &[u8])] = files![
    "baseline-420",
    "baseline-440",
    "baseline-411",
    "restart-422",
    "progressive-420",
    "scans-420",
    "cmyk",
    "place",
];

fn all() -> impl Iterator<Item = &'static (&'static str, &'static [u8])> {
    FINE.iter().chain(COARSE)
}

fn ours(bytes: &[u8], eighths: usize) -> Result<Pixels, Fault> {
    decode(bytes, &Header::read(bytes)?, eighths)
}

fn theirs(bytes: &[u8]) -> RgbImage {
    let mut decoder = JpegDecoder::new(std::io::Cursor::new(bytes)).unwrap();
    let orientation = decoder.orientation().unwrap();
    let mut image = DynamicImage::from_decoder(decoder).unwrap();
    image.apply_orientation(orientation);
    image.into_rgb8()
}

/// The mean and the largest difference of two values.
fn difference(a: &[u8], b: &[u8]) -> (f64, u8) {
    assert_eq!(a.len(), b.len());
    let each = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b));
    let sum: u64 = each.clone().map(u64::from).sum();
    (sum as f64 / a.len() as f64, each.max().unwrap())
}

#[test]
fn pictures_come_out_as_another_decoder_draws_them() {
    // Scans of one colour each are beyond the other decoder.
    for (name, bytes) in all().filter(|(name, _)| *name != "scans-420") {
        let (ours, theirs) = (ours(bytes, 8).unwrap(), theirs(bytes));
        assert_eq!(ours.size(), theirs.dimensions(), "{name}");
        let (mean, most) = difference(&ours.data, theirs.as_raw());
        assert!(mean < 4.0, "{name}: {mean}");
        // Where colour is as fine as brightness, there is nothing to be smoothed in another way.
        if FINE.iter().any(|(fine, _)| fine == name) {
            assert!(mean < 0.7 && most < 8, "{name}: {mean}, {most}");
        }
    }
}

#[test]
fn pictures_in_scans_are_the_same_as_at_once() {
    for [at_once, in_scans] in [
        [
            include_bytes!("../testdata/cmyk.jpg") as &[u8],
            include_bytes!("../testdata/cmyk-progressive.jpg"),
        ],
        [
            include_bytes!("../testdata/baseline-420.jpg"),
            include_bytes!("../testdata/scans-420.jpg"),
        ],
        [
            include_bytes!("../testdata/baseline-420.jpg"),
            include_bytes!("../testdata/progressive-420.jpg"),
        ],
        [
            include_bytes!("../testdata/baseline-grey.jpg"),
            include_bytes!("../testdata/progressive-grey.jpg"),
        ],
    ] {
        assert_eq!(ours(at_once, 8).unwrap(), ours(in_scans, 8).unwrap());
    }
}

#[test]
fn a_smaller_scale_shows_the_same_picture() {
    // A turned picture's part blocks lie at other edges.
    for (name, bytes) in all().filter(|(name, _)| *name != "place") {
        let whole = ours(bytes, 8).unwrap();
        for eighths in 1..8 {
            let small = ours(bytes, eighths).unwrap();
            let (width, height) = whole.size();
            let header = Header::read(bytes).unwrap();
            assert_eq!(small.size(), header.size_at(eighths), "{name}");
            let side = |side: u32| (side * eighths as u32).div_ceil(8);
            assert_eq!(small.size(), (side(width), side(height)), "{name}");
            // Whole blocks alone: what the last ones are filled up with is the encoder's choice.
            let part = |pixels: Pixels, width, height| {
                let image = RgbImage::from_raw(pixels.width as u32, pixels.height as u32, pixels.data).unwrap();
                DynamicImage::from(image).crop_imm(0, 0, width, height)
            };
            let (width, height) = (6 * eighths as u32, 6 * eighths as u32);
            let expected = part(whole.clone(), 48, 48).resize_exact(width, height, FilterType::Triangle);
            let (mean, _) = difference(
                part(small, width, height).into_rgb8().as_raw(),
                expected.into_rgb8().as_raw(),
            );
            // What is kept of many scans shows colour a little coarser.
            let most = if name.starts_with("progressive") || name.starts_with("scans") {
                12.0
            } else {
                8.0
            };
            assert!(mean < most, "{name} at {eighths}/8: {mean}");
        }
    }
}

#[test]
fn every_turn_ends_upright() {
    let bytes = include_bytes!("../testdata/baseline-420.jpg");
    let header = Header::read(bytes).unwrap();
    let plain = ours(bytes, 8).unwrap();
    for exif in 1..=8 {
        let orientation = Orientation::from_exif(exif).unwrap();
        let mut image = DynamicImage::from(RgbImage::from_raw(75, 53, plain.data.clone()).unwrap());
        image.apply_orientation(orientation);
        let turned = Header {
            turn: Turn::from(orientation),
            frame: header.frame.clone(),
            profile: None,
            ..header
        };
        let pixels = decode(bytes, &turned, 8).unwrap();
        assert_eq!(turned.size(), (image.width(), image.height()));
        assert_eq!(pixels.data, image.into_rgb8().into_raw(), "orientation {exif}");
        assert_eq!(
            pixels,
            plain.clone().turned(Turn::from(orientation)),
            "orientation {exif}"
        );
    }
}

#[test]
fn stripping_takes_what_tells_and_no_pixel() {
    let bytes = include_bytes!("../testdata/place.jpg");
    for told in ["Exif", "Cameramaker", "Jane Doe", "Berlin", "a comment"] {
        assert!(holds(bytes, told), "the example tells {told}");
    }
    // After the end there may be anything; between segments, stray bytes.
    let mut longer = bytes.to_vec();
    longer.extend(b"ftypmp42 a short film of Jane Doe");
    let stripped = strip(&longer, true).unwrap();
    for told in [
        "Exif",
        "Cameramaker",
        "Jane Doe",
        "Berlin",
        "a comment",
        "http",
        "Photoshop",
    ] {
        assert!(!holds(&stripped, told), "{told} is gone");
    }
    let header = Header::read(&stripped).unwrap();
    assert_eq!(header.turn, Turn::default());
    let mut upright = DynamicImage::from(theirs(&stripped));
    upright.apply_orientation(Orientation::Rotate90);
    assert_eq!(upright.into_rgb8(), theirs(bytes));
}

#[test]
fn stripping_leaves_every_kind_of_picture_as_it_looks() {
    for (name, bytes) in all().filter(|(name, _)| *name != "place") {
        let stripped = strip(bytes, true).unwrap();
        assert_eq!(ours(&stripped, 8), ours(bytes, 8), "{name}");
        assert_eq!(
            strip(&stripped, true).unwrap(),
            stripped,
            "{name}: nothing is left to strip"
        );
    }
}

#[test]
fn a_thumbnail_in_the_jfif_marker_goes_too() {
    let bytes = include_bytes!("../testdata/baseline-420.jpg");
    assert_eq!(bytes[2..4], [0xFF, 0xE0]);
    let mut with_thumbnail = bytes[..4].to_vec();
    with_thumbnail.extend([0, 16 + 12]);
    with_thumbnail.extend(&bytes[6..18]);
    with_thumbnail.extend([2, 2]);
    with_thumbnail.extend(b"thumbnail!!!");
    with_thumbnail.extend(&bytes[20..]);
    assert_eq!(theirs(&with_thumbnail), theirs(bytes));
    assert_eq!(strip(&with_thumbnail, true).unwrap(), *bytes);
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    for (name, bytes) in all() {
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            assert!(ours(cut, 1).is_err(), "{name} at {length}");
            assert!(strip(cut, true).is_err(), "{name} at {length}");
        }
    }
}

#[test]
fn rare_kinds_are_refused_by_name() {
    let fault = Header::read(include_bytes!("../testdata/arithmetic.jpg")).unwrap_err();
    assert_eq!(fault, Fault::Variety("a JPEG with arithmetic coding"));
}

/// The header of an empty picture of this size and sampling.
fn header(marker: u8, width: u16, height: u16, sampling: u8) -> Header {
    let [w1, w0] = width.to_be_bytes();
    let [h1, h0] = height.to_be_bytes();
    let mut bytes = vec![0xFF, 0xD8, 0xFF, marker, 0, 17, 8, h1, h0, w1, w0, 3];
    bytes.extend([1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0]);
    bytes.extend([
        0xFF,
        0xDA,
        0,
        12,
        3,
        1,
        0,
        2,
        0,
        3,
        0,
        0,
        if marker == 0xC2 { 0 } else { 63 },
        0,
    ]);
    Header::read(&bytes).unwrap()
}

#[test]
fn the_scale_is_the_largest_that_the_room_allows_and_no_larger_than_wanted() {
    let room = 64 << 20;
    for (marker, sampling) in [(0xC0, 0x22), (0xC2, 0x22), (0xC2, 0x11)] {
        let large = header(marker, 8000, 5000, sampling);
        let eighths = large.eighths(room, (8000, 5000)).unwrap();
        assert!(large.weight(eighths) <= room);
        assert!(large.weight(eighths + 1) > room);
        assert!((3..8).contains(&eighths), "{marker:x} {sampling:x}: {eighths}");
        assert_eq!(large.eighths(room, (2000, 1250)), Some(2));
        assert_eq!(large.eighths(room, (2001, 1250)), Some(3));
        assert_eq!(large.eighths(room, (1, 1)), Some(1));
        assert_eq!(large.eighths(1000, (1, 1)), None);
    }
}

#[test]
fn a_small_file_that_says_it_is_huge_is_an_error_at_once() {
    let mut bytes = include_bytes!("../testdata/baseline-420.jpg").to_vec();
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[0x30, 0, 0x30, 0]);
    assert!(ours(&bytes, 1).is_err());
    bytes[frame + 5..frame + 9].copy_from_slice(&[0, 0, 0, 53]);
    assert_eq!(Header::read(&bytes).unwrap_err(), Fault::Damaged);
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever bytes are changed, put in or left out: a picture of the right size or an error.
    #[test]
    fn damaged_files_never_do_harm(
        which in 0..12_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..12),
        eighths in 1..=8_usize,
    ) {
        let mut bytes = all().nth(which).unwrap().1.to_vec();
        for (at, value, what) in changes {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = value,
                1 => bytes.insert(at, value),
                _ => { bytes.remove(at); }
            }
        }
        if let Ok(header) = Header::read(&bytes)
            && header.weight(eighths) < 16 << 20
            && let Ok(pixels) = decode(&bytes, &header, eighths)
        {
            prop_assert_eq!(pixels.size(), header.size_at(eighths));
            prop_assert_eq!(pixels.data.len(), pixels.width * pixels.height * 3);
        }
        let _ = strip(&bytes, true);
    }
}
