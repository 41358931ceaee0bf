//! How late the first byte reaches the server: for set seconds, and for `add --now --wait`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::bare;
use super::process::{Daemon, output, percentile, time};
use super::report::{Amount, Target};
use super::server::{Call, Server};
use super::site::{Site, names, webhooks};
use super::{Bench, Outcome, start};

const CHANNELS: u32 = 10;

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let server = start::quick_server()?;
    let names = names(CHANNELS);
    let site = Site::new(bench, "lateness", &webhooks(&names, &server.address, "0s"))?;
    let daemon = Daemon::start(&site)?;
    let floor = at_set_seconds(bench, &site, &server)?;
    let with = add_and_wait(bench, &site, &server, "with")?;
    drop(daemon);
    let without = add_and_wait(bench, &site, &server, "without")?;
    let report = &mut bench.report;
    let name = "a timer and one post, 99th percentile";
    report.row(
        "add --now --wait, a daemon publishes: due to first byte, 99th percentile",
        Amount::ms(with.due),
        (floor, name),
        Target::Below(50.0),
    );
    report.row(
        "add --now --wait, a daemon publishes: command to first byte, median",
        Amount::ms(with.command),
        (floor, name),
        Target::None,
    );
    report.row(
        "add --now --wait, no daemon: command to first byte, median",
        Amount::ms(without.command),
        (floor, name),
        Target::None,
    );
    let early = with.early + without.early;
    report.alone(
        "add --now --wait: calls before their time",
        Amount::of(f64::from(early), ""),
        Target::Below(0.5),
    );
    Ok(())
}

/// What the machine itself can do meanwhile: a timer and one post at these instants, to a server of its own.
fn timer_alone(first: i64, seconds: u32) -> Outcome<Amount> {
    let server = start::quick_server()?;
    let first = UNIX_EPOCH + Duration::from_secs(u64::try_from(first)?);
    // Between the seconds, so as not to stand in the way.
    let dues: Vec<SystemTime> = (0..seconds * 4)
        .map(|no| first + Duration::from_millis(u64::from(no / 4) * 1000 + 400 + u64::from(no % 4) * 150))
        .collect();
    bare::timed(&server.address, &dues)?;
    // The first call only opens the way.
    let calls = server.wait(dues.len() + 1, Duration::from_secs(10))?;
    let late = calls[1..]
        .iter()
        .zip(&dues)
        .map(|(call, due)| call.first_byte.duration_since(*due).unwrap_or_default());
    Ok(Amount::ms(percentile(late.collect(), 99)))
}

/// The deliveries at set seconds; gives the floor, which was taken at the same time.
fn at_set_seconds(bench: &mut Bench, site: &Site, server: &Server) -> Outcome<Amount> {
    let count = bench.count(200, 40);
    // Time to add them all; then several each second, on different channels.
    let first = jiff::Timestamp::now().as_second() + i64::from(bench.count(10, 4));
    for no in 0..count {
        let second = first + i64::from(no / 8);
        let due = jiff::Timestamp::from_second(second)?.to_string();
        let channel = format!("channel-{}", no % CHANNELS);
        let (url, summary) = (
            format!("https://example.org/late/{no}"),
            format!("due at [{second}000] number {no}"),
        );
        let args = [
            "add",
            &url,
            "--no-fetch",
            "--summary",
            &summary,
            "--to",
            &channel,
            "--at",
            &due,
        ];
        time(site.command(&args))?;
    }
    let alone = std::thread::spawn(move || timer_alone(first, count.div_ceil(8)).map_err(|error| error.to_string()));
    let calls = server.wait(count as usize, Duration::from_secs(90))?;
    let floor = alone.join().map_err(|_| "the floor's thread ended")??;
    let (mut late, mut later, mut early) = (Vec::new(), Vec::new(), 0u32);
    let first = UNIX_EPOCH + Duration::from_secs(u64::try_from(first)?);
    for call in &calls {
        let due = due_of(call)?;
        match call.first_byte.duration_since(due) {
            Ok(time) => {
                late.push(time);
                later.extend((due > first).then_some(time));
            }
            Err(_) => early += 1,
        }
    }
    let report = &mut bench.report;
    let name = "a timer and one post, 99th percentile";
    report.alone(
        format!("{count} deliveries at set seconds: calls before their time"),
        Amount::of(f64::from(early), ""),
        Target::Below(0.5),
    );
    for (of_hundred, target) in [(50, Target::None), (99, Target::Below(50.0)), (100, Target::None)] {
        let what = match of_hundred {
            50 => "median".to_owned(),
            100 => "worst".to_owned(),
            n => format!("{n}th percentile"),
        };
        let ours = Amount::ms(percentile(late.clone(), of_hundred));
        report.row(
            format!("{count} deliveries at set seconds on {CHANNELS} channels: lateness, {what}"),
            ours,
            (floor, name),
            target,
        );
    }
    report.row(
        "of these, without the first second after the daemon's start, 99th percentile",
        Amount::ms(percentile(later, 99)),
        (floor, name),
        Target::None,
    );
    Ok(floor)
}

/// The instant that stands in the text.
fn due_of(call: &Call) -> Outcome<SystemTime> {
    let ms = call
        .body
        .split_once("due at [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .ok_or("a call without its time came")?
        .0;
    Ok(UNIX_EPOCH + Duration::from_millis(ms.parse()?))
}

struct Waited {
    /// From the start of the command to the first byte, median.
    command: Duration,
    /// From the due time to the first byte, 99th percentile.
    due: Duration,
    early: u32,
}

fn add_and_wait(bench: &Bench, site: &Site, server: &Server, name: &str) -> Outcome<Waited> {
    let (mut command, mut due, mut early) = (Vec::new(), Vec::new(), 0);
    for no in 0..bench.count(30, 8) {
        let (url, channel) = (
            format!("https://example.org/{name}/{no}"),
            format!("channel-{}", no % CHANNELS),
        );
        let args = [
            "--json",
            "add",
            &url,
            "--no-fetch",
            "--summary",
            "At once",
            "--to",
            &channel,
            "--now",
            "--wait",
        ];
        let started = SystemTime::now();
        let printed: serde_json::Value = serde_json::from_str(&output(site.command(&args))?)?;
        let calls = server.wait(1, Duration::from_secs(5))?;
        let call = calls.first().ok_or("no call came")?;
        command.push(call.first_byte.duration_since(started)?);
        let at = added_at(&printed)?;
        match call.first_byte.duration_since(at) {
            Ok(late) => due.push(late),
            Err(_) => early += 1,
        }
    }
    Ok(Waited {
        command: percentile(command, 50),
        due: percentile(due, 99),
        early,
    })
}

/// `--now` without time to think better of it is due when it was added.
fn added_at(post: &serde_json::Value) -> Outcome<SystemTime> {
    let text = post["created_at"].as_str().ok_or("the post has no time")?;
    let ms = text.parse::<jiff::Timestamp>()?.as_millisecond();
    Ok(UNIX_EPOCH + Duration::from_millis(u64::try_from(ms)?))
}
