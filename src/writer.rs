//! The way to a language model that proposes summaries, over the OpenAI-compatible interface that most servers have.
//!
//! One call and one answer: no redirects, no retries, a time limit for the whole, a limit of size. The request holds
//! what every server of this kind understands, the model's name and the messages, and nothing more: limits of tokens
//! and temperatures are refused by some. Nobody is asked where the configuration has no `[summary]`.
//!
//! The article is somebody else's text and may try to steer the model ([`prompt`]); what comes back is looked at as if
//! it had succeeded ([`check`]), and is only ever proposed to a person.

mod answer;
mod error;
mod prompt;
#[cfg(test)]
mod tests;

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Request};
use serde_json::json;
use url::{Host, Url};

use crate::article::Article;
use crate::config::{SecretSource, Summary};
use crate::domain::summary::Text;
use crate::domain::summary::check::{self, Unfit};
use crate::fetch::user_agent;

pub use error::WriterError;

/// The most that is read of an answer, in bytes.
const BODY_MAX: usize = 256 << 10;
/// The longest summary that is asked for, in characters.
const LONGEST: usize = 400;
/// Connecting; less than the time for the whole, so that a second address of a name is tried.
const CONNECT: Duration = Duration::from_secs(10);

/// Asks an endpoint for summaries.
#[derive(Clone, Debug)]
pub struct Writer {
    url: String,
    model: String,
    key: Option<SecretSource>,
    /// The whole call, to the last byte of the answer.
    timeout: Duration,
    user_agent: String,
}

impl Writer {
    /// `website`: the organisation's, so that a server's staff can see who calls. Nothing is read or called yet.
    #[must_use]
    pub fn new(settings: &Summary, website: Option<&str>) -> Self {
        Self {
            url: format!("{}/chat/completions", settings.url),
            model: settings.model.clone(),
            key: settings.key.clone(),
            timeout: settings.timeout.unsigned_abs(),
            user_agent: user_agent(website),
        }
    }

    /// The model, as the endpoint calls it.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// A summary of the article in at most `limit` characters, and never more than 400.
    ///
    /// # Errors
    /// Why there is none: no text, no key, no answer, or one that may not be shown.
    pub async fn propose(&self, article: &Article, limit: usize) -> Result<String, WriterError> {
        let body = article.text.as_deref().filter(|text| !text.trim().is_empty());
        let text = Text {
            title: article.title.as_deref(),
            description: article.description.as_deref(),
            body: body.ok_or(WriterError::NoText)?,
            language: article.language.as_deref(),
        };
        let limit = limit.min(LONGEST);
        let (client, request) = self.request(&text, limit)?;
        let call = async {
            let response = client.execute(request).await.map_err(|error| error::sort(&error))?;
            answer::read(response, BODY_MAX).await
        };
        let bytes = tokio::time::timeout(self.timeout, call)
            .await
            .map_err(|_| WriterError::Late(self.timeout))??;
        let proposed = answer::content(&bytes)?;
        check::acceptable(&proposed, &text, limit).map_err(WriterError::Unfit)
    }

    fn request(&self, text: &Text<'_>, limit: usize) -> Result<(Client, Request), WriterError> {
        let url = Url::parse(&self.url)
            .ok()
            .filter(is_allowed)
            .ok_or(WriterError::Address)?;
        let messages = prompt::messages(text, limit);
        let body = json!({ "model": self.model, "messages": messages, "stream": false });
        let client = self.client()?;
        let mut request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(body.to_string());
        if let Some(source) = &self.key {
            let key = source.resolve().map_err(WriterError::Key)?;
            let mut value =
                HeaderValue::from_str(&format!("Bearer {}", key.expose())).map_err(|_| WriterError::OddKey)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let request = request.build().map_err(|_| WriterError::Address)?;
        Ok((client, request))
    }

    fn client(&self) -> Result<Client, WriterError> {
        // Another client may have installed it already; the provider is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .user_agent(self.user_agent.as_str())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT)
            .no_proxy()
            .build()
            .map_err(|error| WriterError::NoClient(error::reason(&error)))
    }
}

/// Https, or plain http to this machine. Private addresses may be called: the address is not an article's but the
/// configuration's, and TLS proves who answers.
fn is_allowed(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.to_canonical().is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback)
}
