//! What a feed holds whose years have no meeting: none is without an event (RFC 5545 3.6). Feeds of selections, and feeds
//! that begin some years ago.

use std::fs;

use crate::program::between::{FIRST, THEN};
use crate::program::{Place, chat, events, said};

/// A chat of one tag whose monthly meetings begin and end on these days, of which the first is one of them.
fn of_tag(tag: &str, start: &str, until: &str) -> String {
    let until = if until.is_empty() { String::new() } else { format!("until = {until}\n") };
    let text = chat(0, "Talk").replace("\"books\"", &format!("\"{tag}\""));
    text.replace("start = 2020-01-06\n", &format!("start = {start}\n{until}"))
}

/// One that ended twice, one that goes on, and two that begin beyond the years of feeds.
fn of_all_times() -> Place {
    Place::new([
        ("early", of_tag("past", "2011-01-03", "2012-12-31")),
        ("ended", of_tag("past", "2013-01-07", "2014-06-30")),
        ("later", of_tag("future", "2035-01-01", "")),
        ("lives", of_tag("present", "2020-01-06", "")),
        ("latest", of_tag("future", "2041-01-07", "")),
    ])
}

fn collection(place: &Place, more: &str) {
    let path = place.path("schedules/collection.toml");
    let text = format!("{}{more}", crate::program::COLLECTION);
    fs::write(path, text).unwrap();
}

/// The occurrence dates and slugs of a feed's meetings.
fn uids(place: &Place, path: &str) -> Vec<String> {
    let uids = events(&place.out(path)).into_keys().filter(|uid| !uid.is_empty());
    uids.map(|uid| uid.split('@').next().unwrap().to_owned()).collect()
}

fn none_is_empty(place: &Place) {
    for (path, content) in place.tree().into_iter().filter(|(path, _)| path.strip_suffix(".ics").is_some()) {
        assert!(String::from_utf8(content).unwrap().contains("BEGIN:VEVENT\r\n"), "{path}");
    }
}

#[test]
fn a_feed_whose_years_have_no_meeting_was_empty() {
    let place = of_all_times();
    collection(
        &place,
        "[[feed]]\nname = \"over\"\ntitle = \"Over\"\ntags = [\"past\", \"future\"]\n\
         [[feed]]\nname = \"beyond\"\ntitle = \"Beyond\"\nchats = [\"later\", \"latest\"]\n\
         [[feed]]\nname = \"others\"\ntitle = \"Others\"\nwithout = [\"past\", \"later\"]\n",
    );
    place.build(FIRST);
    none_is_empty(&place);
    assert_eq!(uids(&place, "tag/past.ics"), ["2014-06-02.ended"]);
    assert_eq!(uids(&place, "tag/future.ics"), ["2035-01-01.later"]);
    assert_eq!(uids(&place, "later.ics"), ["2035-01-01.later"]);
    assert_eq!(uids(&place, "latest.ics"), ["2041-01-07.latest"]);
    // What was rather than what is to come.
    assert_eq!(uids(&place, "feed/over.ics"), ["2014-06-02.ended"]);
    assert_eq!(uids(&place, "feed/beyond.ics"), ["2035-01-01.later"]);
    let present = uids(&place, "tag/present.ics");
    assert_eq!((present.len(), &present[0][..], &present[35][..]), (36, "2025-01-06.lives", "2027-12-06.lives"));
    assert_eq!(uids(&place, "all.ics"), present);
    assert_eq!(uids(&place, "feed/others.ics"), present);
    assert!(place.out("feed/over.ics").contains("\r\nX-WR-CALNAME:Over\r\n"));
    // Each event is that of the chat's own feed.
    assert_eq!(events(&place.out("feed/beyond.ics")).pop_first().unwrap().0, "");
    let beyond = events(&place.out("feed/beyond.ics"));
    assert!(beyond.iter().skip(1).all(|(uid, event)| events(&place.out("later.ics"))[uid] == *event));

    let again = place.run(&["build", "--check", "--at", THEN]);
    assert!(again.status.success() && !said(&again).contains("warning"), "{}", said(&again));
}

