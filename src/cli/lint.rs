//! `handbill lint`, and its findings wherever else they are shown.

use serde_json::{Value, json};

use crate::app::view::{DeliveryView, PostView};
use crate::app::{Fault, article, lint, view};
use crate::domain::lint::{Finding, Level, LinkTrouble, Rule};
use crate::report::Kind;
use crate::storage::Take;

use super::output::Out;
use super::{Ctx, target};

/// Look a post over: words to avoid, hashtags, emoji, capitals, language, repetition.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill lint 12
  handbill lint 12/mastodon
  handbill lint 12 --link

Ends with 5 if a rule that blocks found something, else with 0. Which rules warn, block or are off stands in [lint] and
in each [[channel]].")]
pub(super) struct Args {
    /// The post, or one of its deliveries
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// Ask the article's link, too; where that rule blocks, it is asked anyway
    #[arg(long)]
    link: bool,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let target = target(&args.id)?;
    let mut store = ctx.open(Take::Existing).await?;
    let mut tx = store.read(app.now()).await?;
    let mut shown = view::post(&mut tx, app, target.post)
        .await?
        .only(target.channel.as_deref())?;
    drop(tx);
    shown.link = link(args, ctx, &shown).await;
    lint::fill(&mut store.read(app.now()).await?, app, &mut shown).await?;
    let findings: Vec<Value> = shown
        .deliveries
        .iter()
        .flat_map(|d| d.findings.iter().map(|f| of(d, f)))
        .collect();
    let blocked = shown
        .deliveries
        .iter()
        .any(|d| d.findings.iter().any(|f| f.level == Level::Block));
    let mut out = ctx.out();
    out.json(&json!({ "post": shown.post.id, "ok": !blocked, "findings": findings }));
    if findings.is_empty() {
        out.line(format!(
            "Post {}, \"{}\": nothing to better.",
            shown.post.id,
            shown.post.name()
        ));
    }
    lines(&mut out, &shown, true);
    out.print();
    Ok(if blocked { Kind::Refused.exit_code() } else { 0 })
}

/// What is wrong with the article's link, where that is asked.
async fn link(args: &Args, ctx: &Ctx, shown: &PostView) -> Option<LinkTrouble> {
    let app = &ctx.app;
    match shown.post.url.as_deref().filter(|_| args.link) {
        Some(url) => crate::app::link::ask(app, url, article::SHORT).await,
        None => {
            let waiting = shown.deliveries.iter().filter(|d| !d.row.d.state.is_final());
            let channels = waiting.filter_map(|d| app.find_channel(&d.row.channel));
            lint::link_now(app, shown.post.url.as_deref(), channels).await
        }
    }
}

fn of(delivery: &DeliveryView, finding: &Finding) -> Value {
    let mut value = json(finding);
    if let Some(map) = value.as_object_mut() {
        map.insert("delivery".to_owned(), json!(delivery.row.name()));
        map.insert("channel".to_owned(), json!(delivery.row.channel));
    }
    value
}

/// A finding as JSON.
pub(super) fn json(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.as_str(),
        "level": finding.level.as_str(),
        "message": finding.message,
        "hint": finding.hint,
        "source": finding.source,
    })
}

/// The findings in a line each, and where more is said.
pub(super) fn brief(out: &mut Out, shown: &PostView) {
    let mut findings = shown.deliveries.iter().flat_map(|d| &d.findings).peekable();
    if findings.peek().is_some() {
        let link = findings.any(|finding| finding.rule == Rule::Link);
        lines(out, shown, false);
        let more = if link { " --link" } else { "" };
        out.line(format!("Why, and who says so: handbill lint {}{more}", shown.post.id));
    }
}

/// The findings of all channels, each once with the channels that it holds for; `whole`: with reason and source.
fn lines(out: &mut Out, shown: &PostView, whole: bool) {
    let mut list: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for delivery in &shown.deliveries {
        for finding in &delivery.findings {
            let same = |other: &&mut (&Finding, Vec<&str>)| {
                other.0.rule == finding.rule && other.0.level == finding.level && other.0.message == finding.message
            };
            match list.iter_mut().find(same) {
                Some((_, channels)) if channels.contains(&delivery.row.channel.as_str()) => {}
                Some((_, channels)) => channels.push(&delivery.row.channel),
                None => list.push((finding, vec![&delivery.row.channel])),
            }
        }
    }
    for (finding, channels) in list {
        let what = if finding.level == Level::Block {
            "Blocked"
        } else {
            "Look again"
        };
        let everywhere = channels.len() == shown.deliveries.len() && shown.deliveries.len() > 1;
        let place = if everywhere {
            "every channel".to_owned()
        } else {
            channels.join(", ")
        };
        out.line(format!("{what} ({place}): {}", finding.message));
        for more in [&finding.hint, &finding.source].into_iter().flatten().filter(|_| whole) {
            out.line(format!("  {more}"));
        }
    }
}
