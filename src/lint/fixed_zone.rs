//! Meetings in `GMT` or `Etc/GMT±N`, whose clocks never change: most often the clocks of a place are meant.

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::finding::{Finding, of_change, of_one_off, of_series};
use crate::schedule::{Place, Schedule};
use crate::text::day;
use crate::zone::Zone;

/// The place that is probably meant by an offset in hours, where its clocks change in summer.
const PLACES: [(i32, &str); 10] = [
    (-8, "America/Los_Angeles"),
    (-7, "America/Denver"),
    (-6, "America/Chicago"),
    (-5, "America/New_York"),
    (-4, "America/Halifax"),
    (0, "Europe/London"),
    (1, "Europe/Berlin"),
    (2, "Europe/Helsinki"),
    (10, "Australia/Sydney"),
    (12, "Pacific/Auckland"),
];

/// Looks at each series, change and one-off that is in such a zone: of each zone the first is told of.
pub fn look(schedule: &Schedule) -> Vec<Finding> {
    let series = schedule.series.iter().map(|series| {
        let from_chat = series.zone == schedule.zone;
        let place = if from_chat { Place::Top("zone") } else { of_series(series, "zone") };
        (series.zone, series.run.start, series.run.last, series.time, place)
    });
    let changes = schedule.changes.iter().filter_map(|change| {
        let (series, date) = (&schedule.series[change.series], change.moved_to.unwrap_or(change.date));
        Some((change.zone?, date, Some(date), change.time.unwrap_or(series.time), of_change(schedule, change, "zone")))
    });
    let one_offs = schedule.one_offs.iter().map(|one_off| {
        let from_chat = one_off.zone == schedule.zone;
        let place = if from_chat { Place::Top("zone") } else { of_one_off(one_off, "zone") };
        (one_off.zone, one_off.date, Some(one_off.date), one_off.time, place)
    });
    let mut found: Vec<(Zone, Finding)> = Vec::new();
    for (zone, first, last, time, place) in series.chain(changes).chain(one_offs) {
        if !found.iter().any(|(known, _)| *known == zone) {
            found.extend(finding(zone, first, last, time, place).map(|finding| (zone, finding)));
        }
    }
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// What is said of meetings at a time of such a zone, from one day through another.
fn finding(zone: Zone, first: NaiveDate, last: Option<NaiveDate>, time: NaiveTime, place: Place) -> Option<Finding> {
    let name = zone.name();
    if name != "GMT" && !name.starts_with("Etc/GMT") {
        return None;
    }
    let start = zone.instant(first, time);
    let hours = zone.observance(start).offset / 3600;
    let is_plain = matches!(name, "GMT" | "Etc/GMT" | "Etc/GMT0");
    let clock = time.format("%H:%M");
    let at = if is_plain { format!("{clock} GMT") } else { format!("{clock} in {name}") };
    let behind = match hours {
        0 => String::new(),
        hours if hours < 0 => format!("{name} is {} behind UTC", in_hours(-hours)),
        hours => format!("{name} is {} ahead of UTC", in_hours(hours)),
    };
    let meant = PLACES.iter().find(|(offset, _)| *offset == hours).and_then(|(_, name)| Zone::known(name));
    let parts = meant.and_then(|meant| Some((meant, parting(meant, zone, first, last, time)?)));
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

/// The first day from one through another on which the clocks of a place show another time than those of a zone.
fn parting(place: Zone, zone: Zone, first: NaiveDate, last: Option<NaiveDate>, time: NaiveTime) -> Option<NaiveDate> {
    let differ = |day: &NaiveDate| {
        let instant = zone.instant(*day, time);
        place.local(instant).time() != time
    };
    // Clocks change within a year, or not at all.
    let next_year = first.with_day(1)?.with_year(first.year() + 1)?;
    let through = last.map_or(next_year, |last| last.min(next_year));
    first.iter_days().take_while(|day| *day <= through).find(differ)
}
