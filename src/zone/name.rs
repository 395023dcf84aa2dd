//! Zone names: the database's own, and what is probably meant by any other.

use std::fmt;

use chrono_tz::{TZ_VARIANTS, Tz};

/// Names of the database that are no place's clock but a fixed offset, kept for old programs; with the zone that people
/// who write them nearly always mean.
const FIXED: [(&str, &str); 3] = [("EST", "America/New_York"), ("MST", "America/Denver"), ("HST", "Pacific/Honolulu")];

/// A name that is no zone of the database.
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

pub fn all() -> impl Iterator<Item = Tz> {
    TZ_VARIANTS.iter().copied()
}

pub fn find(name: &str) -> Result<Tz, UnknownZone> {
    name.parse().map_err(|_| UnknownZone { name: name.to_owned(), hint: hint(name) })
}

/// As [`find`], without the three names that look like a place's clock and are none.
pub fn find_place(name: &str) -> Result<Tz, UnknownZone> {
    match FIXED.iter().find(|(fixed, _)| *fixed == name) {
        Some((fixed, place)) => Err(UnknownZone {
            name: name.to_owned(),
            hint: Some(format!(
                "{fixed} never changes its clocks: write {place:?}, or a zone without daylight saving time"
            )),
        }),
        None => find(name),
    }
}

fn hint(name: &str) -> Option<String> {
    let meant = |meant: &str| Some(format!("did you mean {meant:?}?"));
    if let Some(zone) = all().find(|zone| zone.name().eq_ignore_ascii_case(name)) {
        return meant(zone.name());
    }
    let distance = |zone: &Tz| strsim::damerau_levenshtein(&zone.name().to_lowercase(), &name.to_lowercase());
    all()
        .map(|zone| (distance(&zone), zone))
        .filter(|(distance, _)| *distance <= 3)
        .min_by_key(|(distance, _)| *distance)
        .and_then(|(_, zone)| meant(zone.name()))
}
