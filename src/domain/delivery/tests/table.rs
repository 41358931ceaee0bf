//! Every pair of state and event, written out. A column is a situation, a row an event, a cell the state that follows
//! or the reason of the refusal.

use std::collections::BTreeSet;

use super::*;

/// States: `Pe`nding, `Se`nding, `Un`known, `Pu`blished, `Re`tracted, `Fa`iled, `Mi`ssed, `Ca`ncelled.
/// Refusals: `-` not in this state, `c` another claim or a hold, `w` a wish to stop, `g` going out just now, `d` in doubt,
/// `o` a part is out, `e` too early, `s` not the open attempt, `k` the key tells nothing.
const TABLE: &str = "
                     |P  P1 PK|S  S1 SK SW O  OW OK O2 OD|U  UL UY UN UW U2|Pu Re F  F1 FD M  C  C1
claim                |Se Se Se|-  -  -  -  -  -  -  -  - |-  -  -  -  -  - |-  -  -  -  -  -  -  -
visible-step         |-  -  - |Se Se Se w  g  w  g  g  g |-  -  -  -  -  - |-  -  -  -  -  -  -  -
hidden-step          |-  -  - |Se Se Se w  Se w  Se Se Se|-  -  -  -  -  - |-  -  -  -  -  -  -  -
step-of-other-claim  |-  -  - |c  c  c  c  c  c  c  c  c |-  -  -  -  -  - |-  -  -  -  -  -  -  -
step-after-a-hold    |-  -  - |c  c  c  c  c  c  c  c  c |-  -  -  -  -  - |-  -  -  -  -  -  -  -
accepted             |Pu Pu Pu|Pu Pu Pu Pu Pu Pu Pu Se Un|Pu Pu Pu Pu Pu Pe|Pu Re Fa Pu Pu Pu Ca Pu
found-of-older       |Pu Pu Pu|Pu Pu Pu Pu Se Se Se Se Se|Pu Pu Pu Pu Pu Pe|Pu Re Fa Pu Pu Pu Ca Pu
refused              |s  s  s |s  s  s  s  Fa Fa Un Fa Fa|Un Un Un s  Un Un|s  s  s  s  s  s  s  s
not-sent             |s  s  s |s  s  s  s  Pe Ca Un Pe Pe|Un Un Un s  Un Un|s  s  s  s  s  s  s  s
signed-out           |s  s  s |s  s  s  s  Pe Ca Un Pe Pe|Un Un Un s  Un Un|s  s  s  s  s  s  s  s
lost                 |s  s  s |s  s  s  s  Un Un Un Un Un|Un Un Un s  Un Un|s  s  s  s  s  s  s  s
gate-closed          |-  -  - |Pe Pe Un Un g  g  g  g  g |-  -  -  -  -  - |-  -  -  -  -  -  -  -
hidden-step-later    |-  -  - |Pe Pe Un Un g  g  g  g  g |-  -  -  -  -  - |-  -  -  -  -  -  -  -
link-dead            |-  -  - |Pe Pe Un Un g  g  g  g  g |-  -  -  -  -  - |-  -  -  -  -  -  -  -
hidden-step-login    |-  -  - |Pe Pe Un Un g  g  g  g  g |-  -  -  -  -  - |-  -  -  -  -  -  -  -
hidden-step-refused  |-  -  - |Fa Fa Un Un g  g  g  g  g |-  -  -  -  -  - |-  -  -  -  -  -  -  -
return-of-other-claim|-  -  - |c  c  c  c  c  c  c  c  c |-  -  -  -  -  - |-  -  -  -  -  -  -  -
taken-over           |-  -  - |Pe Pe Un Un Un Un Un Un Un|-  -  -  -  -  - |-  -  -  -  -  -  -  -
absent               |-  -  - |-  -  -  -  -  -  -  -  - |Pe Pe Un Pe Ca Pe|-  -  -  -  -  -  -  -
no-answer            |-  -  - |-  -  -  -  -  -  -  -  - |Un Un Un Un Un Un|-  -  -  -  -  -  -  -
resend-in-time       |-  -  - |-  -  -  -  -  -  -  -  - |Pe k  k  k  w  k |-  -  -  -  -  -  -  -
resend-over          |-  -  - |-  -  -  -  -  -  -  -  - |k  k  k  k  w  k |-  -  -  -  -  -  -  -
late                 |Mi o  Un|-  -  -  -  -  -  -  -  - |-  -  -  -  -  - |-  -  -  -  -  -  -  -
cancel               |Ca Ca Un|Ca Ca Se Se Se Se Se Se Se|Un Un Un Un Un Un|-  -  -  -  -  -  -  -
retry                |-  -  - |-  -  -  -  -  -  -  -  - |-  -  -  -  -  - |-  -  Pe Pe Un Pe Pe Pe
move                 |Pe Pe d |Pe Pe d  d  g  g  g  g  g |-  -  -  -  -  - |-  -  -  -  -  -  -  -
edit                 |Pe o  d |Pe o  d  d  g  g  g  g  g |d  d  d  d  d  d |o  o  Fa o  d  Mi Ca o
say-published        |-  -  - |-  -  -  -  -  -  -  -  - |Pu Pu Pu Pu Pu Pe|-  -  -  -  -  -  -  -
say-absent           |-  -  - |-  -  -  -  -  -  -  -  - |Pe Pe e  Pe Ca Pe|-  -  -  -  -  -  -  -
";

