//! `handbill cancel`.

use crate::app::Fault;
use crate::app::change::cancel;
use crate::app::view::{DeliveryView, PostView};
use crate::domain::delivery::State;
use crate::storage::Take;

use super::words::lines;
use super::{Ctx, json, target};

/// Stop a post, or one of its deliveries. What is out stays out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill cancel 12
  handbill cancel 12/mastodon")]
pub(super) struct Args {
    /// The post, or one delivery as 12/mastodon
    #[arg(allow_negative_numbers = true)]
    id: String,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let shown = change(args, ctx)
        .await
        .map_err(|fault| fault.undone("nothing was changed"))?;
    let mut out = ctx.out();
    out.json(&json::post(&ctx.app, &shown));
    let only = args.id.split_once('/').map(|(_, channel)| channel);
    let words = said(&shown, only);
    out.line(&words[0]);
    lines(&mut out, ctx, &shown);
    for line in &words[1..] {
        out.line(line);
    }
    out.print();
    Ok(0)
}

async fn change(args: &Args, ctx: &Ctx) -> Result<PostView, Fault> {
    let target = target(&args.id)?;
    let mut store = ctx.open(Take::Existing).await?;
    cancel(&ctx.app, &mut store, &target).await
}

/// What was stopped; what could not be stopped any more, and how it goes on; how to queue again what can be.
fn said(shown: &PostView, only: Option<&str>) -> Vec<String> {
    let meant = |d: &&DeliveryView| only.is_none_or(|only| only == d.row.channel);
    let states = |wanted: State| {
        let names = shown
            .deliveries
            .iter()
            .filter(meant)
            .filter(|d| d.row.d.state == wanted);
        names.map(|d| d.row.name()).collect::<Vec<_>>()
    };
    let (stopped, going, unsure) = (states(State::Cancelled), states(State::Sending), states(State::Unknown));
    let (id, name) = (shown.post.id, shown.post.name());
    let mut words = vec![match (stopped.is_empty(), only) {
        (true, _) => format!("Post {id}, \"{name}\": it may be too late to stop."),
        (false, Some(only)) => format!("Stopped {id}/{only}, \"{name}\"."),
        (false, None) => format!("Stopped post {id}, \"{name}\"."),
    }];
    for (names, how) in [(&unsure, "may be out already"), (&going, "is going out just now")] {
        for name in names {
            words.push(format!(
                "{name} {how}. Nothing more of it will be sent; you are told when it is known: handbill status"
            ));
        }
    }
    // While it is not known whether it is out, queueing it again would be refused.
    if let [one] = stopped.as_slice() {
        words.push(format!("Queue it again: handbill retry {one}"));
    } else if !stopped.is_empty() {
        words.push(format!("Queue it again: handbill retry {id}"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::waiting::tests::post;
    use super::super::words::tests::delivery;
    use super::*;

    #[test]
    fn what_is_stopped_can_be_queued_again() {
        let shown = post(vec![delivery(State::Cancelled), delivery(State::Published)]);
        assert_eq!(
            said(&shown, None),
            [
                "Stopped post 12, \"Intensified crackdown\".",
                "Queue it again: handbill retry 12/mastodon"
            ]
        );
    }

    #[test]
    fn what_may_be_out_is_not_said_to_be_stopped() {
        let shown = post(vec![delivery(State::Unknown)]);
        assert_eq!(
            said(&shown, Some("mastodon")),
            [
                "Post 12, \"Intensified crackdown\": it may be too late to stop.",
                "12/mastodon may be out already. Nothing more of it will be sent; you are told when it is known: handbill status"
            ]
        );
    }
}
