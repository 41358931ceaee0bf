//! `handbill queue`.

use crate::app::view::{self, DeliveryView};
use crate::app::{Fault, hold};
use crate::domain::delivery::State;
use crate::domain::say;
use crate::domain::when::Zones as _;
use crate::storage::{HoldRow, Scope, Take};

use super::table::Last;
use super::words::{retry_words, shut, standing};
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
    let rows: Vec<Vec<String>> = list
        .iter()
        .map(|(post, d)| {
            let name = if post.is_embargoed(now) {
                "(title hidden until then)".to_owned()
            } else {
                post.name()
            };
            vec![when(ctx, d), d.row.name(), name]
        })
        .collect();
    out.table(&[], &rows, Last::Cut);
    if rows.is_empty() {
        out.line(empty(ctx, args.channel.as_deref()));
    }
    out.print();
    Ok(0)
}

/// When a delivery goes, or what keeps it.
fn when(ctx: &Ctx, d: &DeliveryView) -> String {
    let tz = ctx.app.zones.zone(&d.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    match (d.row.d.state, d.time) {
        (State::Pending, Some(at)) if shut(d).is_none() && !d.too_late => {
            format!("{}{}", say::full(at, &tz, &d.zone, ctx.app.now()), retry_words(d))
        }
        (State::Pending, _) => waiting(&standing(ctx, d)),
        _ => standing(ctx, d),
    }
}

/// A hold in words, with its reason.
pub(super) fn held(ctx: &Ctx, hold: &HoldRow) -> String {
    format!("{}: {}", held_by(ctx, hold), hold.reason)
}

/// A hold in words: what, since when, until when, by whom.
pub(super) fn held_by(ctx: &Ctx, hold: &HoldRow) -> String {
    let app = &ctx.app;
    let what = scope_words(&hold.scope);
    let (tz, zone) = (app.home_zone(), &app.config.organisation.timezone);
    let until = hold.until.map_or(String::new(), |until| {
        format!(", until {}", say::stamp(until, &tz, zone))
    });
    format!(
        "Held: {what}, since {}{until}, by {}",
        say::stamp(hold.since, &tz, zone),
        hold.by
    )
}

/// What a hold is over.
pub(super) fn scope_words(scope: &Scope) -> String {
    match scope {
        Scope::All => "everything".to_owned(),
        Scope::Channel(name) => format!("the channel {name}"),
        Scope::Tag(tag) => format!("posts tagged {tag}"),
    }
}

fn empty(ctx: &Ctx, only: Option<&str>) -> String {
    let app = &ctx.app;
    let slots: Vec<String> = app
        .config
        .channels
        .iter()
        .filter(|channel| only.is_none_or(|only| only == channel.name))
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
    let on = only.map_or(String::new(), |only| format!(" on {only}"));
    format!("Nothing is queued{on}.{slots} Add something: handbill add URL --summary TEXT")
}

/// What stops it, after the word that says so; the words of a delivery may begin with that word already.
fn waiting(standing: &str) -> String {
    standing
        .strip_prefix("waits")
        .map_or_else(|| format!("waiting: {standing}"), |rest| format!("waiting{rest}"))
}
