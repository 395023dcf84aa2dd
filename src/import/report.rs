//! What became of each file: what was taken, what was changed on the way, what was left out and why. Data, and text for
//! people.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::diagnostic::harmless;
use crate::text;

/// What became of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One for each file, in the order in which they were given.
    pub files: Vec<FileReport>,
}

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// The name of the file, as it was given.
    pub file: String,
    /// What it was recognised as, such as `iCalendar`.
    pub format: Option<&'static str>,
    /// The schedules that it gave.
    pub taken: Vec<Taken>,
    /// What is not in the schedule as it is in the file.
    pub changed: Vec<Remark>,
    /// What is in no schedule.
    pub left_out: Vec<Remark>,
    /// Names of fields for which a schedule has no place, and how often they stood there.
    pub set_aside: BTreeMap<String, usize>,
}

/// A schedule that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The stem of its file.
    pub slug: String,
    /// The title of the chat.
    pub title: String,
    /// Its series in words, such as `Tuesday at 16:00 UTC, from 2014-01-07`.
    pub series: Vec<String>,
    /// How many changes, breaks and one-offs it has.
    pub counts: [usize; 3],
}

/// Something that a curator should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where it stands, counted from 1, where that is known.
    pub line: Option<usize>,
    /// What is spoken of, such as the title of an event.
    pub of: String,
    /// What is the matter.
    pub what: String,
}

impl FileReport {
    /// Adds something that is not in the schedule as it is in the file.
    pub fn change(&mut self, line: impl Into<Option<usize>>, of: &str, what: impl Into<String>) {
        add(&mut self.changed, line.into(), of, what.into());
    }

    /// Adds something that is in no schedule.
    pub fn leave_out(&mut self, line: impl Into<Option<usize>>, of: &str, what: impl Into<String>) {
        add(&mut self.left_out, line.into(), of, what.into());
    }

    /// Counts a field for which a schedule has no place.
    pub fn set_aside(&mut self, name: &str) {
        // A hostile file can have a million names.
        if self.set_aside.len() < MOST || self.set_aside.contains_key(name) {
            *self.set_aside.entry(name.chars().take(60).collect()).or_default() += 1;
        }
    }
}

/// More remarks of one kind are not told for one file.
const MOST: usize = 1_000;

fn add(remarks: &mut Vec<Remark>, line: Option<usize>, of: &str, what: String) {
    let remark = Remark { line, of: of.chars().take(120).collect(), what };
    if remarks.len() < MOST && !remarks.contains(&remark) {
        remarks.push(remark);
    } else if remarks.len() == MOST {
        remarks.push(Remark { line: None, of: String::new(), what: "and more of the kind".to_owned() });
    }
}

impl Report {
    /// Whether everything found its place in a schedule.
    pub fn is_whole(&self) -> bool {
        self.files.iter().all(|file| file.left_out.is_empty())
    }
}

/// The report for people.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        // Writing to a String cannot fail.
        let _ = render_file(&mut text, file);
    }
    text
}

fn render_file(text: &mut String, file: &FileReport) -> std::fmt::Result {
    write!(text, "{}", harmless(&file.file))?;
    if let Some(format) = file.format {
        write!(text, " ({format})")?;
    }
    text.push('\n');
    for taken in &file.taken {
        writeln!(text, "  taken: {}.toml, {}", taken.slug, harmless(&taken.title))?;
        for series in &taken.series {
            writeln!(text, "    {}", harmless(series))?;
        }
        let named = ["change", "break", "one-off"];
        let counts: Vec<String> = named
            .iter()
            .zip(taken.counts)
            .filter(|(_, count)| *count > 0)
            .map(|(thing, count)| text::count(count, thing))
            .collect();
        if !counts.is_empty() {
            writeln!(text, "    {}", counts.join(", "))?;
        }
    }
    for (heading, remarks) in [("changed", &file.changed), ("left out", &file.left_out)] {
        for remark in remarks {
            write!(text, "  {heading}: ")?;
            if let Some(line) = remark.line {
                write!(text, "line {line}, ")?;
            }
            let separator = if remark.of.is_empty() { "" } else { ": " };
            writeln!(text, "{}{separator}{}", harmless(&remark.of), harmless(&remark.what))?;
        }
    }
    if !file.set_aside.is_empty() {
        let names = file.set_aside.iter().map(|(name, count)| match count {
            1 => name.clone(),
            count => format!("{name} ({count})"),
        });
        writeln!(text, "  no place in a schedule: {}", harmless(&names.collect::<Vec<_>>().join(", ")))?;
    }
    Ok(())
}
