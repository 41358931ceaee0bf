//! The loop around the publisher: sleep until the next thing due, look at the clock at least every 15 seconds, wake
//! when another process changes the queue.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::publisher::Publisher;
use super::sources::{self, Polled};
use super::view::DeliveryView;
use super::{App, Fault};
use crate::domain::delivery::State;
use crate::domain::lane::Timing;
use crate::fetch::DEADLINE;
use crate::storage::{Filter, Order, PublisherLock, Row, Store, Take};

/// A timer does not see the clock being set, nor the machine being suspended: so the clock is read this often.
pub const LOOK: SignedDuration = SignedDuration::from_secs(15);

/// How long to sleep before the next look at the clock.
#[must_use]
pub fn pause(now: Timestamp, next: Option<Timestamp>) -> Duration {
    let pause = next.map_or(LOOK, |next| next.duration_since(now).min(LOOK));
    Duration::try_from(pause).unwrap_or(Duration::ZERO)
}

/// What `run --once` did.
#[derive(Clone, Debug, Default)]
pub struct Once {
    /// Every delivery that it touched, as it stands now.
    pub rows: Vec<Row>,
    /// The sources that were due.
    pub polled: Vec<Polled>,
    /// Another process publishes, and the work was left to it.
    pub left: bool,
}

impl Once {
    /// How many are in a state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|row| row.d.state == state).count()
    }

    /// How many were tried, and are tried again later.
    #[must_use]
    pub fn retrying(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.d.state == State::Pending && row.d.retry_at.is_some())
            .count()
    }
}

/// Asks the sources that are due, all within the time of one call; does what is due and reconciles; waits for nothing
/// that is due later. Takes the publisher's lock for its time, or leaves the work to its holder.
///
/// # Errors
/// Where the database cannot be read or written.
pub async fn once(app: &Arc<App>, mut store: Store) -> Result<Once, Fault> {
    let lock = PublisherLock::take(&store.folder()).map_err(|error| Fault::Io {
        path: store.folder(),
        error,
    })?;
    let Some(lock) = lock else {
        return Ok(Once {
            left: true,
            ..Once::default()
        });
    };
    let polled = if app.config.sources.is_empty() {
        Vec::new()
    } else {
        sources::round(app, &mut store, Some(Instant::now() + DEADLINE))
            .await
            .polled
    };
    let before = marks(app, &mut store).await?;
    super::rezone::rezone(app, &mut store).await?;
    let mut publisher = Publisher::take_over(app.clone(), store, lock, None).await?;
    while !settled(app, &publisher) {
        step(app, &mut publisher).await?;
    }
    publisher.tell().await?;
    let rows = touched(app, publisher.store(), &before).await?;
    Ok(Once {
        rows,
        polled,
        left: false,
    })
}

/// One turn: everything that can be done now, then a wait until a call is over or there is more to do.
async fn step(app: &App, publisher: &mut Publisher) -> Result<(), Fault> {
    if publisher.advance().await? {
        return Ok(());
    }
    let now = app.now();
    let rest = pause(now, publisher.look_at().map(|at| at.max(now)));
    tokio::select! {
        () = publisher.answered() => {}
        () = tokio::time::sleep(rest) => {}
    }
    Ok(())
}

fn settled(app: &App, publisher: &Publisher) -> bool {
    !publisher.is_busy() && publisher.look_at().is_none_or(|at| at > app.now())
}

/// A delivery with what can change of it: its attempts, its state, and when something went wrong last.
type Mark = (i64, i64, State, Option<Timestamp>);

/// What can change in a run: every delivery that is not at rest, with its attempts and state.
async fn marks(app: &App, store: &mut Store) -> Result<Vec<Mark>, Fault> {
    let states = vec![State::Pending, State::Sending, State::Unknown];
    let mut tx = store.read(app.now()).await?;
    let rows = tx
        .deliveries(
            &Filter {
                states,
                ..Filter::default()
            },
            Order::Id,
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| (row.d.id, row.attempts, row.d.state, trouble_at(row)))
        .collect())
}

fn trouble_at(row: &Row) -> Option<Timestamp> {
    // A dead link keeps the time since which it is dead.
    let next = row.d.dead_link().and(row.d.retry_at);
    next.or(row.d.trouble.as_ref().map(|trouble| trouble.at))
}

