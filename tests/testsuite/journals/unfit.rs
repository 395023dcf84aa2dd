//! A build is interrupted, and somebody puts something else where one of its new files was to go: the new file may have
//! been all that knew a stamp by then.

use std::fs;
use std::process::Command;

use super::{GIVEN_UP, PARTLY, leave};
use crate::calls::{cannot_trace, injected};
use crate::program::between::{FIRST, THEN};
use crate::program::{Place, chatcal, events, said};

/// The SEQUENCE of a meeting in a feed.
fn sequence(place: &Place, path: &str, uid: &str) -> u32 {
    let feed = events(&place.out(path));
    let (_, event) = feed.iter().find(|(own, _)| own.starts_with(uid)).unwrap_or_else(|| panic!("{uid} in {path}"));
    event.split("SEQUENCE:").nth(1).unwrap().lines().next().unwrap().parse().unwrap()
}

/// Two chats, each of whose meetings have been revised once.
pub fn revised() -> Place {
    let place = Place::with_chats(2);
    place.build(FIRST);
    for chat in ["chat00000", "chat00001"] {
        place.edit(chat, "Talk", "Walk");
    }
    place.build(FIRST);
    assert_eq!(sequence(&place, "chat00001.ics", "2020-01-07."), 1);
    place
}

/// Puts the build between two states back to where it was killed, with these files in their places.
pub fn kill(place: &Place, old: &crate::files::Tree, moved: &[&str]) {
    let new = place.tree();
    for path in new.keys().filter(|path| !old.contains_key(*path)) {
        fs::remove_file(place.path("out").join(path)).unwrap();
    }
    for (path, content) in old {
        fs::write(place.path("out").join(path), content).unwrap();
    }
    leave(place, old, &new);
    for path in moved {
        let (below, name) = path.rsplit_once('/').unwrap_or(("", path));
        let out = place.path("out");
        fs::rename(out.join(below).join(".chatcal-new").join(name), out.join(path)).unwrap();
    }
}

#[test]
fn the_list_shrank_though_the_feed_with_its_meeting_did_not_come() {
    for moved in [&[][..], &["all.ics"], &["chat00000.ics"], &["manifest.sha256"]] {
        for look in [&[][..], &["diff", "--at", THEN]] {
            let place = revised();
            place.edit("chat00001", "start = 2020-01-07", "start = 2022-01-04");
            place.build(FIRST);
            assert!(place.out("removed.txt").contains(" 1 2020-01-07.chat00001@"));
            let old = place.tree();
            place.edit("chat00001", "start = 2022-01-04", "start = 2020-01-07");
            place.edit("chat00000", "Walk", "Ride");
            place.build(THEN);
            assert_eq!(sequence(&place, "chat00001.ics", "2020-01-07."), 2);
            kill(&place, &old, moved);
            let feed = place.out("chat00001.ics").replace("\r\n", "\n");
            fs::write(place.path("out/chat00001.ics"), feed).unwrap();
            let looked = if look.is_empty() { String::new() } else { said(&place.run(look)) };
            let said = looked + &place.build(THEN);
            assert!(said.contains(if moved.is_empty() { GIVEN_UP } else { PARTLY }), "{said}");
            assert!(!said.contains("count as new"), "{said}");
            assert!(sequence(&place, "chat00001.ics", "2020-01-07.") >= 2, "{moved:?}: {said}");
        }
    }
}

#[test]
fn the_feed_of_an_older_slug_went_though_the_new_one_did_not_come() {
    for moved in [&[][..], &["index.html"], &["repeating/reads.ics"]] {
        let place = revised();
        let old = place.tree();
        let text = place.take_away("chat00001");
        place.schedule("reads", &format!("formerly = \"chat00001\"\n{text}"));
        place.build(THEN);
        kill(&place, &old, moved);
        fs::write(place.path("out/reads.ics"), "mine").unwrap();
        let refused = said(&place.run(&["build", "--at", THEN]));
        assert!(refused.contains(if moved.is_empty() { GIVEN_UP } else { PARTLY }), "{refused}");
        assert!(refused.contains("out/reads.ics is in the way"), "{refused}");
        assert!(place.path("out/chat00001.ics").exists());
        fs::remove_file(place.path("out/reads.ics")).unwrap();
        let said = place.build(THEN);
        assert!(!said.contains("count as new"), "{said}");
        assert!(sequence(&place, "reads.ics", "2020-01-07.") >= 1, "{said}");
        assert_eq!(place.out("chat00001.ics"), place.out("reads.ics"));
    }
}

