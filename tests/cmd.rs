//! Commands and what they print: `cmd/*.trycmd`, and every command in the README.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn commands_print_what_their_cases_say() {
    let cases = trycmd::TestCases::new();
    cases.env("TZ", "Europe/London").case("tests/cmd/*.trycmd");
    if std::path::Path::new("README.md").exists() {
        cases.case("README.md");
    }
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let mut chatcal = Command::new(env!("CARGO_BIN_EXE_chatcal"))
        .args(["dates", "--rule", "FREQ=DAILY", "--start", "2020-01-01T09:00", "--zone", "UTC", "--count", "100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = [0; 26];
    let mut results = chatcal.stdout.take().expect("a pipe");
    results.read_exact(&mut first).expect("a first line");
    assert_eq!(&first, b"Wed  1 Jan 2020  09:00 UTC");
    drop(results);
    let output = chatcal.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn results_that_go_elsewhere_have_no_colour() {
    let list =
        Command::new(env!("CARGO_BIN_EXE_chatcal")).args(["list", "--schedules", "tests/cmd/schedules"]).output();
    let list = list.expect("the program starts");
    assert!(!list.stdout.is_empty() && !list.stdout.contains(&0x1b));
}

#[test]
fn an_unknown_tz_silently_became_utc() {
    let next = |tz: &str| {
        let mut next = Command::new(env!("CARGO_BIN_EXE_chatcal"));
        next.env("TZ", tz).args(["next", "books", "--at", "2021-05-03", "--schedules", "tests/cmd/schedules"]);
        let output = next.output().expect("the program starts");
        String::from_utf8(output.stderr).unwrap() + String::from_utf8(output.stdout).unwrap().lines().next().unwrap()
    };
    assert!(
        next("Mars/Olympus").starts_with("warning: TZ is \"Mars/Olympus\", which is not a time zone: times are in UTC")
    );
    for (tz, heading) in [("", "UTC"), (":Asia/Tokyo", "Tokyo"), ("/usr/share/zoneinfo/Asia/Tokyo", "Tokyo")] {
        assert!(next(tz).starts_with("#books") || next(tz).starts_with(heading), "{tz}: {}", next(tz));
        assert!(!next(tz).contains("warning"), "{tz}: {}", next(tz));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_could_not_be_written_was_a_success() {
    for arguments in [&["--help"][..], &["--version"], &["list", "--schedules", "tests/cmd/schedules"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_chatcal")).args(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: cannot write the results: "), "{said}");
    }
}
