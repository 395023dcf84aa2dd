//! Schedules that are right, and what they turn into.

use chatcal::diagnostic::{Diagnostic, FileId};
use chatcal::schedule::{
    Confidence, CrossCheck, Evidence, Schedule, Slug, Successor, read_collection, read_schedule, read_text,
};
use chrono::TimeDelta;

use crate::files;
use crate::reading::{self, TOP, day, time};

const SURE: &str = "confidence = \"confirmed\"\nsource = \"https://example.org/\"\n";

fn right(text: &str) -> Schedule {
    let (schedule, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    schedule.unwrap()
}

/// What a file says, from its bytes on.
fn read(text: &str) -> (Option<Schedule>, Vec<Diagnostic>) {
    reading::read("chat", read_text(FileId(0), text.as_bytes()).unwrap())
}

/// A series by its own lines.
fn series(lines: &str) -> String {
    format!("[[series]]\n{lines}{SURE}\n")
}

#[test]
fn every_shipped_file_is_right() {
    let mut diagnostics = Vec::new();
    let paths = files::toml("schedules");
    let mut cross = CrossCheck::new(paths.iter().map(|path| files::stem(path)));
    for (index, path) in paths.iter().enumerate() {
        let file = FileId(index);
        let text = files::text(path);
        let stem = files::stem(path);
        if stem == "collection" {
            assert!(read_collection(file, &text, &mut diagnostics).is_some());
        } else {
            let slug = CrossCheck::slug(file, stem, |_| false, &mut diagnostics).unwrap();
            let schedule = read_schedule(file, &slug, &text, &mut diagnostics);
            let schedule = schedule.unwrap_or_else(|| panic!("{stem}: {diagnostics:#?}"));
            assert!(schedule.series.iter().all(|series| !series.is_open()), "{stem}: nobody vouches for it");
            cross.check(file, &text, &schedule, &mut diagnostics);
        }
    }
    assert_eq!(diagnostics, []);
}

#[test]
fn a_schedule_says_what_its_file_says() {
    let schedule = right(&format!(
        "{TOP}summary = \"s\"\ndescription = \"\"\"\none\ntwo\"\"\"\nhashtag = \"chat_2\"\nplatform = \"p\"\n\
         home = \"mailto:a@example.org\"\nhosts = [\"@a\", \"b\"]\nlanguage = \"pt-BR\"\ntags = [\"uk\", \"l-2\"]\n\
         successor = \"https://example.org/next\"\nformerly = \"older\"\n\n\
         [[one-off]]\ndate = 2014-07-08\n\n\
         [[one-off]]\nname = \"late\"\ndate = 2014-07-08\ntime = \"23:00\"\nduration = \"1h30m\"\n\
         zone = \"UTC\"\ntopic = \"t\"\ncancelled = \"c\"\nsource = [\"https://example.org/\", \"words: two\"]\n\
         note = \"n\"\n\n\
         [[allow]]\nwarning = \"gap\"\nreason = \"r\"\n"
    ));
    assert_eq!(schedule.description.as_deref(), Some("one\ntwo"));
    assert_eq!(schedule.venue.hashtag.as_deref(), Some("chat_2"));
    assert_eq!(schedule.venue.home.unwrap().as_str(), "mailto:a@example.org");
    assert_eq!(schedule.venue.hosts, ["@a", "b"]);
    assert_eq!(schedule.tags.iter().map(chatcal::schedule::Tag::as_str).collect::<Vec<_>>(), ["uk", "l-2"]);
    assert!(matches!(schedule.successor, Some(Successor::Link(_))));
    assert_eq!(schedule.formerly.iter().map(Slug::as_str).collect::<Vec<_>>(), ["older"]);
    assert_eq!(schedule.silenced, [("gap".to_owned(), "r".to_owned())]);
    let [plain, late] = &schedule.one_offs[..] else { panic!() };
    assert_eq!((plain.time, plain.duration, plain.zone), (time("18:30"), TimeDelta::hours(1), schedule.zone));
    // No source says it.
    assert_eq!(plain.confidence, Confidence::Assumed);
    assert_eq!((late.time, late.duration, late.zone.name()), (time("23:00"), TimeDelta::minutes(90), "UTC"));
    assert_eq!(late.confidence, Confidence::Confirmed);
    assert!(matches!(&late.sources[..], [Evidence::Link(_), Evidence::Words(words)] if words == "words: two"));
}

#[test]
fn a_bare_time_means_the_same_as_one_in_quotes() {
    for written in ["\"18:30\"", "18:30", "18:30:00"] {
        let text = TOP.replace("\"18:30\"", written) + "[[one-off]]\ndate = 2014-07-08\n";
        assert_eq!(right(&text).one_offs[0].time, time("18:30"), "{written}");
    }
}

#[test]
fn a_file_from_windows_is_read_like_any_other() {
    let text = format!("{TOP}description = \"\"\"\none\ntwo\"\"\"\n[[one-off]]\ndate = 2014-07-08\n");
    let from_windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(right(&from_windows), right(&text));
}

#[test]
fn what_is_seen_fades_out_after_a_year_or_when_the_next_one_begins() {
    let weekly = |start: &str, end: &str| series(&format!("every = \"day\"\nstart = {start}\n{end}\n"));
    let last = |text: String| right(&format!("{TOP}{text}")).series[0].run.last;
    assert_eq!(last(weekly("2013-04-02", "seen = 2019-02-19")), Some(day("2020-02-19")));
    assert_eq!(last(weekly("2013-04-02", "seen = 2016-02-29")), Some(day("2017-02-28")));
    assert_eq!(last(weekly("2013-04-02", "seen = 2015-02-28")), Some(day("2016-02-28")));
    assert_eq!(last(weekly("2013-04-02", "until = 2014-01-01")), Some(day("2014-01-01")));
    assert_eq!(last(weekly("2013-04-02", "")), None);
    let next = |start: &str| weekly(start, "until = 2030-01-01");
    assert_eq!(last(weekly("2013-04-02", "seen = 2019-02-19") + &next("2019-06-03")), Some(day("2019-06-02")));
    assert_eq!(last(weekly("2013-04-02", "seen = 2019-02-19") + &next("2021-06-03")), Some(day("2020-02-19")));
    let named = next("2019-06-03").replace("every", "name = \"late\"\nevery");
    assert_eq!(last(weekly("2013-04-02", "seen = 2019-02-19") + &named), Some(day("2020-02-19")));
    // Two that ran side by side: the later one did not take the place of the earlier.
    let mondays = series("every = \"4 weeks on Monday\"\nstart = 2016-01-04\nseen = 2016-05-31\n");
    let tuesdays = series("every = \"4 weeks on Tuesday\"\nstart = 2016-01-19\nseen = 2016-05-31\n");
    assert_eq!(last(mondays + &tuesdays), Some(day("2017-05-31")));
}

#[test]
fn until_in_utc_becomes_the_last_local_date_whose_meeting_starts_by_then() {
    for (zone, time, until, last) in [
        // London is an hour ahead of UTC on 1 April 2014, Los Angeles seven behind, Auckland thirteen ahead.
        ("Europe/London", "18:30", "20140401T173000Z", "2014-04-01"),
        ("Europe/London", "18:30", "20140401T172959Z", "2014-03-31"),
        ("America/Los_Angeles", "20:00", "20140402T030000Z", "2014-04-01"),
        ("America/Los_Angeles", "20:00", "20140402T025959Z", "2014-03-31"),
        ("Pacific/Auckland", "08:00", "20140331T190000Z", "2014-04-01"),
        ("Pacific/Auckland", "08:00", "20140331T185959Z", "2014-03-31"),
        // The clocks went back from 00:01 to 23:01 of the day before: the meeting at midnight had begun by then.
        ("America/St_Johns", "00:00", "20101107T030000Z", "2010-11-07"),
        // Samoa had no 30 December 2011.
        ("Pacific/Apia", "23:00", "20111230T110000Z", "2011-12-29"),
    ] {
        let lines =
            format!("rule = \"FREQ=DAILY;UNTIL={until}\"\nstart = 2010-03-01\ntime = \"{time}\"\nzone = \"{zone}\"\n");
        let schedule = right(&format!("{TOP}{}", series(&lines)));
        assert_eq!(schedule.series[0].run.last, Some(day(last)), "{zone} {until}");
    }
}

#[test]
fn everything_is_in_order_and_a_change_finds_its_series() {
    let schedule = right(&format!(
        "{TOP}{}{}[[change]]\ndate = 2014-04-01\nseries = \"west\"\ntopic = \"w\"\n\n\
         [[change]]\ndate = 2013-04-02\ntopic = \"one\"\n\n[[change]]\ndate = 2014-04-01\nseries = \"east\"\ntopic = \"e\"\n\n\
         [[break]]\nfrom = 2014-06-01\nthrough = 2014-06-30\n\n[[break]]\nfrom = 2014-05-01\nthrough = 2014-05-31\n\n\
         [[one-off]]\ndate = 2014-06-03\n\n[[one-off]]\ndate = 2012-07-01\n",
        series("name = \"west\"\nevery = \"Tuesday\"\nstart = 2014-01-07\nuntil = 2014-12-31\n"),
        series("name = \"east\"\nevery = \"first Tuesday of the month\"\nstart = 2013-04-02\n"),
    ));
    let names: Vec<_> = schedule.series.iter().map(|series| series.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["east", "west"]);
    let changes: Vec<_> =
        schedule.changes.iter().map(|change| (change.series, change.topic.as_deref().unwrap())).collect();
    assert_eq!(changes, [(0, "one"), (0, "e"), (1, "w")]);
    assert!(schedule.breaks[0].from < schedule.breaks[1].from);
    assert!(schedule.one_offs[0].date < schedule.one_offs[1].date);
}

#[test]
fn series_that_never_share_a_date_may_both_stay_open() {
    right(&format!(
        "{TOP}{}{}{}",
        series("every = \"other Thursday\"\nstart = 2014-01-02\n"),
        series("every = \"other Thursday\"\nstart = 2014-01-09\n"),
        series("rule = \"FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=WE\"\nstart = 2014-12-31\n"),
    ));
}

#[test]
fn a_rule_with_a_count_ends_by_itself() {
    let counted = series("rule = \"FREQ=MONTHLY;BYDAY=1TU;COUNT=3\"\nstart = 2013-04-02\n");
    let next = series("every = \"first Tuesday of the month\"\nstart = 2013-07-02\n");
    let schedule = right(&format!("{TOP}{counted}{next}[[change]]\ndate = 2013-06-04\ntopic = \"third\"\n"));
    assert_eq!(schedule.series[0].run.last, Some(day("2013-06-04")));
    assert_eq!(schedule.changes[0].series, 0);
}

#[test]
fn a_silenced_warning_is_not_reported() {
    let text = format!("{TOP}[[one-off]]\ndate = 2014-03-30\ntime = \"01:30\"\n");
    assert_eq!(read(&text).1.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["gap"]);
    right(&format!("{text}[[allow]]\nwarning = \"gap\"\nreason = \"they know\"\n"));
}

#[test]
fn a_duration_of_thousands_of_parts_overflowed() {
    let text = TOP.replace("\"1h\"", &format!("\"{}\"", "9999h".repeat(8_000))) + "[[one-off]]\ndate = 2014-03-25\n";
    let (_, diagnostics) = reading::read("chat", &text);
    assert!(diagnostics.iter().any(|found| found.code == "duration"), "{diagnostics:#?}");
}

#[test]
fn one_more_day_that_the_clocks_skip_was_said_to_be_1_more_days() {
    let (_, diagnostics) = read(&format!(
        "{}{}",
        TOP.replace("18:30", "01:30"),
        series("every = \"Sunday\"\nstart = 2014-01-05\nuntil = 2018-12-30\n")
    ));
    let labels: Vec<_> = diagnostics.iter().filter_map(|found| found.label.as_deref()).collect();
    assert!(labels.len() == 1 && labels[0].ends_with("Sun 26 March 2017 and 1 more day"), "{labels:?}");
}

#[test]
fn a_site_ends_in_a_slash() {
    for site in ["https://example.org/chats", "https://example.org/chats/"] {
        let mut diagnostics = Vec::new();
        let text = format!("title = \"Chats\"\nid = \"chats.example.org\"\nsite = \"{site}\"\nzones = [\"UTC\"]\n");
        let collection = read_collection(FileId(0), &text, &mut diagnostics).unwrap();
        assert_eq!(collection.site.unwrap().as_str(), "https://example.org/chats/");
        assert_eq!(diagnostics, []);
    }
}
