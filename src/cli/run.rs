//! `handbill run`.

use jiff::Timestamp;

use crate::app::view::DeliveryView;
use crate::app::{Fault, runner, view};
use crate::daemon::{self, Ended};
use crate::domain::delivery::{DEAD_LINK, State};
use crate::domain::post::Post;
use crate::domain::say;
use crate::report::Kind;
use crate::storage::Take;

use super::source::poll;
use super::words::standing;
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
    // A service manager ends the daemon with SIGTERM, and takes 0 for well done; a shell expects 130 of Ctrl-C.
    Ok(match daemon::run(ctx.app, &reload).await? {
        Ended::Told => 0,
        Ended::Interrupted => Kind::Interrupted.exit_code(),
    })
}

async fn once(ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    daemon::log();
    let store = ctx.open(Take::Existing).await?;
    let done = runner::once(app, store).await?;
    let mut store = ctx.open(Take::Existing).await?;
    let publisher = store.publisher().map(|(pid, _)| pid);
    let mut tx = store.read(app.now()).await?;
    // What waits again has reasons and a next time, which the whole queue tells.
    let queue = if done.left || done.retrying() > 0 {
        view::queue(&mut tx, app, None).await?
    } else {
        Vec::new()
    };
    let due = if done.left { due(&queue, app.now()) } else { Vec::new() };
    let mut shown = view::named(&mut tx, app, done.rows.clone(), &std::collections::BTreeMap::new()).await?;
    for (_, d) in &mut shown {
        if let Some((_, waiting)) = queue.iter().find(|(_, waiting)| waiting.row.d.id == d.row.d.id) {
            d.clone_from(waiting);
        }
    }
    let now = tx.now;
    drop(tx);
    // What waits on a dead login or a dead link need not be touched, and needs a person all the same.
    let status = crate::app::status::status(app, &mut store).await?;
    let mut out = ctx.out();
    out.json(&serde_json::json!({
        "attention": super::status::attention(&status),
        "published": done.count(State::Published),
        "failed": done.count(State::Failed),
        "unknown": done.count(State::Unknown),
        "retrying": done.retrying(),
        "missed": done.count(State::Missed),
        "left_to_another": done.left,
        "due": due,
        "sources": poll::documents(ctx, &done.polled),
        "deliveries": shown.iter().map(|(post, d)| json::listed(app, post, d, now)).collect::<Vec<_>>(),
    }));
    if done.left {
        out.line(left_words(publisher, &due));
    }
    let news: Vec<_> = done.polled.iter().filter(|polled| poll::is_news(polled)).collect();
    for polled in &news {
        poll::say(&mut out, polled);
    }
    for (_, d) in &shown {
        out.line(format!("{}: {}", d.row.name(), standing(ctx, d)));
    }
    let signed_out = status.channels.iter().any(|c| c.shut.is_some() && c.waiting > 0);
    let dead_links: Vec<_> = status.attention.iter().filter(|a| a.kind == DEAD_LINK).collect();
    let named: Vec<String> = shown.iter().map(|(_, d)| d.row.name()).collect();

    for dead in dead_links
        .iter()
        .filter(|dead| dead.delivery.iter().any(|name| !named.contains(name)))
    {
        out.line(&dead.message);
    }
    if shown.is_empty() && news.is_empty() && dead_links.is_empty() && !done.left {
        out.line("Nothing was due.");
    }
    out.print();
    let touched = done
        .rows
        .iter()
        .any(|row| matches!(row.d.state, State::Failed | State::Missed | State::Unknown));
    let needs =
        touched || signed_out || !dead_links.is_empty() || done.polled.iter().any(|polled| !polled.told.is_empty());
    Ok(if needs { Kind::Attention.exit_code() } else { 0 })
}

/// What would be sent now, by name.
fn due(queue: &[(Post, DeliveryView)], now: Timestamp) -> Vec<String> {
    let is_due = |d: &DeliveryView| {
        d.row.d.state == State::Pending
            && d.time.is_some_and(|at| at <= now)
            && d.blocked.iter().all(|b| b.gate.passes())
    };
    let due = queue.iter().filter(|(_, d)| is_due(d));
    due.map(|(_, d)| d.row.name()).collect()
}

/// Why nothing was done: who publishes, and what is due there.
fn left_words(publisher: Option<u32>, due: &[String]) -> String {
    let who = publisher.map_or(String::new(), |pid| format!(" (process {pid})"));
    let what = if due.is_empty() {
        "nothing is due".to_owned()
    } else {
        format!(
            "{}: {}",
            say::count(due.len(), "delivery is due", "deliveries are due"),
            due.join(", ")
        )
    };
    format!("Another Handbill{who} publishes from this database, and the work is left to it; {what}.")
}

#[cfg(test)]
mod tests {
    use super::super::waiting::tests::post;
    use super::super::words::tests::delivery;
    use super::*;

    #[test]
    fn beside_a_daemon_it_says_what_is_due_there() {
        let d = delivery(State::Pending);
        let slot = d.time.unwrap();
        let queue = [(post(Vec::new()).post, d)];
        let before = slot.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap();
        assert_eq!(due(&queue, before), Vec::<String>::new());
        assert_eq!(due(&queue, slot), ["12/mastodon"]);
        assert_eq!(
            left_words(Some(812), &due(&queue, slot)),
            "Another Handbill (process 812) publishes from this database, and the work is left to it; \
             1 delivery is due: 12/mastodon."
        );
        assert!(left_words(None, &[]).ends_with("the work is left to it; nothing is due."));
    }
}
