//! `handbill hold` and `handbill release`.

use crate::app::Fault;
use crate::app::add::time;
use crate::app::hold::{Overdue, Standing, hold as stop, release as go_on};
use crate::domain::say;
use crate::domain::when::Span;
use crate::storage::{Scope, Take};

use super::queue::held;
use super::{Ctx, json};

/// Stop everything, a channel or a tag.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill hold --reason \"Earthquake, no posts until the board says so\"
  handbill hold --channel mastodon --reason \"New account coming\" --until \"mon 09:00\"")]
pub(super) struct HoldArgs {
    /// Only this channel
    #[arg(long, value_name = "CH", conflicts_with = "tag")]
    channel: Option<String>,
    /// Only posts with this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// It ends by itself at this time
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
}

/// Go on. Without --channel or --tag it ends the holds over everything only.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill release
  handbill release --channel mastodon --overdue space")]
pub(super) struct ReleaseArgs {
    /// The hold on this channel
    #[arg(long, value_name = "CH", conflicts_with = "tag")]
    channel: Option<String>,
    /// The hold on this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// What becomes of set times that passed meanwhile
    #[arg(long, value_name = "HOW", default_value = "review", value_parser = ["review", "space", "cancel"])]
    overdue: String,
}

fn scope(channel: Option<&String>, tag: Option<&String>) -> Scope {
    match (channel, tag) {
        (Some(name), _) => Scope::Channel(name.clone()),
        (None, Some(tag)) => Scope::Tag(tag.clone()),
        (None, None) => Scope::All,
    }
}

pub(super) async fn hold(args: &HoldArgs, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let until = args
        .until
        .as_deref()
        .map(|text| time(app, "--until", text, Span::Future).map(|p| p.at))
        .transpose()?;
    let scope = scope(args.channel.as_ref(), args.tag.as_ref());
    let mut store = ctx.open(Take::Create).await?;
    let standing = stop(app, &mut store, &scope, &args.reason, until).await?;
    let mut out = ctx.out();
    out.json(&document(&standing));
    if let Some(hold) = standing.holds.iter().rev().find(|hold| hold.scope == scope) {
        out.line(format!("{}. Nothing more will start.", held(ctx, hold)));
    }
    if !standing.in_flight.is_empty() {
        let n = standing.in_flight.len();
        let post = standing.in_flight[0].split('/').next().unwrap_or_default().to_owned();
        out.line(format!(
            "{n} had started before that: {}. Watch it: handbill show {post}",
            standing.in_flight.join(", ")
        ));
    }
    let end = match &scope {
        Scope::All => "handbill release".to_owned(),
        Scope::Channel(name) => format!("handbill release --channel {name}"),
        Scope::Tag(tag) => format!("handbill release --tag {tag}"),
    };
    out.line(format!("When it is over: {end}"));
    out.print();
    Ok(0)
}

pub(super) async fn release(args: &ReleaseArgs, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let overdue = match args.overdue.as_str() {
        "space" => Overdue::Space,
        "cancel" => Overdue::Cancel,
        _ => Overdue::Review,
    };
    let mut store = ctx.open(Take::Create).await?;
    let standing = go_on(
        app,
        &mut store,
        &scope(args.channel.as_ref(), args.tag.as_ref()),
        overdue,
    )
    .await?;
    let mut out = ctx.out();
    out.json(&document(&standing));
    let (tz, zone) = (app.home_zone(), &app.config.organisation.timezone);
    if standing.ended == 0 {
        out.line("There was no such hold.");
    } else {
        let closed = match standing.closed {
            0 => String::new(),
            1 => " 1 passed slot is closed.".to_owned(),
            n => format!(" {n} passed slots are closed."),
        };
        out.line(format!(
            "Released, {}, by {}.{closed}",
            say::stamp(standing.at, &tz, zone),
            app.user
        ));
    }
    if !standing.overdue.is_empty() {
        let done = match overdue {
            Overdue::Review => "and are marked missed for your review",
            Overdue::Space => "and go out one after another",
            Overdue::Cancel => "and are stopped",
        };
        out.line(format!(
            "{} with a set time are overdue {done}:",
            standing.overdue.len()
        ));
        for (name, due) in &standing.overdue {
            out.line(format!("  {name} ({})", say::stamp(*due, &tz, zone)));
        }
        if overdue == Overdue::Review {
            out.line(format!("Send one: handbill retry {}", standing.overdue[0].0));
        }
    }
    for hold in &standing.holds {
        out.line(format!("Still {}", held(ctx, hold).replacen('H', "h", 1)));
    }
    out.print();
    Ok(0)
}

fn document(standing: &Standing) -> serde_json::Value {
    serde_json::json!({
        "holds": standing.holds.iter().map(json::hold).collect::<Vec<_>>(),
        "in_flight": standing.in_flight,
        "overdue": standing.overdue.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "closed_slots": standing.closed,
    })
}