#[test]
fn a_feed_of_all_chats_that_have_ended_was_empty() {
    let place = Place::new([("ended", of_tag("past", "2013-01-07", "2014-06-30"))]);
    let said = place.build(FIRST) + &place.build(THEN);
    assert!(!said.contains("warning"), "{said}");
    none_is_empty(&place);
    assert_eq!(uids(&place, "all.ics"), ["2014-06-02.ended"]);
}

/// No clock is wrong where what a feed held for want of others goes or comes nearer.
#[test]
fn a_chat_that_was_put_off_for_long_stopped_every_build() {
    for (edited, first) in [("2027-01-04", "2027-01-04.books"), ("2043-01-05", "2043-01-05.books")] {
        let place = Place::new([("books", of_tag("future", "2035-01-01", ""))]);
        place.build(FIRST);
        place.edit("books", "2035-01-01", edited);
        let said = place.build(THEN);
        assert!(!said.contains("clock"), "{said}");
        assert_eq!(uids(&place, "books.ics")[0], first);
        place.schedule("films", &of_tag("present", "2020-01-06", ""));
        fs::remove_file(place.path("schedules/books.toml")).unwrap();
        place.build(THEN);
    }
}

#[test]
fn a_tag_whose_chats_have_all_ended_was_offered_on_the_page() {
    let place = of_all_times();
    collection(&place, "[[feed]]\nname = \"mine\"\ntitle = \"<Mine> & others\"\ntags = [\"past\"]\n");
    place.build(FIRST);
    let page = place.out("index.html");
    let offers = |key: &str| page.contains(&format!("data-chat=\"{key}\""));
    assert!(offers("tag/present") && offers("tag/future") && !offers("tag/past"), "{page}");
    assert!(offers("feed/mine") && page.contains("&lt;Mine&gt; &amp; others"));
    assert!(!page.contains("href=\"tag/past.ics\"") && page.contains("href=\"feed/mine.ics\""));
    // The links of its chats to it still lead somewhere.
    assert!(page.contains("href=\"#tag-past\"") && page.contains("id=\"tag-past\""));
    assert!(page.contains("Of these tags no chat meets any more"));
}

#[test]
fn the_feed_of_a_selection_goes_with_it_and_that_is_said() {
    let place = of_all_times();
    collection(&place, "[[feed]]\nname = \"mine\"\ntitle = \"Mine\"\ntags = [\"past\"]\n");
    place.build(FIRST);
    collection(&place, "");
    let said = place.build(THEN);
    assert!(said.contains("warning: out/feed/mine.ics goes, as collection.toml has no [[feed]] of its name"), "{said}");
    assert!(!place.path("out/feed").exists());
}

#[test]
fn with_history_a_feed_begins_some_years_ago_and_no_meeting_is_revised() {
    let place = of_all_times();
    place.edit("lives", "Talk", "Walk");
    place.build(FIRST);
    place.edit("lives", "Walk", "Talk");
    place.build(FIRST);
    let before = events(&place.out("lives.ics"));
    assert_eq!(before.len(), 1 + 96);
    collection(&place, "history = 2\n");
    place.build(THEN);
    none_is_empty(&place);
    let lives = uids(&place, "lives.ics");
    assert_eq!((lives.len(), &lives[0][..], &lives[47][..]), (48, "2024-01-01.lives", "2027-12-06.lives"));
    assert_eq!(
        (uids(&place, "early.ics"), uids(&place, "ended.ics")),
        (vec!["2012-12-03.early".to_owned()], vec!["2014-06-02.ended".to_owned()])
    );
    let kept = events(&place.out("lives.ics"));
    assert!(kept.iter().filter(|(uid, _)| !uid.is_empty()).all(|(uid, event)| before[uid] == *event));
    assert!(place.run(&["build", "--check", "--at", THEN]).status.success());
    assert!(place.run(&["check", "--at", THEN]).status.success());
    // What left the feed has not been forgotten.
    collection(&place, "");
    place.build(THEN);
    let sequence =
        |event: &str| -> u32 { event.split("SEQUENCE:").nth(1).unwrap().lines().next().unwrap().parse().unwrap() };
    let after = events(&place.out("lives.ics"));
    assert_eq!(after.len(), before.len());
    assert!(before.iter().skip(1).all(|(uid, event)| sequence(&after[uid]) >= sequence(event)));
}
