//! A warning before it is a diagnostic.

use crate::diagnostic::{Diagnostic, FileId};
use crate::schedule::{Place, place_in, silence};

/// A warning, and what it is about.
pub struct Finding {
    pub code: &'static str,
    pub message: String,
    pub label: Option<String>,
    pub help: &'static str,
    pub place: Place,
}

impl Finding {
    /// The warning at its place in the file's text, with the way to silence it.
    pub fn diagnostic(self, file: FileId, text: &str) -> Diagnostic {
        let span = place_in(text, &self.place);
        let help = format!("{}; or {}", self.help, silence(self.code));
        let warning = Diagnostic::warning(file, self.code, self.message).help(help);
        Diagnostic { span, label: self.label, ..warning }
    }
}
