//! The periods of a rule, each as the set of its days that pass every part.

mod month;
mod year;

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Frequency, RecurrenceRule};
use month::MonthParts;
use year::YearParts;

/// A set of days of one period: bit n of the words is the nth day after `first`.
#[derive(Clone, Debug, Default)]
pub struct Days {
    first: i32,
    words: [u64; 6],
    /// The word that is being emptied, and how many are in use.
    word: usize,
    used: usize,
}

impl Days {
    fn of_one_word(first: i32, bits: u64) -> Self {
        let mut words = [0; 6];
        words[0] = bits;
        Self { first, words, word: 0, used: 1 }
    }

    fn of_year(first: i32, words: [u64; 6]) -> Self {
        Self { first, words, word: 0, used: 6 }
    }

    /// Takes out the first day of the set, as days from the common era.
    #[inline]
    pub fn take_first(&mut self) -> Option<i32> {
        while self.word < self.used {
            let bits = self.words[self.word];
            if bits != 0 {
                self.words[self.word] = bits & (bits - 1);
                return Some(self.first + (self.word as i32) * 64 + bits.trailing_zeros() as i32);
            }
            self.word += 1;
        }
        None
    }

    /// BYSETPOS: only the days at these places of the set, counted from 1 or, negative, from the back.
    fn pick(&mut self, positions: &[i16]) {
        let size: u32 = self.words[..self.used].iter().map(|word| word.count_ones()).sum();
        let mut picked = [0; 6];
        for position in positions {
            let place = if *position > 0 { i32::from(*position) - 1 } else { size as i32 + i32::from(*position) };
            if place >= 0 && place < size as i32 {
                self.nth_into(place as u32, &mut picked);
            }
        }
        self.words = picked;
    }

    fn nth_into(&self, mut place: u32, picked: &mut [u64; 6]) {
        for (word, bits) in self.words.iter().enumerate() {
            let mut bits = *bits;
            let ones = bits.count_ones();
            if place < ones {
                for _ in 0..place {
                    bits &= bits - 1;
                }
                picked[word] |= bits & bits.wrapping_neg();
                return;
            }
            place -= ones;
        }
    }
}

/// The periods that INTERVAL leaves, in order from the one that holds the start.
#[derive(Clone, Debug)]
pub struct Periods {
    steps: Steps,
    set_positions: Vec<i16>,
}

#[derive(Clone, Debug)]
enum Steps {
    /// DAILY, a month at a time: which days of it the stride hits, and which pass.
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
    },
}

impl Periods {
    pub fn new(rule: &RecurrenceRule, start: NaiveDate) -> Self {
        let stride = i64::from(rule.interval());
        let day = start.num_days_from_ce();
        let steps = match rule.frequency() {
            Frequency::Daily => {
                Steps::Days { month: months_from_ce(start), start: day, stride, parts: MonthParts::daily(rule) }
            }
            Frequency::Weekly => {
                let first = day - days_since(rule.week_start(), start.weekday());
                Steps::Weeks {
                    first: i64::from(first),
                    stride: stride * 7,
                    bits: week_bits(rule, start),
                    months: month_set(rule),
                }
            }
            Frequency::Monthly => Steps::Months {
                month: i64::from(months_from_ce(start)),
                stride,
                parts: MonthParts::monthly(rule, start),
            },
            Frequency::Yearly => {
                Steps::Years { year: i64::from(start.year()), stride, parts: Box::new(YearParts::new(rule, start)) }
            }
        };
        // A day is a period of one: the first and the last of it are the same.
        let set_positions = match rule.frequency() {
            Frequency::Daily if rule.by_set_pos().iter().any(|position| position.abs() == 1) => Vec::new(),
            _ => rule.by_set_pos().to_vec(),
        };
        Self { steps, set_positions }
    }

    /// Leaves out whole periods before a day, as days from the common era.
    pub fn jump(&mut self, to: i32) {
        let date = NaiveDate::from_num_days_from_ce_opt(to).unwrap_or(NaiveDate::MAX);
        match &mut self.steps {
            Steps::Days { month, .. } => *month = (*month).max(months_from_ce(date)),
            Steps::Weeks { first, stride, .. } => *first = last_step(*first, *stride, i64::from(to)),
            Steps::Months { month, stride, .. } => *month = last_step(*month, *stride, i64::from(months_from_ce(date))),
            Steps::Years { year, stride, .. } => *year = last_step(*year, *stride, i64::from(date.year())),
        }
    }

    /// The days of the next period, or nothing where it begins after the day `last`.
    #[inline]
    pub fn next_days(&mut self, last: i32) -> Option<Days> {
        let mut days = match &mut self.steps {
            Steps::Weeks { first, stride, bits, months } => {
                let begin = i32::try_from(*first).ok().filter(|begin| *begin <= last)?;
                *first += *stride;
                let bits = if *months == EVERY_MONTH { *bits } else { *bits & days_in_months(begin, *months) };
                Days::of_one_word(begin, bits)
            }
            Steps::Months { month, stride, parts } => {
                let (begin, shape) = i32::try_from(*month).ok().and_then(month::shape)?;
                if begin > last {
                    return None;
                }
                *month += *stride;
                Days::of_one_word(begin, u64::from(parts.days(shape)))
            }
            Steps::Days { month, start, stride, parts } => {
                let (begin, shape) = month::shape(*month)?;
                if begin > last {
                    return None;
                }
                *month += 1;
                let bits = u64::from(parts.days(shape));
                Days::of_one_word(begin, bits & strided(i64::from(begin - *start), *stride))
            }
            Steps::Years { year, stride, parts } => {
                let this = i32::try_from(*year).ok().filter(|year| *year <= 9999)?;
                let begin = year::first_day(this);
                if begin > last {
                    return None;
                }
                *year += *stride;
                Days::of_year(begin, parts.days(this))
            }
        };
        if !self.set_positions.is_empty() {
            if matches!(self.steps, Steps::Days { .. }) {
                // A day has no second: positions other than 1 and -1 pick nothing.
                days.words = [0; 6];
            } else {
                days.pick(&self.set_positions);
            }
        }
        Some(days)
    }
}

/// BYMONTH without a restriction.
const EVERY_MONTH: u16 = 0b1_1111_1111_1110;

/// BYMONTH as bits 1 to 12; all of them where the rule has none.
fn month_set(rule: &RecurrenceRule) -> u16 {
    match rule.by_month() {
        [] => EVERY_MONTH,
        months => months.iter().fold(0, |set, month| set | 1 << month),
    }
}

/// The weekdays of a WEEKLY rule as bits from the start of its week.
fn week_bits(rule: &RecurrenceRule, start: NaiveDate) -> u64 {
    let bit = |weekday| 1 << days_since(rule.week_start(), weekday);
    match rule.by_day() {
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

/// How many days a weekday comes after another: 0 to 6.
fn days_since(first: Weekday, weekday: Weekday) -> i32 {
    (weekday.num_days_from_monday() as i32 - first.num_days_from_monday() as i32).rem_euclid(7)
}

/// Months since January of the year 0.
fn months_from_ce(date: NaiveDate) -> i32 {
    date.year() * 12 + date.month0() as i32
}
