//! `changes.atom` and `meetings.json`: what feed readers and other programs read.

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
    let mut told = vec![
        "New: #chat0, 96 meetings between 6 January 2020 and 6 December 2027".to_owned(),
        "Cancelled: #chat0, Mon 1 June 2026".to_owned(),
    ];
    assert_eq!(titles(&place), told);

    let edits = [
        ("topic = \"Reading\"", "topic = \"Writing\"", "Renamed: #chat0: Writing, Mon 4 May 2026"),
        ("topic = \"Writing\"", "topic = \"Writing\"\nmoved-to = 2026-05-05", "Moved: #chat0: Writing, Tue 5 May 2026"),
        ("moved-to = 2026-05-05", "moved-to = 2026-05-05\nduration = \"2h\"", "Moved: #chat0: Writing, Tue 5 May 2026"),
        ("cancelled = \"holiday\"", "topic = \"Sun\"", "Takes place after all: #chat0: Sun, Mon 1 June 2026"),
        (
            "time = \"12:00\"\n",
            "time = \"12:00\"\nsource = \"https://example.org/\"\n",
            "Confirmed: #chat0, Wed 15 July 2026",
        ),
        (
            "date = 2026-05-04",
            "date = 2026-05-04\nplatform = \"Zoom\"",
            "Another place: #chat0: Writing, Tue 5 May 2026",
        ),
        ("topic = \"Sun\"", "cancelled = \"rain\"", "Cancelled: #chat0, Mon 1 June 2026"),
        ("source = \"https://example.org/\"\n", "", "Unconfirmed: #chat0, Wed 15 July 2026"),
    ];
    for (day, (from, to, title)) in edits.into_iter().enumerate() {
        place.edit("books", from, to);
        place.build(&format!("2026-03-1{day}"));
        // What was told before stays.
        told.insert(0, title.to_owned());
        assert_eq!(titles(&place), told);
    }
    // What changes nobody's plans is not told: another description, or why it is cancelled.
    place.edit("books", "cancelled = \"rain\"", "cancelled = \"snow\"");
    place.edit("books", "Talk", "Talks");
    let before = place.out("changes.atom");
    place.build("2026-03-20");
    assert!(place.out("books.ics").contains("SEQUENCE:3"));
    assert_eq!(place.out("changes.atom"), before);
    assert!(place.run(&["build", "--check", "--at", LATER]).status.success());
    // Where git could not put two sides together both count.
    let marks = before.replacen(" <updated>", "<<<<<<< HEAD\n <updated>", 1).replacen(
        "\n <author>",
        "\n=======\n>>>>>>> b\n <author>",
        1,
    );
    fs::write(place.path("out/changes.atom"), marks).unwrap();
    assert!(place.build(LATER).contains("out/changes.atom holds the marks of a merge conflict"));
    assert_eq!(place.out("changes.atom"), before);
}

