//! Which files of `out/` are chatcal's: a list with their digests, kept among them. What is not in it belongs to somebody
//! else, whatever it is called and whatever it looks like.
//!
//! Its lines are those of `sha256sum`, which can check them. Only where there is no list, because an older version of
//! chatcal made the folder, do files that look like its own count as such.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::place::{MANIFEST, REMOVED_HEAD, is_place};
use crate::feed::{PRODUCT, opening};
use crate::text::is_conflict_mark;

/// How a page says that chatcal made it.
pub const GENERATOR: &str = r#"<meta name="generator" content="chatcal">"#;

/// How a feed of changes says so.
const ATOM_GENERATOR: &str = "<generator>chatcal</generator>";
/// What the objects of a list of meetings begin with, which has no place for such words.
const OF_LIST: &str = "\"chat\"";

/// SHA-256 of a file's content.
pub(super) type Digest = [u8; 32];

/// The list as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// A path may stand twice, with different digests, after two branches were merged.
    files: BTreeMap<String, Vec<Digest>>,
    /// Whether there is a list at all.
    pub(super) exists: bool,
    /// Whether it says that a build was interrupted.
    is_interrupted: bool,
    /// What is wrong with it, in words that follow its path.
    pub(super) fault: Option<String>,
}

/// Its first line where a build was interrupted and could not be completed: some files are of that, others older.
const INTERRUPTED: &str =
    "# Some of these files are of a build that was interrupted. `chatcal build` makes them one again.";

impl Manifest {
    /// Reads the list; what cannot be read of it counts as absent.
    pub(super) fn parse(content: &[u8]) -> Self {
        let mut manifest = Self::default();
        let (mut wrong, mut conflict) = (None, false);
        for (index, line) in String::from_utf8_lossy(content).lines().enumerate() {
            match entry(line) {
                Some((path, digest)) => {
                    let digests = manifest.files.entry(path.to_owned()).or_default();
                    if !digests.contains(&digest) {
                        digests.push(digest);
                    }
                }
                None if line == INTERRUPTED => manifest.is_interrupted = true,
                None if is_conflict_mark(line) => conflict = true,
                None => wrong = wrong.or(Some(index + 1)),
            }
        }
        manifest.exists = !manifest.files.is_empty();
        manifest.fault = match (wrong, conflict) {
            (_, true) => {
                Some("holds the marks of a merge conflict: the files of both sides count as chatcal's".to_owned())
            }
            (Some(line), _) => Some(format!("is damaged in line {line}: what is not listed counts as somebody else's")),
            (None, false) if content.contains(&b'\r') => {
                let git = "the lines of .gitattributes keep git from that";
                Some(format!("has CR in its line breaks, which chatcal does not write ({git})"))
            }
            (None, false) => None,
        };
        manifest
    }

    /// The list of these files.
    pub(super) fn text(files: &BTreeMap<String, Digest>) -> String {
        files.iter().map(|(path, digest)| line(path, digest)).collect()
    }

    /// Whether two lists were put together, which have two contents of a file.
    pub(super) fn is_merged(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|digests| digests.len() > 1)
    }

    /// Whether they have so of any file.
    pub(super) fn has_merged(&self) -> bool {
        self.files.values().any(|digests| digests.len() > 1)
    }

    /// Whether it says that a build was interrupted.
    pub(super) fn is_interrupted(&self) -> bool {
        self.is_interrupted
    }

    /// Whether files of several runs may stand side by side: after a merge, or an interrupted run.
    pub(super) fn is_of_several_runs(&self) -> bool {
        self.is_interrupted || self.has_merged()
    }

    /// What chatcal wrote under a name.
    pub(super) fn digests(&self, path: &str) -> &[Digest] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }

    /// Says what an interrupted run has made of a file.
    pub(super) fn set(&mut self, path: &str, digest: Option<Digest>) {
        match digest {
            Some(digest) => _ = self.files.insert(path.to_owned(), vec![digest]),
            None => _ = self.files.remove(path),
        }
    }

    /// The same list, which says that a run was interrupted.
    pub(super) fn interrupted_text(&self) -> String {
        let lines = self.files.iter().flat_map(|(path, digests)| digests.iter().map(|digest| line(path, digest)));
        format!("{INTERRUPTED}\n{}", lines.collect::<String>())
    }

    /// Whether chatcal wrote a file of this name.
    pub(super) fn lists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether it wrote just this content.
    pub(super) fn holds(&self, path: &str, digest: &Digest) -> bool {
        self.files.get(path).is_some_and(|digests| digests.contains(digest))
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &String> {
        self.files.keys()
    }
}

