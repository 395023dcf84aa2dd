//! A rule as rules that every calendar program stores and reads alike.
//!
//! Outlook knows one ordinal or one day of the month in a rule, each month or each year, and takes the 31st and the
//! fifth Tuesday for the last. Engines differ on BYWEEKNO, BYYEARDAY, weekdays numbered within the year, plain beside
//! numbered weekdays, and BYSETPOS of a week. So a rule is written as as many plain ones as it needs; dates that no plain
//! rule gives are left to be written one by one.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::recurrence::{Frequency, RecurrenceRule, RuleParts, WeekdayNum, longest_month};

/// The longest interval that Outlook takes.
const LONGEST_INTERVAL: u32 = 99;

const EVERY_MONTH: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/// Plain rules for the dates of a rule that starts at `start`. Each leaves nothing for DTSTART to say but the phase of
/// its interval. What they give outside the rule, or twice, the caller must see to.
pub fn split(rule: &RecurrenceRule, start: NaiveDate) -> Vec<RecurrenceRule> {
    let odd = !rule.by_week_no.is_empty() || !rule.by_year_day.is_empty();
    if odd || rule.interval > LONGEST_INTERVAL {
        return Vec::new();
    }
    let plain = match rule.frequency {
        Frequency::Daily => daily(rule),
        Frequency::Weekly => weekly(rule, start),
        Frequency::Monthly => monthly(rule, start),
        Frequency::Yearly => yearly(rule, start),
    };
    plain.into_iter().filter_map(|parts| parts.rule().ok()).collect()
}

fn daily(rule: &RecurrenceRule) -> Vec<RuleParts> {
    if !rule.by_month_day.is_empty() || !rule.by_set_pos.is_empty() {
        return Vec::new();
    }
    match (&rule.by_month[..], &rule.by_day[..]) {
        ([], []) => vec![RuleParts::every(rule.interval, Frequency::Daily)],
        (_, []) => Vec::new(),
        (months, days) if rule.interval == 1 => weekdays(months, days),
        _ => Vec::new(),
    }
}

fn weekly(rule: &RecurrenceRule, start: NaiveDate) -> Vec<RuleParts> {
    let mut days = match &rule.by_day[..] {
        [] => vec![WeekdayNum::every(start.weekday())],
        days => days.to_vec(),
    };
    match (&rule.by_month[..], &rule.by_set_pos[..]) {
        (_, []) => {}
        // Every week is the same: BYSETPOS picks the same weekdays of each.
        ([], positions) => days = at_positions(days, rule.week_start, positions),
        // Months begin within weeks.
        _ => return Vec::new(),
    }
    match (&rule.by_month[..], rule.interval) {
        _ if days.is_empty() => Vec::new(),
        (months, 1) => weekdays(months, &days),
        ([], interval) => {
            let every = RuleParts::every(interval, Frequency::Weekly);
            vec![RuleParts { by_day: days, week_start: rule.week_start, ..every }]
        }
        _ => Vec::new(),
    }
}

/// The weekdays at these positions of a week.
fn at_positions(mut days: Vec<WeekdayNum>, week_start: Weekday, positions: &[i16]) -> Vec<WeekdayNum> {
    days.sort_by_key(|day| day.weekday.days_since(week_start));
    let size = days.len() as i16;
    let picked = |at: i16| positions.contains(&(at + 1)) || positions.contains(&(at - size));
    (0..size).zip(days).filter(|(at, _)| picked(*at)).map(|(_, day)| day).collect()
}

fn monthly(rule: &RecurrenceRule, start: NaiveDate) -> Vec<RuleParts> {
    let interval = rule.interval;
    if every_such_weekday(rule) && interval == 1 {
        return weekdays(&rule.by_month, &rule.by_day);
    }
    let of_pick = |pick: &Pick| match &rule.by_month[..] {
        [] if pick.fits_every_month() => vec![pick.of(RuleParts::every(interval, Frequency::Monthly))],
        [] => pick.in_months(interval_in_years(interval), &EVERY_MONTH),
        months => pick.in_months(interval_in_years(interval), months),
    };
    picks(rule, start).iter().flat_map(of_pick).collect()
}

fn yearly(rule: &RecurrenceRule, start: NaiveDate) -> Vec<RuleParts> {
    let start_month = [start.month() as u8];
    let months = match (&rule.by_month[..], &rule.by_day[..], &rule.by_month_day[..]) {
        ([], [], []) => &start_month[..],
        ([], [], _) => &EVERY_MONTH[..],
        ([], _, []) if every_such_weekday(rule) && rule.interval == 1 => return weekdays(&[], &rule.by_day),
        // Weekdays numbered within the year.
        ([], ..) => return Vec::new(),
        (months, ..) => months,
    };
    // BYSETPOS picks from the whole year.
    if !rule.by_set_pos.is_empty() && months.len() > 1 {
        return Vec::new();
    }
    picks(rule, start).iter().flat_map(|pick| pick.in_months(rule.interval, months)).collect()
}

