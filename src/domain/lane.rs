//! A channel's queue, and the one decision about it: which delivery goes now, and when to look again.
//!
//! The publisher and `queue` use the same function, [`decide`]: what is shown and what happens come from one place.

#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::gates::{self, Blocked};
use super::schedule::{Schedule, Slot};

/// A pause, as one channel sees it: only those that concern the channel or a tag are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// `None`: the whole channel; else only posts with this tag.
    pub tag: Option<String>,
    pub reason: String,
    pub since: Timestamp,
    /// When it ends, or ended; `None`: until a person releases it.
    pub until: Option<Timestamp>,
}

impl Hold {
    fn stands(&self, now: Timestamp) -> bool {
        self.since <= now && self.until.is_none_or(|until| now < until)
    }
}

/// What a channel allows, besides the deliveries that wait on it.
#[derive(Clone, Debug)]
pub struct Lane<'a> {
    pub schedule: &'a Schedule,
    pub zone: TimeZone,
    /// At least this long between two posts.
    pub min_gap: SignedDuration,
    /// How late a post may go.
    pub late_limit: SignedDuration,
    /// Why the login is not good, where it is not.
    pub disconnected: Option<String>,
    /// The latest intent of a post that is out, being sent or unknown.
    pub last_intent: Option<Timestamp>,
    /// The server wants no call before this.
    pub paced_until: Option<Timestamp>,
    /// Slot keys that are used, as far back as the lateness limit.
    pub used: BTreeSet<String>,
    /// Holds that stand, will end, or ended within the lateness limit.
    pub holds: Vec<Hold>,
    /// A delivery of this channel is being sent.
    pub busy: bool,
}

/// When a delivery is meant to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// At the next free slot of its channel.
    Slot,
    /// At a set time.
    At,
    /// As soon as a person has had time to think better of it.
    Now,
}

impl Timing {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Timing::Slot => "slot",
            Timing::At => "at",
            Timing::Now => "now",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Timing> {
        [Timing::Slot, Timing::At, Timing::Now]
            .into_iter()
            .find(|timing| timing.as_str() == word)
    }
}

/// A pending delivery, as planning sees it.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: i64,
    pub post: i64,
    pub draft: bool,
    pub timing: Timing,
    /// For `at` and `now`.
    pub due: Option<Timestamp>,
    /// When it was added, moved or retried, whichever was last: it uses no slot before this.
    pub ready_at: Timestamp,
    /// Its place in the queue; lower goes first.
    pub position: i64,
    pub embargo: Option<Timestamp>,
    pub expires: Option<Timestamp>,
    pub tags: Vec<String>,
    /// Not to be tried before this.
    pub retry_at: Option<Timestamp>,
    /// What was wrong with the article's link at the last look, where that is why it is not tried before.
    pub dead_link: Option<String>,
    /// The slot it is bound to already, with its instant.
    pub bound: Option<(String, Timestamp)>,
    /// It is under way: something of it is public, or a resend by key will tell. So it needs no slot and no spacing.
    pub under_way: bool,
    /// For a resend by key: from this instant on the key tells nothing any more.
    pub key_ends: Option<Timestamp>,
}

/// What is to be done on a channel at an instant.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The delivery that goes now (its place in the list), and the slot that it binds.
    pub go: Option<(usize, Option<Slot>)>,
    /// Deliveries whose time has passed.
    pub late: Vec<usize>,
}

/// Sorts deliveries into the order in which they go, other things being equal.
pub fn sort(waiting: &mut [Waiting]) {
    waiting.sort_by_key(|w| (w.timing == Timing::Slot, w.due, w.position, w.post));
}

/// Decides what goes on a channel at `now`. `waiting` is in the order of [`sort`].
#[must_use]
pub fn decide(lane: &Lane<'_>, waiting: &[Waiting], now: Timestamp) -> Decision {
    let late: Vec<usize> = (0..waiting.len())
        .filter(|&i| is_late(lane, &waiting[i], now))
        .collect();
    if lane.busy {
        return Decision { go: None, late };
    }
    let latest = latest_slot(lane, now);
    let go = (0..waiting.len())
        .filter(|i| !late.contains(i))
        .find(|&i| gates::own(lane, &waiting[i], now).is_empty() && due(lane, &waiting[i], latest.as_ref(), now))
        .map(|i| (i, binds(lane, &waiting[i], latest.as_ref(), now)));
    Decision { go, late }
}

/// Whether its hour has come, gates aside.
fn due(lane: &Lane<'_>, waiting: &Waiting, latest: Option<&Slot>, now: Timestamp) -> bool {
    match waiting.timing {
        Timing::At | Timing::Now => waiting.due.is_none_or(|due| due <= now),
        Timing::Slot => {
            waiting.under_way || bound(lane, waiting, now) || latest.is_some_and(|s| s.at >= waiting.ready_at)
        }
    }
}

fn binds(lane: &Lane<'_>, waiting: &Waiting, latest: Option<&Slot>, now: Timestamp) -> Option<Slot> {
    if waiting.timing != Timing::Slot || waiting.under_way || bound(lane, waiting, now) {
        return None;
    }
    latest.cloned()
}

/// Whether the slot that it holds from an earlier try is still open.
fn bound(lane: &Lane<'_>, waiting: &Waiting, now: Timestamp) -> bool {
    waiting.bound.as_ref().is_some_and(|(_, at)| open_since(lane, *at, now))
}

