//! What communities already have, as schedules: iCalendar files, the TOML of the Rust project's calendar, the YAML of
//! `OpenStack`'s IRC meetings.
//!
//! Each format is turned into the same neutral chats (`chat`); from there one way leads to the text of a schedule:
//!
//! ```text
//! icalendar, rust_calendar, irc_meetings -> Chat --settle--> Parts --write--> text, proven by read_schedule
//! ```
//!
//! Nothing is dropped in silence: what is not in a schedule as it is in the file is in the [`report`].

mod chat;
mod clock;
mod find;
mod icalendar;
mod irc_meetings;
pub mod report;
mod rule;
mod rust_calendar;
mod settle;
mod titles;
pub mod write;

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, FileId, Severity};
use crate::schedule::{Slug, read_schedule};
use crate::zone::{Instant, Zone};
use chat::Chat;
use report::{FileReport, Report, Taken};

/// The largest iCalendar file that is read, in bytes.
pub const LARGEST: usize = 16 << 20;
/// The largest file of another kind.
const LARGEST_TEXT: usize = 1 << 20;
/// Chats that one file may hold.
const MOST_CHATS: usize = 2_000;

/// A file to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// Its name, with or without folders.
    pub name: &'s str,
    /// Its content; what is longer than [`LARGEST`] need not be there.
    pub bytes: &'s [u8],
}

/// What is known beside the files.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The zone of times that name none.
    pub zone: Option<Zone>,
    /// When it is.
    pub at: Instant,
}

/// A schedule that was made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The stem of the file to be.
    pub slug: String,
    /// Its text: a schedule without errors.
    pub text: String,
    /// Index of the file that it comes from.
    pub from: usize,
}

/// What an importer found in a file.
type Found = Result<Vec<Chat>, String>;

/// Makes schedules of files, and a report of what could not be carried over.
pub fn import(sources: &[Source], options: &Options) -> (Vec<Draft>, Report) {
    let (mut drafts, mut report, mut taken) = (Vec::new(), Report::default(), BTreeSet::new());
    for (index, source) in sources.iter().enumerate() {
        let mut file = FileReport { file: source.name.to_owned(), ..FileReport::default() };
        match chats(source, options, &mut file) {
            Ok(chats) => {
                let named_after_file = (chats.len() == 1).then(|| stem(source.name));
                for chat in chats {
                    let name = named_after_file.clone().unwrap_or_else(|| chat.title.clone());
                    let slug = settle::unused(&name, &mut taken);
                    match draft(chat, &slug, source.name, &mut file) {
                        Some(text) => drafts.push(Draft { slug, text, from: index }),
                        None => {
                            taken.remove(&slug);
                        }
                    }
                }
            }
            Err(reason) => file.leave_out(None, "the file", reason),
        }
        report.files.push(file);
    }
    (drafts, report)
}

/// The name of a file without folders and extension.
fn stem(name: &str) -> String {
    let base = base(name);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    if stem.is_empty() { "chat".to_owned() } else { stem.to_owned() }
}

/// The name of a file without folders.
fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Recognises a file and reads it.
fn chats(source: &Source, options: &Options, report: &mut FileReport) -> Found {
    if source.bytes.len() > LARGEST {
        return Err(format!("it is larger than {} MiB; at most so much is read", LARGEST >> 20));
    }
    let text = std::str::from_utf8(source.bytes)
        .map_err(|error| format!("it is not UTF-8: byte {} is no text; save it as UTF-8", error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find('\0') {
        let line = text[..at].matches('\n').count() + 1;
        return Err(format!("line {line} holds a NUL byte: this is no text file, or a damaged one"));
    }
    let extension = base(source.name).rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_extension = |known: &[&str]| known.iter().any(|known| extension.eq_ignore_ascii_case(known));
    let opening: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_uppercase();
    if opening.starts_with("BEGIN:") || has_extension(&["ics", "ical"]) {
        report.format = Some("iCalendar");
        return bounded(icalendar::read(text, source.name, options, report)?);
    }
    if text.len() > LARGEST_TEXT {
        return Err(format!("it is larger than {} MiB; at most so much is read", LARGEST_TEXT >> 20));
    }
    if has_extension(&["toml"]) {
        report.format = Some("TOML of rust-lang/calendar");
        return bounded(rust_calendar::read(text, source.name, options, report)?);
    }
    if has_extension(&["yaml", "yml"]) {
        report.format = Some("YAML of irc-meetings");
        return bounded(irc_meetings::read(text, source.name, options, report)?);
    }
    Err("it is none of the files that can be imported: .ics, the .toml of rust-lang/calendar, the .yaml of irc-meetings"
        .to_owned())
}

fn bounded(chats: Vec<Chat>) -> Found {
    if chats.len() > MOST_CHATS {
        return Err(format!("it holds {} chats; at most {MOST_CHATS} are taken from one file", chats.len()));
    }
    Ok(chats)
}

/// The text of a chat's schedule, if it has a meeting and is right.
fn draft(chat: Chat, slug: &str, file: &str, report: &mut FileReport) -> Option<String> {
    let parts = settle::settle(chat, base(file), report);
    let title = parts.chat.title.clone();
    if parts.series.is_empty() && parts.one_offs.is_empty() {
        report.leave_out(None, &title, "no meeting is left of it");
        return None;
    }
    let text = write::schedule(&parts, report);
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let slug_of = Slug::new(slug)?;
    let read = read_schedule(FileId(0), &slug_of, &text, &mut diagnostics);
    for found in &diagnostics {
        let help = found.label.iter().chain(&found.help).cloned().collect::<Vec<_>>().join("; ");
        let said = if help.is_empty() { found.message.clone() } else { format!("{} ({help})", found.message) };
        match found.severity {
            Severity::Warning => report.change(None, &title, format!("check warns: {said}")),
            Severity::Error => report.leave_out(None, &title, format!("it makes no right schedule: {said}")),
        }
    }
    read?;
    let series =
        parts.series.iter().map(|(_, run)| rule::in_words(&run.rule, run.time, run.zone, run.start, run.until));
    report.taken.push(Taken {
        slug: slug.to_owned(),
        title,
        series: series.collect(),
        counts: [parts.changes.len(), parts.breaks.len(), parts.one_offs.len()],
    });
    Some(text)
}
