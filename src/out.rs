//! The files that should be in `out/`: compared, written whole or not at all, pruned.
//!
//! This module is the only one that writes to disk; single files elsewhere go through [`whole`].
//!
//! New content goes into files beside the old ones, which are renamed into place at the end, when nothing has gone wrong: until
//! then an error leaves every file as it was, and from then on a kill leaves each either old or new. A file that is
//! already right is not touched.

mod stream;
pub mod whole;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::feed::PRODUCT;
pub use stream::Stream;

/// How a page says that chatcal made it.
pub const GENERATOR: &str = r#"<meta name="generator" content="chatcal">"#;

/// The folders of `out/` that chatcal writes into.
const FOLDERS: [&str; 3] = ["", "repeating", "tag"];

/// Ends the name of a file that is being written.
const UNFINISHED: &str = ".chatcal-new";

/// What went wrong with a file, in words for people.
#[derive(Debug)]
pub struct OutError {
    path: PathBuf,
    doing: &'static str,
    cause: io::Error,
}

impl std::fmt::Display for OutError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
    expected: BTreeSet<String>,
    unfinished: Vec<String>,
    changes: Changes,
}

impl Out {
    /// Opens the folder, making it if it is to be written, and waits for another run that is at work in it.
    ///
    /// # Errors
    ///
    /// It is not a folder, or cannot be made or read.
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
            expected: BTreeSet::new(),
            unfinished: Vec::new(),
            changes: Changes::default(),
        };
        for below in FOLDERS {
            out.check_folder(below)?;
        }
        if mode == Mode::Write {
            out.sweep()?;
        }
        Ok(out)
    }

    /// The content of a file as it is, if it is a plain file.
    ///
    /// # Errors
    ///
    /// It is there but cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, OutError> {
        let full = self.folder.join(path);
        if !is_plain(&full) {
            return Ok(None);
        }
        fs::read(&full).map(Some).map_err(failed("read", &full))
    }

    /// A file that should have this content. `old` is what [`Out::read`] gave.
    ///
    /// # Errors
    ///
    /// The new content cannot be written.
    pub fn put(&mut self, path: &str, old: Option<&[u8]>, content: &[u8]) -> Result<(), OutError> {
        if old == Some(content) {
            self.expected.insert(path.to_owned());
            self.changes.fresh += 1;
            return Ok(());
        }
        if self.mode == Mode::Write {
            let full = self.begin(path)?;
            fs::write(&full, content).map_err(failed("write", &full))?;
        }
        self.differs(path);
        Ok(())
    }

    /// A file that should be there and is written piece by piece.
    pub fn stream(&self, path: &str) -> Stream {
        Stream::new(path, &self.folder.join(path))
    }

    /// Registers a new file beside the old one, and gives its path.
    fn begin(&mut self, path: &str) -> Result<PathBuf, OutError> {
        let full = self.folder.join(path);
        if full.is_dir() && !full.is_symlink() {
            return Err(refused(&full, "write", "a folder is in the way; move it first"));
        }
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).map_err(failed("make the folder", parent))?;
        }
        self.unfinished.push(path.to_owned());
        Ok(unfinished(&full))
    }

    fn differs(&mut self, path: &str) {
        let full = self.folder.join(path);
        let there = fs::symlink_metadata(&full).is_ok();
        if there && !is_ours(&full) {
            self.changes.unknown.insert(path.to_owned());
        }
        let list = if there { &mut self.changes.stale } else { &mut self.changes.missing };
        list.insert(path.to_owned());
        self.expected.insert(path.to_owned());
    }

    /// Renames the new files into place and removes what chatcal made and is no longer expected.
    ///
    /// # Errors
    ///
    /// A file cannot be renamed or removed; the others are done all the same.
    pub fn finish(mut self) -> Result<Changes, OutError> {
        self.changes.leftover = self.leftovers()?;
        let mut first_error = None;
        if self.mode == Mode::Write {
            for path in std::mem::take(&mut self.unfinished) {
                let full = self.folder.join(&path);
                if let Err(error) = fs::rename(unfinished(&full), &full) {
                    let _ = fs::remove_file(unfinished(&full));
                    first_error.get_or_insert(failed("replace", &full)(error));
                }
            }
            for path in &self.changes.leftover {
                let full = self.folder.join(path);
                if let Err(error) = fs::remove_file(&full) {
                    first_error.get_or_insert(failed("remove", &full)(error));
                }
            }
            self.remove_empty_folders();
            self.made = false;
        }
        first_error.map_or_else(|| Ok(std::mem::take(&mut self.changes)), Err)
    }

    /// Removes the folders below that hold nothing: only an empty folder can be removed.
    fn remove_empty_folders(&self) {
        for below in FOLDERS.into_iter().filter(|below| !below.is_empty()) {
            let _ = fs::remove_dir(self.folder.join(below));
        }
    }

    /// Files that chatcal made and that should not be there.
    fn leftovers(&self) -> Result<BTreeSet<String>, OutError> {
        let mut leftovers = BTreeSet::new();
        for below in FOLDERS {
            for name in self.names(below)? {
                let path = if below.is_empty() { name } else { format!("{below}/{name}") };
                let ours = |path: &str| path.strip_suffix(".ics").is_some() || path == "index.html";
                if ours(&path) && !self.expected.contains(&path) && is_ours(&self.folder.join(&path)) {
                    leftovers.insert(path);
                }
            }
        }
        Ok(leftovers)
    }

    /// Removes what a run that was killed left unfinished.
    fn sweep(&self) -> Result<(), OutError> {
        for below in FOLDERS {
            for name in self.names(below)?.iter().filter(|name| name.starts_with('.') && name.ends_with(UNFINISHED)) {
                let full = self.folder.join(below).join(name);
                fs::remove_file(&full).map_err(failed("remove", &full))?;
            }
        }
        Ok(())
    }

    fn names(&self, below: &str) -> Result<Vec<String>, OutError> {
        let folder = self.folder.join(below);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed("read", &folder))?,
        };
        Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
    }

    /// A folder below must not lead elsewhere.
    fn check_folder(&self, below: &str) -> Result<(), OutError> {
        let folder = self.folder.join(below);
        match fs::symlink_metadata(&folder) {
            Ok(found) if !below.is_empty() && found.is_symlink() => {
                Err(refused(&folder, "write into", "it is a link to another folder"))
            }
            Ok(found) if !below.is_empty() && !found.is_dir() => {
                Err(refused(&folder, "write into", "it is not a folder"))
            }
            _ => Ok(()),
        }
    }
}

