//! Files that are written whole or not at all: the new content first goes into a file beside the one that is meant, under
//! a random name that nobody can have put a link at, and takes its place at the end. So neither a kill nor a full disk
//! leaves half a file, and a signal nothing at all.
//!
//! [`create`] and [`replace`] do that for single files, such as schedules; [`Out`](super::Out) keeps many in step.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::access::{Held, Interrupt};

/// Ends the name of a file that is being written.
const UNFINISHED: &str = ".chatcal-new";

/// Writes a file, and the folders above it. What has this name already stays as it is: that is
/// [`io::ErrorKind::AlreadyExists`]. After a signal nothing is written: that is [`io::ErrorKind::Interrupted`].
pub fn create(path: &Path, text: &str, interrupt: &Interrupt) -> io::Result<()> {
    let mut batch = Batch::new(interrupt);
    batch.create(path, text)?;
    batch.keep();
    Ok(())
}

/// Several files that are made together or not at all: those that were made, and the folders above them, go away again
/// unless they are kept. Signals are held off meanwhile.
#[derive(Debug)]
pub struct Batch {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    interrupt: Interrupt,
    _held: Held,
}

impl Batch {
    /// Without files yet.
    pub fn new(interrupt: &Interrupt) -> Self {
        Self { files: Vec::new(), folders: Vec::new(), interrupt: interrupt.clone(), _held: interrupt.hold() }
    }

    /// Does what [`create`] does.
    pub fn create(&mut self, path: &Path, text: &str) -> io::Result<()> {
        let folder = parent(path);
        if folder.exists() && !folder.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, format!("{} is not a folder", folder.display())));
        }
        // The outermost first; some of them may come into being even where the file does not.
        self.folders.extend(missing(folder)?.into_iter().rev().map(Path::to_owned));
        fs::create_dir_all(folder).map_err(|error| match error.kind() {
            // It is not the file that is there already.
            io::ErrorKind::AlreadyExists => {
                about(io::ErrorKind::NotADirectory, folder, "cannot be made: a link that leads nowhere is in its place")
            }
            kind => about(kind, folder, &format!("cannot be made: {kind}")),
        })?;
        // What the owner's umask leaves of this, as for any new file.
        let mut file = open(path, 0o666)?;
        fill(&mut file, text, &self.interrupt)?;
        file.persist_noclobber(path)?;
        self.files.push(path.to_owned());
        Ok(())
    }

    /// All are made.
    pub fn keep(&mut self) {
        self.files.clear();
        self.folders.clear();
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // What cannot be removed was not ours alone any more.
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Gives a file another text, and leaves who may read and write it as it was. A link is refused: it would be replaced by
/// a copy of what it leads to. After a signal nothing is written: that is [`io::ErrorKind::Interrupted`].
pub fn replace(path: &Path, text: &str, interrupt: &Interrupt) -> io::Result<()> {
    let old = fs::symlink_metadata(path)?;
    if old.is_symlink() {
        return Err(io::Error::other("it is a symbolic link; name the file that it leads to"));
    }
    let _held = interrupt.hold();
    // Nobody else can open it before it may be read by the same people as the old one.
    let mut file = open(path, 0o600)?;
    fs::set_permissions(file.path(), old.permissions())?;
    fill(&mut file, text, interrupt)?;
    file.persist(path)?;
    Ok(())
}

/// An empty file beside the one that is meant, which goes away again unless it takes its place.
#[cfg_attr(not(unix), expect(unused_variables, reason = "there, files have no mode"))]
fn open(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let prefix = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    let mut new = Builder::new();
    new.prefix(&prefix).suffix(UNFINISHED);
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    // tempfile adds its own name, which nobody has asked for.
    let folder = parent(path);
    new.tempfile_in(folder).map_err(|error| match error.kind() {
        // It is not the file that is at fault.
        kind @ io::ErrorKind::PermissionDenied => about(kind, folder, "may not be written in"),
        kind @ io::ErrorKind::ReadOnlyFilesystem => about(kind, folder, "is read-only"),
        kind => io::Error::from(kind),
    })
}

fn about(kind: io::ErrorKind, folder: &Path, what: &str) -> io::Error {
    io::Error::new(kind, format!("the folder {} {what}", folder.display()))
}

fn fill(file: &mut NamedTempFile, text: &str, interrupt: &Interrupt) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    // Some file systems find out only now that the disk is full.
    file.as_file().sync_all()?;
    interrupt.check().map_err(|asked| io::Error::new(io::ErrorKind::Interrupted, asked))
}

/// A folder and those above it, the innermost first, as far as there are none yet. An error where there can be none, as
/// its path is too long.
pub(super) fn missing(folder: &Path) -> io::Result<Vec<&Path>> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => Err(error),
        _ => {
            let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
            Ok(folder.ancestors().take_while(missing).collect())
        }
    }
}

/// The folder that something is in.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
