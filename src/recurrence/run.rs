//! A run of dates: a rule from its first date to its last.
//!
//! RFC 5545 lets a rule end in three ways, and a schedule adds its own (`until`, the fading of `seen`). All of them are
//! folded into one last date when a run is made, so that nobody who asks for dates has to remember how it ends.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};

use super::period::{DaySet, Periods};
use super::{DAYS_PER_CYCLE, Ends, RecurrenceRule, Rrule, RuleError};
use crate::text::LAST_DAY;

/// The dates of a rule from `start` through `last`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Run {
    /// The rule, whose INTERVAL is counted from `start`.
    pub rule: RecurrenceRule,
    /// The first day that may be one of its dates.
    pub start: NaiveDate,
    /// The last day that may be one of its dates; `None` goes on.
    pub last: Option<NaiveDate>,
}

impl Rrule {
    /// The run that begins at `start`. `last_by` gives the last date whose meeting begins at or before an instant, which
    /// is UTC: it takes the meetings' time of day and zone to know that.
    pub fn run(self, start: NaiveDate, last_by: impl FnOnce(NaiveDateTime) -> NaiveDate) -> Run {
        let last = match self.ends {
            Ends::Never => None,
            // A rule that gives no date at all ends where it starts.
            Ends::Count(count) => Some(self.rule.last_of(start, count).unwrap_or(start)),
            Ends::On(date) => Some(date),
            Ends::At(instant) => Some(last_by(instant)),
        };
        Run { rule: self.rule, start, last }
    }
}

impl Run {
    /// All dates, in order.
    pub fn dates(&self) -> Dates {
        self.dates_from(self.start)
    }

    /// The dates from a day on, which is reached by arithmetic, not by walking.
    pub fn dates_from(&self, from: NaiveDate) -> Dates {
        let dates = self.rule.dates_from(self.start, from);
        match self.last {
            Some(last) => dates.through(last),
            None => dates,
        }
    }

    /// Whether a day is one of the dates.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.last.is_none_or(|last| date <= last) && self.rule.gives(self.start, date)
    }

    /// The first date from a day on.
    pub fn next_from(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.dates_from(day).next()
    }

    /// The last date before a day.
    pub fn last_before(&self, day: NaiveDate) -> Option<NaiveDate> {
        let after_last = self.last.and_then(|last| last.succ_opt());
        let mut end = after_last.map_or(day, |after| day.min(after));
        // Back from period to period; most have a date.
        while let Some(before) = end.pred_opt().filter(|before| *before >= self.start) {
            let from = self.rule.period_before(self.start, before);
            let found = self.rule.dates_from(self.start, from).through(before).last();
            if found.is_some() {
                return found;
            }
            end = from;
        }
        None
    }

    /// How many dates lie from a day through another: counted period by period.
    pub fn count(&self, from: NaiveDate, through: NaiveDate) -> usize {
        let mut dates = self.dates_from(from).through(through);
        let mut number = 0;
        while let Some(days) = dates.periods.next_days(dates.through) {
            number += days.within(dates.from, dates.through).count() as usize;
        }
        number
    }

    /// A run without any date is an error.
    pub fn check(&self) -> Result<(), RuleError> {
        let mut dates = self.rule.dates(self.start);
        if self.rule.interval == 1 {
            // From then on they would repeat.
            dates = dates.through(self.start.checked_add_days(Days::new(DAYS_PER_CYCLE)).unwrap_or(LAST_DAY));
        }
        let first = dates.next();
        let (message, help) = match (first, self.last) {
            (None, _) => (format!("this rule never happens: it gives no date from {} on", self.start), None),
            (Some(first), Some(last)) if last < first => {
                let message = format!("the rule ends on {last}, before its first date, {first}");
                (message, Some("correct UNTIL, or leave it out".to_owned()))
            }
            _ => return Ok(()),
        };
        Err(RuleError { help, ..RuleError::at(0..self.rule.to_string().len(), message) })
    }

    /// The last date of all; `None` where the run goes on, or has no date.
    pub fn final_date(&self) -> Option<NaiveDate> {
        self.last_before(self.last?.succ_opt()?)
    }
}

impl RecurrenceRule {
    /// The dates of the rule in order, `start` being the first that it may give: it is among them only if the rule gives
    /// it. What `start` decides (the phase of INTERVAL, the day where no BY part says one) is as in RFC 5545 3.3.10.
    /// Nothing comes after the year 9999.
    pub fn dates(&self, start: NaiveDate) -> Dates {
        self.dates_from(start, start)
    }

