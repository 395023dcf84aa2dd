//! Diagnostics as text: for people, for editors, for pull requests, for programs.

mod github;
mod human;
mod position;

use std::borrow::Cow;
use std::fmt::Write as _;

use clap::ValueEnum;
use serde::Serialize;

use super::{Diagnostic, FileId, Severity, harmless};
use position::{File, Position};

pub use position::Source;

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

/// What [`Format::Human`] is drawn for.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Whether with the control sequences that colour a terminal.
    pub color: bool,
    /// The columns that source lines may take.
    pub width: usize,
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
        let file = File::new(source(of_file[0].file));
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

/// A diagnostic that is safe to print, with its position: an object of the JSON format.
#[derive(Serialize)]
struct Printable<'d> {
    severity: Severity,
    code: &'static str,
    message: Cow<'d, str>,
    /// Its path.
    file: Cow<'d, str>,
    #[serde(flatten)]
    position: Position,
    label: Option<Cow<'d, str>>,
    help: Option<Cow<'d, str>>,
}

impl<'d> Printable<'d> {
    fn new(diagnostic: &'d Diagnostic, file: &'d File) -> Self {
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code,
            message: harmless(&diagnostic.message),
            file: harmless(file.path()),
            label: diagnostic.label.as_deref().map(harmless),
            help: diagnostic.help.as_deref().map(harmless),
            position: file.position(diagnostic.span.clone()),
        }
    }
}
