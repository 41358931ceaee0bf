//! Times and durations as people read them.
//!
//! A time is always weekday, date, hour and zone, with how long it is from now: never a bare hour.
//! What [`stamp`] writes, [`crate::domain::when::parse`] reads.

use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// From this many days on hours are left out.
const LONG_DAYS: i64 = 14;

/// The longest duration that a configuration may name, in seconds: ten years.
const LONGEST: i64 = 3652 * DAY;

/// A time with its distance: `Fri 27 Nov 2026 14:30 Europe/London (in 2 days 23 h)`.
///
/// Seconds are shown if they are not zero; in an hour that comes twice, the offset as well.
pub fn full(at: Timestamp, tz: &TimeZone, zone: &str, now: Timestamp) -> String {
    format!("{} ({})", stamp(at, tz, zone), relative(at, now))
}

/// A time alone: `Fri 27 Nov 2026 14:30 Europe/London`.
pub fn stamp(at: Timestamp, tz: &TimeZone, zone: &str) -> String {
    let wall = tz.to_datetime(at);
    let mut text = wall.strftime("%a %-d %b %Y %H:%M").to_string();
    if wall.second() != 0 {
        text.push_str(&wall.strftime(":%S").to_string());
    }
    if let AmbiguousOffset::Fold { .. } = tz.to_ambiguous_timestamp(wall).offset() {
        text.push_str(&offset_text(tz.to_offset(at).seconds()));
    }
    format!("{text} {zone}")
}

/// How long from now: `in 1 h 20 min`, `3 min ago`, `now`.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = rounded(at.duration_since(now));
    let size = SignedDuration::from_secs(seconds.saturating_abs());
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {}", distance(size)),
        _ => format!("{} ago", distance(size)),
    }
}

/// A distance in at most two units; minutes are enough from one minute on.
fn distance(size: SignedDuration) -> String {
    let seconds = size.as_secs();
    let coarse = if seconds >= LONG_DAYS * DAY {
        seconds - seconds % DAY
    } else if seconds >= MINUTE {
        seconds - seconds % MINUTE
    } else {
        seconds
    };
    duration(SignedDuration::from_secs(coarse))
}

/// A duration in its two largest units: `10 min`, `2 h`, `1 day 8 h`, `1 min 30 s`.
pub fn duration(duration: SignedDuration) -> String {
    let seconds = rounded(duration);
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.saturating_abs();
    let days = if seconds / DAY == 1 { "day" } else { "days" };
    let (whole, unit, rest, small) = match seconds {
        DAY.. => (seconds / DAY, days, seconds % DAY / HOUR, "h"),
        HOUR.. => (seconds / HOUR, "h", seconds % HOUR / MINUTE, "min"),
        MINUTE.. => (seconds / MINUTE, "min", seconds % MINUTE, "s"),
        _ => (seconds, "s", 0, ""),
    };
    if rest == 0 {
        format!("{sign}{whole} {unit}")
    } else {
        format!("{sign}{whole} {unit} {rest} {small}")
    }
}

/// A number of things: `1 post`, `2 posts`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    let what = if number == 1 { one } else { many };
    format!("{number} {what}")
}

/// Whole seconds, the nearest.
fn rounded(duration: SignedDuration) -> i64 {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    let more = if nanos.abs() >= 500_000_000 {
        i64::from(nanos.signum())
    } else {
        0
    };
    seconds.saturating_add(more)
}

/// An offset from UTC as in a time: `+01:00`.
pub(crate) fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let size = seconds.unsigned_abs();
    let (hours, minutes, rest) = (size / 3600, size / 60 % 60, size % 60);
    if rest == 0 {
        format!("{sign}{hours:02}:{minutes:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}:{rest:02}")
    }
}

/// Reads a duration of the configuration: one number and one unit, `90s`, `10m`, `2h`, `1d`, `0s`.
///
/// # Errors
/// What is wrong, in words: another form, or more than ten years.
pub fn parse_duration(text: &str) -> Result<SignedDuration, String> {
    let form = || "a duration is a number and one of s, m, h, d: 90s, 10m, 2h, 1d".to_owned();
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => MINUTE,
        Some('h') => HOUR,
        Some('d') => DAY,
        _ => return Err(form()),
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(form());
    }
    let seconds = digits.parse::<i64>().ok().and_then(|number| number.checked_mul(unit));
    match seconds {
        Some(seconds) if seconds <= LONGEST => Ok(SignedDuration::from_secs(seconds)),
        _ => Err("a duration is at most ten years, 3652d".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZoneDatabase;

    const ZONE: &str = "Europe/London";

    fn london() -> TimeZone {
        TimeZoneDatabase::bundled().get(ZONE).expect(ZONE)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect(text)
    }

    #[test]
    fn a_time_has_day_date_hour_zone_and_distance() {
        let now = at("2026-11-24T15:00:00Z");
        for (time, text) in [
            (
                "2026-11-27T14:30:00Z",
                "Fri 27 Nov 2026 14:30 Europe/London (in 2 days 23 h)",
            ),
            ("2026-11-24T13:00:00Z", "Tue 24 Nov 2026 13:00 Europe/London (2 h ago)"),
            (
                "2026-11-24T15:00:20.4Z",
                "Tue 24 Nov 2026 15:00:20 Europe/London (in 20 s)",
            ),
            (
                "2026-12-04T00:00:00Z",
                "Fri 4 Dec 2026 00:00 Europe/London (in 9 days 9 h)",
            ),
        ] {
            assert_eq!(full(at(time), &london(), ZONE, now), text);
        }
    }

    #[test]
    fn a_repeated_hour_says_which() {
        assert_eq!(
            stamp(at("2026-10-25T00:30:00Z"), &london(), ZONE),
            "Sun 25 Oct 2026 01:30+01:00 Europe/London"
        );
        assert_eq!(
            stamp(at("2026-10-25T01:30:00Z"), &london(), ZONE),
            "Sun 25 Oct 2026 01:30+00:00 Europe/London"
        );
    }

    #[test]
    fn distances_are_short_and_never_off_by_a_hair() {
        let now = at("2026-11-24T16:10:00Z");
        for (seconds, text) in [
            (4_800, "in 1 h 20 min"),
            (60_600, "in 16 h 50 min"),
            (15, "in 15 s"),
            (-200, "3 min ago"),
            (0, "now"),
            (86_400, "in 1 day"),
            (-90_000, "1 day 1 h ago"),
            (40 * 86_400 + 7_200, "in 40 days"),
        ] {
            let time = now.checked_add(SignedDuration::from_secs(seconds)).expect("in range");
            assert_eq!(relative(time, now), text);
        }
        assert_eq!(relative(at("2026-11-24T18:09:59.9996Z"), now), "in 2 h");
        assert!(relative(Timestamp::MAX, Timestamp::MIN).ends_with(" days"));
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (text, words) in [
            ("10m", "10 min"),
            ("120m", "2 h"),
            ("32h", "1 day 8 h"),
            ("90s", "1 min 30 s"),
            ("0s", "0 s"),
            ("60d", "60 days"),
        ] {
            assert_eq!(duration(parse_duration(text).expect(text)), words);
        }
        assert_eq!(duration(SignedDuration::from_secs(-90)), "-1 min 30 s");
        assert!(!duration(SignedDuration::MIN).is_empty());
    }

    #[test]
    fn configured_durations_are_strict() {
        for text in [
            "",
            "s",
            "10",
            "10 m",
            "+5m",
            "-5m",
            "1.5h",
            "1h30m",
            "10M",
            "5min",
            "٣m",
            "4000d",
            "99999999999999999999s",
            "é",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
