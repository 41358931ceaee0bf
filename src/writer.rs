//! The way to a language model that proposes summaries, over the OpenAI-compatible interface that most servers have.
//!
//! One call and one answer, over the same transport as posts: no redirects, no retries, a time limit for the whole, a
//! limit of size. The request holds what every server of this kind understands, the model's name and the messages, and
//! nothing more: limits of tokens and temperatures are refused by some. Nobody is asked where the configuration has no
//! `[summary]`.
//!
//! The article is somebody else's text and may try to steer the model ([`prompt`]); what comes back is looked at as if
//! it had succeeded ([`check`]), and is only ever proposed to a person.

mod answer;
mod error;
mod prompt;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::json;

use crate::article::Article;
use crate::config::Summary;
use crate::domain::summary::Text;
use crate::domain::summary::check::{self, Unfit};
use crate::http::{Policy, SendError, Transport};
use crate::networks::Outgoing;
use crate::networks::wire::{Method, Request};

pub use error::WriterError;

/// The longest summary that is asked for, in characters.
const LONGEST: usize = 400;

/// Asks the endpoint for a summary of the article in at most `limit` characters, and never more than 400.
///
/// # Errors
/// Why there is none: no text, no key, no answer, or one that may not be shown.
pub async fn propose(
    transport: &dyn Transport,
    endpoint: &Summary,
    article: &Article,
    limit: usize,
) -> Result<String, WriterError> {
    let body = article.text.as_deref().filter(|text| !text.trim().is_empty());
    let text = Text {
        title: article.title.as_deref(),
        description: article.description.as_deref(),
        body: body.ok_or(WriterError::NoText)?,
        language: article.language.as_deref(),
    };
    let limit = limit.min(LONGEST);
    let policy = Policy {
        // The address is not an article's but the configuration's, which lets plain HTTP go to this machine alone; on
        // the office's network TLS proves who answers.
        allow_private: true,
        deadline: endpoint.timeout.try_into().unwrap_or(Duration::from_secs(20)),
    };
    let answer = transport
        .send(request(endpoint, &text, limit)?, policy)
        .await
        .map_err(|error| match error {
            SendError::NotSent(why) | SendError::Lost(why) | SendError::Lacking(why) => WriterError::NoAnswer(why),
        })?;
    let proposed = answer::content(&answer)?;
    check::acceptable(&proposed, &text, limit).map_err(WriterError::Unfit)
}

fn request(endpoint: &Summary, text: &Text<'_>, limit: usize) -> Result<Outgoing, WriterError> {
    let messages = prompt::messages(text, limit);
    let body = json!({ "model": endpoint.model, "messages": messages, "stream": false });
    let headers = ["content-type", "accept"].map(|name| (name.to_owned(), "application/json".to_owned()));
    let key = match &endpoint.key {
        Some(source) => Some(source.resolve().map_err(WriterError::Key)?),
        None => None,
    };
    let bearer = key.map(|key| ("authorization", format!("Bearer {}", key.expose())));
    Ok(Outgoing {
        request: Request {
            method: Method::Post,
            url: format!("{}/chat/completions", endpoint.url),
            headers: headers.into(),
            body: Some(body.to_string()),
            signed: bearer.is_some(),
            upload: None,
        },
        secret_headers: bearer.into_iter().collect(),
        picture: None,
    })
}
