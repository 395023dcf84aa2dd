//! Names that calendar programs give to zones, in TZID, and that mean one zone of the database.

use windows_timezones::WindowsTimezone;

use crate::zone::entry::{Entry, all, named};

/// Names that programs write for a fixed offset; what people mean by them is another matter.
const FIXED: [(&str, &str); 5] =
    [("EST", "Etc/GMT+5"), ("MST", "Etc/GMT+7"), ("HST", "Etc/GMT+10"), ("Z", "UTC"), ("tzone://Microsoft/Utc", "UTC")];

/// `tzone://Microsoft/Utc` has four parts.
const MOST_PARTS: usize = 4;

/// The zone that a program means: by its IANA name, perhaps behind a prefix (RFC 5545 3.8.3.1:
/// `/mozilla.org/20050126_1/Europe/London`) or in other letters, or by its Windows name.
pub fn meant(name: &str) -> Option<&'static Entry> {
    // No name that is known has more parts.
    let mut tails: Vec<&str> = name.rmatch_indices('/').take(MOST_PARTS).map(|(at, _)| &name[at + 1..]).collect();
    tails.reverse();
    let place = std::iter::once(name).chain(tails).find_map(|name| {
        let fixed = FIXED.iter().find(|(known, _)| *known == name);
        named(fixed.map_or(name, |(_, zone)| zone))
    });
    place.or_else(|| windows(name)).or_else(|| all().find(|entry| entry.name.eq_ignore_ascii_case(name)))
}

/// The zone of a Windows name, as CLDR has it.
pub fn windows(name: &str) -> Option<&'static Entry> {
    named(name.parse::<WindowsTimezone>().ok()?.tzdb_id())
}
