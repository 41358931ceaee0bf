//! The local feed: files in a folder that a web server shows (`index.html`, `feed.atom`, `feed.json`).
//!
//! The adapter makes the entry and asks for it to be written; the files are made by [`render`], always whole and from
//! all entries, so writing an entry again changes nothing. What `feed.json` holds is what is out.

use jiff::{SignedDuration, Timestamp};

use super::{
    Account, Credentials, Effect, Facts, Failure, Found, Frozen, Halt, Job, Meta, Method, Network, Outgoing, Pictures, Problem,
    ProblemKind, Receipt, Recovery, Request, Search, Seed, Session, Wire,
};
use crate::config::{Key, KeyKind, NetworkKeys, Server};
use crate::domain::compose::{Limit, LinkPlace, LinkStyle, Part as Composed, Rule, Style, Unit};
use render::Entry;

mod markup;
mod page;
pub mod render;
mod xml;

pub struct Adapter;

impl Network for Adapter {
    fn name(&self) -> &'static str {
        "feed"
    }

    /// `public_url`: where people read the page, if the folder is public.
    fn keys(&self) -> NetworkKeys {
        NetworkKeys {
            network: "feed",
            keys: &[
                Key {
                    name: "path",
                    kind: KeyKind::Path,
                    required: true,
                },
                Key {
                    name: "title",
                    kind: KeyKind::Text,
                    required: false,
                },
                Key {
                    name: "public_url",
                    kind: KeyKind::Text,
                    required: false,
                },
            ],
            server: Server::None,
            absent_after: SignedDuration::ZERO,
            key_ttl: None,
            places: &[LinkPlace::Text],
        }
    }

    fn style(&self, _facts: &Facts) -> Style {
        let limits = vec![Limit {
            unit: Unit::Graphemes,
            rule: Rule::Plain,
            max: None,
        }];
        Style {
            links: LinkStyle::Labelled,
            ..Style::plain(limits)
        }
    }

    /// Small enough for a page of many entries.
    fn pictures(&self, _facts: &Facts) -> Option<Pictures> {
        let mut pictures = Pictures::of(4, 600_000);
        pictures.limits.max_side = Some(1600);
        Some(pictures)
    }

    fn recovery(&self, _facts: &Facts) -> Recovery {
        Recovery {
            finds: true,
            effect: Effect::Once,
        }
    }

    fn freeze(&self, account: &Account<'_>, part: &Composed, meta: &Meta<'_>, seed: Seed) -> Frozen {
        let key = format!("urn:uuid:{}", seed.uuid());
        let entry = Entry {
            id: key.clone(),
            title: meta.title.map(str::to_owned),
            summary: meta.summary.map(str::to_owned),
            url: meta.url.map(str::to_owned),
            text: part.text.clone(),
            html: markup::of(part),
            language: meta.language.or(account.language).map(str::to_owned),
            hashtags: meta.hashtags.to_vec(),
            pictures: meta.shown.pictures.clone(),
            published: seed.now,
        };
        // Strings and a time: nothing that JSON could refuse.
        Frozen {
            key,
            body: serde_json::to_string(&entry).unwrap_or_default(),
        }
    }

    fn publish(&self, job: &Job<'_>, wire: &mut Wire<'_>) -> Result<Receipt, Halt> {
        wire.call(
            "entry",
            Effect::Once,
            on_files(job.account, Method::WriteFeed, Some(job.body.to_owned()))?,
        )?;
        Ok(receipt(job))
    }

    /// The answer is `{"ids":["urn:uuid:…"]}`: the ids that `feed.json` holds, which is renamed into place last.
    fn find(&self, job: &Job<'_>, _search: &Search<'_>, wire: &mut Wire<'_>) -> Result<Found, Halt> {
        let answer = wire.call(
            "find-entries",
            Effect::Repeatable,
            on_files(job.account, Method::ReadFeed, None)?,
        )?;
        let told = answer.json();
        let Some(ids) = told["ids"].as_array() else {
            return Ok(Found::NoAnswer("the feed cannot be read".to_owned()));
        };
        let there = ids.iter().any(|id| id.as_str() == Some(job.key));
        Ok(if there { Found::Yes(receipt(job)) } else { Found::Absent })
    }

    /// Nothing to ask: there is no account and no limit.
    fn check(&self, account: &Account<'_>, _wire: &mut Wire<'_>) -> Result<Facts, Halt> {
        Ok(Facts {
            account: account.settings.get("path").cloned(),
            ..Facts::default()
        })
    }

    fn sign(&self, _out: &mut Outgoing, _credentials: &Credentials, _session: Option<&Session>, _now: Timestamp) {}
}

fn on_files(account: &Account<'_>, method: Method, body: Option<String>) -> Result<Request, Failure> {
    let Some(path) = account.settings.get("path").filter(|path| !path.is_empty()) else {
        return Err(Failure::Refused(Problem::new(
            ProblemKind::Invalid,
            format!("channel {} has no path", account.channel),
        )));
    };
    Ok(Request {
        method,
        url: path.clone(),
        headers: Vec::new(),
        body,
        signed: false,
        upload: None,
    })
}

fn receipt(job: &Job<'_>) -> Receipt {
    let page = job
        .account
        .settings
        .get("public_url")
        .map(|page| page.trim_end_matches('#'));
    Receipt {
        remote_id: job.key.to_owned(),
        url: page.map(|page| format!("{page}#{}", render::anchor(job.key))),
    }
}

#[cfg(test)]
pub(crate) mod tests;
