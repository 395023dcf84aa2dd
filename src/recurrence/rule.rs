//! The rule as a value: RRULE text in, RRULE text out, and only valid rules in between.
//!
//! Where a rule ends is not part of it. RFC 5545 puts COUNT and UNTIL into the RRULE, but what they mean depends on the
//! first date, and UNTIL even on the time of day and the zone of the meetings. So they are read beside the rule
//! ([`Rrule`]) and become the last date of a [`Run`](super::Run) once all of that is known.

mod parse;
mod parts;

use std::fmt;
use std::ops::Deref;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use crate::text::{as_ical_date, as_ical_date_time};
pub use parse::{RuleError, TimesOfDay};
pub use parts::{InvalidRule, RuleParts};

/// RFC 5545 3.3.10, the day-level part, without COUNT and UNTIL. A rule is a set of dates; time and zone are added later.
///
/// Only valid rules exist: [`RuleParts::rule`] and [`str::parse`] are the only ways to make one. Its parts can be read
/// as those of [`RuleParts`]; lists are sorted and without repetition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecurrenceRule(RuleParts);

impl Deref for RecurrenceRule {
    type Target = RuleParts;

    fn deref(&self) -> &RuleParts {
        &self.0
    }
}

/// The value of an RRULE: a rule, and how it says that it ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rrule {
    /// The rule by itself.
    pub rule: RecurrenceRule,
    /// COUNT or UNTIL.
    pub ends: Ends,
}

/// How an RRULE says that it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ends {
    /// It does not.
    Never,
    /// COUNT: after so many dates, counted from its start; above 0.
    Count(u32),
    /// UNTIL as a date: the last date that may be one of its dates.
    On(NaiveDate),
    /// UNTIL in UTC: a meeting that starts later is not one of its meetings.
    At(NaiveDateTime),
}

/// FREQ, from a day up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// Every day, or every n days.
    Daily,
    /// Every week, or every n weeks.
    Weekly,
    /// Every month, or every n months.
    Monthly,
    /// Every year, or every n years.
    Yearly,
}

/// One entry of BYDAY: a weekday, or the nth of the month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WeekdayNum {
    /// 1 to 53 from the front, -1 to -53 from the back; `None` is every such weekday.
    pub ordinal: Option<i8>,
    /// The day of the week.
    pub weekday: Weekday,
}

/// RRULE text in the order of RFC 5545's examples; what says nothing (INTERVAL=1, WKST=MO) is left out.
impl fmt::Display for RecurrenceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self, Ends::Never, self.week_start != Weekday::Mon)
    }
}

/// As other programs should read it: COUNT or UNTIL after FREQ, and WKST wherever weeks are counted, as some programs
/// would take Sunday.
impl fmt::Display for Rrule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts_weeks = self.rule.frequency == Frequency::Weekly && self.rule.interval > 1;
        write(f, &self.rule, self.ends, counts_weeks || self.rule.week_start != Weekday::Mon)
    }
}

fn write(f: &mut fmt::Formatter<'_>, rule: &RecurrenceRule, ends: Ends, with_week_start: bool) -> fmt::Result {
    write!(f, "FREQ={}", rule.frequency)?;
    match ends {
        Ends::Never => {}
        Ends::Count(count) => write!(f, ";COUNT={count}")?,
        Ends::On(date) => write!(f, ";UNTIL={}", as_ical_date(date))?,
        Ends::At(instant) => write!(f, ";UNTIL={}Z", as_ical_date_time(instant))?,
    }
    if rule.interval != 1 {
        write!(f, ";INTERVAL={}", rule.interval)?;
    }
    list(f, "BYMONTH", &rule.by_month)?;
    list(f, "BYWEEKNO", &rule.by_week_no)?;
    list(f, "BYYEARDAY", &rule.by_year_day)?;
    list(f, "BYMONTHDAY", &rule.by_month_day)?;
    list(f, "BYDAY", &rule.by_day)?;
    list(f, "BYSETPOS", &rule.by_set_pos)?;
    if with_week_start {
        write!(f, ";WKST={}", weekday_code(rule.week_start))?;
    }
    Ok(())
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, values: &[impl fmt::Display]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        match index {
            0 => write!(f, ";{name}={value}")?,
            _ => write!(f, ",{value}")?,
        }
    }
    Ok(())
}

impl WeekdayNum {
    /// Every such weekday.
    pub fn every(weekday: Weekday) -> Self {
        Self { ordinal: None, weekday }
    }

    /// The nth such weekday of the month or year; from the back where `ordinal` is below 0.
    pub fn nth(ordinal: i8, weekday: Weekday) -> Self {
        Self { ordinal: Some(ordinal), weekday }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        })
    }
}

impl fmt::Display for WeekdayNum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ordinal) = self.ordinal {
            write!(f, "{ordinal}")?;
        }
        f.write_str(weekday_code(self.weekday))
    }
}

/// The two letters of RFC 5545 for a weekday.
pub fn weekday_code(weekday: Weekday) -> &'static str {
    ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][weekday.num_days_from_monday() as usize]
}
