//! Cuts an iCalendar file into components before anything is parsed, so that a broken one spoils only itself. Depth,
//! number and size are bounded, whatever the file.

/// The deepest nesting: calendar, event, alarm, and one to spare.
const DEEPEST: usize = 4;
/// The most components of one file.
const MOST: usize = 20_000;
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

/// Cuts a file.
///
/// # Errors
///
/// Why it is not an iCalendar file, or too large to be meant seriously, in words for people.
pub fn cut(text: &str) -> Result<Vec<Calendar<'_>>, String> {
    let mut calendars: Vec<Calendar> = Vec::new();
    // Open components: name and line.
    let mut open: Vec<(String, usize)> = Vec::new();
    let (mut at, mut begin, mut events) = (0, 0, 0);
    for (index, whole) in text.split_inclusive('\n').enumerate() {
        let (number, start) = (index + 1, at);
        at += whole.len();
        let line = whole.trim_end_matches(['\n', '\r']);
        if line.starts_with([' ', '\t']) && !open.is_empty() {
            if let (1, Some(calendar)) = (open.len(), calendars.last_mut()) {
                continue_line(calendar, text, start, line.len());
            }
            continue;
        }
        let keyword = |word: &str| {
            let head = line.get(..word.len())?;
            head.eq_ignore_ascii_case(word).then(|| line[word.len()..].trim().to_ascii_uppercase())
        };
        if let Some(name) = keyword("BEGIN:") {
            if open.len() == DEEPEST {
                return Err(format!(
                    "line {number}: components are nested deeper than {DEEPEST}; no calendar needs that"
                ));
            }
            match (open.len(), name.as_str()) {
                (0, "VCALENDAR") => calendars.push(Calendar::default()),
                (0, _) => return Err(format!("line {number}: {} is outside a VCALENDAR", shown(&name))),
                (1, _) => begin = start,
                _ => {}
            }
            open.push((name, number));
        } else if let Some(name) = keyword("END:") {
            match open.pop() {
                Some((opened, _)) if opened == name => {}
                Some((opened, from)) => {
                    let (name, opened) = (shown(&name), shown(&opened));
                    return Err(format!("line {number}: END:{name}, but BEGIN:{opened} on line {from} is still open"));
                }
                None => return Err(format!("line {number}: END:{} without a BEGIN", shown(&name))),
            }
            if let (1, Some(calendar)) = (open.len(), calendars.last_mut()) {
                events += 1;
                if events > MOST {
                    return Err(format!("more than {MOST} components: no chat has that many meetings"));
                }
                let line =
                    number - text[begin..at].matches('\n').count().saturating_sub(usize::from(whole.ends_with('\n')));
                calendar.components.push(Chunk { name, line, text: &text[begin..at] });
            }
        } else if open.is_empty() {
            if !line.trim().is_empty() {
                return Err(format!("line {number}: {} is not a line of an iCalendar file", shown(line)));
            }
        } else if let (1, Some(calendar)) = (open.len(), calendars.last_mut()) {
            calendar.lines.push(line);
        }
    }
    if let Some((name, from)) = open.pop() {
        return Err(format!("BEGIN:{} on line {from} has no END: the file is cut off", shown(&name)));
    }
    if calendars.is_empty() {
        return Err("it has no VCALENDAR".to_owned());
    }
    Ok(calendars)
}

/// Adds a folded line to the calendar's last line.
fn continue_line<'t>(calendar: &mut Calendar<'t>, text: &'t str, start: usize, length: usize) {
    if let Some(last) = calendar.lines.last_mut() {
        let begin = last.as_ptr() as usize - text.as_ptr() as usize;
        *last = &text[begin..start + length];
    }
}

/// Whether a component is too long to be a meeting.
pub fn is_too_long(chunk: &Chunk) -> bool {
    chunk.text.len() > LONGEST
}

fn shown(text: &str) -> String {
    crate::diagnostic::quoted(text)
}
