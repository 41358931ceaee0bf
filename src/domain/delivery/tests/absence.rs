//! When absence is believed: only of a call that has ended, and only when the network has had time to show it. Each of
//! these tests fails if its rule is taken out of the machine.

use super::*;

fn unknown(doubt: Doubt) -> Delivery {
    waiting(1).state(State::Unknown).doubt(0, doubt)
}

fn acts_of(delivery: &Delivery, event: &Event) -> Vec<Act> {
    step(delivery, event, noon()).unwrap().1
}

#[test]
fn absence_is_not_believed_while_the_call_is_open() {
    let d = unknown(Doubt::Look).calling();
    for event in [
        absent(ATTEMPT),
        Event::SayAbsent {
            absent_after: SignedDuration::ZERO,
        },
    ] {
        assert_eq!(refusal(&d, &event), Some(Refused::TooEarly(None)));
    }
    let d = unknown(Doubt::Key).calling();
    assert_eq!(
        refusal(&d, &Event::ResendByKey { in_time: true }),
        Some(Refused::GoingOut)
    );
}

#[test]
fn a_person_says_absent_only_when_the_network_had_time_to_show_it() {
    let d = unknown(Doubt::Look).ended(1);
    let event = Event::SayAbsent {
        absent_after: ABSENT_AFTER,
    };
    let from = minutes_ago(1) + ABSENT_AFTER;
    let before = from - SignedDuration::from_millis(1);
    assert_eq!(step(&d, &event, before).err(), Some(Refused::TooEarly(Some(from))));
    let (d, acts) = step(&d, &event, from).unwrap();
    assert_eq!((d.state, d.parts[0].doubt), (State::Pending, Doubt::None));
    assert!(records(&acts, ATTEMPT, Evidence::Person));
}

#[test]
fn a_look_that_finds_nothing_too_early_is_repeated_when_it_can_tell() {
    let d = unknown(Doubt::Look).ended(1);
    let from = minutes_ago(1) + ABSENT_AFTER;
    let d = after(d, &[absent(ATTEMPT)]);
    assert_eq!(
        (d.state, d.parts[0].doubt, d.retry_at),
        (State::Unknown, Doubt::Look, Some(from))
    );
    let (d, acts) = step(&d, &absent(ATTEMPT), from).unwrap();
    assert_eq!(d.state, State::Pending);
    assert!(records(&acts, ATTEMPT, Evidence::Absent));
}

#[test]
fn a_resend_that_was_refused_does_not_shorten_the_wait() {
    // The first call's reply was lost, and the resend by the same key is answered "try later": both just now.
    let d = waiting(1).claimed().calling();
    let d = after(
        d,
        &[
            lost(ATTEMPT, LISTS),
            Event::ResendByKey { in_time: true },
            claim(50),
            intent(50, 51),
            not_sent(51, true),
        ],
    );
    assert_eq!((d.state, d.open.is_none()), (State::Unknown, true));
    let d = after(d, &[absent(51)]);
    assert_eq!(
        (d.state, d.parts[0].doubt),
        (State::Unknown, Doubt::Look),
        "the first may still be under way"
    );
    let person = Event::SayAbsent {
        absent_after: ABSENT_AFTER,
    };
    assert_eq!(
        refusal(&d, &person),
        Some(Refused::TooEarly(Some(noon() + ABSENT_AFTER)))
    );
}

#[test]
fn a_wish_to_stop_a_resend_does_not_shorten_the_wait() {
    let d = waiting(1).claimed().calling();
    let d = after(
        d,
        &[
            lost(ATTEMPT, LISTS),
            Event::ResendByKey { in_time: true },
            Event::Cancel,
            absent(ATTEMPT),
        ],
    );
    assert_eq!(d.state, State::Unknown);
}

#[test]
fn a_retry_does_not_shorten_the_wait() {
    let mut d = waiting(1).state(State::Failed).doubt(0, Doubt::Look);
    d.trouble = Some(trouble_at(minutes_ago(1)));
    let d = after(d, &[Event::Retry, absent(0)]);
    assert_eq!(d.state, State::Unknown);
}

#[test]
fn a_wait_beyond_the_end_of_time_never_ends() {
    let d = unknown(Doubt::Look).ended(1);
    let event = Event::SayAbsent {
        absent_after: SignedDuration::MAX,
    };
    assert_eq!(refusal(&d, &event), Some(Refused::TooEarly(Some(Timestamp::MAX))));
}

#[test]
fn believed_absence_gives_a_new_key_with_a_life_of_its_own() {
    for event in [
        absent(ATTEMPT),
        Event::SayAbsent {
            absent_after: ABSENT_AFTER,
        },
    ] {
        let d = unknown(Doubt::Look).ended(30);
        assert!(acts_of(&d, &event).contains(&Act::NewKey { part: 0 }));
        assert_eq!(after(d, &[event]).parts[0].first_intent, None);
    }
    let d = waiting(1).claimed().calling();
    assert!(
        acts_of(&d, &refused(ATTEMPT)).contains(&Act::NewKey { part: 0 }),
        "a refusal with no doubt left"
    );
}

#[test]
fn absence_of_an_older_attempt_says_nothing_of_the_newest() {
    assert_eq!(
        refusal(&unknown(Doubt::Look).ended(30), &absent(ATTEMPT - 1)),
        Some(Refused::Superseded)
    );
}

#[test]
fn every_part_in_doubt_is_looked_up_in_turn() {
    let d = waiting(2)
        .state(State::Unknown)
        .doubt(0, Doubt::Look)
        .doubt(1, Doubt::Look);
    let d = after(d, &[accepted(3, 0, Proof::Find)]);
    assert_eq!(
        (d.state, d.retry_at),
        (State::Unknown, Some(noon())),
        "the second part is next, at once"
    );
}
