//! Writes a schedule as TOML.
//!
//! Keys and tables come in the order of [`super::keys`], so that `fmt` has nothing to do. What most meetings share
//! stands at the top of the file and nowhere else, as a curator would write it.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use chrono::{NaiveTime, TimeDelta};
use toml_edit::{Array, Value};

use super::{
    Break, Change, Confidence, Evidence, Fading, Link, OneOff, Schedule, Series, Slug, Successor, Tag, Venue, phrase,
};
use crate::recurrence::{Ends, Rrule};
use crate::zone::Zone;

/// A TOML file being written.
#[derive(Debug, Default)]
pub struct Toml(String);

impl Toml {
    /// The text.
    pub fn finish(self) -> String {
        self.0
    }

    /// The header of a table in an array of tables.
    pub fn table(&mut self, name: &str) {
        let _ = write!(self.0, "\n[[{name}]]\n");
    }

    /// A comment line.
    pub fn comment(&mut self, text: &str) {
        let _ = writeln!(self.0, "# {text}");
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.0.push('\n');
    }

    /// A key with a value that is TOML already.
    pub fn raw(&mut self, key: &str, value: impl Display) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    /// A key with a text.
    pub fn text(&mut self, key: &str, text: &str) {
        self.raw(key, Value::from(text).to_string().trim());
    }

    fn raw_if(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.raw(key, value);
        }
    }

    fn text_if(&mut self, key: &str, text: Option<impl AsRef<str>>) {
        if let Some(text) = text {
            self.text(key, text.as_ref());
        }
    }

    /// A list of texts; nothing for none.
    pub fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) {
        let texts: Array = texts.collect();
        self.raw_if(key, (!texts.is_empty()).then(|| Value::from(texts).to_string().trim().to_owned()));
    }

    fn sources(&mut self, sources: &[Evidence]) {
        match sources {
            [only] => self.text("source", only.as_str()),
            all => self.texts("source", all.iter().map(Evidence::as_str)),
        }
    }

    fn venue(&mut self, venue: &Venue) {
        let Venue { hashtag, platform, join, home, hosts } = venue;
        self.text_if("hashtag", hashtag.as_ref());
        self.text_if("platform", platform.as_ref());
        self.text_if("join", join.as_ref().map(Link::as_str));
        self.text_if("home", home.as_ref().map(Link::as_str));
        self.texts("hosts", hosts.iter().map(String::as_str));
    }

    fn time(&mut self, time: Option<NaiveTime>) {
        self.text_if("time", time.map(|time| time.format("%H:%M").to_string()));
    }
}

/// The defaults at the top of the file.
struct Shared {
    zone: Zone,
    duration: Option<TimeDelta>,
}

impl Shared {
    /// Duration and zone, where they are not the defaults.
    fn others(&self, toml: &mut Toml, duration: TimeDelta, zone: Zone) {
        toml.text_if("duration", (self.duration != Some(duration)).then(|| hours_and_minutes(duration)));
        toml.text_if("zone", (self.zone != zone).then(|| zone.name()));
    }
}

/// The text of a schedule's file. However a rule ends, its last date is written: as `until`, or with `seen` as UNTIL.
pub fn write(schedule: &Schedule) -> String {
    let mut toml = Toml::default();
    let shared = Shared { zone: schedule.zone, duration: commonest_duration(schedule) };
    head(&mut toml, schedule, &shared);
    for each in &schedule.series {
        series(&mut toml, each, schedule.fading(each), &shared);
    }
    for each in &schedule.changes {
        change(&mut toml, each, &schedule.series[each.series]);
    }
    for each in &schedule.breaks {
        pause(&mut toml, each);
    }
    for each in &schedule.one_offs {
        one_off(&mut toml, each, &shared);
    }
    for (warning, reason) in &schedule.silenced {
        toml.table("allow");
        toml.text("warning", warning);
        toml.text("reason", reason);
    }
    toml.finish()
}

