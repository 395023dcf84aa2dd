//! Recurrence rules as sets of dates: RFC 5545 3.3.10 at day precision, without time and without zone.
//!
//! A rule is cut into periods (days of a month for DAILY, weeks, months, years). Each period is a set of bits, one per
//! day, made by intersecting the parts of the rule; BYSETPOS picks bits of the whole period. Every BY part, whether the
//! RFC says that it expands or that it limits, is then the same thing: a test that each day must pass.

mod period;
mod rule;
mod run;

pub use period::calendar::{DAYS_PER_CYCLE, longest_month};
pub use rule::{
    Ends, Frequency, InvalidRule, RecurrenceRule, Rrule, RuleError, RuleParts, TimesOfDay, WeekdayNum, weekday_code,
};
pub use run::{Dates, Run};
