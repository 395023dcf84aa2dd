//! RRULE text to a valid rule, or the reason why it is not one.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use chrono::{NaiveDateTime, Weekday};

use super::parts::greatest;
use super::{Ends, Frequency, InvalidRule, RecurrenceRule, Rrule, RuleParts, WeekdayNum, weekday_code};
use crate::diagnostic::{did_you_mean, nearest, quoted};
use crate::text::{ical_date, ical_date_time, ical_utc};

/// More octets than a rule with every value of every part once can have; what is longer repeats itself.
const LONGEST: usize = 16 * 1024;

/// Why RRULE text is not a rule at day precision, by RFC 5545 3.3.10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// What is wrong, in one line.
    pub message: String,
    /// The bytes of the rule's text that are wrong.
    pub span: Range<usize>,
    /// A way out, in one line.
    pub help: Option<String>,
    /// Whether it sets a time of day. Whoever asked for the rule knows where that belongs.
    pub sets_time: bool,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (RFC 5545 3.3.10)", self.message)
    }
}

impl std::error::Error for RuleError {}

impl RuleError {
    pub(crate) fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, help: None, sets_time: false }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// A part that no rule of dates can have.
    fn time_of_day(span: Range<usize>, message: String, help: &str) -> Self {
        Self { sets_time: true, ..Self::at(span, message).help(help) }
    }

    /// A way out, in one line. `time` goes on after "the time of day": where it belongs.
    pub fn way_out(&self, time: &str) -> Option<String> {
        let help = self.help.as_ref()?;
        Some(if self.sets_time { format!("{help}; the time of day {time}") } else { help.clone() })
    }
}

const PARTS: &str =
    "FREQ UNTIL COUNT INTERVAL BYSECOND BYMINUTE BYHOUR BYDAY BYMONTHDAY BYYEARDAY BYWEEKNO BYMONTH BYSETPOS WKST";

/// Those of them that set a time of day.
const TIMES_OF_DAY: [&str; 3] = ["BYHOUR", "BYMINUTE", "BYSECOND"];

/// What a wall time of UNTIL is in UTC.
type InUtc<'f> = &'f dyn Fn(NaiveDateTime) -> NaiveDateTime;

/// The parts of a rule's text, each with its place.
#[derive(Default)]
struct Parts<'t> {
    found: Vec<Part<'t>>,
}

struct Part<'t> {
    name: &'static str,
    value: &'t str,
    span: Range<usize>,
}

impl Part<'_> {
    fn value_span(&self) -> Range<usize> {
        self.span.end - self.value.len()..self.span.end
    }
}

impl<'t> Parts<'t> {
    fn split(text: &'t str) -> Result<Self, RuleError> {
        if text.len() > LONGEST {
            let message = format!("a rule of {} octets: none needs more than {LONGEST}", text.len());
            return Err(RuleError::at(0..text.len(), message));
        }
        let mut parts = Self::default();
        let mut at = 0;
        for piece in text.split(';') {
            let span = at..at + piece.len();
            at = span.end + 1;
            let Some((name, value)) = piece.split_once('=') else {
                let message = match piece {
                    "" => "an empty part".to_owned(),
                    _ => format!("{} has no value", quoted(piece)),
                };
                return Err(RuleError::at(span, message).help("write NAME=VALUE parts with ';' between them"));
            };
            parts.add(name, value, span)?;
        }
        Ok(parts)
    }

    fn add(&mut self, name: &str, value: &'t str, span: Range<usize>) -> Result<(), RuleError> {
        let known = || PARTS.split(' ');
        let Some(name) = known().find(|known| known.eq_ignore_ascii_case(name)) else {
            let error = RuleError::at(span, format!("{} is not a part of a rule", quoted(name)));
            return Err(match nearest(name, known()) {
                Some(near) => error.help(did_you_mean(near)),
                None if name.eq_ignore_ascii_case("RRULE:FREQ") => error.help("leave out 'RRULE:'"),
                None => error,
            });
        };
        if self.get(name).is_some() {
            return Err(RuleError::at(span, format!("{name} is given twice")));
        }
        if value.is_empty() {
            return Err(RuleError::at(span, format!("{name} has no value")));
        }
        self.found.push(Part { name, value, span });
        Ok(())
    }

