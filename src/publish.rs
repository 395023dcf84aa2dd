//! Schedules, one after another, to the files of `out/`: what is composed for one chat is forgotten before the next, so
//! that memory does not grow with the collection.

use std::collections::BTreeMap;
use std::path::Path;

use crate::expand::{Meeting, Window, expand_into};
use crate::feed::ledger::{Damage, Ledger};
use crate::feed::line::Lines;
use crate::feed::{self, Composer, Heading, Stamp};
use crate::out::{Changes, Mode, Out, OutError, Stream};
use crate::schedule::{Collection, Schedule, Tag};
use crate::zone::Instant;

/// A run over the collection.
#[derive(Debug)]
pub struct Publication<'c> {
    collection: &'c Collection,
    at: Instant,
    combined: Window,
    out: Out,
    composer: Composer<'c>,
    all: Stream,
    tags: BTreeMap<Tag, Stream>,
    lines: Lines,
    damaged: Vec<(String, Damage)>,
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
        let mut out = Out::open(folder, mode)?;
        let heading = Heading {
            name: &collection.title,
            description: collection.description.as_deref(),
            path: "all.ics",
            home: collection.site.as_ref().map(|site| site.as_str()),
        };
        let mut lines = Lines::new();
        let all = open(&mut out, heading, collection, &mut lines)?;
        Ok(Self {
            collection,
            at,
            combined: Window::of_combined(at),
            out,
            composer: Composer::new(collection),
            all,
            tags: BTreeMap::new(),
            lines,
            damaged: Vec::new(),
        })
    }

    /// Adds a chat; they come in order of their slugs.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn add(&mut self, schedule: &Schedule) -> Result<(), OutError> {
        let path = format!("{}.ics", schedule.slug);
        let mut meetings: Vec<Meeting<'_>> = Vec::new();
        expand_into(&mut meetings, schedule, Window::of_feed(self.at));

        let old = self.out.read(&path)?;
        if let Some(damage) = old.as_deref().and_then(Ledger::damage) {
            self.damaged.push((path.clone(), damage));
        }
        let memory = old.as_deref().filter(|old| Ledger::damage(old).is_none());
        let mut ledger = Ledger::new(memory, self.at);
        self.lines.clear();
        feed::open(&mut self.lines, feed::heading_of(schedule, &path), self.collection);
        let mut stamps: Vec<Stamp> = Vec::with_capacity(meetings.len());
        let events = self.composer.events(&mut self.lines, schedule, &meetings, |uid, content| {
            let stamp = ledger.stamp(uid, content);
            stamps.push(stamp);
            stamp
        });
        feed::close(&mut self.lines);
        self.out.put(&path, old.as_deref(), self.lines.as_bytes())?;

        // Most meetings of a chat lie before the combined window, and only a moved one is out of order.
        let combined =
            meetings.iter().zip(events).filter(|(meeting, _)| self.combined.holds(meeting.local_start().date()));
        let combined: Vec<_> = combined.map(|(_, event)| event).collect();
        self.open_tags(schedule)?;
        for event in combined {
            let event = &self.lines.as_bytes()[event];
            self.all.write(&mut self.out, event)?;
            for tag in &schedule.tags {
                if let Some(feed) = self.tags.get_mut(tag) {
                    feed.write(&mut self.out, event)?;
                }
            }
        }
        Ok(())
    }

    /// Begins the feeds of tags that are met for the first time.
    fn open_tags(&mut self, schedule: &Schedule) -> Result<(), OutError> {
        let mut lines = Lines::new();
        for tag in &schedule.tags {
            if self.tags.contains_key(tag) {
                continue;
            }
            let heading = Heading {
                name: &format!("{}: {tag}", self.collection.title),
                description: None,
                path: &format!("tag/{tag}.ics"),
                home: self.collection.site.as_ref().map(|site| site.as_str()),
            };
            let feed = open(&mut self.out, heading, self.collection, &mut lines)?;
            self.tags.insert(tag.clone(), feed);
        }
        Ok(())
    }

    /// Ends the combined feeds and gives all files their names.
    ///
    /// # Errors
    ///
    /// A file cannot be written, renamed or removed.
    pub fn finish(self) -> Result<Published, OutError> {
        let Self { mut out, all, tags, mut lines, damaged, .. } = self;
        lines.clear();
        feed::close(&mut lines);
        for mut feed in std::iter::once(all).chain(tags.into_values()) {
            feed.write(&mut out, lines.as_bytes())?;
            feed.finish(&mut out)?;
        }
        Ok(Published { changes: out.finish()?, damaged })
    }
}

/// Begins a combined feed.
fn open(out: &mut Out, heading: Heading<'_>, collection: &Collection, lines: &mut Lines) -> Result<Stream, OutError> {
    lines.clear();
    feed::open(lines, heading, collection);
    let mut stream = out.stream(heading.path);
    stream.write(out, lines.as_bytes())?;
    Ok(stream)
}
