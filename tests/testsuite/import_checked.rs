//! What import writes, `check` accepts, by itself and together with the chats that are there already; and what it cannot
//! write it says once, with its number.

use std::fs;
use std::path::Path;

use chatcal::import::Input;
use chatcal::import::report::render;

use crate::importing::{calendar, event, imported};
use crate::program::{COLLECTION, run, said};

const LONDON: &str = "DTSTART;TZID=Europe/London:20240102T090000\r\nDURATION:PT1H\r\n";

fn daily(title: &str, start: &str, more: &str) -> String {
    format!("SUMMARY:{title}\r\nDTSTART:{start}T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY{more}\r\n")
}

/// Imports a calendar into `schedules`; the exit code, and what was said.
fn import(folder: &Path, text: &str) -> (Option<i32>, String) {
    fs::write(folder.join("given.ics"), text).unwrap();
    let output = run(folder, &["import", "given.ics"]);
    (output.status.code(), said(&output))
}

fn schedules(folder: &Path) -> usize {
    let stems = fs::read_dir(folder.join("schedules")).map(|entries| entries.map(|entry| entry.unwrap().file_name()));
    stems.map_or(0, |stems| stems.filter(|stem| stem != "collection.toml").count())
}

/// What is there passes the check.
fn check(folder: &Path) {
    fs::write(folder.join("schedules/collection.toml"), COLLECTION).unwrap();
    let output = run(folder, &["check"]);
    assert!(output.status.success(), "{}", said(&output));
}

/// What the report says of a calendar.
fn report(text: &str) -> String {
    render(&imported(&[Input { name: "given.ics", bytes: text.as_bytes() }], None).1)
}

#[test]
fn schedules_were_written_that_check_refused() {
    // Two meetings a day for nearly twenty years, each with a link and a place of a thousand letters.
    let texts = format!("URL:https://example.org/{}\r\nLOCATION:{}\r\n", "u".repeat(900), "l".repeat(900));
    let long = (0..2).fold(String::new(), |events, hour| {
        let start = format!("DTSTART;TZID=Europe/London:20080101T0{hour}0000\r\nDURATION:PT1H\r\n");
        events + &event(hour, &format!("SUMMARY:long\r\n{start}RRULE:FREQ=DAILY\r\n{texts}"))
    });
    for (text, told) in [
        (calendar(&event(1, &daily("old", "19000102", ""))), "meetings through the end of 2027; at most 20,000 are"),
        (
            calendar(&event(1, &daily("far", "20080102", ";UNTIL=24000101T000000Z"))),
            "dates to look at; at most 40,000 are",
        ),
        (calendar(&long), "of the chat would have"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let others = event(90, &format!("{LONDON}SUMMARY:fine\r\n"));
        let (code, said) = import(folder.path(), &text.replace("END:VCALENDAR", &format!("{others}END:VCALENDAR")));
        assert!(code == Some(1) && said.contains(told), "{told}: {said}");
        assert_eq!(schedules(folder.path()), 1, "{said}");
        check(folder.path());
    }
}

#[test]
fn chats_were_written_that_were_too_many_for_their_collection() {
    let many = |chats: std::ops::Range<usize>| {
        calendar(
            &chats
                .map(|at| event(at, &daily(&format!("Chat {at}"), "20080101", ";UNTIL=20270101T000000Z")))
                .collect::<String>(),
        )
    };
    let folder = tempfile::tempdir().unwrap();
    // Each has 6,941 meetings, one a day: 14 of them have less than 100,000, 15 more.
    let (code, said) = import(folder.path(), &many(0..30));
    assert!(code == Some(1) && said.contains("at most 100,000 are allowed"), "{said}");
    let written = schedules(folder.path());
    assert!(written == 14 && said.matches("left out: Chat").count() == 30 - written, "{said}");
    check(folder.path());
    // The same again finds them there, and no room for the others; nor is there any for new ones.
    let (code, said) = import(folder.path(), &many(0..30));
    assert!(code == Some(1) && said.matches("left out: Chat").count() == 30 - written, "{said}");
    let (code, said) = import(folder.path(), &many(30..31));
    assert!(code == Some(1) && said.contains("left out: Chat 30: with this chat the chats have"), "{said}");
    assert_eq!(schedules(folder.path()), written);
    check(folder.path());
}

#[test]
fn tags_were_written_that_were_too_many_for_their_collection() {
    let tagged = |at: usize| {
        let tags: Vec<String> = (0..19).map(|tag| format!("tag-{at}-{tag}")).collect();
        event(at, &format!("{LONDON}SUMMARY:Chat {at}\r\nCATEGORIES:{}\r\n", tags.join(",")))
    };
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = import(folder.path(), &calendar(&(0..11).map(tagged).collect::<String>()));
    assert!(
        code == Some(1)
            && said.contains("Chat 10: with this chat the chats have 209 tags in all; at most 200 are allowed"),
        "{said}"
    );
    assert_eq!(schedules(folder.path()), 10);
    check(folder.path());
}

#[test]
fn chats_with_too_many_dates_are_looked_at_for_a_time() {
    let old = (0..60).fold(String::new(), |old, at| old + &event(at, &daily(&format!("Old {at}"), "00010101", "")));
    let said = report(&calendar(&(old + &event(99, &format!("{LONDON}SUMMARY:Late\r\n")))));
    assert!(
        said.contains("Late: the chats before it have more than 20,600,000 dates, the most that are looked at"),
        "{said}"
    );
}

#[test]
fn a_chat_was_given_the_older_name_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let (code, told) = import(folder.path(), &calendar(&event(1, &format!("{LONDON}SUMMARY:New\r\n"))));
    assert!(code == Some(0), "{told}");
    let path = folder.path().join("schedules/given.toml");
    let text = fs::read_to_string(&path).unwrap().replace("zone = ", "formerly = \"old\"\nzone = ");
    fs::write(folder.path().join("schedules/new.toml"), text).unwrap();
    fs::remove_file(path).unwrap();
    fs::write(folder.path().join("old.ics"), calendar(&event(2, &format!("{LONDON}SUMMARY:Old\r\n")))).unwrap();
    let output = run(folder.path(), &["import", "old.ics"]);
    assert!(output.status.success() && folder.path().join("schedules/old-2.toml").is_file(), "{}", said(&output));
    check(folder.path());
}

