//! Which items of a feed become posts now.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;

use super::{AHEAD, ECHOES, FLOOD, Key, Keys, Known, Sight, TAKE_MAX};

/// An item that becomes a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Take {
    /// Its place in the feed.
    pub index: usize,
    /// What is recorded with the post: in the waiting row where there is one, else in a new row with these keys.
    pub keys: Keys,
    /// The row in which it waited.
    pub waiting: Option<i64>,
    /// Its title and summary are those of an earlier item that has left the feed, so it may be the same article.
    pub echo: bool,
}

/// What is recorded without a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    pub keys: Keys,
    /// Whether it is taken at a later poll.
    pub waits: bool,
}

/// What comes of one look at a feed. All of it is stored in one transaction, together with the posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Oldest first.
    pub take: Vec<Take>,
    pub fresh: Vec<Fresh>,
    /// Rows that waited and turned out to be known under another key.
    pub settled: Vec<i64>,
    /// Items of this look that are taken at later polls.
    pub waiting: usize,
    /// So many new items at once that none was taken.
    pub flood: Option<usize>,
    /// So many items with the words of earlier ones that none of them was taken.
    pub echoes: usize,
    /// Whether the feed had items at all. An empty one is no first poll: what comes next may all be old.
    pub any: bool,
}

/// An item that may be taken.
struct Candidate {
    index: usize,
    at: Timestamp,
    keys: Keys,
    waiting: Option<i64>,
    echo: bool,
}

/// Decides what of a feed is new. `begun`: the feed was seen before, with items in it. `since`: nothing older is taken.
#[must_use]
pub fn decide(items: &[Sight<'_>], known: &Known, begun: bool, since: Timestamp, now: Timestamp) -> Decision {
    let latest = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let mut decision = Decision {
        any: !items.is_empty(),
        ..Decision::default()
    };
    let mut seen: HashSet<Key> = HashSet::new();
    let mut claimed: BTreeSet<i64> = BTreeSet::new();
    let mut there: HashSet<i64> = HashSet::new();
    let mut candidates = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let all = Keys::of(item);
        let standings: Vec<_> = all.iter().filter_map(|key| known.get(&key).copied()).collect();
        there.extend(standings.iter().map(|standing| standing.row));
        let twice = all.iter().any(|key| seen.contains(&key));
        let keys = all.without(|key| known.contains_key(key) || seen.contains(key));
        seen.extend(keys.iter());
        let date = item.published.filter(|at| *at <= latest);
        let at = date.unwrap_or(now);
        let waits = || {
            standings
                .iter()
                .filter(|standing| standing.waits)
                .map(|standing| standing.row)
        };
        if standings.iter().any(|standing| !standing.waits) {
            decision.settled.extend(waits());
        } else if let Some(row) = waits().next() {
            // Several rows that wait turn out to be one item: the others are done with.
            decision.settled.extend(waits().filter(|other| *other != row));
            let is_old = date.is_some_and(|at| at < since);
            if claimed.insert(row) && !twice {
                if !is_old {
                    candidates.push(Candidate {
                        index,
                        at,
                        keys,
                        waiting: Some(row),
                        echo: false,
                    });
                    continue;
                }
                // It got an older date while it waited.
                decision.settled.push(row);
            }
        } else if !twice && date.map_or(begun, |at| at >= since) {
            candidates.push(Candidate {
                index,
                at,
                keys,
                waiting: None,
                echo: false,
            });
            continue;
        }
        note(&mut decision, keys, false);
    }
    decision.settled.sort_unstable();
    decision.settled.dedup();
    let is_settled = |row| decision.settled.binary_search(&row).is_ok();
    let (settled, candidates): (Vec<Candidate>, Vec<Candidate>) = candidates
        .into_iter()
        .partition(|candidate| candidate.waiting.is_some_and(is_settled));
    for Candidate { keys, .. } in settled {
        note(&mut decision, keys, false);
    }
    let candidates = without_echoes(&mut decision, candidates, known, &there);
    pick(&mut decision, candidates);
    decision
}

/// Marks what has the words of an earlier item that has left the feed (`there`: the rows of those that have not), and
/// leaves it out where that is true of several: then the feed has moved, and its items with it.
fn without_echoes(
    decision: &mut Decision,
    mut candidates: Vec<Candidate>,
    known: &Known,
    there: &HashSet<i64>,
) -> Vec<Candidate> {
    for candidate in candidates.iter_mut().filter(|candidate| candidate.waiting.is_none()) {
        let text = candidate.keys.text.clone().map(Key::Text);
        let earlier = text.and_then(|text| known.get(&text));
        candidate.echo = earlier.is_some_and(|standing| !standing.waits && !there.contains(&standing.row));
    }
    let (echoes, news): (Vec<Candidate>, Vec<Candidate>) = candidates.into_iter().partition(|candidate| candidate.echo);
    if echoes.len() < ECHOES {
        return news.into_iter().chain(echoes).collect();
    }
    decision.echoes = echoes.len();
    for Candidate { keys, .. } in echoes {
        note(decision, keys, false);
    }
    news
}

/// Takes the oldest, leaves the others waiting; takes no new one where there are too many.
fn pick(decision: &mut Decision, mut candidates: Vec<Candidate>) {
    let new = candidates
        .iter()
        .filter(|candidate| candidate.waiting.is_none())
        .count();
    if new > FLOOD {
        decision.flood = Some(new);
        let (waiting, new) = candidates
            .into_iter()
            .partition(|candidate| candidate.waiting.is_some());
        candidates = waiting;
        for candidate in new {
            note(decision, candidate.keys, false);
        }
    }
    // Feeds have the newest on top. What may be an old article does not wait: a later poll would take it for news.
    let place = |candidate: &Candidate| (candidate.at, Reverse(candidate.index));
    candidates.sort_by_key(|candidate| (!candidate.echo, place(candidate)));
    let rest = candidates.split_off(candidates.len().min(TAKE_MAX));
    candidates.sort_by_key(place);
    decision.waiting = rest.len();
    for candidate in rest {
        note(decision, candidate.keys, candidate.waiting.is_none());
    }
    decision.take = candidates
        .into_iter()
        .map(
            |Candidate {
                 index,
                 keys,
                 waiting,
                 echo,
                 ..
             }| Take {
                index,
                keys,
                waiting,
                echo,
            },
        )
        .collect();
}

fn note(decision: &mut Decision, keys: Keys, waits: bool) {
    if !keys.is_empty() {
        decision.fresh.push(Fresh { keys, waits });
    }
}
