//! Little models of the servers: what they keep, whom they show it to, and which repeats they drop.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::net::Mark;
use crate::networks::Outgoing;
use crate::networks::wire::{Answer, Method};

/// What a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Drops a repeat of a key for an hour.
    Mastodon,
    /// Speaks like Mastodon and drops nothing.
    Gotosocial,
    /// A record under a key of ours; the same again writes nothing.
    Bluesky,
    /// Drops a repeat for ever, and shows nothing.
    Webhook,
}

const KEPT: SignedDuration = SignedDuration::from_mins(60);
const DID: &str = "did:plc:sample";

impl Kind {
    /// The channel's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Mastodon => "mastodon",
            Kind::Gotosocial => "gotosocial",
            Kind::Bluesky => "bluesky",
            Kind::Webhook => "webhook",
        }
    }

    pub(super) fn of(url: &str) -> Self {
        [Kind::Mastodon, Kind::Gotosocial, Kind::Bluesky, Kind::Webhook]
            .into_iter()
            .find(|kind| url.starts_with(&kind.server()))
            .expect("a server that is there")
    }

    fn server(self) -> String {
        format!("https://{}.example", self.name())
    }

    /// Its table in the configuration, with more lines.
    pub(super) fn channel(self, more: &str) -> String {
        let (name, server) = (self.name(), self.server());
        let own = match self {
            Kind::Mastodon | Kind::Gotosocial => {
                format!("network = \"mastodon\"\nserver = \"{server}\"\ntoken = {{ file = \"secret\" }}")
            }
            Kind::Bluesky => format!(
                "network = \"bluesky\"\nserver = \"{server}\"\nhandle = \"@org.example\"\nidentifier = \"org.example\"\n\
                 password = {{ file = \"secret\" }}"
            ),
            Kind::Webhook => format!("network = \"webhook\"\nurl = \"{server}/in\"\nsecret = {{ file = \"secret\" }}"),
        };
        format!("[[channel]]\nname = \"{name}\"\n{own}\n{more}\n")
    }

    /// How long a request may be under way after its caller is gone, less than what is waited before absence counts.
    pub(super) fn longest_way(self) -> SignedDuration {
        SignedDuration::from_secs(if self == Kind::Bluesky { 59 } else { 119 })
    }
}

/// Something that readers can see.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    pub(super) mark: Mark,
    pub(super) id: String,
    /// The request's body that made it.
    pub(super) body: String,
    at: Timestamp,
}

/// One server with our account on it.
pub(super) struct Server {
    pub(super) kind: Kind,
    pub(super) copies: Vec<Copy>,
    /// Which copy came of a key, and when.
    keys: BTreeMap<String, (String, Timestamp)>,
    /// How many access tokens it gave, and how many of them have ended.
    tokens: u64,
    ended: u64,
    /// How far its clock goes before ours.
    pub(super) ahead: SignedDuration,
}

