//! What a phrase says, as RRULE text: a rule is valid because the parser of rules says so.

use chrono::Weekday;

use crate::recurrence::weekday_code;

use super::print::happen;

/// RRULE text.
pub type Parts = String;

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

pub fn daily(count: u32) -> Parts {
    format!("FREQ=DAILY;INTERVAL={count}")
}

pub fn weekly(count: u32, weekdays: &[Weekday]) -> Parts {
    format!("FREQ=WEEKLY;INTERVAL={count};BYDAY={}", joined(weekdays.iter().map(|weekday| weekday_code(*weekday))))
}

/// `None` where none of the months has any of the days.
pub fn monthly(days: &MonthDays, months: &Months) -> Option<Parts> {
    let months = match (months, days) {
        (Months::Every(count), _) => format!("INTERVAL={count}"),
        (Months::Some(months), _) if months.len() == 12 => "INTERVAL=1".to_owned(),
        (Months::Some(months), MonthDays::Dates(dates)) if !happen(dates, months) => return None,
        (Months::Some(months), _) => format!("BYMONTH={}", joined(months.iter())),
    };
    Some(match days {
        MonthDays::Weekdays(weekdays) => {
            let days = weekdays.iter().map(|(ordinal, weekday)| format!("{ordinal}{}", weekday_code(*weekday)));
            format!("FREQ=MONTHLY;{months};BYDAY={}", joined(days))
        }
        MonthDays::Dates(dates) => format!("FREQ=MONTHLY;{months};BYMONTHDAY={}", joined(dates.iter())),
    })
}

fn joined(values: impl Iterator<Item = impl ToString>) -> String {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join(",")
}
