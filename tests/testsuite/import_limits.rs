//! Calendars that nobody means well with: import answers each in time and in bounded memory, and says where it stopped.
//! Each shape is named after what was wrong with it. The large ones are for an optimised program: `tests/nightly
//! import-limits`.

use std::fmt::Write;
use std::fs;
use std::process::{Command, Output};
use std::time::{Duration, Instant as Clock};

use chatcal::import::Input;
use chatcal::import::report::render;
use chrono::{Days, NaiveDate};

use crate::importing::{calendar, event, imported};
use crate::program::{chatcal, said};

/// In UTC, and in a zone.
const UTC: &str = "DTSTART:20240102T090000Z\r\nDURATION:PT1H\r\n";
const LONDON: &str = "DTSTART;TZID=Europe/London:20240102T090000\r\nDURATION:PT1H\r\n";
/// The beginning of a list of times to which [`many_days`] belongs.
const EXCEPT: &str = "EXDATE;TZID=Europe/London:";
const ALSO: &str = "RDATE;TZID=Europe/London:";
const EVERY_HOUR: &str = "BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23";

/// A calendar of one event.
fn one(lines: &str) -> String {
    calendar(&event(1, lines))
}

/// As many parts as there is room for.
fn fill(room: usize, part: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(room);
    for part in (0..).map(part) {
        if text.len() + part.len() > room {
            break;
        }
        text += &part;
    }
    text
}

/// A calendar of as many events as there is room for.
fn events(room: usize, lines: impl Fn(usize) -> String) -> String {
    calendar(&fill(room, |index| event(index, &lines(index))))
}

fn day(number: usize) -> String {
    let day = NaiveDate::from_ymd_opt(2024, 1, 2).unwrap() + Days::new(number as u64 % 2_000_000);
    day.format("%Y%m%d").to_string()
}

/// Times for the list of an EXDATE or RDATE, as many as one may have or there is room for, so many days apart.
fn many_days(room: usize, apart: impl Fn(usize) -> usize, time: &str) -> String {
    let times = (0..(room / 16).min(4_900)).map(|index| format!("{}T{time}", day(apart(index))));
    times.collect::<Vec<_>>().join(",") + "\r\n"
}

fn zone(name: usize, parts: &str) -> String {
    format!("BEGIN:VTIMEZONE\r\nTZID:z{name}\r\n{parts}END:VTIMEZONE\r\n")
}

fn standard(rule: &str) -> String {
    format!(
        "BEGIN:STANDARD\r\nDTSTART:19701025T010000\r\nRRULE:{rule}\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\n"
    )
}

fn in_zone(number: usize, zone: usize, year: usize) -> String {
    event(number, &format!("DTSTART;TZID=z{zone}:{:04}0102T090000\r\n", 1900 + year % 7000))
}

fn this_and_future(uid: usize, date: &str, to: &str) -> String {
    event(uid, &format!("RECURRENCE-ID;RANGE=THISANDFUTURE:{date}T090000Z\r\nDTSTART:{to}T090000Z\r\n"))
}

fn toml(lines: &str) -> String {
    format!("[[events]]\nuid = \"1\"\ntitle = \"t\"\nend = \"2024-01-09T17:00:00Z\"\n{lines}")
}

const START: &str = "start = \"2024-01-09T16:00:00Z\"\n";

/// What was wrong, the kind of file, and the text of a file of about so many bytes.
pub type Shape = (&'static str, &'static str, fn(usize) -> String);

