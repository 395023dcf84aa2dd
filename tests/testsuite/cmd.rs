//! Commands and what they print: `cmd/*.trycmd`, and every command in the README.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use crate::program::{Place, command, run};

#[test]
fn commands_print_what_their_cases_say() {
    let cases = trycmd::TestCases::new();
    cases.env("TZ", "Europe/London").case("tests/cmd/*.trycmd");
    if Path::new("README.md").exists() {
        cases.case("README.md");
    }
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let arguments =
        ["dates", "--rule", "FREQ=DAILY", "--start", "2020-01-01T09:00", "--zone", "UTC", "--count", "100000"];
    let mut chatcal = command(Path::new("."), &arguments)
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
fn redirected_results_have_no_colour() {
    let list = run(Path::new("."), &["list", "--schedules", "tests/cmd/schedules"]);
    assert!(!list.stdout.is_empty() && !list.stdout.contains(&0x1b));
}

#[test]
fn an_unknown_tz_silently_became_utc() {
    let next = |tz: &str| {
        let arguments = ["next", "late", "--at", "2021-05-03", "--schedules", "tests/cmd/schedules"];
        let output = command(Path::new("."), &arguments).env("TZ", tz).output().unwrap();
        (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (said, shown) = next("Mars/Olympus");
    assert!(said.starts_with("warning: TZ is \"Mars/Olympus\", which is not a time zone: times are in UTC"), "{said}");
    assert!(shown.starts_with("UTC "), "{shown}");
    for (tz, heading) in [("", "UTC "), (":Asia/Tokyo", "Tokyo "), ("/usr/share/zoneinfo/Asia/Tokyo", "Tokyo ")] {
        let (said, shown) = next(tz);
        assert!(said.is_empty() && shown.starts_with(heading), "{tz}: {said}{shown}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_could_not_be_written_was_a_success() {
    for arguments in [&["--help"][..], &["--version"], &["list", "--schedules", "tests/cmd/schedules"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command(Path::new("."), arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: cannot write the results: "), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_were_lost_after_a_failure_were_not_mentioned() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let check = command(Path::new("."), &["check", "--schedules", "tests/cmd/nowhere"]).stdout(full).output().unwrap();
    let said = String::from_utf8(check.stderr).unwrap();
    assert!(said.starts_with("error: cannot write the results: "), "{said}");
    assert_eq!(check.status.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn wrong_usage_that_could_not_be_printed_exited_with_1() {
    for arguments in [&["next", "--at", "yesterday"][..], &["dates", "boks", "--schedules", "tests/cmd/schedules"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let status = command(Path::new("."), arguments).stderr(full).status().unwrap();
        assert_eq!(status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn mistakes_were_a_success_where_nobody_read_the_messages() {
    let (reader, messages) = std::io::pipe().unwrap();
    drop(reader);
    let arguments = ["list", "--schedules", "tests/cmd/nowhere"];
    let status = command(Path::new("."), &arguments).stderr(messages).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn mistakes_were_a_success_where_the_reader_had_seen_enough_of_them() {
    // More than the program keeps before it writes.
    let place = Place::new([]);
    for index in 0..100 {
        place.schedule(&format!("chat{index}"), "title = 1\n");
    }
    let (reader, results) = std::io::pipe().unwrap();
    drop(reader);
    let status = place.command(&["check"]).stdout(results).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_name_is_not_utf8_could_not_be_laid_out() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let place = Place::new([]);
    let path = place.path("schedules").join(OsStr::from_bytes(b"caf\xe9.toml"));
    std::fs::write(&path, "zone = \"Europe/London\"\ntitle = \"#cafe\"\n").unwrap();
    let output = place.run(&["fmt"]);
    assert!(output.status.success(), "{output:?}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("title = "));
}
