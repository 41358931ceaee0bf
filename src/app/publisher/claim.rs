//! An idle channel's turn: what is late is said so, and what may go now is claimed, with its first intent in the same
//! transaction.

use jiff::Timestamp;

use super::calls::{Outbound, Ticket, job, receipts};
use super::cx::{Cx, means_of};
use super::frozen;
use super::link::{self, Ready};
use crate::app::compose::{account, settings};
use crate::app::{Fault, channels, lanes, network_of};
use crate::config::Channel;
use crate::domain::delivery::{self, Act, Delivery, Event, State, Trouble, Why};
use crate::domain::gates;
use crate::domain::lane::{self, Waiting};
use crate::domain::lint::LinkTrouble;
use crate::domain::schedule::Slot;
use crate::networks::wire::Answer;
use crate::networks::{Facts, Failure, Halt, Recorded, Wire};
use crate::storage::{ChannelRow, Intent, Row};

/// How many waiting deliveries are looked at first; nearly always the one that goes is among them.
const PAGE: i64 = 16;
const ALL: i64 = i64::MAX;

/// One channel's turn.
pub(super) async fn channel(cx: &mut Cx<'_, '_>, name: &str) -> Result<(), Fault> {
    let app = cx.app.clone();
    let Some(channel) = app.find_channel(name) else {
        return Ok(());
    };
    let row = cx.channel_row(name).await?;
    if ask_first(cx, channel, &row) {
        return Ok(());
    }
    let facts = lanes::facts(&row);
    let lane = lanes::lane(&mut cx.tx, &app, channel, &row, &cx.holds).await?;
    let effect = network_of(channel)?.recovery(&facts).effect;
    let mut limit = if cx.only.is_some() { ALL } else { PAGE };
    loop {
        let mut waiting = cx.tx.waiting(name, limit).await?;
        let whole = i64::try_from(waiting.len()).unwrap_or(ALL) < limit;
        if let Some(post) = cx.only {
            waiting.retain(|w| w.post == post);
        }
        lanes::complete(&app, channel, &facts, &mut waiting)?;
        for w in waiting.iter_mut().filter(|w| w.key_ends.is_some()) {
            if cx.key_is_dead(w.id, effect) {
                w.key_ends = Some(Timestamp::MIN);
            }
        }
        let decision = lane::decide(&lane, &waiting, cx.tx.now);
        if !decision.late.is_empty() {
            for index in decision.late {
                late(cx, &waiting[index]).await?;
            }
            continue;
        }
        if let Some((index, slot)) = decision.go {
            let first = &waiting[index];
            return match link::ready(cx, channel, first).await? {
                Ready::Yes => claim(cx, channel, &row, &facts, first, slot, None).await,
                Ready::Asked => Ok(()),
                Ready::No(dead) => claim(cx, channel, &row, &facts, first, slot, Some(dead)).await,
            };
        }
        if whole {
            let next = lane::look_again(&lane, &waiting, cx.tx.now);
            cx.after.looks.insert(name.to_owned(), next);
            return Ok(());
        }
        limit = ALL;
    }
}

/// Asks the server who it is and what it allows, at start and daily. `true`: the channel waits for the answer, since
/// nothing is known of the server yet, and so nobody knows how a lost answer would be settled.
fn ask_first(cx: &mut Cx<'_, '_>, channel: &Channel, row: &ChannelRow) -> bool {
    let Some(post) = cx
        .channels
        .get(&channel.name)
        .filter(|_| channels::sends(channel.network))
    else {
        return false;
    };
    let now = cx.tx.now;
    let due = post.check_at.map_or(!post.checked, |at| at <= now);
    // Whoever publishes one post only asks no server that it need not ask.
    if !due || row.by_person || (cx.only.is_some() && row.facts_at.is_some()) {
        return false;
    }
    let waits = row.facts_at.is_none();
    cx.after.calls.push(Outbound::Check {
        channel: channel.name.clone(),
        waits,
    });
    if waits {
        cx.after.looks.insert(channel.name.clone(), None);
    }
    waits
}

