//! Schedules, one after another, to the files of `out/`: what is composed for one chat is forgotten before the next, so
//! that memory does not grow with the collection.

mod feeds;

use std::io;
use std::path::Path;

use crate::diff::ChatDifference;
use crate::expand::{Window, expand_into};
use crate::feed::ledger::Damage;
use crate::feed::line::Lines;
use crate::feed::repeating;
use crate::out::{Changes, Mode, OutError, Stream};
use crate::page::Page;
use crate::schedule::{Collection, Schedule};
use crate::zone::Instant;
pub use feeds::{Added, Feeds};

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
    /// How the folder differed.
    pub changes: Changes,
    /// Old feeds that could not serve as a memory of stamps: they count as absent.
    pub damaged: Vec<(String, Damage)>,
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

    /// Ends the combined feeds and the page and gives all files their names.
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