/// The deliveries that the columns stand for.
fn situation(name: &str) -> Delivery {
    let d = waiting(
        if ["P1", "S1", "O2", "OD", "U2", "F", "F1", "C", "C1"].contains(&name) {
            2
        } else {
            1
        },
    );
    match name {
        "P" => d,
        "P1" => d.out(0),
        "PK" => d.doubt(0, Doubt::Key),
        "S" => d.claimed(),
        "S1" => d.claimed().out(0),
        "SK" => d.claimed().doubt(0, Doubt::Key),
        "SW" => d.claimed().doubt(0, Doubt::Key).wished(),
        "O" | "O2" => d.claimed().calling(),
        "OW" => d.claimed().calling().wished(),
        // A resend by key is under way.
        "OK" => d.claimed().doubt(0, Doubt::Key).calling(),
        // The second part is in doubt too, as in a database that is an old copy.
        "OD" => d.claimed().calling().doubt(1, Doubt::Look),
        "U" => d.state(State::Unknown).doubt(0, Doubt::Key).ended(30),
        "UL" | "U2" => d.state(State::Unknown).doubt(0, Doubt::Look).ended(30),
        // Its call ended a minute ago: too early to believe that it is absent.
        "UY" => d.state(State::Unknown).doubt(0, Doubt::Look).ended(1),
        "UN" => d.state(State::Unknown).doubt(0, Doubt::Look),
        "UW" => d.state(State::Unknown).doubt(0, Doubt::Look).ended(30).wished(),
        "Pu" => d.state(State::Published).out(0),
        "Re" => d.state(State::Retracted).out(0),
        "F" => d.state(State::Failed),
        "F1" => d.state(State::Failed).out(0),
        "FD" => d.state(State::Failed).doubt(0, Doubt::Look),
        "M" => d.state(State::Missed),
        "C" => d.state(State::Cancelled),
        "C1" => d.state(State::Cancelled).out(0),
        other => panic!("no situation {other}"),
    }
}

