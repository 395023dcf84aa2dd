//! One table of a file, its values taken out by key, each proven on the way. What is wrong with a value is told here;
//! the caller gets nothing then, as if it were not there.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistakes::Mistakes;
use super::texts::{self, evidence, text};
use super::values;
use crate::diagnostic::{nearest, quoted};
use crate::schedule::keys::{Form, Key, LIST, SCHEDULE, Section};
use crate::schedule::{Confidence, Evidence, Link, Tag};
use crate::zone::Zone;

/// A table and what it may hold.
pub struct Fields<'t> {
    section: &'static Section,
    table: &'t DeTable<'t>,
    /// The bytes of its header; `None` at the top of a file.
    pub header: Option<Range<usize>>,
    /// Keys that were probably meant by some that it may not hold.
    meant: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// Takes a table, telling of keys that it may not hold.
    pub fn new(
        section: &'static Section,
        table: &'t DeTable<'t>,
        header: Option<Range<usize>>,
        mistakes: &mut Mistakes,
    ) -> Self {
        let known = |key: &str| section.keys.iter().any(|known| known.name == key);
        let unknown = table.keys().filter(|key| !known(key.get_ref()));
        let meant = unknown.filter_map(|key| unknown_key(section, key.get_ref(), key.span(), mistakes)).collect();
        Self { section, table, header, meant }
    }

    /// Whether the key is there, right or wrong.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The bytes of a key's value; of the header where it is not there.
    pub fn span(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.header.clone().unwrap_or(0..0), Spanned::span)
    }

    /// Tells that one of these keys has to be there, if none is.
    pub fn require(&self, keys: &[&'static str], help: Option<&str>, mistakes: &mut Mistakes) {
        if !mistakes.whole || keys.iter().any(|key| self.has(key) || self.meant.contains(key)) {
            return;
        }
        let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let message = match self.section.header {
            "" => format!("{} is missing", names.join(" or ")),
            header => format!("{header} without {}", names.join(" or ")),
        };
        let first = self.key(keys[0]);
        let help = help.map_or_else(|| format!("add {} = {}", first.name, first.example), str::to_owned);
        match &self.header {
            Some(header) => mistakes.error("missing-key", header.clone(), message).help(help),
            None => mistakes.error_of_file("missing-key", message).help(help),
        };
    }

    /// A text of one of the forms `Line`, `Text`, `Name` and `Word`.
    pub fn text(&self, key: &str, mistakes: &mut Mistakes) -> Option<Spanned<&'t str>> {
        let value = self.table.get(key)?;
        text(self.key(key), self.key(key).form, value, mistakes)
    }

    /// The same, owned and without its place.
    pub fn owned(&self, key: &str, mistakes: &mut Mistakes) -> Option<String> {
        // A text over several lines has the file's line breaks, which are those of whatever system it was written on.
        self.text(key, mistakes).map(|text| match text.into_inner() {
            text if text.contains('\r') => text.replace("\r\n", "\n"),
            text => text.to_owned(),
        })
    }

    /// A text `[a-z0-9][a-z0-9-]*`.
    pub fn name(&self, key: &str, mistakes: &mut Mistakes) -> Option<Spanned<Tag>> {
        let text = self.text(key, mistakes)?;
        texts::name(key, &text, mistakes).map(|name| Spanned::new(text.span(), name))
    }

    /// A list of texts.
    pub fn list(&self, key: &str, mistakes: &mut Mistakes) -> Vec<Spanned<&'t str>> {
        let known = self.key(key);
        let (Some(value), Form::List(form)) = (self.table.get(key), known.form) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_array() else {
            wrong_type(known, value, mistakes);
            return Vec::new();
        };
        too_many(key, entries.len(), value.span(), mistakes);
        entries.iter().take(LIST).filter_map(|entry| text(known, *form, entry, mistakes)).collect()
    }

    /// An address.
    pub fn link(&self, key: &str, mistakes: &mut Mistakes) -> Option<Link> {
        let text = self.text(key, mistakes)?;
        texts::link(&text, mistakes)
    }

    /// `source`: an address, words, or a list of them.
    pub fn sources(&self, mistakes: &mut Mistakes) -> Vec<Evidence> {
        let Some(value) = self.table.get("source") else { return Vec::new() };
        let known = self.key("source");
        let Some(entries) = value.get_ref().as_array() else {
            return evidence(known, value, mistakes).into_iter().collect();
        };
        too_many("source", entries.len(), value.span(), mistakes);
        if entries.is_empty() {
            mistakes.error("empty", value.span(), "an empty list of sources").help("name one, or leave out the key");
        }
        entries.iter().take(LIST).filter_map(|entry| evidence(known, entry, mistakes)).collect()
    }

    /// A date of the years 1 to 9999.
    pub fn date(&self, key: &str, mistakes: &mut Mistakes) -> Option<Spanned<NaiveDate>> {
        let value = self.table.get(key)?;
        let DeValue::Datetime(datetime) = value.get_ref() else {
            date_in_quotes(self.key(key), value, mistakes);
            return None;
        };
        if mistakes.broken_at(&value.span()) {
            return None;
        }
        let date = match datetime.date {
            Some(date) if datetime.time.is_none() && datetime.offset.is_none() => date,
            date => {
                let added = mistakes.error("date", value.span(), format!("`{key}` is a date, without a time of day"));
                added.help_if(date.map(|date| format!("the time has its own key, `time`; write {key} = {date}")));
                return None;
            }
        };
        let date = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
            .filter(|date| (1..=9999).contains(&date.year()));
        if date.is_none() {
            mistakes.error("date", value.span(), "a date lies in the years 1 to 9999");
        }
        date.map(|date| Spanned::new(value.span(), date))
    }

    /// A time of day in whole minutes.
    pub fn time(&self, mistakes: &mut Mistakes) -> Option<NaiveTime> {
        let value = self.table.get("time")?;
        let found = match value.get_ref() {
            DeValue::String(text) => values::time(text).ok_or_else(|| values::time_meant(text)),
            DeValue::Datetime(datetime) if datetime.date.is_none() => {
                let time = datetime.time?;
                let whole = time.second.unwrap_or(0) == 0 && time.nanosecond.unwrap_or(0) == 0;
                let time = NaiveTime::from_hms_opt(u32::from(time.hour), u32::from(time.minute), 0);
                time.filter(|_| whole).ok_or_else(|| time.map(|time| time.format("%H:%M").to_string()))
            }
            _ => {
                wrong_type(self.key("time"), value, mistakes);
                return None;
            }
        };
        if let Err(meant) = &found
            && !mistakes.broken_at(&value.span())
        {
            let help = meant.as_ref().map_or_else(
                || "hours from 00 to 23 and minutes from 00 to 59, such as \"18:30\"".to_owned(),
                |meant| format!("write time = \"{meant}\""),
            );
            let added = mistakes.error("time", value.span(), "this is no time of day of the form \"HH:MM\"");
            added.help(help);
        }
        found.ok()
    }

    /// A duration of 1 minute to 24 hours.
    pub fn duration(&self, mistakes: &mut Mistakes) -> Option<TimeDelta> {
        let value = self.table.get("duration")?;
        let found = match value.get_ref() {
            DeValue::String(text) => values::duration(text).ok_or_else(|| values::duration_meant(text)),
            DeValue::Integer(minutes) => Err(minutes.as_str().parse().ok().and_then(values::minutes_as_text)),
            _ => {
                wrong_type(self.key("duration"), value, mistakes);
                return None;
            }
        };
        if let Err(meant) = &found
            && !mistakes.broken_at(&value.span())
        {
            let help = meant.as_ref().map_or_else(
                || "hours and minutes such as \"45m\", \"1h\" or \"1h30m\", at most \"24h\"".to_owned(),
                |meant| format!("write duration = \"{meant}\""),
            );
            mistakes.error("duration", value.span(), "this is no duration above 0 and at most 24h").help(help);
        }
        found.ok()
    }

    /// A zone of the database.
    pub fn zone(&self, mistakes: &mut Mistakes) -> Option<Zone> {
        let name = self.text("zone", mistakes)?;
        texts::zone(&name, mistakes)
    }

    /// How sure something is.
    pub fn confidence(&self, mistakes: &mut Mistakes) -> Option<Confidence> {
        match self.text("confidence", mistakes)?.into_inner() {
            "confirmed" => Some(Confidence::Confirmed),
            "inferred" => Some(Confidence::Inferred),
            _ => Some(Confidence::Assumed),
        }
    }

    /// The tables of this name, each with its own section.
    pub fn tables(&self, key: &str, mistakes: &mut Mistakes) -> Vec<Fields<'t>> {
        let known = self.key(key);
        let (Some(value), Form::Tables(section)) = (self.table.get(key), known.form) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(entries) => entries
                .iter()
                .filter_map(|entry| {
                    let table = entry.get_ref().as_table();
                    if table.is_none() {
                        wrong_table(section, entry.span(), mistakes);
                    }
                    Some(Fields::new(section, table?, Some(entry.span()), mistakes))
                })
                .collect(),
            DeValue::Table(table) => {
                wrong_table(section, value.span(), mistakes);
                vec![Fields::new(section, table, Some(value.span()), mistakes)]
            }
            _ => {
                wrong_table(section, value.span(), mistakes);
                Vec::new()
            }
        }
    }

    fn key(&self, name: &str) -> &'static Key {
        // Asked only for keys of the section; the first stands in for a slip, which the tests of every key would show.
        self.section.keys.iter().find(|key| key.name == name).unwrap_or(&self.section.keys[0])
    }
}

