//! What an answer means for its delivery, written as soon as it has come.

use jiff::Timestamp;

use super::calls::{Done, Ticket};
use super::claim::{give_back, pace, replay, resume, stopped};
use super::cx::Cx;
use crate::app::transition::end_attempt;
use crate::app::{Fault, channels, lanes};
use crate::domain::delivery::{Event, Evidence, Proof, State, Trouble, Why};
use crate::http::SendError;
use crate::networks::wire::Answer;
use crate::networks::{Failure, Halt, Problem, Receipt};
use crate::storage::Row;

/// Settles what came of a task.
pub(super) async fn settle(cx: &mut Cx<'_, '_>, done: &Done) -> Result<(), Fault> {
    match done {
        Done::Answered { ticket, result } => {
            cx.after.idle.insert(ticket.channel.clone());
            let Some(row) = cx.tx.delivery(ticket.delivery).await? else {
                return Ok(());
            };
            let ours = row.d.state == State::Sending && row.d.token == Some(ticket.token);
            if !ticket.visible && !ours {
                // The claim was taken away meanwhile (an edit, a hold): nobody saw this step, and nobody needs it.
                return end_attempt(&mut cx.tx, ticket.attempt, None, Some(Evidence::Superseded))
                    .await
                    .map_err(Fault::from);
            }
            match result {
                Err(error) => no_answer(cx, row, ticket.attempt, ticket.visible, error).await,
                Ok(answer) => answered(cx, row, ticket, answer).await,
            }
        }
        Done::LoggedIn {
            delivery,
            channel,
            token,
            result,
        } => {
            cx.after.idle.insert(channel.clone());
            logged_in(cx, *delivery, channel, *token, result).await
        }
        Done::Looked { look, result } => super::reconcile::verdict(cx, look, result).await,
        Done::Linked { channels, post, seen } => {
            cx.after.idle.extend(channels.iter().cloned());
            cx.after.waited.extend(channels.iter().cloned());
            cx.after.linked.push((*post, seen.clone()));
            Ok(())
        }
        Done::Checked {
            channel,
            waits,
            first,
            result,
        } => {
            if *waits {
                cx.after.idle.insert(channel.clone());
            }
            match result {
                Ok((_, Some(session))) => cx.after.sessions.push((channel.clone(), session.clone())),
                Ok(_) | Err(Failure::SignIn(_)) => {}
                // It could not be asked: what the server allows is still unknown.
                Err(_) => cx.after.rechecks.push(channel.clone()),
            }
            cx.after.dirty.insert(channel.clone());
            let app = cx.app.clone();
            let result = result.clone().map(|(facts, _)| facts);
            channels::checked(&mut cx.tx, &app, channel, &result, *first).await
        }
    }
}

fn trouble(problem: &Problem, now: Timestamp) -> Trouble {
    Trouble {
        kind: problem.kind.as_str().to_owned(),
        message: problem.message.clone(),
        at: now,
    }
}

/// The call is over without an answer.
async fn no_answer(
    cx: &mut Cx<'_, '_>,
    mut row: Row,
    attempt: i64,
    visible: bool,
    error: &SendError,
) -> Result<(), Fault> {
    let now = cx.tx.now;
    let means = cx.means(&row).await?;
    let retry_at = cx.back_off(row.attempts - 1, None);
    let (what, sent) = match error {
        SendError::NotSent(what) | SendError::Lacking(what) => (what, false),
        SendError::Lost(what) => (what, true),
    };
    end_attempt(&mut cx.tx, attempt, Some(what), None).await?;
    if !visible {
        end_attempt(&mut cx.tx, attempt, None, Some(Evidence::NotSent)).await?;
        let told = |kind: &str| Trouble {
            kind: kind.to_owned(),
            message: what.clone(),
            at: now,
        };
        let why = match error {
            // A picture that is lost stays lost until a person brings it back.
            SendError::Lacking(_) => Why::Refused { trouble: told("media") },
            _ => Why::Later {
                trouble: Some(told("transient")),
                retry_at,
            },
        };
        return give_back(cx, &mut row, why).await;
    }
    let event = if sent {
        let trouble = Trouble {
            kind: "unknown".to_owned(),
            message: what.clone(),
            at: now,
        };
        Event::Lost {
            attempt,
            trouble,
            retry_at: look_soon(means.finds, now, retry_at),
            means,
        }
    } else {
        let trouble = Trouble {
            kind: "transient".to_owned(),
            message: what.clone(),
            at: now,
        };
        Event::NotSent {
            attempt,
            trouble,
            retry_at,
            reached: false,
            means,
        }
    };
    cx.apply(&mut row, &event).await?;
    Ok(())
}

