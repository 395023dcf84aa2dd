//! A build is interrupted, and so is what completes it, or a power cut has taken what was in a file, or files are in its way
//! that are not its own: there is always a next build that ends well.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::unfit::{kill, revised};
use crate::calls::{cannot_trace, injected};
use crate::program::between::{FIRST, THEN};
use crate::program::{Place, chat, said};

const HEAD: &str = "# A build that was interrupted: the next run of chatcal completes it.\n";

fn sum(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// Kills a run at one of its renames.
fn killed_at(place: &Place, when: usize, arguments: &[&str]) {
    let inject = format!("inject=rename,renameat,renameat2:signal=SIGKILL:when={when}");
    assert!(!injected(place, &inject, arguments).status().unwrap().success());
}

#[test]
fn a_journal_with_the_digest_of_the_manifest_removed_what_no_manifest_names() {
    for has_manifest in [true, false] {
        let place = Place::with_chats(1);
        place.build(FIRST);
        let copy = place.out("chat00000.ics");
        for (name, content) in [("mine.ics", &copy[..]), ("theirs.ics", &copy), ("blank.ics", "")] {
            fs::write(place.path("out").join(name), content).unwrap();
        }
        let (mine, theirs) = (sum(&place.path("out/mine.ics")), sum(&place.path("out/theirs.ics")));
        let blank = sum(&place.path("out/blank.ics"));
        fs::create_dir(place.path("out/.chatcal-new")).unwrap();
        let new = place.path("out/.chatcal-new/theirs.ics");
        fs::write(&new, "stranger").unwrap();
        let manifest = if has_manifest {
            format!("put {}  manifest.sha256\n", sum(&place.path("out/manifest.sha256")))
        } else {
            fs::remove_file(place.path("out/manifest.sha256")).unwrap();
            String::new()
        };
        // Without a list what looks like chatcal's is replaced, as by any build of such a folder.
        let over = format!("put {}  theirs.ics\nover {theirs}  theirs.ics\n", sum(&new));
        let over = if has_manifest { over } else { String::new() };
        let journal = format!("{HEAD}{manifest}{over}remove {mine}  mine.ics\nremove {blank}  blank.ics\nend\n");
        fs::write(place.path("out/.chatcal-journal"), journal).unwrap();
        place.run(&["build", "--check", "--at", FIRST]);
        for name in ["mine.ics", "theirs.ics"] {
            assert_eq!(place.out(name), copy, "{has_manifest}");
        }
        assert_eq!(place.out("blank.ics"), "", "{has_manifest}");
    }
}

#[test]
fn a_feed_that_a_power_cut_had_emptied_in_its_new_place_was_in_the_way_of_every_build() {
    let place = revised();
    let old = place.tree();
    place.schedule("chat00002", &chat(2, "Talk"));
    place.build(THEN);
    kill(&place, &old, &["chat00002.ics"]);
    fs::write(place.path("out/chat00002.ics"), "").unwrap();
    let said = place.build(THEN);
    assert!(said.contains(super::PARTLY), "{said}");
    assert!(place.out("chat00002.ics").contains("BEGIN:VEVENT"));
    assert!(place.run(&["build", "--check", "--at", THEN]).status.success());
}

#[test]
fn a_list_of_a_completion_that_was_killed_was_in_the_way_of_every_build() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let mut kills = 0;
    for when in 1..5 {
        let place = Place::with_chats(3);
        place.build(FIRST);
        let old = place.tree();
        assert!(!old.contains_key("removed.txt"));
        place.edit("chat00000", "Talk", "Walk");
        place.edit("chat00001", "Talk", "Walk");
        place.build(THEN);
        kill(&place, &old, &["chat00000.ics"]);
        fs::write(place.path("out/.chatcal-new/chat00001.ics"), "").unwrap();
        let before = place.tree();
        killed_at(&place, when, &["diff", "--at", THEN]);
        kills += usize::from(place.tree().contains_key("removed.txt") && !before.contains_key("removed.txt"));
        fs::remove_file(place.path("schedules/chat00002.toml")).unwrap();
        let said = place.build(THEN);
        assert!(!said.contains("removed.txt"), "{when}: {said}");
        assert!(place.run(&["build", "--check", "--at", THEN]).status.success());
    }
    assert!(kills > 1, "{kills}");
}

