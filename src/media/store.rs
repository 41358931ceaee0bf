//! Where pictures are kept until they are sent: once each, under the SHA-256 of their bytes.
//!
//! The database holds the hash alone. A file is written beside its place, brought to the disk, and only then renamed,
//! so that under a hash there is always the whole picture; and it is hashed again when it is read, so that what is sent
//! is what was approved.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use super::format::Format;

/// The folder of pictures.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

/// Why a picture cannot be kept or had.
#[derive(Debug)]
#[non_exhaustive]
pub enum ShelfError {
    /// Not 64 hexadecimal digits.
    NotAHash(String),
    /// No file under this hash.
    Missing { hash: String, folder: PathBuf },
    /// The file's bytes have another hash.
    Changed { path: PathBuf },
    /// The system says no.
    Io {
        doing: &'static str,
        path: PathBuf,
        error: io::Error,
    },
}

impl std::error::Error for ShelfError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl std::fmt::Display for ShelfError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAHash(text) => write!(f, "“{text}” names no picture: that takes 64 hexadecimal digits."),
            Self::Missing { hash, folder } => write!(
                f,
                "The picture {hash} is not in {}. Restore that folder from a backup, or add the picture to the post \
                 again.",
                folder.display()
            ),
            Self::Changed { path } => write!(
                f,
                "The picture {} is not the one that was added: its content has changed. Restore it from a backup, or \
                 add the picture to the post again.",
                path.display()
            ),
            Self::Io { doing, path, error } => {
                write!(
                    f,
                    "Cannot {doing} {}: {error}. Check the folder's owner and free space.",
                    path.display()
                )
            }
        }
    }
}

impl Shelf {
    /// The shelf of a database: `<database>.d/media`. Nothing is made before the first picture is put there.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        let mut folder = OsString::from(database);
        folder.push(".d");
        Self::at(Path::new(&folder).join("media"))
    }

    /// A shelf in this folder.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps a picture and gives its hash. The same bytes are kept once, and are as new when put again.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn put(&self, bytes: &[u8], format: Format) -> Result<String, ShelfError> {
        let hash = fingerprint(bytes);
        let path = self.path(&hash, format);
        self.make_folder()?;
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            let renewed = File::options().append(true).open(&path);
            let renewed = renewed.and_then(|file| file.set_modified(SystemTime::now()));
            return renewed.map(|()| hash).map_err(failed("renew", &path));
        }
        let part = self.folder.join(part_name(&hash));
        let written = write_whole(&part, bytes).and_then(|()| fs::rename(&part, &path));
        if let Err(error) = written {
            // The part is of no use; that it may stay is no second failure.
            let _ = fs::remove_file(&part);
            return Err(failed("write", &path)(error));
        }
        let synced = File::open(&self.folder).and_then(|folder| folder.sync_all());
        synced.map_err(failed("write", &self.folder))?;
        Ok(hash)
    }

    /// The picture with this hash, and its format.
    ///
    /// # Errors
    /// When it is not there, or its bytes have changed.
    pub fn get(&self, hash: &str) -> Result<(Vec<u8>, Format), ShelfError> {
        if !is_hash(hash) {
            return Err(ShelfError::NotAHash(hash.to_owned()));
        }
        for format in Format::ALL {
            let path = self.path(hash, format);
            match fs::read(&path) {
                Ok(bytes) if fingerprint(&bytes) == hash => return Ok((bytes, format)),
                Ok(_) => return Err(ShelfError::Changed { path }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed("read", &path)(error)),
            }
        }
        Err(ShelfError::Missing {
            hash: hash.to_owned(),
            folder: self.folder.clone(),
        })
    }

    /// Removes the pictures that are not in `keep`, and what an interrupted `put` left. What was put at `before` or
    /// later stays: its post may not have been saved yet. Gives the number of files removed.
    ///
    /// # Errors
    /// When the folder cannot be read or a file cannot be removed.
    pub fn sweep(&self, keep: &HashSet<String>, before: SystemTime) -> Result<usize, ShelfError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(failed("read", &self.folder)(error)),
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry.map_err(failed("read", &self.folder))?;
            let path = entry.path();
            if !ours(&path)
                || path
                    .file_stem()
                    .and_then(|stem| stem.to_str())
                    .is_some_and(|stem| keep.contains(stem))
            {
                continue;
            }
            match entry.metadata().and_then(|about| about.modified()) {
                Ok(modified) if modified < before => {}
                Ok(_) => continue,
                // Another process was quicker.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed("read", &path)(error)),
            }
            match fs::remove_file(&path) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed("remove", &path)(error)),
            }
        }
        Ok(removed)
    }

    fn path(&self, hash: &str, format: Format) -> PathBuf {
        self.folder.join(format!("{hash}.{}", format.extension()))
    }

    fn make_folder(&self) -> Result<(), ShelfError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.folder);
        made.map_err(failed("make", &self.folder))
    }
}

/// A new file with these bytes, on the disk, for its owner alone.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A name that no other process or thread uses at the same time.
fn part_name(hash: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let nanoseconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
    format!("{hash}.{}-{nanoseconds}-{count}.part", std::process::id())
}

/// Whether a file of the folder is a picture or a part of one, by its name. Others are left alone.
fn ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (hash, ending) = name.split_once('.').unwrap_or_default();
    let known = Format::ALL.iter().any(|format| format.extension() == ending) || ending.ends_with(".part");
    is_hash(hash) && known
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn failed<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> ShelfError + 'a {
    move |error| ShelfError::Io {
        doing,
        path: path.to_owned(),
        error,
    }
}
