//! What became of each file: what was taken, what was changed on the way, what was left out and why. The report is
//! data; [`render`] turns it into text for people.

use std::collections::BTreeMap;

use crate::diagnostic::harmless;
use crate::schedule::{Series, phrase};
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
    /// What the schedule says in another way than the file.
    pub changed: Vec<Remark>,
    /// What no schedule says.
    pub left_out: Vec<Remark>,
    /// Fields for which a schedule has no place, and how often they occur.
    pub set_aside: BTreeMap<String, usize>,
}

/// A schedule that came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The stem of its file.
    pub slug: String,
    /// The title of the chat.
    pub title: String,
    /// Its series in words, such as `every Tuesday at 16:00 UTC, from 2014-01-07`.
    pub series: Vec<String>,
    /// How many changes, breaks and one-offs it has.
    pub counts: [usize; 3],
}

/// Something that a curator should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Its line in the file, from 1, where that is known.
    pub line: Option<usize>,
    /// What it is about, such as the title of an event.
    pub of: String,
    /// What happened, in words for people.
    pub what: String,
}

impl FileReport {
    /// Adds a remark on what the schedule says in another way than the file.
    pub fn change(&mut self, line: impl Into<Option<usize>>, of: &str, what: impl Into<String>) {
        add(&mut self.changed, line.into(), of, what.into());
    }

    /// Adds a remark on what no schedule says.
    pub fn leave_out(&mut self, line: impl Into<Option<usize>>, of: &str, what: impl Into<String>) {
        add(&mut self.left_out, line.into(), of, what.into());
    }

    /// Counts the keys that are not among the known ones, which are separated by spaces.
    pub fn set_aside_unless(&mut self, known: &str, keys: impl Iterator<Item = impl AsRef<str>>) {
        let unknown = keys.filter(|key| !known.split(' ').any(|known| known == key.as_ref()));
        unknown.for_each(|key| self.set_aside(key.as_ref()));
    }

    /// Counts a field for which a schedule has no place.
    pub fn set_aside(&mut self, name: &str) {
        // A hostile file can have a million fields.
        let name: String = name.chars().take(60).collect();
        let listed = self.set_aside.len() < MOST || self.set_aside.contains_key(&name);
        let name = if listed { name } else { format!("others than these {}", text::thousands(MOST)) };
        *self.set_aside.entry(name).or_default() += 1;
    }
}

/// The most remarks of a kind on one file, and the most fields that are counted each.
const MOST: usize = 1_000;

fn add(remarks: &mut Vec<Remark>, line: Option<usize>, of: &str, what: String) {
    let remark = Remark { line, of: of.chars().take(120).collect(), what };
    if remarks.len() < MOST && !remarks.contains(&remark) {
        remarks.push(remark);
    } else if remarks.len() == MOST {
        remarks.push(Remark {
            line: None,
            of: String::new(),
            what: format!("and more like these: {} are listed", text::thousands(MOST)),
        });
    }
}

impl Report {
    /// Whether nothing was left out.
    pub fn is_whole(&self) -> bool {
        self.files.iter().all(|file| file.left_out.is_empty())
    }
}

/// A series in words: `every Tuesday at 16:00 Europe/London, from 2014-01-07`.
pub(super) fn in_words(series: &Series) -> String {
    let (run, time) = (&series.run, series.time.format("%H:%M"));
    let end = run.last.map(|last| format!(" until {last}")).unwrap_or_default();
    format!("{} at {time} {}, from {}{end}", phrase::say(&run.rule), series.zone.name(), run.start)
}

/// The report for people.
pub fn render(report: &Report) -> String {
    let mut lines = Vec::new();
    report.files.iter().for_each(|file| render_file(&mut lines, file));
    lines.iter().flat_map(|line| [harmless(line), "\n".into()]).collect()
}

fn render_file(lines: &mut Vec<String>, file: &FileReport) {
    let format = file.format.map(|format| format!(" ({format})")).unwrap_or_default();
    lines.push(format!("{}{format}", file.file));
    for taken in &file.taken {
        lines.push(format!("  taken: {}.toml, {}", taken.slug, taken.title));
        lines.extend(taken.series.iter().map(|series| format!("    {series}")));
        let counts = taken.counts.into_iter().zip(["change", "break", "one-off"]).filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, thing)| text::count(count, thing)).collect();
        if !counts.is_empty() {
            lines.push(format!("    {}", counts.join(", ")));
        }
    }
    for (heading, remarks) in [("changed", &file.changed), ("left out", &file.left_out)] {
        for Remark { line, of, what } in remarks {
            let line = line.map(|line| format!("line {line}, ")).unwrap_or_default();
            let separator = if of.is_empty() { "" } else { ": " };
            lines.push(format!("  {heading}: {line}{of}{separator}{what}"));
        }
    }
    let names = file.set_aside.iter().map(|(name, count)| match count {
        1 => name.clone(),
        count => format!("{name} ({count})"),
    });
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        lines.push(format!("  no place in a schedule: {}", names.join(", ")));
    }
}