fn head(toml: &mut Toml, schedule: &Schedule, shared: &Shared) {
    toml.text("title", &schedule.title);
    toml.text_if("summary", schedule.summary.as_ref());
    toml.text_if("description", schedule.description.as_ref());
    toml.venue(&schedule.venue);
    toml.text_if("language", schedule.language.as_ref());
    toml.texts("tags", schedule.tags.iter().map(Tag::as_str));
    toml.text_if(
        "successor",
        schedule.successor.as_ref().map(|successor| match successor {
            Successor::Chat(slug) => slug.as_str(),
            Successor::Link(link) => link.as_str(),
        }),
    );
    match &schedule.formerly[..] {
        [older] => toml.text("formerly", older.as_str()),
        older => toml.texts("formerly", older.iter().map(Slug::as_str)),
    }
    toml.text("zone", shared.zone.name());
    toml.text_if("duration", shared.duration.map(hours_and_minutes));
}

fn series(toml: &mut Toml, series: &Series, fading: Option<Fading>, shared: &Shared) {
    let run = &series.run;
    toml.table("series");
    toml.text_if("name", series.name.as_ref());
    // Beside `seen` and `announced`, which exclude `until`, only the rule itself can end earlier.
    let ends = run.last.filter(|last| fading.is_some_and(|fading| *last < fading.last)).map_or(Ends::Never, Ends::On);
    match phrase::print(&run.rule).filter(|_| ends == Ends::Never) {
        Some(every) => toml.text("every", &every),
        None => toml.text("rule", &Rrule { rule: run.rule.clone(), ends }.to_string()),
    }
    toml.raw("start", run.start);
    toml.raw_if("until", run.last.filter(|_| series.last_known.is_none()));
    if let Some(known) = series.last_known {
        toml.raw(known.key(), known.day());
    }
    toml.time(Some(series.time));
    shared.others(toml, series.duration, series.zone);
    toml.venue(&series.venue);
    toml.text("confidence", series.confidence.word());
    toml.sources(&series.sources);
    toml.text_if("note", series.note.as_ref());
}

fn change(toml: &mut Toml, change: &Change, series: &Series) {
    toml.table("change");
    toml.raw("date", change.date);
    toml.text_if("series", series.name.as_ref());
    toml.text_if("topic", change.topic.as_ref());
    toml.raw_if("moved-to", change.moved_to);
    toml.time(change.time);
    toml.text_if("duration", change.duration.map(hours_and_minutes));
    toml.text_if("zone", change.zone.map(Zone::name));
    toml.venue(&change.venue);
    toml.text_if("cancelled", change.cancelled.as_ref());
    toml.text_if("confidence", change.confidence.map(Confidence::word));
    toml.sources(&change.sources);
    toml.text_if("note", change.note.as_ref());
}

fn pause(toml: &mut Toml, pause: &Break) {
    toml.table("break");
    toml.raw("from", pause.from);
    toml.raw("through", pause.through);
    toml.text_if("reason", pause.reason.as_ref());
    toml.sources(&pause.sources);
    toml.text_if("note", pause.note.as_ref());
}

fn one_off(toml: &mut Toml, one_off: &OneOff, shared: &Shared) {
    toml.table("one-off");
    toml.raw("date", one_off.date);
    toml.text_if("name", one_off.name.as_ref());
    toml.time(Some(one_off.time));
    shared.others(toml, one_off.duration, one_off.zone);
    toml.text_if("topic", one_off.topic.as_ref());
    toml.venue(&one_off.venue);
    toml.text_if("cancelled", one_off.cancelled.as_ref());
    let unsaid = Confidence::by_sources(&one_off.sources);
    toml.text_if("confidence", (one_off.confidence != unsaid).then(|| one_off.confidence.word()));
    toml.sources(&one_off.sources);
    toml.text_if("note", one_off.note.as_ref());
}

/// The duration that most series and one-offs have; of equals the first.
fn commonest_duration(schedule: &Schedule) -> Option<TimeDelta> {
    let series = schedule.series.iter().map(|series| series.duration);
    let all: Vec<TimeDelta> = series.chain(schedule.one_offs.iter().map(|one_off| one_off.duration)).collect();
    let mut counts: BTreeMap<TimeDelta, usize> = BTreeMap::new();
    for duration in &all {
        *counts.entry(*duration).or_default() += 1;
    }
    all.iter().rev().max_by_key(|duration| counts[duration]).copied()
}

/// A duration as a schedule has it: `1h30m`.
pub(super) fn hours_and_minutes(duration: TimeDelta) -> String {
    match (duration.num_minutes() / 60, duration.num_minutes() % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}
