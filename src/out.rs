//! The files that should be in `out/`: compared, written whole or not at all, pruned.
//!
//! This module is the only one that writes to disk; single files elsewhere go through [`whole`].
//!
//! New content goes into files beside the old ones, which are renamed into place at the end, when nothing has gone wrong:
//! until then an error leaves every file as it was, and from then on a kill leaves each either old or new. A file that is
//! already right is not touched.

mod stream;
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::feed::PRODUCT;
pub use stream::Stream;

/// How a page says that chatcal made it.
pub const GENERATOR: &str = r#"<meta name="generator" content="chatcal">"#;

/// The folders that chatcal writes into: `out/` itself, and those below it.
const FOLDERS: [&str; 3] = ["", "repeating", "tag"];

/// What went wrong with a file, in words for people.
#[derive(Debug)]
pub struct OutError {
    path: PathBuf,
    doing: &'static str,
    cause: io::Error,
}

impl fmt::Display for OutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.doing, self.path.display(), self.cause)
    }
}

impl std::error::Error for OutError {}

fn failed<'p>(doing: &'static str, path: &'p Path) -> impl Fn(io::Error) -> OutError + 'p {
    move |cause| OutError { path: path.to_owned(), doing, cause }
}

fn refused(path: &Path, doing: &'static str, why: &str) -> OutError {
    OutError { path: path.to_owned(), doing, cause: io::Error::other(why.to_owned()) }
}

/// Whether the folder is brought up to date or only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write what differs.
    Write,
    /// Write nothing.
    Compare,
}

/// What differs between the folder and the files that should be there, by path below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there.
    pub missing: BTreeSet<String>,
    /// Files whose content differs.
    pub stale: BTreeSet<String>,
    /// Files made by chatcal that should no longer be there.
    pub leftover: BTreeSet<String>,
    /// Stale files that do not look as if chatcal made them: damaged, links, or somebody else's. They are replaced.
    pub unknown: BTreeSet<String>,
    /// How many files are right.
    pub fresh: usize,
}

impl Changes {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.stale.is_empty() && self.leftover.is_empty()
    }
}

/// The folder `out/` while one run looks after it.
#[derive(Debug)]
pub struct Out {
    folder: PathBuf,
    mode: Mode,
    /// Whether the folder itself was made by this run.
    made: bool,
    /// Held until the end of the run: builds take turns.
    _lock: Option<File>,
    /// The files that should be there, each with the new one that will take its place where it differs.
    expected: BTreeMap<String, Option<TempPath>>,
    changes: Changes,
}

impl Out {
    /// Opens the folder, making it if it is to be written, and waits for another run that is at work in it.
    pub fn open(folder: &Path, mode: Mode) -> Result<Self, OutError> {
        if fs::metadata(folder).is_ok_and(|found| !found.is_dir()) {
            return Err(refused(folder, "write into", "it is not a folder"));
        }
        let absent = !folder.exists();
        if mode == Mode::Write {
            fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        }
        let out = Self {
            folder: folder.to_owned(),
            mode,
            made: absent && mode == Mode::Write,
            _lock: lock(folder, mode)?,
            expected: BTreeMap::new(),
            changes: Changes::default(),
        };
        for below in &FOLDERS[1..] {
            check_folder(&folder.join(below))?;
        }
        if mode == Mode::Write {
            out.sweep()?;
        }
        Ok(out)
    }

