//! `handbill slots`.

use crate::app::Fault;
use crate::app::add::time;
use crate::domain::say;
use crate::domain::when::Span;

use super::{Ctx, json};

/// A channel's coming slots.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill slots mastodon
  handbill slots mastodon --count 20 --from 2027-03-28")]
pub(super) struct Args {
    /// The channel
    #[arg(value_name = "CH")]
    channel: String,
    /// So many
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    count: u32,
    /// After this time [default: now]
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
}

pub(super) fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let channel = app.channel(&args.channel)?;
    let tz = app.zone(channel);
    let from = match &args.from {
        Some(text) => time(app, "--from", text, Span::Any)?.at,
        None => app.now(),
    };
    // "From" a time that is a slot shows that slot.
    let start = if args.from.is_some() {
        from.checked_sub(jiff::SignedDuration::from_millis(1)).unwrap_or(from)
    } else {
        from
    };
    let slots: Vec<_> = channel
        .schedule
        .after(&tz, start)
        .take(usize::try_from(args.count).unwrap_or(10))
        .collect();
    let mut out = ctx.out();
    let values: Vec<_> = slots
        .iter()
        .map(|slot| {
            serde_json::json!({
                "at": json::utc(slot.at),
                "at_local": json::local(app, slot.at, &channel.timezone),
                "note": slot.note.as_ref().map(|note| note.as_str()),
            })
        })
        .collect();
    out.json(&serde_json::json!({ "channel": channel.name, "timezone": channel.timezone, "slots": values }));
    for line in channel.schedule.lines() {
        out.line(format!("{}: {}", line.text(), line.describe()));
    }
    for slot in &slots {
        let note = match slot.note.as_ref().map(|note| note.as_str()) {
            Some("gap") => "   the clocks go forward; this is the first moment after",
            Some(_) => "   the clocks go back",
            None => "",
        };
        out.line(format!(
            "{}{note}",
            say::full(slot.at, &tz, &channel.timezone, app.now())
        ));
    }
    if slots.is_empty() && !channel.schedule.is_empty() {
        out.line("No slot comes after that time.");
    } else if slots.is_empty() {
        out.line(format!(
            "The channel {} has no schedule, so no slot ever comes.",
            channel.name
        ));
    }
    out.print();
    Ok(0)
}
