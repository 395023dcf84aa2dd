//! What a phrase says, as the parts of a rule.

use chrono::Weekday;

use crate::recurrence::{Frequency, RuleParts, WeekdayNum};

use super::print::happen;

/// The days of a month.
pub enum MonthDays {
    /// Numbered weekdays.
    Weekdays(Vec<(i32, Weekday)>),
    /// Days by number, -1 for the last.
    Dates(Vec<i8>),
}

/// Which months: every nth, or some by number.
pub enum Months {
    Every(u32),
    Some(Vec<u8>),
}

pub fn weekly(count: u32, weekdays: &[Weekday]) -> RuleParts {
    let by_day = weekdays.iter().map(|weekday| WeekdayNum::every(*weekday)).collect();
    RuleParts { by_day, ..RuleParts::every(count, Frequency::Weekly) }
}

/// `None` where none of the months has any of the days.
pub fn monthly(days: MonthDays, months: Months) -> Option<RuleParts> {
    let mut parts = RuleParts::new(Frequency::Monthly);
    match months {
        Months::Every(count) => parts.interval = count,
        Months::Some(months) if months.len() == 12 => {}
        Months::Some(months) => parts.by_month = months,
    }
    match days {
        MonthDays::Weekdays(weekdays) => {
            parts.by_day = weekdays.iter().map(|(nth, weekday)| WeekdayNum::nth(*nth as i8, *weekday)).collect();
        }
        MonthDays::Dates(dates) if happen(&dates, &parts.by_month) => parts.by_month_day = dates,
        MonthDays::Dates(_) => return None,
    }
    Some(parts)
}
