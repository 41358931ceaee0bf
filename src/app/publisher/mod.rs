//! The publisher: claims, sends, settles and looks up. Only the process that holds the publisher's lock runs it.
//!
//! [`Publisher::advance`] is one transaction. It settles every answer that has come, lets each idle channel claim what
//! may go now, begins look-ups, and commits all of it at once; only then are the calls of the committed intents
//! begun. So commits are shared when many channels are busy, and a simulation can drive it step by step.

mod calls;
mod claim;
mod crash;
mod reconcile;
mod settle;
mod tell;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::{Id, JoinSet};

use self::calls::{Done, Outbound};
pub use self::calls::{converse, log_in};
use super::transition::{apply, apply_but};
use super::{App, Fault, lanes, network_of};
use crate::domain::delivery::{Act, Event, Means, State};
use crate::networks::{Effect, Facts, Session};
use crate::storage::{ChannelRow, Error, Filter, HoldRow, Order, PublisherLock, Row, Store, Tx};

/// After trouble with one channel's rows, that channel rests for this long.
const QUARANTINE: SignedDuration = SignedDuration::from_mins(1);
/// Facts older than this are asked for again.
const FACTS_AGE: SignedDuration = SignedDuration::from_hours(24);

/// What the publisher knows of a channel beside the database.
#[derive(Debug, Default)]
struct Post {
    /// Something may have changed: look now.
    dirty: bool,
    /// Look again at this instant.
    look_at: Option<Timestamp>,
    /// Calls under way: a delivery being sent, a login, a check.
    busy: bool,
    session: Option<Session>,
    session_at: Option<Timestamp>,
    /// The server was asked, or need not be.
    checked: bool,
    check_at: Option<Timestamp>,
    check_tries: u32,
    quarantine: Option<Timestamp>,
}

impl Post {
    /// Whether nothing is begun here, after trouble with its rows.
    fn rests(&self, now: Timestamp) -> bool {
        self.quarantine.is_some_and(|until| now < until)
    }

    /// Begins nothing here for a while.
    fn rest(&mut self, until: Option<Timestamp>) {
        self.quarantine = until;
        self.look_at = until;
    }
}

/// One thing to do in a transaction.
#[derive(Clone, Debug)]
enum Work {
    Settle(Box<Done>),
    Channel(String),
    /// A task is gone without an answer, and its socket with it.
    Gone(i64),
    Look,
}

/// What to do when the transaction has been committed.
#[derive(Debug, Default)]
struct After {
    calls: Vec<Outbound>,
    looks: BTreeMap<String, Option<Timestamp>>,
    dirty: BTreeSet<String>,
    idle: BTreeSet<String>,
    /// Servers that could not be asked.
    rechecks: Vec<String>,
    /// Sessions that the server no longer takes.
    stale: BTreeSet<String>,
    sessions: Vec<(String, Session)>,
    unknown: bool,
    /// Something was written into the outbox.
    told: bool,
    next_unknown: Option<Option<Timestamp>>,
}

/// See the module's text.
pub struct Publisher {
    app: Arc<App>,
    store: Store,
    lock: PublisherLock,
    epoch: i64,
    /// Only deliveries of this post, for `add --wait` without a daemon.
    only: Option<i64>,
    channels: BTreeMap<String, Post>,
    tasks: JoinSet<Done>,
    /// Which delivery a task is for.
    under_way: HashMap<Id, Option<(i64, String)>>,
    inbox: Vec<Work>,
    /// Answers that could not be recorded, and when that is tried again.
    put_off: Vec<(Timestamp, Work)>,
    looking: BTreeSet<i64>,
    /// The configuration is new: every unknown is looked at again.
    look_again: bool,
    unknown_dirty: bool,
    unknown_at: Option<Timestamp>,
    /// Something is to be told then that a machine may settle before.
    tell_at: Option<Timestamp>,
    holds: Option<(i64, Vec<HoldRow>)>,
    stopping: bool,
    /// Time since boot at the first intent of a delivery's present key, as far as this process made it.
    first_boots: HashMap<i64, Duration>,
}

