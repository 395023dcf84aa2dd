//! Single files outside of `out/`, such as schedules: written whole or not at all.
//!
//! The text first goes into a file beside the one that is meant, under a random name that nobody can have put a link at,
//! and takes its place at the end. So neither a kill nor a full disk leaves half a file.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Writes a file that must not be there yet, and the folders above it.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if something has this name, which then stays as it is; or it cannot be written.
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = parent(path);
    if folder.exists() && !folder.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, format!("{} is not a folder", folder.display())));
    }
    fs::create_dir_all(folder)?;
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has such permissions"))]
    let mut new = Builder::new();
    // What the owner's umask leaves of this, as for any new file.
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = beside(path, &new, text)?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Gives a file another text, and leaves who may read and write it as it was.
///
/// # Errors
///
/// It is not a plain file (a link would be replaced by a copy of what it leads to), or it cannot be written.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let old = fs::symlink_metadata(path)?;
    if old.is_symlink() {
        return Err(io::Error::other("it is a symbolic link; name the file that it leads to"));
    }
    let file = beside(path, &Builder::new(), text)?;
    fs::set_permissions(file.path(), old.permissions())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A new file in the same folder, which goes away again unless it takes its place.
fn beside(path: &Path, new: &Builder, text: &str) -> io::Result<NamedTempFile> {
    let mut file = new.tempfile_in(parent(path))?;
    file.write_all(text.as_bytes())?;
    // Some file systems find out only now that the disk is full.
    file.as_file().sync_all()?;
    Ok(file)
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
