//! Workflow commands of GitHub: `::error file=…,line=…::message`, shown on the line in the pull request.

use std::fmt::Write as _;

use super::printable::Printable;

/// Writes one command.
pub fn write(out: &mut String, printable: &Printable) {
    let Printable { severity, code, message, file, position, label, help } = printable;
    let words = std::iter::once(message).chain(label).chain(help);
    let message = words.map(|words| &**words).collect::<Vec<_>>().join("\n");
    let _ = writeln!(
        out,
        "::{} file={},line={},col={},endLine={},endColumn={},title={}::{}",
        severity.word(),
        property(file),
        position.line,
        position.column,
        position.end_line,
        position.end_column,
        property(code),
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
