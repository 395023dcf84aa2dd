//! Small values from text: times of day and durations, and what was probably meant by text that is none.

use chrono::{NaiveTime, TimeDelta};

pub use crate::text::weekday_and_day as long;

/// Minutes in the longest meeting.
const LONGEST: u32 = 24 * 60;

/// A time of day, written `HH:MM`.
pub fn time(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    NaiveTime::from_hms_opt(number(hour, 2, 2)?, number(minute, 2, 2)?, 0)
}

/// The time of day that a text probably means, such as `9:30`, `18.30`, `1830`, `6pm` and `6:30 p.m.`.
pub fn time_meant(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase().replace(['.', 'h'], ":");
    let text = text.trim_end_matches(':').replace("p:m", "pm").replace("a:m", "am");
    let (clock, half) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(clock), _) => (clock, Some(12)),
        (_, Some(clock)) => (clock, Some(0)),
        _ => (text.as_str(), None),
    };
    let clock = clock.trim();
    let (hour, minute) = match clock.split_once(':') {
        Some((hour, rest)) => (number(hour, 1, 2)?, number(rest.strip_suffix(":00").unwrap_or(rest), 2, 2)?),
        None if half.is_some() => (number(clock, 1, 2)?, 0),
        None => {
            let all = number(clock, 4, 4)?;
            (all / 100, all % 100)
        }
    };
    let hour = match half {
        Some(_) if hour == 0 || hour > 12 => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0).map(|time| time.format("%H:%M").to_string())
}

/// A duration, written `45m`, `1h` or `1h30m`.
pub fn duration(text: &str) -> Option<TimeDelta> {
    let (hours, rest) = match text.split_once('h') {
        Some((hours, rest)) => (number(hours, 1, 2)?, rest),
        None => (0, text),
    };
    let minutes = match rest.strip_suffix('m') {
        Some(minutes) => number(minutes, 1, 4)?,
        None if rest.is_empty() && !text.is_empty() => 0,
        None => return None,
    };
    let minutes = hours * 60 + minutes;
    (1..=LONGEST).contains(&minutes).then(|| TimeDelta::minutes(i64::from(minutes)))
}

/// The duration that a text probably means, such as `2 hours`, `90 min`, `1:30`, `PT1H30M`.
pub fn duration_meant(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_prefix("pt").unwrap_or(&text);
    if let Some((hours, minutes)) = text.split_once(':') {
        return minutes_as_text(number(hours, 1, 2)? * 60 + number(minutes, 2, 2)?);
    }
    let mut total = 0;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let unit_at = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (amount, after) = rest.split_at(unit_at);
        let after = after.trim_start();
        let unit_end = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let unit = match &after[..unit_end] {
            "h" | "hr" | "hrs" | "hour" | "hours" => 60,
            "m" | "min" | "mins" | "minute" | "minutes" => 1,
            _ => return None,
        };
        let (whole, half) = match amount.split_once('.') {
            Some((whole, "5")) => (whole, unit / 2),
            Some(_) => return None,
            None => (amount, 0),
        };
        total += number(whole, 1, 4)? * unit + half;
        rest = after[unit_end..].trim_start_matches([' ', ',']);
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    minutes_as_text(total)
}

/// So many minutes as a duration, if a meeting may take as long.
pub fn minutes_as_text(minutes: u32) -> Option<String> {
    (1..=LONGEST).contains(&minutes).then(|| match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    })
}

/// A number of so many digits.
fn number(text: &str, fewest: usize, most: usize) -> Option<u32> {
    let lawful = (fewest..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if lawful { text.parse().ok() } else { None }
}
