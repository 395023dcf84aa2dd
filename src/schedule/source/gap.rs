//! Meetings at a time that the clocks skip.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::draft::{Placed, SeriesTable};
use super::mistakes::Mistakes;
use crate::schedule::{Break, Change, OneOff, silence};
use crate::text::{count, weekday_and_day};
use crate::zone::Zone;

/// Days of one series that are named; the others are counted.
const NAMED: usize = 3;
/// The last year that is looked through, or so many years from the start of a series: what clocks will do then is not
/// known anyway.
const LAST_YEAR: i32 = 2100;
const YEARS: i32 = 100;

/// Warns of each series and each single meeting with a time that the clocks skip that day (RFC 5545 3.3.5). The parts
/// are those of a schedule that is right: in order, each change with its series.
pub fn check(
    drafts: &[SeriesTable],
    changes: &[Placed<Change>],
    breaks: &[Placed<Break>],
    one_offs: &[Placed<OneOff>],
    mistakes: &Mistakes,
) {
    for (index, draft) in drafts.iter().enumerate() {
        let (Some(zone), Some(time)) = (draft.zone, draft.time) else { continue };
        let mut days = skipped_days(draft, zone, time);
        days.retain(|day| !{
            let paused = breaks.iter().any(|pause| pause.item.holds(*day));
            paused || changes.iter().any(|change| change.item.series == index && change.item.date == *day)
        });
        if !days.is_empty() {
            warn(&days, zone, time, draft.time_at.clone(), mistakes);
        }
    }
    let changes = changes.iter().filter_map(|Placed { item, time_at, .. }| {
        let draft = drafts.get(item.series).filter(|_| item.cancelled.is_none())?;
        let day = item.moved_to.unwrap_or(item.date);
        Some((day, item.time.or(draft.time)?, item.zone.or(draft.zone)?, time_at))
    });
    let one_offs = one_offs.iter().filter(|one_off| one_off.item.cancelled.is_none());
    let one_offs = one_offs.map(|Placed { item, time_at, .. }| (item.date, item.time, item.zone, time_at));
    for (day, time, zone, at) in changes.chain(one_offs) {
        if zone.gap(day, time).is_some() {
            warn(&[day], zone, time, at.clone(), mistakes);
        }
    }
}

/// The dates of a series on which the clocks skip its time.
fn skipped_days(draft: &SeriesTable, zone: Zone, time: NaiveTime) -> Vec<NaiveDate> {
    let Some(run) = draft.dates() else { return Vec::new() };
    let start = run.start;
    let year = LAST_YEAR.max(start.year() + YEARS);
    let horizon = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX);
    let last = run.last.map_or(horizon, |last| last.min(horizon));
    let day_after = last.succ_opt().unwrap_or(last);
    let jumps = zone.transitions(zone.instant(start, NaiveTime::MIN), zone.instant(day_after, NaiveTime::MIN));
    let mut days = Vec::new();
    for jump in jumps.iter().filter(|jump| jump.after.offset > jump.before.offset) {
        let (from, to) = (jump.instant.at_offset(jump.before.offset), jump.instant.at_offset(jump.after.offset));
        let near = from.date().iter_days().take_while(|day| *day <= to.date().min(last));
        days.extend(near.filter(|day| (from..to).contains(&day.and_time(time)) && run.holds(*day)));
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
