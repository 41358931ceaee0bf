//! How the sources stand, without asking anybody.

use jiff::SignedDuration;

use super::Standing;
use crate::app::{App, Fault};
use crate::config::Source;
use crate::domain::source::{Notice, State, Stop, failing_for};
use crate::storage::{SourceCounts, Tx};

/// A source that could not be read for longer than this needs a person.
const LONG: SignedDuration = SignedDuration::from_hours(24);

/// A source as it stands.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    pub source: &'a Source,
    /// `None`: it was never asked.
    pub state: Option<State>,
    pub counts: SourceCounts,
}

/// The sources of the configuration, in its order. `tx`: none where there is no database yet.
///
/// # Errors
/// Where the database cannot be read.
pub async fn list<'a>(app: &'a App, mut tx: Option<&mut Tx<'_>>) -> Result<Vec<Listed<'a>>, Fault> {
    let mut list = Vec::new();
    for source in &app.config.sources {
        let mut listed = Listed {
            source,
            state: None,
            counts: SourceCounts::default(),
        };
        if let Some(tx) = tx.as_deref_mut() {
            let standing = Standing::read(tx, source).await?;
            listed.state = standing.is_recorded(source).then_some(standing.state);
            listed.counts = tx.source_counts(&source.name).await?;
        }
        list.push(listed);
    }
    Ok(list)
}

/// What of a source needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub kind: &'static str,
    pub message: String,
    /// Commands that help.
    pub next: Vec<String>,
}

impl Listed<'_> {
    /// Everything of it that needs a person.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        let Some(state) = &self.state else { return Vec::new() };
        let name = &self.source.name;
        let mut troubles = Vec::new();
        let mut add = |kind, message, next: &[String]| {
            troubles.push(Trouble {
                kind,
                message,
                next: next.to_vec(),
            });
        };
        let ask = format!("handbill source poll {name}");
        match state.stopped {
            Some(Stop::Gone) => {
                let message = format!(
                    "The feed of source {name} is gone for good, its server says (410), so it is not asked any more. Give \
                     the source its new address in the configuration or take it out; if it came back:"
                );
                add(Notice::Gone.as_str(), message, &[ask]);
            }
            Some(Stop::Unsteady) => {
                let message = format!(
                    "The feed of source {name} seems to change its ids at every look, so it is not asked any more. When it \
                     is put right:"
                );
                add("source_unsteady", message, &[ask]);
            }
            None => {
                let long = failing_for(state, name, self.source.every) > LONG;
                if let Some(why) = state.error.as_deref().filter(|_| long) {
                    let tries = state.failures;
                    let message = format!(
                        "The feed of source {name} could not be read for more than a day, {tries} times: {why}."
                    );
                    add("source_failing", message, &[format!("handbill source check {name}")]);
                }
            }
        }
        if state.flooded_at.is_some() && state.stopped.is_none() {
            let message = format!(
                "Items appeared in the feed of source {name} that were taken for no news (too many at once, or the words \
                 of earlier ones under other ids), and none of them will come later. Add those that you want (handbill \
                 add URL); when you have seen to it:"
            );
            add("source_flood", message, &[format!("handbill source poll {name}")]);
        }
        if let Some(to) = &state.moved {
            let notice = Notice::Moved(to.clone());
            add(notice.as_str(), notice.words(name), &[]);
        }
        troubles
    }
}
