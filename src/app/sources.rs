//! An organisation's own feeds: asking them, and what becomes of their items.
//!
//! A feed is asked, and the pages of its articles are read, outside of any transaction. What comes of the answer is
//! then decided and written in one transaction: the posts, the rows of the items, the source, and what a person must
//! be told. That transaction first reads the source again, and is given up where another process was first. So a
//! process that dies at any instruction has done all of a poll or nothing of it, and an item becomes a post once.

mod ask;
mod check;
mod item;
mod list;
mod pages;
mod poll;
mod rota;

use super::{App, Fault};
use crate::config::Source;
use crate::domain::source::{Decision, Keys, Sight, State, decide, since};
use crate::sources::{Feed, Item};
use crate::storage::{SourceRow, Tx};

pub use self::check::{Checked, Found, check};
pub use self::list::{Listed, Trouble, list};
pub use self::poll::{Came, How, Made, Polled, poll};
pub use self::rota::{Round, round};

/// The sources that a person means: the one of this name, or all.
///
/// # Errors
/// [`Fault::NoSuchSource`] with the nearest name.
pub fn named<'a>(app: &'a App, name: Option<&str>) -> Result<Vec<&'a Source>, Fault> {
    let sources = &app.config.sources;
    let Some(name) = name else {
        return Ok(sources.iter().collect());
    };
    match sources.iter().find(|source| source.name == name) {
        Some(source) => Ok(vec![source]),
        None => {
            let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
            Err(Fault::NoSuchSource {
                name: name.to_owned(),
                nearest: crate::config::nearest(name, &names).map(str::to_owned),
            })
        }
    }
}

/// What is known of a source.
struct Standing {
    /// As it is recorded; it may be of another address.
    row: Option<SourceRow>,
    state: State,
}

impl Standing {
    async fn read(tx: &mut Tx<'_>, source: &Source) -> Result<Self, Fault> {
        let row = tx.source(&source.name).await?;
        let state = match &row {
            Some(row) if row.url == source.url => row.state.clone(),
            // Another address is another feed: its old items are no news.
            _ => State::new(tx.now),
        };
        Ok(Self { row, state })
    }

    /// Whether the row is that of the address in the configuration.
    fn is_recorded(&self, source: &Source) -> bool {
        self.row.as_ref().is_some_and(|row| row.url == source.url)
    }
}

/// Decides what of a feed is new.
async fn decided(tx: &mut Tx<'_>, app: &App, source: &Source, feed: &Feed, state: &State) -> Result<Decision, Fault> {
    let sights: Vec<Sight<'_>> = feed.items.iter().map(Item::sight).collect();
    let keys: Vec<Keys> = sights.iter().map(Keys::of).collect();
    let known = tx.source_known(&source.name, &keys).await?;
    let since = since(state.added_at, &app.home_zone());
    Ok(decide(&sights, &known, state.begun_at.is_some(), since, tx.now))
}
