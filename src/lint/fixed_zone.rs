//! Meetings in `GMT` or `Etc/GMT±N`, whose clocks never change: most often the clocks of a place are meant.

use chrono::{Days, NaiveDate, NaiveTime};

use super::finding::{Finding, of_change, of_one_off, of_series};
use crate::schedule::{Place, Schedule};
use crate::text::day;
use crate::zone::Zone;

/// The place that is probably meant by an offset in hours, where its clocks change in summer.
const PLACES: [(i32, &str); 12] = [
    (-9, "America/Anchorage"),
    (-8, "America/Los_Angeles"),
    (-7, "America/Denver"),
    (-6, "America/Chicago"),
    (-5, "America/New_York"),
    (-4, "America/Halifax"),
    (-1, "Atlantic/Azores"),
    (0, "Europe/London"),
    (1, "Europe/Berlin"),
    (2, "Europe/Helsinki"),
    (10, "Australia/Sydney"),
    (12, "Pacific/Auckland"),
];

/// Looks at each series, change and one-off that is in such a zone: of each zone the first is told of.
pub fn look(schedule: &Schedule) -> Vec<Finding> {
    let mut found: Vec<(Zone, Finding)> = Vec::new();
    let mut look = |zone: Zone, days: &mut dyn Iterator<Item = NaiveDate>, time, place| {
        if !found.iter().any(|(known, _)| *known == zone) {
            found.extend(finding(zone, days, time, place).map(|finding| (zone, finding)));
        }
    };
    for series in &schedule.series {
        let from_chat = series.zone == schedule.zone;
        let place = if from_chat { Place::Top("zone") } else { of_series(series, "zone") };
        look(series.zone, &mut series.run.dates(), series.time, place);
    }
    for change in &schedule.changes {
        let Some(zone) = change.zone else { continue };
        let (series, date) = (&schedule.series[change.series], change.moved_to.unwrap_or(change.date));
        let time = change.time.unwrap_or(series.time);
        look(zone, &mut std::iter::once(date), time, of_change(schedule, change, "zone"));
    }
    for one_off in &schedule.one_offs {
        let from_chat = one_off.zone == schedule.zone;
        let place = if from_chat { Place::Top("zone") } else { of_one_off(one_off, "zone") };
        look(one_off.zone, &mut std::iter::once(one_off.date), one_off.time, place);
    }
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// What is said of meetings on some days, in order, at a time of such a zone.
fn finding(zone: Zone, days: &mut dyn Iterator<Item = NaiveDate>, time: NaiveTime, place: Place) -> Option<Finding> {
    let name = zone.name();
    let is_such = name.starts_with("GMT") || name.starts_with("Etc/GMT") || name.ends_with("Greenwich");
    if !is_such {
        return None;
    }
    // It is the same on every day.
    let hours = zone.observance(zone.instant(NaiveDate::default(), time)).offset / 3600;
    let is_plain = hours == 0;
    let clock = time.format("%H:%M");
    let at = if is_plain { format!("{clock} GMT") } else { format!("{clock} in {name}") };
    let behind = match hours {
        0 => String::new(),
        hours if hours < 0 => format!("{name} is {} behind UTC", in_hours(-hours)),
        hours => format!("{name} is {} ahead of UTC", in_hours(hours)),
    };
    let meant = PLACES.iter().find(|(offset, _)| *offset == hours).and_then(|(_, name)| Zone::known(name));
    let parts = meant.and_then(|meant| Some((meant, parting(meant, zone, days, time)?)));
    let message = match (parts, &behind[..]) {
        (Some((meant, day_of_parting)), _) => {
            let there = meant.local(zone.instant(day_of_parting, time)).format("%H:%M");
            let words = format!("{at} is {there} in {} from {} on", meant.place(), day(day_of_parting));
            if behind.is_empty() { words } else { format!("{behind}: {words}") }
        }
        // All of its meetings are when both clocks show the same.
        (None, "") => return None,
        (None, behind) => format!("{behind}, and its clocks never change"),
    };
    let help = match meant {
        Some(meant) => format!(
            "write zone = \"{}\" (or the place of the hosts) if their clocks change, \"UTC\" if a time in UTC is meant",
            meant.name()
        ),
        None => "name the place of the hosts, such as \"Asia/Tokyo\", or \"UTC\"".to_owned(),
    };
    Some(Finding { code: "fixed-zone", message, label: None, help: help.into(), place })
}

fn in_hours(hours: i32) -> String {
    if hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") }
}

/// The first day on which the clocks of a place show another time than those of a zone, of those on or before the first of
/// these meetings for which they do.
fn parting(place: Zone, zone: Zone, days: impl Iterator<Item = NaiveDate>, time: NaiveTime) -> Option<NaiveDate> {
    let differ = |day: &NaiveDate| place.local(zone.instant(*day, time)).time() != time;
    let mut days = days.peekable();
    let first = *days.peek()?;
    // Clocks change within a year, or not at all.
    let year_later = first.checked_add_days(Days::new(366))?;
    let met = days.take_while(|day| *day <= year_later).find(differ)?;
    let mut parting = met;
    while let Some(before) = parting.pred_opt().filter(|before| *before >= first && differ(before)) {
        parting = before;
    }
    Some(parting)
}
