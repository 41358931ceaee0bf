//! Times that people type, read strictly.
//!
//! What can be read in one way only is taken; everything else (missing and repeated wall times,
//! `01/12/2026`, `next friday`, `midnight`, a past time) is refused with texts to paste instead.
//! No time is ever guessed, because a guess is a post at the wrong hour.

mod calendar;
mod day;
mod refuse;
#[cfg(test)]
mod tests;
mod words;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

pub use day::MONTHS;

use day::Day;
use words::{Clock, Offset};

/// Which of the two times at which a clock shows the same, when it is set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Before the clock was set back.
    First,
    /// After it.
    Second,
}

/// A time as the clock on the wall shows it: what a plan means, whatever becomes of the zone's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// Date and time of day.
    pub civil: DateTime,
    /// The zone's name, as typed.
    pub zone: String,
    /// Which pass, if the wall time comes twice and one was chosen.
    pub pass: Option<Pass>,
}

/// A time that was accepted, to the millisecond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant, under the rules of now.
    pub at: Timestamp,
    /// The wall time that was meant; `None` where an instant was entered (`in 2 hours`, an offset).
    pub wall: Option<Wall>,
}

/// Which times are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// A time to act at: the past is refused.
    Future,
    /// The end of a period: it may be past, and a date alone means its first moment.
    Any,
}

/// Why a time was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhenError {
    /// What is wrong with it.
    pub message: String,
    /// Texts to paste in its place.
    pub candidates: Vec<String>,
}

impl std::fmt::Display for WhenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for WhenError {}

/// Where zones come from.
pub trait Zones {
    /// The zone of this name: one with a `/` that is in the database, or `UTC`.
    fn zone(&self, name: &str) -> Option<TimeZone>;
}

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 200;

/// Reads a time that a person typed.
///
/// Forms: `2026-12-01 09:00` (also with `T`, seconds, `Z` or an offset, `[Zone]`), `1 dec 09:00`
/// (also with a year), `fri 2:30pm`, `today|tomorrow 09:00`, `09:00`, `in 2 hours`, `90m`. Day and
/// time may change places. Without a zone `default_zone` holds.
///
/// # Errors
/// Whatever is ambiguous, missing on the clock, unreadable or (with [`Span::Future`]) not ahead
/// of `now`, each with candidates.
pub fn parse(
    text: &str,
    now: Timestamp,
    default_zone: &str,
    zones: &dyn Zones,
    span: Span,
) -> Result<Moment, WhenError> {
    if text.len() > LONGEST {
        return Err(refuse::plain("This is too long to be a time"));
    }
    let (body, named) = words::split_zone(text);
    let zone = named.unwrap_or(default_zone);
    let tz = zones.zone(zone).ok_or_else(|| refuse::unknown_zone(zone))?;
    let reader = Reader {
        text,
        now,
        zone,
        tz,
        span,
        zone_typed: named.is_some(),
        foreign: zone != default_zone,
    };
    reader.read(&words::tokens(body))
}

/// The instant of a stored wall time, under the rules that `tz` has now.
///
/// A wall time that no longer exists comes at the first instant after the gap; one that comes
/// twice by its pass, the first where none was chosen.
pub fn resolve(wall: &Wall, tz: &TimeZone) -> Timestamp {
    let ambiguous = tz.to_ambiguous_timestamp(wall.civil);
    let found = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => ambiguous.unambiguous().ok(),
        AmbiguousOffset::Fold { .. } if wall.pass == Some(Pass::Second) => ambiguous.later().ok(),
        AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
        AmbiguousOffset::Gap { .. } => ambiguous
            .earlier()
            .ok()
            .map(|before| tz.following(before).next().map_or(before, |change| change.timestamp())),
    };
    // Only a wall time at the very end of year 9999 (or of -9999) has no instant.
    found.unwrap_or(if wall.civil.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// One text being read.
struct Reader<'a> {
    text: &'a str,
    now: Timestamp,
    zone: &'a str,
    tz: TimeZone,
    span: Span,
    /// Whether the text names the zone.
    zone_typed: bool,
    /// Whether that is another than the default, so that candidates must name it too.
    foreign: bool,
}