/// Each of two branches revises something, and git puts both sides between its marks.
#[test]
fn what_two_branches_revised_is_told() {
    let place = place();
    place.edit("books", "tags = ", "home = \"https://example.org/books\"\ntags = ");
    place.build(FIRST);
    let base = place.out("changes.atom");
    let revise = |from: &str, to: &str, at: &str| {
        place.edit("books", from, to);
        place.build(at);
        let feed = place.out("changes.atom");
        feed[feed.find(" <entry>").unwrap()..].split_inclusive("</entry>\n").next().unwrap().to_owned()
    };
    let ours = revise("topic = \"Reading\"", "topic = \"Writing\"", THEN);
    fs::write(place.path("out/changes.atom"), &base).unwrap();
    let theirs = revise("cancelled = \"holiday\"", "topic = \"Sun\"", LATER);
    let titles_of = |text: &str| {
        fs::write(place.path("out/changes.atom"), text).unwrap();
        place.build("2026-05-01");
        titles(&place)
    };
    let expected = [
        "Takes place after all: #chat0: Sun, Mon 1 June 2026",
        "Renamed: #chat0: Writing, Mon 4 May 2026",
        "New: #chat0, 96 meetings between 6 January 2020 and 6 December 2027",
        "Cancelled: #chat0, Mon 1 June 2026",
    ];
    let both = format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> b\n <entry>");
    assert_eq!(titles_of(&base.replacen(" <entry>", &both, 1)), expected);
    // Where what both have in common stands around the marks.
    let inner = |entry: &str| entry.trim_start_matches(" <entry>\n").trim_end_matches(" </entry>\n").to_owned();
    let (ours, theirs) = (inner(&ours), inner(&theirs));
    let both = format!(" <entry>\n<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> b\n </entry>\n <entry>");
    assert_eq!(titles_of(&base.replacen(" <entry>", &both, 1)), expected);
    // The end of what both say, in the middle of an element.
    let shared = "https://example.org/books";
    let [(ours, end), (theirs, _)] = [&ours, &theirs].map(|entry| entry.split_at(entry.rfind(shared).unwrap()));
    let both = format!(" <entry>\n<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> b\n{end} </entry>\n <entry>");
    assert_eq!(titles_of(&base.replacen(" <entry>", &both, 1)), expected);
}

#[test]
fn of_a_moved_meeting_it_is_told_when_it_was() {
    let place = place();
    place.build(FIRST);
    place.edit("books", "topic = \"Reading\"", "topic = \"Reading\"\nmoved-to = 2026-05-05\ntime = \"19:00\"");
    place.build(THEN);
    let content = || of(&entries(&place.out("changes.atom"))[0], "content").to_owned();
    assert_eq!(titles(&place)[0], "Moved: #chat0: Reading, Tue 5 May 2026");
    assert_eq!(content(), "Tue 5 May 2026, 19:00–20:00 London\nBefore: Mon 4 May 2026, 10:30");
    // All others, by a new hour: those that are to come.
    let later = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    place.schedule("books", &later.replacen("time = \"10:30\"", "time = \"11:00\"", 1));
    place.build("2026-03-10");
    assert_eq!(titles(&place)[0], "Moved: #chat0, 19 meetings between 6 April 2026 and 6 December 2027");
    let listed = content();
    let lines: Vec<&str> = listed.lines().collect();
    let ends = [
        "Mon 6 April 2026, 11:00–12:00 London (before: 10:30)",
        "Mon 6 December 2027, 11:00–12:00 London (before: 10:30)",
    ];
    assert_eq!((lines.len(), [lines[0], lines[18]]), (19, ends));
    let longer = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    place.schedule("books", &longer.replacen("duration = \"1h\"", "duration = \"2h\"", 1));
    place.build("2026-03-11");
    assert_eq!(content().lines().next(), Some("Mon 6 April 2026, 11:00–13:00 London (before: 11:00–12:00)"));
}

/// They would read as one change, and each be hidden behind the first and the last.
#[test]
fn of_several_meetings_that_one_build_changed_each_is_listed() {
    let place = place();
    place.build(FIRST);
    let change = |date: &str, what: &str| format!("\n[[change]]\ndate = {date}\n{what}\n");
    let mut text = fs::read_to_string(place.path("schedules/books.toml")).unwrap();
    for (month, topic) in [("07-06", "July"), ("08-03", "August"), ("09-07", "September"), ("10-05", "October")] {
        text += &change(&format!("2026-{month}"), &format!("topic = \"{topic}\""));
    }
    place.schedule("books", &text);
    place.build(THEN);
    assert_eq!(titles(&place)[0], "Renamed: #chat0, 4 meetings between 6 July 2026 and 5 October 2026");
    let content = of(&entries(&place.out("changes.atom"))[0], "content").to_owned();
    let lines = ["Mon 6 July 2026, 10:30–11:30 London: July", "Mon 5 October 2026, 10:30–11:30 London: October"];
    assert_eq!((content.lines().next(), content.lines().nth(3)), (Some(lines[0]), Some(lines[1])), "{content}");
}

