//! The periods of a rule, each as the set of its days that pass every part.

pub mod calendar;
mod month;
mod year;

use std::array::IntoIter;

use chrono::{Datelike, NaiveDate};

use super::{Frequency, RecurrenceRule};
use calendar::{days_since, months_since_year_0};
use month::{EVERY_MONTH, MonthParts, month_set};
use year::YearParts;

use crate::text::LAST_YEAR;

/// Some of the days that a rule gives: bit n is the nth day after `first`, which is counted from the common era.
#[derive(Clone, Copy, Debug, Default)]
pub struct DaySet {
    first: i32,
    bits: u64,
}

impl DaySet {
    /// How many there are.
    pub fn count(self) -> u32 {
        self.bits.count_ones()
    }

    /// Those from a day through another.
    pub fn within(self, from: i32, through: i32) -> Self {
        let place = |day: i32| (day - self.first).clamp(0, 64) as u32;
        let below = |place: u32| 1_u64.checked_shl(place).map_or(u64::MAX, |bit| bit - 1);
        Self { bits: self.bits & below(place(through + 1)) & !below(place(from)), ..self }
    }

    /// The last day, as days from the common era.
    pub fn last(self) -> Option<i32> {
        (self.bits != 0).then(|| self.first + 63 - self.bits.leading_zeros() as i32)
    }

    /// Takes out the first day, as days from the common era.
    #[inline]
    pub fn take_first(&mut self) -> Option<i32> {
        if self.bits == 0 {
            return None;
        }
        let day = self.first + self.bits.trailing_zeros() as i32;
        self.bits &= self.bits - 1;
        Some(day)
    }
}

/// BYSETPOS: only the bits at these places of the set, counted from 1 or, negative, from the back. All, without places.
fn pick(words: &mut [u64], positions: &[i16]) {
    if positions.is_empty() {
        return;
    }
    let size = words.iter().map(|word| word.count_ones() as i32).sum::<i32>();
    let wanted = |place: i32| {
        positions
            .iter()
            .map(|position| i32::from(*position))
            .any(|wanted| wanted == place + 1 || wanted == place - size)
    };
    let mut place = 0;
    for word in words {
        let mut bits = *word;
        while bits != 0 {
            let bit = bits & bits.wrapping_neg();
            if !wanted(place) {
                *word &= !bit;
            }
            bits &= bits - 1;
            place += 1;
        }
    }
}

/// Days of the longest month.
const LONGEST_MONTH: i64 = 31;

/// The periods that INTERVAL leaves, in order from the one that holds the start.
#[derive(Clone, Debug)]
pub struct Periods {
    steps: Steps,
    set_positions: Vec<i16>,
}

#[derive(Clone, Debug)]
enum Steps {
    /// DAILY, a month at a time: the days of it that the stride hits, as far as they pass the parts.
    Days {
        month: i32,
        start: i32,
        stride: i64,
        parts: MonthParts,
    },
    Weeks {
        first: i64,
        stride: i64,
        bits: u64,
        months: u16,
    },
    Months {
        month: i64,
        stride: i64,
        parts: MonthParts,
    },
    Years {
        year: i64,
        stride: i64,
        parts: Box<YearParts>,
        /// The days of a year that are still to come, and the first day of the next of them.
        pending: IntoIter<u64, 6>,
        first: i32,
    },
}

impl Steps {
    /// WEEKLY. Where all weeks are alike, as many periods as 64 days hold are taken in one step.
    fn weeks(rule: &RecurrenceRule, start: NaiveDate) -> Self {
        let first = start.num_days_from_ce() - days_since(rule.week_start, start.weekday());
        let (period, months, week) = (i64::from(rule.interval) * 7, month_set(rule), week_bits(rule, start));
        let alike = months == EVERY_MONTH && rule.by_set_pos.is_empty();
        let periods = if alike { (64 / period).max(1) } else { 1 };
        let bits = (0..periods).fold(0, |bits, at| bits | week << (at * period));
        Self::Weeks { first: i64::from(first), stride: periods * period, bits, months }
    }
}

impl Periods {
    pub fn new(rule: &RecurrenceRule, start: NaiveDate) -> Self {
        let stride = i64::from(rule.interval);
        let day = start.num_days_from_ce();
        let steps = match rule.frequency {
            Frequency::Daily => {
                Steps::Days { month: months_since_year_0(start), start: day, stride, parts: MonthParts::daily(rule) }
            }
            Frequency::Weekly => Steps::weeks(rule, start),
            Frequency::Monthly => Steps::Months {
                month: i64::from(months_since_year_0(start)),
                stride,
                parts: MonthParts::monthly(rule, start),
            },
            Frequency::Yearly => Steps::Years {
                year: i64::from(start.year()),
                stride,
                parts: Box::new(YearParts::new(rule, start)),
                pending: IntoIter::default(),
                first: 0,
            },
        };
        // A day is a period of one: the first and the last of it are the same.
        let set_positions = match rule.frequency {
            Frequency::Daily if rule.by_set_pos.iter().any(|position| position.abs() == 1) => Vec::new(),
            _ => rule.by_set_pos.clone(),
        };
        Self { steps, set_positions }
    }

