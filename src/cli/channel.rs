//! `handbill channel list` and `handbill channel check`.

use crate::app::check::{ask, credentials};
use crate::app::{Fault, channels, lanes, network_of};
use crate::config::Channel;
use crate::domain::say;
use crate::networks::{Facts, Failure};
use crate::report::Kind;
use crate::storage::{ChannelRow, Take};

use super::{Ctx, json};

/// The channels, and whether their logins are good.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill channel list
  handbill channel check
  handbill channel check mastodon")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// What is known of each channel, without asking anybody
    List,
    /// Ask the servers whether the logins are good, and what they allow
    Check {
        /// Only this channel
        #[arg(value_name = "CH")]
        channel: Option<String>,
    },
}

/// What is shown of a channel.
struct Shown<'a> {
    channel: &'a Channel,
    row: ChannelRow,
    ok: Option<bool>,
    error: Option<(&'static str, String)>,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    match &args.what {
        What::List => list(ctx).await,
        What::Check { channel } => check(ctx, channel.as_deref()).await,
    }
}

async fn list(ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let mut shown = Vec::new();
    if app.database.exists() {
        let mut store = ctx.open(Take::Existing).await?;
        let mut tx = store.read(app.now()).await?;
        for channel in &app.config.channels {
            let row = tx.channel(&channel.name).await?;
            let ok = if row.disconnected_at.is_some() {
                Some(false)
            } else {
                row.facts_at.map(|_| true)
            };
            let kind = if row.disconnected_at.is_some() {
                "auth"
            } else {
                "invalid"
            };
            let error = channels::shut(channel, &row).map(|reason| (kind, reason));
            shown.push(Shown {
                channel,
                row,
                ok,
                error,
            });
        }
    } else {
        shown.extend(app.config.channels.iter().map(|channel| Shown {
            channel,
            row: ChannelRow::default(),
            ok: None,
            error: None,
        }));
    }
    print(ctx, &shown)
}

async fn check(ctx: &Ctx, only: Option<&str>) -> Result<u8, Fault> {
    let app = &ctx.app;
    let asked: Vec<&Channel> = match only {
        Some(name) => vec![app.channel(name)?],
        None => app.config.channels.iter().collect(),
    };
    let mut store = ctx.open(Take::Create).await?;
    let mut shown = Vec::new();
    let mut good = true;
    for channel in asked {
        if !ctx.json && std::io::IsTerminal::is_terminal(&std::io::stderr()) {
            eprintln!("Asking {} …", channel.name);
        }
        if !channels::sends(channel.network) {
            let row = store.read(app.now()).await?.channel(&channel.name).await?;
            good &= only.is_none();
            shown.push(Shown {
                channel,
                error: channels::shut(channel, &row).map(|reason| ("invalid", reason)),
                row,
                ok: None,
            });
            continue;
        }
        if let Err(what) = credentials(channel) {
            // What is missing here may well be there for the daemon: nothing is recorded of it.
            let row = store.read(app.now()).await?.channel(&channel.name).await?;
            let error = Some(("auth", format!("the login could not be tried from here: {what}")));
            good = false;
            shown.push(Shown {
                channel,
                row,
                ok: Some(false),
                error,
            });
            continue;
        }
        let result = ask(app, channel).await.map(|(facts, _)| facts);
        let clock = app.clock.clone();
        let mut tx = store.begin(&|| clock.now()).await?;
        channels::checked(&mut tx, app, &channel.name, &result, true).await?;
        let row = tx.channel(&channel.name).await?;
        tx.commit().await?;
        let error = result.as_ref().err().map(words);
        good &= result.is_ok();
        shown.push(Shown {
            channel,
            row,
            ok: Some(result.is_ok()),
            error,
        });
    }
    let code = print(ctx, &shown)?;
    Ok(if good { code } else { Kind::Network.exit_code() })
}

fn words(failure: &Failure) -> (&'static str, String) {
    match failure {
        Failure::Refused(p)
        | Failure::SignIn(p)
        | Failure::Duplicate(p)
        | Failure::Unclear(p)
        | Failure::Later { problem: p, .. } => (p.kind.as_str(), p.message.clone()),
        Failure::Stale => ("auth", "the session has ended".to_owned()),
    }
}

fn print(ctx: &Ctx, shown: &[Shown<'_>]) -> Result<u8, Fault> {
    let app = &ctx.app;
    let mut out = ctx.out();
    let mut values = Vec::new();
    for s in shown {
        let facts = lanes::facts(&s.row);
        let next = s
            .channel
            .schedule
            .first_after(&app.zone(s.channel), app.now())
            .map(|slot| slot.at);
        let connected = channels::shut(s.channel, &s.row).is_none();
        let limits = limits(s.channel, &facts)?;
        let asks = network_of(s.channel)?.asks();
        values.push(serde_json::json!({
            "channel": s.channel.name,
            "network": s.channel.network,
            "ok": s.ok.filter(|ok| asks || !ok),
            "connected": connected,
            "account": facts.account,
            "expires_at": json::opt_utc(facts.expires_at),
            "limits": limits,
            "next_slot": json::opt_utc(next),
            "error": s.error.as_ref().map(|(kind, message)| serde_json::json!({
                "kind": kind, "message": message, "hint": hint(s), "at": json::utc(app.now()),
            })),
        }));
        let standing = standing(s, &facts, asks);
        let next = next.map_or("no schedule".to_owned(), |at| {
            format!(
                "next slot {}",
                say::full(at, &app.zone(s.channel), &s.channel.timezone, app.now())
            )
        });
        out.line(format!(
            "{} ({}): {standing}; {next}",
            s.channel.name, s.channel.network
        ));
    }
    if shown.is_empty() {
        out.line("There is no channel yet. Name one in the configuration, as config/handbill.example.toml shows.");
    }
    out.json(&serde_json::json!({ "channels": values }));
    out.print();
    Ok(0)
}

/// What helps where something is wrong with a channel.
fn hint(s: &Shown<'_>) -> String {
    if channels::sends(s.channel.network) {
        format!("handbill channel check {}", s.channel.name)
    } else {
        "Publish by hand what handbill preview shows.".to_owned()
    }
}

/// Whether a channel's login is good, in words.
fn standing(s: &Shown<'_>, facts: &Facts, asks: bool) -> String {
    match (&s.error, s.ok) {
        (Some((_, message)), _) if !channels::sends(s.channel.network) => message.clone(),
        (Some((_, message)), _) => format!("not good: {message}"),
        // Its address and secret are there; only a post would show whether they are accepted.
        (None, _) if !asks => format!("not asked: a {} can only be posted to", s.channel.network),
        (None, Some(_)) => facts
            .account
            .clone()
            .map_or("good".to_owned(), |account| format!("good, as {account}")),
        (None, None) => format!("not asked yet; ask: handbill channel check {}", s.channel.name),
    }
}

fn limits(channel: &Channel, facts: &Facts) -> Result<serde_json::Value, Fault> {
    let style = network_of(channel)?.style(facts);
    let text: Vec<_> = style
        .limits
        .iter()
        .map(|limit| serde_json::json!({ "limit": limit.max, "unit": limit.unit.as_str() }))
        .collect();
    Ok(serde_json::json!({ "text": text, "media": facts.max_media, "software": facts.software }))
}
