//! Outbound calls of the publisher and of checks: one request out, one whole answer back.
//!
//! Nothing is resent here: no retries, no redirects, no pooled connection that may have died. What a lost answer
//! means is decided elsewhere; this file only says whether a byte of the request can have left the machine.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::fetch::address::not_public;
use crate::fetch::user_agent;
use crate::networks::Outgoing;
use crate::networks::wire::{Answer, Form, Method, Upload};

/// The most that is read of an answer; more makes it unreadable.
const BODY_MAX: usize = 2 << 20;

/// Headers that Handbill reads; all others are left.
const HEADERS: &[&str] = &[
    "date",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "idempotent-replayed",
    "content-type",
    "location",
];

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// No byte of the request left this machine.
    NotSent(String),
    /// The request may have arrived.
    Lost(String),
    /// No byte left this machine, and none will until a person has done something: what was to be sent is not there.
    Lacking(String),
}

/// What a call may do.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Plain HTTP and private addresses are allowed (loopback always is).
    pub allow_private: bool,
    /// The whole call, to the last byte of the answer.
    pub deadline: Duration,
}

pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Answer, SendError>> + Send + 'a>>;

/// The way to the servers; a script replaces it in tests.
pub trait Transport: Send + Sync {
    /// Makes ready what the first call would otherwise wait for. May take a while.
    fn prepare(&self, _allow_private: bool) {}

    fn send(&self, out: Outgoing, policy: Policy) -> Sending<'_>;
}

/// The real way, over reqwest.
#[derive(Debug, Default)]
pub struct Http {
    user_agent: String,
    // Made at the first call: an idle daemon holds no root certificates in memory.
    public: OnceLock<Result<reqwest::Client, String>>,
    private: OnceLock<Result<reqwest::Client, String>>,
}

impl Http {
    /// `website`: the organisation's, so that a server's staff can see who calls.
    #[must_use]
    pub fn new(website: Option<&str>) -> Self {
        let user_agent = user_agent(website);
        Self {
            user_agent,
            ..Self::default()
        }
    }

    fn client(&self, allow_private: bool) -> Result<&reqwest::Client, String> {
        let cell = if allow_private { &self.private } else { &self.public };
        cell.get_or_init(|| self.build(allow_private))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn build(&self, allow_private: bool) -> Result<reqwest::Client, String> {
        // Another client may have installed it already; the provider is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .user_agent(self.user_agent.as_str())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .connect_timeout(Duration::from_secs(15))
            .dns_resolver(Resolver { allow_private })
            .no_proxy()
            .build()
            .map_err(|error| {
                format!(
                    "no client can be made: {}. Install ca-certificates or set SSL_CERT_FILE",
                    words(&error)
                )
            })
    }
}

impl Transport for Http {
    fn prepare(&self, allow_private: bool) {
        // What goes wrong is said by the first call.
        let _ = self.client(allow_private);
    }

    fn send(&self, out: Outgoing, policy: Policy) -> Sending<'_> {
        Box::pin(async move {
            let client = self.client(policy.allow_private).map_err(SendError::NotSent)?;
            let request = request(client, out, policy)?;
            let call = async {
                let response = client.execute(request).await.map_err(|error| sort(&error))?;
                read(response).await
            };
            match tokio::time::timeout(policy.deadline, call).await {
                Ok(result) => result,
                Err(_) => Err(SendError::Lost(format!(
                    "no complete answer within {} s",
                    policy.deadline.as_secs()
                ))),
            }
        })
    }
}

fn request(client: &reqwest::Client, out: Outgoing, policy: Policy) -> Result<reqwest::Request, SendError> {
    let url =
        reqwest::Url::parse(&out.request.url).map_err(|_| SendError::NotSent("the address is no URL".to_owned()))?;
    allowed(&url, policy.allow_private).map_err(SendError::NotSent)?;
    let method = match out.request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::WriteFeed | Method::ReadFeed => return Err(SendError::NotSent("a local feed is no server".to_owned())),
    };
    let mut builder = client.request(method, url);
    for (name, value) in &out.request.headers {
        builder = builder.header(name, value);
    }
    for (name, value) in &out.secret_headers {
        let mut value = reqwest::header::HeaderValue::from_str(value)
            .map_err(|_| SendError::NotSent("the login holds characters that no header can carry".to_owned()))?;
        value.set_sensitive(true);
        builder = builder.header(*name, value);
    }
    if let Some(upload) = &out.request.upload {
        let Some(picture) = out.picture else {
            return Err(SendError::NotSent("the picture is not at hand".to_owned()));
        };
        let (kind, body) = match &upload.form {
            Some(form) => multipart(form, upload, &picture),
            None => (upload.mime.clone(), picture),
        };
        builder = builder.header("content-type", kind).body(body);
    } else if let Some(body) = out.request.body {
        builder = builder.body(body);
    } else if out.request.method == Method::Post {
        builder = builder.header("content-length", "0");
    }
    builder.build().map_err(|error| SendError::NotSent(words(&error)))
}

