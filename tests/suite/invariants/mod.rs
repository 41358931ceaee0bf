//! What must be true at every moment, whatever was killed, stopped or lost: looked at in the database and at the
//! networks, after every step.

mod rules;

pub(crate) use self::rules::intent_is_there;
use self::rules::{
    attempts_and_states, doubts, every_request_is_recorded, holds_and_embargoes, name, one_copy, shown, told, unique,
};
use crate::database::{Database, Record, number, text};
use crate::fake::{Public, Seen, World};
use crate::patience::until;

/// Watches one database and its networks over several publishers' lives.
pub(crate) struct Watch<'a> {
    database: Database,
    worlds: Vec<&'a dyn World>,
    seq: i64,
    epoch: i64,
    /// The numbers of the database when the last publisher died.
    died: Option<(i64, i64)>,
}

/// Everything of one moment.
struct Moment {
    deliveries: Vec<Record>,
    parts: Vec<Record>,
    attempts: Vec<Record>,
    audit: Vec<Record>,
    alerts: Vec<Record>,
    control: Record,
}

const DELIVERIES: &str = "SELECT d.*, p.embargo_at FROM delivery d JOIN post p ON p.id = d.post ORDER BY d.id";

impl<'a> Watch<'a> {
    pub(crate) fn new(database: Database, worlds: &[&'a dyn World]) -> Self {
        Self {
            database,
            worlds: worlds.to_vec(),
            seq: 0,
            epoch: 0,
            died: None,
        }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The publisher is dead: what it left is remembered.
    pub(crate) fn note_death(&mut self) {
        let control = self.database.rows("SELECT seq, epoch FROM control").remove(0);
        self.died = number(&control, "seq").zip(number(&control, "epoch"));
    }

    /// Asserts all of it.
    #[track_caller]
    pub(crate) fn check(&mut self) {
        let wrong = self.wrong();
        assert!(wrong.is_empty(), "broken invariants:\n{}", wrong.join("\n"));
    }

    /// Waits until a delivery is in this state, while all of it holds.
    #[track_caller]
    pub(crate) fn until(&mut self, delivery: &str, state: &str) {
        until(&format!("{delivery} is {state}"), || {
            self.check();
            (self.database.state(delivery) == state).then_some(())
        });
    }

    /// The states that a delivery came to, one after another.
    pub(crate) fn life(&self, delivery: &str) -> Vec<String> {
        let (post, channel) = delivery.split_once('/').unwrap();
        let sql = format!(
            "SELECT a.act FROM audit a JOIN delivery d ON d.id = a.delivery \
             WHERE d.post = {post} AND d.channel = '{channel}' ORDER BY a.id"
        );
        let rows = self.database.rows(&sql);
        let acts = rows.iter().map(|row| text(row, "act").to_owned());
        acts.filter(|act| matches!(act.as_str(), "pending" | "unknown" | "failed" | "missed" | "published"))
            .collect()
    }

    fn wrong(&mut self) -> Vec<String> {
        // A request is recorded before it is seen, and a part is public before it is recorded.
        let seen: Vec<(String, Vec<Seen>)> = self
            .worlds
            .iter()
            .map(|world| (world.channel().to_owned(), world.posts()))
            .collect();
        let moment = self.database.at_once(|database| Moment {
            deliveries: database.rows(DELIVERIES),
            parts: database.rows("SELECT * FROM part ORDER BY delivery, no"),
            attempts: database.rows("SELECT * FROM attempt ORDER BY id"),
            audit: database.rows("SELECT seq, act, delivery, detail FROM audit ORDER BY id"),
            alerts: database.rows("SELECT seq, kind, delivery FROM alert"),
            control: database.rows("SELECT seq, epoch FROM control").remove(0),
        });
        let public: Vec<(String, Vec<Public>)> = self
            .worlds
            .iter()
            .map(|world| (world.channel().to_owned(), world.public()))
            .collect();
        let mut wrong: Vec<String> = self.worlds.iter().flat_map(|world| world.complaints()).collect();
        one_copy(&moment, &public, &mut wrong);
        every_request_is_recorded(&moment, &seen, &mut wrong);
        attempts_and_states(&moment, &mut wrong);
        doubts(&moment, &mut wrong);
        self.after_a_takeover(&moment, &mut wrong);
        holds_and_embargoes(&moment, &mut wrong);
        told(&moment, &mut wrong);
        unique(&moment, &mut wrong);
        wrong
    }

    /// Numbers never go back; after a take-over everything open is the new publisher's.
    fn after_a_takeover(&mut self, moment: &Moment, wrong: &mut Vec<String>) {
        let (seq, epoch) = (
            number(&moment.control, "seq").unwrap(),
            number(&moment.control, "epoch").unwrap(),
        );
        if seq < self.seq || epoch < self.epoch {
            wrong.push(format!(
                "numbers went back from {} and {} to {seq} and {epoch}",
                self.seq, self.epoch
            ));
        }
        (self.seq, self.epoch) = (seq, epoch);
        let Some((left, of)) = self.died.filter(|(_, of)| epoch > *of) else {
            return;
        };
        for delivery in &moment.deliveries {
            if number(delivery, "token").is_some_and(|token| token <= left) {
                wrong.push(format!(
                    "{} is sending under the claim of a dead publisher ({of})",
                    name(delivery)
                ));
            }
        }
        for attempt in &moment.attempts {
            if number(attempt, "ended_at").is_none() && number(attempt, "seq").is_some_and(|seq| seq <= left) {
                wrong.push(format!(
                    "{} has no end, and its publisher ({of}) is dead",
                    shown(attempt)
                ));
            }
        }
    }
}
