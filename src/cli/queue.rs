//! `handbill queue`.

use crate::app::{Fault, hold, view};
use crate::domain::delivery::State;
use crate::domain::say;
use crate::domain::when::Zones as _;
use crate::storage::{Scope, Take};

use super::add::standing;
use super::{Ctx, json};

/// What goes out, where and when, and what stops it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill queue
  handbill queue --channel mastodon")]
pub(super) struct Args {
    /// Only this channel
    #[arg(long, value_name = "CH")]
    channel: Option<String>,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    if let Some(name) = &args.channel {
        app.channel(name)?;
    }
    let mut store = ctx.open(Take::Existing).await?;
    let mut tx = store.read(app.now()).await?;
    let list = view::queue(&mut tx, app, args.channel.as_deref()).await?;
    let now = tx.now;
    let mut out = ctx.out();
    let values: Vec<_> = list.iter().map(|(post, d)| json::listed(app, post, d, now)).collect();
    out.json(&serde_json::json!({ "deliveries": values }));
    for hold in hold::standing(&mut tx).await? {
        out.line(held(ctx, &hold));
    }
    let mut rows = Vec::new();
    for (post, d) in &list {
        let name = if post.is_embargoed(now) {
            "(title hidden until its embargo ends)".to_owned()
        } else {
            post.name()
        };
        let stopped = d.blocked.iter().any(|b| !b.gate.passes())
            && (d.time.is_none() || d.blocked.iter().any(|b| !b.gate.passes() && b.until.is_none()));
        let when = match (d.row.d.state, d.time) {
            (State::Pending, Some(at)) if !stopped && !d.too_late => say::full(
                at,
                &app.zones.zone(&d.zone).unwrap_or(jiff::tz::TimeZone::UTC),
                &d.zone,
                now,
            ),
            (State::Pending, _) => format!("waiting: {}", standing(ctx, d)),
            _ => standing(ctx, d),
        };
        rows.push(vec![when, d.row.name(), name]);
    }
    out.table(&["WHEN", "DELIVERY", "TITLE"], &rows);
    if rows.is_empty() {
        out.line(empty(ctx));
    }
    out.print();
    Ok(0)
}

/// A hold in words.
pub(super) fn held(ctx: &Ctx, hold: &crate::storage::HoldRow) -> String {
    let app = &ctx.app;
    let what = match &hold.scope {
        Scope::All => "everything".to_owned(),
        Scope::Channel(name) => format!("the channel {name}"),
        Scope::Tag(tag) => format!("posts tagged {tag}"),
    };
    let (tz, zone) = (app.home_zone(), &app.config.organisation.timezone);
    let until = hold.until.map_or(String::new(), |until| {
        format!(", until {}", say::stamp(until, &tz, zone))
    });
    format!(
        "Held: {what}, since {}{until}, by {}: {}",
        say::stamp(hold.since, &tz, zone),
        hold.by,
        hold.reason
    )
}

fn empty(ctx: &Ctx) -> String {
    let app = &ctx.app;
    let slots: Vec<String> = app
        .config
        .channels
        .iter()
        .filter_map(|channel| {
            let tz = app.zone(channel);
            let slot = channel.schedule.first_after(&tz, app.now())?;
            Some(format!(
                "{} {}",
                channel.name,
                say::stamp(slot.at, &tz, &channel.timezone)
            ))
        })
        .collect();
    let slots = if slots.is_empty() {
        String::new()
    } else {
        format!(" The next open slots: {}.", slots.join(", "))
    };
    format!("Nothing is queued.{slots} Add something: handbill add URL --summary TEXT")
}
