//! Reads rules as other programs write them: with times of day, with ends in wall time, with more parts than needed.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

use super::draft::Moment;
use super::work::Work;
use crate::recurrence::{
    DAYS_PER_CYCLE, Ends, Frequency, RecurrenceRule, Rrule, RuleError, RuleParts, Run, TimesOfDay, WeekdayNum,
};
use crate::schedule::phrase;
use crate::text::LAST_DAY;
use crate::zone::Instant;

/// The most times of day that one rule may have.
const TIMES: usize = 24;

/// The day up to which dates are compared: after 400 years the calendar repeats.
pub fn horizon(from: NaiveDate) -> NaiveDate {
    from.checked_add_days(Days::new(DAYS_PER_CYCLE)).unwrap_or(NaiveDate::MAX)
}

/// What a comparison of two rules takes at least, in steps: some give a date in many years only.
const COMPARING: u64 = 2_000;

/// A rule of a file.
pub struct ReadRule {
    /// A run for each time of day.
    pub runs: Vec<(NaiveTime, Run)>,
    /// How the runs differ from what the file says.
    pub remark: Option<&'static str>,
}

/// Reads an RRULE that begins at a moment (RFC 5545 3.3.10 with 3.8.5.3). UNTIL may also be a wall time, which the RFC
/// forbids and many programs write.
pub fn read(text: &str, start: Moment, work: &mut Work) -> Result<ReadRule, String> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    let text = parts.collect::<Vec<_>>().join(";");
    let utc = |wall: NaiveDateTime| start.zone.instant(wall.date(), wall.time()).utc();
    let (rrule, times) = Rrule::with_times(&text, utc).map_err(|error: RuleError| error.to_string())?;
    let TimesOfDay { mut hours, mut minutes } = times;
    if hours.is_empty() {
        hours.push(start.time.hour());
    }
    if minutes.is_empty() {
        minutes.push(start.time.minute());
    }
    let times = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| (*hour, *minute)));
    let times: Vec<NaiveTime> = times.filter_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0)).collect();
    if times.len() > TIMES {
        return Err(format!("it has {} times of day; at most {TIMES} are read", times.len()));
    }
    if times.len() > 1 && matches!(rrule.ends, Ends::Count(_)) {
        return Err("COUNT with several times of day cannot be read".to_owned());
    }
    if times.len() > 1 && !rrule.rule.by_set_pos.is_empty() {
        return Err("BYSETPOS with several times of day cannot be read".to_owned());
    }
    if rrule.rule.interval == 1 {
        Run { rule: rrule.rule.clone(), start: start.date, last: None }.check().map_err(|error| error.to_string())?;
    } else if rrule.rule.dates(start.date).through(horizon(start.date)).next().is_none() {
        return Err(format!("the rule gives no date in the 400 years from {} on", start.date));
    }
    let runs = times.into_iter().filter_map(|time| Some((time, run(rrule.clone(), start, time, work)?)));
    let runs: Vec<(NaiveTime, Run)> = runs.collect();
    if runs.is_empty() {
        return Err("the rule gives no date".to_owned());
    }
    let endless = matches!(rrule.ends, Ends::Count(_)) && runs.iter().any(|(_, run)| run.last.is_none());
    let remark = if horizon(start.date) > LAST_DAY {
        "its COUNT goes beyond the year 9999, the last one: it is kept without an end"
    } else {
        "its COUNT takes more than 400 years: it is kept without an end"
    };
    let remark = endless.then_some(remark);
    Ok(ReadRule { runs, remark })
}

/// As [`Rrule::run`], without an end where its COUNT takes longer than the calendar to repeat, as to count further takes
/// time; or where it goes beyond the year 9999, the last one.
pub fn run_of(given: Rrule, start: NaiveDate, last_by: impl FnOnce(NaiveDateTime) -> NaiveDate) -> Run {
    let Ends::Count(count) = given.ends else { return given.run(start, last_by) };
    let (rule, horizon) = (given.rule, horizon(start));
    let last = rule.dates(start).through(horizon).last_of(count).unwrap_or(start);
    let next = last.succ_opt().and_then(|day| rule.dates_from(start, day).through(horizon).next());
    let run = Run { start, last: Some(last), rule };
    // The last date of the calendar can be the last of the rule.
    let ends = next.is_some() || horizon > LAST_DAY && run.count(start, last) == count as usize;
    Run { last: run.last.filter(|_| ends), ..run }
}

