//! Meetings at a time that the clocks skip.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::mistakes::Mistakes;
use crate::schedule::{Change, OneOff, Planned, Schedule, Series, Status, silence};
use crate::text::{count, weekday_and_day};
use crate::zone::Zone;

/// Days of one series that are named; the others are counted.
const NAMED: usize = 3;
/// The last year that is looked through, or so many years from the start of a series: what clocks will do then is not
/// known anyway.
const LAST_YEAR: i32 = 2100;
const YEARS: i32 = 100;

/// The bytes of the times of day in a file, in the order in which its schedule has what they belong to.
pub struct TimesAt {
    pub series: Vec<Range<usize>>,
    pub changes: Vec<Range<usize>>,
    pub one_offs: Vec<Range<usize>>,
}

impl TimesAt {
    /// The meetings of which more is known than their rule, each with the bytes of its time of day.
    pub fn single_meetings<'s>(&'s self, schedule: &'s Schedule) -> impl Iterator<Item = (Planned, &'s Range<usize>)> {
        let of_change = |change: &Change| schedule.series[change.series].meeting(change.date, Some(change));
        let changes = schedule.changes.iter().map(of_change).zip(&self.changes);
        changes.chain(schedule.one_offs.iter().map(OneOff::planned).zip(&self.one_offs))
    }
}

/// Warns of each series and each single meeting with a time that the clocks skip that day (RFC 5545 3.3.5).
pub fn check(schedule: &Schedule, at: &TimesAt, mistakes: &Mistakes) {
    let changes = || schedule.changes.iter();
    for ((index, series), at) in schedule.series.iter().enumerate().zip(&at.series) {
        let mut days = skipped_days(series);
        days.retain(|day| {
            let paused = schedule.breaks.iter().any(|pause| pause.holds(*day));
            !paused && !changes().any(|change| change.series == index && change.date == *day)
        });
        if !days.is_empty() {
            warn(&days, series.zone, series.time, at.clone(), mistakes);
        }
    }
    let takes_place = |(planned, _): &(Planned, _)| planned.status != Status::Cancelled;
    for (Planned { day, time, zone, .. }, at) in at.single_meetings(schedule).filter(takes_place) {
        if zone.gap(day, time).is_some() {
            warn(&[day], zone, time, at.clone(), mistakes);
        }
    }
}

/// The dates of a series on which the clocks skip its time.
fn skipped_days(series: &Series) -> Vec<NaiveDate> {
    let Series { run, zone, time, .. } = series;
    let year = LAST_YEAR.max(run.start.year() + YEARS);
    let horizon = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX);
    let last = run.last.map_or(horizon, |last| last.min(horizon));
    let day_after = last.succ_opt().unwrap_or(last);
    let jumps = zone.transitions(zone.instant(run.start, NaiveTime::MIN), zone.instant(day_after, NaiveTime::MIN));
    let mut days = Vec::new();
    for jump in jumps.iter().filter(|jump| jump.after.offset > jump.before.offset) {
        let (from, to) = (jump.instant.at_offset(jump.before.offset), jump.instant.at_offset(jump.after.offset));
        let near = from.date().iter_days().take_while(|day| *day <= to.date().min(last));
        days.extend(near.filter(|day| (from..to).contains(&day.and_time(*time)) && run.holds(*day)));
    }
    days
}

fn warn(days: &[NaiveDate], zone: Zone, time: NaiveTime, at: Range<usize>, mistakes: &Mistakes) {
    let first = days[0];
    let shown = zone.local(zone.instant(first, time));
    let message = format!("the clocks of {} skip {} on {}", zone.name(), time.format("%H:%M"), weekday_and_day(first));
    let day = if shown.date() == first { String::new() } else { format!(" on {}", weekday_and_day(shown.date())) };
    let mut label = format!("the meeting begins at {}{day}", shown.format("%H:%M"));
    if days.len() > 1 {
        let others: Vec<_> = days[1..].iter().take(NAMED).map(|day| weekday_and_day(*day)).collect();
        label = format!("{label}; likewise on {}", others.join(", "));
        if days.len() > NAMED + 1 {
            label = format!("{label} and {}", count(days.len() - NAMED - 1, "more day"));
        }
    }
    let help = format!("choose another time, or {}", silence("gap"));
    mistakes.warning("gap", at, message).label(label).help(help);
}
