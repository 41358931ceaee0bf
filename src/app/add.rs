//! Adding a post: checked whole, then written whole.

mod place;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use self::place::Wish;
pub(super) use self::place::{fits, insert, may_go, not_twice, same_as, targets, timing};
pub use self::words::{Words, check, check_url};
pub(super) use self::words::{check_times, cleaned, tidy};
use super::compose::host_and_path;
use super::view::{self, PostView};
use super::{App, Fault};
use crate::config::Channel;
use crate::domain::compose::{clean_line, clean_text};
use crate::domain::lint::LinkTrouble;
use crate::domain::picture::{Picture, Shown};
use crate::domain::post::{Planned, Post, tidy_url};
use crate::domain::when::{self, Span};
use crate::storage::{NewPost, Tx};

/// What `add` is asked.
#[derive(Clone, Debug, Default)]
pub struct Add {
    pub words: Words,
    /// Channels by name; `None`: every channel of the post's language.
    pub to: Option<Vec<String>>,
    pub wish: Wish,
    pub draft: bool,
    pub front: bool,
    pub allow_duplicate: bool,
    /// The key, and the hash of the whole request.
    pub key: Option<(String, String)>,
    pub dry_run: bool,
    /// The post's pictures, on the shelf already.
    pub pictures: Vec<Picture>,
    /// The article's lead image, for link cards; on the shelf already.
    pub thumb: Option<Picture>,
    /// What of them goes to each channel; made by [`prepare`].
    pub fitted: BTreeMap<String, Shown>,
    /// The page's own word for the article's address.
    pub canonical: Option<String>,
    /// What is wrong with the link, where somebody looked.
    pub link: Option<LinkTrouble>,
    /// A person sits at a terminal and may think better of it.
    pub undo: bool,
}

/// Reads a time that a person typed.
///
/// # Errors
/// [`Fault::When`] with the candidates.
pub fn time(app: &App, option: &'static str, text: &str, span: Span) -> Result<Planned, Fault> {
    when::parse(text, app.now(), &app.config.organisation.timezone, &app.zones, span)
        .map(Planned::from)
        .map_err(|error| Fault::When {
            option,
            text: text.to_owned(),
            error,
        })
}

/// Adds a post, or shows what would be added.
///
/// # Errors
/// Every [`Fault`] of bad input, duplicates and rules; nothing was added then.
pub async fn add(app: &App, store: &mut crate::storage::Store, add: &Add) -> Result<PostView, Fault> {
    check(&add.words)?;
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    if let Some((key, hash)) = &add.key
        && let Some((post, old)) = tx.added_under(key).await?
    {
        if &old != hash {
            return Err(Fault::KeyTaken { key: key.clone(), post });
        }
        return view::post(&mut tx, app, post).await;
    }
    let post = build(app, add, tx.now);
    let channels = targets(app, &post, add.to.as_deref())?;
    may_go(app, &post, &add.wish, &channels, tx.now)?;
    let same_as = same_as(&post);
    let also = add
        .canonical
        .as_deref()
        .and_then(tidy_url)
        .filter(|also| *also != same_as);
    if !add.allow_duplicate {
        for channel in &channels {
            not_twice(&mut tx, app, channel, (&same_as, also.as_deref()), 0).await?;
        }
    }
    let key = add.key.as_ref().map(|(key, hash)| (key.as_str(), hash.as_str()));
    let new = NewPost {
        post: &post,
        same_as: &same_as,
        also: also.as_deref(),
        key,
    };
    let post = put(&mut tx, &new).await?;
    let id = post.id;
    if !add.pictures.is_empty() || !add.fitted.is_empty() {
        save_pictures(&mut tx, &post, &channels, &add.fitted).await?;
    }
    for channel in &channels {
        fits(&mut tx, app, &post, channel).await?;
        if !post.draft {
            super::lint::stop(&mut tx, app, &post, channel, add.link.as_ref()).await?;
        }
        insert(&mut tx, id, channel, &add.wish, (add.front, add.undo)).await?;
    }
    tx.audit(&app.user, "add", Some(id), None, None).await?;
    let mut shown = view::after(tx, app, id, add.dry_run).await?.show(app, store).await?;
    if add.link.is_some() {
        shown.link.clone_from(&add.link);
        super::lint::fill(&mut store.read(app.now()).await?, app, &mut shown).await?;
    }
    Ok(shown)
}

/// Writes a new post, still without deliveries, and gives it with its number.
pub(super) async fn put(tx: &mut Tx<'_>, new: &NewPost<'_>) -> Result<Post, Fault> {
    let id = tx.insert_post(new).await?;
    let post = Post { id, ..new.post.clone() };
    tx.save_words(id, &super::lint::words(&post)).await?;
    Ok(post)
}

fn build(app: &App, add: &Add, now: Timestamp) -> Post {
    let words = &add.words;
    // Where the configuration speaks one language, that is the post's.
    let only = if app.config.texts.len() == 1 {
        app.config.texts.keys().next().cloned()
    } else {
        None
    };
    Post {
        id: 0,
        url: words.url.clone(),
        title: cleaned(words.title.as_deref(), clean_line).or_else(|| words.url.as_deref().map(host_and_path)),
        summary: cleaned(words.summary.as_deref(), clean_text),
        language: words.language.clone().or(only),
        warning: words.warning.clone(),
        visibility: words.visibility,
        draft: add.draft,
        tags: tidy(&words.tags),
        hashtags: words
            .hashtags
            .iter()
            .map(|h| h.trim().trim_start_matches('#').to_owned())
            .filter(|h| !h.is_empty())
            .collect(),
        embargo: words.embargo.clone(),
        expires: words.expires.clone(),
        thread: words.thread.unwrap_or_default(),
        pictures: add.pictures.clone(),
        texts: words.texts.iter().cloned().collect(),
        version: 1,
        created_at: now,
        created_by: app.user.clone(),
    }
}

/// Makes the pictures fit the channels that the post will go to: before the transaction, since it takes its time.
///
/// # Errors
/// Where a network does not take them.
pub async fn prepare(app: &App, store: &mut crate::storage::Store, add: &mut Add) -> Result<(), Fault> {
    if add.pictures.is_empty() && add.thumb.is_none() {
        return Ok(());
    }
    let post = build(app, add, app.now());
    let channels = targets(app, &post, add.to.as_deref())?;
    let mut tx = store.read(app.now()).await?;
    add.fitted = super::pictures::fit(app, &mut tx, &channels, &add.pictures, add.thumb.as_ref()).await?;
    Ok(())
}

/// Writes a post's pictures, and what of them goes to each channel.
pub(super) async fn save_pictures(
    tx: &mut Tx<'_>,
    post: &Post,
    channels: &[&Channel],
    fitted: &BTreeMap<String, Shown>,
) -> Result<(), Fault> {
    tx.save_pictures(post.id, &post.pictures).await?;
    for channel in channels {
        match fitted.get(&channel.name) {
            Some(shown) => tx.save_shown(post.id, &channel.name, shown).await?,
            None => return Err(Fault::Broken(format!("no pictures were made for {}", channel.name))),
        }
    }
    Ok(())
}
