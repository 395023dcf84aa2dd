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
    let meetings = expand(&schedules[0], Window::of_feed(NOVEMBER_2026));
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
