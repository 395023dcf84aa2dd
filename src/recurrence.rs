//! Recurrence rules as sets of dates: RFC 5545 3.3.10 at day precision, without time and without zone.
//!
//! A rule is cut into periods (days of a month for DAILY, weeks, months, years). Each period is a set of bits, a bit a
//! day, made by intersecting the parts of the rule; BYSETPOS picks bits of the whole period. Every BY part, whether
//! the RFC says that it expands or that it limits, is then the same thing: a test that each day must pass.

mod period;
mod rule;

use chrono::{Datelike, NaiveDate};

use period::{Days, Periods};
pub use rule::{Frequency, Limit, RecurrenceRule, RuleError, WeekdayNum, weekday_code};

/// The last day that anything here speaks of: 31 December 9999, as `NaiveDate::num_days_from_ce`.
const LAST_DAY: i32 = 3_652_059;

impl RecurrenceRule {
    /// The dates of the rule in order, `start` being the first that it may give: it is among them only if the rule gives
    /// it. What `start` decides (the phase of INTERVAL, the day where no BY part says one) is as in RFC 5545 3.3.10.
    /// Nothing comes after the year 9999.
    pub fn dates(&self, start: NaiveDate) -> Dates {
        self.dates_from(start, start)
    }

    /// The dates of [`RecurrenceRule::dates`] from a day on, which is reached by arithmetic, not by walking, but for a
    /// rule with COUNT.
    pub fn dates_from(&self, start: NaiveDate, from: NaiveDate) -> Dates {
        let (start_day, from_day) = (start.num_days_from_ce(), from.num_days_from_ce().max(start.num_days_from_ce()));
        let mut periods = Periods::new(self, start);
        let (remaining, until) = match self.limit() {
            Limit::Never => (u32::MAX, LAST_DAY),
            Limit::Count(count) => (count, LAST_DAY),
            Limit::Until(date) => (u32::MAX, date.num_days_from_ce().min(LAST_DAY)),
            Limit::UntilUtc(instant) => (u32::MAX, instant.date().num_days_from_ce().min(LAST_DAY)),
        };
        let counted = matches!(self.limit(), Limit::Count(_));
        if !counted {
            periods.jump(from_day);
        }
        let last = (start_day, start);
        Dates { days: Days::default(), periods, start: start_day, from: from_day, until, remaining, counted, last }
    }

    /// Whether the rule gives this date when it starts at `start`.
    pub fn gives(&self, start: NaiveDate, date: NaiveDate) -> bool {
        self.dates_from(start, date).next() == Some(date)
    }

    /// # Errors
    ///
    /// A rule that, whatever its COUNT or UNTIL, gives no date at all from `start` through the year 9999.
    pub fn check_happens(&self, start: NaiveDate) -> Result<(), RuleError> {
        match self.with_limit(Limit::Never).dates(start).next() {
            Some(_) => Ok(()),
            None => Err(RuleError::never_happens(self, start)),
        }
    }
}

/// The dates of a rule, in order, each once.
#[derive(Clone, Debug)]
pub struct Dates {
    days: Days,
    periods: Periods,
    /// Days from the common era: what comes before `start` does not exist, what comes before `from` is counted but not
    /// given, and `until` is the last that may be given.
    start: i32,
    from: i32,
    until: i32,
    remaining: u32,
    counted: bool,
    /// The day that was given last, first the start: from one date to the next is a short way.
    last: (i32, NaiveDate),
}

impl Iterator for Dates {
    type Item = NaiveDate;

    #[inline]
    fn next(&mut self) -> Option<NaiveDate> {
        self.next_numbered().map(|(_, date)| date)
    }
}

impl std::iter::FusedIterator for Dates {}

impl Dates {
    /// The next date, and its number as `NaiveDate::num_days_from_ce` has it.
    #[inline]
    pub(crate) fn next_numbered(&mut self) -> Option<(i32, NaiveDate)> {
        while self.remaining > 0 {
            let Some(day) = self.days.take_first() else {
                match self.periods.next_days(self.until) {
                    Some(days) => self.days = days,
                    None => self.remaining = 0,
                }
                continue;
            };
            if day < self.start {
                continue;
            }
            if day > self.until {
                self.remaining = 0;
                continue;
            }
            if self.counted {
                self.remaining -= 1;
            }
            if day >= self.from {
                let date = self.last.1.checked_add_days(chrono::Days::new((day - self.last.0) as u64))?;
                self.last = (day, date);
                return Some(self.last);
            }
        }
        None
    }
}
