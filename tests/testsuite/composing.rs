//! The feeds of one chat, all of whose meetings were last revised at the same instant.

use chatcal::expand::{Window, expand};
use chatcal::feed::ledger::Known;
use chatcal::feed::line::Lines;
use chatcal::feed::repeating::RepeatingForm;
use chatcal::feed::{self, Composer, Stamp};
use chatcal::schedule::{Collection, Schedule};
use chatcal::zone::Instant;

/// The feed of single meetings, made at an instant.
pub fn expanded(schedule: &Schedule, collection: &Collection, at: Instant) -> String {
    let mut lines = Lines::new();
    feed::open(&mut lines, feed::heading_of(schedule, &format!("{}.ics", schedule.slug)), collection);
    let meetings = expand(schedule, Window::of_feed(at, None));
    let stamp = Stamp { revised: at, sequence: 0 };
    Composer::new(collection).events(&mut lines, schedule, &meetings, |_, _| stamp);
    feed::close(&mut lines);
    text(&lines)
}

/// The feed of rules, made at an instant.
pub fn repeating(schedule: &Schedule, collection: &Collection, at: Instant) -> String {
    let mut lines = Lines::new();
    let meetings = expand(schedule, Window::of_feed(at, None));
    let stamps = vec![Stamp { revised: at, sequence: 0 }; meetings.len()];
    RepeatingForm::new(schedule, collection, at, &meetings, &stamps).write(&mut lines, &Known::default());
    text(&lines)
}

/// What was written.
pub fn text(lines: &Lines) -> String {
    String::from_utf8(lines.as_bytes().to_vec()).unwrap()
}

/// One finished line.
fn line(write: impl FnOnce(&mut Lines)) -> String {
    let mut lines = Lines::new();
    write(&mut lines);
    text(&lines)
}

#[test]
fn a_line_of_75_octets_is_not_folded_and_one_of_76_is() {
    let value = "x".repeat(73);
    assert_eq!(line(|lines| lines.plain("X", &value)), format!("X:{value}\r\n"));
    assert_eq!(line(|lines| lines.plain("X", &format!("{value}y"))), format!("X:{value}\r\n y\r\n"));
}

#[test]
fn a_fold_stays_out_of_characters_and_escapes() {
    let before = "x".repeat(72);
    assert_eq!(line(|lines| lines.text("X", &format!("{before}é"))), format!("X:{before}\r\n é\r\n"));
    assert_eq!(line(|lines| lines.text("X", &format!("{before}\n"))), format!("X:{before}\r\n \\n\r\n"));
    // Two backslashes are one escape: the fold may come after both.
    let before = "x".repeat(71);
    assert_eq!(line(|lines| lines.text("X", &format!("{before}\\n"))), format!("X:{before}\\\\\r\n n\r\n"));
}

#[test]
fn text_is_escaped_as_rfc_5545_3_3_11_says() {
    let text = "a\\b;c,d\ne\r\u{7f}\u{1}\"f\"";
    assert_eq!(line(|lines| lines.text("SUMMARY", text)), "SUMMARY:a\\\\b\\;c\\,d\\ne\"f\"\r\n");
}
