//! Imports: the cases of `import/cases`, chatcal's own feeds read back, and files that mean harm.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant as Clock};

use chatcal::expand::{Window, expand};
use chatcal::import::report::{FileReport, Report, render};
use chatcal::import::{Imported, Input};
use chatcal::schedule::keys::SCHEDULE;
use chatcal::schedule::{Schedule, Status, layout};
use chatcal::zone::Zone;

use crate::composing::{expanded, repeating};
use crate::expectation::Expectations;
use crate::files::{entries, name};
use crate::importing::{AT, imported};
use crate::reading::{folder, schedule};

fn of(name: &str, bytes: &[u8], zone: Option<Zone>) -> (Vec<Imported>, Report) {
    imported(&[Input { name, bytes }], zone)
}

#[test]
fn each_case_gives_its_schedules_and_its_report() {
    let cases = entries("tests/import/cases");
    assert!(cases.len() > 10);
    let mut expectations = Expectations::default();
    for case in cases {
        let mut given = entries(&case);
        given.retain(|path| path.is_file() && name(path) != "arguments");
        let given: Vec<(&str, Vec<u8>)> = given.iter().map(|path| (name(path), fs::read(path).unwrap())).collect();
        let inputs: Vec<Input> = given.iter().map(|(name, bytes)| Input { name, bytes }).collect();
        let arguments = fs::read_to_string(case.join("arguments")).unwrap_or_default();
        let zone = arguments.trim().strip_prefix("--zone ").map(|name| Zone::named(name).unwrap());
        let (drafts, report) = imported(&inputs, zone);
        for draft in &drafts {
            assert_eq!(
                layout(&draft.text, &SCHEDULE).as_ref(),
                Ok(&draft.text),
                "{} of {}",
                draft.slug,
                case.display()
            );
        }
        let mut made: BTreeMap<String, String> =
            drafts.into_iter().map(|draft| (format!("{}.toml", draft.slug), draft.text)).collect();
        made.insert("report.txt".to_owned(), render(&report));
        expectations.folder(&case.join("expected"), &made);
    }
    expectations.finish();
}

/// The meetings of a schedule in a feed made now, as far as a feed tells of them. A regular meeting that was called off
/// is not in the repeating form.
fn meetings(schedule: &Schedule, cancelled: bool) -> Vec<(i64, i64, Status, Option<String>)> {
    let mut all: Vec<_> = expand(schedule, Window::of_feed(AT, None))
        .iter()
        .filter(|meeting| cancelled || meeting.status != Status::Cancelled)
        .map(|meeting| {
            let topic = meeting.own().topic.map(str::to_owned);
            (meeting.start.unix_seconds(), meeting.end.unix_seconds(), meeting.status, topic)
        })
        .collect();
    all.sort_by_key(|meeting| (meeting.0, meeting.1, meeting.3.clone()));
    all
}

fn reread(drafts: &[Imported]) -> Vec<Schedule> {
    drafts.iter().map(|draft| schedule(draft.slug.as_str(), &draft.text)).collect()
}

/// The schedule that a feed becomes, from which nothing is left out.
fn again(path: &str, feed: &str) -> Schedule {
    let (drafts, report) = of(path, feed.as_bytes(), None);
    assert!(report.is_whole() && drafts.len() == 1, "{}", render(&report));
    reread(&drafts).remove(0)
}

#[test]
fn expanded_feeds_import_into_schedules_of_the_same_meetings() {
    let (collection, schedules) = folder("schedules");
    let (mut singles, mut tables) = (0, 0);
    for schedule in schedules {
        let again = again(&format!("{}.ics", schedule.slug), &expanded(&schedule, &collection, AT));
        assert_eq!((&again.slug, &again.title), (&schedule.slug, &schedule.title));
        assert_eq!(meetings(&again, true), meetings(&schedule, true), "{}", schedule.slug);
        singles += meetings(&schedule, true).len();
        tables += again.series.len() + again.one_offs.len() + again.breaks.len();
    }
    // Rules were found: far fewer tables than meetings.
    assert!(tables * 3 < singles, "{tables} tables for {singles} meetings");
}