/// The events that the rows stand for, about the next part and the open attempt of the delivery.
fn event(name: &str, d: &Delivery) -> Event {
    let part = d.next_part().unwrap_or(0);
    let returned = |token, why| Event::Returned { token, why };
    match name {
        "claim" => claim(50),
        "visible-step" => intent(TOKEN, 8),
        "hidden-step" => Event::Intent {
            token: TOKEN,
            hold_seq: HOLDS,
            attempt: 8,
            visible: false,
        },
        "step-of-other-claim" => intent(TOKEN + 1, 8),
        "step-after-a-hold" => Event::Intent {
            token: TOKEN,
            hold_seq: HOLDS + 1,
            attempt: 8,
            visible: true,
        },
        "accepted" => accepted(ATTEMPT, part, Proof::Answer),
        "found-of-older" => accepted(3, part, Proof::Find),
        "refused" => refused(ATTEMPT),
        "not-sent" => not_sent(ATTEMPT, true),
        "signed-out" => Event::SignedOut {
            attempt: ATTEMPT,
            trouble: trouble_at(noon()),
            means: LISTS,
        },
        "lost" => lost(ATTEMPT, LISTS),
        "gate-closed" => returned(TOKEN, Why::Gate),
        "hidden-step-later" => returned(
            TOKEN,
            Why::Later {
                trouble: Some(trouble_at(noon())),
                retry_at: noon(),
            },
        ),
        "link-dead" => returned(
            TOKEN,
            Why::Unfit {
                trouble: trouble_at(noon()),
                retry_at: noon(),
            },
        ),
        "hidden-step-login" => returned(
            TOKEN,
            Why::SignedOut {
                trouble: trouble_at(noon()),
            },
        ),
        "hidden-step-refused" => returned(
            TOKEN,
            Why::Refused {
                trouble: trouble_at(noon()),
            },
        ),
        "return-of-other-claim" => returned(TOKEN + 1, Why::Gate),
        "taken-over" => Event::TakenOver {
            retry_at: noon(),
            means: LISTS,
        },
        "absent" => absent(ATTEMPT),
        "no-answer" => Event::NoAnswer {
            look_at: noon() + SignedDuration::from_mins(1),
        },
        "resend-in-time" => Event::ResendByKey { in_time: true },
        "resend-over" => Event::ResendByKey { in_time: false },
        "late" => Event::Late,
        "cancel" => Event::Cancel,
        "retry" => Event::Retry,
        "move" => Event::Move,
        "edit" => Event::Edit,
        "say-published" => Event::SayPublished {
            remote_id: Some(format!("id-{part}")),
            url: None,
        },
        "say-absent" => Event::SayAbsent {
            absent_after: ABSENT_AFTER,
        },
        other => panic!("no event {other}"),
    }
}

fn code(result: &Result<(Delivery, Vec<Act>), Refused>) -> String {
    match result {
        Ok((d, _)) => {
            let word = d.state.as_str();
            word[..1].to_uppercase() + &word[1..2]
        }
        Err(refused) => match refused {
            Refused::State(_) => "-",
            Refused::Claim => "c",
            Refused::Wish => "w",
            Refused::GoingOut => "g",
            Refused::InDoubt => "d",
            Refused::PartOut => "o",
            Refused::TooEarly(_) => "e",
            Refused::Superseded => "s",
            Refused::KeyOver => "k",
        }
        .to_owned(),
    }
}

/// Every cell of the table: event, situation, expectation.
fn cells() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut lines = TABLE
        .trim_matches('\n')
        .lines()
        .map(|line| line.split_once('|').unwrap());
    let words = |text: &'static str| text.split(['|', ' ']).filter(|word| !word.is_empty());
    let names: Vec<&str> = words(lines.next().unwrap().1).collect();
    let mut cells = Vec::new();
    for (event, row) in lines {
        let row: Vec<&str> = words(row).collect();
        assert_eq!(row.len(), names.len(), "the row {event}");
        cells.extend(names.iter().zip(row).map(|(name, cell)| (event.trim(), *name, cell)));
    }
    cells
}

