//! What articles say for themselves where their feed says nothing of them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{How, decided};
use crate::app::article::{self, Room, SHORT};
use crate::app::{App, Fault};
use crate::config::Source;
use crate::domain::source::{State, blurb};
use crate::domain::tracking::strip_tracking;
use crate::sources::{Feed, Item};
use crate::storage::Store;

/// The time for all pages of one poll; what is not read by then stays without a summary.
const ALL: Duration = Duration::from_secs(20);

/// What a page says.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) title: Option<String>,
    /// Proposed from its own sentences.
    pub(super) summary: Option<String>,
    pub(super) language: Option<String>,
    pub(super) canonical: Option<String>,
}

/// The pages by their items' places in the feed.
pub(super) type Pages = BTreeMap<usize, Said>;

/// Reads the pages of those items that would be taken now and have no words beyond their title, one after another. A
/// page that gives nothing is left out.
pub(super) async fn read(
    app: &App,
    store: &mut Store,
    source: &Source,
    feed: &Feed,
    state: &State,
    how: How,
) -> Result<Pages, Fault> {
    let mut pages = Pages::new();
    let lacks = |item: &Item| item.url.is_some() && blurb(&item.sight(), None).is_none();
    if !feed.items.iter().any(lacks) {
        return Ok(pages);
    }
    let (decision, room) = {
        let mut tx = store.read(app.now()).await?;
        let decision = decided(&mut tx, app, source, feed, state).await?;
        (decision, Room::of(&mut tx, app, source.to.as_deref()).await?)
    };
    let until = Instant::now() + how.left(ALL);
    for take in &decision.take {
        let item = feed.items.get(take.index).filter(|item| lacks(item));
        let Some(url) = item.and_then(|item| item.url.as_deref()) else {
            continue;
        };
        let left = until.saturating_duration_since(Instant::now()).min(SHORT);
        if left.is_zero() {
            break;
        }
        let Ok(offer) = article::read(app, &strip_tracking(url), left).await else {
            continue;
        };
        let summary = article::propose(app, &offer.article, &room);
        let said = Said {
            title: offer.article.title,
            summary,
            language: offer.article.language,
            canonical: offer.article.canonical,
        };
        pages.insert(take.index, said);
    }
    Ok(pages)
}
