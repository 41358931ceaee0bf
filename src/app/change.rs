//! What a person does to a delivery that is there: move, cancel, retry, resolve.

use jiff::SignedDuration;

use super::add::{Wish, timing};
use super::transition::apply;
use super::view::{self, PostView};
use super::{App, Fault};
use crate::domain::delivery::{Event, Refused, State};
use crate::domain::lane::Timing;
use crate::domain::lint::LinkTrouble;
use crate::domain::say;
use crate::storage::{Error, Filter, Order, Row, Store, Tx};

/// A post, or one of its deliveries: `12` or `12/mastodon`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub post: i64,
    pub channel: Option<String>,
}

/// Where a moved delivery goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    At(crate::domain::post::Planned),
    Front,
    Slot,
}

/// What `resolve` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Published { url: Option<String> },
    Absent,
}

/// Lets a person's event happen to a delivery.
pub(super) async fn act(
    tx: &mut Tx<'_>,
    app: &App,
    row: &mut Row,
    event: &Event,
    act: &'static str,
) -> Result<(), Fault> {
    match apply(tx, row, event, &app.user).await? {
        Ok(_) => Ok(()),
        Err(refused) => Err(refusal(app, row, act, refused, tx.now)),
    }
}

fn refusal(app: &App, row: &Row, act: &'static str, refused: Refused, now: jiff::Timestamp) -> Fault {
    let until = match refused {
        Refused::TooEarly(Some(at)) => {
            let channel = app.find_channel(&row.channel);
            let zone = channel.map_or_else(|| app.home_zone(), |c| app.zone(c));
            let name = channel.map_or(app.config.organisation.timezone.as_str(), |c| c.timezone.as_str());
            Some(say::full(at, &zone, name, now))
        }
        _ => None,
    };
    Fault::Refused {
        act,
        delivery: row.name(),
        refused,
        state: row.d.state,
        until,
    }
}

/// The deliveries that a target names.
pub(super) async fn rows(tx: &mut Tx<'_>, target: &Target) -> Result<Vec<Row>, Fault> {
    if tx.post(target.post).await?.is_none() {
        return Err(Fault::NoSuchPost(target.post));
    }
    let rows = tx
        .deliveries(
            &Filter {
                post: Some(target.post),
                ..Filter::default()
            },
            Order::Id,
        )
        .await?;
    let Some(channel) = &target.channel else {
        return Ok(rows);
    };
    let on: Vec<String> = rows.iter().map(|row| row.channel.clone()).collect();
    match rows.into_iter().find(|row| &row.channel == channel) {
        Some(row) => Ok(vec![row]),
        None => Err(Fault::NoSuchDelivery {
            post: target.post,
            channel: channel.clone(),
            on,
        }),
    }
}

/// Lets an event happen to every delivery of a target that is in one of `states`; for one delivery by name, the state
/// machine itself says what is wrong.
async fn each(
    tx: &mut Tx<'_>,
    app: &App,
    target: &Target,
    states: &[State],
    event: &Event,
    name: &'static str,
    mut then: impl FnMut(&mut Row, (i64, i64)),
) -> Result<(), Fault> {
    let mut done = 0;
    let mut refused = None;
    let rows = rows(tx, target).await?;
    let there: Vec<(String, State)> = rows.iter().map(|row| (row.name(), row.d.state)).collect();
    for mut row in rows {
        if target.channel.is_none() && !states.contains(&row.d.state) {
            continue;
        }
        let ends = tx.queue_ends(&row.channel).await?;
        match act(tx, app, &mut row, event, name).await {
            Ok(()) => {
                let was = row.d.state;
                then(&mut row, ends);
                tx.save_delivery(&row, was).await?;
                done += 1;
            }
            Err(fault @ Fault::Refused { .. }) if target.channel.is_none() => refused = Some(fault),
            Err(fault) => return Err(fault),
        }
    }
    if done > 0 {
        tx.audit(&app.user, name, Some(target.post), None, target.channel.as_deref())
            .await?;
        return Ok(());
    }
    Err(refused.unwrap_or_else(|| nothing_to(name, target.post, &there)))
}

/// Why there is nothing to do, and what can be done instead, from the states of all deliveries.
fn nothing_to(act: &'static str, post: i64, there: &[(String, State)]) -> Fault {
    let any = |wanted: &[State]| there.iter().any(|(_, state)| wanted.contains(state));
    let unsure = there.iter().find(|(_, state)| *state == State::Unknown);
    let why = match act {
        "retry" => "none of its deliveries failed, was missed or was stopped",
        _ => "none of its deliveries waits",
    };
    let next = if act == "retry" && any(&[State::Pending]) {
        format!("Send it now: handbill edit {post} --now      At another time: handbill move {post} --at WHEN")
    } else if act != "retry" && any(&[State::Failed, State::Missed, State::Cancelled]) {
        format!("Queue it again: handbill retry {post}")
    } else if let Some((name, _)) = unsure {
        format!("When you have looked: handbill resolve {name} --published URL  or  --absent")
    } else {
        format!("Look: handbill show {post}")
    };
    Fault::NothingTo {
        act,
        post,
        why: why.to_owned(),
        next,
    }
}

/// Stops a post or one of its deliveries. What may be out already is remembered as a wish.
///
/// # Errors
/// [`Fault::Refused`] where there is nothing to stop.
pub async fn cancel(app: &App, store: &mut Store, target: &Target) -> Result<PostView, Fault> {
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let states = [State::Pending, State::Sending, State::Unknown];
    each(&mut tx, app, target, &states, &Event::Cancel, "cancel", |_, _| {}).await?;
    view::after(tx, app, target.post, false).await?.show(app, store).await
}

