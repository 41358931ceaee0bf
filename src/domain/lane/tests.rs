//! One channel's queue: which delivery goes, and when.

mod times;

use super::*;
use crate::domain::cron::Cron;

/// A minute of November 2026 in UTC: `24T09:00`, with seconds if need be. The 24th is a Tuesday.
pub(in crate::domain) fn at(text: &str) -> Timestamp {
    let seconds = if text.len() == 8 { ":00Z" } else { "Z" };
    format!("2026-11-{text}{seconds}").parse().unwrap()
}

pub(in crate::domain) fn schedule(lines: &[&str]) -> Schedule {
    Schedule::new(lines.iter().map(|line| Cron::parse(line).unwrap()).collect())
}

/// A channel in UTC with ten minutes between posts and two hours of patience.
pub(in crate::domain) fn lane(schedule: &Schedule) -> Lane<'_> {
    Lane {
        schedule,
        zone: TimeZone::UTC,
        min_gap: SignedDuration::from_mins(10),
        late_limit: SignedDuration::from_hours(2),
        disconnected: None,
        last_intent: None,
        paced_until: None,
        used: BTreeSet::new(),
        holds: Vec::new(),
        busy: false,
    }
}

/// A post that waits for a slot since `ready`.
pub(in crate::domain) fn queued(post: i64, ready: &str) -> Waiting {
    Waiting {
        id: 100 + post,
        post,
        draft: false,
        timing: Timing::Slot,
        due: None,
        ready_at: at(ready),
        position: post,
        embargo: None,
        expires: None,
        tags: Vec::new(),
        retry_at: None,
        dead_link: None,
        bound: None,
        under_way: false,
        key_ends: None,
    }
}

/// A post that is meant to go at `due`.
pub(in crate::domain) fn timed(post: i64, timing: Timing, due: &str) -> Waiting {
    Waiting {
        timing,
        due: Some(at(due)),
        ..queued(post, "20T00:00")
    }
}

pub(in crate::domain) fn hold(since: &str, until: Option<&str>) -> Hold {
    Hold {
        tag: None,
        reason: "a pause".to_owned(),
        since: at(since),
        until: until.map(at),
    }
}

/// The post that goes at this time and the slot that it binds.
fn goes(lane: &Lane<'_>, waiting: &[Waiting], now: &str) -> Option<(i64, Option<String>)> {
    let (index, slot) = decide(lane, waiting, at(now)).go?;
    Some((waiting[index].post, slot.map(|slot| slot.key)))
}

fn goes_in(post: i64, slot: &str) -> Option<(i64, Option<String>)> {
    Some((post, Some(slot.to_owned())))
}

fn late(lane: &Lane<'_>, waiting: &[Waiting], now: Timestamp) -> Vec<i64> {
    decide(lane, waiting, now)
        .late
        .into_iter()
        .map(|index| waiting[index].post)
        .collect()
}

#[test]
fn what_is_added_after_a_slot_never_uses_it() {
    let nine = schedule(&["0 9 * * *"]);
    let lane = lane(&nine);
    assert_eq!(goes(&lane, &[queued(1, "24T10:30")], "24T10:30"), None);
    assert_eq!(
        goes(&lane, &[queued(1, "24T10:30")], "25T09:00"),
        goes_in(1, "2026-11-25T09:00")
    );
    assert_eq!(
        goes(&lane, &[queued(1, "24T09:00")], "24T09:00"),
        goes_in(1, "2026-11-24T09:00")
    );
    let both = [queued(1, "24T10:30"), queued(2, "24T08:00")];
    assert_eq!(
        goes(&lane, &both, "24T10:30"),
        goes_in(2, "2026-11-24T09:00"),
        "the other one may"
    );
}

#[test]
fn a_slot_is_open_until_the_lateness_limit() {
    let nine = schedule(&["0 9 * * *"]);
    let mut lane = lane(&nine);
    let queue = [queued(1, "23T12:00")];
    assert_eq!(goes(&lane, &queue, "24T08:59"), None);
    assert_eq!(goes(&lane, &queue, "24T10:59:59"), goes_in(1, "2026-11-24T09:00"));
    assert_eq!(goes(&lane, &queue, "24T11:00"), None);
    lane.late_limit = SignedDuration::ZERO;
    assert_eq!(
        goes(&lane, &queue, "24T09:00"),
        goes_in(1, "2026-11-24T09:00"),
        "at the very instant"
    );
}

#[test]
fn a_used_slot_is_not_used_again_and_opens_no_earlier_one() {
    let hourly = schedule(&["0 * * * *"]);
    let mut lane = lane(&hourly);
    lane.used.insert("2026-11-24T09:00".to_owned());
    assert_eq!(goes(&lane, &[queued(1, "20T00:00")], "24T09:30"), None);
    assert_eq!(
        goes(&lane, &[queued(1, "20T00:00")], "24T10:00"),
        goes_in(1, "2026-11-24T10:00")
    );
}

