//! Signals: what writes cleans up first, and whatever else ends at once.

use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::faults::{allowed, chance, times};
use crate::files::{Tree, tree};
use crate::program::{Place, chatcal, command, run, said};

const SIGNALS: [(&str, i32); 3] = [("HUP", 1), ("INT", 2), ("TERM", 15)];

/// The signals that this test was not told to ignore, as its children would be.
pub fn heard() -> impl Iterator<Item = (&'static str, i32)> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap());
    SIGNALS.into_iter().filter(move |(name, number)| {
        let ignored = mask >> (number - 1) & 1 == 1;
        if ignored {
            println!("skipped: SIG{name} is ignored here");
        }
        !ignored
    })
}

/// How many chats there are to be written.
const CHATS: usize = 60;

pub fn send(child: &Child, signal: &str) {
    // It may be over already.
    let _ = allowed("kill", &["-s", signal, &child.id().to_string()]);
}

/// So many chats in a calendar.
fn calendar(chats: usize) -> String {
    let event = |at| {
        format!(
            "BEGIN:VEVENT\r\nUID:{at}\r\nDTSTAMP:20240101T000000Z\r\nSUMMARY:Chat {at}\r\nDTSTART:20240102T090000Z\r\n\
             DURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = (0..chats).map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

/// A folder with an export of many chats, and the schedules of it, which `fmt` lays out otherwise.
fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("export.ics"), calendar(CHATS)).unwrap();
    let import = run(folder.path(), &["import", "export.ics", "--into", "loose"]);
    assert!(import.status.success(), "{}", said(&import));
    for (path, content) in tree(&folder.path().join("loose")) {
        let text = String::from_utf8(content).unwrap().replace("title = ", "title=");
        fs::write(folder.path().join("loose").join(path), text).unwrap();
    }
    folder
}

/// Begins a command over and over, and sends a signal at any moment, half of the time once it has begun to write. Gives
/// what is there after each that the signal ended, before it is put back.
fn interrupt(folder: &Path, line: &str, reset: impl Fn(), mut look: impl FnMut(&Tree, &Tree)) {
    reset();
    let before = tree(folder);
    let begin = Instant::now();
    assert!(run(folder, &line.split(' ').collect::<Vec<_>>()).status.success());
    let takes = begin.elapsed();
    let after = tree(folder);
    let first = after.iter().find(|(path, content)| before.get(*path) != Some(*content));
    let (first, written) = first.map(|(path, content)| (folder.join(path), content)).unwrap();
    for (signal, number) in heard() {
        let rounds = times("CHATCAL_KILLS", 4);
        let mut ended = 0;
        for round in 0..rounds {
            reset();
            let mut child = command(folder, &line.split(' ').collect::<Vec<_>>())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            if round % 2 == 0 {
                sleep(takes.mul_f64(chance(3 * round + number as u64)));
            } else {
                while child.try_wait().unwrap().is_none() && fs::read(&first).ok().as_ref() != Some(written) {}
            }
            send(&child, signal);
            let status = child.wait().unwrap();
            assert!(status.success() || status.signal() == Some(number), "{line}: {status}");
            let there = tree(folder);
            for (path, content) in &there {
                assert!(!path.ends_with(".chatcal-new"), "{line}, SIG{signal}: {path}");
                assert!(before.get(path) == Some(content) || after.contains_key(path), "{line}: {path}");
            }
            if !status.success() {
                ended += 1;
                look(&before, &there);
            }
        }
        println!("{line}: SIG{signal} ended {ended} of {rounds}");
    }
    reset();
}

#[test]
fn a_signal_left_what_import_and_fmt_had_begun_to_write() {
    let folder = place();
    let loose = tree(&folder.path().join("loose"));
    let mut written = Vec::new();
    let away = || _ = fs::remove_dir_all(folder.path().join("schedules"));
    interrupt(folder.path(), "import export.ics", away, |before, there| written.push(there.len() - before.len()));
    assert!(written.iter().any(|number| *number > 0 && *number < CHATS), "it stops between two files: {written:?}");
    let mut laid_out = Vec::new();
    let back =
        || loose.iter().for_each(|(path, text)| fs::write(folder.path().join("loose").join(path), text).unwrap());
    interrupt(folder.path(), "fmt --schedules loose", back, |before, there| {
        assert_eq!(before.len(), there.len());
        laid_out.push(there.iter().filter(|(path, content)| before.get(*path) != Some(content)).count());
    });
    assert!(laid_out.iter().any(|number| *number > 0 && *number < CHATS), "it stops between two files: {laid_out:?}");
}

#[test]
fn a_signal_left_half_a_new_collection_or_schedule() {
    let folder = tempfile::tempdir().unwrap();
    let away = || ["mine", "schedules"].iter().for_each(|name| _ = fs::remove_dir_all(folder.path().join(name)));
    interrupt(folder.path(), "init mine", away, |before, there| {
        assert!(there == before && !folder.path().join("mine").exists() || there.len() == 12, "{:?}", there.keys());
    });
    let new = "new chat --every Tuesday --time 18:30 --zone Europe/London --at 2026-06-03";
    interrupt(folder.path(), new, away, |before, there| {
        assert!(there == before && !folder.path().join("schedules").exists() || there.len() == 1, "{:?}", there.keys());
    });
}

/// Nobody reads along, so that it waits for ever.
fn waiting(command: &mut Command) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // It is at work once the first of it is there.
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 16]).unwrap();
    sleep(Duration::from_millis(200));
    assert!(child.try_wait().unwrap().is_none(), "it does not wait");
    child
}

fn ends_within_seconds(child: &mut Child) -> Option<i32> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(10) {
        if let Some(status) = child.try_wait().unwrap() {
            return status.signal();
        }
        sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

const DATES: [&str; 7] =
    ["dates", "--rule=FREQ=DAILY", "--start", "2024-01-01T09:00", "--zone", "UTC", "--until=2070-01-01"];

#[test]
fn a_verb_that_waits_for_its_reader_ends_at_the_first_signal() {
    let place = Place::new([]);
    // More than a pipe holds; so many chats without an end would be more than a collection may have.
    fs::write(place.path("export.ics"), calendar(400).replace("WEEKLY", "WEEKLY;COUNT=100")).unwrap();
    for arguments in [&DATES[..], &["import", "export.ics", "--dry-run"]] {
        for (signal, number) in heard() {
            let mut child = waiting(&mut place.command(arguments));
            send(&child, signal);
            assert_eq!(ends_within_seconds(&mut child), Some(number), "{arguments:?}: SIG{signal}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_nohup_began_lives_on() {
    let place = Place::new([]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(chatcal()).args(DATES).current_dir(place.folder.path());
    let mut child = waiting(&mut shell);
    send(&child, "HUP");
    sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it has been ended");
    child.kill().unwrap();
    child.wait().unwrap();
}