    fn get(&self, name: &str) -> Option<&Part<'t>> {
        self.found.iter().find(|part| part.name == name)
    }

    fn list<T>(&self, name: &str, value: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, RuleError> {
        let Some(part) = self.get(name) else { return Ok(Vec::new()) };
        let mut values = Vec::new();
        let mut at = part.value_span().start;
        for piece in part.value.split(',') {
            values.push(value(piece).map_err(|message| RuleError::at(at..at + piece.len(), message))?);
            at += piece.len() + 1;
        }
        Ok(values)
    }

    /// Positive and negative numbers up to a greatest one, 0 excluded.
    fn signed<T: TryFrom<i16>>(&self, name: &str) -> Result<Vec<T>, RuleError> {
        let greatest = greatest(name);
        self.list(name, |text| {
            ordinal(text, greatest).and_then(|value| value.try_into().ok()).ok_or_else(|| {
                format!("{} is not in {name}'s range: 1 to {greatest} or -{greatest} to -1", quoted(text))
            })
        })
    }
}

impl FromStr for Rrule {
    type Err = RuleError;

    /// Reads the value of an RRULE, such as `FREQ=MONTHLY;COUNT=3;BYDAY=1TU`. Names and values may be in either case.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let found = Parts::split(text)?;
        if let Some(Part { name, span, .. }) = TIMES_OF_DAY.iter().find_map(|name| found.get(name)) {
            let message = format!("{name} sets a time of day; a rule here is a set of dates");
            return Err(RuleError::time_of_day(span.clone(), message, "leave it out"));
        }
        Self::read(&found, text, None)
    }
}

/// The times of day that a rule of another program sets: BYHOUR and BYMINUTE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimesOfDay {
    /// 0 to 23; empty where the rule does not say.
    pub hours: Vec<u32>,
    /// 0 to 59; empty where the rule does not say.
    pub minutes: Vec<u32>,
}

impl Rrule {
    /// Reads an RRULE as other programs write it: it may set times of day, and its UNTIL may be a wall time, which the RFC
    /// forbids; `in_utc` says what that is.
    ///
    /// # Errors
    ///
    /// Those of [`Rrule::from_str`], and times with seconds.
    pub fn with_times(
        text: &str,
        in_utc: impl Fn(NaiveDateTime) -> NaiveDateTime,
    ) -> Result<(Self, TimesOfDay), RuleError> {
        let found = Parts::split(text)?;
        let [hours, minutes, seconds] = [("BYHOUR", 23), ("BYMINUTE", 59), ("BYSECOND", 59)].map(|(name, greatest)| {
            let mut values = found.list(name, |text| {
                let value = number(text.trim(), 0..=greatest).map(|value| value as u32);
                value.ok_or_else(|| format!("{} is not in {name}'s range: 0 to {greatest}", quoted(text)))
            })?;
            values.sort_unstable();
            values.dedup();
            Ok(values)
        });
        if seconds?.iter().any(|second| *second != 0) {
            let span = found.get("BYSECOND").map_or(0..0, |part| part.span.clone());
            return Err(RuleError::at(span, "BYSECOND cannot be read: a meeting begins on a whole minute"));
        }
        Ok((Self::read(&found, text, Some(&in_utc))?, TimesOfDay { hours: hours?, minutes: minutes? }))
    }

    fn read(found: &Parts, text: &str, in_utc: Option<InUtc>) -> Result<Self, RuleError> {
        let frequency = frequency(found, text)?;
        let parts = RuleParts {
            interval: positive(found, "INTERVAL")?.unwrap_or(1),
            by_month: found.list("BYMONTH", |text| {
                number(text, 1..=greatest("BYMONTH"))
                    .map(|month| month as u8)
                    .ok_or_else(|| format!("{} is not a month from 1 to 12", quoted(text)))
            })?,
            by_week_no: found.signed("BYWEEKNO")?,
            by_year_day: found.signed("BYYEARDAY")?,
            by_month_day: found.signed("BYMONTHDAY")?,
            by_day: found.list("BYDAY", weekday_num)?,
            by_set_pos: found.signed("BYSETPOS")?,
            week_start: match found.get("WKST") {
                None => Weekday::Mon,
                Some(part) => weekday(part.value).ok_or_else(|| {
                    RuleError::at(part.value_span(), format!("{} is not a weekday", quoted(part.value)))
                        .help("write MO, TU, WE, TH, FR, SA or SU")
                })?,
            },
            ..RuleParts::new(frequency)
        };
        let ends = ends(found, in_utc)?;
        let rule = parts.rule().map_err(|InvalidRule { part, message, help }| {
            let span = found.get(part).map_or(0..0, |part| part.span.clone());
            RuleError::at(span, message).help(help)
        })?;
        Ok(Self { rule, ends })
    }
}

impl FromStr for RecurrenceRule {
    type Err = RuleError;

