//! The rules one by one: each of these tests fails if its rule is taken out of the machine.

use super::*;

fn in_doubt(doubt: Doubt) -> Delivery {
    waiting(1).state(State::Unknown).doubt(0, doubt)
}

fn acts(delivery: &Delivery, event: &Event) -> Vec<Act> {
    step(delivery, event, noon()).unwrap().1
}

#[test]
fn doubt_outlives_a_refusal_of_the_resend() {
    let resend = waiting(1).claimed().doubt(0, Doubt::Key).calling();
    for event in [refused(ATTEMPT), not_sent(ATTEMPT, true), not_sent(ATTEMPT, false)] {
        let d = after(resend.clone(), std::slice::from_ref(&event));
        assert_eq!(d.state, State::Unknown);
        assert!(d.in_doubt());
        assert!(
            !acts(&resend, &event).contains(&Act::NewKey { part: 0 }),
            "the key is the only way to tell"
        );
        assert_eq!(d.slot, resend.slot, "it may be public in this slot");
    }
}

#[test]
fn doubt_outlives_failing_and_a_retry() {
    let d = waiting(1).state(State::Failed).doubt(0, Doubt::Look);
    let d = after(d, &[Event::Retry]);
    assert_eq!((d.state, d.parts[0].doubt), (State::Unknown, Doubt::Look));
    assert_eq!(d.retry_at, Some(noon()), "it is looked up at once");
}

#[test]
fn a_refusal_settles_its_own_attempt() {
    let d = waiting(1).claimed().calling();
    assert!(records(&acts(&d, &refused(ATTEMPT)), ATTEMPT, Evidence::Refused));
    assert_eq!(refusal(&d, &refused(ATTEMPT - 1)), Some(Refused::Superseded));
}

#[test]
fn only_the_claim_that_stands_begins_a_call() {
    let first = after(waiting(1), &[claim(1)]);
    let second = after(first, &[Event::Edit, claim(2)]);
    assert_eq!(refusal(&second, &intent(1, 9)), Some(Refused::Claim));
    assert_eq!(
        refusal(
            &second,
            &Event::Returned {
                token: 1,
                why: Why::Gate
            }
        ),
        Some(Refused::Claim)
    );
    assert_eq!(after(second, &[intent(2, 9)]).open.map(|open| open.attempt), Some(9));
}

#[test]
fn a_claim_made_before_a_hold_or_a_release_begins_nothing() {
    let d = after(waiting(1), &[claim(1)]);
    let event = Event::Intent {
        token: 1,
        hold_seq: HOLDS + 2,
        attempt: 9,
        visible: false,
    };
    assert_eq!(refusal(&d, &event), Some(Refused::Claim));
}

#[test]
fn what_only_looking_tells_is_not_claimed() {
    assert_eq!(
        refusal(&waiting(1).doubt(0, Doubt::Look), &claim(1)),
        Some(Refused::InDoubt)
    );
}

#[test]
fn one_visible_step_is_open_at_a_time() {
    let d = after(waiting(2), &[claim(1), intent(1, 9)]);
    assert_eq!(refusal(&d, &intent(1, 10)), Some(Refused::GoingOut));
}

#[test]
fn cancelling_what_may_be_public_is_a_wish() {
    let d = after(in_doubt(Doubt::Key).ended(30), &[Event::Cancel]);
    assert_eq!((d.state, d.wish), (State::Unknown, true));
    assert_eq!(refusal(&d, &Event::ResendByKey { in_time: true }), Some(Refused::Wish));
    assert_eq!(refusal(&d, &Event::Retry), Some(Refused::State(State::Unknown)));

    let found = accepted(ATTEMPT, 0, Proof::Find);
    assert!(acts(&d, &found).contains(&Act::Tell(Notice::OutAfterAll)));
    assert_eq!(after(d.clone(), &[found]).state, State::Published);
    assert_eq!(after(d, &[absent(ATTEMPT)]).state, State::Cancelled);
}

