//! The daemon: stands by until it may publish, then publishes until it is told to end.

mod polls;

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::publisher::Publisher;
use crate::app::runner::{LOOK, pause};
use crate::app::wake::{Alarm, Wake};
use crate::app::{App, Fault, feed, pictures, rezone};
use crate::report::Report;
use crate::storage::{Error, PublisherLock, Store, Take};

use polls::Polls;

/// How long calls in flight may take to finish after SIGTERM.
const GRACE: Duration = Duration::from_secs(25);
/// The pause after the database could not be written.
const TROUBLE: Duration = Duration::from_secs(1);

/// Makes the application anew from the configuration file.
pub type Reload<'a> = dyn Fn() -> Result<Arc<App>, Fault> + 'a;

/// How the daemon ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By SIGTERM, as a service manager does it.
    Told,
    /// By SIGINT: Ctrl-C at a terminal.
    Interrupted,
}

/// Runs until SIGTERM or SIGINT; both let calls in flight finish. SIGHUP reads the configuration again.
///
/// # Errors
/// Where the database cannot be opened, or another process took over.
pub async fn run(app: Arc<App>, reload: &Reload<'_>) -> Result<Ended, Fault> {
    log();
    let mut signals = Signals::new()?;
    let store = Store::open(&app.database, Take::Create).await?;
    if let Some((from, to, copy)) = &store.migrated {
        let copy = copy
            .as_ref()
            .map_or(String::new(), |copy| format!("; the old one is {}", copy.display()));
        tracing::info!("Database brought from version {from} to {to}{copy}");
    }
    tracing::info!(
        "Handbill {} with {} channels, database {}",
        env!("CARGO_PKG_VERSION"),
        app.config.channels.len(),
        app.database.display()
    );
    notify(&[NotifyState::Ready]);
    let mut app = app;
    let lock = match stand_by(&store, &mut signals, &mut app, reload).await? {
        Stood::Publishes(lock) => lock,
        Stood::Ended(ended) => return Ok(ended),
    };
    let mut store = store;
    for line in rezone::rezone(&app, &mut store).await? {
        tracing::warn!("{line}");
    }
    match pictures::sweep(&app, &mut store).await {
        Ok(0) => {}
        Ok(count) => tracing::info!("{count} pictures that no post needs any more are gone"),
        Err(fault) => tracing::warn!("{}", crate::report::Report::from(&fault).message),
    }
    prepare(&app);
    let wake = Wake::new(&store.folder());
    let publisher = Publisher::take_over(app.clone(), store, lock, None).await?;
    Daemon {
        app,
        publisher,
        polls: Polls::default(),
        wake,
        alarm: Alarm::default(),
        signals,
        watchdog: sd_notify::watchdog_enabled().is_some(),
    }
    .run(reload)
    .await
}

/// Reads the certificates beside the work, so that the first post does not wait for them.
fn prepare(app: &Arc<App>) {
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        for allow_private in [false, true] {
            if app
                .config
                .channels
                .iter()
                .any(|c| feed::folder(c).is_none() && c.allow_private == allow_private)
            {
                app.transport.prepare(allow_private);
            }
        }
    });
}

/// Sends the log to standard error.
pub fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HANDBILL_LOG").unwrap_or_else(|_| "info".into());
    // systemd stamps every line itself.
    let under_systemd = std::env::var_os("JOURNAL_STREAM").is_some();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    let _ = if under_systemd {
        builder.without_time().try_init()
    } else {
        builder.try_init()
    };
}

/// Without systemd there is nobody to tell.
fn notify(state: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(state);
}

struct Signals {
    term: tokio::signal::unix::Signal,
    int: tokio::signal::unix::Signal,
    hup: tokio::signal::unix::Signal,
}

enum Sign {
    End(Ended),
    Reload,
}

/// How standing by ended.
enum Stood {
    Publishes(PublisherLock),
    Ended(Ended),
}

