//! Whole collections and the feeds that must come of them: a folder of tests/feeds is a case, with its schedules and
//! `expected/`. A file too many or too few fails.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chatcal::diagnostic::FileId;
use chatcal::expand::{Meeting, Window, expand};
use chatcal::feed::line::Lines;
use chatcal::feed::{self, Composer, Stamp};
use chatcal::out::Mode;
use chatcal::publish::{Publication, Published};
use chatcal::reread::Reread;
use chatcal::schedule::{Collection, Schedule, Slug, read_collection, read_schedule};
use chatcal::zone::Instant;

/// 23 November 2026, 00:00 UTC.
const AT: Instant = Instant::from_unix_seconds(1_795_392_000);

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn read(folder: &Path) -> (Collection, Vec<Schedule>) {
    let mut diagnostics = Vec::new();
    let (mut collection, mut schedules) = (None, Vec::new());
    for (index, file) in toml_files(folder).iter().enumerate() {
        let text = fs::read_to_string(file).unwrap();
        match file.file_stem().unwrap().to_str().unwrap() {
            "collection" => collection = read_collection(FileId(index), &text, &mut diagnostics),
            stem => schedules.extend(read_schedule(FileId(index), &Slug::new(stem).unwrap(), &text, &mut diagnostics)),
        }
    }
    diagnostics.retain(|diagnostic| diagnostic.severity == chatcal::diagnostic::Severity::Error);
    assert!(diagnostics.is_empty(), "{}: {diagnostics:#?}", folder.display());
    (collection.expect("collection.toml"), schedules)
}

fn publish(schedules: &Path, out: &Path, at: Instant) -> Published {
    let (collection, schedules) = read(schedules);
    let mut publication = Publication::new(out, Mode::Write, &collection, at).unwrap();
    for schedule in &schedules {
        publication.add(schedule).unwrap();
    }
    publication.finish().unwrap()
}

/// The files below a folder by path, hidden ones too.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(&below).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn each_case_gives_its_expected_feeds() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/feeds");
    for case in fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let out = tempfile::tempdir().unwrap();
        publish(&case, out.path(), AT);
        let (mut made, expected) = (tree(out.path()), tree(&case.join("expected")));
        // The page has tests of its own.
        assert!(made.remove("index.html").is_some(), "{}: no page", case.display());
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&made), names(&expected), "{}", case.display());
        for (name, content) in made {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(&content), text(&expected[&name]), "{}: {name}", case.display());
        }
    }
}

#[test]
fn the_shipped_collection_is_published_and_a_second_run_changes_nothing() {
    let schedules = Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules");
    let out = tempfile::tempdir().unwrap();
    let first = publish(&schedules, out.path(), AT);
    assert!(first.changes.stale.is_empty() && first.changes.leftover.is_empty() && first.damaged.is_empty());
    let before = tree(out.path());
    let second = publish(&schedules, out.path(), AT.plus_seconds(86_400));
    assert!(second.changes.is_empty(), "{second:?}");
    assert_eq!(second.changes.fresh, before.len());
    assert!(tree(out.path()) == before);
    if let Some(keep) = std::env::var_os("CHATCAL_KEEP") {
        publish(&schedules, Path::new(&keep), AT);
    }
}

#[test]
fn two_events_with_one_uid_were_read_back_as_right() {
    let (collection, schedules) = read(Path::new("tests/feeds/every-status"));
    let meetings = expand(&schedules[0], Window::of_feed(AT));
    let read_back = |meetings: &[Meeting<'_>]| {
        let mut lines = Lines::new();
        feed::open(&mut lines, feed::heading_of(&schedules[0], "books.ics"), &collection);
        let stamp = Stamp { revised: AT, sequence: 0 };
        Composer::new(&collection).events(&mut lines, &schedules[0], meetings, |_, _| stamp);
        feed::close(&mut lines);
        Reread::new(&collection).compare(std::str::from_utf8(lines.as_bytes()).unwrap(), meetings)
    };
    assert_eq!(read_back(&meetings), Ok(()));
    let twice = read_back(&[meetings[0], meetings[0]]);
    assert!(twice.is_err_and(|wrong| wrong.starts_with("two meetings have the UID ")));
}
