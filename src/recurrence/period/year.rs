//! The days of a year that pass the parts of a YEARLY rule.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, Weekday};

use super::super::{RecurrenceRule, WeekdayNum};
use super::calendar::{days_since, first_day, month, weekday, year_length};
use super::month::MonthParts;

/// The parts of a YEARLY rule, compiled so that any year can be asked.
#[derive(Clone, Debug)]
pub struct YearParts {
    /// What can be decided month by month.
    months: MonthParts,
    week_numbers: Vec<i8>,
    year_days: Vec<i16>,
    /// Weekdays, numbered within the year; only where there is a numbered one and no BYMONTH.
    weekdays: Vec<WeekdayNum>,
    week_start: Weekday,
}

impl YearParts {
    /// Without a part that gives the day, it is that of the start: its weekday within BYWEEKNO, else its day of the month
    /// and, without BYMONTH, its month.
    pub fn new(rule: &RecurrenceRule, start: NaiveDate) -> Self {
        let day_given = !(rule.by_month_day.is_empty() && rule.by_year_day.is_empty() && rule.by_day.is_empty());
        let in_weeks = !rule.by_week_no.is_empty();
        let start_weekday = [WeekdayNum::every(start.weekday())];
        let start_day = [start.day() as i8];
        let by_day = if !day_given && in_weeks { &start_weekday[..] } else { &rule.by_day };
        let month_days = if !day_given && !in_weeks { &start_day[..] } else { &rule.by_month_day };
        // RFC 5545 3.3.10: a numbered weekday counts within the month where there is BYMONTH, else within the year.
        let in_year = rule.by_month.is_empty() && by_day.iter().any(|day| day.ordinal.is_some());
        let mut months = MonthParts::new(rule, month_days, if in_year { &[] } else { by_day });
        if !day_given && !in_weeks && rule.by_month.is_empty() {
            months.only_month(start.month());
        }
        Self {
            months,
            week_numbers: rule.by_week_no.clone(),
            year_days: rule.by_year_day.clone(),
            weekdays: if in_year { by_day.to_vec() } else { Vec::new() },
            week_start: rule.week_start,
        }
    }

    /// The days of a year that pass; bit n of the words is the (n+1)th day.
    pub fn days(&self, year: i32) -> [u64; 6] {
        let mut days = YearSet::default();
        for month0 in (0..12).filter(|month0| self.months.allows(month0 + 1)) {
            if let Some(month) = month(year * 12 + month0) {
                days.add_bits(month.first - first_day(year), u64::from(self.months.days(month)));
            }
        }
        if !self.week_numbers.is_empty() {
            days.keep(&self.days_of_weeks(year));
        }
        if !self.year_days.is_empty() {
            days.keep(&self.days_by_number(year));
        }
        if !self.weekdays.is_empty() {
            days.keep(&self.days_by_weekday(year));
        }
        days.0
    }

    /// BYYEARDAY.
    fn days_by_number(&self, year: i32) -> YearSet {
        let length = year_length(year);
        let mut days = YearSet::default();
        for number in self.year_days.iter().map(|number| i32::from(*number)) {
            let place = if number > 0 { number - 1 } else { length + number };
            days.add(place..place + 1, length);
        }
        days
    }

    /// BYDAY, numbered within the year.
    fn days_by_weekday(&self, year: i32) -> YearSet {
        let length = year_length(year);
        let first = weekday(first_day(year));
        let last = weekday(first_day(year + 1) - 1);
        let mut days = YearSet::default();
        for day in &self.weekdays {
            let front = days_since(first, day.weekday);
            let back = length - 1 - days_since(day.weekday, last);
            let place = match day.ordinal.map(i32::from) {
                None => {
                    (front..length).step_by(7).for_each(|place| days.add(place..place + 1, length));
                    continue;
                }
                Some(ordinal) if ordinal > 0 => front + (ordinal - 1) * 7,
                Some(ordinal) => back + (ordinal + 1) * 7,
            };
            days.add(place..place + 1, length);
        }
        days
    }

    /// BYWEEKNO: the days of this calendar year whose week has one of the numbers, also where that week is the last of
    /// the year before or the first of the year after.
    fn days_of_weeks(&self, year: i32) -> YearSet {
        let mut days = YearSet::default();
        let begin = first_day(year);
        for numbered in [year - 1, year, year + 1] {
            let (first, next) = (self.first_week(numbered), self.first_week(numbered + 1));
            let weeks = (next - first) / 7;
            for number in self.week_numbers.iter().map(|number| i32::from(*number)) {
                let place = if number > 0 { number - 1 } else { weeks + number };
                if (0..weeks).contains(&place) {
                    let begins = first + place * 7 - begin;
                    days.add(begins..begins + 7, year_length(year));
                }
            }
        }
        days
    }

    /// The day on which week 1 begins: the first week with four days in the year.
    fn first_week(&self, year: i32) -> i32 {
        let january = first_day(year);
        let into = days_since(self.week_start, weekday(january));
        if into <= 3 { january - into } else { january + 7 - into }
    }
}

/// A set of days of a year.
#[derive(Default)]
struct YearSet([u64; 6]);

impl YearSet {
    /// Adds bits that begin at a place of the year; at most 32 of them, within the year.
    fn add_bits(&mut self, place: i32, bits: u64) {
        let (word, shift) = (place as usize / 64, place as u32 % 64);
        self.0[word] |= bits << shift;
        if shift > 32 && word + 1 < self.0.len() {
            self.0[word + 1] |= bits >> (64 - shift);
        }
    }

    /// Adds these places, as far as they lie in a year of this length.
    fn add(&mut self, places: Range<i32>, length: i32) {
        for day in places.start.max(0)..places.end.min(length) {
            self.add_bits(day, 1);
        }
    }

    fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= other);
    }
}
