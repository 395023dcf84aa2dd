//! A folder of schedules from disk, file by file: each can be dropped before the next is read, so that memory does not
//! grow with the collection.
//!
//! No file is read twice in a run. What is wrong with a file is found while its text is at hand, and a text is
//! kept only where something was found: a file that changes meanwhile cannot put a caret in the wrong place.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diagnostic::{self, Diagnostic, FileId, Format, Screen, Severity, Source, quoted};
use crate::schedule::{
    Collection, CrossCheck, LARGEST, Place, Schedule, Slug, cannot_be_read, place_in, read_collection, read_schedule,
    read_text,
};
use crate::text::{agreeing, count, reason, too_large};

/// The file about the collection as a whole.
pub const COLLECTION: &str = "collection.toml";

/// So many folders below that of the schedules are looked at, for schedules that nobody reads.
const MOST_FOLDERS: usize = 500;

/// So many of them are named.
const MOST_NAMED: usize = 10;

/// The file of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatFile {
    /// Which one, as diagnostics name it.
    pub id: FileId,
    /// Its name without `.toml`.
    pub stem: String,
    /// Where it is.
    pub path: PathBuf,
    /// What is wrong with the case of `.toml`: such a file is not read.
    misnamed: Option<Misnamed>,
}

/// The file of a schedule while it is being looked at.
#[derive(Debug)]
pub struct Visit<'f> {
    /// Which one, as diagnostics name it.
    pub file: FileId,
    /// What it says.
    pub text: &'f str,
    /// Whether there is an error in a file before it.
    pub after_error: bool,
    found: &'f mut Vec<Diagnostic>,
}

impl Visit<'_> {
    /// Adds what was found by looking at the schedule.
    pub fn report(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(found);
    }
}

/// A folder of schedules, and everything that was found to be wrong with it so far.
#[derive(Debug)]
pub struct Folder {
    /// Those whose names are right come first.
    files: Vec<ChatFile>,
    collection: PathBuf,
    /// Whether the folder could be listed.
    listed: bool,
    record: Record,
    /// What the schedules said of each other, once they have been read.
    cross: Option<CrossCheck>,
}

impl Folder {
    /// The folder itself, as diagnostics name it.
    const ITSELF: FileId = FileId(0);
    /// Its `collection.toml`, as diagnostics name it.
    pub const ITS_COLLECTION: FileId = FileId(1);

    /// Lists a folder: `*.toml` in order of their names, without hidden files. A folder that is missing, cannot be read
    /// or has no schedules is an error among the diagnostics.
    pub fn open(dir: &Path) -> Self {
        let collection = dir.join(COLLECTION);
        let mut record = Record::default();
        // In the order of their ids.
        record.add(dir);
        record.add(&collection);
        let mut folder = Self { files: Vec::new(), collection, listed: true, record, cross: None };
        match names(dir) {
            Ok(names) => names.iter().filter(|name| *name != COLLECTION).for_each(|name| folder.add(dir, name)),
            Err(error) => {
                folder.listed = false;
                let message = format!("the folder of schedules cannot be read: {}", reason(&error));
                folder.record.error(Self::ITSELF, "unreadable", message);
            }
        }
        let below = folders_with_schedules(dir);
        let (named, more) = below.split_at(below.len().min(MOST_NAMED));
        let named = named.iter().map(|below| {
            let shown = quoted(&below.to_string_lossy());
            format!("its folder {shown} holds TOML files, which nobody reads")
        });
        let more = (!more.is_empty()).then(|| {
            format!(
                "{} below it {} TOML files, which nobody reads",
                count(more.len(), "more folder"),
                agreeing(more.len(), "holds", "hold")
            )
        });
        for message in named.chain(more) {
            let unread = Diagnostic::warning(Self::ITSELF, "unread", message);
            let help = "schedules lie side by side: move them up, or the folder elsewhere";
            folder.record.diagnostics.push(unread.help(help));
        }
        folder.files.sort_by_key(|file| file.misnamed.is_some());
        if folder.listed && folder.files.is_empty() {
            let empty = Diagnostic::error(Self::ITSELF, "empty", "this folder contains no schedules");
            let help = "`chatcal new` writes one; feeds that were published stay as they are until then";
            folder.record.diagnostics.push(empty.help(help));
        }
        folder
    }