/// The run at one time of day; nothing where it ends before it begins.
fn run(rrule: Rrule, from: Moment, time: NaiveTime, work: &mut Work) -> Option<Run> {
    let begin = from.wall().with_second(0).unwrap_or_default();
    let mut dates = rrule.rule.dates(from.date).through(horizon(from.date));
    let start = dates.find(|date| date.and_time(time) >= begin)?;
    let run = run_of(rrule, start, |utc| from.zone.last_date_by(Instant::from(utc.and_utc()), time));
    // The date of the last meeting tells a reader more than a day on which there is none.
    let last = match run.last {
        Some(_) => Some(run.final_date()?),
        None => None,
    };
    Some(plainest(Run { last, ..run }, work))
}

/// A run of the same dates whose rule `every` can say, where there is one; else with weeks from Monday where possible.
pub fn plainest(mut run: Run, work: &mut Work) -> Run {
    run.rule = with_monday(&run.rule);
    if phrase::print(&run.rule).is_some() {
        return run;
    }
    let last = horizon(run.start);
    let same = |other: &Run| {
        if work.is_used_up() {
            return false;
        }
        let mut steps = COMPARING;
        let same = run.dates().through(last).inspect(|_| steps += 1).eq(other.dates().through(last));
        work.take(steps);
        same
    };
    let others = others(&run).into_iter().filter(|rule| phrase::print(rule).is_some());
    let other = others.map(|rule| Run { rule, ..run.clone() }).find(same);
    other.unwrap_or(run)
}

/// The same rule with weeks from Monday, where the first day of the week does not matter. It matters to BYWEEKNO, and
/// to several weekdays in every n-th week (RFC 5545 3.3.10, WKST).
fn with_monday(rule: &RecurrenceRule) -> RecurrenceRule {
    let weeks = rule.frequency == Frequency::Weekly && rule.interval > 1 && rule.by_day.len() > 1;
    if weeks || !rule.by_week_no.is_empty() {
        return rule.clone();
    }
    RuleParts { week_start: Weekday::Mon, ..(**rule).clone() }.rule().unwrap_or_else(|_| rule.clone())
}

/// Rules that might give the same dates, the likeliest first.
fn others(run: &Run) -> Vec<RecurrenceRule> {
    let Run { rule, start, .. } = run;
    let mut others = Vec::new();
    if rule.frequency != Frequency::Yearly || rule.interval == 1 {
        let (weekday, nth) = (start.weekday(), nth(*start));
        let (weekdays, numbered) = if rule.by_day.is_empty() {
            (vec![weekday], vec![WeekdayNum::nth(nth, weekday)])
        } else {
            (rule.by_day.iter().map(|day| day.weekday).collect(), rule.by_day.clone())
        };
        // BYSETPOS often picks the nth weekday. A position that cannot be an ordinal becomes 0, which makes no rule.
        let positions = rule.by_set_pos.iter().map(|position| i8::try_from(*position).unwrap_or(0));
        let nths = if rule.by_set_pos.is_empty() { vec![nth, -1] } else { positions.collect() };
        let each = weekdays.iter().flat_map(|weekday| nths.iter().map(|nth| WeekdayNum::nth(*nth, *weekday))).collect();
        let months = match &rule.by_month[..] {
            [] if rule.frequency == Frequency::Yearly => {
                RuleParts { by_month: vec![start.month() as u8], ..RuleParts::new(Frequency::Monthly) }
            }
            [] => RuleParts::every(rule.interval, Frequency::Monthly),
            months => RuleParts { by_month: months.to_vec(), ..RuleParts::new(Frequency::Monthly) },
        };
        others.push(on_weekdays(rule.interval, weekdays));
        for by_day in [numbered, each, vec![WeekdayNum::nth(nth, weekday)], vec![WeekdayNum::nth(-1, weekday)]] {
            others.push(RuleParts { by_day, ..months.clone() });
        }
        for day in [start.day() as i8, -1] {
            others.push(RuleParts { by_month_day: vec![day], ..months.clone() });
        }
    }
    others.push(RuleParts::every(rule.interval, Frequency::Daily));
    others.into_iter().filter_map(|parts| parts.rule().ok()).collect()
}

/// FREQ=WEEKLY with an INTERVAL, on these weekdays.
pub fn on_weekdays(interval: u32, weekdays: impl IntoIterator<Item = Weekday>) -> RuleParts {
    let by_day = weekdays.into_iter().map(WeekdayNum::every).collect();
    RuleParts { by_day, ..RuleParts::every(interval, Frequency::Weekly) }
}

/// 1 for the first such weekday of its month, 2 for the second.
pub fn nth(date: NaiveDate) -> i8 {
    date.day0() as i8 / 7 + 1
}
