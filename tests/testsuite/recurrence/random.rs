//! Random valid rules, as parts and as text.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use proptest::collection::vec;
use proptest::prelude::*;

/// A rule taken apart, its text, and where it starts.
#[derive(Clone, Debug)]
pub struct Case {
    pub frequency: &'static str,
    pub interval: i64,
    pub count: Option<usize>,
    pub until: Option<NaiveDate>,
    pub months: Vec<u32>,
    pub week_numbers: Vec<i64>,
    pub year_days: Vec<i64>,
    pub month_days: Vec<i64>,
    pub weekdays: Vec<(Option<i64>, Weekday)>,
    pub positions: Vec<i64>,
    pub week_start: Weekday,
    pub start: NaiveDate,
    /// How many days from the start are looked at.
    pub days: u64,
    pub text: String,
}

fn weekday() -> impl Strategy<Value = Weekday> {
    (0..7u8).prop_map(|day| Weekday::try_from(day).unwrap())
}

/// A number up to `most` or, counted from the back, down to `-most`; small ones and the last ones more often.
fn signed(most: i64) -> impl Strategy<Value = i64> {
    (prop_oneof![2 => 1..=most.min(5), 2 => 1..=most, 1 => (most - 3).max(1)..=most], any::<bool>())
        .prop_map(|(number, back)| if back { -number } else { number })
}

/// Mostly nothing, else a few.
fn some<T: std::fmt::Debug + Clone + 'static>(
    one: impl Strategy<Value = T> + 'static,
    weight: u32,
) -> BoxedStrategy<Vec<T>> {
    prop_oneof![10 => Just(Vec::new()), weight => vec(one, 1..4)].boxed()
}

pub fn case() -> impl Strategy<Value = Case> {
    let frequency = prop_oneof![Just("DAILY"), Just("WEEKLY"), Just("MONTHLY"), Just("YEARLY")];
    let shape = (frequency, prop_oneof![6 => Just(1i64), 4 => 2..8i64, 1 => 8..60i64], weekday());
    let end = prop_oneof![4 => Just((None, None)), 1 => (1..30usize).prop_map(|n| (Some(n), None)), 1 => (0..4000u64).prop_map(|n| (None, Some(n)))];
    let days = (some(1..=12u32, 5), some(signed(53), 4), some(signed(366), 4), some(signed(31), 6));
    let ordinal = prop_oneof![3 => Just(None), 2 => signed(5).prop_map(Some), 1 => signed(53).prop_map(Some)];
    let names = (some((ordinal, weekday()), 10), some(signed(366), 5));
    let start = (0..146_097u64).prop_map(|days| NaiveDate::from_ymd_opt(1800, 1, 1).unwrap() + Days::new(days));
    (shape, end, days, names, start).prop_map(
        |((frequency, interval, week_start), (count, until), days, names, start)| {
            valid(Case {
                frequency,
                interval,
                count,
                until: until.map(|days| start + Days::new(days)),
                months: days.0,
                week_numbers: days.1,
                year_days: days.2,
                month_days: days.3,
                weekdays: names.0,
                positions: names.1,
                week_start,
                start,
                days: 0,
                text: String::new(),
            })
        },
    )
}

/// Takes away what RFC 5545 3.3.10 forbids, and writes the text.
fn valid(mut case: Case) -> Case {
    let yearly = case.frequency == "YEARLY";
    if !yearly {
        case.week_numbers.clear();
        case.year_days.clear();
    }
    if case.frequency == "WEEKLY" {
        case.month_days.clear();
    }
    let plain_only = matches!(case.frequency, "DAILY" | "WEEKLY") || !case.week_numbers.is_empty();
    if plain_only {
        case.weekdays.iter_mut().for_each(|weekday| weekday.0 = None);
    }
    let parts =
        [case.months.len(), case.week_numbers.len(), case.year_days.len(), case.month_days.len(), case.weekdays.len()];
    if parts.iter().all(|size| *size == 0) {
        case.positions.clear();
    }
    let years = if yearly { 8 } else { 2 };
    case.days = years * 366 * (case.interval as u64).min(if yearly { 4 } else { 8 });
    case.text = text(&case);
    case
}

fn text(case: &Case) -> String {
    let code = |weekday: Weekday| weekday.to_string()[..2].to_uppercase();
    let mut parts = vec![format!("FREQ={}", case.frequency), format!("INTERVAL={}", case.interval)];
    let mut list = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            parts.push(format!("{name}={}", values.join(",")));
        }
    };
    let numbers = |values: &[i64]| values.iter().map(ToString::to_string).collect();
    list("BYMONTH", case.months.iter().map(ToString::to_string).collect());
    list("BYWEEKNO", numbers(&case.week_numbers));
    list("BYYEARDAY", numbers(&case.year_days));
    list("BYMONTHDAY", numbers(&case.month_days));
    let named = |(ordinal, weekday): &(Option<i64>, Weekday)| {
        format!("{}{}", ordinal.map_or(String::new(), |n| n.to_string()), code(*weekday))
    };
    list("BYDAY", case.weekdays.iter().map(named).collect());
    list("BYSETPOS", numbers(&case.positions));
    list("COUNT", case.count.iter().map(ToString::to_string).collect());
    let date = |date: &NaiveDate| format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
    list("UNTIL", case.until.iter().map(date).collect());
    list("WKST", vec![code(case.week_start)]);
    parts.join(";")
}
