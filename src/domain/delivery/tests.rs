//! The machine's tests: the whole table, the rules one by one, and random orders of events against a small network.

mod absence;
mod network;
mod orders;
mod publisher;
mod rules;
mod table;
mod world;

use jiff::{SignedDuration, Timestamp};

use super::*;

/// How long a network may take to show a post, in these tests.
const ABSENT_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// The claim under which the deliveries of these tests are being sent.
const TOKEN: i64 = 40;
/// The number of holds and releases at that claim.
const HOLDS: i64 = 2;
/// The open attempt of these tests.
const ATTEMPT: i64 = 7;

/// Noon of the day of these tests.
fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn minutes_ago(minutes: i64) -> Timestamp {
    noon() - SignedDuration::from_mins(minutes)
}

fn trouble_at(at: Timestamp) -> Trouble {
    Trouble {
        kind: "transient".to_owned(),
        message: "try later".to_owned(),
        at,
    }
}

fn waiting(parts: usize) -> Delivery {
    Delivery {
        id: 1,
        state: State::Pending,
        token: None,
        hold_seq: 0,
        slot: Some("2026-11-24T12:00".to_owned()),
        wish: false,
        version: 1,
        retry_at: None,
        published_at: None,
        parts: (0..parts).map(Part::new).collect(),
        open: None,
        trouble: None,
    }
}

/// What the delivery of a test is like; each word changes one thing of a pending delivery.
impl Delivery {
    fn state(mut self, state: State) -> Self {
        self.state = state;
        self
    }

    fn claimed(mut self) -> Self {
        (self.state, self.token, self.hold_seq) = (State::Sending, Some(TOKEN), HOLDS);
        self
    }

    fn out(mut self, no: usize) -> Self {
        self.parts[no].out_at = Some(minutes_ago(60));
        self.parts[no].remote_id = Some(format!("id-{no}"));
        self
    }

    fn doubt(mut self, no: usize, doubt: Doubt) -> Self {
        self.parts[no].doubt = doubt;
        self.parts[no].first_intent = Some(minutes_ago(30));
        self.trouble = Some(trouble_at(minutes_ago(30)));
        self
    }

    /// With a visible attempt open, its call still under way.
    fn calling(mut self) -> Self {
        let part = self.next_part().unwrap();
        let resend = self.parts[part].doubt != Doubt::None;
        self.parts[part].first_intent.get_or_insert(minutes_ago(1));
        self.open = Some(Open {
            attempt: ATTEMPT,
            part,
            ended_at: None,
            resend,
        });
        self
    }

    /// With a visible attempt without evidence, whose call ended so many minutes ago.
    fn ended(self, minutes: i64) -> Self {
        let mut this = self.calling();
        this.open.as_mut().unwrap().ended_at = Some(minutes_ago(minutes));
        this
    }

    fn wished(mut self) -> Self {
        self.wish = true;
        self
    }
}

const LISTS: Means = Means {
    keyed: true,
    finds: true,
};

fn accepted(attempt: i64, part: usize, proof: Proof) -> Event {
    Event::Accepted {
        attempt: Some(attempt),
        part,
        remote_id: Some(format!("id-{part}")),
        url: None,
        proof,
    }
}

fn refused(attempt: i64) -> Event {
    Event::Refused {
        attempt,
        trouble: trouble_at(noon()),
        means: LISTS,
    }
}

fn not_sent(attempt: i64, reached: bool) -> Event {
    let retry_at = noon() + SignedDuration::from_mins(1);
    Event::NotSent {
        attempt,
        trouble: trouble_at(noon()),
        retry_at,
        reached,
        means: LISTS,
    }
}

fn lost(attempt: i64, means: Means) -> Event {
    Event::Lost {
        attempt,
        trouble: trouble_at(noon()),
        retry_at: noon(),
        means,
    }
}

fn absent(attempt: i64) -> Event {
    Event::Absent {
        attempt,
        absent_after: ABSENT_AFTER,
    }
}

fn claim(token: i64) -> Event {
    Event::Claim {
        token,
        hold_seq: HOLDS,
        slot: None,
    }
}

fn intent(token: i64, attempt: i64) -> Event {
    Event::Intent {
        token,
        hold_seq: HOLDS,
        attempt,
        visible: true,
    }
}

/// What becomes of a delivery at noon when all these events fit.
fn after(delivery: Delivery, events: &[Event]) -> Delivery {
    events.iter().fold(delivery, |d, event| match step(&d, event, noon()) {
        Ok((d, _)) => d,
        Err(refused) => panic!("{event:?} is refused: {refused:?}, at {d:?}"),
    })
}

fn refusal(delivery: &Delivery, event: &Event) -> Option<Refused> {
    step(delivery, event, noon()).err()
}

/// Whether the attempt was given this evidence.
fn records(acts: &[Act], attempt: i64, evidence: Evidence) -> bool {
    acts.contains(&Act::Record { attempt, evidence })
}
