//! A folder of schedules from disk, file by file: each can be dropped before the next is read.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diagnostic::{self, Diagnostic, FileId, Format, Severity, Source};
use crate::lint::Finding;
use crate::schedule::{Collection, CrossCheck, Schedule, read_collection, read_schedule, read_text};

/// What is about the collection as a whole.
const COLLECTION: &str = "collection.toml";

/// No more of a file is read than this: that it is far too large is then known.
const MOST: u64 = 1 << 26;

/// A file that says what a chat is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Which one; its place among the sources.
    pub id: FileId,
    /// Its name without `.toml`.
    pub stem: String,
    /// Where it is.
    pub path: PathBuf,
}

/// A file as diagnostics show it.
#[derive(Debug)]
struct Shown {
    /// Its path, as it was reached.
    path: String,
    /// Its text, where something is wrong with it; bytes that are no text are replaced.
    text: String,
}

/// A folder of schedules, and everything that was found to be wrong with it so far.
#[derive(Debug)]
pub struct Folder {
    files: Vec<File>,
    /// What looks like a schedule but for the case of `.toml`.
    misnamed: Vec<FileId>,
    sources: Vec<Shown>,
    diagnostics: Vec<Diagnostic>,
    cross: CrossCheck,
    collection: PathBuf,
}

impl Folder {
    /// Lists a folder: `*.toml` in order of their names, without hidden files. A folder that is missing, cannot be read
    /// or has no schedules is an error among the diagnostics.
    pub fn open(dir: &Path) -> Self {
        let source = |path: &Path| Shown { path: path.display().to_string(), text: String::new() };
        let collection = dir.join(COLLECTION);
        let mut folder = Self {
            files: Vec::new(),
            misnamed: Vec::new(),
            sources: vec![source(dir), source(&collection)],
            diagnostics: Vec::new(),
            cross: CrossCheck::default(),
            collection,
        };
        let names = match names(dir) {
            Ok(names) => names,
            Err(error) => {
                folder.wrong(
                    Self::ITSELF,
                    "unreadable",
                    &format!("the folder of schedules cannot be read: {}", reason(&error)),
                );
                return folder;
            }
        };
        for name in names {
            let Some((stem, "toml")) = name.rsplit_once('.') else {
                let id = folder.add(source(&dir.join(&name)));
                folder.misnamed.push(id);
                continue;
            };
            let path = dir.join(&name);
            let id = folder.add(source(&path));
            folder.files.push(File { id, stem: stem.to_owned(), path });
        }
        if folder.files.is_empty() && folder.misnamed.is_empty() {
            folder.wrong(Self::ITSELF, "empty", "there is no schedule in this folder");
        }
        folder
    }

    /// The folder itself and its `collection.toml`, as diagnostics name them.
    const ITSELF: FileId = FileId(0);
    pub(super) const ITS_COLLECTION: FileId = FileId(1);

    /// The files of the chats, by name.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// What `collection.toml` says; that it is missing is a mistake too.
    pub fn collection(&mut self) -> Option<Collection> {
        let one = Reading::of(Self::ITS_COLLECTION, &self.collection, read_collection);
        self.take(Self::ITS_COLLECTION, one)
    }

    /// Reads the schedules one after the other, in order, and hands over those that are right. What they say of each
    /// other is checked after the last.
    pub fn each(&mut self, mut visit: impl FnMut(FileId, Schedule)) {
        for file in std::mem::take(&mut self.misnamed) {
            self.wrong(file, "slug", "a schedule's name ends in .toml, in small letters");
        }
        for index in 0..self.files.len() {
            if let Some((file, schedule)) = self.read(index) {
                self.cross.schedule(file, &schedule);
                visit(file, schedule);
            }
        }
        let mut found = Vec::new();
        let files = &self.files;
        let path = |file: FileId| files.iter().find(|known| known.id == file).map(|known| &known.path);
        let text = |file: FileId| fs::read_to_string(path(file)?).ok();
        std::mem::take(&mut self.cross).finish(text, &mut found);
        for diagnostic in &found {
            if let (Some(text), Some(source)) = (text(diagnostic.file), self.sources.get_mut(diagnostic.file.0)) {
                source.text = text;
            }
        }
        self.diagnostics.append(&mut found);
    }

    /// All schedules that are right, in order.
    pub fn all(&mut self) -> Vec<Schedule> {
        let mut schedules = Vec::with_capacity(self.files.len());
        self.each(|_, schedule| schedules.push(schedule));
        schedules
    }