/// Nothing is half written: what was not finished goes.
impl Drop for Out {
    fn drop(&mut self) {
        for path in &self.unfinished {
            let _ = fs::remove_file(unfinished(&self.folder.join(path)));
        }
        if self.mode == Mode::Write {
            self.remove_empty_folders();
        }
        if self.made {
            let _ = fs::remove_dir(&self.folder);
        }
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

/// The name under which a file is written before it takes its own.
fn unfinished(full: &Path) -> PathBuf {
    let name = full.file_name().unwrap_or_default().to_string_lossy();
    full.with_file_name(format!(".{name}{UNFINISHED}"))
}

/// Whether it is a file, and not a link to one.
fn is_plain(full: &Path) -> bool {
    fs::symlink_metadata(full).is_ok_and(|found| found.is_file())
}

/// Whether chatcal made a file: feeds say so in their third line, pages in their head.
fn is_ours(full: &Path) -> bool {
    let mut head = Vec::new();
    let read = is_plain(full)
        .then(|| File::open(full))
        .and_then(Result::ok)
        .map(|file| file.take(4096).read_to_end(&mut head));
    let holds = |mark: &str| head.windows(mark.len()).any(|part| part == mark.as_bytes());
    read.is_some_and(|read| read.is_ok()) && (holds(&format!("PRODID:{PRODUCT}")) || holds(GENERATOR))
}

/// Appends to a file that is being written.
fn append(full: &Path, content: &[u8]) -> io::Result<()> {
    File::options().append(true).create(true).open(full)?.write_all(content)
}
