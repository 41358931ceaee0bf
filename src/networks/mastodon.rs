//! Mastodon and the servers that speak like it: Pleroma, Akkoma, GoToSocial.
//!
//! Mastodon keeps the `Idempotency-Key` of a post for an hour (its documentation: "Idempotency keys are stored for up
//! to 1 hour") and drops a repeat. GoToSocial ignores the key; Pleroma and Akkoma replay failures too and let two at
//! once through. So with those, and with a server that is not known, a post is never repeated, only looked for.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::candidates::{Candidate, floor, judge};
use super::failure::{by_our_clock, corrected, retry_after, said};
use super::wire::unreadable;
use super::{
    Account, Answer, Credentials, Effect, Facts, Failure, Found, Frozen, Halt, Job, Meta, Network, Outgoing, Pictures, Problem,
    ProblemKind, Receipt, Recovery, Request, Search, Seed, Session, Wire,
};
use crate::config::{Key, KeyKind, NetworkKeys, Secret, Server};
use crate::domain::compose::{Limit, LinkPlace, Part as Composed, Rule, Style, Unit};

mod html;
mod pictures;
mod software;

/// How long Mastodon keeps a key.
const KEY_TTL: SignedDuration = SignedDuration::from_mins(60);
/// What a URL counts on Mastodon, whatever its length.
const URL_COST: usize = 23;
/// The most pages of our own posts that `find` reads.
const PAGES: usize = 10;

pub struct Adapter;

