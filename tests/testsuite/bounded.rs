//! Schedules that nobody means well with, through the whole program: each is answered in time and in bounded memory.

use std::fmt::Write;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use chatcal::recurrence::RecurrenceRule;

use crate::program::{Place, chatcal, said};
use crate::reading::{TOP, day};

fn series(name: usize, rule: &str, start: &str) -> String {
    format!(
        "[[series]]\nname = \"s{name}\"\nrule = \"{rule}\"\nstart = {start}\nconfidence = \"assumed\"\nsource = \"w\"\n"
    )
}

/// Runs a command with at most 2 GiB of memory. One that has not ended by itself after minutes hangs, on any machine.
fn bounded(place: &Place, line: &str) -> Output {
    let begin = Instant::now();
    let shell = format!("ulimit -v 2097152; exec \"$0\" {line}");
    let mut command = Command::new("sh");
    command.args(["-c", &shell, &chatcal().to_string_lossy()]).current_dir(place.folder.path());
    let output = command.output().unwrap();
    let took = begin.elapsed();
    println!("{line}: {took:?}");
    assert!(took < Duration::from_secs(300), "{line}: {took:?}");
    assert!(output.status.code().is_some_and(|code| code < 2), "{line}: {}", said(&output));
    assert!(!said(&output).contains("panicked"), "{}", said(&output));
    output
}

/// What `check`, `build` and `diff` make of a schedule: whether it is right.
fn answered(name: &str, text: &str) -> bool {
    println!("{name}: {} octets", text.len());
    let place = Place::new([("chat", text.to_owned())]);
    let check = bounded(&place, "check --format short");
    let build = bounded(&place, "build --at 2026-11-20");
    assert_eq!(check.status.code(), build.status.code(), "{name}: {} {}", said(&check), said(&build));
    let right = build.status.success();
    assert_eq!(place.path("out/chat.ics").exists(), right, "{name}");
    bounded(&place, "diff --at 2027-11-20");
    assert_eq!(bounded(&place, "build --check --at 2026-11-20").status.success(), right, "{name}");
    right
}

