//! A database in a folder of its own, an organisation with the channels that a test asks for, and a publisher that can
//! be killed and started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::net::{Kind, Net};
use crate::app::App;
use crate::app::publisher::Publisher;
use crate::clock::{Clock, Random};
use crate::storage::{PublisherLock, Store, Take};
use crate::zones::ZoneRules;

/// A clock that stands until a test moves it.
pub(super) struct FakeClock {
    wall: AtomicI64,
    boot: AtomicI64,
    leap: AtomicI64,
}

impl FakeClock {
    fn new() -> Self {
        let start: Timestamp = "2026-12-01T08:00:00Z".parse().unwrap();
        Self {
            wall: AtomicI64::new(start.as_millisecond()),
            boot: AtomicI64::new(1_000_000),
            leap: AtomicI64::new(0),
        }
    }

    /// The process is stopped for so long right after it looked at the time since boot.
    pub(super) fn stop_after_look(&self, by: SignedDuration) {
        self.leap
            .store(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Time passes, whether anybody runs meanwhile or not.
    pub(super) fn pass(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap();
        self.wall.fetch_add(ms, Ordering::SeqCst);
        self.boot.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.wall.load(Ordering::SeqCst)).unwrap()
    }

    fn boot(&self) -> Duration {
        let ms = self.boot.load(Ordering::SeqCst);
        let leap = self.leap.swap(0, Ordering::SeqCst);
        self.pass(SignedDuration::from_millis(leap));
        Duration::from_millis(u64::try_from(ms).unwrap())
    }
}

/// Chance that comes again with its seed (splitmix64).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `from` to just below `to`.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = u64::try_from(to - from).unwrap();
        from + i64::try_from(self.draw() % width).unwrap()
    }

    /// Whether it happens, in so many of a hundred cases.
    pub(super) fn of_hundred(&mut self, cases: i64) -> bool {
        self.between(0, 100) < cases
    }

    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let len = i64::try_from(list.len()).unwrap();
        if len == 0 {
            return None;
        }
        list.get(usize::try_from(self.between(0, len)).unwrap())
    }
}

struct Seeded(Mutex<Chance>);

impl Random for Seeded {
    fn next(&self) -> u128 {
        let mut chance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (u128::from(chance.draw()) << 64) | u128::from(chance.draw())
    }
}

const HEAD: &str = r#"
[organisation]
name = "Sample"
timezone = "Europe/London"

[text.en]
read_more = "Read on"
handles = "Comments? {handle}"

[defaults]
language = "en"
min_gap = "5m"
undo = "0s"
schedule = ["*/30 * * * *"]
"#;

/// See the module's text.
pub(super) struct Bed {
    pub(super) folder: tempfile::TempDir,
    pub(super) clock: Arc<FakeClock>,
    pub(super) net: Arc<Net>,
    pub(super) app: Arc<App>,
    /// The connection of people's commands.
    pub(super) people: Store,
    pub(super) publisher: Option<Publisher>,
}

/// Memory instead of a disk, where the machine has such a folder: a commit is durable there at once.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

impl Bed {
    pub(super) async fn new(seed: u64, channels: &[Kind]) -> Self {
        let text: String = channels.iter().map(|kind| kind.channel("")).collect();
        Self::with(seed, &text, channels).await
    }

    /// With channels as a configuration file has them.
    pub(super) async fn with(seed: u64, channels: &str, kinds: &[Kind]) -> Self {
        let folder = folder();
        let file = folder.path().join("handbill.toml");
        std::fs::write(folder.path().join("secret"), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n").unwrap();
        let zones = ZoneRules::bundled();
        let text = format!("{HEAD}{channels}");
        let config = crate::config::parse(&text, &file, &crate::networks::keys(), &zones).unwrap();
        let database = folder.path().join("handbill.db");
        let people = Store::open(&database, Take::Create).await.unwrap();
        let clock = Arc::new(FakeClock::new());
        let net = Arc::new(Net::new(clock.clone(), kinds, &database).await);
        let app = Arc::new(App {
            fetcher: crate::fetch::Fetcher::new(None, false),
            config,
            zones,
            clock: clock.clone(),
            random: Arc::new(Seeded(Mutex::new(Chance::new(seed ^ 0xfeed)))),
            transport: net.clone(),
            database,
            user: "tester".to_owned(),
        });
        Self {
            folder,
            clock,
            net,
            app,
            people,
            publisher: None,
        }
    }

    /// A connection that damages the database.
    pub(super) async fn writer(&self) -> sqlx::sqlite::SqliteConnection {
        use sqlx::ConnectOptions as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&self.app.database);
        options.connect().await.unwrap()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new publisher takes the lock and takes over.
    pub(super) async fn start(&mut self) {
        let lock = PublisherLock::take(&self.people.folder())
            .unwrap()
            .expect("the lock of a dead publisher is free");
        let store = Store::open(&self.app.database, Take::Existing).await.unwrap();
        let publisher = Publisher::take_over(self.app.clone(), store, lock, None).await.unwrap();
        self.publisher = Some(publisher);
    }

    /// The publisher dies as it stands: what it was about to send is not sent, what it was told is not settled.
    pub(super) async fn kill(&mut self) {
        drop(self.publisher.take());
        let dead = self.net.cut_off();
        self.rest().await;
        drop(dead);
    }

    pub(super) fn publisher(&mut self) -> &mut Publisher {
        self.publisher.as_mut().expect("a publisher runs")
    }

    /// One transaction of the publisher, before any call that it allows is made.
    pub(super) async fn advance(&mut self) -> bool {
        self.publisher().advance().await.unwrap()
    }

    /// Lets every task run until it waits for a server or is over, and hands over what came of it.
    pub(super) async fn rest(&mut self) {
        let mut quiet = 0;
        while quiet < 4 {
            tokio::task::yield_now().await;
            quiet = if self.net.is_entering() { 0 } else { quiet + 1 };
        }
        let Some(publisher) = &mut self.publisher else { return };
        loop {
            let over = tokio::select! {
                biased;
                () = publisher.answered() => true,
                () = std::future::ready(()) => false,
            };
            if !over {
                return;
            }
        }
    }

    /// Transactions and calls until nothing more can be done without a server's answer or time.
    pub(super) async fn run(&mut self) {
        for _ in 0..60 {
            let did = self.advance().await;
            self.rest().await;
            if !did && !self.publisher().has_news() {
                return;
            }
        }
        panic!("the publisher does not come to rest");
    }

    /// As [`Bed::run`], with servers that answer everything as they should.
    pub(super) async fn run_with_servers(&mut self) {
        for _ in 0..60 {
            self.run().await;
            let waiting = self.net.waiting();
            if waiting.is_empty() {
                return;
            }
            for call in waiting {
                self.net.serve(call.id);
                self.net.reply(call.id);
            }
            self.rest().await;
        }
        panic!("the publisher and its servers do not come to rest");
    }

    /// Time passes, and the publisher looks at the clock as it does every 15 seconds.
    pub(super) fn pass(&mut self, seconds: i64) {
        self.clock.pass(SignedDuration::from_secs(seconds));
        self.net.arrivals();
        if let Some(publisher) = &mut self.publisher {
            publisher.wake();
        }
    }
}

impl Publisher {
    /// Answers wait to be settled.
    fn has_news(&self) -> bool {
        !self.inbox.is_empty()
    }
}

/// A runtime as the daemon's: one thread.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
