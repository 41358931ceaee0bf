//! `handbill list`.

use crate::app::view::PostView;
use crate::app::{Fault, view};
use crate::domain::say;
use crate::storage::Take;

use super::table::Last;
use super::{Ctx, json};

/// List posts, newest first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill list
  handbill list --state draft
  handbill list --tag campaign --limit 100")]
pub(super) struct Args {
    /// Only posts in this state
    #[arg(long, value_parser = ["draft", "in_review", "queued", "done", "cancelled", "failed"])]
    state: Option<String>,
    /// Only posts with this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

/// How many posts are read at a time.
const PAGE: i64 = 200;

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let mut store = ctx.open(Take::Existing).await?;
    let mut tx = store.read(app.now()).await?;
    let limit = usize::try_from(args.limit).unwrap_or(50);
    let mut posts: Vec<PostView> = Vec::new();
    let names = app.config.channels.iter().map(|channel| channel.name.clone()).collect();
    let prospects = view::prospects(&mut tx, app, &names).await?;
    let mut before = None;
    'pages: loop {
        let ids = tx
            .post_ids(args.tag.as_deref(), before, PAGE.min(i64::from(args.limit)))
            .await?;
        let Some(last) = ids.last().copied() else { break };
        for id in ids {
            let shown = view::post_with(&mut tx, app, id, &prospects).await?;
            if args.state.as_deref().is_none_or(|state| state == shown.state()) {
                posts.push(shown);
            }
            if posts.len() >= limit {
                break 'pages;
            }
        }
        before = Some(last);
    }
    let mut out = ctx.out();
    out.json(&serde_json::json!({ "posts": posts.iter().map(|post| json::post(app, post)).collect::<Vec<_>>() }));
    if posts.is_empty() {
        out.line("There are no such posts. Add one: handbill add URL --summary TEXT");
    }
    let (tz, zone) = (app.home_zone(), &app.config.organisation.timezone);
    let rows: Vec<Vec<String>> = posts
        .iter()
        .map(|shown| {
            let channels: Vec<&str> = shown.deliveries.iter().map(|d| d.row.channel.as_str()).collect();
            vec![
                shown.post.id.to_string(),
                shown.state().to_owned(),
                say::stamp(shown.post.created_at, &tz, zone),
                channels.join(","),
                shown.post.name(),
            ]
        })
        .collect();
    out.table(&["POST", "STATE", "ADDED", "CHANNELS", "TITLE"], &rows, Last::Cut);
    out.print();
    Ok(0)
}
