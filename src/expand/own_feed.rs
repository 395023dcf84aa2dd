//! The meetings of a chat's own feed.

use super::{Meeting, Window, expand, first_of_each};
use crate::schedule::Schedule;
use crate::zone::Instant;

/// The meetings of a chat's own feed, by occurrence date, then name: those of [`Window::of_feed`]. Where none lies in that,
/// the last one before it, else the first one after it, as no feed may be without an event (RFC 5545 3.6).
pub fn of_feed(schedule: &Schedule, history: Option<u16>, at: Instant) -> Vec<Meeting<'_>> {
    let window = Window::of_feed(at, history);
    let mut meetings = expand(schedule, window);
    if meetings.is_empty() {
        let [before, after] = window.beside();
        let last = before.and_then(|before| expand(schedule, before).into_iter().max_by_key(order));
        let first = || first_of_each(schedule, after?, 1, |_| true).into_iter().min_by_key(order);
        meetings.extend(last.or_else(first));
    }
    meetings
}

/// By when they begin; of those that begin at once, as they are in feeds.
fn order<'s>(meeting: &Meeting<'s>) -> impl Ord + use<'s> {
    (meeting.start, meeting.date, meeting.name())
}
