//! What is said of old files before they lose something: each of these was silent, or blamed the wrong thing.

use std::fs;

use crate::ledger::{BOOKS, place};
use crate::program::between::{FIRST, THEN};
use crate::program::{Place, events, said};

/// Takes the lines with this word out of the manifest.
fn forget(place: &Place, word: &str) {
    let list = place.out("manifest.sha256");
    let list = list.split_inclusive('\n').filter(|line| !line.contains(word)).collect::<String>();
    fs::write(place.path("out/manifest.sha256"), list).unwrap();
}

fn rename(place: &Place, from: &str, to: &str, formerly: &str) {
    let path = |slug: &str| place.path(&format!("schedules/{slug}.toml"));
    let text = fs::read_to_string(path(from)).unwrap();
    let text = text.split_inclusive('\n').filter(|line| !line.starts_with("formerly")).collect::<String>();
    fs::remove_file(path(from)).unwrap();
    fs::write(path(to), format!("{formerly}{text}")).unwrap();
}

#[test]
fn a_manifest_that_had_lost_lines_was_not_named_as_the_cause() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    forget(&place, "chat00001");
    place.schedule("chat00001", &crate::program::chat(1, "Run"));
    let refused = place.run(&["build", "--at", THEN]);
    assert_eq!(refused.status.code(), Some(1));
    let what = "error: out/chat00001.ics is in the way: it looks like chatcal's, but is not in its manifest";
    assert!(said(&refused).contains(what), "{}", said(&refused));

    let list = place.out("manifest.sha256");
    fs::write(place.path("out/manifest.sha256"), "torn\n".to_owned() + &list).unwrap();
    let refused = said(&place.run(&["build", "--at", THEN]));
    let cause = "error: out/manifest.sha256 is damaged in line 1: what is not listed counts as somebody else's";
    assert!(refused.find(cause) < refused.find(what) && refused.contains(cause), "{refused}");
    // Replaced, it is the memory all the same.
    assert!(place.run(&["build", "--replace", "--at", THEN]).status.success());
    assert!(place.out("chat00001.ics").contains("SEQUENCE:1\r\n"));
}

#[test]
#[cfg(unix)]
fn a_pipe_in_the_place_of_a_feed_was_called_a_file() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    fs::remove_file(place.path("out/all.ics")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(place.path("out/all.ics")).status().unwrap().success());
    let refused = said(&place.run(&["build", "--at", THEN]));
    assert!(refused.contains("error: out/all.ics is in the way: it is not a file"), "{refused}");
}

#[test]
fn a_damaged_list_of_removed_meetings_was_in_the_way() {
    let place = place();
    place.edit("books", "start = 2025-01-07", "start = 2026-05-05");
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    place.schedule("books", &text[..text.find("[[change]]").unwrap()]);
    place.build(THEN);
    let list = place.out("removed.txt");
    fs::write(place.path("out/removed.txt"), format!("<<<<<<< ours\n{list}=======\n>>>>>>> theirs\n")).unwrap();
    let text = place.build("2026-03-20");
    assert!(text.contains("out/removed.txt has been changed since chatcal wrote it"), "{text}");
    assert_eq!(place.out("removed.txt"), list);
}

#[test]
fn a_rename_without_formerly_gave_every_meeting_another_uid_in_silence() {
    let place = place();
    rename(&place, "books", "readers", "");
    let warning = "warning: out/books.ics goes, as no schedule has its name: if the chat is called otherwise now, say \
                   `formerly = \"books\"`";
    let check = said(&place.run(&["build", "--check", "--at", THEN]));
    assert!(check.contains(warning), "{check}");
    let built = place.build(THEN);
    assert!(built.contains(warning), "{built}");
    // Not where it says so, and not a second time.
    assert!(!place.build(THEN).contains("warning"));
}

#[test]
fn a_second_rename_that_named_the_second_slug_gave_every_meeting_another_uid_in_silence() {
    let place = place();
    rename(&place, "books", "readers", "formerly = \"books\"\n");
    let first = place.build(THEN);
    assert!(!first.contains("warning"), "{first}");
    rename(&place, "readers", "authors", "formerly = \"readers\"\n");
    let warning = "warning: out/readers.ics has meetings of `books`, which are those of `readers` from now on: every \
                   calendar takes them for new ones, unless the schedule says `formerly = \"books\"`";
    for verb in [["build", "--check"], ["diff", "--json"]] {
        let check = said(&place.run(&[verb[0], verb[1], "--at", THEN]));
        assert!(check.contains(warning), "{check}");
    }
    rename(&place, "authors", "authors", "formerly = \"books\"\n");
    let built = place.build(THEN);
    assert!(!built.contains("warning") && events(&place.out("authors.ics")).contains_key(BOOKS), "{built}");
    // Where the slug stays, and `formerly` goes.
    rename(&place, "authors", "authors", "");
    let built = place.build(THEN);
    assert!(
        built.contains("warning: out/authors.ics has meetings of `books`, which are those of `authors`"),
        "{built}"
    );
}

#[test]
fn a_lost_feed_was_called_a_new_chat() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    fs::remove_file(place.path("out/chat00001.ics")).unwrap();
    let text = said(&place.run(&["diff", "--at", FIRST]));
    assert!(text.contains("its old feed is lost; the new one has") && !text.contains("new chat"), "{text}");
    assert!(said(&place.run(&["diff", "--json", "--at", FIRST])).contains("\"was\": \"lost\""));
    let check = said(&place.run(&["build", "--check", "--at", FIRST]));
    assert!(check.contains("chat00001: its old feed is lost; the new one has"), "{check}");
}

#[test]
fn meetings_were_revised_after_a_merge_and_nobody_said_how_many() {
    let place = place();
    let text = place.out("books.ics");
    let uid = format!("UID:{BOOKS}\r\n");
    let (before, after) = text.split_once(&uid).unwrap();
    let both = format!("{before}<<<<<<< ours\r\n{uid}=======\r\n{uid}>>>>>>> theirs\r\n{after}");
    fs::write(place.path("out/books.ics"), both).unwrap();
    for verb in ["diff", "build"] {
        let text = said(&place.run(&[verb, "--at", THEN]));
        assert!(text.contains("holds the marks of a merge conflict"), "{text}");
        assert!(text.contains("; 1 meeting is revised, as it is not certain what it said"), "{text}");
    }
    assert!(events(&place.out("books.ics"))[BOOKS].contains("SEQUENCE:1\r\n"));
}

#[test]
fn feeds_among_the_schedules() {
    let place = Place::with_chats(1);
    let before = crate::files::tree(&place.path("schedules"));
    for out in ["schedules", "./schedules", "schedules/../schedules"] {
        let refused = place.run(&["build", "--out", out]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(said(&refused).contains("the feeds would be written among the schedules"), "{}", said(&refused));
    }
    assert!(crate::files::tree(&place.path("schedules")) == before);
}

#[test]
fn what_is_stale_filled_the_screen() {
    let place = Place::with_chats(60);
    place.build(FIRST);
    (0..60).for_each(|index| place.schedule(&format!("chat{index:05}"), &crate::program::chat(index, "Run")));
    let text = said(&place.run(&["build", "--check", "--at", THEN]));
    assert_eq!(text.lines().filter(|line| line.ends_with(" is stale")).count(), 50, "{text}");
    assert!(text.contains("\n  and 74 more\n"), "{text}");
}
