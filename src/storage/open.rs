//! Opening the database: making it, bringing it up to date, refusing what is newer.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{Error, Result, locks};

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// How long another process may keep the database busy.
const BUSY: Duration = Duration::from_secs(10);
/// How long a migration waits for the others to end.
const ALONE: Duration = Duration::from_secs(10);

/// What to do where there is no database yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    Create,
    Existing,
}

/// Why a database could not be opened.
#[derive(Debug)]
pub enum StoreError {
    Missing(PathBuf),
    Io {
        path: PathBuf,
        error: std::io::Error,
    },
    /// Made by a newer version than this one.
    Newer {
        path: PathBuf,
        version: i64,
        known: i64,
    },
    /// It must be brought up to date, and this process uses it.
    InUse {
        path: PathBuf,
        pid: Option<u32>,
    },
    /// A folder, a pipe or the like stands where the file should be.
    NotAFile(PathBuf),
    /// The file is no database, or is damaged.
    NoDatabase {
        path: PathBuf,
        what: String,
    },
    Database(Error),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        StoreError::Database(error)
    }
}

/// An open database. It holds one connection, and a shared lock that keeps migrations away while it lives.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: SqliteConnection,
    pub(super) path: PathBuf,
    /// What was brought up to date at opening: from, to, and the copy of the old file.
    pub migrated: Option<(i64, i64, Option<PathBuf>)>,
    _migrate_lock: File,
}

impl Store {
    /// Opens the database, makes it where asked, and brings it up to date.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was changed then.
    pub async fn open(path: &Path, take: Take) -> std::result::Result<Self, StoreError> {
        if take == Take::Existing && !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
            return Err(StoreError::NotAFile(path.to_owned()));
        }
        if !looks_like_a_database(path) {
            let what = "it is a file of another kind".to_owned();
            return Err(StoreError::NoDatabase {
                path: path.to_owned(),
                what,
            });
        }
        make_files(path).map_err(|(path, error)| StoreError::Io { path, error })?;
        let folder = locks::folder(path);
        let mut migrated = None;
        loop {
            let io = |error| StoreError::Io {
                path: folder.clone(),
                error,
            };
            let lock = locks::open(&folder, "migrate.lock").map_err(io)?;
            lock.lock_shared().map_err(io)?;
            let mut connection = connect(path).await.map_err(|error| damaged(path, error))?;
            let version = user_version(&mut connection)
                .await
                .map_err(|error| damaged(path, error))?;
            let known = MIGRATOR.iter().map(|m| m.version).max().unwrap_or(0);
            if version > known {
                return Err(StoreError::Newer {
                    path: path.to_owned(),
                    version,
                    known,
                });
            }
            if !is_ours(&mut connection, version)
                .await
                .map_err(|error| damaged(path, error))?
            {
                let what = "it belongs to another program".to_owned();
                return Err(StoreError::NoDatabase {
                    path: path.to_owned(),
                    what,
                });
            }
            if version == known {
                return Ok(Self {
                    connection,
                    path: path.to_owned(),
                    migrated,
                    _migrate_lock: lock,
                });
            }
            // Not as an upgrade of the shared lock: two that upgrade would wait for each other.
            drop(lock);
            connection.close().await.map_err(Error::from)?;
            migrated = Some(migrate(path, &folder, version, known).await?);
        }
    }

    /// Another connection to the same database, for reading while the first is in a transaction.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub async fn again(&self) -> std::result::Result<Self, StoreError> {
        Self::open(&self.path, Take::Existing).await
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of locks beside the database.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        locks::folder(&self.path)
    }

    /// The process that publishes, and when it last looked at the clock.
    #[must_use]
    pub fn publisher(&self) -> Option<(u32, SystemTime)> {
        locks::holder(&self.folder())
    }

    /// Wakes the publisher, wherever it runs. It looks every 15 seconds anyway, so a failure loses nothing.
    pub fn wake(&self) {
        wake(&self.path);
    }

    /// A number that is another one whenever another connection has changed the database.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn data_version(&mut self) -> Result<i64> {
        Ok(sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(&mut self.connection)
            .await?)
    }

    /// Asks SQLite whether the file is sound; the first complaint, if any.
    ///
    /// # Errors
    /// Where the database cannot be read at all.
    pub async fn quick_check(&mut self) -> Result<Option<String>> {
        let said: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut self.connection)
            .await?;
        Ok((said != "ok").then_some(said))
    }
}