#[test]
fn repeating_feeds_import_into_schedules_of_the_same_meetings() {
    let (collection, schedules) = folder("schedules");
    for schedule in schedules {
        let again = again(&format!("repeating/{}.ics", schedule.slug), &repeating(&schedule, &collection, AT));
        assert_eq!(meetings(&again, false), meetings(&schedule, false), "{}", schedule.slug);
    }
}

/// What a hostile or broken file must not do: take long, or bring the program down.
fn refused(name: &str, bytes: &[u8]) -> FileReport {
    let begin = Clock::now();
    let (drafts, report) = of(name, bytes, None);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(300), "{name} took {took:?}");
    assert!(drafts.is_empty(), "{name} gave a schedule");
    assert!(!report.is_whole(), "{name} was not refused: {}", render(&report));
    report.files[0].clone()
}

fn calendar(body: &str) -> Vec<u8> {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{body}END:VCALENDAR\n").into_bytes()
}

fn event(lines: &str) -> Vec<u8> {
    calendar(&format!("BEGIN:VEVENT\nUID:1\n{lines}END:VEVENT\n"))
}

#[test]
fn hostile_files_are_refused_with_a_reason() {
    let nested = "BEGIN:VEVENT\n".repeat(200_000);
    assert!(refused("deep.ics", &calendar(&nested)).left_out[0].what.contains("nested deeper"));
    let huge = vec![b'a'; 50 << 20];
    assert!(refused("huge.ics", &huge).left_out[0].what.contains("too large: at most 32 MiB is allowed"));
    let events = "BEGIN:VEVENT\nEND:VEVENT\n".repeat(600_000);
    assert!(refused("many.ics", &calendar(&events)).left_out[0].what.contains("components"));
    let open = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240101T000000Z\n";
    assert!(refused("open.ics", open).left_out[0].what.contains("has no END"));
    let nul = event("DTSTART:20240101T000000Z\nSUMMARY:a\0b\n");
    assert!(refused("nul.ics", &nul).left_out[0].what.contains("NUL"));
    assert!(refused("latin.ics", b"BEGIN:VCALENDAR\nX:\xe9\nEND:VCALENDAR\n").left_out[0].what.contains("UTF-8"));
    let crossed = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n";
    assert!(refused("crossed.ics", crossed).left_out[0].what.contains("still open"));
    let folded = event(&format!("DTSTART:20240101T000000Z\nSUMMARY:{}\n", "a\n ".repeat(2 << 20)));
    assert!(refused("folded.ics", &folded).left_out[0].what.contains("mebibyte"));
    refused("empty.ics", b"");
    refused("none.ics", &calendar(""));
    refused("text.txt", b"hello");
    let aliases = (0..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
    });
    refused("aliases.yaml", format!("{aliases}project: *a40\nschedule: *a40\n").as_bytes());
    refused("deep.yaml", "[".repeat(500_000).as_bytes());
    refused("deep.toml", format!("a = {}", "[".repeat(500_000)).as_bytes());
}

#[test]
fn hostile_rules_are_refused_or_bounded() {
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYHOUR=1",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5;BYMINUTE=0,1,2,3,4,5,6,7,8,9",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;UNTIL=20231231",
        "FREQ=WEEKLY;FREQ=DAILY",
        "COUNT",
    ] {
        let file = event(&format!("DTSTART:20240101T000000Z\nDURATION:PT1H\nRRULE:{rule}\n"));
        let begin = Clock::now();
        let (drafts, report) = of("rule.ics", &file, None);
        assert!(begin.elapsed() < Duration::from_secs(300), "{rule}");
        assert!(!report.is_whole() || !report.files[0].changed.is_empty(), "{rule}: {}", render(&report));
        assert!(drafts.iter().all(|draft| !draft.text.contains("[[series]]")), "{rule}");
    }
    let file = event("DTSTART:20240101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4294967295\n");
    let begin = Clock::now();
    assert_eq!(of("count.ics", &file, None).0.len(), 1);
    assert!(begin.elapsed() < Duration::from_secs(300));
}

