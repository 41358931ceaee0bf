//! What is shown is what happens: the forecast against a loop that steps through the time minute by minute.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::domain::lane::tests::{at, lane as plain, queued, schedule, timed};
use crate::domain::lane::{Hold, Timing, decide, held, latest_slot, look_again, sort};
use crate::domain::schedule::Schedule;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// How long the loops step on, in minutes: two days.
const SPAN: i64 = 2 * 24 * 60;

/// The day before the clocks of London go back.
fn begin() -> Timestamp {
    "2026-10-24T00:00:00Z".parse().unwrap()
}

fn minute(minutes: i64) -> Timestamp {
    begin() + MINUTE * i32::try_from(minutes).unwrap()
}

/// A channel's lane and queue, with the schedule apart.
#[derive(Clone, Debug)]
struct Scene {
    lines: Vec<&'static str>,
    gap: i64,
    limit: i64,
    last_intent: Option<i64>,
    paced: Option<i64>,
    holds: Vec<(bool, i64, Option<i64>)>,
    waiting: Vec<Waiting>,
}

impl Scene {
    fn lane<'a>(&self, schedule: &'a Schedule) -> Lane<'a> {
        let hold = |&(tagged, since, length): &(bool, i64, Option<i64>)| Hold {
            tag: tagged.then(|| "a".to_owned()),
            reason: String::new(),
            since: minute(since),
            until: length.map(|length| minute(since + length)),
        };
        let used = self
            .waiting
            .iter()
            .filter_map(|w| w.bound.as_ref())
            .map(|(key, _)| key.clone());
        Lane {
            zone: TimeZone::get("Europe/London").unwrap(),
            min_gap: SignedDuration::from_mins(self.gap),
            late_limit: SignedDuration::from_mins(self.limit),
            last_intent: self.last_intent.map(minute),
            paced_until: self.paced.map(minute),
            used: used.collect(),
            holds: self.holds.iter().map(hold).collect(),
            ..plain(schedule)
        }
    }
}

prop_compose! {
    fn gates()(
        draft in prop::bool::weighted(0.1),
        tagged in prop::bool::weighted(0.3),
        embargo in prop::option::weighted(0.2, 0..SPAN),
        expires in prop::option::weighted(0.2, 0..SPAN),
        retry in prop::option::weighted(0.2, 0..SPAN),
    ) -> Waiting {
        Waiting {
            draft,
            tags: if tagged { vec!["a".to_owned()] } else { Vec::new() },
            embargo: embargo.map(minute),
            expires: expires.map(minute),
            retry_at: retry.map(minute),
            ..queued(0, "01T00:00")
        }
    }
}

prop_compose! {
    fn waiting()(
        gates in gates(),
        timing in prop::sample::select(vec![Timing::Slot, Timing::Slot, Timing::At, Timing::Now]),
        due in 0..SPAN,
        ready in -300..SPAN,
        position in 0..4_i64,
        bound in prop::option::weighted(0.15, -200..0_i64),
        key_ends in prop::option::weighted(0.1, prop::option::of(0..SPAN)),
    ) -> Waiting {
        let at = bound.map(minute).filter(|_| timing == Timing::Slot && key_ends.is_none());
        Waiting {
            timing,
            due: (timing != Timing::Slot).then(|| minute(due)),
            ready_at: minute(ready),
            position,
            bound: at.map(|at| (format!("before {at}"), at)),
            under_way: key_ends.is_some(),
            key_ends: key_ends.flatten().map(minute),
            ..gates
        }
    }
}

prop_compose! {
    fn scene()(
        lines in prop::sample::select(vec![
            vec![], vec!["0 9 * * *"], vec!["0 9,17 * * *", "30 1 * * *"], vec!["*/20 * * * *"], vec!["15 * * * *", "0 9 * * *"],
        ]),
        gap in prop::sample::select(vec![0, 10, 45]),
        limit in prop::sample::select(vec![0, 30, 120, 3000]),
        last_intent in prop::option::of(-40..0_i64),
        paced in prop::option::weighted(0.2, 0..300_i64),
        holds in prop::collection::vec((any::<bool>(), -100..0_i64, prop::option::weighted(0.8, 1..1500_i64)), 0..3),
        mut waiting in prop::collection::vec(waiting(), 1..6),
    ) -> Scene {
        for (post, w) in (1..).zip(&mut waiting) {
            (w.post, w.id) = (post, post + 100);
        }
        sort(&mut waiting);
        Scene { lines, gap, limit, last_intent, paced, holds, waiting }
    }
}

/// Minute by minute: what goes, what is late. A time within a minute counts as the next one.
fn step_through(lane: &Lane<'_>, waiting: &[Waiting]) -> Vec<Outlook> {
    let mut outlook = vec![Outlook::Waits; waiting.len()];
    let mut lane = lane.clone();
    let mut left: Vec<Waiting> = waiting.to_vec();
    for now in (0..=SPAN).map(minute) {
        loop {
            let decision = decide(&lane, &left, now);
            let place = |post: i64| waiting.iter().position(|w| w.post == post).unwrap();
            let mut gone: BTreeSet<i64> = decision.late.iter().map(|&index| left[index].post).collect();
            for post in &gone {
                outlook[place(*post)] = Outlook::TooLate(now);
            }
            if let Some((index, slot)) = decision.go {
                outlook[place(left[index].post)] = Outlook::Goes(now);
                gone.insert(left[index].post);
                lane.last_intent = Some(now);
                lane.used.extend(slot.map(|slot| slot.key));
            }
            if gone.is_empty() {
                break;
            }
            left.retain(|w| !gone.contains(&w.post));
        }
        if left.is_empty() {
            break;
        }
    }
    outlook
}

