//! The rule as a value: RRULE text in, RRULE text out, only lawful ones in between.

mod parse;

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

pub use parse::RuleError;

/// RFC 5545 3.3.10, the day-level part. A rule is a set of dates; time and zone are added later.
///
/// It exists only lawful: [`str::parse`] is the only way to make one. Lists are sorted and without repetition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecurrenceRule {
    frequency: Frequency,
    interval: u32,
    limit: Limit,
    by_month: Vec<u8>,
    by_week_no: Vec<i8>,
    by_year_day: Vec<i16>,
    by_month_day: Vec<i8>,
    by_day: Vec<WeekdayNum>,
    by_set_pos: Vec<i16>,
    week_start: Weekday,
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

/// How a rule ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// It does not.
    Never,
    /// COUNT: after so many dates, counted from its start; above 0.
    Count(u32),
    /// UNTIL as a date: the last date that may be one of its dates.
    Until(NaiveDate),
    /// UNTIL in UTC: a meeting that starts later is none. [`RecurrenceRule::resolve_until`] makes a date of it.
    UntilUtc(NaiveDateTime),
}

/// One entry of BYDAY: a weekday, or the nth of the month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WeekdayNum {
    /// 1 to 53 from the front, -1 to -53 from the back; `None` is every such weekday.
    pub ordinal: Option<i8>,
    /// The day of the week.
    pub weekday: Weekday,
}

impl RecurrenceRule {
    /// FREQ.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// INTERVAL: 1 or more.
    pub fn interval(&self) -> u32 {
        self.interval
    }

    /// COUNT or UNTIL.
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// BYMONTH: 1 to 12.
    pub fn by_month(&self) -> &[u8] {
        &self.by_month
    }

    /// BYWEEKNO: ±1 to ±53.
    pub fn by_week_no(&self) -> &[i8] {
        &self.by_week_no
    }

    /// BYYEARDAY: ±1 to ±366.
    pub fn by_year_day(&self) -> &[i16] {
        &self.by_year_day
    }

    /// BYMONTHDAY: ±1 to ±31.
    pub fn by_month_day(&self) -> &[i8] {
        &self.by_month_day
    }

    /// BYDAY.
    pub fn by_day(&self) -> &[WeekdayNum] {
        &self.by_day
    }

    /// BYSETPOS: ±1 to ±366.
    pub fn by_set_pos(&self) -> &[i16] {
        &self.by_set_pos
    }

    /// WKST.
    pub fn week_start(&self) -> Weekday {
        self.week_start
    }

    /// The same rule with another end.
    #[must_use]
    pub fn with_limit(&self, limit: Limit) -> Self {
        Self { limit, ..self.clone() }
    }

    /// The same rule with UNTIL in UTC turned into a date: `last` gives the last local date whose meeting starts at or
    /// before that instant. Until then the date in UTC stands for it.
    #[must_use]
    pub fn resolve_until(self, last: impl FnOnce(NaiveDateTime) -> NaiveDate) -> Self {
        match self.limit {
            Limit::UntilUtc(instant) => Self { limit: Limit::Until(last(instant)), ..self },
            _ => self,
        }
    }
}

/// RRULE text in the order of RFC 5545's examples; what says nothing (INTERVAL=1, WKST=MO) is left out.
impl fmt::Display for RecurrenceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency)?;
        match self.limit {
            Limit::Never => {}
            Limit::Count(count) => write!(f, ";COUNT={count}")?,
            Limit::Until(date) => write!(f, ";UNTIL={}", date.format("%Y%m%d"))?,
            Limit::UntilUtc(instant) => write!(f, ";UNTIL={}", instant.format("%Y%m%dT%H%M%SZ"))?,
        }
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        list(f, "BYMONTH", &self.by_month)?;
        list(f, "BYWEEKNO", &self.by_week_no)?;
        list(f, "BYYEARDAY", &self.by_year_day)?;
        list(f, "BYMONTHDAY", &self.by_month_day)?;
        list(f, "BYDAY", &self.by_day)?;
        list(f, "BYSETPOS", &self.by_set_pos)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", weekday_code(self.week_start))?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, values: &[impl fmt::Display]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index == 0 {
            write!(f, ";{name}={value}")?;
        } else {
            write!(f, ",{value}")?;
        }
    }
    Ok(())
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
    match weekday {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}