    /// Skips whole periods before a day, which is given as days from the common era.
    pub fn jump(&mut self, to: i32) {
        let date = NaiveDate::from_num_days_from_ce_opt(to).unwrap_or(NaiveDate::MAX);
        match &mut self.steps {
            Steps::Days { month, .. } => *month = (*month).max(months_since_year_0(date)),
            Steps::Weeks { first, stride, .. } => *first = last_step(*first, *stride, i64::from(to)),
            Steps::Months { month, stride, .. } => {
                *month = last_step(*month, *stride, i64::from(months_since_year_0(date)));
            }
            Steps::Years { year, stride, .. } => *year = last_step(*year, *stride, i64::from(date.year())),
        }
    }

    /// The first day of the period that comes next.
    pub fn begin(&self) -> i32 {
        let first_of_month = |index| calendar::month(index).map_or(i32::MAX, |month| month.first);
        match &self.steps {
            Steps::Days { month, .. } => first_of_month(*month),
            Steps::Weeks { first, .. } => *first as i32,
            Steps::Months { month, .. } => first_of_month(*month as i32),
            Steps::Years { year, .. } => calendar::first_day(*year as i32),
        }
    }

    /// The next days: those of a period or, of a year, 64 at a time. Nothing where they begin after the day `last`.
    #[inline]
    pub fn next_days(&mut self, last: i32) -> Option<DaySet> {
        let positions = &self.set_positions;
        let (first, mut bits) = match &mut self.steps {
            Steps::Weeks { first, stride, bits, months } => {
                let begin = i32::try_from(*first).ok().filter(|begin| *begin <= last)?;
                *first += *stride;
                (begin, if *months == EVERY_MONTH { *bits } else { *bits & days_in_months(begin, *months) })
            }
            Steps::Months { month, stride, parts } => {
                let this = i32::try_from(*month).ok().and_then(calendar::month)?;
                *month += *stride;
                (this.first, u64::from(parts.days(this)))
            }
            Steps::Days { month, start, stride, parts } => {
                if *stride > LONGEST_MONTH {
                    // Over the months that the stride does not hit.
                    let after = i64::from(calendar::month(*month)?.first - *start).max(0);
                    let next = i64::from(*start) + (after + *stride - 1) / *stride * *stride;
                    let next = NaiveDate::from_num_days_from_ce_opt(i32::try_from(next).ok()?)?;
                    *month = (*month).max(months_since_year_0(next));
                }
                let this = calendar::month(*month)?;
                *month += 1;
                let bits = u64::from(parts.days(this)) & strided(i64::from(this.first - *start), *stride);
                // A day has no second: positions other than 1 and -1 pick nothing.
                (this.first, if positions.is_empty() { bits } else { 0 })
            }
            Steps::Years { year, stride, parts, pending, first } => {
                if pending.len() == 0 {
                    let this = i32::try_from(*year).ok().filter(|year| *year <= LAST_YEAR)?;
                    *year += *stride;
                    let mut days = parts.days(this);
                    pick(&mut days, positions);
                    (*pending, *first) = (days.into_iter(), calendar::first_day(this));
                }
                let days = DaySet { first: *first, bits: pending.next()? };
                *first += 64;
                return (days.first <= last).then_some(days);
            }
        };
        if first > last {
            return None;
        }
        pick(std::slice::from_mut(&mut bits), positions);
        Some(DaySet { first, bits })
    }
}

/// The weekdays of a WEEKLY rule as bits from the start of its week.
fn week_bits(rule: &RecurrenceRule, start: NaiveDate) -> u64 {
    let bit = |weekday| 1 << days_since(rule.week_start, weekday);
    match &rule.by_day[..] {
        [] => bit(start.weekday()),
        days => days.iter().fold(0, |bits, day| bits | bit(day.weekday)),
    }
}

/// The days of the week beginning at `first` that lie in one of these months.
fn days_in_months(first: i32, months: u16) -> u64 {
    let lies_in =
        |day: i32| NaiveDate::from_num_days_from_ce_opt(day).is_some_and(|date| months & (1 << date.month()) != 0);
    (0..7).filter(|day| lies_in(first + day)).fold(0, |bits, day| bits | 1 << day)
}

/// Bits of the days of a month that a stride hits, the month beginning so many days after the stride's start.
fn strided(after: i64, stride: i64) -> u64 {
    if stride == 1 {
        return u64::MAX;
    }
    let mut bits = 0;
    let mut day = (-after).rem_euclid(stride);
    while day < 31 {
        bits |= 1 << day;
        day += stride;
    }
    bits
}

/// The last step at or before `to`; the first one where `to` lies before it.
fn last_step(first: i64, stride: i64, to: i64) -> i64 {
    first + (to - first).max(0) / stride * stride
}
