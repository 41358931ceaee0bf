//! `handbill move`.

use crate::app::Fault;
use crate::app::add::time;
use crate::app::change::{Place, shift};
use crate::app::view::PostView;
use crate::domain::when::Span;
use crate::storage::Take;

use super::words::said;
use super::{Ctx, json, target};

/// Give what waits another time or place. A draft is queued by it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill move 12 --at \"tomorrow 09:00\"
  handbill move 12/mastodon --front
  handbill move 12 --to-slot")]
pub(super) struct Args {
    /// The post, or one delivery as 12/mastodon
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// To this time
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["front", "to_slot"])]
    at: Option<String>,
    /// Before all others of its channel's queue
    #[arg(long, conflicts_with = "to_slot")]
    front: bool,
    /// To the next free slot
    #[arg(long)]
    to_slot: bool,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let shown = change(args, ctx)
        .await
        .map_err(|fault| fault.undone("nothing was changed"))?;
    let mut out = ctx.out();
    out.json(&json::post(&ctx.app, &shown));
    said(&mut out, ctx, &shown, "Moved");
    out.print();
    Ok(0)
}

async fn change(args: &Args, ctx: &Ctx) -> Result<PostView, Fault> {
    let target = target(&args.id)?;
    let place = match &args.at {
        Some(text) => Place::At(time(&ctx.app, "--at", text, Span::Future)?),
        None if args.front => Place::Front,
        None if args.to_slot => Place::Slot,
        None => return Err(Fault::Usage("say where to: --at WHEN, --front or --to-slot".to_owned())),
    };
    let mut store = ctx.open(Take::Existing).await?;
    shift(&ctx.app, &mut store, &target, &place).await
}
