//! `file:line:column: error: message`, as compilers write it and editors read it.

use std::fmt::Write as _;

use super::Shown;

/// Writes one line.
pub fn write(out: &mut String, shown: &Shown) {
    let (place, severity) = (&shown.place, shown.diagnostic.severity.word());
    let _ = writeln!(out, "{}:{}:{}: {severity}: {}", shown.path, place.line, place.column, shown.message);
}
