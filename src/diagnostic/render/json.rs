//! An array of objects, for programs.

use serde::Serialize;

use super::Shown;

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
pub fn object(shown: &Shown) -> String {
    let object = Object {
        severity: shown.diagnostic.severity.word(),
        code: shown.diagnostic.code,
        message: &shown.message,
        file: &shown.path,
        line: shown.place.line,
        column: shown.place.column,
        end_line: shown.place.end_line,
        end_column: shown.place.end_column,
        label: shown.label.as_deref(),
        help: shown.help.as_deref(),
    };
    // Only maps with odd keys and the like can fail, of which there are none.
    serde_json::to_string(&object).unwrap_or_default()
}

/// All of them, one a line.
pub fn array(objects: &[String]) -> String {
    if objects.is_empty() {
        return "[]\n".to_owned();
    }
    format!("[\n{}\n]\n", objects.join(",\n"))
}
