//! What becomes of the stamps of meetings when something else has been at out/: a rename, a loss, git, a wrong clock.

mod series;

use std::fs;

use crate::ledger::{BOOKS, books, place, stamps};
use crate::program::between::{FIRST, THEN};
use crate::program::{Place, events, said};

/// The stamps of the meeting that was revised once, at `THEN`.
const ONCE: (&str, &str, &str) = ("20260309T080706Z", "20260309T080706Z", "1");
/// When builds after that are.
const LATER: &str = "2026-03-10";
const REVISED_LATER: (&str, &str, &str) = ("20260310T000000Z", "20260310T000000Z", "2");

/// A place in which one meeting has been revised once.
fn revised() -> Place {
    let place = place();
    place.edit("books", "\"Reading\"", "\"Writing\"");
    place.build(THEN);
    assert_eq!(stamps(&events(&place.out("books.ics"))[BOOKS]), ONCE);
    place
}

/// The meeting in a chat's feed, and what the build says.
fn built(place: &Place, slug: &str) -> (String, String) {
    let said = place.build(LATER);
    (events(&place.out(&format!("{slug}.ics"))).remove(BOOKS).expect("the meeting"), said)
}

/// Changes a file of out/.
fn edit(place: &Place, path: &str, edit: impl FnOnce(String) -> String) {
    let text = place.out(path);
    fs::write(place.path("out").join(path), edit(text)).unwrap();
}

fn rename(place: &Place, from: &str, to: &str) {
    let path = |slug: &str| place.path(&format!("schedules/{slug}.toml"));
    fs::rename(path(from), path(to)).unwrap();
}

#[test]
fn a_second_rename_lost_the_stamps() {
    let place = revised();
    rename(&place, "books", "readers");
    place.edit("readers", "title = ", "formerly = \"books\"\ntitle = ");
    place.build(LATER);
    rename(&place, "readers", "authors");
    let diff = place.run(&["diff", "--at", LATER]);
    let diff = crate::program::said(&diff);
    assert!(diff.contains("readers") && !diff.contains("added"), "{diff}");
    let (event, said) = built(&place, "authors");
    assert_eq!(stamps(&event), ONCE);
    assert!(said.contains("1 removed") || said.contains("2 removed"), "{said}");
    assert!(!place.path("out/readers.ics").exists());
}

#[test]
fn a_meeting_that_was_absent_for_one_build_began_anew() {
    let place = revised();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    place.edit("books", "start = 2025-01-07", "start = 2026-05-05");
    let without = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    place.schedule("books", &without[..without.find("[[change]]").unwrap()]);
    place.build(LATER);
    assert!(place.out("removed.txt").contains(&format!("20260309T080706Z 1 {BOOKS}\n")));
    // Once more: what is remembered is not forgotten by a build in which nothing changes.
    place.build("2026-03-11");
    place.schedule("books", &text);
    place.build("2026-03-12");
    let event = events(&place.out("books.ics")).remove(BOOKS).unwrap();
    assert_eq!(stamps(&event), ("20260312T000000Z", "20260312T000000Z", "2"));
    // With the next change nothing but the series that there was in between is left in it.
    place.edit("books", "\"Writing\"", "\"Sleeping\"");
    place.build("2026-03-13");
    let list = place.out("removed.txt");
    assert!(list.lines().skip(1).all(|line| line.contains(" 2026-05-05.books.series@")), "{list}");
}

#[test]
fn a_chat_that_was_absent_for_one_build_began_anew() {
    let place = revised();
    let text = place.take_away("books");
    place.build(LATER);
    assert!(!place.path("out/books.ics").exists());
    place.schedule("books", &text);
    place.build("2026-03-12");
    let event = events(&place.out("books.ics")).remove(BOOKS).unwrap();
    assert_eq!(stamps(&event), ("20260312T000000Z", "20260312T000000Z", "2"));
}

