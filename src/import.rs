//! Turns what communities already have into schedules: iCalendar files, the TOML of the Rust project's calendar, the
//! YAML of `OpenStack`'s IRC meetings.
//!
//! Each format is read into the same drafts; from there one way leads to the text of a schedule:
//!
//! ```text
//! icalendar, rust_calendar --> CalendarEvents --chats--> ChatDraft --settle--> Schedule --fit, write--> text
//! irc_meetings -------------------------------------------> ChatDraft
//! ```
//!
//! At the end the text is read as any schedule is, and held against what a chat and its collection may make
//! ([`Destination`]), so that `import` can write nothing that `check` would refuse.
//! Nothing is dropped in silence: whatever a schedule cannot say as the file says it is in the [`report`]. Errors are
//! strings, as all that becomes of them is a sentence in it.

mod chats;
mod clock;
mod destination;
mod draft;
mod event;
mod find;
mod fit;
mod icalendar;
mod input;
mod irc_meetings;
mod listed;
mod meetings;
pub mod report;
mod rule;
mod rust_calendar;
mod settle;
mod slug;
mod work;

use crate::diagnostic::{Diagnostic, FileId, Severity};
use crate::schedule::{self, Schedule, Slug, read_schedule, write};
use crate::text::{size_limit, too_large};
pub use destination::Destination;
use draft::ChatDraft;
use input::Chats;
pub use input::{Input, Options};
use report::{FileReport, Report, Taken};
use slug::Names;
use work::Work;

/// The largest iCalendar file that is read, in bytes.
pub const LARGEST: usize = 32 << 20;
/// The largest file of another kind.
const LARGEST_TEXT: usize = 1 << 20;
/// Chats that one file may hold.
const MOST_CHATS: usize = 20_000;
/// The largest schedule, in bytes, with room for a line by which editors find the schema.
const LARGEST_SCHEDULE: u64 = schedule::LARGEST - 100;

/// Reads the text of a file in one format.
type ReadFormat = fn(&str, &Input, &Options, &mut Work, &mut FileReport) -> Chats;

/// A schedule made from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The stem of the file to write.
    pub slug: Slug,
    /// Its text: a schedule without errors.
    pub text: String,
}

/// Makes schedules from files, and a report of what could not be carried over. Of chats that would together be too much
/// for their destination the later ones are left out.
pub fn import(inputs: &[Input], options: &Options, destination: &mut Destination) -> (Vec<Imported>, Report) {
    let (mut imported, mut report, mut names) = (Vec::new(), Report::default(), Names::besides(destination.older()));
    let mut work = Work::default();
    for input in inputs {
        work.begin_file();
        let mut file = FileReport { file: input.name.to_owned(), ..FileReport::default() };
        let chats = read(input, options, &mut work, &mut file).unwrap_or_else(|reason| {
            file.leave_out(None, "the file", reason);
            Vec::new()
        });
        let named_after_file = chats.len() == 1;
        for mut chat in chats {
            chat.hints.splice(0..0, options.zone);
            let name = if named_after_file { input.stem_and_extension().0.to_owned() } else { chat.title.clone() };
            let slug = names.unused(&name);
            let made = Slug::new(&slug).ok().and_then(|slug| schedule(chat, slug, input.base(), &mut work, &mut file));
            match made.and_then(|made| made.taken(destination, &mut file)) {
                Some(schedule) => imported.push(schedule),
                None => names.give_back(&name, &slug),
            }
        }
        work.report(&mut file);
        report.files.push(file);
    }
    (imported, report)
}

