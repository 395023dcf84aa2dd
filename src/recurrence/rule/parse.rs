//! RRULE text to a lawful rule, or the reason why not.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use super::{Frequency, Limit, RecurrenceRule, WeekdayNum, weekday_code};

/// More octets than a rule with every value of every part once can have; what is longer repeats itself.
const LONGEST: usize = 16 * 1024;

/// Why RRULE text is no day-level rule: the RFC's section and the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// What is wrong, in one line.
    pub message: String,
    /// The section of RFC 5545 that says so.
    pub section: &'static str,
    /// The bytes of the rule's text that are wrong.
    pub span: Range<usize>,
    /// A way out, in one line.
    pub help: Option<String>,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (RFC 5545 {})", self.message, self.section)
    }
}

impl std::error::Error for RuleError {}

impl RuleError {
    fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), section: "3.3.10", span, help: None }
    }

    pub(crate) fn never_happens(rule: &RecurrenceRule, start: NaiveDate) -> Self {
        let message = format!("this rule never happens: it gives no date from {start} on");
        Self::at(0..rule.to_string().len(), message)
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

const PARTS: [&str; 14] = [
    "FREQ",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYSECOND",
    "BYMINUTE",
    "BYHOUR",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
];

/// The parts of a rule's text, each with its place.
#[derive(Default)]
struct Parts<'t> {
    found: Vec<Part<'t>>,
}

#[derive(Clone)]
struct Part<'t> {
    name: &'static str,
    value: &'t str,
    /// Place of the whole part, and of its value.
    span: Range<usize>,
    value_span: Range<usize>,
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
                let said = if piece.is_empty() {
                    "an empty part".to_owned()
                } else {
                    format!("{} has no value", shown(piece))
                };
                return Err(RuleError::at(span, said).help("write NAME=VALUE parts with ';' between them"));
            };
            let value_span = span.start + name.len() + 1..span.end;
            parts.add(name, value, span, value_span)?;
        }
        Ok(parts)
    }

    fn add(
        &mut self,
        name: &str,
        value: &'t str,
        span: Range<usize>,
        value_span: Range<usize>,
    ) -> Result<(), RuleError> {
        let Some(name) = PARTS.into_iter().find(|known| known.eq_ignore_ascii_case(name)) else {
            let error = RuleError::at(span, format!("{} is no part of a rule", shown(name)));
            let upper = name.chars().take(32).collect::<String>().to_uppercase();
            let near = PARTS.into_iter().map(|known| (strsim::damerau_levenshtein(known, &upper), known));
            let near = near.filter(|(distance, _)| *distance <= 2).min();
            return Err(match near {
                Some((_, known)) => error.help(format!("did you mean {known}?")),
                None if name.eq_ignore_ascii_case("RRULE:FREQ") => error.help("leave out 'RRULE:'"),
                None => error,
            });
        };
        if matches!(name, "BYHOUR" | "BYMINUTE" | "BYSECOND") {
            let message = format!("{name} sets a time of day; a rule here is a set of dates");
            return Err(RuleError::at(span, message).help("the time of day has its own key, `time`"));
        }
        if self.get(name).is_some() {
            return Err(RuleError::at(span, format!("{name} stands twice")));
        }
        if value.is_empty() {
            return Err(RuleError::at(span, format!("{name} has no value")));
        }
        self.found.push(Part { name, value, span, value_span });
        Ok(())
    }

    fn get(&self, name: &str) -> Option<&Part<'t>> {
        self.found.iter().find(|part| part.name == name)
    }

    fn list<T: Ord>(&self, name: &str, value: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, RuleError> {
        let Some(part) = self.get(name) else { return Ok(Vec::new()) };
        let mut values = Vec::new();
        let mut at = part.value_span.start;
        for piece in part.value.split(',') {
            values.push(value(piece).map_err(|message| RuleError::at(at..at + piece.len(), message))?);
            at += piece.len() + 1;
        }
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    /// Positive and negative numbers up to a greatest one, 0 excluded.
    fn signed(&self, name: &str, greatest: i16) -> Result<Vec<i16>, RuleError> {
        self.list(name, |text| {
            ordinal(text, greatest).ok_or_else(|| {
                format!("{} is not in {name}'s range: 1 to {greatest} or -{greatest} to -1", shown(text))
            })
        })
        .map(front_first)
    }
}

/// 1, 2, 3, then -3, -2, -1: as people list them.
fn front_first(mut values: Vec<i16>) -> Vec<i16> {
    let negatives = values.partition_point(|value| *value < 0);
    values.rotate_left(negatives);
    values
}

impl FromStr for RecurrenceRule {
    type Err = RuleError;

    /// Reads the value of an RRULE, such as `FREQ=MONTHLY;BYDAY=1TU`. Names and values may be in either case.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let parts = Parts::split(text)?;
        let frequency = frequency(&parts, text)?;
        let rule = Self {
            frequency,
            interval: positive(&parts, "INTERVAL")?.unwrap_or(1),
            limit: limit(&parts)?,
            by_month: parts.list("BYMONTH", |text| {
                number(text, 1..=12)
                    .map(|month| month as u8)
                    .ok_or_else(|| format!("{} is no month from 1 to 12", shown(text)))
            })?,
            by_week_no: parts.signed("BYWEEKNO", 53)?.into_iter().map(|week| week as i8).collect(),
            by_year_day: parts.signed("BYYEARDAY", 366)?,
            by_month_day: parts.signed("BYMONTHDAY", 31)?.into_iter().map(|day| day as i8).collect(),
            by_day: parts.list("BYDAY", weekday_num)?.into_iter().map(|sorted| sorted.0).collect(),
            by_set_pos: parts.signed("BYSETPOS", 366)?,
            week_start: match parts.get("WKST") {
                None => Weekday::Mon,
                Some(part) => weekday(part.value).ok_or_else(|| {
                    RuleError::at(part.value_span.clone(), format!("{} is no weekday", shown(part.value)))
                        .help("write MO, TU, WE, TH, FR, SA or SU")
                })?,
            },
        };
        lawful(&rule, &parts)?;
        Ok(rule)
    }
}

