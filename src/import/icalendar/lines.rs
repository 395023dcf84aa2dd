//! Cuts an iCalendar file into components before anything is parsed, so that a broken one spoils only itself. Depth,
//! number and size are bounded, whatever the file.

use crate::diagnostic::quoted;

/// The deepest nesting: calendar, event, alarm, and one to spare.
const DEEPEST: usize = 4;
/// The most components of one file.
const MOST: usize = 50_000;
/// The longest component, in bytes: a longer one holds an attachment, not a meeting.
const LONGEST: usize = 1 << 20;

/// One VCALENDAR.
#[derive(Debug, Default)]
pub struct Calendar<'t> {
    /// Its own content lines, still folded.
    pub lines: Vec<&'t str>,
    pub components: Vec<Chunk<'t>>,
}

/// The lines of one component, its BEGIN and END among them.
#[derive(Debug)]
pub struct Chunk<'t> {
    /// In upper case.
    pub name: String,
    /// The number of its first line, from 1.
    pub line: usize,
    pub text: &'t str,
}

impl Chunk<'_> {
    /// Whether it is too long to be a meeting.
    pub fn is_too_long(&self) -> bool {
        self.text.len() > LONGEST
    }
}

/// Cuts a file, unless it is not an iCalendar file or too large to be a real one.
pub fn cut(text: &str) -> Result<Vec<Calendar<'_>>, String> {
    let mut calendars: Vec<Calendar> = Vec::new();
    // Open components: name and line.
    let mut open: Vec<(String, usize)> = Vec::new();
    let (mut at, mut begin, mut components) = (0, 0, 0);
    for (index, whole) in text.split_inclusive('\n').enumerate() {
        let (number, start) = (index + 1, at);
        at += whole.len();
        let line = whole.trim_end_matches(['\n', '\r']);
        let keyword = |word: &str| {
            let head = line.get(..word.len())?;
            head.eq_ignore_ascii_case(word).then(|| line[word.len()..].trim().to_ascii_uppercase())
        };
        if let Some(name) = keyword("BEGIN:") {
            match (open.len(), name.as_str()) {
                (0, "VCALENDAR") => calendars.push(Calendar::default()),
                (0, _) => return Err(format!("line {number}: {} is outside any VCALENDAR", quoted(&name))),
                (1, _) => begin = start,
                (DEEPEST, _) => {
                    return Err(format!(
                        "line {number}: components are nested deeper than {DEEPEST}; no calendar needs that"
                    ));
                }
                _ => {}
            }
            open.push((name, number));
        } else if let Some(name) = keyword("END:") {
            let Some((opened, from)) = open.pop() else {
                return Err(format!("line {number}: END:{} without a BEGIN", quoted(&name)));
            };
            if opened != name {
                let (name, opened) = (quoted(&name), quoted(&opened));
                return Err(format!("line {number}: END:{name}, but BEGIN:{opened} on line {from} is still open"));
            }
            if let (1, Some(calendar)) = (open.len(), calendars.last_mut()) {
                components += 1;
                if components > MOST {
                    return Err(format!("more than {MOST} components: no chat has that many meetings"));
                }
                calendar.components.push(Chunk { name, line: from, text: &text[begin..at] });
            }
        } else if let (1, Some(calendar)) = (open.len(), calendars.last_mut()) {
            calendar.lines.push(line);
        } else if open.is_empty() && !line.trim().is_empty() {
            return Err(format!("line {number}: {} is not a line of an iCalendar file", quoted(line)));
        }
    }
    if let Some((name, from)) = open.pop() {
        return Err(format!("BEGIN:{} on line {from} has no END: the file is cut off", quoted(&name)));
    }
    if calendars.is_empty() {
        return Err("it has no VCALENDAR".to_owned());
    }
    Ok(calendars)
}
