//! Deliveries of which nobody knows whether they are out: a resend by key, a look at the network, or a person.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::calls::Outbound;
use super::settle::found;
use super::{Cx, means_of};
use crate::app::{Fault, lanes, network_of};
use crate::config::OnUnknown;
use crate::domain::delivery::{Doubt, Event, State};
use crate::domain::lane::Timing;
use crate::networks::{Failure, Found};
use crate::storage::Row;

/// Our clock and the network's may differ by this much.
const SLACK: SignedDuration = SignedDuration::from_mins(2);

/// Looks at every unknown delivery whose turn it is.
pub(super) async fn look(cx: &mut Cx<'_, '_>, looking: &BTreeSet<i64>) -> Result<(), Fault> {
    let mut next: Option<Timestamp> = None;
    for (id, _, at) in cx.tx.unknown().await? {
        if looking.contains(&id) {
            continue;
        }
        let at = match at {
            Some(at) if at <= cx.tx.now => one(cx, id).await?,
            at => at,
        };
        next = at.into_iter().chain(next).min();
    }
    cx.after.next_unknown = Some(next);
    Ok(())
}

/// One unknown delivery's turn; gives when its next one is. `None`: a person's, or when the look is over.
async fn one(cx: &mut Cx<'_, '_>, id: i64) -> Result<Option<Timestamp>, Fault> {
    let app = cx.app.clone();
    let Some(mut row) = cx.tx.delivery(id).await? else {
        return Ok(None);
    };
    if cx.only.is_some_and(|post| post != row.post) {
        return Ok(None);
    }
    let (Some(channel), Some(part)) = (app.find_channel(&row.channel), row.d.next_part()) else {
        return rest(cx, &mut row, None).await;
    };
    let facts = lanes::facts(&cx.tx.channel(&row.channel).await?);
    let recovery = network_of(channel)?.recovery(&facts);
    let doubt = row.d.parts[part].doubt;
    let first = row.d.parts[part].first_intent.unwrap_or(cx.tx.now);
    if doubt == Doubt::Key && !row.d.wish {
        let due = if row.timing == Timing::Slot {
            row.slot_at
        } else {
            row.due.as_ref().map(|due| due.at)
        };
        let ends = lanes::key_ends(&app, channel, recovery.effect, recovery.finds, first, due);
        if ends.is_none_or(|end| cx.tx.now < end) {
            cx.apply(&mut row, &Event::ResendByKey { in_time: true }).await?;
            cx.after.dirty.insert(row.channel.clone());
            return Ok(None);
        }
    }
    let attempt = match &row.d.open {
        Some(open) => open.attempt,
        None => cx
            .tx
            .newest_attempt(row.d.id, part)
            .await?
            .map_or(0, |(attempt, _)| attempt),
    };
    if recovery.finds {
        let since = first;
        let taken = cx
            .tx
            .remote_ids(
                &row.channel,
                since.checked_sub(SLACK + SLACK).unwrap_or(since),
                (row.d.id, part),
            )
            .await?;
        let channel = row.channel.clone();
        cx.after.calls.push(Outbound::Look {
            row: Box::new(row),
            channel,
            part,
            attempt,
            since,
            taken,
        });
        return Ok(None);
    }
    if channel.on_unknown == OnUnknown::Resend && means_of(channel, &facts).is_ok() {
        return absent(cx, &mut row, attempt, channel.absent_after).await;
    }
    rest(cx, &mut row, None).await
}

/// Nothing more by machine before `at`.
async fn rest(cx: &mut Cx<'_, '_>, row: &mut Row, at: Option<Timestamp>) -> Result<Option<Timestamp>, Fault> {
    let was = row.d.state;
    row.d.retry_at = at;
    cx.tx.save_delivery(row, was).await?;
    Ok(at)
}

/// It is not there. Believed only when its call ended long enough ago; until then it is looked at again.
async fn absent(
    cx: &mut Cx<'_, '_>,
    row: &mut Row,
    attempt: i64,
    after: SignedDuration,
) -> Result<Option<Timestamp>, Fault> {
    let ended = row.d.open.as_ref().and_then(|open| open.ended_at);
    let from = ended.and_then(|ended| ended.checked_add(after).ok());
    if row.d.open.is_some() && from.is_none_or(|from| cx.tx.now < from) {
        let look_at = from.unwrap_or(cx.tx.now);
        cx.apply(row, &Event::NoAnswer { look_at }).await?;
        return Ok(Some(look_at));
    }
    cx.apply(
        row,
        &Event::Absent {
            attempt,
            absent_after: after,
        },
    )
    .await?;
    cx.after.dirty.insert(row.channel.clone());
    Ok(None)
}

/// What a look told.
pub(super) async fn verdict(
    cx: &mut Cx<'_, '_>,
    id: i64,
    name: &str,
    part: usize,
    attempt: i64,
    result: &Result<Found, Failure>,
) -> Result<(), Fault> {
    cx.after.unknown = true;
    let app = cx.app.clone();
    let Some(mut row) = cx.tx.delivery(id).await? else {
        return Ok(());
    };
    if let Ok(Found::Yes(receipt)) = result {
        if cx.tx.remote_id_taken(name, &receipt.remote_id, (id, part)).await? {
            return Ok(());
        }
        tracing::info!("{} was checked after a broken line: it is out", row.name());
        cx.apply(&mut row, &found(attempt, part, receipt)).await?;
        return Ok(());
    }
    if row.d.state != State::Unknown {
        return Ok(());
    }
    match result {
        Ok(Found::Absent) => {
            let newest = row.d.open.as_ref().map(|open| open.attempt);
            if newest.is_none_or(|newest| newest == attempt) {
                let after = app.find_channel(name).map_or(SLACK, |channel| channel.absent_after);
                absent(cx, &mut row, attempt, after).await?;
            }
        }
        Ok(Found::Yes(_)) => {}
        Ok(Found::NoAnswer(_)) | Err(_) => {
            let at_least = if let Err(Failure::Later { at, .. }) = result {
                *at
            } else {
                None
            };
            let tries = cx.tx.now.duration_since(row.intent_at.unwrap_or(cx.tx.now)).as_secs() / 60;
            let look_at = cx.back_off(3 + tries, at_least);
            cx.apply(&mut row, &Event::NoAnswer { look_at }).await?;
            if let Err(Failure::SignIn(problem)) = result {
                crate::app::channels::refused(&mut cx.tx, &app, name, &problem.message).await?;
            }
        }
    }
    Ok(())
}
