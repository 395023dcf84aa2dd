//! A settled chat as the text of a schedule, in the order and layout that `fmt` gives.

use std::fmt::Write;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use toml_edit::{Array, Value};

use super::chat::{Run, Said, Single};
use super::report::FileReport;
use super::settle::Parts;
use crate::schedule::keys::{LINE, LIST, TEXT, TITLE};
use crate::schedule::{Confidence, Link, Tag, phrase};
use crate::zone::Zone;

/// A TOML file being written.
#[derive(Debug, Default)]
pub struct Toml(String);

impl Toml {
    /// The text.
    pub fn finish(self) -> String {
        self.0
    }

    /// The header of a table of its own.
    pub fn table(&mut self, name: &str) {
        let _ = write!(self.0, "\n[[{name}]]\n");
    }

    /// A line that says nothing.
    pub fn comment(&mut self, text: &str) {
        let _ = writeln!(self.0, "# {text}");
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.0.push('\n');
    }

    /// A key with a value that is TOML already.
    pub fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    /// A key with a text.
    pub fn text(&mut self, key: &str, text: &str) {
        self.raw(key, Value::from(text).to_string().trim());
    }

    /// A key with a list of texts, or one text where there is only one and `single` allows it.
    pub fn texts(&mut self, key: &str, texts: &[String], single: bool) {
        match texts {
            [] => {}
            [only] if single => self.text(key, only),
            texts => self.raw(key, Value::from(texts.iter().collect::<Array>()).to_string().trim()),
        }
    }

    fn text_if(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn time(&mut self, time: NaiveTime) {
        self.text("time", &time.format("%H:%M").to_string());
    }

    fn confidence(&mut self, confidence: Confidence) {
        self.text("confidence", word(confidence));
    }
}

/// The text of a schedule. What does not fit into its fields is cut, and told.
pub fn schedule(parts: &Parts, report: &mut FileReport) -> String {
    let chat = &parts.chat;
    let mut toml = Toml::default();
    let mut fit = Fit { report, of: &chat.title };
    toml.text("title", &fit.line("title", &chat.title, TITLE).unwrap_or_else(|| "Untitled".to_owned()));
    toml.text_if("summary", chat.summary.as_deref().and_then(|text| fit.line("summary", text, LINE)).as_deref());
    toml.text_if("description", chat.description.as_deref().and_then(|text| fit.lines("description", text)).as_deref());
    toml.text_if("platform", chat.platform.as_deref().and_then(|text| fit.line("platform", text, LINE)).as_deref());
    toml.text_if("home", chat.home.as_deref().filter(|home| Link::new(home).is_some()));
    let hosts: Vec<String> = chat.hosts.iter().filter_map(|host| fit.line("hosts", host, LINE)).take(LIST).collect();
    toml.texts("hosts", &hosts, false);
    let mut tags: Vec<String> = chat.tags.iter().filter(|tag| Tag::new(tag).is_some()).cloned().collect();
    tags.dedup();
    toml.texts("tags", &tags, false);
    let zone =
        parts.series.first().map(|(_, run)| run.zone).or(parts.one_offs.first().map(|(_, single)| single.at.zone));
    let zone = zone.unwrap_or(Zone::UTC);
    toml.text("zone", zone.name());
    let default = commonest(parts);
    toml.text_if("duration", default.map(duration).as_deref());
    let shared = Shared { zone, duration: default };
    for (name, run) in &parts.series {
        series(&mut toml, name.as_deref(), run, &shared, &mut fit);
    }
    for (index, date, said) in &parts.changes {
        change(&mut toml, parts.series[*index].0.as_deref(), *date, said, &mut fit);
    }
    for (from, through, source) in &parts.breaks {
        toml.table("break");
        toml.raw("from", from);
        toml.raw("through", through);
        toml.text_if("source", fit.evidence(source).as_deref());
    }
    for (name, single) in &parts.one_offs {
        one_off(&mut toml, name.as_deref(), single, &shared, &mut fit);
    }
    toml.finish()
}

/// What stands at the top for all that follows.
struct Shared {
    zone: Zone,
    duration: Option<TimeDelta>,
}

fn series(toml: &mut Toml, name: Option<&str>, run: &Run, shared: &Shared, fit: &mut Fit) {
    toml.table("series");
    toml.text_if("name", name);
    match phrase::print(&run.rule) {
        Some(every) => toml.text("every", &every),
        None => toml.text("rule", &run.rule.to_string()),
    }
    toml.raw("start", run.start);
    if let Some(until) = run.until {
        toml.raw("until", until);
    }
    toml.time(run.time);
    if shared.duration != Some(run.duration) {
        toml.text("duration", &duration(run.duration));
    }
    if shared.zone != run.zone {
        toml.text("zone", run.zone.name());
    }
    toml.confidence(run.confidence);
    let sources: Vec<String> = run.sources.iter().filter_map(|source| fit.evidence(source)).collect();
    toml.texts("source", &sources, true);
    toml.text_if("note", run.note.as_deref().and_then(|note| fit.lines("note", note)).as_deref());
}

fn change(toml: &mut Toml, series: Option<&str>, date: NaiveDate, said: &Said, fit: &mut Fit) {
    toml.table("change");
    toml.raw("date", date);
    toml.text_if("series", series);
    toml.text_if("topic", said.topic.as_deref().and_then(|topic| fit.line("topic", topic, LINE)).as_deref());
    if let Some(moved_to) = said.moved_to {
        toml.raw("moved-to", moved_to);
    }
    if let Some(time) = said.time {
        toml.time(time);
    }
    toml.text_if("duration", said.duration.map(duration).as_deref());
    toml.text_if("zone", said.zone.map(Zone::name));
    toml.text_if("cancelled", said.cancelled.as_deref().and_then(|why| fit.line("cancelled", why, LINE)).as_deref());
    toml.text_if("confidence", said.confidence.map(word));
    toml.text_if("source", said.source.as_deref().and_then(|source| fit.evidence(source)).as_deref());
    toml.text_if("note", said.note.as_deref().and_then(|note| fit.lines("note", note)).as_deref());
}

fn one_off(toml: &mut Toml, name: Option<&str>, single: &Single, shared: &Shared, fit: &mut Fit) {
    toml.table("one-off");
    toml.raw("date", single.at.date);
    toml.text_if("name", name);
    toml.time(single.at.time);
    if shared.duration != Some(single.duration) {
        toml.text("duration", &duration(single.duration));
    }
    if shared.zone != single.at.zone {
        toml.text("zone", single.at.zone.name());
    }
    toml.text_if("topic", single.topic.as_deref().and_then(|topic| fit.line("topic", topic, LINE)).as_deref());
    toml.text_if("cancelled", single.cancelled.as_deref().and_then(|why| fit.line("cancelled", why, LINE)).as_deref());
    if single.confidence != Confidence::Confirmed {
        toml.confidence(single.confidence);
    }
    toml.text_if("source", fit.evidence(&single.source).as_deref());
    toml.text_if("note", single.note.as_deref().and_then(|note| fit.lines("note", note)).as_deref());
}

/// The length that most meetings have.
fn commonest(parts: &Parts) -> Option<TimeDelta> {
    let series = parts.series.iter().map(|(_, run)| run.duration);
    let all: Vec<TimeDelta> = series.chain(parts.one_offs.iter().map(|(_, single)| single.duration)).collect();
    // Of equals the first.
    all.iter().rev().max_by_key(|duration| all.iter().filter(|other| other == duration).count()).copied()
}

/// Hours and minutes as a schedule has them.
pub fn duration(duration: TimeDelta) -> String {
    match (duration.num_minutes() / 60, duration.num_minutes() % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

fn word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "confirmed",
        Confidence::Inferred => "inferred",
        Confidence::Assumed => "assumed",
    }
}

/// Makes texts fit their fields, and tells of what it had to cut.
struct Fit<'r> {
    report: &'r mut FileReport,
    of: &'r str,
}

