use super::*;
use crate::domain::say;
use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

const LONDON: &str = "Europe/London";

struct Bundled;

impl Zones for Bundled {
    fn zone(&self, name: &str) -> Option<TimeZone> {
        (name == "UTC" || name.contains('/'))
            .then(|| TimeZoneDatabase::bundled().get(name).ok())
            .flatten()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

/// Tuesday.
fn now() -> Timestamp {
    at("2026-11-24T15:00:00Z")
}

fn read(text: &str) -> Result<Moment, WhenError> {
    parse(text, now(), LONDON, &Bundled, Span::Future)
}

fn accepted(text: &str) -> String {
    read(text)
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
        .at
        .to_string()
}

fn candidates(text: &str) -> Vec<String> {
    read(text).expect_err(text).candidates
}

#[test]
fn reads_what_can_be_read_in_one_way_only() {
    for (text, instant) in [
        ("2026-12-01 09:00", "2026-12-01T09:00:00Z"),
        ("2026-12-01T09:00", "2026-12-01T09:00:00Z"),
        ("2026-12-01t9:00", "2026-12-01T09:00:00Z"),
        ("2026-12-01 09:00:30", "2026-12-01T09:00:30Z"),
        ("09:00 2026-12-01", "2026-12-01T09:00:00Z"),
        ("2026-12-01T09:00:00.1239Z", "2026-12-01T09:00:00.123Z"),
        ("2026-12-01T09:00+05:00", "2026-12-01T04:00:00Z"),
        ("2026-12-01 09:00 -0500", "2026-12-01T14:00:00Z"),
        ("2026-12-01T09:00[America/New_York]", "2026-12-01T14:00:00Z"),
        ("2026-12-01T09:00-05:00[America/New_York]", "2026-12-01T14:00:00Z"),
        ("2026-12-01T09:00Z[America/New_York]", "2026-12-01T09:00:00Z"),
        ("2026-12-01 09:00 America/New_York", "2026-12-01T14:00:00Z"),
        ("1 dec 09:00", "2026-12-01T09:00:00Z"),
        ("1 Dec 2027 9am", "2027-12-01T09:00:00Z"),
        ("9am 1st December", "2026-12-01T09:00:00Z"),
        ("dec 1 09:00", "2026-12-01T09:00:00Z"),
        ("5 jan 09:00", "2027-01-05T09:00:00Z"),
        ("Fri 27 Nov 2026, 14:30 Europe/London", "2026-11-27T14:30:00Z"),
        ("18:00", "2026-11-24T18:00:00Z"),
        ("today 18:00", "2026-11-24T18:00:00Z"),
        ("tomorrow 9am", "2026-11-25T09:00:00Z"),
        ("9am tomorrow", "2026-11-25T09:00:00Z"),
        ("tomorrow at 9 am", "2026-11-25T09:00:00Z"),
        ("tomorrow noon", "2026-11-25T12:00:00Z"),
        ("tomorrow 12pm", "2026-11-25T12:00:00Z"),
        ("tomorrow 12:30am", "2026-11-25T00:30:00Z"),
        ("fri 2:30pm", "2026-11-27T14:30:00Z"),
        ("FRIDAY 14:30", "2026-11-27T14:30:00Z"),
        ("14:30 fri", "2026-11-27T14:30:00Z"),
        ("tue 16:00", "2026-11-24T16:00:00Z"),
        ("tue 14:00", "2026-12-01T14:00:00Z"),
        ("in 2 hours", "2026-11-24T17:00:00Z"),
        ("in 90m", "2026-11-24T16:30:00Z"),
        ("in 20s", "2026-11-24T15:00:20Z"),
        ("2h", "2026-11-24T17:00:00Z"),
        ("in 1 h 20 min", "2026-11-24T16:20:00Z"),
        ("in 3 days", "2026-11-27T15:00:00Z"),
    ] {
        assert_eq!(accepted(text), instant, "{text}");
    }
}

#[test]
fn keeps_the_wall_time_unless_an_instant_was_entered() {
    let wall = |text: &str| read(text).expect(text).wall;
    for text in ["in 2 hours", "2026-12-01T09:00Z", "2026-12-01T09:00+00:00"] {
        assert_eq!(wall(text), None, "{text}");
    }
    let meant = Wall {
        civil: DateTime::constant(2026, 12, 1, 9, 0, 0, 0),
        zone: "Europe/Kiev".to_owned(),
        pass: None,
    };
    assert_eq!(wall("2026-12-01 09:00[Europe/Kiev]"), Some(meant));
    let second = wall("2027-10-31T01:30+00:00[Europe/London]").expect("a wall time");
    assert_eq!(second.pass, Some(Pass::Second));
}

#[test]
fn a_day_keeps_the_hour_and_an_hour_is_sixty_minutes() {
    let before = at("2027-03-27T12:00:00Z");
    let read = |text: &str| parse(text, before, LONDON, &Bundled, Span::Future).expect(text).at;
    assert_eq!(read("in 1 day"), at("2027-03-28T11:00:00Z"));
    assert_eq!(read("in 24 hours"), at("2027-03-28T12:00:00Z"));
}

#[test]
fn refuses_a_time_that_the_clock_skips_or_shows_twice() {
    let missing = read("2027-03-28 01:30").expect_err("a gap");
    assert_eq!(
        missing.message,
        "01:30 on Sun 28 Mar 2027 does not exist in Europe/London; the clocks go forward from 01:00 to 02:00"
    );
    assert_eq!(missing.candidates, ["2027-03-28T00:30", "2027-03-28T02:00"]);
    let twice = read("2027-10-31 01:30").expect_err("an overlap");
    assert_eq!(
        twice.message,
        "01:30 on Sun 31 Oct 2027 comes twice in Europe/London; the clocks go back"
    );
    assert_eq!(twice.candidates, ["2027-10-31T01:30+01:00", "2027-10-31T01:30+00:00"]);
    assert_eq!(accepted("2027-10-31T01:30+01:00"), "2027-10-31T00:30:00Z");
    let day = parse(
        "2011-12-30 09:00[Pacific/Apia]",
        at("2011-12-01T00:00:00Z"),
        LONDON,
        &Bundled,
        Span::Future,
    )
    .expect_err("a day");
    assert_eq!(
        day.candidates,
        ["2011-12-29T09:00[Pacific/Apia]", "2011-12-31T00:00[Pacific/Apia]"]
    );
}

#[test]
fn refuses_what_people_read_in_two_ways() {
    assert_eq!(candidates("01/12/2026 09:00"), ["2026-12-01T09:00", "2026-01-12T09:00"]);
    assert_eq!(candidates("01/12/2026"), ["2026-12-01T09:00", "2026-01-12T09:00"]);
    assert_eq!(candidates("1.12.26 09:00"), ["2026-12-01T09:00", "2026-01-12T09:00"]);
    assert_eq!(
        candidates("next friday 09:00"),
        ["2026-11-27T09:00", "2026-12-04T09:00"]
    );
    assert_eq!(candidates("next fri"), ["2026-11-27T09:00", "2026-12-04T09:00"]);
    assert_eq!(
        candidates("tomorrow midnight"),
        ["2026-11-25T00:00", "2026-11-26T00:00"]
    );
    assert_eq!(candidates("midnight"), ["2026-11-25T00:00"]);
    assert_eq!(candidates("fri 12am"), ["2026-11-27T00:00", "2026-11-28T00:00"]);
    assert_eq!(
        candidates("2026-12-01T09:00+05:00[Europe/London]"),
        ["2026-12-01T09:00", "2026-12-01T04:00"]
    );
}

#[test]
fn refuses_the_past() {
    let past = read("2026-11-23 09:00").expect_err("past");
    assert_eq!(
        past.message,
        "Mon 23 Nov 2026 09:00 Europe/London is past (1 day 6 h ago)"
    );
    assert_eq!(past.candidates, ["2026-11-25T09:00"]);
    assert_eq!(candidates("09:00"), ["2026-11-25T09:00"]);
    assert_eq!(candidates("1 nov 09:00"), ["2027-11-01T09:00"]);
    assert_eq!(candidates("today 14:59"), ["2026-11-25T14:59"]);
    for text in [
        "15:00",
        "1 nov 09:00",
        "2026-11-24T15:00:00Z",
        "in 0 minutes",
        "yesterday 09:00",
        "2026-10-25 01:30",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn refuses_what_it_cannot_read() {
    for text in [
        "",
        " ",
        "soon",
        "09:00 09:00",
        "25:00",
        "9",
        "9:5",
        "09:60",
        "14:30pm",
        "13pm",
        "0am",
        "2026-12-01",
        "tomorrow",
        "fri",
        "1 dec",
        "31 jun 09:00",
        "29 feb 2027 09:00",
        "2026-13-01 09:00",
        "mon 27 nov 2026 09:00",
        "in",
        "in two hours",
        "in -2 hours",
        "in 2",
        "in 99999999999999999999 days",
        "in 99999 days",
        "next week 09:00",
        "tomorrow 09:00 EST",
        "2026-12-01T09:00[EST]",
        "2026-12-01T09:00[Europe/Atlantis]",
        "2026-12-01T09:00[+01:00]",
        "fri 09:00+01:00",
        "2026-12-01T09:00:60",
        "2026-12-01T09:00[",
        "]",
        "[]",
        "٠٩:٠٠",
        "2026-12-01T09:00+99:00",
        "9999-12-31 23:59:59",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(candidates("soon"), ["2026-11-25T09:00", "fri 14:30", "in 2 hours"]);
    assert_eq!(candidates("29 feb 09:00"), ["2028-02-29T09:00"]);
    assert_eq!(candidates("tomorrow"), ["2026-11-25T09:00", "2026-11-25T14:00"]);
    assert!(read(&"9".repeat(100_000)).is_err());
}

#[test]
fn the_end_of_a_period_may_be_past_and_a_date_alone() {
    let read = |text: &str| parse(text, now(), LONDON, &Bundled, Span::Any).map(|moment| moment.at.to_string());
    assert_eq!(read("2026-07-01").as_deref(), Ok("2026-06-30T23:00:00Z"));
    assert_eq!(read("2026-11-03 00:00").as_deref(), Ok("2026-11-03T00:00:00Z"));
    assert_eq!(read("1 nov 09:00").as_deref(), Ok("2026-11-01T09:00:00Z"));
    assert_eq!(read("09:00").as_deref(), Ok("2026-11-24T09:00:00Z"));
    assert_eq!(read("yesterday 09:00").as_deref(), Ok("2026-11-23T09:00:00Z"));
    assert_eq!(read("today").as_deref(), Ok("2026-11-24T00:00:00Z"));
    let which = read("mon 09:00").expect_err("two Mondays").candidates;
    assert_eq!(which, ["2026-11-23T09:00", "2026-11-30T09:00"]);
}

#[test]
fn a_stored_wall_time_follows_the_rules() {
    let london = Bundled.zone(LONDON).expect(LONDON);
    let wall = |civil: &str, pass| Wall {
        civil: civil.parse().expect(civil),
        zone: LONDON.to_owned(),
        pass,
    };
    assert_eq!(
        resolve(&wall("2027-03-28T01:30", None), &london),
        at("2027-03-28T01:00:00Z")
    );
    assert_eq!(
        resolve(&wall("2027-10-31T01:30", None), &london),
        at("2027-10-31T00:30:00Z")
    );
    assert_eq!(
        resolve(&wall("2027-10-31T01:30", Some(Pass::Second)), &london),
        at("2027-10-31T01:30:00Z")
    );
    assert_eq!(resolve(&wall("9999-12-31T23:59:59", None), &london), Timestamp::MAX);
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        LONDON,
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Cairo",
        "UTC",
    ])
}

fn nows() -> impl Strategy<Value = Timestamp> {
    (946_684_800_000_000_i64..4_000_000_000_000_000)
        .prop_map(|micros| Timestamp::from_microsecond(micros).expect("in range"))
}

/// Texts that look like times, so that many are accepted.
fn texts() -> impl Strategy<Value = String> {
    let day = prop::sample::select(vec![
        "",
        "today",
        "tomorrow",
        "fri",
        "next mon",
        "1 dec",
        "29 feb",
        "31 mar 2030",
        "2027-03-28",
        "2027-10-31",
        "01/12/2026",
        "in 2 hours",
        "in 1 day",
        "90m",
        "yesterday",
    ]);
    let time = prop::sample::select(vec![
        "",
        "09:00",
        "1:30",
        "2:30am",
        "noon",
        "midnight",
        "01:30+01:00",
        "00:30Z",
        "23:59:59.9999",
        "9 am",
        "24:00",
    ]);
    let zone = prop::sample::select(vec!["", "[Europe/London]", " America/New_York", "[Bad/Zone]"]);
    (day, time, zone, any::<bool>()).prop_map(|(day, time, zone, turned)| {
        if turned {
            format!("{time} {day}{zone}")
        } else {
            format!("{day} {time}{zone}")
        }
    })
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,60}|[0-9a-z:+/\\[\\]. -]{0,40}", now in nows(), zone in zones()) {
        for span in [Span::Future, Span::Any] {
            let _ = parse(&text, now, zone, &Bundled, span);
        }
    }

    #[test]
    fn what_is_accepted_is_ahead_and_its_wall_time_leads_back(text in texts(), now in nows(), zone in zones()) {
        match parse(&text, now, zone, &Bundled, Span::Future) {
            Ok(moment) => {
                prop_assert!(moment.at > now, "{} is not after {}", moment.at, now);
                prop_assert_eq!(moment.at.subsec_nanosecond() % 1_000_000, 0);
                if let Some(wall) = moment.wall {
                    let tz = Bundled.zone(&wall.zone).expect("a known zone");
                    prop_assert_eq!(resolve(&wall, &tz), moment.at);
                }
            }
            Err(error) => prop_assert!(!error.message.is_empty()),
        }
    }

    #[test]
    fn candidates_can_be_pasted(text in texts(), now in nows(), zone in zones()) {
        let Err(error) = parse(&text, now, zone, &Bundled, Span::Future) else { return Ok(()) };
        for candidate in error.candidates.iter().filter(|_| !text.contains("01/12/2026")) {
            // "fri 14:30" can be a repeated or missing time, once in many years.
            let again = parse(candidate, now, zone, &Bundled, Span::Future);
            prop_assert!(again.is_ok(), "{text:?} at {now} in {zone}: {candidate:?} gives {again:?}");
        }
    }

    #[test]
    fn what_is_shown_can_be_typed(seconds in 1_i64..300_000_000, now in nows(), zone in zones()) {
        let at = Timestamp::from_second(now.as_second() + seconds + 1).expect("in range");
        let tz = Bundled.zone(zone).expect("a known zone");
        let moment = parse(&say::stamp(at, &tz, zone), now, LONDON, &Bundled, Span::Future);
        prop_assert_eq!(moment.map(|moment| moment.at), Ok(at));
    }
}
