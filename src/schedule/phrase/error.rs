//! Why a phrase is not a rule.

use std::fmt;
use std::ops::Range;

/// Why a phrase is not a rule: what is wrong, where, and what may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseError {
    /// What is wrong, in one line.
    pub message: String,
    /// The bytes of the phrase that are wrong.
    pub span: Range<usize>,
    /// A way out, in one line.
    pub help: Option<String>,
}

impl fmt::Display for PhraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

impl std::error::Error for PhraseError {}

impl PhraseError {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), span, help: Some(help.into()) }
    }
}
