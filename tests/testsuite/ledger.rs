//! When a meeting was last revised: out/ as it was published is the memory. An edit changes what it must and nothing else.

use std::collections::BTreeSet;
use std::fs;

use crate::files::Tree;
use crate::program::between::{FIRST, THEN};
use crate::program::{Place, chat, events};

pub const BOOKS: &str = "2026-04-07.books@chats.example.org";

pub fn books() -> String {
    "title = \"#books\"\ntags = [\"books\"]\nzone = \"Europe/London\"\ntime = \"18:30\"\nduration = \"1h\"\n\n\
     [[series]]\nevery = \"first Tuesday of the month\"\nstart = 2025-01-07\nconfidence = \"confirmed\"\n\
     source = \"words\"\n\n[[change]]\ndate = 2026-04-07\ntopic = \"Reading\"\nsource = \"words\"\n"
        .to_owned()
}

pub fn place() -> Place {
    let place = Place::new([("books", books()), ("other", chat(1, "Talk")), ("third", chat(2, "Talk"))]);
    place.build(FIRST);
    place
}

/// The value of a property of an event.
fn value<'e>(event: &'e str, name: &str) -> &'e str {
    event
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .unwrap_or_else(|| panic!("{name}: {event}"))
}

pub fn stamps(event: &str) -> (&str, &str, &str) {
    (value(event, "DTSTAMP"), value(event, "LAST-MODIFIED"), value(event, "SEQUENCE"))
}

/// The UIDs of the events that differ between two feeds; what is around them has to be the same.
fn changed(before: &str, after: &str) -> BTreeSet<String> {
    let (before, after) = (events(before), events(after));
    assert_eq!(before[""], after[""]);
    let uids = before.keys().chain(after.keys());
    uids.filter(|uid| before.get(*uid) != after.get(*uid)).cloned().collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Checks that between two states of out/ only the one meeting differs, wherever it stands, and gives it as it is now.
fn only_books_changed(before: &Tree, after: &Tree) -> String {
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, old) in before {
        let new = &after[path];
        match path.as_str() {
            "books.ics" | "all.ics" | "tag/books.ics" => {
                assert_eq!(changed(&text(old), &text(new)), BTreeSet::from([BOOKS.to_owned()]), "{path}");
            }
            // The page shows the topic, the repeating form the meeting, the manifest both of them and the feeds.
            // Programs and feed readers get it as well.
            "repeating/books.ics" | "index.html" | "manifest.sha256" | "changes.atom" | "meetings.json" => {}
            _ => assert!(old == new, "{path} differs"),
        }
    }
    let feed = |path: &str| events(&text(&after[path])).remove(BOOKS).unwrap();
    assert_eq!(feed("books.ics"), feed("all.ics"));
    assert_eq!(feed("books.ics"), feed("tag/books.ics"));
    feed("books.ics")
}

#[test]
fn at_first_all_meetings_have_the_instant_of_the_build() {
    let feed = events(&place().out("books.ics"));
    assert_eq!(feed.len(), 37);
    for (uid, event) in feed.iter().filter(|(uid, _)| !uid.is_empty()) {
        assert_eq!(stamps(event), ("20260301T102030Z", "20260301T102030Z", "0"), "{uid}");
    }
}

#[test]
fn a_new_topic_is_one_revision_of_one_meeting() {
    let place = place();
    let before = place.tree();
    place.edit("books", "\"Reading\"", "\"Writing; and more\"");
    place.build(THEN);
    let event = only_books_changed(&before, &place.tree());
    assert_eq!(stamps(&event), ("20260309T080706Z", "20260309T080706Z", "1"));
    // And back again is another revision.
    place.edit("books", "\"Writing; and more\"", "\"Reading\"");
    place.build("2026-03-10");
    let event = only_books_changed(&before, &place.tree());
    assert_eq!(stamps(&event), ("20260310T000000Z", "20260310T000000Z", "2"));
}

#[test]
fn a_cancelled_meeting_stays_and_is_revised() {
    let place = place();
    let before = place.tree();
    place.edit("books", "topic = \"Reading\"", "topic = \"Reading\"\ncancelled = \"ill\"");
    place.build(THEN);
    let event = only_books_changed(&before, &place.tree());
    assert_eq!(stamps(&event), ("20260309T080706Z", "20260309T080706Z", "1"));
    assert_eq!(value(&event, "STATUS"), "CANCELLED");
}

#[test]
fn a_moved_meeting_keeps_its_uid_and_leaves_nothing_behind() {
    let place = place();
    let before = place.tree();
    place.edit("books", "topic = \"Reading\"", "topic = \"Reading\"\nmoved-to = 2026-04-09\ntime = \"20:00\"");
    place.build(THEN);
    let event = only_books_changed(&before, &place.tree());
    // London is an hour ahead of UTC in April.
    assert_eq!((value(&event, "DTSTART"), value(&event, "SEQUENCE")), ("20260409T190000Z", "1"));
}

#[test]
fn a_renamed_chat_keeps_uids_and_stamps() {
    let place = place();
    let old = events(&place.out("books.ics"));
    fs::rename(place.path("schedules/books.toml"), place.path("schedules/readers.toml")).unwrap();
    place.edit("readers", "title = ", "formerly = \"books\"\ntitle = ");
    place.build(THEN);
    assert_eq!(events(&place.out("readers.ics")), old);
    assert_eq!(events(&place.out("books.ics")), old);
}

