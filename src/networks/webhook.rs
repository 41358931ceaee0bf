//! A signed webhook (Standard Webhooks 1.0): one POST to an address of the organisation's own.
//!
//! The `webhook-id` is the key: it stays the same in every repeat, so a receiver drops what it has. There is nothing
//! to look at afterwards. Timestamp and signature belong to the attempt and are made right before sending, since
//! receivers refuse a timestamp that is minutes old.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sha2::Sha256;
use url::Url;

use super::failure::{retry_after, said};
use super::{
    Account, Answer, Credentials, Effect, Facts, Failure, Frozen, Halt, Job, Meta, Network, Outgoing, Pictures, Problem,
    ProblemKind, Receipt, Recovery, Request, Seed, Session, Wire,
};
use crate::config::{Key, KeyKind, NetworkKeys, Secret, Server};
use crate::domain::picture::Fitted;
use crate::domain::compose::{Limit, LinkPlace, Part as Composed, Rule, Style, Unit};

/// Stands in a recorded request for an address that is a secret.
const SECRET_URL: &str = "{url}";

/// Base64 as people paste it: with or without the padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub struct Adapter;

impl Network for Adapter {
    fn asks(&self) -> bool {
        false
    }

    fn name(&self) -> &'static str {
        "webhook"
    }

    fn keys(&self) -> NetworkKeys {
        NetworkKeys {
            network: "webhook",
            keys: &[
                Key {
                    name: "url",
                    kind: KeyKind::TextOrSecret,
                    required: true,
                },
                Key {
                    name: "secret",
                    kind: KeyKind::Secret,
                    required: true,
                },
            ],
            server: Server::None,
            absent_after: SignedDuration::from_mins(2),
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
        Style::plain(limits)
    }

    /// The message names them by hash, size and alt text; it does not carry them.
    fn pictures(&self, _facts: &Facts) -> Option<Pictures> {
        Some(Pictures::of(10, 16 << 20))
    }

    fn recovery(&self, _facts: &Facts) -> Recovery {
        Recovery {
            finds: false,
            effect: Effect::Keyed { ttl: None },
        }
    }

    fn freeze(&self, account: &Account<'_>, part: &Composed, meta: &Meta<'_>, seed: Seed) -> Frozen {
        let message = Message {
            kind: "post.published",
            timestamp: seed.now.to_string(),
            data: Data {
                post: meta.post,
                channel: account.channel,
                title: meta.title,
                summary: meta.summary,
                url: meta.url,
                text: &part.text,
                language: meta.language.or(account.language),
                hashtags: meta.hashtags,
                tags: meta.tags,
                images: &meta.shown.pictures,
            },
        };
        // Strings and a number: nothing that JSON could refuse.
        Frozen {
            key: format!("msg_{}", seed.uuid()),
            body: serde_json::to_string(&message).unwrap_or_default(),
        }
    }

    fn publish(&self, job: &Job<'_>, wire: &mut Wire<'_>) -> Result<Receipt, Halt> {
        let url = job.account.settings.get("url").map_or(SECRET_URL, String::as_str);
        let request = Request::post_json(url, job.body).header("webhook-id", job.key).signed();
        wire.call("message", self.recovery(job.account.facts).effect, request)?;
        Ok(Receipt {
            remote_id: job.key.to_owned(),
            url: None,
        })
    }

    /// Nothing can be asked without delivering something, so only the address's host is told.
    fn check(&self, account: &Account<'_>, _wire: &mut Wire<'_>) -> Result<Facts, Halt> {
        let host = account
            .settings
            .get("url")
            .and_then(|url| Url::parse(url).ok())
            .and_then(|url| url.host_str().map(str::to_owned));
        Ok(Facts {
            account: host,
            ..Facts::default()
        })
    }

    fn sign(&self, out: &mut Outgoing, credentials: &Credentials, _session: Option<&Session>, now: Timestamp) {
        if out.request.url == SECRET_URL
            && let Some(url) = credentials.get("url")
        {
            out.request.url = url.expose().trim().to_owned();
        }
        let Some(secrets) = credentials.get("secret").map(Secret::expose) else {
            return;
        };
        let id = out
            .request
            .headers
            .iter()
            .find(|(name, _)| name == "webhook-id")
            .map_or("", |(_, id)| id.as_str());
        let body = out.request.body.as_deref().unwrap_or_default();
        let signature = signatures(secrets, id, now.as_second(), body);
        out.secret_headers
            .push(("webhook-timestamp", now.as_second().to_string()));
        out.secret_headers.push(("webhook-signature", signature));
    }

    /// 410 means that the address is to be disabled; a redirect is a failure and is not followed.
    fn sort(&self, answer: &Answer) -> Failure {
        match answer.status {
            401 | 403 | 410 => Failure::SignIn(Problem::new(ProblemKind::Auth, said(answer))),
            429 => Failure::Later {
                problem: Problem::new(ProblemKind::Rate, said(answer)),
                at: retry_after(answer),
            },
            300..=399 => Failure::Refused(Problem::new(
                ProblemKind::Invalid,
                format!("{}; redirects are not followed", said(answer)),
            )),
            _ => Failure::by_status(answer),
        }
    }

    fn deadline(&self) -> Option<SignedDuration> {
        Some(SignedDuration::from_secs(30))
    }
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    post: i64,
    channel: &'a str,
    title: Option<&'a str>,
    summary: Option<&'a str>,
    url: Option<&'a str>,
    text: &'a str,
    language: Option<&'a str>,
    hashtags: &'a [String],
    tags: &'a [String],
    #[serde(skip_serializing_if = "<[Fitted]>::is_empty")]
    images: &'a [Fitted],
}

