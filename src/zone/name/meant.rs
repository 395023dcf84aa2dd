//! What is probably meant by a name that is not a zone: by abbreviations, Windows, offsets, cities and slips of the pen.

use super::program;
use crate::diagnostic::{did_you_mean, nearest};
use crate::zone::entry::{all, named};

/// Zones, the abbreviations that their clocks go by, and cities that people name and the database does not: a zone is
/// named after the largest city of its area. One abbreviation stands for many zones, and half of them for one season
/// only, so none is a zone; of those that share one, the likeliest in an announcement in English comes first.
pub(super) const PLACES: &[(&str, &str, &str)] = &[
    ("Africa/Johannesburg", "SAST", "Cape_Town"),
    ("Africa/Lagos", "WAT", ""),
    ("Africa/Maputo", "CAT", ""),
    ("Africa/Nairobi", "EAT", ""),
    ("America/Adak", "HDT", ""),
    ("America/Anchorage", "AKDT AKST", ""),
    ("America/Chicago", "CDT CST CT", "Austin Dallas Houston Minneapolis"),
    ("America/Denver", "MDT MT", ""),
    ("America/Edmonton", "", "Calgary"),
    ("America/Halifax", "ADT AST", ""),
    ("America/Los_Angeles", "PDT PST PT", "Las_Vegas Portland San_Diego San_Francisco Seattle"),
    ("America/New_York", "EDT ET", "Atlanta Boston Miami Philadelphia Washington"),
    ("America/Puerto_Rico", "AST", ""),
    ("America/Sao_Paulo", "BRT", "Rio_de_Janeiro"),
    ("America/St_Johns", "NDT NST", ""),
    ("America/Toronto", "", "Ottawa"),
    ("Asia/Bangkok", "ICT", ""),
    ("Asia/Hong_Kong", "HKT", ""),
    ("Asia/Jakarta", "WIB", ""),
    ("Asia/Karachi", "PKT", ""),
    ("Asia/Kolkata", "IST", "Bangalore Delhi Mumbai New_Delhi"),
    ("Asia/Manila", "PHT PST", ""),
    ("Asia/Seoul", "KST", ""),
    ("Asia/Shanghai", "CST", "Beijing"),
    ("Asia/Singapore", "SGT", ""),
    ("Asia/Tokyo", "JST", "Osaka"),
    ("Australia/Adelaide", "ACDT ACST", ""),
    ("Australia/Darwin", "ACST", ""),
    ("Australia/Perth", "AWST", ""),
    ("Australia/Sydney", "AEDT AEST AET", ""),
    ("Australia/Brisbane", "AEST", ""),
    ("Europe/Athens", "EEST", ""),
    ("Europe/Dublin", "IST", ""),
    ("Asia/Jerusalem", "IDT IST", ""),
    ("Europe/Helsinki", "EEST", ""),
    ("Europe/Istanbul", "TRT", ""),
    ("Europe/Lisbon", "WEST", ""),
    ("Europe/London", "BST UK", "Birmingham Cardiff Edinburgh England Glasgow Leeds Manchester Scotland Wales"),
    ("Europe/Madrid", "", "Barcelona"),
    ("Europe/Moscow", "MSK", ""),
    ("Europe/Paris", "CEST", ""),
    ("Europe/Berlin", "CEST MEST MESZ MEZ", "Cologne Frankfurt Hamburg Munich"),
    ("Europe/Rome", "", "Milan"),
    ("Europe/Zurich", "", "Geneva"),
    ("Pacific/Auckland", "NZDT NZST", "Wellington"),
    ("UTC", "Z", ""),
];

/// What is probably meant, as words for people; nothing where there is no good guess.
pub fn hint(name: &str) -> Option<String> {
    let written = name.trim().replace(' ', "_");
    spelled_otherwise(&written)
        .or_else(|| abbreviation(&written))
        .or_else(|| offset(&written))
        .or_else(|| windows(name.trim()))
        .or_else(|| city(&written))
        .or_else(|| near(&written))
}

fn names() -> impl Iterator<Item = &'static str> {
    all().map(|entry| entry.name)
}

fn spelled_otherwise(written: &str) -> Option<String> {
    names().find(|name| name.eq_ignore_ascii_case(written)).map(did_you_mean)
}

/// Whether a word is among others, whatever its case.
fn is_among(word: &str, words: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

fn abbreviation(written: &str) -> Option<String> {
    let places: Vec<&str> =
        PLACES.iter().filter(|(_, letters, _)| is_among(written, letters)).map(|(zone, ..)| *zone).collect();
    (!places.is_empty()).then(|| place(&places))
}

fn place(places: &[&str]) -> String {
    let places: Vec<_> = places.iter().map(|place| format!("\"{place}\"")).collect();
    format!("name the place: {}", places.join(" or "))
}

/// Windows has names of its own, which calendars made there are full of. CLDR says what they are.
fn windows(written: &str) -> Option<String> {
    if written.len() > 100 {
        return None;
    }
    let capitals: Vec<_> = written.split(' ').map(capitalized).collect();
    [written.to_owned(), capitals.join(" ")].into_iter().find_map(|name| {
        let name = name.replace("Daylight Time", "Standard Time").replace("Summer Time", "Standard Time");
        Some(format!("that is a Windows name; write \"{}\"", program::windows(&name)?.name))
    })
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

/// `+01:00`, `UTC+1`, `GMT-0500`: how far from UTC, but not when the clocks change.
fn offset(written: &str) -> Option<String> {
    let upper = written.to_ascii_uppercase();
    let rest = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
    let (sign, digits) = match (rest.strip_prefix('+'), rest.strip_prefix(['-', '−'])) {
        (Some(digits), _) => ('+', digits),
        (_, Some(digits)) => ('-', digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|digit| *digit != ':').collect();
    if !(1..=4).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(if digits.len() > 2 { digits.len() - 2 } else { digits.len() });
    // POSIX counts from the place to Greenwich, and the database's names with it.
    let turned = if sign == '+' { '-' } else { '+' };
    let fixed = format!("Etc/GMT{turned}{}", hours.trim_start_matches('0'));
    let whole = minutes.bytes().all(|digit| digit == b'0') && named(&fixed).is_some();
    let also = if whole { format!("; \"{fixed}\" has no summer time") } else { String::new() };
    Some(format!("name the place, such as \"Europe/London\", whose clocks it follows{also}"))
}

/// A city without its region, or in the wrong one.
fn city(written: &str) -> Option<String> {
    let city = written.rsplit('/').next()?;
    let places = names().filter(|zone| {
        zone.split_once('/').is_some_and(|(region, _)| !matches!(region, "Etc" | "US" | "Canada" | "Mexico" | "Brazil"))
    });
    let named = places.filter(|zone| zone.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(city)));
    if let Some(zone) = named.min_by_key(|zone| zone.len()) {
        return Some(did_you_mean(zone));
    }
    let (zone, ..) = PLACES.iter().find(|(.., cities)| is_among(city, cities))?;
    Some(place(&[zone]))
}

fn near(written: &str) -> Option<String> {
    // The short names are abbreviations of old: nobody means one who writes another.
    let names = || names().filter(|name| name.len() > 3 || *name == "UTC");
    let whole = nearest(written, names());
    whole.map(did_you_mean).or_else(|| {
        let last = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
        let city = nearest(written, names().map(last))?;
        names().find(|name| last(name) == city).map(did_you_mean)
    })
}