async fn late(cx: &mut Cx<'_, '_>, waiting: &Waiting) -> Result<(), Fault> {
    let Some(mut row) = cx.tx.delivery(waiting.id).await? else {
        return Ok(());
    };
    if !cx.apply(&mut row, &Event::Late).await? {
        return Err(Fault::Broken(format!("{} is late, and cannot be", row.name())));
    }
    Ok(())
}

async fn claim(
    cx: &mut Cx<'_, '_>,
    channel: &Channel,
    chan: &ChannelRow,
    facts: &Facts,
    waiting: &Waiting,
    slot: Option<Slot>,
    dead: Option<LinkTrouble>,
) -> Result<(), Fault> {
    let Some(mut row) = cx.tx.delivery(waiting.id).await? else {
        return Ok(());
    };
    let (token, hold_seq) = (cx.tx.seq, cx.tx.hold_seq);
    let event = Event::Claim {
        token,
        hold_seq,
        slot: slot.as_ref().map(|slot| slot.key.clone()),
    };
    let Ok((claimed, _)) = delivery::step(&row.d, &event, cx.tx.now) else {
        return Err(Fault::Broken(format!(
            "{} was to be claimed, and cannot be",
            row.name()
        )));
    };
    if let Some(slot) = slot {
        row.slot_at = Some(slot.at);
    }
    if let Some(dead) = dead {
        let why = link::wait(cx, channel, &row, waiting, &dead).await?;
        crate::app::transition::save(&mut cx.tx, &mut row, claimed, &[], "handbill").await?;
        return give_back(cx, &mut row, why).await;
    }
    if let Err(trouble) = frozen::fill(cx, channel, facts, &mut row).await? {
        crate::app::transition::save(&mut cx.tx, &mut row, claimed, &[], "handbill").await?;
        return give_back(cx, &mut row, Why::Refused { trouble }).await;
    }
    let mut claimed = claimed;
    claimed.parts.clone_from(&row.d.parts);
    if network_of(channel)?.has_session()
        && cx
            .channels
            .get(&channel.name)
            .is_none_or(|post| post.session_at.is_none())
    {
        crate::app::transition::save(&mut cx.tx, &mut row, claimed, &[], "handbill").await?;
        cx.after.calls.push(Outbound::Login {
            delivery: waiting.id,
            channel: channel.name.clone(),
            token,
        });
        return Ok(());
    }
    go_on(cx, channel, chan, facts, row, claimed).await
}

/// A claimed delivery whose channel is ready: its next call.
pub(super) async fn resume(cx: &mut Cx<'_, '_>, delivery: i64, token: i64) -> Result<(), Fault> {
    let app = cx.app.clone();
    let Some(mut row) = cx.tx.delivery(delivery).await? else {
        return Ok(());
    };
    if row.d.state != State::Sending || row.d.token != Some(token) {
        return Ok(());
    }
    if cx.stopping {
        let why = Why::Later {
            trouble: None,
            retry_at: cx.tx.now,
        };
        return give_back(cx, &mut row, why).await;
    }
    let Some(channel) = app.find_channel(&row.channel) else {
        return give_back(cx, &mut row, Why::Gate).await;
    };
    let chan = cx.channel_row(&row.channel).await?;
    let facts = lanes::facts(&chan);
    let new = row.d.clone();
    go_on(cx, channel, &chan, &facts, row, new).await
}

