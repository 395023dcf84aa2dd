//! Where the mistakes of one file are gathered while it is read.
//!
//! Whatever reads a part of the file shares it, so nobody has to hand mistakes back; it is written to through a shared
//! reference.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use crate::diagnostic::{Diagnostic, FileId, Severity};
use crate::text::count;

/// More mistakes of one file than this are only counted: nobody reads them, and a hostile file has millions.
const MOST: usize = 100;

/// The mistakes of one file.
pub struct Mistakes<'t> {
    /// The file's text.
    pub text: &'t str,
    /// Where its TOML is broken: a value there has been judged already.
    pub broken: Vec<Range<usize>>,
    /// Whether every key that was written has been read: not so where broken TOML may have swallowed some.
    pub whole: bool,
    file: FileId,
    found: RefCell<Vec<Diagnostic>>,
    /// How many errors and warnings are only counted.
    left_out: [Cell<usize>; 2],
    /// How many of those that are kept are errors.
    errors: Cell<usize>,
    failed: Cell<bool>,
    /// Codes of warnings that the file silences.
    silenced: RefCell<Vec<String>>,
}

impl<'t> Mistakes<'t> {
    pub fn new(file: FileId, text: &'t str) -> Self {
        Self {
            text,
            broken: Vec::new(),
            whole: true,
            file,
            found: RefCell::default(),
            left_out: Default::default(),
            errors: Cell::new(0),
            failed: Cell::new(false),
            silenced: RefCell::default(),
        }
    }

    /// An error at some bytes, to which a label and help may be added.
    pub fn error(&self, code: &'static str, at: Range<usize>, message: impl Into<String>) -> Added<'_> {
        self.add(Diagnostic::error(self.file, code, message).at(at))
    }

    /// An error about the file as a whole.
    pub fn error_of_file(&self, code: &'static str, message: impl Into<String>) -> Added<'_> {
        self.add(Diagnostic::error(self.file, code, message))
    }

    /// A warning at some bytes.
    pub fn warning(&self, code: &'static str, at: Range<usize>, message: impl Into<String>) -> Added<'_> {
        self.add(Diagnostic::warning(self.file, code, message).at(at))
    }

    /// Warnings take no room from errors.
    fn add(&self, diagnostic: Diagnostic) -> Added<'_> {
        let is_error = diagnostic.severity == Severity::Error;
        if is_error {
            self.failed.set(true);
        } else if self.silenced.borrow().iter().any(|code| code == diagnostic.code) {
            return Added(None);
        }
        let mut found = self.found.borrow_mut();
        let (errors, warnings) = (self.errors.get(), found.len() - self.errors.get());
        let (kept, left_out) = if is_error { (errors, &self.left_out[0]) } else { (warnings, &self.left_out[1]) };
        if kept >= MOST {
            left_out.set(left_out.get() + 1);
            return Added(None);
        }
        self.errors.set(errors + usize::from(is_error));
        found.push(diagnostic);
        Added(Some((&self.found, found.len() - 1)))
    }

    /// Leaves out warnings of this code.
    pub fn silence(&self, code: &str) {
        self.silenced.borrow_mut().push(code.to_owned());
    }

    /// Whether there is an error among them.
    pub fn any_error(&self) -> bool {
        self.failed.get()
    }

    /// Whether no more errors are kept, so that their details need not be found out.
    pub fn is_full(&self) -> bool {
        self.errors.get() >= MOST
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
    pub fn finish(self, into: &mut Vec<Diagnostic>) {
        let (mut found, silenced) = (self.found.into_inner(), self.silenced.into_inner());
        found.retain(|found| found.severity == Severity::Error || !silenced.iter().any(|code| code == found.code));
        found.sort_by_key(|found| found.span.as_ref().map_or(0, |span| span.start));
        into.append(&mut found);
        let [errors, warnings] = self.left_out.map(Cell::into_inner);
        if errors > 0 {
            let message = format!("{} in this file", count(errors, "more mistake"));
            into.push(Diagnostic { number: errors, ..Diagnostic::error(self.file, "too-many", message) });
        }
        if warnings > 0 {
            let message = format!("{} in this file", count(warnings, "more warning"));
            into.push(Diagnostic { number: warnings, ..Diagnostic::warning(self.file, "too-many", message) });
        }
    }
}

/// How many line breaks there are.
pub fn breaks_in(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// A mistake that has just been added, if it is kept.
pub struct Added<'m>(Option<(&'m RefCell<Vec<Diagnostic>>, usize)>);

impl Added<'_> {
    /// Words under the caret.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.with(|diagnostic| diagnostic.label = Some(label.into()))
    }

    /// A way out.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.help_if(Some(help))
    }

    /// A way out, where there is one.
    pub fn help_if(self, help: Option<impl Into<String>>) -> Self {
        self.with(|diagnostic| diagnostic.help = help.map(Into::into))
    }

    fn with(self, change: impl FnOnce(&mut Diagnostic)) -> Self {
        if let Some((found, index)) = self.0 {
            change(&mut found.borrow_mut()[index]);
        }
        self
    }
}
