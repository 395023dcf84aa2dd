//! The format for people who keep schedules: every key and every warning, in Markdown.
//!
//! It is made from the keys that the reader knows ([`super::keys`]).

use std::fmt::Write;

use super::keys::{COLLECTION, Key, LINE, LIST, SCHEDULE, Section, TEXT, ValueType, WARNED, YEARS};
use crate::text::{either, list, thousands};

/// The reference, in sections of the third level.
pub fn in_markdown() -> String {
    let mut text = String::new();
    for (file, top) in [("`<slug>.toml`, one chat", &SCHEDULE), ("`collection.toml`, all of them", &COLLECTION)] {
        section(&mut text, &format!("### {file}"), top);
        for table in top.tables() {
            section(
                &mut text,
                &format!("#### `{}` in {}", table.header, file.split(',').next().unwrap_or(file)),
                table,
            );
        }
    }
    text.push_str("### Warnings\n\n");
    text.push_str("`[[allow]]` with `warning` and `reason` silences one for its file.\n\n");
    text.push_str("| warning | what it is about |\n|---|---|\n");
    for (code, about) in WARNED {
        // Writing to memory cannot fail.
        let _ = writeln!(text, "| `{code}` | {} |", cell(about));
    }
    text
}

/// A table of a file: what it is, its keys, what it needs and what excludes each other.
fn section(text: &mut String, heading: &str, section: &Section) {
    let _ =
        writeln!(text, "{heading}\n\n{}\n\n| key | value | example | what it means |\n|---|---|---|---|", section.doc);
    for key in section.keys {
        let example = if key.example.is_empty() { String::new() } else { format!("`{}`", cell(key.example)) };
        let is_needed = section.required.iter().any(|required| required.keys == [key.name]);
        let mark = if is_needed { " (needed)" } else { "" };
        let _ = writeln!(text, "| `{}`{mark} | {} | {example} | {} |", key.name, value(key), cell(key.doc));
    }
    text.push('\n');
    let in_code = |keys: &[&str]| keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>();
    for required in section.required.iter().filter(|required| required.keys.len() > 1) {
        let _ = writeln!(text, "It needs {}.\n", either(in_code(required.keys)));
    }
    if !section.required_here_or_above.is_empty() {
        let _ = writeln!(
            text,
            "It needs {}, here or at the top of the file.\n",
            list(in_code(section.required_here_or_above))
        );
    }
    for exclusive in section.exclusive {
        let _ = writeln!(text, "Only one of {} can be given: {}.\n", list(in_code(exclusive.keys)), exclusive.help);
    }
}

/// What a value is, and how much of it there may be.
fn value(key: &Key) -> String {
    match key.value_type {
        ValueType::Line(most) => format!("text on one line, {} characters", thousands(most)),
        ValueType::Text => format!("text, {} characters", thousands(TEXT)),
        ValueType::Name => "letters a to z, digits, hyphens".to_owned(),
        ValueType::Names => "a slug, or a list of them".to_owned(),
        ValueType::Link => "a link: https, http or mailto".to_owned(),
        ValueType::Evidence => format!("a link or words of {} characters, or a list of up to {LIST}", thousands(LINE)),
        ValueType::Date => "a date, without quotes".to_owned(),
        ValueType::Time => "a time of day, `HH:MM`".to_owned(),
        ValueType::Duration => "hours and minutes".to_owned(),
        ValueType::Years => format!("a number of years, 1 to {YEARS}"),
        ValueType::Zone => "the IANA name of a time zone".to_owned(),
        ValueType::Word(words) => either(words.iter().map(|word| format!("`{word}`"))),
        ValueType::List(ValueType::Line(most)) => {
            format!("a list of up to {LIST} texts of {} characters", thousands(*most))
        }
        ValueType::List(_) => format!("a list of up to {LIST} slugs or tags"),
        ValueType::Tables(section) => format!("tables `{}`", section.header),
    }
}

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