/// The weekly upkeep revises dozens of meetings, and changes nobody's plans.
#[test]
fn a_confirmation_of_many_meetings_hid_a_cancellation() {
    let weekly = |seen: &str| {
        let text = chat(1, "Talk").replace("first Tuesday of the month", "Tuesday");
        text.replace("start = 2020-01-07\n", &format!("start = 2025-01-07\nseen = {seen}\n"))
    };
    let place = place();
    place.schedule("weekly", &weekly("2026-01-06"));
    place.build(FIRST);
    place.edit("books", "cancelled = \"holiday\"", "cancelled = \"rain\"");
    place.edit("books", "topic = \"Reading\"", "cancelled = \"snow\"");
    place.build(THEN);
    let told = titles(&place);
    assert_eq!(told[0], "Cancelled: #chat0, Mon 4 May 2026");
    place.schedule("weekly", &weekly("2026-03-10"));
    place.build("2026-03-11");
    assert_eq!(titles(&place), told);
    // Meetings to come that somebody vouches for now are news.
    place.schedule("weekly", &weekly("2026-03-10").replace("seen = 2026-03-10", "announced = 2026-04-28"));
    place.build("2026-03-12");
    assert_eq!(titles(&place)[0], "Confirmed: #chat1, 7 meetings between 17 March 2026 and 28 April 2026");
    assert_eq!(titles(&place)[1..], told);
    // Those of another year that the window holds are not: nobody has edited anything.
    place.build("2027-01-01");
    assert_eq!(titles(&place)[1..], told);
}

/// Two named series: what one build changed in each had overlapping spans, and the next build took them together.
#[test]
fn nothing_was_edited_and_the_feed_changed() {
    let place = place();
    let two = chat(1, "Talk").replace("start = 2020-01-07\n", "start = 2020-01-07\nname = \"a\"\n")
        + "\n[[series]]\nname = \"b\"\nevery = \"first Thursday of the month\"\nstart = 2025-01-02\nseen = 2026-02-05\n\
           confidence = \"confirmed\"\nsource = \"words\"\ntime = \"18:00\"\n";
    place.schedule("two", &two);
    place.build(FIRST);
    place.schedule("two", &two.replacen("11:30", "12:30", 1).replace("seen = 2026-02-05", "announced = 2026-09-03"));
    place.build(THEN);
    let feed = place.out("changes.atom");
    let told = [
        "Confirmed: #chat1, 6 meetings between 2 April 2026 and 3 September 2026",
        "Moved: #chat1, 21 meetings between 7 April 2026 and 7 December 2027",
    ];
    assert_eq!(titles(&place)[..2], told);
    assert!(place.run(&["build", "--check", "--at", LATER]).status.success());
    place.edit("books", "topic = \"Reading\"", "topic = \"Writing\"");
    place.build(LATER);
    let later = place.out("changes.atom");
    let entries = |feed: &str| feed[feed.find("<entry>").unwrap()..].to_owned();
    assert!(later.ends_with(&entries(&feed)) && later.len() > feed.len());
}