#[test]
fn many_dates_without_a_rule_stay_bounded() {
    // Primes as days: no rule explains them.
    let mut body = String::new();
    let mut primes: Vec<u32> = Vec::new();
    for number in 2..20_000 {
        if primes.iter().take_while(|prime| *prime * *prime <= number).all(|prime| number % prime != 0) {
            primes.push(number);
            let day = chrono::NaiveDate::from_num_days_from_ce_opt(720_000 + number as i32).unwrap();
            let day = day.format("%Y%m%d");
            let event = format!("UID:{number}\nDTSTART:{day}T120000Z\nDURATION:PT1H\nSUMMARY:Prime");
            body.extend(["BEGIN:VEVENT\n", &event, "\nEND:VEVENT\n"]);
        }
    }
    let begin = Clock::now();
    let (drafts, report) = of("primes.ics", &calendar(&body), None);
    assert!(begin.elapsed() < Duration::from_secs(300), "{:?}", begin.elapsed());
    let again = reread(&drafts);
    assert_eq!(expand(&again[0], Window::ALL).len(), primes.len(), "{}", render(&report));
}

#[test]
fn of_a_rule_part_that_is_given_twice_the_last_one_counted() {
    let rule = |rule: &str| event(&format!("DTSTART:20240101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;{rule}\n"));
    let (drafts, report) = of("twice.ics", &rule("BYHOUR=9;COUNT=5;BYHOUR=10"), None);
    assert!(render(&report).contains("BYHOUR is given twice"), "{}", render(&report));
    assert!(drafts.iter().all(|draft| !draft.text.contains("[[series]]")));
    // As other programs write them: spaces, an empty part, lower case, a wall time as the end.
    let (drafts, report) = of("spaces.ics", &rule(" byhour=9, 10; UNTIL=20240105T093000;"), None);
    let schedules = reread(&drafts);
    assert!(report.is_whole() && schedules.len() == 1, "{}", render(&report));
    let found: Vec<String> = expand(&schedules[0], Window::ALL).iter().map(|it| it.local_start().to_string()).collect();
    assert_eq!((found.len(), found.last().map(String::as_str)), (9, Some("2024-01-05 09:00:00")), "{found:?}");
}

#[test]
fn an_import_whose_only_meeting_is_excepted_was_a_success_without_a_word() {
    let lines = "DTSTART:20240101T090000Z\nDURATION:PT1H\n";
    for (rule, said) in
        [("", "its only meeting is taken away"), ("RRULE:FREQ=DAILY;COUNT=1\n", "all its meetings are taken away")]
    {
        let (drafts, report) = of("gone.ics", &event(&format!("{lines}{rule}EXDATE:20240101T090000Z\n")), None);
        assert!(drafts.is_empty() && !report.is_whole(), "{}", render(&report));
        assert!(render(&report).contains(said), "{}", render(&report));
    }
}

#[test]
fn an_until_in_the_morning_of_sydney_was_before_the_first_date() {
    for until in ["20240101T210000Z", "20240102T080000"] {
        let lines =
            format!("DTSTART;TZID=Australia/Sydney:20240102T080000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL={until}\n");
        let (drafts, report) = of("sydney.ics", &event(&lines), None);
        assert!(report.is_whole() && drafts.len() == 1, "{until}: {}", render(&report));
        let schedules = reread(&drafts);
        let starts: Vec<_> = expand(&schedules[0], Window::ALL).iter().map(|it| it.local_start().to_string()).collect();
        assert_eq!(starts, ["2024-01-02 08:00:00"], "{until}");
    }
    let rule =
        "rule = \"FREQ=WEEKLY;UNTIL=20240101T210000Z\"\nstart = 2024-01-02\nconfidence = \"assumed\"\nsource = \"x\"\n";
    let text = format!("title = \"x\"\nzone = \"Australia/Sydney\"\nduration = \"1h\"\n[[series]]\n{rule}");
    // Without a time of day the end is not known to the day: only that is missing.
    let (_, found) = crate::reading::read("chat", &text);
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["missing-key"], "{found:?}");
}
