//! The repeating form means the same meetings as the expanded one: for random schedules, read by a plain reader.

#![allow(clippy::unwrap_used)]

mod reader;

use std::fs;
use std::path::{Path, PathBuf};

use chatcal::diagnostic::FileId;
use chatcal::expand::{Status, Window, expand};
use chatcal::feed::line::Lines;
use chatcal::feed::{Stamp, repeating, summary};
use chatcal::recurrence::RecurrenceRule;
use chatcal::schedule::{
    Break, Change, Collection, Confidence, End, Evidence, OneOff, Schedule, Series, Slug, read_schedule,
};
use chatcal::zone::{Instant, Zone};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const AT: Instant = Instant::from_unix_seconds(1_590_000_000); // May 2020

fn collection() -> Collection {
    let zones = vec![Zone::named("Australia/Sydney").unwrap()];
    Collection { title: "Chats".into(), description: None, id: "chats.example".into(), site: None, zones }
}

/// A chat without meetings.
fn chat() -> Schedule {
    Schedule {
        slug: Slug::new("chat").unwrap(),
        formerly: None,
        title: "Chat, weekly; or so".into(),
        summary: None,
        description: None,
        hashtag: None,
        platform: None,
        home: None,
        hosts: Vec::new(),
        language: None,
        tags: Vec::new(),
        successor: None,
        zone: Zone::UTC,
        series: Vec::new(),
        changes: Vec::new(),
        breaks: Vec::new(),
        one_offs: Vec::new(),
        silenced: Vec::new(),
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn series(rule: &str, from: &str, at: &str, zone: &str) -> Series {
    let rule: RecurrenceRule = rule.parse().unwrap();
    let start = rule.dates(date(from)).next().unwrap();
    Series {
        name: None,
        rule,
        start,
        end: End::Open,
        last: None,
        time: time(at),
        duration: TimeDelta::minutes(60),
        zone: Zone::named(zone).unwrap(),
        confidence: Confidence::Confirmed,
        sources: vec![Evidence::Words("made up".into())],
        note: None,
    }
}

fn change(series: usize, date: NaiveDate) -> Change {
    Change {
        date,
        series,
        topic: None,
        cancelled: None,
        moved_to: None,
        time: None,
        duration: None,
        zone: None,
        confidence: None,
        sources: Vec::new(),
        note: None,
    }
}

fn repeating_form(schedule: &Schedule, at: Instant) -> String {
    let mut lines = Lines::new();
    let meetings = expand(schedule, Window::of_feed(at));
    let stamps = vec![Stamp { revised: AT, sequence: 0 }; meetings.len()];
    repeating::write(&mut lines, schedule, &collection(), at, (&meetings, &stamps));
    String::from_utf8(lines.as_bytes().to_vec()).unwrap()
}

/// Compares both forms up to the last day of the third year after `at`. Gives the repeating form.
fn compare(schedule: &Schedule, at: Instant) -> String {
    let feed = repeating_form(schedule, at);
    let year = at.utc().year() + 3;
    let end = NaiveDate::from_ymd_opt(year, 12, 31).unwrap().and_time(NaiveTime::MIN).and_utc().timestamp();
    let all =
        expand(schedule, Window { from: NaiveDate::MIN, through: NaiveDate::from_ymd_opt(year + 1, 12, 31).unwrap() });
    let mut expected: Vec<reader::event::Read> = all
        .iter()
        .filter(|meeting| meeting.status != Status::Cancelled && meeting.start.unix_seconds() < end)
        .map(|meeting| {
            let status = if meeting.status == Status::Confirmed { "CONFIRMED" } else { "TENTATIVE" };
            (meeting.start.unix_seconds(), meeting.end.unix_seconds(), summary(meeting), status.to_owned())
        })
        .collect();
    expected.sort();
    let read = reader::event::meetings(&feed, end);
    for (one, other) in read.iter().zip(&expected) {
        assert_eq!(one, other, "\n{feed}");
    }
    assert_eq!(read.len(), expected.len(), "\n{feed}");
    feed
}

/// The lines of the VEVENTs that say when: all but words and stamps.
fn times_of(feed: &str) -> String {
    let names = ["UID", "RECURRENCE-ID", "DTSTART", "DTEND", "RRULE", "EXDATE", "SUMMARY"];
    let unfolded = feed.replace("\r\n ", "");
    let (_, events) = unfolded.split_once("BEGIN:VEVENT").unwrap_or_default();
    let mut text = String::new();
    for line in events.lines() {
        let name = line.split([':', ';']).next().unwrap();
        if names.contains(&name) {
            text += line;
            text += "\n";
        } else if line == "BEGIN:VEVENT" {
            text += "\n";
        }
    }
    text
}

fn read(file: &Path) -> Schedule {
    let slug = Slug::new(file.file_stem().unwrap().to_str().unwrap()).unwrap();
    let mut diagnostics = Vec::new();
    let schedule = read_schedule(FileId(0), &slug, &fs::read_to_string(file).unwrap(), &mut diagnostics);
    schedule.unwrap_or_else(|| panic!("{}: {diagnostics:#?}", file.display()))
}

fn toml_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.retain(|file| file.file_stem().is_some_and(|stem| stem != "collection"));
    files.sort();
    files
}

/// 23 November 2026.
const CASES_AT: Instant = Instant::from_unix_seconds(1_795_392_000);

/// Each `tests/repeating/<case>.toml` has beside it what must be said of times, written by hand.
#[test]
fn each_case_is_told_as_expected() {
    let cases = toml_files("tests/repeating");
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in cases {
        let expected = fs::read_to_string(case.with_extension("txt")).unwrap();
        let told = times_of(&compare(&read(&case), CASES_AT));
        if told != expected {
            wrong.push(format!("{}:\n{told}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn both_forms_of_every_schedule_here_mean_the_same() {
    let shipped = toml_files("schedules");
    assert!(!shipped.is_empty());
    for file in shipped.into_iter().chain(toml_files("tests/clients/hard")) {
        println!("{}", file.display());
        compare(&read(&file), CASES_AT);
    }
}

#[test]
fn masters_have_the_last_stamp_of_their_meetings_and_dated_meetings_their_own() {
    let mut chat = chat();
    chat.series.push(series("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", "2020-01-01", "18:30", "UTC"));
    let moved = Change { moved_to: Some(date("2020-04-01")), ..change(0, date("2020-02-04")) };
    let topic = Change { topic: Some("Reading".into()), ..change(0, date("2020-03-03")) };
    chat.changes = vec![moved, topic];
    let meetings = expand(&chat, Window::of_feed(AT));
    let stamp =
        |day: i64, sequence| Stamp { revised: Instant::from_unix_seconds(1_600_000_000 + day * 86_400), sequence };
    let stamps = [stamp(0, 4), stamp(2, 0), stamp(1, 1)];
    let mut lines = Lines::new();
    repeating::write(&mut lines, &chat, &collection(), AT, (&meetings, &stamps));
    let feed = String::from_utf8(lines.as_bytes().to_vec()).unwrap();
    let said: Vec<(&str, &str, &str)> = feed
        .split("BEGIN:VEVENT")
        .skip(1)
        .map(|event| {
            let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            (line("UID:"), line("DTSTAMP:"), line("SEQUENCE:"))
        })
        .collect();
    let expected = [
        ("2020-01-07.chat.series@chats.example", "20200915T122640Z", "4"),
        ("2020-01-07.chat.series@chats.example", "20200914T122640Z", "1"),
        ("2020-02-04.chat@chats.example", "20200915T122640Z", "0"),
    ];
    assert_eq!(said, expected);
}

/// What is told depends on the year of `at` alone.
#[test]
fn the_same_year_gives_the_same_bytes() {
    let mut chat = chat();
    chat.series.push(series("FREQ=YEARLY;BYDAY=20MO", "2035-01-01", "18:30", "Europe/Paris"));
    let year = |day: &str| Instant::from(date(day).and_time(NaiveTime::MIN).and_utc());
    assert_eq!(repeating_form(&chat, year("2026-01-01")), repeating_form(&chat, year("2026-12-31")));
    assert_ne!(repeating_form(&chat, year("2026-01-01")), repeating_form(&chat, year("2027-01-01")));
}

// Random schedules.

const RULES: [&str; 46] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
    "FREQ=DAILY;BYMONTH=1;COUNT=40",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;BYDAY=MO,SA,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=4;BYDAY=TU;COUNT=17",
    "FREQ=WEEKLY;BYDAY=SU;BYMONTH=3,10",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO,WE;BYSETPOS=1,3;WKST=SU",
    "FREQ=WEEKLY;BYDAY=MO,WE;BYMONTH=3;BYSETPOS=1",
    "FREQ=WEEKLY;INTERVAL=120;BYDAY=TH",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=1TU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYDAY=2TH,4TH",
    "FREQ=MONTHLY;BYDAY=4SU,-1SU",
    "FREQ=MONTHLY;BYDAY=5WE",
    "FREQ=MONTHLY;BYDAY=-2FR",
    "FREQ=MONTHLY;BYDAY=1TU;BYMONTH=2,3,4,5,6,7,8,9,10,11,12",
    "FREQ=MONTHLY;INTERVAL=5;BYDAY=1SU;BYMONTH=3,10",
    "FREQ=MONTHLY;BYDAY=1WE;BYMONTH=1,4,7,10",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=5,15,25",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,-1",
    "FREQ=MONTHLY;BYMONTHDAY=-1,-3",
    "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
    "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=1,5",
    "FREQ=MONTHLY;BYDAY=TU",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
    "FREQ=MONTHLY;BYDAY=TU,1FR",
    "FREQ=YEARLY",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYWEEKNO=1,20;BYDAY=MO",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1",
    "FREQ=YEARLY;BYMONTH=1,6;BYDAY=MO,TU;BYSETPOS=2",
    "FREQ=YEARLY;BYMONTHDAY=10",
];

const ZONES: [&str; 16] = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Gaza",
    "Africa/Cairo",
    "America/Vancouver",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/Havana",
    "America/Nuuk",
    "Asia/Pyongyang",
    "Antarctica/Troll",
];

const TIMES: [&str; 8] = ["00:00", "00:30", "01:30", "02:15", "02:30", "12:00", "18:30", "23:30"];

fn times() -> impl Strategy<Value = NaiveTime> {
    select(&TIMES[..]).prop_map(time)
}

fn durations() -> impl Strategy<Value = TimeDelta> {
    select(&[15, 60, 90, 240, 1440][..]).prop_map(TimeDelta::minutes)
}

fn zones() -> impl Strategy<Value = Zone> {
    let any: Vec<Zone> = Zone::all().collect();
    prop_oneof![3 => select(&ZONES[..]).prop_map(|name| Zone::named(name).unwrap()), 1 => select(any)]
}

fn confidences() -> impl Strategy<Value = Confidence> {
    select(&[Confidence::Confirmed, Confidence::Inferred, Confidence::Assumed][..])
}

fn all_series() -> impl Strategy<Value = Series> {
    let day = (2008i32..2024, 1u32..366).prop_map(|(year, day)| NaiveDate::from_yo_opt(year, day).unwrap());
    let end = (0..3, 0u64..2500);
    (select(&RULES[..]), day, end, times(), durations(), zones(), confidences()).prop_map(
        |(rule, from, (end, days), time, duration, zone, confidence)| {
            let mut series = series(rule, &from.to_string(), "00:00", "UTC");
            (series.time, series.duration, series.zone, series.confidence) = (time, duration, zone, confidence);
            let day = series.start + Days::new(days);
            (series.end, series.last) = match end {
                0 => (End::Open, None),
                1 => (End::Until(day), Some(day)),
                _ => (End::Seen(day), Some(day + Days::new(365))),
            };
            series
        },
    )
}

fn a_change() -> impl Strategy<Value = (usize, Index, Change)> {
    let what = (any::<Option<u8>>(), proptest::option::weighted(0.2, 0..1), -10i64..25);
    let how = (
        proptest::option::weighted(0.4, times()),
        proptest::option::weighted(0.3, durations()),
        proptest::option::weighted(0.2, zones()),
        proptest::option::weighted(0.3, confidences()),
    );
    (0usize..2, any::<Index>(), what, any::<bool>(), how).prop_map(|(series, index, what, moves, how)| {
        let mut change = change(series, NaiveDate::MIN);
        change.topic = what.0.map(|number| format!("Topic {number}"));
        change.cancelled = what.1.map(|_| "no host".to_owned());
        // How far it moves is kept in a date until the occurrence is known.
        change.moved_to = moves.then(|| date("2000-01-11") + TimeDelta::days(what.2));
        (change.time, change.duration, change.zone, change.confidence) = how;
        (series, index, change)
    })
}

prop_compose! {
    fn schedules()(
        mut series in prop::collection::vec(all_series(), 0..3),
        changes in prop::collection::vec(a_change(), 0..8),
        breaks in prop::collection::vec((0u64..5000, 0u64..100), 0..4),
        one_offs in prop::collection::vec((0u64..5000, times(), durations(), zones(), any::<bool>()), 0..3),
        endless_break in prop::bool::weighted(0.05),
    ) -> Schedule {
        let mut chat = chat();
        for (index, series) in series.iter_mut().enumerate().skip(1) {
            series.name = Some(format!("name{index}"));
        }
        for (index, at, change) in changes {
            let Some(series) = series.get(index) else { continue };
            let last = series.last.unwrap_or(date("2030-01-01"));
            let dates: Vec<NaiveDate> = series.rule.dates(series.start).take_while(|date| *date <= last).collect();
            if dates.is_empty() {
                continue;
            }
            let date_of = *at.get(&dates);
            let moved_to = change.moved_to.map(|to| date_of + (to - date("2000-01-11")));
            if !chat.changes.iter().any(|known| (known.series, known.date) == (index, date_of)) {
                chat.changes.push(Change { date: date_of, moved_to, ..change });
            }
        }
        chat.changes.sort_by_key(|change| (change.date, change.series));
        let day = |days| date("2010-01-01") + Days::new(days);
        for (from, length) in breaks {
            let through = day(from + length);
            chat.breaks.push(Break { from: day(from), through, reason: None, sources: Vec::new(), note: None });
        }
        if endless_break {
            let (from, through) = (date("2021-06-01"), date("9999-12-31"));
            chat.breaks.push(Break { from, through, reason: None, sources: Vec::new(), note: None });
        }
        chat.breaks.sort_by_key(|pause| pause.from);
        for (index, (days, time, duration, zone, cancelled)) in one_offs.into_iter().enumerate() {
            chat.one_offs.push(OneOff {
                name: Some(format!("extra{index}")),
                date: day(days),
                time,
                duration,
                zone,
                topic: Some("Joint".to_owned()),
                cancelled: cancelled.then(|| "no host".to_owned()),
                confidence: Confidence::Confirmed,
                sources: Vec::new(),
                note: None,
            });
        }
        chat.one_offs.sort_by_key(|one_off| one_off.date);
        chat.series = series;
        chat
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_forms_mean_the_same(schedule in schedules()) {
        compare(&schedule, AT);
    }
}
