//! A diagnostic as it may be printed, whatever the files say that it quotes.

use std::borrow::Cow;

use serde::Serialize;

use super::position::{LineMap, Position};
use crate::diagnostic::{Diagnostic, Severity, harmless};

/// A diagnostic that is safe to print, with its position: an object of the JSON format.
#[derive(Serialize)]
pub struct Printable<'d> {
    pub severity: Severity,
    pub code: &'static str,
    pub message: Cow<'d, str>,
    /// Its path.
    pub file: Cow<'d, str>,
    #[serde(flatten)]
    pub position: Position,
    pub label: Option<Cow<'d, str>>,
    pub help: Option<Cow<'d, str>>,
}

impl<'d> Printable<'d> {
    pub fn new(diagnostic: &'d Diagnostic, file: &'d LineMap) -> Self {
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
