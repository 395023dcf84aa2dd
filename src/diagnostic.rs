//! One mistake, as data: what, where, and a way out. Renderers turn it into text for people and programs.

use std::ops::Range;

/// How bad it is: an error stops the build, a warning never changes the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The schedules are wrong; nothing is written.
    Error,
    /// Right by the letter, but probably not what is meant.
    Warning,
}

/// One mistake in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A stable short name of the kind of mistake, such as `unknown-key`; also what a curator silences a warning by.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Index of the file in the list of sources that were read, as handed to the renderer.
    pub file: FileId,
    /// The bytes of the file that are wrong; `None` for the file as a whole.
    pub span: Option<Range<usize>>,
    /// Words under the caret, such as `nearest: Tue 1 April 2014`.
    pub label: Option<String>,
    /// A way out, in one line.
    pub help: Option<String>,
}

/// Which of the files that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);