impl Network for Adapter {
    fn name(&self) -> &'static str {
        "mastodon"
    }

    fn keys(&self) -> NetworkKeys {
        NetworkKeys {
            network: "mastodon",
            keys: &[Key {
                name: "token",
                kind: KeyKind::Secret,
                required: true,
            }],
            server: Server::Required,
            absent_after: SignedDuration::from_mins(2),
            key_ttl: Some(KEY_TTL),
            places: &[LinkPlace::Text, LinkPlace::FirstComment],
        }
    }

    /// Mastodon counts grapheme clusters and 23 for each URL; GoToSocial code points, Pleroma and Akkoma graphemes,
    /// both with URLs in full.
    fn style(&self, facts: &Facts) -> Style {
        let (unit, rule, max) = match facts.software.as_deref() {
            Some("mastodon") | None => (
                Unit::Graphemes,
                Rule::Mastodon {
                    url_cost: facts.url_cost.unwrap_or(URL_COST),
                },
                500,
            ),
            Some("gotosocial") => (Unit::Codepoints, Rule::GoToSocial, 5000),
            Some(_) => (Unit::Graphemes, Rule::GoToSocial, 5000),
        };
        let limits = vec![Limit {
            unit,
            rule,
            max: Some(facts.max_text.unwrap_or(max)),
        }];
        Style {
            threads: true,
            comments: true,
            ..Style::plain(limits)
        }
    }

    /// `configuration.media_attachments` of the server; else Mastodon's own limits.
    fn pictures(&self, facts: &Facts) -> Option<Pictures> {
        let mut pictures = Pictures::of(
            facts.max_media.unwrap_or(4),
            facts.max_picture_bytes.unwrap_or(16_777_216),
        );
        pictures.limits.max_pixels = Some(facts.max_picture_pixels.unwrap_or(33_177_600));
        pictures.alt = Some(facts.max_alt.unwrap_or(1500));
        Some(pictures)
    }

    fn recovery(&self, facts: &Facts) -> Recovery {
        let keyed = facts.software.as_deref() == Some("mastodon");
        Recovery {
            finds: true,
            effect: if keyed {
                Effect::Keyed { ttl: Some(KEY_TTL) }
            } else {
                Effect::Once
            },
        }
    }

    fn freeze(&self, account: &Account<'_>, part: &Composed, meta: &Meta<'_>, seed: Seed) -> Frozen {
        let status = Status {
            status: &part.text,
            visibility: match meta.visibility {
                "public" => "public",
                "unlisted" => "unlisted",
                _ => "private",
            },
            language: meta.language.or(account.language).and_then(iso_639_1),
            sensitive: meta.warning.map(|_| true),
            spoiler_text: meta.warning,
        };
        // Strings, a flag: nothing that JSON could refuse.
        let status = serde_json::to_string(&status).unwrap_or_default();
        Frozen {
            key: seed.uuid(),
            body: pictures::frozen(&meta.shown.pictures, status),
        }
    }

    fn publish(&self, job: &Job<'_>, wire: &mut Wire<'_>) -> Result<Receipt, Halt> {
        let url = format!("{}/api/v1/statuses", job.account.base()?);
        let status = pictures::uploaded(job, wire)?;
        let request = Request::post_json(url, with_reply(job, status)?)
            .header("idempotency-key", job.key)
            .signed();
        let answer = wire.call("status", self.recovery(job.account.facts).effect, request)?;
        let status = answer.json();
        if !status["scheduled_at"].is_null() {
            return Err(unreadable(
                &answer,
                "put the post off to a later time instead of publishing it",
            ));
        }
        let Some(id) = word(&status["id"]) else {
            return Err(unreadable(&answer, "did not name the post"));
        };
        Ok(Receipt {
            remote_id: id.to_owned(),
            url: public_address(&status),
        })
    }

    fn find(&self, job: &Job<'_>, search: &Search<'_>, wire: &mut Wire<'_>) -> Result<Found, Halt> {
        let base = job.account.base()?;
        let id = match &job.account.facts.account_id {
            Some(id) => id.clone(),
            None => {
                let answer = wire.call("find-account", Effect::Repeatable, me(base))?;
                match word(&answer.json()["id"]) {
                    Some(id) => id.to_owned(),
                    None => return Ok(Found::NoAnswer("the server does not say who we are".to_owned())),
                }
            }
        };
        let Some(id) = path_word(&id) else {
            return Ok(Found::NoAnswer(
                "the account's id cannot stand in an address".to_owned(),
            ));
        };
        let mut list = Vec::new();
        let mut before = String::new();
        for page in 0..PAGES {
            let url = format!("{base}/api/v1/accounts/{id}/statuses?exclude_reblogs=true&limit=40{before}");
            let answer = wire.call(
                &format!("find-page-{page}"),
                Effect::Repeatable,
                Request::get(url).signed(),
            )?;
            let Some(read) = page_of(&answer) else {
                return Ok(Found::NoAnswer("the list of our posts cannot be read".to_owned()));
            };
            let past = read
                .iter()
                .filter_map(|c| c.at)
                .min()
                .is_some_and(|at| at < floor(search));
            let end = read.is_empty();
            before = read
                .last()
                .and_then(|c| path_word(&c.remote_id))
                .map(|id| format!("&max_id={id}"))
                .unwrap_or_default();
            list.extend(read);
            if past || end {
                return Ok(judge(&list, true, job, search));
            }
            if before.is_empty() {
                break;
            }
        }
        Ok(judge(&list, false, job, search))
    }

    fn check(&self, account: &Account<'_>, wire: &mut Wire<'_>) -> Result<Facts, Halt> {
        let base = account.base()?;
        let mut instance = wire.attempt(
            "instance",
            Effect::Repeatable,
            Request::get(format!("{base}/api/v2/instance")),
        )?;
        if instance.status == 404 {
            instance = wire.attempt(
                "instance-v1",
                Effect::Repeatable,
                Request::get(format!("{base}/api/v1/instance")),
            )?;
        }
        if !instance.is_success() {
            return Err(self.sort(&instance).into());
        }
        let told = instance.json();
        if !told["version"].is_string() {
            return Err(unreadable(
                &instance,
                "did not say which software it is: is this a Mastodon server?",
            ));
        }
        let answer = wire.call("account", Effect::Repeatable, me(base))?;
        let ours = answer.json();
        let (Some(id), Some(name)) = (word(&ours["id"]), word(&ours["acct"])) else {
            return Err(unreadable(&answer, "did not say who we are"));
        };
        let mut facts = limits(&told);
        facts.account_id = Some(id.to_owned());
        facts.account = Some(format!("@{name}@{}", host(&told, base)));
        Ok(facts)
    }

    fn sign(&self, out: &mut Outgoing, credentials: &Credentials, _session: Option<&Session>, _now: Timestamp) {
        if out.request.signed
            && let Some(token) = credentials.get("token").map(Secret::expose)
        {
            out.secret_headers
                .push(("authorization", format!("Bearer {}", token.trim())));
        }
    }

    fn sort(&self, answer: &Answer) -> Failure {
        if answer
            .header("idempotent-replayed")
            .is_some_and(|v| v.eq_ignore_ascii_case("true"))
        {
            // Pleroma's memory of an earlier failure: it tells nothing of this call.
            return Failure::Unclear(Problem::unknown(said(answer)));
        }
        match answer.status {
            429 => {
                let at = retry_after(answer).or_else(|| rate_reset(answer));
                Failure::Later {
                    problem: Problem::new(ProblemKind::Rate, said(answer)),
                    at,
                }
            }
            _ => Failure::by_status(answer),
        }
    }

    fn pace(&self, answer: &Answer) -> Option<Timestamp> {
        let left: i64 = answer.header("x-ratelimit-remaining")?.trim().parse().ok()?;
        if left <= 0 { rate_reset(answer) } else { None }
    }
}

