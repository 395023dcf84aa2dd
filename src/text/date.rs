//! Dates as files write them: in the form of TOML, and in that of iCalendar.

use std::fmt::Display;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// The last year that TOML and iCalendar can write.
pub const LAST_YEAR: i32 = 9999;
/// Its last day: the last that anything here speaks of.
pub const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The date that `2016-08-22` is: the form of TOML, four digits, two and two; in the years 1 to 9999.
pub fn toml_date(text: &str) -> Option<NaiveDate> {
    read(text, "dddd-dd-dd", |text| NaiveDate::parse_from_str(text, "%Y-%m-%d")).filter(|date| date.year() > 0)
}

/// The date that `20160822` is: a DATE of RFC 5545 3.3.4, in the years 1 to 9999.
pub fn ical_date(text: &str) -> Option<NaiveDate> {
    read(text, "dddddddd", |text| NaiveDate::parse_from_str(text, "%Y%m%d")).filter(|date| date.year() > 0)
}

/// The time of day that `183000` is. The 61st second of a minute (RFC 5545 3.3.12) is read as the 60th.
pub fn ical_time(text: &str) -> Option<NaiveTime> {
    let time = read(text, "dddddd", |text| NaiveTime::parse_from_str(text, "%H%M%S"))?;
    time.with_nanosecond(0)
}

/// Date and time of day that `20160822T120000` is: a DATE-TIME of RFC 5545 3.3.5 in wall time.
pub fn ical_date_time(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(['T', 't'])?;
    Some(ical_date(day)?.and_time(ical_time(time)?))
}

/// The same in UTC: `20160822T120000Z`.
pub fn ical_utc(text: &str) -> Option<NaiveDateTime> {
    ical_date_time(text.strip_suffix('Z')?)
}

/// `20160822`.
pub fn as_ical_date(date: NaiveDate) -> impl Display {
    date.format("%Y%m%d")
}

/// `20160822T120000`; in UTC a `Z` follows.
pub fn as_ical_date_time(date_time: NaiveDateTime) -> impl Display {
    date_time.format("%Y%m%dT%H%M%S")
}

/// What a text of exactly this form is: chrono alone would also take spaces, signs and fewer digits. `d` is a digit.
fn read<T, E>(text: &str, form: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
    let fits = |(byte, form): (u8, u8)| if form == b'd' { byte.is_ascii_digit() } else { byte == form };
    let shaped = text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits);
    if shaped { parse(text).ok() } else { None }
}
