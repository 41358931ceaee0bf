//! Bluesky, over AT Protocol.
//!
//! A post is a record under a key of ours. `putRecord` with `swapRecord: null` means "only if there is none yet", and
//! the same record again is a success that writes nothing (measured with PDS 0.5.35), so a lost answer is settled by
//! sending the same again, for ever. `createRecord` is not used: it answers a repeat with a 500.
//!
//! Calls go to the account's own server. Logins are sessions: an access token of two hours and a refresh token of
//! 90 days, kept in memory.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::failure::{corrected, retry_after, said};
use super::wire::unreadable;
use super::{
    Account, Answer, Credentials, Effect, Facts, Failure, Found, Frozen, Halt, Job, Meta, Network, Outgoing, Pictures, Problem,
    ProblemKind, Receipt, Recovery, Request, Search, Seed, Session, Wire,
};
use crate::config::{Key, KeyKind, NetworkKeys, Server};
use crate::domain::compose::{Limit, LinkPlace, LinkStyle, Part as Composed, Rule, Style, Unit};
use record::{COLLECTION, Record, Reference, Reply};

mod find;
mod pictures;
mod record;
mod session;
mod tid;

const SERVER: &str = "https://bsky.social";
/// `app.bsky.feed.post`: `maxGraphemes` and `maxLength` (bytes) of the text.
const GRAPHEMES: usize = 300;
const BYTES: usize = 3000;
/// `app.bsky.embed.images`.
const IMAGES: usize = 4;
const NO_END: Effect = Effect::Keyed { ttl: None };

pub struct Adapter;