/// Looking costs nobody anything: at once. A key alone is tried again after a pause.
fn look_soon(finds: bool, now: Timestamp, later: Timestamp) -> Timestamp {
    if finds { now } else { later }
}

async fn answered(cx: &mut Cx<'_, '_>, mut row: Row, ticket: &Ticket, answer: &Answer) -> Result<(), Fault> {
    let (attempt, visible, part, step) = (ticket.attempt, ticket.visible, ticket.part, ticket.step.as_str());
    let app = cx.app.clone();
    let Some(channel) = app.find_channel(&row.channel) else {
        // Taken out of the configuration while it was going out: what came back cannot be read any more.
        let text = serde_json::to_string(answer).map_err(|error| Fault::Broken(error.to_string()))?;
        end_attempt(&mut cx.tx, attempt, Some(&text), None).await?;
        let lost = SendError::Lost("its channel was removed".to_owned());
        return no_answer(cx, row, attempt, visible, &lost).await;
    };
    let facts = lanes::facts(&cx.channel_row(&row.channel).await?);
    let outcome = replay(cx, channel, &facts, &row, part, Some((step, answer))).await?;
    let text = serde_json::to_string(answer).map_err(|error| Fault::Broken(error.to_string()))?;
    let at_least = if let Err(Halt::Failed(Failure::Later { at, .. })) = &outcome {
        *at
    } else {
        None
    };
    pace(cx, channel, answer, at_least).await?;
    if matches!(outcome, Err(Halt::Failed(Failure::Stale))) {
        cx.after.stale.insert(row.channel.clone());
    }
    if !visible {
        return step_done(cx, row, attempt, &text, outcome).await;
    }
    let event = match outcome {
        Ok(receipt) => named(cx, &row, attempt, part, receipt).await?,
        Err(halt) => failed(cx, &row, attempt, halt).await?,
    };
    let happened = if matches!(event, Event::Accepted { .. }) {
        end_attempt(&mut cx.tx, attempt, Some(&text), Some(Evidence::Accepted)).await?;
        cx.apply_settled(&mut row, &event, attempt).await?
    } else {
        end_attempt(&mut cx.tx, attempt, Some(&text), None).await?;
        cx.apply(&mut row, &event).await?
    };
    if !happened {
        return Ok(());
    }
    if row.d.state == State::Sending {
        let token = row.d.token.unwrap_or_default();
        resume(cx, row.d.id, token).await?;
    }
    Ok(())
}

/// A step that readers cannot see is over: on to the next one.
async fn step_done(
    cx: &mut Cx<'_, '_>,
    mut row: Row,
    attempt: i64,
    text: &str,
    outcome: Result<Receipt, Halt>,
) -> Result<(), Fault> {
    match outcome {
        Err(Halt::Call(_)) => {
            end_attempt(&mut cx.tx, attempt, Some(text), Some(Evidence::Accepted)).await?;
            let token = row.d.token.unwrap_or_default();
            resume(cx, row.d.id, token).await
        }
        other => {
            let accepted = matches!(other, Err(Halt::Wait { .. }));
            let evidence = if accepted {
                Evidence::Accepted
            } else {
                Evidence::Refused
            };
            end_attempt(&mut cx.tx, attempt, Some(text), Some(evidence)).await?;
            let why = stopped(cx, &row, other);
            give_back(cx, &mut row, why).await
        }
    }
}

