//! A receiver of signed webhooks, which checks every signature by itself and drops what it has.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Public, Reply, Request, SECRET, Service};

/// How old a message may be, in seconds, as the reference library has it.
const TOLERANCE: i64 = 300;

pub(crate) struct Webhook {
    /// The first message under each id.
    messages: BTreeMap<String, Value>,
    /// Messages whose age is not looked at: the sender was told another time.
    pub(crate) any_time: bool,
}

impl Webhook {
    pub(crate) fn new() -> Self {
        Self {
            messages: BTreeMap::new(),
            any_time: false,
        }
    }

    /// What is wrong with a message's headers, by the rules of Standard Webhooks.
    fn wrong(&self, request: &Request) -> Option<&'static str> {
        let id = request.header("webhook-id").unwrap_or_default();
        if id.is_empty() || id.contains('.') {
            return Some("webhook-id");
        }
        let Some(at) = request
            .header("webhook-timestamp")
            .and_then(|at| at.parse::<i64>().ok())
        else {
            return Some("webhook-timestamp");
        };
        if !self.any_time && (Timestamp::now().as_second() - at).abs() > TOLERANCE {
            return Some("webhook-timestamp is too old or too new");
        }
        let key = STANDARD.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{id}.{at}.{}", request.body).as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let given = request.header("webhook-signature").unwrap_or_default();
        (!given.split(' ').any(|signature| signature == wanted)).then_some("webhook-signature")
    }
}

impl Service for Webhook {
    fn is_post(&self, request: &Request) -> bool {
        request.method == "POST"
    }

    fn key(&self, request: &Request) -> Option<String> {
        request.header("webhook-id").map(str::to_owned)
    }

    fn answer(&mut self, request: &Request) -> Reply {
        if let Some(what) = self.wrong(request) {
            return Reply::json(401, &json!({ "error": what }));
        }
        let id = request.header("webhook-id").unwrap_or_default().to_owned();
        self.messages.entry(id).or_insert_with(|| request.json());
        Reply::empty(204)
    }

    fn public(&self) -> Vec<Public> {
        let article = |message: &Value| message["data"]["url"].as_str().unwrap_or_default().to_owned();
        let public = |(id, message): (&String, &Value)| Public {
            remote_id: id.clone(),
            article: article(message),
        };
        self.messages.iter().map(public).collect()
    }
}