impl Fit<'_> {
    /// A text in one line of at most so many characters.
    fn line(&mut self, key: &str, text: &str, longest: usize) -> Option<String> {
        let visible = text.chars().map(|letter| if is_break(letter) || letter.is_control() { ' ' } else { letter });
        let words = visible.collect::<String>();
        let one = words.split_whitespace().collect::<Vec<_>>().join(" ");
        self.cut(key, one, longest)
    }

    /// A text that may have several lines.
    fn lines(&mut self, key: &str, text: &str) -> Option<String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut kept = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '\n' | '\t' => kept.push(letter),
                letter if is_break(letter) => kept.push('\n'),
                letter if letter.is_control() => {}
                letter => kept.push(letter),
            }
        }
        let lines: Vec<&str> = kept.lines().map(str::trim_end).collect();
        self.cut(key, lines.join("\n").trim().to_owned(), TEXT)
    }

    /// An address, or words that cannot be taken for one.
    fn evidence(&mut self, text: &str) -> Option<String> {
        if Link::new(text).is_some_and(|link| link.as_str().len() <= LINE) {
            return Some(text.to_owned());
        }
        let words = self.line("source", text, LINE - 20)?;
        Some(if Link::is_meant_by(&words) { format!("Imported from {words}") } else { words })
    }

    fn cut(&mut self, key: &str, text: String, longest: usize) -> Option<String> {
        let length = text.chars().count();
        if length > longest {
            self.report.change(None, self.of, format!("`{key}` has {length} characters and was cut after {longest}"));
            return Some(text.chars().take(longest).collect::<String>().trim_end().to_owned());
        }
        (!text.is_empty()).then_some(text)
    }
}

fn is_break(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\n' | '\r' | '\t')
}
