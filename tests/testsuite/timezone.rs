//! VTIMEZONE against the zone database itself, for every zone: written by the crate, evaluated by a plain reader.
//!
//! `CHATCAL_TIMEZONES=DIR cargo test timezone:: -- --ignored` writes each zone's VTIMEZONE into DIR as a calendar, and
//! beside it what it must mean, for `tests/clients/zones` to show to real programs.

use std::fmt::Write as _;
use std::path::Path;

use chatcal::feed::line::Lines;
use chatcal::feed::timezone;
use chatcal::zone::{Instant, Zone};
use chrono::{NaiveDate, NaiveTime};
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::{composing, reader};

fn midnight(year: i32) -> i64 {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc().timestamp()
}

fn vtimezone(zone: Zone, from: i64, through: i64) -> String {
    let mut lines = Lines::new();
    timezone::write(&mut lines, zone, Instant::from_unix_seconds(from), Instant::from_unix_seconds(through));
    composing::text(&lines)
}

fn calendar(vtimezone: &str, event: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//chatcal//chatcal//EN\r\n{vtimezone}{event}END:VCALENDAR\r\n")
}

/// Instants and offsets, from the database: both ends of the span, and each transition, the second before it, and
/// the middle between it and the next.
fn truth(zone: &TimeZone, from: i64, through: i64) -> Vec<(i64, i64)> {
    let first = Timestamp::from_second(from).unwrap();
    let transitions = zone.following(first).map(|transition| transition.timestamp().as_second());
    let transitions: Vec<i64> = transitions.take_while(|at| *at <= through).collect();
    let mut instants = vec![from, through];
    let ends = transitions.iter().copied().skip(1).chain([through]);
    for (at, next) in transitions.iter().zip(ends) {
        instants.extend([(*at - 1).max(from), *at, *at + (next - *at) / 2]);
    }
    instants.sort_unstable();
    instants.dedup();
    let offset = |at: &i64| i64::from(zone.to_offset(Timestamp::from_second(*at).unwrap()).seconds());
    instants.iter().map(|at| (*at, offset(at))).collect()
}

fn wrong_offsets(zone: Zone, from: i64, through: i64) -> (usize, Vec<String>) {
    let written = vtimezone(zone, from, through);
    let components = reader::components(&calendar(&written, ""));
    assert_eq!(reader::value(&components[0], "TZID"), zone.name());
    let read = reader::zone::Zone::read(&components[0], through);
    read.check(through);
    let truth = truth(&TimeZoneDatabase::bundled().get(zone.name()).unwrap(), from, through);
    let wrong = truth.iter().filter(|(at, offset)| read.offset(*at) != *offset);
    (truth.len(), wrong.map(|(at, offset)| format!("{} at {at}: {offset}\n{written}", zone.name())).collect())
}

/// From `from` through the end of 2046, and in short spans within.
#[test]
fn every_zone_means_what_the_database_says() {
    let (mut zones, mut compared, mut wrong) = (0, 0, Vec::new());
    for zone in Zone::all() {
        zones += 1;
        let years = [(1970, 2047), (2014, 2047), (2026, 2047), (2012, 2014), (2018, 2020), (1850, 1950)];
        for (from, through) in years {
            let (offsets, complaints) = wrong_offsets(zone, midnight(from), midnight(through) - 1);
            compared += offsets;
            wrong.extend(complaints);
        }
    }
    println!("{zones} zones, {compared} offsets compared, {} wrong", wrong.len());
    assert_eq!(zones, 597);
    assert!(wrong.is_empty(), "{} wrong, the first: {}", wrong.len(), wrong[0]);
}

