//! From a post to each channel's message: the material for the pure composer, and the bytes that are frozen.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{App, Fault, network_of};
use crate::config::{Channel, Setting, Texts};
use crate::domain::compose::{self, Material, Message, Part};
use crate::domain::picture::Shown;
use crate::domain::post::Post;
use crate::networks::{Account, Facts, Frozen, Meta, Seed};

/// What stands before the link where the configuration says nothing else.
const READ_MORE: &str = "Read the full article";

/// The language of a post on a channel: its own, else the channel's.
#[must_use]
pub fn language<'a>(post: &'a Post, channel: &'a Channel) -> Option<&'a str> {
    post.language.as_deref().or(channel.language.as_deref())
}

/// Puts together what the composer needs.
#[must_use]
pub fn material(app: &App, post: &Post, channel: &Channel) -> Material {
    let tag = language(post, channel).map(str::to_ascii_lowercase);
    let texts = tag
        .as_deref()
        .and_then(|tag| {
            app.config
                .texts
                .get(tag)
                .or_else(|| app.config.texts.get(tag.split('-').next()?))
        })
        .or_else(|| {
            if tag.is_none() {
                app.config.texts.get(app.config.first_text.as_ref()?)
            } else {
                None
            }
        });
    // The channel's own lines come first; an empty one takes the language's away.
    let line = |of: fn(&Texts) -> Option<&String>| {
        of(&channel.text)
            .or_else(|| texts.and_then(of))
            .filter(|line| !line.is_empty())
            .cloned()
    };
    let handles = line(|t| t.handles.as_ref())
        .as_deref()
        .and_then(|line| match channel.handle.as_deref() {
            Some(handle) => Some(line.replace("{handle}", handle)),
            // A line about a handle that the channel does not have says nothing.
            None => (!line.contains("{handle}")).then(|| line.to_owned()),
        });
    Material {
        title: post.title.clone().or_else(|| post.url.as_deref().map(host_and_path)),
        summary: post.summary.clone(),
        url: post.url.clone(),
        hashtags: post.hashtags.clone(),
        read_more: match channel.text.read_more.as_deref() {
            Some("") => String::new(),
            _ => line(|t| t.read_more.as_ref()).unwrap_or_else(|| READ_MORE.to_owned()),
        },
        handles,
        join: line(|t| t.join.as_ref()),
        own_text: post.texts.get(&channel.name).cloned(),
        warning: post.warning.clone(),
        place: channel.link,
        thread: post.thread,
        // Where there is no picture, there is none to describe.
        alts: match super::pictures::takes(channel, &Facts::default()) {
            Some(_) => post.pictures.iter().map(|picture| picture.alt.clone()).collect(),
            None => Vec::new(),
        },
    }
}

/// An address as a title: its host and path.
#[must_use]
pub fn host_and_path(url: &str) -> String {
    url::Url::parse(url).map_or_else(
        |_| url.to_owned(),
        |parsed| {
            format!(
                "{}{}",
                parsed.host_str().unwrap_or_default(),
                parsed.path().trim_end_matches('/')
            )
        },
    )
}

/// A channel's message as it stands now.
///
/// # Errors
/// [`Fault::Compose`] where it cannot be made to fit, or there is nothing to say.
pub fn message(app: &App, post: &Post, channel: &Channel, facts: &Facts) -> Result<Message, Fault> {
    let style = network_of(channel)?.style(facts);
    compose::compose(&material(app, post, channel), &style).map_err(|error| Fault::Compose {
        channel: channel.name.clone(),
        error,
    })
}

/// The channel's own keys that are no secrets, for its adapter.
#[must_use]
pub fn settings(channel: &Channel) -> BTreeMap<String, String> {
    channel
        .settings
        .iter()
        .filter_map(|(name, setting)| match setting {
            Setting::Text(text) => Some(((*name).to_owned(), text.clone())),
            Setting::Path(path) => Some(((*name).to_owned(), path.to_string_lossy().into_owned())),
            Setting::Secret(_) => None,
        })
        .collect()
}

/// Makes the bytes and the key of one part.
///
/// # Errors
/// [`Fault::Broken`] where the channel's network is not there.
pub fn freeze(
    app: &App,
    post: &Post,
    channel: &Channel,
    facts: &Facts,
    part: &Part,
    shown: &Shown,
    now: Timestamp,
) -> Result<Frozen, Fault> {
    let settings = settings(channel);
    let account = account(channel, &settings, facts);
    let meta = Meta {
        post: post.id,
        title: post.title.as_deref(),
        summary: post.summary.as_deref(),
        url: post.url.as_deref(),
        language: language(post, channel),
        hashtags: &post.hashtags,
        tags: &post.tags,
        warning: post.warning.as_deref(),
        visibility: post.visibility.as_str(),
        shown,
    };
    let seed = Seed {
        now,
        random: app.random.next(),
    };
    Ok(network_of(channel)?.freeze(&account, part, &meta, seed))
}

/// A channel as its adapter sees it.
#[must_use]
pub fn account<'a>(channel: &'a Channel, settings: &'a BTreeMap<String, String>, facts: &'a Facts) -> Account<'a> {
    Account {
        channel: &channel.name,
        server: channel.server.as_deref(),
        language: channel.language.as_deref(),
        settings,
        facts,
    }
}
