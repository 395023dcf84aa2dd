//! TOML to a schedule or to diagnostics: everything that is wrong with a file, in one run, each mistake with its place.

mod chat;
mod collection;
mod fields;
mod gap;
mod mistakes;
mod occurrences;
mod place;
mod series;
mod single;
mod syntax;
mod texts;
mod values;

use toml::de::DeTable;

use super::{Collection, Schedule, Slug, keys};
use crate::diagnostic::{Diagnostic, FileId};
use fields::Fields;
use mistakes::Mistakes;
pub use place::{Place, place_in};

/// The largest file that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// The text of a file.
///
/// # Errors
///
/// A file that is not UTF-8, or larger than a mebibyte.
#[expect(clippy::result_large_err, reason = "as rare as it is large")]
pub fn read_text(file: FileId, bytes: &[u8]) -> Result<&str, Diagnostic> {
    if bytes.len() > LARGEST {
        let message = format!("the file has {} bytes; at most {LARGEST} (1 MiB) are read", bytes.len());
        return Err(Diagnostic::error(file, "too-large", message));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let help = if wide { "this looks like UTF-16: save it as UTF-8" } else { "save the file as UTF-8" };
        // Shown with the character that stands for what is no text, which has three bytes.
        let span = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        let message = format!("the file is not UTF-8: byte {:#04x} is no text", bytes[at]);
        Diagnostic::error(file, "encoding", message).at(span).help(help)
    })
}

/// The schedule that a file says, or nothing and at least one error among the diagnostics.
pub fn read_schedule(file: FileId, slug: &Slug, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Schedule> {
    let mut mistakes = Mistakes::new(file, text);
    let mut mended = String::new();
    let root = syntax::parse(text, &mut mended, &mut mistakes);
    let fields = Fields::new(&keys::SCHEDULE, &root, None, &mut mistakes);
    let schedule = chat::read(slug, &fields, &mut mistakes);
    let silenced = schedule.silenced.clone();
    let right = !mistakes.any_error();
    mistakes.finish(|code| silenced.iter().any(|(silenced, _)| silenced == code), diagnostics);
    right.then_some(schedule)
}

/// What `collection.toml` says, or nothing and at least one error among the diagnostics.
pub fn read_collection(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Collection> {
    let mut mistakes = Mistakes::new(file, text);
    let mut mended = String::new();
    let root = syntax::parse(text, &mut mended, &mut mistakes);
    let fields = Fields::new(&keys::COLLECTION, &root, None, &mut mistakes);
    let collection = collection::read(&fields, &mut mistakes);
    let right = !mistakes.any_error();
    mistakes.finish(|_| false, diagnostics);
    collection.filter(|_| right)
}

/// The bytes of the value of a key at the top of a file.
pub(crate) fn place_of(text: &str, key: &str) -> Option<std::ops::Range<usize>> {
    DeTable::parse_recoverable(text).0.into_inner().get(key).map(toml::Spanned::span)
}
