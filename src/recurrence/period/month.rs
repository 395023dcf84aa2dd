//! The days of a month that pass the parts of a rule.

use chrono::{Datelike, NaiveDate, Weekday};

use super::super::{RecurrenceRule, WeekdayNum};
use super::calendar::{Month, days_since};

/// BYMONTH without a restriction.
pub const EVERY_MONTH: u16 = 0b1_1111_1111_1110;

/// BYMONTH as bits 1 to 12; all of them where the rule has none.
pub fn month_set(rule: &RecurrenceRule) -> u16 {
    match &rule.by_month[..] {
        [] => EVERY_MONTH,
        months => months.iter().fold(0, |set, month| set | 1 << month),
    }
}

/// The parts of a rule that look at months, compiled into bits so that any month can be asked quickly. Bit n is the
/// (n+1)th day.
#[derive(Clone, Debug)]
pub struct MonthParts {
    months: u16,
    /// BYMONTHDAY from the front, and from the back with the last day of a month of 31 at bit 30.
    from_front: u32,
    from_back: u32,
    /// BYDAY by the weekday of the first day of the month, and of its last day for what counts from the back.
    weekdays: [u32; 7],
    weekdays_from_back: [u32; 7],
}

impl MonthParts {
    /// DAILY: parts only take days away.
    pub fn daily(rule: &RecurrenceRule) -> Self {
        Self::new(rule, &rule.by_month_day, &rule.by_day)
    }

    /// MONTHLY: without a day, that of the start.
    pub fn monthly(rule: &RecurrenceRule, start: NaiveDate) -> Self {
        let start_day = [start.day() as i8];
        let no_day = rule.by_month_day.is_empty() && rule.by_day.is_empty();
        Self::new(rule, if no_day { &start_day } else { &rule.by_month_day }, &rule.by_day)
    }

    /// Every day of the rule's months on one of these days of the month (any where there is none) that is one of these
    /// weekdays (any where there is none), numbered within the month.
    pub fn new(rule: &RecurrenceRule, month_days: &[i8], by_day: &[WeekdayNum]) -> Self {
        let mut parts =
            Self { months: month_set(rule), from_front: 0, from_back: 0, weekdays: [0; 7], weekdays_from_back: [0; 7] };
        for day in month_days {
            match u32::from(day.unsigned_abs()) {
                from_back if *day < 0 => parts.from_back |= 1 << (31 - from_back),
                from_front => parts.from_front |= 1 << (from_front - 1),
            }
        }
        if month_days.is_empty() {
            parts.from_front = u32::MAX;
        }
        for day in by_day {
            parts.add_weekday(*day);
        }
        if by_day.is_empty() {
            parts.weekdays = [u32::MAX; 7];
        }
        parts
    }

    /// Only this month, 1 to 12.
    pub fn only_month(&mut self, month: u32) {
        self.months = 1 << month;
    }

    /// Whether a month, 1 to 12, has any day at all.
    pub fn allows(&self, month: i32) -> bool {
        self.months & (1 << month) != 0
    }

    fn add_weekday(&mut self, day: WeekdayNum) {
        for weekday in 0..7u8 {
            let edge = Weekday::try_from(weekday).unwrap_or(Weekday::Mon);
            // Days from the first of the month to the first such weekday; from the last such weekday to the last day.
            let (after, before) = (days_since(edge, day.weekday), days_since(day.weekday, edge));
            let place = usize::from(weekday);
            match day.ordinal.map(i32::from) {
                None => self.weekdays[place] |= (0..5).fold(0, |bits, week| bits | bit(after + week * 7)),
                Some(ordinal) if ordinal > 0 => self.weekdays[place] |= bit(after + (ordinal - 1) * 7),
                Some(ordinal) => self.weekdays_from_back[place] |= bit(30 - before + (ordinal + 1) * 7),
            }
        }
    }

    /// The days of a month that pass.
    #[inline]
    pub fn days(&self, month: Month) -> u32 {
        if self.months & (1 << month.number) == 0 {
            return 0;
        }
        let shorter = u32::from(31 - month.length);
        let last_weekday = usize::from((month.first_weekday + month.length - 1) % 7);
        let month_days = self.from_front | self.from_back >> shorter;
        let weekdays =
            self.weekdays[usize::from(month.first_weekday)] | self.weekdays_from_back[last_weekday] >> shorter;
        month_days & weekdays & (u32::MAX >> (32 - u32::from(month.length)))
    }
}

/// A bit, if there is such a day in a month of 31.
fn bit(day: i32) -> u32 {
    if (0..31).contains(&day) { 1 << day } else { 0 }
}