#[derive(Serialize)]
struct Status<'a> {
    status: &'a str,
    visibility: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spoiler_text: Option<&'a str>,
}

/// The frozen bytes, and in later parts the part that they answer, written in front.
fn with_reply(job: &Job<'_>, status: String) -> Result<String, Failure> {
    let Some(previous) = job.earlier.last() else {
        return Ok(status);
    };
    let Some(rest) = status.strip_prefix('{') else {
        return Err(Failure::Refused(Problem::new(
            ProblemKind::Invalid,
            "the stored message is damaged",
        )));
    };
    Ok(format!(
        "{{\"in_reply_to_id\":{},{rest}",
        Value::from(previous.remote_id.as_str())
    ))
}

fn me(base: &str) -> Request {
    Request::get(format!("{base}/api/v1/accounts/verify_credentials")).signed()
}

/// The two letters that Mastodon takes for a language, of a tag such as `pt-BR`.
fn iso_639_1(tag: &str) -> Option<String> {
    let code = tag.split(['-', '_']).next()?;
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic())).then(|| code.to_ascii_lowercase())
}

fn word(value: &Value) -> Option<&str> {
    value
        .as_str()
        .filter(|text| !text.trim().is_empty() && text.len() <= 500)
}

/// An id that may stand in an address; others are no ids of such servers.
fn path_word(id: &str) -> Option<&str> {
    id.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .then_some(id)
        .filter(|id| !id.is_empty())
}

fn public_address(status: &Value) -> Option<String> {
    ["url", "uri"]
        .iter()
        .filter_map(|member| word(&status[*member]))
        .find(|address| address.starts_with("https://") || address.starts_with("http://"))
        .map(str::to_owned)
}

/// The posts of one page, or `None` where any of it cannot be read: what is not understood may be ours.
fn page_of(answer: &Answer) -> Option<Vec<Candidate>> {
    let read: Option<Vec<Candidate>> = answer.json().as_array()?.iter().map(candidate).collect();
    // By our clock: what the server's differs is taken away.
    let ours = |c: Candidate| Candidate { at: c.at.map(|at| by_our_clock(at, answer)), ..c };
    read.map(|list| list.into_iter().map(ours).collect())
}

fn candidate(status: &Value) -> Option<Candidate> {
    let (text, mut links) = html::read(status["content"].as_str()?);
    links.extend(status["card"]["url"].as_str().map(str::to_owned));
    Some(Candidate {
        remote_id: word(&status["id"])?.to_owned(),
        url: public_address(status),
        at: status["created_at"].as_str().and_then(|at| at.parse().ok()),
        links,
        text,
    })
}

/// What the server says of itself, in either version of the instance document.
fn limits(told: &Value) -> Facts {
    let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
    let statuses = &told["configuration"]["statuses"];
    let media = &told["configuration"]["media_attachments"];
    let software = software::of(told);
    let url_cost = number(&statuses["characters_reserved_per_url"]).filter(|_| software.as_deref() == Some("mastodon"));
    Facts {
        max_text: number(&statuses["max_characters"]).or_else(|| number(&told["max_toot_chars"])),
        url_cost,
        max_media: number(&statuses["max_media_attachments"]),
        max_picture_bytes: number(&media["image_size_limit"]),
        max_picture_pixels: media["image_matrix_limit"].as_u64().filter(|n| *n > 0),
        max_alt: number(&media["description_limit"]),
        software,
        ..Facts::default()
    }
}

/// The server's name as it stands in an account's address.
fn host(told: &Value, base: &str) -> String {
    let named = word(&told["domain"]).or_else(|| word(&told["uri"])).unwrap_or(base);
    let named = named.split_once("://").map_or(named, |(_, rest)| rest);
    named.split('/').next().unwrap_or_default().to_owned()
}

fn rate_reset(answer: &Answer) -> Option<Timestamp> {
    corrected(answer.header("x-ratelimit-reset")?.trim().parse().ok()?, answer)
}

#[cfg(test)]
pub(crate) mod tests;
