//! What strace has recorded, and whether a power cut at any moment of it leaves all of the old files or what is needed to
//! complete the new ones: nothing counts but what has been put on the disk, a file's content by a sync of the file and
//! its name by one of its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is recorded: all that changes files, and all that puts them on the disk.
pub const CALLS: &str = "trace=?open,?creat,openat,?openat2,write,writev,pwrite64,pwritev,?pwritev2,ftruncate,truncate,\
    fallocate,copy_file_range,sendfile,splice,fsync,fdatasync,sync,syncfs,sync_file_range,?rename,renameat,renameat2,\
    ?link,linkat,?symlink,symlinkat,?unlink,unlinkat,?mkdir,mkdirat,?rmdir";

/// Where the journal is.
pub const JOURNAL: &str = "out/.chatcal-journal";
/// Where the manifest is.
const MANIFEST: &str = "out/manifest.sha256";

/// What a fault begins with that comes of a sync that is missing.
pub const RULES_OF_SYNC: [&str; 5] = [
    "the journal counts before",
    "the journal goes before",
    "the manifest comes before",
    "the places change before",
    "the run ends before",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A file came into being, or lost what it held.
    Create(String),
    Write(String),
    Sync(String),
    Rename(String, String),
    Remove(String),
    MakeFolder(String),
    RemoveFolder(String),
    /// What a build has no need of.
    Other(String),
}

impl Call {
    /// The files whose content it changes, and the folders whose names it does.
    pub fn changes(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            // Where the journal is written is not where it counts.
            Self::Create(path) if path.ends_with("/.chatcal-journal") => (Some(path.as_str()), None),
            Self::Create(path) => (Some(path.as_str()), Some(folder(path))),
            Self::Write(path) => (Some(path.as_str()), None),
            Self::Rename(from, to) => (Some(folder(from)), Some(folder(to))),
            Self::Remove(path) | Self::MakeFolder(path) => (Some(folder(path)), None),
            // An empty folder may be there or not.
            Self::RemoveFolder(_) | Self::Sync(_) | Self::Other(_) => (None, None),
        };
        first.into_iter().chain(second)
    }
}

/// The folder that something is in; that of the collection is "".
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A call, and between which lines of the record it took place.
#[derive(Clone, Debug)]
pub struct Event {
    pub call: Call,
    pub begin: usize,
    pub end: usize,
}

impl Event {
    /// One that is put in between others.
    pub fn at_once(call: Call) -> Self {
        Self { call, begin: 0, end: 0 }
    }
}

/// The calls that have to do with the collection, in the order in which they ended.
#[derive(Clone, Debug)]
pub struct Trace(pub Vec<Event>);

impl Trace {
    pub fn parse(text: &str, root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned()).display().to_string();
        let mut unfinished: BTreeMap<&str, (usize, String)> = BTreeMap::new();
        let mut events = Vec::new();
        for (line, text) in text.lines().enumerate() {
            let (thread, text) = text.split_once(' ').unwrap();
            let text = text.trim_start();
            if let Some(text) = text.strip_suffix("<unfinished ...>") {
                unfinished.insert(thread, (line, text.to_owned()));
                continue;
            }
            let resumed = text.strip_prefix("<... ").and_then(|text| text.split_once("resumed>"));
            let (begin, text) = match resumed {
                Some((_, rest)) => {
                    let (begin, text) = unfinished.remove(thread).expect("a call that has unfinished");
                    (begin, text + rest)
                }
                None => (line, text.to_owned()),
            };
            let call = call(&text, &root);
            events.extend(call.map(|call| Event { call, begin, end: line }));
        }
        Self(events)
    }

    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.0.iter().map(|event| &event.call)
    }

    /// Each call ends before the next one begins.
    pub fn in_turn(mut self) -> Self {
        for (index, event) in self.0.iter_mut().enumerate() {
            (event.begin, event.end) = (index, index);
        }
        self
    }
}

/// A call that succeeded, if it has to do with what is below the root.
fn call(text: &str, root: &str) -> Option<Call> {
    let (name, arguments) = text.split_once('(')?;
    let (arguments, result) = arguments.rsplit_once(" = ")?;
    if result.starts_with("-1 ") || result.starts_with('?') {
        return None;
    }
    let paths = paths(arguments, root);
    let below = |index: usize| {
        let path = paths.get(index)?;
        if path == root { Some(String::new()) } else { Some(path.strip_prefix(root)?.strip_prefix('/')?.to_owned()) }
    };
    let last = paths.len().saturating_sub(1);
    Some(match name {
        "open" | "openat" | "openat2" | "creat" => {
            let makes = name == "creat" || ["O_CREAT", "O_TRUNC"].iter().any(|flag| arguments.contains(flag));
            let writes = arguments.contains("O_WRONLY") || arguments.contains("O_RDWR");
            let path = below(last)?;
            if makes {
                Call::Create(path)
            } else if writes && !is_new(&path) {
                Call::Other(text.to_owned())
            } else {
                return None;
            }
        }
        "write" | "writev" | "pwrite64" | "pwritev" | "pwritev2" | "ftruncate" | "truncate" | "fallocate"
        | "sendfile" => Call::Write(below(0)?),
        "copy_file_range" | "splice" => Call::Write(below(1)?),
        "fsync" | "fdatasync" => Call::Sync(below(0)?),
        "rename" | "renameat" | "renameat2" => match (below(0), below(1)) {
            (Some(from), Some(to)) => Call::Rename(from, to),
            (None, None) => return None,
            _ => Call::Other(text.to_owned()),
        },
        "unlinkat" if arguments.contains("AT_REMOVEDIR") => Call::RemoveFolder(below(0)?),
        "unlink" | "unlinkat" => Call::Remove(below(0)?),
        "rmdir" => Call::RemoveFolder(below(0)?),
        "mkdir" | "mkdirat" => Call::MakeFolder(below(0)?),
        _ => Call::Other(text.to_owned()),
    })
}