    fn add(&mut self, dir: &Path, name: &OsStr) {
        let path = dir.join(name);
        let id = self.record.add(&path);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let misnamed = Misnamed::check(&path);
        self.files.push(ChatFile { id, stem, path, misnamed });
    }

    /// The files of the chats, by name.
    pub fn files(&self) -> &[ChatFile] {
        &self.files
    }

    /// Octets of all its files that can be schedules: how much was written down.
    pub fn octets(&self) -> u64 {
        let files = self.files.iter().filter(|file| file.misnamed.is_none()).map(|file| &file.path);
        let found = files.chain([&self.collection]).filter_map(|path| fs::symlink_metadata(path).ok());
        found.filter(|found| found.is_file() && found.len() <= LARGEST).map(|found| found.len()).sum()
    }

    /// What `collection.toml` says; that it is missing is a mistake too.
    pub fn collection(&mut self) -> Option<Collection> {
        if !self.listed {
            return None;
        }
        let file = Self::ITS_COLLECTION;
        self.record.read(file, &self.collection, |text, found| read_collection(file, text, found)).flatten()
    }

    /// Reads the schedules one after the other, in order, checks what each says of the others, and hands over those that
    /// are right.
    pub fn each(&mut self, mut visit: impl FnMut(Schedule, &mut Visit<'_>)) {
        let mut cross = CrossCheck::new(self.files.iter().map(|file| file.stem.as_str()));
        for file in &self.files {
            self.record.schedule(file, &self.files, |schedule, mut file| {
                cross.check(file.file, file.text, &schedule, file.found);
                visit(schedule, &mut file);
            });
        }
        self.cross = Some(cross);
    }

    /// All schedules that are right, in order.
    pub fn all(&mut self) -> Vec<Schedule> {
        let mut schedules = Vec::with_capacity(self.files.len());
        self.each(|schedule, _| schedules.push(schedule));
        schedules
    }

    /// The schedule of one file alone.
    pub fn one(&mut self, file: FileId) -> Option<Schedule> {
        let file = self.files.iter().find(|known| known.id == file)?;
        let mut one = None;
        self.record.schedule(file, &self.files, |schedule, _| one = Some(schedule));
        one
    }

    /// The file of the chat that had an older slug, in either case; those that are wrong are passed over without a word.
    pub fn of_older(&self, slug: &str) -> Option<&ChatFile> {
        self.files.iter().filter(|file| file.misnamed.is_none()).find(|file| {
            let (ChatFile { id, stem, path, .. }, mut unsaid) = (file, Vec::new());
            let bytes = schedule_bytes(path).ok();
            let text = bytes.as_deref().and_then(|bytes| read_text(*id, bytes).ok());
            let schedule =
                Slug::new(stem).ok().zip(text).and_then(|(own, text)| read_schedule(*id, &own, text, &mut unsaid));
            schedule.is_some_and(|found| found.older_slugs().any(|older| older.as_str().eq_ignore_ascii_case(slug)))
        })
    }

    /// Adds mistakes in values of `collection.toml`.
    pub fn report_of_collection(&mut self, found: impl IntoIterator<Item = (Place, Diagnostic)>) {
        let (file, mut found) = (Self::ITS_COLLECTION, found.into_iter().peekable());
        if found.peek().is_none() {
            return;
        }
        let text = schedule_bytes(&self.collection).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = text.unwrap_or_default();
        for (place, found) in found {
            self.record.diagnostics.push(Diagnostic { file, span: place_in(&text, &place), ..found });
        }
        self.record.sources[file.0].1 = text;
    }

    /// Checks what `collection.toml` selects, once all schedules have been [read](Self::each).
    pub fn check_selections(&mut self, collection: &Collection) {
        if let Some(cross) = self.cross.take() {
            let found = cross.selections(Self::ITS_COLLECTION, collection, !self.any_error());
            self.report_of_collection(found.collect::<Vec<_>>());
        }
    }

    /// Adds what was found by looking at the collection as a whole.
    pub fn report(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.record.diagnostics.extend(found);
    }

    /// Whether something is wrong that must not be published.
    pub fn any_error(&self) -> bool {
        self.of_severity(Severity::Error) > 0
    }

    /// How many mistakes there are of one severity.
    pub fn of_severity(&self, severity: Severity) -> usize {
        let of_severity = self.record.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity);
        of_severity.map(|diagnostic| diagnostic.number).sum()
    }

