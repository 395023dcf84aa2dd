//! Days of the year on which the clocks change by law.

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use crate::recurrence::weekday_code;
use crate::zone::Instant;

use super::Onset;

/// A day of each year, and a time on it: the RRULE of a STANDARD or DAYLIGHT.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    month: u32,
    time: NaiveTime,
    day: Day,
}

#[derive(Clone, Copy, Debug)]
enum Day {
    /// The nth such weekday of the month, 1 to 4, or the last one, -1.
    Nth(i8, Weekday),
    /// The one such weekday among the seven days from this one on. At the end of a month there are fewer than seven,
    /// and years without such a day.
    FromOn(u32, Weekday),
    /// This day of the month.
    On(u32),
}

impl Pattern {
    /// All patterns that an onset fits, what programs read best first.
    pub fn all_of(local: NaiveDateTime) -> Vec<Self> {
        let (day, weekday, last) = (local.day(), local.weekday(), days_in_month(local.date()));
        let mut days = Vec::new();
        if day <= 28 {
            days.push(Day::Nth(((day - 1) / 7 + 1) as i8, weekday));
        }
        if day + 7 > last {
            days.push(Day::Nth(-1, weekday));
        }
        let starts = || day.saturating_sub(6).max(1)..=day;
        days.extend(starts().filter(|first| first + 6 <= last).map(|first| Day::FromOn(first, weekday)));
        days.push(Day::On(day));
        days.extend(starts().filter(|first| first + 6 > last).map(|first| Day::FromOn(first, weekday)));
        days.into_iter().map(|day| Self { month: local.month(), time: local.time(), day }).collect()
    }

    /// The pattern of this day of the year.
    pub fn on_the_day(local: NaiveDateTime) -> Self {
        Self { month: local.month(), time: local.time(), day: Day::On(local.day()) }
    }

    /// The onset of a year, on the clocks before it.
    pub fn onset_in(&self, year: i32) -> Option<NaiveDateTime> {
        let first = NaiveDate::from_ymd_opt(year, self.month, 1)?;
        let last = days_in_month(first);
        let weekday_from = |day: u32, weekday: Weekday| {
            let from = first.with_day(day)?;
            first.with_day(day + (7 + weekday.num_days_from_monday() - from.weekday().num_days_from_monday()) % 7)
        };
        let date = match self.day {
            Day::Nth(-1, weekday) => weekday_from(last - 6, weekday),
            Day::Nth(nth, weekday) => weekday_from(nth as u32 * 7 - 6, weekday),
            Day::FromOn(day, weekday) => weekday_from(day, weekday),
            Day::On(day) => first.with_day(day),
        };
        Some(date?.and_time(self.time))
    }

    /// The next instant at which the clocks would change after an onset, if they went on by the pattern.
    pub fn next_after(&self, onset: &Onset) -> Option<Instant> {
        let year = onset.local().year();
        // A pattern of the end of a month, or of 29 February, leaves out years, but never eight of them.
        let local = (year + 1..=year + 12).find_map(|year| self.onset_in(year))?;
        Some(Instant::from_unix_seconds(local.and_utc().timestamp() - i64::from(onset.before)))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ=YEARLY;BYMONTH={}", self.month)?;
        match self.day {
            Day::Nth(nth, weekday) => write!(f, ";BYDAY={nth}{}", weekday_code(weekday)),
            Day::FromOn(first, weekday) => {
                write!(f, ";BYMONTHDAY={first}")?;
                let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][self.month as usize - 1];
                (first + 1..=(first + 6).min(longest)).try_for_each(|day| write!(f, ",{day}"))?;
                write!(f, ";BYDAY={}", weekday_code(weekday))
            }
            Day::On(day) => write!(f, ";BYMONTHDAY={day}"),
        }
    }
}

fn days_in_month(date: NaiveDate) -> u32 {
    u32::from(date.num_days_in_month())
}
