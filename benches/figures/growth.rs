//! What a long past costs: `add` and the publisher's look must take the same with a million deliveries as with none.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use handbill::app::publisher::Publisher;
use handbill::app::{App, lanes};
use handbill::domain::lane;
use handbill::storage::{PublisherLock, Store, Take};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::process::{medians, percentile, time};
use super::report::{Amount, Target};
use super::site::Site;
use super::start::long_past;
use super::{Bench, Outcome, fill};

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let counts = if bench.quick {
        [0, 5_000, 20_000]
    } else {
        [0, 100_000, 1_000_000]
    };
    let mut places = [0; 3];
    for (place, count) in places.iter_mut().zip(counts) {
        *place = long_past(bench, count)?;
        time(bench.pasts[*place].1.command(&["queue"]))?;
    }
    let sites = places.map(|place| &bench.pasts[place].1);
    let add = add(
        sites,
        if bench.quick { 10 } else { 60 },
        &bench.root.join("bare-add.db"),
    )?;
    let mut looks: [Option<Look>; 3] = [None; 3];
    // By turns, and the least of each: what another program took meanwhile is not ours.
    for _ in 0..bench.count(6, 2) {
        for (look, site) in looks.iter_mut().zip(sites) {
            let seen = watch(site, 25)?;
            *look = Some(look.map_or(seen, |least| least.min(seen)));
        }
    }
    let looks = looks.map(Option::unwrap_or_default);
    tell(bench, counts, add, looks);
    Ok(())
}

fn tell(bench: &mut Bench, counts: [u32; 3], (add, bare_add): ([Duration; 3], Duration), looks: [Look; 3]) {
    let report = &mut bench.report;
    report.row(
        "add, no past",
        Amount::ms(add[0]),
        (Amount::ms(bare_add), "sqlite3 inserting one row"),
        Target::None,
    );
    for no in 1..3 {
        let floor = (Amount::ms(add[0]), "with no past");
        report.row(
            format!("add, {} past", counts[no]),
            Amount::ms(add[no]),
            floor,
            Target::Within(1.2),
        );
    }
    report.row(
        "due scan of 4 channels, no past",
        Amount::us(looks[0].scan),
        (Amount::us(looks[0].bare), "one bare select a channel"),
        Target::Below(1000.0),
    );
    for no in 1..3 {
        let (ours, count) = (Amount::us(looks[no].scan), counts[no]);
        let floor = (Amount::us(looks[0].scan), "with no past");
        report.row(
            format!("due scan of 4 channels, {count} past"),
            ours,
            floor,
            Target::Within(1.2),
        );
    }
    report.row(
        format!("due scan of 4 channels, {} past, against a bare select", counts[2]),
        Amount::us(looks[2].scan),
        (Amount::us(looks[2].bare), "one bare select a channel"),
        Target::Below(1000.0),
    );
    report.row(
        format!("whole look of the daemon with its commit, {} past", counts[2]),
        Amount::us(looks[2].whole),
        (Amount::us(looks[0].whole), "with no past"),
        Target::Within(1.2),
    );
}

/// The median time of `add` on each site, and of SQLite's shell adding a row to a table of its own.
fn add(sites: [&Site; 3], runs: u32, bare: &std::path::Path) -> Outcome<([Duration; 3], Duration)> {
    let shell = |sql: &str| {
        let mut command = Command::new("sqlite3");
        command.arg(bare).arg(sql);
        command
    };
    time(shell(
        "pragma journal_mode = wal; create table post (id integer primary key, text text)",
    ))?;
    let number = std::cell::Cell::new(0);
    let next = |site: &Site| {
        number.set(number.get() + 1);
        let url = format!("https://example.org/added/{}", number.get());
        let words = "The same words as ever, a little shorter than most.";
        site.command(&[
            "add",
            &url,
            "--no-fetch",
            "--summary",
            words,
            "--to",
            "channel-0",
            "--at",
            "in 20 hours",
        ])
    };
    let insert = || shell("pragma synchronous = full; insert into post (text) values ('The same words as ever.')");
    let [a, b, c, floor] = medians(
        runs,
        [&|| next(sites[0]), &|| next(sites[1]), &|| next(sites[2]), &insert],
    )?;
    Ok(([a, b, c], floor))
}

