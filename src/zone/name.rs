//! Zone names as people give them: the database's own, and what is probably meant by any other.

mod meant;
pub mod program;

use std::fmt;

use super::entry::{Entry, named};

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

/// The zone of exactly this name.
pub fn find(name: &str) -> Result<&'static Entry, UnknownZone> {
    named(name).ok_or_else(|| UnknownZone { name: name.to_owned(), hint: meant::hint(name) })
}

/// As [`find`], without the three names that look like a place's clock and are not.
pub fn find_place(name: &str) -> Result<&'static Entry, UnknownZone> {
    match FIXED.iter().find(|(fixed, _)| *fixed == name) {
        Some((_, hint)) => Err(UnknownZone { name: name.to_owned(), hint: Some((*hint).to_owned()) }),
        None => find(name),
    }
}
