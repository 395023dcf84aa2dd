//! Single meetings that end later than anything can be written.

use super::gap::TimesAt;
use super::mistakes::Mistakes;
use crate::schedule::Schedule;

/// Reports each change and one-off whose meeting would end after the year 9999 in UTC (RFC 5545 3.3.4). The dates of a
/// series just end before.
pub fn check(schedule: &Schedule, at: &TimesAt, mistakes: &Mistakes) {
    for (_, at) in at.single_meetings(schedule).filter(|(planned, _)| !planned.end().can_be_written()) {
        let message = "this meeting would end after the year 9999 in UTC, with which calendars end";
        mistakes.error("date", at.clone(), message).help("give an earlier time or day, or leave it out");
    }
}