impl Reader<'_> {
    fn read(&self, tokens: &[String]) -> Result<Moment, WhenError> {
        if let Some(elapsed) = words::elapsed(tokens) {
            return self.elapsed(elapsed.ok_or_else(|| self.unreadable())?);
        }
        let (day, clock) = words::split_clock(tokens);
        let Some(day) = day::day(day) else {
            return Err(self.unreadable());
        };
        match clock {
            Some(Clock::At(time, None)) => self.on_day(&day, time),
            Some(Clock::At(time, Some(offset))) => match day {
                Day::Date(date, weekday) => {
                    self.check_weekday(date, weekday)?;
                    self.with_offset(date.to_datetime(time), offset)
                }
                _ => Err(self.unreadable()),
            },
            Some(Clock::Midnight) => Err(self.midnight(&day)),
            None => self.without_time(&day),
        }
    }

    fn today(&self) -> Date {
        self.tz.to_datetime(self.now).date()
    }

    fn plus_days(&self, date: Date, days: i64) -> Result<Date, WhenError> {
        date.checked_add(SignedDuration::from_hours(days.saturating_mul(24)))
            .map_err(|_| self.unreadable())
    }

    fn elapsed(&self, (days, seconds): (i64, i64)) -> Result<Moment, WhenError> {
        let mut moment = Moment {
            at: self.now,
            wall: None,
        };
        if days > 0 {
            // A day keeps the hour on the wall; it is not always 24 hours long.
            let wall = self.tz.to_datetime(self.now);
            let whole = DateTime::new(
                wall.year(),
                wall.month(),
                wall.day(),
                wall.hour(),
                wall.minute(),
                wall.second(),
                0,
            );
            let whole = whole.map_err(|_| self.unreadable())?;
            moment = self.settle(self.plus_days(whole.date(), days)?.to_datetime(whole.time()))?;
        }
        if seconds > 0 {
            let later = moment.at.checked_add(SignedDuration::from_secs(seconds));
            moment = Moment {
                at: later.map_err(|_| self.unreadable())?,
                wall: None,
            };
        }
        self.ahead(moment)
    }

    fn on_day(&self, day: &Day, time: Time) -> Result<Moment, WhenError> {
        let date = match day {
            Day::Next(weekday) => return Err(self.next_weekday(*weekday, time)),
            Day::Unclear(dates) => return Err(self.unclear_date(dates, time)),
            Day::Weekday(weekday) if self.span == Span::Any => {
                return Err(self.which_week(*weekday, time));
            }
            day => self.date(day, time)?,
        };
        let civil = date.to_datetime(time);
        let past = self.span == Span::Future && self.last_instant(civil) <= self.now;
        if past && matches!(day, Day::NoYear { .. }) {
            return Err(self.past_this_year(civil));
        }
        self.settle(civil)
    }

    /// A day without a time: enough for the end of a period, and only if it says one date.
    fn without_time(&self, day: &Day) -> Result<Moment, WhenError> {
        let nine = Time::constant(9, 0, 0, 0);
        let date = match day {
            Day::Next(weekday) => return Err(self.next_weekday(*weekday, nine)),
            Day::Unclear(dates) => return Err(self.unclear_date(dates, nine)),
            day => self.date(day, nine)?,
        };
        if self.span == Span::Future || matches!(day, Day::Weekday(_)) {
            return Err(self.no_time(date));
        }
        let wall = Wall {
            civil: date.to_datetime(Time::midnight()),
            zone: self.zone.to_owned(),
            pass: None,
        };
        Ok(Moment {
            at: resolve(&wall, &self.tz),
            wall: Some(wall),
        })
    }

    fn with_offset(&self, civil: DateTime, offset: Offset) -> Result<Moment, WhenError> {
        let Offset { offset, zulu } = offset;
        let at = offset.to_timestamp(civil).map_err(|_| refuse::too_far())?;
        if zulu || !self.zone_typed {
            return self.ahead(Moment { at, wall: None });
        }
        let pass = match self.tz.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset: only } if only == offset => None,
            AmbiguousOffset::Fold { before, .. } if before == offset => Some(Pass::First),
            AmbiguousOffset::Fold { after, .. } if after == offset => Some(Pass::Second),
            _ => return Err(self.contradiction(civil, at, offset)),
        };
        let civil = refuse::to_milliseconds(civil);
        self.ahead(Moment {
            at,
            wall: Some(Wall {
                civil,
                zone: self.zone.to_owned(),
                pass,
            }),
        })
    }

    /// A wall time that exists once, as a moment.
    fn settle(&self, civil: DateTime) -> Result<Moment, WhenError> {
        let civil = refuse::to_milliseconds(civil);
        let past = self.span == Span::Future && self.last_instant(civil) <= self.now;
        let ambiguous = self.tz.to_ambiguous_timestamp(civil);
        match ambiguous.offset() {
            _ if past => Err(self.past(self.last_instant(civil))),
            AmbiguousOffset::Fold { .. } => Err(self.twice(civil)),
            AmbiguousOffset::Gap { .. } => Err(self.missing(civil)),
            AmbiguousOffset::Unambiguous { .. } => {
                let at = ambiguous.unambiguous().map_err(|_| refuse::too_far())?;
                self.ahead(Moment {
                    at,
                    wall: Some(Wall {
                        civil,
                        zone: self.zone.to_owned(),
                        pass: None,
                    }),
                })
            }
        }
    }

    /// The last instant that a wall time can mean.
    fn last_instant(&self, civil: DateTime) -> Timestamp {
        resolve(
            &Wall {
                civil,
                zone: String::new(),
                pass: Some(Pass::Second),
            },
            &self.tz,
        )
    }

    /// The last check of every moment: to the millisecond, and ahead of now where it must be.
    fn ahead(&self, moment: Moment) -> Result<Moment, WhenError> {
        let at = Timestamp::from_millisecond(moment.at.as_millisecond()).map_err(|_| self.unreadable())?;
        if self.span == Span::Future && at <= self.now {
            return Err(self.past(at));
        }
        Ok(Moment { at, ..moment })
    }
}
