//! Everything of one moment, in the database and at the servers, and what must be true of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::FromRow;
use sqlx::sqlite::SqliteConnection;

use super::bed::Bed;
use super::net::Kind;
use super::servers::Copy;
use super::sql;
use crate::app::fingerprint::fingerprint;

#[derive(FromRow)]
pub(super) struct DeliveryRow {
    pub(super) id: i64,
    pub(super) channel: String,
    pub(super) state: String,
    pub(super) token: Option<i64>,
    pub(super) slot_key: Option<String>,
    pub(super) version: i64,
    pub(super) embargo_at: Option<i64>,
    pub(super) tags: String,
}

#[derive(FromRow)]
pub(super) struct PartRow {
    pub(super) delivery: i64,
    pub(super) no: i64,
    pub(super) doubt: String,
    pub(super) key: Option<String>,
    pub(super) body: Option<String>,
    pub(super) body_hash: Option<String>,
    pub(super) out_at: Option<i64>,
    pub(super) remote_id: Option<String>,
}

#[derive(Debug, FromRow)]
pub(super) struct AttemptRow {
    pub(super) id: i64,
    pub(super) delivery: i64,
    pub(super) part: i64,
    pub(super) version: i64,
    pub(super) token: i64,
    pub(super) seq: i64,
    pub(super) key: Option<String>,
    pub(super) bytes_hash: String,
    pub(super) intent_at: i64,
    pub(super) ended_at: Option<i64>,
    pub(super) evidence: Option<String>,
}

#[derive(Debug, FromRow)]
pub(super) struct Told {
    pub(super) seq: i64,
    pub(super) kind: String,
    pub(super) delivery: Option<i64>,
}

pub(super) struct Moment {
    pub(super) deliveries: Vec<DeliveryRow>,
    pub(super) parts: Vec<PartRow>,
    /// The visible ones.
    pub(super) attempts: Vec<AttemptRow>,
    pub(super) audit: Vec<Told>,
    pub(super) alerts: Vec<Told>,
    pub(super) copies: Vec<(Kind, Copy)>,
}

impl Moment {
    /// Everything of this moment.
    pub(super) async fn read(db: &mut SqliteConnection, bed: &Bed) -> Self {
        Self {
            deliveries: sqlx::query_as(sql::DELIVERIES).fetch_all(&mut *db).await.unwrap(),
            parts: sqlx::query_as(sql::PARTS).fetch_all(&mut *db).await.unwrap(),
            attempts: sqlx::query_as(sql::ATTEMPTS).fetch_all(&mut *db).await.unwrap(),
            audit: sqlx::query_as(sql::STEPS).fetch_all(&mut *db).await.unwrap(),
            alerts: sqlx::query_as(sql::ALERTS).fetch_all(db).await.unwrap(),
            copies: bed.net.copies(),
        }
    }

    /// What is wrong with it, whatever was before.
    pub(super) fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        copies(self, &mut wrong);
        attempts(self, &mut wrong);
        doubts(self, &mut wrong);
        told(self, &mut wrong);
        unique(self, &mut wrong);
        wrong
    }

    pub(super) fn delivery(&self, id: i64) -> &DeliveryRow {
        self.deliveries.iter().find(|d| d.id == id).unwrap()
    }

    fn part(&self, delivery: i64, no: i64) -> Option<&PartRow> {
        self.parts.iter().find(|p| (p.delivery, p.no) == (delivery, no))
    }
}

/// The words of a message, in a frozen body or in a request.
fn words(kind: Kind, body: &str) -> Value {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    match kind {
        Kind::Mastodon | Kind::Gotosocial => body["status"].take(),
        Kind::Webhook => body["data"]["text"].take(),
        Kind::Bluesky if body.get("record").is_some() => body["record"]["text"].take(),
        Kind::Bluesky => body["text"].take(),
    }
}

/// At most one copy of a part; what is out is public under its name, with the recorded words; one post in a slot.
fn copies(moment: &Moment, wrong: &mut Vec<String>) {
    let mut counts: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    let mut slots: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for (kind, copy) in &moment.copies {
        let (delivery, no) = (copy.mark.delivery, copy.mark.part);
        *counts.entry((delivery, no)).or_default() += 1;
        if let Some(slot) = &copy.mark.slot {
            let first = *slots.entry((kind.name(), slot)).or_insert(delivery);
            if first != delivery {
                wrong.push(format!("deliveries {first} and {delivery} went in the slot {slot}"));
            }
        }
        let part = moment.part(delivery, no).filter(|part| part.out_at.is_some());
        if part.is_some_and(|p| words(*kind, p.body.as_deref().unwrap_or_default()) != words(*kind, &copy.body)) {
            wrong.push(format!("other words are public than recorded: {copy:?}"));
        }
    }
    wrong.extend(
        counts
            .iter()
            .filter(|(_, n)| **n > 1)
            .map(|(part, n)| format!("{n} copies of part {part:?}")),
    );
    for part in moment.parts.iter().filter(|part| part.out_at.is_some()) {
        let Some(id) = &part.remote_id else { continue };
        let shown = moment.copies.iter().any(|(kind, copy)| {
            kind.name() == moment.delivery(part.delivery).channel
                && copy.id == *id
                && (copy.mark.delivery, copy.mark.part) == (part.delivery, part.no)
        });
        if !shown {
            wrong.push(format!(
                "part {} of delivery {} is out as {id}, which is not it",
                part.no, part.delivery
            ));
        }
    }
}

