//! Reading an answer: `choices[0].message.content`, and whether it is whole.

use reqwest::Response;
use serde::Deserialize;

use super::{Unfit, WriterError, error};

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    /// Why the model declines, in a member of its own.
    refusal: Option<String>,
}

/// The body of a good answer, within a limit of bytes. That of another is not looked at.
pub(super) async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, WriterError> {
    if response.status().as_u16() != 200 {
        return Err(WriterError::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| error::sort(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(WriterError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What the model wrote.
pub(super) fn content(body: &[u8]) -> Result<String, WriterError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| WriterError::Garbled)?;
    let choice = answer.choices.into_iter().next().ok_or(WriterError::Garbled)?;
    match (choice.finish_reason.as_deref(), choice.message.refusal.as_deref()) {
        (Some("length"), _) => return Err(WriterError::CutOff),
        (Some("content_filter"), _) => return Err(WriterError::Unfit(Unfit::Refusal)),
        (_, Some(refusal)) if !refusal.is_empty() => return Err(WriterError::Unfit(Unfit::Refusal)),
        _ => {}
    }
    choice.message.content.ok_or(WriterError::Unfit(Unfit::Empty))
}
