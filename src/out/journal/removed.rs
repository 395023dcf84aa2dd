//! The list of removed meetings on its way to its place: a feed that is in its own already relies on it, whatever becomes
//! of the journal and of the other new files.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use super::Journal;
use crate::feed::ledger::Entry;
use crate::out::error::{OutError, failed};
use crate::out::manifest::{Look, is_plain, look};
use crate::out::place::{REMOVED, REMOVED_HEAD};

impl Journal {
    /// Whether the new list of removed meetings has some that are not in the one that is there.
    pub(super) fn list_grows(&self) -> Result<bool, OutError> {
        let (old, new) = (read_list(&self.out.join(REMOVED))?, read_list(&self.new_file(REMOVED))?);
        let old: HashSet<&str> = old.lines().collect();
        Ok(new.lines().any(|line| !old.contains(line)))
    }

    /// The list that is there with what a new one says that will not take its place, and these lines: feeds that are in their
    /// places rely on it. Nothing where it has all of that, or is somebody else's.
    pub(super) fn joined(&self, more: &str) -> Result<Option<String>, OutError> {
        let (waiting, full) = (self.new_file(REMOVED), self.out.join(REMOVED));
        if !matches!(look(&full), Look::Ours | Look::Blank) && fs::symlink_metadata(&full).is_ok() {
            return Ok(None);
        }
        let (new, old) = (read_list(&waiting)?, read_list(&full)?);
        let listed: HashSet<&str> = old.lines().collect();
        // A stranger may have put them there: nothing but lines of such a list goes on.
        let is_entry = |line: &str| Entry::read(line).is_some_and(|entry| entry.is_sound());
        let whole =
            new.split_inclusive('\n').chain(more.split_inclusive('\n')).filter_map(|line| line.strip_suffix('\n'));
        let lacks: BTreeSet<&str> = whole.filter(|line| is_entry(line) && !listed.contains(line)).collect();
        if lacks.is_empty() {
            return Ok(None);
        }
        // They come before what is there, which may be torn at its end.
        let (head, rest) = old.split_once('\n').unwrap_or((REMOVED_HEAD, &old));
        let mut list = format!("{head}\n");
        list.extend(lacks.into_iter().flat_map(|line| [line, "\n"]));
        Ok(Some(list + rest))
    }
}

/// A list as it is; blank where there is none. Nothing else is read: a pipe would never end.
fn read_list(path: &Path) -> Result<String, OutError> {
    if !is_plain(path) {
        return Ok(String::new());
    }
    fs::read(path).map(|list| String::from_utf8_lossy(&list).into_owned()).map_err(failed("read", path))
}
