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
    date(numbers(text, Some(b'-'), [4, 2, 2])?)
}

/// The date that `20160822` is: a DATE of RFC 5545 3.3.4, in the years 1 to 9999.
pub fn ical_date(text: &str) -> Option<NaiveDate> {
    date(numbers(text, None, [4, 2, 2])?)
}

fn date([year, month, day]: [u32; 3]) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|date| date.year() > 0)
}

/// The time of day that `183000` is. The 61st second of a minute (RFC 5545 3.3.12) is read as the 60th.
pub fn ical_time(text: &str) -> Option<NaiveTime> {
    let [hour, minute, second] = numbers(text, None, [2, 2, 2])?;
    NaiveTime::from_hms_opt(hour, minute, if second == 60 { 59 } else { second })
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

/// `2016-08-22`. Like all of these it is what chrono writes, which takes several times as long.
pub fn as_toml_date(date: NaiveDate) -> String {
    let mut text = String::with_capacity("2016-08-22T12:00:00+00:00".len());
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9999) => {
            push_two_digits(year / 100, &mut text);
            push_two_digits(year % 100, &mut text);
            for number in [date.month(), date.day()] {
                text.push('-');
                push_two_digits(number, &mut text);
            }
        }
        _ => text.push_str(&date.to_string()),
    }
    text
}

/// `2016-08-22T12:00:00`; an offset follows.
pub fn as_toml_date_time(date_time: NaiveDateTime) -> String {
    let mut text = as_toml_date(date_time.date());
    for (separator, number) in [('T', date_time.hour()), (':', date_time.minute()), (':', date_time.second())] {
        text.push(separator);
        push_two_digits(number, &mut text);
    }
    text
}

fn push_two_digits(number: u32, text: &mut String) {
    for digit in [number / 10 % 10, number % 10] {
        text.extend(char::from_digit(digit, 10));
    }
}

/// `20160822`.
pub fn as_ical_date(date: NaiveDate) -> impl Display {
    date.format("%Y%m%d")
}

/// `20160822T120000`; in UTC a `Z` follows.
pub fn as_ical_date_time(date_time: NaiveDateTime) -> impl Display {
    date_time.format("%Y%m%dT%H%M%S")
}

/// The numbers of which a text consists, each of so many digits, with the separator between them. `chrono`'s own parser
/// would also take spaces, signs and fewer digits, and is slow where there are many.
fn numbers<const N: usize>(text: &str, separator: Option<u8>, lengths: [usize; N]) -> Option<[u32; N]> {
    let (mut numbers, mut bytes) = ([0; N], text.bytes());
    for (index, (number, length)) in numbers.iter_mut().zip(lengths).enumerate() {
        if let Some(separator) = separator.filter(|_| index > 0) {
            bytes.next().filter(|byte| *byte == separator)?;
        }
        for _ in 0..length {
            let digit = bytes.next()?.checked_sub(b'0').filter(|digit| *digit < 10)?;
            *number = *number * 10 + u32::from(digit);
        }
    }
    bytes.next().is_none().then_some(numbers)
}
