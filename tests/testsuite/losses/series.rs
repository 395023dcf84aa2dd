//! The same of the repeating form: series, their exceptions, and meetings that no expanded feed has yet.

use std::collections::BTreeMap;
use std::fs;

use super::{LATER, edit, rename, revised};
use crate::ledger::{books, place, stamps};
use crate::program::Place;
use crate::program::between::THEN;
use crate::program::events;

/// The masters of the repeating form had the stamp of the last of their meetings: without that one it fell.
#[test]
fn a_series_went_back_when_its_last_revised_meeting_went() {
    let place = revised();
    let master = |place: &Place| {
        let feed = place.out("repeating/books.ics");
        let event = feed.split("BEGIN:VEVENT").find(|event| event.contains(".series@")).unwrap().to_owned();
        stamps(&event).2.parse::<u32>().unwrap()
    };
    let before = master(&place);
    assert_eq!(before, 1);
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    let shorter = text[..text.find("[[change]]").unwrap()]
        .replace("start = 2025-01-07", "start = 2025-01-07\nuntil = 2026-03-31");
    place.schedule("books", &shorter);
    place.build(LATER);
    assert!(master(&place) > before);
}

/// `books` with an exception, a meeting on its own and a series, all of which no expanded feed has yet.
fn far() -> Place {
    let place = place();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    let far = "\n[[change]]\ndate = 2029-04-03\ntopic = \"Far\"\nsource = \"words\"\n\n\
               [[one-off]]\ndate = 2029-05-20\ntopic = \"Far\"\nsource = \"words\"\n\n\
               [[series]]\nname = \"late\"\nevery = \"third Sunday of the month\"\nstart = 2030-01-20\n\
               confidence = \"confirmed\"\nsource = \"words\"\n";
    let text = text.replacen("[[series]]\n", "[[series]]\nname = \"usual\"\n", 1);
    place.schedule(
        "books",
        &(text.replace("[[change]]\n", "[[change]]\nseries = \"usual\"\n")
            + &far.replace("[[change]]\n", "[[change]]\nseries = \"usual\"\n")),
    );
    place.build(THEN);
    place
}

/// UID, RECURRENCE-ID, DTSTAMP and SEQUENCE of all events with this word in the repeating form.
fn of_repeating(place: &Place, word: &str) -> Vec<String> {
    let feed = place.out("repeating/books.ics");
    let events = feed.split("BEGIN:VEVENT").skip(1).filter(|event| event.contains(word));
    let named = ["UID", "RECURRENCE-ID", "DTSTAMP", "SEQUENCE"];
    let lines = |event: &str| -> Vec<String> {
        event.lines().filter(|line| named.iter().any(|name| line.starts_with(name))).map(str::to_owned).collect()
    };
    events.map(|event| lines(event).join(" ")).collect()
}

#[test]
fn meetings_beyond_the_expanded_form_changed_without_a_new_stamp() {
    let place = far();
    let before = of_repeating(&place, "Far");
    assert_eq!(before.len(), 2, "{before:?}");
    assert!(before.iter().all(|event| event.contains("SEQUENCE:0")), "{before:?}");
    place.edit("books", "\"Far\"", "\"Farther\"");
    place.build(LATER);
    let after = of_repeating(&place, "Farther");
    assert!(after.iter().all(|event| event.contains("SEQUENCE:1") && event.contains("DTSTAMP:20260310T")), "{after:?}");
    // Nothing else is revised, and nothing more when nothing changes.
    let tree = place.tree();
    place.build("2026-03-12");
    assert!(place.tree() == tree);
}