    /// Reads RRULE text without COUNT and UNTIL.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let Rrule { rule, ends } = text.parse()?;
        match ends {
            Ends::Never => Ok(rule),
            _ => Err(RuleError::at(0..text.len(), "COUNT and UNTIL are not expected here")),
        }
    }
}

fn frequency(parts: &Parts, text: &str) -> Result<Frequency, RuleError> {
    let part = parts.get("FREQ").ok_or_else(|| {
        RuleError::at(0..text.len(), "a rule needs FREQ").help("begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    })?;
    let sub_daily = |name: &str| name.eq_ignore_ascii_case(part.value);
    if ["SECONDLY", "MINUTELY", "HOURLY"].into_iter().any(sub_daily) {
        let message =
            format!("FREQ={} is more frequent than daily; a rule here is a set of dates", part.value.to_uppercase());
        return Err(RuleError::time_of_day(part.value_span(), message, "use DAILY"));
    }
    [Frequency::Daily, Frequency::Weekly, Frequency::Monthly, Frequency::Yearly]
        .into_iter()
        .find(|frequency| frequency.to_string().eq_ignore_ascii_case(part.value))
        .ok_or_else(|| {
            RuleError::at(part.value_span(), format!("{} is not a frequency", quoted(part.value)))
                .help("write DAILY, WEEKLY, MONTHLY or YEARLY")
        })
}

fn positive(parts: &Parts, name: &str) -> Result<Option<u32>, RuleError> {
    let Some(part) = parts.get(name) else { return Ok(None) };
    let value = digits(part.value).and_then(|text| text.parse().ok()).filter(|value| *value > 0);
    value.map(Some).ok_or_else(|| {
        RuleError::at(part.value_span(), format!("{name}={} is not a whole number from 1 up", quoted(part.value)))
    })
}

fn ends(parts: &Parts, in_utc: Option<InUtc>) -> Result<Ends, RuleError> {
    let count = positive(parts, "COUNT")?;
    let Some(until) = parts.get("UNTIL") else { return Ok(count.map_or(Ends::Never, Ends::Count)) };
    if count.is_some() {
        return Err(RuleError::at(until.span.clone(), "COUNT and UNTIL exclude each other").help("keep one of them"));
    }
    let value = until.value.to_ascii_uppercase();
    if let Some(date) = ical_date(&value) {
        return Ok(Ends::On(date));
    }
    let wrong = |message: String| {
        RuleError::at(until.value_span(), message)
            .help("write a date, 20241231, or an instant in UTC, 20241231T235959Z")
    };
    let Some((_, time)) = value.split_once('T') else {
        return Err(wrong(format!("{} is not a date", quoted(until.value))));
    };
    if let Some((in_utc, wall)) = in_utc.zip(ical_date_time(&value)) {
        return Ok(Ends::At(in_utc(wall)));
    }
    if !time.ends_with('Z') {
        return Err(wrong("UNTIL with a time must be in UTC".to_owned()));
    }
    ical_utc(&value).map(Ends::At).ok_or_else(|| wrong(format!("{} is not an instant", quoted(until.value))))
}

fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

fn number(text: &str, range: RangeInclusive<i16>) -> Option<i16> {
    digits(text).filter(|text| text.len() <= 3)?.parse().ok().filter(|value| range.contains(value))
}

/// A number other than 0 with an optional sign, at most `greatest` away from 0.
fn ordinal(text: &str, greatest: i16) -> Option<i16> {
    match text.strip_prefix('-') {
        Some(rest) => number(rest, 1..=greatest).map(|value| -value),
        None => number(text.strip_prefix('+').unwrap_or(text), 1..=greatest),
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    (0..7u8)
        .filter_map(|day| Weekday::try_from(day).ok())
        .find(|weekday| weekday_code(*weekday).eq_ignore_ascii_case(text))
}

fn weekday_num(text: &str) -> Result<WeekdayNum, String> {
    let wrong = || format!("{} is not a weekday such as TU, 1TU or -1FR", quoted(text));
    let split = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at)).ok_or_else(wrong)?;
    let (front, code) = text.split_at(split);
    let weekday = weekday(code).ok_or_else(wrong)?;
    if front.is_empty() {
        return Ok(WeekdayNum::every(weekday));
    }
    let greatest = greatest("BYDAY");
    let ordinal = ordinal(front, greatest)
        .ok_or_else(|| format!("{} is not from 1 to {greatest} or -{greatest} to -1", quoted(front)))?;
    Ok(WeekdayNum::nth(ordinal as i8, weekday))
}
