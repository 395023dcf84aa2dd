//! What is said of old files before they lose something: each of these was silent, or blamed the wrong thing.

use std::fs;

use crate::files::Tree;
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
    assert!(text.contains("out/removed.txt holds the marks of a merge conflict"), "{text}");
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
                   calendar takes them for new ones, unless the schedule says `formerly = [\"books\", \"readers\"]`";
    for verb in [["build", "--check"], ["diff", "--json"]] {
        let check = said(&place.run(&[verb[0], verb[1], "--at", THEN]));
        assert!(check.contains(warning), "{check}");
    }
    rename(&place, "authors", "authors", "formerly = [\"books\", \"readers\"]\n");
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
fn a_tag_that_went_left_its_subscribers_in_silence() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    place.edit("chat00000", "\"books\"", "\"novels\"");
    let built = place.build(THEN);
    assert!(built.contains("warning: out/tag/books.ics goes, as no chat has its tag"), "{built}");
}

#[test]
fn two_lists_of_removed_meetings_that_git_put_together_are_one() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    place.edit("chat00000", "start = 2020-01-06", "start = 2020-02-03");
    place.build(THEN);
    let list = place.out("removed.txt");
    fs::write(
        place.path("out/removed.txt"),
        list.clone() + "20260301T102030Z 3 2019-01-01.chat00001@chats.example.org\n",
    )
    .unwrap();
    let other = format!("{}  removed.txt\n", "0".repeat(64));
    fs::write(place.path("out/manifest.sha256"), place.out("manifest.sha256") + &other).unwrap();
    let built = place.build(THEN);
    assert!(!built.contains("removed.txt"), "{built}");
    assert!(place.out("removed.txt").contains(" 3 2019-01-01.chat00001@"));
}

#[test]
fn another_file_in_the_place_of_a_feed_that_goes_was_forgotten_in_silence() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    fs::write(place.path("out/chat00001.ics"), "mine").unwrap();
    let built = place.build(THEN);
    let words =
        "warning: out/chat00001.ics was not written by chatcal: it stays as it is, and chatcal does not count it";
    assert!(built.contains(words), "{built}");
}

#[test]
fn a_folder_that_is_not_there_made_every_chat_new_in_silence() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let text = said(&place.run(&["diff", "--against", "outt", "--at", THEN]));
    assert!(text.contains("there is no folder outt: everything in it counts as new"), "{text}");
}

#[test]
fn replaced_files_were_said_to_be_left_alone() {
    let place = Place::with_chats(1);
    fs::create_dir(place.path("out")).unwrap();
    fs::write(place.path("out/index.html"), "mine").unwrap();
    let built = said(&place.run(&["build", "--replace", "--at", FIRST]));
    assert!(built.contains("warning: out/index.html was not written by chatcal: it has been replaced"), "{built}");
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

#[test]
fn a_checkout_with_other_line_breaks_filled_the_screen() {
    let place = Place::with_chats(9);
    place.build(FIRST);
    for (path, content) in place.tree().iter().filter(|(path, _)| path.starts_with("chat")) {
        let text = String::from_utf8_lossy(content).replace('\r', "");
        fs::write(place.path("out").join(path), text).unwrap();
    }
    let built = place.build(THEN);
    let warnings: Vec<&str> = built.lines().filter(|line| line.starts_with("warning")).collect();
    let [warning] = warnings[..] else { panic!("{warnings:#?}") };
    assert!(warning.starts_with("warning: out/chat00000.ics has lost the CR of its line breaks"), "{warning}");
    assert!(warning.ends_with(" (likewise chat00001.ics, chat00002.ics and 6 more files)"), "{warning}");
}

#[test]
fn a_folder_in_the_way_was_said_to_be_replaceable_and_hid_what_else_was() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    let before = place.tree();
    fs::remove_file(place.path("out/index.html")).unwrap();
    fs::create_dir(place.path("out/index.html")).unwrap();
    fs::write(place.path("out/chat00001.ics"), "mine").unwrap();
    let check = said(&place.run(&["build", "--check", "--at", THEN]));
    let folder = "warning: out/index.html is a folder: `build` leaves it alone and stops: move it away";
    assert!(check.contains(folder), "{check}");
    let help = "help: see first to what is in the way, then run `chatcal build`";
    assert!(check.contains(help), "{check}");
    let refused = said(&place.run(&["build", "--at", THEN]));
    let all = [
        "out/chat00001.ics is in the way: it was not written by chatcal\n  help: move it away, or look at it and",
        "out/index.html is in the way: it is a folder\n  help: move it away\n",
    ];
    assert!(all.iter().all(|words| refused.contains(words)), "{refused}");
    // Nothing can be replaced as long as something stops the build.
    let refused = place.run(&["build", "--replace", "--at", THEN]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("error: out/index.html is in the way: it is a folder"), "{}", said(&refused));
    assert_eq!(place.out("chat00001.ics"), "mine");
    fs::remove_dir(place.path("out/index.html")).unwrap();
    assert!(place.run(&["build", "--replace", "--at", FIRST]).status.success());
    // Meetings that no other feed knew are new ones in the log of changes.
    let others = |mut tree: Tree| {
        tree.retain(|path, _| path != "changes.atom" && path != "manifest.sha256");
        tree
    };
    assert!(others(place.tree()) == others(before));
}

