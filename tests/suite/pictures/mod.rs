//! Pictures on their way: to every network, with what they tell; without what a camera wrote beside them; and once,
//! whatever is lost or killed on the way.

pub(crate) mod cards;
mod lost;
mod reach;
mod stopped;

use serde_json::Value;

use crate::bed::Bed;
use crate::network::ARTICLE;

/// The alt texts of the two pictures.
const ALTS: [&str; 2] = ["Two \"nurses\" & a <door>, rainy day", "Ärztinnen vor der Klinik 👩🏽‍⚕️"];
/// What the first picture tells of the place where it was made.
const PLACE: &[u8] = b"At the back door of 12 Hidden Street";

/// One of the pictures that the program's own tests have.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/src/media/testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A JPEG with a position (EXIF 2.3: the GPS directory, with `GPSAreaInformation`).
fn placed() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let words = [tag.to_be_bytes(), kind.to_be_bytes()].concat();
        [words, count.to_be_bytes().to_vec(), value.to_be_bytes().to_vec()].concat()
    };
    let (one, end) = ([0, 1], [0; 4]);
    let main = [&one[..], &entry(0x8825, 4, 1, 26), &end].concat();
    let gps = [&one[..], &entry(0x001C, 7, PLACE.len() as u32, 44), &end].concat();
    let exif = [&b"Exif\0\0MM\0*\0\0\0\x08"[..], &main, &gps, PLACE].concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    let plain = sample("baseline-420.jpg");
    let (start, rest) = plain.split_at(2);
    [start, &[0xFF, 0xE1], &length, &exif, rest].concat()
}

/// What bytes tell beside the picture, if anything.
fn tells(bytes: &[u8]) -> Option<String> {
    let signs = [
        PLACE,
        b"Exif",
        b"Cameramaker",
        b"Jane Doe",
        b"Berlin",
        b"a comment",
        b"Photoshop",
        b"GPS",
    ];
    let holds = |sign: &&[u8]| bytes.windows(sign.len()).any(|window| window == *sign);
    signs
        .into_iter()
        .find(holds)
        .map(|sign| String::from_utf8_lossy(sign).into_owned())
}

/// Puts the two pictures there, as `one.jpg` and `two.jpg`.
fn put(bed: &Bed) {
    for (name, bytes) in [("one.jpg", placed()), ("two.jpg", sample("place.jpg"))] {
        assert!(tells(&bytes).is_some(), "{name} tells nothing");
        bed.write_bytes(name, &bytes);
    }
}

/// Adds a post with the two pictures that is due at once, and gives it.
fn add(bed: &Bed, more: &[&str]) -> Value {
    put(bed);
    let words = [
        "add",
        ARTICLE,
        "--title",
        "A title",
        "--summary",
        "A summary.",
        "--no-fetch",
        "--now",
    ];
    let pictures = [
        "--image", "one.jpg", "--alt", ALTS[0], "--image", "two.jpg", "--alt", ALTS[1],
    ];
    bed.json(&[&words[..], &pictures, more].concat()).done()
}

/// The files of the folder in which the database keeps pictures.
fn kept(bed: &Bed) -> Vec<std::path::PathBuf> {
    let folder = bed.path("handbill.db.d/media");
    let files = std::fs::read_dir(&folder).map(|files| files.map(|file| file.unwrap().path()).collect());
    files.unwrap_or_default()
}