/// Replays the adapter, and commits the intent of the call that it asks for. `row.d` is what is stored, `now_d` what
/// is to be stored with it.
async fn go_on(
    cx: &mut Cx<'_, '_>,
    channel: &Channel,
    chan: &ChannelRow,
    facts: &Facts,
    mut row: Row,
    new: Delivery,
) -> Result<(), Fault> {
    let Some(part) = new.next_part() else {
        return Err(Fault::Broken(format!("{} has no part left", row.name())));
    };
    let fresh = row.d.state == State::Pending;
    let outcome = replay(cx, channel, facts, &row, part, None).await?;
    let call = match outcome {
        Err(Halt::Call(call)) => call,
        other => {
            crate::app::transition::save(&mut cx.tx, &mut row, new, &[], "handbill").await?;
            let why = stopped(cx, &row, other);
            return give_back(cx, &mut row, why).await;
        }
    };
    if !fresh && shut(cx, channel, chan, facts, &row).await? {
        return give_back(cx, &mut row, Why::Gate).await;
    }
    let visible = call.effect.visible();
    let token = new.token.unwrap_or_default();
    let event = Event::Intent {
        token,
        hold_seq: cx.tx.hold_seq,
        attempt: 0,
        visible,
    };
    let (intended, acts): (Delivery, Vec<Act>) = match delivery::step(&new, &event, cx.tx.now) {
        Ok(done) => done,
        Err(_) => {
            crate::app::transition::save(&mut cx.tx, &mut row, new, &[], "handbill").await?;
            return give_back(cx, &mut row, Why::Gate).await;
        }
    };
    let resend = intended.open.as_ref().is_some_and(|open| open.resend);
    if visible {
        row.intent_at = Some(cx.tx.now);
        row.attempts += 1;
    }
    crate::app::transition::save(&mut cx.tx, &mut row, intended, &acts, "handbill").await?;
    let frozen = &row.frozen[part];
    let request = serde_json::to_string(&call.request).map_err(|error| Fault::Broken(error.to_string()))?;
    let key = frozen.key.clone().unwrap_or_default();
    let intent = Intent {
        delivery: row.d.id,
        part,
        version: row.d.version,
        step: &call.step,
        visible,
        resend,
        token,
        key: Some(&key),
        request: &request,
        bytes_hash: &frozen.body_hash,
    };
    let Some(attempt) = cx.tx.intend(&intent).await? else {
        return Err(Fault::Broken(format!("{} has another attempt open", row.name())));
    };
    let ticket = Ticket {
        delivery: row.d.id,
        channel: row.channel.clone(),
        token,
        attempt,
        visible,
        part,
        step: call.step.clone(),
        key,
    };
    cx.after.calls.push(Outbound::Call {
        ticket,
        call,
        boot: cx.boot,
        resend,
    });
    Ok(())
}

/// Runs the adapter over what was recorded, and over `answer` if one has just come.
pub(super) async fn replay(
    cx: &mut Cx<'_, '_>,
    channel: &Channel,
    facts: &Facts,
    row: &Row,
    part: usize,
    answer: Option<(&str, &Answer)>,
) -> Result<Result<crate::networks::Receipt, Halt>, Fault> {
    let network = network_of(channel)?;
    let mut recorded: Vec<Recorded> = Vec::new();
    let steps = if row.has_steps {
        cx.tx.recorded(row.d.id, row.d.version).await?
    } else {
        Vec::new()
    };
    for record in steps {
        if record.part == part {
            let answer = serde_json::from_str(&record.answer)
                .map_err(|error| Fault::Broken(format!("a recorded answer: {error}")))?;
            recorded.push(Recorded {
                step: record.step,
                answer,
            });
        }
    }
    recorded.extend(answer.map(|(step, answer)| Recorded {
        step: step.to_owned(),
        answer: answer.clone(),
    }));
    let settings = settings(channel);
    let account = account(channel, &settings, facts);
    let earlier = receipts(row, part);
    let sort = |answer: &Answer| network.sort(answer);
    let mut wire = Wire::new(&recorded, &sort, cx.tx.now);
    let Some(job) = job(&account, row, part, &earlier) else {
        return Err(Fault::Broken(format!("{} is not frozen", row.name())));
    };
    Ok(network.publish(&job, &mut wire))
}

