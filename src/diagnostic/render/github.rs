//! Workflow commands of GitHub: `::error file=…,line=…::message`, shown on the line in the pull request.

use std::fmt::Write as _;

use super::Shown;

/// Writes one command.
pub fn write(out: &mut String, shown: &Shown) {
    let place = &shown.place;
    let words = std::iter::once(&shown.message).chain(&shown.label).chain(&shown.help);
    let message = words.map(|words| &**words).collect::<Vec<_>>().join("\n");
    let _ = writeln!(
        out,
        "::{} file={},line={},col={},endLine={},endColumn={},title={}::{}",
        shown.diagnostic.severity.word(),
        property(&shown.path),
        place.line,
        place.column,
        place.end_line,
        place.end_column,
        property(shown.diagnostic.code),
        message_text(&message),
    );
}

/// A message: what would end the line is escaped, and the escape itself.
fn message_text(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property: also what would end it.
fn property(text: &str) -> String {
    message_text(text).replace(':', "%3A").replace(',', "%2C")
}