/// A forecast as the stepping loop can see it.
fn in_minutes(outlook: Outlook) -> Outlook {
    let up = |at: Timestamp| {
        let over = (at.as_millisecond() - begin().as_millisecond() + 59_999).div_euclid(60_000);
        minute(over)
    };
    match outlook {
        Outlook::TooLate(at) if up(at) <= minute(SPAN) => Outlook::TooLate(up(at)),
        Outlook::Goes(at) if at <= minute(SPAN) => Outlook::Goes(at),
        _ => Outlook::Waits,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_is_what_happens(scene in scene()) {
        let schedule = schedule(&scene.lines);
        let lane = scene.lane(&schedule);
        let shown: Vec<Outlook> = forecast(&lane, &scene.waiting, begin()).into_iter().map(in_minutes).collect();
        prop_assert_eq!(shown, step_through(&lane, &scene.waiting));
    }

    #[test]
    fn no_instant_is_slept_through(scene in scene(), now in 0..SPAN) {
        let schedule = schedule(&scene.lines);
        let lane = scene.lane(&schedule);
        let mut left = scene.waiting.clone();
        let decided = |left: &[Waiting], now: Timestamp| {
            let decision = decide(&lane, left, now);
            decision.late.into_iter().chain(decision.go.map(|(index, _)| index)).next()
        };
        while let Some(index) = decided(&left, minute(now)) {
            left.remove(index);
        }
        let next = look_again(&lane, &left, minute(now));
        prop_assert!(next.is_none_or(|next| next > minute(now)));
        for then in (now + 1..=now + SPAN).map(minute).take_while(|then| next.is_none_or(|next| *then < next)) {
            prop_assert_eq!(decided(&left, then), None, "asleep at {}, until {:?}", then, next);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_time_shown_respects_every_gate(scene in scene()) {
        let schedule = schedule(&scene.lines);
        let mut lane = scene.lane(&schedule);
        let outlook = forecast(&lane, &scene.waiting, begin());
        let mut going: Vec<(Timestamp, &Waiting)> = Vec::new();
        for (outlook, w) in outlook.iter().zip(&scene.waiting) {
            match outlook {
                Outlook::Goes(at) => going.push((*at, w)),
                Outlook::TooLate(at) => prop_assert!(lane::is_late(&lane, w, *at)),
                Outlook::Waits => {}
            }
        }
        // Of equal times, those that need no distance may have gone last.
        going.sort_by_key(|(at, w)| (*at, w.timing == Timing::Now || w.under_way));
        for (at, w) in going {
            prop_assert!(!w.draft && !held(&lane, w, at) && w.due.is_none_or(|due| due <= at));
            prop_assert!(w.embargo.is_none_or(|embargo| embargo <= at) && w.retry_at.is_none_or(|retry| retry <= at));
            prop_assert!(w.under_way || w.expires.is_none_or(|expires| at < expires));
            prop_assert!(lane.paced_until.is_none_or(|until| until <= at));
            let far = lane.last_intent.is_none_or(|last| last + lane.min_gap <= at);
            prop_assert!(far || w.timing == Timing::Now || w.under_way, "too close at {at}");
            if w.timing == Timing::Slot && !w.under_way && w.bound.is_none() {
                let slot = latest_slot(&lane, at);
                prop_assert!(slot.as_ref().is_some_and(|slot| slot.at >= w.ready_at), "no slot at {at}");
                lane.used.extend(slot.map(|slot| slot.key));
            }
            lane.last_intent = Some(at);
        }
    }
}

#[test]
fn the_times_of_a_queue_move_up_when_one_waits_for_a_person() {
    let nine = schedule(&["0 9 * * *"]);
    let mut queue = vec![
        queued(1, "23T12:00"),
        queued(2, "23T12:00"),
        timed(3, Timing::At, "24T09:05"),
        timed(4, Timing::At, "20T09:00"),
    ];
    sort(&mut queue);
    let shown = |queue: &[Waiting]| -> Vec<(i64, Outlook)> {
        queue
            .iter()
            .map(|w| w.post)
            .zip(forecast(&plain(&nine), queue, at("24T08:00")))
            .collect()
    };
    let late = (4, Outlook::TooLate(at("24T08:00")));
    let nine_on = |day: &str| Outlook::Goes(at(&format!("{day}T09:00")));
    let third = (3, Outlook::Goes(at("24T09:10")));
    assert_eq!(
        shown(&queue),
        [late.clone(), third.clone(), (1, nine_on("24")), (2, nine_on("25"))]
    );
    queue[2].draft = true;
    assert_eq!(shown(&queue), [late, third, (1, Outlook::Waits), (2, nine_on("24"))]);
}

#[test]
fn a_forecast_ends_whatever_the_schedule_and_the_queue() {
    let always = schedule(&["* * * * *"]);
    let leap_day = schedule(&["0 0 29 2 *"]);
    let queue: Vec<Waiting> = (0..300)
        .map(|post| Waiting {
            draft: post % 2 == 0,
            ..queued(post, "20T00:00")
        })
        .collect();
    let goes = |schedule| {
        forecast(&plain(schedule), &queue, at("24T08:00"))
            .iter()
            .filter(|o| **o != Outlook::Waits)
            .count()
    };
    assert_eq!(goes(&always), 150);
    assert_eq!(goes(&leap_day), 0, "beyond what is looked ahead");
    assert!(
        forecast(&plain(&always), &queue, Timestamp::MAX)
            .iter()
            .all(|o| *o == Outlook::Waits)
    );
}
