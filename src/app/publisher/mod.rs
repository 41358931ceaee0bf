//! The publisher: claims, sends, settles and looks up. Only the process that holds the publisher's lock runs it.
//!
//! [`Publisher::advance`] is one transaction. It settles every answer that has come, lets each idle channel claim what
//! may go now, begins look-ups, and commits all of it at once; only then are the calls of the committed intents
//! begun. So commits are shared when many channels are busy, and a simulation can drive it step by step.

mod calls;
mod claim;
pub(in crate::app) mod crash;
mod cx;
mod frozen;
mod link;
mod post;
mod reconcile;
mod settle;
mod tell;
#[cfg(test)]
mod tests;
mod trouble;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::{Id, JoinSet};

use self::calls::{Done, Errand, Outbound};
use self::cx::{Cx, means, next_turns};
use self::link::Seen;
use self::post::Post;
use self::trouble::QUARANTINE;
use super::transition::apply;
use super::{App, Fault, lanes};
use crate::domain::delivery::Event;
use crate::networks::Session;
use crate::storage::{Filter, HoldRow, Order, PublisherLock, Store};

/// Facts older than this are asked for again.
const FACTS_AGE: SignedDuration = SignedDuration::from_hours(24);

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
    /// Links that were looked at: the post, what was seen.
    linked: Vec<(i64, Seen)>,
    /// The channels that waited for them.
    waited: BTreeSet<String>,
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
    touched: Option<Duration>,
    epoch: i64,
    /// Only deliveries of this post, for `add --wait` without a daemon.
    only: Option<i64>,
    channels: BTreeMap<String, Post>,
    tasks: JoinSet<Done>,
    /// What each task is for.
    under_way: HashMap<Id, Errand>,
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
    links: HashMap<i64, Seen>,
    /// The channels that wait for what is seen of a post's link: one look for all of them.
    links_asked: HashMap<(i64, String), Vec<String>>,
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
            touched: None,
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
            links: HashMap::new(),
            links_asked: HashMap::new(),
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
    pub fn touch(&mut self) {
        let now = self.app.clock.boot();
        if self
            .touched
            .is_none_or(|at| now.saturating_sub(at) >= Duration::from_secs(1))
        {
            self.touched = Some(now);
            self.lock.touch();
        }
    }

    /// Whether calls are under way or answers wait to be settled. An answer that could not be recorded and was put off
    /// is neither: [`Publisher::look_at`] says when it is tried again, and the next take-over looks it up otherwise.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !self.tasks.is_empty() || !self.inbox.is_empty()
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
            Ok((id, mut done)) => {
                self.under_way.remove(&id);
                match &mut done {
                    Done::Looked { look, .. } => _ = self.looking.remove(&look.delivery),
                    Done::Linked { channels, post, seen } => *channels = self.waited(*post, seen),
                    Done::Answered { .. } | Done::LoggedIn { .. } | Done::Checked { .. } => {}
                }
                self.inbox.push(Work::Settle(Box::new(done)));
            }
            Err(error) => {
                // The task is gone, and its socket was closed with it.
                tracing::error!("Handbill met something it does not understand: {error}");
                match self.under_way.remove(&error.id()) {
                    Some(Errand::Send(delivery, channel)) => {
                        self.inbox.push(Work::Gone(delivery));
                        self.free(&channel);
                    }
                    Some(Errand::Link(of)) => self.link_lost(&of),
                    Some(Errand::Check { channel, waits }) => self.check_lost(&channel, waits),
                    Some(Errand::Look) | None => {
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
            links: &self.links,
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
        if !after.linked.is_empty() {
            self.links.retain(|_, seen| seen.is_fresh(now));
            self.links.extend(after.linked);
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