#[test]
fn categories_beyond_the_tags_of_a_chat_were_dropped_in_silence() {
    let categories = |line: &str| calendar(&event(1, &format!("{LONDON}SUMMARY:Chat\r\nCATEGORIES:{line}\r\n")));
    let all: Vec<String> = (0..20_000).map(|at| format!("c{at:05}")).collect();
    for (given, told) in [
        (
            &all[..],
            "c00020, c00021, c00022, c00023, c00024, c00025, c00026, c00027, c00028, c00029 and 19,970 more are not \
                    among its `tags`: it has 20,000, and 20 may be listed",
        ),
        (&all[..21], "Chat: c00020 is not among its `tags`: it has 21, and 20 may be listed"),
    ] {
        let said = report(&categories(&given.join(",")));
        assert!(said.contains("left out: ") && said.contains(told), "{said:.2000}");
    }
    let said = report(&categories(&(all[..20].join(",") + ",c00001,C00002")));
    assert!(!said.contains("left out"), "{said}");
    let said = report(&categories("All,Книги,\u{202e}"));
    assert!(said.contains("CATEGORIES: \"\\u{202e}\" and \"Книги\" make no tag"), "{said}");
}

#[test]
fn an_event_without_a_meeting_left_was_reported_three_times() {
    let gone =
        format!("{LONDON}SUMMARY:Gone\r\nRRULE:FREQ=DAILY;COUNT=1\r\nEXDATE;TZID=Europe/London:20240102T090000\r\n");
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = import(folder.path(), &calendar(&event(1, &gone)));
    let told = "  left out: line 3, Gone: all its meetings are taken away by EXDATE, so that nothing of it is left\n";
    assert_eq!((code, said.as_str()), (Some(1), format!("given.ics (iCalendar)\n{told}").as_str()));
    // With another event of the same chat it was twice.
    let said = report(&calendar(&(event(1, &gone) + &event(2, &format!("{LONDON}SUMMARY:Gone\r\n")))));
    assert!(said.matches("left out").count() == 1 && said.contains(told), "{said}");
}

#[test]
fn an_excepted_meeting_that_a_change_brings_back_was_said_to_be_gone() {
    let back = "RECURRENCE-ID;TZID=Europe/London:20240102T090000\r\nDTSTART;TZID=Europe/London:20240102T100000\r\nDURATION:PT1H\r\n";
    let except = "RRULE:FREQ=DAILY;COUNT=1\r\nEXDATE;TZID=Europe/London:20240102T090000\r\n";
    let said = report(&calendar(&(event(1, &format!("{LONDON}{except}")) + &event(1, back))));
    assert!(said.contains("taken: given.toml") && !said.contains("left out"), "{said}");
}

#[test]
fn a_count_whose_last_date_is_the_last_of_the_calendar_was_endless() {
    let weekly = |start: &str, count: u32| {
        let text =
            event(1, &format!("DTSTART:{start}T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT={count}\r\n"));
        let bytes = calendar(&text);
        let (made, report) = imported(&[Input { name: "given.ics", bytes: bytes.as_bytes() }], None);
        (made[0].text.clone(), render(&report))
    };
    // The 522nd Tuesday from 2 January 9990 on is 28 December 9999.
    let (text, said) = weekly("99900102", 522);
    assert!(text.contains("until = 9999-12-28") && !said.contains("changed"), "{said}{text}");
    let (text, said) = weekly("99900102", 521);
    assert!(text.contains("until = 9999-12-21") && !said.contains("changed"), "{said}{text}");
    let (text, said) = weekly("99900102", 523);
    assert!(!text.contains("until") && said.contains("COUNT goes beyond the year 9999"), "{said}{text}");
}