#[test]
fn a_manifest_that_was_lost_was_made_anew_in_silence() {
    let place = Place::with_chats(2);
    assert!(!place.build(FIRST).contains("warning"));
    let list = place.out("manifest.sha256");
    fs::remove_file(place.path("out/manifest.sha256")).unwrap();
    let built = place.build(THEN);
    let words =
        "warning: out/manifest.sha256 is missing: what looks like chatcal's is written again, and nothing is removed";
    assert!(built.contains(words), "{built}");
    assert_eq!(place.out("manifest.sha256"), list);
    fs::write(place.path("out/manifest.sha256"), list.replace('\n', "\r\n")).unwrap();
    let built = place.build(THEN);
    assert!(built.contains("warning: out/manifest.sha256 has CR in its line breaks"), "{built}");
    assert_eq!(place.out("manifest.sha256"), list);
}

/// A manifest with one fault said nothing any more of what was lost beside it.
#[test]
fn a_fault_of_the_manifest_hid_what_was_lost() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    fs::remove_file(place.path("schedules/chat00002.toml")).unwrap();
    place.build(FIRST);
    let (list, removed) = (place.out("manifest.sha256"), place.out("removed.txt"));
    let head = removed.split_inclusive('\n').next().unwrap();
    let twice = format!("{list}{}\n", list.lines().next().unwrap());
    for list in [twice, list.replace('\n', "\r\n")] {
        fs::write(place.path("out/manifest.sha256"), &list).unwrap();
        fs::write(place.path("out/removed.txt"), head).unwrap();
        let built = place.build(FIRST);
        assert!(
            built.contains("out/removed.txt has been changed since chatcal wrote it: what is not in it"),
            "{built}"
        );
        fs::write(place.path("out/removed.txt"), &removed).unwrap();
    }
    // Two sides of a merge, of which somebody took one list.
    let line = removed.lines().nth(1).unwrap();
    fs::write(place.path("out/removed.txt"), removed.replace(&format!("{line}\n"), "")).unwrap();
    place.build(FIRST);
    let other = place.out("manifest.sha256");
    fs::write(place.path("out/removed.txt"), &removed).unwrap();
    let union: std::collections::BTreeSet<&str> = list.lines().chain(other.lines()).collect();
    fs::write(place.path("out/manifest.sha256"), union.into_iter().collect::<Vec<_>>().join("\n") + "\n").unwrap();
    let built = place.build(FIRST);
    assert!(built.contains("out/removed.txt is that of one side of a merge alone: what is not in it"), "{built}");
    // A feed that is gone too is told, though a line of the list is damaged.
    fs::write(place.path("out/manifest.sha256"), format!("torn\n{list}")).unwrap();
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    fs::remove_file(place.path("out/chat00001.ics")).unwrap();
    let built = place.build(FIRST);
    assert!(built.contains("out/chat00001.ics is missing, though chatcal wrote it"), "{built}");
}

#[test]
fn a_page_with_the_marks_of_a_merge_was_said_to_have_been_changed() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let page = place.out("index.html");
    let merged = page.replacen("<body>", "<<<<<<< ours\n<body>\n=======\n<body>\n>>>>>>> theirs\n", 1);
    assert_ne!(merged, page);
    fs::write(place.path("out/index.html"), merged).unwrap();
    let built = place.build(FIRST);
    let words = "warning: out/index.html holds the marks of a merge conflict: it is written again";
    assert!(built.contains(words), "{built}");
    assert_eq!(place.out("index.html"), page);
}

#[test]
fn a_file_that_would_stop_the_next_build_was_found_by_build_alone() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    fs::create_dir(place.path("out/.chatcal-new")).unwrap();
    fs::write(place.path("out/.chatcal-new/notes.txt"), "mine").unwrap();
    let words = "cannot remove out/.chatcal-new/notes.txt: chatcal did not write it; move it away";
    let refused = place.run(&["build", "--at", THEN]);
    assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
    for verb in [&["build", "--check", "--at", FIRST][..], &["diff", "--at", FIRST]] {
        let looked = place.run(verb);
        assert!(looked.status.success(), "{}", said(&looked));
        assert!(said(&looked).contains(&format!("{words}: `chatcal build` stops there")), "{}", said(&looked));
    }
    assert_eq!(place.out(".chatcal-new/notes.txt"), "mine");
}

