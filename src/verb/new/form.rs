//! A chat that somebody proposes in an issue: the text that the form `.github/ISSUE_TEMPLATE/chat.yml` gives, to a schedule.
//!
//! It may come from anybody: each answer becomes a value of its own, and the reader of schedules judges them all.

use chrono::NaiveDate;
use toml_edit::Value;

use crate::schedule::keys::SCHEDULE;
use crate::schedule::write::Toml;
use crate::schedule::{Slug, Tag, layout};
use crate::text::toml_date;

/// The heading of each answer, in the order of the form, and the key of a schedule that it is for; the first is for the name of
/// the file.
pub const FIELDS: [(&str, &str); 19] = [
    ("Name of its file", ""),
    ("Title", "title"),
    ("What it is, in one line", "summary"),
    ("Platform", "platform"),
    ("Hashtag", "hashtag"),
    ("Link to take part", "join"),
    ("Page about it", "home"),
    ("Hosts", "hosts"),
    ("Language", "language"),
    ("Tags", "tags"),
    ("How often", "every"),
    ("First meeting that you know of", "start"),
    ("Time", "time"),
    ("Time zone", "zone"),
    ("Length", "duration"),
    ("Last meeting that you know of", "seen"),
    ("How sure is it", "confidence"),
    ("Sources", "source"),
    ("Anything else", "note"),
];

/// What stands where somebody has left a field empty.
const NO_ANSWER: &str = "_No response_";

/// The answers of a form.
#[derive(Debug)]
pub struct Form([String; FIELDS.len()]);

impl Form {
    /// Reads the text of an issue; nothing where it has no answer of the form.
    ///
    /// The headings come in their order, and each once: what looks like one within an answer is a part of that, unless it
    /// is one of those that are still to come.
    pub fn read(text: &str) -> Option<Self> {
        let (mut answers, mut at) = ([const { String::new() }; FIELDS.len()], None);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let label = line.trim_end().strip_prefix("### ");
            let next = at.map_or(0, |at| at + 1);
            let found = label.and_then(|label| FIELDS[next..].iter().position(|(known, _)| *known == label.trim()));
            match (found, at) {
                (Some(found), _) => at = Some(next + found),
                (None, Some(at)) => answers[at].extend([line, "\n"]),
                (None, None) => {}
            }
        }
        at?;
        Some(Self(answers.map(|answer| {
            let answer = answer.trim();
            if answer == NO_ANSWER { String::new() } else { answer.to_owned() }
        })))
    }

    /// The answer for a key.
    fn answer(&self, key: &str) -> Option<&str> {
        let at = FIELDS.iter().position(|(_, known)| *known == key)?;
        Some(self.0[at].as_str()).filter(|answer| !answer.is_empty())
    }

    /// The name of the file, where it was given.
    pub fn name(&self) -> Option<&str> {
        self.answer("").map(|name| name.trim_end_matches(".toml"))
    }

    /// The name of the file that follows from the hashtag or the title.
    pub fn slug(&self) -> Option<Slug> {
        let names = [self.answer("hashtag"), self.answer("title")];
        names.into_iter().flatten().find_map(|name| match Slug::new(name) {
            Ok(slug) => Some(slug),
            Err(invalid) => invalid.meant,
        })
    }

    /// The schedule that the answers come to on a day, whether it is right or not. Nobody vouches for what was only proposed:
    /// it is inferred at best, and not open.
    pub fn schedule(&self, today: NaiveDate) -> String {
        let mut toml = Toml::default();
        let text = |toml: &mut Toml, key: &str| {
            if let Some(answer) = self.answer(key) {
                toml.text(key, answer);
            }
        };
        text(&mut toml, "title");
        text(&mut toml, "summary");
        if let Some(hashtag) = self.answer("hashtag") {
            toml.text("hashtag", hashtag.trim_start_matches('#'));
        }
        text(&mut toml, "platform");
        text(&mut toml, "join");
        text(&mut toml, "home");
        toml.texts("hosts", self.parts("hosts"));
        text(&mut toml, "language");
        // What has no letter or digit is none.
        let tags: Vec<String> =
            self.parts("tags").filter_map(|tag| Some(Tag::meant(tag)?.as_str().to_owned())).collect();
        toml.texts("tags", tags.iter().map(String::as_str));
        text(&mut toml, "zone");
        toml.table("series");
        match self.answer("every") {
            Some(rule) if rule.to_uppercase().contains("FREQ=") => toml.text("rule", rule),
            _ => text(&mut toml, "every"),
        }
        if let Some(start) = self.answer("start") {
            toml.raw("start", date(start));
        }
        let start = self.answer("start").filter(|start| toml_date(start).is_some());
        if let Some(last) = self.answer("seen").or(start) {
            let is_to_come = toml_date(last).is_some_and(|last| last > today);
            toml.raw(if is_to_come { "announced" } else { "seen" }, date(last));
        }
        text(&mut toml, "time");
        let length = self.answer("duration");
        toml.text("duration", length.unwrap_or("1h"));
        let is_guess = self.answer("confidence").is_some_and(|sure| sure.starts_with("It is a guess"));
        toml.text("confidence", if is_guess { "assumed" } else { "inferred" });
        let sources: Vec<&str> = self.answer("source").into_iter().flat_map(str::lines).map(source).collect();
        match sources.iter().filter(|source| !source.is_empty()).copied().collect::<Vec<_>>()[..] {
            [only] => toml.text("source", only),
            ref several => toml.texts("source", several.iter().copied()),
        }
        let assumed = length.is_none().then_some("The length is not stated; one hour is assumed.");
        let sure = self.answer("confidence").map(|sure| format!("Proposed in an issue, which says: {sure}."));
        let note: Vec<&str> = self.answer("note").into_iter().chain(sure.as_deref()).chain(assumed).collect();
        if !note.is_empty() {
            toml.text("note", &note.join("\n"));
        }
        let text = toml.finish();
        layout(&text, &SCHEDULE).unwrap_or(text)
    }

    /// The parts of an answer with commas or on several lines.
    fn parts(&self, key: &str) -> impl Iterator<Item = &str> {
        let parts = self.answer(key).into_iter().flat_map(|answer| answer.split([',', '\n']));
        parts.map(str::trim).filter(|part| !part.is_empty())
    }
}

/// A source without the marks of a list or of a link.
fn source(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['-', '*']).trim();
    line.strip_prefix('<').and_then(|line| line.strip_suffix('>')).unwrap_or(line)
}

/// A date as TOML has it; what is none, in quotes, so that the reader says what is wrong with it.
fn date(answer: &str) -> String {
    match toml_date(answer) {
        Some(date) => date.to_string(),
        None => Value::from(answer).to_string(),
    }
}