#[test]
fn a_wish_shuts_every_further_call() {
    let waits_for_resend = waiting(1).doubt(0, Doubt::Key);
    assert_eq!(after(waits_for_resend, &[Event::Cancel]).state, State::Unknown);

    let d = after(waiting(1).claimed().doubt(0, Doubt::Key), &[Event::Cancel]);
    assert_eq!((d.state, d.wish), (State::Sending, true));
    assert_eq!(refusal(&d, &intent(TOKEN, 9)), Some(Refused::Wish));

    let d = after(
        waiting(2).claimed().calling(),
        &[Event::Cancel, accepted(ATTEMPT, 0, Proof::Answer)],
    );
    assert_eq!(
        (d.state, d.parts_out()),
        (State::Cancelled, 1),
        "the second part does not follow"
    );
}

#[test]
fn late_evidence_is_stored_and_told_whatever_the_state() {
    for (state, parts) in [
        (State::Failed, 1),
        (State::Missed, 1),
        (State::Cancelled, 1),
        (State::Cancelled, 2),
    ] {
        let d = waiting(parts).state(state);
        let found = accepted(ATTEMPT, 0, Proof::Find);
        let told = acts(&d, &found);
        assert!(told.contains(&Act::Tell(Notice::OutAfterAll)));
        assert!(records(&told, ATTEMPT, Evidence::Accepted));
        let d = after(d, &[found]);
        assert_eq!(d.parts[0].remote_id.as_deref(), Some("id-0"));
        assert_eq!(d.state, if parts == 1 { State::Published } else { state });
    }
}

#[test]
fn late_evidence_under_another_call_is_found_by_its_settle() {
    let d = waiting(1).claimed().doubt(0, Doubt::Key).calling();
    let d = after(d, &[accepted(3, 0, Proof::Find)]);
    assert_eq!((d.state, d.parts_out()), (State::Sending, 1));
    for event in [
        refused(ATTEMPT),
        not_sent(ATTEMPT, true),
        lost(ATTEMPT, LISTS),
        accepted(ATTEMPT, 0, Proof::Answer),
    ] {
        let d = after(d.clone(), &[event]);
        assert_eq!((d.state, d.open), (State::Published, None));
    }
}

#[test]
fn a_second_copy_is_told() {
    let d = waiting(1).state(State::Published).out(0);
    let event = Event::Accepted {
        attempt: Some(9),
        part: 0,
        remote_id: Some("other".into()),
        url: None,
        proof: Proof::Find,
    };
    assert!(acts(&d, &event).contains(&Act::Tell(Notice::SecondCopy)));
    assert_eq!(after(d, &[event]).parts[0].remote_id.as_deref(), Some("id-0"));
}

#[test]
fn words_are_not_edited_once_they_may_be_public() {
    assert_eq!(
        refusal(&waiting(1).claimed().calling(), &Event::Edit),
        Some(Refused::GoingOut)
    );
    assert_eq!(refusal(&in_doubt(Doubt::Look), &Event::Edit), Some(Refused::InDoubt));
    assert_eq!(refusal(&waiting(2).out(0), &Event::Edit), Some(Refused::PartOut));
    assert_eq!(
        refusal(&waiting(2).doubt(1, Doubt::Look), &Event::Edit),
        Some(Refused::InDoubt),
        "a later part, too"
    );
    assert_eq!(
        refusal(&waiting(1).state(State::Failed).doubt(0, Doubt::Look), &Event::Edit),
        Some(Refused::InDoubt)
    );
}

#[test]
fn an_edit_takes_the_claim_away_and_frees_the_slot() {
    let d = waiting(1).claimed();
    assert!(acts(&d, &Event::Edit).contains(&Act::Unfreeze));
    let d = after(d, &[Event::Edit]);
    assert_eq!((d.state, d.version, d.token, d.slot), (State::Pending, 2, None, None));
}

#[test]
fn one_resend_by_key_then_only_looking_tells() {
    let d = after(waiting(1).claimed().calling(), &[lost(ATTEMPT, LISTS)]);
    assert_eq!(d.parts[0].doubt, Doubt::Key);
    let d = after(d, &[Event::ResendByKey { in_time: true }, claim(50), intent(50, 51)]);
    assert!(d.open.as_ref().is_some_and(|open| open.resend));
    for event in [lost(51, LISTS), refused(51), not_sent(51, true)] {
        let d = after(d.clone(), &[event]);
        assert_eq!(d.parts[0].doubt, Doubt::Look);
        assert_eq!(
            refusal(&d, &Event::ResendByKey { in_time: true }),
            Some(Refused::KeyOver)
        );
    }
    assert_eq!(
        after(d, &[not_sent(51, false)]).parts[0].doubt,
        Doubt::Key,
        "this one never left"
    );
}

