//! Days of the year on which the clocks change by rule.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::onset::Onset;
use crate::recurrence::{Frequency, RecurrenceRule, RuleParts, Run, WeekdayNum, longest_month};
use crate::zone::Instant;

/// So many years are looked through at a time, so many times: since long before there were zones.
const YEARS: i32 = 8;
const SPANS: i32 = 30;

/// A day of each year, and a time on it: the RRULE of a STANDARD or DAYLIGHT.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Yearly, from long before there were zones.
    run: Run,
    time: NaiveTime,
}

impl Pattern {
    /// All patterns that an onset fits, what programs read best first.
    pub fn all_of(local: NaiveDateTime) -> Vec<Self> {
        let (day, weekday) = (local.day() as i8, local.weekday());
        let last = local.date().num_days_in_month() as i8;
        let longest = longest_month(local.month() as u8);
        let mut days = Vec::new();
        if day <= 28 {
            days.push(nth((day - 1) / 7 + 1, weekday));
        }
        if day + 7 > last {
            days.push(nth(-1, weekday));
        }
        let starts = || (day - 6).max(1)..=day;
        days.extend(starts().filter(|first| first + 6 <= last).map(|first| from_on(first, longest, weekday)));
        days.push(on(day));
        // At the end of a month there are fewer than seven days, and years without such a day.
        days.extend(starts().filter(|first| first + 6 > last).map(|first| from_on(first, longest, weekday)));
        days.into_iter().filter_map(|day| Self::of(local, day)).collect()
    }

    fn of(local: NaiveDateTime, day: RuleParts) -> Option<Self> {
        let rule = RuleParts { by_month: vec![local.month() as u8], ..day }.rule().ok()?;
        let start = NaiveDate::from_ymd_opt(1800, 1, 1)?;
        Some(Self { run: Run { rule, start, last: None }, time: local.time() })
    }

    /// The rule of the days.
    pub fn rule(&self) -> &RecurrenceRule {
        &self.run.rule
    }

    /// The onsets before another, the latest first, on the clocks before them.
    pub fn onsets_before(&self, local: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
        let new_year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN);
        let (year, before) = (local.year(), local.date().pred_opt().unwrap_or(NaiveDate::MIN));
        // Most patterns fail in the year before. Then many years at a time: to begin with a rule costs more than to go on.
        let spans = (1..=SPANS).map(move |span| (year - 1 - span * YEARS, year - 2 - (span - 1) * YEARS));
        std::iter::once((year - 1, year)).chain(spans).flat_map(move |(first, last)| {
            let through = before.min(new_year(last + 1).pred_opt().unwrap_or(before));
            let dates: Vec<NaiveDate> = self.run.dates_from(new_year(first)).through(through).collect();
            dates.into_iter().rev().map(|day| day.and_time(self.time))
        })
    }

    /// The next instant at which the clocks would change after an onset, if they went on by the pattern.
    pub fn next_after(&self, onset: &Onset) -> Option<Instant> {
        let next_year = NaiveDate::from_ymd_opt(onset.local().year() + 1, 1, 1)?;
        let local = self.run.next_from(next_year)?.and_time(self.time);
        Some(Instant::from_unix_seconds(local.and_utc().timestamp() - i64::from(onset.before)))
    }
}

/// The nth such weekday of the month, 1 to 4, or the last one, -1.
fn nth(ordinal: i8, weekday: Weekday) -> RuleParts {
    RuleParts { by_day: vec![WeekdayNum::nth(ordinal, weekday)], ..RuleParts::new(Frequency::Yearly) }
}

/// The one such weekday among the seven days from this one on, in a month of at most `longest` days.
fn from_on(first: i8, longest: i8, weekday: Weekday) -> RuleParts {
    let by_month_day = (first..=(first + 6).min(longest)).collect();
    RuleParts { by_month_day, by_day: vec![WeekdayNum::every(weekday)], ..RuleParts::new(Frequency::Yearly) }
}

/// This day of the month.
fn on(day: i8) -> RuleParts {
    RuleParts { by_month_day: vec![day], ..RuleParts::new(Frequency::Yearly) }
}
