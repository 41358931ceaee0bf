//! `handbill source list`.

use serde_json::{Value, json};

use crate::app::Fault;
use crate::app::sources::{Listed, list};
use crate::domain::say;
use crate::domain::source::{State, Stop};
use crate::storage::Take;

use super::super::{Ctx, json};
use super::none;

pub(super) async fn run(ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let sources = if app.database.exists() {
        let mut store = ctx.open(Take::Existing).await?;
        let mut tx = store.read(app.now()).await?;
        list(app, Some(&mut tx)).await?
    } else {
        list(app, None).await?
    };
    let mut out = ctx.out();
    out.json(&json!({ "sources": sources.iter().map(document).collect::<Vec<_>>() }));
    for listed in &sources {
        out.line(words(ctx, listed));
    }
    if sources.is_empty() {
        none(&mut out);
    }
    out.print();
    Ok(0)
}

fn document(listed: &Listed<'_>) -> Value {
    let source = listed.source;
    let state = listed.state.as_ref();
    let at = |of: fn(&State) -> Option<jiff::Timestamp>| json::opt_utc(state.and_then(of));
    let checked = state.filter(|state| state.checked_at.is_some());
    json!({
        "source": source.name,
        "url": source.url,
        "ok": checked.map(|state| state.error.is_none() && state.stopped.is_none()),
        "checked_at": at(|state| state.checked_at),
        "next_at": at(|state| state.next_at.filter(|_| state.stopped.is_none())),
        "added_at": at(|state| Some(state.added_at)),
        "taken": listed.counts.taken,
        "waiting": listed.counts.waiting,
        "last_post": listed.counts.last_post,
        "stopped": state.and_then(|state| state.stopped).map(Stop::as_str),
        "flooded": state.is_some_and(|state| state.flooded_at.is_some()),
        "moved": state.and_then(|state| state.moved.clone()),
        "error": state.and_then(|state| {
            let message = state.error.as_ref()?;
            let at = state.checked_at.map(json::utc);
            Some(json!({
                "kind": "unreadable", "message": message, "hint": format!("handbill source check {}", source.name), "at": at,
            }))
        }),
    })
}

fn words(ctx: &Ctx, listed: &Listed<'_>) -> String {
    let name = &listed.source.name;
    let mut parts: Vec<String> = Vec::new();
    match &listed.state {
        Some(state) => standing(ctx, name, state, &mut parts),
        None => parts.push("never read yet".to_owned()),
    }
    parts.push(taken(listed));
    parts.push(match listed.counts.waiting {
        0 => "nothing waits".to_owned(),
        1 => "1 waits for the next poll".to_owned(),
        n => format!("{n} wait for the next poll"),
    });
    if let Some(to) = listed.state.as_ref().and_then(|state| state.moved.as_ref()) {
        parts.push(format!("moved to {to}; write that in the configuration"));
    }
    format!("{name}: {}", parts.join("; "))
}

fn standing(ctx: &Ctx, name: &str, state: &State, parts: &mut Vec<String>) {
    let app = &ctx.app;
    let now = app.now();
    if let Some(stop) = state.stopped {
        let why = match stop {
            Stop::Gone => "gone for good (410)",
            Stop::Unsteady => "it floods at every look",
        };
        parts.push(format!("stopped: {why}"));
        parts.push(format!("ask again: handbill source poll {name}"));
        return;
    }
    parts.push(match (&state.error, state.checked_at) {
        (Some(why), _) if state.failures > 1 => format!("could not be read {} times: {why}", state.failures),
        (Some(why), _) => format!("could not be read: {why}"),
        (None, Some(at)) => format!("read {}", say::relative(at, now)),
        (None, None) => "never read yet".to_owned(),
    });
    if state.flooded_at.is_some() {
        parts.push("items came that were taken for no news; see handbill status".to_owned());
    }
    let zone = &app.config.organisation.timezone;
    parts.push(match state.next_at.filter(|next| *next > now) {
        Some(next) => format!("next {}", say::full(next, &app.home_zone(), zone, now)),
        None => "due now".to_owned(),
    });
}

fn taken(listed: &Listed<'_>) -> String {
    let (one, many) = if listed.source.queue {
        ("post", "posts")
    } else {
        ("draft", "drafts")
    };
    let count = usize::try_from(listed.counts.taken).unwrap_or(0);
    match listed.counts.last_post {
        Some(post) => format!("{} so far, the last is post {post}", say::count(count, one, many)),
        None => format!("no {one} so far"),
    }
}
