//! The files that should be in `out/`: compared, written whole or not at all, pruned.
//!
//! This module is the only one that writes to disk; single files elsewhere go through [`whole`].
//!
//! New content goes into files beside the old ones, which take their places at the end, when nothing has gone wrong: until
//! then an error or a crash leaves every file as it was, and from then on the next run completes what a crash interrupts.
//! A file that is already right is not touched, and one that chatcal did not write is left alone: a manifest says which
//! ones it did.

mod access;
mod changes;
mod error;
mod journal;
mod lock;
mod manifest;
mod open;
mod place;
mod stream;
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use error::failed;
use journal::{Journal, Steps, sync_folder};
use manifest::{Digest, Manifest, digest, digest_of_file, is_plain};
use place::{FOLDERS, is_place, knows_stamps, path_of};

use crate::feed::ledger::Damage;
use crate::text::too_large;

pub use access::{Access, Held, Interrupt, Mode};
pub use changes::Changes;
pub use error::{OutError, Stage};
pub use manifest::{GENERATOR, Look, listed, look};
pub use place::{MANIFEST, REMOVED, REMOVED_HEAD};
pub use stream::Stream;

/// The largest file that is read as a whole, in bytes: far more than the feed of a chat may have.
const LARGEST: u64 = 256 << 20;

/// A file as it was found.
#[derive(Debug)]
pub struct OldFile {
    /// Its content.
    pub content: Vec<u8>,
    digest: Digest,
}

/// The folder `out/` while one run looks after it.
#[derive(Debug)]
pub struct Out {
    folder: PathBuf,
    access: Access,
    /// The folders above `out/` in which this run made another, the innermost first.
    grown: Vec<PathBuf>,
    /// Held until the end of the run: builds take turns.
    _lock: Option<File>,
    /// The files that chatcal wrote before.
    written: Manifest,
    /// Digests of files as they are, where all of them have been taken.
    digests: BTreeMap<String, Digest>,
    /// The files that should be there.
    expected: BTreeMap<String, Digest>,
    /// Those of them for which there is a new file.
    new: BTreeSet<String>,
    /// What stands where they go.
    over: BTreeMap<String, Digest>,
    journal: Journal,
    changes: Changes,
}

impl Out {
    /// Whether the folder is written or only looked at.
    pub fn mode(&self) -> Mode {
        self.access.mode
    }

    /// Whether meetings may go that a build of a later year published.
    pub fn may_turn_back(&self) -> bool {
        self.access.turn_back
    }

    /// Where the folder is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The error that something in the folder cannot be read.
    pub fn not_read(&self, cause: io::Error) -> OutError {
        failed("read", &self.folder)(cause)
    }

    /// A file as it is, if it is a plain file.
    pub fn read(&self, path: &str) -> Result<Option<OldFile>, OutError> {
        self.scan(path, |mut file| {
            let size = file.metadata()?.len();
            if size > LARGEST {
                return Err(io::Error::other(format!("{}; move it away", too_large(size, LARGEST))));
            }
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            let digest = self.digests.get(path).copied().unwrap_or_else(|| digest(&content));
            Ok(OldFile { content, digest })
        })
    }

    /// A part of a file: the octets in this range, as far as there are so many.
    pub fn read_part(&self, path: &str, range: Range<u64>) -> Result<Vec<u8>, OutError> {
        let part = self.scan(path, |mut file| {
            let mut part = Vec::new();
            file.seek(SeekFrom::Start(range.start))?;
            file.take(range.end - range.start).read_to_end(&mut part)?;
            Ok(part)
        })?;
        Ok(part.unwrap_or_default())
    }

    /// Reads a file in whatever way, if it is a plain file.
    pub fn scan<T>(&self, path: &str, read: impl FnOnce(File) -> io::Result<T>) -> Result<Option<T>, OutError> {
        let full = self.folder.join(path);
        if !is_plain(&full) {
            return Ok(None);
        }
        File::open(&full).and_then(read).map(Some).map_err(failed("read", &full))
    }

