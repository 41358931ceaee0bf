//! A daemon with nothing to do: its memory, how often it wakes, and that it leaves the database alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};

use super::process::{Daemon, status, wake_ups};
use super::report::{Amount, Target};
use super::site::{Site, feed, mastodon};
use super::{Bench, Outcome, start};

/// The word with which this program runs its own floor: see [`bare`].
pub(crate) const BARE: &str = "--bare-idle";

/// The floor of an idle daemon: a runtime of one thread, an open database, a look at the clock every 15 seconds.
pub(crate) fn bare(database: &Path) {
    let done: Outcome = super::fill::block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(database)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::query("SELECT 1").execute(&mut connection).await?;
        println!("ready");
        loop {
            tokio::time::sleep(Duration::from_secs(15)).await;
        }
    });
    if let Err(error) = done {
        println!("{error}");
    }
}

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let server = start::quick_server()?;
    let channels = format!("{}{}", feed("site"), mastodon("mastodon", &server.address));
    let site = Site::new(bench, "idle", &channels)?;
    let daemon = Daemon::start(&site)?;
    let mut bare = Command::new(std::env::current_exe()?)
        .arg(BARE)
        .arg(bench.root.join("bare-idle.db"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    // Its server is asked at the start, and the thread that read the certificates ends after ten seconds; then it is
    // quiet.
    std::thread::sleep(Duration::from_secs(14));
    let (database, woken, woken_bare) = (touched(&site), wake_ups(daemon.pid()), wake_ups(bare.id()));
    let span = Duration::from_secs(u64::from(bench.count(45, 16)));
    std::thread::sleep(span);
    let minutes = span.as_secs_f64() / 60.0;
    let per_minute = |before: Option<u64>, after: Option<u64>| {
        let woken = after.unwrap_or(0).saturating_sub(before.unwrap_or(0));
        Amount::of(woken as f64 / minutes, "")
    };
    let ours = per_minute(woken, wake_ups(daemon.pid()));
    let floor = per_minute(woken_bare, wake_ups(bare.id()));
    let name = "runtime, open database, timer";
    let report = &mut bench.report;
    for (field, what, most) in [("RssAnon", "anonymous memory", 3.0), ("VmRSS", "resident memory", 13.0)] {
        let mine = Amount::mb(daemon.memory(field)?);
        let least = Amount::mb(status(bare.id(), field).unwrap_or(0));
        report.row(format!("idle daemon: {what}"), mine, (least, name), Target::Below(most));
    }
    report.row(
        "idle daemon: wake-ups a minute",
        ours,
        (floor, name),
        Target::Below(4.5),
    );
    let same = touched(&site) == database;
    report.alone(
        "idle daemon: database files touched",
        Amount::of(if same { 0.0 } else { 1.0 }, ""),
        Target::Below(0.5),
    );
    bare.kill()?;
    bare.wait()?;
    Ok(())
}

/// Size and time of the database's files.
fn touched(site: &Site) -> Vec<(PathBuf, Option<(u64, SystemTime)>)> {
    ["", "-wal", "-shm"]
        .map(|ending| site.beside(ending))
        .map(|file| {
            let seen = std::fs::metadata(&file).ok();
            let seen = seen.and_then(|seen| Some((seen.len(), seen.modified().ok()?)));
            (file, seen)
        })
        .to_vec()
}