    /// What was found so far, as [text](diagnostic::render): file by file, each in the order in which it was found.
    pub fn render(&mut self, format: Format, screen: Screen) -> String {
        let Record { sources, diagnostics, .. } = &mut self.record;
        diagnostics.sort_by_key(|diagnostic| diagnostic.file);
        diagnostic::render(diagnostics, format, screen, |file| {
            let (path, text) = sources.get(file.0).map_or(("", ""), |(path, text)| (path, text));
            Source { path: path.into(), text: text.into() }
        })
    }
}

/// What was found, and what it takes to show it.
#[derive(Debug, Default)]
struct Record {
    /// The path of each file, and its text where something is wrong with it; bytes that are not text are replaced.
    sources: Vec<(String, String)>,
    diagnostics: Vec<Diagnostic>,
    /// Whether there is an error among the first so many of them.
    any_error: (bool, usize),
}

impl Record {
    fn add(&mut self, path: &Path) -> FileId {
        self.sources.push((path.display().to_string(), String::new()));
        FileId(self.sources.len() - 1)
    }

    fn error(&mut self, file: FileId, code: &'static str, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(file, code, message));
    }

    /// Reads a schedule and, if it is right, hands it over.
    fn schedule(&mut self, file: &ChatFile, others: &[ChatFile], visit: impl FnOnce(Schedule, Visit<'_>)) {
        let (any_error, looked_at) = self.any_error;
        let is_error = |found: &Diagnostic| found.severity == Severity::Error;
        let after_error = any_error || self.diagnostics[looked_at..].iter().any(is_error);
        self.any_error = (after_error, self.diagnostics.len());
        let ChatFile { id: file, stem, path, misnamed } = file;
        let file = *file;
        if let Some(Misnamed { message, help }) = misnamed {
            self.diagnostics.push(Diagnostic::error(file, "slug", message).help(help));
            return;
        }
        let is_taken = |slug: &Slug| others.iter().any(|other| other.stem == slug.as_str());
        let Some(slug) = CrossCheck::slug(file, stem, is_taken, &mut self.diagnostics) else { return };
        self.read(file, path, |text, found| {
            if let Some(schedule) = read_schedule(file, &slug, text, found) {
                visit(schedule, Visit { file, text, after_error, found });
            }
        });
    }

    /// Reads a file and hands over its text, which is kept if something is found in it.
    fn read<T>(
        &mut self,
        file: FileId,
        path: &Path,
        understand: impl FnOnce(&str, &mut Vec<Diagnostic>) -> T,
    ) -> Option<T> {
        let bytes = match schedule_bytes(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && file == Folder::ITS_COLLECTION => {
                let missing = Diagnostic::error(file, "missing", "this file is missing: it describes the collection");
                let id = "`id` (a domain name of the community, or a UUID)";
                let help = format!("write it with a `title` and an {id}, or let `chatcal init` write one");
                self.diagnostics.push(missing.help(help));
                return None;
            }
            Err(error) => {
                let code = match error.kind() {
                    io::ErrorKind::NotFound => "missing",
                    io::ErrorKind::FileTooLarge => "too-large",
                    _ => "unreadable",
                };
                self.error(file, code, cannot_be_read(&reason(&error)));
                return None;
            }
        };
        let before = self.diagnostics.len();
        let value = match read_text(file, &bytes) {
            Ok(text) => Some(understand(text, &mut self.diagnostics)),
            Err(wrong) => {
                self.diagnostics.push(wrong);
                None
            }
        };
        if self.diagnostics.len() > before {
            self.sources[file.0].1 = String::from_utf8_lossy(&bytes).into_owned();
        }
        value
    }
}

/// The names of a folder's TOML files in order, without hidden ones; the case of `.toml` may be wrong.
///
/// # Errors
///
/// It cannot be read, or is a link: it could lead to files that nobody meant to show.
pub fn names(dir: &Path) -> io::Result<Vec<OsString>> {
    if is_link(dir) {
        return Err(io::Error::other("it is a symbolic link; say `--schedules` with the folder that it leads to"));
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        let ends = text.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("toml"));
        if ends && !text.starts_with('.') {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The folders below one, at any depth and without hidden ones, in which there is a TOML file, by their paths below it;
/// links are not followed. Those that cannot be read are passed over, and so is what lies beyond many hundreds.
fn folders_with_schedules(dir: &Path) -> Vec<PathBuf> {
    let (mut found, mut left, mut looked_at) = (Vec::new(), vec![PathBuf::new()], 0);
    while let Some(below) = left.pop().filter(|_| looked_at < MOST_FOLDERS) {
        looked_at += 1;
        for entry in fs::read_dir(dir.join(&below)).into_iter().flatten().filter_map(Result::ok) {
            let (name, kind) = (entry.file_name(), entry.file_type());
            let leads_to_folder = || fs::metadata(entry.path()).is_ok_and(|there| there.is_dir());
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            match kind {
                Ok(kind) if kind.is_dir() => {
                    let path = below.join(name);
                    if names(&dir.join(&path)).is_ok_and(|names| !names.is_empty()) {
                        found.push(path.clone());
                    }
                    left.push(path);
                }
                Ok(kind) if kind.is_symlink() && leads_to_folder() => {
                    let inside = fs::canonicalize(entry.path()).and_then(|folder| names(&folder));
                    found.extend(inside.is_ok_and(|names| !names.is_empty()).then(|| below.join(name)));
                }
                _ => {}
            }
        }
    }
    found.sort_unstable();
    found
}

/// Whether a folder is a link: one for schedules is not read or written as a whole through it.
pub fn is_link(dir: &Path) -> bool {
    fs::symlink_metadata(dir).is_ok_and(|found| found.is_symlink())
}

/// A file that is a schedule but for the case of `.toml`: not every system would find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misnamed {
    /// What is wrong, in one line.
    pub message: String,
    /// A way out, in one line.
    pub help: String,
}

impl Misnamed {
    /// Looks at the name of a TOML file.
    pub fn check(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        if ending == "toml" || !ending.eq_ignore_ascii_case("toml") {
            return None;
        }
        let meant = path.with_extension("toml");
        let name = meant.file_name()?.to_string_lossy().into_owned();
        let help = if fs::symlink_metadata(&meant).is_ok() && !is_same(path, &meant) {
            format!("{name} is there too: keep one of the two")
        } else {
            format!("rename the file to {name}")
        };
        Some(Self { message: format!("the name of a schedule must end in .toml, not in .{ending}"), help })
    }
}

/// The content of the file of a schedule.
///
/// # Errors
///
/// Those of [`bytes`], that it is larger than a schedule may be, or a link: it could lead to what nobody meant to show.
pub fn schedule_bytes(path: &Path) -> io::Result<Vec<u8>> {
    if fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::other("it is a symbolic link; put the file itself here"));
    }
    let bytes = bytes(path, LARGEST + 1)?;
    if bytes.len() as u64 <= LARGEST {
        return Ok(bytes);
    }
    let size = fs::metadata(path)?.len().max(LARGEST + 1);
    Err(io::Error::new(io::ErrorKind::FileTooLarge, too_large(size, LARGEST)))
}

/// The content of a file, or as much of it as this.
///
/// # Errors
///
/// It is not a regular file, or cannot be read.
pub fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Opening something else, such as a pipe, could wait for ever.
    let kind = fs::metadata(path)?;
    if !kind.is_file() {
        return Err(io::Error::other(if kind.is_dir() { "it is a folder" } else { "it is not a regular file" }));
    }
    let mut bytes = Vec::with_capacity(kind.len().min(most) as usize + 1);
    fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether two paths lead to one file or folder that is there, by whatever names.
pub fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}
