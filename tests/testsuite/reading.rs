//! Schedules and collections, read as the program reads them.

use std::path::Path;

use chatcal::diagnostic::{Diagnostic, FileId, Severity};
use chatcal::schedule::{Collection, Schedule, Slug, read_collection, read_schedule};
use chatcal::zone::Instant;
use chrono::{NaiveDate, NaiveTime};

use crate::files;

/// How a schedule begins whose chat meets in the evenings of London.
pub const TOP: &str = "title = \"#chat\"\nzone = \"Europe/London\"\nduration = \"1h\"\ntime = \"18:30\"\n";

/// 23 November 2026, 00:00 UTC: the day at which the cases were worked out.
pub const NOVEMBER_2026: Instant = Instant::from_unix_seconds(1_795_392_000);

/// A date, as in `2014-04-01`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is not a date"))
}

/// A time of day, as in `18:30`.
pub fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap_or_else(|_| panic!("{text:?} is not a time of day"))
}

/// What a text says, and what there is to say of it.
pub fn read(slug: &str, text: &str) -> (Option<Schedule>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let schedule = read_schedule(FileId(0), &Slug::new(slug).unwrap(), text, &mut diagnostics);
    (schedule, diagnostics)
}

/// A schedule without mistakes; it may have warnings.
pub fn schedule(slug: &str, text: &str) -> Schedule {
    let (schedule, diagnostics) = read(slug, text);
    schedule.unwrap_or_else(|| panic!("{slug}: {diagnostics:#?}\n{text}"))
}

/// A schedule without mistakes from its file.
pub fn schedule_file(path: &Path) -> Schedule {
    schedule(files::stem(path), &files::text(path))
}

/// A collection without mistakes.
pub fn collection(text: &str) -> Collection {
    let mut diagnostics = Vec::new();
    read_collection(FileId(0), text, &mut diagnostics).unwrap_or_else(|| panic!("{diagnostics:#?}\n{text}"))
}

/// A folder with its collection.toml and its schedules, none of which has a mistake.
pub fn folder(path: impl AsRef<Path>) -> (Collection, Vec<Schedule>) {
    let collection = collection(&files::text(path.as_ref().join("collection.toml")));
    (collection, files::schedules(path).iter().map(|path| schedule_file(path)).collect())
}

/// The codes of the mistakes among what is said.
pub fn errors(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|diagnostic| diagnostic.code).collect()
}
