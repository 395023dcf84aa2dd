//! RFC 5545 3.3.10 read as a definition: every day is held against every part, set positions are counted over the
//! period. Plain and slow on purpose; it shares nothing with the engine.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::random::Case;

/// The dates of a rule from its start through `end`.
pub fn dates(case: &Case, end: NaiveDate) -> Vec<NaiveDate> {
    let mut dates = Vec::new();
    let mut day = first_of_period(case, case.start);
    while day <= end {
        let next = first_of_next_period(case, day);
        if periods_between(case, day) % case.interval == 0 {
            let passing: Vec<NaiveDate> =
                day.iter_days().take_while(|day| *day < next).filter(|day| passes(case, *day)).collect();
            dates.extend(picked(case, &passing));
        }
        day = next;
    }
    dates.retain(|date| *date >= case.start && case.until.is_none_or(|until| *date <= until));
    dates.truncate(case.count.unwrap_or(usize::MAX));
    dates.retain(|date| *date <= end);
    dates
}

fn picked(case: &Case, passing: &[NaiveDate]) -> Vec<NaiveDate> {
    if case.positions.is_empty() {
        return passing.to_vec();
    }
    let size = passing.len() as i64;
    let holds = |place: i64| case.positions.contains(&(place + 1)) || case.positions.contains(&(place - size));
    (0..size).filter(|place| holds(*place)).map(|place| passing[place as usize]).collect()
}

fn first_of_period(case: &Case, day: NaiveDate) -> NaiveDate {
    match case.frequency {
        "YEARLY" => NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap(),
        "MONTHLY" => day.with_day(1).unwrap(),
        "WEEKLY" => {
            let mut day = day;
            while day.weekday() != case.week_start {
                day = day.pred_opt().unwrap();
            }
            day
        }
        _ => day,
    }
}

fn first_of_next_period(case: &Case, first: NaiveDate) -> NaiveDate {
    match case.frequency {
        "YEARLY" => first.with_year(first.year() + 1).unwrap(),
        "MONTHLY" => first_of_period(case, first + Days::new(31)),
        "WEEKLY" => first + Days::new(7),
        _ => first.succ_opt().unwrap(),
    }
}

/// How many periods after that of the start this one comes.
fn periods_between(case: &Case, first: NaiveDate) -> i64 {
    let zero = first_of_period(case, case.start);
    match case.frequency {
        "YEARLY" => i64::from(first.year() - zero.year()),
        "MONTHLY" => i64::from(first.year() - zero.year()) * 12 + i64::from(first.month()) - i64::from(zero.month()),
        "WEEKLY" => (first - zero).num_days() / 7,
        _ => (first - zero).num_days(),
    }
}

fn passes(case: &Case, day: NaiveDate) -> bool {
    let year_length = i64::from(NaiveDate::from_ymd_opt(day.year(), 12, 31).unwrap().ordinal());
    let month_length =
        i64::from((day.with_day(1).unwrap() + Days::new(31)).with_day(1).unwrap().pred_opt().unwrap().day());
    let (ordinal, month_day) = (i64::from(day.ordinal()), i64::from(day.day()));
    // A number counts from the front, or from the back where it is negative.
    let is_among =
        |numbers: &[i64], number: i64, size: i64| numbers.contains(&number) || numbers.contains(&(number - size - 1));
    let numbered_in_year = case.frequency == "YEARLY" && case.months.is_empty();
    let is_weekday = |(wanted, weekday): &(Option<i64>, Weekday)| {
        let (number, size) = if numbered_in_year { (ordinal, year_length) } else { (month_day, month_length) };
        let from_front = (number - 1) / 7 + 1;
        let from_back = -((size - number) / 7 + 1);
        *weekday == day.weekday() && wanted.is_none_or(|wanted| wanted == from_front || wanted == from_back)
    };
    let in_week = || {
        let (week, weeks) = week_number(case, day);
        is_among(&case.week_numbers, week, weeks)
    };
    (case.months.is_empty() || case.months.contains(&day.month()))
        && (case.week_numbers.is_empty() || in_week())
        && (case.year_days.is_empty() || is_among(&case.year_days, ordinal, year_length))
        && (case.month_days.is_empty() || is_among(&case.month_days, month_day, month_length))
        && (case.weekdays.is_empty() || case.weekdays.iter().any(is_weekday))
        && passes_start(case, day)
}

/// What the start says where no part does.
fn passes_start(case: &Case, day: NaiveDate) -> bool {
    let start = case.start;
    let no_day = case.weekdays.is_empty() && case.month_days.is_empty() && case.year_days.is_empty();
    match case.frequency {
        "WEEKLY" if no_day => day.weekday() == start.weekday(),
        "YEARLY" if no_day && !case.week_numbers.is_empty() => day.weekday() == start.weekday(),
        "YEARLY" if no_day && case.months.is_empty() => (day.month(), day.day()) == (start.month(), start.day()),
        "MONTHLY" | "YEARLY" if no_day => day.day() == start.day(),
        _ => true,
    }
}

/// The number of the week that holds a day, and how many weeks its week-year has: a week belongs to the year that has
/// four or more of its days.
fn week_number(case: &Case, day: NaiveDate) -> (i64, i64) {
    let mut first = day;
    while first.weekday() != case.week_start {
        first = first.pred_opt().unwrap();
    }
    let year = (first + Days::new(3)).year();
    let week_one = |year: i32| {
        let mut first = NaiveDate::from_ymd_opt(year, 1, 4).unwrap();
        while first.weekday() != case.week_start {
            first = first.pred_opt().unwrap();
        }
        first
    };
    ((first - week_one(year)).num_days() / 7 + 1, (week_one(year + 1) - week_one(year)).num_days() / 7)
}
