//! Dates, times of day and durations: from TOML, and what was probably meant by a value that is none.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use jiff::SignedDuration;
use toml::Spanned;
use toml::de::DeValue;

use super::mistakes::Mistakes;
use super::strings::{wrong_type, wrong_type_with};
use crate::schedule::keys::{Key, YEARS};
use crate::schedule::write::hours_and_minutes;
use crate::text::LAST_YEAR;

/// Minutes in the longest meeting.
const LONGEST: u32 = 24 * 60;

/// A date of the years 1 to 9999.
pub fn date(key: &Key, value: &Spanned<DeValue>, mistakes: &Mistakes) -> Option<Spanned<NaiveDate>> {
    let datetime = match value.get_ref() {
        DeValue::Datetime(datetime) => datetime,
        DeValue::String(text) => return date_as_text(key, text, value, mistakes),
        DeValue::Integer(number) => return date_as_text(key, number.as_str(), value, mistakes),
        _ => {
            wrong_type(key, value, mistakes);
            return None;
        }
    };
    if mistakes.broken_at(&value.span()) {
        return None;
    }
    let (Some(date), None, None) = (datetime.date, datetime.time, datetime.offset) else {
        let message = format!("`{}` is a date, without a time of day", key.name);
        let help = datetime.date.map(|date| format!("the time has its own key, `time`; write {} = {date}", key.name));
        mistakes.error("date", value.span(), message).help_if(help);
        return None;
    };
    let date = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        .filter(|date| (1..=LAST_YEAR).contains(&date.year()));
    if date.is_none() {
        mistakes.error("date", value.span(), "dates must be in the years 1 to 9999");
    }
    date.map(|date| Spanned::new(value.span(), date))
}

/// A number of years.
pub fn years(key: &Key, value: &Spanned<DeValue>, mistakes: &Mistakes) -> Option<u16> {
    let DeValue::Integer(number) = value.get_ref() else {
        wrong_type(key, value, mistakes);
        return None;
    };
    let years = u16::from_str_radix(number.as_str(), number.radix()).ok().filter(|years| (1..=YEARS).contains(years));
    if years.is_none() && !mistakes.broken_at(&value.span()) {
        let message = format!("`{}` is a number of years from 1 to {YEARS}", key.name);
        let help = "1 keeps last year's meetings, which the feeds of several chats have; leave it out to keep all";
        mistakes.error("years", value.span(), message).help(help);
    }
    years
}

fn date_as_text<T>(key: &Key, text: &str, value: &Spanned<DeValue>, mistakes: &Mistakes) -> Option<T> {
    match date_help(key.name, text) {
        Some(help) => wrong_type_with(key, value, help, mistakes),
        None => wrong_type(key, value, mistakes),
    }
    None
}

/// How to write the date that a text means: `write start = 2026-07-02`. Where the text can mean two, both.
pub fn date_help(key: &str, text: &str) -> Option<String> {
    match &dates_meant(text)[..] {
        [] => None,
        [date] => Some(format!("write {key} = {date}")),
        dates => {
            let each = dates.iter().map(|date| format!("{} is {date}", date.format("%-d %B %Y")));
            Some(each.collect::<Vec<_>>().join("; "))
        }
    }
}

/// The dates that a text probably means, such as `01/07/2026`, `7.1.2026`, `1 July 2026` and `Wed, July 1st, 2026`.
fn dates_meant(text: &str) -> Vec<NaiveDate> {
    if text.len() > 40 {
        return Vec::new();
    }
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let parts = parts.filter(|part| part.parse::<Weekday>().is_err() && *part != "of");
    let parts = parts.map(|part| match part.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()) {
        // Three letters tell the months apart.
        "" => part.get(..3).unwrap_or(part),
        figure => figure,
    });
    let plain = parts.collect::<Vec<_>>().join(" ");
    // Of figures without marks between them only eight say which is which.
    if !plain.contains(' ') && plain.len() != 8 {
        return Vec::new();
    }
    // Day before month, as most of the world writes it; then month before day.
    let forms = ["%Y %m %d", "%Y %b %d", "%d %m %Y", "%d %b %Y", "%m %d %Y", "%b %d %Y"];
    let dates = forms.iter().filter_map(|form| NaiveDate::parse_from_str(&plain, form).ok());
    let mut dates: Vec<NaiveDate> = dates.filter(|date| (1000..=LAST_YEAR).contains(&date.year())).collect();
    dates.dedup();
    dates
}

