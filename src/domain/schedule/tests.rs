use super::*;
use jiff::ToSpan;
use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).expect(name)
}

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

fn schedule(lines: &[&str]) -> Schedule {
    Schedule::new(lines.iter().map(|line| Cron::parse(line).expect(line)).collect())
}

#[test]
fn names_a_slot_by_what_the_clock_shows() {
    let london = zone("Europe/London");
    let slots: Vec<(String, Option<SlotNote>)> = schedule(&["*/30 * * * *"])
        .after(&london, at("2026-10-24T23:30:00Z"))
        .take(5)
        .map(|slot| (slot.key, slot.note))
        .collect();
    let twice = Some(SlotNote::Overlap);
    assert_eq!(
        slots,
        [
            ("2026-10-25T01:00".to_owned(), twice),
            ("2026-10-25T01:30".to_owned(), twice),
            ("2026-10-25T01:00/2".to_owned(), twice),
            ("2026-10-25T01:30/2".to_owned(), twice),
            ("2026-10-25T02:00".to_owned(), None),
        ]
    );
    let moved = schedule(&["30 1 * * *"])
        .first_after(&london, at("2026-03-28T12:00:00Z"))
        .expect("a slot");
    assert_eq!(
        (moved.key.as_str(), moved.note),
        ("2026-03-29T02:00", Some(SlotNote::Gap))
    );
}

#[test]
fn lines_that_meet_are_one_slot() {
    let london = zone("Europe/London");
    let both = schedule(&["0 9 * * *", "0 9 * * mon-fri", "0 9,12 * * *"]);
    let slots: Vec<Timestamp> = both
        .after(&london, at("2026-11-24T00:00:00Z"))
        .take(3)
        .map(|slot| slot.at)
        .collect();
    assert_eq!(
        slots,
        [
            at("2026-11-24T09:00:00Z"),
            at("2026-11-24T12:00:00Z"),
            at("2026-11-25T09:00:00Z")
        ]
    );
    let spring = schedule(&["30 1 * * *", "0 2 * * *", "0 * * * *"]);
    let slots: Vec<Timestamp> = spring
        .after(&london, at("2026-03-29T00:30:00Z"))
        .take(2)
        .map(|slot| slot.at)
        .collect();
    assert_eq!(slots, [at("2026-03-29T01:00:00Z"), at("2026-03-29T02:00:00Z")]);
}

#[test]
fn an_empty_schedule_and_the_ends_of_time_have_no_slots() {
    let london = zone("Europe/London");
    let minutes = schedule(&["* * * * *", "30 1 29 2 *"]);
    let empty = Schedule::new(Vec::new());
    assert_eq!(empty.first_after(&london, at("2026-11-24T00:00:00Z")), None);
    assert_eq!(empty.latest(&london, Timestamp::MAX, Timestamp::MIN), None);
    for tz in [&london, &TimeZone::UTC] {
        assert_eq!(minutes.first_after(tz, Timestamp::MAX), None);
        assert_eq!(minutes.after(tz, at("2100-12-31T23:57:00Z")).count(), 2);
        let first = minutes.first_after(tz, Timestamp::MIN).expect("the first slot");
        assert_eq!(tz.to_datetime(first.at).to_string(), "1970-01-01T00:00:00");
        let last = minutes
            .latest(tz, Timestamp::MAX, Timestamp::MIN)
            .expect("the last slot");
        assert_eq!(last.key, "2100-12-31T23:59");
    }
}

#[test]
fn the_latest_slot_has_both_ends_of_its_window() {
    let london = zone("Europe/London");
    let daily = schedule(&["0 9 * * *"]);
    let nine = at("2026-11-24T09:00:00Z");
    let latest = |now: &str, from: &str| daily.latest(&london, at(now), at(from)).map(|slot| slot.at);
    assert_eq!(latest("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"), Some(nine));
    assert_eq!(latest("2026-11-25T08:59:59Z", "2026-11-01T00:00:00Z"), Some(nine));
    assert_eq!(latest("2026-11-25T08:59:59Z", "2026-11-24T09:00:01Z"), None);
    assert_eq!(latest("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z"), None);
}

