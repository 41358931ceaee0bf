//! `handbill hold` and `handbill release`.

use crate::app::Fault;
use crate::app::add::time;
use crate::app::hold::{Overdue, Standing, hold as stop, release as go_on};
use crate::domain::say;
use crate::domain::when::Span;
use crate::report::shell;
use crate::storage::{Scope, Take};

use super::queue::{held, held_by, scope_words};
use super::{Ctx, json};

/// Stop everything, a channel or a tag.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill hold --reason \"Earthquake, no posts until the board says so\"
  handbill hold --channel mastodon --reason \"New account coming\" --until \"mon 09:00\"")]
pub(super) struct HoldArgs {
    /// Only this channel
    #[arg(long, value_name = "CH", conflicts_with = "tag")]
    channel: Option<String>,
    /// Only posts with this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// It ends by itself at this time
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
}

/// Go on. Without --channel or --tag it ends the holds over everything only.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill release
  handbill release --channel mastodon --overdue space")]
pub(super) struct ReleaseArgs {
    /// The hold on this channel
    #[arg(long, value_name = "CH", conflicts_with = "tag")]
    channel: Option<String>,
    /// The hold on this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// What becomes of set times that passed meanwhile
    #[arg(long, value_name = "HOW", default_value = "review", value_parser = ["review", "space", "cancel"])]
    overdue: String,
}

fn scope(channel: Option<&String>, tag: Option<&String>) -> Scope {
    match (channel, tag) {
        (Some(name), _) => Scope::Channel(name.clone()),
        (None, Some(tag)) => Scope::Tag(tag.clone()),
        (None, None) => Scope::All,
    }
}

pub(super) async fn hold(args: &HoldArgs, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let until = args
        .until
        .as_deref()
        .map(|text| time(app, "--until", text, Span::Future).map(|p| p.at))
        .transpose()
        .map_err(|fault| fault.undone("nothing was held"))?;
    let scope = scope(args.channel.as_ref(), args.tag.as_ref());
    let mut store = ctx.open(Take::Create).await?;
    let standing = stop(app, &mut store, &scope, &args.reason, until)
        .await
        .map_err(|fault| fault.undone("nothing was held"))?;
    let mut out = ctx.out();
    out.json(&document(&standing));
    if let Some(hold) = standing.holds.iter().rev().find(|hold| hold.scope == scope) {
        out.line(format!("{}. Nothing more will start.", held_by(ctx, hold)));
    }
    match &scope {
        Scope::Channel(_) if standing.concerns == 0 => out.line("Nothing waits there now."),
        Scope::Tag(_) if standing.concerns == 0 => out.line("No waiting post has this tag now."),
        _ => {}
    }
    if let Some(line) = in_flight(&standing.in_flight) {
        out.line(line);
    }
    out.line(format!("When it is over: {}", release_line(&scope)));
    out.print();
    Ok(0)
}

pub(super) async fn release(args: &ReleaseArgs, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let overdue = match args.overdue.as_str() {
        "space" => Overdue::Space,
        "cancel" => Overdue::Cancel,
        _ => Overdue::Review,
    };
    let mut store = ctx.open(Take::Create).await?;
    let scope = scope(args.channel.as_ref(), args.tag.as_ref());
    let standing = go_on(app, &mut store, &scope, overdue)
        .await
        .map_err(|fault| fault.undone("nothing was changed"))?;
    if standing.ended == 0 && scope != Scope::All {
        return Err(no_such_hold(ctx, &scope, &standing).undone("nothing was changed"));
    }
    let mut out = ctx.out();
    out.json(&document(&standing));
    for line in released(ctx, &standing, &scope, overdue) {
        out.line(line);
    }
    for hold in &standing.holds {
        out.line(format!("Still {}", held(ctx, hold).replacen('H', "h", 1)));
        out.line(format!("  End it: {}", release_line(&hold.scope)));
    }
    out.print();
    Ok(0)
}

/// The command that ends a hold of this scope.
fn release_line(scope: &Scope) -> String {
    match scope {
        Scope::All => "handbill release".to_owned(),
        Scope::Channel(name) => format!("handbill release --channel {}", shell::quoted(name)),
        Scope::Tag(tag) => format!("handbill release --tag {}", shell::quoted(tag)),
    }
}

