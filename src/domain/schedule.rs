//! A channel's schedule: its cron lines in its time zone, as instants.
//!
//! Two kinds of line. One that names its hours (`30 1 * * *`) is fixed: each wall time comes once;
//! one that does not exist comes at the first instant after the gap, one that happens twice comes
//! at the first. One whose hour field begins with `*` or covers the day follows the clock through
//! both passes of a repeated hour, and makes nothing up for a missing one.
//!
//! The zone's time is walked in stretches between two changes of its offset. Within a stretch order
//! on the wall is order in time; at its beginning the missing and the repeated wall times lie. So
//! no margin around a change needs to be searched, and the next slot costs microseconds.

#[cfg(test)]
mod tests;

use std::iter::Peekable;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::cron::Cron;

/// The cron lines of one channel. Without lines it has no slots.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    lines: Vec<Cron>,
}

/// An instant at which one queued post may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When.
    pub at: Timestamp,
    /// What the zone's clock shows then, `2026-10-25T01:30`, with `/2` in the second pass of a
    /// repeated hour. The same for every line and every edit of the schedule, so that a slot can
    /// be used once only.
    pub key: String,
    /// What the reader of a list should know about this slot.
    pub note: Option<SlotNote>,
}

/// Why a slot looks odd on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotNote {
    /// A wall time that does not exist on that day comes here, right after the gap.
    Gap,
    /// The clock shows this wall time twice on that day.
    Overlap,
}

impl SlotNote {
    /// The word for it in JSON: `gap` or `overlap`.
    pub fn as_str(self) -> &'static str {
        match self {
            SlotNote::Gap => "gap",
            SlotNote::Overlap => "overlap",
        }
    }
}

/// Below this width the latest slot is looked for one by one.
const NARROW: SignedDuration = SignedDuration::from_mins(20);

impl Schedule {
    /// A schedule of these lines.
    pub fn new(lines: Vec<Cron>) -> Schedule {
        Schedule { lines }
    }

    /// Whether there are no lines, and so no slots ever.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The lines, as given.
    pub fn lines(&self) -> &[Cron] {
        &self.lines
    }

    /// The slots strictly after `start`, rising, each once; lazily, and to the end of 2100.
    pub fn after<'a>(&'a self, tz: &'a TimeZone, start: Timestamp) -> impl Iterator<Item = Slot> + 'a {
        Instants::new(self, tz, start).map(move |(at, gap)| slot(tz, at, gap))
    }

    /// The first slot strictly after `start`.
    pub fn first_after(&self, tz: &TimeZone, start: Timestamp) -> Option<Slot> {
        self.after(tz, start).next()
    }

    /// The latest slot with `not_before <= at <= now`.
    ///
    /// Looks back in windows that widen, then narrows the one that holds a slot, so neither a
    /// line for every minute nor a window of years costs much.
    pub fn latest(&self, tz: &TimeZone, now: Timestamp, not_before: Timestamp) -> Option<Slot> {
        let tick = SignedDuration::from_nanos(1);
        let floor = not_before.checked_sub(tick).unwrap_or(Timestamp::MIN);
        let until = |start: Timestamp| Instants::new(self, tz, start).take_while(|(at, _)| *at <= now);
        let mut width = NARROW;
        let mut low;
        loop {
            low = now.checked_sub(width).map_or(floor, |back| back.max(floor));
            if until(low).next().is_some() {
                break;
            }
            if low <= floor {
                return None;
            }
            width = width.saturating_mul(4);
        }
        let mut high = now;
        while high.duration_since(low) > NARROW {
            let middle = low.checked_add(high.duration_since(low) / 2).unwrap_or(high);
            match until(middle).next() {
                Some(_) => low = middle,
                None => high = middle,
            }
        }
        until(low).last().map(|(at, gap)| slot(tz, at, gap))
    }
}

fn slot(tz: &TimeZone, at: Timestamp, gap: bool) -> Slot {
    let wall = tz.to_datetime(at);
    let mut key = wall.strftime("%Y-%m-%dT%H:%M").to_string();
    let mut note = gap.then_some(SlotNote::Gap);
    if let AmbiguousOffset::Fold { after, .. } = tz.to_ambiguous_timestamp(wall).offset() {
        note = note.or(Some(SlotNote::Overlap));
        if tz.to_offset(at) == after {
            key.push_str("/2");
        }
    }
    Slot { at, key, note }
}

/// A stretch of time in which a zone's offset stays as it is.
struct Stretch {
    /// Its first instant, and the offset before it; `None` where the zone has no earlier change.
    begin: Option<(Timestamp, Offset)>,
    /// The first instant after it; `None` where the zone has no later change.
    end: Option<Timestamp>,
    offset: Offset,
}

