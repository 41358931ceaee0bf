//! What a person relies on: a picture that fits, that shows the same, and that tells nothing else.

mod hostile;
mod shelf;
mod sizes;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageReader, RgbImage};

use super::{Fitted, Format, Info, Limits, fit, inspect};

/// Still pictures of 75 × 53 pixels (53 × 75 where they are stored turned), in every format.
const STILL: &[(&str, &[u8])] = &[
    ("baseline.jpg", include_bytes!("testdata/baseline-420.jpg")),
    ("progressive.jpg", include_bytes!("testdata/progressive-420.jpg")),
    ("grey.jpg", include_bytes!("testdata/baseline-grey.jpg")),
    ("cmyk.jpg", include_bytes!("testdata/cmyk.jpg")),
    ("place.jpg", include_bytes!("testdata/place.jpg")),
    ("plain.png", include_bytes!("testdata/plain.png")),
    ("alpha.png", include_bytes!("testdata/alpha.png")),
    ("deep.png", include_bytes!("testdata/deep.png")),
    ("grey.png", include_bytes!("testdata/grey.png")),
    ("interlaced.png", include_bytes!("testdata/interlaced.png")),
    ("palette.png", include_bytes!("testdata/palette.png")),
    ("place.png", include_bytes!("testdata/place.png")),
    ("lossy.webp", include_bytes!("testdata/lossy.webp")),
    ("lossless.webp", include_bytes!("testdata/lossless.webp")),
    ("alpha.webp", include_bytes!("testdata/alpha.webp")),
    ("turned.webp", include_bytes!("testdata/turned.webp")),
    ("still.gif", include_bytes!("testdata/still.gif")),
];

const ANY: Limits = Limits {
    max_bytes: 16_777_216,
    max_pixels: Some(33_177_600),
    max_side: None,
    formats: &Format::ALL,
    ratio: None,
};
const JPEG_ONLY: Limits = Limits {
    max_bytes: 8 << 20,
    max_pixels: None,
    max_side: None,
    formats: &[Format::Jpeg],
    ratio: Some((0.8, 1.91)),
};

fn limits(max_bytes: usize, formats: &'static [Format]) -> Limits {
    Limits {
        max_bytes,
        formats,
        max_pixels: None,
        ..ANY
    }
}

/// What anyone sees who opens the file: turned as it says.
fn shown(bytes: &[u8]) -> DynamicImage {
    let reader = ImageReader::new(std::io::Cursor::new(bytes))
        .with_guessed_format()
        .unwrap();
    let mut decoder = reader.into_decoder().unwrap();
    let orientation = decoder.orientation().unwrap();
    let mut image = DynamicImage::from_decoder(decoder).unwrap();
    image.apply_orientation(orientation);
    image
}

fn on_white(image: &DynamicImage) -> RgbImage {
    let mut white = image::RgbaImage::from_pixel(image.width(), image.height(), image::Rgba([255; 4]));
    image::imageops::overlay(&mut white, &image.to_rgba8(), 0, 0);
    DynamicImage::from(white).into_rgb8()
}

/// The mean difference of two pictures' values, the second brought to the first one's size.
fn difference(a: &DynamicImage, b: &DynamicImage) -> f64 {
    let (a, b) = (DynamicImage::from(on_white(a)), DynamicImage::from(on_white(b)));
    let b = b.resize_exact(a.width(), a.height(), image::imageops::FilterType::Triangle);
    let (a, b) = (a.into_rgb8(), b.into_rgb8());
    let sum: u64 = a.iter().zip(b.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len() as f64
}

/// A picture that is hard to make small: fine noise on a gradient.
fn noisy(width: u32, height: u32) -> RgbImage {
    let mut state = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 24) as u8 / 4;
        image::Rgb([
            (x * 190 / width) as u8 + grain,
            (y * 190 / height) as u8 + grain,
            90 + grain,
        ])
    })
}

