//! What people would put together from crates: toml, rrule and icalendar.

use std::fs;
use std::path::Path;

use chatcal::zone::Instant;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use rrule::{RRuleSet, Tz};

#[derive(serde::Deserialize)]
struct File {
    title: String,
    summary: String,
    home: String,
    zone: String,
    series: Vec<Series>,
}

#[derive(serde::Deserialize)]
struct Series {
    rule: String,
    start: toml::value::Datetime,
    time: String,
    source: String,
}

/// The instants of one rule, through 2028, as Unix seconds.
pub fn instants(rule: &str, start: &str, time: &str, zone: &str) -> Vec<i64> {
    set(rule, start, time, zone).all_unchecked().iter().map(DateTime::<Tz>::timestamp).collect()
}

fn set(rule: &str, start: &str, time: &str, zone: &str) -> RRuleSet {
    let start = format!("{}T{}00", start.replace('-', ""), time.replace(':', ""));
    format!("DTSTART;TZID={zone}:{start}\nRRULE:{rule};UNTIL=20281230T120000Z").parse().expect("a rule")
}

/// All of it: TOML files to feeds, and the combined one.
pub fn build(schedules: &Path, out: &Path, at: Instant) {
    fs::create_dir_all(out).expect("a folder");
    let year = at.utc().year();
    let mut names: Vec<_> = fs::read_dir(schedules).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    names.sort();
    let mut all = Calendar::new().name("Thousand chats").description("Made for timing").done();
    for name in names.iter().filter(|name| *name != "collection.toml") {
        let text = fs::read_to_string(schedules.join(name)).expect("a file");
        let file: File = toml::from_str(&text).expect("a chat");
        let slug = file.title.trim_start_matches('#');
        let mut feed = Calendar::new().name(&file.title).description(&file.summary).done();
        for series in &file.series {
            for start in set(&series.rule, &series.start.to_string(), &series.time, &file.zone).all_unchecked() {
                let utc = start.with_timezone(&Utc);
                let event = Event::new()
                    .uid(&format!("{}.{slug}@chats.example.org", start.date_naive()))
                    .timestamp(DateTime::<Utc>::from_timestamp(at.unix_seconds(), 0).expect("an instant"))
                    .starts(utc)
                    .ends(utc + TimeDelta::hours(1))
                    .summary(&file.title)
                    .description(&format!("{}\n\n{}\n\nConfirmed: {}", start.format("%a %-d %B %Y, %H:%M"), file.summary, series.source))
                    .status(EventStatus::Confirmed)
                    .url(&file.home)
                    .done();
                if (year - 1..=year + 1).contains(&start.year()) {
                    all.push(event.clone());
                }
                feed.push(event);
            }
        }
        fs::write(out.join(format!("{slug}.ics")), feed.to_string()).expect("room");
    }
    fs::write(out.join("all.ics"), all.to_string()).expect("room");
}