fn open_since(lane: &Lane<'_>, at: Timestamp, now: Timestamp) -> bool {
    let young = at.checked_add(lane.late_limit).is_ok_and(|end| now < end) || at == now;
    let closed = lane
        .holds
        .iter()
        .any(|hold| hold.tag.is_none() && hold.since <= at && hold.until.is_none_or(|until| at < until));
    young && !closed
}

/// The open slot of a channel: its latest slot at or before `now`, if it is young enough, unused, and was not closed
/// by a hold.
#[must_use]
pub fn latest_slot(lane: &Lane<'_>, now: Timestamp) -> Option<Slot> {
    let from = now.checked_sub(lane.late_limit).unwrap_or(Timestamp::MIN);
    let slot = lane.schedule.latest(&lane.zone, now, from)?;
    (open_since(lane, slot.at, now) && !lane.used.contains(&slot.key)).then_some(slot)
}

/// Whether it may no longer go: past its expiry, or a set time longer ago than the lateness limit. A hold stops this
/// clock: what is overdue when it ends is the business of `release`.
#[must_use]
pub fn is_late(lane: &Lane<'_>, waiting: &Waiting, now: Timestamp) -> bool {
    if waiting.under_way {
        return waiting.key_ends.is_some_and(|end| end <= now);
    }
    if waiting.draft {
        return waiting.expires.is_some_and(|expires| expires <= now);
    }
    if waiting.expires.is_some_and(|expires| expires <= now) {
        return true;
    }
    let Some(due) = waiting.due.filter(|_| waiting.timing != Timing::Slot) else {
        return false;
    };
    let over = due.checked_add(lane.late_limit).is_ok_and(|limit| limit < now);
    (over || passed_in_hold(lane, waiting, due, now)) && !held(lane, waiting, now)
}

/// Whether a set time passed during a hold that is over: nobody wanted it then, so nobody gets it unseen now. (A person
/// who releases a hold and wants such posts spaced out gives them new times.)
fn passed_in_hold(lane: &Lane<'_>, waiting: &Waiting, due: Timestamp, now: Timestamp) -> bool {
    lane.holds.iter().any(|hold| {
        let concerns = hold.tag.as_ref().is_none_or(|tag| waiting.tags.contains(tag));
        concerns && hold.since <= due && hold.until.is_some_and(|until| due < until && until <= now)
    })
}

/// Whether a hold keeps it.
#[must_use]
pub fn held(lane: &Lane<'_>, waiting: &Waiting, now: Timestamp) -> bool {
    holds_of(lane, waiting, now).next().is_some()
}

/// The holds that keep it at `now`.
pub(super) fn holds_of<'a>(lane: &'a Lane<'_>, waiting: &'a Waiting, now: Timestamp) -> impl Iterator<Item = &'a Hold> {
    lane.holds
        .iter()
        .filter(move |hold| hold.stands(now) && hold.tag.as_ref().is_none_or(|tag| waiting.tags.contains(tag)))
}

/// Every reason why a delivery may not go at `now`, for people: its own gates, then `slot` and `order`.
#[must_use]
pub fn blocked(lane: &Lane<'_>, waiting: &[Waiting], index: usize, now: Timestamp) -> Vec<Blocked> {
    let this = &waiting[index];
    let mut list = gates::own(lane, this, now);
    let latest = latest_slot(lane, now);
    if !due(lane, this, latest.as_ref(), now) && this.timing == Timing::Slot {
        let next = lane.schedule.first_after(&lane.zone, now).map(|slot| slot.at);
        list.push(gates::no_slot(next, lane.schedule.is_empty()));
    }
    let first = waiting
        .iter()
        .position(|w| w.timing == Timing::Slot && gates::own(lane, w, now).iter().all(|b| b.gate.passes()));
    if this.timing == Timing::Slot && list.iter().all(|b| b.gate.passes()) && first.is_some_and(|first| first < index) {
        list.push(gates::order(waiting[first.unwrap_or(index)].post));
    }
    list
}

/// The next instant after `now` at which the decision can be another one; `None`: only when something changes.
#[must_use]
pub fn look_again(lane: &Lane<'_>, waiting: &[Waiting], now: Timestamp) -> Option<Timestamp> {
    let mut next: Option<Timestamp> = None;
    let mut note = |at: Option<Timestamp>| {
        if let Some(at) = at.filter(|&at| at > now) {
            next = Some(next.map_or(at, |n| n.min(at)));
        }
    };
    let mut wants_slot = false;
    for w in waiting {
        note(w.expires);
        note(w.key_ends.filter(|_| w.under_way));
        if w.draft {
            continue;
        }
        note(w.embargo);
        note(w.retry_at);
        for hold in holds_of(lane, w, now) {
            note(hold.until);
        }
        match w.timing {
            Timing::Slot => {
                let open = gates::own(lane, w, now).iter().all(|b| b.gate.passes());
                wants_slot |= open && !w.under_way && w.retry_at.is_none_or(|at| at <= now);
            }
            Timing::At | Timing::Now => {
                note(w.due);
                // One millisecond after the limit it is late.
                let limit = w.due.and_then(|due| due.checked_add(lane.late_limit).ok());
                note(limit.and_then(|limit| limit.checked_add(SignedDuration::from_millis(1)).ok()));
            }
        }
    }
    if !waiting.is_empty() {
        note(gates::spacing_ends(lane));
        note(lane.paced_until);
    }
    if wants_slot {
        note(lane.schedule.first_after(&lane.zone, now).map(|slot| slot.at));
    }
    next
}
