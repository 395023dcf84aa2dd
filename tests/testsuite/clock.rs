//! A clock that is wrong, of this build or of one before it: what it would take away, and what it has published.

use crate::program::between::FIRST;
use crate::program::{Place, events, said};

/// A first build, with a chat that is gone: `removed.txt` has stamps too.
fn place() -> Place {
    let place = Place::with_chats(3);
    place.build(FIRST);
    std::fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    place.build(FIRST);
    assert!(!place.out("removed.txt").is_empty());
    place
}

/// How many meetings a feed has of a year, by the first date in their UIDs.
fn of_year(place: &Place, path: &str, year: &str) -> usize {
    events(&place.out(path)).keys().filter(|uid| uid.starts_with(year)).count()
}

fn refuses_to_turn_back(place: &Place) {
    let before = place.tree();
    let words = "out/chat00000.ics has meetings through 6 December 2027, and a build at 20";
    // A year back, to the day before New Year, and to the beginning of time.
    for at in ["2025-12-31T23:59:59Z", "2025-06-01", "2020-01-01"] {
        let refused = place.run(&["build", "--at", at]);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        let said = said(&refused);
        assert!(said.contains(words) && said.contains(" would take them away: a clock is wrong"), "{said}");
        assert!(said.contains("help: set this one right") && said.contains("`chatcal build --turn-back`"), "{said}");
        assert!(place.tree() == before, "{at}");
    }
    let by_variable = place.command(&["build", "--replace"]).env("SOURCE_DATE_EPOCH", "0").output().unwrap();
    assert!(said(&by_variable).contains("a build at 1970-01-01T00:00:00Z would take"), "{}", said(&by_variable));
    assert!(place.tree() == before);
}

#[test]
fn a_clock_that_is_back_emptied_every_feed_with_a_warning() {
    let place = place();
    refuses_to_turn_back(&place);
    // Who only looks is shown what it would do.
    let check = place.run(&["build", "--check", "--at", "2025-06-01"]);
    let words =
        "out/chat00000.ics has meetings through 6 December 2027, which an earlier year has not: is the clock right?";
    assert!(check.status.code() == Some(1) && said(&check).contains(words), "{}", said(&check));
    let diff = place.run(&["diff", "--at", "2025-06-01"]);
    assert!(diff.status.success() && said(&diff).contains(words) && said(&diff).contains("removed: "));
    // On the other side of New Year nothing is lost.
    assert!(!place.build("2026-01-01").contains("clock is wrong"));
}

#[test]
fn without_a_manifest_or_with_other_line_breaks_it_did_so_too() {
    let bare = place();
    std::fs::remove_file(bare.path("out/manifest.sha256")).unwrap();
    refuses_to_turn_back(&bare);
    let lines = place();
    for path in ["chat00000.ics", "chat00002.ics", "all.ics"] {
        let feed = lines.out(path).replace("\r\n", "\n");
        std::fs::write(lines.path("out").join(path), feed).unwrap();
    }
    refuses_to_turn_back(&lines);
}

/// The first build with a clock that is right is told of the other one, and its stamps do not stay.
#[test]
fn what_a_clock_ahead_published_goes_once_somebody_has_looked() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    place.edit("chat00001", "title = \"", "title = \"A ");
    let told = place.build("2099-05-01");
    let words = "out/all.ics reaches through 2100, and meetings reached through 2027: is the clock right?";
    assert!(told.contains(words), "{told}");
    std::fs::write(place.path("out/index.html"), "my own page").unwrap();
    let before = place.tree();
    let refused = place.run(&["build", "--at", "2026-03-10"]);
    let words = "has meetings through 7 December 2100, and a build at 2026-03-10T00:00:00Z would take them away";
    assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
    // What is in the way is told all the same, not replaced without a word.
    let refused = place.run(&["build", "--turn-back", "--at", "2026-03-10"]);
    assert!(said(&refused).contains("error: out/index.html is in the way"), "{}", said(&refused));
    assert!(place.tree() == before);

    std::fs::remove_file(place.path("out/index.html")).unwrap();
    let old = events(&place.out("chat00001.ics"));
    let turned = place.run(&["build", "--turn-back", "--at", "2026-03-10"]);
    let told =
        "warning: out/chat00001.ics had meetings through 7 December 2100, which are gone now, as `--turn-back` says";
    assert!(turned.status.success() && said(&turned).contains(told), "{}", said(&turned));
    assert!(!said(&turned).contains("is the clock right?"), "{}", said(&turned));
    assert_eq!((of_year(&place, "chat00001.ics", "2027"), of_year(&place, "chat00001.ics", "2028")), (12, 0));
    let new = events(&place.out("chat00001.ics"));
    for (uid, event) in new.into_iter().filter(|(uid, _)| !uid.is_empty()) {
        assert!(event.contains("DTSTAMP:20260310T000000Z"), "{event}");
        let sequence = |event: &str| event.split("SEQUENCE:").nth(1)?.lines().next()?.parse::<u32>().ok();
        assert!(sequence(&event) > sequence(&old[&uid]), "{event}");
    }
    // From then on all is as ever.
    let said = place.build("2026-03-11");
    assert!(!said.contains("warning"), "{said}");
}

