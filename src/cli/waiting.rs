//! `--wait`: what is announced, what became of it, and the exit code.

use jiff::Timestamp;
use serde_json::Value;

use crate::app::change::{Target, cancel};
use crate::app::view::{self, DeliveryView, PostView};
use crate::app::{Fault, runner};
use crate::domain::delivery::State;
use crate::domain::lane::Timing;
use crate::domain::say;
use crate::report::Kind;
use crate::storage::Store;

use super::words::{hint, standing};
use super::{Ctx, json};

/// Waits for the outcome of a post that was just queued, prints it, and gives the exit code. Ctrl-C stops what was to
/// go out now and has not begun. `page`: what came of the article's page, for the JSON. `asked`: with `--wait`, so that it is said where there is nothing to wait for.
///
/// # Errors
/// Where the database cannot be read or written.
pub(super) async fn wait(
    ctx: &Ctx,
    store: Store,
    shown: &PostView,
    asked: bool,
    page: Option<&Value>,
) -> Result<u8, Fault> {
    announce(ctx, shown, asked);
    let post = shown.post.id;
    let (mut store, stopped) = runner::wait(&ctx.app, store, post, interrupted()).await?;
    if stopped {
        stop(ctx, &mut store, post).await?;
    }
    let shown = {
        let mut tx = store.read(ctx.app.now()).await?;
        view::post(&mut tx, &ctx.app, post).await?
    };
    let code = outcome(ctx, &shown, page);
    Ok(if stopped { Kind::Interrupted.exit_code() } else { code })
}

/// Returns at the first Ctrl-C; a second one ends the program at once.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        return std::future::pending().await;
    }
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(i32::from(Kind::Interrupted.exit_code()));
        }
    });
}

