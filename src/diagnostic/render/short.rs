//! `file:line:column: error: message`, as compilers write it and editors read it.

use std::fmt::Write as _;

use super::Printable;

/// Writes one line.
pub fn write(out: &mut String, printable: &Printable) {
    let (position, severity) = (&printable.position, printable.diagnostic.severity.word());
    let _ =
        writeln!(out, "{}:{}:{}: {severity}: {}", printable.path, position.line, position.column, printable.message);
}
