//! The list of removed meetings on its way to its place: a feed that is in its own already relies on it, whatever becomes
//! of the journal and of the other new files.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::{Journal, sync_file};
use crate::feed::ledger::Entry;
use crate::out::error::{OutError, failed};
use crate::out::manifest::{Look, is_plain, look};
use crate::out::place::{JOINED, REMOVED, REMOVED_HEAD, REMOVED_JOINED};

impl Journal {
    /// Whether the new list of removed meetings has some that are not in the one that is there.
    pub(super) fn list_grows(&self) -> Result<bool, OutError> {
        let (old, new) = (read_list(&self.out.join(REMOVED))?, read_list(&self.new_file(REMOVED))?);
        let old: HashSet<&str> = old.lines().collect();
        Ok(new.lines().any(|line| !old.contains(line)))
    }

    /// Adds what a new list of removed meetings says that will not take its place to the one that is there: feeds that
    /// are in their places already rely on it. It then says so, as one that `is_new` does, which has taken its place
    /// without the other files.
    pub(super) fn keep_removed(&self, is_new: bool) -> Result<(), OutError> {
        let (waiting, full) = (self.new_file(REMOVED), self.out.join(REMOVED));
        let may_be_written = look(&full) == Look::Ours || fs::symlink_metadata(&full).is_err();
        if !(is_plain(&waiting) || is_new) || !may_be_written {
            return Ok(());
        }
        let (new, mut list) = (read_list(&waiting)?, read_list(&full)?);
        if !list.is_empty() && !list.ends_with('\n') {
            list.push('\n');
        }
        let listed: HashSet<&str> = list.lines().collect();
        // A stranger may have put it there: nothing but lines of such a list goes on.
        let is_line = |line: &str| line == REMOVED_HEAD || Entry::read(line).is_some_and(|entry| entry.is_sound());
        let is_lacked =
            |line: &&str| line.strip_suffix('\n').is_some_and(|line| is_line(line) && !listed.contains(line));
        let lacks = new.split_inclusive('\n').filter(is_lacked).collect::<String>();
        if lacks.is_empty() && !is_new {
            return Ok(());
        }
        let says_so = listed.contains(REMOVED_JOINED);
        list.push_str(&lacks);
        if !says_so {
            list.extend([REMOVED_JOINED, "\n"]);
        }
        // The waiting one stays as it is until the joined one has its place. What has its name goes first: a link would be
        // followed.
        let joined = self.new_file(JOINED);
        let write = || {
            match fs::remove_file(&joined) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            File::create_new(&joined)?.write_all(list.as_bytes())?;
            if self.sync { sync_file(&joined) } else { Ok(()) }
        };
        write().map_err(failed("write", &joined))?;
        fs::rename(&joined, &full).map_err(failed("replace", &full))
    }
}

/// A list as it is; blank where there is none. Nothing else is read: a pipe would never end.
fn read_list(path: &Path) -> Result<String, OutError> {
    if !is_plain(path) {
        return Ok(String::new());
    }
    fs::read(path).map(|list| String::from_utf8_lossy(&list).into_owned()).map_err(failed("read", path))
}
