//! What a feed would bring now. Nothing is recorded.

use jiff::Timestamp;

use super::ask::{Heard, ask};
use super::item::{Entry, is_known};
use super::{Standing, decided};
use crate::app::{App, Fault};
use crate::config::Source;
use crate::domain::source::{Decision, State, decide, since};
use crate::fetch::DEADLINE;
use crate::sources::{Feed, Item};
use crate::storage::Store;

/// A source that was looked at.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The feed, or why it cannot be read.
    pub found: Result<Found, String>,
    /// Where it has moved for good.
    pub moved: Option<String>,
}

/// A feed, and what a poll would make of it.
#[derive(Clone, Debug)]
pub struct Found {
    pub title: Option<String>,
    pub language: Option<String>,
    pub items: usize,
    pub repeated: usize,
    pub cut: bool,
    /// What would be taken now, oldest first.
    pub new: Vec<Item>,
    pub waiting: usize,
    pub flood: Option<usize>,
    /// So many items with the words of earlier ones that none of them would be taken.
    pub echoes: usize,
    pub added_at: Timestamp,
}

/// Looks at a source. `store`: none where there is no database yet.
///
/// # Errors
/// Where the database cannot be read.
pub async fn check(app: &App, store: Option<&mut Store>, source: &Source) -> Result<Checked, Fault> {
    let reply = ask(app, source, None, DEADLINE).await;
    let feed = match reply.heard {
        Heard::Feed(feed) => feed,
        Heard::Failed(why) => return Ok(Checked::failed(why)),
        Heard::Gone => return Ok(Checked::failed("it is gone for good, its server says (410)".to_owned())),
        // It was not asked for news alone.
        Heard::Same => return Ok(Checked::failed("its server does not send it".to_owned())),
    };
    let (decision, new, added_at) = match store {
        Some(store) => recorded(app, store, source, &feed).await?,
        None => fresh(app, &feed),
    };
    Ok(Checked {
        found: Ok(Found {
            title: feed.title,
            language: feed.language,
            items: feed.items.len(),
            repeated: feed.repeated,
            cut: feed.cut,
            new,
            waiting: decision.waiting,
            flood: decision.flood,
            echoes: decision.echoes,
            added_at,
        }),
        moved: reply.moved,
    })
}

impl Checked {
    fn failed(why: String) -> Self {
        Self {
            found: Err(why),
            moved: None,
        }
    }
}

type Outlook = (Decision, Vec<Item>, Timestamp);

async fn recorded(app: &App, store: &mut Store, source: &Source, feed: &Feed) -> Result<Outlook, Fault> {
    let mut tx = store.read(app.now()).await?;
    let state = Standing::read(&mut tx, source).await?.state;
    let decision = decided(&mut tx, app, source, feed, &state).await?;
    let mut new = Vec::new();
    for item in decision.take.iter().filter_map(|take| feed.items.get(take.index)) {
        if !is_known(
            &mut tx,
            app,
            source,
            Entry {
                feed,
                item,
                said: None,
                echo: None,
            },
        )
        .await?
        {
            new.push(item.clone());
        }
    }
    Ok((decision, new, state.added_at))
}

fn fresh(app: &App, feed: &Feed) -> Outlook {
    let now = app.now();
    let state = State::new(now);
    let sights: Vec<_> = feed.items.iter().map(Item::sight).collect();
    let since = since(state.added_at, &app.home_zone());
    let decision = decide(&sights, &std::collections::HashMap::new(), false, since, now);
    let taken = decision.take.iter().filter_map(|take| feed.items.get(take.index));
    let new = taken.cloned().collect();
    (decision, new, now)
}
