//! Changing the words, channels or time of a post that is there.

use std::collections::BTreeMap;

use super::add::{self, Wish, Words};
use super::change::{Target, act, rows};
use super::view::{self, PostView};
use super::{App, Fault};
use crate::config::Channel;
use crate::domain::compose::{clean_line, clean_text};
use crate::domain::delivery::{Event, Refused, State};
use crate::domain::picture::{Picture, Shown};
use crate::domain::post::{Post, Visibility};
use crate::domain::tracking::strip_tracking;
use crate::storage::{Row, Store, Tx};

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
    /// What of the pictures goes to each channel; made by [`prepare`].
    pub fitted: BTreeMap<String, Shown>,
}

/// Makes the pictures fit the channels that the post will have: before the transaction, since it takes its time.
///
/// # Errors
/// Where a network does not take them, or the alt texts are not as many as the pictures.
pub async fn prepare(app: &App, store: &mut Store, id: i64, edit: &mut Edit) -> Result<(), Fault> {
    if edit.pictures.is_none() && edit.alts.is_none() && edit.to.is_none() {
        return Ok(());
    }
    let mut tx = store.read(app.now()).await?;
    let Some(old) = tx.post(id).await? else {
        return Err(Fault::NoSuchPost(id));
    };
    let mut pictures = edit.pictures.clone().unwrap_or(old.pictures);
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
            picture.alt = Some(alt.trim().to_owned()).filter(|alt| !alt.is_empty());
        }
    }
    if pictures.is_empty() && edit.pictures.is_none() {
        return Ok(());
    }
    let target = Target {
        post: id,
        channel: None,
    };
    let rows = rows(&mut tx, &target).await?;
    let names = rows.iter().map(|row| &row.channel).chain(edit.to.iter().flatten());
    let channels: Vec<&Channel> = names.filter_map(|name| app.find_channel(name)).collect();
    edit.fitted = super::pictures::fit(app, &mut tx, &channels, &pictures, None).await?;
    edit.pictures = Some(pictures);
    Ok(())
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
                return Err(Fault::Refused {
                    act: "edit",
                    delivery: row.name(),
                    refused: Refused::State(row.d.state),
                    state: row.d.state,
                    until: None,
                });
            }
            Some(_) => {}
        }
    }
    let same_as = add::same_as(&post);
    let elsewhere = same_as != add::same_as(&old);
    for channel in &channels {
        let new = !rows.iter().any(|row| row.channel == channel.name);
        if (new || elsewhere) && !edit.allow_duplicate {
            add::not_twice(&mut tx, app, channel, (&same_as, None), id).await?;
        }
        if words || new {
            add::fits(&mut tx, app, &post, channel).await?;
        }
        if (words || new || old.draft) && !post.draft {
            super::lint::stop(&mut tx, app, &post, channel, None).await?;
        }
    }
    if words {
        post.version += 1;
        for row in &mut rows {
            act(&mut tx, app, row, &Event::Edit, "edit").await?;
        }
    }
    tx.save_post(&post, &same_as).await?;
    tx.save_words(id, &super::lint::words(&post)).await?;
    if post.pictures != old.pictures || !edit.fitted.is_empty() {
        add::save_pictures(&mut tx, &post, &channels, &edit.fitted).await?;
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
    view::after(tx, app, id, edit.dry_run).await?.show(app, store).await
}

fn merged(old: &Post, edit: &Edit) -> Post {
    let words = &edit.words;
    let mut post = old.clone();
    let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
    post.url = words.url.as_deref().map(strip_tracking).or_else(|| old.url.clone());
    post.title = add::cleaned(words.title.as_deref(), clean_line).or_else(|| old.title.clone());
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
