//! Dates as files write them: in the form of TOML, and in that of iCalendar.

use std::fmt::Display;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// The date that `2016-08-22` is: the form of TOML, four digits, two and two; in the years 1 to 9999.
pub fn toml_date(text: &str) -> Option<NaiveDate> {
    read(text, "dddd-dd-dd", |text| NaiveDate::parse_from_str(text, "%Y-%m-%d")).filter(|date| date.year() > 0)
}

/// The date that `20160822` is: a DATE of RFC 5545 3.3.4.
pub fn ical_date(text: &str) -> Option<NaiveDate> {
    read(text, "dddddddd", |text| NaiveDate::parse_from_str(text, "%Y%m%d"))
}

/// Date and time of day in UTC that `20160822T120000Z` is: a DATE-TIME of RFC 5545 3.3.5, where a minute may have a 61st
/// second (3.3.12).
pub fn ical_utc(text: &str) -> Option<NaiveDateTime> {
    read(text, "ddddddddTddddddZ", |text| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ"))
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
