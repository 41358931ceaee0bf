//! `handbill run`.

use crate::app::{Fault, runner, view};
use crate::daemon;
use crate::domain::delivery::State;
use crate::report::Kind;
use crate::storage::Take;

use super::add::standing;
use super::{Ctx, Places, json};

/// The daemon: publish everything at its time. With --once: do what is due, look up what is unknown, and end.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill run
  handbill run --once --json")]
pub(super) struct Args {
    /// Do what is due now, and end
    #[arg(long)]
    once: bool,
}

pub(super) async fn run(args: &Args, ctx: Ctx) -> Result<u8, Fault> {
    if args.once {
        return once(&ctx).await;
    }
    let reload = {
        let places = Places {
            config: Some(ctx.app.config.file.clone()),
            database: None,
            json: ctx.json,
        };
        let database = ctx.app.database.clone();
        let user = ctx.app.user.clone();
        move || {
            let zones = crate::zones::ZoneRules::choose();
            let file = places.config.clone().unwrap_or_default();
            let config = crate::config::load(&file, &crate::networks::keys(), &zones)?;
            Ok(std::sync::Arc::new(crate::app::App::new(
                config,
                zones,
                database.clone(),
                user.clone(),
            )))
        }
    };
    daemon::run(ctx.app, &reload).await?;
    Ok(0)
}

async fn once(ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    daemon::log();
    let store = ctx.open(Take::Existing).await?;
    let done = runner::once(app, store).await?;
    let mut store = ctx.open(Take::Existing).await?;
    let mut tx = store.read(app.now()).await?;
    let shown = view::named(&mut tx, app, done.rows.clone(), &std::collections::BTreeMap::new()).await?;
    let now = tx.now;
    let mut out = ctx.out();
    out.json(&serde_json::json!({
        "published": done.count(State::Published),
        "failed": done.count(State::Failed),
        "unknown": done.count(State::Unknown),
        "retrying": done.retrying(),
        "missed": done.count(State::Missed),
        "left_to_another": done.left,
        "deliveries": shown.iter().map(|(post, d)| json::listed(app, post, d, now)).collect::<Vec<_>>(),
    }));
    if done.left {
        out.line("Another Handbill is publishing from this database; the work is left to it.");
    }
    for (_, d) in &shown {
        out.line(format!("{}: {}", d.row.name(), standing(ctx, d)));
    }
    if shown.is_empty() && !done.left {
        out.line("Nothing was due.");
    }
    out.print();
    let needs = done.rows.iter().any(|row| match row.d.state {
        State::Failed | State::Missed | State::Unknown => true,
        State::Pending => row
            .d
            .trouble
            .as_ref()
            .is_some_and(|t| matches!(t.kind.as_str(), "auth" | "suspended")),
        _ => false,
    });
    Ok(if needs { Kind::Attention.exit_code() } else { 0 })
}
