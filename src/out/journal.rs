//! New files on their way to their places, so that a crash at any moment leaves either all of the old state or what the
//! next run needs to complete the new one.
//!
//! They are written into a folder beside the old ones and put on the disk. Then the journal says what is to be done: from
//! here on the build counts. Only then do they take their places, and the journal goes again.

mod complete;
mod removed;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::error::{OutError, Stage, failed, refused};
use super::manifest::{Digest, entry, is_plain, line};
use super::place::{FOLDERS, JOINED, MANIFEST, REMOVED, is_place, path_of};

pub(super) use complete::{Completed, Unfit};

/// The folder for new files, in each folder that they go into.
const NEW: &str = ".chatcal-new";
/// What is to be done once all new files are written, below `out/`.
const JOURNAL: &str = ".chatcal-journal";
/// How many files are put on the disk at a time.
const AT_ONCE: usize = 16;
/// What a thread that does so has for its calls, in bytes.
const STACK: usize = 1 << 17;
/// The journal's first line; the others are a word, and a line as the manifest has it.
const HEAD: &str = "# A build that was interrupted: the next run of chatcal completes it.";
const PUT: &str = "put ";
const OVER: &str = "over ";
const REMOVE: &str = "remove ";
const BEFORE: &str = "before ";
/// Its last line.
const END: &str = "end";

/// What is to be done once all new files are written, with the digest of each file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    /// The digest of the manifest before that, if there is one.
    pub before: Option<Digest>,
    /// The new files.
    pub put: BTreeMap<String, Digest>,
    /// What stands where they go.
    pub over: BTreeMap<String, Digest>,
    /// The files that go.
    pub remove: BTreeMap<String, Digest>,
}

impl Steps {
    fn text(&self) -> String {
        let before = self.before.iter().map(|digest| [BEFORE, &line(MANIFEST, digest)].concat());
        let put = self.put.iter().map(|(path, digest)| [PUT, &line(path, digest)].concat());
        let over = self.over.iter().map(|(path, digest)| [OVER, &line(path, digest)].concat());
        let remove = self.remove.iter().map(|(path, digest)| [REMOVE, &line(path, digest)].concat());
        let lines: String = before.chain(put).chain(over).chain(remove).collect();
        format!("{HEAD}\n{lines}{END}\n")
    }

    /// The new files but for the two lists.
    fn feeds(&self) -> impl Iterator<Item = &String> {
        self.put.keys().filter(|path| *path != REMOVED && *path != MANIFEST)
    }

