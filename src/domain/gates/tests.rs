//! Every gate: when it is shut, why, and when it opens by itself.

use jiff::SignedDuration;

use super::*;
use crate::domain::lane::tests::{at, hold, lane, queued, schedule, timed};
use crate::domain::lane::{Hold, blocked};

fn shut(lane: &Lane<'_>, waiting: &Waiting, now: Timestamp) -> Vec<(Gate, Option<Timestamp>)> {
    own(lane, waiting, now)
        .into_iter()
        .map(|blocked| (blocked.gate, blocked.until))
        .collect()
}

#[test]
fn an_embargo_holds_to_the_millisecond_whatever_the_timing() {
    let none = schedule(&[]);
    let lane = lane(&none);
    let end = at("24T09:00");
    for post in [
        queued(1, "20T00:00"),
        timed(1, Timing::At, "24T08:00"),
        timed(1, Timing::Now, "24T08:00"),
    ] {
        let rest_of_thread = Waiting {
            under_way: true,
            ..post.clone()
        };
        for post in [post, rest_of_thread] {
            let secret = Waiting {
                embargo: Some(end),
                ..post
            };
            assert_eq!(
                shut(&lane, &secret, end - SignedDuration::from_millis(1)),
                [(Gate::Embargo, Some(end))]
            );
            assert_eq!(shut(&lane, &secret, end), []);
        }
    }
}

#[test]
fn every_shut_gate_is_named_with_the_time_at_which_it_opens() {
    let none = schedule(&[]);
    let mut lane = lane(&none);
    lane.holds = vec![hold("24T08:00", None), hold("24T08:00", Some("24T10:00"))];
    lane.disconnected = Some("the login is not good".to_owned());
    lane.last_intent = Some(at("24T08:55"));
    lane.paced_until = Some(at("24T09:01"));
    let post = Waiting {
        draft: true,
        embargo: Some(at("24T09:02")),
        retry_at: Some(at("24T09:03")),
        ..queued(1, "20T00:00")
    };
    let expected = [
        (Gate::Draft, None),
        (Gate::Embargo, Some(at("24T09:02"))),
        (Gate::Hold, None),
        (Gate::Hold, Some(at("24T10:00"))),
        (Gate::Disconnected, None),
        (Gate::Spacing, Some(at("24T09:05"))),
        (Gate::RateLimit, Some(at("24T09:01"))),
        (Gate::Retry, Some(at("24T09:03"))),
    ];
    assert_eq!(shut(&lane, &post, at("24T09:00")), expected);
    lane.disconnected = None;
    lane.holds.remove(0);
    let post = Waiting { draft: false, ..post };
    assert_eq!(shut(&lane, &post, at("24T10:00")), [], "each opens at its time");
}

#[test]
fn a_hold_over_a_tag_keeps_only_posts_with_it_and_only_while_it_stands() {
    let none = schedule(&[]);
    let mut lane = lane(&none);
    lane.holds = vec![Hold {
        tag: Some("election".to_owned()),
        ..hold("24T08:00", Some("24T10:00"))
    }];
    let tagged = Waiting {
        tags: vec!["health".to_owned(), "election".to_owned()],
        ..queued(1, "20T00:00")
    };
    assert_eq!(shut(&lane, &tagged, at("24T07:59")), []);
    assert_eq!(
        shut(&lane, &tagged, at("24T08:00")),
        [(Gate::Hold, Some(at("24T10:00")))]
    );
    assert_eq!(shut(&lane, &tagged, at("24T10:00")), []);
    assert_eq!(shut(&lane, &queued(2, "20T00:00"), at("24T09:00")), []);
}

#[test]
fn now_and_the_rest_of_a_thread_do_not_wait_for_the_spacing() {
    let none = schedule(&[]);
    let mut lane = lane(&none);
    lane.last_intent = Some(at("24T09:00"));
    let rest = Waiting {
        under_way: true,
        ..queued(1, "20T00:00")
    };
    for post in [timed(1, Timing::Now, "24T09:00"), rest] {
        assert_eq!(shut(&lane, &post, at("24T09:01")), []);
    }
}

#[test]
fn who_waits_in_the_queue_is_told_for_what() {
    let nine = schedule(&["0 9 * * *"]);
    let no_slots = schedule(&[]);
    let gates = |lane: &Lane<'_>, queue: &[Waiting], index, now| -> Vec<(Gate, Option<Timestamp>)> {
        blocked(lane, queue, index, at(now))
            .into_iter()
            .map(|blocked| (blocked.gate, blocked.until))
            .collect()
    };
    let queue = [queued(1, "20T00:00"), queued(2, "20T00:00")];
    assert_eq!(
        gates(&lane(&nine), &queue, 0, "24T08:00"),
        [(Gate::Slot, Some(at("24T09:00")))]
    );
    assert_eq!(gates(&lane(&nine), &queue, 0, "24T09:00"), []);
    assert_eq!(gates(&lane(&nine), &queue, 1, "24T09:00"), [(Gate::Order, None)]);
    assert_eq!(gates(&lane(&no_slots), &queue, 0, "24T09:00"), [(Gate::Slot, None)]);
    let draft = [
        Waiting {
            draft: true,
            ..queued(1, "20T00:00")
        },
        queued(2, "20T00:00"),
    ];
    assert_eq!(
        gates(&lane(&nine), &draft, 1, "24T09:00"),
        [],
        "a draft does not go first"
    );
}

#[test]
fn only_what_needs_a_person_or_a_far_time_does_not_pass_by_itself() {
    let stays = [Gate::Draft, Gate::Embargo, Gate::Hold, Gate::Disconnected];
    let passes = [Gate::Spacing, Gate::RateLimit, Gate::Slot, Gate::Order, Gate::Retry];
    assert!(stays.iter().all(|gate| !gate.passes()) && passes.iter().all(|gate| gate.passes()));
}
