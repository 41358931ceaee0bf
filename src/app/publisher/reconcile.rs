//! Deliveries of which nobody knows whether they are out: a resend by key, a look at the network, or a person.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::calls::{Look, Outbound};
use super::cx::{Cx, means_of};
use super::settle::found;
use crate::app::{Fault, lanes, network_of};
use crate::config::OnUnknown;
use crate::domain::delivery::{Doubt, Event, State};
use crate::domain::lane::Timing;
use crate::networks::{Failure, Found, Receipt};
use crate::storage::Row;

/// Our clock and the network's may differ by this much.
const SLACK: SignedDuration = SignedDuration::from_mins(2);

/// How long until an unknown is looked at again whose channel is not in the configuration.
const AWAY: SignedDuration = SignedDuration::from_mins(15);

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
        // The channel may come back with the next configuration.
        let look_at = cx.tx.now.checked_add(AWAY).unwrap_or(Timestamp::MAX);
        cx.apply(&mut row, &Event::NoAnswer { look_at }).await?;
        return Ok(Some(look_at));
    };
    let facts = lanes::facts(&cx.channel_row(&row.channel).await?);
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
        if ends.is_none_or(|end| cx.tx.now < end) && !cx.key_is_dead(id, recovery.effect) {
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

/// It is not there. The machine believes it only when its call ended long enough ago; else it is looked at again then.
async fn absent(
    cx: &mut Cx<'_, '_>,
    row: &mut Row,
    attempt: i64,
    after: SignedDuration,
) -> Result<Option<Timestamp>, Fault> {
    let event = Event::Absent {
        attempt,
        absent_after: after,
    };
    cx.apply(row, &event).await?;
    cx.after.dirty.insert(row.channel.clone());
    Ok(row.d.retry_at)
}

/// What a look told.
pub(super) async fn verdict(cx: &mut Cx<'_, '_>, look: &Look, result: &Result<Found, Failure>) -> Result<(), Fault> {
    cx.after.unknown = true;
    let app = cx.app.clone();
    let Some(mut row) = cx.tx.delivery(look.delivery).await? else {
        return Ok(());
    };
    let own = (look.delivery, look.part);
    match result {
        Ok(Found::Yes(receipt)) if is_named(&row, look.part, receipt) => {}
        Ok(Found::Yes(receipt)) if !cx.tx.remote_id_taken(&look.channel, &receipt.remote_id, own).await? => {
            tracing::info!("{} was checked after a broken line: it is out", row.name());
            cx.apply(&mut row, &found(look.attempt, look.part, receipt)).await?;
        }
        _ if row.d.state != State::Unknown => {}
        Ok(Found::Absent) if row.d.open.as_ref().is_none_or(|open| open.attempt == look.attempt) => {
            // What was seen is as old as the beginning of the look.
            let took = cx.tx.now.duration_since(look.began).max(SignedDuration::ZERO);
            let after = app
                .find_channel(&look.channel)
                .map_or(SLACK, |channel| channel.absent_after);
            absent(cx, &mut row, look.attempt, after.saturating_add(took)).await?;
        }
        _ => no_answer(cx, &mut row, result).await?,
    }
    Ok(())
}

/// Whether a person named this very post meanwhile, by its id or its address: it is no second copy then.
fn is_named(row: &Row, part: usize, receipt: &Receipt) -> bool {
    let named = row.d.parts.get(part).and_then(|part| part.remote_id.as_deref());
    named.is_some_and(|named| named == receipt.remote_id || Some(named) == receipt.url.as_deref())
}

/// Nothing can be concluded: looked at again, the more seldom the longer it lasts.
async fn no_answer(cx: &mut Cx<'_, '_>, row: &mut Row, result: &Result<Found, Failure>) -> Result<(), Fault> {
    let at_least = if let Err(Failure::Later { at, .. }) = result {
        *at
    } else {
        None
    };
    let minutes = cx.tx.now.duration_since(row.intent_at.unwrap_or(cx.tx.now)).as_secs() / 60;
    let look_at = cx.back_off(3 + minutes, at_least);
    cx.apply(row, &Event::NoAnswer { look_at }).await?;
    if let Err(Failure::SignIn(problem)) = result {
        let app = cx.app.clone();
        crate::app::channels::refused(&mut cx.tx, &app, &row.channel, &problem.message).await?;
    }
    Ok(())
}
