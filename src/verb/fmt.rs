//! `chatcal fmt`: schedules in one order and form, their comments kept.

use std::path::Path;

use super::context::Context;
use super::failure::{Complaint, Failure};
use crate::cli::Fmt;
use crate::diagnostic::FileId;
use crate::load::{self, MOST, bytes, names, reason};
use crate::out::whole;
use crate::schedule::keys::{COLLECTION, SCHEDULE};
use crate::schedule::{layout, read_text};
use crate::terminal::safe;

/// Lays out the files, or names those that are not laid out.
pub fn run(arguments: &Fmt, context: &mut Context) -> Result<(), Failure> {
    let dir = &arguments.schedules.folder;
    let files = if arguments.files.is_empty() {
        let why = |error| Failure::wrong(format!("the folder {} cannot be read: {}", dir.display(), reason(&error)));
        let paths = names(dir).map_err(why)?.into_iter().map(|name| dir.join(name));
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect()
    } else {
        arguments.files.clone()
    };
    let (mut wrong, mut differ) = (Vec::new(), false);
    for path in &files {
        let shown = path.display().to_string();
        match one(path, arguments.check) {
            Ok(false) => {}
            Ok(true) => {
                writeln!(context.out, "{}", safe(&shown))?;
                differ = true;
            }
            Err(reason) => wrong.push(Complaint::new(format!("{shown}: {reason}"))),
        }
    }
    Failure::unless_none(wrong)?;
    if differ && arguments.check { Err(Failure::Reported) } else { Ok(()) }
}

/// Whether a file was not laid out; it is then, unless it is only looked at.
fn one(path: &Path, check: bool) -> Result<bool, String> {
    let bytes = bytes(path, MOST).map_err(|error| format!("it cannot be read: {}", reason(&error)))?;
    let text = read_text(FileId(0), &bytes).map_err(|refused| refused.message)?;
    let collection = path.file_name().is_some_and(|name| name == load::COLLECTION);
    let laid_out = layout(text, if collection { &COLLECTION } else { &SCHEDULE })?;
    if laid_out == text || check {
        return Ok(laid_out != text);
    }
    whole::replace(path, &laid_out).map_err(|error| format!("it cannot be written: {error}"))?;
    Ok(true)
}
