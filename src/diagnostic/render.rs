//! Diagnostics as text: for people, for editors, for pull requests, for programs.

mod github;
mod human;
mod position;
mod printable;

use std::fmt::Write as _;

use clap::ValueEnum;

use super::{Diagnostic, FileId};
pub use human::Screen;
use position::LineMap;
pub use position::Source;
use printable::Printable;

/// How diagnostics are written. The comments on the variants are what `--help` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Each with the line that is wrong
    Human,
    /// One line per mistake
    Short,
    /// Workflow commands, which annotate lines in a pull request
    Github,
    /// An array of JSON objects
    Json,
}

/// The diagnostics as text, in the order in which they are given. `source` is asked for each file once for every run of
/// diagnostics about it. Whatever comes from a file is shown with control characters and direction marks as escapes.
pub fn render<'s>(
    diagnostics: &[Diagnostic],
    format: Format,
    screen: Screen,
    source: impl Fn(FileId) -> Source<'s>,
) -> String {
    let mut out = String::new();
    let mut objects = Vec::new();
    for of_file in diagnostics.chunk_by(|one, next| one.file == next.file) {
        let file = LineMap::new(source(of_file[0].file));
        for diagnostic in of_file {
            let printable = Printable::new(diagnostic, &file);
            match format {
                Format::Human => human::write(&mut out, &printable, diagnostic, &file, screen),
                Format::Short => short(&mut out, &printable),
                Format::Github => github::write(&mut out, &printable),
                // Only maps whose keys are not text can fail, and there are none.
                Format::Json => objects.push(serde_json::to_string(&printable).unwrap_or_default()),
            }
        }
    }
    match format {
        Format::Json if objects.is_empty() => "[]\n".to_owned(),
        Format::Json => format!("[\n{}\n]\n", objects.join(",\n")),
        _ => out,
    }
}

/// `file:line:column: error: message`, as compilers write it and editors read it.
fn short(out: &mut String, printable: &Printable) {
    let Printable { severity, file, message, position, .. } = printable;
    let _ = writeln!(out, "{file}:{}:{}: {}: {message}", position.line, position.column, severity.word());
}
