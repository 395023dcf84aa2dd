//! The feeds: both forms of every chat's own, one for everything, one per tag.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use crate::diff::{self, ChatDifference, Was};
use crate::expand::{Meeting, Window};
use crate::feed::ledger::{Damage, Ledger};
use crate::feed::line::Lines;
use crate::feed::{self, Composer, Heading, Stamp, repeating};
use crate::out::{Changes, Mode, Out, OutError, Stream};
use crate::schedule::{Collection, Schedule, Tag};
use crate::zone::Instant;

/// A run that writes feeds, chat by chat.
#[derive(Debug)]
pub struct Feeds<'c> {
    collection: &'c Collection,
    mode: Mode,
    at: Instant,
    combined: Window,
    pub(super) out: Out,
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
        let all = begin(&mut out, collection, "all.ics", (&collection.title, collection.description.as_deref()))?;
        Ok(Self {
            collection,
            mode,
            at,
            combined: Window::of_combined(at),
            out,
            composer: Composer::new(collection),
            all,
            tags: BTreeMap::new(),
            lines: Lines::new(),
            damaged: Vec::new(),
        })
    }

    /// Adds a chat's expanded feed, with the meetings of [`Window::of_feed`]; chats come in order of their slugs. Gives
    /// when each meeting was last revised and, where the folder is only looked at, how the feed differs, if it does.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn add(
        &mut self,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
    ) -> Result<(Vec<Stamp>, Option<ChatDifference>), OutError> {
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
        let new = self.lines.as_bytes();
        self.out.put(&path, old.as_deref(), new)?;
        let differs = self.mode == Mode::Compare && old.as_deref() != Some(new);
        let was = match (&schedule.formerly, &before) {
            _ if damage.is_some() => Was::Damaged,
            (Some(older), Some(_)) => Was::Renamed(older.to_string()),
            _ if old.is_some() => Was::There,
            _ => Was::Absent,
        };
        let difference = differs.then(|| diff::of_chat(schedule, self.collection, meetings, (memory, was), new));

        for tag in &schedule.tags {
            if let Entry::Vacant(new) = self.tags.entry(tag.clone()) {
                let name = feed::name_of_tag(self.collection, tag.as_str());
                new.insert(begin(&mut self.out, self.collection, &format!("tag/{tag}.ics"), (&name, None))?);
            }
        }
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
        Ok((stamps, difference))
    }

    /// Adds a chat's repeating feed, with what [`add`](Self::add) took and gave.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn add_repeating(
        &mut self,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        stamps: &[Stamp],
    ) -> Result<(), OutError> {
        let path = format!("repeating/{}.ics", schedule.slug);
        self.lines.clear();
        repeating::write(&mut self.lines, schedule, self.collection, self.at, (meetings, stamps));
        let old = self.out.read(&path)?;
        self.out.put(&path, old.as_deref(), self.lines.as_bytes())
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
        let is_warned_of = |path: &String| self.damaged.iter().any(|(damaged, _)| damaged == path);
        for path in self.changes.unknown.iter().filter(|path| !is_warned_of(path)) {
            warn(path, "is damaged or was not made by chatcal");
        }
        warnings
    }
}

/// Begins a feed of several chats, with its name and its description.
fn begin(
    out: &mut Out,
    collection: &Collection,
    path: &str,
    (name, description): (&str, Option<&str>),
) -> Result<Stream, OutError> {
    let mut lines = Lines::new();
    feed::open(&mut lines, Heading { name, description, path, home: None }, collection);
    let mut stream = Stream::new(out, path);
    stream.write(out, lines.as_bytes())?;
    Ok(stream)
}
