//! From TOML to a schedule, or to diagnostics.
//!
//! Everything that is wrong with a file is found in one run, each mistake with its place: a wrong value is reported and
//! then read as if it were not there, and the dates of a chat are compared as far as they are known. A schedule comes out
//! only where there is no error.

mod chat;
mod collection;
mod draft;
mod end;
mod fields;
mod gap;
mod mistakes;
mod occurrences;
mod place;
mod series;
mod single;
mod strings;
mod syntax;
mod unknown;
mod values;
mod venue;

use std::ops::Range;

use super::keys::{COLLECTION, SCHEDULE, Section};
use super::{Collection, Schedule, Slug};
use crate::diagnostic::{Diagnostic, FileId};
use crate::text::too_large;
use fields::Fields;
use mistakes::Mistakes;
pub use place::{Place, place_in};

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 1 << 20;

/// The text of a file.
///
/// # Errors
///
/// A file that is not UTF-8, or larger than a mebibyte.
#[expect(clippy::result_large_err, reason = "cold path")]
pub fn read_text(file: FileId, bytes: &[u8]) -> Result<&str, Diagnostic> {
    if bytes.len() as u64 > LARGEST {
        return Err(Diagnostic::error(file, "too-large", cannot_be_read(&too_large(bytes.len() as u64, LARGEST))));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let help = if wide { "this looks like UTF-16: save it as UTF-8" } else { "save the file as UTF-8" };
        // Shown with the replacement character, which has three bytes.
        let span = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        let message = format!("the file is not valid UTF-8: byte {:#04x}", bytes[at]);
        Diagnostic::error(file, "encoding", message).at(span).help(help)
    })
}

/// What is said of a file that cannot be read, with the reason.
pub fn cannot_be_read(reason: &str) -> String {
    format!("the file cannot be read: {reason}")
}

/// The schedule that a file describes; or nothing, and at least one error among the diagnostics.
pub fn read_schedule(file: FileId, slug: &Slug, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Schedule> {
    read(file, &SCHEDULE, text, diagnostics, |fields| Some(chat::read(slug, fields)))
}

/// What `collection.toml` says; or nothing, and at least one error among the diagnostics.
pub fn read_collection(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Collection> {
    read(file, &COLLECTION, text, diagnostics, collection::read)
}

/// The first mark of a merge conflict, where both its beginning and its end are there.
fn conflict_in(text: &str) -> Option<Range<usize>> {
    let begins = |mark: &'static str| {
        let at = if text.starts_with(mark) { Some(0) } else { text.find(&format!("\n{mark}")).map(|at| at + 1) };
        at.map(|at| at..at + mark.len())
    };
    let conflict = begins("<<<<<<< ").filter(|begin| begins(">>>>>>> ").is_some_and(|end| end.start > begin.start));
    // In a text of several lines they are words like any others.
    conflict.filter(|_| toml::de::DeTable::parse(text).is_err())
}

fn read<T>(
    file: FileId,
    section: &'static Section,
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
    read: impl FnOnce(&Fields) -> Option<T>,
) -> Option<T> {
    if let Some(mark) = conflict_in(text) {
        let conflict = Diagnostic::error(file, "conflict", "git left the marks of a merge conflict here").at(mark);
        diagnostics.push(
            conflict.help("keep one of the two versions, and remove the lines with <<<<<<<, ======= and >>>>>>>"),
        );
        return None;
    }
    let mut mistakes = Mistakes::new(file, text);
    let mut mended = String::new();
    let root = syntax::parse(section, text, &mut mended, &mut mistakes);
    let value = read(&Fields::new(section, &root, None, &mistakes)).filter(|_| !mistakes.any_error());
    mistakes.finish(diagnostics);
    value
}
