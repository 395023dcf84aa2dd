//! Zone names as people give them: the database's own, and what is probably meant by any other.

mod meant;
pub mod program;

use std::fmt;

use super::entry::{Entry, named};
use crate::diagnostic::quoted;

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
        write!(f, "{} is not a time zone", quoted(&self.name))?;
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
    match FIXED.iter().find(|(fixed, _)| fixed.eq_ignore_ascii_case(name)) {
        Some((_, hint)) => Err(UnknownZone { name: name.to_owned(), hint: Some((*hint).to_owned()) }),
        None => find(name),
    }
}

/// As [`find_place`], without a guess.
pub fn known_place(name: &str) -> Option<&'static Entry> {
    let fixed = FIXED.iter().any(|(fixed, _)| fixed.eq_ignore_ascii_case(name));
    named(name).filter(|_| !fixed)
}

#[cfg(test)]
#[test]
fn every_zone_that_a_hint_names_is_one() {
    let zones: Vec<&str> = super::entry::all().map(|entry| entry.name).collect();
    let city = |zone: &&'static str| zone.rsplit('/').next().unwrap_or(zone);
    let mut written: Vec<String> = FIXED.iter().map(|(name, _)| (*name).to_owned()).collect();
    for (zone, abbreviations, cities) in meant::PLACES {
        assert!(find_place(zone).is_ok(), "{zone}");
        let words = abbreviations.split(' ').chain(cities.split(' ')).filter(|word| !word.is_empty());
        written.extend(words.map(str::to_owned));
    }
    written.extend(zones.iter().map(|zone| zone.to_lowercase()));
    written.extend(zones.iter().map(city).map(str::to_owned));
    written.extend(zones.iter().step_by(7).map(|zone| zone[..zone.len() - 1].to_owned()));
    let windows = "Alaskan Arab Arabian Atlantic Central Dateline E.\u{a0}Africa E.\u{a0}Europe Eastern FLE GMT GTB \
                   Greenwich Hawaiian Mountain Pacific Romance Russian US\u{a0}Eastern W.\u{a0}Europe";
    let windows = windows.split(' ').map(|name| name.replace('\u{a0}', " "));
    let cities = zones.iter().map(city).step_by(3).map(|city| city.replace('_', " "));
    written.extend(windows.chain(cities).map(|name| format!("{name} Standard Time")));
    written.extend(
        (-14..=14).flat_map(|hour| [format!("{hour:+03}:00"), format!("UTC{hour:+}"), format!("{hour:+03}30")]),
    );
    let mut named = 0;
    for (text, hint) in written.iter().filter_map(|text| Some((text, find_place(text).err()?.hint?))) {
        for zone in hint.split('"').skip(1).step_by(2) {
            assert!(find_place(zone).is_ok(), "{text}: {hint}");
            named += 1;
        }
    }
    assert!(named > zones.len(), "{named}");
}
