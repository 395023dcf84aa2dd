//! One module per verb: what it reads, what it calls, what it prints.
//!
//! A verb is a function from its arguments and a [`Context`] to success or a [`Failure`]. The context holds all that it
//! knows of the world, so a test can run a verb as well as `main` does; no verb calls another.

pub mod build;
pub mod check;
pub mod dates;
pub mod diff;
pub mod fmt;
pub mod import;
pub mod init;
pub mod list;
pub mod new;
pub mod next;
pub mod schema;

mod failure;

use std::io::{self, Write};
use std::path::Path;

use crate::cli::Verb;
use crate::diagnostic::{Format, Screen, did_you_mean, nearest};
use crate::load::{File, Folder};
use crate::terminal::{WARNING, safe};
use crate::zone::{Instant, Zone};

pub use failure::{Complaint, Failure};

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
    fn at(&self, asked: Option<Instant>) -> Instant {
        asked.unwrap_or(self.now)
    }

    /// A warning that does not come from a schedule.
    fn warn(&mut self, message: &str) -> io::Result<()> {
        writeln!(self.messages, "{WARNING}warning{WARNING:#}: {}", safe(message))
    }

    /// Shows everything that was found to be wrong with the schedules: a failure if there is an error among it.
    fn show_mistakes(&mut self, folder: &mut Folder) -> Result<(), Failure> {
        self.messages.write_all(folder.render(Format::Human, self.screen()).as_bytes())?;
        if folder.any_error() { Err(Failure::Reported) } else { Ok(()) }
    }

    /// What diagnostics are drawn for: 120 columns where no terminal has another width. What goes elsewhere than to a
    /// terminal is stripped of colours by its writer.
    fn screen(&self) -> Screen {
        Screen { color: true, width: self.width.unwrap_or(120) }
    }
}

/// Runs a verb.
///
/// # Errors
///
/// Whatever keeps it from doing what it was asked for.
pub fn run(verb: &Verb, context: &mut Context) -> Result<(), Failure> {
    match verb {
        Verb::Build(arguments) => build::run(arguments, context),
        Verb::Check(arguments) => check::run(arguments, context),
        Verb::Diff(arguments) => diff::run(arguments, context),
        Verb::Next(arguments) => next::run(arguments, context),
        Verb::Dates(arguments) => dates::run(arguments, context),
        Verb::List(arguments) => list::run(arguments, context),
        Verb::Import(arguments) => import::run(arguments, context),
        Verb::New(arguments) => new::run(arguments, context),
        Verb::Fmt(arguments) => fmt::run(arguments, context),
        Verb::Schema(arguments) => schema::run(arguments, context),
        Verb::Init(arguments) => init::run(arguments, context),
    }
}

/// The file of a chat that was named on the command line, with or without `#`, in either case.
fn find<'f>(folder: &'f Folder, name: &str) -> Result<&'f File, Failure> {
    let wanted = name.trim_start_matches('#');
    folder.files().iter().find(|file| file.stem.eq_ignore_ascii_case(wanted)).ok_or_else(|| {
        let help = match nearest(wanted, folder.files().iter().map(|file| file.stem.as_str())) {
            Some(near) => did_you_mean(near),
            None => "`chatcal list` shows them all".to_owned(),
        };
        let shown: String = name.chars().take(60).collect();
        Failure::usage(format!("there is no chat \"{shown}\"")).help(help)
    })
}

/// The line by which editors find the schema, where it lies beside the schedules.
fn schema_line(dir: &Path) -> &'static str {
    if dir.join("schedule.schema.json").is_file() { "#:schema ./schedule.schema.json\n" } else { "" }
}

/// Why a new file could not be written.
fn not_created(path: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{path} already exists; left unchanged"),
        _ => format!("{path} cannot be written: {error}"),
    }
}