#[test]
fn each_entry_has_the_stamp_of_its_meetings_and_an_id_that_stays() {
    let place = place();
    let collection = format!("{COLLECTION}site = \"https://chats.example.org/\"\n");
    fs::write(place.path("schedules/collection.toml"), &collection).unwrap();
    place.build(FIRST);
    place.edit("books", "topic = \"Reading\"", "topic = \"Writing\"");
    place.build(THEN);
    let (feed, own) = (place.out("changes.atom"), events(&place.out("books.ics")));
    let ids: Vec<String> = entries(&feed).iter().map(|entry| of(entry, "id").to_owned()).collect();
    assert_eq!(
        ids,
        [
            "tag:chats.example.org,2026-03-09:2026-05-04.books/1",
            "tag:chats.example.org,2026-03-01:books/20260301T102030Z/new",
            "tag:chats.example.org,2026-03-01:2026-06-01.books/0",
        ]
    );
    let stamps = |uid: &str| own[&format!("{uid}@chats.example.org")].lines().nth(1).unwrap().to_owned();
    for (entry, uid) in entries(&feed).iter().zip(["2026-05-04.books", "2020-01-06.books", "2026-06-01.books"]) {
        let stamp: String = of(entry, "updated").chars().filter(char::is_ascii_alphanumeric).collect();
        assert_eq!(stamps(uid), format!("DTSTAMP:{stamp}"));
        assert_eq!(of(entry, "link"), "alternate https://chats.example.org/#chat-books");
    }
    assert!(feed.contains(
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://chats.example.org/changes.atom\"/>"
    ));
    assert!(feed.contains(&format!("<updated>{THEN}</updated>\n <author>")), "{feed}");
    assert_eq!(of(&entries(&feed)[0], "content"), "Mon 4 May 2026, 10:30–11:30 London\nBefore: Reading");
    let several = of(&entries(&feed)[1], "content").to_owned();
    let lines: Vec<&str> = several.lines().collect();
    assert_eq!((lines[0], lines.len()), ("Mon 2 March 2026, 10:30–11:30 London", 21));
    // Another title of the collection revises no meeting.
    let collection = collection.replace("\"Chats\"", "\"Books & more\"");
    fs::write(place.path("schedules/collection.toml"), collection).unwrap();
    place.build(THEN);
    let other = place.out("changes.atom");
    assert!(ids.iter().all(|id| other.contains(&format!("<id>{id}</id>"))));
    assert!(other.contains("<title>Books &amp; more: changes</title>") && titles(&place)[0].starts_with("Renamed"));
}

#[test]
fn there_are_fifty_entries_the_last_ones() {
    let place = Place::with_chats(60);
    place.build(FIRST);
    assert_eq!(titles(&place).len(), 50);
    place.edit("chat00059", "title = \"#chat59\"", "title = \"#walk\"");
    place.build(THEN);
    let now = titles(&place);
    assert_eq!((now.len(), &now[0][..22]), (50, "Renamed: #chat59 is #w"));
}

#[test]
fn nothing_in_a_schedule_breaks_out_of_the_feed() {
    let title = "</title><entry>&amp;]]>\u{202e}\u{ffff}\u{fdd0}<!--";
    let place = Place::new([("books", chat(0, "Talk").replace("#chat0", title))]);
    place.build(FIRST);
    let feed = place.out("changes.atom");
    assert_eq!(entries(&feed).len(), 1);
    let shown = "New: &lt;/title&gt;&lt;entry&gt;&amp;amp;]]&gt;\u{202e}\u{fffd}\u{fffd}&lt;!--\u{202c}, 96 meetings between 6 January 2020 and 6 December 2027";
    assert_eq!(titles(&place)[0], shown);
    assert!(place.run(&["build", "--check", "--at", THEN]).status.success());
}