#[test]
fn a_torn_or_missing_feed_lost_the_stamps_that_the_feed_of_all_chats_knows() {
    for keep in [0, 200, 9_000] {
        let place = revised();
        edit(&place, "books.ics", |text| text[..keep].to_owned());
        let (event, said) = built(&place, "books");
        assert_eq!(stamps(&event), ONCE, "{keep}");
        assert!(
            said.contains("out/books.ics is damaged: the stamps of its meetings are looked up in all feeds"),
            "{said}"
        );
    }
    let place = revised();
    fs::remove_file(place.path("out/books.ics")).unwrap();
    let (event, said) = built(&place, "books");
    assert_eq!(stamps(&event), ONCE);
    assert!(said.contains("out/books.ics is missing, though chatcal wrote it"), "{said}");
    // Also where nothing but the feed of its tag is left.
    let place = revised();
    for path in ["books.ics", "all.ics", "manifest.sha256"] {
        fs::remove_file(place.path("out").join(path)).unwrap();
    }
    assert_eq!(stamps(&built(&place, "books").0), ONCE);
}

#[test]
fn what_is_lost_was_not_told() {
    let place = revised();
    for path in ["books.ics", "all.ics", "tag/books.ics"] {
        fs::remove_file(place.path("out").join(path)).unwrap();
    }
    let said = place.build(LATER);
    assert!(said.contains("in all feeds; 36 meetings are in none of them: they count as new"), "{said}");
}

#[test]
fn line_breaks_without_cr_lost_the_stamps() {
    let place = revised();
    let lf = |text: String| text.replace('\r', "");
    edit(&place, "books.ics", lf);
    edit(&place, "all.ics", lf);
    let check = crate::program::said(&place.run(&["build", "--check", "--at", LATER]));
    assert!(!check.contains("added") && !check.contains("cannot be read"), "{check}");
    let (event, said) = built(&place, "books");
    assert_eq!(stamps(&event), ONCE);
    for path in ["books.ics", "all.ics"] {
        let what = format!("out/{path} has lost the CR of its line breaks (`*.ics -text` in .gitattributes");
        assert!(said.contains(&what), "{said}");
    }
    assert!(place.out("books.ics").contains("\r\n"));
}

#[test]
fn one_damaged_stamp_lost_the_number_of_revisions() {
    for stamp in ["DTSTAMP:+99990101T000000Z", "DTSTAMP:20261301T000000Z", "SEQUENCE:99999999999", "SEQUENCE:-1"] {
        let place = revised();
        let (name, _) = stamp.split_once(':').unwrap();
        edit(&place, "books.ics", |text| {
            let (head, tail) = text.split_at(text.find(BOOKS).unwrap());
            let line = tail.lines().find(|line| line.starts_with(name)).unwrap();
            format!("{head}{}", tail.replacen(line, stamp, 1))
        });
        assert_eq!(stamps(&built(&place, "books").0), ONCE, "{stamp}");
    }
}

#[test]
fn the_marks_of_a_merge_conflict_were_not_recognised() {
    let place = revised();
    edit(&place, "books.ics", |text| {
        let at = text.find("SEQUENCE:1").unwrap();
        let (head, tail) = text.split_at(at);
        let tail = tail.strip_prefix("SEQUENCE:1\r\n").unwrap();
        format!("{head}<<<<<<< HEAD\r\nSEQUENCE:1\r\n=======\r\nSEQUENCE:4\r\n>>>>>>> other\r\n{tail}")
    });
    let (event, said) = built(&place, "books");
    // Subscribers may have either.
    assert_eq!(stamps(&event), ("20260310T000000Z", "20260310T000000Z", "5"));
    assert!(said.contains("out/books.ics holds the marks of a merge conflict"), "{said}");
    assert!(!place.out("books.ics").contains("<<<<<<<"));
}

/// A branch has revised the same meeting in another way, and git put the two side by side.
#[test]
fn the_same_revision_twice_with_other_words_is_revised_again() {
    let place = revised();
    edit(&place, "all.ics", |text| text.replace("books: Writing", "books: Painting"));
    assert_eq!(stamps(&built(&place, "books").0), REVISED_LATER);
}

