//! Rules as other programs write them: with times of day, with ends of every kind, with more words than needed.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::chat::Moment;
use crate::recurrence::{Ends, Frequency, RecurrenceRule, Rrule, weekday_code};
use crate::schedule::phrase;
use crate::zone::{Instant, Zone};

/// A rule at one time of day, from its first date to its last.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain {
    /// Without COUNT and UNTIL.
    pub rule: RecurrenceRule,
    pub start: NaiveDate,
    pub until: Option<NaiveDate>,
    pub time: NaiveTime,
}

/// Days through which two rules are compared: 400 years, after which weekdays and leap years begin anew.
const CYCLE: u64 = 146_097;

/// The most times of day that one rule may name.
const TIMES: usize = 24;

/// Reads an RRULE that begins at a moment (RFC 5545 3.3.10 with 3.8.5.3): one plain rule for each time of day. UNTIL may
/// also be a wall time, which the RFC forbids and many programs write.
///
/// # Errors
///
/// Words for people on why it is no rule at day precision.
pub fn read(text: &str, start: Moment) -> Result<Vec<Plain>, String> {
    let mut kept = Vec::new();
    let mut hours = Vec::new();
    let mut minutes = Vec::new();
    let mut end = End::Never;
    for part in text.trim().split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("the rule part {part:?} has no value"))?;
        match name.to_ascii_uppercase().as_str() {
            "BYHOUR" => hours = numbers(value, 23)?,
            "BYMINUTE" => minutes = numbers(value, 59)?,
            "BYSECOND" if numbers(value, 59)? == [0] => {}
            "BYSECOND" => return Err("BYSECOND: a schedule keeps whole minutes".to_owned()),
            "COUNT" => end = End::Count(value.parse().map_err(|_| format!("COUNT={value} is no number"))?),
            "UNTIL" => end = until(value)?,
            _ if part.len() > 4_000 => return Err("a rule part of thousands of letters".to_owned()),
            _ => kept.push(part),
        }
    }
    let rule: RecurrenceRule =
        kept.join(";").parse().map_err(|error: crate::recurrence::RuleError| error.to_string())?;
    let hours = if hours.is_empty() { vec![start.time.hour()] } else { hours };
    let minutes = if minutes.is_empty() { vec![start.time.minute()] } else { minutes };
    let times: Vec<NaiveTime> = hours
        .iter()
        .flat_map(|hour| minutes.iter().filter_map(|minute| NaiveTime::from_hms_opt(*hour, *minute, 0)))
        .collect();
    if times.len() > TIMES {
        return Err(format!("a rule with {} times of day", times.len()));
    }
    if times.len() > 1 && matches!(end, End::Count(_)) {
        return Err("COUNT over several times of day".to_owned());
    }
    let plain = times.into_iter().map(|time| settled(&rule, start, time, end));
    let plain: Vec<Plain> = plain.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    if plain.is_empty() { Err("the rule gives no date".to_owned()) } else { Ok(plain) }
}

/// How a rule ends.
#[derive(Clone, Copy)]
enum End {
    Never,
    Count(u32),
    Date(NaiveDate),
    Wall(NaiveDateTime),
    Utc(NaiveDateTime),
}

/// The rule at one time of day; nothing where it ends before it begins.
fn settled(rule: &RecurrenceRule, from: Moment, time: NaiveTime, end: End) -> Result<Option<Plain>, String> {
    rule.check_happens(from.date).map_err(|error| error.to_string())?;
    let first =
        rule.dates(from.date).find(|date| date.and_time(time) >= from.wall().with_second(0).unwrap_or_default());
    let Some(start) = first else { return Ok(None) };
    let until = match end {
        End::Never => None,
        End::Count(0) => return Err("COUNT=0".to_owned()),
        End::Count(count) => Rrule { rule: rule.clone(), ends: Ends::Count(count) }.run(start, |utc| utc.date()).last,
        End::Date(date) => Some(date),
        End::Wall(wall) => {
            if wall.time() >= time {
                Some(wall.date())
            } else {
                wall.date().pred_opt()
            }
        }
        End::Utc(instant) => {
            let instant = Instant::from_unix_seconds(instant.and_utc().timestamp());
            Some(from.zone.last_date_by(instant, time))
        }
    };
    if until.is_some_and(|until| until < start) {
        return Ok(None);
    }
    // The last meeting says more than a day on which there is none.
    let until = until.and_then(|until| last_by(rule, start, until));
    let rule = said_best(rule, start, until);
    Ok(Some(Plain { rule, start, until, time }))
}

/// The last date of a rule up to a day.
fn last_by(rule: &RecurrenceRule, start: NaiveDate, day: NaiveDate) -> Option<NaiveDate> {
    [40, 400, 4_000, 4_000_000].into_iter().find_map(|back| {
        let from = day.checked_sub_days(Days::new(back)).unwrap_or(start).max(start);
        rule.dates_from(start, from).take_while(|date| *date <= day).last()
    })
}

fn numbers(value: &str, greatest: u32) -> Result<Vec<u32>, String> {
    let mut numbers: Vec<u32> = value
        .split(',')
        .map(|number| number.trim().parse().ok().filter(|number| *number <= greatest))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("{value:?} is no list of hours or minutes"))?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn until(value: &str) -> Result<End, String> {
    let wrong = || format!("UNTIL={value:?} is neither a date nor an instant");
    if let Some(date) = date(value) {
        return Ok(End::Date(date));
    }
    match value.strip_suffix(['Z', 'z']) {
        Some(rest) => date_time(rest).map(End::Utc).ok_or_else(wrong),
        None => date_time(value).map(End::Wall).ok_or_else(wrong),
    }
}

