//! `chatcal fmt`: schedules in one order and form, their comments kept.

use std::path::Path;

use super::context::Context;
use super::failure::{Complaint, Failure};
use crate::cli::Fmt;
use crate::diagnostic::FileId;
use crate::load::{self, Misnamed, names, schedule_bytes};
use crate::out::{Interrupt, whole};
use crate::schedule::keys::{COLLECTION, SCHEDULE};
use crate::schedule::{layout, read_text};
use crate::terminal::safe;
use crate::text::reason;

/// Lays out the files, or names those that are not laid out.
pub fn run(arguments: &Fmt, context: &mut Context) -> Result<(), Failure> {
    let dir = &arguments.schedules.folder;
    let files = if arguments.files.is_empty() {
        let why = |error| Failure::wrong(format!("the folder {} cannot be read: {}", dir.display(), reason(&error)));
        names(dir).map_err(why)?.into_iter().map(|name| dir.join(name)).collect()
    } else {
        arguments.files.clone()
    };
    let (mut wrong, mut differ) = (Vec::new(), false);
    for path in &files {
        let shown = path.display().to_string();
        match one(path, arguments.check, &context.interrupt) {
            Ok(false) => {}
            Ok(true) => {
                writeln!(context.out, "{}", safe(&shown))?;
                differ = true;
            }
            Err(complaint) => {
                wrong.push(Complaint { message: format!("{shown}: {}", complaint.message), ..complaint });
            }
        }
        if context.interrupt.is_asked() {
            break;
        }
    }
    Failure::unless_none(wrong)?;
    if differ && arguments.check { Err(Failure::Reported) } else { Ok(()) }
}

/// Whether a file was not laid out; it is then, unless it is only looked at.
fn one(path: &Path, check: bool, interrupt: &Interrupt) -> Result<bool, Complaint> {
    if let Some(Misnamed { message, help }) = Misnamed::check(path) {
        return Err(Complaint { help: Some(help), ..Complaint::new(message) });
    }
    let bytes =
        schedule_bytes(path).map_err(|error| Complaint::new(format!("it cannot be read: {}", reason(&error))))?;
    let text = read_text(FileId(0), &bytes).map_err(|refused| Complaint::new(refused.message))?;
    let collection = path.file_name().is_some_and(|name| name == load::COLLECTION);
    let laid_out = layout(text, if collection { &COLLECTION } else { &SCHEDULE }).map_err(Complaint::new)?;
    if laid_out == text || check {
        return Ok(laid_out != text);
    }
    whole::replace(path, &laid_out, interrupt)
        .map_err(|error| Complaint::new(format!("it cannot be written: {}", reason(&error))))?;
    Ok(true)
}