/// The median times of the publisher's look.
#[derive(Clone, Copy, Default)]
struct Look {
    /// Reading what is due, without the transaction's commit.
    scan: Duration,
    /// One bare select for each channel.
    bare: Duration,
    /// One whole turn of the publisher with nothing due, its durable commit included.
    whole: Duration,
}

impl Look {
    fn min(self, other: Self) -> Self {
        Self {
            scan: self.scan.min(other.scan),
            bare: self.bare.min(other.bare),
            whole: self.whole.min(other.whole),
        }
    }
}

fn watch(site: &Site, runs: u32) -> Outcome<Look> {
    let app = site.app()?;
    fill::block_on(async {
        let mut store = Store::open(&site.database, Take::Existing)
            .await
            .map_err(|e| format!("{e:?}"))?;
        let options = SqliteConnectOptions::new().filename(&site.database).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let (mut scans, mut bares) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            let started = Instant::now();
            scan(&app, &mut store).await?;
            scans.push(started.elapsed());
            let started = Instant::now();
            bare(&app, &mut connection).await?;
            bares.push(started.elapsed());
        }
        Ok(Look {
            scan: percentile(scans, 50),
            bare: percentile(bares, 50),
            whole: turns(&app, store, runs).await?,
        })
    })
}

/// What the publisher reads at a look, channel by channel.
async fn scan(app: &App, store: &mut Store) -> Outcome {
    let said = |error: handbill::app::Fault| format!("{error:?}");
    let mut tx = store.read(app.now()).await?;
    let holds = lanes::holds(&mut tx, app).await?;
    for channel in &app.config.channels {
        let row = tx.channel(&channel.name).await?;
        let facts = lanes::facts(&row);
        let lane = lanes::lane(&mut tx, app, channel, &row, &holds).await?;
        let mut waiting = tx.waiting(&channel.name, 16).await?;
        lanes::complete(app, channel, &facts, &mut waiting).map_err(said)?;
        let decision = lane::decide(&lane, &waiting, tx.now);
        if decision.go.is_some() {
            return Err("something was due".into());
        }
        std::hint::black_box(lane::look_again(&lane, &waiting, tx.now));
    }
    std::hint::black_box(tx.unknown().await?);
    Ok(())
}

async fn bare(app: &App, connection: &mut SqliteConnection) -> Outcome {
    for channel in &app.config.channels {
        let first: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM delivery WHERE channel = $1 AND state = 'pending' ORDER BY due_at LIMIT 1",
        )
        .bind(&channel.name)
        .fetch_optional(&mut *connection)
        .await?;
        std::hint::black_box(first);
    }
    Ok(())
}

async fn turns(app: &Arc<App>, store: Store, runs: u32) -> Outcome<Duration> {
    let said = |error: handbill::app::Fault| format!("{error:?}");
    let lock = PublisherLock::take(&store.folder())?.ok_or("another process publishes")?;
    let mut publisher = Publisher::take_over(app.clone(), store, lock, None)
        .await
        .map_err(said)?;
    // The first turns ask the servers; then nothing is left.
    loop {
        let did = publisher.advance().await.map_err(said)?;
        if !did && !publisher.is_busy() {
            break;
        }
        if !did {
            publisher.answered().await;
        }
    }
    let mut times = Vec::new();
    for _ in 0..runs {
        publisher.wake();
        let started = Instant::now();
        publisher.advance().await.map_err(said)?;
        times.push(started.elapsed());
    }
    Ok(percentile(times, 50))
}