    /// The dates of [`RecurrenceRule::dates`] from a day on.
    pub fn dates_from(&self, start: NaiveDate, from: NaiveDate) -> Dates {
        let from = from.max(start).num_days_from_ce();
        let mut periods = Periods::new(self, start);
        periods.jump(from);
        let (through, previous) = (LAST_DAY.num_days_from_ce(), (start.num_days_from_ce(), start));
        Dates { days: DaySet::default(), periods, from, through, previous }
    }

    /// The last of so many dates from `start` on, or of all there are. COUNT may be four thousand million: the calendar
    /// repeats itself after 400 years, so that no more than two such cycles have to be looked at.
    fn last_of(&self, start: NaiveDate, count: u32) -> Option<NaiveDate> {
        let all = Run { rule: self.clone(), start, last: None };
        let cycle_end = start.checked_add_days(Days::new(DAYS_PER_CYCLE - 1)).filter(|end| *end <= LAST_DAY);
        // With a longer interval cycles differ.
        let of_cycle = cycle_end.filter(|_| self.interval == 1).map_or(0, |end| all.count(start, end) as u64);
        let skipped = (u64::from(count) - 1).checked_div(of_cycle).unwrap_or(0);
        let last_of_all = || all.last_before(LAST_DAY).max(Some(LAST_DAY).filter(|day| all.holds(*day)));
        match start.checked_add_days(Days::new(skipped * DAYS_PER_CYCLE)).filter(|from| *from <= LAST_DAY) {
            None => last_of_all(),
            Some(from) if from == start => self.dates_from(start, start).last_of(count),
            Some(from) => {
                let left = u64::from(count) - skipped * of_cycle;
                self.dates_from(start, from).last_of(left as u32).or_else(last_of_all)
            }
        }
    }

    /// Whether the rule gives this date when it starts at `start`.
    pub fn gives(&self, start: NaiveDate, date: NaiveDate) -> bool {
        self.dates_from(start, date).through(date).next() == Some(date)
    }

    /// The first day of the last period that begins at or before a day; `start` where it begins earlier.
    fn period_before(&self, start: NaiveDate, day: NaiveDate) -> NaiveDate {
        let mut periods = Periods::new(self, start);
        periods.jump(day.num_days_from_ce());
        NaiveDate::from_num_days_from_ce_opt(periods.begin()).map_or(start, |begin| begin.max(start))
    }
}

/// Dates in order, each once.
#[derive(Clone, Debug)]
pub struct Dates {
    days: DaySet,
    periods: Periods,
    /// The first day that may be given, from the common era.
    from: i32,
    /// The last day that may be given.
    through: i32,
    /// The day that was given last, at first the start: from one date to the next is a short way.
    previous: (i32, NaiveDate),
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
    /// Those up to a day: they end there, however far away the next date would be.
    #[must_use]
    pub fn through(self, day: NaiveDate) -> Self {
        Self { through: self.through.min(day.num_days_from_ce()), ..self }
    }

    /// The next date, and its number as `NaiveDate::num_days_from_ce` has it.
    #[inline]
    pub(crate) fn next_numbered(&mut self) -> Option<(i32, NaiveDate)> {
        loop {
            let Some(day) = self.days.take_first() else {
                self.days = self.periods.next_days(self.through)?;
                continue;
            };
            if day < self.from {
                continue;
            }
            if day > self.through {
                self.through = i32::MIN;
                self.days = DaySet::default();
                return None;
            }
            let date = self.previous.1.checked_add_days(Days::new((day - self.previous.0) as u64))?;
            self.previous = (day, date);
            return Some(self.previous);
        }
    }

    /// The last of so many dates, or of all there are: counted period by period, as COUNT may be four thousand million.
    pub fn last_of(mut self, count: u32) -> Option<NaiveDate> {
        let mut left = count;
        let mut last = None;
        while let Some(days) = self.periods.next_days(self.through) {
            let mut days = days.within(self.from, self.through);
            if days.count() >= left {
                last = std::iter::from_fn(|| days.take_first()).nth(left as usize - 1);
                break;
            }
            left -= days.count();
            last = days.last().or(last);
        }
        last.and_then(NaiveDate::from_num_days_from_ce_opt)
    }
}
