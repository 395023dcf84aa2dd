//! What a verb knows of the world, and what several verbs do in it.

use std::io::{self, Write};
use std::path::Path;

use super::failure::Failure;
use crate::diagnostic::{FileId, Format, Screen, did_you_mean, nearest, quoted};
use crate::diff::ChatDifference;
use crate::load::{Folder, is_link};
use crate::out::{Access, Interrupt, Out};
use crate::publish::{Published, publish};
use crate::terminal::{WARNING, safe};
use crate::text::reason;
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
    /// Whether somebody has asked the program to stop.
    pub interrupt: Interrupt,
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

    /// Brings `out/` up to date with a folder of schedules, or looks at it, and says what is to be known of its files;
    /// `differs` gets what differs, chat by chat, where it is only looked at.
    pub(super) fn publish(
        &mut self,
        schedules: &Path,
        out: &Path,
        access: Access,
        at: Instant,
        differs: impl FnMut(ChatDifference),
    ) -> Result<(Folder, Published), Failure> {
        let mut folder = Folder::open(schedules);
        // A message that cannot be written is lost: see `main`.
        let mut tell = |message: &str| _ = writeln!(self.messages, "{}", safe(message));
        let opened = Out::open(out, access, &mut tell);
        let published = opened.and_then(|out| publish(&mut folder, out, at, differs));
        self.show_mistakes(&mut folder)?;
        let published = published?.ok_or(Failure::Reported)?;
        for warning in published.warnings(out) {
            self.warn(&warning)?;
        }
        Ok((folder, published))
    }

    /// What diagnostics are drawn for: 120 columns where no terminal has another width. What goes elsewhere than to a
    /// terminal is stripped of colours by its writer.
    pub(super) fn screen(&self) -> Screen {
        Screen { color: true, width: self.width.unwrap_or(120) }
    }
}

/// The file of a chat that was named on the command line, with or without `#`, in either case, by its slug or by an older
/// one, which is said; nothing where the folder has no chats at all, which is among its mistakes.
pub(super) fn find(folder: &Folder, name: &str, messages: &mut dyn Write) -> Result<Option<FileId>, Failure> {
    let wanted = name.trim_start_matches('#');
    let file = folder.files().iter().find(|file| file.stem.eq_ignore_ascii_case(wanted)).map(|file| file.id);
    if file.is_some() || (folder.files().is_empty() && folder.any_error()) {
        return Ok(file);
    }
    if let Some(file) = folder.of_older(wanted) {
        writeln!(messages, "{} is called {} now", safe(wanted), file.stem)?;
        return Ok(Some(file.id));
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

/// Nothing is written into a folder that is a link; `help` is the way out.
pub(super) fn refuse_link(folder: &Path, help: &str) -> Result<(), Failure> {
    if !is_link(folder) {
        return Ok(());
    }
    Err(Failure::wrong(format!("{} is a symbolic link", folder.display())).help(help))
}

/// Why a new file could not be written.
pub(super) fn not_created(path: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{path} already exists; left unchanged"),
        _ => format!("{path} cannot be written: {}", reason(error)),
    }
}
