//! What waits, what is late, and what it lets pass.

use super::*;

const MILLI: SignedDuration = SignedDuration::from_millis(1);

#[test]
fn a_gated_post_lets_the_next_one_pass() {
    let nine = schedule(&["0 9 * * *"]);
    let lane = lane(&nine);
    let first = queued(1, "23T12:00");
    let gated = [
        Waiting {
            draft: true,
            ..first.clone()
        },
        Waiting {
            embargo: Some(at("24T09:00:01")),
            ..first.clone()
        },
        Waiting {
            retry_at: Some(at("24T09:00:01")),
            ..first
        },
    ];
    for first in gated {
        assert_eq!(
            goes(&lane, &[first, queued(2, "23T12:00")], "24T09:00"),
            goes_in(2, "2026-11-24T09:00")
        );
    }
}

#[test]
fn a_retry_keeps_its_slot_and_lets_the_next_one_use_its_own() {
    let hourly = schedule(&["0 * * * *"]);
    let mut lane = lane(&hourly);
    lane.used.insert("2026-11-24T09:00".to_owned());
    let bound = Some(("2026-11-24T09:00".to_owned(), at("24T09:00")));
    let queue = [
        Waiting {
            bound,
            retry_at: Some(at("24T10:30")),
            ..queued(1, "23T12:00")
        },
        queued(2, "23T12:00"),
    ];
    assert_eq!(goes(&lane, &queue, "24T09:30"), None, "its slot is not another's");
    assert_eq!(goes(&lane, &queue, "24T10:00"), goes_in(2, "2026-11-24T10:00"));
    lane.used.insert("2026-11-24T10:00".to_owned());
    assert_eq!(
        goes(&lane, &queue[..1], "24T10:30"),
        Some((1, None)),
        "in the slot that it has"
    );
    assert_eq!(
        goes(&lane, &queue[..1], "24T11:00"),
        goes_in(1, "2026-11-24T11:00"),
        "that one has closed"
    );
}

#[test]
fn the_rest_of_a_thread_follows_at_once() {
    let nine = schedule(&["0 9 * * *"]);
    let mut lane = lane(&nine);
    lane.last_intent = Some(at("24T17:00"));
    let rest = Waiting {
        under_way: true,
        expires: Some(at("24T12:00")),
        ..queued(1, "23T12:00")
    };
    assert_eq!(
        goes(&lane, &[rest], "24T17:01"),
        Some((1, None)),
        "no slot, no spacing, no expiry"
    );
    let rest = Waiting {
        under_way: true,
        ..timed(1, Timing::At, "23T09:00")
    };
    assert_eq!(goes(&lane, &[rest], "24T17:01"), Some((1, None)), "no lateness");
}

#[test]
fn a_resend_by_key_goes_while_the_key_tells() {
    let none = schedule(&[]);
    let lane = lane(&none);
    let queue = [Waiting {
        under_way: true,
        key_ends: Some(at("24T09:50")),
        ..queued(1, "23T12:00")
    }];
    let end = at("24T09:50");
    assert!(decide(&lane, &queue, end - MILLI).go.is_some());
    assert_eq!(late(&lane, &queue, end), [1]);
    let held = Lane {
        holds: vec![hold("24T09:00", None)],
        ..lane
    };
    assert_eq!(
        look_again(&held, &queue, at("24T09:30")),
        Some(end),
        "it is late even while it is held"
    );
}

#[test]
fn a_set_time_is_kept_to_the_lateness_limit() {
    let none = schedule(&[]);
    let lane = lane(&none);
    for timing in [Timing::At, Timing::Now] {
        let queue = [timed(1, timing, "24T09:00")];
        assert_eq!(goes(&lane, &queue, "24T08:59:59"), None);
        assert_eq!(goes(&lane, &queue, "24T11:00"), Some((1, None)));
        assert_eq!(late(&lane, &queue, at("24T11:00") + MILLI), [1]);
        let draft = [Waiting {
            draft: true,
            ..queue[0].clone()
        }];
        assert_eq!(
            late(&lane, &draft, at("25T09:00")),
            [0_i64; 0],
            "a draft waits for a person"
        );
    }
}

