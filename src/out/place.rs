//! Where chatcal writes, below `out/`.

use crate::schedule::Tag;

/// The list of the files that chatcal wrote.
pub const MANIFEST: &str = "manifest.sha256";

/// The stamps of meetings that no feed has any more.
pub const REMOVED: &str = "removed.txt";

/// The folders: `out/` itself, and those below it.
pub(super) const FOLDERS: [&str; 3] = ["", "repeating", "tag"];

/// Whether chatcal may write a file there, below `out/`.
pub(super) fn is_place(path: &str) -> bool {
    let (folder, name) = match path.split('/').collect::<Vec<_>>()[..] {
        [name] => ("", name),
        // Without a folder before the slash it would be the root of the file system.
        [folder, name] if !folder.is_empty() => (folder, name),
        _ => return false,
    };
    let is_feed = name.strip_suffix(".ics").is_some_and(|stem| Tag::new(stem).is_some());
    FOLDERS.contains(&folder) && (is_feed || path == "index.html" || path == REMOVED)
}