/// Somebody took one side's feed and the other side's list.
#[test]
fn an_older_feed_beside_newer_ones_took_the_stamps_back() {
    let place = revised();
    let older = place.out("books.ics");
    place.edit("books", "\"Writing\"", "\"Reading\"");
    place.build(LATER);
    assert_eq!(stamps(&events(&place.out("books.ics"))[BOOKS]), REVISED_LATER);
    edit(&place, "books.ics", |_| older);
    let said = place.build("2026-03-11");
    assert_eq!(stamps(&events(&place.out("books.ics"))[BOOKS]), REVISED_LATER);
    assert!(said.contains("out/books.ics has been changed since chatcal wrote it"), "{said}");
}

/// A meeting with these stamps in every feed, by a list that agrees: chatcal wrote them.
fn with_stamps(revised: &str, sequence: &str) -> Place {
    let place = place();
    for path in ["books.ics", "all.ics", "tag/books.ics"] {
        edit(&place, path, |text| {
            let mut events: Vec<String> = text.split("BEGIN:VEVENT").map(str::to_owned).collect();
            for event in events.iter_mut().filter(|event| event.contains(BOOKS)) {
                *event = event
                    .replace("DTSTAMP:20260301T102030Z", &format!("DTSTAMP:{revised}"))
                    .replace("LAST-MODIFIED:20260301T102030Z", &format!("LAST-MODIFIED:{revised}"))
                    .replace("SEQUENCE:0", &format!("SEQUENCE:{sequence}"));
            }
            events.join("BEGIN:VEVENT")
        });
    }
    let list = std::process::Command::new("sh")
        .args(["-c", "cut -d ' ' -f 3 manifest.sha256 | xargs sha256sum > new && mv new manifest.sha256"])
        .current_dir(place.path("out"))
        .output()
        .unwrap();
    assert!(list.status.success(), "{}", crate::program::said(&list));
    place
}

#[test]
fn a_stamp_that_cannot_be_right_froze_a_meeting_for_ever() {
    let is_mended = |place: &Place, event: &str, said: &str, sequence: &str| {
        assert_eq!(stamps(event), ("20260310T000000Z", "20260310T000000Z", sequence));
        for path in ["books.ics", "all.ics", "tag/books.ics"] {
            let what = format!("out/{path} has 1 stamp that cannot be right and does not count");
            assert!(said.contains(&what), "{said}");
        }
        assert!(!place.build(LATER).contains("warning"));
    };
    // A SEQUENCE that may be right goes on.
    for (sequence, new) in [("2147483647", "0"), ("7", "8")] {
        // By the list, chatcal wrote it.
        let place = with_stamps("99990101T000000Z", sequence);
        let (event, said) = built(&place, "books");
        is_mended(&place, &event, &said, new);
        // Something else has been at the feeds.
        let place = with_stamps("99990101T000000Z", sequence);
        for path in ["books.ics", "all.ics", "tag/books.ics"] {
            edit(&place, path, |text| text.replace("NAME:", "NAME: "));
        }
        let (event, said) = built(&place, "books");
        is_mended(&place, &event, &said, new);
    }
    // The same of a SEQUENCE alone.
    let place = with_stamps("20260301T102030Z", "2147483647");
    let (event, said) = built(&place, "books");
    is_mended(&place, &event, &said, "0");
}

/// Clocks differ, and `--at` may be earlier: such a stamp stays as long as nothing changes, and is never gone behind.
#[test]
fn a_stamp_a_little_later_than_the_build_stays() {
    let place = with_stamps("20260901T000000Z", "3");
    let (event, said) = built(&place, "books");
    assert!(said.contains("out/books.ics has 1 stamp later than this build, which stay"), "{said}");
    assert_eq!(stamps(&event), ("20260901T000000Z", "20260901T000000Z", "3"));
    place.edit("books", "\"Reading\"", "\"Writing\"");
    let (event, _) = built(&place, "books");
    assert_eq!(stamps(&event), ("20260901T000000Z", "20260901T000000Z", "4"));
}

