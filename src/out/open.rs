//! How a run gets hold of the folder: it waits for its turn, completes what an interrupted one began, and reads what was
//! written before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::error::{OutError, failed, refused};
use super::journal::{Completed, Journal, Unfit, sync_folder};
use super::manifest::{Look, Manifest, look};
use super::place::{FOLDERS, MANIFEST};
use super::{Access, Changes, Mode, Out, lock, whole};

impl Out {
    /// Opens the folder, making it if it is to be written. Waits for another run that is at work in it, of which `tell`
    /// hears, and completes what one that was interrupted began.
    pub fn open(folder: &Path, access: Access, tell: &mut dyn FnMut(&str)) -> Result<Self, OutError> {
        if fs::metadata(folder).is_ok_and(|found| !found.is_dir()) {
            return Err(refused(folder, "write into", "it is not a folder"));
        }
        let absent = !folder.exists();
        if absent && folder.is_symlink() {
            return Err(refused(folder, "write into", "it is a link that leads nowhere"));
        }
        let mode = access.mode;
        if absent && mode == Mode::Compare {
            tell(&format!("there is no folder {}: everything in it counts as new", folder.display()));
        }
        let mut grown = Vec::new();
        if mode == Mode::Write {
            let missing = whole::missing(folder).map_err(failed("make the folder", folder))?;
            let above = missing.last().map(|folder| whole::parent(folder));
            if let Some(file) = above.filter(|above| !above.is_dir()) {
                return Err(refused(file, "make a folder in", "it is not a folder"));
            }
            grown = missing.into_iter().map(|folder| whole::parent(folder).to_owned()).collect();
            fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        }
        let journal = Journal::new(folder, access.sync);
        let mut lock = None;
        if !absent || mode == Mode::Write {
            lock = lock::lock(folder, mode, &access, tell)?;
            for below in &FOLDERS[1..] {
                check_folder(&folder.join(below), mode)?;
            }
            let is_pending = journal.is_pending();
            if is_pending && mode == Mode::Compare {
                // Nobody may look on while it is completed.
                drop(lock);
                lock = lock::lock(folder, Mode::Write, &access, tell)?;
            }
            let shown = folder.display();
            let completed = journal.complete();
            if completed.as_ref().is_err_and(OutError::is_forbidden) && mode == Mode::Compare {
                tell(&format!(
                    "{shown}: a build was interrupted here: `chatcal build`, run by who may write there, completes it"
                ));
            }
            let completed = completed?;
            match completed {
                Some(Completed::Done) => {
                    if access.sync {
                        // It may have made the folder.
                        sync_folder(whole::parent(folder))?;
                    }
                    tell(&format!("{shown}: a build that was interrupted has been completed"));
                }
                Some(Completed::Partly(why)) => tell(&format!(
                    "{shown}: a build that was interrupted has been completed as far as its files fit those that are \
                     there now{}",
                    way_on(why)
                )),
                Some(Completed::GivenUp(why)) => tell(&format!(
                    "{shown}: a build that was interrupted is given up, as its files do not fit those that are there \
                     now{}",
                    way_on(why)
                )),
                None => {}
            }
        }
        let mut out = Self {
            folder: folder.to_owned(),
            access,
            grown,
            _lock: lock,
            written: Manifest::default(),
            digests: BTreeMap::new(),
            expected: BTreeMap::new(),
            new: BTreeSet::new(),
            over: BTreeMap::new(),
            journal,
            changes: Changes::default(),
        };
        match mode {
            Mode::Write => out.journal.clear()?,
            Mode::Compare => {
                if let Err(error) = out.journal.without_place() {
                    tell(&format!("{error}: `chatcal build` stops there"));
                }
            }
        }
        out.written = out.read(MANIFEST)?.map_or_else(Manifest::default, |old| Manifest::parse(&old.content));
        out.changes.manifest_fault = out.written.fault.clone();
        let is_ours = |path: &String| look(&out.folder.join(path)) == Look::Ours;
        if !out.written.exists && out.paths()?.iter().any(is_ours) {
            let what = if out.holds(MANIFEST) { "lists nothing" } else { "is missing" };
            out.changes.manifest_fault =
                Some(format!("{what}: what looks like chatcal's is written again, and nothing is removed"));
        }
        Ok(out)
    }
}

/// What is to be said again.
fn way_on(why: Unfit) -> &'static str {
    match why {
        Unfit::Changed => "",
        Unfit::Others => ", some of which chatcal did not write: say `build --replace` again if they are to go",
    }
}

/// A folder below must not lead elsewhere.
fn check_folder(folder: &Path, mode: Mode) -> Result<(), OutError> {
    let doing = if mode == Mode::Write { "write into" } else { "look into" };
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_symlink() => Err(refused(folder, doing, "it is a link to another folder")),
        Ok(found) if !found.is_dir() => Err(refused(folder, doing, "it is not a folder")),
        _ => Ok(()),
    }
}
