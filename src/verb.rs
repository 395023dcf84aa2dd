//! One module a verb: what it reads, what it calls, what it prints.
//!
//! A verb gets its arguments, what surrounds it (the clock, the reader's zone, the terminal's width) and two writers, for
//! results and for messages: it can be run by a test as well as by `main`.

pub mod build;
pub mod check;
pub mod dates;
pub mod diff;
pub mod fmt;
pub mod import;
pub mod init;
pub mod list;
pub mod load;
pub mod new;
pub mod next;
pub mod schema;
mod state;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::cli::Verb;
use crate::diagnostic::{Format, nearest};
use crate::terminal::{ERROR, WARNING, safe};
use crate::zone::{Instant, Zone};

/// What `main` knows of the world.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The clock.
    pub now: Instant,
    /// The variable that stands in for the clock in `build`: seconds since 1970 in UTC.
    pub source_date_epoch: Option<String>,
    /// The reader's zone, where it is known.
    pub zone: Option<Zone>,
    /// Columns of the terminal; `None` where results go elsewhere.
    pub width: Option<usize>,
}

/// Columns for the lines of a file where no terminal says how many there are.
const WIDTH: usize = 120;

/// How it went; the exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 0.
    Fine,
    /// 1: the schedules are wrong, or something is stale.
    Wrong,
    /// 2: the command line is wrong.
    Usage,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Fine => 0,
            Outcome::Wrong => 1,
            Outcome::Usage => 2,
        })
    }
}

/// Runs a verb: results to the one writer, messages to the other.
pub fn run(
    verb: &Verb,
    surroundings: &Surroundings,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    match verb {
        Verb::Build(build) => build::run(build, surroundings, messages),
        Verb::Check(check) => check::run(check, surroundings, results),
        Verb::Diff(diff) => diff::run(diff, surroundings, results, messages),
        Verb::Next(next) => next::run(next, surroundings, results, messages),
        Verb::Dates(dates) => dates::run(dates, surroundings, results, messages),
        Verb::Init(init) => init::run(init, surroundings, messages),
        Verb::List(list) => list::run(list, surroundings, results, messages),
        Verb::Import(import) => import::run(import, surroundings, results, messages),
        Verb::New(new) => new::run(new, surroundings, results, messages),
        Verb::Fmt(fmt) => fmt::run(fmt, results, messages),
        Verb::Schema => schema::run(results),
    }
}

/// A mistake on the command line, with a way out.
fn usage(messages: &mut dyn Write, message: &str, help: Option<&str>) -> io::Result<Outcome> {
    writeln!(messages, "{ERROR}error{ERROR:#}: {message}")?;
    if let Some(help) = help {
        writeln!(messages, "  help: {help}")?;
    }
    Ok(Outcome::Usage)
}

/// Everything that was found to be wrong with the schedules, for people.
fn tell(folder: &mut load::Folder, surroundings: &Surroundings, messages: &mut dyn Write) -> io::Result<()> {
    messages.write_all(folder.report(human(surroundings)).as_bytes())
}

/// Drawn for people. What goes elsewhere than to a terminal is stripped of colours by its writer.
fn human(surroundings: &Surroundings) -> Format {
    Format::Human { color: true, width: surroundings.width.unwrap_or(WIDTH) }
}

fn warn(messages: &mut dyn Write, message: &str) -> io::Result<()> {
    writeln!(messages, "{WARNING}warning{WARNING:#}: {message}")
}

/// An error about something outside, such as a file that cannot be read.
fn wrong(messages: &mut dyn Write, message: &str) -> io::Result<Outcome> {
    writeln!(messages, "{ERROR}error{ERROR:#}: {message}")?;
    Ok(Outcome::Wrong)
}

/// The line by which editors find the schema, where it lies beside the schedules.
fn schema_line(dir: &Path) -> &'static str {
    if dir.join("schedule.schema.json").is_file() { "#:schema ./schedule.schema.json\n" } else { "" }
}

/// The file of a chat that was named on the command line, with or without `#`, in either case.
fn find<'f>(folder: &'f load::Folder, name: &str) -> Result<&'f load::File, (String, Option<String>)> {
    let wanted = name.trim_start_matches('#');
    let known = || folder.files().iter().map(|file| file.stem.as_str());
    folder.files().iter().find(|file| file.stem.eq_ignore_ascii_case(wanted)).ok_or_else(|| {
        let help = nearest(wanted, known()).map(|near| format!("did you mean \"{}\"?", safe(near)));
        let list = || format!("`chatcal list` names them all ({})", folder.files().len());
        let shown: String = name.chars().take(60).collect();
        (format!("there is no chat \"{}\"", safe(&shown)), help.or_else(|| Some(list())))
    })
}