/// The written procedure, step by step: wall times from 27 hours before, each made an instant with
/// the zone's own answer, sorted. Slow, plain, and what the fast walk must agree with.
fn by_the_book(cron: &Cron, tz: &TimeZone, start: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    let wall = tz.to_datetime(start).checked_sub(27.hours()).expect("in range");
    let last = tz.to_datetime(until).checked_add(27.hours()).expect("in range");
    let mut found = std::collections::BTreeSet::new();
    for wall in cron.after_wall(wall).take_while(|wall| *wall <= last) {
        let ambiguous = tz.to_ambiguous_timestamp(wall);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => found.extend(ambiguous.unambiguous()),
            AmbiguousOffset::Fold { .. } => {
                found.extend(ambiguous.earlier());
                found.extend(cron.every_hour().then(|| ambiguous.later().expect("later")));
            }
            AmbiguousOffset::Gap { .. } => {
                let before = ambiguous.earlier().expect("earlier");
                let change = tz.following(before).next().expect("a change").timestamp();
                found.extend((!cron.every_hour()).then_some(change));
            }
        }
    }
    found.into_iter().filter(|at| *at > start && *at <= until).collect()
}

fn lines() -> impl Strategy<Value = String> {
    let minute = prop::sample::select(vec!["*", "0", "30", "*/15", "0,30", "7,22-25", "59"]);
    let hour = prop::sample::select(vec!["*", "*/2", "0-23", "0", "1", "2", "1,2", "1-3", "9", "23", "0,12"]);
    let days = prop::sample::select(vec![
        "* * *",
        "* * 0",
        "1,15 * MON",
        "*/2 * *",
        "28-31 * *",
        "* 3,10 SUN",
        "29 2 *",
    ]);
    (minute, hour, days).prop_map(|(minute, hour, days)| format!("{minute} {hour} {days}"))
}

fn starts() -> impl Strategy<Value = Timestamp> {
    let near = prop::sample::select(vec![
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2027-03-14T07:00:00Z",
        "2026-10-03T15:30:00Z",
        "2027-04-03T15:00:00Z",
        "2026-04-23T22:00:00Z",
        "2011-12-30T10:00:00Z",
        "2010-03-14T03:31:00Z",
        "2010-11-07T02:31:00Z",
        "2018-11-04T03:00:00Z",
        "2025-02-23T02:00:00Z",
    ]);
    (near, -200_000_i64..200_000)
        .prop_map(|(near, off)| at(near).checked_add(SignedDuration::from_secs(off)).expect("in range"))
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "America/St_Johns",
        "Africa/Casablanca",
        "America/Sao_Paulo",
        "Asia/Gaza",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "UTC",
    ])
}

proptest! {
    #[test]
    fn agrees_with_the_written_procedure(line in lines(), name in zones(), start in starts()) {
        let (cron, tz) = (Cron::parse(&line).expect("known"), zone(name));
        let until = start.checked_add(SignedDuration::from_hours(60)).expect("in range");
        let expected = by_the_book(&cron, &tz, start, until);
        let schedule = Schedule::new(vec![cron]);
        let slots: Vec<Timestamp> =
            schedule.after(&tz, start).map(|slot| slot.at).take_while(|at| *at <= until).collect();
        prop_assert_eq!(slots, expected);
    }

    #[test]
    fn rises_and_never_names_a_slot_twice(a in lines(), b in lines(), name in zones(), start in starts()) {
        let (schedule, tz) = (schedule(&[&a, &b]), zone(name));
        let (mut last, mut keys) = (start, std::collections::HashSet::new());
        for slot in schedule.after(&tz, start).take(200) {
            prop_assert!(slot.at > last, "{} is not after {}", slot.at, last);
            prop_assert!(keys.insert(slot.key.clone()), "{} twice", slot.key);
            last = slot.at;
        }
    }

    #[test]
    fn the_latest_is_the_last_of_the_following(a in lines(), b in lines(), name in zones(), now in starts(), back in 0_i64..400_000) {
        let (schedule, tz) = (schedule(&[&a, &b]), zone(name));
        let from = now.checked_sub(SignedDuration::from_secs(back)).expect("in range");
        let before = from.checked_sub(SignedDuration::from_nanos(1)).expect("in range");
        let expected = schedule.after(&tz, before).take_while(|slot| slot.at <= now).last();
        prop_assert_eq!(schedule.latest(&tz, now, from), expected);
    }
}
