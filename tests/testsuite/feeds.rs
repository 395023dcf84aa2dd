//! Whole collections and the feeds that must come of them: a folder of tests/feeds is a case, with its schedules and
//! `expected/`. A file too many or too few fails.

use std::collections::BTreeMap;
use std::path::Path;

use chatcal::expand::{Meeting, Window, expand};
use chatcal::feed::line::Lines;
use chatcal::feed::{self, Composer, Stamp};
use chatcal::load::Folder;
use chatcal::out::{Access, Mode, Out};
use chatcal::publish::{self, Published};
use chatcal::reread::Reread;
use chatcal::zone::Instant;

use crate::composing;
use crate::expectation::Expectations;
use crate::files::{entries, tree};
use crate::program::{Place, said};
use crate::reading::{self, NOVEMBER_2026};

fn publish(schedules: &Path, out: &Path, at: Instant) -> Published {
    let out = Out::open(out, Access::new(Mode::Write), &mut |_| {}).unwrap();
    publish::publish(&mut Folder::open(schedules), out, at, |_| {}).unwrap().expect("no mistake")
}

#[test]
fn each_case_gives_its_expected_feeds() {
    let mut expectations = Expectations::default();
    for case in entries("tests/feeds") {
        let out = tempfile::tempdir().unwrap();
        publish(&case, out.path(), NOVEMBER_2026);
        let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap());
        let mut made: BTreeMap<String, String> = tree(out.path()).into_iter().map(text).collect();
        // The page and the manifest have tests of their own.
        for path in ["index.html", "manifest.sha256"] {
            assert!(made.remove(path).is_some(), "{}: no {path}", case.display());
        }
        expectations.folder(&case.join("expected"), &made);
    }
    expectations.finish();
}

#[test]
fn the_shipped_collection_is_published_and_a_second_run_changes_nothing() {
    let schedules = Path::new("schedules");
    let out = tempfile::tempdir().unwrap();
    let first = publish(schedules, out.path(), NOVEMBER_2026);
    assert!(first.changes.stale.is_empty() && first.changes.leftover.is_empty() && first.remarks.is_empty());
    let before = tree(out.path());
    let second = publish(schedules, out.path(), NOVEMBER_2026.plus_seconds(86_400));
    assert!(second.changes.is_empty(), "{second:?}");
    assert_eq!(second.changes.fresh, before.len());
    assert!(tree(out.path()) == before);
    if let Some(keep) = std::env::var_os("CHATCAL_KEEP") {
        publish(schedules, Path::new(&keep), NOVEMBER_2026);
    }
}

#[test]
fn two_events_with_one_uid_were_read_back_as_right() {
    let (collection, schedules) = reading::folder("tests/feeds/every-status");
    let meetings = expand(&schedules[0], Window::of_feed(NOVEMBER_2026, None));
    let read_back = |meetings: &[Meeting<'_>]| {
        let mut lines = Lines::new();
        feed::open(&mut lines, feed::heading_of(&schedules[0], "books.ics"), &collection);
        let stamp = Stamp { revised: NOVEMBER_2026, sequence: 0 };
        Composer::new(&collection).events(&mut lines, &schedules[0], meetings, |_, _| stamp);
        feed::close(&mut lines);
        Reread::new(&collection).compare(&composing::text(&lines), meetings)
    };
    assert_eq!(read_back(&meetings), Ok(()));
    let twice = read_back(&[meetings[0], meetings[0]]);
    assert!(twice.is_err_and(|wrong| wrong.starts_with("two meetings have the UID ")));
}

/// In UTC the evening of 31 December 9999 in New York is in a year that iCalendar cannot write.
#[test]
fn a_meeting_that_ends_after_the_year_9999_was_published_in_january_of_it() {
    let chat = "title = \"late\"\nzone = \"America/New_York\"\ntime = \"18:30\"\nduration = \"1h\"\n\n[[series]]\n\
                every = \"day\"\nstart = 9999-12-20\nconfidence = \"confirmed\"\nsource = \"words\"\n";
    let place = Place::new([("late", chat.to_owned())]);
    for at in ["9998-05-01", "9999-12-31T23:45:00Z"] {
        place.build(at);
        let feed = place.out("late.ics");
        let starts: Vec<&str> = feed.lines().filter_map(|line| line.strip_prefix("DTSTART:")).collect();
        // 18:30 in New York is 23:30 in UTC; the last one would end half an hour after the year.
        assert_eq!((starts.len(), starts.last().copied()), (11, Some("99991230T233000Z")));
        assert!(starts.is_sorted() && !feed.contains("10000"));
        assert!(place.out("repeating/late.ics").contains("RRULE:FREQ=DAILY;UNTIL=99991230T233000Z\r\n"));
        assert!(!place.out("index.html").contains("+10000"));
        let next = said(&place.run(&["next", "--at", "9999-12-31T12:00:00Z"]));
        assert!(!next.contains("10000"), "{next}");
    }
}

/// In a calendar the words after it stood backwards.
#[test]
fn what_turns_the_direction_of_text_ran_on_through_a_summary() {
    let text = crate::program::chat(1, "Talk").replace("#chat1", "abc\u{202e}def").replace("confirmed", "assumed");
    let place = crate::program::Place::new([("chat", text)]);
    place.build("2026-03-01");
    let feed = place.out("chat.ics");
    assert!(feed.contains("SUMMARY:abc\u{202e}def\u{202c} (unconfirmed)\r\n"), "{feed}");
    assert!(feed.contains("\r\nNAME:abc\u{202e}def\u{202c}\r\n"), "{feed}");
    assert!(place.run(&["check"]).status.success());
}
