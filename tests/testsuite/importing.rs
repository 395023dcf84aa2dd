//! Imports into a collection that has no chats yet, and calendars to import.

use chatcal::import::report::Report;
use chatcal::import::{Destination, Imported, Input, Options, import};
use chatcal::zone::{Instant, Zone};

use crate::program::COLLECTION;
use crate::reading::collection;

/// 1 June 2026.
pub const AT: Instant = Instant::from_unix_seconds(1_780_272_000);

/// What becomes of files.
pub fn imported(inputs: &[Input], zone: Option<Zone>) -> (Vec<Imported>, Report) {
    let collection = collection(COLLECTION);
    import(inputs, &Options { zone, at: AT }, &mut Destination::new(&collection, AT, [], 0))
}

/// A calendar with these components.
pub fn calendar(body: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n")
}

/// An event with these content lines.
pub fn event(uid: usize, lines: &str) -> String {
    format!("BEGIN:VEVENT\r\nUID:{uid}\r\n{lines}END:VEVENT\r\n")
}
