//! When a feed is asked, and what its answers make of that.

use jiff::{SignedDuration, Timestamp};

use super::{Decision, EVERY_MIN, FAILURES_TOLD, FLOODS_MAX, Notice, PAUSE_MAX, SILENCE_MAX};

/// A clock that went back by more than this is noticed.
const WENT_BACK: SignedDuration = SignedDuration::from_mins(5);

/// Why a source is not asked until a person asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Its server says that it is gone for good (410).
    Gone,
    /// It flooded again and again.
    Unsteady,
}

impl Stop {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Stop::Gone => "gone",
            Stop::Unsteady => "unsteady",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Gone, Self::Unsteady]
            .into_iter()
            .find(|stop| stop.as_str() == word)
    }
}

/// What is kept of a source between polls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Of the latest answer whose items are all dealt with; sent with the next question.
    pub etag: Option<String>,
    pub modified: Option<String>,
    pub checked_at: Option<Timestamp>,
    /// `None`: as soon as possible.
    pub next_at: Option<Timestamp>,
    /// One after another.
    pub failures: u32,
    /// One after another, with no news between them.
    pub floods: u32,
    /// When items were last taken for no news; until a person asks for a poll, who has seen to it.
    pub flooded_at: Option<Timestamp>,
    pub stopped: Option<Stop>,
    pub added_at: Timestamp,
    /// When its items were first seen; `None`: the next poll with items is the first.
    pub begun_at: Option<Timestamp>,
    /// Where it has moved for good.
    pub moved: Option<String>,
    /// What was wrong at the latest poll.
    pub error: Option<String>,
}

impl State {
    /// A source that was just added, or got another address.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            etag: None,
            modified: None,
            checked_at: None,
            next_at: None,
            failures: 0,
            floods: 0,
            flooded_at: None,
            stopped: None,
            added_at: now,
            begun_at: None,
            moved: None,
            error: None,
        }
    }

    /// As a person wants it who asks for a poll: nothing stops it any more, and it is due at once.
    #[must_use]
    pub fn asked(self) -> Self {
        Self {
            stopped: None,
            failures: 0,
            floods: 0,
            flooded_at: None,
            next_at: None,
            ..self
        }
    }
}

/// What a poll brought.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The feed, with what to send along next time.
    Read {
        decision: &'a Decision,
        etag: Option<&'a str>,
        modified: Option<&'a str>,
    },
    /// It has not changed (304).
    Same,
    /// It is gone for good (410).
    Gone,
    /// It could not be read, and why: a sentence without its full stop.
    Failed(&'a str),
}

/// An answer with what its head says.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub outcome: Outcome<'a>,
    /// How long the server wants no further question.
    pub retry_after: Option<SignedDuration>,
    /// Where it came from in the end, if every redirect on the way was for good (301, 308).
    pub moved: Option<&'a str>,
}

/// Whether the source is asked now.
#[must_use]
pub fn due(state: &State, now: Timestamp) -> bool {
    if state.stopped.is_some() {
        return false;
    }
    // The clock went back: what was reckoned by it would be far away.
    let went_back = state
        .checked_at
        .is_some_and(|checked| checked.duration_since(now) > WENT_BACK);
    went_back || state.next_at.is_none_or(|next| next <= now)
}

/// What an answer makes of a source, and what a person is told. `every` is how often it is asked at most.
#[must_use]
pub fn after(
    state: &State,
    name: &str,
    every: SignedDuration,
    answer: &Answer<'_>,
    now: Timestamp,
) -> (State, Vec<Notice>) {
    let mut next = State {
        checked_at: Some(now),
        ..state.clone()
    };
    let mut notices = Vec::new();
    // Only what answers is a new address; and one that answers where it was has come back.
    if !matches!(answer.outcome, Outcome::Failed(_) | Outcome::Gone) {
        if let Some(moved) = answer.moved.filter(|moved| state.moved.as_deref() != Some(*moved)) {
            notices.push(Notice::Moved(moved.to_owned()));
        }
        next.moved = answer.moved.map(str::to_owned);
    }
    if let Outcome::Failed(why) = answer.outcome {
        next.failures = state.failures.saturating_add(1);
        next.error = Some(why.to_owned());
        if next.failures == FAILURES_TOLD {
            notices.push(Notice::Failing(why.to_owned()));
        }
    } else {
        next.failures = 0;
        next.error = None;
    }
    match answer.outcome {
        Outcome::Read {
            decision,
            etag,
            modified,
        } => {
            read(&mut next, &mut notices, decision, now);
            // Where some wait, "not changed" would keep them waiting.
            let done = decision.waiting == 0;
            next.etag = etag.filter(|_| done).map(str::to_owned);
            next.modified = modified.filter(|_| done).map(str::to_owned);
        }
        Outcome::Gone => {
            next.stopped = Some(Stop::Gone);
            notices.push(Notice::Gone);
        }
        Outcome::Same | Outcome::Failed(_) => {}
    }
    let pause = pause(name, every, next.failures, answer.retry_after);
    next.next_at = Some(now.saturating_add(pause).unwrap_or(Timestamp::MAX));
    (next, notices)
}

fn read(next: &mut State, notices: &mut Vec<Notice>, decision: &Decision, now: Timestamp) {
    if decision.any && next.begun_at.is_none() {
        next.begun_at = Some(now);
    }
    let flood = decision.flood.map(Notice::Flood);
    let echoes = (decision.echoes > 0).then_some(Notice::Echoes(decision.echoes));
    if flood.is_none() && echoes.is_none() {
        // Quiet polls between two floods prove nothing; news do.
        if !decision.take.is_empty() {
            next.floods = 0;
        }
        return;
    }
    next.flooded_at = Some(now);
    next.floods = next.floods.saturating_add(1);
    if next.floods >= FLOODS_MAX {
        next.stopped = Some(Stop::Unsteady);
        notices.push(Notice::Unsteady(decision.flood.unwrap_or(0) + decision.echoes));
    } else {
        notices.extend(flood.into_iter().chain(echoes));
    }
}

/// How long until the next poll: as often as wished but never more than hourly, doubling with every failure up to a
/// day, as long as the server wishes, and some minutes by the source's name, so that not all are asked at once.
fn pause(name: &str, every: SignedDuration, failures: u32, wished: Option<SignedDuration>) -> SignedDuration {
    let every = every.max(EVERY_MIN);
    let doubled = 2_i32
        .checked_pow(failures.saturating_sub(1))
        .and_then(|times| every.checked_mul(times))
        .unwrap_or(PAUSE_MAX);
    let pause = every.max(doubled.min(PAUSE_MAX));
    let wished = wished.unwrap_or_default().min(SILENCE_MAX);
    pause.max(wished).saturating_add(shift(name))
}

/// For how long a source could not be read, at the least: the pauses between its failures.
#[must_use]
pub fn failing_for(state: &State, name: &str, every: SignedDuration) -> SignedDuration {
    // Long before so many it is long enough for everybody.
    let pauses = (1..state.failures.min(100)).map(|failures| pause(name, every, failures, None));
    pauses.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
}

/// Between 0 and 6 minutes, always the same for a name.
fn shift(name: &str) -> SignedDuration {
    // FNV-1a, 32 bits.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    SignedDuration::from_secs(i64::from(hash % 360))
}