#[test]
fn lines_that_meet_are_one_slot() {
    let meeting = schedule(&["0 9 * * *", "0 9 * * tue", "*/30 9 * * *"]);
    let mut lane = lane(&meeting);
    assert_eq!(
        goes(&lane, &[queued(1, "23T12:00")], "24T09:00"),
        goes_in(1, "2026-11-24T09:00")
    );
    lane.used.insert("2026-11-24T09:00".to_owned());
    assert_eq!(goes(&lane, &[queued(2, "23T12:00")], "24T09:20"), None);
    assert_eq!(
        goes(&lane, &[queued(2, "23T12:00")], "24T09:30"),
        goes_in(2, "2026-11-24T09:30")
    );
}

#[test]
fn a_release_closes_the_slots_that_passed_meanwhile() {
    let nine = schedule(&["0 9 * * *"]);
    let mut lane = lane(&nine);
    let queue = [queued(1, "23T12:00")];
    lane.holds = vec![hold("24T08:30", Some("24T09:30"))];
    assert_eq!(goes(&lane, &queue, "24T09:15"), None, "held");
    assert_eq!(goes(&lane, &queue, "24T09:30"), None, "the slot passed during the hold");
    assert_eq!(goes(&lane, &queue, "25T09:00"), goes_in(1, "2026-11-25T09:00"));
    lane.holds = vec![hold("24T09:05", Some("24T09:30"))];
    assert_eq!(
        goes(&lane, &queue, "24T09:30"),
        goes_in(1, "2026-11-24T09:00"),
        "this one was open before"
    );
    lane.holds = vec![hold("24T08:30", Some("24T09:00"))];
    assert_eq!(
        goes(&lane, &queue, "24T09:00"),
        goes_in(1, "2026-11-24T09:00"),
        "released at that instant"
    );
}

#[test]
fn a_set_time_goes_before_a_slot() {
    let nine = schedule(&["0 9 * * *"]);
    let mut lane = lane(&nine);
    let mut queue = vec![queued(1, "23T12:00"), timed(5, Timing::At, "24T09:00")];
    sort(&mut queue);
    assert_eq!(goes(&lane, &queue, "24T09:00"), Some((5, None)));
    queue.remove(0);
    lane.last_intent = Some(at("24T09:00"));
    assert_eq!(goes(&lane, &queue, "24T09:09"), None);
    assert_eq!(
        goes(&lane, &queue, "24T09:10"),
        goes_in(1, "2026-11-24T09:00"),
        "its slot is still open"
    );
}

#[test]
fn equal_times_go_by_place_in_the_queue_then_by_post() {
    let place = |post, position| Waiting {
        position,
        ..timed(post, Timing::At, "24T09:00")
    };
    let mut queue = vec![
        place(3, 7),
        place(1, 7),
        place(2, 4),
        timed(9, Timing::At, "24T08:00"),
        queued(4, "20T00:00"),
    ];
    sort(&mut queue);
    assert_eq!(queue.iter().map(|w| w.post).collect::<Vec<_>>(), [9, 2, 1, 3, 4]);
}

#[test]
fn posts_keep_their_distance_but_for_now() {
    let nine = schedule(&["0 9 * * *"]);
    let mut lane = lane(&nine);
    lane.last_intent = Some(at("24T08:55"));
    assert_eq!(goes(&lane, &[queued(1, "23T12:00")], "24T09:04:59"), None);
    assert_eq!(
        goes(&lane, &[queued(1, "23T12:00")], "24T09:05"),
        goes_in(1, "2026-11-24T09:00")
    );
    assert_eq!(goes(&lane, &[timed(1, Timing::At, "24T09:00")], "24T09:00"), None);
    assert_eq!(
        goes(&lane, &[timed(1, Timing::Now, "24T09:00")], "24T09:00"),
        Some((1, None))
    );
    lane.paced_until = Some(at("24T09:01"));
    assert_eq!(
        goes(&lane, &[timed(1, Timing::Now, "24T09:00")], "24T09:00"),
        None,
        "the server's limit binds it too"
    );
}

#[test]
fn after_an_outage_of_days_one_post_goes_not_a_flood() {
    let often = schedule(&["*/15 * * * *"]);
    let mut lane = lane(&often);
    lane.min_gap = SignedDuration::ZERO;
    let mut queue: Vec<Waiting> = (1..=50).map(|post| queued(post, "20T00:00")).collect();
    let mut gone = Vec::new();
    let mut now = at("24T09:07");
    while now < at("24T09:30") {
        if let Some((index, slot)) = decide(&lane, &queue, now).go {
            lane.used.extend(slot.map(|slot| slot.key));
            gone.push((queue.remove(index).post, now));
        } else {
            now += SignedDuration::from_secs(1);
        }
    }
    assert_eq!(gone, [(1, at("24T09:07")), (2, at("24T09:15"))]);
}

#[test]
fn a_busy_channel_begins_nothing_more() {
    let nine = schedule(&["0 9 * * *"]);
    let busy = Lane {
        busy: true,
        ..lane(&nine)
    };
    let queue = [timed(1, Timing::Now, "24T09:00"), timed(2, Timing::At, "24T06:00")];
    assert_eq!(goes(&busy, &queue, "24T09:00"), None);
    assert_eq!(late(&busy, &queue, at("24T09:00")), [2]);
}