/// A span may begin and end anywhere, on a transition too.
#[test]
fn zones_with_irregular_rules_are_right_from_every_transition_on() {
    let odd =
        ["Asia/Gaza", "Africa/Casablanca", "Africa/Cairo", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia"];
    for zone in odd.map(|name| Zone::named(name).unwrap()) {
        for transition in zone.transitions(Instant::from_unix_seconds(0), Instant::from_unix_seconds(midnight(2040))) {
            let at = transition.instant.unix_seconds();
            for (from, through) in [(at, at), (at - 1, at), (at, at + 1), (at - 86_400, at + 40_000_000)] {
                let (_, wrong) = wrong_offsets(zone, from, through);
                assert!(wrong.is_empty(), "{}", wrong[0]);
            }
        }
    }
}

/// While the rules stay the same, what is written is the plain form that Outlook takes, from whatever year on.
#[test]
fn steady_rules_are_one_standard_and_one_daylight() {
    let london = vtimezone(Zone::named("Europe/London").unwrap(), midnight(2014), midnight(2047) - 1);
    let expected = "\
        BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\n\
        BEGIN:DAYLIGHT\r\nDTSTART:19960331T010000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
        TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:BST\r\nEND:DAYLIGHT\r\n\
        BEGIN:STANDARD\r\nDTSTART:19961027T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
        TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nTZNAME:GMT\r\nEND:STANDARD\r\n\
        END:VTIMEZONE\r\n";
    assert_eq!(london, expected);
    assert_eq!(vtimezone(Zone::named("Europe/London").unwrap(), midnight(2023), midnight(2024)), expected);
}

/// Winter in Dublin is daylight saving time with a negative saving in the database; no calendar program knows that.
#[test]
fn the_clocks_that_are_ahead_are_the_daylight_ones() {
    let dublin = vtimezone(Zone::named("Europe/Dublin").unwrap(), midnight(2014), midnight(2047) - 1);
    let daylight = dublin.split("BEGIN:DAYLIGHT").nth(1).unwrap();
    assert!(daylight.contains("TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:IST\r\n"), "{dublin}");
    assert_eq!(dublin.matches("BEGIN:STANDARD").count(), 1, "{dublin}");
}

#[test]
fn a_rule_named_days_that_its_month_does_not_have() {
    let cairo = vtimezone(Zone::named("Africa/Cairo").unwrap(), midnight(2008), midnight(2010) - 1);
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for zone in Zone::all() {
        let written = vtimezone(zone, midnight(2000), midnight(2011) - 1).replace("\r\n ", "");
        for rule in written.lines().filter(|line| line.contains("BYMONTHDAY=")) {
            let part = |name: &str| rule.split([':', ';']).find_map(|part| part.strip_prefix(name)).unwrap();
            let longest: u32 = lengths[part("BYMONTH=").parse::<usize>().unwrap() - 1];
            let days = part("BYMONTHDAY=").split(',').map(|day| day.parse::<u32>().unwrap());
            assert!(days.max() <= Some(longest), "{}: {rule}\n{cairo}", zone.name());
        }
    }
}

#[test]
fn a_zone_without_transitions_is_one_standard() {
    let utc = vtimezone(Zone::named("Etc/GMT+5").unwrap(), midnight(2014), midnight(2047) - 1);
    let expected = "BEGIN:VTIMEZONE\r\nTZID:Etc/GMT+5\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
        TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0500\r\nTZNAME:-05\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    assert_eq!(utc, expected);
}

/// How many zones get the plain form from 2014 on, and which need more: a number that may only change with the database.
#[test]
fn few_zones_need_more_than_outlook_takes() {
    let plain = |zone: &Zone| {
        let written = vtimezone(*zone, midnight(2026), midnight(2047) - 1);
        written.matches("BEGIN:STANDARD").count() <= 1
            && written.matches("BEGIN:DAYLIGHT").count() <= 1
            && !written.contains("RDATE")
            && !written.contains("UNTIL")
    };
    let more: Vec<&str> = Zone::all().filter(|zone| !plain(zone)).map(Zone::name).collect();
    println!("{} zones need more than one STANDARD and one DAYLIGHT from 2026 on: {more:?}", more.len());
    assert!(more.len() < 20, "{more:?}");
}

#[test]
#[ignore = "tests/clients/run names the folder in CHATCAL_TIMEZONES"]
fn write_for_other_programs() {
    let folder = std::env::var_os("CHATCAL_TIMEZONES").expect("the folder to write to");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    // Until January 1972 Liberia's offset had seconds, which ical.js cannot tell.
    let (from, through) = (midnight(1973), midnight(2051) - 1);
    for zone in Zone::all() {
        let event = format!(
            "BEGIN:VEVENT\r\nUID:meeting@chatcal\r\nDTSTAMP:20200101T000000Z\r\nDTSTART;TZID={0}:20200615T120000\r\n\
            DTEND;TZID={0}:20200615T130000\r\nSUMMARY:Meeting\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n",
            zone.name()
        );
        let file = folder.join(zone.name().replace('/', "_"));
        std::fs::write(file.with_extension("ics"), calendar(&vtimezone(zone, from, through), &event)).unwrap();
        let mut text = String::new();
        for (at, offset) in truth(&TimeZoneDatabase::bundled().get(zone.name()).unwrap(), from, through) {
            writeln!(text, "{at}\t{offset}").unwrap();
        }
        std::fs::write(file.with_extension("txt"), text).unwrap();
    }
}