    /// The content of a file as it is, if it is a plain file.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, OutError> {
        let full = self.folder.join(path);
        if !is_plain(&full) {
            return Ok(None);
        }
        fs::read(&full).map(Some).map_err(failed("read", &full))
    }

    /// A file that should have this content. `old` is what [`Out::read`] gave.
    pub fn put(&mut self, path: &str, old: Option<&[u8]>, content: &[u8]) -> Result<(), OutError> {
        if old == Some(content) {
            self.is_fresh(path);
        } else {
            self.append(path, |file| file.write_all(content))?;
            self.differs(path);
        }
        Ok(())
    }

    /// Writes to the end of the new file that waits beside the old one. Nothing where the folder is only looked at.
    fn append(&mut self, path: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), OutError> {
        if self.mode == Mode::Compare {
            return Ok(());
        }
        let full = self.folder.join(path);
        let mut file = match self.expected.get(path) {
            Some(Some(new)) => File::options().append(true).open(new).map_err(failed("write", &full))?,
            _ => self.begin(path, &full)?,
        };
        write(&mut file).map_err(failed("write", &full))
    }

    /// Makes the new file beside the old one.
    fn begin(&mut self, path: &str, full: &Path) -> Result<File, OutError> {
        if full.is_dir() && !full.is_symlink() {
            return Err(refused(full, "write", "a folder is in the way; move it first"));
        }
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).map_err(failed("make the folder", parent))?;
        }
        let (file, new) = whole::begin(full).map_err(failed("write", full))?.into_parts();
        self.expected.insert(path.to_owned(), Some(new));
        Ok(file)
    }

    fn is_fresh(&mut self, path: &str) {
        self.expected.insert(path.to_owned(), None);
        self.changes.fresh += 1;
    }

    fn differs(&mut self, path: &str) {
        let full = self.folder.join(path);
        let there = fs::symlink_metadata(&full).is_ok();
        if there && !is_ours(&full) {
            self.changes.unknown.insert(path.to_owned());
        }
        let list = if there { &mut self.changes.stale } else { &mut self.changes.missing };
        list.insert(path.to_owned());
        self.expected.entry(path.to_owned()).or_default();
    }

    /// Renames the new files into place and removes what chatcal made and is no longer expected. Where one
    /// file cannot be, the others are done all the same.
    pub fn finish(mut self) -> Result<Changes, OutError> {
        self.changes.leftover = self.leftovers()?;
        let mut first_error = None;
        if self.mode == Mode::Write {
            for (path, new) in std::mem::take(&mut self.expected) {
                let full = self.folder.join(&path);
                if let Some(Err(error)) = new.map(|new| new.persist(&full)) {
                    first_error.get_or_insert(failed("replace", &full)(error.error));
                }
            }
            for path in &self.changes.leftover {
                let full = self.folder.join(path);
                if let Err(error) = fs::remove_file(&full) {
                    first_error.get_or_insert(failed("remove", &full)(error));
                }
            }
            self.made = false;
        }
        first_error.map_or_else(|| Ok(std::mem::take(&mut self.changes)), Err)
    }

    /// Files that chatcal made and that should not be there.
    fn leftovers(&self) -> Result<BTreeSet<String>, OutError> {
        let mut paths = self.paths()?;
        paths.retain(|path| path.strip_suffix(".ics").is_some() || path == "index.html");
        paths.retain(|path| !self.expected.contains_key(path) && is_ours(&self.folder.join(path)));
        Ok(paths.into_iter().collect())
    }

    /// Removes what a run that was killed left unfinished.
    fn sweep(&self) -> Result<(), OutError> {
        for path in self.paths()? {
            let name = path.rsplit('/').next().unwrap_or_default();
            if name.starts_with('.') && name.ends_with(whole::UNFINISHED) {
                let full = self.folder.join(&path);
                fs::remove_file(&full).map_err(failed("remove", &full))?;
            }
        }
        Ok(())
    }

    /// Everything in the folders, by path below `out/`.
    fn paths(&self) -> Result<Vec<String>, OutError> {
        let mut paths = Vec::new();
        for below in FOLDERS {
            let folder = self.folder.join(below);
            let entries = match fs::read_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries.map_err(failed("read", &folder))?,
            };
            let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            paths.extend(names.map(|name| if below.is_empty() { name } else { format!("{below}/{name}") }));
        }
        Ok(paths)
    }
}

/// Nothing is half written: what was not finished goes, and only an empty folder can be removed.
impl Drop for Out {
    fn drop(&mut self) {
        self.expected.clear();
        if self.mode == Mode::Write {
            for below in &FOLDERS[1..] {
                let _ = fs::remove_dir(self.folder.join(below));
            }
        }
        if self.made {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// A folder below must not lead elsewhere.
fn check_folder(folder: &Path) -> Result<(), OutError> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_symlink() => Err(refused(folder, "write into", "it is a link to another folder")),
        Ok(found) if !found.is_dir() => Err(refused(folder, "write into", "it is not a folder")),
        _ => Ok(()),
    }
}

/// Waits until nobody writes to the folder, or, to write to it, until nobody looks at it either.
fn lock(folder: &Path, mode: Mode) -> Result<Option<File>, OutError> {
    if mode == Mode::Compare && (cfg!(not(unix)) || !folder.exists()) {
        return Ok(None);
    }
    let file = lock_file(folder).map_err(failed("open", folder))?;
    let locked = if mode == Mode::Write { file.lock() } else { file.lock_shared() };
    match locked {
        // Some network folders do not support locks: there, builds have to take turns by themselves.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        locked => locked.map(|()| Some(file)).map_err(failed("lock", folder)),
    }
}

/// A folder can be locked itself where the system opens folders; elsewhere a file in it stands for it.
fn lock_file(folder: &Path) -> io::Result<File> {
    if cfg!(unix) { File::open(folder) } else { File::create(folder.join(".chatcal-lock")) }
}

/// Whether it is a file, and not a link to one.
fn is_plain(full: &Path) -> bool {
    fs::symlink_metadata(full).is_ok_and(|found| found.is_file())
}

/// Whether chatcal made a file: feeds say so in their third line, pages in their head.
fn is_ours(full: &Path) -> bool {
    let mut head = Vec::new();
    let read = is_plain(full) && File::open(full).and_then(|file| file.take(4096).read_to_end(&mut head)).is_ok();
    let holds = |mark: &str| head.windows(mark.len()).any(|part| part == mark.as_bytes());
    read && (holds(&format!("PRODID:{PRODUCT}")) || holds(GENERATOR))
}
