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

impl std::error::Error for InvalidRule {}

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

    /// The rule that they make.
    ///
    /// # Errors
    ///
    /// A value out of its range, or a combination that RFC 5545 3.3.10 forbids.
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
        let within = |value: i16, greatest: i16| value != 0 && value.abs() <= greatest;
        let ordinals = self.by_day.iter().filter_map(|day| day.ordinal);
        let checks = [
            ("INTERVAL", self.interval > 0),
            ("BYMONTH", self.by_month.iter().all(|month| (1..=12).contains(month))),
            ("BYWEEKNO", self.by_week_no.iter().all(|week| within((*week).into(), 53))),
            ("BYYEARDAY", self.by_year_day.iter().all(|day| within(*day, 366))),
            ("BYMONTHDAY", self.by_month_day.iter().all(|day| within((*day).into(), 31))),
            ("BYDAY", { ordinals }.all(|ordinal| within(ordinal.into(), 53))),
            ("BYSETPOS", self.by_set_pos.iter().all(|position| within(*position, 366))),
        ];
        match checks.into_iter().find(|(_, right)| !right) {
            Some((part, _)) => Err(invalid(part, format!("{part} is out of its range"), "correct the value")),
            None => Ok(()),
        }
    }

    fn check_combinations(&self) -> Result<(), InvalidRule> {
        let frequency = self.frequency;
        let not_with =
            |part: &'static str, help| Err(invalid(part, format!("{part} cannot be used with FREQ={frequency}"), help));
        if !self.by_week_no.is_empty() && frequency != Frequency::Yearly {
            return not_with("BYWEEKNO", "it needs FREQ=YEARLY");
        }
        if !self.by_year_day.is_empty() && frequency != Frequency::Yearly {
            return not_with("BYYEARDAY", "it needs FREQ=YEARLY");
        }
        if !self.by_month_day.is_empty() && frequency == Frequency::Weekly {
            return not_with("BYMONTHDAY", "use FREQ=DAILY or MONTHLY");
        }
        let numbered = self.by_day.iter().any(|day| day.ordinal.is_some());
        if numbered && !matches!(frequency, Frequency::Monthly | Frequency::Yearly) {
            let message = format!("a numbered weekday cannot be used with FREQ={frequency}");
            return Err(invalid("BYDAY", message, "it needs FREQ=MONTHLY or YEARLY"));
        }
        if numbered && !self.by_week_no.is_empty() {
            let message = "a numbered weekday cannot be used with BYWEEKNO".to_owned();
            return Err(invalid("BYDAY", message, "a week has each weekday once: leave out the number"));
        }
        let nothing_to_pick_from = self.by_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_week_no.is_empty()
            && self.by_month.is_empty();
        if !self.by_set_pos.is_empty() && nothing_to_pick_from {
            let message = "BYSETPOS needs another BY part to pick from".to_owned();
            return Err(invalid("BYSETPOS", message, "add BYDAY, BYMONTHDAY or another BY part"));
        }
        Ok(())
    }
}

fn invalid(part: &'static str, message: String, help: &'static str) -> InvalidRule {
    InvalidRule { part, message, help }
}

/// Sorts as people list numbers: 1, 2, 3, then -3, -2, -1; each once.
fn front_first<T: PartialEq>(values: &mut Vec<T>, number: impl Fn(&T) -> i32) {
    values.sort_by_key(|value| (number(value) < 0, number(value)));
    values.dedup();
}
