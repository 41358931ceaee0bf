//! A channel's lane: its configuration, what is known of it, its holds and its used slots, put together for planning.

use jiff::{SignedDuration, Timestamp};

use super::{App, Fault, network_of};
use crate::config::{Channel, FRESH, KEY_MARGIN};
use crate::domain::lane::{Hold, Lane, Timing, Waiting};
use crate::domain::lint::{Level, Rule};
use crate::networks::{Effect, Facts};
use crate::storage::{ChannelRow, HoldRow, Result, Scope, Tx};

/// The longest gap that a zone's clock ever made, and more: slot keys show wall time.
const WALL_SLACK: SignedDuration = SignedDuration::from_hours(27);

/// What was stored of a channel's server; nothing where it was never asked or cannot be read any more.
#[must_use]
pub fn facts(row: &ChannelRow) -> Facts {
    row.facts
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// The holds that matter to planning now.
///
/// # Errors
/// Where the database cannot be read.
pub async fn holds(tx: &mut Tx<'_>, app: &App) -> Result<Vec<HoldRow>> {
    let longest = app
        .config
        .channels
        .iter()
        .map(|c| c.late_limit)
        .max()
        .unwrap_or(SignedDuration::ZERO);
    let now = tx.now;
    tx.holds_since(now.checked_sub(longest).unwrap_or(Timestamp::MIN)).await
}

/// Puts a channel's lane together.
///
/// # Errors
/// Where the database cannot be read.
pub async fn lane<'a>(
    tx: &mut Tx<'_>,
    app: &App,
    channel: &'a Channel,
    row: &ChannelRow,
    holds: &[HoldRow],
) -> Result<Lane<'a>> {
    let zone = app.zone(channel);
    let from = tx
        .now
        .checked_sub(channel.late_limit + WALL_SLACK)
        .unwrap_or(Timestamp::MIN);
    let from = zone.to_datetime(from).to_string();
    let used = if channel.schedule.is_empty() {
        Vec::new()
    } else {
        tx.used_slots(&channel.name, &from).await?
    };
    let last_intent = if channel.min_gap.is_zero() {
        None
    } else {
        tx.last_intent(&channel.name).await?
    };
    Ok(Lane {
        schedule: &channel.schedule,
        zone,
        min_gap: channel.min_gap,
        late_limit: channel.late_limit,
        disconnected: super::channels::shut(channel, row),
        last_intent,
        paced_until: row.paced_until,
        used: used.into_iter().collect(),
        holds: holds.iter().filter_map(|hold| seen_by(hold, &channel.name)).collect(),
        busy: false,
    })
}

fn seen_by(hold: &HoldRow, channel: &str) -> Option<Hold> {
    let tag = match &hold.scope {
        Scope::All => None,
        Scope::Channel(name) if name == channel => None,
        Scope::Channel(_) => return None,
        Scope::Tag(tag) => Some(tag.clone()),
    };
    let until = match (hold.ended_at, hold.until) {
        (Some(ended), Some(until)) => Some(ended.min(until)),
        (ended, until) => ended.or(until),
    };
    Some(Hold {
        tag,
        reason: hold.reason.clone(),
        since: hold.since,
        until,
    })
}

/// Completes waiting deliveries as the database gave them: until when a resend by key still tells, and whether a dead
/// link still keeps them.
///
/// # Errors
/// [`Fault::Broken`] where the channel's network is not there.
pub fn complete(
    app: &App,
    channel: &Channel,
    facts: &Facts,
    waiting: &mut [Waiting],
) -> std::result::Result<(), Fault> {
    let recovery = network_of(channel)?.recovery(facts);
    let link_blocks = channel.lint.of(Rule::Link) == Level::Block;
    for w in waiting {
        if w.dead_link.is_some() && !link_blocks {
            // The rule was another one when it was looked at.
            w.dead_link = None;
            w.retry_at = None;
        }
        if let Some(first) = w.key_ends {
            let due = if w.timing == Timing::Slot {
                w.bound.as_ref().map(|(_, at)| *at)
            } else {
                w.due
            };
            w.key_ends = key_ends(app, channel, recovery.effect, recovery.finds, first, due);
        }
    }
    Ok(())
}

/// How long after its first intent a key may still be used: what the network promises, less what a call may take.
#[must_use]
pub fn key_life(app: &App, ttl: SignedDuration) -> SignedDuration {
    ttl - KEY_MARGIN - FRESH - app.config.delivery.deadline
}

/// Until when a resend by key may be begun. `None`: for ever.
#[must_use]
pub fn key_ends(
    app: &App,
    channel: &Channel,
    effect: Effect,
    finds: bool,
    first_intent: Timestamp,
    due: Option<Timestamp>,
) -> Option<Timestamp> {
    match effect {
        Effect::Keyed { ttl: Some(ttl) } => {
            Some(first_intent.checked_add(key_life(app, ttl)).unwrap_or(Timestamp::MAX))
        }
        Effect::Keyed { ttl: None } if finds => None,
        // Nothing can be looked at: the key is tried again and again, until the post is too late anyway.
        Effect::Keyed { ttl: None } => Some(
            due.unwrap_or(first_intent)
                .checked_add(channel.late_limit)
                .unwrap_or(Timestamp::MAX),
        ),
        Effect::Once | Effect::Repeatable => Some(Timestamp::MIN),
    }
}
