//! The words of the typical refusals, to the letter.

use super::*;
use crate::domain::delivery::Refused;
use crate::domain::when::WhenError;

fn when(message: &str, candidates: &[&str]) -> Report {
    let error = WhenError {
        message: message.to_owned(),
        candidates: candidates.iter().map(|c| (*c).to_owned()).collect(),
    };
    let text = String::new();
    Report::from(
        &Fault::When {
            option: "--at",
            text,
            error,
        }
        .undone("nothing was added"),
    )
}

#[test]
fn an_hour_that_comes_twice_is_refused_with_both_choices() {
    let report = when(
        "01:30 on Sun 31 Oct 2027 comes twice in Europe/London; the clocks go back",
        &["2027-10-31T01:30+01:00", "2027-10-31T01:30+00:00"],
    );
    assert_eq!(
        report.said(),
        "nothing was added. 01:30 on Sun 31 Oct 2027 comes twice in Europe/London; the clocks go back."
    );
    assert_eq!(
        report.hint.as_deref(),
        Some("Choose: --at 2027-10-31T01:30+01:00 (the first)  or  --at 2027-10-31T01:30+00:00 (the second)")
    );
    assert_eq!(report.kind.exit_code(), 3);
}

#[test]
fn other_choices_are_quoted_for_a_shell_and_not_numbered() {
    let report = when("\"fri\" can be two days", &["2026-11-27 09:00", "2026-12-04 09:00"]);
    assert_eq!(
        report.hint.as_deref(),
        Some("Choose: --at '2026-11-27 09:00'  or  --at '2026-12-04 09:00'")
    );
    assert_eq!(
        when("that is no time", &[]).said(),
        "nothing was added. --at: that is no time."
    );
}

#[test]
fn a_wrong_channel_names_the_nearest() {
    let fault = Fault::NoSuchChannel {
        name: "bluesy".to_owned(),
        nearest: Some("bluesky".to_owned()),
    };
    let report = Report::from(&fault.undone("nothing was added"));
    assert_eq!(
        report.said(),
        "nothing was added. There is no channel \"bluesy\". The nearest is \"bluesky\"."
    );
    assert_eq!(report.hint.as_deref(), Some("All channels: handbill channel list"));
    assert_eq!(report.kind.exit_code(), 4);
}

#[test]
fn a_duplicate_says_where_and_when_and_how_to_add_it_all_the_same() {
    let fault = Fault::Duplicate {
        channel: "mastodon".to_owned(),
        post: 11,
        state: "published".to_owned(),
        when: "Mon 23 Nov 2026 09:00 Europe/London".to_owned(),
    };
    let report = Report::from(&fault.undone("nothing was added"));
    assert_eq!(
        report.said(),
        "nothing was added. This article went out on mastodon on Mon 23 Nov 2026 09:00 Europe/London (post 11)."
    );
    assert_eq!(
        report.hint.as_deref(),
        Some("Look: handbill show 11      Add it all the same: repeat the command with --allow-duplicate")
    );
}

#[test]
fn every_refusal_of_a_delivery_names_a_next_step() {
    let refused = |act, state| {
        Report::from(
            &Fault::Refused {
                act,
                delivery: "17/mastodon".to_owned(),
                refused: Refused::State(state),
                state,
                until: None,
            }
            .undone("nothing was changed"),
        )
    };
    let waits = refused("retry", State::Pending);
    assert_eq!(waits.said(), "nothing was changed. 17/mastodon waits already.");
    assert_eq!(
        waits.hint.as_deref(),
        Some("Send it now: handbill edit 17 --now      At another time: handbill move 17/mastodon --at WHEN")
    );
    let stopped = refused("move", State::Cancelled);
    assert_eq!(
        stopped.said(),
        "nothing was changed. 17/mastodon was stopped and waits for nothing."
    );
    assert_eq!(
        stopped.hint.as_deref(),
        Some("Queue it again: handbill retry 17/mastodon")
    );
    for act in ["move", "cancel", "retry", "resolve", "edit"] {
        for (state, _) in State::ALL {
            let report = refused(act, state);
            assert!(
                report.hint.is_some_and(|hint| hint.contains("handbill ")),
                "{act} {state:?}"
            );
        }
    }
}

#[test]
fn only_a_refusal_says_that_nothing_was_done() {
    let broken = Report::from(&Fault::Broken("x".to_owned()).undone("nothing was added"));
    assert!(!broken.said().contains("nothing was added"), "{}", broken.said());
}

#[test]
fn a_better_next_step_stands_for_the_usual_one() {
    let report = Report::from(&Fault::NoSuchPost(4).hinted("Look elsewhere."));
    assert_eq!(report.hint.as_deref(), Some("Look elsewhere."));
    assert_eq!(report.kind, Kind::NotFound);
}