/// A stamp of another time is damage, also where the list agrees: it is mended, and stops nobody.
#[test]
fn a_single_stamp_of_another_time_is_no_wrong_clock() {
    let place = place();
    let path = place.path("out/chat00000.ics");
    let feed = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, feed.replacen("DTSTAMP:2026", "DTSTAMP:9026", 1)).unwrap();
    let said = place.build(FIRST);
    assert!(said.contains("has been changed since chatcal wrote it"), "{said}");
    assert!(said.contains("out/chat00000.ics has 1 stamp that cannot be right and does not count"), "{said}");
}

/// Nobody turns a page that was closed: chats that have all ended reach as far as ever.
#[test]
fn chats_that_have_ended_are_built_by_any_clock() {
    let ended = crate::program::chat(0, "Talk").replace("start = 2020-01-06", "start = 2020-01-06\nuntil = 2021-12-06");
    let place = Place::new([("chat", ended)]);
    place.build(FIRST);
    for at in ["2021-06-01", "2046-06-01"] {
        assert!(!place.build(at).contains("reaches through"), "{at}");
        assert_eq!(of_year(&place, "chat.ics", "2021"), 12, "{at}");
    }
}

/// Neither a loss, nor an edit, nor a rename makes such a build right.
#[test]
fn a_clock_that_is_back_got_past_feeds_that_were_lost_or_edited_or_renamed() {
    let one = || {
        let place = Place::with_chats(1);
        place.build(FIRST);
        place
    };
    let refuses = |place: &Place| {
        let before = place.tree();
        let refused = place.run(&["build", "--at", "2020-12-01"]);
        let said = said(&refused);
        assert!(!refused.status.success() && said.contains("a clock is wrong"), "{said}");
        let path = said.split(" has meetings through").next().unwrap().rsplit(' ').next().unwrap();
        assert!(place.path(path).exists(), "names a file that is not there: {said}");
        assert!(place.tree() == before);
    };
    let lost = one();
    std::fs::remove_file(lost.path("out/chat00000.ics")).unwrap();
    refuses(&lost);
    let edited = one();
    let feed = edited.out("chat00000.ics").replace("TRANSP:TRANSPARENT", "TRANSP:OPAQUE");
    std::fs::write(edited.path("out/chat00000.ics"), feed).unwrap();
    refuses(&edited);
    let renamed = one();
    let text = std::fs::read_to_string(renamed.path("schedules/chat00000.toml")).unwrap();
    std::fs::remove_file(renamed.path("schedules/chat00000.toml")).unwrap();
    renamed.schedule("other", &format!("formerly = \"chat00000\"\n{text}"));
    refuses(&renamed);
}

#[test]
fn a_clock_ahead_emptied_the_feed_of_all_chats_without_a_word() {
    let fading = crate::program::chat(0, "Talk").replace("start = 2020-01-06", "start = 2020-01-06\nseen = 2026-02-02");
    let place = Place::new([("chat", fading)]);
    place.build(FIRST);
    let told = place.build("2040-12-01");
    assert!(
        told.contains("warning: out/all.ics has no meeting in these years any more: is the clock right?"),
        "{told}"
    );
    assert!(!place.build("2040-12-02").contains("is the clock right?"));
}

