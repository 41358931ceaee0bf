//! What needs a person, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use super::view::{DeliveryView, queue};
use super::{App, Fault, channels, hold, sources};
use crate::config::Channel;
use crate::domain::delivery::{DEAD_LINK, State, Trouble};
use crate::domain::gates::Gate;
use crate::domain::lane::Timing;
use crate::domain::lint::{Level, Rule};
use crate::domain::post::Post;
use crate::domain::say;
use crate::storage::{ChannelRow, Filter, HoldRow, Order, Store};

/// Failed and missed deliveries older than this are history.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// A set time may pass by this much before it is called late.
const GRACE: SignedDuration = SignedDuration::from_secs(60);
/// A publisher that has not looked at the clock for this long is called stuck.
const STUCK: SignedDuration = SignedDuration::from_secs(60);

/// What to do about a link that a program finds dead.
const LINK_ADVICE: &str = "The link is asked again, within 5 minutes or at the next slot. If readers do reach the article, let the rule warn \
                           only (lint.link = \"warn\"); if it has moved, give its address:";

/// One thing that needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention {
    pub kind: &'static str,
    pub delivery: Option<String>,
    pub message: String,
    /// What is being done about it, or what a person should do.
    pub advice: Option<&'static str>,
    /// Commands that help.
    pub next: Vec<String>,
}

/// A channel at a glance.
#[derive(Clone, Debug)]
pub struct ChannelState {
    pub row: ChannelRow,
    /// Why nothing is sent there at all, if so.
    pub shut: Option<String>,
    pub waiting: i64,
    pub next_slot: Option<Timestamp>,
}

/// One screen.
#[derive(Clone, Debug, Default)]
pub struct Status {
    pub holds: Vec<HoldRow>,
    pub channels: Vec<ChannelState>,
    pub counts: Vec<(State, i64)>,
    pub attention: Vec<Attention>,
    pub next: Option<(Post, DeliveryView)>,
    /// The process that publishes.
    pub publisher: Option<u32>,
}

/// What is known beside a delivery when it is looked at.
struct Seen {
    now: Timestamp,
    /// A process publishes.
    publishing: bool,
    /// The slot keys that are used, by channel.
    used: BTreeMap<String, BTreeSet<String>>,
}

/// Slot keys show wall time, which may differ from the instant by as much.
const SLACK: SignedDuration = SignedDuration::from_hours(27);

/// Looks at everything. Reads states, never the outbox.
///
/// # Errors
/// Where the database cannot be read.
pub async fn status(app: &App, store: &mut Store) -> Result<Status, Fault> {
    let publisher = store.publisher();
    let mut tx = store.read(app.now()).await?;
    let now = tx.now;
    let mut status = Status {
        counts: tx.counts().await?,
        holds: hold::standing(&mut tx).await?,
        ..Status::default()
    };
    status.publisher = publisher.map(|(pid, _)| pid);
    for channel in &app.config.channels {
        let row = tx.channel(&channel.name).await?;
        let waiting = tx.waiting_count(&channel.name).await?;
        if row.disconnected_at.is_some() {
            let reason = row.reason.clone().unwrap_or_default();
            let message = channels::disconnected_words(app, &channel.name, &reason, waiting);
            status.attention.push(Attention {
                kind: "disconnected",
                delivery: None,
                message,
                advice: None,
                next: Vec::new(),
            });
        }
        let next_slot = channel
            .schedule
            .first_after(&app.zone(channel), now)
            .map(|slot| slot.at);
        status.channels.push(ChannelState {
            shut: channels::shut(channel, &row),
            row,
            waiting,
            next_slot,
        });
    }
    unsent(app, &mut status);
    for source in sources::list(app, Some(&mut tx)).await? {
        status
            .attention
            .extend(source.troubles().into_iter().map(|trouble| Attention {
                kind: trouble.kind,
                delivery: None,
                message: trouble.message,
                advice: None,
                next: trouble.next,
            }));
    }
    let states = vec![State::Failed, State::Missed];
    let since = now.checked_sub(RECENT).unwrap_or(Timestamp::MIN);
    let trouble = tx
        .deliveries(
            &Filter {
                states,
                since: Some(since),
                limit: Some(200),
                ..Filter::default()
            },
            Order::Time,
        )
        .await?;
    let trouble = super::view::named(&mut tx, app, trouble, &std::collections::BTreeMap::new()).await?;
    let list = queue(&mut tx, app, None).await?;
    let mut seen = Seen {
        now,
        publishing: status.publisher.is_some(),
        used: BTreeMap::new(),
    };
    for channel in &app.config.channels {
        let from = now.checked_sub(channel.late_limit + SLACK).unwrap_or(Timestamp::MIN);
        let from = app.zone(channel).to_datetime(from).to_string();
        let used = tx.used_slots(&channel.name, &from).await?;
        seen.used.insert(channel.name.clone(), used.into_iter().collect());
    }
    for (post, d) in trouble.iter().chain(&list) {
        status.attention.extend(attention(app, post, d, &seen));
    }
    stuck(&mut status, publisher, &list, now);
    status.next = list.into_iter().find(|(_, d)| {
        d.row.d.state == State::Pending
            && d.time.is_some()
            && !d.too_late
            && dead_link(app, d).is_none()
            && d.blocked.iter().all(|b| b.gate.passes() || b.until.is_some())
    });
    Ok(status)
}