/// A time of day in whole minutes.
pub fn time(key: &Key, value: &Spanned<DeValue>, mistakes: &Mistakes) -> Option<NaiveTime> {
    let found = match value.get_ref() {
        DeValue::String(text) => time_of(text).ok_or_else(|| time_meant(text)),
        DeValue::Datetime(datetime) if datetime.date.is_none() => {
            let time = datetime.time?;
            let whole = time.second.unwrap_or(0) == 0 && time.nanosecond.unwrap_or(0) == 0;
            let time = NaiveTime::from_hms_opt(u32::from(time.hour), u32::from(time.minute), 0);
            time.filter(|_| whole).ok_or(time)
        }
        _ => {
            wrong_type(key, value, mistakes);
            return None;
        }
    };
    let help = "hours from 00 to 23 and minutes from 00 to 59, such as \"18:30\"";
    let found = found.map_err(|meant| meant.map(|time: NaiveTime| time.format("%H:%M").to_string()));
    let message = "this is not a time of day of the form \"HH:MM\"";
    found.map_err(|meant| wrong_value(key, value, message, meant, help, mistakes)).ok()
}

/// A duration of 1 minute to 24 hours.
pub fn duration(key: &Key, value: &Spanned<DeValue>, mistakes: &Mistakes) -> Option<TimeDelta> {
    let found = match value.get_ref() {
        DeValue::String(text) => duration_of(text).ok_or_else(|| duration_meant(text)),
        DeValue::Integer(minutes) => Err(minutes.as_str().parse().ok().and_then(minutes_as_text)),
        _ => {
            wrong_type(key, value, mistakes);
            return None;
        }
    };
    let help = "hours and minutes such as \"45m\", \"1h\" or \"1h30m\", at most \"24h\"";
    let message = "this is not a duration above 0 and at most 24h";
    found.map_err(|meant| wrong_value(key, value, message, meant, help, mistakes)).ok()
}

/// Reports a value that is not what its key takes: with what was meant, else with what to write.
fn wrong_value(
    key: &Key,
    value: &Spanned<DeValue>,
    message: &str,
    meant: Option<String>,
    otherwise: &str,
    mistakes: &Mistakes,
) {
    if !mistakes.broken_at(&value.span()) {
        let help = meant.map_or_else(|| otherwise.to_owned(), |meant| format!("write {} = \"{meant}\"", key.name));
        mistakes.error(key.name, value.span(), message).help(help);
    }
}

/// A time of day, written `HH:MM`.
fn time_of(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    NaiveTime::from_hms_opt(number(hour, 2, 2)?, number(minute, 2, 2)?, 0)
}

/// The time of day that a text probably means, such as `9:30`, `18.30`, `1830`, `6pm` and `6:30 p.m.`.
fn time_meant(text: &str) -> Option<NaiveTime> {
    let text = text.to_ascii_lowercase().replace(['.', 'h'], ":").replace(' ', "");
    let text = text.trim_end_matches(':').replace("p:m", "pm").replace("a:m", "am");
    // Of figures alone only four say which is which.
    if text.len() != 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let text = if text.contains(':') { text } else { text.replace("pm", ":00pm").replace("am", ":00am") };
    let forms = ["%H:%M", "%H:%M:00", "%H%M", "%I:%M%p", "%I:%M:00%p"];
    forms.iter().find_map(|form| NaiveTime::parse_from_str(&text, form).ok())
}

/// A duration, written `45m`, `1h` or `1h30m`.
fn duration_of(text: &str) -> Option<TimeDelta> {
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
fn duration_meant(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    if let Some((hours, minutes)) = text.split_once(':') {
        return minutes_as_text(number(hours, 1, 2)? * 60 + number(minutes, 2, 2)?);
    }
    let plain = text.replace(" and ", " ").replace(',', " ");
    let length: SignedDuration = plain.parse().ok().filter(|length: &SignedDuration| length.as_secs() % 60 == 0)?;
    minutes_as_text(length.as_mins().try_into().ok()?)
}

/// So many minutes as a duration, if a meeting may last as long.
fn minutes_as_text(minutes: u32) -> Option<String> {
    (1..=LONGEST).contains(&minutes).then(|| hours_and_minutes(TimeDelta::minutes(i64::from(minutes))))
}

/// A number of so many digits.
fn number(text: &str, fewest: usize, most: usize) -> Option<u32> {
    let valid = (fewest..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if valid { text.parse().ok() } else { None }
}