/// git puts two versions of the list together, and takes one side of everything else.
#[test]
fn a_list_that_knows_more_than_the_feeds_was_not_asked() {
    let place = revised();
    fs::write(place.path("out/removed.txt"), format!("20260309T000000Z 5 {BOOKS}\n")).unwrap();
    place.edit("books", "\"Writing\"", "\"Reading\"");
    let (event, _) = built(&place, "books");
    assert_eq!(stamps(&event), ("20260310T000000Z", "20260310T000000Z", "6"));
}

/// A merge has brought the feed of an older slug back.
#[test]
fn a_feed_that_is_not_listed_was_not_asked() {
    let place = revised();
    let older = place.out("books.ics").replace("SEQUENCE:1", "SEQUENCE:7");
    fs::write(place.path("out/older.ics"), older).unwrap();
    place.edit("books", "\"Writing\"", "\"Reading\"");
    assert_eq!(stamps(&built(&place, "books").0).2, "8");
}

#[test]
fn a_lost_list_of_removed_meetings_was_not_told() {
    let place = revised();
    fs::remove_file(place.path("schedules/books.toml")).unwrap();
    place.build(LATER);
    fs::remove_file(place.path("out/removed.txt")).unwrap();
    let said = place.build(LATER);
    assert!(
        said.contains("out/removed.txt is missing, though chatcal wrote it: what is not in it is not known"),
        "{said}"
    );
}

/// One more than what may be was written, and did not count the next time.
#[test]
fn the_highest_number_of_revisions_fell_to_none() {
    let place = with_stamps("20260301T102030Z", "999999");
    for (topic, day) in [("Writing", "2026-03-10"), ("Reading", "2026-03-11"), ("Writing", "2026-03-12")] {
        let text = books().replace("\"Reading\"", &format!("\"{topic}\""));
        place.schedule("books", &text);
        place.build(day);
        let feed = place.out("books.ics");
        let event = events(&feed).remove(BOOKS).unwrap();
        let now = stamps(&event);
        let now = (now.0.to_owned(), now.2.to_owned());
        assert_eq!(now, (format!("{}T000000Z", day.replace('-', "")), "1000000".to_owned()));
    }
}

/// A chat takes the slug that another has had: the feed there knows nothing of it.
#[test]
fn a_chat_that_took_the_slug_of_another_lost_its_stamps() {
    let place = revised();
    fs::remove_file(place.path("schedules/third.toml")).unwrap();
    rename(&place, "books", "third");
    place.edit("third", "title = ", "formerly = \"books\"\ntitle = ");
    let diff = crate::program::said(&place.run(&["diff", "--at", LATER]));
    assert!(!diff.contains("added") && !diff.contains("removed"), "{diff}");
    let (event, said) = built(&place, "third");
    assert_eq!(stamps(&event), ONCE);
    let words = "out/third.ics was the feed of `third`: its subscribers get the meetings of `books` from now on";
    assert!(said.contains(words) && said.matches("warning").count() == 1, "{said}");
    // What was there is not forgotten, and nothing changes from here on.
    assert!(place.out("removed.txt").contains(".third@chats.example.org"));
    assert!(!place.out("removed.txt").contains(".books@chats.example.org"));
    let tree = place.tree();
    place.build("2026-03-12");
    assert!(place.tree() == tree);
}

#[test]
fn a_removed_meeting_whose_instant_cannot_be_right_lost_its_sequence_too() {
    for damage in ["99990101T000000Z", "2026torn"] {
        let place = revised();
        let text = place.take_away("books");
        place.build(LATER);
        edit(&place, "removed.txt", |list| {
            list.replace(&format!("20260309T080706Z 1 {BOOKS}"), &format!("{damage} 1 {BOOKS}"))
        });
        place.schedule("books", &text);
        let (event, said) = built(&place, "books");
        assert_eq!(stamps(&event), REVISED_LATER, "{damage}: {said}");
        assert!(said.contains("out/removed.txt has 1 stamp that cannot be right"), "{said}");
    }
}

/// A SEQUENCE that cannot rise any more: then the instant does.
#[test]
fn the_last_sequence_with_an_instant_ahead_froze_a_meeting() {
    let place = with_stamps("20270101T000000Z", "1000000");
    place.edit("books", "\"Reading\"", "\"Writing\"");
    let (event, _) = built(&place, "books");
    assert_eq!(stamps(&event), ("20270101T000001Z", "20270101T000001Z", "1000000"));
}