/// Queues again what failed, was missed or cancelled. `twice`: also an article that another post has brought to the
/// channel meanwhile.
///
/// # Errors
/// [`Fault::Refused`] where there is nothing to retry.
pub async fn retry(
    app: &App,
    store: &mut Store,
    target: &Target,
    wish: &Wish,
    undo: bool,
    twice: bool,
) -> Result<PostView, Fault> {
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let post = tx.post(target.post).await?.ok_or(Fault::NoSuchPost(target.post))?;
    let rows = rows(&mut tx, target).await?;
    let states = [State::Failed, State::Missed, State::Cancelled];
    let again: Vec<&Row> = rows.iter().filter(|row| states.contains(&row.d.state)).collect();
    let channels: Vec<_> = again.iter().filter_map(|row| app.find_channel(&row.channel)).collect();
    super::add::may_go(app, &post, wish, &channels, tx.now)?;
    if !twice {
        let same_as = super::add::same_as(&post);
        for channel in channels {
            super::add::not_twice(&mut tx, app, channel, (&same_as, None), post.id).await?;
        }
    }
    let now = tx.now;
    each(
        &mut tx,
        app,
        target,
        &states,
        &Event::Retry,
        "retry",
        |row, (first, _)| {
            row.ready_at = now;
            row.position = first - 1;
            if let Some(channel) = app.find_channel(&row.channel) {
                (row.timing, row.due) = timing(channel, wish, now, undo);
            }
        },
    )
    .await?;
    view::after(tx, app, target.post, false).await?.show(app, store).await
}

/// Gives waiting deliveries another time or place. A draft is queued by it.
///
/// # Errors
/// [`Fault::Refused`] where nothing waits, or it is going out just now.
pub async fn shift(app: &App, store: &mut Store, target: &Target, place: &Place) -> Result<PostView, Fault> {
    let link = draft_link(app, store, target).await?;
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let Some(mut post) = tx.post(target.post).await? else {
        return Err(Fault::NoSuchPost(target.post));
    };
    let rows = rows(&mut tx, target).await?;
    let channels: Vec<_> = rows.iter().filter_map(|row| app.find_channel(&row.channel)).collect();
    let wish = match place {
        Place::At(planned) => Wish::At(planned.clone()),
        Place::Front | Place::Slot => Wish::Slot,
    };
    let keeps_time = *place == Place::Front && rows.iter().all(|row| row.timing != Timing::Slot);
    if !keeps_time {
        super::add::may_go(app, &post, &wish, &channels, tx.now)?;
    }
    let now = tx.now;
    let states = [State::Pending, State::Sending];
    each(
        &mut tx,
        app,
        target,
        &states,
        &Event::Move,
        "move",
        |row, (first, last)| {
            row.ready_at = now;
            match place {
                Place::At(planned) => (row.timing, row.due) = (Timing::At, Some(planned.clone())),
                Place::Slot => {
                    if row.timing != Timing::Slot {
                        row.position = last + 1;
                    }
                    (row.timing, row.due) = (Timing::Slot, None);
                }
                Place::Front => row.position = first - 1,
            }
        },
    )
    .await?;
    if post.draft {
        post.draft = false;
        for channel in &channels {
            super::lint::stop(&mut tx, app, &post, channel, link.as_ref()).await?;
        }
        tx.save_post(&post, &super::add::same_as(&post), None).await?;
    }
    view::after(tx, app, target.post, false).await?.show(app, store).await
}

/// What is wrong with the link of a draft that is about to be queued.
async fn draft_link(app: &App, store: &mut Store, target: &Target) -> Result<Option<LinkTrouble>, Fault> {
    let mut tx = store.read(app.now()).await?;
    let Some(post) = tx.post(target.post).await?.filter(|post| post.draft) else {
        return Ok(None);
    };
    let rows = rows(&mut tx, target).await?;
    drop(tx);
    let channels = rows.iter().filter_map(|row| app.find_channel(&row.channel));
    Ok(super::lint::link_now(app, post.url.as_deref(), channels).await)
}

/// Says what became of a delivery that nobody could tell by machine.
///
/// # Errors
/// [`Fault::Refused`], naming the time from which absence may be said.
pub async fn resolve(app: &App, store: &mut Store, post: i64, name: &str, said: &Said) -> Result<PostView, Fault> {
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let target = Target {
        post,
        channel: Some(name.to_owned()),
    };
    let Some(mut row) = rows(&mut tx, &target).await?.pop() else {
        return Err(Fault::NoSuchPost(post));
    };
    let event = match said {
        Said::Published { url } => Event::SayPublished {
            remote_id: url.clone(),
            url: url.clone(),
        },
        Said::Absent => {
            // Of a channel that is gone from the configuration the longest wait is asked.
            let absent_after = app
                .find_channel(name)
                .map_or(SignedDuration::from_mins(10), |c| c.absent_after);
            Event::SayAbsent { absent_after }
        }
    };
    if let Said::Published { url: Some(url) } = said {
        let part = row.d.next_part().unwrap_or(0);
        if tx.remote_id_taken(name, url, (row.d.id, part)).await? {
            return Err(Fault::IdTaken { url: url.clone() });
        }
    }
    match act(&mut tx, app, &mut row, &event, "resolve").await {
        Err(Fault::Storage(Error::Conflict(_))) => return Err(Fault::IdTaken { url: name.to_owned() }),
        other => other?,
    }
    tx.audit(
        &app.user,
        "resolve",
        Some(post),
        Some(row.d.id),
        Some(if *said == Said::Absent { "absent" } else { "published" }),
    )
    .await?;
    view::after(tx, app, post, false).await?.show(app, store).await
}
