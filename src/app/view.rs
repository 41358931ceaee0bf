//! Posts and deliveries as they are shown: with their exact parts, when they will go, and what stops them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::compose::message;
use super::{App, Fault, lanes, pictures};
use crate::config::Channel;
use crate::domain::compose::{self, Length, Message, Target};
use crate::domain::delivery::State;
use crate::domain::forecast::{Outlook, forecast};
use crate::domain::gates::Blocked;
use crate::domain::lane::{self, Timing};
use crate::domain::lint::{Finding, LinkTrouble};
use crate::domain::picture::Shown;
use crate::domain::post::Post;
use crate::networks::Facts;
use crate::storage::{Filter, HoldRow, Order, Row, Store, Tx};

/// A link as it will stand in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub text: String,
    pub url: String,
}

/// One message as it will stand, or stands, on the network.
#[derive(Clone, Debug)]
pub struct PartView {
    pub text: String,
    pub links: Vec<Link>,
    pub lengths: Vec<Length>,
    /// The address of the link card.
    pub card: Option<String>,
    pub remote_id: Option<String>,
    pub url: Option<String>,
}

impl PartView {
    /// The length that leaves the smallest share of its limit.
    #[must_use]
    pub fn tightest(&self) -> Option<&Length> {
        compose::tightest(&self.lengths)
    }
}

/// One delivery, shown.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    pub row: Row,
    pub zone: String,
    /// When it goes or went, as far as can be said.
    pub time: Option<Timestamp>,
    /// It will be too late at that time.
    pub too_late: bool,
    pub blocked: Vec<Blocked>,
    pub parts: Vec<PartView>,
    pub dropped: Vec<&'static str>,
    /// How much shorter the summary would have to be to keep all.
    pub over: usize,
    /// Why the message cannot be made, where it cannot.
    pub cannot: Option<String>,
    /// The pictures that go with it, and the thumbnail of its card.
    pub shown: Shown,
    /// What the rules found in it; only where they were asked.
    pub findings: Vec<Finding>,
}

/// A post with its deliveries.
#[derive(Clone, Debug)]
pub struct PostView {
    pub post: Post,
    pub deliveries: Vec<DeliveryView>,
    /// What is wrong with the article's link, where somebody has just looked.
    pub link: Option<LinkTrouble>,
}

impl PostView {
    /// The post on one channel alone; on all where none is named.
    ///
    /// # Errors
    /// [`Fault::NoSuchDelivery`].
    pub fn only(mut self, channel: Option<&str>) -> Result<Self, Fault> {
        let Some(channel) = channel else { return Ok(self) };
        let on: Vec<String> = self.deliveries.iter().map(|d| d.row.channel.clone()).collect();
        self.deliveries.retain(|d| d.row.channel == channel);
        if self.deliveries.is_empty() {
            return Err(Fault::NoSuchDelivery {
                post: self.post.id,
                channel: channel.to_owned(),
                on,
            });
        }
        Ok(self)
    }

    /// The word for the whole post.
    #[must_use]
    pub fn state(&self) -> &'static str {
        let states: Vec<State> = self.deliveries.iter().map(|d| d.row.d.state).collect();
        let any = |wanted: &[State]| states.iter().any(|state| wanted.contains(state));
        if !states.is_empty() && states.iter().all(|state| *state == State::Cancelled) {
            "cancelled"
        } else if states.iter().any(|state| !state.is_final()) || states.is_empty() {
            if self.post.draft { "draft" } else { "queued" }
        } else if any(&[State::Published, State::Retracted]) {
            "done"
        } else {
            "failed"
        }
    }
}

/// What planning says of a pending delivery.
#[derive(Clone, Debug)]
pub struct Prospect {
    pub outlook: Outlook,
    pub blocked: Vec<Blocked>,
}

/// What planning says of every pending delivery of these channels.
///
/// # Errors
/// Where the database cannot be read.
pub async fn prospects(tx: &mut Tx<'_>, app: &App, names: &BTreeSet<String>) -> Result<BTreeMap<i64, Prospect>, Fault> {
    let holds: Vec<HoldRow> = lanes::holds(tx, app).await?;
    let mut map = BTreeMap::new();
    for name in names {
        let Some(channel) = app.find_channel(name) else {
            continue;
        };
        let row = tx.channel(name).await?;
        let facts = lanes::facts(&row);
        let lane = lanes::lane(tx, app, channel, &row, &holds).await?;
        let mut waiting = tx.waiting(name, i64::MAX).await?;
        lanes::complete(app, channel, &facts, &mut waiting)?;
        lane::sort(&mut waiting);
        let outlooks = forecast(&lane, &waiting, tx.now);
        for (index, outlook) in outlooks.into_iter().enumerate() {
            let blocked = lane::blocked(&lane, &waiting, index, tx.now);
            map.insert(waiting[index].id, Prospect { outlook, blocked });
        }
    }
    Ok(map)
}

