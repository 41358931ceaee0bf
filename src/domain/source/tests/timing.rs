//! When a source is asked.

use super::*;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn answer(outcome: Outcome<'_>) -> Answer<'_> {
    Answer {
        outcome,
        retry_after: None,
        moved: None,
    }
}

/// What comes of one answer at `now`, asked every hour.
fn step(state: &State, outcome: Outcome<'_>, now: Timestamp) -> (State, Vec<Notice>) {
    after(state, "blog", HOUR, &answer(outcome), now)
}

fn wait(state: &State, now: Timestamp) -> SignedDuration {
    state.next_at.expect("a time").duration_since(now)
}

#[test]
fn a_new_source_is_asked_at_once_and_then_every_hour() {
    let state = State::new(on(0));
    assert!(due(&state, on(0)));
    let decision = Decision {
        any: true,
        ..Decision::default()
    };
    let outcome = Outcome::Read {
        decision: &decision,
        etag: Some("\"a\""),
        modified: Some("Fri"),
    };
    let (state, notices) = step(&state, outcome, on(1));
    assert_eq!((state.begun_at, state.checked_at), (Some(on(1)), Some(on(1))));
    assert_eq!(
        (state.etag.as_deref(), state.modified.as_deref()),
        (Some("\"a\""), Some("Fri"))
    );
    assert!(notices.is_empty());
    assert!(
        !due(&state, on(1))
            && !due(
                &state,
                on(2).checked_sub(SignedDuration::from_secs(1)).expect("an instant")
            )
    );
    assert!(due(&state, on(3)));
    let (same, _) = step(&state, Outcome::Same, on(3));
    assert_eq!(
        (&same.etag, same.begun_at),
        (&state.etag, Some(on(1))),
        "304 keeps what it was asked with"
    );
}

#[test]
fn never_more_than_hourly_and_not_all_at_once() {
    let times: std::collections::BTreeSet<SignedDuration> = ["blog", "news", "a", "b", "c"]
        .into_iter()
        .map(|name| {
            let (state, _) = after(
                &State::new(on(0)),
                name,
                SignedDuration::from_secs(1),
                &answer(Outcome::Same),
                on(0),
            );
            let (again, _) = after(
                &state,
                name,
                SignedDuration::from_secs(1),
                &answer(Outcome::Same),
                on(0),
            );
            assert_eq!(state.next_at, again.next_at, "always the same for a name");
            wait(&state, on(0))
        })
        .collect();
    assert!(
        times
            .iter()
            .all(|time| (HOUR..HOUR + SignedDuration::from_mins(6)).contains(time))
    );
    assert!(times.len() >= 4, "{times:?}");
    let (daily, _) = after(
        &State::new(on(0)),
        "blog",
        hours(48),
        &answer(Outcome::Failed("x")),
        on(0),
    );
    assert!(wait(&daily, on(0)) >= hours(48), "a failure never makes it more often");
}

#[test]
fn failures_double_the_pause_up_to_a_day_and_are_told_once() {
    let mut state = State {
        etag: Some("e".to_owned()),
        ..State::new(on(0))
    };
    let mut told = 0;
    for expected in [1, 2, 4, 8, 16, 24, 24, 24] {
        let (next, notices) = step(&state, Outcome::Failed("no answer"), on(0));
        assert_eq!(wait(&next, on(0)).as_hours(), expected);
        assert_eq!(next.error.as_deref(), Some("no answer"));
        assert_eq!(next.etag.as_deref(), Some("e"));
        told += notices.len();
        state = next;
    }
    assert_eq!(told, 1);
    state.failures = u32::MAX;
    let (state, _) = step(&state, Outcome::Failed("no answer"), on(0));
    assert_eq!(wait(&state, on(0)).as_hours(), 24);
    let (state, _) = step(&state, Outcome::Same, on(0));
    assert_eq!(
        (state.failures, state.error.as_deref(), wait(&state, on(0)).as_hours()),
        (0, None, 1)
    );
}

#[test]
fn a_server_that_wants_silence_gets_it() {
    let asks = |wish: SignedDuration, outcome| {
        let answer = Answer {
            retry_after: Some(wish),
            ..answer(outcome)
        };
        let (state, _) = after(&State::new(on(0)), "blog", HOUR, &answer, on(0));
        wait(&state, on(0))
    };
    assert_eq!(asks(hours(72), Outcome::Failed("busy")).as_hours(), 72);
    assert_eq!(asks(hours(5), Outcome::Same).as_hours(), 5);
    assert_eq!(
        asks(SignedDuration::from_secs(5), Outcome::Failed("busy")).as_hours(),
        1
    );
    assert_eq!(
        asks(hours(100_000), Outcome::Failed("busy")),
        asks(SILENCE_MAX, Outcome::Failed("busy"))
    );
}

#[test]
fn gone_is_gone_until_a_person_asks() {
    let (state, notices) = step(&State::new(on(0)), Outcome::Gone, on(1));
    assert_eq!((state.stopped, notices), (Some(Stop::Gone), vec![Notice::Gone]));
    assert!(!due(&state, on(100_000)) && !due(&state, on(-100_000)));
    assert!(due(&state.asked(), on(1)));
}

#[test]
fn a_move_is_told_once() {
    let moved = |state: &State, to| {
        let answer = Answer {
            moved: Some(to),
            ..answer(Outcome::Same)
        };
        after(state, "blog", HOUR, &answer, on(1))
    };
    let (state, notices) = moved(&State::new(on(0)), "https://new.example/");
    assert_eq!(notices, [Notice::Moved("https://new.example/".to_owned())]);
    let (state, notices) = moved(&state, "https://new.example/");
    assert_eq!(
        (state.moved.as_deref(), notices.len()),
        (Some("https://new.example/"), 0)
    );
    assert_eq!(moved(&state, "https://newer.example/").1.len(), 1);
    let lost = Answer {
        moved: Some("https://x.example/"),
        ..answer(Outcome::Failed("lost"))
    };
    assert_eq!(
        after(&state, "blog", HOUR, &lost, on(1)).0.moved,
        state.moved,
        "only what answers is a new address"
    );
    let back = after(&state, "blog", HOUR, &answer(Outcome::Same), on(1)).0;
    assert_eq!(back.moved, None, "it answers where it was");
}

#[test]
fn how_long_it_fails_is_never_overstated() {
    for every in [HOUR, HOUR * 30] {
        let mut state = State::new(on(0));
        let (mut now, mut first) = (on(0), None);
        for _ in 0..12 {
            state = after(&state, "blog", every, &answer(Outcome::Failed("lost")), now).0;
            let first = *first.get_or_insert(now);
            assert_eq!(failing_for(&state, "blog", every), now.duration_since(first));
            now = state.next_at.expect("it is asked again");
        }
        let (state, _) = after(&state, "blog", every, &answer(Outcome::Same), now);
        assert_eq!(failing_for(&state, "blog", every), SignedDuration::ZERO);
    }
}

#[test]
fn floods_without_news_between_them_stop_the_source() {
    let flood = Decision {
        any: true,
        flood: Some(60),
        ..Decision::default()
    };
    let quiet = Decision {
        any: true,
        ..Decision::default()
    };
    let take = Take {
        index: 0,
        keys: Keys::default(),
        waiting: None,
        echo: false,
    };
    let news = Decision {
        take: vec![take],
        ..quiet.clone()
    };
    let show = |state: &State, decision: &Decision| {
        step(
            state,
            Outcome::Read {
                decision,
                etag: None,
                modified: None,
            },
            on(1),
        )
    };
    let mut state = State::new(on(0));
    for (decision, floods) in [(&flood, 1), (&quiet, 1), (&news, 0), (&flood, 1), (&flood, 2)] {
        let (next, notices) = show(&state, decision);
        assert_eq!(next.floods, floods);
        assert_eq!(next.flooded_at, Some(on(1)), "news do not make it forgotten");
        assert_eq!(notices.len(), usize::from(decision.flood.is_some()));
        state = next;
    }
    assert_eq!(state.stopped, None);
    let (state, notices) = show(&state, &flood);
    assert_eq!(
        (state.stopped, notices),
        (Some(Stop::Unsteady), vec![Notice::Unsteady(60)])
    );
    let asked = state.asked();
    assert!(due(&asked, on(1)) && asked.floods == 0 && asked.flooded_at.is_none());
    let both = Decision { echoes: 3, ..flood };
    let (_, notices) = show(&State::new(on(0)), &both);
    assert_eq!(notices, [Notice::Flood(60), Notice::Echoes(3)]);
}

#[test]
fn while_items_wait_the_whole_feed_is_asked_for() {
    let decision = Decision {
        any: true,
        waiting: 3,
        ..Decision::default()
    };
    let outcome = Outcome::Read {
        decision: &decision,
        etag: Some("new"),
        modified: Some("new"),
    };
    let before = State {
        etag: Some("old".to_owned()),
        ..State::new(on(0))
    };
    let (state, _) = step(&before, outcome, on(1));
    assert_eq!(
        (state.etag, state.modified),
        (None, None),
        "else \"not changed\" would keep them waiting"
    );
}

#[test]
fn an_empty_feed_does_not_begin_a_source() {
    let outcome = Outcome::Read {
        decision: &Decision::default(),
        etag: None,
        modified: None,
    };
    assert_eq!(step(&State::new(on(0)), outcome, on(1)).0.begun_at, None);
}

#[test]
fn clocks_that_jump_keep_nothing_waiting_for_long() {
    let (state, _) = step(&State::new(on(0)), Outcome::Same, on(50_000));
    assert!(due(&state, on(1)), "it was ahead and was put right");
    let (state, _) = step(&state, Outcome::Same, on(1));
    assert!(!due(&state, on(1)) && due(&state, on(3)));
    let back = on(1).checked_sub(SignedDuration::from_secs(60)).expect("an instant");
    assert!(!due(&state, back), "a small correction is no reason to ask again");
    assert!(due(&state, on(70_000)));
}

#[test]
fn words_of_the_database_come_back() {
    for stop in [Stop::Gone, Stop::Unsteady] {
        assert_eq!(Stop::from_word(stop.as_str()), Some(stop));
    }
    assert_eq!(Stop::from_word("other"), None);
}