/// The new feed of a chat with another slug cannot take its place: the only file that has its stamps under an old one
/// stays.
#[test]
fn an_old_feed_went_in_a_build_that_could_not_bring_the_new_one() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let mut failures = 0;
    for when in 1..14 {
        let place = revised();
        let text = place.take_away("chat00001");
        place.schedule("reads", &format!("formerly = \"chat00001\"\n{text}"));
        let inject = format!("inject=rename,renameat,renameat2:error=EIO:when={when}");
        let output = injected(&place, &inject, &["build", "--at", THEN]).output().unwrap();
        let exists = |path: &str| place.path("out").join(path).exists();
        assert!(exists("chat00001.ics") || exists("reads.ics"), "{inject}: {}", said(&output));
        assert!(exists("repeating/chat00001.ics") || exists("repeating/reads.ics"), "{inject}: {}", said(&output));
        failures += usize::from(!output.status.success());
        place.build(THEN);
        assert_eq!(sequence(&place, "reads.ics", "2020-01-07."), 1, "{inject}");
        assert_eq!(place.out("chat00001.ics"), place.out("reads.ics"));
    }
    assert!(failures >= 5, "{failures}");
}

/// What the interrupted build adds to a list that is cut off does not make it look whole.
#[test]
fn a_torn_list_was_made_whole_by_the_lines_of_an_interrupted_build() {
    let place = revised();
    fs::remove_file(place.path("schedules/chat00000.toml")).unwrap();
    place.build(FIRST);
    let list = place.out("removed.txt");
    let cut = &list[..list.len() - 20];
    let old = place.tree();
    place.edit("chat00001", "start = 2020-01-07", "start = 2022-01-04");
    place.build(THEN);
    kill(&place, &old, &["chat00001.ics"]);
    fs::write(place.path("out/removed.txt"), cut).unwrap();
    fs::write(place.path("out/index.html"), place.out("index.html") + "mine").unwrap();
    let told = place.build(THEN);
    assert!(told.contains("out/removed.txt is damaged: what is not in it is not known"), "{told}");
    assert!(place.out("removed.txt").contains(" 1 2020-01-07.chat00001@"));
}

/// A new file that the rest of a build needed is gone with its folder: the next run stopped there for ever.
#[test]
fn without_the_folder_of_new_files_no_run_came_to_an_end() {
    let place = revised();
    let old = place.tree();
    fs::remove_file(place.path("schedules/chat00000.toml")).unwrap();
    place.build(THEN);
    for moved in [&[][..], &["removed.txt"], &["removed.txt", "all.ics"]] {
        kill(&place, &old, moved);
        for below in ["out", "out/repeating", "out/tag"] {
            let _ = fs::remove_dir_all(place.path(below).join(".chatcal-new"));
        }
        let diff = place.run(&["diff", "--at", THEN]);
        assert!(diff.status.success(), "{}", said(&diff));
        place.build(THEN);
    }
}

/// Everything has its place, and only the journal is left: a feed that somebody has removed since, or a pipe in its place,
/// is for the next build.
#[test]
fn what_happened_to_a_file_once_all_was_done_stopped_every_run() {
    for with_pipe in [false, true] {
        let place = revised();
        let old = place.tree();
        place.edit("chat00000", "Walk", "Ride");
        place.build(THEN);
        kill(&place, &old, &[]);
        let waiting: Vec<String> = place.tree().into_keys().filter(|path| path.contains(".chatcal-new/")).collect();
        for path in waiting {
            let to = place.path("out").join(path.replace(".chatcal-new/", ""));
            fs::rename(place.path("out").join(&path), to).unwrap();
        }
        let feed = place.path("out/chat00000.ics");
        fs::remove_file(&feed).unwrap();
        if with_pipe {
            assert!(Command::new("mkfifo").arg(&feed).status().unwrap().success());
        }
        let mut command = Command::new("timeout");
        let output = command.args(["20"]).arg(chatcal()).args(["build", "--check", "--at", THEN]);
        let output = output.current_dir(place.folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("has been completed\n"), "{}", said(&output));
        assert!(!place.path("out/.chatcal-journal").exists());
    }
}

