//! Many deliveries due at one instant: beside a bare loop of the same posts, and beside a bare loop that also makes
//! two durable commits for each.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::bare::{self, Meter, Work};
use super::process::Daemon;
use super::report::{Amount, Target};
use super::server::Server;
use super::site::{Site, names, webhooks};
use super::{Bench, Outcome, fill};

/// How long the slow server takes for an answer.
const DELAY: Duration = Duration::from_millis(20);
/// From filling the queue to the due time: the daemon is up and has looked.
const AHEAD_MS: i64 = 2500;
const PATIENCE: Duration = Duration::from_secs(90);

/// What publishing a full queue took.
struct Burst {
    /// From the due time until the last delivery is recorded as published.
    work: Work,
    peak_kb: u64,
}

/// Fills a queue, starts a daemon, and waits until all of it is out.
fn publish(bench: &Bench, name: &str, server: &Server, channels: u32, each: u32) -> Outcome<Burst> {
    let names = names(channels);
    let site = Site::new(bench, name, &webhooks(&names, &server.address, "0s"))?;
    let due = jiff::Timestamp::now().as_millisecond() + AHEAD_MS;
    fill::queue(&site, &names, "webhook", each, due)?;
    let daemon = Daemon::start(&site)?;
    let total = channels * each;
    let due_at = UNIX_EPOCH + Duration::from_millis(u64::try_from(due)?);
    // Its start is not what is measured.
    let before = due_at.duration_since(SystemTime::now()).unwrap_or_default();
    std::thread::sleep(before.saturating_sub(Duration::from_millis(100)));
    let meter = Meter::start(daemon.pid(), None)?;
    let calls = server.wait(total as usize, PATIENCE)?;
    let published = fill::published(&site, due, total, PATIENCE)?;
    if let Some(call) = calls.iter().find(|call| call.first_byte < due_at) {
        return Err(format!("a call came before its time: {}", call.body).into());
    }
    let published = UNIX_EPOCH + Duration::from_millis(u64::try_from(published)?);
    let end = calls
        .iter()
        .map(|call| call.answered)
        .max()
        .unwrap_or(due_at)
        .max(published);
    Ok(Burst {
        work: meter.read(end.duration_since(due_at)?)?,
        peak_kb: daemon.memory("VmHWM")?,
    })
}

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let server = Server::start(DELAY)?;
    wide(bench, &server)?;
    in_order(bench, &server)
}

/// 10 channels at once; by turns with the floor.
fn wide(bench: &mut Bench, server: &Server) -> Outcome {
    let (channels, each) = (10, bench.count(100, 20));
    let (mut floor, mut ours, mut peak_kb) = (Duration::ZERO, Duration::ZERO, 0);
    let rounds = bench.count(3, 1);
    for round in 0..rounds {
        floor += bare::posts(&server.address, channels, each)?;
        forget(server, channels * each + 1)?;
        let burst = publish(bench, &format!("burst-wide-{round}"), server, channels, each)?;
        ours += burst.work.took;
        peak_kb = peak_kb.max(burst.peak_kb);
    }
    let what = format!("burst: {channels} channels × {each}, server takes 20 ms");
    let report = &mut bench.report;
    report.row(
        what.clone(),
        Amount::seconds(ours / rounds),
        (Amount::seconds(floor / rounds), "10 bare tasks, same posts"),
        Target::Within(1.3),
    );
    report.alone(format!("{what}: peak memory"), Amount::mb(peak_kb), Target::Below(30.0));
    Ok(())
}

/// One channel, one after the other: two commits stand between two posts, and are named apart.
fn in_order(bench: &mut Bench, server: &Server) -> Outcome {
    let each = bench.count(1000, 60);
    let floor = bare::posts(&server.address, 1, each)?;
    forget(server, each + 1)?;
    let ours = publish(bench, "burst-order", server, 1, each)?;
    let commits = bare::commits(&bench.root.join("commits.db"), each)?;
    let what = format!("1 channel × {each} in order, server takes 20 ms");
    let report = &mut bench.report;
    let floor = (Amount::seconds(floor), "bare loop, same posts");
    let took = ours.work.took;
    report.row(
        format!("{what}: everything"),
        Amount::seconds(took),
        floor,
        Target::None,
    );
    report.alone(
        format!("{what}: of that, two bare commits for each"),
        Amount::seconds(commits),
        Target::None,
    );
    let without = Amount::seconds(took.saturating_sub(commits));
    report.row(
        format!("{what}: without the commits"),
        without,
        floor,
        Target::Within(1.05),
    );
    report.alone(
        format!("{what}: peak memory"),
        Amount::mb(ours.peak_kb),
        Target::Below(30.0),
    );
    Ok(())
}

/// Durable deliveries a second, to a server that answers at once; by turns with the floor.
pub(crate) fn durable(bench: &mut Bench) -> Outcome {
    let server = Server::start(Duration::ZERO)?;
    let (rounds, count) = (bench.count(3, 1), bench.count(400, 100));
    let (mut bare, mut one, mut ten, mut commits) = (Work::default(), Work::default(), Work::default(), Duration::ZERO);
    for round in 0..rounds {
        bare += bare::durable_posts(&bench.root.join("durable.db"), &server, count)?;
        forget(&server, count + 1)?;
        one += publish(bench, &format!("durable-one-{round}"), &server, 1, count)?.work;
        ten += publish(bench, &format!("durable-ten-{round}"), &server, 10, count / 10)?.work;
        commits += bare::commits(&bench.root.join("commits-alone.db"), count)?;
    }
    let count = rounds * count;
    let rate = |work: Work| Amount::of(f64::from(count) / work.took.as_secs_f64(), "/s");
    let name = "bare loop: commit, post, commit";
    let report = &mut bench.report;
    report.alone(
        "one durable commit on this disk",
        Amount::ms(commits / (2 * count)),
        Target::None,
    );
    report.row(
        "durable deliveries a second, 1 channel",
        rate(one),
        (rate(bare), name),
        Target::AtLeast(0.7),
    );
    report.row(
        "durable deliveries a second, 10 channels",
        rate(ten),
        (rate(bare), name),
        Target::AtLeast(1.0),
    );
    for (what, work) in [("1 channel", one), ("10 channels", ten)] {
        let spent = |work: Work| Amount::us(work.processor / count);
        let written = |work: Work| Amount::of(work.written as f64 / 1024.0 / f64::from(count), "kB");
        report.row(
            format!("processor time of one, {what}"),
            spent(work),
            (spent(bare), name),
            Target::None,
        );
        report.row(
            format!("written to disk for one, {what}"),
            written(work),
            (written(bare), name),
            Target::None,
        );
    }
    Ok(())
}

/// Takes the floor's calls out of the server's list.
fn forget(server: &Server, count: u32) -> Outcome {
    server.wait(count as usize, PATIENCE).map(drop)
}