/// Why a claim is given back when the adapter stopped without asking for a call.
pub(super) fn stopped(cx: &Cx<'_, '_>, row: &Row, outcome: Result<crate::networks::Receipt, Halt>) -> Why {
    let now = cx.tx.now;
    let trouble = |kind: &str, message: String| Trouble {
        kind: kind.to_owned(),
        message,
        at: now,
    };
    match outcome {
        Err(Halt::Wait { until }) => Why::Later {
            trouble: None,
            retry_at: until,
        },
        Err(Halt::Failed(Failure::Refused(p))) => Why::Refused {
            trouble: trouble(p.kind.as_str(), p.message),
        },
        Err(Halt::Failed(Failure::SignIn(p))) => Why::SignedOut {
            trouble: trouble(p.kind.as_str(), p.message),
        },
        Err(Halt::Failed(Failure::Stale)) => Why::Later {
            trouble: None,
            retry_at: now,
        },
        Err(Halt::Failed(Failure::Later { problem, at })) => Why::Later {
            trouble: Some(trouble(problem.kind.as_str(), problem.message)),
            retry_at: cx.back_off(row.attempts, at),
        },
        Err(Halt::Failed(Failure::Duplicate(p) | Failure::Unclear(p))) => Why::Later {
            trouble: Some(trouble("transient", p.message)),
            retry_at: cx.back_off(row.attempts, None),
        },
        Ok(_) | Err(Halt::Call(_)) => Why::Later {
            trouble: Some(trouble("unknown", "the adapter ended without a call".to_owned())),
            retry_at: cx.back_off(row.attempts + 4, None),
        },
    }
}

/// Whether a gate closed since the claim.
async fn shut(
    cx: &mut Cx<'_, '_>,
    channel: &Channel,
    chan: &ChannelRow,
    facts: &Facts,
    row: &Row,
) -> Result<bool, Fault> {
    let Some(post) = cx.tx.post(row.post).await? else {
        return Ok(true);
    };
    let mut lane = lanes::lane(&mut cx.tx, cx.app, channel, chan, &cx.holds).await?;
    // Its spacing was looked at when it was claimed; its own intent must not count against it now.
    lane.last_intent = None;
    let means = means_of(channel, facts)?;
    let mut waiting = [Waiting {
        id: row.d.id,
        post: row.post,
        draft: post.draft,
        timing: row.timing,
        due: row.due.as_ref().map(|due| due.at),
        ready_at: row.ready_at,
        position: row.position,
        embargo: post.embargo.map(|embargo| embargo.at),
        expires: post.expires.map(|expires| expires.at),
        tags: post.tags,
        retry_at: None,
        dead_link: None,
        bound: row.d.slot.clone().zip(row.slot_at),
        under_way: row.d.parts_out() > 0 || (means.keyed && row.d.next_in_doubt()),
        key_ends: row
            .d
            .next_part()
            .filter(|_| row.d.next_in_doubt())
            .and_then(|no| row.d.parts[no].first_intent),
    }];
    lanes::complete(cx.app, channel, facts, &mut waiting)?;
    Ok(!gates::own(&lane, &waiting[0], cx.tx.now).is_empty() || lane::is_late(&lane, &waiting[0], cx.tx.now))
}

/// Gives a claim back.
pub(super) async fn give_back(cx: &mut Cx<'_, '_>, row: &mut Row, why: Why) -> Result<(), Fault> {
    let Some(token) = row.d.token else { return Ok(()) };
    cx.apply(row, &Event::Returned { token, why }).await?;
    Ok(())
}

/// The instant from which the server's rate headers let the channel speak again.
pub(super) async fn pace(
    cx: &mut Cx<'_, '_>,
    channel: &Channel,
    answer: &Answer,
    at_least: Option<Timestamp>,
) -> Result<(), Fault> {
    let until = network_of(channel)?.pace(answer).into_iter().chain(at_least).max();
    if let Some(until) = until.filter(|until| *until > cx.tx.now) {
        cx.rows.remove(&channel.name);
        cx.tx.pace(&channel.name, channel.network, until).await?;
    }
    Ok(())
}