/// Whether BYDAY alone, without numbers, says the days.
fn every_such_weekday(rule: &RecurrenceRule) -> bool {
    let plain = rule.by_day.iter().all(|day| day.ordinal.is_none());
    !rule.by_day.is_empty() && plain && rule.by_month_day.is_empty() && rule.by_set_pos.is_empty()
}

/// Weekdays of every week; with months the first to the fourth of each.
fn weekdays(months: &[u8], days: &[WeekdayNum]) -> Vec<RuleParts> {
    let every = |day: &WeekdayNum| WeekdayNum::every(day.weekday);
    match months {
        [] => vec![RuleParts { by_day: days.iter().map(every).collect(), ..RuleParts::new(Frequency::Weekly) }],
        months => first_to_fourth(days).iter().flat_map(|pick| pick.in_months(1, months)).collect(),
    }
}

/// One day of a month.
enum Pick {
    /// Day of the month: 1 to 31, or -1.
    MonthDay(i8),
    /// A weekday with its ordinal, 1 to 4 or -1.
    Nth(WeekdayNum),
    /// BYSETPOS, 1 to 4 or -1, of these weekdays.
    Position(i16, Vec<WeekdayNum>),
}

impl Pick {
    /// Outlook clips a day that a month does not have to its last.
    fn fits_every_month(&self) -> bool {
        !matches!(self, Self::MonthDay(day) if *day > 28)
    }

    /// A yearly rule for each of the months that has such a day every year.
    fn in_months(&self, years: u32, months: &[u8]) -> Vec<RuleParts> {
        let has_day = |month: u8| match self {
            Self::MonthDay(29) if month == 2 => false,
            Self::MonthDay(day) => *day <= longest_month(month),
            _ => true,
        };
        let of_month =
            |month: u8| self.of(RuleParts { by_month: vec![month], ..RuleParts::every(years, Frequency::Yearly) });
        months.iter().copied().filter(|month| has_day(*month)).map(of_month).collect()
    }

    /// The rule that picks this day of each month of another.
    fn of(&self, parts: RuleParts) -> RuleParts {
        match self {
            Self::MonthDay(day) => RuleParts { by_month_day: vec![*day], ..parts },
            Self::Nth(day) => RuleParts { by_day: vec![*day], ..parts },
            Self::Position(position, days) => RuleParts { by_day: days.clone(), by_set_pos: vec![*position], ..parts },
        }
    }
}

/// The single days of which a rule that picks days of a month is made, as far as every program knows them.
fn picks(rule: &RecurrenceRule, start: NaiveDate) -> Vec<Pick> {
    let known = |ordinal: i16| ordinal == -1 || (1..=4).contains(&ordinal);
    let plain = rule.by_day.iter().all(|day| day.ordinal.is_none());
    let numbered = rule.by_day.iter().all(|day| day.ordinal.is_some());
    match (&rule.by_day[..], &rule.by_month_day[..], &rule.by_set_pos[..]) {
        ([], [], []) => vec![Pick::MonthDay(start.day() as i8)],
        ([], days, []) => days.iter().filter(|day| **day >= -1).map(|day| Pick::MonthDay(*day)).collect(),
        (days, [], []) if plain => first_to_fourth(days),
        (days, [], []) if numbered => {
            let known = |day: &&WeekdayNum| day.ordinal.is_some_and(|ordinal| known(i16::from(ordinal)));
            days.iter().filter(known).map(|day| Pick::Nth(*day)).collect()
        }
        (days @ [_, ..], [], positions) if plain => {
            let known = positions.iter().copied().filter(|position| known(*position));
            let pick = |position| match days {
                [day] => Pick::Nth(WeekdayNum::nth(position as i8, day.weekday)),
                days => Pick::Position(position, days.to_vec()),
            };
            known.map(pick).collect()
        }
        _ => Vec::new(),
    }
}

fn first_to_fourth(days: &[WeekdayNum]) -> Vec<Pick> {
    let nth = |ordinal, day: &WeekdayNum| Pick::Nth(WeekdayNum::nth(ordinal, day.weekday));
    (1..=4).flat_map(|ordinal| days.iter().map(move |day| nth(ordinal, day))).collect()
}

/// After how many years a month comes again, if every so many months count.
fn interval_in_years(months: u32) -> u32 {
    let divisor = [12, 6, 4, 3, 2].into_iter().find(|divisor| months.is_multiple_of(*divisor)).unwrap_or(1);
    months / divisor
}