impl Server {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            copies: Vec::new(),
            keys: BTreeMap::new(),
            tokens: 0,
            ended: 0,
            ahead: SignedDuration::ZERO,
        }
    }

    /// Every access token that it gave has ended.
    pub(super) fn end_sessions(&mut self) {
        self.ended = self.tokens;
    }

    /// Does what a request asks, and answers.
    pub(super) fn serve(&mut self, out: &Outgoing, mark: Option<&Mark>, now: Timestamp) -> Answer {
        let path = out.request.url.strip_prefix(&self.kind.server()).unwrap_or_default();
        let theirs = now.checked_add(self.ahead).unwrap();
        match (self.kind, out.request.method) {
            (Kind::Mastodon | Kind::Gotosocial, Method::Post) => self.status(out, mark, theirs),
            (Kind::Mastodon | Kind::Gotosocial, _) => self.about(path),
            (Kind::Bluesky, _) => self.xrpc(path, out, mark, theirs),
            (Kind::Webhook, _) => {
                let key = header(out, "webhook-id");
                self.keep(&key, &key, out, mark, theirs);
                answer(204, &Value::Null)
            }
        }
    }

    /// Makes a copy, unless the key made one already.
    fn keep(&mut self, key: &str, id: &str, out: &Outgoing, mark: Option<&Mark>, at: Timestamp) {
        if self.keys.contains_key(key) {
            return;
        }
        self.keys.insert(key.to_owned(), (id.to_owned(), at));
        self.copies.push(Copy {
            mark: mark.expect("only recorded requests make something public").clone(),
            id: id.to_owned(),
            body: out.request.body.clone().unwrap_or_default(),
            at,
        });
    }

    fn status(&mut self, out: &Outgoing, mark: Option<&Mark>, at: Timestamp) -> Answer {
        let key = header(out, "idempotency-key");
        if self.kind == Kind::Gotosocial {
            self.keys.clear();
        }
        self.keys.retain(|_, (_, made)| at.duration_since(*made) < KEPT);
        let id = (110_000_000_000_000_000 + self.copies.len()).to_string();
        self.keep(&key, &id, out, mark, at);
        let id = self.keys[&key].0.clone();
        let copy = self.copies.iter().find(|copy| copy.id == id).unwrap();
        answer(200, &shown(copy))
    }

    fn about(&self, path: &str) -> Answer {
        if path.starts_with("/api/v2/instance") {
            let version = if self.kind == Kind::Mastodon {
                json!({"version": "4.5.0", "api_versions": {"mastodon": 6}, "domain": "m.example"})
            } else {
                json!({"version": "0.19.1+git-abc", "domain": "g.example"})
            };
            return answer(200, &version);
        }
        if path.starts_with("/api/v1/accounts/verify_credentials") {
            return answer(200, &json!({"id": "42", "acct": "org"}));
        }
        let below = path.split_once("max_id=").map(|(_, id)| id.to_owned());
        let page: Vec<Value> = self
            .copies
            .iter()
            .rev()
            .filter(|copy| below.as_ref().is_none_or(|below| copy.id < *below))
            .take(40)
            .map(shown)
            .collect();
        answer(200, &Value::from(page))
    }

    fn xrpc(&mut self, path: &str, out: &Outgoing, mark: Option<&Mark>, at: Timestamp) -> Answer {
        let token = out
            .secret_headers
            .iter()
            .find_map(|(_, value)| value.strip_prefix("Bearer access-"));
        let good = token
            .and_then(|token| token.parse().ok())
            .is_some_and(|token: u64| token > self.ended);
        let query = |name: &str| {
            let (_, rest) = path.split_once(&format!("{name}=")).unwrap_or_default();
            rest.split('&').next().unwrap_or_default().to_owned()
        };
        match path
            .trim_start_matches("/xrpc/com.atproto.")
            .split('?')
            .next()
            .unwrap_or_default()
        {
            "server.createSession" | "server.refreshSession" => {
                self.tokens += 1;
                let (access, refresh) = (format!("access-{}", self.tokens), format!("refresh-{}", self.tokens));
                answer(200, &json!({"accessJwt": access, "refreshJwt": refresh, "did": DID}))
            }
            "identity.resolveHandle" => answer(200, &json!({"did": "did:plc:handle"})),
            "repo.getRecord" => match self.copies.iter().find(|copy| copy.id.ends_with(&query("rkey"))) {
                Some(copy) => answer(
                    200,
                    &json!({"uri": copy.id, "cid": cid(copy), "value": record(&copy.body)}),
                ),
                None => answer(
                    400,
                    &json!({"error": "RecordNotFound", "message": "Could not locate record"}),
                ),
            },
            _ if !good => answer(400, &json!({"error": "ExpiredToken", "message": "Token has expired"})),
            "server.getSession" => answer(200, &json!({"did": DID, "handle": "org.example"})),
            "repo.putRecord" => self.put(out, mark, at),
            other => panic!("no such method: {other}"),
        }
    }

    /// Only if there is none yet; the same record again is a success that writes nothing.
    fn put(&mut self, out: &Outgoing, mark: Option<&Mark>, at: Timestamp) -> Answer {
        let body = out.request.body.clone().unwrap_or_default();
        let asked: Value = serde_json::from_str(&body).unwrap();
        assert!(asked["swapRecord"].is_null() && asked.get("swapRecord").is_some());
        let uri = format!("at://{DID}/app.bsky.feed.post/{}", asked["rkey"].as_str().unwrap());
        if self
            .copies
            .iter()
            .any(|copy| copy.id == uri && record(&copy.body) != asked["record"])
        {
            return answer(
                400,
                &json!({"error": "InvalidSwap", "message": "Record was at another"}),
            );
        }
        self.keep(&uri, &uri, out, mark, at);
        let copy = self.copies.iter().find(|copy| copy.id == uri).unwrap();
        answer(200, &json!({"uri": uri, "cid": cid(copy)}))
    }
}

fn header(out: &Outgoing, name: &str) -> String {
    let found = out.request.headers.iter().find(|(n, _)| n == name);
    found
        .map(|(_, value)| value.clone())
        .expect("the request carries its key")
}

fn record(body: &str) -> Value {
    serde_json::from_str::<Value>(body).unwrap()["record"].clone()
}

fn cid(copy: &Copy) -> String {
    format!("bafy{}", copy.id.rsplit('/').next().unwrap_or_default())
}

/// A status as such servers show it: its text as HTML, its addresses as links.
fn shown(copy: &Copy) -> Value {
    let asked: Value = serde_json::from_str(&copy.body).unwrap();
    let words: Vec<String> = asked["status"]
        .as_str()
        .unwrap()
        .split('\n')
        .map(|line| {
            let words = line.split(' ').map(|word| {
                let word = word.replace('&', "&amp;").replace('<', "&lt;");
                if word.starts_with("https://") {
                    format!("<a href=\"{word}\">{word}</a>")
                } else {
                    word
                }
            });
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    json!({"id": copy.id, "url": format!("https://m.example/@org/{}", copy.id), "created_at": copy.at.to_string(),
        "content": format!("<p>{}</p>", words.join("<br>")), "scheduled_at": null})
}

/// An answer with a JSON body.
pub(super) fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: body.to_string(),
        at: Timestamp::UNIX_EPOCH,
    }
}
