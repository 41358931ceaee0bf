//! Why there is no summary from the endpoint, in words.

use std::fmt;

use super::Unfit;
use crate::config::SecretError;

/// Why the endpoint gave no summary that could be proposed. Holds nothing of a key, and nothing that the server said
/// but its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriterError {
    /// The page has no text that could be summarised. Nobody was asked.
    NoText,
    /// The key could not be fetched. Nobody was asked.
    Key(SecretError),
    /// None came, and why.
    NoAnswer(String),
    Status(u16),
    /// Something else than the interface promises.
    Garbled,
    /// The model reached its own limit before its end.
    CutOff,
    /// An answer that may not be shown.
    Unfit(Unfit),
}

impl fmt::Display for WriterError {
    /// One calm sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriterError::NoText => f.write_str("The model was not asked: the page has no text to summarise."),
            WriterError::Key(error) => write!(f, "The model was not asked: {}.", error.message),
            WriterError::NoAnswer(why) => write!(f, "The model gave no summary: {why}."),
            WriterError::Status(status) => write!(f, "The model's server answered {status}: {}.", meaning(*status)),
            WriterError::Garbled => {
                f.write_str("The model's server answered something else than an OpenAI-compatible one does.")
            }
            WriterError::CutOff => f.write_str("The model stopped in the middle of its answer."),
            WriterError::Unfit(unfit) => write!(f, "The model's summary was not taken: it {unfit}."),
        }
    }
}

impl std::error::Error for WriterError {}

/// What a status means for the one who set the endpoint up.
fn meaning(status: u16) -> &'static str {
    match status {
        300..=399 => "it is elsewhere, and redirects are not followed; check url in [summary]",
        401 | 403 => "check key in [summary]",
        404 | 405 => "check url and model in [summary]",
        402 | 429 => "its limit is reached for now",
        400 | 422 => "it does not understand the request; check model in [summary]",
        413 => "the article is too long for it",
        500..=599 => "it has a fault of its own",
        _ => "this was not expected",
    }
}
