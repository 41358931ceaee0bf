//! `handbill show`.

use crate::app::{Fault, view};
use crate::domain::say;
use crate::storage::Take;

use super::words::{hint, lines};
use super::{Ctx, json, target};

/// Show a post with its deliveries.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  handbill show 12")]
pub(super) struct Args {
    /// The post
    #[arg(allow_negative_numbers = true)]
    id: String,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let target = target(&args.id)?;
    let mut store = ctx.open(Take::Existing).await?;
    let mut tx = store.read(app.now()).await?;
    let mut shown = view::post(&mut tx, app, target.post).await?;
    if let Some(channel) = &target.channel {
        let on: Vec<String> = shown.deliveries.iter().map(|d| d.row.channel.clone()).collect();
        shown.deliveries.retain(|d| &d.row.channel == channel);
        if shown.deliveries.is_empty() {
            return Err(Fault::NoSuchDelivery {
                post: target.post,
                channel: channel.clone(),
                on,
            });
        }
    }
    let mut out = ctx.out();
    out.json(&json::post(app, &shown));
    let post = &shown.post;
    let zone = &app.config.organisation.timezone;
    let tz = app.home_zone();
    out.line(format!("Post {}, \"{}\": {}", post.id, post.name(), shown.state()));
    if let Some(url) = &post.url {
        out.line(format!("  {url}"));
    }
    if let Some(summary) = &post.summary {
        out.block(
            &summary
                .lines()
                .map(|line| format!("  {line}"))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    if !post.tags.is_empty() {
        out.line(format!("  tags: {}", post.tags.join(", ")));
    }
    for (what, planned) in [("embargo until", &post.embargo), ("expires", &post.expires)] {
        if let Some(planned) = planned {
            out.line(format!("  {what} {}", say::full(planned.at, &tz, zone, app.now())));
        }
    }
    out.line(format!(
        "  added {} by {}",
        say::stamp(post.created_at, &tz, zone),
        post.created_by
    ));
    out.line("");
    lines(&mut out, ctx, &shown);
    for delivery in &shown.deliveries {
        if let Some(hint) = hint(delivery) {
            out.line(format!("  {hint}"));
        }
    }
    out.print();
    Ok(0)
}