impl Network for Adapter {
    fn name(&self) -> &'static str {
        "bluesky"
    }

    fn keys(&self) -> NetworkKeys {
        NetworkKeys {
            network: "bluesky",
            keys: &[
                Key {
                    name: "identifier",
                    kind: KeyKind::Text,
                    required: true,
                },
                Key {
                    name: "password",
                    kind: KeyKind::Secret,
                    required: true,
                },
            ],
            server: Server::Known(SERVER),
            absent_after: SignedDuration::from_mins(1),
            key_ttl: None,
            places: &[LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card],
        }
    }

    fn style(&self, facts: &Facts) -> Style {
        let graphemes = Limit {
            unit: Unit::Graphemes,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(GRAPHEMES)),
        };
        let bytes = Limit {
            unit: Unit::Bytes,
            rule: Rule::Plain,
            max: Some(BYTES),
        };
        Style {
            links: LinkStyle::Labelled,
            card: true,
            tags: true,
            mentions: true,
            threads: true,
            comments: true,
            ..Style::plain(vec![graphemes, bytes])
        }
    }

    /// `app.bsky.embed.images` (2,000,000 bytes each) and `app.bsky.embed.external` (1,000,000 for the thumbnail).
    fn pictures(&self, _facts: &Facts) -> Option<Pictures> {
        Some(Pictures::of(IMAGES, 2_000_000).with_thumb(1_000_000))
    }

    fn recovery(&self, _facts: &Facts) -> Recovery {
        Recovery {
            finds: true,
            effect: NO_END,
        }
    }

    /// The key's microseconds below a millisecond are random too, so that parts that are frozen together differ.
    fn freeze(&self, account: &Account<'_>, part: &Composed, meta: &Meta<'_>, seed: Seed) -> Frozen {
        let record = Record::new(part, meta.shown, meta.language.or(account.language), seed.now);
        // Both numbers are cut to a few bits, so neither conversion can fail.
        let below_ms = i64::try_from((seed.random >> 10) % 1000).unwrap_or(0);
        let clock = u16::try_from(seed.random & 0x3ff).unwrap_or(0);
        let micros = seed.now.as_millisecond().saturating_mul(1000).saturating_add(below_ms);
        Frozen {
            key: tid::tid(micros, clock),
            body: serde_json::to_string(&record).unwrap_or_default(),
        }
    }

    fn publish(&self, job: &Job<'_>, wire: &mut Wire<'_>) -> Result<Receipt, Halt> {
        let base = server(job.account);
        let did = did(job.account, wire)?;
        let record = complete(job, &did, wire)?;
        let body = format!(
            r#"{{"repo":{},"collection":"{COLLECTION}","rkey":{},"record":{record},"swapRecord":null}}"#,
            Value::from(did.as_str()),
            Value::from(job.key)
        );
        let request = Request::post_json(format!("{base}/xrpc/com.atproto.repo.putRecord"), body).signed();
        let answer = wire.call("record", NO_END, request)?;
        let uri = format!("at://{did}/{COLLECTION}/{}", job.key);
        if answer.json()["uri"].as_str() != Some(uri.as_str()) {
            return Err(unreadable(&answer, "did not name our post"));
        }
        Ok(receipt(job.account, &did, &uri))
    }

    fn find(&self, job: &Job<'_>, search: &Search<'_>, wire: &mut Wire<'_>) -> Result<Found, Halt> {
        let did = did(job.account, wire)?;
        find::find(job, &did, search, wire)
    }

    fn check(&self, account: &Account<'_>, wire: &mut Wire<'_>) -> Result<Facts, Halt> {
        let answer = wire.call("account", Effect::Repeatable, who(account))?;
        let ours = answer.json();
        let (Some(did), Some(handle)) = (
            valid_did(&ours["did"]),
            ours["handle"].as_str().filter(|h| !h.is_empty()),
        ) else {
            return Err(unreadable(&answer, "did not say who we are: is this a Bluesky server?"));
        };
        Ok(Facts {
            account: Some(format!("@{handle}")),
            account_id: Some(did.to_owned()),
            software: Some("bluesky".to_owned()),
            max_text: Some(GRAPHEMES),
            max_media: Some(IMAGES),
            ..Facts::default()
        })
    }

    fn session(
        &self,
        account: &Account<'_>,
        _credentials: &Credentials,
        old: Option<&Session>,
        wire: &mut Wire<'_>,
    ) -> Result<Option<Session>, Halt> {
        session::renew_or_login(account, old, wire).map(Some)
    }

    fn has_session(&self) -> bool {
        true
    }

    fn sign(&self, out: &mut Outgoing, credentials: &Credentials, session: Option<&Session>, _now: Timestamp) {
        if !out.request.signed {
            return;
        }
        if out.request.url.ends_with(session::CREATE) {
            out.request.body = out
                .request
                .body
                .as_deref()
                .map(|body| session::with_password(body, credentials));
            return;
        }
        let renews = out.request.url.ends_with(session::REFRESH);
        let token = session.and_then(|session| {
            if renews {
                session.refresh.as_ref()
            } else {
                Some(&session.access)
            }
        });
        if let Some(token) = token {
            out.secret_headers
                .push(("authorization", format!("Bearer {}", token.expose())));
        }
    }

    /// By the name in `error`: an expired token is a 400 here, and a closed account a 401.
    fn sort(&self, answer: &Answer) -> Failure {
        let told = answer.json();
        let problem = |kind| Problem::new(kind, said(answer));
        if answer.status >= 500 {
            return Failure::by_status(answer);
        }
        match (answer.status, told["error"].as_str().unwrap_or_default()) {
            (429, _) | (400..=499, "RateLimitExceeded") => {
                let at = retry_after(answer).or_else(|| rate_reset(answer));
                Failure::Later {
                    problem: problem(ProblemKind::Rate),
                    at,
                }
            }
            (400 | 401, "ExpiredToken" | "InvalidToken" | "AuthMissing") => Failure::Stale,
            (400..=403, "AccountTakedown" | "AccountDeactivated" | "AccountSuspended") => {
                Failure::SignIn(problem(ProblemKind::Suspended))
            }
            // Another record has our key: only a look can tell whether it is ours.
            (400, "InvalidSwap") => Failure::Duplicate(problem(ProblemKind::Duplicate)),
            (400, "BlobNotFound" | "InvalidMimeType" | "BlobTooLarge") => Failure::Refused(problem(ProblemKind::Media)),
            _ => Failure::by_status(answer),
        }
    }

    fn pace(&self, answer: &Answer) -> Option<Timestamp> {
        let left: i64 = answer.header("ratelimit-remaining")?.trim().parse().ok()?;
        if left <= 0 { rate_reset(answer) } else { None }
    }
}

fn server<'a>(account: &Account<'a>) -> &'a str {
    account.base().unwrap_or(SERVER)
}

fn who(account: &Account<'_>) -> Request {
    Request::get(format!("{}/xrpc/com.atproto.server.getSession", server(account))).signed()
}

