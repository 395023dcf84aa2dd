//! A clock that is wrong by years, of this build or of one before it.

use crate::program::between::FIRST;
use crate::program::{Place, events, said};

/// A first build, with a meeting that has been revised and a chat that is gone: `removed.txt` has stamps too.
fn place() -> Place {
    let place = Place::with_chats(3);
    place.build(FIRST);
    std::fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    place.build(FIRST);
    assert!(!place.out("removed.txt").is_empty());
    place
}

/// It emptied all feeds, with a warning.
#[test]
fn a_clock_that_is_years_back_emptied_every_feed() {
    let place = place();
    let before = place.tree();
    let words = "was written at 2026-03-01T10:20:30Z, but this run is at 2020-01-01T00:00:00Z: a clock is wrong";
    for verb in [&["build"][..], &["build", "--check"], &["build", "--no-sync"], &["diff"], &["diff", "--json"]] {
        let refused = place.run(&[verb, &["--at", "2020-01-01"]].concat());
        assert_eq!(refused.status.code(), Some(1), "{verb:?}");
        assert!(refused.stdout.is_empty(), "{verb:?}: {}", said(&refused));
        let said = said(&refused);
        assert!(said.contains(words) && said.contains("help: set this one right"), "{verb:?}: {said}");
        assert!(place.tree() == before, "{verb:?}");
    }
    let by_variable = place.command(&["build"]).env("SOURCE_DATE_EPOCH", "0").output().unwrap();
    assert!(said(&by_variable).contains("but this run is at 1970-01-01T00:00:00Z"), "{}", said(&by_variable));
    assert!(place.tree() == before);
}

/// Within a year a clock may be ahead, and what it wrote stays.
#[test]
fn a_clock_that_is_a_little_back_stops_nothing() {
    let place = place();
    let said = place.build("2025-06-01");
    assert!(said.contains(", which stay: a clock was wrong, or `--at` is too early"), "{said}");
}

/// The first build with a clock that is right is told of the other, and `--replace` gets rid of its stamps.
#[test]
fn what_a_clock_ahead_wrote_is_written_again_once_somebody_has_looked() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    place.edit("chat00001", "title = \"", "title = \"A ");
    place.build("2099-05-01");
    let before = place.tree();
    let refused = place.run(&["build", "--at", "2026-03-10"]);
    let words = "was written at 2099-05-01T00:00:00Z, but this run is at 2026-03-10T00:00:00Z: a clock is wrong";
    assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
    assert!(place.tree() == before);

    let old = events(&place.out("chat00001.ics"));
    let replaced = place.run(&["build", "--replace", "--at", "2026-03-10"]);
    assert!(replaced.status.success(), "{}", said(&replaced));
    let new = events(&place.out("chat00001.ics"));
    assert!(new.len() > 10);
    for (uid, event) in new.into_iter().filter(|(uid, _)| !uid.is_empty()) {
        assert!(event.contains("DTSTAMP:20260310T000000Z"), "{event}");
        let sequence = |event: &str| event.split("SEQUENCE:").nth(1)?.lines().next()?.parse::<u32>().ok();
        assert!(sequence(&event) > sequence(&old[&uid]), "{event}");
    }
    // From then on all is as ever.
    let said = place.build("2026-03-11");
    assert!(!said.contains("warning"), "{said}");
}

/// A single file of another time is damage, as the others say when they were written.
#[test]
fn a_damaged_stamp_is_no_wrong_clock() {
    let place = place();
    let path = place.path("out/chat00000.ics");
    let feed = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, feed.replacen("DTSTAMP:2026", "DTSTAMP:9026", 1)).unwrap();
    let said = place.build(FIRST);
    assert!(said.contains("has been changed since chatcal wrote it"), "{said}");
    assert!(said.contains("out/chat00000.ics has 1 stamp that cannot be right and does not count"), "{said}");
}
