//! Schedules, one after another, to the files of `out/`: what is composed for one chat is forgotten before the next, so
//! that memory does not grow with the collection.
//!
//! [`publish`] is the way from a folder of schedules to `out/`; a [`Publication`] is the same for schedules that come from
//! elsewhere.

mod feeds;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::diff::{self, ChatDifference, Was};
use crate::expand::{Window, expand_into};
use crate::feed::ledger::Damage;
use crate::feed::line::Lines;
use crate::feed::repeating;
use crate::lint::too_many_meetings;
use crate::load::Folder;
use crate::out::{Changes, Mode, OutError, Stream};
use crate::page::Page;
use crate::schedule::{Collection, Schedule};
use crate::zone::Instant;
pub use feeds::{Added, Feeds};

/// Brings `out/` up to date with a folder of schedules, or looks at it; `differs` gets what differs, chat by chat, where
/// it is only looked at. Nothing where a schedule is wrong, of which the folder then knows: `out/` stays as it is.
///
/// # Errors
///
/// A file of `out/` cannot be read or written.
pub fn publish(
    folder: &mut Folder,
    (out, mode): (&Path, Mode),
    at: Instant,
    mut differs: impl FnMut(ChatDifference),
) -> Result<Option<Published>, OutError> {
    let Some(collection) = folder.collection() else {
        folder.each(|_, _| {});
        return Ok(None);
    };
    let mut publication = Publication::new(out, mode, &collection, at)?;
    let mut failed = None;
    let mut renamed = BTreeSet::new();
    let mut too_many = false;
    folder.each(|schedule, visit| {
        if let Some(wrong) = too_many_meetings(visit.file, &schedule, at) {
            visit.report([wrong]);
            too_many = true;
        }
        if failed.is_some() || too_many {
            return;
        }
        match publication.add(&schedule) {
            Err(error) => failed = Some(error),
            Ok(None) => {}
            Ok(Some(difference)) => {
                if let Was::Renamed(formerly) = &difference.was {
                    renamed.insert(format!("{formerly}.ics"));
                }
                differs(difference);
            }
        }
    });
    match failed {
        _ if folder.any_error() => return Ok(None),
        Some(error) => return Err(error),
        None => {}
    }
    let published = publication.finish()?;
    if mode == Mode::Compare {
        for path in published.changes.leftover.difference(&renamed) {
            let slug = path.strip_suffix(".ics").filter(|slug| !slug.contains('/') && *slug != "all");
            let gone = slug.and_then(|slug| diff::of_gone(slug, &fs::read(out.join(path)).ok()?));
            gone.into_iter().for_each(&mut differs);
        }
    }
    Ok(Some(published))
}

/// A run over the collection: both forms of every feed, and the page.
#[derive(Debug)]
pub struct Publication<'c> {
    collection: &'c Collection,
    at: Instant,
    feeds: Feeds<'c>,
    page: Page<'c>,
    lines: Lines,
}

/// What a run found and did.
#[derive(Debug)]
pub struct Published {
    /// What changed, or would change.
    pub changes: Changes,
    /// Old feeds that could not serve as a memory of stamps: they count as absent.
    pub damaged: Vec<(String, Damage)>,
}

impl Published {
    /// Which files of the folder are damaged, or not chatcal's though they have the name of one of its own; `out` is the
    /// folder's path.
    pub fn warnings(&self, out: &Path) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut warn =
            |path: &str, what| warnings.push(format!("{}/{path} {what}: it is treated as missing", out.display()));
        for (path, damage) in &self.damaged {
            warn(path, if *damage == Damage::Foreign { "was not made by chatcal" } else { "is damaged" });
        }
        let told = |path: &String| self.damaged.iter().any(|(damaged, _)| damaged == path);
        for path in self.changes.unknown.iter().filter(|path| !told(path)) {
            warn(path, "is damaged or was not made by chatcal");
        }
        warnings
    }
}

impl<'c> Publication<'c> {
    /// Begins a run: `at` decides the window, and is the stamp of what is revised.
    ///
    /// # Errors
    ///
    /// The folder cannot be opened or written.
    pub fn new(folder: &Path, mode: Mode, collection: &'c Collection, at: Instant) -> Result<Self, OutError> {
        let feeds = Feeds::new(folder, mode, collection, at)?;
        Ok(Self { collection, at, feeds, page: Page::new(collection, at), lines: Lines::new() })
    }

    /// Adds a chat; they come in order of their slugs. Where the folder is only looked at, gives how the chat's feed
    /// differs, if it does.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn add(&mut self, schedule: &Schedule) -> Result<Option<ChatDifference>, OutError> {
        let mut meetings = Vec::new();
        expand_into(&mut meetings, schedule, Window::of_feed(self.at));
        let Added { stamps, difference } = self.feeds.add(schedule, &meetings)?;
        self.lines.clear();
        repeating::write(&mut self.lines, schedule, self.collection, self.at, (&meetings, &stamps));
        let path = format!("repeating/{}.ics", schedule.slug);
        let out = self.feeds.out();
        let old = out.read(&path)?;
        out.put(&path, old.as_deref(), self.lines.as_bytes())?;
        self.page.add(schedule, &meetings);
        Ok(difference)
    }

    /// Ends the combined feeds and the page and renames the new files into place.
    ///
    /// # Errors
    ///
    /// A file cannot be written, renamed or removed.
    pub fn finish(mut self) -> Result<Published, OutError> {
        let out = self.feeds.out();
        let mut page = PageWriter { stream: out.stream("index.html"), out, error: None };
        let written = self.page.finish(&mut page);
        let PageWriter { stream, out, error } = page;
        match (error, written) {
            (Some(error), _) => return Err(error),
            // The page itself has nothing to fail with: what it writes goes through the writer above.
            (None, written) => written.unwrap_or_default(),
        }
        stream.finish(out)?;
        self.feeds.finish()
    }
}

/// The page on its way into a stream; keeps the error that says which file it was.
struct PageWriter<'o> {
    stream: Stream,
    out: &'o mut crate::out::Out,
    error: Option<OutError>,
}

impl io::Write for PageWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.stream.write(self.out, bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                self.error = Some(error);
                Err(io::Error::other("the page cannot be written"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
