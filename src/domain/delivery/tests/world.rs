//! A delivery, the small network it goes to, and every promise looked at after every step.

use std::collections::BTreeMap;

use super::network::{Kind, Network};
use super::table::{check_shape, check_told};
use super::*;

#[derive(Debug)]
pub(super) struct Call {
    pub(super) attempt: i64,
    pub(super) part: usize,
    pub(super) key: u64,
}

/// A look at the network: what it saw, and when.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) attempt: i64,
    pub(super) part: usize,
    pub(super) seen: Option<String>,
    pub(super) begun: Timestamp,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) d: Delivery,
    pub(super) net: Network,
    pub(super) now: Timestamp,
    pub(super) keys: Vec<Option<u64>>,
    /// The evidence of every visible attempt, by its number, with its part.
    pub(super) attempts: BTreeMap<i64, (usize, Option<Evidence>)>,
    pub(super) call: Option<Call>,
    pub(super) look: Option<Look>,
    pub(super) seq: i64,
    pub(super) hold_seq: i64,
    /// Parts that a person called absent although they were public, or public although they were not.
    pub(super) lies: Vec<usize>,
}

impl World {
    pub(super) fn new(kind: Kind, parts: usize) -> Self {
        Self {
            d: waiting(parts),
            net: Network::new(kind),
            now: noon(),
            keys: vec![None; parts],
            attempts: BTreeMap::new(),
            call: None,
            look: None,
            seq: 0,
            hold_seq: 0,
            lies: Vec::new(),
        }
    }

    /// Lets an event happen and saves what the machine says. `false`: refused.
    pub(super) fn happen(&mut self, event: &Event) -> bool {
        self.seq += 1;
        let (new, acts) = match step(&self.d, event, self.now) {
            Ok(done) => done,
            Err(refused) => {
                assert!(
                    !matches!(event, Event::Accepted { .. }),
                    "proof is refused: {refused:?} at {:?}",
                    self.d
                );
                return false;
            }
        };
        self.check_doubt(&new, event);
        check_shape(&new);
        check_told(self.d.state, &new, &acts);
        for act in &acts {
            match act {
                Act::Record { attempt, evidence } => {
                    if let Some((_, stored)) = self.attempts.get_mut(attempt) {
                        *stored = Some(*evidence);
                    }
                }
                Act::NewKey { part } => self.keys[*part] = None,
                Act::Unfreeze => self.keys.fill(None),
                Act::End { .. } | Act::Tell(_) | Act::Disconnect => {}
            }
        }
        self.d = new;
        self.check();
        true
    }

    /// Doubt ends by the part being out, by believed absence, or by a person's word; by nothing else.
    fn check_doubt(&self, new: &Delivery, event: &Event) {
        for (old, new) in self.d.parts.iter().zip(&new.parts) {
            let gone = old.doubt != Doubt::None && new.doubt == Doubt::None;
            let may = new.out_at.is_some() || matches!(event, Event::Absent { .. } | Event::SayAbsent { .. });
            assert!(!gone || may, "{event:?} ended a doubt: {:?}", self.d);
        }
    }

    fn check(&self) {
        for no in (0..self.d.parts.len()).filter(|no| !self.lies.contains(no)) {
            let copies = self.net.copies.iter().filter(|copy| copy.part == no).count();
            assert!(copies <= 1, "part {no} is there {copies} times: {self:?}");
            assert!(
                self.d.parts[no].out_at.is_none() || copies == 1,
                "part {no} is not there: {self:?}"
            );
        }
        let open: Vec<i64> = self
            .attempts
            .iter()
            .filter(|(_, (_, e))| e.is_none())
            .map(|(id, _)| *id)
            .collect();
        assert!(open.len() <= 1, "several attempts without evidence: {self:?}");
        assert_eq!(
            open.first().copied(),
            self.d.open.as_ref().map(|open| open.attempt),
            "{self:?}"
        );
    }
}
