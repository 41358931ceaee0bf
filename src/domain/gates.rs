//! The gates: every reason why a delivery may not go now, in one function.

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::lane::{Lane, Timing, Waiting, holds_of};

/// A reason why a delivery may not go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    Draft,
    Embargo,
    Hold,
    Disconnected,
    Spacing,
    RateLimit,
    /// No slot of the channel is open.
    Slot,
    /// Another goes first.
    Order,
    /// The last try was not sent; the next one comes later.
    Retry,
    /// The article's link is dead or leads elsewhere, and a rule blocks that.
    Link,
}

impl Gate {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Gate::Draft => "draft",
            Gate::Embargo => "embargo",
            Gate::Hold => "hold",
            Gate::Disconnected => "disconnected",
            Gate::Spacing => "spacing",
            Gate::RateLimit => "rate_limit",
            Gate::Slot => "slot",
            Gate::Order => "order",
            Gate::Retry => "retry",
            Gate::Link => "link",
        }
    }

    /// Whether it opens by itself as the queue moves, so that nobody need do anything.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(
            self,
            Gate::Spacing | Gate::RateLimit | Gate::Slot | Gate::Order | Gate::Retry
        )
    }
}

/// A closed gate, why, and when it opens by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub gate: Gate,
    pub reason: String,
    pub until: Option<Timestamp>,
}

impl Blocked {
    fn new(gate: Gate, reason: impl Into<String>, until: Option<Timestamp>) -> Self {
        Self {
            gate,
            reason: reason.into(),
            until,
        }
    }
}

/// The instant at which the channel's spacing lets the next post go.
#[must_use]
pub fn spacing_ends(lane: &Lane<'_>) -> Option<Timestamp> {
    lane.last_intent.and_then(|last| last.checked_add(lane.min_gap).ok())
}

/// The gates of one delivery, whatever else waits on its channel. Empty: it may go when its hour has come.
#[must_use]
pub fn own(lane: &Lane<'_>, waiting: &Waiting, now: Timestamp) -> Vec<Blocked> {
    let mut list = Vec::new();
    let ahead = |at: Option<Timestamp>| at.filter(|&at| now < at);
    if waiting.draft {
        list.push(Blocked::new(Gate::Draft, "it is a draft", None));
    }
    if let Some(at) = ahead(waiting.embargo) {
        list.push(Blocked::new(Gate::Embargo, "it is under embargo", Some(at)));
    }
    for hold in holds_of(lane, waiting, now) {
        list.push(Blocked::new(Gate::Hold, hold.reason.clone(), hold.until));
    }
    if let Some(reason) = &lane.disconnected {
        list.push(Blocked::new(Gate::Disconnected, reason.clone(), None));
    }
    // The rest of a half-published post follows at once; `now` does not wait for the spacing either.
    if let Some(at) = ahead(spacing_ends(lane)).filter(|_| waiting.timing != Timing::Now && !waiting.under_way) {
        list.push(Blocked::new(
            Gate::Spacing,
            "another post went out here shortly before",
            Some(at),
        ));
    }
    if let Some(at) = ahead(lane.paced_until) {
        list.push(Blocked::new(Gate::RateLimit, "the server asks to wait", Some(at)));
    }
    if let Some(at) = ahead(waiting.retry_at) {
        list.push(match &waiting.dead_link {
            Some(why) => Blocked::new(Gate::Link, why.clone(), Some(at)),
            None => Blocked::new(Gate::Retry, "it is tried again then", Some(at)),
        });
    }
    list
}

/// No slot is open; `next` is the channel's next one.
#[must_use]
pub fn no_slot(next: Option<Timestamp>, no_schedule: bool) -> Blocked {
    let reason = if no_schedule {
        "the channel has no schedule"
    } else {
        "it waits for the next free slot"
    };
    Blocked::new(Gate::Slot, reason, next)
}

/// The post `first` goes before it.
#[must_use]
pub fn order(first: i64) -> Blocked {
    Blocked::new(Gate::Order, format!("post {first} goes first"), None)
}