impl Publisher {
    /// Takes over publishing: ends every attempt of earlier publishers and leaves nothing `sending`.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn take_over(
        app: Arc<App>,
        mut store: Store,
        lock: PublisherLock,
        only: Option<i64>,
    ) -> Result<Self, Fault> {
        let clock = app.clock.clone();
        let mut tx = store.begin(&|| clock.now()).await?;
        let epoch = tx.new_epoch().await?;
        tx.end_all_attempts().await?;
        if only.is_none() {
            tx.look_at_all_unknown().await?;
        }
        for id in tx.sending().await? {
            let Some(mut row) = tx.delivery(id).await? else {
                continue;
            };
            let chan = tx.channel(&row.channel).await?;
            let means = means(&app, &chan, &row)?;
            let event = Event::TakenOver {
                retry_at: tx.now,
                means,
            };
            if let Err(refused) = apply(&mut tx, &mut row, &event, "handbill").await? {
                return Err(Fault::Broken(format!(
                    "{} cannot be taken over: {refused:?}",
                    row.name()
                )));
            }
            tracing::info!("{} was under way and is being looked up", row.name());
        }
        tx.commit().await?;
        let app_now = app.now();
        let mut publisher = Self {
            app,
            store,
            lock,
            epoch,
            only,
            channels: BTreeMap::new(),
            tasks: JoinSet::new(),
            under_way: HashMap::new(),
            inbox: Vec::new(),
            put_off: Vec::new(),
            looking: BTreeSet::new(),
            look_again: false,
            unknown_dirty: true,
            // What an earlier publisher could not say any more.
            tell_at: Some(app_now),
            unknown_at: None,
            holds: None,
            stopping: false,
            first_boots: HashMap::new(),
        };
        publisher.use_config();
        if let Some(post) = only {
            publisher.leave_others(post).await?;
        }
        Ok(publisher)
    }

    /// Looks only at the channels of one post.
    async fn leave_others(&mut self, post: i64) -> Result<(), Fault> {
        let filter = Filter {
            post: Some(post),
            ..Filter::default()
        };
        let rows = self
            .store
            .read(self.app.now())
            .await?
            .deliveries(&filter, Order::Id)
            .await?;
        self.channels
            .retain(|name, _| rows.iter().any(|row| &row.channel == name));
        Ok(())
    }

    fn use_config(&mut self) {
        let mut old = std::mem::take(&mut self.channels);
        for channel in &self.app.config.channels {
            let mut post = old.remove(&channel.name).unwrap_or_default();
            post.dirty = true;
            self.channels.insert(channel.name.clone(), post);
        }
        self.unknown_dirty = true;
    }

    /// Goes on under a new configuration. Sessions are forgotten and every channel is asked anew.
    pub fn reload(&mut self, app: Arc<App>) {
        self.app = app;
        self.look_again = true;
        for post in self.channels.values_mut() {
            post.session = None;
            post.checked = false;
            post.check_at = None;
        }
        self.use_config();
    }

    /// The database's row of a published or waiting world: for callers that read beside the publisher.
    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Something in the database changed: every channel is looked at again.
    pub fn wake(&mut self) {
        for post in self.channels.values_mut() {
            post.dirty = true;
        }
        self.unknown_dirty = true;
    }

    /// Begins nothing more; calls under way are let finish.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Shows that the clock was looked at.
    pub fn touch(&self) {
        self.lock.touch();
    }

    /// Whether calls are under way or answers wait to be settled.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !self.tasks.is_empty() || !self.inbox.is_empty() || (!self.stopping && !self.put_off.is_empty())
    }

    /// The next instant at which there may be something to do. `None`: only when something changes.
    #[must_use]
    pub fn look_at(&self) -> Option<Timestamp> {
        let now = self.app.now();
        if !self.inbox.is_empty()
            || (!self.stopping && self.channels.values().any(|p| p.dirty && !p.busy && !p.rests(now)))
            || self.unknown_dirty
        {
            return Some(now);
        }
        let channels = self
            .channels
            .values()
            .filter(|post| !post.busy)
            .flat_map(|post| [post.look_at, post.check_at]);
        let put_off = self.put_off.iter().map(|(at, _)| Some(*at));
        channels
            .chain([self.unknown_at, self.tell_at.filter(|at| *at > now)])
            .chain(put_off)
            .flatten()
            .min()
    }

    /// Waits until a call is over. Pending for ever where none is under way.
    pub async fn answered(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(result) => self.take(result),
            None => std::future::pending().await,
        }
        while let Some(result) = self.tasks.try_join_next_with_id() {
            self.take(result);
        }
    }

    fn take(&mut self, result: Result<(Id, Done), tokio::task::JoinError>) {
        match result {
            Ok((id, done)) => {
                self.under_way.remove(&id);
                if let Done::Looked { look, .. } = &done {
                    self.looking.remove(&look.delivery);
                }
                self.inbox.push(Work::Settle(Box::new(done)));
            }
            Err(error) => {
                // The task is gone, and its socket was closed with it.
                tracing::error!("Handbill met something it does not understand: {error}");
                match self.under_way.remove(&error.id()).flatten() {
                    Some((delivery, channel)) => {
                        self.inbox.push(Work::Gone(delivery));
                        self.free(&channel);
                    }
                    None => {
                        self.looking.clear();
                        self.wake();
                    }
                }
            }
        }
    }

    fn free(&mut self, channel: &str) {
        if let Some(post) = self.channels.get_mut(channel) {
            post.busy = false;
            post.dirty = true;
        }
    }

    /// Does everything that can be done now, in one transaction, and begins the calls that it allows. `false`: there
    /// was nothing to do.
    ///
    /// # Errors
    /// [`Fault::Storage`] where nothing can be written, or this process is no longer the publisher. Answers are kept.
    pub async fn advance(&mut self) -> Result<bool, Fault> {
        let now = self.app.now();
        let mut work = std::mem::take(&mut self.inbox);
        work.extend(self.put_off.extract_if(.., |(at, _)| *at <= now).map(|(_, item)| item));
        if !self.stopping {
            work.extend(self.due_channels(now).into_iter().map(Work::Channel));
            if self.unknown_dirty || self.unknown_at.is_some_and(|at| at <= now) {
                work.push(Work::Look);
            }
        }
        if work.is_empty() {
            return Ok(false);
        }
        match self.run(&work).await {
            Ok(after) => self.after(after).await?,
            Err(fault) => self.one_by_one(work, fault).await?,
        }
        Ok(true)
    }

    fn due_channels(&mut self, now: Timestamp) -> Vec<String> {
        let due = |post: &Post| {
            !post.busy
                && !post.rests(now)
                && (post.dirty || post.look_at.is_some_and(|at| at <= now) || post.check_at.is_some_and(|at| at <= now))
        };
        let names = self
            .channels
            .iter()
            .filter(|(_, post)| due(post))
            .map(|(name, _)| name.clone())
            .collect();
        for post in self.channels.values_mut().filter(|post| due(post)) {
            post.dirty = false;
        }
        names
    }

    /// A transaction of several failed: each by itself, so that one bad row stops only its own channel.
    async fn one_by_one(&mut self, work: Vec<Work>, fault: Fault) -> Result<(), Fault> {
        if is_fatal(&fault) {
            self.keep(work);
            return Err(fault);
        }
        let mut work = work.into_iter();
        while let Some(item) = work.next() {
            match self.run(std::slice::from_ref(&item)).await {
                Ok(after) => self.after(after).await?,
                Err(fault) if is_fatal(&fault) => {
                    self.keep(std::iter::once(item).chain(work).collect());
                    return Err(fault);
                }
                Err(fault) => self.quarantine(item, &fault),
            }
        }
        Ok(())
    }

    fn keep(&mut self, work: Vec<Work>) {
        for item in work {
            match item {
                Work::Channel(name) => self.dirty(&name),
                Work::Look => self.unknown_dirty = true,
                answer => self.inbox.push(answer),
            }
        }
    }

    fn dirty(&mut self, name: &str) {
        if let Some(post) = self.channels.get_mut(name) {
            post.dirty = true;
        }
    }

    fn quarantine(&mut self, item: Work, fault: &Fault) {
        let words = crate::report::Report::from(fault);
        tracing::error!("Handbill met something it does not understand: {}", words.message);
        let until = self.app.now().checked_add(QUARANTINE).ok();
        let name = match &item {
            Work::Channel(name) => Some(name.clone()),
            Work::Settle(done) => done.channel().map(str::to_owned),
            Work::Gone(_) => None,
            Work::Look => {
                self.unknown_at = until;
                self.unknown_dirty = false;
                None
            }
        };
        if let Some(post) = name.and_then(|name| self.channels.get_mut(&name)) {
            post.rest(until);
        }
        // An answer is never thrown away: it is tried again after a rest.
        if let (Work::Settle(_) | Work::Gone(_), Some(until)) = (&item, until) {
            self.put_off.push((until, item));
        }
    }

    async fn run(&mut self, work: &[Work]) -> Result<After, Fault> {
        let mut after = After::default();
        let app = self.app.clone();
        let clock = app.clock.clone();
        let boot = app.clock.boot();
        let mut tx = self.store.begin_as(self.epoch, &|| clock.now()).await?;
        let holds = match &self.holds {
            // Holds that end by themselves change nothing here: a lane reads their end.
            Some((seq, holds)) if *seq == tx.hold_seq => holds.clone(),
            _ => {
                let holds = lanes::holds(&mut tx, &app).await?;
                self.holds = Some((tx.hold_seq, holds.clone()));
                holds
            }
        };
        let mut cx = Cx {
            app: &app,
            tx,
            after: &mut after,
            channels: &self.channels,
            holds,
            boot,
            only: self.only,
            stopping: self.stopping,
            first_boots: &self.first_boots,
            rows: BTreeMap::new(),
        };
        for item in work {
            match item {
                Work::Settle(done) => settle::settle(&mut cx, done).await?,
                Work::Gone(delivery) => settle::gone(&mut cx, *delivery).await?,
                Work::Channel(_) if self.stopping => {}
                Work::Channel(name) => claim::channel(&mut cx, name).await?,
                Work::Look => {
                    if std::mem::take(&mut self.look_again) {
                        cx.tx.look_at_all_unknown().await?;
                    }
                    reconcile::look(&mut cx, &self.looking).await?;
                }
            }
        }
        if !self.stopping {
            next_turns(&mut cx).await?;
        }
        crash::point("before-commit");
        let tx = cx.tx;
        tx.commit().await?;
        crash::point("after-commit");
        Ok(after)
    }

    /// What follows a commit: memory first, then the calls.
    async fn after(&mut self, after: After) -> Result<(), Fault> {
        for name in &after.stale {
            if let Some(post) = self.channels.get_mut(name) {
                post.session_at = None;
            }
        }
        let now = self.app.now();
        for (name, session) in after.sessions {
            if let Some(post) = self.channels.get_mut(&name) {
                post.session = Some(session);
                post.session_at = Some(now);
            }
        }
        for (name, at) in after.looks {
            if let Some(post) = self.channels.get_mut(&name) {
                post.look_at = at;
            }
        }
        for name in &after.idle {
            if let Some(post) = self.channels.get_mut(name) {
                post.busy = false;
            }
        }
        for name in &after.dirty {
            self.dirty(name);
        }
        if let Some(at) = after.next_unknown {
            self.unknown_at = at;
            self.unknown_dirty = false;
        }
        for name in &after.rechecks {
            if let Some(post) = self.channels.get_mut(name) {
                let minutes = 1i64 << post.check_tries.min(4);
                post.check_tries += 1;
                post.check_at = now.checked_add(SignedDuration::from_mins(minutes.min(15))).ok();
            }
        }
        self.unknown_dirty |= after.unknown;
        if after.told {
            self.tell_at = Some(now);
        }
        for outbound in after.calls {
            if let Outbound::Call {
                ticket,
                boot,
                resend: false,
                ..
            } = &outbound
                && ticket.visible
            {
                self.first_boots.insert(ticket.delivery, *boot);
            }
            let sending = outbound.sending();
            if let Err(fault) = self.begin(outbound).await {
                tracing::error!("{}", crate::report::Report::from(&fault).message);
                let Some((delivery, channel)) = sending else { continue };
                // It was never begun: as if its task were gone.
                self.inbox.push(Work::Gone(delivery));
                self.free(&channel);
                if let Some(post) = self.channels.get_mut(&channel) {
                    post.rest(now.checked_add(QUARANTINE).ok());
                }
            }
        }
        Ok(())
    }
}