pub const SHAPES: &[Shape] = &[
    ("content lines took the square of their number", "ics", |size| {
        one(&(UTC.to_owned() + &fill(size, |_| "A:\r\n".to_owned())))
    }),
    ("a calendar's own lines took the square of their number", "ics", |size| {
        calendar(&(fill(size, |_| "A:\r\n".to_owned()) + &event(1, UTC)))
    }),
    ("every tail of a TZID of slashes was looked up", "ics", |size| {
        one(&format!("DTSTART;TZID={}:20240102T090000\r\n", "/".repeat(size)))
    }),
    ("a long TZID was copied for each date", "ics", |size| {
        let name = "x/".repeat(size / 8);
        one(&format!(
            "DTSTART;TZID={name}:20240102T090000\r\nRDATE;TZID={name}:{}",
            many_days(size / 2, |at| at, "090000")
        ))
    }),
    ("for each unknown X-WR-TIMEZONE all names were compared", "ics", |size| {
        fill(size, |at| format!("BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Nowhere/Place{at}\r\nEND:VCALENDAR\r\n"))
    }),
    ("each COUNT was counted to the year 9999", "ics", |size| {
        events(size, |at| format!("{LONDON}RRULE:FREQ=DAILY;COUNT={}\r\n", 4_294_967_295 - at))
    }),
    ("to cut an exception off, all dates were walked", "ics", |size| {
        let except = "EXDATE;TZID=Europe/London:20240103T090000\r\n";
        events(size, |at| format!("{LONDON}RRULE:FREQ=DAILY;COUNT={}\r\n{except}", 4_294_967_295 - at))
    }),
    ("an UNTIL in 9999 was walked to", "ics", |size| {
        events(size, |at| {
            format!("{UTC}SUMMARY:{at}\r\nRRULE:FREQ=DAILY;UNTIL=99990101T000000Z\r\nEXDATE:20240103T090000Z\r\n")
        })
    }),
    ("rules that never happen were followed to the year 9999", "ics", |size| {
        one(&(LONDON.to_owned()
            + &fill(size, |at| format!("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;INTERVAL={}\r\n", at + 1))))
    }),
    ("a title was copied for each of thousands of series", "ics", |size| {
        let rules = fill(size / 2, |at| format!("RRULE:FREQ=DAILY;INTERVAL={};{EVERY_HOUR}\r\n", at + 2));
        one(&format!("{UTC}SUMMARY:{}\r\n{rules}", "t".repeat(size / 2)))
    }),
    ("each RDATE was compared with each", "ics", |size| {
        one(&format!("{LONDON}{ALSO}{}", many_days(size, |at| at * at % 200_000, "100000")))
    }),
    ("each EXDATE was compared with each RDATE", "ics", |size| {
        let (also, except) =
            (many_days(size / 2, |at| at * 2, "100000"), many_days(size / 2, |at| at * 2 + 1, "100000"));
        one(&format!("{LONDON}{ALSO}{also}{EXCEPT}{except}"))
    }),
    ("each RDATE was compared with each rule", "ics", |size| {
        let rules = fill(size / 2, |at| format!("RRULE:FREQ=DAILY;INTERVAL={}\r\n", at + 2));
        one(&format!("{LONDON}{rules}{ALSO}{}", many_days(size / 2, |at| at, "100000")))
    }),
    ("each RDATE had a copy of the description", "ics", |size| {
        let days = many_days(size / 2, |at| at * 7 + at * at % 5, "090000");
        one(&format!("{LONDON}DESCRIPTION:{}\r\n{ALSO}{days}", "d".repeat(size / 2)))
    }),
    ("each RDATE had a copy of the UID", "ics", |size| {
        let days = many_days(size / 2, |at| at * 7 + at * at % 5, "090000");
        calendar(&format!("BEGIN:VEVENT\r\nUID:{}\r\n{LONDON}{ALSO}{days}END:VEVENT\r\n", "u".repeat(size / 2)))
    }),
    ("each exception was a change to each other series", "ics", |size| {
        let other = |at: usize| {
            format!(
                "SUMMARY:a\r\nDTSTART;TZID=Europe/London:20240101T{:02}{:02}00\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n",
                at % 24,
                at / 24 % 60
            )
        };
        let others = fill(size / 6, |at| event(at, &other(at)));
        let days = many_days(size * 5 / 6, |at| at, "090000");
        calendar(&(others + &event(99_999, &format!("SUMMARY:a\r\n{LONDON}RRULE:FREQ=DAILY\r\n{EXCEPT}{days}"))))
    }),
    ("changed meetings without their event were compared with each other", "ics", |size| {
        calendar(&fill(size, |at| {
            event(1, &format!("RECURRENCE-ID:{day}T090000Z\r\nDTSTART:{day}T100000Z\r\n", day = day(at)))
        }))
    }),
    ("each change of this and all following meetings was looked for in 400 years", "ics", |size| {
        let daily = event(1, &format!("{UTC}RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH\r\n"));
        calendar(&(daily + &fill(size, |at| this_and_future(1, "20240102", &day(at + 1)))))
    }),
    ("the same in many events", "ics", |size| {
        let rule = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH;BYMONTHDAY=1,2,3,4,5,9,10\r\n";
        calendar(&fill(size, |at| event(at, &format!("{UTC}{rule}")) + &this_and_future(at, "20240102", "20240103")))
    }),
    ("a rule that no phrase says was compared with others for 400 years", "ics", |size| {
        let rule = "RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU\r\n";
        events(size, |_| format!("{LONDON}{rule}"))
    }),
    ("many chats were written meeting by meeting in another zone", "ics", |size| {
        let weekdays = "BYDAY=MO,TU,WE,TH,FR,SA,SU";
        let summer = format!(
            "DTSTART:20240402T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=YEARLY;BYMONTH=4,5,6,7,8,9;{weekdays};COUNT=25000\r\n"
        );
        let winter = format!(
            "DTSTART:20240102T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=YEARLY;BYMONTH=1,2,12;{weekdays};COUNT=12000\r\n"
        );
        calendar(&fill(size, |at| {
            let title = format!("SUMMARY:{at}\r\n");
            event(2 * at, &format!("{title}{summer}")) + &event(2 * at + 1, &format!("{title}{winter}"))
        }))
    }),
    ("for each chat all zones were tried with all its times", "ics", |size| {
        events(size, |at| format!("{UTC}SUMMARY:{at}\r\nRRULE:FREQ=WEEKLY;{EVERY_HOUR}\r\n"))
    }),
    ("times in the far future were looked up in each zone", "ics", |size| {
        calendar(&fill(size, |at| {
            let title = format!("SUMMARY:{at}\r\nDURATION:PT1H\r\n");
            event(2 * at, &format!("{title}DTSTART:90000101T090000Z\r\nRRULE:FREQ=MONTHLY;COUNT=400\r\n"))
                + &event(2 * at + 1, &format!("{title}DTSTART:90000701T080000Z\r\n"))
        }))
    }),
    ("each pair of series was compared for 400 years", "ics", |size| {
        events(size, |at| {
            let (chat, hour, minute, date) = (at / 100, at % 24, at / 24 % 60, at % 28 + 1);
            let start = format!("DTSTART;TZID=Europe/London:20240101T{hour:02}{minute:02}00\r\nDURATION:PT1H\r\n");
            format!("SUMMARY:{chat}\r\n{start}RRULE:FREQ=MONTHLY;BYMONTHDAY={date}\r\n")
        })
    }),
    ("names of meetings on one day were counted up from one", "ics", |size| {
        events(size, |at| {
            let start = format!("DTSTART;TZID=Europe/London:20240102T{:02}{:02}00\r\n", at % 24, at / 24 % 60);
            format!("SUMMARY:Chat: same\r\n{start}DURATION:PT{}M\r\n", at % 59 + 1)
        })
    }),
    ("names of chats were counted up from one", "ics", |size| {
        events(size, |at| format!("{UTC}SUMMARY:a{}{}\r\n", "!".repeat(at % 100), "?".repeat(at / 100)))
    }),
    ("each title was compared with each", "ics", |size| {
        let chats = fill(size / 2, |at| event(at, &format!("{UTC}SUMMARY:t{at}\r\nRRULE:FREQ=DAILY\r\n")));
        calendar(&(chats + &fill(size / 2, |at| event(at, &format!("{UTC}SUMMARY:z{at}: b\r\n")))))
    }),
    ("a zone of many parts was worked out for each year", "ics", |size| {
        let parts = fill(size / 2, |_| standard("FREQ=DAILY"));
        calendar(&(zone(0, &parts) + &fill(size / 2, |at| in_zone(at, 0, at))))
    }),
    ("a zone whose rule never happens was followed to the year 9999", "ics", |size| {
        let parts = fill(size / 2, |_| standard("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"));
        calendar(&(zone(0, &parts) + &fill(size / 2, |at| in_zone(at, 0, at))))
    }),
    ("the COUNT of a zone's rule was counted to the year 9999", "ics", |size| {
        calendar(&fill(size, |at| zone(at, &standard("FREQ=DAILY;COUNT=4294967295")) + &in_zone(at, at, 124)))
    }),
    ("an unknown zone was compared with all names", "toml", |size| {
        fill(size, |at| {
            toml(&format!("start = {{ date = \"2024-01-09T16:00:00\", timezone = \"Nowhere/Place{at}\" }}\n"))
        })
    }),
    ("each recurrence was compared with each", "toml", |size| {
        let dates = fill(size, |at| {
            format!("\"2024-{:02}-{:02}T{:02}:{:02}:00Z\",", at % 12 + 1, at % 28 + 1, at % 24, at / 24 % 60)
        });
        toml(&format!("{START}recurrences = [{dates}]\n"))
    }),
    ("unknown keys were compared with the known ones", "toml", |size| {
        toml(&(START.to_owned() + &fill(size, |at| format!("{}{at} = 1\n", "k".repeat(90)))))
    }),
    ("dates that were skipped", "yaml", |size| {
        let entry = "  - time: '1000'\n    day: Tuesday\n    irc: c\n    frequency: weekly\n    skip_dates:\n";
        format!(
            "project: p\nschedule:\n{entry}{}",
            fill(size, |at| format!("      - skip_date: '{}'\n", day(7 * at + 1)))
        )
    }),
];

