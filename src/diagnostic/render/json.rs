//! An array of objects, for programs.

use serde::Serialize;

use super::Printable;

#[derive(Serialize)]
struct Object<'d> {
    severity: &'static str,
    code: &'static str,
    message: &'d str,
    file: &'d str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: Option<&'d str>,
    help: Option<&'d str>,
}

/// One diagnostic.
pub fn object(printable: &Printable) -> String {
    let object = Object {
        severity: printable.diagnostic.severity.word(),
        code: printable.diagnostic.code,
        message: &printable.message,
        file: &printable.path,
        line: printable.position.line,
        column: printable.position.column,
        end_line: printable.position.end_line,
        end_column: printable.position.end_column,
        label: printable.label.as_deref(),
        help: printable.help.as_deref(),
    };
    // Only maps whose keys are not text can fail, and there are none.
    serde_json::to_string(&object).unwrap_or_default()
}

/// All of them, one per line.
pub fn array(objects: &[String]) -> String {
    if objects.is_empty() {
        return "[]\n".to_owned();
    }
    format!("[\n{}\n]\n", objects.join(",\n"))
}
