//! Addresses that last: a chat that is renamed is still found under every name that it had.

use std::fs;

use crate::program::between::{FIRST, THEN};
use crate::program::{Place, chat, events, said};

/// Gives a chat another slug; its schedule then says of older ones this, in whatever form.
fn rename(place: &Place, from: &str, to: &str, formerly: &str) {
    let path = |slug: &str| place.path(&format!("schedules/{slug}.toml"));
    let text = fs::read_to_string(path(from)).unwrap();
    let text: String = text.split_inclusive('\n').filter(|line| !line.starts_with("formerly")).collect();
    fs::remove_file(path(from)).unwrap();
    let formerly = if formerly.is_empty() { String::new() } else { format!("formerly = {formerly}\n") };
    place.schedule(to, &(formerly + &text));
}

fn books() -> Place {
    let place = Place::new([("books", chat(0, "Talk"))]);
    place.build(FIRST);
    place
}

/// These feeds are there, in both forms, and each has the events of the first.
fn same(place: &Place, slugs: &[&str]) {
    for form in ["", "repeating/"] {
        let feed = place.out(&format!("{form}{}.ics", slugs[0]));
        for slug in slugs {
            assert!(place.out(&format!("{form}{slug}.ics")) == feed, "{form}{slug}");
        }
    }
    let names = place.tree().keys().filter(|path| path.strip_suffix(".ics").is_some()).count();
    assert_eq!(names, 2 * slugs.len() + 2, "all.ics, tag/books.ics, and these: {:?}", place.tree().keys());
}

#[test]
fn who_subscribed_to_a_chat_that_was_renamed_lost_it() {
    let place = books();
    let old = events(&place.out("books.ics"));
    rename(&place, "books", "readers", "\"books\"");
    let built = place.build(THEN);
    assert!(!built.contains("warning") && !built.contains("removed"), "{built}");
    same(&place, &["readers", "books"]);
    assert_eq!(events(&place.out("books.ics")), old);

    // A second time: without its second name that address would go, which is said, with what keeps it.
    rename(&place, "readers", "authors", "\"books\"");
    let keeps = "authors.toml keeps its address with `formerly = [\"books\", \"readers\"]`";
    let words = format!("out/readers.ics goes, and who subscribed to it is left with what there was: {keeps}");
    for verb in [&["build", "--check", "--at", THEN][..], &["diff", "--at", THEN]] {
        let check = said(&place.run(verb));
        assert!(check.contains(&words), "{check}");
        assert!(!check.contains("is gone"), "{check}");
    }
    rename(&place, "authors", "authors", "[\"books\", \"readers\"]");
    let built = place.build(THEN);
    assert!(!built.contains("warning"), "{built}");
    same(&place, &["authors", "books", "readers"]);
    assert_eq!(events(&place.out("readers.ics")), old);

    // What changes does so at all of them, and nothing else comes or goes.
    place.edit("authors", "Talk", "Walk");
    place.build("2026-03-10");
    same(&place, &["authors", "books", "readers"]);
    assert!(events(&place.out("books.ics")).values().skip(1).all(|event| event.contains("SEQUENCE:1")));
    let built = place.build("2026-03-11");
    assert!(built.contains(" 0 files written"), "{built}");
    assert!(!place.path("out/removed.txt").exists());
}

#[test]
fn a_chat_that_goes_back_to_a_name_keeps_the_other_one_too() {
    let place = books();
    let old = events(&place.out("books.ics"));
    rename(&place, "books", "readers", "\"books\"");
    place.build(THEN);
    rename(&place, "readers", "books", "");
    let check = said(&place.run(&["build", "--check", "--at", THEN]));
    let keeps = "books.toml keeps its address with `formerly = [\"books\", \"readers\"]`";
    assert!(check.contains("out/readers.ics goes") && check.contains(keeps), "{check}");
    rename(&place, "books", "books", "[\"books\", \"readers\"]");
    let built = place.build(THEN);
    assert!(!built.contains("warning"), "{built}");
    same(&place, &["books", "readers"]);
    assert_eq!(events(&place.out("readers.ics")), old);
    // Alone, its own name says nothing.
    rename(&place, "books", "books", "\"books\"");
    let check = said(&place.run(&["check"]));
    assert!(check.contains("this is its present slug"), "{check}");
}

