//! TOML that is broken: what the parser says, in words that help, once for each line.

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::mistakes::{Mistakes, breaks_in};

/// What the parser says, and what to tell people instead: message and way out.
const SAYINGS: &[(&str, &str, &str)] = &[
    ("string values must be quoted", "text stands in quotes", "write \"…\" around it, with straight quotes"),
    ("invalid basic string, expected `\"`", "this text has no closing quote", "end it with \""),
    ("invalid literal string, expected `'`", "this text has no closing quote", "end it with '"),
    ("invalid multi-line basic string, expected `\"`", "this text has no end", "end it with \"\"\""),
    ("invalid multi-line literal string, expected `'`", "this text has no end", "end it with '''"),
    ("key with no value", "a key without a value", "write key = value"),
    ("duplicate key", "this key is already there", "keep one of them"),
    ("unclosed array table", "the header has no end", "end it with ]]"),
    ("unclosed table", "the header has no end", "end it with ]"),
    ("unclosed array", "this list has no end", "end it with ]"),
    ("missing comma between array elements", "the entries of a list have commas between them", "write a comma"),
    ("invalid date, expected ", "there is no such date", "a date is year-month-day, such as 2013-04-02"),
    ("invalid time, expected ", "there is no such time of day", "write it as \"18:30\""),
    ("missing escaped value", "\\ begins an escape", "write \\\\ for a backslash"),
    ("cannot recurse further", "lists or tables are nested too deeply", "nothing here needs more than one in another"),
];

/// What a key without a value is told by: the parser reads nothing of what comes after it.
const STOPS: &str = "key with no value";

/// The tables of a text, as far as they can be read; tells what is wrong with the TOML, and notes where, so that values
/// there are not judged again. `mended` is room for the text without what would stop the parser, byte for byte where
/// it was.
pub fn parse<'t>(text: &'t str, mended: &'t mut String, mistakes: &mut Mistakes) -> DeTable<'t> {
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
    tell(&errors, root.get_ref(), mistakes);
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

/// Tells of each broken line once.
fn tell(errors: &[Error], root: &DeTable, mistakes: &mut Mistakes) {
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    errors.sort_by_key(|(span, _)| span.start);
    let mut told = None;
    let (mut line, mut counted) = (0, 0);
    for (span, message) in errors {
        let start = span.start.min(mistakes.text.len());
        line += breaks_in(&mistakes.text.as_bytes()[counted..start]);
        counted = start;
        // What follows a mistake on its line is mostly its echo.
        if told != Some(line) {
            told = Some(line);
            say(message, span.clone(), mistakes);
        }
        mistakes.broken.push(span);
        if mistakes.is_full() {
            break;
        }
    }
    mistakes.whole = mistakes.broken.iter().all(|span| lies_in_a_value(root, span.start, mistakes.text));
}

fn say(message: &str, at: std::ops::Range<usize>, mistakes: &mut Mistakes) {
    let saying = SAYINGS.iter().find(|(begins, _, _)| message.starts_with(begins));
    match saying {
        Some(("invalid date, expected ", what, _)) => {
            let reason = message.strip_prefix("invalid date, ").unwrap_or(message);
            mistakes.error("syntax", at, *what).label(reason).help("a date is year-month-day, such as 2013-04-02");
        }
        Some((_, what, help)) => {
            mistakes.error("syntax", at, *what).help(*help);
        }
        None => {
            mistakes.error("syntax", at, format!("broken TOML: {message}"));
        }
    }
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