/// The `webhook-signature` header: one signature for each secret, separated by spaces, so that a secret can be
/// replaced while both are good. `secrets` are separated by spaces too.
#[must_use]
pub fn signatures(secrets: &str, id: &str, timestamp: i64, body: &str) -> String {
    let signed = secrets
        .split_whitespace()
        .filter_map(|secret| mac(secret, id, timestamp, body))
        .map(|mac| {
            let bytes = mac.finalize().into_bytes();
            format!("v1,{}", STANDARD.encode(bytes.as_slice()))
        });
    signed.collect::<Vec<_>>().join(" ")
}

/// Whether any signature of the header is good for any of the secrets; compares in constant time. The timestamp's age
/// is the receiver's to judge.
#[must_use]
pub fn verify(secrets: &str, id: &str, timestamp: i64, body: &str, header: &str) -> bool {
    let given: Vec<Vec<u8>> = header
        .split_whitespace()
        .filter_map(|s| STANDARD.decode(s.strip_prefix("v1,")?).ok())
        .collect();
    let good = |secret| {
        given
            .iter()
            .any(|given| mac(secret, id, timestamp, body).is_some_and(|mac| mac.verify_slice(given).is_ok()))
    };
    secrets.split_whitespace().any(good)
}

fn mac(secret: &str, id: &str, timestamp: i64, body: &str) -> Option<Hmac<Sha256>> {
    // HMAC takes a key of any length, so `None` cannot happen.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key_bytes(secret)).ok()?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body.as_bytes());
    Some(mac)
}

