//! Changing the words, channels or time of a post that is there.

mod prepare;

use std::collections::BTreeMap;

use super::add::{self, Wish, Words};
use super::change::{Target, act, rows};
use super::compose::host_and_path;
use super::view::{self, PostView};
use super::{App, Fault};
use crate::config::Channel;
use crate::domain::compose::{clean_line, clean_text};
use crate::domain::delivery::{Event, Refused, State};
use crate::domain::lint::LinkTrouble;
use crate::domain::picture::{Picture, Shown};
use crate::domain::post::{Post, Visibility, tidy_url};
use crate::domain::tracking::strip_tracking;
use crate::storage::{Row, Store, Tx};

pub use prepare::{Looked, prepare};

/// What `edit` takes off a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Off {
    pub embargo: bool,
    pub expires: bool,
    pub tags: bool,
    pub hashtags: bool,
    pub warning: bool,
    /// The channels whose own text goes.
    pub texts: Vec<String>,
}

/// What `edit` is asked; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub words: Words,
    pub off: Off,
    pub visibility: Option<Visibility>,
    pub to: Option<Vec<String>>,
    pub wish: Option<Wish>,
    pub draft: bool,
    pub front: bool,
    pub allow_duplicate: bool,
    pub dry_run: bool,
    pub undo: bool,
    /// The pictures that stand for those that the post has; on the shelf already.
    pub pictures: Option<Vec<Picture>>,
    /// What the pictures that it has tell, in their order.
    pub alts: Option<Vec<String>>,
    /// What of the pictures, or of the card's, goes to each channel where that changes; made by [`prepare`].
    pub fitted: BTreeMap<String, Shown>,
    /// The page's own word for the address of an article that is new to the post.
    pub canonical: Option<String>,
    /// Its title there; it stands in where the post's title was only its old address.
    pub page_title: Option<String>,
    /// What is wrong with the link, where somebody looked.
    pub link: Option<LinkTrouble>,
}