#[test]
fn a_meeting_that_came_into_the_expanded_form_began_anew() {
    let place = far();
    for (from, to, at) in [("\"Far\"", "\"One\"", LATER), ("\"One\"", "\"Two\"", "2026-03-12")] {
        place.edit("books", from, to);
        place.build(at);
    }
    assert_eq!(of_repeating(&place, "Two").iter().filter(|event| event.contains("SEQUENCE:2")).count(), 2);
    place.build("2028-01-02");
    let feed = events(&place.out("books.ics"));
    let one_off = feed.iter().find(|(uid, _)| uid.starts_with("2029-05-20.")).unwrap().1;
    // Its lines in this form are not known: it counts as revised.
    assert!(one_off.contains("SEQUENCE:3\r\n"), "{one_off}");
    let now = of_repeating(&place, "Two");
    assert!(now.iter().any(|event| event.contains("RECURRENCE-ID") && event.contains("SEQUENCE:2")), "{now:?}");
    assert!(now.iter().any(|event| event.contains("UID:2029-05-20.") && event.contains("SEQUENCE:3")), "{now:?}");
}

#[test]
fn a_series_that_begins_later_got_another_stamp_each_january() {
    let place = far();
    let late = |place: &Place| -> Vec<String> { of_repeating(place, ".late.") };
    let before = late(&place);
    place.build("2027-02-01");
    assert_eq!(late(&place), before);
    assert_eq!(before.len(), 1);
}

#[test]
fn a_series_went_back_when_its_chat_was_renamed() {
    let place = revised();
    place.edit("books", "start = 2025-01-07", "start = 2025-01-07\nuntil = 2030-12-31");
    place.build(LATER);
    let before = of_repeating(&place, "RRULE");
    assert!(before[0].contains("SEQUENCE:2"), "{before:?}");
    rename(&place, "books", "readers");
    place.edit("readers", "title = ", "formerly = \"books\"\ntitle = ");
    place.edit("readers", "until = 2030-12-31", "until = 2031-12-31");
    place.build("2026-03-12");
    let feed = place.out("repeating/readers.ics");
    assert!(feed.contains("SEQUENCE:3\r\n"), "{feed}");
    // Lost, it is told.
    fs::remove_file(place.path("out/repeating/readers.ics")).unwrap();
    let said = place.build("2026-03-13");
    assert!(said.contains("out/repeating/readers.ics is missing, though chatcal wrote it"), "{said}");
}

/// `far`, in which all that only the repeating form has, and its series, have been revised several times.
fn revised_far() -> Place {
    let place = far();
    for (from, to, at) in [("\"Far\"", "\"One\"", LATER), ("\"One\"", "\"Two\"", "2026-03-12")] {
        place.edit("books", from, to);
        for series in ["start = 2025-01-07", "start = 2030-01-20"] {
            place.edit("books", series, &format!("{series}\nduration = \"{}m\"", &at[8..]));
        }
        place.build(at);
        place.edit("books", &format!("\nduration = \"{}m\"", &at[8..]), "");
    }
    place.build("2026-03-12");
    place
}

/// SEQUENCE by UID and RECURRENCE-ID in the repeating form of a chat.
fn sequences(place: &Place, slug: &str) -> BTreeMap<String, u32> {
    let feed = place.out(&format!("repeating/{slug}.ics"));
    let events = feed.split("BEGIN:VEVENT").skip(1);
    let key = |event: &str| {
        let mut lines = event.lines().filter(|line| line.starts_with("UID:") || line.starts_with("RECURRENCE-ID"));
        let uid = lines.next().unwrap().trim_start_matches("UID:");
        lines.next().map_or_else(|| uid.to_owned(), |of_which| format!("{uid} {of_which}"))
    };
    events.map(|event| (key(event), stamps(event).2.parse().unwrap())).collect()
}

/// Which of them the list of what is removed has.
fn removed(place: &Place, of: &BTreeMap<String, u32>) -> Vec<String> {
    let list = place.out("removed.txt");
    of.keys().filter(|key| list.contains(&format!(" {key}\n"))).cloned().collect()
}

/// Each was revised by coming back.
fn came_back(before: &BTreeMap<String, u32>, after: &BTreeMap<String, u32>) {
    assert!(before.keys().eq(after.keys()), "{before:?} {after:?}");
    for (key, sequence) in before {
        assert!(after[key] > *sequence, "{key} had {sequence} and has {}", after[key]);
    }
}

