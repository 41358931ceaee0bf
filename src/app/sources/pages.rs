//! What articles say for themselves where their feed says nothing of them, and the pictures of their link cards.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{How, decided};
use crate::app::article::{self, Room, SHORT};
use crate::app::{App, Fault, pictures};
use crate::article::Article;
use crate::config::{Channel, Source};
use crate::domain::picture::Shown;
use crate::domain::source::{Decision, State, blurb};
use crate::domain::tracking::strip_tracking;
use crate::sources::{Feed, Item};
use crate::storage::Store;

/// The time for all pages and pictures of one poll; a post whose page is not read by then is made without.
const ALL: Duration = Duration::from_secs(20);

/// What is known of an item beside its feed.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) title: Option<String>,
    /// Proposed from the page's own sentences, where the feed has no words.
    pub(super) summary: Option<String>,
    pub(super) language: Option<String>,
    pub(super) canonical: Option<String>,
    /// The address of the page's lead image.
    image: Option<String>,
    /// The picture of its card, by channel.
    pub(super) cards: BTreeMap<String, Shown>,
}

/// What is known by the items' places in the feed.
pub(super) type Pages = BTreeMap<usize, Said>;

/// Reads what is missing of those items that would be taken now, one after another: first the pages of those that have
/// no words beyond their title, then the pictures of link cards where a channel shows them. A page or picture that
/// cannot be had is left out.
pub(super) async fn read(
    app: &App,
    store: &mut Store,
    source: &Source,
    feed: &Feed,
    state: &State,
    how: How,
) -> Result<Pages, Fault> {
    let cards = cards(app, source);
    let mut pages = Pages::new();
    if !feed
        .items
        .iter()
        .any(|item| lacks_words(item) || shows_card(item, &cards))
    {
        return Ok(pages);
    }
    let (decision, room) = {
        let mut tx = store.read(app.now()).await?;
        let decision = decided(&mut tx, app, source, feed, state).await?;
        (decision, Room::of(&mut tx, app, source.to.as_deref()).await?)
    };
    let until = Instant::now() + how.left(ALL);
    for (index, item) in taken(feed, &decision).filter(|(_, item)| lacks_words(item)) {
        let Some(page) = page(app, item, until).await else {
            continue;
        };
        let summary = article::propose(app, &page, &room);
        pages.insert(index, Said { summary, ..said(page) });
    }
    for (index, item) in taken(feed, &decision).filter(|(_, item)| shows_card(item, &cards)) {
        if item.image.is_none() && !pages.contains_key(&index) {
            pages.extend(page(app, item, until).await.map(|page| (index, said(page))));
        }
        let image = item.image.clone();
        let image = image.or_else(|| pages.get(&index).and_then(|said| said.image.clone()));
        if let Some(image) = image {
            let shown = card(app, store, &cards, &image, until).await?;
            pages.entry(index).or_default().cards = shown;
        }
    }
    Ok(pages)
}

/// The channels of a source that show link cards whose picture we send.
fn cards<'a>(app: &'a App, source: &Source) -> Vec<&'a Channel> {
    let is_of = |channel: &Channel| source.to.as_ref().is_none_or(|names| names.contains(&channel.name));
    let channels = app.config.channels.iter();
    channels
        .filter(|channel| is_of(channel) && pictures::has_card_picture(channel))
        .collect()
}

fn lacks_words(item: &Item) -> bool {
    item.url.is_some() && blurb(&item.sight(), None).is_none()
}

fn shows_card(item: &Item, cards: &[&Channel]) -> bool {
    item.url.is_some() && !cards.is_empty()
}

/// The items that a poll takes, with their places.
fn taken<'a>(feed: &'a Feed, decision: &'a Decision) -> impl Iterator<Item = (usize, &'a Item)> {
    let places = decision.take.iter().map(|take| take.index);
    places.filter_map(|index| Some((index, feed.items.get(index)?)))
}

/// The time that is left for one page or picture.
fn left(until: Instant) -> Option<Duration> {
    let left = until.saturating_duration_since(Instant::now()).min(SHORT);
    (!left.is_zero()).then_some(left)
}

async fn page(app: &App, item: &Item, until: Instant) -> Option<Article> {
    let url = strip_tracking(item.url.as_deref()?);
    article::read(app, &url, left(until)?)
        .await
        .ok()
        .map(|offer| offer.article)
}

fn said(page: Article) -> Said {
    Said {
        title: page.title,
        summary: None,
        language: page.language,
        canonical: page.canonical,
        image: page.image.map(|image| image.url),
        cards: BTreeMap::new(),
    }
}

/// An image as the cards of these channels show it; none where it cannot be had.
async fn card(
    app: &App,
    store: &mut Store,
    channels: &[&Channel],
    image: &str,
    until: Instant,
) -> Result<BTreeMap<String, Shown>, Fault> {
    let thumb = match left(until) {
        Some(left) => pictures::lead(app, image, left).await.ok(),
        None => None,
    };
    let Some(thumb) = thumb else {
        return Ok(BTreeMap::new());
    };
    let mut tx = store.read(app.now()).await?;
    pictures::fit(app, &mut tx, channels, &[], Some(&thumb)).await
}
