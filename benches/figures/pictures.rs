//! A photograph made to fit Bluesky, beside ImageMagick's `convert` on the same file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use handbill::media::{Limits, fit};
use handbill::networks::{Facts, by_name};

use super::process::{medians, peak, time};
use super::report::{Amount, Target};
use super::{Bench, Outcome};

/// The word by which this program fits one picture, as Handbill does, and ends.
pub(crate) const FIT: &str = "--fit-picture";
/// ImageMagick's, as Debian has it.
const CONVERT: &str = "/usr/bin/convert";

/// What Bluesky takes, by Handbill's own word.
fn limits() -> Outcome<Limits> {
    let network = by_name("bluesky").ok_or("there is no Bluesky")?;
    let takes = network.pictures(&Facts::default()).ok_or("Bluesky takes no pictures")?;
    Ok(takes.limits)
}

/// Fits a picture and writes it, in a process of its own so that its memory can be seen.
pub(crate) fn child(from: &Path, to: &Path) -> Outcome {
    let fitted = fit(&std::fs::read(from)?, &limits()?)?;
    std::fs::write(to, fitted.bytes)?;
    Ok(())
}

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let phone = photo(bench, "phone.jpg", 4000, 3000)?;
    compare(bench, &phone, "12 megapixels", true)?;
    if !bench.quick {
        let camera = photo(bench, "camera.jpg", 7750, 5162)?;
        compare(bench, &camera, "40 megapixels", false)?;
    }
    Ok(())
}

fn compare(bench: &mut Bench, from: &Path, size: &str, is_judged: bool) -> Outcome {
    let limits = limits()?;
    let (ours, theirs) = (from.with_extension("ours.jpg"), from.with_extension("theirs.jpg"));
    let itself = std::env::current_exe()?;
    let handbill = || {
        let mut command = Command::new(&itself);
        command.arg(FIT).arg(from).arg(&ours);
        command
    };
    time(handbill())?;
    let (width, height) = image::image_dimensions(&ours)?;
    let convert = |how: &[&str]| {
        let mut command = Command::new(CONVERT);
        command.arg(from).args(["-auto-orient", "-strip"]);
        command.args(["-resize", &format!("{width}x{height}!")]);
        command.args(how).arg(&theirs);
        command
    };
    let target = |target| if is_judged { target } else { Target::None };
    let memory = Target::Below(96.0);
    let runs = bench.count(9, 3);
    let Some(quality) = quality(&convert, &theirs, limits.max_bytes) else {
        let [took] = medians(runs, [&handbill])?;
        let report = &mut bench.report;
        report.alone(format!("{size} for Bluesky: time"), Amount::ms(took), Target::None);
        report.alone(
            format!("{size} for Bluesky: peak memory"),
            Amount::mb(peak(3, &handbill)?),
            memory,
        );
        report.skip(&format!(
            "{CONVERT} cannot be run (Debian: apt-get install imagemagick)"
        ));
        return Ok(());
    };
    let extent = format!("jpeg:extent={}", limits.max_bytes);
    let plain = || convert(&["-quality", &quality]);
    let searching = || convert(&["-define", &extent]);
    let [took, floor, searched] = medians(runs, [&handbill, &plain, &searching])?;
    let (kb, floor_kb) = (peak(3, &handbill)?, peak(3, &plain)?);
    let name = format!("convert -quality {quality}");
    let report = &mut bench.report;
    report.row(
        format!("{size} for Bluesky: time"),
        Amount::ms(took),
        (Amount::ms(floor), &name),
        target(Target::Within(2.0)),
    );
    report.row(
        format!("{size} for Bluesky: time, the size searched for by both"),
        Amount::ms(took),
        (Amount::ms(searched), "convert -define jpeg:extent"),
        Target::None,
    );
    report.row(
        format!("{size} for Bluesky: peak memory"),
        Amount::mb(kb),
        (Amount::mb(floor_kb), &name),
        memory,
    );
    let (was, is) = (std::fs::metadata(from)?.len(), std::fs::metadata(&ours)?.len());
    report.note(&format!(
        "{size}: {was} bytes became {width} × {height} pixels in {is} bytes"
    ));
    Ok(())
}

/// The best quality whose file is within the limit, as somebody finds it who tries; `None` without `convert`.
fn quality(convert: &dyn Fn(&[&str]) -> Command, to: &Path, most: usize) -> Option<String> {
    for quality in (30..=90).rev().step_by(5) {
        let quality = quality.to_string();
        time(convert(&["-quality", &quality])).ok()?;
        if std::fs::metadata(to).ok()?.len() <= most as u64 {
            return Some(quality);
        }
    }
    None
}

/// A picture like a photograph: areas, edges, fine structure, and the grain of a sensor; the same at every run. Turned
/// by its EXIF, as telephones do.
fn photo(bench: &Bench, name: &str, width: u32, height: u32) -> Outcome<PathBuf> {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let layers = [(512, 90), (128, 45), (32, 24), (8, 16), (2, 20), (1, 22)];
        let mut light = 30;
        for (cell, most) in layers {
            light += value(x, y, cell) * most / 255;
        }
        let hue = value(x, y, 700);
        let at = |n: u32| u8::try_from(n.min(255)).unwrap_or(255);
        image::Rgb([at(light * (hue + 400) / 500), at(light), at(light * (655 - hue) / 500)])
    });
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&picture)?;
    let path = bench.root.join(name);
    let mut file = std::fs::File::create(&path)?;
    let (start, rest) = jpeg.split_at(2);
    file.write_all(start)?;
    // One field of EXIF: the orientation, turned to the right.
    file.write_all(b"\xFF\xE1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")?;
    file.write_all(rest)?;
    Ok(path)
}

/// Smooth noise from 0 to 255, whose knots lie so many pixels apart.
fn value(x: u32, y: u32, cell: u32) -> u32 {
    let knot = |x: u32, y: u32| {
        let mixed = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77) ^ cell.wrapping_mul(0xC2B2_AE3D);
        (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D) >> 24
    };
    let (left, top) = (x / cell, y / cell);
    let (dx, dy) = (x % cell, y % cell);
    let between = |a: u32, b: u32, d: u32| (a * (cell - d) + b * d) / cell;
    between(
        between(knot(left, top), knot(left + 1, top), dx),
        between(knot(left, top + 1), knot(left + 1, top + 1), dx),
        dy,
    )
}