#[test]
fn older_names_in_the_wrong_order_gave_every_meeting_another_uid() {
    let place = books();
    rename(&place, "books", "readers", "\"books\"");
    place.build(THEN);
    rename(&place, "readers", "authors", "[\"readers\", \"books\"]");
    let check = said(&place.run(&["build", "--check", "--at", THEN]));
    let words = "has meetings of `books`, which are those of `readers` from now on: every calendar takes them for new \
                 ones, unless the schedule says `formerly = [\"books\", \"readers\"]`";
    assert!(check.contains(words), "{check}");
}

#[test]
fn an_older_name_is_answered_by_the_terminal() {
    let place = books();
    rename(&place, "books", "authors", "[\"books\", \"readers\"]");
    for (name, shown) in [("books", "books"), ("#Readers", "Readers")] {
        for verb in [&["next", name, "--at", FIRST, "--zone", "UTC"][..], &["dates", name, "--at", FIRST]] {
            let (old, new) = (place.run(verb), place.run(&[&[verb[0], "authors"][..], &verb[2..]].concat()));
            assert!(old.status.success() && old.stdout == new.stdout, "{}", said(&old));
            assert_eq!(String::from_utf8_lossy(&old.stderr), format!("{shown} is called authors now\n"));
            assert!(new.stderr.is_empty());
        }
    }
    // Another chat that is wrong does not hide it.
    place.schedule("wrong", "title = 1\n");
    assert!(place.run(&["dates", "books", "--at", FIRST]).status.success());
    let unknown = place.run(&["next", "novels", "--at", FIRST]);
    assert!(unknown.status.code() == Some(2) && said(&unknown).contains("there is no chat \"novels\""));
}

/// Each address is written, so each counts.
#[test]
fn older_names_without_number_are_too_much() {
    let daily = chat(0, "Talk").replace("first Monday of the month", "day");
    let names: Vec<String> = (0..100).map(|index| format!("\"older-{index}\"")).collect();
    let place = Place::new([("books", format!("formerly = [{}]\n{daily}", names.join(", ")))]);
    let check = said(&place.run(&["check", "--at", FIRST]));
    assert!(check.contains("of feeds") || check.contains("MB"), "{check}");
    assert!(!place.run(&["build", "--at", FIRST]).status.success());
    assert!(!place.path("out/all.ics").exists());
}

#[test]
fn another_id_gave_every_meeting_another_uid() {
    let place = books();
    let before = place.tree();
    let path = place.path("schedules/collection.toml");
    let collection = fs::read_to_string(&path).unwrap();
    let changed = collection.replace("chats.example.org", "chats.example.net");
    assert!(changed != collection);
    fs::write(&path, &changed).unwrap();
    let message = "the meetings in out/books.ics are of the collection \"chats.example.org\"";
    let line = 1 + changed.lines().position(|line| line.starts_with("id")).unwrap();
    for verb in [&["check"][..], &["build", "--at", THEN], &["build", "--check", "--at", THEN], &["diff", "--at", THEN]]
    {
        let refused = place.run(verb);
        assert_eq!(refused.status.code(), Some(1), "{verb:?}: {}", said(&refused));
        let said = said(&refused);
        let help = "put `id = \"chats.example.org\"` back: with another `id` every calendar takes all meetings for new";
        assert!(said.contains(&format!("schedules/collection.toml:{line}:6")), "{said}");
        assert!(said.contains(message) && said.contains(help), "{said}");
    }
    assert!(place.tree() == before);
    // The feeds may be elsewhere, and some may not be chatcal's.
    fs::rename(place.path("out"), place.path("feeds")).unwrap();
    assert!(place.run(&["check"]).status.success());
    let refused = place.run(&["check", "--out", "feeds", "--format", "short"]);
    assert!(said(&refused).contains("error: the meetings in feeds/books.ics are of"), "{}", said(&refused));
    let inside = crate::program::command(&place.path("schedules"), &["check", "--schedules", "."]).output().unwrap();
    assert!(inside.status.success(), "{}", said(&inside));
    let nowhere = place.run(&["check", "--out", "nowhere"]);
    assert!(nowhere.status.code() == Some(2) && said(&nowhere).contains("there is no folder nowhere"));
    // Without the chats' own feeds that of all tells.
    fs::remove_file(place.path("feeds/books.ics")).unwrap();
    assert!(said(&place.run(&["check", "--out", "feeds"])).contains("the meetings in feeds/all.ics are of"));
    // What is not in the manifest is not chatcal's.
    let manifest = fs::read_to_string(place.path("feeds/manifest.sha256")).unwrap();
    let without: String = manifest.split_inclusive('\n').filter(|line| !line.contains(".ics")).collect();
    fs::write(place.path("feeds/manifest.sha256"), without).unwrap();
    assert!(place.run(&["check", "--out", "feeds"]).status.success());
    // The way out.
    assert!(place.build(THEN).contains("0 unchanged"));
    assert!(place.out("books.ics").contains("@chats.example.net"));
}