fn too_many(key: &str, entries: usize, at: Range<usize>, mistakes: &mut Mistakes) {
    if entries > LIST {
        mistakes.error("too-long", at, format!("`{key}` has {entries} entries; at most {LIST} are allowed"));
    }
}

fn date_in_quotes(key: &Key, value: &Spanned<DeValue>, mistakes: &mut Mistakes) {
    let date = value.get_ref().as_str().filter(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok());
    let Some(date) = date.filter(|text| text.len() == 10) else {
        return wrong_type(key, value, mistakes);
    };
    let message = format!("`{}` is a date, which stands without quotes", key.name);
    mistakes.error("wrong-type", value.span(), message).help(format!("write {} = {date}", key.name));
}

/// Tells of a value of another type than its key takes.
pub fn wrong_type(key: &Key, value: &Spanned<DeValue>, mistakes: &mut Mistakes) {
    if mistakes.broken_at(&value.span()) {
        return;
    }
    let label = match value.get_ref() {
        DeValue::String(_) => "this is a text",
        DeValue::Integer(_) | DeValue::Float(_) => "this is a number",
        DeValue::Boolean(_) => "this is true or false",
        DeValue::Datetime(datetime) if datetime.date.is_none() => "this is a time of day",
        DeValue::Datetime(_) => "this is a date",
        DeValue::Array(_) => "this is a list",
        DeValue::Table(_) => "this is a table",
    };
    let message = format!("`{}` has to be {}", key.name, key.form.noun());
    let help = format!("such as {} = {}", key.name, key.example);
    mistakes.error("wrong-type", value.span(), message).label(label).help(help);
}

