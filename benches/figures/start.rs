//! How long a command takes and how much memory it needs, with a million deliveries in the past.

use std::path::PathBuf;
use std::process::Command;

use super::process::{handbill, medians, peak, time};
use super::report::{Amount, Target};
use super::server::Server;
use super::site::{Site, names, webhooks};
use super::{Bench, Outcome, fill};

/// SQLite's own shell, which Debian has as `sqlite3`.
pub(crate) fn sqlite(site: &Site) -> Outcome<impl Fn() -> Command + use<>> {
    let database: PathBuf = site.database.clone();
    let command = move || {
        let mut command = Command::new("sqlite3");
        command.arg(&database).arg("select 1");
        command
    };
    time(command()).map_err(|error| format!("sqlite3 cannot be run, the floor is missing: {error}"))?;
    Ok(command)
}

/// The past that is used most: four channels, a few posts in the queue. Made once a run.
pub(crate) fn long_past(bench: &mut Bench, deliveries: u32) -> Outcome<usize> {
    if let Some(place) = bench.pasts.iter().position(|(count, _)| *count == deliveries) {
        return Ok(place);
    }
    let started = std::time::Instant::now();
    let names = names(4);
    // Nothing of it goes out while it is measured, so the address may be anybody's.
    let site = Site::new(
        bench,
        &format!("past-{deliveries}"),
        &webhooks(&names, "http://127.0.0.1:9", "10m"),
    )?;
    fill::past(&site, &names, deliveries)?;
    let tomorrow = jiff::Timestamp::now().as_millisecond() + 24 * 60 * 60 * 1000;
    fill::queue(&site, &names, "webhook", 5, tomorrow)?;
    let size = std::fs::metadata(&site.database)?.len() >> 20;
    println!(
        "  ({deliveries} past deliveries, {size} MB, made in {} s)",
        started.elapsed().as_secs()
    );
    bench.pasts.push((deliveries, site));
    Ok(bench.pasts.len() - 1)
}

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let deliveries = bench.count(1_000_000, 20_000);
    let place = long_past(bench, deliveries)?;
    let site = &bench.pasts[place].1;
    // The first run brings the file into WAL mode again; it is not the one that is measured.
    time(site.command(&["queue"]))?;
    let sqlite = sqlite(site)?;
    let version = || {
        let mut command = handbill();
        command.arg("--version");
        command
    };
    let queue = || site.command(&["queue"]);
    let runs = if bench.quick { 20 } else { 200 };
    let [version_time, queue_time, floor_time] = medians(runs, [&version, &queue, &sqlite])?;
    let looks = if bench.quick { 5 } else { 30 };
    let (version_kb, queue_kb, floor_kb) = (peak(looks, &version)?, peak(looks, &queue)?, peak(looks, &sqlite)?);
    let name = "sqlite3 'select 1'";
    let past = format!("queue, {deliveries} past deliveries");
    let report = &mut bench.report;
    let (floor, floor_mb) = (Amount::ms(floor_time), Amount::mb(floor_kb));
    report.row(
        "--version: time",
        Amount::ms(version_time),
        (floor, name),
        Target::Within(2.0),
    );
    report.row(
        format!("{past}: time"),
        Amount::ms(queue_time),
        (floor, name),
        Target::Within(3.0),
    );
    report.row(
        "--version: peak memory",
        Amount::mb(version_kb),
        (floor_mb, name),
        Target::Below(7.0),
    );
    report.row(
        format!("{past}: peak memory"),
        Amount::mb(queue_kb),
        (floor_mb, name),
        Target::Below(12.0),
    );
    Ok(())
}

/// A server that nobody waits for.
pub(crate) fn quick_server() -> Outcome<Server> {
    Server::start(std::time::Duration::ZERO)
}