/// Posts on channels that this version does not send to.
fn unsent(app: &App, status: &mut Status) {
    let there = |channel: &&ChannelState| {
        app.find_channel(&channel.row.name)
            .is_some_and(|c| !channels::sends(c.network))
    };
    let waiting: Vec<(&str, i64)> = status
        .channels
        .iter()
        .filter(|channel| channel.waiting > 0)
        .filter(there)
        .map(|channel| (channel.row.name.as_str(), channel.waiting))
        .collect();
    if !waiting.is_empty() {
        let message = channels::unsent_words(&waiting);
        status.attention.push(Attention {
            kind: "not_sent_yet",
            delivery: None,
            message,
            advice: None,
            next: Vec::new(),
        });
    }
}

fn stuck(status: &mut Status, publisher: Option<(u32, SystemTime)>, list: &[(Post, DeliveryView)], now: Timestamp) {
    let sending: Vec<String> = list
        .iter()
        .filter(|(_, d)| d.row.d.state == State::Sending)
        .map(|(_, d)| d.row.name())
        .collect();
    if publisher.is_none() && !sending.is_empty() {
        let message = format!(
            "Nothing publishes from this database, and {} was under way when the last publisher ended.",
            sending.join(", ")
        );
        let next = vec!["handbill run".to_owned()];
        status.attention.push(Attention {
            kind: "no_publisher",
            delivery: None,
            message,
            advice: None,
            next,
        });
    }
    let Some((pid, seen)) = publisher else {
        let due = list
            .iter()
            .filter(|(_, d)| d.row.d.state == State::Pending && is_due(d, now))
            .count();
        if due > 0 {
            let due = say::count(due, "post is due", "posts are due");
            let message = format!("Nothing publishes from this database, and {due}.");
            status.attention.push(Attention {
                kind: "no_publisher",
                delivery: None,
                message,
                advice: None,
                next: vec!["handbill run".to_owned()],
            });
        }
        return;
    };
    let seen = Timestamp::try_from(seen).unwrap_or(now);
    let still = now.duration_since(seen);
    if still > STUCK {
        let message = format!(
            "Process {pid} publishes from this database and has not moved for {}. Nothing else will send in its place. Let it go on, or end it (nothing is lost):",
            say::duration(still)
        );
        status.attention.push(Attention {
            kind: "publisher_stuck",
            delivery: None,
            message,
            advice: None,
            next: vec![format!("kill -KILL {pid}")],
        });
    }
}

fn is_due(d: &DeliveryView, now: Timestamp) -> bool {
    d.time.is_some_and(|at| at <= now) && d.blocked.iter().all(|b| b.gate.passes())
}

/// A reason at the end of a sentence: whatever ends it, ends it once.
fn ended(reason: &str) -> &str {
    reason.trim_end_matches(['.', ' '])
}

/// What a delivery needs a person for. Under embargo it is named by number alone.
fn attention(app: &App, post: &Post, d: &DeliveryView, seen: &Seen) -> Option<Attention> {
    let now = seen.now;
    let name = d.row.name();
    let title = if post.is_embargoed(now) {
        String::new()
    } else {
        format!(" (\"{}\")", post.name())
    };
    let reason = d
        .row
        .d
        .trouble
        .as_ref()
        .map_or(String::new(), |t| format!(": {}", t.message));
    let item = |kind, message: String, next: Vec<String>| {
        Some(Attention {
            kind,
            delivery: Some(name.clone()),
            message,
            advice: None,
            next,
        })
    };
    match d.row.d.state {
        State::Unknown => {
            let since = d.row.intent_at.map_or(String::new(), |at| {
                let zone = app
                    .find_channel(&d.row.channel)
                    .map_or_else(|| app.home_zone(), |c| app.zone(c));
                format!(" The message left at {}.", say::stamp(at, &zone, &d.zone))
            });
            let machine = d.row.d.retry_at.is_some() && seen.publishing;
            // Where a machine can find out, nobody is asked.
            let (advice, next) = if machine {
                ("Handbill is looking it up.", Vec::new())
            } else {
                let advice = if d.row.d.wish {
                    "Nothing more of it will be sent. Look at the account, then say one of:"
                } else {
                    "Handbill will not send it again by itself. Look at the account, then say one of (--absent queues it again):"
                };
                (
                    advice,
                    vec![
                        format!("handbill resolve {name} --published URL"),
                        format!("handbill resolve {name} --absent"),
                    ],
                )
            };
            let message = format!("{name}{title}: not sure whether it is out{}.{since}", ended(&reason));
            item("unknown", message, next).map(|item| Attention {
                advice: Some(advice),
                ..item
            })
        }
        State::Failed => item(
            "failed",
            format!("{name}{title} did not go out{}.", ended(&reason)),
            vec![format!("handbill retry {name}")],
        ),
        State::Missed => item(
            "missed",
            format!(
                "{name}{title} was missed: its time passed before it could go{}.",
                ended(&reason)
            ),
            vec![format!("handbill retry {name}")],
        ),
        State::Pending => pending(app, d, seen, &name, &title).map(|(kind, message, next)| Attention {
            kind,
            delivery: Some(name.clone()),
            message,
            advice: (kind == DEAD_LINK).then_some(LINK_ADVICE),
            next,
        }),
        _ => None,
    }
}

