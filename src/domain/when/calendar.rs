//! Which date a named day is: today, the first Friday ahead, a date without its year.

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};

use super::day::Day;
use super::{Reader, Span, WhenError, refuse};

impl Reader<'_> {
    /// The date that a day means for a time on it.
    pub(super) fn date(&self, day: &Day, time: Time) -> Result<Date, WhenError> {
        let today = self.today();
        match day {
            Day::Today => Ok(today),
            Day::Tomorrow => self.plus_days(today, 1),
            Day::Yesterday => self.plus_days(today, -1),
            Day::Weekday(weekday) | Day::Next(weekday) => self.first_weekday(*weekday, time),
            Day::Date(date, weekday) => self.check_weekday(*date, *weekday),
            Day::NoYear { day, month, weekday } => {
                let date = self.of_this_year(*day, *month, time)?;
                self.check_weekday(date, *weekday)
            }
            Day::NoSuch { day, month, year } => Err(refuse::no_such_day(*day, *month, *year)),
            Day::Unclear(_) => Err(self.unreadable()),
        }
    }

    /// The first such weekday, from today on, whose time is still ahead.
    pub(super) fn first_weekday(&self, weekday: Weekday, time: Time) -> Result<Date, WhenError> {
        for days in 0..=7 {
            let date = self.plus_days(self.today(), days)?;
            if date.weekday() == weekday && self.last_instant(date.to_datetime(time)) > self.now {
                return Ok(date);
            }
        }
        Err(self.unreadable())
    }

    /// A date without its year: this year's, or next year's if that is less than half a year
    /// ahead. A date just past is refused rather than put off by eleven months.
    fn of_this_year(&self, day: i8, month: i8, time: Time) -> Result<Date, WhenError> {
        let (today, half) = (self.today(), 183.days());
        let in_year = |year: i16| Date::new(year, month, day).ok();
        let this = in_year(today.year());
        let reach = today.checked_add(half).unwrap_or(today);
        let next = in_year(today.year().saturating_add(1)).filter(|date| *date <= reach);
        let ahead = |date: &Date| self.last_instant(date.to_datetime(time)) > self.now;
        match self.span {
            Span::Future => this.filter(ahead).or(next).or(this),
            Span::Any => {
                let back = today.checked_sub(half).unwrap_or(today);
                let last = in_year(today.year().saturating_sub(1)).filter(|date| *date >= back);
                match this {
                    Some(date) if date > reach => last.or(this),
                    Some(date) if date < back => next.or(this),
                    this => this.or(next).or(last),
                }
            }
        }
        .ok_or_else(|| self.no_day_this_year(day, month, time))
    }

    pub(super) fn check_weekday(&self, date: Date, typed: Option<Weekday>) -> Result<Date, WhenError> {
        match typed {
            Some(weekday) if weekday != date.weekday() => Err(self.other_weekday(date)),
            _ => Ok(date),
        }
    }
}
