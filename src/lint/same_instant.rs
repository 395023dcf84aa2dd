//! One-offs and moved meetings that begin when another meeting of the chat does: most often they are the same one.

use std::collections::HashMap;

use super::finding::{Finding, MOST, of_change, of_one_off, of_series};
use crate::expand::{Meeting, Origin};
use crate::schedule::{Place, Schedule, Status};
use crate::text::weekday_and_day;
use crate::zone::Instant;

/// Looks at the meetings of a chat.
pub fn look(schedule: &Schedule, meetings: &[Meeting<'_>]) -> Vec<Finding> {
    let is_moved = |meeting: &Meeting<'_>| match meeting.origin {
        Origin::OneOff(_) => true,
        Origin::Regular(_, change) => {
            change.is_some_and(|change| change.moved_to.is_some() || change.time.is_some() || change.zone.is_some())
        }
    };
    if !meetings.iter().any(is_moved) {
        return Vec::new();
    }
    let takes_place = |meeting: &&Meeting<'_>| meeting.status != Status::Cancelled;
    let mut by_instant: HashMap<Instant, Vec<&Meeting<'_>>> = HashMap::new();
    for meeting in meetings.iter().filter(takes_place) {
        by_instant.entry(meeting.start).or_default().push(meeting);
    }
    let twice = meetings.iter().filter(takes_place).filter_map(|meeting| {
        let together = by_instant.get(&meeting.start)?;
        // Of two moved ones the later in the feed is told of.
        let other = together.iter().find(|other| !std::ptr::eq(**other, meeting))?;
        let is_first = together.iter().find(|it| is_moved(it)).is_some_and(|first| std::ptr::eq(*first, meeting));
        let is_told = is_moved(meeting) && (!is_first || !is_moved(other));
        is_told.then(|| finding(schedule, meeting, other))
    });
    twice.take(MOST).collect()
}

fn finding(schedule: &Schedule, meeting: &Meeting<'_>, other: &Meeting<'_>) -> Finding {
    let start = meeting.local_start();
    let message = format!(
        "another meeting of the chat begins at the same time: {}, {} {}",
        weekday_and_day(start.date()),
        start.format("%H:%M"),
        meeting.zone().place()
    );
    let label = (other.date != start.date()).then(|| format!("that of {}", weekday_and_day(other.date)));
    let help = "if it is the same meeting, say what is known of it in a [[change]] alone; else correct one of the two";
    Finding { code: "same-instant", message, label, help: help.into(), place: place(schedule, meeting) }
}

fn place(schedule: &Schedule, meeting: &Meeting<'_>) -> Place {
    match meeting.origin {
        Origin::OneOff(one_off) => of_one_off(one_off, "date"),
        Origin::Regular(_, Some(change)) => {
            of_change(schedule, change, if change.moved_to.is_some() { "moved-to" } else { "time" })
        }
        // Only one of the above is told of.
        Origin::Regular(index, None) => of_series(&schedule.series[index], "start"),
    }
}