/// The files in a folder that its list names, by path below it; nothing where there is no list.
///
/// # Errors
///
/// The list cannot be read.
pub fn listed(folder: &Path) -> io::Result<Option<BTreeSet<String>>> {
    let list = folder.join(MANIFEST);
    if !is_plain(&list) {
        return Ok(None);
    }
    let manifest = Manifest::parse(&fs::read(list)?);
    Ok(manifest.exists.then(|| manifest.files.into_keys().collect()))
}

/// A line of the list.
pub(super) fn line(path: &str, digest: &Digest) -> String {
    let mut line = String::new();
    for byte in digest {
        let _ = write!(line, "{byte:02x}");
    }
    line + "  " + path + "\n"
}

/// What a line of the list says. Only places where chatcal writes can be in it: it must not make anybody remove something
/// else.
pub(super) fn entry(line: &str) -> Option<(&str, Digest)> {
    let (hex, path) = line.trim_end_matches('\r').split_once("  ")?;
    let mut digest = Digest::default();
    if hex.len() != 2 * digest.len() || !hex.is_ascii() || !(is_place(path) || path == MANIFEST) {
        return None;
    }
    for (index, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
    }
    Some((path, digest))
}

pub(super) fn digest(content: &[u8]) -> Digest {
    Sha256::digest(content).into()
}

pub(super) fn digest_of_file(full: &Path) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    let mut file = File::open(full)?;
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => hasher.update(&piece[..read]),
        }
    }
    Ok(hasher.finalize().into())
}

/// Whether it is a file, and not a link to one.
pub(super) fn is_plain(full: &Path) -> bool {
    fs::symlink_metadata(full).is_ok_and(|found| found.is_file())
}

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Chatcal made it: feeds say so in their third line, pages and feeds of changes in their head, the list of removed
    /// meetings in its first line; a list of meetings looks like one.
    Ours,
    /// It holds nothing, as after a power cut: there is nothing to lose.
    Blank,
    /// A link, wherever it leads.
    Link,
    /// A folder.
    Folder,
    /// A pipe or a device.
    NoFile,
    /// Any other file.
    Other,
}

impl Look {
    /// What somebody else's file is, in words that follow `it`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ours => "looks like chatcal's, but is not in its manifest",
            Self::Link => "is a link",
            Self::Folder => "is a folder",
            Self::NoFile => "is not a file",
            Self::Blank | Self::Other => "was not written by chatcal",
        }
    }
}

/// Looks at the head of a file.
pub fn look(full: &Path) -> Look {
    let mut head = Vec::new();
    match fs::symlink_metadata(full) {
        Ok(found) if found.is_symlink() => return Look::Link,
        Ok(found) if found.is_dir() => return Look::Folder,
        Ok(found) if !found.is_file() => return Look::NoFile,
        _ => {}
    }
    if File::open(full).and_then(|file| file.take(4096).read_to_end(&mut head)).is_err() {
        return Look::Other;
    }
    let holds = |mark: &str| head.windows(mark.len()).any(|part| part == mark.as_bytes());
    // Somebody may have laid it out otherwise, or git have put its marks into it.
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&head).trim_ascii();
    let is_list = text.starts_with(b"[") && (text == b"[]" || holds(OF_LIST));
    let is_torn = |whole: &str, least: &str| head.starts_with(least.as_bytes()) && whole.as_bytes().starts_with(&head);
    let is_torn = is_torn(REMOVED_HEAD, "# ") || is_torn(&opening(), "BEGIN:");
    if holds(&format!("PRODID:{PRODUCT}"))
        || holds(GENERATOR)
        || holds(ATOM_GENERATOR)
        || holds(REMOVED_HEAD)
        || is_list
        || is_torn
    {
        Look::Ours
    } else if head.iter().all(|byte| *byte == 0) {
        Look::Blank
    } else {
        Look::Other
    }
}
