//! What is put on the shelf is there, whole, once, and for its owner alone.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::super::{Format, Shelf, ShelfError};

/// The first vector of FIPS 180-2.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn shelf() -> (tempfile::TempDir, Shelf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let media = folder.path().join("handbill.db.d/media");
    let shelf = Shelf::beside(&folder.path().join("handbill.db"));
    (folder, shelf, media)
}

fn names(folder: &PathBuf) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_picture_is_kept_once_under_its_hash_for_its_owner_alone() {
    let (_folder, shelf, media) = shelf();
    assert_eq!(shelf.put(b"abc", Format::Png).unwrap(), ABC);
    assert_eq!(shelf.put(b"abc", Format::Png).unwrap(), ABC);
    assert_eq!(names(&media), [format!("{ABC}.png")]);
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&media), mode(&media.join(format!("{ABC}.png")))), (0o700, 0o600));
    assert_eq!(shelf.get(ABC).unwrap(), (b"abc".to_vec(), Format::Png));
}

#[test]
fn what_is_missing_or_changed_is_told_and_can_be_put_again() {
    let (_folder, shelf, media) = shelf();
    assert!(matches!(shelf.get(ABC), Err(ShelfError::Missing { .. })));
    for bad in ["", "abc", "../../etc/passwd", &ABC.to_uppercase()] {
        assert!(matches!(shelf.get(bad), Err(ShelfError::NotAHash(_))), "{bad}");
    }
    shelf.put(b"abc", Format::Jpeg).unwrap();
    let path = media.join(format!("{ABC}.jpg"));
    for tampered in [&b"abd"[..], b"", b"abcabc"] {
        fs::write(&path, tampered).unwrap();
        let error = shelf.get(ABC).unwrap_err();
        assert!(matches!(error, ShelfError::Changed { .. }));
        assert!(error.to_string().contains("its content has changed"), "{error}");
        shelf.put(b"abc", Format::Jpeg).unwrap();
        assert_eq!(shelf.get(ABC).unwrap().0, b"abc");
    }
}

#[test]
fn sweeping_takes_what_nobody_needs_and_nothing_else() {
    let (_folder, shelf, media) = shelf();
    let keep = shelf.put(b"keep", Format::Png).unwrap();
    let gone = shelf.put(b"gone", Format::Png).unwrap();
    fs::write(media.join(format!("{gone}.1-2-3.part")), b"half").unwrap();
    fs::write(media.join("notes.txt"), b"someone's own").unwrap();
    let needed = HashSet::from([keep.clone()]);
    let long_ago = SystemTime::now() - Duration::from_secs(86_400);
    assert_eq!(
        shelf.sweep(&needed, long_ago).unwrap(),
        0,
        "what is new stays: its post may not be saved yet"
    );
    let soon = SystemTime::now() + Duration::from_secs(86_400);
    assert_eq!(shelf.sweep(&needed, soon).unwrap(), 2);
    assert_eq!(
        names(&media),
        [format!("{keep}.png"), "notes.txt".to_owned()].as_slice()
    );
    assert_eq!(shelf.sweep(&needed, soon).unwrap(), 0);
}

#[test]
fn putting_again_makes_it_new() {
    let (_folder, shelf, media) = shelf();
    let hash = shelf.put(b"again", Format::Gif).unwrap();
    let old = SystemTime::now() - Duration::from_secs(86_400);
    let file = fs::File::options()
        .append(true)
        .open(media.join(format!("{hash}.gif")))
        .unwrap();
    file.set_modified(old).unwrap();
    shelf.put(b"again", Format::Gif).unwrap();
    assert_eq!(shelf.sweep(&HashSet::new(), old + Duration::from_secs(60)).unwrap(), 0);
}

#[test]
fn a_shelf_that_was_never_used_has_nothing_to_sweep() {
    let (_folder, shelf, media) = shelf();
    assert_eq!(shelf.sweep(&HashSet::new(), SystemTime::now()).unwrap(), 0);
    assert!(!media.exists());
}

#[test]
fn many_at_once_put_the_same_picture() {
    let (_folder, shelf, media) = shelf();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(shelf.put(b"abc", Format::WebP).unwrap(), ABC));
        }
    });
    assert_eq!(names(&media), [format!("{ABC}.webp")]);
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_its_name() {
    let (folder, shelf, _media) = shelf();
    fs::write(folder.path().join("handbill.db.d"), b"a file in the way").unwrap();
    let error = shelf.put(b"abc", Format::Png).unwrap_err().to_string();
    assert!(
        error.contains("handbill.db.d/media") && error.contains("Check"),
        "{error}"
    );
}