/// After a merge a chat's own feed may hold events of another one.
#[test]
fn what_the_own_feed_of_another_chat_knew_was_not_asked_and_then_forgotten() {
    for other in ["aa", "zz"] {
        let place = place();
        place.schedule(other, &books().replace("title = \"", "title = \"Other "));
        place.build(FIRST);
        let event = events(&place.out("books.ics")).remove(BOOKS).unwrap();
        let higher = format!("BEGIN:VEVENT\r\n{}END:VEVENT\r\n", event.replace("SEQUENCE:0", "SEQUENCE:9"));
        edit(&place, &format!("{other}.ics"), |feed| feed.replace("END:VCALENDAR", &format!("{higher}END:VCALENDAR")));
        // At once, so that the next build has nothing to do.
        place.build(THEN);
        assert_eq!(stamps(&events(&place.out("books.ics"))[BOOKS]).2, "9", "{other}");
        assert!(!place.path("out/removed.txt").exists());
        let tree = place.tree();
        place.build(THEN);
        assert!(place.tree() == tree, "{other}");
        place.edit("books", "\"Reading\"", "\"Writing\"");
        let (event, _) = built(&place, "books");
        assert_eq!(stamps(&event).2, "10", "{other}: {event}");
        assert!(!place.path("out/removed.txt").exists());
    }
}

#[test]
fn stamps_of_the_list_that_are_too_large_went_without_being_counted() {
    let place = revised();
    fs::remove_file(place.path("schedules/books.toml")).unwrap();
    place.build(LATER);
    let list = place.out("removed.txt");
    for (sequence, number) in [("2000000", "1 stamp"), ("99999999999999", "1 stamp")] {
        let line = format!("20260309T080706Z 1 {BOOKS}");
        assert!(list.contains(&line), "{list}");
        fs::write(place.path("out/removed.txt"), list.replace(&line, &line.replace(" 1 ", &format!(" {sequence} "))))
            .unwrap();
        let said = place.build(LATER);
        assert!(said.contains(&format!("out/removed.txt has {number} that cannot be right")), "{sequence}: {said}");
    }
}

#[test]
fn without_a_manifest_the_list_was_said_to_have_been_changed() {
    let place = revised();
    fs::remove_file(place.path("schedules/books.toml")).unwrap();
    place.build(LATER);
    fs::remove_file(place.path("out/manifest.sha256")).unwrap();
    let said = place.build(LATER);
    assert!(!said.contains("removed.txt has been changed"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_list_was_said_to_be_missing() {
    let place = revised();
    fs::remove_file(place.path("schedules/books.toml")).unwrap();
    place.build(LATER);
    fs::rename(place.path("out/removed.txt"), place.path("list")).unwrap();
    std::os::unix::fs::symlink("../list", place.path("out/removed.txt")).unwrap();
    let said = place.build(LATER);
    assert!(said.contains("out/removed.txt is no plain file, and is not read: what is not in it"), "{said}");
}

/// Of a list that is cut off nobody was told where there was no manifest either.
#[test]
fn a_torn_list_of_removed_meetings_was_not_told_of_without_a_manifest() {
    let place = revised();
    fs::remove_file(place.path("schedules/books.toml")).unwrap();
    place.build(LATER);
    let list = place.out("removed.txt");
    let told = "out/removed.txt is damaged: what is not in it is not known, should such meetings come back";
    for has_manifest in [true, false] {
        if !has_manifest {
            fs::remove_file(place.path("out/manifest.sha256")).unwrap();
        }
        fs::write(place.path("out/removed.txt"), &list[..list.len() - 20]).unwrap();
        let check = said(&place.run(&["build", "--check", "--at", LATER]));
        assert!(check.contains(told), "{has_manifest}: {check}");
    }
    // What is whole is not.
    fs::write(place.path("out/removed.txt"), &list).unwrap();
    let check = said(&place.run(&["build", "--check", "--at", LATER]));
    assert!(!check.contains("out/removed.txt"), "{check}");
}