async fn touched(app: &App, store: &mut Store, before: &[Mark]) -> Result<Vec<Row>, Fault> {
    let mut tx = store.read(app.now()).await?;
    let mut list = Vec::new();
    for (id, attempts, state, trouble) in before {
        let Some(row) = tx.delivery(*id).await? else { continue };
        let moved = row.attempts != *attempts || row.d.state != *state || trouble_at(&row) != *trouble;
        if moved || row.d.state == State::Unknown {
            list.push(row);
        }
    }
    Ok(list)
}

/// How long `--wait` waits for a delivery that is tried again and again.
const WAIT_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Waits until every delivery of a post has an outcome, or needs a person, or is tried again only later. Publishes
/// itself where no other process does. Where `stop` comes first, begins nothing more, and waits for what is under way;
/// the second value says so.
///
/// # Errors
/// Where the database cannot be read or written.
pub async fn wait(
    app: &Arc<App>,
    mut store: Store,
    post: i64,
    stop: impl Future<Output = ()>,
) -> Result<(Store, bool), Fault> {
    tokio::pin!(stop);
    let mut stopped = false;
    let until = app.now().checked_add(WAIT_MAX).unwrap_or(Timestamp::MAX);
    let mut publisher: Option<Publisher> = None;
    let mut seen = None;
    loop {
        if publisher.is_none() {
            let folder = store.folder();
            if let Some(lock) = PublisherLock::take(&folder).map_err(|error| Fault::Io { path: folder, error })? {
                let own = Store::open(&app.database, Take::Existing).await?;
                publisher = Some(Publisher::take_over(app.clone(), own, lock, Some(post)).await?);
            }
        }
        if let Some(publisher) = &mut publisher {
            while publisher.advance().await? {}
        }
        let now = app.now();
        if has_outcome(app, &mut store, post, &mut seen).await? || now > until {
            break;
        }
        let nap = tokio::time::sleep(Duration::from_millis(20));
        match &mut publisher {
            Some(publisher) => {
                let pause = pause(now, publisher.look_at().map(|at| at.max(now)));
                tokio::select! {
                    () = &mut stop => stopped = true,
                    () = publisher.answered() => {}
                    () = tokio::time::sleep(pause.max(Duration::from_millis(1))) => {}
                }
            }
            None => tokio::select! {
                () = &mut stop => stopped = true,
                () = nap => {}
            },
        }
        if stopped {
            break;
        }
    }
    if let Some(mut publisher) = publisher {
        // The lock is given back only when every call has ended.
        publisher.stop();
        while publisher.is_busy() {
            publisher.answered().await;
            publisher.advance().await?;
        }
    }
    Ok((store, stopped))
}

/// What is further ahead than this is not waited for, unless it was set for now.
const SOON: SignedDuration = SignedDuration::from_secs(30);

/// Whether `--wait` waits for a delivery that is pending: nothing but the clock keeps it, and not for long.
#[must_use]
pub fn is_soon(d: &DeliveryView, now: Timestamp) -> bool {
    let soon = now.checked_add(SOON).unwrap_or(Timestamp::MAX);
    // The time to think better of it may be longer than that.
    let planned = d
        .row
        .due
        .as_ref()
        .filter(|_| d.row.timing == Timing::Now)
        .map(|due| due.at);
    let shut = d.blocked.iter().any(|b| !b.gate.passes());
    let goes = d
        .time
        .is_some_and(|at| at <= planned.map_or(soon, |planned| planned.max(soon)));
    !shut && goes && d.row.d.retry_at.is_none_or(|at| at <= soon)
}

/// After so many tries `--wait` leaves the rest to the daemon.
const TRIES: i64 = 3;

/// Looks only when the database has changed since the last look: the forecast of a long queue costs something.
async fn has_outcome(app: &App, store: &mut Store, post: i64, seen: &mut Option<i64>) -> Result<bool, Fault> {
    let version = store.data_version().await?;
    if *seen == Some(version) {
        return Ok(false);
    }
    *seen = Some(version);
    let mut tx = store.read(app.now()).await?;
    let shown = super::view::post(&mut tx, app, post).await?;
    let now = tx.now;
    let soon = now.checked_add(SOON).unwrap_or(Timestamp::MAX);
    Ok(shown.deliveries.iter().all(|d| match d.row.d.state {
        State::Sending => false,
        // Tried often enough for somebody who sits and waits.
        State::Unknown | State::Pending if d.row.attempts >= TRIES => true,
        // A look by machine may still tell.
        State::Unknown => d.row.d.retry_at.is_none_or(|at| at > soon),
        State::Pending => !is_soon(d, now),
        _ => true,
    }))
}