/// Stops what was to go out now and still waits.
async fn stop(ctx: &Ctx, store: &mut Store, post: i64) -> Result<(), Fault> {
    let shown = {
        let mut tx = store.read(ctx.app.now()).await?;
        view::post(&mut tx, &ctx.app, post).await?
    };
    let waits = |d: &&DeliveryView| d.row.d.state == State::Pending && d.row.timing == Timing::Now;
    for d in shown.deliveries.iter().filter(waits) {
        let target = Target {
            post,
            channel: Some(d.row.channel.clone()),
        };
        match cancel(&ctx.app, store, &target).await {
            // It began meanwhile, or another command was faster: what is printed says how it stands.
            Ok(_) | Err(Fault::Refused { .. }) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

fn announce(ctx: &Ctx, shown: &PostView, asked: bool) {
    let mut out = ctx.out();
    for line in announcement(shown, asked, ctx.app.now()) {
        out.line(line);
    }
    if !ctx.json {
        out.print();
    }
}

/// What will be waited for and how to stop it, and what is too far ahead.
fn announcement(shown: &PostView, asked: bool, now: Timestamp) -> Vec<String> {
    let waiting = shown.deliveries.iter().filter(|d| d.row.d.state == State::Pending);
    let (soon, far): (Vec<_>, Vec<_>) = waiting.partition(|d| runner::is_soon(d, now));
    let names = |list: &[&DeliveryView]| {
        let names: Vec<&str> = list.iter().map(|d| d.row.channel.as_str()).collect();
        listed(&names)
    };
    let mut lines = Vec::new();
    if !soon.is_empty() {
        let when = soon
            .iter()
            .filter_map(|d| d.time)
            .min()
            .filter(|at| *at > now)
            .map_or(String::new(), |at| format!(" {}", say::relative(at, now)));
        let set_now = soon.iter().filter(|d| d.row.timing == Timing::Now).count();
        let stop = match (set_now == soon.len(), soon.len()) {
            (true, 1) => "Ctrl-C stops it.".to_owned(),
            (true, 2) => "Ctrl-C stops both.".to_owned(),
            (true, _) => "Ctrl-C stops all.".to_owned(),
            (false, _) => format!("Stop it: handbill cancel {}", shown.post.id),
        };
        lines.push(format!("Going out on {}{when}. {stop}", names(&soon)));
    }
    if asked && !far.is_empty() {
        lines.push(format!(
            "Not waiting for {}: that is too far ahead, or something keeps it.",
            names(&far)
        ));
    }
    lines
}

/// Names as in a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Prints what became of a post, and gives the exit code.
fn outcome(ctx: &Ctx, shown: &PostView, page: Option<&Value>) -> u8 {
    let mut out = ctx.out();
    let mut document = json::post(&ctx.app, shown);
    if let (Some(map), Some(page)) = (document.as_object_mut(), page) {
        map.insert("page".to_owned(), page.clone());
    }
    out.json(&document);
    for d in &shown.deliveries {
        let name = d.row.name();
        let line = match d.row.d.state {
            State::Published => {
                let url = d.parts.first().and_then(|p| p.url.clone());
                format!("{name} is out{}", url.map_or(String::new(), |url| format!(": {url}")))
            }
            _ => format!("{name}: {}", standing(ctx, d)),
        };
        out.line(line);
        if d.row.d.state != State::Published
            && let Some(hint) = hint(d)
        {
            out.line(format!("  {hint}"));
        }
    }
    out.print();
    code(shown, ctx.app.now())
}

/// 0 when all is out or only waits its turn, 6 when a network refused, 8 when nobody knows, it is still being tried, or
/// a gate keeps it.
fn code(shown: &PostView, now: Timestamp) -> u8 {
    let kind = |d: &DeliveryView| d.row.d.trouble.as_ref().map_or("", |t| t.kind.as_str()).to_owned();
    let refused = |d: &DeliveryView| match d.row.d.state {
        State::Failed => true,
        State::Pending => matches!(kind(d).as_str(), "auth" | "suspended"),
        _ => false,
    };
    let attention = |d: &DeliveryView| match d.row.d.state {
        State::Unknown | State::Missed | State::Sending => true,
        State::Pending if d.time.is_some_and(|at| at <= now) => true,
        State::Pending => d.row.d.trouble.is_some() || d.blocked.iter().any(|b| !b.gate.passes()),
        _ => false,
    };
    if shown.deliveries.iter().any(refused) {
        Kind::Network.exit_code()
    } else if shown.deliveries.iter().any(attention) {
        Kind::Attention.exit_code()
    } else {
        0
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::words::tests::delivery;
    use super::*;
    use crate::domain::post::{Post, Visibility};

    fn now() -> Timestamp {
        "2026-11-24T16:10:00Z".parse().unwrap()
    }

    pub(in crate::cli) fn post(deliveries: Vec<DeliveryView>) -> PostView {
        let post = Post {
            thread: false,
            pictures: Vec::new(),
            id: 12,
            url: None,
            title: Some("Intensified crackdown".to_owned()),
            summary: None,
            language: None,
            warning: None,
            visibility: Visibility::Public,
            draft: false,
            tags: Vec::new(),
            hashtags: Vec::new(),
            embargo: None,
            expires: None,
            texts: std::collections::BTreeMap::new(),
            version: 1,
            created_at: now(),
            created_by: "ana".to_owned(),
        };
        PostView {
            post,
            deliveries,
            link: None,
        }
    }

    fn set_now(channel: &str, seconds: i64) -> DeliveryView {
        let mut d = delivery(State::Pending);
        let due = now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
        d.row.channel = channel.to_owned();
        d.row.timing = Timing::Now;
        d.row.due = Some(crate::domain::post::Planned { at: due, wall: None });
        d.time = Some(due);
        d
    }

    #[test]
    fn what_goes_out_now_can_be_thought_better_of() {
        let shown = post(vec![set_now("mastodon", 15), set_now("bluesky", 15)]);
        assert_eq!(
            announcement(&shown, true, now()),
            ["Going out on mastodon and bluesky in 15 s. Ctrl-C stops both."]
        );
        let shown = post(vec![set_now("mastodon", 60)]);
        assert_eq!(
            announcement(&shown, false, now()),
            ["Going out on mastodon in 1 min. Ctrl-C stops it."]
        );
    }

    #[test]
    fn what_is_far_ahead_is_not_waited_for_and_that_is_said() {
        let shown = post(vec![delivery(State::Pending)]);
        assert_eq!(
            announcement(&shown, true, now()),
            ["Not waiting for mastodon: that is too far ahead, or something keeps it."]
        );
        assert!(announcement(&shown, false, now()).is_empty());
        assert_eq!(code(&shown, now()), 0);
    }

    #[test]
    fn the_code_is_the_worst_of_all() {
        let with = |states: &[State]| code(&post(states.iter().map(|state| delivery(*state)).collect()), now());
        assert_eq!(with(&[State::Published, State::Pending]), 0);
        assert_eq!(with(&[State::Published, State::Unknown]), 8);
        assert_eq!(with(&[State::Unknown, State::Failed]), 6);
        assert_eq!(with(&[State::Sending]), 8);
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(listed(&["a"]), "a");
    }
}