/// A form with a picture: its content type and its bytes (RFC 7578). The boundary comes from the picture's hash, so that
/// the same request has the same bytes.
fn multipart(form: &Form, upload: &Upload, picture: &[u8]) -> (String, Vec<u8>) {
    let boundary = format!("handbill-{}", upload.hash.get(..40).unwrap_or(&upload.hash));
    let mut body = Vec::with_capacity(picture.len() + 1024);
    for (name, value) in &form.fields {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        form.file, form.name, upload.mime
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(picture);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// Whether an address may be called at all: https, or plain http where private addresses are allowed or to loopback.
fn allowed(url: &reqwest::Url, allow_private: bool) -> Result<(), String> {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let ip = host.parse::<IpAddr>().ok();
    let loopback = ip.map_or(host == "localhost", |ip| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback || allow_private => {}
        "http" => {
            return Err(
                "plain http is only for this machine; use https, or allow_private = true for this channel".to_owned(),
            );
        }
        other => return Err(format!("{other} addresses cannot be called")),
    }
    match ip {
        Some(ip) if !allow_private && is_private(ip) && !ip.is_loopback() => Err(format!(
            "{ip} is a private address; allow_private = true for this channel lets it be called"
        )),
        _ => Ok(()),
    }
}

/// Whether an address is not on the public internet.
fn is_private(ip: IpAddr) -> bool {
    not_public(ip).is_some()
}

/// Looks names up with the system, and drops private addresses, so that a public name cannot lead inside.
struct Resolver {
    allow_private: bool,
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let local = host == "localhost";
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let usable: Vec<SocketAddr> = found
                .filter(|a| allow_private || !is_private(a.ip()) || (local && a.ip().is_loopback()))
                .collect();
            if usable.is_empty() {
                return Err(format!("{host} has no public address").into());
            }
            Ok(Box::new(usable.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// Only a connection that was never made proves that nothing was sent.
fn sort(error: &reqwest::Error) -> SendError {
    if error.is_connect() || error.is_builder() {
        SendError::NotSent(words(error))
    } else {
        SendError::Lost(words(error))
    }
}

async fn read(mut response: reqwest::Response) -> Result<Answer, SendError> {
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .filter(|(name, _)| HEADERS.contains(&name.as_str()))
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| SendError::Lost(words(&error)))? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(SendError::Lost(format!(
                "the answer ({status}) is longer than {} MB",
                BODY_MAX >> 20
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        at: SystemClock.now(),
    })
}

/// The innermost reason, without the address: that may be a secret.
fn words(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let what = if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    let reason = if std::ptr::addr_eq(reason, std::ptr::from_ref(error)) {
        String::new()
    } else {
        format!(": {reason}")
    };
    format!("{what}{reason}")
}

/// A transport that can be shared.
pub type SharedTransport = Arc<dyn Transport>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        for ip in [
            "10.0.0.1",
            "127.0.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            assert!(is_private(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["1.1.1.1", "93.184.216.34", "2606:4700::1111"] {
            assert!(!is_private(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let url = |text: &str| reqwest::Url::parse(text).unwrap();
        assert!(allowed(&url("http://127.0.0.1:1/x"), false).is_ok());
        assert!(allowed(&url("http://[::1]:1/x"), false).is_ok());
        assert!(allowed(&url("http://localhost:1/x"), false).is_ok());
        assert!(allowed(&url("http://example.org/x"), false).is_err());
        assert!(allowed(&url("http://example.org/x"), true).is_ok());
        assert!(allowed(&url("https://10.0.0.1/x"), false).is_err());
        assert!(allowed(&url("https://10.0.0.1/x"), true).is_ok());
        assert!(allowed(&url("file:///etc/passwd"), true).is_err());
    }
}