impl Signals {
    fn new() -> Result<Self, Fault> {
        let on = |kind| signal(kind).map_err(|error| Fault::Broken(format!("no signals: {error}")));
        Ok(Self {
            term: on(SignalKind::terminate())?,
            int: on(SignalKind::interrupt())?,
            hup: on(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Sign {
        tokio::select! {
            _ = self.term.recv() => Sign::End(Ended::Told),
            _ = self.int.recv() => Sign::End(Ended::Interrupted),
            _ = self.hup.recv() => Sign::Reload,
        }
    }
}

/// Waits for the publisher's lock on a thread of its own, for as long as another process holds it.
async fn stand_by(
    store: &Store,
    signals: &mut Signals,
    app: &mut Arc<App>,
    reload: &Reload<'_>,
) -> Result<Stood, Fault> {
    let folder = store.folder();
    let io = |error| Fault::Io {
        path: folder.clone(),
        error,
    };
    if let Some(lock) = PublisherLock::take(&folder).map_err(io)? {
        return Ok(Stood::Publishes(lock));
    }
    let who = store
        .publisher()
        .map_or("another process".to_owned(), |(pid, _)| format!("process {pid}"));
    tracing::info!("Another Handbill ({who}) is publishing from this database. This one stands by.");
    let waiting = folder.clone();
    let (tell, told) = tokio::sync::oneshot::channel();
    // Not a blocking task of the runtime: its end would be waited for at shutdown.
    std::thread::spawn(move || tell.send(PublisherLock::wait(&waiting)));
    let mut beat = tokio::time::interval(Duration::from_secs(15));
    tokio::pin!(told);
    loop {
        tokio::select! {
            lock = &mut told => {
                let lock = lock.map_err(|_| Fault::Broken("the thread that waits for the lock ended".to_owned()))?.map_err(io)?;
                tracing::info!("This Handbill publishes now.");
                return Ok(Stood::Publishes(lock));
            }
            _ = beat.tick() => notify(&[NotifyState::Watchdog]),
            sign = signals.next() => match sign {
                Sign::End(ended) => {
                    notify(&[NotifyState::Stopping]);
                    return Ok(Stood::Ended(ended));
                }
                Sign::Reload => *app = read_again(app, reload),
            },
        }
    }
}

/// Reads the configuration again; one with mistakes is not taken.
fn read_again(old: &Arc<App>, reload: &Reload<'_>) -> Arc<App> {
    let reloading = NotifyState::monotonic_usec_now().map(|now| [NotifyState::Reloading, now]);
    if let Ok(states) = &reloading {
        notify(states);
    }
    let app = match reload() {
        Ok(app) => {
            tracing::info!("Read the configuration again: {} channels", app.config.channels.len());
            app
        }
        Err(fault) => {
            let words = Report::from(&fault).message;
            tracing::error!("The configuration was not taken, the old one goes on. {words}");
            old.clone()
        }
    };
    notify(&[NotifyState::Ready]);
    app
}

struct Daemon {
    app: Arc<App>,
    publisher: Publisher,
    polls: Polls,
    wake: Wake,
    alarm: Alarm,
    signals: Signals,
    watchdog: bool,
}

impl Daemon {
    async fn run(mut self, reload: &Reload<'_>) -> Result<Ended, Fault> {
        let mut troubled = false;
        loop {
            // The watchdog is fed from here, where the work is done, and from nowhere else.
            self.publisher.touch();
            if self.watchdog {
                notify(&[NotifyState::Watchdog]);
            }
            let sleep = match self.work().await {
                // There may be more to do at once; signals and answers are looked at in between.
                Ok(true) => None,
                Ok(false) => Some(pause(self.app.now(), self.publisher.look_at())),
                Err(fault @ Fault::Storage(Error::NotPublisher)) => return Err(fault),
                Err(fault) => {
                    if !troubled {
                        let words = Report::from(&fault).message;
                        tracing::error!(
                            "{words} Nothing more is sent until the database can be written; Handbill goes on by itself."
                        );
                    }
                    Some(TROUBLE)
                }
            };
            troubled = sleep == Some(TROUBLE);
            self.polls.begin(&self.app);
            let rest = self.alarm.after(sleep.unwrap_or(Duration::ZERO));
            tokio::select! {
                biased;
                sign = self.signals.next() => match sign {
                    Sign::Reload => self.reload(reload),
                    Sign::End(ended) => return self.end().await.map(|()| ended),
                },
                () = self.publisher.answered() => {}
                () = self.wake.changed() => self.publisher.wake(),
                () = self.polls.ended(&self.app) => {}
                () = rest => {}
            }
        }
    }

    async fn work(&mut self) -> Result<bool, Fault> {
        let done = self.publisher.advance().await?;
        if done || self.publisher.must_tell() {
            self.publisher.tell().await?;
        }
        Ok(done)
    }

    fn reload(&mut self, reload: &Reload<'_>) {
        self.app = read_again(&self.app, reload);
        self.publisher.reload(self.app.clone());
        self.polls.reload();
    }

    /// Lets calls in flight finish, and records what they bring.
    async fn end(mut self) -> Result<(), Fault> {
        notify(&[NotifyState::Stopping]);
        self.polls.stop();
        self.publisher.stop();
        let until = tokio::time::Instant::now() + GRACE;
        while self.publisher.is_busy() {
            tokio::select! {
                () = self.publisher.answered() => {}
                () = tokio::time::sleep_until(until) => {
                    tracing::warn!("Some calls did not end in {} s; they are looked up at the next start.", GRACE.as_secs());
                    return Ok(());
                }
            }
            if let Err(fault) = self.publisher.advance().await {
                tracing::error!(
                    "{} What was under way is looked up at the next start.",
                    Report::from(&fault).message
                );
                return Ok(());
            }
        }
        tracing::info!("Ended.");
        Ok(())
    }
}

const _: () = assert!(LOOK.as_secs() <= 15);
