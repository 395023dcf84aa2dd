//! Where chatcal writes, below `out/`.

use crate::schedule::Tag;

/// The list of the files that chatcal wrote.
pub const MANIFEST: &str = "manifest.sha256";

/// The stamps of meetings and series that no feed has any more.
pub const REMOVED: &str = "removed.txt";
/// What it is called among the new files while two are joined.
pub(super) const JOINED: &str = ".removed.txt";
/// Its first line.
pub const REMOVED_HEAD: &str =
    "# Meetings that no feed has any more, and when each was last revised: DTSTAMP, SEQUENCE, UID.";

/// What is for people and other programs: it knows no stamps.
const READ_ONLY: [&str; 3] = ["changes.atom", "index.html", "meetings.json"];

/// The folders: `out/` itself, and those below it.
pub(super) const FOLDERS: [&str; 4] = ["", "feed", "repeating", "tag"];

/// The path of a file in one of the folders.
pub(super) fn path_of(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a file there may know when meetings were revised.
pub(super) fn knows_stamps(path: &str) -> bool {
    !READ_ONLY.contains(&path)
}

/// Whether chatcal may write a file there, below `out/`.
pub(super) fn is_place(path: &str) -> bool {
    let (folder, name) = match path.split('/').collect::<Vec<_>>()[..] {
        [name] => ("", name),
        // Without a folder before the slash it would be the root of the file system.
        [folder, name] if !folder.is_empty() => (folder, name),
        _ => return false,
    };
    let is_feed = name.strip_suffix(".ics").is_some_and(|stem| Tag::new(stem).is_some());
    FOLDERS.contains(&folder) && (is_feed || READ_ONLY.contains(&path) || path == REMOVED)
}