/// One post with everything that is shown of it.
///
/// # Errors
/// [`Fault::NoSuchPost`].
pub async fn post(tx: &mut Tx<'_>, app: &App, id: i64) -> Result<PostView, Fault> {
    let pending = Filter {
        post: Some(id),
        states: vec![State::Pending],
        ..Filter::default()
    };
    let rows = tx.deliveries(&pending, Order::Id).await?;
    let names: BTreeSet<String> = rows.into_iter().map(|row| row.channel).collect();
    let prospects = prospects(tx, app, &names).await?;
    post_with(tx, app, id, &prospects).await
}

/// As [`post`], where planning has been asked already.
///
/// # Errors
/// [`Fault::NoSuchPost`].
pub async fn post_with(
    tx: &mut Tx<'_>,
    app: &App,
    id: i64,
    prospects: &BTreeMap<i64, Prospect>,
) -> Result<PostView, Fault> {
    let Some(post) = tx.post(id).await? else {
        return Err(Fault::NoSuchPost(id));
    };
    let filter = Filter {
        post: Some(id),
        ..Filter::default()
    };
    let mut shown = tx.shown(id).await?;
    let mut deliveries = Vec::new();
    for row in tx.deliveries(&filter, Order::Id).await? {
        let facts = super::channels::facts_of(tx, &row.channel).await?;
        let shown = shown.remove(&row.channel);
        deliveries.push(delivery(app, &post, row, &facts, prospects, shown)?);
    }
    Ok(PostView {
        post,
        deliveries,
        link: None,
    })
}

/// A transaction that has done its work, and the post that it was about.
pub enum After {
    /// Committed: what is shown is read afterwards, so that nobody waits for the forecast.
    Done(i64),
    /// A dry run: read before it is undone.
    Shown(Box<PostView>),
}

/// Ends a transaction about one post.
///
/// # Errors
/// Where the commit failed: then nothing happened.
pub async fn after(mut tx: Tx<'_>, app: &App, id: i64, dry_run: bool) -> Result<After, Fault> {
    if dry_run {
        let mut shown = post(&mut tx, app, id).await?;
        super::lint::fill(&mut tx, app, &mut shown).await?;
        return Ok(After::Shown(Box::new(shown)));
    }
    tx.commit().await?;
    Ok(After::Done(id))
}

impl After {
    /// The post as it stands now.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn show(self, app: &App, store: &mut Store) -> Result<PostView, Fault> {
        match self {
            After::Shown(shown) => Ok(*shown),
            After::Done(id) => {
                let mut tx = store.read(app.now()).await?;
                let mut shown = post(&mut tx, app, id).await?;
                super::lint::fill(&mut tx, app, &mut shown).await?;
                Ok(shown)
            }
        }
    }
}

/// One delivery with everything that is shown of it.
fn delivery(
    app: &App,
    post: &Post,
    row: Row,
    facts: &Facts,
    prospects: &BTreeMap<i64, Prospect>,
    shown: Option<Shown>,
) -> Result<DeliveryView, Fault> {
    let channel = app.find_channel(&row.channel);
    let zone = channel.map_or_else(|| app.config.organisation.timezone.clone(), |c| c.timezone.clone());
    let set = if row.timing == Timing::Slot {
        row.slot_at
    } else {
        row.due.as_ref().map(|due| due.at)
    };
    let prospect = prospects.get(&row.d.id);
    let (time, too_late) = match (row.d.state, prospect.map(|p| &p.outlook)) {
        (State::Pending, Some(Outlook::Goes(at))) => (Some(*at), false),
        (State::Pending, Some(Outlook::TooLate(at))) => (set.or(Some(*at)), true),
        (State::Pending, _) => (if row.timing == Timing::Slot { None } else { set }, false),
        _ => (row.d.published_at.or(set), false),
    };
    let composed = channel.map(|channel| message(app, post, channel, facts));
    let (composed, cannot) = match composed {
        Some(Ok(message)) => (Some(message), None),
        Some(Err(fault)) => (None, Some(crate::report::Report::from(&fault).message)),
        None => (
            None,
            Some(format!("the channel {} is not in the configuration", row.channel)),
        ),
    };
    let parts = parts(&row, composed.as_ref(), channel, facts)?;
    let (mut dropped, over): (Vec<&str>, usize) = composed.as_ref().map_or((Vec::new(), 0), |m| {
        (m.dropped.iter().map(|d| d.as_str()).collect(), m.over)
    });
    let without = channel.is_some_and(|c| pictures::takes(c, facts).is_none()) && !post.pictures.is_empty();
    dropped.extend(without.then_some("pictures"));
    let blocked = prospect.map(|p| p.blocked.clone()).unwrap_or_default();
    let shown = match (shown, channel) {
        (Some(shown), Some(channel)) => pictures::within(shown, channel, facts),
        (shown, _) => shown.unwrap_or_default(),
    };
    Ok(DeliveryView {
        row,
        zone,
        time,
        too_late,
        blocked,
        parts,
        dropped,
        over,
        cannot,
        shown,
        findings: Vec::new(),
    })
}

