//! `handbill source check`.

use serde_json::{Value, json};

use crate::app::Fault;
use crate::app::sources::{Checked, Found, check, named};
use crate::config::Source;
use crate::domain::say;
use crate::domain::source::TAKE_MAX;
use crate::report::Kind;
use crate::sources::{ITEMS_MAX, Item};
use crate::storage::Take;

use super::super::output::Out;
use super::super::{Ctx, json};
use super::{asking, error, none};

pub(super) async fn run(ctx: &Ctx, name: Option<&str>) -> Result<u8, Fault> {
    let app = &ctx.app;
    let sources = named(app, name)?;
    let mut store = if app.database.exists() {
        Some(ctx.open(Take::Existing).await?)
    } else {
        None
    };
    let mut checked = Vec::new();
    for source in sources {
        asking(ctx, &source.name);
        checked.push((source, check(app, store.as_mut(), source).await?));
    }
    let mut out = ctx.out();
    let documents: Vec<Value> = checked.iter().map(|(source, c)| document(ctx, source, c)).collect();
    out.json(&json!({ "sources": documents }));
    for (source, checked) in &checked {
        say(ctx, &mut out, source, checked);
    }
    if checked.is_empty() {
        none(&mut out);
    }
    out.print();
    let good = checked.iter().all(|(_, checked)| checked.found.is_ok());
    Ok(if good { 0 } else { Kind::Network.exit_code() })
}

fn document(ctx: &Ctx, source: &Source, checked: &Checked) -> Value {
    let found = checked.found.as_ref().ok();
    let new: Vec<Value> = found.iter().flat_map(|found| &found.new).map(item).collect();
    let why = checked.found.as_ref().err();
    json!({
        "source": source.name,
        "url": source.url,
        "ok": found.is_some(),
        "title": found.and_then(|found| found.title.clone()),
        "language": found.and_then(|found| found.language.clone()),
        "items": found.map(|found| found.items),
        "repeated": found.map(|found| found.repeated),
        "cut": found.map(|found| found.cut),
        "new": new,
        "waiting": found.map(|found| found.waiting),
        "flood": found.and_then(|found| found.flood),
        "echoes": found.map(|found| found.echoes),
        "moved": checked.moved,
        "error": why.map(|why| error(ctx, "unreadable", why, &source.name)),
    })
}

fn item(item: &Item) -> Value {
    json!({
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "published": json::opt_utc(item.published),
        "language": item.language,
    })
}

fn say(ctx: &Ctx, out: &mut Out, source: &Source, checked: &Checked) {
    let name = &source.name;
    match &checked.found {
        Err(why) => out.line(format!("{name}: cannot be read: {why}.")),
        Ok(found) => say_found(ctx, out, source, found),
    }
    if let Some(to) = &checked.moved {
        out.line(format!(
            "  It has moved for good to {to}; write that in the configuration."
        ));
    }
}

fn say_found(ctx: &Ctx, out: &mut Out, source: &Source, found: &Found) {
    let title = found
        .title
        .as_ref()
        .map_or(String::new(), |title| format!("\"{title}\" is "));
    let language = found.language.as_ref().map_or(String::new(), |tag| format!(" ({tag})"));
    let items = say::count(found.items, "item", "items");
    let new = found.new.len();
    let what = match (found.flood, new, source.queue) {
        (Some(flood), ..) => format!("{flood} are new at once, which is more than news: none of them would be taken"),
        (None, 0, false) => "nothing would become a draft now".to_owned(),
        (None, 0, true) => "nothing would be queued now".to_owned(),
        (None, n, true) => format!("{n} would be queued now"),
        (None, 1, false) => "1 would become a draft now".to_owned(),
        (None, n, false) => format!("{n} would become drafts now"),
    };
    let end = if new == 0 { '.' } else { ':' };
    out.line(format!(
        "{}: {title}a feed of {items}{language}; {what}{end}",
        source.name
    ));
    for item in &found.new {
        out.line(format!("  {}", line(ctx, item)));
    }
    if source.queue && found.new.iter().any(|item| item.url.is_none()) {
        out.line("  What has no link that readers could follow would wait as a draft.");
    }
    if found.echoes > 0 {
        out.line(format!(
            "  {} have titles and words of earlier ones that are gone: taken to be the same, they would be left out.",
            found.echoes
        ));
    }
    if found.waiting > 0 {
        let waiting = found.waiting;
        out.line(format!("  {waiting} more would wait: a poll takes at most {TAKE_MAX}."));
    }
    rest(ctx, out, found);
}

/// What the feed has beside its news.
fn rest(ctx: &Ctx, out: &mut Out, found: &Found) {
    let app = &ctx.app;
    let known = found
        .items
        .saturating_sub(found.new.len() + found.waiting + found.flood.unwrap_or(0) + found.echoes);
    if known > 0 {
        let are = if known == 1 { "is" } else { "are" };
        let day = app.home_zone().to_datetime(found.added_at).strftime("%a %-d %b %Y");
        out.line(format!(
            "  {known} {are} known, undated, or older than the day it was added ({day})."
        ));
    }
    if found.repeated > 0 {
        let items = say::count(found.repeated, "further item has", "further items have");
        out.line(format!("  {items} the id of an earlier one and would be left out."));
    }
    if found.cut {
        out.line(format!("  It has more than {ITEMS_MAX} items; the rest was not read."));
    }
}

fn line(ctx: &Ctx, item: &Item) -> String {
    let app = &ctx.app;
    let zone = &app.config.organisation.timezone;
    let when = item
        .published
        .map_or("no date".to_owned(), |at| say::stamp(at, &app.home_zone(), zone));
    let title = item.title.as_deref().unwrap_or("(no title)");
    let url = item.url.as_deref().unwrap_or("(no link)");
    format!("{when}  {title}  {url}")
}