/// Changes a post.
///
/// # Errors
/// [`Fault::Refused`] where something of it is out, may be out, or is going out just now, and words would change.
pub async fn edit(app: &App, store: &mut Store, id: i64, edit: &Edit) -> Result<PostView, Fault> {
    add::check(&edit.words)?;
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let Some(old) = tx.post(id).await? else {
        return Err(Fault::NoSuchPost(id));
    };
    let target = Target {
        post: id,
        channel: None,
    };
    let mut rows = rows(&mut tx, &target).await?;
    let mut post = merged(&old, edit);
    let words = words_differ(&old, &post);
    let names: Vec<String> = edit
        .to
        .clone()
        .unwrap_or_else(|| rows.iter().map(|row| row.channel.clone()).collect());
    let known: Vec<String> = names
        .iter()
        .filter(|name| edit.to.is_some() || app.find_channel(name).is_some())
        .cloned()
        .collect();
    let channels = add::targets(app, &post, Some(&known))?;
    post.texts.retain(|name, _| known.contains(name));
    let wish = edit.wish.clone().unwrap_or_else(|| standing(&rows));
    add::check_times(&post)?;
    for channel in &channels {
        match rows.iter().find(|row| row.channel == channel.name) {
            None => add::may_go(app, &post, &wish, &[*channel], tx.now)?,
            Some(row) if row.d.state == State::Pending => {
                let wish = edit.wish.clone().unwrap_or_else(|| standing(std::slice::from_ref(row)));
                add::may_go(app, &post, &wish, &[*channel], tx.now)?;
            }
            Some(row)
                if edit.to.is_some() && matches!(row.d.state, State::Failed | State::Missed | State::Cancelled) =>
            {
                return Err(over(row));
            }
            Some(_) => {}
        }
    }
    // A time for what waits no more would be thrown away.
    let is_new = |channel: &&Channel| !rows.iter().any(|row| row.channel == channel.name);
    let waits = |row: &Row| matches!(row.d.state, State::Pending | State::Sending);
    if (edit.wish.is_some() || edit.front)
        && !channels.iter().any(is_new)
        && !rows.iter().any(waits)
        && let Some(row) = rows.first()
    {
        return Err(over(row));
    }
    let same_as = add::same_as(&post);
    let elsewhere = same_as != add::same_as(&old);
    let also = edit.canonical.as_deref().and_then(tidy_url);
    let also = also.filter(|also| elsewhere && *also != same_as);
    for channel in &channels {
        let new = !rows.iter().any(|row| row.channel == channel.name);
        if (new || elsewhere) && !edit.allow_duplicate {
            add::not_twice(&mut tx, app, channel, (&same_as, also.as_deref()), id).await?;
        }
        if words || new {
            add::fits(&mut tx, app, &post, channel).await?;
        }
        if (words || new || old.draft) && !post.draft {
            super::lint::stop(&mut tx, app, &post, channel, edit.link.as_ref()).await?;
        }
    }
    if words {
        post.version += 1;
        for row in &mut rows {
            act(&mut tx, app, row, &Event::Edit, "edit").await?;
        }
    }
    tx.save_post(&post, &same_as, also.as_deref()).await?;
    tx.save_words(id, &super::lint::words(&post)).await?;
    if post.pictures != old.pictures {
        tx.save_pictures(id, &post.pictures).await?;
    }
    for channel in &channels {
        if let Some(shown) = edit.fitted.get(&channel.name) {
            tx.save_shown(id, &channel.name, shown).await?;
        }
    }
    if edit.to.is_some() {
        drop_channels(&mut tx, app, &mut rows, &known).await?;
        for channel in &channels {
            if !rows.iter().any(|row| row.channel == channel.name) {
                add::insert(&mut tx, id, channel, &wish, (edit.front, edit.undo)).await?;
            }
        }
    }
    if edit.wish.is_some() || edit.front {
        retime(&mut tx, app, &mut rows, edit).await?;
    }
    tx.audit(&app.user, "edit", Some(id), None, None).await?;
    let mut shown = view::after(tx, app, id, edit.dry_run).await?.show(app, store).await?;
    if edit.link.is_some() {
        shown.link.clone_from(&edit.link);
        super::lint::fill(&mut store.read(app.now()).await?, app, &mut shown).await?;
    }
    Ok(shown)
}

/// It has ended, and takes no new time or place.
fn over(row: &Row) -> Fault {
    Fault::Refused {
        act: "edit",
        delivery: row.name(),
        refused: Refused::State(row.d.state),
        state: row.d.state,
        until: None,
    }
}

fn merged(old: &Post, edit: &Edit) -> Post {
    let words = &edit.words;
    let mut post = old.clone();
    let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
    post.url = words.url.as_deref().map(strip_tracking).or_else(|| old.url.clone());
    post.title = add::cleaned(words.title.as_deref(), clean_line)
        .or_else(|| instead_of_address(old, post.url.as_deref(), edit.page_title.as_deref()))
        .or_else(|| old.title.clone());
    post.summary = add::cleaned(words.summary.as_deref(), clean_text).or_else(|| old.summary.clone());
    post.language = or(&words.language, &old.language);
    post.warning = or(&words.warning, &old.warning);
    post.visibility = edit.visibility.unwrap_or(old.visibility);
    if !words.tags.is_empty() {
        post.tags = add::tidy(&words.tags);
    }
    if !words.hashtags.is_empty() {
        post.hashtags = words
            .hashtags
            .iter()
            .map(|h| h.trim().trim_start_matches('#').to_owned())
            .filter(|h| !h.is_empty())
            .collect();
    }
    post.thread = words.thread.unwrap_or(old.thread);
    if let Some(pictures) = &edit.pictures {
        post.pictures.clone_from(pictures);
    }
    post.texts.extend(words.texts.iter().cloned());
    post.embargo = words.embargo.clone().or(post.embargo);
    post.expires = words.expires.clone().or(post.expires);
    take_off(&mut post, &edit.off);
    post.draft = if edit.draft {
        true
    } else {
        old.draft && edit.wish.is_none() && !edit.front
    };
    post
}

