//! The words of deliveries, to the letter.

use jiff::Timestamp;

use super::*;
use crate::app::view::PartView;
use crate::domain::compose::{Length, Unit};
use crate::domain::delivery::{Delivery, Part, Trouble};
use crate::domain::gates::Blocked;
use crate::domain::lane::Timing;
use crate::storage::Row;

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

/// 12/mastodon, for the slot of Tue 24 Nov 2026 17:30.
pub(in crate::cli) fn delivery(state: State) -> DeliveryView {
    let slot = at("2026-11-24T17:30:00Z");
    let added = at("2026-11-24T16:10:00Z");
    DeliveryView {
        findings: Vec::new(),
        shown: Default::default(),
        row: Row {
            d: Delivery {
                id: 1,
                state,
                token: None,
                hold_seq: 0,
                slot: None,
                wish: false,
                version: 1,
                retry_at: None,
                published_at: (state == State::Published).then_some(slot),
                parts: vec![Part::new(0)],
                open: None,
                trouble: None,
            },
            post: 12,
            channel: "mastodon".to_owned(),
            network: "mastodon".to_owned(),
            timing: Timing::Slot,
            due: None,
            ready_at: added,
            position: 1,
            slot_at: None,
            intent_at: None,
            attempts: 0,
            ended_at: None,
            added_at: added,
            frozen: Vec::new(),
            has_steps: false,
            unwritten: false,
        },
        zone: "Europe/London".to_owned(),
        time: Some(slot),
        too_late: false,
        blocked: Vec::new(),
        parts: vec![PartView {
            card: None,
            text: "Words".to_owned(),
            links: Vec::new(),
            lengths: Vec::new(),
            remote_id: None,
            url: None,
        }],
        dropped: Vec::new(),
        over: 0,
        cannot: None,
    }
}

fn stamped(d: &DeliveryView) -> String {
    stands(d, |at| {
        let tz = jiff::tz::TimeZoneDatabase::bundled().get("Europe/London").unwrap();
        say::full(at, &tz, "Europe/London", "2026-11-24T16:10:00Z".parse().unwrap())
    })
}

fn trouble(message: &str) -> Trouble {
    Trouble {
        kind: "transient".to_owned(),
        message: message.to_owned(),
        at: at("2026-11-24T16:00:00Z"),
    }
}

fn length(count: usize, limit: usize, unit: Unit) -> Length {
    Length {
        count,
        limit: Some(limit),
        unit,
    }
}

#[test]
fn what_waits_says_when_it_goes() {
    assert_eq!(
        stamped(&delivery(State::Pending)),
        "next free slot, Tue 24 Nov 2026 17:30 Europe/London (in 1 h 20 min)"
    );
}

#[test]
fn what_is_kept_says_what_would_open_it() {
    let kept = |gate, reason: &str, until: Option<&str>| {
        let mut d = delivery(State::Pending);
        d.time = None;
        d.blocked.push(Blocked {
            gate,
            reason: reason.to_owned(),
            until: until.map(at),
        });
        stamped(&d)
    };
    assert_eq!(
        kept(Gate::Draft, "it is a draft", None),
        "draft, until: handbill move 12 --to-slot"
    );
    assert_eq!(
        kept(Gate::Embargo, "it is under embargo", Some("2026-11-26T00:01:00Z")),
        "embargo until Thu 26 Nov 2026 00:01 Europe/London (in 1 day 7 h)"
    );
    assert_eq!(kept(Gate::Hold, "Earthquake", None), "held: Earthquake");
}

#[test]
fn an_unknown_frightens_nobody_while_a_machine_is_looking() {
    let mut d = delivery(State::Unknown);
    d.row.d.trouble = Some(trouble("the line broke"));
    assert_eq!(stamped(&d), "not sure whether it is out: the line broke");
    assert_eq!(
        hint(&d).as_deref(),
        Some("Look at the account, then: handbill resolve 12/mastodon --published URL  or  --absent")
    );
    d.row.d.retry_at = Some(at("2026-11-24T16:12:00Z"));
    assert_eq!(
        stamped(&d),
        "not sure whether it is out: the line broke; a running daemon looks it up"
    );
    assert_eq!(hint(&d), None, "nobody is asked what a machine can find out");
    d.row.d.wish = true;
    assert_eq!(
        stamped(&d),
        "not sure whether it is out: the line broke; nothing more of it will be sent"
    );
}

#[test]
fn what_did_not_go_out_says_why_and_names_the_cure() {
    let mut d = delivery(State::Failed);
    d.row.d.trouble = Some(trouble("the text is refused"));
    assert_eq!(stamped(&d), "did not go out: the text is refused");
    assert_eq!(hint(&d).as_deref(), Some("handbill retry 12/mastodon"));
}

#[test]
fn the_size_is_the_tightest_limit_with_what_was_left_out() {
    let mut d = delivery(State::Pending);
    d.parts[0].lengths = vec![length(288, 300, Unit::Graphemes), length(600, 3000, Unit::Bytes)];
    d.dropped = vec!["join"];
    assert_eq!(size(&d), "288 of 300 characters, left out: the join line");
    d.parts[0].lengths[1].count = 2990;
    assert_eq!(size(&d), "2990 of 3000 bytes, left out: the join line");
    d.parts[0].lengths.clear();
    assert_eq!(size(&d), "left out: the join line");
    d.cannot = Some("mastodon: too long.".to_owned());
    assert_eq!(size(&d), "mastodon: too long.");
}

#[test]
fn a_preview_ends_with_what_was_left_out_and_how_to_keep_it() {
    let mut d = delivery(State::Pending);
    assert_eq!(left_out_to_fit(&d), None);
    (d.dropped, d.over) = (vec!["join"], 21);
    assert_eq!(
        left_out_to_fit(&d).as_deref(),
        Some("Left out to fit: the join line. Shorten the summary by 21 characters to keep it.")
    );
    (d.dropped, d.over) = (vec!["join", "handles"], 1);
    assert_eq!(
        left_out_to_fit(&d).as_deref(),
        Some("Left out to fit: the join line, the handles. Shorten the summary by 1 character to keep all.")
    );
    d.dropped = vec!["join", PICTURES];
    assert_eq!(
        left_out_to_fit(&d).as_deref(),
        Some(
            "Left out: the join line, the pictures, which its network does not take. Shorten the summary by 1 character \
             to keep the other."
        )
    );
    d.dropped = vec![PICTURES];
    assert_eq!(
        left_out_to_fit(&d).as_deref(),
        Some("Left out: the pictures, which its network does not take.")
    );
}

#[test]
fn the_next_step_is_one_that_is_not_refused() {
    let next = |state| next_steps(&super::super::waiting::tests::post(vec![delivery(state)]));
    assert_eq!(
        next(State::Pending),
        "See it as readers will: handbill preview 12      Stop it: handbill cancel 12"
    );
    assert_eq!(
        next(State::Missed),
        "See it as readers will: handbill preview 12      Queue it again: handbill retry 12"
    );
    assert_eq!(next(State::Published), "See it as readers will: handbill preview 12");
}
