//! What the steps of one transaction share, and how something happens to a delivery in it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::link::Seen;
use super::{After, Post, claim};
use crate::app::transition::apply_but;
use crate::app::{App, Fault, lanes, network_of};
use crate::domain::delivery::{Act, Event, Means, State};
use crate::networks::{Effect, Facts};
use crate::storage::{ChannelRow, Error, HoldRow, Row, Tx};

/// A channel whose call has just been settled takes its next turn in the same transaction: one commit a delivery.
pub(super) async fn next_turns(cx: &mut Cx<'_, '_>) -> Result<(), Fault> {
    let idle: Vec<String> = cx.after.idle.iter().cloned().collect();
    for name in idle {
        let rests = cx.channels.get(&name).is_none_or(|post| post.rests(cx.tx.now));
        let under_way = cx.after.calls.iter().any(|call| call.occupies() == Some(name.as_str()));
        // A session that came or went is in memory only after the commit. And the channels that waited for one link go
        // on one by one, so that a bad row of one stops no other.
        let session = cx.after.stale.contains(&name) || cx.after.sessions.iter().any(|(of, _)| of == &name);
        let linked = cx.after.waited.contains(&name);
        if rests || under_way || session || linked {
            cx.after.dirty.insert(name);
        } else {
            cx.after.dirty.remove(&name);
            claim::channel(cx, &name).await?;
        }
    }
    Ok(())
}

/// What the steps of one transaction share.
pub(super) struct Cx<'a, 't> {
    pub(super) app: &'a Arc<App>,
    pub(super) tx: Tx<'t>,
    pub(super) after: &'a mut After,
    pub(super) channels: &'a BTreeMap<String, Post>,
    pub(super) holds: Vec<HoldRow>,
    /// Time since boot, read before the transaction: from here `fresh` is counted.
    pub(super) boot: Duration,
    pub(super) only: Option<i64>,
    /// Nothing more is begun.
    pub(super) stopping: bool,
    pub(super) first_boots: &'a HashMap<i64, Duration>,
    /// What was seen of posts' links.
    pub(super) links: &'a HashMap<i64, Seen>,
    pub(super) rows: BTreeMap<String, ChannelRow>,
}

impl Cx<'_, '_> {
    /// What is known of a channel; read once a transaction.
    pub(super) async fn channel_row(&mut self, name: &str) -> Result<ChannelRow, Fault> {
        if let Some(row) = self.rows.get(name) {
            return Ok(row.clone());
        }
        let row = self.tx.channel(name).await?;
        self.rows.insert(name.to_owned(), row.clone());
        Ok(row)
    }

    /// How the delivery's network settles a lost answer.
    pub(super) async fn means(&mut self, row: &Row) -> Result<Means, Fault> {
        let app = self.app.clone();
        let chan = self.channel_row(&row.channel).await?;
        means(&app, &chan, row)
    }

    /// As [`Cx::apply`], where the attempt's end and evidence have been written with its answer already.
    pub(super) async fn apply_settled(&mut self, row: &mut Row, event: &Event, attempt: i64) -> Result<bool, Fault> {
        self.happen(row, event, Some(attempt)).await
    }

    pub(super) async fn apply(&mut self, row: &mut Row, event: &Event) -> Result<bool, Fault> {
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
            crate::app::channels::disconnect(&mut self.tx, self.app, row).await?;
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
    pub(super) fn key_is_dead(&self, delivery: i64, effect: Effect) -> bool {
        let (Effect::Keyed { ttl: Some(ttl) }, Some(first)) = (effect, self.first_boots.get(&delivery)) else {
            return false;
        };
        let life = lanes::key_life(self.app, ttl);
        SignedDuration::try_from(self.boot.saturating_sub(*first)).is_ok_and(|age| age >= life)
    }

    /// Full jitter over an exponential bound: nobody knows better when a troubled server is well again.
    pub(super) fn back_off(&self, tries: i64, at_least: Option<Timestamp>) -> Timestamp {
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

pub(super) fn is_fatal(fault: &Fault) -> bool {
    matches!(fault, Fault::Storage(Error::NotPublisher | Error::Full | Error::Busy))
}

/// How the delivery's network settles a lost answer.
pub(super) fn means(app: &App, chan: &ChannelRow, row: &Row) -> Result<Means, Fault> {
    match app.find_channel(&row.channel) {
        Some(channel) => means_of(channel, &lanes::facts(chan)),
        // The channel was taken out of the configuration: only looking could tell, and nobody can look.
        None => Ok(Means {
            keyed: false,
            finds: false,
        }),
    }
}

pub(super) fn means_of(channel: &crate::config::Channel, facts: &Facts) -> Result<Means, Fault> {
    let recovery = network_of(channel)?.recovery(facts);
    Ok(Means {
        keyed: matches!(recovery.effect, Effect::Keyed { .. }),
        finds: recovery.finds,
    })
}
