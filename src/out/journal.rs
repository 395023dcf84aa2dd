//! New files on their way to their places, so that a crash at any moment leaves either all of the old state or what the
//! next run needs to complete the new one.
//!
//! They are written into a folder beside the old ones and put on the disk. Then the journal says what is to be done: from
//! here on the build counts. Only then do they take their places, and the journal goes again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::error::{OutError, failed, refused};
use super::manifest::is_plain;
use super::place::{FOLDERS, MANIFEST, is_place};

/// The folder for new files, in each folder that they go into.
const NEW: &str = ".chatcal-new";
/// What is to be done once all new files are written, below `out/`.
const JOURNAL: &str = ".chatcal-journal";
/// How many files are put on the disk at a time.
const AT_ONCE: usize = 16;
/// What a thread that does so has for its calls, in bytes.
const STACK: usize = 1 << 17;
/// The journal's first line; the others are a word and a path each.
const HEAD: &str = "# A build that was interrupted: the next run of chatcal completes it.";
const PUT: &str = "put ";
const REMOVE: &str = "remove ";

/// The new files of one folder `out/`.
#[derive(Debug)]
pub(super) struct Journal {
    out: PathBuf,
    /// Whether what counts is put on the disk before the next step.
    sync: bool,
}

impl Journal {
    pub(super) fn new(out: &Path, sync: bool) -> Self {
        Self { out: out.to_owned(), sync }
    }

    /// Begins the new file for a place.
    pub(super) fn begin(&self, path: &str) -> io::Result<()> {
        let new = self.new_file(path);
        if let Some(folder) = new.parent() {
            fs::create_dir_all(folder)?;
        }
        File::create_new(new).map(drop)
    }

    /// Adds to the new file for a place. Some file systems find out late that there is no room.
    pub(super) fn append(&self, path: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        write(&mut File::options().append(true).open(self.new_file(path))?)
    }

    /// Removes new files that have no place to go: what a run left that did not come as far as the journal.
    pub(super) fn clear(&self) -> Result<(), OutError> {
        self.new_folders()?.iter().try_for_each(|folder| fs::remove_dir_all(folder).map_err(failed("remove", folder)))
    }

    /// Makes the build count: the new files are whole, and the journal tells what is to be done with them.
    pub(super) fn commit(&self, new: &BTreeSet<String>, gone: &BTreeSet<String>) -> Result<(), OutError> {
        if self.sync {
            self.sync_new(new)?;
            self.new_folders()?.iter().try_for_each(|folder| sync_folder(folder))?;
            self.sync_folders()?;
        }
        let lines = new.iter().map(|path| [PUT, path]).chain(gone.iter().map(|path| [REMOVE, path]));
        let text: String = lines.map(|line| line.concat() + "\n").collect();
        let journal = self.out.join(JOURNAL);
        let write = || {
            self.begin(JOURNAL)?;
            self.append(JOURNAL, |file| {
                file.write_all(format!("{HEAD}\n{text}").as_bytes())?;
                if self.sync { file.sync_all() } else { Ok(()) }
            })?;
            fs::rename(self.new_file(JOURNAL), &journal)
        };
        write().map_err(failed("write", &journal))?;
        if self.sync { sync_folder(&self.out) } else { Ok(()) }
    }

    /// Puts the new files on the disk, several at a time: file systems then do with one commit for many of them.
    fn sync_new(&self, new: &BTreeSet<String>) -> Result<(), OutError> {
        let paths: Vec<&String> = new.iter().collect();
        let next = AtomicUsize::new(0);
        let sync = || {
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                // Windows demands that a file that is put on the disk may be written.
                let synced = File::options().write(true).open(self.new_file(path)).and_then(|file| file.sync_all());
                synced.map_err(failed("write", &self.out.join(path)))?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            // Where there is no room for more threads, this one does it.
            let helper = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, sync).ok();
            let threads: Vec<_> = (1..AT_ONCE.min(paths.len())).filter_map(helper).collect();
            sync()?;
            threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    /// Does what the journal says, if there is one, and whatever of it is done already: the new files take their places,
    /// and what chatcal made and is no longer expected goes. Where something cannot be done, the rest is done all the
    /// same, and the journal stays for the next run. Gives whether there was a journal.
    pub(super) fn complete(&self) -> Result<bool, OutError> {
        let journal = self.out.join(JOURNAL);
        if !self.is_pending() {
            return Ok(false);
        }
        self.new_folders()?;
        let what = "it is not a journal of chatcal's; remove it and build again";
        let text = if is_plain(&journal) {
            fs::read_to_string(&journal).map_err(failed("read", &journal))?
        } else {
            String::new()
        };
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err(refused(&journal, "follow", what));
        }
        let mut first_error = None;
        for line in lines {
            let (put, path) = match (line.strip_prefix(PUT), line.strip_prefix(REMOVE)) {
                (Some(path), _) => (true, path),
                (_, Some(path)) => (false, path),
                _ => return Err(refused(&journal, "follow", what)),
            };
            if !is_place(path) && path != MANIFEST {
                return Err(refused(&journal, "follow", what));
            }
            let full = self.out.join(path);
            let (doing, done) = if put {
                ("replace", fs::rename(self.new_file(path), &full))
            } else {
                ("remove", fs::remove_file(&full))
            };
            match done {
                // It has been done before.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => first_error = first_error.or(done.map_err(failed(doing, &full)).err()),
            }
        }
        if let Some(error) = first_error {
            return Err(error);
        }
        if self.sync {
            self.sync_folders()?;
        }
        self.clear()?;
        fs::remove_file(&journal).map_err(failed("remove", &journal))?;
        if self.sync {
            sync_folder(&self.out)?;
        }
        Ok(true)
    }

    /// Whether a run came as far as the journal, and not to its end.
    pub(super) fn is_pending(&self) -> bool {
        fs::symlink_metadata(self.out.join(JOURNAL)).is_ok()
    }

    fn new_file(&self, path: &str) -> PathBuf {
        let (below, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.out.join(below).join(NEW).join(name)
    }

    /// The folders for new files that there are. A link must not lead elsewhere.
    fn new_folders(&self) -> Result<Vec<PathBuf>, OutError> {
        let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|below| self.out.join(below).join(NEW)).collect();
        folders.retain(|folder| fs::symlink_metadata(folder).is_ok());
        match folders.iter().find(|folder| !folder.is_dir() || folder.is_symlink()) {
            Some(folder) => Err(refused(folder, "write into", "it is not a folder; remove it")),
            None => Ok(folders),
        }
    }

    fn sync_folders(&self) -> Result<(), OutError> {
        FOLDERS.iter().try_for_each(|below| sync_folder(&self.out.join(below)))
    }
}

/// Puts a folder's names on the disk, if there is such a folder. Windows does so by itself.
pub(super) fn sync_folder(folder: &Path) -> Result<(), OutError> {
    if cfg!(not(unix)) || !folder.is_dir() {
        return Ok(());
    }
    File::open(folder).and_then(|open| open.sync_all()).map_err(failed("write", folder))
}