fn changes(number: usize) -> String {
    let mut text = TOP.to_owned() + &series(0, "FREQ=DAILY", "1975-01-01");
    let first = day("1975-01-01");
    for date in first.iter_days().take(number) {
        writeln!(text, "[[change]]\ndate={date}\ntopic=\"x\"").unwrap();
    }
    text
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn files_of_ten_megabytes_are_refused() {
    assert!(!answered("10 MB of comment", &format!("{TOP}#{}", "x".repeat(10_000_000))));
    assert!(!answered("10 MB of title", &format!("title = \"{}\"\n", "x".repeat(10_000_000))));
    assert!(!answered("100,000 changes", &changes(100_000)));
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn as_many_changes_as_a_file_can_hold() {
    assert!(answered("18,000 changes", &changes(18_000)));
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn a_thousand_series() {
    let of = |rule: &str, start: &str| -> String {
        TOP.to_owned() + &(0..1000).map(|index| series(index, rule, start)).collect::<String>()
    };
    assert!(answered("1,000 yearly series", &of("FREQ=YEARLY", "2020-01-06")));
    // More meetings than a chat may have.
    assert!(!answered("1,000 daily series", &of("FREQ=DAILY", "2000-01-01")));
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn the_first_and_the_last_year() {
    assert!(answered("yearly since the year 1", &(TOP.to_owned() + &series(0, "FREQ=YEARLY", "0001-01-01"))));
    assert!(answered("daily in the year 9999", &(TOP.to_owned() + &series(0, "FREQ=DAILY", "9999-01-01"))));
    let rules = ["FREQ=YEARLY;INTERVAL=9998;BYMONTH=2;BYMONTHDAY=29", "FREQ=DAILY;COUNT=4294967295"];
    for rule in rules {
        answered(rule, &(TOP.to_owned() + &series(0, rule, "9996-02-29")));
    }
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn deep_nesting() {
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let deep = format!("{TOP}hosts = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(!answered("lists in lists", &deep));
    }
    assert!(!answered("dotted keys", &format!("{}b = 1\n", "a.".repeat(200_000))));
}

/// The mistakes that `check`, `build` and `diff` all find, in the short form without the path; nothing is written.
fn refused(place: &Place) -> Vec<String> {
    let short = said(&place.run(&["check", "--format", "short"]));
    for arguments in [&["build", "--at", "2026-11-20"][..], &["diff", "--at", "2026-11-20"]] {
        let output = place.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        let said = said(&output);
        for (_, message) in short.lines().filter_map(|line| line.split_once(": error: ")) {
            assert!(said.contains(message), "{arguments:?} lacks {message}: {said}");
        }
    }
    assert!(!place.path("out").join("all.ics").exists());
    short.lines().map(str::to_owned).collect()
}

/// A mistake in these words is among them.
fn says(place: &Place, words: &str) {
    let refused = refused(place);
    assert!(refused.iter().any(|line| line.contains(words)), "{words}: {refused:#?}");
}

#[test]
fn one_meeting_a_day_since_the_year_1() {
    let place = Place::new([("chat", TOP.to_owned() + &series(0, "FREQ=DAILY", "0001-01-01"))]);
    says(&place, "the chat has 740,");
    says(&place, "meetings through the end of 2027; at most 20,000 are allowed");
    says(&place, "schedules/chat.toml:8:9");
}

#[test]
fn an_end_in_a_hundred_years_for_each_of_many_series() {
    let all: String = (0..10).map(|index| series(index, "FREQ=DAILY;UNTIL=21260101T000000Z", "2026-01-01")).collect();
    let place = Place::new([("chat", TOP.to_owned() + &all)]);
    says(&place, "the series of the chat have about 365,");
}

#[test]
fn a_long_list_of_hosts_in_each_of_many_meetings() {
    let hosts = format!("hosts = [{}]\n", format!("\"{}\",", "x".repeat(998)).repeat(20));
    let daily = series(0, "FREQ=DAILY", "2020-01-01") + &hosts;
    says(&Place::new([("chat", TOP.to_owned() + &daily)]), "the feed of the chat would have 6");
    // The feed is small, but the repeating form has to write each date by itself.
    let odd =
        series(0, "FREQ=YEARLY;BYWEEKNO=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU", "2026-01-01") + &hosts;
    says(&Place::new([("chat", TOP.to_owned() + &odd)]), "the repeating form of the chat would have 3");
}

/// The feed has three octets more for each, which closes it.
#[test]
fn a_title_of_marks_that_turn_the_direction_was_reckoned_too_small() {
    let marks = "\\u202A".repeat(190);
    let top = TOP.replace("title = \"", &format!("title = \"{marks}"));
    assert!(top.contains(&marks));
    let place = Place::new([("chat", top + &series(0, "FREQ=DAILY", "1990-01-01"))]);
    says(&place, "the feed of the chat would have 2");
}

#[test]
fn many_chats_that_are_each_small_enough() {
    let chats = (0..100).map(|index| (format!("chat{index}"), TOP.to_owned() + &series(0, "FREQ=DAILY", "2015-01-01")));
    let place = Place::new([]);
    chats.for_each(|(slug, text)| place.schedule(&slug, &text));
    says(
        &place,
        "the chats have about 475,000 meetings in all through the end of 2027; for 17 kB of schedules at most 100,000",
    );
}

/// The warning in this output, for people.
fn warning(output: &Output) -> Option<String> {
    assert!(output.status.success(), "{}", said(output));
    said(output).lines().find(|line| line.starts_with("warning: from ")).map(str::to_owned)
}

/// The witness of a warning is the error that comes when the day has come.
#[test]
fn a_chat_that_grew_beyond_its_limit_stopped_everything_one_first_of_january() {
    let place = Place::new([("chat", TOP.to_owned() + &series(0, "FREQ=DAILY", "1973-06-01"))]);
    let said_before = warning(&place.run(&["build", "--at", "2026-11-20"])).unwrap();
    let cause = said_before.strip_prefix("warning: from 1 January 2027 on `build` will stop, because then ").unwrap();
    assert_eq!(cause, "the chat has 20,303 meetings through the end of 2028; at most 20,000 are allowed");
    let checked = place.run(&["check", "--format", "short", "--at", "2026-11-20"]);
    assert!(checked.status.success() && said(&checked).contains(cause), "{}", said(&checked));
    let stopped = place.run(&["build", "--at", "2027-01-01"]);
    assert!(!stopped.status.success() && said(&stopped).contains(cause), "{}", said(&stopped));
    place.edit("chat", "[[series]]", "[[allow]]\nwarning = \"near-limit\"\nreason = \"known\"\n[[series]]");
    assert_eq!(warning(&place.run(&["build", "--at", "2026-11-20"])), None);
    // Nothing that ends grows.
    place.edit("chat", "FREQ=DAILY", "FREQ=DAILY;UNTIL=20261231T000000Z");
    place.edit("chat", "near-limit", "clash");
    assert_eq!(warning(&place.run(&["build", "--at", "2026-11-20"])), None);
}

#[test]
fn a_feed_that_loses_a_year_as_another_comes_was_said_to_grow() {
    let place = Place::new([("chat", TOP.to_owned() + &series(0, "FREQ=DAILY", "1973-06-01"))]);
    let collection = place.path("schedules/collection.toml");
    let text = std::fs::read_to_string(&collection).unwrap() + "history = 52\n";
    std::fs::write(&collection, text).unwrap();
    assert_eq!(warning(&place.run(&["build", "--at", "2026-11-20"])), None);
    assert!(place.run(&["build", "--at", "2027-01-01"]).status.success());
    assert_eq!(place.out("chat.ics").matches("BEGIN:VEVENT").count(), 19_724); // 1975 to 2028
}

#[test]
fn a_feed_that_grew_beyond_its_limit_stopped_everything_one_first_of_january() {
    let hosts = format!("hosts = [{}]\n", format!("\"{}\",", "x".repeat(998)).repeat(18));
    let place = Place::new([("chat", TOP.to_owned() + &series(0, "FREQ=WEEKLY", "2012-01-05") + &hosts)]);
    let said_before = warning(&place.run(&["build", "--at", "2026-11-20"])).unwrap();
    let cause = said_before.split_once("because then ").unwrap().1;
    assert!(cause.starts_with("the feed of the chat would have 1"), "{said_before}");
    let stopped = place.run(&["build", "--at", "2027-01-01"]);
    assert!(said(&stopped).contains(cause), "{}", said(&stopped));
}

#[test]
fn a_collection_that_grew_beyond_its_limit_stopped_everything_one_first_of_january() {
    let place = Place::new([]);
    let daily = TOP.to_owned() + &series(0, "FREQ=DAILY", "2015-01-01");
    (0..21).for_each(|index| place.schedule(&format!("chat{index}"), &daily));
    let said_before = warning(&place.run(&["build", "--at", "2026-11-20"])).unwrap();
    let words = "from 1 January 2027 on `build` will stop, because then the chats have 107,394 meetings in all";
    assert!(said_before.contains(words), "{said_before}");
    let stopped = place.run(&["build", "--at", "2027-01-01"]);
    let first_of_2015 = day("2015-01-01");
    let meetings = 21 * ((day("2028-12-31") - first_of_2015).num_days() + 1);
    assert_eq!(meetings, 107_394);
    assert!(said(&stopped).contains(" meetings in all through the end of 2028; for "), "{}", said(&stopped));
    let collection = place.path("schedules/collection.toml");
    let text = std::fs::read_to_string(&collection).unwrap();
    let allow = "[[allow]]\nwarning = \"near-limit\"\nreason = \"known\"\n";
    std::fs::write(collection, text + allow).unwrap();
    assert_eq!(warning(&place.run(&["build", "--at", "2026-11-20"])), None);
}

/// A file that is refused is none that was written down, however large it is.
#[test]
fn files_that_are_refused_raised_the_limits_for_all() {
    let place = Place::new([]);
    let daily = TOP.to_owned() + &series(0, "FREQ=DAILY", "2000-01-01");
    (0..20).for_each(|index| place.schedule(&format!("chat{index}"), &daily));
    std::fs::File::create(place.path("schedules/zz.toml")).unwrap().set_len(10 << 30).unwrap();
    says(&place, " meetings in all through the end of 2027; for 3.");
    says(&place, "zz.toml:1:1: error: the file cannot be read: it has 10240 MiB; at most 1 MiB is allowed");
}

#[test]
fn a_chat_beyond_a_limit_hid_what_is_said_of_the_others() {
    let place = Place::new([("zz", TOP.to_owned() + &series(0, "FREQ=DAILY", "2015-01-01"))]);
    let tags: Vec<String> = (0..21).map(|tag| format!("\"t{tag}\"")).collect();
    let tagged = format!("{TOP}tags = [{}]\n{}", tags.join(", "), series(0, "FREQ=WEEKLY", "2026-01-01"));
    place.schedule("aa", &tagged);
    let said = said(&place.run(&["check", "--format", "short", "--at", "2026-11-20"]));
    assert!(said.contains("schedules/aa.toml:5:8: error: the chat has 21 tags"), "{said}");
    assert!(said.contains("schedules/zz.toml:1:1: warning: zz.ics has 4,748 meetings"), "{said}");
}

#[test]
fn tags_without_number() {
    let tags = |from: usize, number: usize| {
        let all: Vec<String> = (from..from + number).map(|tag| format!("\"t{tag}\"")).collect();
        format!("{TOP}tags = [{}]\n{}", all.join(", "), series(0, "FREQ=WEEKLY", "2026-01-01"))
    };
    says(
        &Place::new([("chat", tags(0, 21))]),
        "schedules/chat.toml:5:8: error: the chat has 21 tags; at most 20 are allowed",
    );
    let place = Place::new([]);
    (0..11).for_each(|chat| place.schedule(&format!("chat{chat}"), &tags(chat * 20, 20)));
    says(&place, "the chats have 220 tags in all; at most 200 are allowed");
}

/// Counted, not timed: the dates are those of brute force, and to the year 9999 it is 300 steps instead of 96,000.
#[test]
fn days_that_are_far_apart() {
    for (rule, stride) in
        [("FREQ=DAILY;INTERVAL=9999", 9999), ("FREQ=DAILY;INTERVAL=32", 32), ("FREQ=DAILY;INTERVAL=31", 31)]
    {
        let start = day("2000-02-29");
        let dates: Vec<_> = rule.parse::<RecurrenceRule>().unwrap().dates(start).collect();
        let all: Vec<_> = start.iter_days().step_by(stride).take_while(|date| *date <= day("9999-12-31")).collect();
        assert_eq!(dates, all, "{rule}");
    }
    let never_again = "FREQ=DAILY;INTERVAL=9999;BYMONTH=2;BYMONTHDAY=29";
    let all: String = (0..500).map(|index| series(index, never_again, "2000-02-29")).collect();
    let shared: String = all.replace("start = ", "seen = 2000-02-29\nstart = ");
    assert!(answered("500 series that meet once", &(TOP.to_owned() + &shared)));
}