/// Nothing changes while nothing is changed.
fn stays(place: &Place, at: &str) {
    let tree = place.tree();
    place.build(at);
    assert!(place.tree() == tree);
    assert!(place.run(&["build", "--check", "--at", at]).status.success());
}

#[test]
fn a_series_that_was_absent_for_one_build_began_anew() {
    let place = revised_far();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    let before = sequences(&place, "books");
    assert_eq!(before.len(), 5, "{before:?}");
    assert!(before.values().filter(|sequence| **sequence >= 2).count() >= 4, "{before:?}");
    // Another series is all that is left.
    place.schedule("books", &books().replace("2025-01-07", "2025-02-04"));
    place.build("2026-03-13");
    assert!(removed(&place, &before).iter().eq(before.keys()));
    stays(&place, "2026-03-14");
    place.schedule("books", &text);
    place.build("2026-03-15");
    came_back(&before, &sequences(&place, "books"));
    stays(&place, "2026-03-16");
    // The list does not grow and shrink at once: it goes from it with the next change.
    place.edit("books", "title = \"", "title = \"The ");
    place.build("2026-03-17");
    assert!(removed(&place, &before).is_empty());
    stays(&place, "2026-03-18");
}

#[test]
fn the_series_of_a_chat_that_was_absent_for_one_build_began_anew() {
    let place = revised_far();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    let before = sequences(&place, "books");
    fs::remove_file(place.path("schedules/books.toml")).unwrap();
    place.build("2026-03-13");
    stays(&place, "2026-03-14");
    // It may come back under another name.
    place.schedule("readers", &text.replacen("title = ", "formerly = \"books\"\ntitle = ", 1));
    place.build("2026-03-15");
    came_back(&before, &sequences(&place, "readers"));
    assert!(removed(&place, &before).is_empty());
    stays(&place, "2026-03-16");
}

#[test]
fn the_series_of_a_chat_whose_slug_another_took_began_anew() {
    let place = revised_far();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    let before = sequences(&place, "books");
    rename(&place, "third", "books");
    place.edit("books", "title = ", "formerly = \"third\"\ntitle = ");
    place.build("2026-03-13");
    stays(&place, "2026-03-14");
    rename(&place, "books", "third");
    place.edit("third", "formerly = \"third\"\n", "");
    place.schedule("books", &text);
    place.build("2026-03-15");
    came_back(&before, &sequences(&place, "books"));
    stays(&place, "2026-03-16");
}

/// Nothing of it changes in the expanded form, which has no meeting of it yet.
#[test]
fn a_meeting_that_only_the_repeating_form_had_was_forgotten_when_it_went() {
    let place = revised_far();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    let before = sequences(&place, "books");
    let far = |key: &&String| key.contains("2029") || key.contains("late");
    let kept = text.find("\n[[change]]\nseries = \"usual\"\ndate = 2029").unwrap();
    place.schedule("books", &text[..kept]);
    let expanded = place.out("books.ics");
    place.build("2026-03-13");
    assert_eq!(place.out("books.ics"), expanded);
    assert!(removed(&place, &before).iter().eq(before.keys().filter(far)));
    stays(&place, "2026-03-14");
    place.schedule("books", &text);
    place.build("2026-03-15");
    let after = sequences(&place, "books");
    for (key, sequence) in before.iter().filter(|(key, _)| far(key)) {
        assert!(after[key] > *sequence, "{key} had {sequence} and has {}", after[key]);
    }
    assert!(removed(&place, &before).is_empty());
    stays(&place, "2026-03-16");
}

