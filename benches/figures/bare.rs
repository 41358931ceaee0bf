//! The floors: the plainest program that does the same, with the same client, disk and server.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use super::Outcome;
use super::fill::block_on;
use super::process::{processor, written};
use super::server::Server;

/// A message of the size of Handbill's.
pub(crate) const BODY: &str = r#"{"type":"post.published","timestamp":"2026-12-01T09:00:00Z","data":{"post":17,"channel":"channel-0","title":"Queued 17","summary":"Doctors who prescribe safer alternatives see fewer deaths and fewer emergencies, says a study of five years in three cities. What the clinics learnt, and what they ask of the law.","url":"https://example.org/queue/17","text":"Doctors who prescribe safer alternatives see fewer deaths and fewer emergencies, says a study of five years in three cities. What the clinics learnt, and what they ask of the law.\n\nRead the full article: https://example.org/queue/17\n\nComments? @figures\n\nDoctors can lead the way to healthier drug policies – join IDHDP now","language":"en","hashtags":[],"tags":[]}}"#;

/// The client with Handbill's rules for connections: none is kept, nothing is repeated or followed.
pub(crate) fn client() -> Outcome<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder()
        .user_agent("figures")
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(15))
        .no_proxy()
        .build()?)
}

/// One post, answer read.
pub(crate) async fn post(client: &reqwest::Client, url: &str) -> Outcome {
    let response = client
        .post(url)
        .header("content-type", "application/json")
        .body(BODY)
        .send()
        .await?;
    response.error_for_status()?.bytes().await?;
    Ok(())
}

/// So many tasks, each posting one after the other; the whole time.
pub(crate) fn posts(address: &str, tasks: u32, each: u32) -> Outcome<Duration> {
    block_on(async {
        let client = client()?;
        // As in the daemon, the client is ready before the time is due.
        post(&client, address).await?;
        let started = Instant::now();
        let mut set = tokio::task::JoinSet::new();
        for task in 0..tasks {
            let (client, url) = (client.clone(), format!("{address}/channel-{task}"));
            set.spawn(async move {
                for _ in 0..each {
                    post(&client, &url).await.map_err(|error| error.to_string())?;
                }
                Ok::<(), String>(())
            });
        }
        while let Some(done) = set.join_next().await {
            done??;
        }
        Ok(started.elapsed())
    })
}

/// A timer alone: posts once at the start, then sleeps to each of these instants and posts.
pub(crate) fn timed(address: &str, dues: &[SystemTime]) -> Outcome {
    block_on(async {
        let client = client()?;
        post(&client, address).await?;
        for due in dues {
            let pause = due.duration_since(SystemTime::now()).unwrap_or_default();
            tokio::time::sleep(pause).await;
            post(&client, address).await?;
        }
        Ok(())
    })
}

/// The plainest durable queue: one table, what is sent and what came back.
pub(crate) struct Queue {
    connection: SqliteConnection,
}

impl Queue {
    async fn open(file: &Path) -> Outcome<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::query(
            "CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, state TEXT NOT NULL, request TEXT NOT NULL, answer TEXT)",
        )
        .execute(&mut connection)
        .await?;
        Ok(Self { connection })
    }

    async fn intent(&mut self) -> Outcome<i64> {
        let mut tx = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        let id = sqlx::query_scalar("INSERT INTO call (state, request) VALUES ('sending', $1) RETURNING id")
            .bind(BODY)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn settle(&mut self, id: i64) -> Outcome {
        let mut tx = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE call SET state = 'published', answer = $2 WHERE id = $1")
            .bind(id)
            .bind(r#"{"status":200,"headers":[],"body":"{}"}"#)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The time of so many pairs of durable commits, with nothing between them.
pub(crate) fn commits(file: &Path, pairs: u32) -> Outcome<Duration> {
    block_on(async {
        let mut queue = Queue::open(file).await?;
        let started = Instant::now();
        for _ in 0..pairs {
            let id = queue.intent().await?;
            queue.settle(id).await?;
        }
        Ok(started.elapsed())
    })
}

/// The time of so many posts, each between two durable commits; what the processor did for it, and the bytes written.
pub(crate) fn durable_posts(file: &Path, server: &Server, count: u32) -> Outcome<Work> {
    block_on(async {
        let client = client()?;
        post(&client, &server.address).await?;
        let mut queue = Queue::open(file).await?;
        let meter = Meter::start(std::process::id(), Some(server.thread))?;
        let started = Instant::now();
        for _ in 0..count {
            let id = queue.intent().await?;
            post(&client, &server.address).await?;
            queue.settle(id).await?;
        }
        meter.read(started.elapsed())
    })
}

/// What a piece of work took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Work {
    pub(crate) took: Duration,
    pub(crate) processor: Duration,
    /// Bytes written to files.
    pub(crate) written: u64,
}

impl std::ops::AddAssign for Work {
    fn add_assign(&mut self, other: Self) {
        self.took += other.took;
        self.processor += other.processor;
        self.written += other.written;
    }
}

/// Reads what a process has used since a moment.
pub(crate) struct Meter {
    pid: u32,
    without: Option<u32>,
    processor: Duration,
    written: u64,
}

impl Meter {
    pub(crate) fn start(pid: u32, without: Option<u32>) -> Outcome<Self> {
        Ok(Self {
            pid,
            without,
            processor: processor(pid, without)?,
            written: written(pid)?,
        })
    }

    pub(crate) fn read(&self, took: Duration) -> Outcome<Work> {
        Ok(Work {
            took,
            processor: processor(self.pid, self.without)?.saturating_sub(self.processor),
            written: written(self.pid)?.saturating_sub(self.written),
        })
    }
}