/// A DATE of RFC 5545 3.3.4.
pub fn date(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = digits.then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok()).flatten();
    date.filter(|date| (1..=9999).contains(&date.year()))
}

/// A DATE-TIME of RFC 5545 3.3.5, without its `Z`. The 61st second of a minute is read as the 60th.
pub fn date_time(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(['T', 't'])?;
    if time.len() != 6 || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |at: usize| time.get(at..at + 2).and_then(|text| text.parse::<u32>().ok());
    let time = NaiveTime::from_hms_opt(number(0)?, number(2)?, number(4)?.min(59))?;
    Some(date(day)?.and_time(time))
}

/// The same dates in the rule that `every` can say, where there is one; else in the plainest rule.
pub fn said_best(rule: &RecurrenceRule, start: NaiveDate, until: Option<NaiveDate>) -> RecurrenceRule {
    let rule = &with_monday(rule);
    if phrase::print(rule).is_some() {
        return rule.clone();
    }
    let same = |other: &RecurrenceRule| gives_the_same(rule, other, start, until);
    let all = others(rule, start);
    let sayable = all.iter().find(|other| phrase::print(other).is_some() && same(other));
    sayable.unwrap_or(rule).clone()
}

/// The same rule with weeks from Monday, where the first day of a week decides nothing: it does so only over several
/// weeks and for numbers of weeks (RFC 5545 3.3.10, WKST).
fn with_monday(rule: &RecurrenceRule) -> RecurrenceRule {
    let weeks = rule.frequency == Frequency::Weekly && rule.interval > 1 && rule.by_day.len() > 1;
    if weeks || !rule.by_week_no.is_empty() {
        return rule.clone();
    }
    let text = rule.to_string();
    text.replace(&format!(";WKST={}", weekday_code(rule.week_start)), "").parse().unwrap_or_else(|_| rule.clone())
}

/// Rules that might give the same dates, the likeliest first.
fn others(rule: &RecurrenceRule, start: NaiveDate) -> Vec<RecurrenceRule> {
    let interval = rule.interval;
    let mut texts = vec![rule.to_string()];
    let mut weekdays: Vec<&str> = rule.by_day.iter().map(|day| weekday_code(day.weekday)).collect();
    if weekdays.is_empty() {
        weekdays.push(weekday_code(start.weekday()));
    }
    let months = match &rule.by_month[..] {
        [] if rule.frequency == Frequency::Yearly => format!("BYMONTH={}", start.month()),
        [] => format!("INTERVAL={interval}"),
        months => format!("BYMONTH={}", months.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
    };
    if rule.frequency != Frequency::Yearly || interval == 1 {
        texts.push(format!("FREQ=WEEKLY;INTERVAL={interval};BYDAY={}", weekdays.join(",")));
        let mut numbered: Vec<String> = rule.by_day.iter().map(ToString::to_string).collect();
        if let ([], [weekday, ..]) = (&numbered[..], &weekdays[..]) {
            numbered = vec![format!("{}{}", nth(start), weekday)];
        }
        texts.push(format!("FREQ=MONTHLY;{months};BYDAY={}", numbered.join(",")));
        // Positions and spans of days that pick the nth weekday.
        let positions = rule.by_set_pos.iter().map(|n| i32::from(*n)).collect::<Vec<_>>();
        let nths = if positions.is_empty() { vec![nth(start), -1] } else { positions };
        let each = |weekday: &&str| nths.iter().map(|n| format!("{n}{weekday}")).collect::<Vec<_>>();
        texts.push(format!(
            "FREQ=MONTHLY;{months};BYDAY={}",
            weekdays.iter().flat_map(each).collect::<Vec<_>>().join(",")
        ));
        texts.push(format!("FREQ=MONTHLY;{months};BYDAY={}{}", nth(start), weekday_code(start.weekday())));
        texts.push(format!("FREQ=MONTHLY;{months};BYDAY=-1{}", weekday_code(start.weekday())));
        texts.push(format!("FREQ=MONTHLY;{months};BYMONTHDAY={}", start.day()));
        texts.push(format!("FREQ=MONTHLY;{months};BYMONTHDAY=-1"));
    }
    texts.push(format!("FREQ=DAILY;INTERVAL={interval}"));
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// Which weekday of its month a date is, from 1.
pub fn nth(date: NaiveDate) -> i32 {
    date.day0() as i32 / 7 + 1
}

fn gives_the_same(one: &RecurrenceRule, other: &RecurrenceRule, start: NaiveDate, until: Option<NaiveDate>) -> bool {
    let horizon = start.checked_add_days(Days::new(CYCLE)).unwrap_or(NaiveDate::MAX);
    let last = until.unwrap_or(horizon).min(horizon);
    one.dates(start).take_while(|date| *date <= last).eq(other.dates(start).take_while(|date| *date <= last))
}

/// A series in words: `Tuesday at 16:00 Europe/London, from 2014-01-07`.
pub fn in_words(
    rule: &RecurrenceRule,
    time: NaiveTime,
    zone: Zone,
    start: NaiveDate,
    until: Option<NaiveDate>,
) -> String {
    let end = until.map(|until| format!(" until {until}")).unwrap_or_default();
    format!("{} at {} {}, from {start}{end}", phrase::describe(rule), time.format("%H:%M"), zone.name())
}