#[test]
fn a_manifest_that_must_not_be_written_stopped_every_run_after_a_crash() {
    for name in ["manifest.sha256", "removed.txt"] {
        let place = revised();
        place.edit("chat00001", "start = 2020-01-07", "start = 2022-01-04");
        place.build(FIRST);
        let old = place.tree();
        place.edit("chat00000", "Walk", "Ride");
        place.edit("chat00001", "start = 2022-01-04", "start = 2023-01-03");
        place.build(THEN);
        kill(&place, &old, &["all.ics"]);
        fs::write(place.path("out/.chatcal-new/chat00000.ics"), "").unwrap();
        fs::set_permissions(place.path("out").join(name), fs::Permissions::from_mode(0o444)).unwrap();
        let mut build = place.command(&["build", "--at", THEN]);
        // Root may write everything.
        if fs::metadata(place.folder.path()).unwrap().uid() == 0 {
            let mut left = vec![place.folder.path().to_owned()];
            while let Some(path) = left.pop() {
                chown(&path, Some(65534), Some(65534)).unwrap();
                if path.is_dir() {
                    left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                }
            }
            build.uid(65534).gid(65534);
        }
        let output = build.output().unwrap();
        assert!(output.status.success(), "{name}: {}", said(&output));
        assert!(said(&output).contains(super::PARTLY), "{name}: {}", said(&output));
        let mode = fs::metadata(place.path("out").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o444, "{name}");
    }
}

#[test]
fn a_build_that_was_to_replace_files_was_given_up_without_a_word_of_how_to_go_on() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let place = Place::with_chats(1);
    place.build(FIRST);
    fs::write(place.path("out/books.ics"), "mine").unwrap();
    place.schedule("books", &chat(1, "Talk"));
    killed_at(&place, 2, &["build", "--replace", "--at", FIRST]);
    let output = place.run(&["build", "--at", FIRST]);
    let way = ", some of which chatcal did not write: say `build --replace` again if they are to go";
    assert!(said(&output).contains(&format!("{}{way}", super::GIVEN_UP)), "{}", said(&output));
    assert_eq!(place.out("books.ics"), "mine");
    assert!(place.run(&["build", "--replace", "--at", FIRST]).status.success());
    assert!(place.run(&["build", "--check", "--at", FIRST]).status.success());
}

#[test]
fn a_folder_among_the_new_files_was_named_by_the_place_of_another() {
    let place = revised();
    let old = place.tree();
    place.edit("chat00000", "Walk", "Ride");
    place.build(THEN);
    kill(&place, &old, &["all.ics"]);
    let manifest = place.path("out/.chatcal-new/manifest.sha256");
    fs::remove_file(&manifest).unwrap();
    fs::create_dir(&manifest).unwrap();
    let said = said(&place.run(&["build", "--at", THEN]));
    assert!(said.contains("out/.chatcal-new/manifest.sha256"), "{said}");
}

/// A list that somebody else's manifest does not name and nobody needs is left alone, by every build.
#[test]
fn a_list_without_a_manifest_was_taken_over_or_in_the_way_of_the_second_build() {
    for is_reversed in [false, true] {
        let place = Place::with_chats(2);
        place.build(FIRST);
        let text = place.take_away("chat00001");
        place.build(FIRST);
        place.schedule("chat00001", &text);
        if is_reversed {
            let list = place.out("removed.txt");
            let (head, lines) = list.split_once('\n').unwrap();
            let lines: String = lines.split_inclusive('\n').rev().collect();
            fs::write(place.path("out/removed.txt"), format!("{head}\n{lines}")).unwrap();
        }
        fs::remove_file(place.path("out/manifest.sha256")).unwrap();
        place.build(FIRST);
        let before = place.tree();
        for _ in 0..2 {
            let said = place.build(THEN);
            assert!(!said.contains("has been changed") && place.tree() == before, "{is_reversed}: {said}");
        }
        assert!(place.run(&["build", "--check", "--at", THEN]).status.success());
    }
}

#[test]
fn the_new_manifest_that_is_gone_was_said_to_be_in_the_way_of_somebody_elses() {
    let place = revised();
    let old = place.tree();
    place.edit("chat00000", "Walk", "Ride");
    place.build(THEN);
    kill(&place, &old, &["all.ics"]);
    fs::remove_dir_all(place.path("out/.chatcal-new")).unwrap();
    let said = place.build(THEN);
    assert!(said.contains(super::PARTLY) && !said.contains("--replace"), "{said}");
}

#[test]
fn a_build_of_nothing_new_changed_the_list_while_a_stray_was_there() {
    let place = revised();
    fs::write(place.path("out/stray.ics"), place.out("chat00000.ics")).unwrap();
    let text = place.take_away("chat00001");
    place.build(THEN);
    place.schedule("chat00001", &text);
    place.take_away("chat00000");
    place.build(THEN);
    let output = place.run(&["build", "--check", "--at", THEN]);
    assert!(output.status.success(), "{}", said(&output));
}
