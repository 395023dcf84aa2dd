//! Makes texts fit the fields of a schedule, and reports what it had to cut.

use super::report::FileReport;
use crate::schedule::keys::{LINE, LIST, TEXT, TITLE};
use crate::schedule::{Evidence, Link, Schedule};
use crate::text::breaks_line;

/// Fits every text of a schedule into its field. A text of which nothing is left is dropped.
pub fn fit(schedule: &mut Schedule, report: &mut FileReport) {
    let of = schedule.title.clone();
    let mut fit = Fit { report, of: &of };
    schedule.title = fit.one_line("title", &of, TITLE).unwrap_or_else(|| "Untitled".to_owned());
    fit.line("summary", &mut schedule.summary);
    fit.lines("description", &mut schedule.description);
    let venue = &mut schedule.venue;
    fit.line("platform", &mut venue.platform);
    let hosts = venue.hosts.iter().filter_map(|host| fit.one_line("hosts", host, LINE));
    venue.hosts = hosts.take(LIST).collect();
    for series in &mut schedule.series {
        fit.sources(&mut series.sources);
        fit.lines("note", &mut series.note);
    }
    for change in &mut schedule.changes {
        fit.line("topic", &mut change.topic);
        fit.line("cancelled", &mut change.cancelled);
        fit.sources(&mut change.sources);
        fit.lines("note", &mut change.note);
    }
    for pause in &mut schedule.breaks {
        fit.sources(&mut pause.sources);
    }
    for one_off in &mut schedule.one_offs {
        fit.line("topic", &mut one_off.topic);
        fit.line("cancelled", &mut one_off.cancelled);
        fit.sources(&mut one_off.sources);
        fit.lines("note", &mut one_off.note);
    }
}

struct Fit<'r> {
    report: &'r mut FileReport,
    /// The title of the chat.
    of: &'r str,
}

impl Fit<'_> {
    fn line(&mut self, key: &str, text: &mut Option<String>) {
        *text = text.take().and_then(|text| self.one_line(key, &text, LINE));
    }

    /// A text that may have several lines.
    fn lines(&mut self, key: &str, text: &mut Option<String>) {
        *text = text.take().and_then(|text| {
            let text = text.replace("\r\n", "\n").replace(breaks_line, "\n");
            let kept = text.replace(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\t'), "");
            let lines: Vec<&str> = kept.lines().map(str::trim_end).collect();
            self.cut(key, lines.join("\n").trim().to_owned(), TEXT)
        });
    }

    /// Links, or words that cannot be mistaken for one.
    fn sources(&mut self, sources: &mut Vec<Evidence>) {
        *sources = std::mem::take(sources).into_iter().filter_map(|source| self.source(source)).collect();
    }

    fn source(&mut self, source: Evidence) -> Option<Evidence> {
        if matches!(&source, Evidence::Link(link) if link.as_str().len() <= LINE) {
            return Some(source);
        }
        let words = self.one_line("source", source.as_str(), LINE - 20)?;
        Some(Evidence::Words(if Link::is_meant_by(&words) { format!("Imported from {words}") } else { words }))
    }

    /// A text as one line of at most `longest` characters.
    fn one_line(&mut self, key: &str, text: &str, longest: usize) -> Option<String> {
        let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        self.cut(key, words.join(" "), longest)
    }

    fn cut(&mut self, key: &str, text: String, longest: usize) -> Option<String> {
        let length = text.chars().count();
        if length > longest {
            self.report.change(None, self.of, format!("`{key}` has {length} characters and was cut to {longest}"));
            return Some(text.chars().take(longest).collect::<String>().trim_end().to_owned());
        }
        (!text.is_empty()).then_some(text)
    }
}