/// Whose repository it is: known since the last check, else asked.
fn did(account: &Account<'_>, wire: &mut Wire<'_>) -> Result<String, Halt> {
    let known = account.facts.account_id.as_deref().map(Value::from);
    if let Some(did) = known.as_ref().and_then(valid_did) {
        return Ok(did.to_owned());
    }
    let answer = wire.call("account", Effect::Repeatable, who(account))?;
    let told = answer.json();
    match valid_did(&told["did"]) {
        Some(did) => Ok(did.to_owned()),
        // Nobody has seen anything yet, so this is no doubt about the post.
        None => Err(Failure::Later {
            problem: Problem::new(ProblemKind::Transient, "the server did not say who we are"),
            at: None,
        }
        .into()),
    }
}

fn valid_did(value: &Value) -> Option<&str> {
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b':' | b'%' | b'-');
    value
        .as_str()
        .filter(|did| did.starts_with("did:") && did.len() <= 2048 && did.bytes().all(fits))
}

/// The record as it is sent: the frozen bytes, and what only the server knows put in.
fn complete(job: &Job<'_>, did: &str, wire: &mut Wire<'_>) -> Result<String, Halt> {
    let damaged = || {
        Halt::from(Failure::Refused(Problem::new(
            ProblemKind::Invalid,
            "the stored message is damaged",
        )))
    };
    let mut record: Record = serde_json::from_str(job.body).map_err(|_| damaged())?;
    for (no, blob) in record.blobs().iter().enumerate() {
        pictures::upload(server(job.account), no, blob, wire)?;
    }
    let handles = record.handles();
    if handles.is_empty() && job.earlier.is_empty() {
        return Ok(job.body.to_owned());
    }
    for (no, handle) in handles.iter().enumerate() {
        let query: String = byte_serialize(handle.as_bytes()).collect();
        let url = format!(
            "{}/xrpc/com.atproto.identity.resolveHandle?handle={query}",
            server(job.account)
        );
        let answer = wire.attempt(&format!("mention-{no}"), Effect::Repeatable, Request::get(url))?;
        let told = if answer.is_success() {
            answer.json()
        } else {
            Value::Null
        };
        record.mention(handle, valid_did(&told["did"]));
    }
    if let (Some(first), Some(last)) = (job.earlier.first(), job.earlier.last()) {
        let root = reference("root", first, job, did, wire)?;
        let parent = if job.earlier.len() == 1 {
            root.clone()
        } else {
            reference("parent", last, job, did, wire)?
        };
        record.reply = Some(Reply { root, parent });
    }
    serde_json::to_string(&record).map_err(|_| damaged())
}

/// Address and hash of an earlier part. Asked of the server, since a part may have been found by its address alone.
fn reference(step: &str, receipt: &Receipt, job: &Job<'_>, did: &str, wire: &mut Wire<'_>) -> Result<Reference, Halt> {
    let rkey = receipt.remote_id.rsplit('/').next().unwrap_or_default();
    let answer = wire.call(step, Effect::Repeatable, get_record(server(job.account), did, rkey))?;
    let told = answer.json();
    match (told["uri"].as_str(), told["cid"].as_str()) {
        (Some(uri), Some(cid)) => Ok(Reference {
            uri: uri.to_owned(),
            cid: cid.to_owned(),
        }),
        _ => Err(Failure::Later {
            problem: Problem::new(ProblemKind::Transient, "the part before cannot be read"),
            at: None,
        }
        .into()),
    }
}

fn get_record(base: &str, did: &str, rkey: &str) -> Request {
    let rkey: String = byte_serialize(rkey.as_bytes()).collect();
    Request::get(format!(
        "{base}/xrpc/com.atproto.repo.getRecord?repo={did}&collection={COLLECTION}&rkey={rkey}"
    ))
}

fn receipt(account: &Account<'_>, did: &str, uri: &str) -> Receipt {
    let who = account
        .facts
        .account
        .as_deref()
        .map(|name| name.trim_start_matches('@'))
        .filter(|name| !name.is_empty())
        .unwrap_or(did);
    let rkey = uri.rsplit('/').next().unwrap_or_default();
    Receipt {
        remote_id: uri.to_owned(),
        url: Some(format!("https://bsky.app/profile/{who}/post/{rkey}")),
    }
}

fn rate_reset(answer: &Answer) -> Option<Timestamp> {
    let seconds: i64 = answer.header("ratelimit-reset")?.trim().parse().ok()?;
    corrected(Timestamp::from_second(seconds).ok()?, answer)
}

#[cfg(test)]
pub(crate) mod tests;