/// Two chats change their slugs, one into that of the other, and one of the new files cannot take its place: what was in
/// that place still counts.
#[test]
fn a_feed_took_the_place_of_the_only_one_that_knew_a_chat_whose_new_one_did_not_come() {
    let prepared = || {
        let place = revised();
        let text = |slug: &str| fs::read_to_string(place.path(&format!("schedules/{slug}.toml"))).unwrap();
        let (first, second) = (text("chat00000"), text("chat00001"));
        for slug in ["chat00000", "chat00001"] {
            fs::remove_file(place.path(&format!("schedules/{slug}.toml"))).unwrap();
        }
        place.schedule("chat00000", &first);
        place.schedule("dog", &format!("formerly = \"chat00001\"\n{second}"));
        place.build(FIRST);
        for slug in ["chat00000", "dog"] {
            fs::remove_file(place.path(&format!("schedules/{slug}.toml"))).unwrap();
        }
        place.schedule("dog", &format!("formerly = \"chat00000\"\n{first}"));
        place.schedule("eel", &format!("formerly = \"chat00001\"\n{second}"));
        place
    };
    // A call fails and somebody cleans up, or makes the new file blank and leaves the rest.
    for (cleans, when) in [(true, 1), (true, 2), (true, 3), (false, 2), (false, 3), (false, 4), (false, 5)] {
        if let Some(reason) = cannot_trace() {
            return println!("skipped: no system calls can be recorded here ({reason})");
        }
        let place = prepared();
        let inject = format!("inject=rename,renameat,renameat2:error=EIO:when={when}");
        injected(&place, &inject, &["build", "--at", THEN]).output().unwrap();
        if cleans {
            for below in ["out", "out/repeating", "out/tag"] {
                let _ = fs::remove_dir_all(place.path(below).join(".chatcal-new"));
            }
            let _ = fs::remove_file(place.path("out/.chatcal-journal"));
        } else {
            let _ = fs::write(place.path("out/.chatcal-new/eel.ics"), "");
        }
        let built = place.run(&["build", "--replace", "--at", THEN]);
        assert!(built.status.success(), "{}", said(&built));
        let eel = events(&place.out("eel.ics"));
        let has_fallen = eel.iter().skip(1).find(|(_, event)| event.contains("SEQUENCE:0"));
        assert!(has_fallen.is_none(), "{cleans} {when}: {has_fallen:?} {}", said(&built));
    }
}

/// Something that is no file is not read, as it may have no end.
#[test]
fn a_pipe_in_place_of_the_list_hung_a_build_that_counted() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    let list = place.path("out/removed.txt");
    let pipe = Command::new("mkfifo").arg(&list).status().unwrap();
    assert!(pipe.success());
    for (chat, at) in [("chat00000", THEN), ("chat00001", "2026-03-10")] {
        place.edit(chat, "Talk", "Walk");
        let mut command = Command::new("timeout");
        let output = command.args(["20"]).arg(chatcal()).args(["build", "--at", at]);
        let output = output.current_dir(place.folder.path()).output().unwrap();
        assert!(output.status.success(), "{:?} {}", output.status, said(&output));
        assert!(said(&output).contains("removed.txt is no plain file, and is not read"), "{}", said(&output));
    }
    // A list that has to be written is told of what is there.
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    let mut command = Command::new("timeout");
    let output = command.args(["20"]).arg(chatcal()).args(["build", "--at", THEN]);
    let output = output.current_dir(place.folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("out/removed.txt is in the way"), "{}", said(&output));
}
