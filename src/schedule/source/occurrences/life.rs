//! The dates on which a series really meets: its rule from its start to its end.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::SeriesDraft;
use crate::recurrence::{Frequency, Limit, RecurrenceRule};

/// A series whose dates are known.
pub struct Life<'d> {
    /// Its place among the drafts.
    pub index: usize,
    pub draft: &'d SeriesDraft,
    pub start: NaiveDate,
    /// The last day on which it may meet.
    pub last: NaiveDate,
    /// Its rule, ending on `last`: looking for a date never goes beyond.
    rule: RecurrenceRule,
}

impl<'d> Life<'d> {
    pub fn of(index: usize, draft: &'d SeriesDraft) -> Option<Self> {
        let rule = draft.rule.as_ref()?;
        let start = *draft.start.as_ref()?.get_ref();
        draft.end?;
        let last = draft.last.unwrap_or(NaiveDate::MAX);
        let last = match rule.limit() {
            Limit::Never => last,
            Limit::Until(until) => last.min(until),
            // Counted once, not again with every date that is looked up.
            Limit::Count(_) => rule.dates(start).take_while(|date| *date <= last).last().unwrap_or(start),
            // Left only where time or zone is wrong.
            Limit::UntilUtc(until) => last.min(until.date()),
        };
        let limit = if last == NaiveDate::MAX { Limit::Never } else { Limit::Until(last) };
        Some(Self { index, draft, start, last, rule: rule.with_limit(limit) })
    }

    /// Whether it meets on a date.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.start <= date && date <= self.last && self.rule.gives(self.start, date)
    }

    /// The dates from a day on.
    pub fn dates_from(&self, from: NaiveDate) -> crate::recurrence::Dates {
        self.rule.dates_from(self.start, from)
    }

    /// The first date from a day on.
    pub fn first_from(&self, from: NaiveDate) -> Option<NaiveDate> {
        if from > self.last { None } else { self.dates_from(from).next() }
    }

    /// The last date before a day.
    fn last_before(&self, day: NaiveDate) -> Option<NaiveDate> {
        let day = self.last.succ_opt().map_or(day, |after| day.min(after));
        [40, 400, 4_000, 4_000_000].into_iter().find_map(|back| {
            let from = day.checked_sub_days(Days::new(back)).unwrap_or(NaiveDate::MIN);
            self.dates_from(from).take_while(|date| *date < day).last()
        })
    }

    /// The weekdays on which it may meet, a bit each.
    pub fn weekdays(&self) -> u8 {
        let bit = |weekday: Weekday| 1 << weekday.num_days_from_monday();
        match self.rule.by_day() {
            [] if self.rule.frequency() == Frequency::Weekly => bit(self.start.weekday()),
            [] => 0b111_1111,
            days => days.iter().fold(0, |bits, day| bits | bit(day.weekday)),
        }
    }
}

/// The last date before and the first after a day, over some series.
pub fn near<'l, 'd: 'l>(lives: impl Iterator<Item = &'l Life<'d>> + Clone, day: NaiveDate) -> Vec<NaiveDate> {
    let before = lives.clone().filter_map(|life| life.last_before(day)).max();
    let after = lives.filter_map(|life| life.first_from(day)).min();
    before.into_iter().chain(after).collect()
}

/// The dates of a rule before and after a day on which it was to start, in step with that day.
pub fn near_start(rule: &RecurrenceRule, start: NaiveDate) -> Vec<NaiveDate> {
    let rule = rule.with_limit(Limit::Never);
    let step = rule.interval();
    let earlier = match rule.frequency() {
        Frequency::Daily => start.checked_sub_days(Days::new(400 * u64::from(step))),
        Frequency::Weekly => start.checked_sub_days(Days::new(7 * 60 * u64::from(step))),
        Frequency::Monthly => step.checked_mul(14).and_then(|months| start.checked_sub_months(Months::new(months))),
        Frequency::Yearly => step.checked_mul(12 * 8).and_then(|months| start.checked_sub_months(Months::new(months))),
    };
    let earlier = earlier.filter(|earlier| earlier.year() > 0);
    let before = earlier.and_then(|earlier| rule.dates(earlier).take_while(|date| *date < start).last());
    before.into_iter().chain(rule.dates(start).next()).collect()
}
