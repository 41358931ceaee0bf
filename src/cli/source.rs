//! `handbill source list`, `handbill source check` and `handbill source poll`.

mod check;
mod list;
pub(super) mod poll;

use std::io::IsTerminal as _;

use serde_json::{Value, json};

use crate::app::Fault;

use super::output::Out;
use super::{Ctx, json};

/// Your own feeds, whose new articles become drafts by themselves.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill source list
  handbill source check website
  handbill source poll website")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// How each source stands, without asking anybody
    #[command(after_help = "Example:
  handbill source list")]
    List,
    /// Read the feed and show what Handbill makes of it; nothing is stored
    #[command(after_help = "Examples:
  handbill source check
  handbill source check website --json

Ends with 6 if a feed cannot be read.")]
    Check {
        /// Only this source
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Ask now, and make drafts of what is new; a source that was stopped goes on
    #[command(after_help = "Examples:
  handbill source poll
  handbill source poll website --json

The daemon does this by itself. Ends with 6 if a feed cannot be read, with 8 if so many items are new at once that none
was taken.")]
    Poll {
        /// Only this source
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    match &args.what {
        What::List => list::run(ctx).await,
        What::Check { name } => check::run(ctx, name.as_deref()).await,
        What::Poll { name } => poll::run(ctx, name.as_deref()).await,
    }
}

/// What is said where the configuration names none.
fn none(out: &mut Out) {
    out.line("There is no source yet. Name one in the configuration, as config/handbill.example.toml shows.");
}

/// Says that a feed is being read, to a person who waits for it.
fn asking(ctx: &Ctx, name: &str) {
    if !ctx.json && std::io::stderr().is_terminal() {
        eprintln!("Asking {name} …");
    }
}

/// What is wrong with a source, as JSON.
fn error(ctx: &Ctx, kind: &str, message: &str, name: &str) -> Value {
    json!({
        "kind": kind, "message": message, "hint": format!("handbill source check {name}"), "at": json::utc(ctx.app.now()),
    })
}
