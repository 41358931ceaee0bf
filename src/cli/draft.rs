//! `handbill draft`.

use std::io::IsTerminal as _;

use serde_json::json;

use crate::app::Fault;
use crate::app::article::{self, Offer, Room};
use crate::app::proposal::{self, Proposal};
use crate::article::Published;
use crate::domain::say;
use crate::fetch::DEADLINE;
use crate::report::shell::quoted;
use crate::storage::{Store, Take};

use super::Ctx;

pub(super) const PAYWALL: &str = "The page shows only the beginning to readers without a subscription.";

/// Show what an article's page offers for a post: title, summary, picture. Nothing is added.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  handbill draft https://example.org/article")]
pub(super) struct Args {
    /// The article
    url: String,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    crate::app::add::check_url(&args.url)?;
    reading(ctx, &args.url, true);
    let offer = article::read(app, &args.url, DEADLINE).await.map_err(Fault::Page)?;
    let room = if app.database.exists() {
        let mut store: Store = ctx.open(Take::Existing).await?;
        Room::of(&mut store.read(app.now()).await?, app, None).await?
    } else {
        Room::unasked(app)
    };
    let proposal = proposal::propose(app, &offer.article, &room).await;
    print(ctx, &offer, &proposal);
    Ok(0)
}

/// Says that a page is being read, and whether a model is asked then, to a person who waits for it.
pub(super) fn reading(ctx: &Ctx, url: &str, asks: bool) {
    if !ctx.json && std::io::stderr().is_terminal() {
        let host = url::Url::parse(url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        let model = ctx.app.config.summary.as_ref().filter(|_| asks);
        let asking = model.map_or_else(String::new, |summary| {
            format!(", then asking {} for a summary", summary.model)
        });
        eprintln!("Reading {}{asking} …", host.unwrap_or_default());
    }
}

fn print(ctx: &Ctx, offer: &Offer, proposal: &Proposal) {
    let a = &offer.article;
    let mut out = ctx.out();
    out.json(&json!({
        "url": a.url,
        "canonical": a.canonical,
        "title": a.title,
        "summary": proposal.summary,
        "proposed_by": proposal.by(),
        "proposal_error": proposal.trouble,
        "description": a.description,
        "language": a.language,
        "publisher": a.publisher,
        "author": a.author,
        "published": a.published.as_ref().map(ToString::to_string),
        "image": a.image.as_ref().map(|image| json!({ "url": image.url, "alt": image.alt })),
        "paywall": a.paywall,
        "elsewhere": offer.elsewhere,
    }));
    let missing = || "(the page does not say)".to_owned();
    out.line(format!("Title:     {}", a.title.clone().unwrap_or_else(missing)));
    out.line(format!("Link:      {}", a.url));
    let (home, zone) = (ctx.app.home_zone(), &ctx.app.config.organisation.timezone);
    let published = a.published.as_ref().map(|published| match published {
        Published::At(at) => say::stamp(*at, &home, zone),
        Published::On(day) => day.strftime("%a %-d %b %Y").to_string(),
    });
    for (name, value) in [
        ("Publisher", &a.publisher),
        ("Author", &a.author),
        ("Published", &published),
        ("Language", &a.language),
    ] {
        if let Some(value) = value {
            out.line(format!("{:<10} {value}", format!("{name}:")));
        }
    }
    if let Some(image) = &a.image {
        out.line(format!("Picture:   {}", image.url));
        let alt = image
            .alt
            .clone()
            .unwrap_or_else(|| "(none: what does the picture tell?)".to_owned());
        out.line(format!("  alt text: {alt}"));
    }
    if a.paywall {
        out.line(PAYWALL);
    }
    if let Some(to) = &offer.elsewhere {
        out.line(format!(
            "The link leads on to another host; use that address if it is the right one: {to}"
        ));
    }
    out.line("");
    if let Some(trouble) = &proposal.trouble {
        out.line(trouble);
    }
    match (&proposal.summary, &proposal.model) {
        (None, _) => out.line("No summary could be proposed from this page."),
        (Some(_), None) => out.line("A summary, from the article's own sentences; better it before it goes out:"),
        (Some(_), Some(model)) => out.line(format!(
            "A summary, written by {model}; read it beside the article before it goes out:"
        )),
    }
    out.block(proposal.summary.as_deref().unwrap_or_default());
    out.line("");
    let summary = proposal.summary.as_deref().unwrap_or("…");
    out.line(format!(
        "Queue it: handbill add {} --summary {}",
        quoted(&a.url),
        quoted(summary)
    ));
    if let Some(image) = &a.image {
        let alt = image.alt.as_deref().unwrap_or("…");
        out.line(format!(
            "Link cards have the picture by themselves. As a picture of the post: --image {} --alt {}",
            quoted(&image.url),
            quoted(alt)
        ));
    }
    out.print();
}
