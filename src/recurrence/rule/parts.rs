//! The parts of a rule before they are known to make one, and the combinations that RFC 5545 forbids.

use std::fmt;

use chrono::Weekday;

use super::{Frequency, RecurrenceRule, WeekdayNum};

/// The parts of a rule as somebody gives them: `RuleParts { by_month: vec![6], ..RuleParts::new(Frequency::Yearly) }`.
/// [`RuleParts::rule`] makes a rule of those that go together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuleParts {
    /// FREQ.
    pub frequency: Frequency,
    /// INTERVAL: 1 or more.
    pub interval: u32,
    /// BYMONTH: 1 to 12.
    pub by_month: Vec<u8>,
    /// BYWEEKNO: ±1 to ±53.
    pub by_week_no: Vec<i8>,
    /// BYYEARDAY: ±1 to ±366.
    pub by_year_day: Vec<i16>,
    /// BYMONTHDAY: ±1 to ±31.
    pub by_month_day: Vec<i8>,
    /// BYDAY.
    pub by_day: Vec<WeekdayNum>,
    /// BYSETPOS: ±1 to ±366.
    pub by_set_pos: Vec<i16>,
    /// WKST.
    pub week_start: Weekday,
}

/// Why parts do not make a rule (RFC 5545 3.3.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRule {
    /// The part that is wrong or does not go with the others, such as `BYDAY`.
    pub part: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// A way out, in one line.
    pub help: &'static str,
}

impl fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (RFC 5545 3.3.10)", self.message)
    }
}

impl RuleParts {
    /// FREQ alone, with INTERVAL=1 and WKST=MO.
    pub fn new(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            by_month: Vec::new(),
            by_week_no: Vec::new(),
            by_year_day: Vec::new(),
            by_month_day: Vec::new(),
            by_day: Vec::new(),
            by_set_pos: Vec::new(),
            week_start: Weekday::Mon,
        }
    }

    /// FREQ and INTERVAL.
    pub fn every(interval: u32, frequency: Frequency) -> Self {
        Self { interval, ..Self::new(frequency) }
    }

    /// The rule that they make, unless a value is out of its range or RFC 5545 3.3.10 forbids the combination.
    pub fn rule(mut self) -> Result<RecurrenceRule, InvalidRule> {
        self.check_ranges()?;
        self.check_combinations()?;
        self.by_month.sort_unstable();
        self.by_month.dedup();
        front_first(&mut self.by_week_no, |week| i32::from(*week));
        front_first(&mut self.by_year_day, |day| i32::from(*day));
        front_first(&mut self.by_month_day, |day| i32::from(*day));
        front_first(&mut self.by_set_pos, |position| i32::from(*position));
        // Plain weekdays come first, as if they were numbered 0; Monday first within each number.
        self.by_day.sort_unstable_by_key(|day| day.weekday.num_days_from_monday());
        front_first(&mut self.by_day, |day| i32::from(day.ordinal.unwrap_or(0)));
        Ok(RecurrenceRule(self))
    }

    fn check_ranges(&self) -> Result<(), InvalidRule> {
        let within = |value: i16, part| value != 0 && value.abs() <= greatest(part);
        let ordinals = self.by_day.iter().filter_map(|day| day.ordinal);
        let checks = [
            ("INTERVAL", self.interval > 0),
            ("BYMONTH", self.by_month.iter().all(|month| within((*month).into(), "BYMONTH"))),
            ("BYWEEKNO", self.by_week_no.iter().all(|week| within((*week).into(), "BYWEEKNO"))),
            ("BYYEARDAY", self.by_year_day.iter().all(|day| within(*day, "BYYEARDAY"))),
            ("BYMONTHDAY", self.by_month_day.iter().all(|day| within((*day).into(), "BYMONTHDAY"))),
            ("BYDAY", { ordinals }.all(|ordinal| within(ordinal.into(), "BYDAY"))),
            ("BYSETPOS", self.by_set_pos.iter().all(|position| within(*position, "BYSETPOS"))),
        ];
        let wrong = checks.into_iter().find(|(_, right)| !right);
        wrong.map_or(Ok(()), |(part, _)| {
            Err(InvalidRule { part, message: format!("{part} is out of its range"), help: "correct the value" })
        })
    }

    fn check_combinations(&self) -> Result<(), InvalidRule> {
        let frequency = self.frequency;
        let yearly = frequency == Frequency::Yearly;
        let in_months = yearly || frequency == Frequency::Monthly;
        let numbered = self.by_day.iter().any(|day| day.ordinal.is_some());
        let (weeks, year_days) = (!self.by_week_no.is_empty(), !self.by_year_day.is_empty());
        let month_days = !self.by_month_day.is_empty();
        let others = weeks || year_days || month_days || !self.by_day.is_empty() || !self.by_month.is_empty();
        let with_frequency = |what: &str| format!("{what} cannot be used with FREQ={frequency}");
        let forbidden = [
            (weeks && !yearly, "BYWEEKNO", with_frequency("BYWEEKNO"), "it needs FREQ=YEARLY"),
            (year_days && !yearly, "BYYEARDAY", with_frequency("BYYEARDAY"), "it needs FREQ=YEARLY"),
            (
                month_days && frequency == Frequency::Weekly,
                "BYMONTHDAY",
                with_frequency("BYMONTHDAY"),
                "use FREQ=DAILY or MONTHLY",
            ),
            (numbered && !in_months, "BYDAY", with_frequency("a numbered weekday"), "it needs FREQ=MONTHLY or YEARLY"),
            (
                numbered && weeks,
                "BYDAY",
                "a numbered weekday cannot be used with BYWEEKNO".to_owned(),
                "a week has each weekday once: leave out the number",
            ),
            (
                !self.by_set_pos.is_empty() && !others,
                "BYSETPOS",
                "BYSETPOS needs another BY part to pick from".to_owned(),
                "add BYDAY, BYMONTHDAY or another BY part",
            ),
        ];
        let wrong = forbidden.into_iter().find(|(wrong, ..)| *wrong);
        wrong.map_or(Ok(()), |(_, part, message, help)| Err(InvalidRule { part, message, help }))
    }
}

/// The greatest value of a BY part; all but BYMONTH count from the end as well, down to its negative.
pub(super) fn greatest(part: &str) -> i16 {
    match part {
        "BYMONTH" => 12,
        "BYMONTHDAY" => 31,
        "BYWEEKNO" | "BYDAY" => 53,
        "BYYEARDAY" | "BYSETPOS" => 366,
        // No other part has a range.
        _ => 0,
    }
}

/// Sorts as people list numbers: 1, 2, 3, then -3, -2, -1; each once.
fn front_first<T: PartialEq>(values: &mut Vec<T>, number: impl Fn(&T) -> i32) {
    values.sort_by_key(|value| (number(value) < 0, number(value)));
    values.dedup();
}
