//! What every network must keep, whatever it speaks: run by `contract_of` with each adapter's [`Script`].
//!
//! One visible step a part, and that the last; replay asks for the same bytes; no secret in anything that is recorded;
//! no answer is taken for success unless it names the post, and none that proves nothing is taken for a refusal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Account, Answer, Call, Credentials, Facts, Found, Frozen, Halt, Job, Meta, Network, Receipt, Recorded, Search,
    Seed, Wire,
};
use crate::config::Secret;
use crate::domain::compose::Part as Composed;

mod checks;

pub(crate) use checks::all;

/// A network's sample channel, and the answers that its server gives when all is well.
pub(crate) struct Script {
    pub(crate) server: Option<&'static str>,
    pub(crate) settings: &'static [(&'static str, &'static str)],
    pub(crate) secrets: &'static [(&'static str, &'static str)],
    pub(crate) facts: Facts,
    pub(crate) part: Composed,
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
            answers: |_, _| answer(500, json!(null)),
            success_is_proof: false,
        }
    }

    pub(crate) fn freeze(&self, network: &'static dyn Network, random: u128) -> Frozen {
        let settings = self.settings();
        let hashtags = ["health".to_owned()];
        let meta = Meta {
            shown: &crate::domain::picture::Shown::default(),
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

/// Runs an adapter's code to its end as the engine does: again from the top after each call. Gives the calls made.
pub(crate) fn run<T>(
    network: &'static dyn Network,
    mut code: impl FnMut(&mut Wire<'_>) -> Result<T, Halt>,
    mut reply: impl FnMut(&Call) -> Answer,
) -> (Result<T, Halt>, Vec<Call>) {
    let sort = |answer: &Answer| network.sort(answer);
    let (mut recorded, mut calls): (Vec<Recorded>, Vec<Call>) = (Vec::new(), Vec::new());
    loop {
        match code(&mut Wire::new(&recorded, &sort, now())) {
            Err(Halt::Call(call)) => {
                assert!(calls.len() < 50, "{}: no end of calls", network.name());
                assert!(
                    calls.iter().all(|c| c.step != call.step),
                    "{}: step {} twice",
                    network.name(),
                    call.step
                );
                recorded.push(Recorded {
                    step: call.step.clone(),
                    answer: reply(&call),
                });
                calls.push(*call);
            }
            end => return (end, calls),
        }
    }
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