/// The key of a secret: base64 after `whsec_`. What is no base64 is taken as it stands, so that every message is
/// signed, and a mistyped secret is refused by the receiver, not passed over here.
fn key_bytes(secret: &str) -> Vec<u8> {
    let text = secret.strip_prefix("whsec_").unwrap_or(secret);
    LENIENT.decode(text).unwrap_or_else(|_| secret.as_bytes().to_vec())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::networks::contract::{self, Script};

    pub(crate) fn script() -> Script {
        Script {
            settings: &[],
            secrets: &[
                ("url", "https://hooks.example/in?key=hidden-key-1"),
                ("secret", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
            ],
            answers: |call, _| {
                if call.step == "message" {
                    contract::answer(204, json!(null))
                } else {
                    contract::answer(500, json!(null))
                }
            },
            success_is_proof: true,
            ..Script::plain()
        }
    }

    #[test]
    fn the_published_vector() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../shared/conformance/measured/standard-webhooks-vector.json"
        );
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("skipped: {path} is not there");
            return;
        };
        let vector: Value = serde_json::from_str(&text).unwrap();
        let word = |member: &str| vector[member].as_str().unwrap();
        let at = vector["webhook-timestamp"].as_i64().unwrap();
        let (secret, id, body, wanted) = (
            word("secret"),
            word("webhook-id"),
            word("body"),
            word("webhook-signature"),
        );
        assert_eq!(signatures(secret, id, at, body), wanted);
        assert!(verify(secret, id, at, body, wanted));
        assert!(!verify(secret, id, at + 1, body, wanted));
        assert!(!verify(secret, id, at, &format!("{body} "), wanted));
        assert!(!verify(secret, id, at, body, "v1,AAAA v1a,x nonsense"));
    }

    #[test]
    fn every_attempt_is_signed_anew_with_every_secret() {
        let request = Request::post_json(SECRET_URL, "{}")
            .header("webhook-id", "msg_1")
            .signed();
        let secrets = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD whsec_AAAA not+base64!";
        let credentials: Credentials = BTreeMap::from([
            ("url", Secret::new("https://hooks.example/x")),
            ("secret", Secret::new(secrets)),
        ]);
        let now: Timestamp = "2026-12-01T09:00:00.9Z".parse().unwrap();
        let mut out = Outgoing {
            request,
            secret_headers: Vec::new(),
            picture: None,
        };
        Adapter.sign(&mut out, &credentials, None, now);
        assert_eq!(out.request.url, "https://hooks.example/x");
        assert_eq!(out.secret_headers[0], ("webhook-timestamp", "1796115600".to_owned()));
        let (name, header) = &out.secret_headers[1];
        assert_eq!((*name, header.split(' ').count()), ("webhook-signature", 3));
        for secret in secrets.split(' ') {
            assert!(verify(secret, "msg_1", 1_796_115_600, "{}", header));
        }
        assert!(!verify("whsec_BBBB", "msg_1", 1_796_115_600, "{}", header));
    }

    #[test]
    fn what_receivers_say() {
        let sort = |status| Adapter.sort(&contract::answer(status, json!(null)));
        assert!(matches!(sort(410), Failure::SignIn(p) if p.kind == ProblemKind::Auth));
        assert!(matches!(sort(308), Failure::Refused(p) if p.message.contains("redirects are not followed")));
        assert!(matches!(sort(404), Failure::Refused(_)));
        assert!(matches!(sort(504), Failure::Unclear(_)));
        let mut busy = contract::answer(429, json!(null));
        busy.headers.push(("retry-after".to_owned(), "90".to_owned()));
        let at = busy.at + SignedDuration::from_secs(90);
        assert!(matches!(Adapter.sort(&busy), Failure::Later { at: Some(t), .. } if t == at));
    }

    #[test]
    fn the_message_says_what_was_posted() {
        let frozen = script().freeze(&Adapter, 7);
        assert!(
            frozen.key.starts_with("msg_") && !frozen.key.contains('.'),
            "{}",
            frozen.key
        );
        let body: Value = serde_json::from_str(&frozen.body).unwrap();
        assert_eq!(body["type"], "post.published");
        assert_eq!(body["timestamp"], "2026-12-01T09:00:00.123456Z");
        assert_eq!(body["data"]["post"], 12);
        assert_eq!(body["data"]["url"], "https://idhdp.com/a");
        assert_eq!(body["data"]["hashtags"], json!(["health"]));
    }
}