/// Imports a file with at most so much memory, in KiB. What has not ended by itself after minutes hangs, on any machine.
fn run(name: &str, text: &str, memory: usize) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    let begin = Clock::now();
    let shell = format!("ulimit -v {memory}; exec \"$0\" import {name} --dry-run --partial --at 2026-11-25");
    let mut command = Command::new("sh");
    command.args(["-c", &shell, &chatcal().to_string_lossy()]).current_dir(folder.path());
    let output = command.output().unwrap();
    println!("  {} bytes: {:?}", text.len(), begin.elapsed());
    assert!(begin.elapsed() < Duration::from_secs(300), "{:?}", begin.elapsed());
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
    assert!(!said(&output).contains("panicked"), "{}", said(&output));
    output
}

fn each_shape(size: usize, memory: usize) {
    for (wrong, kind, text) in SHAPES {
        println!("{wrong}");
        let text = text(size);
        assert!(text.len() < size * 5 / 4 + 1_000, "{wrong}: {} bytes", text.len());
        run(&format!("shape.{kind}"), &text, memory);
    }
}

#[test]
fn small_files_of_each_shape_are_answered() {
    each_shape(8_000, 200 << 10);
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn files_of_100_kilobytes_take_200_megabytes_at_most() {
    each_shape(98_000, 200 << 10);
}

/// What takes the square of its size never ends here.
#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn files_of_megabytes_are_answered() {
    for (wrong, kind, text) in SHAPES {
        println!("{wrong}");
        let size = if *kind == "ics" { 8_000_000 } else { 1_000_000 };
        run(&format!("shape.{kind}"), &text(size), 2 << 20);
    }
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn twenty_thousand_events_of_a_person_were_too_many() {
    let description = "about what we talked ".repeat(45);
    let text = calendar(&(0..20_000).fold(String::new(), |mut text, at| {
        let (uid, title) = (format!("UID:{at:032}@example.org\r\n"), format!("SUMMARY:Lunch with {}\r\n", at % 5_000));
        let when = format!("DTSTART:{}T{:02}0000Z\r\nDURATION:PT1H\r\n", day(at * 7 % 6_000), at % 11 + 7);
        write!(text, "BEGIN:VEVENT\r\n{uid}{title}{when}DESCRIPTION:{description}\r\nEND:VEVENT\r\n").unwrap();
        text
    }));
    assert!(text.len() > 20_000_000);
    let output = run("person.ics", &text, 2 << 20);
    assert!(output.status.success(), "{}", said(&output));
    assert!(!said(&output).contains("left out"));
}

/// What the report says of a calendar.
fn report(text: &str) -> String {
    render(&imported(&[Input { name: "limits.ics", bytes: text.as_bytes() }], None).1)
}

#[test]
fn each_limit_is_told_with_its_number() {
    let rules = (0..201).fold(String::new(), |rules, at| format!("{rules}RRULE:FREQ=DAILY;INTERVAL={}\r\n", at + 2));
    let splits = (0..201).fold(event(1, &format!("{UTC}RRULE:FREQ=DAILY\r\n")), |text, at| {
        text + &this_and_future(1, &day(at + 1), &day(at + 1))
    });
    let long_uid = format!("BEGIN:VEVENT\r\nUID:{}\r\n{UTC}END:VEVENT\r\n", "u".repeat(1_001));
    let texts =
        format!("{LONDON}DESCRIPTION:{}\r\n{ALSO}{}", "d".repeat(20_000), many_days(80_000, |at| at * at, "100000"));
    let series = (0..201).fold(String::new(), |text, at| {
        let start = format!("DTSTART;TZID=Europe/London:20240102T{:02}{:02}00\r\nDURATION:PT1H\r\n", at / 60, at % 60);
        text + &event(at, &format!("{start}RRULE:FREQ=WEEKLY\r\n"))
    });
    let singles = (0..11).fold(String::new(), |text, at| {
        let days = many_days(80_000, |day| day * day * 7_919, &format!("{at:02}0000"));
        text + &event(at, &format!("SUMMARY:many\r\n{LONDON}{ALSO}{days}"))
    });
    let joined = (1..=25).fold(String::new(), |text, at| {
        let start = format!("DTSTART:202401{at:02}T090000Z\r\nDURATION:PT1H\r\n");
        text + &event(at, &format!("SUMMARY:same\r\n{start}RRULE:FREQ=DAILY;COUNT=1\r\n"))
    });
    let all_day = (0..1_001).fold(String::new(), |text, at| text + &event(at, "DTSTART;VALUE=DATE:20240102\r\n"));
    let fields = (0..1_002).fold(String::new(), |fields, at| format!("{fields}X-FIELD-{at}:b\r\n"));
    let hosts = (0..103).fold(String::new(), |text, at| {
        let start = format!("DTSTART;TZID=Europe/London:20240102T{:02}{:02}00\r\n", at / 60, at % 60);
        text + &event(
            at,
            &format!("SUMMARY:hosted\r\n{start}DURATION:PT1H\r\nORGANIZER;CN=h{at:03}:mailto:h@example.org\r\n"),
        )
    });
    let shapes = SHAPES.iter().find(|(wrong, ..)| wrong.contains("meeting by meeting")).unwrap();
    for (text, told) in [
        (one(&format!("{UTC}{rules}")), "1 of its 201 rules: no chat has more than 200 series"),
        (calendar(&splits), "no chat has more than 200 series"),
        (calendar(&series), "1 of its 201 series: no chat has more than 200"),
        (calendar(&singles), "changes, breaks and single meetings; at most 50,000 are taken"),
        (calendar(&joined), "of the 25 sources of its series from 2024-01-01 on the first 20 are kept"),
        (calendar(&all_day), "and more like these: 1,000 are listed"),
        (one(&format!("{UTC}{fields}")), "others than these 1,000 (2)"),
        (calendar(&hosts), "h100, h101 and h102 are not among its `hosts`: it has 103, and 100 may be listed"),
        (calendar(&long_uid), "its UID has 1001 octets: at most 1000 are read"),
        (one(&format!("DTSTART;TZID={}:20240102T090000\r\n", "z".repeat(501))), "has 501 octets: at most 500 are read"),
        (one(&format!("{UTC}SUMMARY:{}\r\n", "t".repeat(1_001))), "its title has 1001 characters and was cut to 1000"),
        (one(&format!("{UTC}RRULE:FREQ=DAILY;COUNT=146098\r\n")), "its COUNT takes more than 400 years"),
        // The year 9999 was said to be more than 400 years away.
        (
            one("DTSTART:99900102T090000Z\r\nRRULE:FREQ=WEEKLY;COUNT=999999999\r\n"),
            "its COUNT goes beyond the year 9999, the last one: it is kept without an end",
        ),
        (one(&texts), "the texts that its meetings repeat have more than 16 MiB"),
        (calendar(&("X-A:b\r\n".repeat(1_001) + &event(1, UTC))), "1000 are read"),
        ((shapes.2)(16_000), "took 100 million steps, the most for all files together"),
    ] {
        let said = report(&text);
        assert!(said.contains(told), "{told}: {said:.2000}");
    }
    // Just below, nothing is said.
    let said = report(&one(&format!("{UTC}RRULE:FREQ=DAILY;COUNT=146097\r\n")));
    assert!(!said.contains("COUNT"), "{said}");
}
