//! `chatcal check`: everything that is wrong with the schedules, and every feed read back by another parser.

use super::context::Context;
use super::failure::Failure;
use crate::cli::Check;
use crate::diagnostic::{Diagnostic, FileId, Format, Severity};
use crate::expand::{Meeting, Window, expand};
use crate::feed::line::Lines;
use crate::feed::{self, Composer, Stamp};
use crate::lint::{self, Lint};
use crate::load::Folder;
use crate::reread::Reread;
use crate::schedule::{Collection, Schedule, silence};
use crate::text::count;
use crate::zone::Instant;

/// What Google Calendar takes: feeds beyond it are dropped without a word.
const MOST_BYTES: usize = 1_000_000;
const MOST_EVENTS: usize = 1_000;

/// The code of the warning before that.
const LARGE: &str = "large";

/// So many meetings are composed and read back at once.
const PART: usize = 1_000;

/// Checks, and prints what it found; warnings do not make it fail.
pub fn run(arguments: &Check, context: &mut Context) -> Result<(), Failure> {
    let mut folder = Folder::open(&arguments.schedules.folder);
    if let Some(collection) = folder.collection() {
        let at = context.now;
        let mut proof = Proof { collection: &collection, at, lint: Lint::new(at), combined: Size::default() };
        folder.each(|schedule, visit| {
            let found = proof.of_chat(visit.file, visit.text, &schedule);
            visit.report(found);
        });
        folder.report(proof.combined.too_large("all.ics", Folder::ITS_COLLECTION, &collection.silenced));
    } else {
        folder.each(|_, _| {});
    }
    let written = context.out.write_all(folder.render(arguments.format, context.screen()).as_bytes());
    // Also where the reader has closed the pipe.
    if folder.any_error() {
        return Err(Failure::Reported);
    }
    written?;
    if arguments.format == Format::Human {
        let warnings = match folder.of_severity(Severity::Warning) {
            0 => "no problems found".to_owned(),
            warnings => count(warnings, "warning"),
        };
        writeln!(context.out, "{}, {warnings}", count(folder.files().len(), "chat"))?;
    }
    Ok(())
}

/// Looks at right schedules one after the other: at what they probably mean, and at what becomes of them in feeds.
struct Proof<'c> {
    collection: &'c Collection,
    at: Instant,
    lint: Lint,
    combined: Size,
}

impl Proof<'_> {
    fn of_chat(&mut self, file: FileId, text: &str, schedule: &Schedule) -> Vec<Diagnostic> {
        if let Some(wrong) = lint::too_many_meetings(file, schedule, self.at) {
            return vec![wrong];
        }
        let meetings = expand(schedule, Window::of_feed(self.at));
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
        let path = format!("{}.ics", schedule.slug);
        let stamp = Stamp { revised: self.at, sequence: 0 };
        let window = Window::of_combined(self.at);
        let mut composer = Composer::new(self.collection);
        let (mut lines, mut reread) = (Lines::new(), Reread::new(self.collection));
        let mut size = Size::default();
        // In parts: the parser takes many times the room of a text.
        for part in meetings.chunks(PART) {
            lines.clear();
            feed::open(&mut lines, feed::heading_of(schedule, &path), self.collection);
            let events = composer.events(&mut lines, schedule, part, |_, _| stamp);
            feed::close(&mut lines);
            let text = std::str::from_utf8(lines.as_bytes()).map_err(|error| error.to_string())?;
            reread.compare(text, part)?;
            for (meeting, event) in part.iter().zip(events) {
                size.add(event.len());
                if window.holds(meeting.local_start().date()) {
                    self.combined.add(event.len());
                }
            }
        }
        Ok(size)
    }
}

/// How large a feed is.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    octets: usize,
    events: usize,
}

impl Size {
    fn add(&mut self, octets: usize) {
        self.octets += octets;
        self.events += 1;
    }

    /// A warning before a feed gets so large that Google Calendar drops it, unless it is silenced.
    fn too_large(self, path: &str, file: FileId, silenced: &[(String, String)]) -> Option<Diagnostic> {
        let Self { octets, events } = self;
        let large = octets >= MOST_BYTES * 9 / 10 || events >= MOST_EVENTS * 9 / 10;
        (large && !lint::is_silenced(silenced, LARGE)).then(|| {
            let kilobytes = octets / 1000;
            let message = format!(
                "{path} has {events} meetings in {kilobytes} kB: Google Calendar drops feeds beyond 1,000 or 1 MB"
            );
            Diagnostic::warning(file, LARGE, message).help(silence(LARGE))
        })
    }
}