fn frequency(parts: &Parts, text: &str) -> Result<Frequency, RuleError> {
    let part = parts.get("FREQ").ok_or_else(|| {
        RuleError::at(0..text.len(), "a rule needs FREQ").help("begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    })?;
    let sub_daily = |name: &str| name.eq_ignore_ascii_case(part.value);
    if ["SECONDLY", "MINUTELY", "HOURLY"].into_iter().any(sub_daily) {
        let message =
            format!("FREQ={} is more often than daily; a rule here is a set of dates", part.value.to_uppercase());
        return Err(RuleError::at(part.value_span.clone(), message).help("use DAILY and a `time`"));
    }
    [Frequency::Daily, Frequency::Weekly, Frequency::Monthly, Frequency::Yearly]
        .into_iter()
        .find(|frequency| frequency.to_string().eq_ignore_ascii_case(part.value))
        .ok_or_else(|| {
            RuleError::at(part.value_span.clone(), format!("{} is no frequency", shown(part.value)))
                .help("write DAILY, WEEKLY, MONTHLY or YEARLY")
        })
}

fn positive(parts: &Parts, name: &str) -> Result<Option<u32>, RuleError> {
    let Some(part) = parts.get(name) else { return Ok(None) };
    let value = digits(part.value).and_then(|text| text.parse().ok()).filter(|value| *value > 0);
    value.map(Some).ok_or_else(|| {
        RuleError::at(part.value_span.clone(), format!("{name}={} is no whole number from 1 up", shown(part.value)))
    })
}

fn limit(parts: &Parts) -> Result<Limit, RuleError> {
    let count = positive(parts, "COUNT")?;
    let Some(until) = parts.get("UNTIL") else { return Ok(count.map_or(Limit::Never, Limit::Count)) };
    if count.is_some() {
        return Err(RuleError::at(until.span.clone(), "COUNT and UNTIL exclude each other").help("keep one of them"));
    }
    let value = until.value;
    let date = |text: &str| {
        digits(text).filter(|text| text.len() == 8).and_then(|text| NaiveDate::parse_from_str(text, "%Y%m%d").ok())
    };
    if let Some(date) = date(value) {
        return Ok(Limit::Until(date));
    }
    let wrong = |message: String| {
        RuleError::at(until.value_span.clone(), message)
            .help("write a date, 20241231, or an instant in UTC, 20241231T235959Z")
    };
    let (Some((day, time)), true) = (value.split_once(['T', 't']), value.is_ascii()) else {
        return Err(wrong(format!("{} is no date", shown(value))));
    };
    let Some(time) = time.strip_suffix(['Z', 'z']) else {
        return Err(wrong("UNTIL with a time must be in UTC".to_owned()));
    };
    // The 61st second of a minute is lawful (3.3.12) and means the next minute's first.
    let leap = time.len() == 6 && time.ends_with("60");
    let seconds = if leap { format!("{}59", &time[..4]) } else { time.to_owned() };
    let instant = digits(&seconds)
        .filter(|text| text.len() == 6)
        .and_then(|text| chrono::NaiveTime::parse_from_str(text, "%H%M%S").ok())
        .and_then(|time| Some(NaiveDateTime::new(date(day)?, time)));
    instant.map(Limit::UntilUtc).ok_or_else(|| wrong(format!("{} is no instant", shown(value))))
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

/// BYDAY's order: plain weekdays, then from the front, then from the back; Monday first within each.
#[derive(PartialEq, Eq)]
struct Sorted(WeekdayNum);

impl Sorted {
    fn key(&self) -> (u8, i8, u32) {
        let group = match self.0.ordinal {
            None => 0,
            Some(ordinal) if ordinal > 0 => 1,
            Some(_) => 2,
        };
        (group, self.0.ordinal.unwrap_or(0), self.0.weekday.num_days_from_monday())
    }
}

impl PartialOrd for Sorted {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sorted {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

fn weekday_num(text: &str) -> Result<Sorted, String> {
    let wrong = || format!("{} is no weekday such as TU, 1TU or -1FR", shown(text));
    let split = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at)).ok_or_else(wrong)?;
    let (front, code) = text.split_at(split);
    let weekday = weekday(code).ok_or_else(wrong)?;
    if front.is_empty() {
        return Ok(Sorted(WeekdayNum { ordinal: None, weekday }));
    }
    let ordinal = ordinal(front, 53).ok_or_else(|| format!("{} is not from 1 to 53 or -53 to -1", shown(front)))?;
    Ok(Sorted(WeekdayNum { ordinal: Some(ordinal as i8), weekday }))
}

/// The combinations that RFC 5545 3.3.10 forbids.
fn lawful(rule: &RecurrenceRule, parts: &Parts) -> Result<(), RuleError> {
    let frequency = rule.frequency;
    let wrong = |name: &str, message: String, help: &str| {
        let span = parts.get(name).map_or(0..0, |part| part.span.clone());
        Err(RuleError::at(span, message).help(help))
    };
    if parts.get("BYWEEKNO").is_some() && frequency != Frequency::Yearly {
        return wrong("BYWEEKNO", format!("BYWEEKNO does not go with FREQ={frequency}"), "it goes with FREQ=YEARLY");
    }
    if parts.get("BYYEARDAY").is_some() && frequency != Frequency::Yearly {
        return wrong("BYYEARDAY", format!("BYYEARDAY does not go with FREQ={frequency}"), "it goes with FREQ=YEARLY");
    }
    if parts.get("BYMONTHDAY").is_some() && frequency == Frequency::Weekly {
        return wrong("BYMONTHDAY", "BYMONTHDAY does not go with FREQ=WEEKLY".to_owned(), "use FREQ=DAILY or MONTHLY");
    }
    let numbered = rule.by_day.iter().any(|day| day.ordinal.is_some());
    if numbered && !matches!(frequency, Frequency::Monthly | Frequency::Yearly) {
        return wrong(
            "BYDAY",
            format!("a numbered weekday does not go with FREQ={frequency}"),
            "it goes with FREQ=MONTHLY or YEARLY",
        );
    }
    if numbered && !rule.by_week_no.is_empty() {
        return wrong(
            "BYDAY",
            "a numbered weekday does not go with BYWEEKNO".to_owned(),
            "a week has each weekday once: leave out the number",
        );
    }
    let other_by = ["BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"];
    if parts.get("BYSETPOS").is_some() && !other_by.iter().any(|name| parts.get(name).is_some()) {
        return wrong(
            "BYSETPOS",
            "BYSETPOS needs another BY part to pick from".to_owned(),
            "add BYDAY, BYMONTHDAY or another BY part",
        );
    }
    Ok(())
}

/// Text as it may be shown in one line: what is long is cut.
fn shown(text: &str) -> String {
    let mut cut: String = text.chars().take(24).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("{cut:?}")
}