#[test]
fn every_pair_is_as_in_the_table() {
    let mut wrong = Vec::new();
    for (row, column, expected) in cells() {
        let d = situation(column);
        let got = code(&step(&d, &event(row, &d), noon()));
        if got != expected {
            wrong.push(format!("{row} at {column}: {got}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The kind of an event; a new kind does not compile until it has a place here.
fn kind(event: &Event) -> u8 {
    match event {
        Event::Claim { .. } => 0,
        Event::Intent { .. } => 1,
        Event::Accepted { .. } => 2,
        Event::Refused { .. } => 3,
        Event::NotSent { .. } => 4,
        Event::SignedOut { .. } => 5,
        Event::Lost { .. } => 6,
        Event::Returned { .. } => 7,
        Event::TakenOver { .. } => 8,
        Event::Absent { .. } => 9,
        Event::NoAnswer { .. } => 10,
        Event::ResendByKey { .. } => 11,
        Event::Late => 12,
        Event::Cancel => 13,
        Event::Retry => 14,
        Event::Move => 15,
        Event::Edit => 16,
        Event::SayPublished { .. } => 17,
        Event::SayAbsent { .. } => 18,
    }
}

#[test]
fn the_table_holds_every_state_with_every_event() {
    let pairs: BTreeSet<(&str, u8)> = cells()
        .into_iter()
        .map(|(row, column, _)| {
            let d = situation(column);
            (d.state.as_str(), kind(&event(row, &d)))
        })
        .collect();
    assert_eq!(pairs.len(), State::ALL.len() * 19);
}

/// What is true of every delivery, whatever happened to it.
pub(super) fn check_shape(d: &Delivery) {
    assert_eq!(
        d.token.is_some(),
        d.state == State::Sending,
        "a token belongs to a claim: {d:?}"
    );
    if let Some(open) = &d.open {
        assert!(
            matches!(d.state, State::Sending | State::Unknown),
            "an attempt is open: {d:?}"
        );
        assert!(
            open.ended_at.is_some() || d.state == State::Sending,
            "a call is under way: {d:?}"
        );
    }
    assert!(
        !d.wish || matches!(d.state, State::Sending | State::Unknown),
        "a wish is kept: {d:?}"
    );
    assert!(
        d.state != State::Published || d.next_part().is_none(),
        "a part is missing: {d:?}"
    );
    assert!(
        d.state != State::Unknown || d.next_in_doubt(),
        "nothing is unknown: {d:?}"
    );
    assert!(
        !d.state.is_final() || d.retry_at.is_none(),
        "nothing is to be tried: {d:?}"
    );
    for part in &d.parts {
        assert!(
            part.out_at.is_none() || part.doubt == Doubt::None,
            "public, and in doubt: {d:?}"
        );
    }
}

/// What must be said when a delivery enters a state.
pub(super) fn check_told(was: State, d: &Delivery, acts: &[Act]) {
    let notice = match d.state {
        State::Unknown => Notice::Unknown,
        State::Failed => Notice::Failed,
        State::Missed => Notice::Missed,
        _ => return,
    };
    assert!(
        was == d.state || acts.contains(&Act::Tell(notice)),
        "nobody is told: {d:?}"
    );
}

#[test]
fn what_follows_is_always_well_formed_and_told() {
    for (row, column, _) in cells() {
        let d = situation(column);
        check_shape(&d);
        if let Ok((new, acts)) = step(&d, &event(row, &d), noon()) {
            check_shape(&new);
            check_told(d.state, &new, &acts);
            let half = new.state.is_final()
                && new.next_part().is_some()
                && new.parts_out() > 0
                && new.state != State::Retracted;
            let news = new.state != d.state || new.parts_out() != d.parts_out();
            let told = acts
                .iter()
                .any(|act| matches!(act, Act::Tell(Notice::HalfOut | Notice::OutAfterAll)));
            assert!(
                !(half && news) || told,
                "half is out and nobody is told: {row} at {column}"
            );
        }
    }
}

#[test]
fn a_stored_word_names_its_state_and_no_other() {
    for (state, word) in State::ALL {
        assert_eq!(State::from_word(word), Some(state));
        assert_eq!(state.as_str(), word);
    }
    assert_eq!(State::from_word("Pending"), None);
    assert_eq!(Doubt::from_word("maybe"), None);
    assert!(
        Doubt::ALL
            .iter()
            .all(|(doubt, word)| Doubt::from_word(word) == Some(*doubt))
    );
}