#[test]
fn a_run_with_an_earlier_instant_never_goes_back() {
    let place = place();
    let before = place.tree();
    place.build("2026-01-15");
    assert!(place.tree() == before, "nothing has changed");
    place.edit("books", "\"Reading\"", "\"Writing\"");
    place.build("2026-01-15");
    let event = only_books_changed(&before, &place.tree());
    assert_eq!(stamps(&event), ("20260301T102030Z", "20260301T102030Z", "1"));
}

#[test]
fn a_new_year_adds_meetings_and_revises_none() {
    let place = place();
    let before = events(&place.out("books.ics"));
    place.build("2027-01-01");
    let after = events(&place.out("books.ics"));
    assert_eq!(after.len(), before.len() + 12);
    assert!(before.iter().all(|(uid, event)| after.get(uid) == Some(event)));
}

#[test]
fn a_meeting_that_comes_in_between_revises_no_other() {
    let place = place();
    let before = events(&place.out("books.ics"));
    let one_off = "\n[[one-off]]\ndate = 2025-06-10\ntopic = \"Party\"\nsource = \"words\"\n";
    place.schedule("books", &(books() + one_off));
    place.build(THEN);
    let after = events(&place.out("books.ics"));
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|(uid, event)| after.get(uid) == Some(event)));
    assert_eq!(stamps(&after["2025-06-10.books@chats.example.org"]).2, "0");
    // It goes again, and still no other is revised.
    place.schedule("books", &books());
    place.build("2026-03-10");
    assert_eq!(events(&place.out("books.ics")), before);
}

/// With `CHATCAL_CHATS=10000` this is the collection of 10,000 chats.
#[test]
fn one_topic_in_a_large_collection_changes_one_feed_and_the_combined_ones() {
    let number = std::env::var("CHATCAL_CHATS").ok().and_then(|number| number.parse().ok()).unwrap_or(100);
    let place = Place::with_chats(number);
    place.schedule("books", &books());
    place.build(FIRST);
    let before = place.tree();
    place.edit("books", "\"Reading\"", "\"Writing\"");
    let said = place.build(THEN);
    let after = place.tree();
    let event = only_books_changed(&before, &after);
    assert_eq!(stamps(&event).2, "1");
    assert!(said.contains(&format!("{} chats; ", number + 1)), "{said}");
    let differ = before.iter().filter(|(path, old)| after[*path] != **old).count();
    println!("{} chats: one meeting is revised, {differ} of {} files differ", number + 1, before.len());
}

/// A chat that moves closes one series and opens another: what it was stays as it was.
#[test]
fn a_change_of_the_present_place_revises_no_past_meeting() {
    let series = |start: &str, more: &str| {
        format!(
            "\n[[series]]\nevery = \"first Tuesday of the month\"\nstart = {start}\n{more}confidence = \"confirmed\"\n\
             source = \"words\"\n"
        )
    };
    let head =
        "title = \"#books\"\nhashtag = \"books\"\nzone = \"Europe/London\"\ntime = \"18:30\"\nduration = \"1h\"\n";
    let past = series("2024-01-02", "until = 2025-12-02\nplatform = \"Twitter\"\n");
    let present = |more: &str| format!("{head}{past}{}", series("2026-01-06", more));
    let place = Place::new([("books", present("platform = \"Bluesky\"\n"))]);
    place.build(FIRST);
    let before = events(&place.out("books.ics"));
    let twitter =
        before.values().filter(|event| event.contains("\r\nLOCATION:https://x.com/hashtag/books\r\n")).count();
    let bluesky =
        before.values().filter(|event| event.contains("\r\nLOCATION:https://bsky.app/hashtag/books\r\n")).count();
    assert_eq!((twitter, bluesky, before.len()), (24, 24, 49));
    let room = "join = \"https://meet.example.org/books\"\n";
    for text in [
        present(room),
        present("platform = \"IRC\"\nhosts = [\"@ann\"]\n"),
        // At the top too: the past has a place of its own.
        format!("{room}{}", present("")),
        format!("{room}platform = \"Zoom\"\n{}", present("")),
    ] {
        place.schedule("books", &text);
        place.build(THEN);
        let after = events(&place.out("books.ics"));
        for (uid, event) in before.iter().filter(|(uid, _)| !uid.is_empty()) {
            let is_past = uid.as_str() < "2026";
            assert_eq!(after[uid] == *event, is_past, "{uid}: {}", after[uid]);
        }
        // The same in the other form, whose masters are the series.
        let repeating = place.out("repeating/books.ics");
        let master =
            repeating.split("BEGIN:VEVENT").find(|event| event.contains("UID:2024-01-02.books.series@")).unwrap();
        assert!(master.contains("LOCATION:https://x.com/hashtag/books\r\n"), "{master}");
        assert!(master.contains("SEQUENCE:0\r\n"), "{master}");
    }
}

/// Where something is known from is for curators, and changes nothing for subscribers.
#[test]
fn sources_and_notes_are_in_no_event() {
    let place = place();
    let before = place.out("all.ics");
    for path in ["all.ics", "books.ics", "repeating/books.ics"] {
        let feed = place.out(path).replace("\r\n ", "");
        assert!(!feed.contains("words") && !feed.contains("Confirmed:"), "{feed}");
    }
    let noted = "topic = \"Reading\"\nnote = \"Found again.\"\nsource = [\"words\", \"https://example.org/more\"]";
    place.edit("books", "topic = \"Reading\"\nsource = \"words\"", noted);
    place.build(THEN);
    assert_eq!(place.out("all.ics"), before);
}
