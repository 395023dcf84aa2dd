//! `chatcal import`: schedules of what communities already have.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use super::{Outcome, Surroundings, schema_line, write_new, wrong};
use crate::cli::Import;
use crate::import::{self, Input, LARGEST, Options, report};
use crate::terminal::safe;

/// Writes or prints the schedules, and reports what could not be carried over.
pub fn run(
    import: &Import,
    surroundings: &Surroundings,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    let mut read = Vec::new();
    for path in &import.files {
        let name = path.display().to_string();
        match bytes(path) {
            Ok(bytes) => read.push((name, bytes)),
            Err(error) => outcome = wrong(messages, &format!("{} cannot be read: {error}", safe(&name)))?,
        }
    }
    let inputs: Vec<Input> = read.iter().map(|(name, bytes)| Input { name, bytes }).collect();
    let options = Options { zone: import.zone, at: import.at.at.unwrap_or(surroundings.now) };
    let (drafts, report) = import::import(&inputs, &options);
    messages.write_all(report::render(&report).as_bytes())?;
    let schema = schema_line(&import.into);
    for draft in &drafts {
        let path = import.into.join(format!("{}.toml", draft.slug));
        let shown = path.display().to_string();
        if import.dry_run {
            writeln!(results, "# {}\n{schema}{}", safe(&shown), draft.text)?;
            continue;
        }
        match write_new(&path, &format!("{schema}{}", draft.text)) {
            Ok(()) => writeln!(results, "{}", safe(&shown))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                outcome = wrong(messages, &format!("{} is there already and was left as it is", safe(&shown)))?;
            }
            Err(error) => outcome = wrong(messages, &format!("{} cannot be written: {error}", safe(&shown)))?,
        }
    }
    if !import.partial && !report.is_whole() {
        outcome = Outcome::Wrong;
    }
    Ok(outcome)
}

/// The content of a file, and no more of it than tells that it is too large.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(path)?;
    if !kind.is_file() {
        return Err(io::Error::other(if kind.is_dir() { "it is a folder" } else { "it is no regular file" }));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