    /// All of a journal, or nothing.
    fn parse(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(HEAD)?.strip_prefix('\n')?.strip_suffix('\n')?.strip_suffix(END)?;
        let mut steps = Self::default();
        for line in lines.lines() {
            if let Some((path, digest)) = line.strip_prefix(PUT).and_then(entry) {
                steps.put.insert(path.to_owned(), digest);
            } else if let Some((path, digest)) = line.strip_prefix(OVER).and_then(entry) {
                steps.over.insert(path.to_owned(), digest);
            } else if let Some((path, digest)) = line.strip_prefix(REMOVE).and_then(entry) {
                steps.remove.insert(path.to_owned(), digest);
            } else {
                steps.before = Some(line.strip_prefix(BEFORE).and_then(entry)?.1);
            }
        }
        Some(steps)
    }
}

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
    pub(super) fn begin(&self, path: &str) -> Result<(), OutError> {
        let (folder, name) = self.beside(path);
        let begun = fs::create_dir_all(folder.join(NEW)).and_then(|()| File::create_new(folder.join(NEW).join(name)));
        begun.map(drop).map_err(|error| match error.kind() {
            // It is not the file that is at fault.
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                failed("write into the folder", &folder)(error)
            }
            _ => failed("write", &self.out.join(path))(error),
        })
    }

    /// Adds to the new file for a place. Some file systems find out late that there is no room.
    pub(super) fn append(&self, path: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        write(&mut File::options().append(true).open(self.new_file(path))?)
    }

    /// Removes new files that have no place to go: what a run left that did not come as far as the journal.
    pub(super) fn clear(&self) -> Result<(), OutError> {
        for full in self.without_place()? {
            fs::remove_file(&full).map_err(failed("remove", &full))?;
        }
        self.new_folders()?.iter().try_for_each(|folder| fs::remove_dir(folder).map_err(failed("remove", folder)))
    }

    /// The new files that there are, where none has a place to go. What cannot be one of them is somebody else's.
    pub(super) fn without_place(&self) -> Result<Vec<PathBuf>, OutError> {
        let (there, mut files) = (self.new_folders()?, Vec::new());
        for below in FOLDERS {
            let folder = self.out.join(below).join(NEW);
            if !there.contains(&folder) {
                continue;
            }
            let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            for entry in entries.map_err(failed("read", &folder))? {
                let (full, path) = (entry.path(), path_of(below, &entry.file_name().to_string_lossy()));
                if !is_plain(&full) || !(is_place(&path) || [MANIFEST, JOURNAL, JOINED].contains(&&*path)) {
                    return Err(refused(&full, "remove", "chatcal did not write it; move it away"));
                }
                files.push(full);
            }
        }
        Ok(files)
    }

    /// Makes the build count: the new files are whole, and the journal tells what is to be done with them. Those that are
    /// `ours` may be read and written by the same people as before.
    pub(super) fn commit(&self, steps: &Steps, ours: impl Fn(&str) -> bool) -> Result<(), OutError> {
        steps.put.keys().filter(|path| ours(path)).try_for_each(|path| self.keep_mode(path, &self.new_file(path)))?;
        if self.sync {
            self.sync_new(&steps.put)?;
            self.new_folders()?.iter().try_for_each(|folder| sync_folder(folder))?;
            self.sync_folders()?;
        }
        let journal = self.out.join(JOURNAL);
        self.begin(JOURNAL)?;
        let write = || {
            self.append(JOURNAL, |file| {
                file.write_all(steps.text().as_bytes())?;
                if self.sync { file.sync_all() } else { Ok(()) }
            })?;
            fs::rename(self.new_file(JOURNAL), &journal)
        };
        write().map_err(failed("write", &journal))?;
        if !self.sync {
            return Ok(());
        }
        // From here on the next run completes it.
        sync_folder(&self.out).map_err(Stage::Begun.left_by())
    }

    /// Who may read and write a file stays as it is; where it belongs to somebody else, it would be other people.
    #[cfg(unix)]
    fn keep_mode(&self, path: &str, new: &Path) -> Result<(), OutError> {
        use std::os::unix::fs::MetadataExt;
        let full = self.out.join(path);
        if !is_plain(&full) {
            return Ok(());
        }
        let keep = || {
            let (old, there) = (fs::metadata(&full)?, fs::metadata(new)?);
            let same_people = (old.uid(), old.gid()) == (there.uid(), there.gid());
            if same_people && old.mode() != there.mode() { fs::set_permissions(new, old.permissions()) } else { Ok(()) }
        };
        keep().map_err(failed("write", &full))
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "there, files have no mode")]
    fn keep_mode(&self, _: &str, _: &Path) -> Result<(), OutError> {
        Ok(())
    }

    /// Puts the new files on the disk, several at a time: file systems then do with one commit for many of them.
    fn sync_new(&self, new: &BTreeMap<String, Digest>) -> Result<(), OutError> {
        let paths: Vec<&String> = new.keys().collect();
        let next = AtomicUsize::new(0);
        let sync = || {
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                sync_file(&self.new_file(path)).map_err(failed("write", &self.out.join(path)))?;
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

    /// Does what a journal says: the new files take their places, then goes what is no longer expected. Where one cannot
    /// take its place the others do all the same, but nothing goes, which may be all that is left of it, and the journal
    /// stays for the next run.
    pub(super) fn follow(&self, steps: &Steps) -> Result<(), OutError> {
        let put = |path: &str| self.put(path);
        let remove = |path: &str| {
            let full = self.out.join(path);
            fs::remove_file(&full).map_err(failed("remove", &full))
        };
        // Whatever becomes of the journal and of the other files, no feed is without the list that speaks for it: one that
        // grows comes before them, one that shrinks or goes after everything that has its meetings now.
        let has_list = steps.put.contains_key(REMOVED);
        let grows = has_list && self.list_grows().map_err(Stage::Begun.left_by())?;
        if grows {
            put(REMOVED).map_err(Stage::Begun.left_by())?;
        }
        let follow = || {
            // Another chat's feed may take the place of the only one that knows a chat: first come those whose places are free.
            let is_free = |path: &&String| !steps.over.contains_key(*path);
            all(steps.feeds().filter(is_free), put)?;
            all(steps.feeds().filter(|path| !is_free(path)), put)?;
            all(steps.remove.keys().filter(|path| *path != REMOVED), remove)?;
            if has_list && !grows {
                put(REMOVED)?;
            }
            if steps.remove.contains_key(REMOVED) {
                remove(REMOVED)?;
            }
            // Up to here the old one tells what was there and may go: it must not be the new one that a power cut leaves.
            if self.sync {
                let folders: BTreeSet<PathBuf> = steps.remove.keys().map(|path| self.beside(path).0).collect();
                folders.iter().try_for_each(|folder| sync_folder(folder))?;
            }
            if steps.put.contains_key(MANIFEST) { put(MANIFEST) } else { Ok(()) }
        };
        follow().map_err(Stage::Between.left_by())?;
        let end = if self.sync { self.sync_folders().and_then(|()| self.end()) } else { self.end() };
        end.map_err(Stage::Done.left_by())
    }

    /// A new file takes its place.
    fn put(&self, path: &str) -> Result<(), OutError> {
        let full = self.out.join(path);
        fs::rename(self.new_file(path), &full).map_err(failed("replace", &full))
    }

    /// Removes new files without a place, then the journal.
    fn end(&self) -> Result<(), OutError> {
        self.clear()?;
        let journal = self.out.join(JOURNAL);
        fs::remove_file(&journal).map_err(failed("remove", &journal))?;
        if self.sync { sync_folder(&self.out) } else { Ok(()) }
    }

    /// Whether a run came as far as the journal, and not to its end.
    pub(super) fn is_pending(&self) -> bool {
        fs::symlink_metadata(self.out.join(JOURNAL)).is_ok()
    }

    /// Whether the new file for a place has not taken it yet.
    fn is_waiting(&self, path: &str) -> bool {
        fs::symlink_metadata(self.new_file(path)).is_ok()
    }

    fn new_file(&self, path: &str) -> PathBuf {
        let (folder, name) = self.beside(path);
        folder.join(NEW).join(name)
    }

    /// The folder of a place, and its name there.
    fn beside<'p>(&self, path: &'p str) -> (PathBuf, &'p str) {
        match path.rsplit_once('/') {
            Some((below, name)) => (self.out.join(below), name),
            None => (self.out.clone(), path),
        }
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

/// Does the same with all of them, and gives the first error.
fn all<'p>(
    paths: impl Iterator<Item = &'p String>,
    mut step: impl FnMut(&str) -> Result<(), OutError>,
) -> Result<(), OutError> {
    let mut so_far = Ok(());
    for path in paths {
        so_far = so_far.and(step(path));
    }
    so_far
}

/// Puts a file on the disk. Windows demands that it may be written for that.
fn sync_file(full: &Path) -> io::Result<()> {
    File::options().read(true).write(cfg!(windows)).open(full)?.sync_all()
}

/// Puts a folder's names on the disk, if there is such a folder. Windows does so by itself.
pub(super) fn sync_folder(folder: &Path) -> Result<(), OutError> {
    if cfg!(not(unix)) || !folder.is_dir() {
        return Ok(());
    }
    match File::open(folder).and_then(|open| open.sync_all()) {
        // A file system that cannot put a folder on the disk is none for which it could be asked.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        synced => synced.map_err(failed("write", folder)),
    }
}