/// What hosts and readers care about most: that meetings which were planned are not any more.
#[test]
fn that_meetings_are_gone_was_not_told() {
    let weekly = |end: &str| {
        let text = chat(1, "Talk").replace("first Tuesday of the month", "Tuesday");
        text.replace("start = 2020-01-07\n", &format!("start = 2026-01-06\n{end}"))
    };
    let place = place();
    place.schedule("weekly", &weekly(""));
    place.build(FIRST);
    let pause = "\n[[break]]\nfrom = 2026-04-06\nthrough = 2026-04-12\nreason = \"Easter\"\n";
    place.schedule("weekly", &(weekly("") + pause));
    place.build(THEN);
    let entry = || entries(&place.out("changes.atom"))[0].clone();
    assert_eq!(of(&entry(), "title"), "Gone: #chat1, Tue 7 April 2026");
    assert_eq!(of(&entry(), "content"), "Tue 7 April 2026, 11:30–12:30 London\nEaster");
    assert_eq!(of(&entry(), "id"), "tag:chats.example.org,2026-03-09:weekly/20260309T080706Z/gone/2026-04-07");
    // It ends.
    place.schedule("weekly", &(weekly("until = 2026-06-30\n") + pause));
    place.build("2026-03-10");
    assert_eq!(titles(&place)[0], "Gone: #chat1, 78 meetings between 7 July 2026 and 28 December 2027");
    // It goes on after all, by another rhythm, of which only a last day is known.
    let other = "\n[[series]]\nevery = \"Thursday\"\nstart = 2026-07-02\nseen = 2026-07-02\nconfidence = \"confirmed\"\n\
                 source = \"words\"\n";
    let (top, series) =
        weekly("until = 2026-06-30\n").split_once("[[series]]").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    place.schedule("weekly", &format!("{top}[[series]]{series}{other}{pause}"));
    place.build("2026-03-11");
    assert_eq!(titles(&place)[0], "New: #chat1, 53 meetings between 2 July 2026 and 1 July 2027");
    // The whole chat goes; what is over is no news.
    place.take_away("weekly");
    place.build("2026-03-12");
    assert_eq!(titles(&place)[0], "Gone: #chat1, 68 meetings between 17 March 2026 and 1 July 2027");
    let feed = place.out("changes.atom");
    assert!(place.run(&["build", "--check", "--at", LATER]).status.success());
    place.build(LATER);
    assert_eq!(place.out("changes.atom"), feed);
}

/// What a year that turns adds was told of every chat; what an edit adds in its last year was not.
#[test]
fn a_year_that_turns_is_no_news_and_an_edit_in_its_last_year_is() {
    let weekly = |end: &str| {
        let text = chat(1, "Talk").replace("first Tuesday of the month", "Tuesday");
        text.replace("start = 2020-01-07\n", &format!("start = 2025-01-07\n{end}"))
    };
    let place = Place::new([
        ("open", weekly("")),
        ("ends", weekly("until = 2028-06-27\n")),
        ("fades", weekly("seen = 2026-11-17\n")),
    ]);
    let late = "\n[[one-off]]\ndate = 2028-02-09\ntime = \"12:00\"\nsource = \"words\"\n";
    place.schedule("late", &(weekly("") + late));
    place.build("2026-11-20");
    let told = titles(&place);
    place.build("2027-01-02");
    // A single meeting of the new year is one that no feed has had.
    assert_eq!((&titles(&place)[0][..], &titles(&place)[1..]), ("New: #chat1, Wed 9 February 2028", &told[..]));
    // Seen once more, though the last meeting that is known has been confirmed by itself.
    let confirmed = "\n[[change]]\ndate = 2027-11-16\nsource = \"words\"\n";
    place.schedule("fades", &(weekly("seen = 2026-11-17\n") + confirmed));
    place.build("2027-01-03");
    let told = titles(&place);
    assert_eq!(told[0], "Confirmed: #chat1, Tue 16 November 2027");
    place.schedule("fades", &(weekly("seen = 2026-12-15\n") + confirmed));
    place.build("2027-01-04");
    assert_eq!(titles(&place), told);
    // It was to end with the year, and goes on.
    place.schedule("open", &weekly("until = 2027-12-28\n"));
    place.build("2027-01-05");
    assert_eq!(titles(&place)[0], "Gone: #chat1, 52 meetings between 4 January 2028 and 26 December 2028");
    place.schedule("open", &weekly(""));
    place.build("2027-01-06");
    assert_eq!(titles(&place)[0], "New: #chat1, 52 meetings between 4 January 2028 and 26 December 2028");
    // The same again, in one day: each is told.
    for at in ["2027-01-06T10:00:00Z", "2027-01-06T11:00:00Z", "2027-01-06T11:00:00Z"] {
        place.schedule("open", &weekly("until = 2027-12-28\n"));
        place.build(at);
        place.schedule("open", &weekly(""));
        place.build(at);
    }
    let ids: Vec<String> = entries(&place.out("changes.atom")).iter().map(|entry| of(entry, "id").to_owned()).collect();
    let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert_eq!(titles(&place).iter().filter(|title| title.starts_with("Gone: #chat1, 52 ")).count(), 4);
}

