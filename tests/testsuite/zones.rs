//! Zones: wall times to instants against another reading of the same database, and where two databases differ.

use std::collections::BTreeMap;
use std::fmt::Write;

use chatcal::diff;
use chatcal::expand::{Window, expand};
use chatcal::zone::{DATABASE_VERSION, Instant, Zone};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::composing::expanded;
use crate::reading::{NOVEMBER_2026, folder};

/// Lines `zone<TAB>wall time<TAB>Unix seconds`. How many were right; the first that were not.
fn compare(lines: &str) -> (usize, Vec<String>) {
    let (mut right, mut wrong) = (0, Vec::new());
    for line in lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, wall, instant] = fields[..] else { panic!("not three fields: {line:?}") };
        let wall: NaiveDateTime = wall.parse().unwrap_or_else(|_| panic!("{line:?}"));
        let instant: i64 = instant.parse().unwrap_or_else(|_| panic!("{line:?}"));
        let ours = Zone::named(name).unwrap().instant(wall.date(), wall.time()).unix_seconds();
        if ours == instant {
            right += 1;
        } else {
            wrong.push(format!("{line}: chatcal says {ours}"));
        }
    }
    (right, wrong)
}

#[test]
fn wall_times_around_clock_changes_are_the_instants_of_the_sample() {
    let (right, wrong) = compare(include_str!("../zones/sample.txt"));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(right > 300, "only {right} lines");
}

#[test]
#[ignore = "tests/zones/run hands in every transition in CHATCAL_ZONES"]
fn wall_times_around_every_transition_are_the_instants_of_the_oracle() {
    let file = std::env::var_os("CHATCAL_ZONES").expect("the path of the oracle's table");
    let (right, wrong) = compare(&std::fs::read_to_string(file).unwrap());
    assert!(right > 300_000, "only {right} lines");
    println!("{} compared, {} different", right + wrong.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(50)].join("\n"));
}

#[test]
fn there_are_597_zones_and_each_has_its_database() {
    let zones: Vec<Zone> = Zone::all().collect();
    assert_eq!(zones.len(), 597);
    let database = jiff::tz::TimeZoneDatabase::bundled();
    let ours: Vec<String> =
        database.available().map(|name| name.to_string()).filter(|name| name != "Factory").collect();
    for zone in &zones {
        assert!(ours.iter().any(|name| name == zone.name()), "{} is not in the bundled database", zone.name());
    }
    for name in ours {
        assert!(Zone::named(&name).is_ok(), "{name} is not known by its typed name");
    }
}

/// Names were looked up in chrono-tz's older database, and what it lacked fell back to UTC.
#[test]
fn a_zone_that_chrono_tz_lacks_was_silently_utc() {
    let database = jiff::tz::TimeZoneDatabase::bundled();
    for zone in Zone::all() {
        let theirs = database.get(zone.name()).unwrap();
        for instant in [0, 1_768_478_400, 1_784_116_800] {
            let observed = theirs.to_offset(jiff::Timestamp::from_second(instant).unwrap()).seconds();
            let ours = zone.observance(Instant::from_unix_seconds(instant)).offset;
            assert_eq!(ours, observed, "{} at {instant}", zone.name());
        }
    }
}

#[test]
fn beyond_the_table_the_rules_go_on() {
    // RFC-style wall times far in the future: the rules of today, 400 years of calendar later.
    let london = Zone::named("Europe/London").unwrap();
    let at = |year, month, day| {
        let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        london.observance(london.instant(date, chrono::NaiveTime::MIN)).offset
    };
    for year in [2099, 2100, 2101, 2499, 9000, 9998] {
        assert_eq!((at(year, 1, 15), at(year, 7, 15)), (0, 3600), "{year}");
    }
    // 28 March 2100 is a Sunday, the last of March: 01:30 does not exist there and comes an hour later.
    let gap = "2100-03-28T01:30:00".parse::<NaiveDateTime>().unwrap();
    assert_eq!(london.gap(gap.date(), gap.time()), Some(3600));
    assert_eq!(london.instant(gap.date(), gap.time()).utc(), gap);
}