#[test]
fn a_link_that_is_too_long_kept_out_its_whole_chat() {
    let url = format!("https://example.org/{}", "u".repeat(1_000));
    let said = report(&calendar(&event(1, &format!("{LONDON}SUMMARY:Chat\r\nURL:{url}\r\n"))));
    assert!(
        said.contains("taken: given.toml") && said.contains("1 unusable link has no place in its schedule"),
        "{said}"
    );
    assert!(said.contains("and at most 1,000 characters: \"https://example.org/uuu"), "{said}");
}

#[test]
fn links_and_places_for_which_a_schedule_has_no_room_were_dropped_in_silence() {
    let weekly = |hour: usize, more: &str| {
        let start = format!("DTSTART;TZID=Europe/London:20240102T{hour:02}0000\r\nDURATION:PT1H\r\n");
        event(hour, &format!("{start}SUMMARY:Chat\r\nRRULE:FREQ=WEEKLY\r\n{more}"))
    };
    let moved = "RECURRENCE-ID;TZID=Europe/London:20240109T090000\r\nDTSTART;TZID=Europe/London:20240109T093000\r\n\
                 DURATION:PT1H\r\nLOCATION:Attic\r\n";
    let said = report(&calendar(
        &(weekly(9, "LOCATION:Room 1\r\nURL:javascript:alert(1)\r\nDESCRIPTION:One\r\n")
            + &weekly(10, "LOCATION:Room 2\r\nURL:https://example.org/a\r\nDESCRIPTION:Two\r\n")
            + &weekly(11, "LOCATION:Room 1\r\nURL:https://example.org/b\r\nDESCRIPTION:One\r\n")
            + &event(9, moved)),
    ));
    for told in [
        "1 other description has no place in its schedule, which has only one: \"Two\"",
        "1 other link has no place in its schedule, which has only one: \"https://example.org/b\"",
        "2 other locations have no place in its schedule, which has only one: \"Attic\" and \"Room 2\"",
        "1 unusable link has no place in its schedule, where a link begins with https://",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
}

#[test]
fn a_schedule_of_a_mebibyte_was_too_large_with_the_line_for_editors() {
    // Single meetings whose notes fill the file up to its last bytes.
    let text = |last: usize| {
        let note = |at: usize| if at == 52 { last } else { 19_900 };
        let single = |at: usize| {
            let day = 1 + at % 28;
            let start = format!("DTSTART;TZID=Europe/London:2024{:02}{day:02}T09{:02}00\r\n", 1 + at * 5 % 12, at % 60);
            event(at, &format!("{start}DURATION:PT1H\r\nSUMMARY:Chat\r\nDESCRIPTION:{}\r\n", "n".repeat(note(at))))
        };
        calendar(&(0..53).map(single).collect::<String>())
    };
    let size = |last: usize| {
        let (made, _) = imported(&[Input { name: "given.ics", bytes: text(last).as_bytes() }], None);
        made.first().map(|made| made.text.len())
    };
    let last = (1 << 20) - size(1).unwrap();
    assert!(last < 19_900, "{last}");
    for below in [0, 20, 120] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("schedules")).unwrap();
        fs::write(folder.path().join("schedules/schedule.schema.json"), "{}").unwrap();
        let (code, said) = import(folder.path(), &text(1 + last - below));
        if below < 100 {
            assert!(code == Some(1) && said.contains("at most 1 MiB is allowed"), "{below}: {said:.2000}");
            continue;
        }
        assert!(code == Some(0), "{said:.2000}");
        check(folder.path());
    }
}

#[test]
fn a_dry_run_gave_commands_to_a_ci_runner_and_turned_the_direction_of_text() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "SUMMARY:::error::one\r\nRRULE:FREQ=WEEKLY\r\nDESCRIPTION:one\\n::error::two\\n##[error]three \u{202e}four\r\n";
    fs::write(folder.path().join("given.ics"), calendar(&event(1, &format!("{LONDON}{text}")))).unwrap();
    let output = run(folder.path(), &["import", "given.ics", "--dry-run"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && shown.contains("error::two") && shown.contains("three \\u{202e}four"),
        "{shown}"
    );
    let obeyed = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    assert_eq!(shown.lines().find(obeyed), None, "{shown}");
    assert!(!shown.contains('\u{202e}'), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_link_to_no_folder_was_said_to_be_a_file_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("schedules")).unwrap();
    let (code, said) = import(folder.path(), &calendar(&event(1, LONDON)));
    let told = "error: schedules is a symbolic link\n  help: say `--into` with the folder that it leads to";
    assert!(code == Some(1) && said.contains(told) && !said.contains("already exists"), "{said}");
}
