//! A summary for a person to decide on: from the model that is configured, else from the article's own sentences.

use super::App;
use super::article::{Fitting, LONGEST, Room, propose as from_sentences};
use crate::article::Article;
use crate::writer;

/// What `proposed_by` says of a summary that is the article's own.
pub const SENTENCES: &str = "sentences";

/// What is proposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    pub summary: Option<String>,
    /// The model that wrote it; `None`: it is the article's own.
    pub model: Option<String>,
    /// Why the model that is configured gave none, as a sentence.
    pub trouble: Option<String>,
}

impl Proposal {
    /// A summary that nobody wrote.
    #[must_use]
    pub fn of_sentences(app: &App, article: &Article, room: &Room) -> Self {
        Self {
            summary: from_sentences(app, article, room),
            ..Self::default()
        }
    }

    /// The model, or [`SENTENCES`]; `None` where there is no proposal.
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        self.summary.as_ref()?;
        Some(self.model.as_deref().unwrap_or(SENTENCES))
    }
}

/// Asks the model, if one is configured; what it wrote is for a person to decide on and goes nowhere by itself.
pub async fn propose(app: &App, article: &Article, room: &Room) -> Proposal {
    let Some(endpoint) = &app.config.summary else {
        return Proposal::of_sentences(app, article, room);
    };
    let fitting = Fitting::of(app, article, room);
    let trouble = match writer::propose(app.transport.as_ref(), endpoint, article, limit(&fitting, article)).await {
        Ok(summary) if fitting.fits(&summary) => {
            return Proposal {
                summary: Some(summary),
                model: Some(endpoint.model.clone()),
                trouble: None,
            };
        }
        Ok(_) => "The model's summary was not taken: it does not fit every channel.".to_owned(),
        Err(error) => error.to_string(),
    };
    Proposal {
        trouble: Some(trouble),
        ..Proposal::of_sentences(app, article, room)
    }
}

/// How many characters fit every channel, told by the beginning of the article itself.
fn limit(fitting: &Fitting<'_>, article: &Article) -> usize {
    let body = article.text.as_deref().unwrap_or_default();
    let sample: Vec<char> = body
        .split_whitespace()
        .flat_map(|word| word.chars().chain([' ']))
        .take(LONGEST)
        .collect();
    let (mut fits, mut beyond) = (0, sample.len() + 1);
    while beyond - fits > 1 {
        let tried = fits.midpoint(beyond);
        let text: String = sample.iter().take(tried).collect();
        if fitting.fits(&text) {
            fits = tried;
        } else {
            beyond = tried;
        }
    }
    fits
}