fn saved(image: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The promises about every result.
fn check(fitted: &Fitted, limits: &Limits) -> DynamicImage {
    assert!(fitted.bytes.len() <= limits.max_bytes);
    assert!(limits.formats.contains(&fitted.format));
    assert_eq!(fitted.mime, fitted.format.mime());
    let info = inspect(&fitted.bytes).unwrap();
    let (format, width, height) = (fitted.format, fitted.width, fitted.height);
    let (animated, turned) = (false, false);
    assert_eq!(
        info,
        Info {
            format,
            width,
            height,
            animated,
            turned
        }
    );
    assert!(limits.max_side.is_none_or(|most| width.max(height) <= most));
    assert!(
        limits
            .max_pixels
            .is_none_or(|most| u64::from(width) * u64::from(height) <= most)
    );
    if let Some((least, most)) = limits.ratio {
        assert!((least..=most).contains(&(f64::from(width) / f64::from(height))));
    }
    let image = shown(&fitted.bytes);
    assert_eq!((image.width(), image.height()), (width, height));
    image
}

#[test]
fn every_format_fits_and_looks_the_same() {
    for (name, bytes) in STILL {
        for limits in [
            ANY,
            JPEG_ONLY,
            limits(2_000_000, &[Format::Png]),
            limits(1_800, &[Format::Jpeg, Format::Png]),
        ] {
            if limits.ratio.is_some() && (name.starts_with("place") || name.starts_with("turned")) {
                continue;
            }
            let fitted = fit(bytes, &limits).unwrap_or_else(|error| panic!("{name}: {error}"));
            let image = check(&fitted, &limits);
            let difference = difference(&image, &shown(bytes));
            // Printers' colours and small sizes differ a little more.
            assert!(difference < 12.0, "{name} in {limits:?}: {difference}");
        }
    }
}

#[test]
fn turned_pictures_come_out_upright() {
    for name in ["place.jpg", "place.png", "turned.webp"] {
        let bytes = STILL.iter().find(|(still, _)| still == &name).unwrap().1;
        let info = inspect(bytes).unwrap();
        assert_eq!((info.width, info.height, info.turned), (53, 75, true), "{name}");
        let fitted = fit(bytes, &ANY).unwrap();
        assert_eq!((fitted.width, fitted.height), (53, 75), "{name}");
        let mut upside_down = shown(bytes);
        upside_down.apply_orientation(Orientation::Rotate180);
        assert!(
            difference(&check(&fitted, &ANY), &upside_down) > 20.0,
            "{name}: the example has an up and a down"
        );
    }
}

#[test]
fn nothing_is_told_beside_the_picture() {
    for (name, bytes) in STILL
        .iter()
        .filter(|(name, _)| name.starts_with("place") || name.starts_with("turned"))
    {
        let told = |bytes: &[u8]| {
            ["Exif", "eXIf", "EXIF", "XMP", "Jane Doe", "a comment", "Berlin"]
                .iter()
                .any(|t| holds(bytes, t))
        };
        assert!(told(bytes), "{name} tells something");
        for limits in [ANY, limits(1_500, &[Format::Jpeg])] {
            assert!(!told(&fit(bytes, &limits).unwrap().bytes), "{name}");
        }
    }
}

#[test]
fn what_fits_already_keeps_its_pixels() {
    for (name, bytes) in STILL
        .iter()
        .filter(|(name, _)| !name.starts_with("place") && !name.starts_with("cmyk"))
    {
        let fitted = fit(bytes, &ANY).unwrap();
        let format = inspect(bytes).unwrap().format;
        if matches!(format, Format::Jpeg | Format::Png) {
            assert_eq!(fitted.format, format, "{name}");
            assert_eq!(shown(&fitted.bytes), shown(bytes), "{name}");
            assert!(fitted.bytes.len() <= bytes.len(), "{name}");
        }
    }
}

#[test]
fn the_name_does_not_matter_and_the_right_ending_is_given() {
    let fitted = fit(include_bytes!("testdata/plain.png"), &ANY).unwrap();
    assert_eq!((fitted.format.extension(), fitted.mime), ("png", "image/png"));
    let fitted = fit(include_bytes!("testdata/lossy.webp"), &ANY).unwrap();
    assert_eq!((fitted.format.extension(), fitted.mime), ("jpg", "image/jpeg"));
}

#[test]
fn what_is_transparent_stays_so_or_stands_on_white() {
    for bytes in [
        include_bytes!("testdata/alpha.png") as &[u8],
        include_bytes!("testdata/alpha.webp"),
    ] {
        let kept = fit(bytes, &ANY).unwrap();
        assert_eq!(kept.format, Format::Png);
        assert!(shown(&kept.bytes).to_rgba8().pixels().any(|pixel| pixel.0[3] < 255));
        let white = fit(bytes, &JPEG_ONLY).unwrap();
        assert!(difference(&shown(&white.bytes), &DynamicImage::from(on_white(&shown(bytes)))) < 4.0);
    }
}

#[test]
fn colours_of_what_is_transparent_do_not_bleed() {
    let image = image::RgbaImage::from_fn(400, 400, |x, _| {
        if x % 10 < 5 {
            image::Rgba([255, 0, 0, 0])
        } else {
            image::Rgba([0, 0, 255, 255])
        }
    });
    let bytes = saved(&image.into(), image::ImageFormat::Png);
    let limits = Limits {
        max_side: Some(90),
        ..ANY
    };
    let small = check(&fit(&bytes, &limits).unwrap(), &limits).to_rgba8();
    assert!(
        small
            .pixels()
            .filter(|pixel| pixel.0[3] > 30)
            .all(|pixel| pixel.0[0] < 30)
    );
}

#[test]
fn a_colour_profile_stays_if_it_is_small() {
    let mut profile = vec![7_u8; 500];
    profile[16..20].copy_from_slice(b"RGB ");
    for (length, stays) in [(500, true), (60_000, false)] {
        profile.resize(length, 7);
        for limits in [ANY, limits(4_000, &[Format::Jpeg])] {
            let mut bytes = Vec::new();
            let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
            image::ImageEncoder::set_icc_profile(&mut encoder, profile.clone()).unwrap();
            encoder.encode_image(&noisy(60, 40)).unwrap();
            let fitted = fit(&bytes, &limits).unwrap();
            let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(&fitted.bytes)).unwrap();
            assert_eq!(
                decoder.icc_profile().unwrap().is_some(),
                stays,
                "{length} bytes, {limits:?}"
            );
        }
    }
}
