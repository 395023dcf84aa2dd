//! Where the schedules go: a collection, with the chats that it has already.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, FileId};
use crate::lint::limits::Limits;
use crate::schedule::{Collection, Schedule, Slug};
use crate::zone::Instant;

/// A collection that schedules are to be added to. What it may make in all is shared by those that it has and the new
/// ones.
#[derive(Debug)]
pub struct Destination<'c> {
    limits: Limits<'c>,
    /// The stems of its files.
    stems: BTreeSet<String>,
    /// Names that its chats had before, whose UIDs they keep.
    older: BTreeSet<Slug>,
}

impl<'c> Destination<'c> {
    /// A collection at an instant, whose files have these stems and so many octets in all.
    pub fn new(collection: &'c Collection, at: Instant, stems: impl IntoIterator<Item = String>, octets: u64) -> Self {
        let stems = stems.into_iter().collect();
        Self { limits: Limits::new(collection, at, octets), stems, older: BTreeSet::new() }
    }

    /// Counts a chat that it has already. The text is that of its file, whose octets are counted.
    pub fn holds(&mut self, schedule: &Schedule, text: &str) {
        self.limits.admit(schedule, FileId(0), text, |_| {});
        self.older.extend(schedule.formerly.clone());
    }

    /// Names that no new chat may have.
    pub(super) fn older(&self) -> impl Iterator<Item = &Slug> {
        self.older.iter()
    }

    /// Takes a new chat, unless `check` would refuse what it makes, by itself or together with the others. One whose
    /// file is there already will not be written, or has been: it is counted as that file.
    pub(super) fn take(&mut self, schedule: &Schedule, text: &str) -> Result<(), Vec<Diagnostic>> {
        if self.stems.contains(schedule.slug.as_str()) {
            return self.limits.check_alone(schedule, text);
        }
        self.limits.take(schedule, text)
    }
}