/// The title of a post that had none but its address, which is another now.
fn instead_of_address(old: &Post, url: Option<&str>, page: Option<&str>) -> Option<String> {
    let had_address = old.title == old.url.as_deref().map(host_and_path);
    let url = url.filter(|url| had_address && old.url.as_deref() != Some(url))?;
    page.map(str::to_owned).or_else(|| Some(host_and_path(url)))
}

/// What a post says that came before its present link, and may be about another article.
#[must_use]
pub fn kept(old_url: Option<&str>, edit: &Edit, post: &Post) -> Vec<&'static str> {
    if edit.words.url.is_none() || old_url.is_none() || post.url.as_deref() == old_url {
        return Vec::new();
    }
    let is_name = edit.page_title.is_some() && post.title == edit.page_title
        || post.title == post.url.as_deref().map(host_and_path);
    let is_said = |name: &String| edit.words.texts.iter().any(|(said, _)| said == name);
    let said = [
        ("title", edit.words.title.is_none() && post.title.is_some() && !is_name),
        ("summary", edit.words.summary.is_none() && post.summary.is_some()),
        ("texts", post.texts.keys().any(|name| !is_said(name))),
        ("pictures", edit.pictures.is_none() && !post.pictures.is_empty()),
    ];
    said.iter()
        .filter(|(_, is_kept)| *is_kept)
        .map(|(what, _)| *what)
        .collect()
}

fn take_off(post: &mut Post, off: &Off) {
    if off.embargo {
        post.embargo = None;
    }
    if off.expires {
        post.expires = None;
    }
    if off.tags {
        post.tags.clear();
    }
    if off.hashtags {
        post.hashtags.clear();
    }
    if off.warning {
        post.warning = None;
    }
    post.texts.retain(|name, _| !off.texts.contains(name));
}

fn words_differ(old: &Post, new: &Post) -> bool {
    (
        &old.url,
        &old.title,
        &old.summary,
        &old.language,
        &old.warning,
        old.visibility,
        &old.hashtags,
        &old.texts,
        old.thread,
        &old.pictures,
    ) != (
        &new.url,
        &new.title,
        &new.summary,
        &new.language,
        &new.warning,
        new.visibility,
        &new.hashtags,
        &new.texts,
        new.thread,
        &new.pictures,
    )
}

/// The timing that the post has now.
fn standing(rows: &[Row]) -> Wish {
    use crate::domain::lane::Timing;
    let waiting = rows.iter().find(|row| row.d.state == State::Pending);
    match waiting {
        Some(Row {
            timing: Timing::At | Timing::Now,
            due: Some(due),
            ..
        }) => Wish::At(due.clone()),
        _ => Wish::Slot,
    }
}

async fn drop_channels(tx: &mut Tx<'_>, app: &App, rows: &mut [Row], names: &[String]) -> Result<(), Fault> {
    for row in rows
        .iter_mut()
        .filter(|row| !names.contains(&row.channel) && !row.d.state.is_final())
    {
        act(tx, app, row, &Event::Cancel, "edit").await?;
    }
    Ok(())
}

async fn retime(tx: &mut Tx<'_>, app: &App, rows: &mut [Row], edit: &Edit) -> Result<(), Fault> {
    for row in rows
        .iter_mut()
        .filter(|row| matches!(row.d.state, State::Pending | State::Sending))
    {
        let Some(channel) = app.find_channel(&row.channel) else {
            continue;
        };
        let (first, _) = tx.queue_ends(&row.channel).await?;
        act(tx, app, row, &Event::Move, "edit").await?;
        row.ready_at = tx.now;
        if let Some(wish) = &edit.wish {
            (row.timing, row.due) = add::timing(channel, wish, tx.now, edit.undo);
        }
        if edit.front {
            row.position = first - 1;
        }
        tx.save_delivery(row, State::Pending).await?;
    }
    Ok(())
}
