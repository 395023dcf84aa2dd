//! Rules as English.

use chrono::Weekday;

use crate::recurrence::{Frequency, RecurrenceRule, WeekdayNum, longest_month};

use super::word::{ordinal_suffix, ordinal_word};
use crate::text::{list, month_name, weekday_name};

/// The first months of the quarters.
pub const QUARTER: [u8; 4] = [1, 4, 7, 10];

/// The canonical phrase of a rule: the one phrase that [`parse`](super::parse) turns into this very rule and that is
/// shown for it. `None` for a rule that the language cannot say.
pub fn print(rule: &RecurrenceRule) -> Option<String> {
    let further = rule.by_week_no.len() + rule.by_year_day.len() + rule.by_set_pos.len();
    if rule.week_start != Weekday::Mon || further > 0 {
        return None;
    }
    match rule.frequency {
        Frequency::Daily => days(rule),
        Frequency::Weekly => weeks(rule),
        Frequency::Monthly => months(rule),
        Frequency::Yearly => None,
    }
}

/// A rule for people: its canonical phrase, or, where the language cannot say it, `rule FREQ=…`.
pub fn describe(rule: &RecurrenceRule) -> String {
    print(rule).unwrap_or_else(|| format!("rule {rule}"))
}

/// A rule as people say it: `every other Tuesday`, `every 4 weeks on Wednesday`, `first Tuesday of the month`; a rule
/// that the language cannot say is [described](describe).
pub fn say(rule: &RecurrenceRule) -> String {
    // Which one of the month it is says that it is every month.
    let monthly = rule.frequency == Frequency::Monthly && rule.interval == 1;
    match print(rule) {
        Some(phrase) if !monthly => format!("every {phrase}"),
        _ => describe(rule),
    }
}

fn days(rule: &RecurrenceRule) -> Option<String> {
    let plain = rule.by_month.is_empty() && rule.by_month_day.is_empty() && rule.by_day.is_empty();
    plain.then(|| match rule.interval {
        1 => "day".to_owned(),
        2 => "other day".to_owned(),
        n => format!("{n} days"),
    })
}

fn weeks(rule: &RecurrenceRule) -> Option<String> {
    let weekdays: Vec<Weekday> = rule.by_day.iter().map(|day| day.weekday).collect();
    if weekdays.is_empty() || !rule.by_month.is_empty() {
        return None;
    }
    let names = || list(weekdays.iter().map(|weekday| weekday_name(*weekday).to_owned()));
    Some(match (rule.interval, &weekdays[..]) {
        (1, [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri]) => "weekday".to_owned(),
        (1, _) => names(),
        (2, [weekday]) => format!("other {}", weekday_name(*weekday)),
        (n, _) => format!("{n} weeks on {}", names()),
    })
}

fn months(rule: &RecurrenceRule) -> Option<String> {
    let days = match (&rule.by_day[..], &rule.by_month_day[..]) {
        (weekdays @ [_, ..], []) => numbered_weekdays(weekdays)?,
        ([], dates @ [_, ..]) if happen(dates, &rule.by_month) => numbered_days(dates)?,
        _ => return None,
    };
    match (rule.interval, &rule.by_month[..]) {
        (1, []) => Some(format!("{days} of the month")),
        (1, months) if months == QUARTER => Some(format!("{days} of the quarter")),
        (1, months) if months.len() < 12 => Some(format!("{days} of {}", month_list(months))),
        (2, []) => Some(format!("other month on the {days}")),
        (n @ 3.., []) => Some(format!("{n} months on the {days}")),
        _ => None,
    }
}

/// `first and third Monday`, `first Monday and third Thursday`.
fn numbered_weekdays(by_day: &[WeekdayNum]) -> Option<String> {
    let mut groups: Vec<(Weekday, Vec<String>)> = Vec::new();
    for day in by_day {
        let ordinal = day.ordinal.filter(|nth| matches!(nth, -1 | 1..=5)).map(|nth| ordinal_name(i32::from(nth)))?;
        match groups.iter_mut().find(|(weekday, _)| *weekday == day.weekday) {
            Some((_, ordinals)) => ordinals.push(ordinal),
            None => groups.push((day.weekday, vec![ordinal])),
        }
    }
    Some(list(groups.into_iter().map(|(weekday, ordinals)| format!("{} {}", list(ordinals), weekday_name(weekday)))))
}

/// `5th, 15th and last day`.
fn numbered_days(by_month_day: &[i8]) -> Option<String> {
    let day = |day: &i8| match *day {
        -1 => Some("last day".to_owned()),
        n @ 1.. => Some(numbered(i32::from(n))),
        _ => None,
    };
    by_month_day.iter().map(day).collect::<Option<Vec<_>>>().map(list)
}

/// Whether one of these days is in one of these months (in all, if none is named).
pub fn happen(by_month_day: &[i8], by_month: &[u8]) -> bool {
    by_month.is_empty()
        || by_month.iter().any(|month| by_month_day.iter().any(|day| day.abs() <= longest_month(*month)))
}

/// Three and more months in a row as `February to December`.
fn month_list(months: &[u8]) -> String {
    let name = |month: &u8| month_name(*month);
    list(months.chunk_by(|month, next| month + 1 == *next).flat_map(|run| match run {
        [first, _, .., last] => vec![format!("{} to {}", name(first), name(last))],
        _ => run.iter().map(|month| name(month).to_owned()).collect(),
    }))
}

/// `1st`.
pub fn numbered(number: i32) -> String {
    format!("{number}{}", ordinal_suffix(number))
}

/// `first` to `fifth`, `last`, and figures beyond.
pub fn ordinal_name(ordinal: i32) -> String {
    match ordinal {
        -1 => "last".to_owned(),
        1..=5 => ordinal_word(ordinal).unwrap_or_default().to_owned(),
        _ => numbered(ordinal),
    }
}
