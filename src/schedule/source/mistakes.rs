//! Where the mistakes of one file are gathered while it is read.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, FileId, Severity};

/// More mistakes of one file than this are counted, not told: nobody reads them, and a hostile file has millions.
const MOST: usize = 1_000;

/// The mistakes of one file.
pub struct Mistakes<'t> {
    /// The file's text.
    pub text: &'t str,
    /// Where its TOML is broken: a value there has been judged already.
    pub broken: Vec<Range<usize>>,
    /// Whether every key that was written has been read: not so where broken TOML may have swallowed some.
    pub whole: bool,
    file: FileId,
    found: Vec<Diagnostic>,
    untold: usize,
    failed: bool,
}

impl<'t> Mistakes<'t> {
    pub fn new(file: FileId, text: &'t str) -> Self {
        Self { text, broken: Vec::new(), whole: true, file, found: Vec::new(), untold: 0, failed: false }
    }

    /// An error at some bytes, to which a label and help may be added.
    pub fn error(&mut self, code: &'static str, at: Range<usize>, message: impl Into<String>) -> Added<'_> {
        self.failed = true;
        self.add(Diagnostic::error(self.file, code, message).at(at))
    }

    /// An error about the file as a whole.
    pub fn error_of_file(&mut self, code: &'static str, message: impl Into<String>) -> Added<'_> {
        self.failed = true;
        self.add(Diagnostic::error(self.file, code, message))
    }

    /// A warning at some bytes.
    pub fn warning(&mut self, code: &'static str, at: Range<usize>, message: impl Into<String>) -> Added<'_> {
        self.add(Diagnostic::warning(self.file, code, message).at(at))
    }

    fn add(&mut self, diagnostic: Diagnostic) -> Added<'_> {
        if self.is_full() {
            self.untold += 1;
            return Added(None);
        }
        self.found.push(diagnostic);
        Added(self.found.last_mut())
    }

    /// Whether there is an error among them.
    pub fn any_error(&self) -> bool {
        self.failed
    }

    /// Whether no more are told, so that their details need not be found out.
    pub fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// Whether the TOML itself is broken somewhere in these bytes.
    pub fn broken_at(&self, span: &Range<usize>) -> bool {
        self.broken.iter().any(|broken| broken.start <= span.end && span.start <= broken.end)
    }

    /// The number of the line that holds a byte, for messages that speak of another place.
    pub fn line_of(&self, at: usize) -> usize {
        breaks_in(self.text.as_bytes().get(..at).unwrap_or_default()) + 1
    }

    /// Hands the mistakes over, in the order of the file, without the warnings that are silenced.
    pub fn finish<'c>(mut self, silenced: impl Fn(&str) -> bool + 'c, into: &mut Vec<Diagnostic>) {
        self.found.retain(|found| found.severity == Severity::Error || !silenced(found.code));
        self.found.sort_by_key(|found| found.span.as_ref().map_or(0, |span| span.start));
        into.append(&mut self.found);
        if self.untold > 0 {
            let message = format!("{} more mistakes in this file", self.untold);
            into.push(Diagnostic::error(self.file, "too-many", message));
        }
    }
}

/// How many line breaks there are.
pub fn breaks_in(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// A mistake that has just been added, if it is told.
pub struct Added<'m>(Option<&'m mut Diagnostic>);

impl Added<'_> {
    /// Words under the caret.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.with(|diagnostic| diagnostic.label = Some(label.into()))
    }

    /// A way out.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.with(|diagnostic| diagnostic.help = Some(help.into()))
    }

    /// A way out, where there is one.
    pub fn help_if(self, help: Option<impl Into<String>>) -> Self {
        self.with(|diagnostic| diagnostic.help = help.map(Into::into))
    }

    fn with(mut self, change: impl FnOnce(&mut Diagnostic)) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            change(diagnostic);
        }
        self
    }
}
