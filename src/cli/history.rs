//! `handbill history`.

use crate::app::add::time;
use crate::app::view::{DeliveryView, named};
use crate::app::{App, Fault};
use crate::domain::delivery::State;
use crate::domain::post::Post;
use crate::domain::say;
use crate::domain::when::{Span, Zones as _};
use crate::storage::{Filter, Order, Take};

use super::output::Out;
use super::table::Last;
use super::{Ctx, json};

/// What went out, and what became of the rest.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill history --since 2026-11-01
  handbill history --channel mastodon --state failed
  handbill history --since \"mon 00:00\" --format csv")]
pub(super) struct Args {
    /// From this time on
    #[arg(long, value_name = "W")]
    since: Option<String>,
    /// Up to this time
    #[arg(long, value_name = "W")]
    until: Option<String>,
    /// Only this channel
    #[arg(long, value_name = "CH")]
    channel: Option<String>,
    /// Only this state
    #[arg(long, value_name = "S", value_parser = ["sending", "unknown", "published", "retracted", "failed", "missed", "cancelled"])]
    state: Option<String>,
    /// Only posts with this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// How it is printed
    #[arg(long, default_value = "table", value_parser = ["table", "json", "csv", "ndjson"])]
    format: String,
    /// The newest so many, where no --since says how far back [default: 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let when = |option, text: &Option<String>| {
        text.as_deref()
            .map(|text| time(app, option, text, Span::Any).map(|p| p.at))
            .transpose()
    };
    let (since, until) = (when("--since", &args.since)?, when("--until", &args.until)?);
    let states = match args.state.as_deref().and_then(State::from_word) {
        Some(state) => vec![state],
        None => State::ALL
            .iter()
            .map(|(state, _)| *state)
            .filter(|state| *state != State::Pending)
            .collect(),
    };
    let limit = args.limit.map(i64::from).or_else(|| since.is_none().then_some(200));
    let mut store = ctx.open(Take::Existing).await?;
    let mut tx = store.read(app.now()).await?;
    let filter = Filter {
        channel: args.channel.clone(),
        states,
        tag: args.tag.clone(),
        since,
        until,
        limit,
        ..Filter::default()
    };
    let rows = tx.deliveries(&filter, Order::Time).await?;
    if rows.is_empty()
        && let Some(name) = &args.channel
    {
        app.channel(name)?;
    }
    let list = named(&mut tx, app, rows, &std::collections::BTreeMap::new()).await?;
    let now = tx.now;
    let mut out = Out::new(false);
    if ctx.json || args.format == "json" {
        let values: Vec<_> = list.iter().map(|(post, d)| full(app, post, d, now)).collect();
        out.raw(&format!("{}\n", serde_json::json!({ "deliveries": values })));
    } else if args.format == "ndjson" {
        for (post, d) in &list {
            out.raw(&format!("{}\n", full(app, post, d, now)));
        }
    } else if args.format == "csv" {
        csv(&mut out, &list, now);
    } else {
        table(&mut out, app, &list, now);
    }
    out.print();
    Ok(0)
}

/// A delivery with what the view `history` has of its post.
fn full(app: &App, post: &Post, d: &DeliveryView, now: jiff::Timestamp) -> serde_json::Value {
    let mut value = json::listed(app, post, d, now);
    if let Some(map) = value.as_object_mut() {
        map.insert("tags".to_owned(), serde_json::json!(post.tags));
        map.insert("created_by".to_owned(), serde_json::json!(post.created_by));
        map.insert(
            "url".to_owned(),
            serde_json::json!(d.parts.first().and_then(|p| p.url.clone())),
        );
    }
    value
}

fn table(out: &mut Out, app: &App, list: &[(Post, DeliveryView)], now: jiff::Timestamp) {
    if list.is_empty() {
        out.line("Nothing matches.");
    }
    let rows: Vec<Vec<String>> = list
        .iter()
        .map(|(post, d)| {
            let tz = app.zones.zone(&d.zone).unwrap_or(jiff::tz::TimeZone::UTC);
            let name = if post.is_embargoed(now) {
                "(hidden)".to_owned()
            } else {
                post.name()
            };
            let detail = match d.row.d.state {
                State::Published => d.parts.first().and_then(|p| p.url.clone()).unwrap_or_default(),
                _ => d.row.d.trouble.as_ref().map_or(String::new(), |t| t.message.clone()),
            };
            vec![
                d.time
                    .or(d.row.ended_at)
                    .map_or(String::new(), |at| say::stamp(at, &tz, &d.zone)),
                d.row.name(),
                word(d.row.d.state).to_owned(),
                name,
                detail,
            ]
        })
        .collect();
    out.table(&["WHEN", "DELIVERY", "STATE", "TITLE", "WHERE"], &rows, Last::Whole);
}

fn word(state: State) -> &'static str {
    match state {
        State::Published => "out",
        State::Unknown => "not sure",
        State::Failed => "did not go out",
        State::Cancelled => "stopped",
        State::Sending => "going out",
        State::Retracted => "taken down",
        State::Missed => "missed",
        State::Pending => "queued",
    }
}

fn csv(out: &mut Out, list: &[(Post, DeliveryView)], now: jiff::Timestamp) {
    out.raw("post_id,channel,network,state,title,summary,url,text,remote_url,due_at,published_at,attempts,error,tags,created_by\r\n");
    for (post, d) in list {
        let hidden = post.is_embargoed(now);
        let shown = |text: Option<&str>| {
            if hidden {
                String::new()
            } else {
                text.unwrap_or_default().to_owned()
            }
        };
        let text: Vec<&str> = d.parts.iter().map(|p| p.text.as_str()).collect();
        let set = d.row.slot_at.or(d.row.due.as_ref().map(|due| due.at));
        let fields = [
            post.id.to_string(),
            d.row.channel.clone(),
            d.row.network.clone(),
            d.row.d.state.as_str().to_owned(),
            shown(post.title.as_deref()),
            shown(post.summary.as_deref()),
            shown(post.url.as_deref()),
            shown(Some(&text.join("\n\n"))),
            d.parts
                .first()
                .and_then(|p| p.url.clone().or_else(|| p.remote_id.clone()))
                .unwrap_or_default(),
            set.map_or(String::new(), |at| at.to_string()),
            d.row.d.published_at.map_or(String::new(), |at| at.to_string()),
            d.row.attempts.to_string(),
            d.row.d.trouble.as_ref().map_or(String::new(), |t| t.message.clone()),
            post.tags.join(","),
            post.created_by.clone(),
        ];
        let line: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
        out.raw(&format!("{}\r\n", line.join(",")));
    }
}

/// A field of CSV. One that a spreadsheet would take for a formula gets an apostrophe before it.
fn quoted(field: &str) -> String {
    let mut field = super::output::clean(field);
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        field.insert(0, '\'');
    }
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}
