//! Single meetings that end later than anything can be written.

use super::gap::TimesAt;
use super::mistakes::Mistakes;
use crate::schedule::Schedule;
use crate::zone::Instant;

/// Reports each change and one-off whose meeting would end after the year 9999 in UTC (RFC 5545 3.3.4). The dates of a
/// series just end before.
pub fn check(schedule: &Schedule, at: &TimesAt, mistakes: &Mistakes) {
    let changes = schedule.changes.iter().zip(&at.changes).map(|(change, at)| {
        let planned = schedule.series[change.series].meeting(change.date, Some(change));
        (planned.start(), planned.duration, at)
    });
    let one_offs = schedule.one_offs.iter().zip(&at.one_offs);
    let one_offs = one_offs.map(|(it, at)| (it.zone.instant(it.date, it.time), it.duration, at));
    let is_too_late = |start: Instant, seconds: i64| !start.plus_seconds(seconds).can_be_written();
    for (_, _, at) in changes.chain(one_offs).filter(|(start, length, _)| is_too_late(*start, length.num_seconds())) {
        let message = "this meeting would end after the year 9999 in UTC, with which calendars end";
        mistakes.error("date", at.clone(), message).help("give an earlier time or day, or leave it out");
    }
}
