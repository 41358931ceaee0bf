//! `handbill show`.

use jiff::Timestamp;

use crate::app::{Fault, view};
use crate::domain::post::Post;
use crate::domain::{say, share};
use crate::storage::Take;

use super::table::Last;
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
    let shown = view::post(&mut tx, app, target.post)
        .await?
        .only(target.channel.as_deref())?;
    let mut out = ctx.out();
    let post = &shown.post;
    let shares = shares(post, app.now());
    let mut document = json::post(app, &shown);
    if let Some(map) = document.as_object_mut() {
        let given = shares
            .iter()
            .map(|share| serde_json::json!({ "network": share.network, "url": share.url }));
        map.insert("share".to_owned(), given.collect());
    }
    out.json(&document);
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
    for picture in &post.pictures {
        let alt = picture.alt.as_deref().unwrap_or("no alt text");
        out.line(format!("  picture: {alt}"));
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
    if !shares.is_empty() {
        out.line("");
        out.line("Share this on:");
        let rows: Vec<Vec<String>> = shares
            .into_iter()
            .map(|share| vec![format!("  {}", share.label), share.url])
            .collect();
        out.table(&[], &rows, Last::Whole);
    }
    out.print();
    Ok(0)
}

/// The links with which readers share the article; none under embargo, so that nobody does it early.
fn shares(post: &Post, now: Timestamp) -> Vec<share::Share> {
    if post.is_embargoed(now) {
        return Vec::new();
    }
    share::links(
        post.url.as_deref().unwrap_or_default(),
        post.title.as_deref().unwrap_or_default(),
    )
}
