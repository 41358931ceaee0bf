//! When each delivery will go: the decision of [`lane`](super::lane), run forward.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::lane::{self, Lane, Waiting};

/// What will become of one delivery if nothing else changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// It goes at this instant.
    Goes(Timestamp),
    /// Its time passes at this instant before it can go.
    TooLate(Timestamp),
    /// It waits for a person, or for longer than was looked ahead.
    Waits,
}

/// How far ahead is looked.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 400);

/// A bound on the work, for schedules and queues of any size.
const STEPS_MAX: usize = 20_000;

/// Runs a channel's queue forward from `now`. One outlook for each of `waiting` (in the order of [`lane::sort`]).
#[must_use]
pub fn forecast(lane: &Lane<'_>, waiting: &[Waiting], now: Timestamp) -> Vec<Outlook> {
    let mut outlook = vec![Outlook::Waits; waiting.len()];
    let mut lane = lane.clone();
    lane.busy = false;
    let mut queue: Vec<Waiting> = waiting.to_vec();
    let mut places: Vec<usize> = (0..waiting.len()).collect();
    let end = now.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
    let mut at = now;
    for _ in 0..STEPS_MAX {
        let decision = lane::decide(&lane, &queue, at);
        let mut gone: Vec<usize> = decision.late.clone();
        for &index in &decision.late {
            outlook[places[index]] = Outlook::TooLate(at);
        }
        if let Some((index, slot)) = decision.go {
            outlook[places[index]] = Outlook::Goes(at);
            lane.last_intent = Some(at);
            lane.used.extend(slot.map(|slot| slot.key));
            gone.push(index);
        }
        if gone.is_empty() {
            match lane::look_again(&lane, &queue, at) {
                Some(next) if next <= end => at = next,
                _ => break,
            }
        } else {
            gone.sort_unstable();
            for index in gone.into_iter().rev() {
                queue.remove(index);
                places.remove(index);
            }
        }
        if queue.is_empty() {
            break;
        }
    }
    outlook
}