/// The network named the post. An id that belongs to another part proves nothing.
async fn named(cx: &mut Cx<'_, '_>, row: &Row, attempt: i64, part: usize, receipt: Receipt) -> Result<Event, Fault> {
    if cx
        .tx
        .remote_id_taken(&row.channel, &receipt.remote_id, (row.d.id, part))
        .await?
    {
        let problem = Problem::unknown("the server named a post that is another one's");
        return failed(cx, row, attempt, Halt::Failed(Failure::Unclear(problem))).await;
    }
    Ok(Event::Accepted {
        attempt: Some(attempt),
        part,
        remote_id: Some(receipt.remote_id),
        url: receipt.url,
        proof: Proof::Answer,
    })
}

/// What a failure at the visible step means.
async fn failed(cx: &mut Cx<'_, '_>, row: &Row, attempt: i64, halt: Halt) -> Result<Event, Fault> {
    let now = cx.tx.now;
    let means = cx.means(row).await?;
    let tries = row.attempts - 1;
    let lost = |cx: &Cx<'_, '_>, problem: &Problem| Event::Lost {
        attempt,
        trouble: trouble(problem, now),
        retry_at: look_soon(means.finds, now, cx.back_off(tries, None)),
        means,
    };
    let failure = match halt {
        Halt::Failed(failure) => failure,
        Halt::Call(_) | Halt::Wait { .. } => {
            Failure::Unclear(Problem::unknown("the adapter asked for more after the post"))
        }
    };
    Ok(match failure {
        Failure::Refused(problem) => Event::Refused {
            attempt,
            trouble: trouble(&problem, now),
            means,
        },
        Failure::SignIn(problem) => Event::SignedOut {
            attempt,
            trouble: trouble(&problem, now),
            means,
        },
        Failure::Later { problem, at } => Event::NotSent {
            attempt,
            trouble: trouble(&problem, now),
            retry_at: cx.back_off(tries, at),
            reached: true,
            means,
        },
        Failure::Stale => {
            let young = cx
                .channels
                .get(&row.channel)
                .and_then(|p| p.session_at)
                .is_some_and(|at| now.duration_since(at).as_secs() < 60);
            let retry_at = if young { cx.back_off(tries + 1, None) } else { now };
            let problem = Problem::new(
                crate::networks::ProblemKind::Auth,
                "the session had ended and is renewed",
            );
            Event::NotSent {
                attempt,
                trouble: trouble(&problem, now),
                retry_at,
                reached: true,
                means,
            }
        }
        Failure::Duplicate(problem) | Failure::Unclear(problem) => lost(cx, &problem),
    })
}

async fn logged_in(
    cx: &mut Cx<'_, '_>,
    delivery: i64,
    channel: &str,
    token: i64,
    result: &Result<Option<crate::networks::Session>, Failure>,
) -> Result<(), Fault> {
    match result {
        Ok(session) => {
            cx.after
                .sessions
                .extend(session.clone().map(|session| (channel.to_owned(), session)));
            resume(cx, delivery, token).await
        }
        Err(failure) => {
            let Some(mut row) = cx.tx.delivery(delivery).await? else {
                return Ok(());
            };
            // A login is no message: whatever is unclear about it may be tried again.
            let why = stopped(cx, &row, Err(Halt::Failed(failure.clone())));
            let why = match why {
                Why::Refused { trouble } => Why::SignedOut { trouble },
                other => other,
            };
            give_back(cx, &mut row, why).await
        }
    }
}

/// A task is gone without an answer, and its socket with it: as in a take-over.
pub(super) async fn gone(cx: &mut Cx<'_, '_>, delivery: i64) -> Result<(), Fault> {
    let Some(mut row) = cx.tx.delivery(delivery).await? else {
        return Ok(());
    };
    if row.d.state != State::Sending {
        return Ok(());
    }
    if let Some(open) = &row.d.open {
        end_attempt(&mut cx.tx, open.attempt, None, None).await?;
    }
    let means = cx.means(&row).await?;
    let event = Event::TakenOver {
        retry_at: cx.tx.now,
        means,
    };
    cx.apply(&mut row, &event).await?;
    Ok(())
}

/// A look that showed the part: proof, whatever the state.
pub(super) fn found(attempt: i64, part: usize, receipt: &Receipt) -> Event {
    Event::Accepted {
        attempt: Some(attempt),
        part,
        remote_id: Some(receipt.remote_id.clone()),
        url: receipt.url.clone(),
        proof: Proof::Find,
    }
}