/// What is wrong with a waiting post's link, where that keeps it still: the rule may have been another one then.
fn dead_link<'a>(app: &App, d: &'a DeliveryView) -> Option<&'a Trouble> {
    let blocks = |channel: &Channel| channel.lint.of(Rule::Link) == Level::Block;
    let dead = d.row.d.dead_link()?;
    app.find_channel(&d.row.channel).is_some_and(blocks).then_some(dead)
}

fn pending(
    app: &App,
    d: &DeliveryView,
    seen: &Seen,
    name: &str,
    title: &str,
) -> Option<(&'static str, String, Vec<String>)> {
    let now = seen.now;
    if app.find_channel(&d.row.channel).is_none() {
        let message = format!("{name}{title} waits for a channel that the configuration does not name.");
        let next = vec![
            format!("handbill edit {} --to CHANNEL", d.row.post),
            format!("handbill cancel {name}"),
        ];
        return Some(("no_channel", message, next));
    }
    if d.row.d.parts_out() > 0 {
        let (out, all) = (d.row.d.parts_out(), d.row.d.parts.len());
        return Some((
            "half_out",
            format!("{name}{title}: {out} of {all} parts are out."),
            vec![format!("handbill show {}", d.row.post)],
        ));
    }
    let held = d
        .blocked
        .iter()
        .any(|b| matches!(b.gate, Gate::Hold | Gate::Draft | Gate::Disconnected | Gate::Embargo));
    if let Some(trouble) = dead_link(app, d).filter(|_| !held) {
        let message = format!("{name}{title} waits: {}", trouble.message);
        let next = vec![format!("handbill edit {} --url URL", d.row.post)];
        return Some((DEAD_LINK, message, next));
    }
    let late = d.row.timing != Timing::Slot && d.row.due.as_ref().is_some_and(|due| now.duration_since(due.at) > GRACE);
    if late && !held {
        return Some((
            "late",
            format!(
                "{name}{title} is late: it was set for {}.",
                d.row.due.as_ref().map_or(String::new(), |due| {
                    let zone = app
                        .find_channel(&d.row.channel)
                        .map_or_else(|| app.home_zone(), |c| app.zone(c));
                    say::full(due.at, &zone, &d.zone, now)
                })
            ),
            vec![format!("handbill show {}", d.row.post)],
        ));
    }
    let channel = app.find_channel(&d.row.channel)?;
    let retrying = d
        .row
        .d
        .trouble
        .as_ref()
        .filter(|_| d.row.timing == Timing::Slot && !held);
    if let Some(trouble) = retrying.filter(|_| d.row.slot_at.is_some_and(|slot| now.duration_since(slot) > GRACE)) {
        let message = format!("{name}{title} is tried again and again: {}.", ended(&trouble.message));
        return Some(("retrying", message, vec![format!("handbill show {}", d.row.post)]));
    }
    let draft = d.blocked.iter().any(|b| b.gate == Gate::Draft);
    if d.row.timing == Timing::Slot && channel.schedule.is_empty() && !draft {
        let message = format!(
            "{name}{title} waits for a slot that never comes: {} has no schedule.",
            d.row.channel
        );
        return Some(("no_schedule", message, vec![format!("handbill move {name} --at WHEN")]));
    }
    let limit = channel.stale_limit;
    let waited = now.duration_since(d.row.ready_at);
    if d.row.timing == Timing::Slot && waited > limit && !draft {
        return Some((
            "stale",
            format!("{name}{title} has waited for {}.", say::duration(waited)),
            vec![format!("handbill queue --channel {}", d.row.channel)],
        ));
    }
    // A slot passed unused while this one stood before a shut gate.
    let from = d
        .row
        .ready_at
        .max(now.checked_sub(channel.late_limit).unwrap_or(Timestamp::MIN));
    let used = |key: &str| seen.used.get(&channel.name).is_some_and(|used| used.contains(key));
    let passed = channel
        .schedule
        .latest(&app.zone(channel), now, from)
        .filter(|slot| !used(&slot.key));
    let shut = d
        .blocked
        .iter()
        .find(|b| !b.gate.passes() && !matches!(b.gate, Gate::Hold | Gate::Draft | Gate::Link));
    if let (Timing::Slot, Some(_), Some(shut)) = (d.row.timing, passed, shut) {
        let message = format!(
            "{name}{title} waits ({}), and a slot of {} passed unused.",
            shut.reason, d.row.channel
        );
        return Some(("slot_passed", message, vec![format!("handbill show {}", d.row.post)]));
    }
    None
}