/// The parts as they were frozen, else as they would be composed now.
fn parts(
    row: &Row,
    composed: Option<&Message>,
    channel: Option<&Channel>,
    facts: &Facts,
) -> Result<Vec<PartView>, Fault> {
    if row.frozen.is_empty() {
        let parts = composed.map(|m| m.parts.as_slice()).unwrap_or_default();
        return Ok(parts.iter().map(|part| view(part, None, None)).collect());
    }
    let style = channel
        .map(super::network_of)
        .transpose()?
        .map(|network| network.style(facts));
    let list = row.frozen.iter().zip(&row.d.parts).map(|(frozen, part)| {
        let same = composed
            .and_then(|m| m.parts.get(part.no))
            .filter(|c| c.text == frozen.text);
        if let Some(same) = same {
            return view(same, part.remote_id.as_deref(), part.url.as_deref());
        }
        PartView {
            text: frozen.text.clone(),
            links: frozen
                .link
                .iter()
                .map(|url| Link {
                    text: url.clone(),
                    url: url.clone(),
                })
                .collect(),
            lengths: style
                .as_ref()
                .map_or(Vec::new(), |style| style.lengths(&frozen.text, &[], None)),
            card: None,
            remote_id: part.remote_id.clone(),
            url: part.url.clone(),
        }
    });
    Ok(list.collect())
}

fn view(part: &compose::Part, remote_id: Option<&str>, url: Option<&str>) -> PartView {
    let links = part.spans.iter().filter_map(|span| match &span.target {
        Target::Link(url) => Some(Link {
            text: part.text.get(span.start..span.end)?.to_owned(),
            url: url.clone(),
        }),
        Target::Tag(_) | Target::Mention(_) => None,
    });
    PartView {
        text: part.text.clone(),
        links: links.collect(),
        lengths: part.lengths.clone(),
        card: part.card.as_ref().map(|card| card.url.clone()),
        remote_id: remote_id.map(str::to_owned),
        url: url.map(str::to_owned),
    }
}

/// What waits, is going out or is unknown, in the order of its times; what has no time comes last.
///
/// # Errors
/// Where the database cannot be read.
pub async fn queue(tx: &mut Tx<'_>, app: &App, channel: Option<&str>) -> Result<Vec<(Post, DeliveryView)>, Fault> {
    let states = vec![State::Pending, State::Sending, State::Unknown];
    let rows = tx
        .deliveries(
            &Filter {
                channel: channel.map(str::to_owned),
                states,
                ..Filter::default()
            },
            Order::Id,
        )
        .await?;
    let names: BTreeSet<String> = rows.iter().map(|row| row.channel.clone()).collect();
    let prospects = prospects(tx, app, &names).await?;
    let mut list = named(tx, app, rows, &prospects).await?;
    list.sort_by_key(|(_, d)| (d.time.is_none() || d.too_late, d.time, d.row.position, d.row.d.id));
    Ok(list)
}

/// Deliveries with their posts.
///
/// # Errors
/// Where the database cannot be read.
pub async fn named(
    tx: &mut Tx<'_>,
    app: &App,
    rows: Vec<Row>,
    prospects: &BTreeMap<i64, Prospect>,
) -> Result<Vec<(Post, DeliveryView)>, Fault> {
    let ids = rows.iter().map(|row| row.post).collect();
    let (posts, mut shown) = (tx.posts(&ids).await?, tx.shown_of(&ids).await?);
    let mut facts: BTreeMap<String, Facts> = BTreeMap::new();
    let mut list = Vec::with_capacity(rows.len());
    for row in rows {
        let post = posts.get(&row.post).cloned().ok_or(Fault::NoSuchPost(row.post))?;
        if !facts.contains_key(&row.channel) {
            facts.insert(row.channel.clone(), super::channels::facts_of(tx, &row.channel).await?);
        }
        let shown = shown.get_mut(&row.post).and_then(|shown| shown.remove(&row.channel));
        let view = delivery(app, &post, row.clone(), &facts[&row.channel], prospects, shown)?;
        list.push((post, view));
    }
    Ok(list)
}