/// The files that a call names: by words, which may begin at a folder that is open, or by an open file alone.
fn paths(arguments: &str, root: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut base = None;
    for argument in arguments.split(", ") {
        if let Some((_, open)) = argument.split_once('<') {
            paths.extend(base.replace(open.trim_end_matches([')', ' ']).trim_end_matches('>').to_owned()));
        } else if let Some(words) = argument.strip_prefix('"').filter(|words| *words != "\"...") {
            let words =
                words.trim_end_matches([')', ' ']).trim_end_matches('"').trim_end_matches("/.").trim_end_matches('/');
            let base = base.take().unwrap_or_else(|| root.to_owned());
            paths.push(match words {
                "." => base,
                words if words.starts_with('/') => words.to_owned(),
                words => format!("{base}/{words}"),
            });
        }
    }
    paths.extend(base);
    paths
}

/// Whether it is a new file that has no place yet.
fn is_new(path: &str) -> bool {
    path.contains("/.chatcal-new/")
}

/// What was changed last at which line, and put on the disk when.
#[derive(Default)]
struct Disk {
    changed: BTreeMap<String, usize>,
    synced: BTreeMap<String, usize>,
}

impl Disk {
    fn follow(&mut self, event: &Event) {
        match &event.call {
            Call::Sync(path) => {
                // Two may overlap.
                let begin = self.synced.entry(path.clone()).or_default();
                *begin = event.begin.max(*begin);
            }
            call => {
                for path in call.changes() {
                    self.changed.insert(path.to_owned(), event.end);
                }
                match call {
                    Call::Rename(from, to) => {
                        let (changed, synced) = (self.changed.remove(from), self.synced.remove(from));
                        self.changed.extend(changed.map(|line| (to.clone(), line)));
                        self.synced.extend(synced.map(|line| (to.clone(), line)));
                    }
                    Call::MakeFolder(path) => _ = self.changed.remove(path),
                    Call::Remove(path) | Call::RemoveFolder(path) => {
                        self.changed.remove(path);
                        self.synced.remove(path);
                    }
                    _ => {}
                }
            }
        }
    }

    fn is_on_disk(&self, path: &str) -> bool {
        self.changed.get(path).is_none_or(|changed| self.synced.get(path).is_some_and(|synced| synced > changed))
    }
}

/// What is wrong with the order, one line for each.
pub fn faults(trace: &Trace) -> Vec<String> {
    let mut disk = Disk::default();
    // Whether the journal is there, how often it was made, and how many places have changed.
    let (mut counts, mut journals, mut moves) = (false, 0, 0);
    // The folders from which something went.
    let mut emptied: BTreeSet<String> = BTreeSet::new();
    let mut faults = Vec::new();
    for event in &trace.0 {
        let lacks =
            |path: &str| (!disk.is_on_disk(path)).then(|| format!("{path:?} is on the disk ({:?})", event.call));
        let is_place = |path: &str| path.starts_with("out/") && !is_new(path) && path != JOURNAL;
        match &event.call {
            Call::Rename(_, to) if to == JOURNAL => {
                counts = true;
                journals += 1;
                // Whether there is a folder `out/` at all may be seen later.
                let relied_on = disk.changed.keys().filter(|path| path.starts_with("out"));
                faults.extend(
                    relied_on.filter_map(|path| lacks(path)).map(|what| format!("the journal counts before: {what}")),
                );
            }
            Call::Rename(from, to) if is_place(to) => {
                moves += 1;
                let first = [from.as_str(), "out"].into_iter().take(if moves == 1 { 2 } else { 1 });
                faults.extend(first.filter_map(lacks).map(|what| format!("the places change before: {what}")));
                // It would not know any more what was to go.
                let emptied = emptied.iter().filter(|_| to == MANIFEST).filter_map(|path| lacks(path));
                faults.extend(emptied.map(|what| format!("the manifest comes before: {what}")));
                if !counts || !is_new(from) {
                    faults.push(format!("no journal: {:?}", event.call));
                }
            }
            Call::Remove(path) if is_place(path) => {
                moves += 1;
                emptied.insert(folder(path).to_owned());
                let first = Some("out").filter(|_| moves == 1);
                faults.extend(first.and_then(lacks).map(|what| format!("the places change before: {what}")));
                if !counts {
                    faults.push(format!("no journal: {:?}", event.call));
                }
            }
            Call::Remove(path) if path == JOURNAL => {
                let published = disk
                    .changed
                    .keys()
                    .filter(|path| path.starts_with("out") && !is_new(&format!("{path}/")) && *path != JOURNAL);
                faults.extend(
                    published.filter_map(|path| lacks(path)).map(|what| format!("the journal goes before: {what}")),
                );
                if !counts {
                    faults.push(format!("no journal: {:?}", event.call));
                }
                counts = false;
            }
            Call::Create(path) | Call::Write(path) if path.starts_with("out") && (counts || !is_new(path)) => {
                faults.push(format!("written in place: {path}"));
            }
            Call::Other(text) => faults.push(format!("not needed: {text}")),
            _ => {}
        }
        disk.follow(event);
    }
    let left = ["out", ""].into_iter().filter(|path| !disk.is_on_disk(path));
    faults.extend(left.map(|path| format!("the run ends before: {path:?} is on the disk")));
    if counts || journals != 1 || moves == 0 {
        faults.push(format!("{journals} journals, {moves} changes, is left: {counts}"));
    }
    faults
}