impl Stretch {
    fn around(tz: &TimeZone, at: Timestamp) -> Stretch {
        let tick = SignedDuration::from_nanos(1);
        let next = at.checked_add(tick).unwrap_or(at);
        let begin = tz.preceding(next).next().map(|change| {
            let begin = change.timestamp();
            (begin, tz.to_offset(begin.checked_sub(tick).unwrap_or(begin)))
        });
        let end = tz.following(at).next().map(|change| change.timestamp());
        Stretch {
            begin,
            end,
            offset: tz.to_offset(at),
        }
    }

    /// The wall time from which on nothing was shown before in this zone: fixed lines that fired
    /// in the first pass of a repeated hour do not fire again before it.
    fn fresh_from(&self) -> Option<DateTime> {
        let (begin, before) = self.begin?;
        (before.seconds() > self.offset.seconds()).then(|| before.to_datetime(begin))
    }
}

/// The instants of a schedule, each with whether a missing wall time comes there.
struct Instants<'a> {
    tz: &'a TimeZone,
    start: Timestamp,
    stretch: Stretch,
    lines: Vec<Line<'a>>,
    /// The first instant of the stretch, while it waits as the place of a missing wall time.
    gap: Option<Timestamp>,
}

struct Line<'a> {
    cron: &'a Cron,
    /// The wall times still to come. Those of a fixed line never go back; those of a line that
    /// follows the clock begin again where the clock was set back.
    walls: Peekable<Box<dyn Iterator<Item = DateTime> + 'a>>,
}

impl<'a> Line<'a> {
    fn after(cron: &'a Cron, wall: DateTime) -> Line<'a> {
        let walls: Box<dyn Iterator<Item = DateTime> + 'a> = Box::new(cron.after_wall(wall));
        Line {
            cron,
            walls: walls.peekable(),
        }
    }
}

impl<'a> Instants<'a> {
    fn new(schedule: &'a Schedule, tz: &'a TimeZone, start: Timestamp) -> Instants<'a> {
        let stretch = Stretch::around(tz, start);
        let wall = stretch.offset.to_datetime(start);
        let fresh = stretch.fresh_from().filter(|fresh| *fresh > wall).map(just_before);
        let lines = schedule.lines.iter().map(|cron| {
            let fixed = fresh.filter(|_| !cron.every_hour());
            Line::after(cron, fixed.unwrap_or(wall))
        });
        Instants {
            tz,
            start,
            lines: lines.collect(),
            stretch,
            gap: None,
        }
    }

    /// The next wall time of the stretch, over all lines.
    fn within(&mut self) -> Option<(Timestamp, bool)> {
        let wall = self
            .lines
            .iter_mut()
            .filter_map(|line| line.walls.peek().copied())
            .min()?;
        let at = self.stretch.offset.to_timestamp(wall).ok()?;
        if self.stretch.end.is_some_and(|end| at >= end) {
            return None;
        }
        for line in &mut self.lines {
            line.walls.next_if_eq(&wall);
        }
        Some((at, false))
    }

    /// Goes on to the next stretch; `false` when there is none, or no wall time is left.
    fn advance(&mut self) -> bool {
        let Some(begin) = self.stretch.end else {
            return false;
        };
        self.lines.retain_mut(|line| line.walls.peek().is_some());
        if self.lines.is_empty() {
            return false;
        }
        self.stretch = Stretch::around(self.tz, begin);
        let wall = self.stretch.offset.to_datetime(begin);
        let back = self.stretch.fresh_from().is_some();
        for line in &mut self.lines {
            if line.cron.every_hour() {
                if back {
                    *line = Line::after(line.cron, just_before(wall));
                }
                while line.walls.next_if(|missing| *missing < wall).is_some() {}
                continue;
            }
            while line.walls.next_if(|missing| *missing < wall).is_some() {
                self.gap = Some(begin);
            }
        }
        true
    }
}

impl Iterator for Instants<'_> {
    type Item = (Timestamp, bool);

    fn next(&mut self) -> Option<(Timestamp, bool)> {
        loop {
            if let Some(begin) = self.gap.take() {
                // A line that names this very time meets the missing one: one slot.
                let wall = self.stretch.offset.to_datetime(begin);
                for line in &mut self.lines {
                    line.walls.next_if_eq(&wall);
                }
                return Some((begin, true));
            }
            match self.within() {
                Some(found) if found.0 > self.start => return Some(found),
                Some(_) => {}
                None if !self.advance() => return None,
                None => {}
            }
        }
    }
}

/// The last second before a wall time, so that "later than" takes the time itself.
fn just_before(wall: DateTime) -> DateTime {
    wall.checked_sub(SignedDuration::from_secs(1)).unwrap_or(wall)
}
