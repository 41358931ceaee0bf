//! The JSON of posts, deliveries and holds. Members are pinned: add, but do not rename or drop.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::app::App;
use crate::app::view::{DeliveryView, PartView, PostView};
use crate::domain::compose::Length;
use crate::domain::delivery::{DEAD_LINK, Trouble};
use crate::domain::picture::Fitted;
use crate::domain::post::Post;
use crate::domain::when::Zones as _;
use crate::storage::HoldRow;

use super::words::hint;

/// RFC 3339 in UTC, without a fraction where there is none.
pub(super) fn utc(at: Timestamp) -> Value {
    Value::String(at.to_string())
}

pub(super) fn opt_utc(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, utc)
}

/// RFC 9557 in a zone.
pub(super) fn local(app: &App, at: Timestamp, zone: &str) -> Value {
    let tz = app.zones.zone(zone).unwrap_or(TimeZone::UTC);
    Value::String(at.to_zoned_datetime(tz).to_string())
}

fn opt_local(app: &App, at: Option<Timestamp>, zone: &str) -> Value {
    at.map_or(Value::Null, |at| local(app, at, zone))
}

fn length(length: &Length) -> Value {
    json!({ "count": length.count, "limit": length.limit, "unit": length.unit.as_str() })
}

fn part(part: &PartView) -> Value {
    let links: Vec<Value> = part
        .links
        .iter()
        .map(|link| json!({ "text": link.text, "url": link.url }))
        .collect();
    json!({
        "text": part.text,
        "links": links,
        "card": part.card,
        "length": part.tightest().map(length),
        "lengths": part.lengths.iter().map(length).collect::<Vec<_>>(),
        "remote_id": part.remote_id,
        "url": part.url,
    })
}

fn picture(fitted: &Fitted) -> Value {
    json!({
        "alt": fitted.alt, "hash": fitted.hash, "mime": fitted.mime, "width": fitted.width, "height": fitted.height,
        "bytes": fitted.bytes,
    })
}

/// A post with its deliveries.
pub(super) fn post(app: &App, view: &PostView) -> Value {
    let p = &view.post;
    json!({
        "id": p.id,
        "state": view.state(),
        "url": p.url,
        "title": p.title,
        "summary": p.summary,
        "language": p.language,
        "tags": p.tags,
        "hashtags": p.hashtags,
        "warning": p.warning,
        "visibility": p.visibility.as_str(),
        "texts": p.texts,
        "thread": p.thread,
        "images": p.pictures.iter().map(|i| json!({ "hash": i.hash, "alt": i.alt })).collect::<Vec<_>>(),
        "embargo": opt_utc(p.embargo.as_ref().map(|e| e.at)),
        "embargo_local": opt_local(app, p.embargo.as_ref().map(|e| e.at), &app.config.organisation.timezone),
        "expires": opt_utc(p.expires.as_ref().map(|e| e.at)),
        "expires_local": opt_local(app, p.expires.as_ref().map(|e| e.at), &app.config.organisation.timezone),
        "created_at": utc(p.created_at),
        "created_by": p.created_by,
        "deliveries": view.deliveries.iter().map(|d| delivery(app, d)).collect::<Vec<_>>(),
    })
}

/// A kind that readers of the JSON know: a dead link is asked again.
fn kind(trouble: &Trouble) -> &str {
    match trouble.kind.as_str() {
        DEAD_LINK => "transient",
        kind => kind,
    }
}

/// A delivery, for those who may see its words.
pub(super) fn delivery(app: &App, view: &DeliveryView) -> Value {
    let row = &view.row;
    let blocked: Vec<Value> = view
        .blocked
        .iter()
        .map(|b| json!({ "gate": b.gate.as_str(), "reason": b.reason, "until": opt_utc(b.until) }))
        .collect();
    let error = row
        .d
        .trouble
        .as_ref()
        .map(|t| json!({ "kind": kind(t), "message": t.message, "hint": hint(view), "at": utc(t.at) }));
    json!({
        "id": row.name(),
        "post": row.post,
        "channel": row.channel,
        "network": row.network,
        "state": row.d.state.as_str(),
        "timing": row.timing.as_str(),
        "due_at": opt_utc(view.time),
        "due_local": opt_local(app, view.time, &view.zone),
        "too_late": view.too_late,
        "blocked_by": blocked,
        "parts": view.parts.iter().map(part).collect::<Vec<_>>(),
        "images": view.shown.pictures.iter().map(picture).collect::<Vec<_>>(),
        "thumbnail": view.shown.thumb.as_ref().map(picture),
        "dropped": view.dropped,
        "lint": view.findings.iter().map(super::lint::json).collect::<Vec<_>>(),
        "parts_out": row.d.parts_out(),
        "attempts": row.attempts,
        "wish": row.d.wish.then_some("cancel"),
        "retry_at": opt_utc(row.d.retry_at),
        "published_at": opt_utc(row.d.published_at),
        "published_local": opt_local(app, row.d.published_at, &view.zone),
        "error": error,
    })
}

/// A delivery beside its post's title, for lists. Under embargo neither title nor text is shown.
pub(super) fn listed(app: &App, post: &Post, view: &DeliveryView, now: Timestamp) -> Value {
    let mut value = delivery(app, view);
    let hidden = post.is_embargoed(now);
    if let Some(map) = value.as_object_mut() {
        map.insert("title".to_owned(), if hidden { Value::Null } else { json!(post.title) });
        map.insert("embargo".to_owned(), opt_utc(post.embargo.as_ref().map(|e| e.at)));
        if hidden {
            map.insert("parts".to_owned(), json!([]));
        } else {
            map.insert("post_url".to_owned(), json!(post.url));
        }
    }
    value
}

/// A hold.
pub(super) fn hold(hold: &HoldRow) -> Value {
    let (scope, name) = hold.scope.words();
    json!({
        "id": hold.id, "scope": scope, "name": name, "reason": hold.reason, "by": hold.by,
        "since": utc(hold.since), "until": opt_utc(hold.until),
    })
}