/// What one file has lost, another has: of the feeds that there are each is asked.
#[test]
fn a_clock_that_is_back_got_past_feeds_that_were_torn_or_of_a_lost_manifest() {
    let torn = |feed: &str| feed[..feed.len() / 2].to_owned();
    let blank = |_: &str| String::new();
    let conflict = |feed: &str| feed.replacen("BEGIN:VEVENT", "<<<<<<< HEAD\r\nBEGIN:VEVENT", 1);
    let foreign = |feed: &str| feed.replace("PRODID:", "PRODID:-//Somebody//").replace("chatcal", "else");
    let changes: [&dyn Fn(&str) -> String; 4] = [&torn, &blank, &conflict, &foreign];
    let one = || {
        let text = crate::program::chat(0, "Talk").replace("start = 2020-01-06", "start = 2026-01-05");
        let place = Place::new([("books", text)]);
        place.build(FIRST);
        place
    };
    let refuses = |place: &Place, what: &str| {
        let before = place.tree();
        let refused = place.run(&["build", "--replace", "--at", "2016-11-21"]);
        let said = said(&refused);
        assert!(!refused.status.success() && said.contains("a clock is wrong"), "{what}: {said}");
        let path = said.split(" has meetings through").next().unwrap().rsplit(' ').next().unwrap();
        assert!(place.path(path).exists(), "{said}");
        assert!(place.tree() == before);
    };
    for (index, change) in changes.into_iter().enumerate() {
        let place = one();
        let feed = place.out("books.ics");
        std::fs::write(place.path("out/books.ics"), change(&feed)).unwrap();
        refuses(&place, &format!("change {index}"));
    }
    let lost = one();
    std::fs::remove_file(lost.path("out/books.ics")).unwrap();
    std::fs::remove_file(lost.path("out/manifest.sha256")).unwrap();
    refuses(&lost, "feed and manifest");
    let renamed = one();
    let text = std::fs::read_to_string(renamed.path("schedules/books.toml")).unwrap();
    std::fs::remove_file(renamed.path("schedules/books.toml")).unwrap();
    std::fs::remove_file(renamed.path("out/books.ics")).unwrap();
    renamed.schedule("reads", &format!("formerly = \"books\"\n{text}"));
    refuses(&renamed, "feed and name");
    // The one with the meetings has no schedule any more.
    let gone = one();
    gone.schedule("films", &crate::program::chat(0, "Talk").replace("start = 2020-01-06", "start = 2015-01-05"));
    std::fs::remove_file(gone.path("schedules/books.toml")).unwrap();
    refuses(&gone, "schedule");
}

#[test]
fn a_chat_that_began_when_all_others_had_ended_was_taken_for_a_wrong_clock() {
    let ended = crate::program::chat(0, "Talk").replace("start = 2020-01-06", "start = 2020-01-06\nuntil = 2021-12-06");
    let place = Place::new([("ended", ended)]);
    place.build(FIRST);
    place.schedule("books", &crate::program::chat(1, "Talk").replace("start = 2020-01-07", "start = 2026-01-06"));
    let said = place.build(FIRST);
    assert!(!said.contains("is the clock right?"), "{said}");
}

/// A slip in a feed that somebody has changed stops nobody.
#[test]
fn one_wrong_date_in_a_changed_feed_was_taken_for_a_wrong_clock() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    let first = |feed: &str| feed[feed.find("BEGIN:VEVENT").unwrap()..][..feed.find("END:VEVENT").unwrap()].to_owned();
    for path in ["all.ics", "chat00000.ics"] {
        let feed = place.out(path);
        let event = first(&feed).split("END:VEVENT").next().unwrap().to_owned() + "END:VEVENT\r\n";
        let added = event.replace("DTSTART:20", "DTSTART:29");
        assert!(added != event);
        std::fs::write(place.path("out").join(path), feed.replacen("BEGIN:VEVENT", &(added + "BEGIN:VEVENT"), 1))
            .unwrap();
        let said = place.build(FIRST);
        assert!(said.contains("has been changed since chatcal wrote it"), "{said}");
        std::fs::write(place.path("out").join(path), feed.replacen("DTSTART:20", "DTSTART:90", 1)).unwrap();
        place.build(FIRST);
    }
}

/// The chats have no schedules any more, and the feed of all chats is lost.
#[test]
fn a_clock_that_is_back_got_past_feeds_that_go() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    for chat in ["chat00000", "chat00001"] {
        std::fs::remove_file(place.path(&format!("schedules/{chat}.toml"))).unwrap();
    }
    std::fs::remove_file(place.path("out/all.ics")).unwrap();
    place.schedule("old", &crate::program::chat(0, "Talk").replace("start = 2020-01-06", "start = 2015-01-05"));
    let before = place.tree();
    let refused = said(&place.run(&["build", "--at", "2016-11-20"]));
    assert!(refused.contains("error: out/chat0000") && refused.contains("a clock is wrong"), "{refused}");
    assert!(place.tree() == before);
    assert!(place.run(&["build", "--at", FIRST]).status.success());
}
