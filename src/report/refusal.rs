//! A refusal of the state machine in words.

use super::{Kind, Report};
use crate::domain::delivery::{Refused, State};

/// What the state machine refused, and what can be done instead.
pub(super) fn words(act: &str, delivery: &str, refused: Refused, state: State, until: Option<&str>) -> Report {
    let post = delivery.split('/').next().unwrap_or(delivery);
    let look = format!("Look: handbill show {post}");
    let (what, next) = match refused {
        Refused::State(_) => match (act, state) {
            (_, State::Unknown) => (
                format!("it is not known whether {delivery} is out"),
                format!("When you have looked: handbill resolve {delivery} --published URL  or  --absent"),
            ),
            ("retry", State::Pending) => (
                format!("{delivery} waits already"),
                format!(
                    "Send it now: handbill edit {post} --now      At another time: handbill move {delivery} --at WHEN"
                ),
            ),
            ("resolve", _) => (
                format!("{delivery} {}, so there is no doubt to resolve", word(state)),
                look,
            ),
            (_, State::Failed | State::Missed | State::Cancelled) => (
                format!("{delivery} {} and waits for nothing", word(state)),
                format!("Queue it again: handbill retry {delivery}"),
            ),
            _ => (format!("{delivery} {}", word(state)), look),
        },
        Refused::GoingOut => (format!("{delivery} is going out just now"), look),
        Refused::InDoubt => (
            format!("{delivery} may be out already; that is being found out first"),
            look,
        ),
        Refused::PartOut => (format!("{delivery} is out, or a part of it"), look),
        Refused::Wish => (format!("{delivery} is being stopped"), look),
        Refused::TooEarly(None) => (
            format!("the call for {delivery} has not ended yet"),
            "Try again in a minute.".to_owned(),
        ),
        Refused::TooEarly(Some(_)) => (
            format!("it is too early to say that {delivery} is not there: the network may still show it"),
            format!(
                "From {} on: handbill resolve {delivery} --absent",
                until.unwrap_or("a few minutes")
            ),
        ),
        Refused::Claim | Refused::Superseded | Refused::KeyOver => (format!("{delivery} was changed meanwhile"), look),
    };
    let mut letters = what.chars();
    let what: String = letters
        .next()
        .map_or(String::new(), |c| c.to_uppercase().chain(letters).collect());
    Report::new(Kind::Refused, format!("{what}.")).hint(next)
}

/// What stands of a delivery in this state, after its name.
fn word(state: State) -> &'static str {
    match state {
        State::Pending => "waits",
        State::Sending => "is going out",
        State::Published => "is out",
        State::Unknown => "may be out",
        State::Failed => "did not go out",
        State::Missed => "was missed",
        State::Cancelled => "was stopped",
        State::Retracted => "was taken down",
    }
}
