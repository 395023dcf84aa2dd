//! TOML that is broken: what the parser says, in words that help, once for each line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::mistakes::{Mistakes, breaks_in};
use super::values::date_help;
use crate::schedule::keys::{Section, ValueType};

/// What the parser says of a key or table that is there already.
const DUPLICATE: &str = "duplicate key";

/// What the parser says of words without quotes.
const UNQUOTED: &str = "string values must be quoted";

/// What the parser says, and what to tell people instead: message and way out.
const SAYINGS: &[(&str, &str, &str)] = &[
    (UNQUOTED, "text must be in quotes", "put straight quotes around it: \"…\""),
    ("invalid basic string, expected `\"`", "this text has no closing quote", "end it with \""),
    ("invalid literal string, expected `'`", "this text has no closing quote", "end it with '"),
    ("invalid multi-line basic string, expected `\"`", "this text has no closing quotes", "end it with \"\"\""),
    ("invalid multi-line literal string, expected `'`", "this text has no closing quotes", "end it with '''"),
    ("key with no value", "a key without a value", "write key = value"),
    (DUPLICATE, "this key is given twice", "keep one of them"),
    ("unclosed array table", "this header is not closed", "end it with ]]"),
    ("unclosed table", "this header is not closed", "end it with ]"),
    ("unclosed array", "this list is not closed", "end it with ]"),
    ("missing comma between array elements", "the entries of a list need commas between them", "add a comma"),
    ("invalid date, expected ", "there is no such date", "dates are written year-month-day, such as 2013-04-02"),
    ("invalid time, expected ", "there is no such time of day", "write it as \"18:30\""),
    ("missing escaped value", "a backslash begins an escape", "write \\\\ for a backslash"),
    ("cannot recurse further", "lists or tables are nested too deeply", "no key needs more than one level"),
];

/// What the parser says of a key without a value; it reads nothing of what comes after it.
const STOPS: &str = "key with no value";

/// The tables of a text, as far as they can be read. Reports what is wrong with the TOML, and notes where, so that values
/// there are not judged again. `mended` is room for the text without what would stop the parser, every other byte where
/// it was.
pub fn parse<'t>(section: &Section, text: &'t str, mended: &'t mut String, mistakes: &mut Mistakes) -> DeTable<'t> {
    let (mut root, mut errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return root.into_inner();
    }
    let stops = errors.iter().filter(|error| error.message().starts_with(STOPS));
    let mut stops: Vec<usize> = stops.filter_map(|error| Some(error.span()?.start)).collect();
    stops.sort_unstable();
    if !stops.is_empty() {
        *mended = without_lines(text, &stops);
        let (more, further) = DeTable::parse_recoverable(mended);
        root = more;
        errors.extend(further);
    }
    report(section, &errors, root.get_ref(), mistakes);
    root.into_inner()
}

/// The text with spaces in place of the lines that hold these bytes.
fn without_lines(text: &str, at: &[usize]) -> String {
    let mut begin = 0;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = begin + line.len();
        let next = at.partition_point(|at| *at < begin);
        if at.get(next).is_some_and(|at| *at < end) {
            out.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(line);
        }
        begin = end;
    }
    out
}

/// Reports each broken line once.
fn report(section: &Section, errors: &[Error], root: &DeTable, mistakes: &mut Mistakes) {
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    errors.sort_by_key(|(span, _)| span.start);
    let text = mistakes.text;
    let mut single: Vec<&Section> = Vec::new();
    for (at, table) in single_brackets(section, &errors, text) {
        let message = format!("{} has single brackets", &text[at.clone()]);
        mistakes.error("syntax", at.clone(), message).help(format!("write {}, with two brackets", table.header));
        mistakes.broken.push(at);
        if !single.iter().any(|known| std::ptr::eq(*known, table)) {
            single.push(table);
        }
        if mistakes.is_full() {
            break;
        }
    }
    let mut reported = None;
    let (mut line, mut counted) = (0, 0);
    let mut header = 0;
    for (span, message) in errors {
        let start = span.start.min(text.len());
        let passed = text.get(counted..start).unwrap_or_default();
        line += breaks_in(passed.as_bytes());
        header = passed.rfind("\n[").map_or(header, |at| counted + at + 1);
        counted = start;
        // What follows a mistake on its line is mostly its echo, and so is what was taken as a table again.
        let echo = message == DUPLICATE
            && single.iter().any(|table| text[header..].trim_start_matches('[').starts_with(name_of(table)));
        if echo {
            continue;
        }
        if reported != Some(line) {
            reported = Some(line);
            explain(section, message, span.clone(), mistakes);
        }
        mistakes.broken.push(span);
        if mistakes.is_full() {
            break;
        }
    }
    mistakes.whole = mistakes.broken.iter().all(|span| lies_in_a_value(root, span.start, text));
}