/// The page about the chat is the same, and what people open is another program.
#[test]
fn another_service_was_no_news_where_the_place_is_a_page() {
    let zoom = chat(0, "Talk").replace("tags =", "platform = \"Zoom\"\nhome = \"https://example.org/books\"\ntags =");
    let place = Place::new([("books", zoom.clone())]);
    place.build(FIRST);
    place.schedule("books", &zoom.replace("Zoom", "Jitsi"));
    let diff = said(&place.run(&["diff", "--at", THEN]));
    assert!(diff.contains("10:30 London: \"Zoom\" -> \"Jitsi\"\n") && !diff.contains("details"), "{diff}");
    place.build(THEN);
    assert_eq!(titles(&place)[0], "Another place: #chat0, 21 meetings between 6 April 2026 and 6 December 2027");
    let content = of(&entries(&place.out("changes.atom"))[0], "content").to_owned();
    assert!(content.starts_with("Mon 6 April 2026, 10:30–11:30 London (before: Zoom)\n"), "{content}");
}

/// What was told stays as it was: a space at an end made the next build say it again.
#[test]
fn a_chat_that_had_faded_out_comes_back_and_spaces_change_nothing() {
    let weekly = |seen: &str| {
        let text = chat(1, "Talk").replace("first Tuesday of the month", "Tuesday");
        text.replace("start = 2020-01-07\n", &format!("start = 2024-01-02\nseen = {seen}\n"))
    };
    let place = Place::new([("weekly", weekly("2024-06-04"))]);
    place.build("2026-11-20");
    place.schedule("weekly", &weekly("2026-11-03"));
    place.build("2026-12-01");
    assert_eq!(titles(&place)[0], "New: #chat1, 49 meetings between 1 December 2026 and 2 November 2027");
    let off = "\n[[change]]\ndate = 2026-12-08\ncancelled = \"ill \"\nplatform = \"=======\"\n";
    place.schedule("weekly", &(weekly("2026-11-03") + off));
    place.build("2026-12-02");
    assert_eq!(titles(&place)[0], "Cancelled: #chat1, Tue 8 December 2026");
    assert!(place.run(&["build", "--check", "--at", "2026-12-03"]).status.success());
    // An entry that stands twice is one.
    let feed = place.out("changes.atom");
    let entry = &feed[feed.find(" <entry>").unwrap()..feed.find("</entry>\n").unwrap() + 9];
    fs::write(place.path("out/changes.atom"), feed.replacen(entry, &[entry, entry].concat(), 1)).unwrap();
    place.build("2026-12-03");
    assert_eq!(place.out("changes.atom"), feed);
}

/// It was told in UTC, on another day.
#[test]
fn a_chat_that_is_gone_is_told_by_its_own_clocks() {
    let evening = chat(0, "Talk").replace("Europe/London", "America/Los_Angeles").replace("10:30", "20:00");
    let place =
        Place::new([("books", chat(2, "Talk")), ("films", evening.replace("start =", "name = \"west\"\nstart ="))]);
    place.build(FIRST);
    let pause = "\n[[break]]\nfrom = 2026-04-06\nthrough = 2026-04-06\nreason = \"Easter\"\n";
    place.schedule("films", &(evening.replace("start =", "name = \"west\"\nstart =") + pause));
    place.build(THEN);
    let content = |index: usize| of(&entries(&place.out("changes.atom"))[index], "content").to_owned();
    assert_eq!(titles(&place)[0], "Gone: #chat0, Mon 6 April 2026");
    assert_eq!(content(0), "Mon 6 April 2026, 20:00–21:00 Los Angeles\nEaster");
    place.take_away("films");
    place.build("2026-03-10");
    assert_eq!(titles(&place)[0], "Gone: #chat0, 20 meetings between 4 May 2026 and 6 December 2027");
    assert_eq!(content(0).lines().next(), Some("Mon 4 May 2026, 20:00–21:00 Los Angeles"));
    // One goes, and another takes its address.
    place.schedule("films", &chat(1, "Talk"));
    place.build("2026-03-11");
    place.take_away("books");
    let films = place.take_away("films");
    place.schedule("books", &films.replace("tags =", "formerly = \"films\"\ntags ="));
    place.build("2026-03-12");
    assert_eq!(titles(&place)[0], "Gone: #chat2, 21 meetings between 1 April 2026 and 1 December 2027");
    // Another chat under the same name has the same meetings, as far as anybody can tell: what is gone is the old one's.
    place.schedule("books", &chat(0, "Talk").replace("#chat0", "#new"));
    place.build("2026-03-13");
    let told = titles(&place)[..4].to_vec();
    assert!(
        told.contains(&"Gone: #chat1, 21 meetings between 7 April 2026 and 7 December 2027".to_owned()),
        "{told:#?}"
    );
}

