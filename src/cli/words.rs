//! Deliveries in words: what became of them, when they go, how long they are, what was left out.

use crate::app::view::{DeliveryView, PostView};
use crate::domain::compose::Length;
use crate::domain::delivery::State;
use crate::domain::gates::{Blocked, Gate};
use crate::domain::lane::Timing;
use crate::domain::say;
use crate::domain::when::Zones as _;

use super::Ctx;
use super::output::Out;
use super::table::Last;

/// What, where, when, how long, what was left out, how to undo.
pub(super) fn said(out: &mut Out, ctx: &Ctx, shown: &PostView, verb: &str) {
    let post = &shown.post;
    out.line(format!("{verb} post {}, \"{}\".", post.id, post.name()));
    lines(out, ctx, shown);
    if let Some(embargo) = &post.embargo {
        let zone = &ctx.app.config.organisation.timezone;
        out.line(format!(
            "Under embargo until {}.",
            say::full(embargo.at, &ctx.app.home_zone(), zone, ctx.app.now())
        ));
    }
    super::lint::brief(out, shown);
    if verb.starts_with("Would") {
        out.line("Nothing was changed.");
    } else {
        out.line(next_steps(shown));
    }
}

/// What can be done with a post next; only what would not be refused.
fn next_steps(shown: &PostView) -> String {
    let id = shown.post.id;
    let any = |wanted: &[State]| shown.deliveries.iter().any(|d| wanted.contains(&d.row.d.state));
    let then = if any(&[State::Pending, State::Sending]) {
        format!("      Stop it: handbill cancel {id}")
    } else if any(&[State::Failed, State::Missed, State::Cancelled]) {
        format!("      Queue it again: handbill retry {id}")
    } else {
        String::new()
    };
    format!("See it as readers will: handbill preview {id}{then}")
}

/// One row a delivery.
pub(super) fn lines(out: &mut Out, ctx: &Ctx, shown: &PostView) {
    let rows: Vec<Vec<String>> = shown
        .deliveries
        .iter()
        .map(|d| vec![format!("  {}", d.row.name()), standing(ctx, d), size(d)])
        .collect();
    out.table(&[], &rows, Last::Whole);
}

