//! The proleptic Gregorian calendar in plain integers: leap years, months, weekdays.
//!
//! The engine asks these questions for every period of every rule; chrono answers them too, but by way of a whole date.
//! Days are counted from the common era, as `NaiveDate::num_days_from_ce` counts them: day 1 is 1 January of the year 1,
//! a Monday.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::text::LAST_YEAR;

/// Days of a common and of a leap year before each month, and before the next year.
const DAYS_BEFORE_MONTH: [[u16; 13]; 2] = [
    [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365],
    [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366],
];

/// Days in 400 years, after which weekdays and leap years begin anew.
pub const DAYS_PER_CYCLE: u64 = 146_097;

/// What the calendar says of a month.
#[derive(Clone, Copy, Debug)]
pub struct Month {
    /// The day from the common era of its first day.
    pub first: i32,
    /// 1 to 12.
    pub number: u8,
    /// 28 to 31.
    pub length: u8,
    /// The weekday of its first day, from Monday, 0 to 6.
    pub first_weekday: u8,
}

/// A month, counted in months since January of the year 0; nothing after the year 9999.
#[inline]
pub fn month(index: i32) -> Option<Month> {
    let (year, month0) = (index.div_euclid(12), index.rem_euclid(12) as usize);
    if year > LAST_YEAR {
        return None;
    }
    let before = &DAYS_BEFORE_MONTH[usize::from(is_leap(year))];
    let first = first_day(year) + i32::from(before[month0]);
    let length = (before[month0 + 1] - before[month0]) as u8;
    Some(Month { first, number: month0 as u8 + 1, length, first_weekday: weekday_from_monday(first) })
}

/// Months since January of the year 0.
pub fn months_since_year_0(date: NaiveDate) -> i32 {
    date.year() * 12 + date.month0() as i32
}

/// The most days that a month, 1 to 12, ever has.
pub fn longest_month(month: u8) -> i8 {
    let [_, leap] = &DAYS_BEFORE_MONTH;
    let month = usize::from(month.clamp(1, 12));
    (leap[month] - leap[month - 1]) as i8
}

/// Days of a year: 365 or 366.
pub fn year_length(year: i32) -> i32 {
    365 + i32::from(is_leap(year))
}

/// 1 January.
pub fn first_day(year: i32) -> i32 {
    let before = year - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) + 1
}

/// The weekday of a day.
pub fn weekday(day: i32) -> Weekday {
    Weekday::try_from(weekday_from_monday(day)).unwrap_or(Weekday::Mon)
}

/// How many days a weekday comes after another: 0 to 6.
pub fn days_since(first: Weekday, weekday: Weekday) -> i32 {
    weekday.days_since(first) as i32
}

fn weekday_from_monday(day: i32) -> u8 {
    (day - 1).rem_euclid(7) as u8
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
