//! What takes its time before a post is changed: pictures are made to fit, and the page of a new article is looked at.

use std::time::Instant;

use super::Edit;
use crate::app::article::{self, SHORT};
use crate::app::change::{Target, rows};
use crate::app::complete::Reading;
use crate::app::{App, Fault, add, lint, pictures};
use crate::config::Channel;
use crate::domain::lint::LinkTrouble;
use crate::domain::picture::Picture;
use crate::domain::post::Post;
use crate::domain::tracking::strip_tracking;
use crate::storage::Store;

/// What was seen before a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// The link that the post had.
    pub old_url: Option<String>,
    /// Why the page gave nothing, where it was looked at and did not.
    pub trouble: Option<String>,
    /// Why its picture is not in link cards, where it has one and they are shown.
    pub card_trouble: Option<String>,
}

/// Makes everything ready that the transaction cannot wait for: pictures that fit the channels, and, for an article or
/// a channel that is new to the post, the card's picture from the article's page. `tell` is called with the address
/// before a page is read.
///
/// # Errors
/// Where the words are bad, a network does not take the pictures, the alt texts are not as many as the pictures, or a
/// page is required and cannot be read.
pub async fn prepare(
    app: &App,
    store: &mut Store,
    id: i64,
    edit: &mut Edit,
    reading: Reading,
    tell: &dyn Fn(&str),
) -> Result<Looked, Fault> {
    add::check(&edit.words)?;
    let target = Target {
        post: id,
        channel: None,
    };
    let mut tx = store.read(app.now()).await?;
    let Some(old) = tx.post(id).await? else {
        return Err(Fault::NoSuchPost(id));
    };
    let has: Vec<String> = rows(&mut tx, &target)
        .await?
        .into_iter()
        .map(|row| row.channel)
        .collect();
    drop(tx);
    let pictures = pictures_of(&old, edit)?;
    let url = edit.words.url.as_deref().map(strip_tracking);
    let is_moved = url.is_some() && url != old.url;
    // All channels where the post itself changes; else those that it is new to.
    let changes = is_moved || edit.pictures.is_some();
    let wanted = edit.to.as_ref().unwrap_or(&has).iter();
    let touched: Vec<&Channel> = wanted
        .filter(|name| changes || !has.contains(name))
        .filter_map(|name| app.find_channel(name))
        .collect();
    let shows_card = pictures.is_empty() && touched.iter().any(|channel| pictures::has_card_picture(channel));
    let (mut thumb, mut trouble, mut card_trouble) = (None, None, None);
    let is_queued = old.draft && !edit.draft && (edit.wish.is_some() || edit.front);
    if let Some(url) = url.or_else(|| old.url.clone())
        && !reading.no_fetch
        && (is_moved || shows_card || reading.require_page)
    {
        tell(&url);
        match look(app, &url, shows_card).await {
            Ok(page) => {
                (edit.canonical, edit.link, thumb) = (page.canonical, page.link, page.thumb);
                (edit.page_title, card_trouble) = (page.title, page.card_trouble);
            }
            Err(missing) if reading.require_page => {
                let fault = Fault::Page(missing);
                return Err(fault.hinted("Try again later, or change the post without --require-page."));
            }
            Err(missing) => (edit.link, trouble) = (crate::app::link::of_page(&missing), Some(missing.words())),
        }
    } else if is_queued && !reading.no_fetch {
        let channels = edit.to.as_ref().unwrap_or(&has).iter();
        edit.link = lint::link_now(
            app,
            old.url.as_deref(),
            channels.filter_map(|name| app.find_channel(name)),
        )
        .await;
    }
    if changes || thumb.is_some() || !pictures.is_empty() {
        let mut tx = store.read(app.now()).await?;
        edit.fitted = pictures::fit(app, &mut tx, &touched, &pictures, thumb.as_ref()).await?;
    }
    Ok(Looked {
        old_url: old.url,
        trouble,
        card_trouble,
    })
}

/// The pictures that the post will have; new alt texts make them new.
fn pictures_of(old: &Post, edit: &mut Edit) -> Result<Vec<Picture>, Fault> {
    let mut pictures = edit.pictures.clone().unwrap_or_else(|| old.pictures.clone());
    if let Some(alts) = &edit.alts {
        if alts.len() != pictures.len() {
            let what = format!(
                "the post has {} pictures, and {} alt texts were given",
                pictures.len(),
                alts.len()
            );
            return Err(Fault::input("--alt", what));
        }
        for (picture, alt) in pictures.iter_mut().zip(alts) {
            picture.alt = pictures::alt_text(alt);
        }
        edit.pictures = Some(pictures.clone());
    }
    Ok(pictures)
}

/// What a page says beside its words, which a person has given already.
struct Page {
    title: Option<String>,
    canonical: Option<String>,
    link: Option<LinkTrouble>,
    /// Its lead image.
    thumb: Option<Picture>,
    /// Why that cannot be had, where there is one.
    card_trouble: Option<String>,
}

async fn look(app: &App, url: &str, shows_card: bool) -> Result<Page, article::PageTrouble> {
    let started = Instant::now();
    let offer = article::read(app, url, SHORT).await?;
    let image = offer.article.image.filter(|_| shows_card);
    let thumb = match image {
        Some(image) => {
            let left = SHORT.saturating_sub(started.elapsed());
            pictures::lead(app, &image.url, left).await.map(Some)
        }
        None => Ok(None),
    };
    let (thumb, card_trouble) = thumb.map_or_else(
        |why| (None, Some(pictures::no_card_picture(&why))),
        |thumb| (thumb, None),
    );
    Ok(Page {
        title: offer.article.title,
        canonical: offer.article.canonical,
        link: offer.elsewhere.map(LinkTrouble::Elsewhere),
        thumb,
        card_trouble,
    })
}
