//! `chatcal check`: everything that is wrong with the schedules, and the feeds read back by another parser: all meetings
//! of the first chats, and of those beyond many thousands some.

mod doubted;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::failure::Failure;
use crate::cli::Check;
use crate::diagnostic::{Diagnostic, FileId, Format, Severity};
use crate::expand::{self, Meeting, Origin, Window};
use crate::feed::line::Lines;
use crate::feed::{self, Composer, Heading, Stamp};
use crate::lint::limits::Limits;
use crate::lint::{self, Lint};
use crate::load::Folder;
use crate::publish::check_id;
use crate::reread::Reread;
use crate::schedule::{Collection, Schedule, silence};
use crate::text::{count, reason, size, thousands};
use crate::zone::Instant;
use doubted::Doubted;

/// What Google Calendar takes: feeds beyond it are dropped without a word.
const MOST_BYTES: usize = 1_000_000;
const MOST_EVENTS: usize = 1_000;

/// The code of the warning before that.
const LARGE: &str = "large";

/// So many meetings are composed and read back at once.
const PART: usize = 1_000;

/// So many meetings of a collection are read back, each of them: more than any real one has. It takes the other program
/// several times as long as everything else.
const READ_WHOLE: usize = 60_000;
/// Of a chat that comes after them, so many of its first and of its last meetings are read back, and all of which more is
/// known than their rule: the others differ from these in their times alone.
const READ_OF_EACH: usize = 10;

/// Checks, and prints what it found; warnings do not make it fail.
pub fn run(arguments: &Check, context: &mut Context) -> Result<(), Failure> {
    let mut folder = Folder::open(&arguments.schedules.folder);
    let (mut partly, mut doubted) = (String::new(), Doubted::default());
    if let Some(collection) = folder.collection() {
        let at = context.at(arguments.clock.at);
        let out = arguments.out.clone().unwrap_or_else(|| out_beside(&arguments.schedules.folder));
        if arguments.out.is_some() && !out.is_dir() {
            return Err(Failure::usage(format!("there is no folder {}", out.display())));
        }
        check_id(&mut folder, &collection, &out)
            .map_err(|error| Failure::wrong(format!("cannot read {}: {}", out.display(), reason(&error))))?;
        let (lint, combined) = (Lint::new(at), Size::of_frame(feed::heading_of_all(&collection), &collection));
        let (several, left_to_read) = (BTreeMap::new(), READ_WHOLE);
        let mut proof = Proof { collection: &collection, at, lint, combined, several, left_to_read, unread: 0 };
        let mut limits = Limits::new(&collection, at, folder.octets());
        folder.each(|schedule, visit| {
            if !limits.admit(&schedule, visit.file, visit.text, |wrong| visit.report([wrong])) {
                return;
            }
            let found = proof.of_chat(visit.file, visit.text, &schedule);
            visit.report(found);
            doubted.look(&schedule, at);
        });
        if proof.unread > 0 {
            let (unread, whole) = (thousands(proof.unread), thousands(READ_WHOLE));
            partly = format!("of {unread} meetings beyond the first {whole} only some were read back");
        }
        let file = Folder::ITS_COLLECTION;
        folder.check_selections(&collection);
        if limits.fits() {
            let several = proof.several.iter().map(|(path, size)| (path.as_str(), size));
            let combined = std::iter::once(("all.ics", &proof.combined)).chain(several);
            folder.report(combined.filter_map(|(path, size)| size.too_large(path, file, &collection.silenced)));
        }
        folder.report(limits.of_all(file));
    } else {
        folder.each(|_, _| {});
    }
    let mut text = folder.render(arguments.format, context.screen());
    let schedules = &arguments.schedules.folder;
    let elsewhere = Some(schedules.as_path()).filter(|folder| *folder != Path::new("schedules"));
    if arguments.format == Format::Human {
        text = format!("{text}{}\n{}", totals(&folder), doubted.in_lines(elsewhere));
    }
    if !partly.is_empty() {
        writeln!(context.messages, "{partly}")?;
    }
    let written = context.out.write_all(text.as_bytes());
    // Also where the reader has closed the pipe.
    if folder.any_error() {
        return Err(Failure::Reported);
    }
    Ok(written?)
}

/// Where the feeds of schedules are as a rule.
fn out_beside(schedules: &Path) -> PathBuf {
    if schedules.file_name().is_some() {
        return schedules.with_file_name("out");
    }
    // It is called `.` or ends in `..`.
    fs::canonicalize(schedules).unwrap_or_else(|_| schedules.to_owned()).with_file_name("out")
}

/// `39 chats, no problems found`; `39 chats, 2 errors, 1 warning`.
fn totals(folder: &Folder) -> String {
    let found = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let found = found.map(|(severity, name)| (folder.of_severity(severity), name));
    let found = found.into_iter().filter(|(number, _)| *number > 0).map(|(number, name)| count(number, name));
    let found = found.collect::<Vec<_>>().join(", ");
    match (folder.files().len(), &found[..]) {
        (0, found) => found.to_owned(),
        (chats, "") => format!("{}, no problems found", count(chats, "chat")),
        (chats, found) => format!("{}, {found}", count(chats, "chat")),
    }
}

/// Looks at right schedules one after the other: at what they probably mean, and at what becomes of them in feeds.
struct Proof<'c> {
    collection: &'c Collection,
    at: Instant,
    lint: Lint,
    combined: Size,
    /// The sizes of the feeds of tags and selections, by path.
    several: BTreeMap<String, Size>,
    /// How many meetings of the next chats are read back, each of them.
    left_to_read: usize,
    /// How many meetings the other chats have, of which only some are.
    unread: usize,
}