/// A channel whose call has just been settled takes its next turn in the same transaction: one commit a delivery.
async fn next_turns(cx: &mut Cx<'_, '_>) -> Result<(), Fault> {
    let idle: Vec<String> = cx.after.idle.iter().cloned().collect();
    for name in idle {
        let rests = cx.channels.get(&name).is_none_or(|post| post.rests(cx.tx.now));
        let under_way = cx.after.calls.iter().any(|call| call.occupies() == Some(name.as_str()));
        // A session that came or went is in memory only after the commit.
        let session = cx.after.stale.contains(&name) || cx.after.sessions.iter().any(|(of, _)| of == &name);
        if rests || under_way || session {
            cx.after.dirty.insert(name);
        } else {
            cx.after.dirty.remove(&name);
            claim::channel(cx, &name).await?;
        }
    }
    Ok(())
}

/// What the steps of one transaction share.
struct Cx<'a, 't> {
    app: &'a Arc<App>,
    tx: Tx<'t>,
    after: &'a mut After,
    channels: &'a BTreeMap<String, Post>,
    holds: Vec<HoldRow>,
    /// Time since boot, read before the transaction: from here `fresh` is counted.
    boot: Duration,
    only: Option<i64>,
    /// Nothing more is begun.
    stopping: bool,
    first_boots: &'a HashMap<i64, Duration>,
    rows: BTreeMap<String, ChannelRow>,
}

