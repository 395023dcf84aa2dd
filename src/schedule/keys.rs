//! Every key of a schedule and of `collection.toml`: its name, the type of its value, an example, and what it means.
//!
//! This is the one table of them. The reader takes from it what a table may hold, what it must hold and what people
//! write instead. The JSON Schema and the layout of `fmt` are made from it, so that they cannot disagree with the
//! reader.

mod tables;

pub use tables::{ALLOW, BREAK, CHANGE, COLLECTION, FEED, ONE_OFF, SCHEDULE, SERIES};

/// A table of a file and the keys that it may hold.
#[derive(Debug)]
pub struct Section {
    /// Its header, such as `[[series]]`; empty for the top of a file.
    pub header: &'static str,
    /// What it describes.
    pub doc: &'static str,
    /// The keys that it may hold, in the order in which people write them.
    pub keys: &'static [Key],
    /// What it must hold.
    pub required: &'static [Required],
    /// Keys that it needs unless the top of the file has them.
    pub required_here_or_above: &'static [&'static str],
    /// Keys of which it may hold only one.
    pub exclusive: &'static [Exclusive],
}

impl Section {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether it needs this key, or another in its place.
    pub fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required.wording.is_none() && required.keys.contains(&name))
    }

    /// The tables that it may hold.
    pub fn tables(&self) -> impl Iterator<Item = &'static Section> + use<> {
        self.keys.iter().filter_map(|key| match key.value_type {
            ValueType::Tables(section) => Some(section),
            _ => None,
        })
    }

    /// The keys in whose place people and other formats write this word.
    pub fn aliased(&self, word: &str) -> impl Iterator<Item = &'static Key> + use<> {
        let word = word.to_lowercase().replace('_', "-");
        self.keys.iter().filter(move |key| key.aliases.split(' ').any(|alias| alias == word))
    }
}

/// Keys of which a table needs at least one.
#[derive(Debug)]
pub struct Required {
    /// Their names.
    pub keys: &'static [&'static str],
    /// What is said where none is there, if it is more than their names.
    pub wording: Option<Wording>,
}

/// What is said of missing keys.
#[derive(Debug)]
pub struct Wording {
    /// The code of the diagnostic.
    pub code: &'static str,
    /// What is wrong.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

/// Keys of which a table may hold only one.
#[derive(Debug)]
pub struct Exclusive {
    /// Their names.
    pub keys: &'static [&'static str],
    /// Which of them to keep.
    pub help: &'static str,
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub value_type: ValueType,
    /// A value, as TOML; empty for tables.
    pub example: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// What to do where it is missing, if an example does not say enough.
    pub if_missing: Option<&'static str>,
    /// What other formats and people call it, in lower case, with hyphens and spaces between; never another key of the
    /// same table.
    pub aliases: &'static str,
}

impl Key {
    const fn if_missing(self, help: &'static str) -> Self {
        Self { if_missing: Some(help), ..self }
    }

    const fn aliases(self, aliases: &'static str) -> Self {
        Self { aliases, ..self }
    }
}

/// The type of a key's value.
#[derive(Clone, Copy, Debug)]
pub enum ValueType {
    /// Text on one line, of at most so many characters.
    Line(usize),
    /// Text that may have several lines.
    Text,
    /// `[a-z0-9][a-z0-9-]*`.
    Name,
    /// One of them, or a list of them.
    Names,
    /// A link: https, http or mailto.
    Link,
    /// A link, words for what has none, or a list of them.
    Evidence,
    /// A TOML date.
    Date,
    /// `HH:MM`.
    Time,
    /// Hours and minutes.
    Duration,
    /// A number of years, from 1 to [`YEARS`].
    Years,
    /// An IANA name.
    Zone,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of one of the above.
    List(&'static ValueType),
    /// Tables of their own.
    Tables(&'static Section),
}

impl ValueType {
    /// What the value must be, for messages: `a date without quotes`.
    pub fn description(self) -> &'static str {
        match self {
            Self::Line(_) | Self::Text | Self::Name | Self::Word(_) => "text in quotes",
            Self::Names => "a name in quotes, or a list of them",
            Self::Link => "a link in quotes",
            Self::Evidence => "a link or words in quotes, or a list of them",
            Self::Date => "a date without quotes",
            Self::Time => "a time of day in quotes",
            Self::Duration => "hours and minutes in quotes",
            Self::Years => "a number without quotes",
            Self::Zone => "the name of a time zone in quotes",
            Self::List(_) => "a list",
            Self::Tables(_) => "a table of its own",
        }
    }
}

/// The most characters of a title.
pub const TITLE: usize = 200;
/// The most characters of any other text on one line, links included.
pub const LINE: usize = 1_000;
/// The most characters of a text that may have several lines.
pub const TEXT: usize = 20_000;
/// The most entries of a list, and the most tables `[[feed]]`.
pub const LIST: usize = 100;
/// The most years of [`ValueType::Years`].
pub const YEARS: u16 = 100;

/// What `confidence` may be, surest first.
pub const CONFIDENCE: &[&str] = &["confirmed", "inferred", "assumed"];
/// Warnings that `[[allow]]` may silence: the code of each, and what it warns of.
pub const WARNED: [(&str, &str); 16] = [
    ("gap", "A meeting at a time that the clocks skip when they go forward."),
    ("clash", "Another chat of the same tag at the same instant."),
    ("in-break", "A one-off or moved meeting in a break of the chat's own."),
    ("same-source", "A source that is listed twice."),
    ("fixed-zone", "`GMT` or `Etc/GMT±N`, whose clocks never change, where a place is probably meant."),
    ("same-instant", "A one-off or moved meeting beside another of the chat: probably the same one."),
    ("no-place", "A meeting to come of which calendars show no link."),
    ("platform", "The name of a service that is probably a slip."),
    ("seen-ahead", "`seen` on a day to come."),
    ("announced-ahead", "`announced` on a day years ahead: probably a slip."),
    ("unsourced", "The topic of a past meeting, without a source."),
    ("still-running", "An open series without anything dated for two years."),
    ("fading", "A series that fades out within two months."),
    ("no-meeting", "A chat that has not ended, but has no meeting to come."),
    ("large", "A feed that Google Calendar drops, or soon will."),
    ("near-limit", "More than is allowed from the next year on."),
];

const CODES: [&str; WARNED.len()] = {
    let (mut codes, mut at) = ([""; WARNED.len()], 0);
    while at < codes.len() {
        codes[at] = WARNED[at].0;
        at += 1;
    }
    codes
};

/// The codes alone.
pub const WARNINGS: &[&str] = &CODES;
