//! The repeating form means the same meetings as the expanded one: for random schedules, read by a plain reader.

mod schedules;

use chatcal::expand::{Window, expand};
use chatcal::feed::ledger::Known;
use chatcal::feed::line::Lines;
use chatcal::feed::repeating::RepeatingForm;
use chatcal::feed::{Stamp, summary};
use chatcal::schedule::{Change, Collection, LastKnown, Schedule, Status};
use chatcal::zone::{Instant, Zone};
use chrono::{Datelike, NaiveDate, NaiveTime};
use proptest::prelude::*;
use schedules::{change, chat, schedules, series};

use crate::composing;
use crate::expectation::Expectations;
use crate::files;
use crate::properties::cases;
use crate::reader;
use crate::reading::{NOVEMBER_2026, day, schedule_file};

const AT: Instant = Instant::from_unix_seconds(1_590_000_000); // May 2020

fn collection() -> Collection {
    let zones = vec![Zone::named("Australia/Sydney").unwrap()];
    Collection {
        title: "Chats".into(),
        description: None,
        id: "chats.example".into(),
        site: None,
        zones,
        history: None,
        selections: Vec::new(),
        silenced: Vec::new(),
    }
}

/// Compares both forms up to the last day of the third year after `at`. Gives the repeating form.
fn compare(schedule: &Schedule, at: Instant) -> String {
    let feed = composing::repeating(schedule, &collection(), at);
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

/// Each `tests/repeating/<case>.toml` has beside it what must be said of times, written by hand.
#[test]
fn each_case_gives_its_expected_times() {
    let cases = files::schedules("tests/repeating");
    assert!(!cases.is_empty());
    let mut expectations = Expectations::default();
    for case in cases {
        expectations.file(&case.with_extension("txt"), &times_of(&compare(&schedule_file(&case), NOVEMBER_2026)));
    }
    expectations.finish();
}

#[test]
fn both_forms_of_every_schedule_here_mean_the_same() {
    for file in ["schedules", "tests/clients/hard"].into_iter().flat_map(files::schedules) {
        println!("{}", file.display());
        compare(&schedule_file(&file), NOVEMBER_2026);
    }
}

#[test]
fn masters_have_the_last_stamp_of_their_meetings_and_dated_meetings_their_own() {
    let mut chat = chat();
    chat.series.push(series("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", "2020-01-01", "18:30", "Europe/London"));
    let moved = Change { moved_to: Some(day("2020-04-01")), ..change(0, day("2020-02-04")) };
    let topic = Change { topic: Some("Reading".into()), ..change(0, day("2020-03-03")) };
    chat.changes = vec![moved, topic];
    let meetings = expand(&chat, Window::of_feed(AT, None));
    let stamp =
        |day: i64, sequence| Stamp { revised: Instant::from_unix_seconds(1_600_000_000 + day * 86_400), sequence };
    let stamps = [stamp(0, 4), stamp(2, 0), stamp(1, 1)];
    let mut lines = Lines::new();
    RepeatingForm::new(&chat, &collection(), AT, &meetings, &stamps).write(&mut lines, &Known::default());
    let feed = composing::text(&lines);
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

#[test]
fn the_description_of_a_series_did_not_say_its_end() {
    let mut chat = chat();
    chat.series.push(series("FREQ=WEEKLY;BYDAY=TU;COUNT=24", "2025-12-16", "18:30", "UTC"));
    let description = |chat: &Schedule| {
        let feed = composing::repeating(chat, &collection(), NOVEMBER_2026).replace("\r\n ", "");
        let lines = feed.lines().filter(|line| line.starts_with("DESCRIPTION:Every "));
        lines.map(|line| line.split("\\,").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(description(&chat), ["DESCRIPTION:Every Tuesday until 26 May 2026"]);
    // A series that was last seen some day fades out: that is not an end.
    chat.series[0].last_known = Some(LastKnown::Seen(day("2026-05-19")));
    assert_eq!(description(&chat), ["DESCRIPTION:Every Tuesday"; 2]);
}

/// What is written depends on the year of `at` alone.
#[test]
fn the_same_year_gives_the_same_bytes() {
    let mut chat = chat();
    chat.series.push(series("FREQ=YEARLY;BYDAY=20MO", "2035-01-01", "18:30", "Europe/Paris"));
    let form = |at| composing::repeating(&chat, &collection(), at);
    let year = |text: &str| Instant::from(day(text).and_time(NaiveTime::MIN).and_utc());
    assert_eq!(form(year("2026-01-01")), form(year("2026-12-31")));
    assert_ne!(form(year("2026-01-01")), form(year("2027-01-01")));
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn both_forms_mean_the_same(schedule in schedules()) {
        compare(&schedule, AT);
    }
}