    /// The schedule of one file alone.
    pub fn one(&mut self, file: FileId) -> Option<Schedule> {
        let index = self.files.iter().position(|known| known.id == file)?;
        self.read(index).map(|(_, schedule)| schedule)
    }

    /// Whether something is wrong that must not be published.
    pub fn any_error(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// What was found so far.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Adds warnings about schedules that have been read; their files are read again to show where.
    pub fn add_warnings(&mut self, found: &[Finding]) {
        let mut warnings = Vec::with_capacity(found.len());
        for of_file in found.chunk_by(|one, next| one.file() == next.file()) {
            let file = of_file[0].file();
            let path = self.files.iter().find(|known| known.id == file).map(|known| &known.path);
            let text = path.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
            warnings.extend(of_file.iter().map(|finding| finding.clone().diagnostic(&text)));
            if let Some(source) = self.sources.get_mut(file.0) {
                source.text = text;
            }
        }
        self.add_findings(warnings);
    }

    /// Adds what was found otherwise, about one of the files.
    pub fn found(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// What was found so far, as text: file by file, each in the order in which it was found.
    pub fn report(&mut self, format: Format) -> String {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.file);
        diagnostic::render(&self.diagnostics, format, |file| {
            let (path, text) =
                self.sources.get(file.0).map_or(("", ""), |source| (source.path.as_str(), source.text.as_str()));
            Source { path: path.into(), text: text.into() }
        })
    }

    /// Adds what was found by looking at what the schedules say.
    pub fn add_findings(&mut self, mut found: Vec<Diagnostic>) {
        self.diagnostics.append(&mut found);
    }

    fn read(&mut self, index: usize) -> Option<(FileId, Schedule)> {
        let File { id, stem, path } = &self.files[index];
        let id = *id;
        let slug = self.cross.file(id, stem, &mut self.diagnostics)?;
        let one = Reading::of(id, path, |file, text, found| read_schedule(file, &slug, text, found));
        self.take(id, one).map(|schedule| (id, schedule))
    }

    fn take<T>(&mut self, file: FileId, mut reading: Reading<T>) -> Option<T> {
        if !reading.diagnostics.is_empty() {
            self.diagnostics.append(&mut reading.diagnostics);
            if let Some(source) = self.sources.get_mut(file.0) {
                source.text = reading.text;
            }
        }
        reading.value
    }

    fn add(&mut self, source: Shown) -> FileId {
        self.sources.push(source);
        FileId(self.sources.len() - 1)
    }

    fn wrong(&mut self, file: FileId, code: &'static str, message: &str) {
        self.diagnostics.push(Diagnostic::error(file, code, message));
    }
}

/// What one file gave.
struct Reading<T> {
    value: Option<T>,
    text: String,
    diagnostics: Vec<Diagnostic>,
}

impl<T> Reading<T> {
    fn of(file: FileId, path: &Path, read: impl FnOnce(FileId, &str, &mut Vec<Diagnostic>) -> Option<T>) -> Self {
        let mut diagnostics = Vec::new();
        let bytes = match bytes(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let code = if error.kind() == io::ErrorKind::NotFound { "missing" } else { "unreadable" };
                diagnostics.push(Diagnostic::error(file, code, format!("the file cannot be read: {}", reason(&error))));
                return Self { value: None, text: String::new(), diagnostics };
            }
        };
        let value = match read_text(file, &bytes) {
            Ok(text) => read(file, text, &mut diagnostics),
            Err(wrong) => {
                diagnostics.push(wrong);
                None
            }
        };
        let text = if diagnostics.is_empty() { String::new() } else { String::from_utf8_lossy(&bytes).into_owned() };
        Self { value, text, diagnostics }
    }
}

/// The names of the files that may be schedules, in order.
fn names(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let ends = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("toml"));
        if ends && !name.starts_with('.') && name != COLLECTION {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Opening what is no file, a pipe for one, could wait for ever.
    let kind = fs::metadata(path)?;
    if !kind.is_file() {
        return Err(io::Error::other(if kind.is_dir() { "it is a folder" } else { "it is no regular file" }));
    }
    let mut bytes = Vec::with_capacity(kind.len().min(MOST) as usize + 1);
    fs::File::open(path)?.take(MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why something could not be read, the same on every system.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "it is no folder".to_owned(),
        _ => error.to_string(),
    }
}