/// With other line breaks, and with stamps that cannot be right, the list says of series what it says of meetings.
#[test]
fn a_damaged_list_of_removed_series_counts_as_far_as_it_can_be_read() {
    let place = revised_far();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    let before = sequences(&place, "books");
    fs::remove_file(place.path("schedules/books.toml")).unwrap();
    place.build("2026-03-13");
    let is_series = |line: &&str| before.contains_key(line.splitn(3, ' ').last().unwrap());
    edit(&place, "removed.txt", |list| {
        let damaged = |line: &str| {
            let line = if is_series(&line) { line.replacen("2026", "9999", 1) } else { line.to_owned() };
            line + "\r\n"
        };
        list.lines().map(damaged).collect()
    });
    place.schedule("books", &text);
    let said = place.build("2026-03-15");
    assert!(said.contains("out/removed.txt has 5 stamps that cannot be right and do not count"), "{said}");
    came_back(&before, &sequences(&place, "books"));
}

#[test]
fn a_lost_feed_of_a_chat_that_went_was_not_told() {
    for path in ["books.ics", "repeating/books.ics"] {
        let place = revised();
        fs::remove_file(place.path("schedules/books.toml")).unwrap();
        fs::remove_file(place.path("out").join(path)).unwrap();
        let said = place.build(LATER);
        assert!(said.contains(&format!("out/{path} is missing, though chatcal wrote it")), "{said}");
        assert!(!place.build(LATER).contains("missing"));
    }
}

/// The stamps of the meeting apart from the series in both forms.
fn of_both(place: &Place) -> [(String, u32); 2] {
    ["books.ics", "repeating/books.ics"].map(|path| {
        let feed = place.out(path);
        let event = feed.split("BEGIN:VEVENT").find(|event| event.contains("UID:2026-05-20.")).unwrap();
        let (revised, _, sequence) = stamps(event);
        (revised.to_owned(), sequence.parse().unwrap())
    })
}

#[test]
fn a_stamp_in_the_repeating_form_that_something_else_had_changed_parted_the_forms() {
    for (from, to, sequence) in [("DTSTAMP:2026", "DTSTAMP:9999", 0), ("SEQUENCE:0", "SEQUENCE:7", 8)] {
        let place = place();
        place.schedule(
            "books",
            &(books() + "\n[[one-off]]\ndate = 2026-05-20\ntopic = \"Alone\"\nsource = \"words\"\n"),
        );
        place.build(THEN);
        edit(&place, "repeating/books.ics", |text| {
            let (head, tail) = text.split_at(text.find("UID:2026-05-20.").unwrap());
            format!("{head}{}", tail.replacen(from, to, 1))
        });
        place.build(LATER);
        let [expanded, repeating] = of_both(&place);
        assert_eq!(expanded, repeating, "{to}");
        assert_eq!(expanded.1, sequence, "{to}");
        stays(&place, "2026-03-12");
    }
}

/// Each new `seen` ends one series of the repeating form and begins another.
#[test]
fn every_day_on_which_a_chat_was_seen_left_a_series_behind() {
    let place = place();
    let text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    place.schedule("books", &text.replacen("start = 2025-01-07", "start = 2025-01-07\nseen = 2026-01-06", 1));
    place.build(THEN);
    for (seen, next) in [("2026-01-06", "2026-02-03"), ("2026-02-03", "2026-03-03")] {
        let before = of_repeating(&place, ".series@");
        place.edit("books", &format!("seen = {seen}"), &format!("seen = {next}"));
        place.build(LATER);
        assert_ne!(of_repeating(&place, ".series@"), before);
        assert!(!place.out("removed.txt").contains(".series"), "{}", place.out("removed.txt"));
    }
    // The one that comes back is newer than it was.
    place.edit("books", "seen = 2026-03-03", "seen = 2026-02-03");
    place.build("2026-03-12");
    // Of the expanded form only what lies beyond a year after the first `seen` has gone.
    assert!(place.out("removed.txt").contains(" 2027-03-02.books@"));
    let back = of_repeating(&place, "UID:2026-03-03.books.series@");
    assert!(back[0].contains("DTSTAMP:20260312T") && !back[0].ends_with("SEQUENCE:0"), "{back:?}");
}
