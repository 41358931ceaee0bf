//! `handbill source poll`, and its words wherever else a source is polled.

use serde_json::{Value, json};

use crate::app::Fault;
use crate::app::sources::{Came, How, Made, Polled, named, poll};
use crate::domain::say;
use crate::domain::source::Stop;
use crate::report::Kind;
use crate::storage::Take;

use super::super::output::Out;
use super::super::{Ctx, json};
use super::{asking, error, none};

pub(super) async fn run(ctx: &Ctx, name: Option<&str>) -> Result<u8, Fault> {
    let app = &ctx.app;
    let sources = named(app, name)?;
    let mut polled = Vec::new();
    if !sources.is_empty() {
        let mut store = ctx.open(Take::Create).await?;
        let how = How {
            asked: true,
            until: None,
        };
        for source in sources {
            asking(ctx, &source.name);
            polled.push(poll(app, &mut store, source, how).await?);
        }
    }
    let mut out = ctx.out();
    out.json(&json!({ "sources": documents(ctx, &polled) }));
    for polled in &polled {
        say(&mut out, polled);
        for words in &polled.told {
            out.line(words);
        }
    }
    if polled.is_empty() {
        none(&mut out);
    }
    out.print();
    let unread = |polled: &Polled| matches!(polled.came, Came::Failed(_) | Came::Gone);
    Ok(if polled.iter().any(unread) {
        Kind::Network.exit_code()
    } else if polled.iter().any(is_no_news) {
        Kind::Attention.exit_code()
    } else {
        0
    })
}

/// Whether items appeared that are no news.
fn is_no_news(polled: &Polled) -> bool {
    polled.flood.is_some() || polled.echoes > 0
}

/// Polls as JSON.
pub(in crate::cli) fn documents(ctx: &Ctx, polled: &[Polled]) -> Vec<Value> {
    polled.iter().map(|polled| document(ctx, polled)).collect()
}

fn document(ctx: &Ctx, polled: &Polled) -> Value {
    let state = &polled.state;
    let error = match &polled.came {
        Came::Failed(why) => Some(error(ctx, "unreadable", why, &polled.source)),
        Came::Gone => Some(error(
            ctx,
            "gone",
            "it is gone for good, its server says (410)",
            &polled.source,
        )),
        Came::Feed | Came::Same | Came::Outrun => None,
    };
    let known: Vec<i64> = polled.known.iter().map(|(_, post)| *post).collect();
    json!({
        "source": polled.source,
        "url": polled.url,
        "ok": error.is_none(),
        "changed": polled.came == Came::Feed,
        "posts": polled.made.iter().map(|made| made.post).collect::<Vec<_>>(),
        "drafts": polled.made.iter().filter(|made| made.draft).map(|made| made.post).collect::<Vec<_>>(),
        "known": known,
        "waiting": polled.waiting,
        "flood": polled.flood,
        "echoes": polled.echoes,
        "stopped": state.stopped.map(Stop::as_str),
        "moved": state.moved,
        "next_at": json::opt_utc(state.next_at.filter(|_| state.stopped.is_none())),
        "told": polled.told,
        "error": error,
    })
}

/// A poll in words, but for what everybody is told.
pub(in crate::cli) fn say(out: &mut Out, polled: &Polled) {
    let name = &polled.source;
    let (drafts, queued): (Vec<&Made>, Vec<&Made>) = polled.made.iter().partition(|made| made.draft);
    if !queued.is_empty() {
        out.line(format!("{name}: {} queued: {}.", queued.len(), titles(&queued)));
    }
    if !drafts.is_empty() {
        let count = say::count(drafts.len(), "new draft", "new drafts");
        out.line(format!("{name}: {count}: {}.", titles(&drafts)));
    }
    match &polled.came {
        Came::Failed(why) => out.line(format!("{name}: cannot be read: {why}.")),
        Came::Same => out.line(format!("{name}: not changed.")),
        Came::Outrun => out.line(format!(
            "{name}: another Handbill was asking at the same time and took what there was; look: handbill source list"
        )),
        Came::Feed if polled.made.is_empty() && !is_no_news(polled) => out.line(format!("{name}: nothing new.")),
        Came::Feed | Came::Gone => {}
    }
    for (title, post) in &polled.known {
        out.line(format!("  \"{title}\" is post {post} already."));
    }
    match polled.waiting {
        0 => {}
        1 => out.line("  1 more waits for the next poll."),
        n => out.line(format!("  {n} more wait for the next poll.")),
    }
}

fn titles(made: &[&Made]) -> String {
    let titles: Vec<String> = made
        .iter()
        .map(|made| format!("{} \"{}\"", made.post, made.name))
        .collect();
    titles.join(", ")
}

/// Whether a poll has something to say to somebody who did not ask for it.
pub(in crate::cli) fn is_news(polled: &Polled) -> bool {
    !polled.made.is_empty() || matches!(polled.came, Came::Failed(_))
}
