//! The files in `<database>.d/`: who publishes, who migrates, and the file that wakes the publisher.
//!
//! The system frees a file lock when its process dies, and never before: so a free publisher's lock proves that every
//! earlier publisher is gone. The files are made once and never deleted: a second file of the same name would be a
//! second lock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The folder beside a database.
pub(super) fn folder(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".d");
    PathBuf::from(name)
}

pub(super) fn open(folder: &Path, name: &str) -> std::io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(folder.join(name))
}

const TRIES: u32 = 4;
const INSTANT: Duration = Duration::from_millis(10);

/// The publisher's lock, held for as long as this value lives.
#[derive(Debug)]
pub struct PublisherLock {
    file: File,
}

impl PublisherLock {
    /// Takes the lock if it is free. `Ok(None)`: another process holds it.
    ///
    /// # Errors
    /// Where the file cannot be made or locked.
    pub fn take(folder: &Path) -> std::io::Result<Option<Self>> {
        let file = open(folder, "publisher.lock")?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Self::held(file).map(Some),
                // `status` takes a shared lock for an instant, to see who publishes.
                Err(TryLockError::WouldBlock) => std::thread::sleep(INSTANT),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Waits until the lock is free, for as long as that takes; to be called on a thread of its own.
    ///
    /// # Errors
    /// Where the file cannot be made or locked.
    pub fn wait(folder: &Path) -> std::io::Result<Self> {
        let file = open(folder, "publisher.lock")?;
        file.lock()?;
        Self::held(file)
    }

    fn held(mut file: File) -> std::io::Result<Self> {
        // The number is for messages only; the lock is what counts.
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        Ok(Self { file })
    }

    /// Shows that the publisher has looked at the clock. To be called once a second at most.
    pub fn touch(&self) {
        // Only `status` reads this, so a failure loses nothing.
        let _ = self.file.set_modified(SystemTime::now());
    }
}

/// The process that publishes, and when it last looked at the clock; `None` where no process does.
#[must_use]
pub(super) fn holder(folder: &Path) -> Option<(u32, SystemTime)> {
    let mut file = File::open(folder.join("publisher.lock")).ok()?;
    match file.try_lock_shared() {
        Ok(()) => None,
        Err(_) => {
            let mut text = String::new();
            file.read_to_string(&mut text).ok()?;
            Some((text.trim().parse().ok()?, file.metadata().ok()?.modified().ok()?))
        }
    }
}
