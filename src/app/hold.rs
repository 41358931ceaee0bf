//! Stopping everything, and going on.

use jiff::{SignedDuration, Timestamp};

use super::transition::apply;
use super::{App, Fault};
use crate::domain::delivery::{Event, State};
use crate::domain::lane::Timing;
use crate::domain::post::Planned;
use crate::storage::{Filter, HoldRow, Order, Row, Scope, Store, Tx};

/// What becomes of set times that passed during a hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overdue {
    /// They are marked missed, for a person to look at.
    #[default]
    Review,
    /// They go out one after another, with the channel's spacing.
    Space,
    Cancel,
}

/// How things stand after a hold or a release.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub at: Timestamp,
    /// The holds that stand.
    pub holds: Vec<HoldRow>,
    /// What had started before.
    pub in_flight: Vec<String>,
    /// How many waiting deliveries the hold keeps.
    pub concerns: usize,
    /// Set times that passed, with their instants.
    pub overdue: Vec<(String, Timestamp)>,
    /// How many slots passed and are closed.
    pub closed: usize,
    /// How many holds were ended.
    pub ended: usize,
}

/// Stops everything, a channel or a tag. Nothing that is claimed after this commits begins.
///
/// # Errors
/// [`Fault::Input`] for a reason that says nothing; [`Fault::NoSuchChannel`].
pub async fn hold(
    app: &App,
    store: &mut Store,
    scope: &Scope,
    reason: &str,
    until: Option<Timestamp>,
) -> Result<Standing, Fault> {
    if reason.trim().is_empty() || reason.chars().count() > 500 {
        return Err(Fault::input("--reason", "it is empty, or longer than 500 characters"));
    }
    sound(app, scope)?;
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    tx.insert_hold(scope, reason.trim(), &app.user, until).await?;
    tx.audit(&app.user, "hold", None, None, Some(reason)).await?;
    let standing = Standing {
        at: tx.now,
        holds: standing(&mut tx).await?,
        in_flight: in_state(&mut tx, scope, State::Sending).await?,
        concerns: in_state(&mut tx, scope, State::Pending).await?.len(),
        ..Standing::default()
    };
    tx.commit().await?;
    Ok(standing)
}

/// A scope that can mean something.
fn sound(app: &App, scope: &Scope) -> Result<(), Fault> {
    match scope {
        Scope::All => Ok(()),
        Scope::Channel(name) => app.channel(name).map(drop),
        Scope::Tag(tag)
            if tag.trim().is_empty() || tag.contains(',') || tag.trim() != tag || tag.chars().any(char::is_control) =>
        {
            Err(Fault::input("--tag", format!("{tag:?} is no tag")))
        }
        Scope::Tag(_) => Ok(()),
    }
}

/// The holds that stand now.
///
/// # Errors
/// Where the database cannot be read.
pub async fn standing(tx: &mut Tx<'_>) -> Result<Vec<HoldRow>, Fault> {
    let now = tx.now;
    let holds = tx.holds_since(now).await?;
    Ok(holds
        .into_iter()
        .filter(|hold| hold.ended_at.is_none() && hold.until.is_none_or(|until| now < until))
        .collect())
}

async fn in_state(tx: &mut Tx<'_>, scope: &Scope, state: State) -> Result<Vec<String>, Fault> {
    let filter = Filter {
        states: vec![state],
        ..Filter::default()
    };
    let mut list = Vec::new();
    for row in tx.deliveries(&filter, Order::Id).await? {
        if concerns(tx, scope, &row).await? {
            list.push(row.name());
        }
    }
    Ok(list)
}

async fn concerns(tx: &mut Tx<'_>, scope: &Scope, row: &Row) -> Result<bool, Fault> {
    Ok(match scope {
        Scope::All => true,
        Scope::Channel(name) => name == &row.channel,
        Scope::Tag(tag) => tx.post(row.post).await?.is_some_and(|post| post.tags.contains(tag)),
    })
}

/// Ends the holds of this scope, and says what passed meanwhile.
///
/// # Errors
/// [`Fault::NoSuchChannel`].
pub async fn release(app: &App, store: &mut Store, scope: &Scope, overdue: Overdue) -> Result<Standing, Fault> {
    sound(app, scope)?;
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let ending: Vec<HoldRow> = standing(&mut tx)
        .await?
        .into_iter()
        .filter(|hold| &hold.scope == scope)
        .collect();
    for hold in &ending {
        tx.end_hold(hold.id, &app.user).await?;
    }
    let left = standing(&mut tx).await?;
    let since = ending.iter().map(|hold| hold.since).min();
    let mut passed = Vec::new();
    let mut closed = 0;
    if let Some(since) = since {
        passed = settle_overdue(&mut tx, app, scope, since, overdue, &left).await?;
        closed = closed_slots(app, scope, since, tx.now);
        tx.audit(&app.user, "release", None, None, None).await?;
    }
    let in_flight = in_state(&mut tx, scope, State::Sending).await?;
    let standing = Standing {
        at: tx.now,
        holds: left,
        in_flight,
        concerns: 0,
        overdue: passed,
        closed,
        ended: ending.len(),
    };
    tx.commit().await?;
    Ok(standing)
}

async fn settle_overdue(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    since: Timestamp,
    overdue: Overdue,
    left: &[HoldRow],
) -> Result<Vec<(String, Timestamp)>, Fault> {
    let mut passed = Vec::new();
    let mut spaced: std::collections::BTreeMap<String, Timestamp> = std::collections::BTreeMap::new();
    let filter = Filter {
        states: vec![State::Pending],
        ..Filter::default()
    };
    let mut rows = tx.deliveries(&filter, Order::Id).await?;
    rows.sort_by_key(|row| row.due.as_ref().map(|due| due.at));
    for mut row in rows {
        let Some(due) = row
            .due
            .as_ref()
            .map(|due| due.at)
            .filter(|due| *due >= since && *due < tx.now)
        else {
            continue;
        };
        if row.timing == Timing::Slot || row.d.parts_out() > 0 || !concerns(tx, scope, &row).await? {
            continue;
        }
        let mut kept = false;
        for hold in left {
            kept |= concerns(tx, &hold.scope, &row).await?;
        }
        if kept {
            continue;
        }
        passed.push((row.name(), due));
        match overdue {
            Overdue::Review => drop(apply(tx, &mut row, &Event::Late, &app.user).await?),
            Overdue::Cancel => drop(apply(tx, &mut row, &Event::Cancel, &app.user).await?),
            Overdue::Space => {
                let gap = app
                    .find_channel(&row.channel)
                    .map_or(SignedDuration::ZERO, |channel| channel.min_gap);
                let at = spaced
                    .get(&row.channel)
                    .and_then(|last| last.checked_add(gap).ok())
                    .unwrap_or(tx.now);
                spaced.insert(row.channel.clone(), at);
                row.due = Some(Planned { at, wall: None });
                tx.save_delivery(&row, State::Pending).await?;
            }
        }
    }
    Ok(passed)
}

/// How many slots of the channels concerned lay between two instants.
fn closed_slots(app: &App, scope: &Scope, since: Timestamp, now: Timestamp) -> usize {
    let concerned = |name: &str| match scope {
        Scope::All => true,
        Scope::Channel(channel) => channel == name,
        Scope::Tag(_) => false,
    };
    let channels = app.config.channels.iter().filter(|channel| concerned(&channel.name));
    channels
        .map(|channel| {
            channel
                .schedule
                .after(&app.zone(channel), since)
                .take_while(|slot| slot.at <= now)
                .take(10_000)
                .count()
        })
        .sum()
}