impl Cx<'_, '_> {
    /// What is known of a channel; read once a transaction.
    async fn channel_row(&mut self, name: &str) -> Result<ChannelRow, Fault> {
        if let Some(row) = self.rows.get(name) {
            return Ok(row.clone());
        }
        let row = self.tx.channel(name).await?;
        self.rows.insert(name.to_owned(), row.clone());
        Ok(row)
    }

    /// How the delivery's network settles a lost answer.
    async fn means(&mut self, row: &Row) -> Result<Means, Fault> {
        let app = self.app.clone();
        let chan = self.channel_row(&row.channel).await?;
        means(&app, &chan, row)
    }

    /// As [`Cx::apply`], where the attempt's end and evidence have been written with its answer already.
    async fn apply_settled(&mut self, row: &mut Row, event: &Event, attempt: i64) -> Result<bool, Fault> {
        self.happen(row, event, Some(attempt)).await
    }

    async fn apply(&mut self, row: &mut Row, event: &Event) -> Result<bool, Fault> {
        self.happen(row, event, None).await
    }

    async fn happen(&mut self, row: &mut Row, event: &Event, settled: Option<i64>) -> Result<bool, Fault> {
        let was = row.d.state;
        let result = apply_but(&mut self.tx, row, event, "handbill", settled).await?;
        if let Err(refused) = &result {
            tracing::warn!("{}: {event:?} was refused: {refused:?}", row.name());
        }
        if result.as_ref().is_ok_and(|acts| acts.contains(&Act::Disconnect)) {
            self.rows.remove(&row.channel);
            super::channels::disconnect(&mut self.tx, self.app, row).await?;
        }
        self.after.unknown |= row.d.state == State::Unknown;
        self.after.told |= result
            .as_ref()
            .is_ok_and(|acts| acts.iter().any(|act| matches!(act, Act::Tell(_) | Act::Disconnect)));
        if was != row.d.state {
            self.after.dirty.insert(row.channel.clone());
        }
        Ok(result.is_ok())
    }

