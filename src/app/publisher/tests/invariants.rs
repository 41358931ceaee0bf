//! What must be true after every step, whatever was killed, lost or changed: read in the database and at the servers.

use std::collections::BTreeSet;

use sqlx::sqlite::SqliteConnection;

use super::bed::Bed;
use super::moment::{DeliveryRow, Moment};
use super::net::{Kind, reader};
use super::sql;
use crate::storage::Scope;

/// A hold or a release, by the number of its transaction.
struct Change {
    seq: i64,
    held: bool,
    scope: Scope,
}

/// Watches one database and its servers over several publishers' lives.
pub(super) struct Watch {
    reader: SqliteConnection,
    seq: i64,
    epoch: i64,
    public: usize,
    taken_over: i64,
    newest: i64,
    changes: Vec<Change>,
    /// Deliveries that a person said are published.
    said: BTreeSet<i64>,
}

impl Watch {
    pub(super) async fn new(bed: &Bed) -> Self {
        Self {
            reader: reader(&bed.app.database).await,
            seq: 0,
            epoch: 0,
            public: 0,
            taken_over: 0,
            newest: 0,
            changes: Vec::new(),
            said: BTreeSet::new(),
        }
    }

    async fn control(&mut self) -> (i64, i64) {
        sqlx::query_as(sql::CONTROL).fetch_one(&mut self.reader).await.unwrap()
    }

    /// A hold or a release was committed just now.
    pub(super) async fn note_hold(&mut self, held: bool, scope: &Scope) {
        let (seq, _) = self.control().await;
        self.changes.push(Change {
            seq,
            held,
            scope: scope.clone(),
        });
    }

    pub(super) fn note_said(&mut self, delivery: i64) {
        self.said.insert(delivery);
    }

    /// Right after a publisher took over: nothing is being sent, and every attempt has an end.
    pub(super) async fn after_take_over(&mut self, bed: &Bed) -> Vec<String> {
        let moment = Moment::read(&mut self.reader, bed).await;
        let mut wrong = Vec::new();
        for delivery in moment.deliveries.iter().filter(|d| d.state == "sending") {
            wrong.push(format!("delivery {} is sending after a take-over", delivery.id));
        }
        let open: Vec<i64> = sqlx::query_scalar(sql::UNENDED)
            .fetch_all(&mut self.reader)
            .await
            .unwrap();
        wrong.extend(
            open.iter()
                .map(|id| format!("attempt {id} has no end after a take-over")),
        );
        self.taken_over = self.control().await.0;
        self.newest = moment.attempts.iter().map(|a| a.id).max().unwrap_or(0);
        wrong
    }

    /// Everything that is not as it must be.
    pub(super) async fn wrong(&mut self, bed: &Bed) -> Vec<String> {
        let mut wrong = bed.net.wrong();
        let (seq, epoch) = self.control().await;
        let public = bed.net.copies().len();
        if wrong.is_empty() && (seq, public) == (self.seq, self.public) {
            // Nothing has changed since the last look.
            return wrong;
        }
        self.public = public;
        let moment = Moment::read(&mut self.reader, bed).await;
        if seq < self.seq || epoch < self.epoch {
            wrong.push("the numbers went back".to_owned());
        }
        (self.seq, self.epoch) = (seq, epoch);
        wrong.extend(moment.wrong());
        self.claims(&moment, &mut wrong);
        for delivery in moment.deliveries.iter().filter(|d| d.state == "published") {
            let nameless = moment
                .parts
                .iter()
                .any(|p| p.delivery == delivery.id && p.remote_id.is_none());
            if nameless && !self.said.contains(&delivery.id) {
                wrong.push(format!("delivery {} is published without a name", delivery.id));
            }
        }
        wrong
    }

    /// Whose claims and intents there are, and what holds and releases lie between.
    fn claims(&self, moment: &Moment, wrong: &mut Vec<String>) {
        for delivery in &moment.deliveries {
            if delivery.token.is_some_and(|token| token <= self.taken_over) {
                wrong.push(format!("delivery {} has a dead publisher's claim", delivery.id));
            }
        }
        for attempt in &moment.attempts {
            let new = attempt.id > self.newest;
            if new && (attempt.seq <= self.taken_over || attempt.token <= self.taken_over) {
                wrong.push(format!("a dead publisher's intent: {attempt:?}"));
            }
            if self
                .changes
                .iter()
                .any(|c| attempt.token < c.seq && c.seq < attempt.seq)
            {
                wrong.push(format!("a hold or release came between claim and intent: {attempt:?}"));
            }
            let delivery = moment.delivery(attempt.delivery);
            if self.is_held(delivery, attempt.seq) {
                wrong.push(format!("begun while held: {attempt:?}"));
            }
            if delivery.embargo_at.is_some_and(|at| attempt.intent_at < at) {
                wrong.push(format!("begun before its embargo: {attempt:?}"));
            }
        }
    }

    fn is_held(&self, delivery: &DeliveryRow, seq: i64) -> bool {
        let mut held: Vec<&Scope> = Vec::new();
        for change in self.changes.iter().filter(|change| change.seq < seq) {
            if change.held {
                held.push(&change.scope);
            } else {
                held.retain(|scope| **scope != change.scope);
            }
        }
        held.iter().any(|scope| match scope {
            Scope::All => true,
            Scope::Channel(name) => *name == delivery.channel,
            Scope::Tag(tag) => delivery.tags.split(',').any(|t| t == tag),
        })
    }

    /// When nothing more can happen: every delivery is at rest, and what is recorded is true.
    pub(super) async fn at_rest(&mut self, bed: &Bed) -> Vec<String> {
        let moment = Moment::read(&mut self.reader, bed).await;
        let mut wrong = Vec::new();
        let public: BTreeSet<(i64, i64)> = moment
            .copies
            .iter()
            .map(|(_, copy)| (copy.mark.delivery, copy.mark.part))
            .collect();
        for delivery in &moment.deliveries {
            let at_rest = matches!(delivery.state.as_str(), "published" | "failed" | "missed" | "cancelled");
            let a_persons = delivery.state == "unknown" && delivery.channel == Kind::Webhook.name();
            if !at_rest && !a_persons {
                wrong.push(format!("delivery {} stays {}", delivery.id, delivery.state));
            }
        }
        for part in &moment.parts {
            let state = moment.delivery(part.delivery).state.as_str();
            let is_public = public.contains(&(part.delivery, part.no));
            if state == "published" && !is_public {
                wrong.push(format!(
                    "delivery {} is published, its part {} is not public",
                    part.delivery, part.no
                ));
            }
            if is_public && part.out_at.is_none() && part.doubt == "none" {
                wrong.push(format!(
                    "part {} of delivery {} ({state}) is public, and nobody knows",
                    part.no, part.delivery
                ));
            }
        }
        wrong
    }
}

impl Watch {
    /// How many alerts of a kind were written.
    pub(super) async fn alerts(&mut self, kind: &str) -> i64 {
        sqlx::query_scalar(sql::ALERTS_OF)
            .bind(kind)
            .fetch_one(&mut self.reader)
            .await
            .unwrap()
    }
}
