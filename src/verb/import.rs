//! `chatcal import`: schedules of what communities already have.

use std::io;

use uuid::Uuid;

use super::context::{Context, not_created, refuse_link, schema_line};
use super::failure::{Complaint, Failure};
use crate::cli::Import;
use crate::diagnostic::harmless;
use crate::import::{self, Destination, Input, LARGEST, Options, report};
use crate::load::{Folder, bytes, schedule_bytes};
use crate::out::whole;
use crate::schedule::Collection;
use crate::terminal::safe;
use crate::text::{agreeing, count, reason};
use crate::zone::{Instant, Zone};

/// Writes or prints the schedules, and reports what could not be carried over.
pub fn run(arguments: &Import, context: &mut Context) -> Result<(), Failure> {
    refuse_link(&arguments.into, "say `--into` with the folder that it leads to")?;
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
    let mut folder = Folder::open(&arguments.into);
    let collection = folder.collection().unwrap_or_else(yet_to_come);
    let (drafts, report) = import::import(&inputs, &options, &mut destination(&mut folder, &collection, options.at));
    context.messages.write_all(report::render(&report).as_bytes())?;
    let schema = schema_line(&arguments.into);
    for (index, draft) in drafts.iter().enumerate() {
        let path = arguments.into.join(format!("{}.toml", draft.slug));
        let (shown, text) = (path.display().to_string(), format!("{schema}{}", draft.text));
        if arguments.dry_run {
            writeln!(context.out, "# {}", safe(&shown))?;
            // It is for people to look at: whoever wants the file lets it be written.
            text.lines().try_for_each(|line| writeln!(context.out, "{}", harmless(line)))?;
            writeln!(context.out)?;
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

/// The collection as it is now. What is wrong with it is for `check` to say.
fn destination<'c>(folder: &mut Folder, collection: &'c Collection, at: Instant) -> Destination<'c> {
    let stems = folder.files().iter().map(|file| file.stem.clone());
    let mut destination = Destination::new(collection, at, stems, folder.octets());
    folder.each(|schedule, visit| destination.holds(&schedule, visit.text));
    destination
}

/// Stands in for a `collection.toml` that is missing or wrong: its feeds are as large as those of one that `init` writes.
fn yet_to_come() -> Collection {
    let zones = ["America/New_York", "Europe/London"].into_iter().filter_map(|name| Zone::named(name).ok());
    Collection {
        title: "Our chats".to_owned(),
        description: None,
        id: Uuid::nil().to_string(),
        site: None,
        zones: zones.collect(),
        history: None,
        selections: Vec::new(),
        silenced: Vec::new(),
    }
}

/// `1 more schedule was`, `2 more schedules were`.
fn were(number: usize) -> String {
    format!("{} {}", count(number, "more schedule"), agreeing(number, "was", "were"))
}
