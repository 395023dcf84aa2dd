//! One mistake, as data: what, where, and a way out. Renderers turn it into text for people and programs.

mod near;
mod quote;
mod render;

use std::ops::Range;

use serde::Serialize;

pub use near::{did_you_mean, nearest};
pub use quote::{harmless, quoted};
pub use render::{Format, Screen, Source, render};

/// How bad it is: an error stops the build, a warning never changes the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The schedules are wrong; nothing is written.
    Error,
    /// Valid, but probably not what is meant.
    Warning,
}

impl Severity {
    /// The word for it: `error`, `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One mistake in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A stable short name of the kind of mistake, such as `unknown-key`; a curator silences a warning by it.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Index of the file in the list of sources that were read, as handed to the renderer.
    pub file: FileId,
    /// The bytes of the file that are wrong; `None` for the file as a whole.
    pub span: Option<Range<usize>>,
    /// What is said beside the caret, such as `nearest: Tue 1 April 2014`.
    pub label: Option<String>,
    /// A way out, in one line.
    pub help: Option<String>,
    /// How many mistakes it stands for.
    pub number: usize,
}

/// Which of the files that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

impl Diagnostic {
    /// An error about a file as a whole.
    pub fn error(file: FileId, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            file,
            span: None,
            label: None,
            help: None,
            number: 1,
        }
    }

    /// A warning about a file as a whole.
    pub fn warning(file: FileId, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, code, message) }
    }

    /// The same about these bytes of the file.
    #[must_use]
    pub fn at(self, span: Range<usize>) -> Self {
        Self { span: Some(span), ..self }
    }

    /// The same with something said beside the caret.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
