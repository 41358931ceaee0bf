//! `handbill retry`.

use crate::app::Fault;
use crate::app::add::{Wish, time};
use crate::app::change::retry;
use crate::app::view::PostView;
use crate::domain::when::Span;
use crate::storage::{Store, Take};

use super::words::said;
use super::{Ctx, json, target, waiting};

/// Queue again what failed, was missed or was cancelled: at the front of the channel's queue, or at a time.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill retry 17/mastodon
  handbill retry 17 --at \"fri 09:00\"
  handbill retry 17/mastodon --now")]
pub(super) struct Args {
    /// The post, or one delivery as 12/mastodon
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// At this time
    #[arg(long, value_name = "WHEN", conflicts_with = "now")]
    at: Option<String>,
    /// Now
    #[arg(long)]
    now: bool,
    /// Queue it although another post has brought the article there meanwhile
    #[arg(long)]
    allow_duplicate: bool,
    /// Wait for the outcome
    #[arg(long)]
    wait: bool,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let (store, shown) = change(args, ctx)
        .await
        .map_err(|fault| fault.undone("nothing was changed"))?;
    if args.wait {
        return waiting::wait(ctx, store, &shown, true, None).await;
    }
    let mut out = ctx.out();
    out.json(&json::post(&ctx.app, &shown));
    said(&mut out, ctx, &shown, "Queued again:");
    out.print();
    Ok(0)
}

async fn change(args: &Args, ctx: &Ctx) -> Result<(Store, PostView), Fault> {
    let app = &ctx.app;
    let target = target(&args.id)?;
    let wish = match &args.at {
        Some(text) => Wish::At(time(app, "--at", text, Span::Future)?),
        None if args.now => Wish::Now,
        None => Wish::Slot,
    };
    let mut store = ctx.open(Take::Existing).await?;
    let shown = retry(app, &mut store, &target, &wish, ctx.undo(), args.allow_duplicate).await?;
    Ok((store, shown))
}