#[test]
fn a_calendar_says_where_the_people_of_its_chat_went() {
    let place = books();
    let events_before = events(&place.out("books.ics"));
    place.schedule("novels", &chat(1, "Talk"));
    let collection = place.path("schedules/collection.toml");
    let text = fs::read_to_string(&collection).unwrap();
    let lines = |feed: String| feed.replace("\r\n ", "").replace("\r\n", "\n");
    let on_page = "Continued as novels: https://example.org/chats/#chat-novels";
    let cases = [
        ("novels", "", "Continued as novels"),
        ("https://example.org/next", "", "Continued as https://example.org/next"),
        ("novels", "site = \"https://example.org/chats/\"\n", on_page),
    ];
    for (successor, site, words) in cases {
        fs::write(&collection, format!("{site}{text}")).unwrap();
        place.schedule("books", &format!("successor = \"{successor}\"\n{}", chat(0, "Talk")));
        place.build(THEN);
        for path in ["books.ics", "repeating/books.ics"] {
            let feed = lines(place.out(path));
            for name in ["DESCRIPTION", "X-WR-CALDESC"] {
                assert!(feed.contains(&format!("\n{name}:Talk\\n{words}\n")), "{feed}");
            }
        }
        assert!(!lines(place.out("novels.ics")).contains("Continued"));
        if site.is_empty() {
            let after = events(&place.out("books.ics"));
            assert!(events_before.iter().skip(1).all(|(uid, event)| after[uid] == *event), "no meeting is revised");
        }
    }
    // What comes back from a feed is the chat's own text, and the rest is said.
    let import = place.run(&["import", "out/books.ics", "--into", "elsewhere", "--dry-run"]);
    let told = said(&import);
    assert!(told.contains("its chat is continued as \"novels: https://example.org/chats/#chat-novels\""), "{told}");
    assert!(told.contains("description = \"Talk\"") && !told.contains("Continued as"), "{told}");
}

/// `formerly` names a chat that was another one, by mistake or to bring two together: what goes is said, and shown.
#[test]
fn an_older_name_that_was_another_chats_took_its_feed_in_silence() {
    let place = Place::new([("books", chat(0, "Talk")), ("films", chat(1, "Talk"))]);
    place.build(FIRST);
    place.edit("films", "Talk", "Walk");
    place.build(FIRST);
    let films = fs::read_to_string(place.path("schedules/films.toml")).unwrap();
    fs::remove_file(place.path("schedules/films.toml")).unwrap();
    rename(&place, "books", "books", "[\"books\", \"films\"]");
    let words = "warning: out/films.ics has the meetings of `films`, which no schedule has any more: its subscribers get \
                 those of another chat, which says that it had this name";
    let diff = said(&place.run(&["diff", "--at", THEN]));
    assert!(diff.contains(words) && diff.contains("films: #chat1\n  the chat is gone"), "{diff}");
    let check = said(&place.run(&["build", "--check", "--at", THEN]));
    assert!(check.contains(words) && check.contains("films: the chat is gone"), "{check}");
    let built = place.build(THEN);
    assert!(built.contains(words), "{built}");
    assert_eq!(place.out("films.ics"), place.out("books.ics"));
    assert!(place.out("removed.txt").contains(" 1 2020-01-07.films@"), "its stamps are kept");
    // It comes back: nothing falls, and nobody is told to say what would be wrong.
    rename(&place, "books", "books", "");
    place.schedule("films", &films);
    let built = place.build("2026-03-10");
    assert!(events(&place.out("films.ics")).values().skip(1).all(|event| event.contains("SEQUENCE:2")), "{built}");
}

