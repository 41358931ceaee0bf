//! What a person did not say of a post, taken from the article's page.

use std::time::Instant;

use super::add::Add;
use super::article::{self, Room, SHORT};
use super::proposal::{self, Proposal};
use super::{App, Fault, link, lint};
use crate::config::Channel;
use crate::domain::lint::LinkTrouble;
use crate::domain::tracking::strip_tracking;
use crate::storage::Store;

/// How the page is to be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The page is not looked at.
    pub no_fetch: bool,
    /// Without the page, no post.
    pub require_page: bool,
    /// A summary of the article's own sentences is taken as it is; else the post becomes a draft, for a person to
    /// decide. What a model writes is never taken without a person, so none is asked then.
    pub accept_summary: bool,
}

/// What became of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FromPage {
    /// What was taken from it: `title`, `summary`, `language`.
    pub taken: Vec<&'static str>,
    /// Why it gave nothing, where it was looked at and did not.
    pub trouble: Option<String>,
    /// It shows only its beginning to readers without a subscription.
    pub paywall: bool,
    /// Why its picture is not in link cards, where it has one and they are shown.
    pub card_trouble: Option<String>,
    /// The summary that was taken, if one was looked for.
    pub proposal: Proposal,
}

/// Whether the page would be looked at: something is missing, or it is required.
#[must_use]
pub fn is_wanted(app: &App, add: &Add, reading: Reading) -> bool {
    let words = &add.words;
    let missing = words.title.is_none()
        || (words.summary.is_none() && words.texts.is_empty())
        || (words.language.is_none() && app.config.texts.len() != 1);
    words.url.is_some() && !reading.no_fetch && (missing || reading.require_page || wants_thumb(app, add))
}

/// Whether a channel has a link card whose picture we send.
fn wants_thumb(app: &App, add: &Add) -> bool {
    add.pictures.is_empty() && named(app, add).any(super::pictures::has_card_picture)
}

/// The channels that the post may go to.
fn named<'a>(app: &'a App, add: &Add) -> impl Iterator<Item = &'a Channel> {
    let is_named = |channel: &&Channel| add.to.as_ref().is_none_or(|names| names.contains(&channel.name));
    app.config.channels.iter().filter(is_named)
}

/// Completes what was said by what the page says: only what is missing, and within a short time.
///
/// # Errors
/// [`Fault::Page`] where the page was required. Else a page that is down is told, and changes nothing.
pub async fn complete(app: &App, store: &mut Store, add: &mut Add, reading: Reading) -> Result<FromPage, Fault> {
    let Some(given) = add.words.url.clone() else {
        return Ok(FromPage::default());
    };
    let url = strip_tracking(&given);
    add.words.url = Some(url.clone());
    if known(app, store, add).await? {
        return Ok(FromPage::default());
    }
    if !is_wanted(app, add, reading) {
        if !reading.no_fetch && !add.draft {
            super::add::check(&add.words)?;
            add.link = lint::link_now(app, Some(&url), named(app, add)).await;
        }
        return Ok(FromPage::default());
    }
    super::add::check(&add.words)?;
    let started = Instant::now();
    let offer = match article::read(app, &url, SHORT).await {
        Ok(offer) => offer,
        Err(trouble) if reading.require_page => return Err(Fault::Page(trouble)),
        Err(trouble) => {
            add.link = link::of_page(&trouble);
            // Nobody decided on a summary: what there is waits as a draft.
            add.draft |= add.words.summary.is_none() && add.words.texts.is_empty();
            return Ok(FromPage {
                trouble: Some(trouble.words()),
                ..FromPage::default()
            });
        }
    };
    let mut taken = Vec::new();
    let mut card_trouble = None;
    let mut proposal = Proposal::default();
    let page = offer.article;
    add.link = offer.elsewhere.map(LinkTrouble::Elsewhere);
    add.canonical.clone_from(&page.canonical);
    if add.words.title.is_none() && page.title.is_some() {
        add.words.title.clone_from(&page.title);
        taken.push("title");
    }
    // Before a model is asked, which has a time of its own.
    if let (Some(image), true) = (&page.image, wants_thumb(app, add)) {
        let left = SHORT.saturating_sub(started.elapsed());
        match super::pictures::lead(app, &image.url, left).await {
            Ok(thumb) => add.thumb = Some(thumb),
            Err(why) => card_trouble = Some(super::pictures::no_card_picture(&why)),
        }
    }
    if add.words.summary.is_none() && add.words.texts.is_empty() {
        let room = Room::of(&mut store.read(app.now()).await?, app, add.to.as_deref()).await?;
        proposal = if reading.accept_summary {
            Proposal::of_sentences(app, &page, &room)
        } else {
            proposal::propose(app, &page, &room).await
        };
        add.words.summary.clone_from(&proposal.summary);
        add.draft |= !reading.accept_summary || add.words.summary.is_none();
        taken.extend(add.words.summary.as_ref().map(|_| "summary"));
    }
    if add.words.language.is_none() && page.language.is_some() {
        add.words.language.clone_from(&page.language);
        taken.push("language");
    }
    Ok(FromPage {
        taken,
        trouble: None,
        paywall: page.paywall,
        card_trouble,
        proposal,
    })
}

/// Whether the same was added before, under its key: then nothing need be fetched.
async fn known(app: &App, store: &mut Store, add: &Add) -> Result<bool, Fault> {
    match &add.key {
        Some((key, _)) => Ok(store.read(app.now()).await?.added_under(key).await?.is_some()),
        None => Ok(false),
    }
}