pub(super) fn wake(path: &Path) {
    let _ = locks::open(&locks::folder(path), "wake").and_then(|file| file.set_modified(SystemTime::now()));
}

/// Whether a file without a version has nothing in it, and one with a version has our control row.
async fn is_ours(connection: &mut SqliteConnection, version: i64) -> Result<bool> {
    let sql = if version == 0 {
        "SELECT COUNT(*) = 0 FROM sqlite_master WHERE name NOT LIKE '%sqlx_migrations%'"
    } else {
        "SELECT COUNT(*) = 1 FROM sqlite_master WHERE type = 'table' AND name = 'control'"
    };
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}

/// Whether a file that is there begins as a database does. SQLite itself takes a very short file for a new one.
fn looks_like_a_database(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = Vec::new();
    match File::open(path).and_then(|file| file.take(16).read_to_end(&mut head)) {
        Ok(_) => head.is_empty() || head == b"SQLite format 3\0",
        // Missing, or not to be read: said by what comes next.
        Err(_) => true,
    }
}

async fn user_version(connection: &mut SqliteConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await?)
}

fn damaged(path: &Path, error: Error) -> StoreError {
    match error {
        Error::Database(sqlx::Error::Database(db)) if matches!(db.code().as_deref(), Some("26" | "11")) => {
            StoreError::NoDatabase {
                path: path.to_owned(),
                what: db.message().to_owned(),
            }
        }
        other => StoreError::Database(other),
    }
}

async fn connect(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .disable_statement_logging();
    let started = Instant::now();
    loop {
        // While several processes make one database, the change to WAL is refused at once, without any waiting.
        match options.connect().await.map_err(Error::from) {
            Err(Error::Busy) if started.elapsed() < BUSY => tokio::time::sleep(Duration::from_millis(20)).await,
            other => return other,
        }
    }
}

/// Makes the file (for its owner alone) and the folder beside it.
fn make_files(path: &Path) -> std::result::Result<(), (PathBuf, std::io::Error)> {
    let folder = locks::folder(path);
    if !folder.is_dir() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|error| (folder.clone(), error))?;
    }
    if !path.exists() {
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(|error| (path.to_owned(), error))?;
    }
    locks::open(&folder, "wake").map(drop).map_err(|error| (folder, error))
}

type Migrated = (i64, i64, Option<PathBuf>);

async fn migrate(path: &Path, folder: &Path, from: i64, to: i64) -> std::result::Result<Migrated, StoreError> {
    let lock = locks::open(folder, "migrate.lock").map_err(|error| StoreError::Io {
        path: folder.to_owned(),
        error,
    })?;
    let started = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                return Err(StoreError::Io {
                    path: folder.to_owned(),
                    error,
                });
            }
        }
        // Another process may be doing it, and keeps its shared lock afterwards.
        if user_version(&mut connect(path).await?).await? >= to {
            return Ok((from, to, None));
        }
        if started.elapsed() > ALONE {
            let pid = locks::holder(folder).map(|(pid, _)| pid);
            return Err(StoreError::InUse {
                path: path.to_owned(),
                pid,
            });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut connection = connect(path).await?;
    // Another process may have done it while this one waited.
    if user_version(&mut connection).await? >= to {
        return Ok((from, to, None));
    }
    let copy = if from > 0 {
        Some(copy_old(&mut connection, path, from).await?)
    } else {
        None
    };
    MIGRATOR.run(&mut connection).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) => StoreError::Database(error.into()),
        other => StoreError::NoDatabase {
            path: path.to_owned(),
            what: other.to_string(),
        },
    })?;
    connection.close().await.map_err(Error::from)?;
    Ok((from, to, copy))
}

/// A copy of the old file beside it, so that the way back is open.
async fn copy_old(
    connection: &mut SqliteConnection,
    path: &Path,
    from: i64,
) -> std::result::Result<PathBuf, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".v{from}"));
    let copy = PathBuf::from(name);
    if !copy.exists() {
        sqlx::query("VACUUM INTO $1")
            .bind(copy.to_string_lossy().into_owned())
            .execute(connection)
            .await
            .map_err(Error::from)?;
    }
    Ok(copy)
}
