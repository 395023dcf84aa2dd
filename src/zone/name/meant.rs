//! What is probably meant by a name that is not a zone: by abbreviations, Windows, offsets, cities and slips of the pen.

use windows_timezones::WindowsTimezone;

use super::{all, exactly};
use crate::diagnostic::nearest;

/// Abbreviations and the places that use them. One abbreviation stands for many zones, and half of them for one season
/// only, so none is a zone; the first place is the likeliest in an announcement in English.
const ABBREVIATIONS: &[(&str, &[&str])] = &[
    ("ACDT", &["Australia/Adelaide"]),
    ("ACST", &["Australia/Adelaide", "Australia/Darwin"]),
    ("ADT", &["America/Halifax"]),
    ("AEDT", &["Australia/Sydney"]),
    ("AEST", &["Australia/Sydney", "Australia/Brisbane"]),
    ("AET", &["Australia/Sydney"]),
    ("AKDT", &["America/Anchorage"]),
    ("AKST", &["America/Anchorage"]),
    ("AST", &["America/Halifax", "America/Puerto_Rico"]),
    ("AWST", &["Australia/Perth"]),
    ("BRT", &["America/Sao_Paulo"]),
    ("BST", &["Europe/London"]),
    ("CAT", &["Africa/Maputo"]),
    ("CDT", &["America/Chicago"]),
    ("CEST", &["Europe/Paris", "Europe/Berlin"]),
    ("CST", &["America/Chicago", "Asia/Shanghai"]),
    ("CT", &["America/Chicago"]),
    ("EAT", &["Africa/Nairobi"]),
    ("EDT", &["America/New_York"]),
    ("EEST", &["Europe/Athens", "Europe/Helsinki"]),
    ("ET", &["America/New_York"]),
    ("HDT", &["America/Adak"]),
    ("HKT", &["Asia/Hong_Kong"]),
    ("ICT", &["Asia/Bangkok"]),
    ("IDT", &["Asia/Jerusalem"]),
    ("IST", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("JST", &["Asia/Tokyo"]),
    ("KST", &["Asia/Seoul"]),
    ("MDT", &["America/Denver"]),
    ("MEST", &["Europe/Berlin"]),
    ("MESZ", &["Europe/Berlin"]),
    ("MEZ", &["Europe/Berlin"]),
    ("MSK", &["Europe/Moscow"]),
    ("MT", &["America/Denver"]),
    ("NDT", &["America/St_Johns"]),
    ("NST", &["America/St_Johns"]),
    ("NZDT", &["Pacific/Auckland"]),
    ("NZST", &["Pacific/Auckland"]),
    ("PDT", &["America/Los_Angeles"]),
    ("PHT", &["Asia/Manila"]),
    ("PKT", &["Asia/Karachi"]),
    ("PST", &["America/Los_Angeles", "Asia/Manila"]),
    ("PT", &["America/Los_Angeles"]),
    ("SAST", &["Africa/Johannesburg"]),
    ("SGT", &["Asia/Singapore"]),
    ("TRT", &["Europe/Istanbul"]),
    ("UK", &["Europe/London"]),
    ("WAT", &["Africa/Lagos"]),
    ("WEST", &["Europe/Lisbon"]),
    ("WIB", &["Asia/Jakarta"]),
    ("Z", &["UTC"]),
];

/// Cities that people name and the database does not: a zone is named after the largest city of its area.
const CITIES: &[(&str, &str)] = &[
    ("Atlanta", "America/New_York"),
    ("Austin", "America/Chicago"),
    ("Bangalore", "Asia/Kolkata"),
    ("Barcelona", "Europe/Madrid"),
    ("Beijing", "Asia/Shanghai"),
    ("Birmingham", "Europe/London"),
    ("Boston", "America/New_York"),
    ("Calgary", "America/Edmonton"),
    ("Cape_Town", "Africa/Johannesburg"),
    ("Cardiff", "Europe/London"),
    ("Cologne", "Europe/Berlin"),
    ("Dallas", "America/Chicago"),
    ("Delhi", "Asia/Kolkata"),
    ("Edinburgh", "Europe/London"),
    ("England", "Europe/London"),
    ("Frankfurt", "Europe/Berlin"),
    ("Geneva", "Europe/Zurich"),
    ("Glasgow", "Europe/London"),
    ("Hamburg", "Europe/Berlin"),
    ("Houston", "America/Chicago"),
    ("Las_Vegas", "America/Los_Angeles"),
    ("Leeds", "Europe/London"),
    ("Manchester", "Europe/London"),
    ("Miami", "America/New_York"),
    ("Milan", "Europe/Rome"),
    ("Minneapolis", "America/Chicago"),
    ("Mumbai", "Asia/Kolkata"),
    ("Munich", "Europe/Berlin"),
    ("New_Delhi", "Asia/Kolkata"),
    ("Osaka", "Asia/Tokyo"),
    ("Ottawa", "America/Toronto"),
    ("Philadelphia", "America/New_York"),
    ("Portland", "America/Los_Angeles"),
    ("Rio_de_Janeiro", "America/Sao_Paulo"),
    ("San_Diego", "America/Los_Angeles"),
    ("San_Francisco", "America/Los_Angeles"),
    ("Scotland", "Europe/London"),
    ("Seattle", "America/Los_Angeles"),
    ("Wales", "Europe/London"),
    ("Washington", "America/New_York"),
    ("Wellington", "Pacific/Auckland"),
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

fn did_you_mean(zone: &str) -> String {
    format!("did you mean \"{zone}\"?")
}

fn spelled_otherwise(written: &str) -> Option<String> {
    names().find(|name| name.eq_ignore_ascii_case(written)).map(did_you_mean)
}

fn abbreviation(written: &str) -> Option<String> {
    let (_, places) = ABBREVIATIONS.iter().find(|(letters, _)| letters.eq_ignore_ascii_case(written))?;
    Some(place(places))
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
        let zone: WindowsTimezone = name.parse().ok()?;
        Some(format!("that is a Windows name; write \"{}\"", zone.tzdb_id()))
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
    let whole = minutes.bytes().all(|digit| digit == b'0') && exactly(&fixed).is_some();
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
    let (_, zone) = CITIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(city))?;
    Some(place(&[zone]))
}

fn near(written: &str) -> Option<String> {
    let whole = nearest(written, names());
    whole.map(did_you_mean).or_else(|| {
        let last = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
        let city = nearest(written, names().map(last))?;
        names().find(|name| last(name) == city).map(did_you_mean)
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Every hint that a table here can give.
    pub fn every_hint() -> Vec<String> {
        let names = ABBREVIATIONS.iter().map(|(letters, _)| *letters).chain(CITIES.iter().map(|(city, _)| *city));
        names.map(|name| hint(name).unwrap_or_default()).collect()
    }
}