/// Recognises a file and reads it.
fn read(input: &Input, options: &Options, work: &mut Work, report: &mut FileReport) -> Chats {
    let opening = input
        .bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(input.bytes)
        .trim_ascii_start()
        .get(..6)
        .unwrap_or_default();
    let (format, largest, read): (_, _, ReadFormat) = match input.stem_and_extension().1.to_ascii_lowercase().as_str() {
        _ if opening.eq_ignore_ascii_case(b"BEGIN:") => ("iCalendar", LARGEST, icalendar::read),
        "ics" | "ical" => ("iCalendar", LARGEST, icalendar::read),
        "toml" => ("TOML of rust-lang/calendar", LARGEST_TEXT, rust_calendar::read),
        "yaml" | "yml" => ("YAML of irc-meetings", LARGEST_TEXT, irc_meetings::read),
        _ => {
            let known = "iCalendar files (.ics), the .toml of rust-lang/calendar and the .yaml of irc-meetings";
            return Err(format!("it is not of a kind that can be imported: {known}"));
        }
    };
    if input.bytes.len() > largest {
        return Err(format!("it is too large: {}", size_limit(largest as u64)));
    }
    let text = std::str::from_utf8(input.bytes)
        .map_err(|error| format!("byte {} is not valid UTF-8; save the file as UTF-8", error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find('\0') {
        let line = text[..at].matches('\n').count() + 1;
        return Err(format!("line {line} has a NUL byte: this is not a text file, or it is damaged"));
    }
    report.format = Some(format);
    let chats = read(text, input, options, work, report)?;
    if chats.len() > MOST_CHATS {
        return Err(format!("it has {} chats; at most {MOST_CHATS} are taken from one file", chats.len()));
    }
    Ok(chats)
}

/// A valid schedule that is not taken yet.
struct Made {
    schedule: Schedule,
    text: String,
    title: String,
    counts: [usize; 3],
}

impl Made {
    /// Takes the schedule, unless it would be too much for its destination.
    fn taken(self, destination: &mut Destination, report: &mut FileReport) -> Option<Imported> {
        let Self { schedule, text, title, counts } = self;
        if let Err(wrong) = destination.take(&schedule, &text) {
            for wrong in &wrong {
                report.leave_out(None, &title, in_words(wrong));
            }
            return None;
        }
        let series = schedule.series.iter().map(report::in_words).collect();
        report.taken.push(Taken { slug: schedule.slug.to_string(), title, series, counts });
        Some(Imported { slug: schedule.slug, text })
    }
}

/// The schedule of a chat, if it has a meeting and is valid.
fn schedule(chat: ChatDraft, slug: Slug, file: &str, work: &mut Work, report: &mut FileReport) -> Option<Made> {
    let title = chat.title.clone();
    let mut schedule = match settle::settle(chat, slug, file, work, report) {
        Ok(schedule) => schedule,
        Err(reason) => {
            report.leave_out(None, &title, reason);
            return None;
        }
    };
    if schedule.series.is_empty() && schedule.one_offs.is_empty() {
        report.leave_out(None, &title, "it has no meetings left");
        return None;
    }
    fit::fit(&mut schedule, report);
    let text = write::write(&schedule);
    let counts = [schedule.changes.len(), schedule.breaks.len(), schedule.one_offs.len()];
    let octets = text.len() as u64;
    if octets > LARGEST_SCHEDULE {
        let of = settle::tables(counts.iter().sum());
        report.leave_out(None, &title, format!("its schedule, with {of}: {}", too_large(octets, schedule::LARGEST)));
        return None;
    }
    let mut diagnostics = Vec::new();
    let read = read_schedule(FileId(0), &schedule.slug, &text, &mut diagnostics);
    for found in &diagnostics {
        let what = in_words(found);
        match found.severity {
            Severity::Warning => report.change(None, &title, format!("check warns: {what}")),
            Severity::Error => report.leave_out(None, &title, format!("it does not make a valid schedule: {what}")),
        }
    }
    Some(Made { schedule: read?, text, title, counts })
}

/// What is wrong with a schedule that nobody sees, with a way out.
fn in_words(found: &Diagnostic) -> String {
    let help = found.label.iter().chain(&found.help).cloned().collect::<Vec<_>>().join("; ");
    if help.is_empty() { found.message.clone() } else { format!("{} ({help})", found.message) }
}
