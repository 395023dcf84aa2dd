//! The feeds of one chat, all of whose meetings were last revised at the same instant.

use chatcal::expand::{Window, expand};
use chatcal::feed::line::Lines;
use chatcal::feed::{self, Composer, Stamp, repeating};
use chatcal::schedule::{Collection, Schedule};
use chatcal::zone::Instant;

/// The feed of single meetings, made at an instant.
pub fn expanded(schedule: &Schedule, collection: &Collection, at: Instant) -> String {
    let mut lines = Lines::new();
    feed::open(&mut lines, feed::heading_of(schedule, &format!("{}.ics", schedule.slug)), collection);
    let meetings = expand(schedule, Window::of_feed(at));
    let stamp = Stamp { revised: at, sequence: 0 };
    Composer::new(collection).events(&mut lines, schedule, &meetings, |_, _| stamp);
    feed::close(&mut lines);
    text(&lines)
}

/// The feed of rules, made at an instant.
pub fn repeating(schedule: &Schedule, collection: &Collection, at: Instant) -> String {
    let mut lines = Lines::new();
    let meetings = expand(schedule, Window::of_feed(at));
    let stamps = vec![Stamp { revised: at, sequence: 0 }; meetings.len()];
    repeating::write(&mut lines, schedule, collection, at, (&meetings, &stamps));
    text(&lines)
}

/// What was written.
pub fn text(lines: &Lines) -> String {
    String::from_utf8(lines.as_bytes().to_vec()).unwrap()
}