/// Where a delivery stands, in words.
pub(super) fn standing(ctx: &Ctx, d: &DeliveryView) -> String {
    let app = &ctx.app;
    let tz = app.zones.zone(&d.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    stands(d, |at| say::full(at, &tz, &d.zone, app.now()))
}

fn stands(d: &DeliveryView, at: impl Fn(jiff::Timestamp) -> String) -> String {
    let trouble = d.row.d.trouble.as_ref();
    let reason = trouble.map_or(String::new(), |t| format!(": {}", t.message));
    match d.row.d.state {
        State::Published => {
            let url = d
                .parts
                .first()
                .and_then(|part| part.url.clone())
                .map_or(String::new(), |url| format!(": {url}"));
            format!("out since {}{url}", d.row.d.published_at.map_or_else(String::new, at))
        }
        State::Sending if d.row.d.wish => "going out; nothing more of it will be sent".to_owned(),
        State::Sending => "going out".to_owned(),
        State::Unknown => {
            let end = match (d.row.d.wish, d.row.d.retry_at) {
                (true, _) => "; nothing more of it will be sent",
                (false, Some(_)) => "; a running daemon looks it up",
                (false, None) => "",
            };
            format!("not sure whether it is out{reason}{end}")
        }
        State::Failed => format!("did not go out{reason}"),
        State::Missed => format!("missed{reason}"),
        State::Cancelled => "stopped".to_owned(),
        State::Retracted => "taken down".to_owned(),
        State::Pending => pending(d, at),
    }
}

fn pending(d: &DeliveryView, at: impl Fn(jiff::Timestamp) -> String) -> String {
    let retry = retry_words(d);
    let why_missed = match shut(d) {
        Some(shut) if shut.gate == Gate::Link && d.too_late => retry.as_str(),
        Some(shut) => return shut_words(d, shut, at),
        None => "",
    };
    match d.time {
        Some(time) if d.too_late => format!("set for {}, but it will be missed{why_missed}", at(time)),
        Some(time) => {
            let slot = if d.row.timing == Timing::Slot {
                "next free slot, "
            } else {
                ""
            };
            format!("{slot}{}{retry}", at(time))
        }
        None if d.blocked.iter().any(|b| b.gate == Gate::Slot && b.until.is_none()) => {
            let name = d.row.name();
            format!(
                "waits for a slot that never comes: the channel has no schedule. Give it a time: handbill move {name} --at WHEN"
            )
        }
        None => format!("waits for a free slot{retry}"),
    }
}

/// Why it is tried again, in brackets; nothing where it is not.
pub(super) fn retry_words(d: &DeliveryView) -> String {
    let trouble = d.row.d.trouble.as_ref().filter(|_| d.row.d.retry_at.is_some());
    trouble.map_or(String::new(), |t| format!(" ({})", t.message.trim_end_matches('.')))
}

/// The gate that keeps a waiting delivery until a person, or a time that is not the queue's own, opens it.
pub(super) fn shut(d: &DeliveryView) -> Option<&Blocked> {
    let gates = || d.blocked.iter().filter(|b| !b.gate.passes());
    let endless = gates().find(|b| b.until.is_none());
    endless.or_else(|| gates().next().filter(|b| d.time.is_none() || b.gate == Gate::Link))
}

/// A shut gate, with what opens it.
fn shut_words(d: &DeliveryView, shut: &Blocked, at: impl Fn(jiff::Timestamp) -> String) -> String {
    let until = |until: Option<jiff::Timestamp>| until.map_or(String::new(), |u| format!(" until {}", at(u)));
    match shut.gate {
        Gate::Draft => format!("draft, until: handbill move {} --to-slot", d.row.post),
        Gate::Embargo => format!("embargo{}", until(shut.until)),
        Gate::Hold => format!("held{}: {}", until(shut.until), shut.reason),
        Gate::Disconnected if !crate::app::channels::sends(&d.row.network) => format!("waits: {}", shut.reason),
        Gate::Link => {
            let again = shut
                .until
                .map_or(String::new(), |until| format!(" It is asked again {}", at(until)));
            format!("waits: {}{again}", shut.reason)
        }
        Gate::Disconnected => format!("the login is not accepted ({})", shut.reason),
        _ => format!("{}{}", shut.reason, until(shut.until)),
    }
}

/// How long the message is, and what was left out.
pub(super) fn size(d: &DeliveryView) -> String {
    if let Some(cannot) = &d.cannot {
        return cannot.clone();
    }
    let Some(part) = d.parts.first() else {
        return String::new();
    };
    let parts = (d.parts.len() > 1).then(|| format!("{} parts", d.parts.len()));
    let count = parts.or_else(|| length_words(part.tightest()));
    let left = left_out(d);
    let left = (!left.is_empty()).then(|| format!("left out: {left}"));
    count.into_iter().chain(left).collect::<Vec<_>>().join(", ")
}

/// A length in words; nothing where there is no limit.
pub(super) fn length_words(length: Option<&Length>) -> Option<String> {
    let length = length?;
    Some(format!(
        "{} of {} {}",
        length.count,
        length.limit?,
        unit(length.unit.as_str())
    ))
}

fn unit(word: &str) -> &str {
    match word {
        "graphemes" | "codepoints" | "utf16" | "weighted" | "threads" => "characters",
        other => other,
    }
}

/// Left out of a message where its network takes none.
const PICTURES: &str = "pictures";

/// What was dropped, in words.
pub(super) fn left_out(d: &DeliveryView) -> String {
    let words = d.dropped.iter().map(|word| match *word {
        "join" => "the join line",
        "handles" => "the handles",
        "hashtags" => "hashtags",
        "alt" => "the alt text",
        PICTURES => "the pictures, which its network does not take",
        _ => "part of the summary",
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What was left out to fit, and how to keep it; `None` where nothing was.
pub(super) fn left_out_to_fit(d: &DeliveryView) -> Option<String> {
    if d.dropped.is_empty() {
        return None;
    }
    // No summary is short enough for pictures that a network does not take.
    let for_room = d.dropped.iter().filter(|what| **what != PICTURES).count();
    if for_room == 0 {
        return Some(format!("Left out: {}.", left_out(d)));
    }
    let it = match for_room {
        1 if d.dropped.len() == 1 => "it",
        1 => "the other",
        _ if d.dropped.len() == for_room => "all",
        _ => "the others",
    };
    let shorter = match d.over {
        0 => String::new(),
        over => format!(
            " Shorten the summary by {} to keep {it}.",
            say::count(over, "character", "characters")
        ),
    };
    let to_fit = if for_room == d.dropped.len() { " to fit" } else { "" };
    Some(format!("Left out{to_fit}: {}.{shorter}", left_out(d)))
}

/// What a person can do about a delivery's trouble; nothing where a machine is finding out.
pub(super) fn hint(view: &DeliveryView) -> Option<String> {
    let name = view.row.name();
    match view.row.d.state {
        State::Unknown if view.row.d.retry_at.is_none() => Some(format!(
            "Look at the account, then: handbill resolve {name} --published URL  or  --absent"
        )),
        State::Failed | State::Missed => Some(format!("handbill retry {name}")),
        State::Pending
            if view.blocked.iter().any(|b| b.gate == Gate::Disconnected)
                && crate::app::channels::sends(&view.row.network) =>
        {
            Some(format!("handbill channel check {}", view.row.channel))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests;
