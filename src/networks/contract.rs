//! What every network must keep, whatever it speaks: run by `contract_of` with each adapter's [`Script`].
//!
//! One visible step a part, and that the last; replay asks for the same bytes; no secret in anything that is recorded;
//! no answer is taken for success unless it names the post, and none that proves nothing is taken for a refusal. With
//! pictures all the same, and nothing is posted before they are all there.

use std::cell::Cell;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Account, Answer, Call, Credentials, Facts, Found, Frozen, Halt, Job, Meta, Network, Receipt, Recorded, Search,
    Seed, Wire,
};
use crate::config::Secret;
use crate::domain::compose::Part as Composed;
use crate::domain::picture::{Fitted, Shown};

mod checks;

pub(crate) use checks::all;

/// A network's sample channel, and the answers that its server gives when all is well.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) server: Option<&'static str>,
    pub(crate) settings: &'static [(&'static str, &'static str)],
    pub(crate) secrets: &'static [(&'static str, &'static str)],
    pub(crate) facts: Facts,
    pub(crate) part: Composed,
    /// The pictures; none unless a test gives some.
    pub(crate) shown: Shown,
    /// The good answer to a call; the second argument is the part's key.
    pub(crate) answers: fn(&Call, &str) -> Answer,
    /// Whether a success proves delivery by itself, as for a webhook.
    pub(crate) success_is_proof: bool,
}

pub(crate) const NOW: &str = "2026-12-01T09:00:00.123456Z";
const TEXT: &str = "Doctors call for change: https://idhdp.com/a #health";

impl Script {
    /// A channel without server, settings and secrets; adapters fill in theirs.
    pub(crate) fn plain() -> Self {
        Self {
            server: None,
            settings: &[],
            secrets: &[],
            facts: Facts::default(),
            part: Composed {
                text: TEXT.to_owned(),
                ..part()
            },
            shown: Shown::default(),
            answers: |_, _| answer(500, json!(null)),
            success_is_proof: false,
        }
    }

    /// The same post with two pictures.
    pub(crate) fn pictured(&self) -> Self {
        let shown = Shown {
            pictures: vec![picture(1), picture(2)],
            thumb: None,
        };
        Self { shown, ..self.clone() }
    }

    pub(crate) fn freeze(&self, network: &'static dyn Network, random: u128) -> Frozen {
        let settings = self.settings();
        let hashtags = ["health".to_owned()];
        let meta = Meta {
            shown: &self.shown,
            post: 12,
            title: Some("Doctors call for change"),
            summary: Some("Doctors call for change:"),
            url: Some("https://idhdp.com/a"),
            language: Some("en-GB"),
            hashtags: &hashtags,
            tags: &[],
            warning: None,
            visibility: "public",
        };
        network.freeze(&self.account(&settings), &self.part, &meta, Seed { now: now(), random })
    }

    fn settings(&self) -> BTreeMap<String, String> {
        self.settings
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn account<'a>(&'a self, settings: &'a BTreeMap<String, String>) -> Account<'a> {
        Account {
            channel: "ch",
            server: self.server,
            language: Some("en"),
            settings,
            facts: &self.facts,
        }
    }

    fn credentials(&self) -> Credentials {
        self.secrets
            .iter()
            .map(|(name, value)| (*name, Secret::new(*value)))
            .collect()
    }

    /// Hands a job of this script to `then`.
    pub(crate) fn with_job<T>(&self, frozen: &Frozen, earlier: &[Receipt], then: impl FnOnce(&Job<'_>) -> T) -> T {
        let settings = self.settings();
        let account = self.account(&settings);
        then(&Job {
            account: &account,
            post: 12,
            no: earlier.len(),
            key: &frozen.key,
            body: &frozen.body,
            text: &self.part.text,
            link: Some("https://idhdp.com/a"),
            earlier,
        })
    }
}

fn part() -> Composed {
    Composed {
        text: String::new(),
        spans: Vec::new(),
        lengths: Vec::new(),
        card: None,
    }
}

/// A picture of this number; the even ones are PNG.
pub(crate) fn picture(no: u8) -> Fitted {
    Fitted {
        hash: format!("{no:064x}"),
        mime: if no.is_multiple_of(2) {
            "image/png"
        } else {
            "image/jpeg"
        }
        .to_owned(),
        width: 640,
        height: 480,
        bytes: 1000 + u64::from(no),
        alt: Some(format!("Ärztinnen\n\"{no}\"")),
    }
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// An answer with a JSON body; null is an empty one.
pub(crate) fn answer(status: u16, body: Value) -> Answer {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    Answer {
        status,
        headers: Vec::new(),
        body,
        at: now(),
    }
}

/// Runs an adapter's code to its end as the engine does: again from the top after each call, and after each wait. Gives
/// the calls made, and how many waits there were. The clock goes on by the waits, and as far as `reply` sets it.
pub(crate) fn run_by<T>(
    clock: &Cell<Timestamp>,
    network: &'static dyn Network,
    mut code: impl FnMut(&mut Wire<'_>) -> Result<T, Halt>,
    mut reply: impl FnMut(&Call) -> Answer,
) -> (Result<T, Halt>, Vec<Call>, usize) {
    let (mut calls, mut recorded, mut waits): (Vec<Call>, Vec<Recorded>, usize) = (Vec::new(), Vec::new(), 0);
    let sort = |answer: &Answer| network.sort(answer);
    loop {
        match code(&mut Wire::new(&recorded, &sort, clock.get())) {
            Err(Halt::Call(call)) => {
                assert!(calls.len() < 50, "{}: no end of calls", network.name());
                assert!(calls.iter().all(|c| c.step != call.step), "step {} twice", call.step);
                let answer = reply(&call);
                let answer = Answer {
                    at: clock.get(),
                    ..answer
                };
                recorded.push(Recorded {
                    step: call.step.clone(),
                    answer,
                });
                calls.push(*call);
            }
            Err(Halt::Wait { until }) => {
                assert!(until > clock.get(), "{}: a wait for what is past", network.name());
                clock.set(until);
                waits += 1;
            }
            end => return (end, calls, waits),
        }
    }
}

/// As [`run_by`], while the clock stands still: for code that does not wait.
pub(crate) fn run<T>(
    network: &'static dyn Network,
    code: impl FnMut(&mut Wire<'_>) -> Result<T, Halt>,
    reply: impl FnMut(&Call) -> Answer,
) -> (Result<T, Halt>, Vec<Call>) {
    let (end, calls, waits) = run_by(&Cell::new(now()), network, code, reply);
    assert_eq!(waits, 0, "{}: waited", network.name());
    (end, calls)
}

/// Runs an adapter's `find` for the part that was frozen.
pub(crate) fn find(
    network: &'static dyn Network,
    script: &Script,
    frozen: &Frozen,
    reply: impl FnMut(&Call) -> Answer,
) -> (Result<Found, Halt>, Vec<Call>) {
    let search = Search {
        since: now(),
        taken: &|_| false,
        restored: false,
    };
    script.with_job(frozen, &[], |job| {
        run(network, |wire| network.find(job, &search, wire), reply)
    })
}