#[test]
fn where_nothing_can_be_looked_at_the_key_is_tried_again_after_a_pause() {
    let means = Means {
        keyed: true,
        finds: false,
    };
    let d = waiting(1).claimed().doubt(0, Doubt::Key).calling();
    let event = Event::Refused {
        attempt: ATTEMPT,
        trouble: trouble_at(noon()),
        means,
    };
    let d2 = after(d.clone(), &[event]);
    assert_eq!(d2.parts[0].doubt, Doubt::Key);
    assert!(d2.retry_at.is_some_and(|at| at > noon()), "it does not spin");
    assert_eq!(after(d, &[lost(ATTEMPT, means)]).parts[0].doubt, Doubt::Key);
}

#[test]
fn a_step_refused_before_a_resend_does_not_spin() {
    let d = waiting(1).claimed().doubt(0, Doubt::Key);
    let d = after(
        d,
        &[Event::Returned {
            token: TOKEN,
            why: Why::Refused {
                trouble: trouble_at(noon()),
            },
        }],
    );
    assert!(d.state == State::Unknown && d.retry_at.is_some_and(|at| at > noon()));
}

#[test]
fn without_a_key_a_lost_answer_is_never_resent() {
    for finds in [true, false] {
        let d = after(
            waiting(1).claimed().calling(),
            &[lost(ATTEMPT, Means { keyed: false, finds })],
        );
        assert_eq!(d.parts[0].doubt, Doubt::Look);
        assert_eq!(
            refusal(&d, &Event::ResendByKey { in_time: true }),
            Some(Refused::KeyOver)
        );
    }
}

#[test]
fn a_key_that_is_over_is_not_used() {
    assert_eq!(
        refusal(&in_doubt(Doubt::Key).ended(30), &Event::ResendByKey { in_time: false }),
        Some(Refused::KeyOver)
    );
}

#[test]
fn a_takeover_leaves_nothing_being_sent() {
    let event = Event::TakenOver {
        retry_at: noon(),
        means: LISTS,
    };
    let d = after(waiting(1).claimed().calling(), std::slice::from_ref(&event));
    assert_eq!(
        (d.state, d.parts[0].doubt, d.retry_at),
        (State::Unknown, Doubt::Key, Some(noon()))
    );
    assert_eq!(d.open.and_then(|open| open.ended_at), Some(noon()), "its call is over");
    assert_eq!(after(waiting(1).claimed(), &[event]).state, State::Pending);
}

#[test]
fn a_slot_is_freed_by_a_definite_end_and_kept_in_doubt() {
    let sending = waiting(1).claimed().calling();
    assert_eq!(after(sending.clone(), &[refused(ATTEMPT)]).slot, None);
    assert_eq!(after(sending.clone(), &[not_sent(ATTEMPT, true)]).slot, sending.slot);
    assert_eq!(after(sending.clone(), &[lost(ATTEMPT, LISTS)]).slot, sending.slot);
    assert_eq!(after(waiting(1), &[Event::Cancel]).slot, None);
    assert_eq!(after(waiting(1), &[Event::Move]).slot, None);
    let half = after(waiting(2).out(0), &[Event::Cancel]);
    assert_eq!(half.slot, sending.slot, "something went out in it");
}

#[test]
fn trouble_of_before_says_nothing_of_a_new_time_or_new_words() {
    let mut d = waiting(1);
    d.trouble = Some(trouble_at(minutes_ago(30)));
    for event in [Event::Move, Event::Edit] {
        assert_eq!(
            after(d.clone(), std::slice::from_ref(&event)).trouble,
            None,
            "{event:?}"
        );
    }
}

#[test]
fn whoever_claims_has_looked_at_the_link() {
    let mut d = waiting(1);
    d.trouble = Some(trouble_at(minutes_ago(30)));
    assert_eq!(after(d.clone(), &[claim(1)]).trouble, d.trouble);
    d.trouble.as_mut().unwrap().kind = DEAD_LINK.to_owned();
    assert_eq!(after(d, &[claim(1)]).trouble, None);
}
