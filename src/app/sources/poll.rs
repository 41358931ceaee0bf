//! One poll of one source.

use std::time::{Duration, Instant};

use super::ask::{Heard, Reply, ask};
use super::item::{self, Entry};
use super::pages::{self, Pages};
use super::{Standing, decided};
use crate::app::publisher::crash;
use crate::app::{App, Fault};
use crate::config::Source;
use crate::domain::source::{Answer, Decision, Outcome, State, after};
use crate::fetch::DEADLINE;
use crate::storage::{Error, SourceRow, Store, Tx};

/// How a source is polled.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// By a person: at once, and whatever stopped it.
    pub asked: bool,
    /// When waiting ends; `None`: each call has its own time.
    pub until: Option<Instant>,
}

impl How {
    /// The time for something that takes at most so long.
    pub(super) fn left(self, most: Duration) -> Duration {
        self.until
            .map_or(most, |until| until.saturating_duration_since(Instant::now()).min(most))
    }
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// The feed, with or without news.
    Feed,
    /// It has not changed.
    Same,
    /// It is gone for good.
    Gone,
    /// It could not be read, and why.
    Failed(String),
    /// Another process was asking at the same time and was first; nothing of this poll was kept.
    Outrun,
}

/// A post that a poll made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub post: i64,
    pub name: String,
    pub draft: bool,
}

/// What came of a poll.
#[derive(Clone, Debug)]
pub struct Polled {
    pub source: String,
    pub url: String,
    pub came: Came,
    /// Oldest first.
    pub made: Vec<Made>,
    /// Articles that another post is about already, with that post.
    pub known: Vec<(String, i64)>,
    /// Items that later polls take.
    pub waiting: usize,
    /// So many new items at once that none was taken.
    pub flood: Option<usize>,
    /// So many items with the words of earlier ones that none of them was taken.
    pub echoes: usize,
    /// As it stands after the poll.
    pub state: State,
    /// What a person must be told, in words.
    pub told: Vec<String>,
}

impl Polled {
    fn new(source: &Source, came: Came, state: State) -> Self {
        Self {
            source: source.name.clone(),
            url: source.url.clone(),
            came,
            made: Vec::new(),
            known: Vec::new(),
            waiting: 0,
            flood: None,
            echoes: 0,
            state,
            told: Vec::new(),
        }
    }
}

/// Asks a source and records what comes of it.
///
/// # Errors
/// Where the database cannot be read or written: nothing was recorded then.
pub async fn poll(app: &App, store: &mut Store, source: &Source, how: How) -> Result<Polled, Fault> {
    let before = Standing::read(&mut store.read(app.now()).await?, source).await?;
    let reply = ask(app, source, Some(&before.state), how.left(DEADLINE)).await;
    crash::point("poll-asked");
    let pages = match &reply.heard {
        Heard::Feed(feed) => pages::read(app, store, source, feed, &before.state, how).await?,
        _ => Pages::new(),
    };
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let recorded = if tx.source(&source.name).await? == before.row {
        record(&mut tx, app, source, &before, (&reply, &pages), how).await
    } else {
        Err(Fault::Storage(Error::Conflict("another poll was first".to_owned())))
    };
    let polled = match recorded {
        Ok(polled) => polled,
        Err(Fault::Storage(Error::Conflict(_))) => {
            drop(tx);
            let now = Standing::read(&mut store.read(app.now()).await?, source).await?;
            return Ok(Polled::new(source, Came::Outrun, now.state));
        }
        Err(fault) => return Err(fault),
    };
    if polled.made.is_empty() && polled.told.is_empty() {
        tx.quietly();
    }
    crash::point("poll-before-commit");
    tx.commit().await?;
    crash::point("poll-after-commit");
    Ok(polled)
}

async fn record(
    tx: &mut Tx<'_>,
    app: &App,
    source: &Source,
    before: &Standing,
    (reply, pages): (&Reply, &Pages),
    how: How,
) -> Result<Polled, Fault> {
    let row = |state: &State| SourceRow {
        name: source.name.clone(),
        url: source.url.clone(),
        state: state.clone(),
    };
    let state = if how.asked {
        before.state.clone().asked()
    } else {
        before.state.clone()
    };
    if !before.is_recorded(source) {
        // The rows of its items refer to it.
        tx.save_source(&row(&state)).await?;
    }
    let mut polled = Polled::new(source, came(&reply.heard), state.clone());
    let decision = match &reply.heard {
        Heard::Feed(feed) => {
            let decision = decided(tx, app, source, feed, &state).await?;
            for take in &decision.take {
                let Some(item) = feed.items.get(take.index) else {
                    return Err(Fault::Broken(format!("no item {} in the feed", take.index)));
                };
                let said = pages.get(&take.index);
                let post = item::take(
                    tx,
                    app,
                    source,
                    Entry {
                        feed,
                        item,
                        said,
                        echo: take.keys.text.as_deref().filter(|_| take.echo),
                    },
                    &mut polled,
                )
                .await?;
                tx.take_source_item(&source.name, take, post).await?;
            }
            tx.note_source_items(&source.name, &decision).await?;
            (polled.waiting, polled.flood) = (decision.waiting, decision.flood);
            polled.echoes = decision.echoes;
            Some(decision)
        }
        _ => None,
    };
    let answer = Answer {
        outcome: outcome(reply, decision.as_ref()),
        retry_after: reply.retry_after,
        moved: reply.moved.as_deref(),
    };
    let (mut next, notices) = after(&state, &source.name, source.every, &answer, tx.now);
    if how.asked && next.failures > 0 {
        // A person's try neither makes a long trouble a new one nor a longer one.
        next.failures = next.failures.max(before.state.failures);
    }
    tx.save_source(&row(&next)).await?;
    for notice in notices {
        let words = notice.words(&source.name);
        tx.alert(None, None, notice.as_str(), &words).await?;
        polled.told.push(words);
    }
    polled.state = next;
    Ok(polled)
}

fn came(heard: &Heard) -> Came {
    match heard {
        Heard::Feed(_) => Came::Feed,
        Heard::Same => Came::Same,
        Heard::Gone => Came::Gone,
        Heard::Failed(why) => Came::Failed(why.clone()),
    }
}

fn outcome<'a>(reply: &'a Reply, decision: Option<&'a Decision>) -> Outcome<'a> {
    match (&reply.heard, decision) {
        (Heard::Feed(_), Some(decision)) => Outcome::Read {
            decision,
            etag: reply.etag.as_deref(),
            modified: reply.modified.as_deref(),
        },
        (Heard::Gone, _) => Outcome::Gone,
        (Heard::Failed(why), _) => Outcome::Failed(why),
        (Heard::Feed(_) | Heard::Same, _) => Outcome::Same,
    }
}
