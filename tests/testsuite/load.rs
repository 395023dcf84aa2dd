//! A folder of schedules from disk.

use std::fs;

use chatcal::diagnostic::{Format, Screen};
use chatcal::load::Folder;

use crate::program::{Place, chat};

#[test]
fn a_file_that_changed_during_a_run_got_its_caret_in_another_line() {
    let wrong = chat(1, "books").replace("zone = ", "zome = ");
    let line = wrong.lines().position(|line| line.starts_with("zome")).unwrap() + 1;
    let place = Place::new([("chat", wrong.clone())]);
    let path = place.path("schedules/chat.toml");
    let mut folder = Folder::open(path.parent().unwrap());
    folder.each(|_, _| panic!("a schedule with a mistake was handed over"));
    fs::write(&path, format!("# A line\n# or two\n{wrong}")).unwrap();
    let screen = Screen { color: false, width: 120 };
    let report = folder.render(Format::Human, screen);
    assert!(report.contains(&format!("chat.toml:{line}:1")), "{report}");
    assert!(report.contains("zome = "), "{report}");
    // Nothing was read a second time, not even the line that is shown.
    fs::remove_file(&path).unwrap();
    assert_eq!(folder.render(Format::Human, screen), report);
}

#[test]
fn a_file_of_100_mebibytes_was_said_to_have_64() {
    let place = Place::new([("chat", chat(1, "books"))]);
    let path = place.path("schedules/chat.toml");
    fs::File::options().write(true).open(&path).unwrap().set_len(100 << 20).unwrap();
    let mut folder = Folder::open(path.parent().unwrap());
    folder.each(|_, _| panic!("a schedule that is too large was handed over"));
    let report = folder.render(Format::Short, Screen { color: false, width: 120 });
    assert!(
        report.contains("chat.toml:1:1: error: the file cannot be read: it has 100 MiB; at most 1 MiB is allowed"),
        "{report}"
    );
}
