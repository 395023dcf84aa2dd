//! Schedules that nobody means well with, through the whole program: each is answered in time and in bounded memory.

use std::fmt::Write;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

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
    let mut text = TOP.to_owned() + &series(0, "FREQ=DAILY", "1900-01-01");
    let first = day("1900-01-01");
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
    assert!(answered("25,000 changes", &changes(25_000)));
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn a_thousand_series() {
    let of = |rule: &str, start: &str| -> String {
        TOP.to_owned() + &(0..1000).map(|index| series(index, rule, start)).collect::<String>()
    };
    assert!(answered("1,000 yearly series", &of("FREQ=YEARLY", "2020-01-06")));
    // More than a million meetings in all.
    assert!(!answered("1,000 daily series", &of("FREQ=DAILY", "2000-01-01")));
}

#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn the_first_and_the_last_year() {
    assert!(answered("weekly since the year 1", &(TOP.to_owned() + &series(0, "FREQ=WEEKLY", "0001-01-01"))));
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

/// Long: 740,000 meetings. `cargo test --release --test testsuite bounded:: -- --ignored`
#[test]
#[ignore = "takes minutes where nothing is optimised: see tests/README.md"]
fn one_meeting_a_day_since_the_year_1() {
    assert!(answered("daily since the year 1", &(TOP.to_owned() + &series(0, "FREQ=DAILY", "0001-01-01"))));
}