/// Which attempts may be open in which state, and that their bytes are the part's.
fn attempts(moment: &Moment, wrong: &mut Vec<String>) {
    for delivery in &moment.deliveries {
        let own = moment.attempts.iter().filter(|a| a.delivery == delivery.id);
        let open: Vec<&AttemptRow> = own.filter(|a| a.evidence.is_none()).collect();
        let may = matches!(delivery.state.as_str(), "sending" | "unknown");
        if open.len() > 1 || (!may && !open.is_empty()) {
            wrong.push(format!(
                "delivery {} ({}) has open {open:?}",
                delivery.id, delivery.state
            ));
        }
    }
    for attempt in &moment.attempts {
        let delivery = moment.delivery(attempt.delivery);
        if attempt.ended_at.is_none() && delivery.state != "sending" {
            wrong.push(format!("a call is open while {}: {attempt:?}", delivery.state));
        }
        let Some(part) = moment.part(attempt.delivery, attempt.part) else {
            continue;
        };
        let same = attempt.version == delivery.version && attempt.key == part.key;
        if same && (Some(&attempt.bytes_hash) != part.body_hash.as_ref()) {
            wrong.push(format!("other bytes than its part's: {attempt:?}"));
        }
        if part.body.as_deref().map(|body| fingerprint(body.as_bytes())) != part.body_hash {
            wrong.push(format!("the bytes of delivery {} changed", part.delivery));
        }
    }
}

/// Where a part may be in doubt.
fn doubts(moment: &Moment, wrong: &mut Vec<String>) {
    for part in moment.parts.iter().filter(|part| part.doubt != "none") {
        let state = moment.delivery(part.delivery).state.as_str();
        let fits = match state {
            "unknown" | "failed" | "missed" | "cancelled" => true,
            "pending" | "sending" => part.doubt == "key",
            _ => false,
        };
        if !fits || part.out_at.is_some() {
            wrong.push(format!(
                "part {} of delivery {} is in doubt ({}) while {state}",
                part.no, part.delivery, part.doubt
            ));
        }
    }
}

/// Whoever came into trouble was told of in the same transaction.
fn told(moment: &Moment, wrong: &mut Vec<String>) {
    let in_trouble = |kind: &str| matches!(kind, "unknown" | "failed" | "missed");
    for step in moment.audit.iter().filter(|step| in_trouble(&step.kind)) {
        let alert = |a: &&Told| (a.seq, &a.kind, a.delivery) == (step.seq, &step.kind, step.delivery);
        if !moment.alerts.iter().any(|a| alert(&a)) {
            wrong.push(format!("nobody is told: {step:?}"));
        }
    }
    for delivery in moment.deliveries.iter().filter(|d| in_trouble(&d.state)) {
        let noted = |step: &&Told| step.delivery == Some(delivery.id) && step.kind == delivery.state;
        if !moment.audit.iter().any(|step| noted(&step)) {
            wrong.push(format!(
                "delivery {} became {} without a trace",
                delivery.id, delivery.state
            ));
        }
    }
}

/// One delivery in a slot, one being sent on a channel; who stopped for good holds no slot unless something is out.
fn unique(moment: &Moment, wrong: &mut Vec<String>) {
    let (mut slots, mut sending) = (BTreeSet::new(), BTreeSet::new());
    for delivery in &moment.deliveries {
        if delivery
            .slot_key
            .as_ref()
            .is_some_and(|slot| !slots.insert((&delivery.channel, slot)))
        {
            wrong.push(format!("delivery {} has another's slot", delivery.id));
        }
        if delivery.state == "sending" && !sending.insert(&delivery.channel) {
            wrong.push(format!("two are being sent on {}", delivery.channel));
        }
        let own = |p: &&PartRow| p.delivery == delivery.id && (p.out_at.is_some() || p.doubt != "none");
        let ended = matches!(delivery.state.as_str(), "failed" | "missed" | "cancelled");
        if ended && delivery.slot_key.is_some() && !moment.parts.iter().any(|p| own(&p)) {
            wrong.push(format!(
                "delivery {} is {} and keeps its slot",
                delivery.id, delivery.state
            ));
        }
    }
}
