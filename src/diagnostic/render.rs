//! Diagnostics as text: for people, for editors, for pull requests, for programs.

mod github;
mod human;
mod json;
mod position;
mod short;

use std::borrow::Cow;

use super::{Diagnostic, FileId, harmless};
use position::{File, Position};

pub use position::Source;

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The line with a caret under what is wrong, as rustc draws it.
    Human {
        /// Whether with the control sequences that colour a terminal.
        color: bool,
        /// The columns that source lines may take.
        width: usize,
    },
    /// One line each: `file:line:column: error: message`.
    Short,
    /// Workflow commands that show the mistake on its line in a pull request.
    Github,
    /// One array of objects.
    Json,
}

/// The diagnostics as text, in the order in which they are given. `source` is asked for each file once for every run of
/// diagnostics about it. Whatever comes from a file is shown with control characters and direction marks as escapes.
pub fn render<'s>(diagnostics: &[Diagnostic], format: Format, source: impl Fn(FileId) -> Source<'s>) -> String {
    let mut out = String::new();
    let mut objects = Vec::new();
    for of_file in diagnostics.chunk_by(|one, next| one.file == next.file) {
        let file = File::new(source(of_file[0].file));
        for diagnostic in of_file {
            let printable = Printable::new(diagnostic, &file);
            match format {
                Format::Human { color, width } => human::write(&mut out, &printable, &file, color, width),
                Format::Short => short::write(&mut out, &printable),
                Format::Github => github::write(&mut out, &printable),
                Format::Json => objects.push(json::object(&printable)),
            }
        }
    }
    if format == Format::Json { json::array(&objects) } else { out }
}

/// A diagnostic that is safe to print, with its position.
struct Printable<'d> {
    diagnostic: &'d Diagnostic,
    path: String,
    message: Cow<'d, str>,
    label: Option<Cow<'d, str>>,
    help: Option<Cow<'d, str>>,
    position: Position,
}

impl<'d> Printable<'d> {
    fn new(diagnostic: &'d Diagnostic, file: &File) -> Self {
        Self {
            diagnostic,
            path: harmless(file.path()).into_owned(),
            message: harmless(&diagnostic.message),
            label: diagnostic.label.as_deref().map(harmless),
            help: diagnostic.help.as_deref().map(harmless),
            position: file.position(diagnostic.span.clone()),
        }
    }
}
