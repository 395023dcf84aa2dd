//! `chatcal fmt`: schedules in one order and form, their comments kept.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Outcome, wrong};
use crate::cli::Fmt;
use crate::out::whole;
use crate::schedule::keys::{COLLECTION, SCHEDULE};
use crate::schedule::layout;
use crate::terminal::safe;

/// Lays out the files, or names those that are not.
pub fn run(fmt: &Fmt, results: &mut dyn Write, messages: &mut dyn Write) -> io::Result<Outcome> {
    let files = if fmt.files.is_empty() {
        match listed(&fmt.folder.schedules) {
            Ok(files) => files,
            Err(error) => {
                let dir = fmt.folder.schedules.display().to_string();
                return wrong(messages, &format!("the folder {} cannot be read: {error}", safe(&dir)));
            }
        }
    } else {
        fmt.files.clone()
    };
    let mut outcome = Outcome::Fine;
    for path in &files {
        let shown = path.display().to_string();
        match one(path, fmt.check) {
            Ok(false) => {}
            Ok(true) => {
                writeln!(results, "{}", safe(&shown))?;
                if fmt.check {
                    outcome = Outcome::Wrong;
                }
            }
            Err(reason) => outcome = wrong(messages, &format!("{}: {}", safe(&shown), safe(&reason)))?,
        }
    }
    Ok(outcome)
}

/// Whether a file was not laid out; it is then, unless it is only looked at.
fn one(path: &Path, check: bool) -> Result<bool, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let collection = path.file_name().is_some_and(|name| name == "collection.toml");
    let laid_out = layout(&text, if collection { &COLLECTION } else { &SCHEDULE })?;
    if laid_out == text || check {
        return Ok(laid_out != text);
    }
    whole::replace(path, &laid_out).map_err(|error| format!("it cannot be written: {error}"))?;
    Ok(true)
}

/// The TOML files of a folder, by name.
fn listed(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.extension().is_some_and(|extension| extension == "toml") && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
