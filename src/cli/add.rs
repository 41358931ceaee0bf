//! `handbill add`.

use std::io::IsTerminal as _;

use crate::app::Fault;
use crate::app::add::{Add, Wish, Words, add, prepare};
use crate::app::complete::{FromPage, Reading, complete, is_wanted};
use crate::app::fingerprint::fingerprint;
use crate::app::view::PostView;
use crate::report::Kind;
use crate::storage::{Store, Take};

use super::options::{WordArgs, pictures, wish, words};
use super::output::Out;
use super::{Ctx, json, waiting, words as say};

/// Queue a post.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill add https://example.org/article --summary \"Doctors disagree.\"
  handbill add https://example.org/article --summary - --to mastodon,bluesky --at \"fri 14:30\"
  handbill add --text mastodon=\"Join us tonight\" --to mastodon --now --wait")]
pub(super) struct Args {
    /// The article
    url: Option<String>,
    #[command(flatten)]
    words: WordArgs,
    /// Take a summary of the article's own sentences as it is, and ask no model; else the post becomes a draft
    #[arg(long, conflicts_with = "no_fetch")]
    accept_summary: bool,
    /// The same key again adds nothing: for scripts that may run twice
    #[arg(long, value_name = "K")]
    key: Option<String>,
    /// Wait for the outcome
    #[arg(long)]
    wait: bool,
}

pub(super) async fn run(args: Args, ctx: &Ctx) -> Result<u8, Fault> {
    let (store, shown, page) = queue(&args, ctx)
        .await
        .map_err(|fault| fault.undone("nothing was added"))?;
    let waits = args.wait || (args.words.now && !ctx.json && std::io::stdout().is_terminal());
    let told = serde_json::json!({
        "taken": page.taken,
        "error": page.trouble,
        "card_error": page.card_trouble,
        "paywall": page.paywall,
        "proposed_by": page.proposal.by(),
        "proposal_error": page.proposal.trouble,
    });
    if waits && !args.words.dry_run && !shown.post.draft {
        let mut out = ctx.out();
        from_page(&mut out, &page, &shown);
        super::lint::brief(&mut out, &shown);
        if !ctx.json {
            out.print();
        }
        return waiting::wait(ctx, store, &shown, args.wait, Some(&told)).await;
    }
    let mut out = ctx.out();
    let mut document = json::post(&ctx.app, &shown);
    if let Some(map) = document.as_object_mut() {
        map.insert("page".to_owned(), told);
    }
    out.json(&document);
    let verb = if args.words.dry_run { "Would add" } else { "Added" };
    from_page(&mut out, &page, &shown);
    say::said(&mut out, ctx, &shown, verb);
    out.print();
    // It was to go out now, and waits for somebody to decide on its summary.
    let undecided = args.words.now && shown.post.draft;
    Ok(if undecided { Kind::Attention.exit_code() } else { 0 })
}

/// What came of the page, before what was made of it.
fn from_page(out: &mut Out, page: &FromPage, shown: &PostView) {
    if let Some(trouble) = &page.trouble {
        out.line(trouble);
        out.line("The post was made from what you gave.");
    }
    if page.paywall {
        out.line(super::draft::PAYWALL);
    }
    for trouble in page.card_trouble.iter().chain(&page.proposal.trouble) {
        out.line(trouble);
    }
    if page.taken.contains(&"summary") {
        match &page.proposal.model {
            None => out.line("Proposed from the article's own sentences:"),
            Some(model) => out.line(format!("Proposed by {model}; read it beside the article:")),
        }
        out.block(shown.post.summary.as_deref().unwrap_or_default());
    }
}

async fn queue(args: &Args, ctx: &Ctx) -> Result<(Store, PostView, FromPage), Fault> {
    let app = &ctx.app;
    let words = words(app, args.url.clone(), &args.words)?;
    let key = match &args.key {
        Some(key) if key.is_empty() || key.chars().count() > 200 => {
            return Err(Fault::input("--key", "it is empty, or longer than 200 characters"));
        }
        Some(key) => Some((key.clone(), content(args, &words))),
        None => None,
    };
    let reading = Reading {
        no_fetch: args.words.page.no_fetch,
        require_page: args.words.page.require_page,
        accept_summary: args.accept_summary,
    };
    let mut request = Add {
        words,
        to: args.words.to.clone(),
        wish: wish(app, &args.words)?.unwrap_or(Wish::Slot),
        draft: args.words.draft,
        front: args.words.front,
        allow_duplicate: args.words.allow_duplicate,
        key,
        dry_run: args.words.dry_run,
        undo: ctx.undo(),
        ..Add::default()
    };
    let given = pictures(ctx, &args.words).await?;
    let mut store = ctx.open(Take::Create).await?;
    request.pictures = crate::app::pictures::keep(app, given).await?;
    if let Some(url) = request.words.url.as_deref() {
        crate::app::add::check_url(url)?;
        if is_wanted(app, &request, reading) {
            let words = &request.words;
            let asks = !reading.accept_summary && words.summary.is_none() && words.texts.is_empty();
            super::draft::reading(ctx, url, asks);
        }
    }
    let page = complete(app, &mut store, &mut request, reading).await?;
    let added = async {
        prepare(app, &mut store, &mut request).await?;
        add(app, &mut store, &request).await
    };
    match added.await {
        Ok(shown) => Ok((store, shown, page)),
        Err(fault) => Err(of_the_page(fault, &page)),
    }
}

/// Where nobody said the language, the person must hear where it comes from.
fn of_the_page(fault: Fault, page: &FromPage) -> Fault {
    if matches!(fault, Fault::NoChannels { .. }) && page.taken.contains(&"language") {
        return fault
            .hinted("The article's page says that this is its language. Give --to CHANNEL, or --lang LANGUAGE.");
    }
    fault
}

/// What makes two requests under one key the same: all that was said, files and standard input as they were read.
fn content(args: &Args, words: &Words) -> String {
    let w = &args.words;
    let said = serde_json::json!([
        words.url,
        words.title,
        words.summary,
        words.language,
        words.warning,
        words.visibility.as_str(),
        words.tags,
        words.hashtags,
        words.texts,
        words.thread,
        w.to,
        w.at,
        w.now,
        w.draft,
        w.front,
        w.embargo,
        w.expires,
        w.allow_duplicate,
        w.image,
        w.alt
    ]);
    fingerprint(said.to_string().as_bytes())
}
