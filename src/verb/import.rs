//! `chatcal import`: schedules of what communities already have.

use std::io;

use super::context::{Context, not_created, schema_line};
use super::failure::{Complaint, Failure};
use crate::cli::Import;
use crate::import::{self, Input, LARGEST, Options, report};
use crate::load::{bytes, reason, schedule_bytes};
use crate::out::whole;
use crate::terminal::safe;
use crate::text::{agreeing, count};

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
    for (index, draft) in drafts.iter().enumerate() {
        let path = arguments.into.join(format!("{}.toml", draft.slug));
        let (shown, text) = (path.display().to_string(), format!("{schema}{}", draft.text));
        if arguments.dry_run {
            writeln!(context.out, "# {}\n{text}", safe(&shown))?;
            continue;
        }
        match whole::create(&path, &text, &context.interrupt) {
            Ok(()) => writeln!(context.out, "{}", safe(&shown))?,
            // After an import that was interrupted, the next one goes on where it stopped.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !schedule_bytes(&path).is_ok_and(|there| there == text.as_bytes()) {
                    wrong.push(Complaint::new(not_created(&shown, &error)));
                }
            }
            // What hinders one, such as a full disk or a signal, hinders the others.
            Err(error) => {
                let left = drafts.len() - index - 1;
                let help = (left > 0).then(|| format!("{} not written either; run it again", were(left)));
                wrong.push(Complaint { help, ..Complaint::new(not_created(&shown, &error)) });
                break;
            }
        }
    }
    Failure::unless_none(wrong)?;
    if arguments.partial || report.is_whole() { Ok(()) } else { Err(Failure::Reported) }
}

/// `1 more schedule was`, `2 more schedules were`.
fn were(number: usize) -> String {
    format!("{} {}", count(number, "more schedule"), agreeing(number, "was", "were"))
}
