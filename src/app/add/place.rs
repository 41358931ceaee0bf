//! Where and when a post goes: its channels, whether it may go there then, and its place in their queues.

use jiff::{SignedDuration, Timestamp};

use crate::app::compose::message;
use crate::app::fingerprint::fingerprint;
use crate::app::{App, Fault};
use crate::config::Channel;
use crate::domain::delivery::{Delivery, Part, State};
use crate::domain::lane::Timing;
use crate::domain::post::{Planned, Post, tidy_url};
use crate::domain::say;
use crate::storage::{Row, Tx};

/// When a post is to go, as a person says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// At each channel's next free slot.
    #[default]
    Slot,
    At(Planned),
    Now,
}

/// What duplicates are compared by.
pub(in crate::app) fn same_as(post: &Post) -> String {
    post.url.as_deref().and_then(tidy_url).unwrap_or_else(|| {
        let words = post.summary.as_deref().map_or_else(
            || post.texts.values().cloned().collect::<Vec<_>>().join("\n"),
            str::to_owned,
        );
        let words = if words.is_empty() {
            post.title.clone().unwrap_or_default()
        } else {
            words
        };
        format!("text:{}", fingerprint(words.trim().as_bytes()))
    })
}

/// The channels that a post goes to.
pub(in crate::app) fn targets<'a>(app: &'a App, post: &Post, to: Option<&[String]>) -> Result<Vec<&'a Channel>, Fault> {
    for name in post.texts.keys() {
        app.channel(name)?;
    }
    let channels: Vec<&Channel> = match to {
        Some(names) => {
            let mut list = Vec::new();
            for name in names {
                let channel = app.channel(name)?;
                if !list.iter().any(|c: &&Channel| c.name == channel.name) {
                    list.push(channel);
                }
            }
            list
        }
        None => app
            .config
            .channels
            .iter()
            .filter(|c| speaks(c, post.language.as_deref()))
            .collect(),
    };
    if channels.is_empty() {
        return Err(Fault::NoChannels {
            language: post.language.clone(),
        });
    }
    if let Some(name) = post
        .texts
        .keys()
        .find(|name| !channels.iter().any(|c| &c.name == *name))
    {
        return Err(Fault::input(
            "--text",
            format!("the post does not go to {name}; add it to --to"),
        ));
    }
    Ok(channels)
}

fn speaks(channel: &Channel, language: Option<&str>) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
    match (channel.language.as_deref(), language) {
        (Some(own), Some(wanted)) => primary(own) == primary(wanted),
        _ => true,
    }
}

/// What no option lifts: words for every channel, an embargo that the set time respects, a time before the expiry.
pub(in crate::app) fn may_go(
    app: &App,
    post: &Post,
    wish: &Wish,
    channels: &[&Channel],
    now: Timestamp,
) -> Result<(), Fault> {
    if post.summary.is_none()
        && !post.draft
        && let Some(channel) = channels.iter().find(|c| !post.texts.contains_key(&c.name))
    {
        let what = format!("there is neither a summary nor a text for {}", channel.name);
        let hint = Some(format!("Give --summary TEXT, or --text {}=TEXT.", channel.name));
        return Err(Fault::Input {
            option: "--summary",
            what,
            hint,
        });
    }
    let at = match wish {
        Wish::Slot => None,
        Wish::At(planned) => Some(planned.at),
        Wish::Now => Some(now),
    };
    if let (Some(at), Some(embargo)) = (at, &post.embargo)
        && at < embargo.at
    {
        let zone = app.home_zone();
        return Err(Fault::Embargoed {
            post: post.id,
            until: say::full(embargo.at, &zone, &app.config.organisation.timezone, now),
        });
    }
    if let Some(expires) = post.expires.as_ref().filter(|expires| expires.at <= at.unwrap_or(now)) {
        let zone = app.home_zone();
        let when = say::full(expires.at, &zone, &app.config.organisation.timezone, now);
        let what = format!("the post expires {when}, before it could go");
        let hint = (post.id > 0).then(|| format!("Change that first: handbill edit {} --expires WHEN", post.id));
        return Err(Fault::Input {
            option: "--expires",
            what,
            hint,
        });
    }
    Ok(())
}

/// Refuses a post whose article stands on the channel already.
pub(in crate::app) async fn not_twice(
    tx: &mut Tx<'_>,
    app: &App,
    channel: &Channel,
    (same_as, also): (&str, Option<&str>),
    not: i64,
) -> Result<(), Fault> {
    let since = tx.now.checked_sub(channel.duplicate_window).unwrap_or(Timestamp::MIN);
    match tx.same_article(same_as, also, &channel.name, not, since).await? {
        None => Ok(()),
        Some((post, state, at)) => {
            let when = say::stamp(at, &app.zone(channel), &channel.timezone);
            Err(Fault::Duplicate {
                channel: channel.name.clone(),
                post,
                state,
                when,
            })
        }
    }
}

/// Refuses words that cannot be made to fit a channel.
pub(in crate::app) async fn fits(tx: &mut Tx<'_>, app: &App, post: &Post, channel: &Channel) -> Result<(), Fault> {
    let facts = crate::app::channels::facts_of(tx, &channel.name).await?;
    message(app, post, channel, &facts).map(drop)
}

/// Writes a new delivery.
pub(in crate::app) async fn insert(
    tx: &mut Tx<'_>,
    post: i64,
    channel: &Channel,
    wish: &Wish,
    (front, undo): (bool, bool),
) -> Result<(), Fault> {
    let (first, last) = tx.queue_ends(&channel.name).await?;
    let (timing, due) = timing(channel, wish, tx.now, undo);
    let row = Row {
        d: Delivery {
            id: 0,
            state: State::Pending,
            token: None,
            hold_seq: 0,
            slot: None,
            wish: false,
            version: 1,
            retry_at: None,
            published_at: None,
            parts: vec![Part::new(0)],
            open: None,
            trouble: None,
        },
        post,
        channel: channel.name.clone(),
        network: channel.network.to_owned(),
        timing,
        due,
        ready_at: tx.now,
        position: if front { first - 1 } else { last + 1 },
        slot_at: None,
        intent_at: None,
        attempts: 0,
        ended_at: None,
        added_at: tx.now,
        has_steps: false,
        unwritten: false,
        frozen: Vec::new(),
    };
    tx.insert_delivery(&row).await?;
    Ok(())
}

/// The timing of a delivery, and when it is due. `now` means after a short time to think better of it.
pub(in crate::app) fn timing(channel: &Channel, wish: &Wish, now: Timestamp, undo: bool) -> (Timing, Option<Planned>) {
    match wish {
        Wish::Slot => (Timing::Slot, None),
        Wish::At(planned) => (Timing::At, Some(planned.clone())),
        Wish::Now => {
            let pause = if undo { channel.undo } else { SignedDuration::ZERO };
            (
                Timing::Now,
                Some(Planned {
                    at: now.checked_add(pause).unwrap_or(now),
                    wall: None,
                }),
            )
        }
    }
}
