//! `handbill preview`.

use crate::app::{Fault, lint, view};
use crate::domain::picture::Fitted;
use crate::storage::Take;

use super::words::{left_out_to_fit, length_words, size};
use super::{Ctx, json, target};

/// Show each channel's exact message, its length, and what was left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill preview 12
  handbill preview 12 --channel mastodon")]
pub(super) struct Args {
    /// The post
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// Only this channel
    #[arg(long, value_name = "CH")]
    channel: Option<String>,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let target = target(&args.id)?;
    let only = args.channel.clone().or(target.channel);
    if let Some(name) = &only {
        app.channel(name)?;
    }
    let mut store = ctx.open(Take::Existing).await?;
    let mut tx = store.read(app.now()).await?;
    let mut shown = view::post(&mut tx, app, target.post).await?.only(only.as_deref())?;
    lint::fill(&mut tx, app, &mut shown).await?;
    let mut out = ctx.out();
    out.json(&json::post(app, &shown));
    for (index, delivery) in shown.deliveries.iter().enumerate() {
        if index > 0 {
            out.line("");
        }
        out.line(format!("{}, {}", delivery.row.name(), size(delivery)).trim_end_matches(", "));
        out.line("");
        for (no, part) in delivery.parts.iter().enumerate() {
            if delivery.parts.len() > 1 {
                if no > 0 {
                    out.line("");
                }
                let count = delivery.parts.len();
                let comment = !shown.post.thread && no == 1;
                let name = if comment {
                    "First comment".to_owned()
                } else {
                    format!("Part {} of {count}", no + 1)
                };
                out.line(format!("{name}{}", counted(part)));
                out.line("");
            }
            out.block(&written_out(&part.text, part));
        }
        for url in delivery.parts.iter().filter_map(|part| part.card.as_ref()) {
            out.line("");
            out.line(format!("Link card: {url}"));
        }
        for line in pictures(delivery) {
            out.line("");
            out.line(line);
        }
        if let Some(left) = left_out_to_fit(delivery) {
            out.line("");
            out.line(left);
        }
    }
    if shown.deliveries.iter().any(|d| !d.findings.is_empty()) {
        out.line("");
        super::lint::brief(&mut out, &shown);
    }
    out.print();
    Ok(0)
}

/// The pictures that go with a message, in words.
fn pictures(delivery: &view::DeliveryView) -> Vec<String> {
    let size = |fitted: &Fitted| {
        format!(
            "{} × {}, {} kB",
            fitted.width,
            fitted.height,
            fitted.bytes.div_ceil(1000)
        )
    };
    let of = |fitted: &Fitted| {
        let alt = fitted.alt.as_deref().unwrap_or("no alt text");
        format!("Picture ({}): {alt}", size(fitted))
    };
    let thumb = delivery
        .shown
        .thumb
        .iter()
        .map(|thumb| format!("Picture of the link card ({})", size(thumb)));
    delivery.shown.pictures.iter().map(of).chain(thumb).collect()
}

/// How long one of several parts is.
fn counted(part: &view::PartView) -> String {
    length_words(part.tightest()).map_or(String::new(), |words| format!(", {words}"))
}

/// The text with each labelled link's address in brackets after it.
fn written_out(text: &str, part: &view::PartView) -> String {
    let mut text = text.to_owned();
    for link in part.links.iter().filter(|link| link.text != link.url) {
        if let Some(at) = text.rfind(&link.text) {
            text.insert_str(at + link.text.len(), &format!(" ({})", link.url));
        }
    }
    text
}
