//! Pixels, sides, bytes and shapes: every limit is kept, by the gentlest means.

use image::DynamicImage;
use proptest::prelude::*;

use super::super::{Format, Limits, MediaError, fit};
use super::{ANY, JPEG_ONLY, check, difference, limits, noisy, saved};

#[test]
fn sizes_are_brought_within_the_limits_and_nothing_is_enlarged() {
    let bytes = saved(&noisy(1500, 1000).into(), image::ImageFormat::Jpeg);
    let cases = [
        (Some(600), None, (600, 400)),
        (Some(1500), None, (1500, 1000)),
        (Some(5000), Some(40_000_000), (1500, 1000)),
        (None, Some(150 * 100), (150, 100)),
        (Some(749), None, (749, 499)),
    ];
    for (max_side, max_pixels, size) in cases {
        let limits = Limits {
            max_side,
            max_pixels,
            ..ANY
        };
        let fitted = fit(&bytes, &limits).unwrap();
        check(&fitted, &limits);
        assert_eq!((fitted.width, fitted.height), size);
    }
}

#[test]
fn bytes_are_brought_within_the_limit_by_quality_first() {
    let image = DynamicImage::from(noisy(1500, 1000));
    let bytes = saved(&image, image::ImageFormat::Png);
    let mut last = usize::MAX;
    for (max_bytes, whole) in [
        (900_000, true),
        (500_000, true),
        (60_000, false),
        (8_000, false),
        (1_000, false),
    ] {
        let limits = limits(max_bytes, &[Format::Jpeg, Format::Png]);
        let fitted = fit(&bytes, &limits).unwrap();
        let shown = check(&fitted, &limits);
        assert_eq!(fitted.width == 1500, whole, "{max_bytes}: {}", fitted.width);
        assert!((f64::from(fitted.width) / f64::from(fitted.height) - 1.5).abs() < 0.06);
        assert!(fitted.bytes.len() < last && difference(&shown, &image) < 16.0);
        last = fitted.bytes.len();
    }
    let error = fit(&bytes, &limits(300, &[Format::Jpeg])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The picture cannot be made to fit in 300 bytes. Use a simpler one."
    );
}

#[test]
fn shapes_that_a_network_refuses_are_refused_with_both_shapes() {
    let shape = |width, height| {
        fit(
            &saved(&noisy(width, height).into(), image::ImageFormat::Jpeg),
            &JPEG_ONLY,
        )
    };
    for (width, height) in [(191, 100), (80, 100), (100, 100)] {
        check(&shape(width, height).unwrap(), &JPEG_ONLY);
    }
    assert_eq!(
        shape(300, 100).unwrap_err().to_string(),
        "The picture has 300 × 100 pixels, 3:1; this network takes 4:5 to 1.91:1. Crop it and add it again."
    );
    assert_eq!(
        shape(79, 100).unwrap_err().to_string(),
        "The picture has 79 × 100 pixels, 1:1.27; this network takes 4:5 to 1.91:1. Crop it and add it again."
    );
}

#[test]
fn a_network_without_jpeg_and_png_is_told_of() {
    let error = fit(include_bytes!("../testdata/plain.png"), &limits(9_999, &[Format::WebP])).unwrap_err();
    assert_eq!(error, MediaError::NoFormat);
}

/// The last 12 bytes of a PNG are its end: a limit that falls into them must not cut it off.
#[test]
fn a_limit_within_the_last_bytes_leaves_no_picture_without_an_end() {
    let picture = saved(&noisy(60, 60).into(), image::ImageFormat::Png);
    let turned = |most: usize| {
        fit(
            &picture,
            &Limits {
                max_side: Some(50),
                ..limits(most, &[Format::Png])
            },
        )
    };
    let whole = turned(1 << 20).unwrap().bytes.len();
    for most in whole - 14..=whole {
        check(&turned(most).unwrap(), &limits(most, &[Format::Png]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Any size, any limits: within them, or refused for the shape or for too few bytes.
    #[test]
    fn any_limits_are_kept(
        (width, height) in (1..400_u32, 1..400_u32),
        max_bytes in 700..40_000_usize,
        max_side in prop::option::of(1..500_u32),
        max_pixels in prop::option::of(1..90_000_u64),
        ratio in prop::option::of((0.3..1.0, 1.0..3.0)),
        png in any::<bool>(),
        formats in prop::sample::select(&[&[Format::Jpeg] as &[Format], &[Format::Png], &Format::ALL][..]),
    ) {
        let kind = if png { image::ImageFormat::Png } else { image::ImageFormat::Jpeg };
        let bytes = saved(&noisy(width, height).into(), kind);
        let limits = Limits { max_bytes, max_pixels, max_side, formats, ratio };
        match fit(&bytes, &limits) {
            Ok(fitted) => {
                check(&fitted, &limits);
                prop_assert!(fitted.width <= width && fitted.height <= height);
            }
            Err(MediaError::Ratio { .. }) => prop_assert!(ratio.is_some()),
            Err(error) => prop_assert_eq!(error, MediaError::DoesNotFit { max_bytes }),
        }
    }
}