    /// The feeds and lists that are there, whoever wrote them, by path below the folder.
    pub fn paths(&self) -> Result<Vec<String>, OutError> {
        let mut paths = Vec::new();
        for below in FOLDERS {
            let folder = self.folder.join(below);
            let entries = match fs::read_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries.map_err(failed("read", &folder))?,
            };
            for entry in entries {
                let name = entry.map_err(failed("read", &folder))?.file_name();
                // Another name than one in UTF-8 is none of ours.
                paths.extend(name.to_str().map(|name| path_of(below, name)));
            }
        }
        paths.retain(|path| is_place(path));
        paths.sort_unstable();
        Ok(paths)
    }

    /// Whether there is anything of this name.
    pub fn holds(&self, path: &str) -> bool {
        fs::symlink_metadata(self.folder.join(path)).is_ok()
    }

    /// Whether a file differs so far from what it should be.
    pub fn has_changed(&self) -> bool {
        !self.changes.stale.is_empty() || !self.changes.missing.is_empty()
    }

    /// Whether there is a manifest.
    pub fn has_manifest(&self) -> bool {
        self.written.exists
    }

    /// Whether git has put two manifests together, which list two contents of a file.
    pub fn is_merged(&self, path: &str) -> bool {
        self.written.is_merged(path)
    }

    /// Whether it has done so with any file.
    pub fn has_merged(&self) -> bool {
        self.written.has_merged()
    }

    /// Whether chatcal wrote a file of this name in an earlier run.
    pub fn has_written(&self, path: &str) -> bool {
        self.written.lists(path)
    }

    /// Files of a kind that chatcal wrote and that are not expected.
    fn unexpected(&self, is_such: impl Fn(&str) -> bool) -> impl Iterator<Item = &String> {
        self.written.paths().filter(move |path| is_such(path) && !self.expected.contains_key(*path))
    }

    /// Those of them that are there.
    pub fn gone(&self, is_such: impl Fn(&str) -> bool) -> impl Iterator<Item = &String> {
        self.unexpected(is_such).filter(|path| self.holds(path))
    }

    /// Those of them of which nothing is there any more.
    pub fn lost(&self, is_such: impl Fn(&str) -> bool) -> impl Iterator<Item = &String> {
        self.unexpected(is_such).filter(|path| !self.holds(path))
    }

    /// Whether there are any, or chatcal made the folder before it kept a list.
    pub fn has_lost(&self, is_such: impl Fn(&str) -> bool) -> bool {
        !self.written.exists || self.unexpected(is_such).next().is_some()
    }

    /// Whether everything that could know a stamp is as chatcal wrote it in its last run: then a chat's own feeds know as
    /// much of it as all of them.
    pub fn is_of_one_run(&mut self) -> Result<bool, OutError> {
        if !self.written.exists || self.written.fault.is_some() || self.written.is_of_several_runs() {
            return Ok(false);
        }
        for path in self.paths()?.into_iter().filter(|path| knows_stamps(path)) {
            let full = self.folder.join(&path);
            if !self.written.lists(&path) || !is_plain(&full) {
                return Ok(false);
            }
            let digest = self.digest_at(&path)?;
            if !self.written.holds(&path, &digest) {
                return Ok(false);
            }
            self.digests.insert(path, digest);
        }
        Ok(true)
    }

    /// The digest of a file as it is.
    fn digest_at(&self, path: &str) -> Result<Digest, OutError> {
        if let Some(known) = self.digests.get(path) {
            return Ok(*known);
        }
        let full = self.folder.join(path);
        digest_of_file(&full).map_err(failed("read", &full))
    }

    /// Whether a file is as chatcal wrote it in an earlier run, where it has not been read.
    pub fn is_untouched(&self, path: &str) -> Result<bool, OutError> {
        Ok(self.origin(path, None)? == Origin::Written)
    }

    /// Whether a file is as chatcal wrote it in an earlier run.
    pub fn is_as_written(&self, path: &str, old: &OldFile) -> bool {
        self.written.holds(path, &old.digest)
    }

    /// A file that should have this content. `old` is what [`Out::read`] gave.
    pub fn put(&mut self, path: &str, old: Option<&OldFile>, content: &[u8]) -> Result<(), OutError> {
        self.access.interrupt.check()?;
        if let Some(old) = old.filter(|old| old.content == content) {
            self.is_fresh(path, old.digest);
            return Ok(());
        }
        self.append(path, |file| file.write_all(content))?;
        self.differs(path, digest(content), old.map(|old| old.digest))
    }

    /// Writes to the end of the new file that waits beside the old one. Nothing where the folder is only looked at.
    fn append(&mut self, path: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), OutError> {
        self.access.interrupt.check()?;
        if self.access.mode == Mode::Compare {
            return Ok(());
        }
        if !self.new.contains(path) {
            self.journal.begin(path)?;
            self.new.insert(path.to_owned());
        }
        self.journal.append(path, write).map_err(failed("write", &self.folder.join(path)))
    }

    fn is_fresh(&mut self, path: &str, digest: Digest) {
        self.expected.insert(path.to_owned(), digest);
        self.changes.fresh += 1;
    }

    /// `old` is the digest of the file that is there, where it is known.
    fn differs(&mut self, path: &str, digest: Digest, old: Option<Digest>) -> Result<(), OutError> {
        let full = self.folder.join(path);
        let there = self.holds(path);
        if there {
            let old = match old {
                None if is_plain(&full) => Some(self.digest_at(path)?),
                old => old,
            };
            self.over.extend(old.map(|old| (path.to_owned(), old)));
            match self.origin(path, old)? {
                Origin::Written => {}
                Origin::Altered => self.is_altered(path)?,
                Origin::Foreign(look) => _ = self.changes.in_the_way.insert(path.to_owned(), look),
            }
        }
        let list = if there { &mut self.changes.stale } else { &mut self.changes.missing };
        list.insert(path.to_owned());
        self.expected.insert(path.to_owned(), digest);
        Ok(())
    }

    fn is_altered(&mut self, path: &str) -> Result<(), OutError> {
        let is_feed = path.strip_suffix(".ics").is_some();
        let damage = self.scan(path, |file| {
            let file = BufReader::new(file);
            if is_feed { Damage::of(file) } else { Damage::of_other(file) }
        });
        let damage = damage?.flatten();
        self.changes.altered.insert(path.to_owned(), damage);
        Ok(())
    }

    /// Whose a file is that stands in a place of ours; its digest is taken where it is not known.
    fn origin(&self, path: &str, known: Option<Digest>) -> Result<Origin, OutError> {
        let full = self.folder.join(path);
        if self.written.lists(path) && is_plain(&full) {
            let digest = known.map_or_else(|| self.digest_at(path), Ok)?;
            if self.written.holds(path, &digest) {
                // A list that somebody has made anew may name what is not chatcal's.
                let look = look(&full);
                return Ok(if look == Look::Ours { Origin::Written } else { Origin::Foreign(look) });
            }
        }
        let look = if path == MANIFEST && self.written.exists { Look::Ours } else { look(&full) };
        Ok(match look {
            Look::Ours if path == MANIFEST => Origin::Written,
            // A folder of an older version has no manifest yet.
            Look::Ours if !self.written.exists => Origin::Written,
            Look::Ours | Look::Blank if self.written.lists(path) || !self.written.exists => Origin::Altered,
            look => Origin::Foreign(look),
        })
    }

    /// Puts the new files in their places and removes what chatcal made and is no longer expected.
    pub fn finish(mut self) -> Result<Changes, OutError> {
        let manifest = Manifest::text(&self.expected);
        let old = self.read(MANIFEST)?;
        self.put(MANIFEST, old.as_ref(), manifest.as_bytes())?;
        self.find_leftovers()?;
        if self.access.mode == Mode::Write {
            // No file can take the place of a folder.
            let stays = |look: Look| look == Look::Folder || !self.access.replace;
            let in_the_way = self.changes.in_the_way.iter().filter(|(_, look)| stays(**look));
            let files: Vec<_> = in_the_way.map(|(path, look)| (self.folder.join(path), *look)).collect();
            if !files.is_empty() {
                let fault = self.written.fault.as_ref();
                let manifest = fault.map(|fault| format!("{} {fault}", self.folder.join(MANIFEST).display()));
                return Err(OutError::InTheWay { files, manifest });
            }
            if !self.changes.is_empty() {
                self.access.interrupt.check()?;
                let steps = self.steps(old.map(|old| old.digest))?;
                self.journal.commit(&steps, |path| !self.changes.in_the_way.contains_key(path))?;
                self.journal.follow(&steps)?;
                if self.access.sync {
                    let synced = self.grown.iter().try_for_each(|folder| sync_folder(folder));
                    synced.map_err(Stage::Done.left_by())?;
                }
            }
            self.grown.clear();
        }
        Ok(std::mem::take(&mut self.changes))
    }

    /// What is to be done with the new files, and with what is no longer expected.
    fn steps(&self, before: Option<Digest>) -> Result<Steps, OutError> {
        let put = self.new.iter().filter_map(|path| Some((path.clone(), *self.expected.get(path)?))).collect();
        let mut remove = BTreeMap::new();
        for path in &self.changes.leftover {
            remove.insert(path.clone(), self.digest_at(path)?);
        }
        Ok(Steps { before, put, over: self.over.clone(), remove })
    }

    /// Files that should not be there: those of chatcal's go, others only look like it.
    fn find_leftovers(&mut self) -> Result<(), OutError> {
        let listed: Vec<String> = self.gone(|_| true).cloned().collect();
        for path in listed {
            match self.origin(&path, None)? {
                Origin::Foreign(look) => {
                    self.changes.disowned.insert(path, look);
                    continue;
                }
                Origin::Altered => self.is_altered(&path)?,
                Origin::Written => {}
            }
            self.changes.leftover.insert(path);
        }
        let strays = self.paths()?.into_iter().filter(|path| {
            let known = self.expected.contains_key(path) || self.changes.leftover.contains(path);
            !known && look(&self.folder.join(path)) == Look::Ours
        });
        self.changes.strays = strays.collect();
        Ok(())
    }
}

/// Whose a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// Chatcal wrote just this.
    Written,
    /// Chatcal wrote it, and it has been changed since.
    Altered,
    /// Somebody else's.
    Foreign(Look),
}

/// Nothing is half written: what was not finished goes, and only an empty folder can be removed.
impl Drop for Out {
    fn drop(&mut self) {
        if self.access.mode == Mode::Write {
            if !self.journal.is_pending() {
                let _ = self.journal.clear();
            }
            // Not one that somebody else has made.
            let is_ours = |below: &str| self.written.paths().chain(&self.new).any(|path| path.starts_with(below));
            for below in FOLDERS[1..].iter().filter(|below| is_ours(&format!("{below}/"))) {
                let _ = fs::remove_dir(self.folder.join(below));
            }
        }
        if !self.grown.is_empty() {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}