/// The headers with single brackets of tables that stand in a list, such as `[change]`, where the same is said again:
/// the parser takes the second for a repetition.
fn single_brackets(
    section: &Section,
    errors: &[(Range<usize>, &str)],
    text: &str,
) -> Vec<(Range<usize>, &'static Section)> {
    let repeated = |table: &&Section| {
        errors.iter().any(|(span, message)| {
            *message == DUPLICATE
                && text.get(span.clone()) == Some(name_of(table))
                && text.get(..span.start).is_some_and(|before| before.ends_with('['))
        })
    };
    let tables: Vec<_> = section.tables().filter(repeated).collect();
    let mut found = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let header = line.split('#').next().unwrap_or_default().trim_end();
        let table =
            tables.iter().find(|table| header.len() > 2 && table.header.get(1..table.header.len() - 1) == Some(header));
        found.extend(table.map(|table| (begin..begin + header.len(), *table)));
        begin += line.len();
    }
    found
}

/// `change` of `[[change]]`.
fn name_of(table: &Section) -> &'static str {
    table.header.trim_matches(['[', ']'])
}

fn explain(section: &Section, message: &str, at: Range<usize>, mistakes: &Mistakes) {
    if let Some((at, help)) = date_written_otherwise(section, message, at.start, mistakes.text) {
        mistakes.error("syntax", at, "dates are written year-month-day, without quotes").help(help);
        return;
    }
    match SAYINGS.iter().find(|(begins, _, _)| message.starts_with(begins)) {
        Some(("invalid date, expected ", what, help)) => {
            let reason = message.strip_prefix("invalid date, ").unwrap_or(message);
            mistakes.error("syntax", at, *what).label(reason).help(*help);
        }
        Some((_, what, help)) => {
            mistakes.error("syntax", at, *what).help(*help);
        }
        None => {
            mistakes.error("syntax", at, format!("broken TOML: {message}"));
        }
    }
}

/// Where the line of a mistake is `key = 01/07/2026`: the bytes of that date, and how to write it.
fn date_written_otherwise(section: &Section, message: &str, at: usize, text: &str) -> Option<(Range<usize>, String)> {
    let begin = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text[begin..].lines().next()?;
    let (key, value) = line.split('#').next()?.split_once('=')?;
    let dated = section
        .tables()
        .filter_map(|table| table.key(key.trim()))
        .find(|key| matches!(key.value_type, ValueType::Date))?;
    // Of a key that is given twice, the date may well be right.
    if message == DUPLICATE {
        return None;
    }
    let example = || format!("for example {} = {}", dated.name, dated.example);
    let help = date_help(dated.name, value.trim()).or_else(|| message.starts_with(UNQUOTED).then(example))?;
    let start = begin + key.len() + 1 + (value.len() - value.trim_start().len());
    (!value.contains(['"', '\''])).then(|| (start..start + value.trim().len(), help))
}

/// Whether a place lies in a value of one line that holds nothing else, so that the mistake ends with it.
fn lies_in_a_value(table: &DeTable, at: usize, text: &str) -> bool {
    let holds = |value: &Spanned<DeValue>| {
        let span = value.span();
        span.start <= at && at <= span.end && !text.get(span).unwrap_or("\n").contains('\n')
    };
    table.iter().any(|(_, value)| match value.get_ref() {
        DeValue::Table(table) => lies_in_a_value(table, at, text),
        DeValue::Array(entries) => entries.iter().any(|entry| match entry.get_ref() {
            DeValue::Table(table) => lies_in_a_value(table, at, text),
            _ => false,
        }),
        _ => holds(value),
    })
}