/// All names that go are in one advice, which keeps them.
#[test]
fn the_advice_after_a_rename_lost_an_address() {
    let place = books();
    rename(&place, "books", "readers", "\"books\"");
    place.build(THEN);
    rename(&place, "readers", "authors", "");
    let check = said(&place.run(&["build", "--check", "--at", THEN]));
    let advice = "goes, as no schedule has its name: if the chat is called otherwise now, say `formerly = [\"books\", \
                  \"readers\"]`";
    for path in ["out/books.ics", "out/readers.ics"] {
        assert!(check.contains(&format!("{path} {advice}")), "{check}");
    }
    rename(&place, "authors", "authors", "[\"books\", \"readers\"]");
    let diff = said(&place.run(&["diff", "--at", THEN]));
    assert!(diff.contains("authors: formerly readers") || diff.contains("formerly readers"), "{diff}");
    assert!(!place.build(THEN).contains("warning"));
    same(&place, &["authors", "books", "readers"]);
}

/// Every event leads to its chat on the page, under a name that a rename does not change.
#[test]
fn a_rename_revised_every_meeting_where_the_page_has_an_address() {
    let place = books();
    let path = place.path("schedules/collection.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("site = \"https://example.org/chats/\"\n{text}")).unwrap();
    place.build(FIRST);
    let old = events(&place.out("books.ics"));
    rename(&place, "books", "readers", "\"books\"");
    place.build(THEN);
    let new = events(&place.out("readers.ics"));
    assert!(old.iter().skip(1).all(|(uid, event)| new[uid] == *event));
    let page = place.out("index.html");
    assert!(page.contains("id=\"chat-books\"") && page.contains("id=\"chat-readers\""));
}

/// A chat that begins beyond the window stands in the repeating form alone; and feeds may be lost when their address goes
/// to another chat.
#[test]
fn what_only_other_feeds_knew_of_a_chat_went_with_its_address() {
    let later = |summary: &str| chat(1, summary).replace("start = 2020-01-07", "start = 2035-01-02");
    for lost in [&[][..], &["films.ics"], &["films.ics", "repeating/films.ics"]] {
        for begins_later in [true, false] {
            if begins_later && !lost.is_empty() {
                continue;
            }
            let films = |summary: &str| if begins_later { later(summary) } else { chat(1, summary) };
            let place = Place::new([("films", films("Talk"))]);
            place.build(FIRST);
            place.schedule("films", &films("Walk"));
            place.build(FIRST);
            fs::remove_file(place.path("schedules/films.toml")).unwrap();
            place.schedule("books", &format!("formerly = [\"books-0\", \"films\"]\n{}", chat(0, "Talk")));
            for path in lost {
                fs::remove_file(place.path("out").join(path)).unwrap();
            }
            place.build(THEN);
            let key = if begins_later { " 1 2035-01-02.films." } else { " 1 2026-03-03.films@" };
            let list = fs::read_to_string(place.path("out/removed.txt")).unwrap_or_default();
            assert!(list.contains(key), "{lost:?} {begins_later}: {list}");
        }
    }
}

#[test]
fn another_id_of_a_chat_that_begins_later_was_not_seen() {
    let place = Place::new([("books", chat(0, "Talk").replace("start = 2020-01-06", "start = 2035-01-01"))]);
    place.build(FIRST);
    let path = place.path("schedules/collection.toml");
    let collection = fs::read_to_string(&path).unwrap();
    fs::write(&path, collection.replace("chats.example.org", "chats.example.net")).unwrap();
    let check = said(&place.run(&["check"]));
    assert!(check.contains("the meetings in out/books.ics are of the collection"), "{check}");
    // What is left of them says it too.
    for path in ["books.ics", "all.ics"] {
        fs::remove_file(place.path("out").join(path)).unwrap();
    }
    let check = said(&place.run(&["check"]));
    assert!(check.contains("the meetings in out/repeating/books.ics are of the collection"), "{check}");
}

#[test]
fn a_feed_that_was_lost_under_an_older_name_was_written_again_in_silence() {
    let place = books();
    rename(&place, "books", "readers", "\"books\"");
    place.build(THEN);
    for path in ["books.ics", "repeating/books.ics"] {
        fs::remove_file(place.path("out").join(path)).unwrap();
        let built = place.build(THEN);
        let same = path.replace("books", "readers");
        let told =
            format!("warning: out/{path} is missing, though chatcal wrote it: it is written again, as {same} is there");
        assert!(built.contains(&told), "{built}");
        assert!(!place.build(THEN).contains("warning"));
    }
    same(&place, &["readers", "books"]);
}
