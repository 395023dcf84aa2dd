//! What a verb knows of the world, and what several verbs do in it.

use std::io::{self, Write};
use std::path::Path;

use super::failure::Failure;
use crate::diagnostic::{FileId, Format, Screen, did_you_mean, nearest, quoted};
use crate::load::{Folder, reason};
use crate::terminal::{WARNING, safe};
use crate::zone::{Instant, Zone};

/// What a verb knows of the world, and where it writes.
pub struct Context<'w> {
    /// The clock.
    pub now: Instant,
    /// The variable that stands in for the clock in `build`: seconds since 1970 in UTC.
    pub source_date_epoch: Option<String>,
    /// The reader's zone, or why it is not known.
    pub zone: Result<Zone, String>,
    /// Columns of the terminal; `None` where results go elsewhere.
    pub width: Option<usize>,
    /// For results.
    pub out: &'w mut dyn Write,
    /// For messages.
    pub messages: &'w mut dyn Write,
}

impl Context<'_> {
    /// The instant that was asked for, else now.
    pub(super) fn at(&self, asked: Option<Instant>) -> Instant {
        asked.unwrap_or(self.now)
    }

    /// A warning that does not come from a schedule.
    pub(super) fn warn(&mut self, message: &str) -> io::Result<()> {
        writeln!(self.messages, "{WARNING}warning{WARNING:#}: {}", safe(message))
    }

    /// Shows everything that was found to be wrong with the schedules: a failure if there is an error among it.
    pub(super) fn show_mistakes(&mut self, folder: &mut Folder) -> Result<(), Failure> {
        self.messages.write_all(folder.render(Format::Human, self.screen()).as_bytes())?;
        if folder.any_error() { Err(Failure::Reported) } else { Ok(()) }
    }

    /// What diagnostics are drawn for: 120 columns where no terminal has another width. What goes elsewhere than to a
    /// terminal is stripped of colours by its writer.
    pub(super) fn screen(&self) -> Screen {
        Screen { color: true, width: self.width.unwrap_or(120) }
    }
}

/// The file of a chat that was named on the command line, with or without `#`, in either case; nothing where the folder
/// has no chats at all, which is among its mistakes.
pub(super) fn find(folder: &Folder, name: &str) -> Result<Option<FileId>, Failure> {
    let wanted = name.trim_start_matches('#');
    let file = folder.files().iter().find(|file| file.stem.eq_ignore_ascii_case(wanted)).map(|file| file.id);
    if file.is_some() || (folder.files().is_empty() && folder.any_error()) {
        return Ok(file);
    }
    let help = match nearest(wanted, folder.files().iter().map(|file| file.stem.as_str())) {
        Some(near) => did_you_mean(near),
        None => "`chatcal list` shows them all".to_owned(),
    };
    Err(Failure::usage(format!("there is no chat {}", quoted(name))).help(help))
}

/// The line by which editors find the schema, where it lies beside the schedules.
pub(super) fn schema_line(dir: &Path) -> &'static str {
    if dir.join("schedule.schema.json").is_file() { "#:schema ./schedule.schema.json\n" } else { "" }
}

/// Why a new file could not be written.
pub(super) fn not_created(path: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{path} already exists; left unchanged"),
        _ => format!("{path} cannot be written: {}", reason(error)),
    }
}
