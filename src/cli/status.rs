//! `handbill status`.

use crate::app::Fault;
use crate::app::status::{Attention, Status, status};
use crate::domain::say;
use crate::domain::when::Zones as _;
use crate::report::Kind;
use crate::storage::Take;

use super::queue::held;
use super::{Ctx, json};

/// One screen: what needs a person, what comes next. Exit code 8 when something needs a person.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  handbill status")]
pub(super) struct Args {}

pub(super) async fn run(_args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let mut store = ctx.open(Take::Existing).await?;
    let now = app.now();
    let s = status(app, &mut store).await?;
    let mut out = ctx.out();
    out.json(&document(ctx, &s));
    for hold in &s.holds {
        out.line(held(ctx, hold));
    }
    if !s.attention.is_empty() {
        out.line(format!("Needs a person ({}):", s.attention.len()));
        for item in &s.attention {
            out.line(format!("  {}", item.message));
            if let Some(advice) = item.advice {
                out.line(format!("    {advice}"));
            }
            for next in &item.next {
                out.line(format!("    {next}"));
            }
        }
    }
    let next = s.next.as_ref().and_then(|(post, d)| {
        let name = if post.is_embargoed(now) {
            String::new()
        } else {
            format!(" (\"{}\")", post.name())
        };
        let tz = app.zones.zone(&d.zone)?;
        Some(format!(
            " Next: {}{name}, {}.",
            d.row.name(),
            say::full(d.time?, &tz, &d.zone, now)
        ))
    });
    let well = if s.attention.is_empty() {
        "All is well."
    } else {
        "All else is well."
    };
    out.line(format!(
        "{well}{}",
        next.unwrap_or_else(|| " Nothing is coming.".to_owned())
    ));
    if s.publisher.is_none() {
        out.line("No daemon is running: nothing goes out before one is started (handbill run).");
    }
    out.print();
    Ok(if s.attention.is_empty() {
        0
    } else {
        Kind::Attention.exit_code()
    })
}

fn document(ctx: &Ctx, s: &Status) -> serde_json::Value {
    let app = &ctx.app;
    let channels: Vec<_> = s
        .channels
        .iter()
        .map(|c| {
            serde_json::json!({
                "channel": c.row.name,
                "connected": c.shut.is_none(),
                "reason": c.shut,
                "waiting": c.waiting,
                "next_slot": json::opt_utc(c.next_slot),
            })
        })
        .collect();
    let counts: serde_json::Map<String, serde_json::Value> = s
        .counts
        .iter()
        .map(|(state, n)| (state.as_str().to_owned(), (*n).into()))
        .collect();
    serde_json::json!({
        "ok": s.attention.is_empty(),
        "holds": s.holds.iter().map(json::hold).collect::<Vec<_>>(),
        "channels": channels,
        "counts": counts,
        "attention": attention(s),
        "publisher": s.publisher,
        "next": s.next.as_ref().map(|(post, d)| json::listed(app, post, d, app.now())),
    })
}

/// What needs a person, as JSON.
pub(super) fn attention(s: &Status) -> Vec<serde_json::Value> {
    let item = |a: &Attention| {
        let message: Vec<&str> = std::iter::once(a.message.as_str()).chain(a.advice).collect();
        serde_json::json!({ "kind": a.kind, "delivery": a.delivery, "message": message.join(" "), "next": a.next })
    };
    s.attention.iter().map(item).collect()
}