fn wrong_table(section: &Section, at: Range<usize>, mistakes: &mut Mistakes) {
    if !mistakes.broken_at(&at) {
        let header = section.header;
        let message = format!("{header} stands in a line of its own, its keys below it");
        mistakes.error("wrong-type", at, message).help(format!("write {header}, with two brackets"));
    }
}

/// Tells of a key that a table may not hold; gives the one that was probably meant.
fn unknown_key(
    section: &'static Section,
    key: &str,
    at: Range<usize>,
    mistakes: &mut Mistakes,
) -> Option<&'static str> {
    let known = |section: &Section| section.keys.iter().any(|known| known.name == key);
    let near = nearest(key, section.keys.iter().map(|known| known.name));
    let mut tables = SCHEDULE.keys.iter().filter_map(|key| match key.form {
        Form::Tables(section) => Some(section),
        _ => None,
    });
    let table = tables.find(|table| known(table));
    let help = if !section.header.is_empty() && known(&SCHEDULE) {
        // TOML puts whatever follows a header into its table.
        Some("it belongs above the first [[…]]".to_owned())
    } else if let Some(near) = near {
        Some(format!("did you mean `{near}`?"))
    } else if table.is_some() && !mistakes.whole {
        // Its header was lost with the broken TOML.
        return None;
    } else {
        table.map(|table| format!("it belongs under {}", table.header))
    };
    let place = match section.header {
        "" => String::new(),
        header => format!(" of {header}"),
    };
    mistakes.error("unknown-key", at, format!("{} is no key{place}", quoted(key))).help_if(help);
    near
}
