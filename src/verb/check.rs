//! `chatcal check`: everything that is wrong with the schedules, and every feed read back by another parser.

use std::io::{self, Write};

use super::load::Folder;
use super::{Outcome, Surroundings, human};
use crate::cli::{self, Check};
use crate::diagnostic::{Diagnostic, FileId, Format};
use crate::expand::{MOST_MEETINGS, Meeting, Window, expand, is_beyond_measure};
use crate::feed::line::Lines;
use crate::feed::{self, Composer, Stamp};
use crate::lint::{self, Lint};
use crate::reread;
use crate::schedule::{Collection, Schedule};
use crate::zone::Instant;

/// What Google Calendar takes: feeds beyond it are dropped without a word.
const MOST_OCTETS: usize = 1_000_000;
const MOST_EVENTS: usize = 1_000;

/// So many meetings are composed and read back at once.
const PART: usize = 1_000;

/// Checks and says what it found; warnings do not make it fail.
pub fn run(check: &Check, surroundings: &Surroundings, results: &mut dyn Write) -> io::Result<Outcome> {
    let mut folder = Folder::open(&check.folder.schedules);
    let collection = folder.collection();
    let mut found = Vec::new();
    let mut lint = Lint::new(surroundings.now);
    let mut combined = (0, 0);
    folder.each(|file, schedule| {
        if let Some(collection) = &collection {
            if let Some(wrong) = beyond_measure(file, &schedule, surroundings.now) {
                found.push(wrong);
                return;
            }
            let meetings = expand(&schedule, Window::of_feed(surroundings.now));
            lint.add(file, &schedule, &meetings);
            check_feed(file, &schedule, &meetings, collection, surroundings.now, &mut combined, &mut found);
        }
    });
    found.extend(too_large("all.ics", combined, Folder::ITS_COLLECTION));
    folder.add_warnings(&lint.finish());
    folder.add_findings(found);
    let format = match check.format {
        cli::Format::Human => human(surroundings),
        cli::Format::Short => Format::Short,
        cli::Format::Github => Format::Github,
        cli::Format::Json => Format::Json,
    };
    results.write_all(folder.report(format).as_bytes())?;
    if folder.any_error() {
        return Ok(Outcome::Wrong);
    }
    if check.format == cli::Format::Human {
        writeln!(results, "{} chats, all right", folder.files().len())?;
    }
    Ok(Outcome::Fine)
}

/// Composes a chat's feed and reads it back.
fn check_feed(
    file: FileId,
    schedule: &Schedule,
    meetings: &[Meeting<'_>],
    collection: &Collection,
    at: Instant,
    combined: &mut (usize, usize),
    found: &mut Vec<Diagnostic>,
) {
    let path = format!("{}.ics", schedule.slug);
    let stamp = Stamp { revised: at, sequence: 0 };
    let window = Window::of_combined(at);
    let mut composer = Composer::new(collection);
    let mut lines = Lines::new();
    let mut octets = 0;
    // In parts: the parser takes many times the room of a text.
    for part in meetings.chunks(PART) {
        lines.clear();
        feed::open(&mut lines, feed::heading_of(schedule, &path), collection);
        let events = composer.events(&mut lines, schedule, part, |_, _| stamp);
        octets += events.iter().map(ExactSizeIterator::len).sum::<usize>();
        feed::close(&mut lines);
        let read = std::str::from_utf8(lines.as_bytes())
            .map_err(|error| error.to_string())
            .and_then(|text| reread::compare(text, part));
        if let Err(difference) = read {
            let message = format!("another program would misread this chat's feed: {difference}");
            found.push(Diagnostic::error(file, "misread", message));
            break;
        }
        for (meeting, event) in part.iter().zip(events) {
            if window.holds(meeting.local_start().date()) {
                *combined = (combined.0 + event.len(), combined.1 + 1);
            }
        }
    }
    if !lint::is_silenced(schedule, "large") {
        found.extend(too_large(&path, (octets, meetings.len()), file));
    }
}

/// A chat with more meetings than anybody means.
pub(super) fn beyond_measure(file: FileId, schedule: &Schedule, at: Instant) -> Option<Diagnostic> {
    is_beyond_measure(schedule, Window::of_feed(at)).then(|| {
        let message = format!("the chat has more than {MOST_MEETINGS} meetings through the end of next year");
        Diagnostic::error(file, "too-many", message).help("correct the rules or their `start`, or take series out")
    })
}

fn too_large(path: &str, (octets, events): (usize, usize), file: FileId) -> Option<Diagnostic> {
    if octets < MOST_OCTETS * 9 / 10 && events < MOST_EVENTS * 9 / 10 {
        return None;
    }
    let message = format!(
        "{path} has {events} meetings in {} kB: Google Calendar drops feeds beyond 1,000 or 1 MB",
        octets / 1000
    );
    Some(Diagnostic::warning(file, "large", message))
}
