//! One table of a file, its values taken out by key.
//!
//! Whatever is wrong with a table or a value is reported here, once: unknown and missing keys when the table is taken,
//! a value when it is read. The reader then gets nothing, as if the value were not there, and goes on.

use std::ops::Range;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistakes::Mistakes;
use super::{strings, unknown, values};
use crate::diagnostic::quoted;
use crate::schedule::keys::{Key, LIST, Section, ValueType, Wording};
use crate::schedule::{Confidence, Evidence, Link};
use crate::text::either;
use crate::zone::Zone;

/// A table, what it may hold, and where mistakes of it go.
pub struct Fields<'t> {
    section: &'static Section,
    table: &'t DeTable<'t>,
    /// The bytes of its header; nothing at the top of a file.
    header: Option<Range<usize>>,
    pub mistakes: &'t Mistakes<'t>,
    /// Keys that were probably meant by some that it may not hold.
    meant: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// Takes a table and reports the keys that it may not hold, and those that it lacks.
    pub fn new(
        section: &'static Section,
        table: &'t DeTable<'t>,
        header: Option<Range<usize>>,
        mistakes: &'t Mistakes<'t>,
    ) -> Self {
        let unknown = table.keys().filter(|key| section.key(key.get_ref()).is_none());
        let meant = unknown.flat_map(|key| unknown::report(section, key.get_ref(), key.span(), mistakes)).collect();
        let fields = Self { section, table, header, mistakes, meant };
        for required in section.required {
            if fields.lacks(required.keys) {
                match &required.wording {
                    Some(Wording { code, message, help }) => fields.missing(code, (*message).to_owned(), help),
                    None => fields.missing_by_name(required.keys),
                }
            }
        }
        for exclusive in section.exclusive {
            let mut present = exclusive.keys.iter().filter(|key| fields.has(key));
            if let (Some(one), Some(other)) = (present.next(), present.next()) {
                mistakes
                    .error("both", fields.span(other), format!("only one of `{one}` and `{other}` can be given"))
                    .help(exclusive.help);
            }
        }
        fields
    }

    /// Whether the key is there, right or wrong.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Whether the key is there with a list of nothing.
    pub fn is_empty_list(&self, key: &str) -> bool {
        self.table.get(key).and_then(|value| value.get_ref().as_array()).is_some_and(|list| list.is_empty())
    }

    /// The bytes of its header; the first of the file for its top.
    pub fn header(&self) -> Range<usize> {
        self.header.clone().unwrap_or(0..0)
    }

    /// The bytes of a key's value; of the header where it is not there.
    pub fn span(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.header(), Spanned::span)
    }

    /// Whether one of these keys is there or was meant.
    fn has_any(&self, keys: &[&'static str]) -> bool {
        keys.iter().any(|key| self.has(key) || self.meant.contains(key))
    }

    /// Whether it is known that none of these keys is there.
    fn lacks(&self, keys: &[&'static str]) -> bool {
        self.mistakes.whole && !self.has_any(keys)
    }

    /// Reports by their names that none of these keys is there.
    fn missing_by_name(&self, keys: &[&'static str]) {
        let names = either(keys.iter().map(|key| format!("`{key}`")));
        let message = match self.section.header {
            "" => format!("{names} is missing"),
            header => format!("{names} is missing in {header}"),
        };
        let first = self.key(keys[0]);
        let example = || format!("add {} = {}", first.name, first.example);
        self.missing("missing-key", message, &first.if_missing.map_or_else(example, str::to_owned));
    }

    /// Reports something missing at the header, or, at the top, of the file as a whole.
    fn missing(&self, code: &'static str, message: String, help: &str) {
        match &self.header {
            Some(header) => self.mistakes.error(code, header.clone(), message).help(help),
            None => self.mistakes.error_of_file(code, message).help(help),
        };
    }

    /// Text of one of the types `Line`, `Text`, `Name`, `Link`, `Zone` and `Word`.
    pub fn text(&self, key: &str) -> Option<Spanned<&'t str>> {
        let value = self.table.get(key)?;
        strings::text(self.key(key), self.section.requires(key), self.key(key).value_type, value, self.mistakes)
    }

    /// The same, owned and without its place.
    pub fn owned(&self, key: &str) -> Option<String> {
        // Text of several lines has the file's line breaks, which are those of whatever system it was written on.
        self.text(key).map(|text| match text.into_inner() {
            text if text.contains('\r') => text.replace("\r\n", "\n"),
            text => text.to_owned(),
        })
    }

    /// What a key says if it is there, right or wrong; else what holds for the whole chat.
    pub fn own_or<T>(&self, key: &str, read: impl FnOnce(&Self) -> Option<T>, chat: Option<T>) -> Option<T> {
        if self.has(key) { read(self) } else { chat }
    }

    /// A list of texts.
    pub fn list(&self, key: &str) -> Vec<Spanned<&'t str>> {
        let known = self.key(key);
        let (Some(value), ValueType::List(of)) = (self.table.get(key), known.value_type) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_array() else {
            strings::wrong_type(known, value, self.mistakes);
            return Vec::new();
        };
        let entries = self.at_most_allowed(known, entries, value.span());
        entries.iter().filter_map(|entry| strings::text(known, false, *of, entry, self.mistakes)).collect()
    }

    /// A list of texts of which each is read as something, and none may say the same as another.
    pub fn set<T: PartialEq>(&self, key: &str, read: impl Fn(&Spanned<&str>) -> Option<T>) -> Vec<T> {
        self.set_of(key, self.list(key), read)
    }

    /// The same of the texts of a key, whatever its type.
    pub fn set_of<T: PartialEq>(
        &self,
        key: &str,
        texts: Vec<Spanned<&str>>,
        read: impl Fn(&Spanned<&str>) -> Option<T>,
    ) -> Vec<T> {
        let mut set = Vec::new();
        for text in texts {
            let Some(entry) = read(&text) else { continue };
            if set.contains(&entry) {
                let message = format!("{} is already in `{key}`", quoted(text.get_ref()));
                self.mistakes.error("twice", text.span(), message).help("keep one of them");
            } else {
                set.push(entry);
            }
        }
        set
    }

    /// A name, or a list of them.
    pub fn names(&self, key: &str) -> Vec<Spanned<&'t str>> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let known = self.key(key);
        let entries = self.at_most_allowed(known, entries(value), value.span());
        entries.iter().filter_map(|entry| strings::text(known, false, ValueType::Name, entry, self.mistakes)).collect()
    }

    /// A link.
    pub fn link(&self, key: &str) -> Option<Link> {
        strings::link(&self.text(key)?, self.mistakes)
    }

    /// `source`: a link, words, or a list of them.
    pub fn sources(&self) -> Vec<Evidence> {
        let Some(value) = self.table.get("source") else { return Vec::new() };
        let (key, required) = (self.key("source"), self.section.requires("source"));
        let entries = entries(value);
        if entries.is_empty() {
            let error = self.mistakes.error("empty", value.span(), "an empty list of sources");
            error.help(if required { "name at least one" } else { "name one, or leave out the key" });
        }
        let entries = self.at_most_allowed(key, entries, value.span());
        entries.iter().filter_map(|entry| strings::evidence(key, required, entry, self.mistakes)).collect()
    }

    /// As many entries of a list as are read.
    fn at_most_allowed<'e>(
        &self,
        key: &Key,
        entries: &'e [Spanned<DeValue<'e>>],
        at: Range<usize>,
    ) -> &'e [Spanned<DeValue<'e>>] {
        if entries.len() > LIST {
            let message = format!("`{}` has {} entries; at most {LIST} are allowed", key.name, entries.len());
            self.mistakes.error("too-long", at, message);
        }
        &entries[..entries.len().min(LIST)]
    }

    /// Codes of warnings with the reasons not to show them: its tables `[[allow]]`.
    pub fn silenced(&self) -> Vec<(String, String)> {
        let pair = |table: &Fields| {
            let (code, reason) = table.owned("warning").zip(table.owned("reason"))?;
            self.mistakes.silence(&code);
            Some((code, reason))
        };
        self.tables("allow").iter().filter_map(pair).collect()
    }

    /// A date of the years 1 to 9999.
    pub fn date(&self, key: &str) -> Option<Spanned<NaiveDate>> {
        values::date(self.key(key), self.table.get(key)?, self.mistakes)
    }

    /// A time of day in whole minutes.
    pub fn time(&self) -> Option<NaiveTime> {
        values::time(self.key("time"), self.table.get("time")?, self.mistakes)
    }

    /// A number of years.
    pub fn years(&self, key: &str) -> Option<u16> {
        values::years(self.key(key), self.table.get(key)?, self.mistakes)
    }

    /// A duration of 1 minute to 24 hours.
    pub fn duration(&self) -> Option<TimeDelta> {
        values::duration(self.key("duration"), self.table.get("duration")?, self.mistakes)
    }

    /// A zone of the database.
    pub fn zone(&self) -> Option<Zone> {
        strings::zone(&self.text("zone")?, self.mistakes)
    }

    /// How sure something is.
    pub fn confidence(&self) -> Option<Confidence> {
        let word = self.text("confidence")?.into_inner();
        [Confidence::Confirmed, Confidence::Inferred, Confidence::Assumed].into_iter().find(|sure| sure.word() == word)
    }

    /// The tables of this name, each with its own section; only the top of a file has any.
    pub fn tables(&self, key: &str) -> Vec<Fields<'t>> {
        let known = self.key(key);
        let (Some(value), ValueType::Tables(section)) = (self.table.get(key), known.value_type) else {
            return Vec::new();
        };
        let listed = value.get_ref().is_array();
        let table = |entry: &'t Spanned<DeValue<'t>>| {
            let found = entry.get_ref().as_table();
            if !listed || found.is_none() {
                self.wrong_table(section, entry.span());
            }
            let fields = Fields::new(section, found?, Some(entry.span()), self.mistakes);
            fields.require_here_or_above(self);
            Some(fields)
        };
        entries(value).iter().filter_map(table).collect()
    }

    /// Reports keys that this table needs and neither it nor the top of the file has.
    fn require_here_or_above(&self, top: &Self) {
        let asked = self.section.required_here_or_above.iter();
        for key in asked.filter(|key| self.lacks(&[key]) && !top.has_any(&[key])) {
            let known = self.key(key);
            let message = format!("`{key}` is missing in {}", self.section.header);
            let help = format!("add {key} = {} here, or above the first [[…]] for the whole chat", known.example);
            self.missing("missing-key", message, &help);
        }
    }

    fn wrong_table(&self, section: &Section, at: Range<usize>) {
        if !self.mistakes.broken_at(&at) {
            let header = section.header;
            let single = self.mistakes.text.get(at.clone()).is_some_and(|text| text.starts_with('['));
            let message = if single && !header.is_empty() {
                format!("{} has single brackets", &header[1..header.len() - 1])
            } else {
                format!("{header} stands on a line of its own, with its keys below it")
            };
            self.mistakes.error("wrong-type", at, message).help(format!("write {header}, with two brackets"));
        }
    }

    fn key(&self, name: &str) -> &'static Key {
        // Only asked for keys of the section; the tests of every key would show a slip.
        self.section.key(name).unwrap_or(&self.section.keys[0])
    }
}

/// The entries of a list; anything else stands for itself.
fn entries<'v, 't>(value: &'v Spanned<DeValue<'t>>) -> &'v [Spanned<DeValue<'t>>] {
    value.get_ref().as_array().map_or(std::slice::from_ref(value), |entries| entries)
}
