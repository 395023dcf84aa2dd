//! `changes.atom` and `meetings.json`: what feed readers and other programs read.

use std::collections::BTreeSet;
use std::fs;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use crate::program::between::{FIRST, THEN};
use crate::program::{COLLECTION, Place, chat, events, said};

const LATER: &str = "2026-04-01T09:00:00Z";

/// The elements of a feed's entries, by name: texts, else attributes as they are written.
fn entries(feed: &str) -> Vec<Vec<(String, String)>> {
    let (mut all, mut path): (Vec<Vec<(String, String)>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut reader = Reader::from_str(feed);
    reader.config_mut().check_end_names = true;
    loop {
        let (entry, event) = (path.get(1).is_some_and(|name| name == "entry"), reader.read_event().unwrap());
        match event {
            Event::Start(element) => {
                path.push(element.name().as_ref().to_owned());
                match path.len() {
                    2 if path[1] == "entry" => all.push(Vec::new()),
                    3 if entry => all.last_mut().unwrap().push((path[2].clone(), String::new())),
                    _ => {}
                }
            }
            Event::Text(text) if entry && path.len() == 3 => {
                all.last_mut().unwrap().last_mut().unwrap().1.push_str(&text);
            }
            Event::GeneralRef(name) if entry && path.len() == 3 => {
                let text = &mut all.last_mut().unwrap().last_mut().unwrap().1;
                text.extend(["&", &*name, ";"]);
            }
            Event::Empty(element) if entry => {
                let name = element.name().as_ref().to_owned();
                let attributes: Vec<String> =
                    element.attributes().map(|attribute| attribute.unwrap().value.to_string()).collect();
                all.last_mut().unwrap().push((name, attributes.join(" ")));
            }
            Event::End(_) => _ = path.pop(),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty());
    all
}

fn of<'e>(entry: &'e [(String, String)], name: &str) -> &'e str {
    &entry.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name} in {entry:?}")).1
}

fn titles(place: &Place) -> Vec<String> {
    entries(&place.out("changes.atom")).iter().map(|entry| of(entry, "title").to_owned()).collect()
}

/// One chat with three meetings that are known by themselves.
fn place() -> Place {
    let more = "[[change]]\ndate = 2026-05-04\ntopic = \"Reading\"\n\n[[change]]\ndate = 2026-06-01\n\
                cancelled = \"holiday\"\n\n[[one-off]]\ndate = 2026-07-15\ntime = \"12:00\"\n";
    Place::new([("books", format!("{}\n{more}", chat(0, "Talk")))])
}

#[test]
fn what_a_revision_changed_is_told_and_not_forgotten() {
    let place = place();
    place.build(FIRST);
    let all = titles(&place);
    assert_eq!(all.len(), 50);
    // The year's meetings come first, the soonest first.
    assert_eq!(all[0], "New: #chat0");
    assert!(place.out("changes.atom").contains("2026-01-05.books/0</id>"));
    assert_eq!((&all[4][..], &all[5][..]), ("New: #chat0: Reading", "Cancelled: #chat0"));

    place.edit("books", "topic = \"Reading\"", "topic = \"Writing\"");
    place.build(THEN);
    assert_eq!(titles(&place)[..1], ["Renamed: #chat0: Writing"]);

    let edits = [
        ("topic = \"Writing\"", "topic = \"Writing\"\nmoved-to = 2026-05-05", "Moved: #chat0: Writing"),
        ("cancelled = \"holiday\"", "topic = \"Sun\"", "Takes place after all: #chat0: Sun"),
        ("time = \"12:00\"\n", "time = \"12:00\"\nsource = \"https://example.org/\"\n", "Confirmed: #chat0"),
        ("date = 2026-05-04", "date = 2026-05-04\nplatform = \"Zoom\"", "Changed: #chat0: Writing"),
        ("topic = \"Sun\"", "cancelled = \"rain\"", "Cancelled: #chat0"),
        ("source = \"https://example.org/\"\n", "", "Unconfirmed: #chat0"),
    ];
    let mut expected = vec!["Renamed: #chat0: Writing".to_owned()];
    for (day, (from, to, title)) in edits.into_iter().enumerate() {
        place.edit("books", from, to);
        place.build(&format!("2026-03-1{day}"));
        expected.insert(0, title.to_owned());
        // The older revision of the same meeting goes.
        let now = titles(&place);
        assert_eq!(now[0], title);
    }
    // Each meeting once, with what its last revision changed, also in a build that changed another.
    assert_eq!(
        titles(&place)[..4],
        ["Unconfirmed: #chat0", "Cancelled: #chat0", "Changed: #chat0: Writing", "New: #chat0",]
    );
    let before = place.out("changes.atom");
    assert!(place.run(&["build", "--check", "--at", LATER]).status.success());
    place.build(LATER);
    assert_eq!(place.out("changes.atom"), before);
}