/// Each would have been told as a confirmation.
#[test]
fn of_a_meeting_that_changes_in_several_ways_the_weightiest_is_told() {
    let place = place();
    place.edit("books", "confidence = \"confirmed\"", "seen = 2026-01-05\nconfidence = \"confirmed\"");
    place.build(FIRST);
    let change = |what: &str| format!("topic = \"Reading\"\nsource = \"words\"\n{what}");
    let place_of = "platform = \"Zoom\"\njoin = \"https://example.org/room\"";
    place.edit("books", "topic = \"Reading\"", &change(place_of));
    place.build(THEN);
    assert_eq!(titles(&place)[0], "Another place: #chat0: Reading, Mon 4 May 2026");
    let content = of(&entries(&place.out("changes.atom"))[0], "content").to_owned();
    assert_eq!(content, "Mon 4 May 2026, 10:30–11:30 London\nhttps://example.org/room\nBefore: no place");
    place.edit(
        "books",
        place_of,
        &place_of.replace("room", "hall").replacen("platform", "time = \"19:00\"\nplatform", 1),
    );
    place.build("2026-03-10");
    assert_eq!(titles(&place)[0], "Moved: #chat0: Reading, Mon 4 May 2026");
    let content = of(&entries(&place.out("changes.atom"))[0], "content").to_owned();
    let lines =
        "Mon 4 May 2026, 19:00–20:00 London\nhttps://example.org/hall\nBefore: 10:30\nBefore: https://example.org/room";
    assert_eq!(content, lines);
}

/// Neither knows a stamp: without them, or with something else in them, nothing is lost.
#[test]
fn both_files_are_chatcals_also_where_somebody_has_been_at_them() {
    for (path, head) in [("changes.atom", "<?xml"), ("meetings.json", "[\n  {\"chat\":\"books\"")] {
        let place = place();
        place.build(FIRST);
        let (tree, content) = (place.tree(), place.out(path));
        assert!(content.starts_with(head), "{content}");
        let conflict = content.replacen('\n', "\n<<<<<<< HEAD\n", 1) + "=======\n>>>>>>> b\n";
        let spaced = content.replacen("[\n  {\"", "[\n    {\n \"", 1);
        let marked = format!("\u{feff}{content}");
        let broken = content.replace('\n', "\r\n");
        let cut = if path == "changes.atom" {
            content.replace("</title>\n <subtitle>", "\n <subtitle>")
        } else {
            String::new()
        };
        for altered in [broken, format!("{content}\n"), conflict, spaced + "\n", marked, cut] {
            fs::write(place.path("out").join(path), altered).unwrap();
            let said = place.build(THEN);
            assert!(said.contains(&format!("warning: out/{path}")), "{path}: {said}");
            assert_eq!(place.out(path), content);
        }
        fs::remove_file(place.path("out").join(path)).unwrap();
        place.build(THEN);
        // A log that is lost begins anew.
        let is_log = path == "changes.atom";
        assert!(is_log || place.tree() == tree, "{path}");
        assert!(!is_log || entries(&place.out(path)).is_empty());
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