/// The offset that chrono-tz would use.
fn stale_offset(zone: Tz, instant: i64) -> i32 {
    let utc = DateTime::from_timestamp(instant, 0).unwrap().naive_utc();
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

/// What a person would meet if offsets came from chrono-tz, by zone. Looked at: noon of a day a week from 1970, of every
/// day from 2025 through 2036, and half an hour to both sides of each transition.
fn differences() -> String {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let (first, last) = (day(1970, 1, 1), day(2036, 12, 31));
    let weekly = first.iter_weeks().take_while(|date| *date < day(2025, 1, 1));
    let daily = day(2025, 1, 1).iter_days().take_while(|date| *date <= last);
    let noon = |date: NaiveDate| date.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp();
    let noons: Vec<i64> = weekly.chain(daily).map(noon).collect();
    let mut lines = BTreeMap::new();
    for zone in TZ_VARIANTS {
        let ours = Zone::named(zone.name()).unwrap();
        let (from, to) = (Instant::from_unix_seconds(0), Instant::from_unix_seconds(noon(last)));
        let transitions = ours.transitions(from, to).into_iter().map(|transition| transition.instant.unix_seconds());
        let mut instants: Vec<i64> = transitions.flat_map(|instant| [instant - 1800, instant + 1800]).collect();
        instants.extend(&noons);
        instants.sort_unstable();
        let late = |instant: i64| {
            (ours.observance(Instant::from_unix_seconds(instant)).offset - stale_offset(zone, instant)) / 60
        };
        let day = |instant: i64| Instant::from_unix_seconds(instant).utc().date();
        let mut differ: Vec<_> =
            instants.into_iter().map(|at| (day(at), late(at))).filter(|(_, late)| *late != 0).collect();
        differ.dedup_by_key(|(day, _)| *day);
        if let Some((day, late)) = differ.first() {
            let word = if *late > 0 { "late" } else { "early" };
            let day = day.format("%-d %B %Y");
            let sentence = format!(
                "a meeting there on {day} would be shown {} minutes {word}; {} days differ",
                late.abs(),
                differ.len()
            );
            lines.insert(zone.name(), sentence);
        }
    }
    lines.iter().fold(String::new(), |mut text, (name, sentence)| {
        let _ = writeln!(text, "{name}: {sentence}");
        text
    })
}

#[test]
fn the_zones_in_which_chrono_tz_is_out_of_date_are_the_ones_listed() {
    let listed = include_str!("../zones/chrono-tz.txt");
    let listed: Vec<&str> = listed.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(DATABASE_VERSION, "2026f", "the bundled database is another: look at the list below");
    assert_eq!(
        differences().lines().collect::<Vec<_>>(),
        listed,
        "chrono-tz has changed: mend tests/zones/chrono-tz.txt"
    );
}

/// The feeds as committed remember what the database said when they were built: when it is updated, this says which
/// shipped meetings moved. Look at each, then build.
#[test]
fn no_shipped_meeting_is_moved_by_the_database_alone() {
    let (collection, schedules) = folder("schedules");
    let (mut moved, mut compared) = (Vec::new(), 0);
    for schedule in schedules {
        let old = std::fs::read(format!("out/{}.ics", schedule.slug)).unwrap();
        let meetings = expand(&schedule, Window::of_feed(NOVEMBER_2026, None));
        let new = expanded(&schedule, &collection, NOVEMBER_2026);
        let difference = diff::of_chat(&schedule, &collection, &meetings, Some(&old), diff::Was::There, new.as_bytes());
        moved.extend(difference.shifts().iter().map(|shift| diff::shifted(shift, schedule.slug.as_str())));
        compared += meetings.len();
    }
    assert!(compared > 1000, "only {compared} meetings");
    assert!(moved.is_empty(), "{}", moved.join("\n"));
}

fn hint(name: &str) -> String {
    Zone::of_place(name).err().and_then(|unknown| unknown.hint).unwrap_or_default()
}

#[test]
fn what_people_write_instead_of_a_zone_is_understood() {
    for (name, meant) in [
        ("europe/london", "Europe/London"),
        ("America/New York", "America/New_York"),
        (" Europe/Paris ", "Europe/Paris"),
        ("utc", "UTC"),
        ("BST", "Europe/London"),
        ("pst", "America/Los_Angeles"),
        ("AEST", "Australia/Sydney"),
        ("CEST", "Europe/Paris"),
        ("EST", "America/New_York"),
        ("GMT Standard Time", "Europe/London"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Pacific Daylight Time", "America/Los_Angeles"),
        ("eastern standard time", "America/New_York"),
        ("London", "Europe/London"),
        ("new york", "America/New_York"),
        ("Buenos Aires", "America/Buenos_Aires"),
        ("America/Boston", "America/New_York"),
        ("Asia/Beijing", "Asia/Shanghai"),
        ("Europe/Londn", "Europe/London"),
        ("Austrailia/Sydney", "Australia/Sydney"),
        ("Melborne", "Australia/Melbourne"),
        ("Z", "UTC"),
    ] {
        assert!(hint(name).contains(&format!("{meant:?}")), "{name}: {}", hint(name));
    }
}

#[test]
fn of_zones_that_share_an_abbreviation_the_likeliest_comes_first() {
    for (abbreviation, zones) in [
        ("IST", r#""Asia/Kolkata" or "Europe/Dublin" or "Asia/Jerusalem""#),
        ("CST", r#""America/Chicago" or "Asia/Shanghai""#),
        ("PST", r#""America/Los_Angeles" or "Asia/Manila""#),
        ("AST", r#""America/Halifax" or "America/Puerto_Rico""#),
        ("CEST", r#""Europe/Paris" or "Europe/Berlin""#),
    ] {
        assert_eq!(hint(abbreviation), format!("name the place: {zones}"));
    }
}

#[test]
fn an_offset_is_not_a_zone_and_its_hint_has_the_sign_of_the_database() {
    for (offset, zone) in
        [("+01:00", "Etc/GMT-1"), ("UTC+1", "Etc/GMT-1"), ("GMT-05:00", "Etc/GMT+5"), ("UTC-0500", "Etc/GMT+5")]
    {
        assert!(hint(offset).contains(&format!("{zone:?}")), "{offset}: {}", hint(offset));
    }
    assert!(hint("+05:30").contains("name the place"));
    assert!(!hint("+05:30").contains("Etc"));
    assert!(!hint("+25:00").contains("Etc"));
}

#[test]
fn nothing_is_guessed_where_nothing_is_near() {
    for name in ["XYZ", "", "the same as last time", "🕰", &"x".repeat(100_000)] {
        assert_eq!(hint(name), "", "{}", name.len());
    }
}