#[test]
fn an_empty_manifest_was_said_to_have_been_changed() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let list = place.out("manifest.sha256");
    for content in [&b""[..], &[0; 100]] {
        fs::write(place.path("out/manifest.sha256"), content).unwrap();
        let built = place.build(THEN);
        assert!(built.contains("warning: out/manifest.sha256 lists nothing: what looks like chatcal's is"), "{built}");
        assert_eq!(place.out("manifest.sha256"), list);
    }
}

#[test]
fn lines_that_somebody_took_out_of_the_list_of_removed_meetings_were_not_missed() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    place.build(THEN);
    let list = place.out("removed.txt");
    for shorter in [list.split_inclusive('\n').take(3).collect::<String>(), String::new()] {
        fs::write(place.path("out/removed.txt"), shorter).unwrap();
        let built = place.build(THEN);
        let words = "warning: out/removed.txt has been changed since chatcal wrote it: what is not in it is not known";
        assert!(built.contains(words), "{built}");
    }
}

#[test]
fn a_merge_of_two_branches_that_each_removed_a_chat_was_an_alarm() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    // Each side removes one.
    let sides = ["chat00000", "chat00001"].map(|slug| {
        let text = fs::read_to_string(place.path(&format!("schedules/{slug}.toml"))).unwrap();
        let before = place.tree();
        fs::remove_file(place.path(&format!("schedules/{slug}.toml"))).unwrap();
        place.build(THEN);
        let side = place.tree();
        place.schedule(slug, &text);
        fs::remove_dir_all(place.path("out")).unwrap();
        for (path, content) in before {
            fs::create_dir_all(place.path("out").join(&path).parent().unwrap()).unwrap();
            fs::write(place.path("out").join(path), content).unwrap();
        }
        side
    });
    // What git makes of it: files that one side removed go, lines of both lists stand one after the other.
    for (ours, theirs) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        for path in
            ours.keys().chain(theirs.keys()).filter(|path| !(ours.contains_key(*path) && theirs.contains_key(*path)))
        {
            let _ = fs::remove_file(place.path("out").join(path));
        }
    }
    for path in ["manifest.sha256", "removed.txt"] {
        let both = sides.each_ref().map(|side| String::from_utf8_lossy(&side[path]).into_owned()).concat();
        fs::write(place.path("out").join(path), both).unwrap();
    }
    for slug in ["chat00000", "chat00001"] {
        fs::remove_file(place.path(&format!("schedules/{slug}.toml"))).unwrap();
    }
    let built = place.build(THEN);
    assert!(!built.contains("is missing") && !built.contains("removed.txt"), "{built}");
    let list = place.out("removed.txt");
    assert!(list.contains(".chat00000@") && list.contains(".chat00001@"), "{list}");
}

#[test]
#[cfg(unix)]
fn a_build_changed_who_may_read_a_feed() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with_chats(1);
    place.build(FIRST);
    let mode = || fs::metadata(place.path("out/chat00000.ics")).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(place.path("out/chat00000.ics"), fs::Permissions::from_mode(0o440)).unwrap();
    place.edit("chat00000", "Talk", "Walk");
    place.build(THEN);
    assert!(place.out("chat00000.ics").contains("Walk"));
    assert_eq!(mode(), 0o440);
}

#[test]
fn a_feed_of_which_only_its_head_was_left_was_in_the_way() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let feed = place.out("chat00000.ics");
    for octets in [7, 30, 60] {
        fs::write(place.path("out/chat00000.ics"), &feed[..octets]).unwrap();
        let built = place.build(THEN);
        assert!(built.contains("warning: out/chat00000.ics "), "{built}");
        // What no other feed knows of begins anew.
        assert!(events(&place.out("chat00000.ics")).keys().eq(events(&feed).keys()), "{octets}");
    }
}

/// Of a series the file alone knew that it had been revised, and the older one is what the build makes without it.
#[test]
fn an_older_repeating_form_that_somebody_put_back_was_taken_in_silence() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let path = place.path("out/repeating/chat00000.ics");
    let older = fs::read(&path).unwrap();
    let (old_text, newer) = (String::from_utf8(older.clone()).unwrap(), "SEQUENCE:7");
    let stamped = old_text.replacen("SEQUENCE:0", newer, 1);
    assert_ne!(stamped, old_text);
    fs::write(&path, &stamped).unwrap();
    // As if chatcal had written that.
    let sum = std::process::Command::new("sha256sum").arg(&path).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap()[..64].to_owned();
    let manifest = place.out("manifest.sha256");
    let named = "  repeating/chat00000.ics";
    let lines =
        manifest.lines().map(|line| if line.ends_with(named) { format!("{sum}{named}") } else { line.to_owned() });
    fs::write(place.path("out/manifest.sha256"), lines.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    fs::write(&path, older).unwrap();
    let said = place.build(FIRST);
    assert!(said.contains("warning: out/repeating/chat00000.ics has been changed since chatcal wrote it"), "{said}");
    assert!(!place.build(FIRST).contains("warning"));
}
