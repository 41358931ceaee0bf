//! A small network that behaves as badly as real ones: it loses replies, takes requests in late, knows keys for a
//! while, and replays failures.

use std::collections::HashMap;

use super::*;

/// The kinds of network there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Knows keys for an hour and can be looked at, as Mastodon.
    KeyedLists,
    /// Knows keys for ever and cannot be looked at, as a signed webhook.
    Keyed,
    /// Can be looked at, as X.
    Lists,
    /// Neither, as Telegram.
    Blind,
    /// As the first, but a failure is remembered under its key too, as by Pleroma; nobody knows beforehand.
    Replays,
}

impl Kind {
    pub(super) const ALL: [Kind; 5] = [Kind::KeyedLists, Kind::Keyed, Kind::Lists, Kind::Blind, Kind::Replays];

    pub(super) fn means(self) -> Means {
        let keyed = matches!(self, Kind::KeyedLists | Kind::Keyed | Kind::Replays);
        Means {
            keyed,
            finds: !matches!(self, Kind::Keyed | Kind::Blind),
        }
    }

    /// How long a key is known.
    pub(super) fn ttl(self) -> Option<SignedDuration> {
        match self {
            Kind::KeyedLists | Kind::Replays => Some(SignedDuration::from_mins(60)),
            Kind::Keyed => Some(SignedDuration::MAX),
            Kind::Lists | Kind::Blind => None,
        }
    }
}

/// A post that readers can see.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    pub(super) part: usize,
    pub(super) id: String,
}

/// A request that left this machine and may be taken in until `until`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Travelling {
    pub(super) part: usize,
    pub(super) key: u64,
    pub(super) until: Timestamp,
    /// Whether it is taken in at the very end, if not before.
    pub(super) arrives: bool,
}

#[derive(Debug)]
pub(super) struct Network {
    pub(super) kind: Kind,
    pub(super) copies: Vec<Copy>,
    pub(super) travelling: Vec<Travelling>,
    known: HashMap<u64, (Timestamp, String)>,
    failures: HashMap<u64, Timestamp>,
}

impl Network {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            copies: Vec::new(),
            travelling: Vec::new(),
            known: HashMap::new(),
            failures: HashMap::new(),
        }
    }

    fn knows(&self, since: Timestamp, now: Timestamp) -> bool {
        self.kind.ttl().is_some_and(|ttl| now.duration_since(since) < ttl)
    }

    /// Whether it answers this key with an old failure.
    pub(super) fn replays(&self, key: u64, now: Timestamp) -> bool {
        self.kind == Kind::Replays && self.failures.get(&key).is_some_and(|at| self.knows(*at, now))
    }

    pub(super) fn fail(&mut self, key: u64, now: Timestamp) {
        self.failures.entry(key).or_insert(now);
    }

    /// Takes a request in; gives the id of its post. `None`: an old failure stands.
    pub(super) fn accept(&mut self, part: usize, key: u64, now: Timestamp) -> Option<String> {
        if self.replays(key, now) {
            return None;
        }
        if let Some((at, id)) = self.known.get(&key)
            && self.knows(*at, now)
        {
            return Some(id.clone());
        }
        let id = format!("copy-{}", self.copies.len());
        self.copies.push(Copy { part, id: id.clone() });
        self.known.insert(key, (now, id.clone()));
        Some(id)
    }

    /// A request that was under way is taken in now.
    pub(super) fn arrive(&mut self, which: usize, now: Timestamp) {
        if !self.travelling.is_empty() {
            let request = self.travelling.swap_remove(which % self.travelling.len());
            self.accept(request.part, request.key, now);
        }
    }

    /// Nothing stays under way beyond its time.
    pub(super) fn pass_time(&mut self, now: Timestamp) {
        while let Some(which) = self.travelling.iter().position(|request| request.until <= now) {
            let request = self.travelling.swap_remove(which);
            if request.arrives {
                self.accept(request.part, request.key, request.until);
            }
        }
    }

    /// The id of the part's post, if readers can see one.
    pub(super) fn find(&self, part: usize) -> Option<String> {
        self.copies
            .iter()
            .find(|copy| copy.part == part)
            .map(|copy| copy.id.clone())
    }
}
