//! The expanded feeds: one per chat, one for everything, one per tag.

use std::collections::BTreeMap;
use std::path::Path;

use super::Published;
use crate::diff::{self, ChatDifference};
use crate::expand::{Meeting, Window};
use crate::feed::ledger::{Damage, Ledger};
use crate::feed::line::Lines;
use crate::feed::{self, Composer, Heading, Stamp};
use crate::out::{Mode, Out, OutError, Stream};
use crate::schedule::{Collection, Schedule, Tag};
use crate::zone::Instant;

/// What came of a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    /// When each meeting was last revised.
    pub stamps: Vec<Stamp>,
    /// How its feed differs, if it does and the folder is only looked at.
    pub difference: Option<ChatDifference>,
}

/// A run that writes the expanded feeds.
#[derive(Debug)]
pub struct Feeds<'c> {
    collection: &'c Collection,
    mode: Mode,
    at: Instant,
    combined: Window,
    out: Out,
    composer: Composer<'c>,
    all: Stream,
    tags: BTreeMap<Tag, Stream>,
    lines: Lines,
    damaged: Vec<(String, Damage)>,
}

impl<'c> Feeds<'c> {
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
            home: None,
        };
        let mut lines = Lines::new();
        let all = open(&mut out, heading, collection, &mut lines)?;
        Ok(Self {
            collection,
            mode,
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

    /// The folder, for files beside the feeds.
    pub fn out(&mut self) -> &mut Out {
        &mut self.out
    }

    /// Adds a chat with the meetings of its own feed ([`Window::of_feed`]); chats come in order of their slugs.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn add(&mut self, schedule: &Schedule, meetings: &[Meeting<'_>]) -> Result<Added, OutError> {
        let path = format!("{}.ics", schedule.slug);
        let old = self.out.read(&path)?;
        // A chat that was renamed brings its memory along.
        let older_path = schedule.formerly.as_ref().filter(|_| old.is_none()).map(|older| format!("{older}.ics"));
        let before = older_path.as_ref().map(|older| self.out.read(older)).transpose()?.flatten();
        let memory = before.as_deref().or(old.as_deref());
        let damage = memory.and_then(Ledger::damage);
        self.damaged.extend(damage.map(|damage| (older_path.unwrap_or_else(|| path.clone()), damage)));
        let memory = memory.filter(|_| damage.is_none());
        let mut ledger = Ledger::new(memory, self.at);

        self.lines.clear();
        feed::open(&mut self.lines, feed::heading_of(schedule, &path), self.collection);
        let mut stamps = Vec::with_capacity(meetings.len());
        let events = self.composer.events(&mut self.lines, schedule, meetings, |uid, content| {
            let stamp = ledger.stamp(uid, content);
            stamps.push(stamp);
            stamp
        });
        feed::close(&mut self.lines);
        self.out.put(&path, old.as_deref(), self.lines.as_bytes())?;
        let new = self.lines.as_bytes();
        let differs = self.mode == Mode::Compare && old.as_deref() != Some(new);
        let difference =
            differs.then(|| diff::of_chat(schedule, self.collection, meetings, (memory, before.is_some()), new));

        self.open_tags(schedule)?;
        for (meeting, event) in meetings.iter().zip(events) {
            if !self.combined.holds(meeting.local_start().date()) {
                continue;
            }
            let event = &self.lines.as_bytes()[event];
            self.all.write(&mut self.out, event)?;
            for tag in &schedule.tags {
                if let Some(feed) = self.tags.get_mut(tag) {
                    feed.write(&mut self.out, event)?;
                }
            }
        }
        Ok(Added { stamps, difference })
    }

    /// Begins the feeds of tags that are met for the first time.
    fn open_tags(&mut self, schedule: &Schedule) -> Result<(), OutError> {
        for tag in &schedule.tags {
            if self.tags.contains_key(tag) {
                continue;
            }
            let heading = Heading {
                name: &format!("{}: {tag}", self.collection.title),
                description: None,
                path: &format!("tag/{tag}.ics"),
                home: None,
            };
            let feed = open(&mut self.out, heading, self.collection, &mut Lines::new())?;
            self.tags.insert(tag.clone(), feed);
        }
        Ok(())
    }

    /// Ends the combined feeds and renames the new files into place.
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
