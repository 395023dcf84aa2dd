//! `chatcal import`: schedules of what communities already have.

use super::context::{Context, not_created, schema_line};
use super::failure::{Complaint, Failure};
use crate::cli::Import;
use crate::import::{self, Input, LARGEST, Options, report};
use crate::load::{bytes, reason};
use crate::out::whole;
use crate::terminal::safe;

/// Writes or prints the schedules, and reports what could not be carried over.
pub fn run(arguments: &Import, context: &mut Context) -> Result<(), Failure> {
    let (mut wrong, mut read) = (Vec::new(), Vec::new());
    for path in &arguments.files {
        let name = path.display().to_string();
        match bytes(path, LARGEST as u64 + 1) {
            Ok(bytes) => read.push((name, bytes)),
            Err(error) => wrong.push(Complaint::new(format!("{name} cannot be read: {}", reason(&error)))),
        }
    }
    let inputs: Vec<Input> = read.iter().map(|(name, bytes)| Input { name, bytes }).collect();
    let options = Options { zone: arguments.zone, at: context.at(arguments.clock.at) };
    let (drafts, report) = import::import(&inputs, &options);
    context.messages.write_all(report::render(&report).as_bytes())?;
    let schema = schema_line(&arguments.into);
    for draft in &drafts {
        let path = arguments.into.join(format!("{}.toml", draft.slug));
        let shown = path.display().to_string();
        if arguments.dry_run {
            writeln!(context.out, "# {}\n{schema}{}", safe(&shown), draft.text)?;
            continue;
        }
        match whole::create(&path, &format!("{schema}{}", draft.text)) {
            Ok(()) => writeln!(context.out, "{}", safe(&shown))?,
            Err(error) => wrong.push(Complaint::new(not_created(&shown, &error))),
        }
    }
    Failure::unless_none(wrong)?;
    if arguments.partial || report.is_whole() { Ok(()) } else { Err(Failure::Reported) }
}