impl Proof<'_> {
    fn of_chat(&mut self, file: FileId, text: &str, schedule: &Schedule) -> Vec<Diagnostic> {
        let meetings = expand::of_feed(schedule, self.collection.history, self.at);
        let mut found = self.lint.look(file, text, schedule, &meetings);
        match self.read_back(schedule, &meetings) {
            Ok(size) => found.extend(size.too_large(&format!("{}.ics", schedule.slug), file, &schedule.silenced)),
            Err(difference) => {
                let message = format!("another program would misread this chat's feed: {difference}");
                found.push(Diagnostic::error(file, "misread", message));
            }
        }
        found
    }

    /// Composes a chat's feed and reads it back; its size, or what another program makes of it.
    fn read_back(&mut self, schedule: &Schedule, meetings: &[Meeting<'_>]) -> Result<Size, String> {
        let window = Window::of_combined(self.at);
        let whole = meetings.len() <= self.left_to_read;
        let mut reread = Reread::new(self.collection);
        let mut composed = Composed::new(schedule, self.collection, self.at);
        let heading = feed::heading_of(schedule, &composed.path);
        let mut size = Size::of_frame(heading, self.collection);
        let mut in_combined = Size::default();
        // In parts: the parser takes many times the room of a text.
        for part in meetings.chunks(PART) {
            let events = composed.part(part);
            for (meeting, event) in part.iter().zip(events) {
                size.add(event.len());
                if window.holds(meeting.local_start().date()) {
                    in_combined.add(event.len());
                }
            }
            if whole {
                reread.compare(composed.text()?, part)?;
            }
        }
        self.combined.join(in_combined);
        let of_tags = schedule.tags.iter().map(|tag| format!("tag/{tag}.ics"));
        let selections = self.collection.selections.iter().filter(|selection| selection.holds(schedule));
        for path in of_tags.chain(selections.map(|selection| format!("feed/{}.ics", selection.name))) {
            // What a feed has besides its events does not count much.
            self.several.entry(path).or_default().join(in_combined);
        }
        if whole {
            self.left_to_read -= meetings.len();
            return Ok(size);
        }
        self.unread += meetings.len();
        let last = meetings.len().saturating_sub(READ_OF_EACH);
        let of_each = meetings.iter().enumerate().filter(|(index, meeting)| {
            let regular = matches!(meeting.origin, Origin::Regular(_, None));
            !regular || *index < READ_OF_EACH || *index >= last
        });
        let of_each: Vec<Meeting<'_>> = of_each.map(|(_, meeting)| *meeting).collect();
        for part in of_each.chunks(PART) {
            composed.part(part);
            reread.compare(composed.text()?, part)?;
        }
        Ok(size)
    }
}

/// A part of a chat's feed, as an iCalendar object of its own.
struct Composed<'a> {
    schedule: &'a Schedule,
    collection: &'a Collection,
    path: String,
    stamp: Stamp,
    composer: Composer<'a>,
    lines: Lines,
}

impl<'a> Composed<'a> {
    fn new(schedule: &'a Schedule, collection: &'a Collection, at: Instant) -> Self {
        let (path, stamp) = (format!("{}.ics", schedule.slug), Stamp { revised: at, sequence: 0 });
        Self { schedule, collection, path, stamp, composer: Composer::new(collection), lines: Lines::new() }
    }

    /// Composes these meetings; where each of their events stands.
    fn part(&mut self, meetings: &[Meeting<'_>]) -> Vec<Range<usize>> {
        let (lines, stamp) = (&mut self.lines, self.stamp);
        lines.clear();
        feed::open(lines, feed::heading_of(self.schedule, &self.path), self.collection);
        let events = self.composer.events(lines, self.schedule, meetings, |_, _| stamp);
        feed::close(lines);
        events
    }

    fn text(&self) -> Result<&str, String> {
        std::str::from_utf8(self.lines.as_bytes()).map_err(|error| error.to_string())
    }
}

/// How large a feed is.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    octets: usize,
    events: usize,
}

impl Size {
    /// Of a feed without events.
    fn of_frame(heading: Heading<'_>, collection: &Collection) -> Self {
        let mut lines = Lines::new();
        feed::open(&mut lines, heading, collection);
        feed::close(&mut lines);
        Self { octets: lines.as_bytes().len(), events: 0 }
    }

    fn add(&mut self, octets: usize) {
        self.octets += octets;
        self.events += 1;
    }

    fn join(&mut self, other: Self) {
        self.octets += other.octets;
        self.events += other.events;
    }

    /// A warning before a feed gets so large that Google Calendar drops it, unless it is silenced.
    fn too_large(self, path: &str, file: FileId, silenced: &[(String, String)]) -> Option<Diagnostic> {
        let Self { octets, events } = self;
        let large = octets >= MOST_BYTES * 9 / 10 || events >= MOST_EVENTS * 9 / 10;
        (large && !lint::is_silenced(silenced, LARGE)).then(|| {
            let (events, octets) = (thousands(events), size(octets));
            let message =
                format!("{path} has {events} meetings in {octets}: Google Calendar drops feeds beyond 1,000 or 1 MB");
            Diagnostic::warning(file, LARGE, message).help(silence(LARGE))
        })
    }
}