    /// Whether the key of a resend has died by the clock that no setting moves. The wall clock may have been put back.
    fn key_is_dead(&self, delivery: i64, effect: Effect) -> bool {
        let (Effect::Keyed { ttl: Some(ttl) }, Some(first)) = (effect, self.first_boots.get(&delivery)) else {
            return false;
        };
        let life = lanes::key_life(self.app, ttl);
        SignedDuration::try_from(self.boot.saturating_sub(*first)).is_ok_and(|age| age >= life)
    }

    /// Full jitter over an exponential bound: nobody knows better when a troubled server is well again.
    fn back_off(&self, tries: i64, at_least: Option<Timestamp>) -> Timestamp {
        let times = &self.app.config.delivery;
        let doublings = u32::try_from(tries.clamp(0, 20)).unwrap_or(20);
        let first = times.retry_first.as_millis().max(1);
        let bound = first
            .saturating_mul(1i128 << doublings)
            .min(times.retry_max.as_millis().max(1));
        let bound = u128::try_from(bound).unwrap_or(1);
        let ms = i64::try_from(self.app.random.next() % bound + 1).unwrap_or(1000);
        let at = self
            .tx
            .now
            .checked_add(SignedDuration::from_millis(ms))
            .unwrap_or(Timestamp::MAX);
        match at_least {
            Some(least) if least > self.tx.now => least,
            _ => at,
        }
    }
}

fn is_fatal(fault: &Fault) -> bool {
    matches!(fault, Fault::Storage(Error::NotPublisher | Error::Full | Error::Busy))
}

/// How the delivery's network settles a lost answer.
fn means(app: &App, chan: &ChannelRow, row: &Row) -> Result<Means, Fault> {
    match app.find_channel(&row.channel) {
        Some(channel) => means_of(channel, &lanes::facts(chan)),
        // The channel was taken out of the configuration: only looking could tell, and nobody can look.
        None => Ok(Means {
            keyed: false,
            finds: false,
        }),
    }
}

fn means_of(channel: &crate::config::Channel, facts: &Facts) -> Result<Means, Fault> {
    let recovery = network_of(channel)?.recovery(facts);
    Ok(Means {
        keyed: matches!(recovery.effect, Effect::Keyed { .. }),
        finds: recovery.finds,
    })
}