/// What had started before a hold.
fn in_flight(names: &[String]) -> Option<String> {
    let post = names.first()?.split('/').next().unwrap_or_default();
    Some(format!(
        "{} had started before that: {}. Watch it: handbill show {post}",
        say::count(names.len(), "delivery", "deliveries"),
        names.join(", ")
    ))
}

/// There is no hold of the scope that was named: what stands instead.
fn no_such_hold(ctx: &Ctx, scope: &Scope, standing: &Standing) -> Fault {
    let holds: Vec<String> = standing
        .holds
        .iter()
        .map(|hold| format!("{} ({})", held_by(ctx, hold), release_line(&hold.scope)))
        .collect();
    let hint = if holds.is_empty() {
        "Nothing is held.".to_owned()
    } else {
        holds.join("\n")
    };
    Fault::Rule {
        what: format!("There is no hold over {}.", scope_words(scope)),
        hint: Some(hint),
    }
}

fn released(ctx: &Ctx, standing: &Standing, scope: &Scope, overdue: Overdue) -> Vec<String> {
    let app = &ctx.app;
    let (tz, zone) = (app.home_zone(), &app.config.organisation.timezone);
    if standing.ended == 0 {
        return if standing.holds.is_empty() {
            vec!["Nothing is held.".to_owned()]
        } else {
            vec![format!("There is no hold over {}.", scope_words(scope))]
        };
    }
    let mut first = format!("Released, {}, by {}.", say::stamp(standing.at, &tz, zone), app.user);
    if standing.closed > 0 {
        let closed = say::count(standing.closed, "passed slot is closed", "passed slots are closed");
        first.push_str(&format!(" {closed}."));
    }
    if standing.overdue.is_empty() {
        return vec![first];
    }
    first.push_str(&format!(" {}:", overdue_words(standing.overdue.len(), overdue)));
    let mut lines = vec![first];
    let names = standing.overdue.iter();
    lines.extend(names.map(|(name, due)| format!("  {name} ({})", say::stamp(*due, &tz, zone))));
    if overdue == Overdue::Review {
        lines.push(format!("Send one: handbill retry {}", standing.overdue[0].0));
    }
    lines
}

/// What became of the set times that passed.
fn overdue_words(number: usize, overdue: Overdue) -> String {
    let one = number == 1;
    let done = match overdue {
        Overdue::Review if one => "is overdue and was marked missed for your review",
        Overdue::Review => "are overdue and were marked missed for your review",
        Overdue::Space if one => "is overdue and goes out now",
        Overdue::Space => "are overdue and go out one after another",
        Overdue::Cancel if one => "is overdue and was stopped",
        Overdue::Cancel => "are overdue and were stopped",
    };
    format!("{} with a set time {done}", say::count(number, "post", "posts"))
}

fn document(standing: &Standing) -> serde_json::Value {
    serde_json::json!({
        "holds": standing.holds.iter().map(json::hold).collect::<Vec<_>>(),
        "in_flight": standing.in_flight,
        "overdue": standing.overdue.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "closed_slots": standing.closed,
        "ended": standing.ended,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_flight_is_told_with_a_number_and_a_command() {
        let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            in_flight(&names(&["16/facebook"])).as_deref(),
            Some("1 delivery had started before that: 16/facebook. Watch it: handbill show 16")
        );
        assert_eq!(
            in_flight(&names(&["16/facebook", "16/x"])).as_deref(),
            Some("2 deliveries had started before that: 16/facebook, 16/x. Watch it: handbill show 16")
        );
        assert_eq!(in_flight(&[]), None);
    }

    #[test]
    fn one_overdue_post_is_spoken_of_as_one() {
        assert_eq!(
            overdue_words(1, Overdue::Review),
            "1 post with a set time is overdue and was marked missed for your review"
        );
        assert_eq!(
            overdue_words(2, Overdue::Review),
            "2 posts with a set time are overdue and were marked missed for your review"
        );
    }

    #[test]
    fn a_hold_is_ended_by_a_command_that_can_be_pasted() {
        assert_eq!(release_line(&Scope::All), "handbill release");
        assert_eq!(
            release_line(&Scope::Tag("annual report".to_owned())),
            "handbill release --tag 'annual report'"
        );
    }
}
