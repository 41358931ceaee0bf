//! `handbill cancel`.

use crate::app::Fault;
use crate::app::change::cancel;
use crate::storage::Take;

use super::add::lines;
use super::{Ctx, json, target};

/// Stop a post, or one of its deliveries. What is out stays out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill cancel 12
  handbill cancel 12/mastodon")]
pub(super) struct Args {
    /// The post, or one delivery as 12/mastodon
    id: String,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let target = target(&args.id)?;
    let mut store = ctx.open(Take::Existing).await?;
    let shown = cancel(&ctx.app, &mut store, &target).await?;
    let mut out = ctx.out();
    out.json(&json::post(&ctx.app, &shown));
    out.line(format!(
        "Stopped what could be stopped of post {}, \"{}\".",
        shown.post.id,
        shown.post.name()
    ));
    lines(&mut out, ctx, &shown);
    out.line(format!("Queue it again: handbill retry {}", shown.post.id));
    out.print();
    Ok(0)
}
