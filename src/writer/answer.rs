//! Reading an answer: `choices[0].message.content`, and whether it is whole.

use serde::Deserialize;

use super::{Unfit, WriterError};
use crate::networks::wire;

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

/// What the model wrote.
pub(super) fn content(answer: &wire::Answer) -> Result<String, WriterError> {
    if answer.status != 200 {
        return Err(WriterError::Status(answer.status));
    }
    let answer: Answer = serde_json::from_str(&answer.body).map_err(|_| WriterError::Garbled)?;
    let choice = answer.choices.into_iter().next().ok_or(WriterError::Garbled)?;
    match (choice.finish_reason.as_deref(), choice.message.refusal.as_deref()) {
        (Some("length"), _) => return Err(WriterError::CutOff),
        (Some("content_filter"), _) => return Err(WriterError::Unfit(Unfit::Refusal)),
        (_, Some(refusal)) if !refusal.is_empty() => return Err(WriterError::Unfit(Unfit::Refusal)),
        _ => {}
    }
    choice.message.content.ok_or(WriterError::Unfit(Unfit::Empty))
}
