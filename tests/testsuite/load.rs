//! A folder of schedules from disk.

use std::fs;

use chatcal::diagnostic::{Format, Screen};
use chatcal::load::Folder;
use chatcal::schedule::{Slug, Tag};

use crate::program::{Place, chat, said};

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

/// A link could lead to what nobody meant to quote in a log; a pipe is waited for without end.
#[cfg(unix)]
#[test]
fn schedules_that_are_links_or_pipes_were_read_through() {
    let place = Place::new([("chat", chat(1, "books"))]);
    fs::write(place.path("secret"), "password = \"hunter2\"\n").unwrap();
    std::os::unix::fs::symlink("../secret", place.path("schedules/link.toml")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(place.path("schedules/pipe.toml")).status().unwrap();
    assert!(made.success());
    let verbs: [&[&str]; 8] =
        [&["check"], &["build"], &["diff"], &["list"], &["next"], &["dates", "link"], &["dates", "pipe"], &["fmt"]];
    for verb in verbs {
        let output = place.run(verb);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{verb:?}: {said}");
        assert!(said.contains("it is a symbolic link") || verb[1..] == ["pipe"], "{verb:?}: {said}");
        assert!(said.contains("it is not a regular file") || verb[1..] == ["link"], "{verb:?}: {said}");
        assert!(!said.contains("hunter2"), "{verb:?}: {said}");
    }
}

/// A pull request can make a link of the folder as well as of a file in it.
#[cfg(unix)]
#[test]
fn a_folder_of_schedules_that_was_a_link_was_followed() {
    let place = Place::new([("chat", chat(1, "books"))]);
    fs::rename(place.path("schedules"), place.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", place.path("schedules")).unwrap();
    let verbs: [&[&str]; 7] = [&["check"], &["build"], &["diff"], &["list"], &["next"], &["dates", "chat"], &["fmt"]];
    for verb in verbs {
        let output = place.run(verb);
        assert_eq!(output.status.code(), Some(1), "{verb:?}: {}", said(&output));
        assert!(said(&output).contains("it is a symbolic link; say `--schedules`"), "{verb:?}: {}", said(&output));
    }
    fs::write(place.path("export.ics"), "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").unwrap();
    let new = ["new", "zz", "--every", "Monday", "--time", "10:00", "--zone", "UTC"];
    for verb in [&new[..], &["import", "export.ics"]] {
        let output = place.run(verb);
        assert_eq!(output.status.code(), Some(1), "{verb:?}: {}", said(&output));
        assert!(said(&output).contains("error: schedules is a symbolic link\n  help: say `--"), "{}", said(&output));
    }
    assert!(place.run(&["check", "--schedules", "elsewhere"]).status.success());
    assert!(place.run(&["check", "--schedules", "schedules/"]).status.success());
}

/// Who does so overwrites it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_was_to_be_renamed_to_one_that_is_there() {
    let place = Place::new([("beta", chat(1, "books"))]);
    for name in ["Beta.toml", "\u{202e}beta.toml", "beta.TOML"] {
        let path = place.path("schedules").join(name);
        fs::write(&path, chat(1, "books")).unwrap();
        let said = said(&place.run(&["check"]));
        assert!(said.contains("beta.toml is there too: keep one of the two") && !said.contains("rename"), "{said}");
        fs::remove_file(path).unwrap();
    }
    fs::rename(place.path("schedules/beta.toml"), place.path("schedules/Beta.toml")).unwrap();
    assert!(said(&place.run(&["check"])).contains("rename the file to beta.toml"));
}

#[test]
fn mistakes_that_were_only_counted_were_not_in_the_total() {
    let keys = (0..150).map(|index| format!("key{index} = 1")).collect::<Vec<_>>().join("\n") + "\n";
    let place = Place::new([("chat", keys + &chat(1, "books"))]);
    let said = said(&place.run(&["check"]));
    assert!(said.contains("error: 50 more mistakes in this file"), "{said}");
    assert!(said.ends_with("1 chat, 150 errors\n"), "{said}");
}

#[test]
fn an_argument_with_a_line_break_was_a_command() {
    let place = Place::new([("chat", chat(1, "books"))]);
    for arguments in [&["a\n::error::x"][..], &["next", "--zone", "a\n::error::x"], &["check", "--at", "a\n::error::x"]]
    {
        let output = place.run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(!said(&output).lines().any(|line| line.trim_start().starts_with("::")), "{}", said(&output));
    }
}

#[cfg(unix)]
#[test]
fn init_wrote_through_links() {
    let place = Place::new([]);
    for below in ["schedules", ".github"] {
        fs::create_dir_all(place.path("mine")).unwrap();
        fs::create_dir_all(place.path("else")).unwrap();
        std::os::unix::fs::symlink("../else", place.path("mine").join(below)).unwrap();
        let output = place.run(&["init", "mine"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said(&output).contains(&format!("error: mine/{below} is a symbolic link\n  help: nothing was written"))
        );
        assert_eq!(fs::read_dir(place.path("else")).unwrap().count(), 0);
        fs::remove_dir_all(place.path("mine")).unwrap();
    }
}

#[test]
fn names_that_windows_reserves_for_devices_were_slugs() {
    for name in ["con", "prn", "aux", "nul", "com1", "lpt9"] {
        let refused = Slug::new(name).unwrap_err();
        assert!(refused.message.ends_with("Windows reserves it for a device, so that no file can be called so"));
        assert_eq!((refused.meant, Tag::new(name)), (None, None), "{name}");
    }
    for name in ["com", "com0", "com10", "lpt", "console", "nul-chat"] {
        assert!(Slug::new(name).is_ok() && Tag::new(name).is_some(), "{name}");
    }
}

#[test]
fn schedules_in_a_folder_below_were_passed_over_in_silence() {
    let place = Place::new([("chat", chat(1, "books"))]);
    let files = [("archive", "old.toml"), ("notes", "todo.md"), (".git", "x.toml"), ("2019/deep", "A.TOML")];
    for (folder, file) in files {
        fs::create_dir_all(place.path("schedules").join(folder)).unwrap();
        fs::write(place.path("schedules").join(folder).join(file), "x").unwrap();
    }
    // A link in a circle is looked at once.
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", place.path("schedules/linked")).unwrap();
    fs::write(place.path("beside.toml"), "x").unwrap();
    let mut all = vec!["2019/deep", "archive"];
    all.extend(cfg!(unix).then_some("linked"));
    for verb in [&["check"][..], &["build", "--at", "2026-03-01"], &["list"], &["next", "--at", "2026-03-01"]] {
        let output = place.run(verb);
        let said = said(&output);
        assert!(output.status.success(), "{said}");
        for name in &all {
            let words = format!("warning: its folder \"{name}\" holds TOML files, which nobody reads");
            assert!(said.contains(&words), "{verb:?}: {said}");
        }
        assert_eq!(said.matches("holds TOML files").count(), all.len(), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn an_epoch_that_is_no_text_was_taken_for_none() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new([("chat", chat(1, "books"))]);
    for epoch in [&b"\xff\xfe"[..], b"", b"-1", b"12e3", b"253402300800"] {
        let output = place.command(&["build"]).env("SOURCE_DATE_EPOCH", std::ffi::OsStr::from_bytes(epoch)).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2), "{epoch:?}: {}", said(&output));
        assert!(said(&output).contains("SOURCE_DATE_EPOCH is not a number of seconds since 1970"));
        assert!(!place.path("out").exists());
    }
}

#[test]
fn after_an_import_into_an_empty_folder_nothing_said_what_the_collection_lacks() {
    let place = Place::new([("chat", chat(1, "books"))]);
    fs::remove_file(place.path("schedules/collection.toml")).unwrap();
    let output = place.run(&["check"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("this file is missing: it describes the collection"), "{said}");
    assert!(said.contains("help: write it with a `title` and an `id`") && said.contains("`chatcal init`"), "{said}");
}

#[test]
fn a_collection_that_had_lost_its_last_chat_did_not_say_what_becomes_of_its_feeds() {
    let place = Place::new([("chat", chat(1, "books"))]);
    place.build("2026-03-01");
    let before = place.tree();
    fs::remove_file(place.path("schedules/chat.toml")).unwrap();
    let output = place.run(&["build"]);
    assert_eq!(output.status.code(), Some(1));
    let help = "help: `chatcal new` writes one; feeds that were published stay as they are until then";
    assert!(said(&output).contains(help), "{}", said(&output));
    assert!(place.tree() == before);
}

#[test]
fn hundreds_of_folders_that_nobody_reads_filled_the_screen() {
    let place = Place::with_chats(1);
    for index in 0..12 {
        let folder = place.path(&format!("schedules/old{index:02}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("chat.toml"), "").unwrap();
    }
    let said = said(&place.run(&["check"]));
    assert_eq!(said.matches(" holds TOML files, which nobody reads").count(), 10, "{said}");
    assert!(said.contains("2 more folders below it hold TOML files, which nobody reads"), "{said}");
}