#[test]
fn each_entry_has_the_stamp_of_its_meeting_and_an_id_that_stays() {
    let place = place();
    let collection = format!("{COLLECTION}site = \"https://chats.example.org/\"\n");
    fs::write(place.path("schedules/collection.toml"), &collection).unwrap();
    place.build(FIRST);
    place.edit("books", "topic = \"Reading\"", "topic = \"Writing\"");
    place.build(THEN);
    let (feed, own) = (place.out("changes.atom"), events(&place.out("books.ics")));
    let mut ids = BTreeSet::new();
    for entry in entries(&feed) {
        let id = of(&entry, "id");
        let (head, name) = id.rsplit_once(':').unwrap();
        let (date, sequence) = name.split_once('/').unwrap();
        let event = &own[&format!("{date}@chats.example.org")];
        let stamp: String = of(&entry, "updated").chars().filter(char::is_ascii_alphanumeric).collect();
        assert!(event.contains(&format!("DTSTAMP:{stamp}\r\n")) && event.contains(&format!("SEQUENCE:{sequence}\r\n")));
        assert_eq!(head, format!("tag:chats.example.org,{}", &of(&entry, "updated")[..10]));
        assert_eq!(of(&entry, "link"), "alternate https://chats.example.org/#chat-books");
        assert!(ids.insert(id.to_owned()), "{id} twice");
    }
    assert!(feed.contains(
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://chats.example.org/changes.atom\"/>"
    ));
    assert!(feed.contains(&format!("<updated>{THEN}</updated>\n <author>")), "{feed}");
    let first = &entries(&feed)[0];
    assert_eq!(of(first, "content"), "Mon 4 May 2026, 10:30–11:30 London");
    // Another title of the collection revises no meeting.
    let collection = collection.replace("\"Chats\"", "\"Books & more\"");
    fs::write(place.path("schedules/collection.toml"), collection).unwrap();
    place.build(THEN);
    let other = place.out("changes.atom");
    assert!(ids.iter().all(|id| other.contains(&format!("<id>{id}</id>"))));
    assert!(other.contains("<title>Books &amp; more: changes</title>") && titles(&place)[0].starts_with("Renamed"));
}

#[test]
fn nothing_in_a_schedule_breaks_out_of_the_feed() {
    let title = "</title><entry>&amp;]]>\u{202e}\u{ffff}\u{fdd0}<!--";
    let place = Place::new([("books", chat(0, "Talk").replace("#chat0", title))]);
    place.build(FIRST);
    let feed = place.out("changes.atom");
    assert_eq!(entries(&feed).len(), 50);
    let shown = "New: &lt;/title&gt;&lt;entry&gt;&amp;amp;]]&gt;\u{202e}\u{fffd}\u{fffd}&lt;!--\u{202c}";
    assert_eq!(titles(&place)[0], shown);
    assert!(place.run(&["build", "--check", "--at", THEN]).status.success());
}

/// Neither knows a stamp: without them, or with something else in them, nothing is lost.
#[test]
fn both_files_are_chatcals_also_where_somebody_has_been_at_them() {
    for (path, head) in [("changes.atom", "<?xml"), ("meetings.json", "[\n  {\"chat\":\"books\"")] {
        let place = place();
        place.build(FIRST);
        let (tree, content) = (place.tree(), place.out(path));
        assert!(content.starts_with(head), "{content}");
        for altered in [content.replace('\n', "\r\n"), format!("{content}\n"), String::new()] {
            fs::write(place.path("out").join(path), altered).unwrap();
            let said = place.build(THEN);
            assert!(said.contains(&format!("warning: out/{path}")), "{path}: {said}");
            assert_eq!(place.out(path), content);
        }
        fs::remove_file(place.path("out").join(path)).unwrap();
        place.build(THEN);
        assert!(place.tree() == tree, "{path}");
        // Somebody else's is not replaced.
        fs::remove_file(place.path("out/manifest.sha256")).unwrap();
        fs::write(place.path("out").join(path), "mine").unwrap();
        let said = said(&place.run(&["build", "--at", THEN]));
        assert!(said.contains(&format!("out/{path} is in the way")), "{said}");
    }
    let none = Place::new([(
        "books",
        chat(0, "Talk").replace("start = 2020-01-06", "start = 2011-01-03\nuntil = 2012-01-03"),
    )]);
    none.build(FIRST);
    assert_eq!(none.out("meetings.json"), "[]\n");
    fs::remove_file(none.path("out/manifest.sha256")).unwrap();
    none.build(FIRST);
}

#[test]
fn the_list_has_all_meetings_of_its_years_as_the_terminal_shows_them() {
    let place = Place::with_chats(5);
    place.edit("chat00001", "Europe/London", "Pacific/Auckland");
    place.build(FIRST);
    let list = place.out("meetings.json");
    let Value::Array(list) = serde_json::from_str(&list).unwrap() else { panic!("{list}") };
    let mut expected: Vec<Value> = Vec::new();
    for index in 0..5 {
        let chat = format!("chat{index:05}");
        let dates = ["dates", &chat, "--from", "2025-01-01", "--until", "2027-12-31", "--json"];
        let Value::Array(dates) = serde_json::from_slice(&place.run(&dates).stdout).unwrap() else { panic!("{chat}") };
        expected.extend(dates);
    }
    let instant = |meeting: &Value| meeting["start"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    expected.sort_by_key(instant);
    assert_eq!(list.len(), 5 * 36);
    assert_eq!(list, expected);
}