#[test]
fn what_expires_is_late_at_that_instant_whatever_its_timing() {
    let always = schedule(&["* * * * *"]);
    let lane = lane(&always);
    let posts = [
        queued(1, "23T12:00"),
        timed(1, Timing::At, "24T08:30"),
        timed(1, Timing::Now, "24T08:30"),
    ];
    for post in posts {
        for draft in [true, false] {
            let queue = [Waiting {
                expires: Some(at("24T09:00")),
                draft,
                ..post.clone()
            }];
            assert_eq!(late(&lane, &queue, at("24T09:00") - MILLI), [0_i64; 0]);
            assert_eq!(late(&lane, &queue, at("24T09:00")), [1]);
            assert!(decide(&lane, &queue, at("24T09:00")).go.is_none());
        }
    }
}

#[test]
fn a_hold_that_expires_is_a_release() {
    let none = schedule(&[]);
    let mut lane = lane(&none);
    let queue = [timed(1, Timing::At, "24T09:00")];
    lane.holds = vec![hold("24T08:00", Some("24T12:00"))];
    assert_eq!(
        late(&lane, &queue, at("24T12:00") - MILLI),
        [0_i64; 0],
        "a hold stops the clock of lateness"
    );
    assert_eq!(late(&lane, &queue, at("24T12:00")), [1]);
    lane.holds = vec![hold("24T08:00", Some("24T10:00"))];
    assert_eq!(goes(&lane, &queue, "24T09:59"), None);
    assert_eq!(
        late(&lane, &queue, at("24T10:00")),
        [1],
        "what passed under it is for a person to look at"
    );
    lane.holds = vec![hold("24T08:00", Some("24T09:00"))];
    assert_eq!(
        goes(&lane, &queue, "24T09:00"),
        Some((1, None)),
        "its time has not passed under it"
    );
}

#[test]
fn a_tag_that_is_held_lets_the_next_post_use_the_slot() {
    let nine = schedule(&["0 9 * * *"]);
    let mut lane = lane(&nine);
    lane.holds = vec![Hold {
        tag: Some("election".to_owned()),
        ..hold("24T08:00", None)
    }];
    let tagged = Waiting {
        tags: vec!["election".to_owned()],
        ..queued(1, "23T12:00")
    };
    assert_eq!(
        goes(&lane, &[tagged, queued(2, "23T12:00")], "24T09:00"),
        goes_in(2, "2026-11-24T09:00")
    );
}

#[test]
fn limits_beyond_the_end_of_time_are_no_trouble() {
    let nine = schedule(&["0 9 * * *"]);
    let mut lane = lane(&nine);
    lane.last_intent = Some(at("24T08:00"));
    for (limit, gap) in [
        (SignedDuration::MAX, SignedDuration::MAX),
        (SignedDuration::MIN, SignedDuration::MIN),
    ] {
        (lane.late_limit, lane.min_gap) = (limit, gap);
        let queue = [timed(1, Timing::At, "24T08:00"), queued(2, "20T00:00")];
        for now in [Timestamp::MIN, at("24T09:00"), Timestamp::MAX] {
            let decision = decide(&lane, &queue, now);
            assert!(decision.go.is_none() || now >= at("24T08:00"));
            assert!(look_again(&lane, &queue, now).is_none_or(|next| next > now));
        }
    }
}

#[test]
fn the_end_of_every_gate_is_looked_at() {
    let none = schedule(&[]);
    let due = timed(1, Timing::At, "24T09:00");
    let end = Some(at("24T09:20"));
    let embargo = Waiting {
        embargo: end,
        ..due.clone()
    };
    let retry = Waiting {
        retry_at: end,
        ..due.clone()
    };
    let paced = Lane {
        paced_until: end,
        ..lane(&none)
    };
    let spaced = Lane {
        last_intent: Some(at("24T09:10")),
        ..lane(&none)
    };
    let open = lane(&none);
    for (lane, post) in [
        (&open, embargo),
        (&open, retry),
        (&paced, due.clone()),
        (&spaced, due.clone()),
    ] {
        assert_eq!(goes(lane, std::slice::from_ref(&post), "24T09:11"), None);
        assert_eq!(look_again(lane, std::slice::from_ref(&post), at("24T09:11")), end);
        assert_eq!(goes(lane, &[post], "24T09:20"), Some((1, None)));
    }
    let held = Lane {
        holds: vec![hold("24T08:00", Some("24T09:20"))],
        ..lane(&none)
    };
    assert_eq!(look_again(&held, &[due], at("24T09:11")), end);
}
