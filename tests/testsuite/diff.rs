//! `chatcal diff` and `build --check`: which meetings change, in words, as Markdown and as JSON.

use std::fs;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::program::{Place, chat, said};
use crate::reading::day;

const FIRST: &str = "2026-03-01";

fn books(more: &str) -> String {
    format!(
        "title = \"#books\"\nzone = \"Europe/London\"\ntime = \"18:30\"\nduration = \"1h\"\n\n[[series]]\n\
         every = \"first Tuesday of the month\"\nstart = 2014-03-04\nuntil = 2014-09-02\n\
         confidence = \"confirmed\"\nsource = \"words\"\n{more}"
    )
}

fn change(date: &str, says: &str) -> String {
    format!("\n[[change]]\ndate = {date}\nsource = \"words\"\n{says}\n")
}

/// Builds the one state of a chat, and gives what is said of the step to the other.
fn between(before: &str, after: &str) -> (Place, String, String) {
    let place = Place::new([("books", before.to_owned()), ("other", chat(1, "Talk"))]);
    place.build(FIRST);
    place.schedule("books", after);
    let check = place.run(&["build", "--check", "--at", FIRST]);
    let diff = place.run(&["diff", "--at", FIRST]);
    assert_eq!((check.status.code(), diff.status.code()), (Some(i32::from(before != after)), Some(0)));
    assert!(diff.stderr.is_empty(), "{}", said(&diff));
    let (check, diff) = (said(&check), said(&diff));
    (place, check, diff)
}

#[test]
fn of_a_new_chat_the_farthest_meetings_were_shown() {
    let place = Place::new([("other", chat(1, "Talk"))]);
    place.build(FIRST);
    let weekly = |until: &str| {
        let text = books("").replace("first Tuesday of the month", "Tuesday").replace("start = 2014", "start = 2025");
        text.replace("until = 2014-09-02\n", until)
    };
    place.schedule("books", &weekly(""));
    let shown = said(&place.run(&["diff", "--at", FIRST]));
    let added: Vec<&str> = shown.lines().filter_map(|line| line.trim().strip_prefix("added: ")).collect();
    let all = "148 meetings from Tue 4 March 2025 to Tue 28 December 2027, 18:30 London";
    assert_eq!(added, [all], "{shown}");
    // With a topic each stands on its own.
    let topics: String = (0..148)
        .map(|week| day("2025-03-04") + chrono::Days::new(7 * week))
        .map(|day| change(&day.to_string(), &format!("topic = \"{day}\"")))
        .collect();
    place.schedule("books", &(weekly("") + &topics));
    let shown = said(&place.run(&["diff", "--at", FIRST]));
    let added: Vec<&str> = shown.lines().filter_map(|line| line.trim().strip_prefix("added: ")).collect();
    let way = "`chatcal diff --json` has them all";
    let first = format!("52 that are over; {way}");
    assert_eq!(added[..2], [&first, "Tue 3 March 2026, 18:30 London (18:30 UTC): \"2026-03-03\""], "{shown}");
    let last = "Tue 14 July 2026, 18:30 London (17:30 UTC): \"2026-07-14\"";
    assert_eq!((added.len(), added[20], added[21]), (22, last, &format!("76 more; {way}")[..]));
    // Of what is over the last ones say most.
    let topics: String = topics.split_inclusive("\n\n[[change]]").take(44).collect();
    let topics = topics.strip_suffix("\n\n[[change]]").unwrap();
    place.schedule("books", &(weekly("until = 2025-12-30\n") + topics + "\n"));
    let shown = said(&place.run(&["diff", "--markdown", "--at", FIRST]));
    assert!(shown.contains("added: 24 that are over; ") && shown.contains("Tue 30 December 2025"), "{shown}");
    assert!(!shown.contains(" more;"), "{shown}");
}

#[test]
fn each_kind_of_change_is_described() {
    let cases = [
        (
            change("2014-04-01", ""),
            change("2014-04-01", "time = \"19:00\""),
            "books: 1 meeting moved 2014-04-01 18:30 -> 19:00",
            "moved: Tue 1 April 2014, 18:30 -> 19:00 London (17:30 -> 18:00 UTC)",
        ),
        (
            change("2014-04-01", "topic = \"Reading\""),
            change("2014-04-01", "topic = \"Reading\"\nmoved-to = 2014-04-08"),
            "books: 1 meeting moved 2014-04-01 18:30 -> 2014-04-08 18:30",
            "moved: Tue 1 April 2014, 18:30 -> Tue 8 April 2014, 18:30 London \
             (17:30 -> Tue 8 April 2014, 17:30 UTC): \"Reading\"",
        ),
        (
            change("2014-04-01", ""),
            change("2014-04-01", "duration = \"2h\""),
            "books: 1 meeting moved 2014-04-01 18:30-19:30 -> 18:30-20:30",
            "moved: Tue 1 April 2014, 18:30–19:30 -> 18:30–20:30 London (17:30–18:30 -> 17:30–19:30 UTC)",
        ),
        (
            change("2014-04-01", "topic = \"Reading\""),
            change("2014-04-01", "topic = \"Writing\""),
            "books: 1 meeting renamed 2014-04-01",
            "renamed: Tue 1 April 2014, 18:30 London (17:30 UTC): \"Reading\" -> \"Writing\"",
        ),
        (
            change("2014-04-01", ""),
            change("2014-04-01", "cancelled = \"ill\""),
            "books: 1 meeting cancelled 2014-04-01",
            "cancelled: Tue 1 April 2014, 18:30 London (17:30 UTC)",
        ),
        (
            change("2014-04-01", "cancelled = \"ill\""),
            change("2014-04-01", ""),
            "books: 1 meeting reinstated 2014-04-01",
            "reinstated: Tue 1 April 2014, 18:30 London (17:30 UTC)",
        ),
        (
            change("2014-04-01", ""),
            change("2014-04-01", "confidence = \"inferred\""),
            "books: 1 meeting unconfirmed 2014-04-01",
            "unconfirmed: Tue 1 April 2014, 18:30 London (17:30 UTC)",
        ),
        (
            change("2014-04-01", "confidence = \"inferred\""),
            change("2014-04-01", ""),
            "books: 1 meeting confirmed 2014-04-01",
            "confirmed: Tue 1 April 2014, 18:30 London (17:30 UTC)",
        ),
        (
            change("2014-04-01", ""),
            change("2014-04-01", "join = \"https://example.org/room\""),
            "books: another place of 1 meeting 2014-04-01",
            "elsewhere: Tue 1 April 2014, 18:30 London (17:30 UTC): nowhere -> \"https://example.org/room\"",
        ),
        (
            change("2014-04-01", ""),
            change("2014-04-01", "hosts = [\"Ann\"]"),
            "books: other details of 1 meeting 2014-04-01",
            "other details (texts, tags or links) of 1 meeting, Tue 1 April 2014",
        ),
        (
            String::new(),
            "\n[[one-off]]\ndate = 2014-07-08\ntopic = \"Party\"\nsource = \"words\"\n".to_owned(),
            "books: 1 meeting added 2014-07-08",
            "added: Tue 8 July 2014, 18:30 London (17:30 UTC): \"Party\"",
        ),
        (
            String::new(),
            "\n[[break]]\nfrom = 2014-07-15\nthrough = 2014-09-02\n".to_owned(),
            "books: 2 meetings removed from 2014-08-05 to 2014-09-02",
            "removed: Tue 5 August 2014, 18:30 London (17:30 UTC)\n  removed: Tue 2 September 2014, 18:30 London (17:30 UTC)",
        ),
    ];
    for (before, after, short, full) in cases {
        let (_, check, diff) = between(&books(&before), &books(&after));
        assert_eq!(check.lines().filter(|line| line.starts_with("books: ")).collect::<Vec<_>>(), [short], "{check}");
        assert!(
            check.starts_with("out/books.ics is stale\n") || check.contains("\nout/books.ics is stale\n"),
            "{check}"
        );
        assert_eq!(diff, format!("books: #books, Europe/London\n  {full}\n"));
    }
}

#[test]
fn without_changes_nothing_is_reported() {
    let (place, check, diff) = between(&books(""), &books(""));
    assert!(check.ends_with("all up to date\n"), "{check}");
    assert_eq!(diff, "no meeting changes\n");
    let json = place.run(&["diff", "--at", FIRST, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json, json!({ "chats": [], "files": { "stale": [], "missing": [], "leftover": [] } }));
}

#[test]
fn new_removed_and_renamed_chats_are_distinguished() {
    let place = Place::new([("books", books("")), ("gone", books("")), ("old", books(""))]);
    place.build(FIRST);
    place.schedule("new", &books(""));
    fs::remove_file(place.path("schedules/gone.toml")).unwrap();
    fs::rename(place.path("schedules/old.toml"), place.path("schedules/younger.toml")).unwrap();
    place.edit("younger", "title = \"#books\"", "formerly = \"old\"\ntitle = \"#younger\"");
    let check = said(&place.run(&["build", "--check", "--at", FIRST]));
    let words: Vec<&str> = check.lines().filter(|line| !line.starts_with("out/") && !line.starts_with(' ')).collect();
    assert_eq!(
        words,
        [
            "warning: out/gone.ics goes, as no schedule has its name: if the chat is called otherwise now, say \
             `formerly = \"gone\"`",
            "new: a new chat, 7 meetings from 2014-03-04 to 2014-09-02",
            "younger: formerly old",
            "younger: new title",
            "gone: the chat is gone, 7 meetings from 2014-03-04 to 2014-09-02",
        ]
    );
    let diff = said(&place.run(&["diff", "--at", FIRST]));
    assert!(
        diff.contains("younger: #younger, Europe/London\n  formerly old\n  title: \"#books\" -> \"#younger\"\n"),
        "{diff}"
    );
    assert!(
        diff.contains(
            "gone: #books\n  the chat is gone, 7 meetings\n  its subscribers lose it; if it is called otherwise now, say so there with `formerly`\n  removed: Tue 4 March 2014, 18:30 UTC\n  removed: 6 meetings \
             from Tue 1 April 2014 to Tue 2 September 2014, 17:30 UTC\n"
        ),
        "{diff}"
    );
}

/// British Columbia keeps its summer time from 2026 on: an hour that a database of the year before does not know.
#[test]
fn meetings_moved_by_the_zone_database_alone_are_reported_as_such() {
    let west = "title = \"#west\"\nzone = \"America/Vancouver\"\ntime = \"19:00\"\nduration = \"1h\"\n\n[[series]]\n\
                every = \"first Tuesday of the month\"\nstart = 2026-06-02\nuntil = 2027-03-02\n\
                confidence = \"confirmed\"\nsource = \"words\"\n";
    let place = Place::new([("west", west.to_owned())]);
    place.build(FIRST);
    // What was published from the older database: 19:00 is 03:00 UTC in winter.
    let now = place.out("west.ics");
    assert_eq!(now.matches("T020000Z\r\nDTEND").count(), 10, "seven hours behind UTC all year: {now}");
    let (summer, winter) = now.split_at(now.find("UID:2026-11-03").unwrap());
    let winter = winter.replace("T020000Z\r\nDTEND", "T030000Z\r\nDTEND");
    let winter = winter.replace("T030000Z\r\nSUMMARY", "T040000Z\r\nSUMMARY");
    assert_ne!(winter, now[summer.len()..]);
    fs::write(place.path("out/west.ics"), format!("{summer}{winter}")).unwrap();
    let check = said(&place.run(&["build", "--check", "--at", FIRST]));
    let told = "America/Vancouver: 5 meetings of west come an hour earlier from 3 November 2026";
    assert!(check.lines().any(|line| line == told) && !check.contains("moved"), "{check}");
    let diff = said(&place.run(&["diff", "--at", FIRST]));
    assert!(diff.contains(told), "{diff}");
    let json = place.run(&["diff", "--at", FIRST, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    let shift = json!([{ "zone": "America/Vancouver", "seconds_later": -3600, "meetings": 5, "from": "2026-11-03" }]);
    assert_eq!(json["chats"][0]["shifts"], shift);
    assert_eq!(json["chats"][0]["meetings"][0]["changes"], json!(["zone-database"]));
}

#[test]
fn json_has_each_meeting_on_the_hosts_clocks_and_in_utc() {
    let (place, ..) = between(&books(""), &books(&change("2014-04-01", "time = \"19:00\"\ntopic = \"Reading\"")));
    let json = place.run(&["diff", "--at", FIRST, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    let chat = &json["chats"][0];
    assert_eq!(
        (&chat["chat"], &chat["was"], &chat["zone"]),
        (&json!("books"), &json!("there"), &json!("Europe/London"))
    );
    assert_eq!(
        chat["meetings"],
        json!([{
            "occurrence": "2014-04-01",
            "changes": ["moved", "renamed"],
            "zone": "Europe/London",
            "before": {
                "start": "2014-04-01T18:30:00+01:00", "end": "2014-04-01T19:30:00+01:00",
                "start_utc": "2014-04-01T17:30:00Z", "end_utc": "2014-04-01T18:30:00Z",
                "status": "confirmed", "topic": null, "place": null,
            },
            "after": {
                "start": "2014-04-01T19:00:00+01:00", "end": "2014-04-01T20:00:00+01:00",
                "start_utc": "2014-04-01T18:00:00Z", "end_utc": "2014-04-01T19:00:00Z",
                "status": "confirmed", "topic": "Reading", "place": null,
            },
        }])
    );
    assert!(json["files"]["stale"].as_array().unwrap().contains(&json!("books.ics")));
}

/// A pull request may come from anybody: nothing in its schedules becomes a mention, a link, an image or HTML.
#[test]
fn markdown_shows_hostile_text_as_text() {
    let hostile = [
        "@everyone",
        "#1",
        "`",
        "``",
        "` @everyone `",
        "```\u{a0}x",
        "<script>alert(1)</script>",
        "<!--",
        "]]>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "https://example.org/",
        "www.example.org",
        "| a | b |",
        "# heading",
        "- item",
        "&lt;",
        "\\` @x \\`",
        "*x*",
        "a@example.org",
        "  two  ",
        "---",
        "\u{202e}x",
        "::warning::x",
        "${{ secrets.GITHUB_TOKEN }}",
        "$(id)",
    ];
    let place = Place::new([("books", books(""))]);
    place.build(FIRST);
    for text in hostile {
        let quoted = serde_json::to_string(text).unwrap();
        let hostile = books(&change("2014-04-01", &format!("topic = {quoted}")));
        place.schedule("books", &hostile.replace("title = \"#books\"", &format!("title = {quoted}")));
        let output = place.run(&["diff", "--at", FIRST, "--markdown"]);
        assert!(output.status.success(), "{}", said(&output));
        let markdown = String::from_utf8(output.stdout).unwrap();
        let mut codes = Vec::new();
        let mut plain = String::new();
        for event in Parser::new_ext(&markdown, Options::all()) {
            match event {
                Event::Code(code) => codes.push(code.to_string()),
                Event::Text(text) => plain.push_str(&text),
                Event::SoftBreak => plain.push('\n'),
                Event::Start(Tag::Heading { .. } | Tag::List(None) | Tag::Item | Tag::Strong | Tag::Paragraph)
                | Event::End(
                    TagEnd::Heading(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::Strong | TagEnd::Paragraph,
                ) => {}
                other => panic!("{text}: {other:?} in {markdown}"),
            }
        }
        let shown = text.replace('\u{202e}', "\\u{202e}").replace("::w", ":\u{2060}:w");
        // In a feed what turns the direction is closed.
        let is_it = |code: &&String| code.trim().trim_end_matches("\\u{202c}") == shown.trim();
        assert_eq!(codes[0], "books");
        let times = codes[1..].iter().filter(is_it).count();
        assert_eq!(times, 3, "title twice, topic once: {codes:?} in {markdown}");
        assert!(!plain.contains(['@', '<', '`', '$', '|']), "{plain}");
        assert_eq!(markdown.matches("### ").count(), 1, "{markdown}");
    }
}

#[test]
fn markdown_fits_into_a_comment() {
    let place = Place::with_chats(300);
    let output = place.run(&["diff", "--at", FIRST, "--markdown"]);
    let markdown = String::from_utf8(output.stdout).unwrap();
    // Each of them in one line and another.
    assert!(markdown.len() < 65_536 && !markdown.contains("left out here"), "{}", markdown.len());
    assert_eq!(markdown.matches("\n- **").count(), 300);
    let place = Place::with_chats(2_000);
    let output = place.run(&["diff", "--at", FIRST, "--markdown"]);
    let markdown = String::from_utf8(output.stdout).unwrap();
    assert!(markdown.len() < 65_536, "{}", markdown.len());
    let shown = markdown.matches("\n- **").count();
    let left = format!("\n{} more chats are left out here; `chatcal diff --json` has them all.\n", 2_000 - shown);
    assert!(shown > 100 && markdown.ends_with(&left), "{shown}");
}

#[test]
fn a_wrong_schedule_has_no_differences() {
    let place = Place::new([("books", books("")), ("wrong", "title = 1\n".to_owned())]);
    let output = place.run(&["diff", "--at", FIRST]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty() && said(&output).contains("schedules/wrong.toml"));
}

#[test]
fn parameters_of_properties_were_not_seen() {
    let place = Place::new([("books", books(""))]);
    place.build(FIRST);
    let feed = place.path("out/books.ics");
    let published = fs::read_to_string(&feed).unwrap();
    for (from, to, shown) in [
        ("SUMMARY:", "SUMMARY;LANGUAGE=de:", "other details (texts, tags or links) of 1 meeting"),
        ("TRANSP:", "TRANSP;X-WHY=free:", "other details (texts, tags or links) of 1 meeting"),
        ("\r\nNAME:", "\r\nNAME;LANGUAGE=de:", "new description, link or address of the feed"),
    ] {
        fs::write(&feed, published.replacen(from, to, 1)).unwrap();
        let diff = said(&place.run(&["diff", "--at", FIRST]));
        assert!(diff.contains(shown), "{to}: {diff}");
    }
}

#[test]
fn a_backslash_in_a_topic_was_unescaped_twice() {
    let topic = |topic: &str| books(&change("2014-04-01", &format!("topic = '{topic}'")));
    let (place, _, diff) = between(&topic("Reading"), &topic(r"C:\new"));
    assert!(diff.ends_with("\"Reading\" -> \"C:\\new\"\n"), "{diff}");
    let check = place.run(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
}

#[test]
fn meetings_that_change_alike_filled_the_screen() {
    let weekly =
        books("").replace("first Tuesday of the month", "Tuesday").replace("until = 2014-09-02", "until = 2014-05-27");
    let (_, check, diff) = between(&weekly, &weekly.replace("18:30", "19:00"));
    assert_eq!(
        diff,
        "books: #books, Europe/London\n  moved: 13 meetings from Tue 4 March 2014 to Tue 27 May 2014, 18:30 -> 19:00 London\n"
    );
    assert!(check.contains("books: 13 meetings moved, the first 2014-03-04 18:30 -> 19:00\n"), "{check}");
    // One that changes otherwise stands on its own.
    let odd = weekly.replace("18:30", "19:00") + &change("2014-04-01", "time = \"20:00\"\nduration = \"2h\"");
    let (_, _, diff) = between(&weekly, &odd);
    let expected = "  moved: 12 meetings from Tue 4 March 2014 to Tue 27 May 2014, 18:30 -> 19:00 London\n  moved: Tue 1 April \
                    2014, 18:30–19:30 -> 20:00–22:00 London (17:30–18:30 -> 19:00–21:00 UTC)\n";
    assert!(diff.ends_with(expected), "{diff}");
    let longer = weekly.replace("duration = \"1h\"", "duration = \"90m\"");
    let (_, _, diff) = between(&weekly, &longer);
    assert!(diff.ends_with(", 18:30–19:30 -> 18:30–20:00 London\n"), "{diff}");
    let elsewhere =
        weekly.replace("time = ", "platform = \"Bluesky\"\nhashtag = \"a`b\"\ntime = ").replace("a`b", "books");
    let (_, _, diff) = between(&weekly, &elsewhere);
    let expected = "elsewhere: 13 meetings from Tue 4 March 2014 to Tue 27 May 2014, 18:30 London: nowhere -> \
                    \"https://bsky.app/hashtag/books\"\n";
    assert!(diff.ends_with(expected), "{diff}");
    let topics: String = ["2014-04-01", "2014-04-08", "2014-04-15"].map(|day| change(day, "topic = \"x\"")).concat();
    let (_, _, diff) = between(&weekly, &(weekly.clone() + &topics));
    assert!(
        diff.contains(
            "renamed: 3 meetings from Tue 1 April 2014 to Tue 15 April 2014, 18:30 London: no topic -> \"x\""
        )
    );
}

#[test]
fn a_new_length_was_not_told_where_the_time_is_another_too() {
    let longer = |time: &str, length: &str| {
        books("")
            .replace("time = \"18:30\"", &format!("time = \"{time}\""))
            .replace("duration = \"1h\"", &format!("duration = \"{length}\""))
    };
    for (time, length, words) in [
        ("19:00", "2h", ", 18:30–19:30 -> 19:00–21:00 London\n"),
        ("18:30", "24h", ", 18:30–19:30 -> 18:30–18:30 next day London\n"),
        ("23:30", "1h", ", 18:30 -> 23:30 London\n"),
    ] {
        let (_, _, diff) = between(&books(""), &longer(time, length));
        assert!(diff.ends_with(words), "{diff}");
    }
    let moved = books(&change("2014-04-01", "moved-to = 2014-04-02\nduration = \"30m\""));
    let (_, check, diff) = between(&books(""), &moved);
    assert!(diff.contains("Tue 1 April 2014, 18:30–19:30 -> Wed 2 April 2014, 18:30–19:00 London"), "{diff}");
    assert!(check.contains("1 meeting moved 2014-04-01 18:30-19:30 -> 2014-04-02 18:30-19:00"), "{check}");
}

/// A new hour in a series rewrites what has taken place.
#[test]
fn that_a_change_reaches_into_the_past_was_not_said() {
    let place = Place::new([("books", chat(0, "Talk"))]);
    place.build(FIRST);
    place.edit("books", ":30\"", ":45\"");
    let shown = said(&place.run(&["diff", "--at", FIRST]));
    let words = "  74 of these are over: if they were as they were published, give their series an `until` and open a new \
                 [[series]] for what comes\n";
    assert!(shown.contains(words), "{shown}");
    let parted = chat(0, "Talk");
    let (top, series) = parted.split_once("[[series]]").unwrap();
    let later = series.replace("start = 2020-01-06", "start = 2026-03-02\ntime = \"10:45\"");
    let ended = series.replace("start = 2020-01-06", "start = 2020-01-06\nuntil = 2026-02-28");
    place.schedule("books", &format!("{top}[[series]]{ended}\n[[series]]{later}"));
    let shown = said(&place.run(&["diff", "--at", FIRST]));
    assert!(shown.contains("moved: 22 meetings from Mon 2 March 2026") && !shown.contains("are over"), "{shown}");
}

#[test]
fn other_details_were_not_told_beside_a_change_that_has_a_word() {
    let (_, _, diff) =
        between(&books(""), &books("").replace("18:30", "19:00").replace("zone = ", "hosts = [\"Ann\"]\nzone = "));
    assert!(
        diff.contains("  moved: 7 meetings from ")
            && diff.ends_with(
                "  other details (texts, tags or links) of 7 meetings from Tue 4 March 2014 to Tue 2 September 2014\n"
            ),
        "{diff}"
    );
    // What follows from the time, the topic, the place or the status is none.
    for (from, to) in [
        ("18:30", "19:00"),
        ("zone = ", "platform = \"Bluesky\"\nhashtag = \"books\"\nzone = "),
        ("\"confirmed\"", "\"inferred\""),
    ] {
        let (_, _, diff) = between(&books(""), &books("").replacen(from, to, 1));
        assert!(!diff.contains("details") && diff.lines().count() == 2, "{diff}");
    }
    for what in
        ["topic = \"Reading\"", "cancelled = \"ill\"", "moved-to = 2014-04-02", "join = \"https://example.org/room\""]
    {
        let (_, _, diff) = between(&books(""), &books(&change("2014-04-01", what)));
        assert!(!diff.contains("details") && diff.lines().count() == 2, "{diff}");
    }
    let (_, _, diff) = between(
        &books(&change("2014-04-01", "cancelled = \"ill\"")),
        &books(&change("2014-04-01", "cancelled = \"away\"")),
    );
    assert!(diff.ends_with("  other details (texts, tags or links) of 1 meeting, Tue 1 April 2014\n"), "{diff}");
}

#[test]
fn a_new_meeting_that_is_called_off_was_told_as_one_that_takes_place() {
    let off = "\n[[one-off]]\ndate = 2014-05-15\ncancelled = \"ill\"\n";
    let (_, _, diff) = between(&books(""), &(books("") + off));
    assert!(diff.ends_with("added: Thu 15 May 2014, 18:30 London (17:30 UTC), cancelled\n"), "{diff}");
}

/// A statement about many meetings without a topic, from the past to the future, came first and kept the old ones.
#[test]
fn of_a_new_chat_with_few_topics_the_oldest_were_shown() {
    let weekly =
        books("").replace("first Tuesday of the month", "Tuesday").replace("start = 2014-03-04", "start = 2013-01-01");
    let topics: String = (0..50)
        .map(|week| day("2013-01-08") + chrono::Days::new(7 * week))
        .chain(["2014-03-04", "2014-03-25"].map(day))
        .map(|day| change(&day.to_string(), &format!("topic = \"{day}\"")))
        .collect();
    let place = Place::new([("books", weekly + &topics)]);
    let shown = said(&place.run(&["diff", "--at", "2014-03-01"]));
    let added: Vec<&str> = shown.lines().filter_map(|line| line.trim().strip_prefix("added: ")).collect();
    assert!(added[0].starts_with("33 that are over; "), "{shown}");
    assert!(
        shown.contains("\"2014-03-04\"") && shown.contains("\"2014-03-25\"") && !shown.contains(" more;"),
        "{shown}"
    );
}

#[test]
fn one_chat_of_many_changes_hid_the_others_in_a_comment() {
    let place = Place::with_chats(40);
    place.build(FIRST);
    let days = (0..300).map(|week| day("2020-01-06") + chrono::Days::new(7 * week));
    let topics: String =
        days.map(|day| change(&day.to_string(), &format!("topic = \"{day}{}\"", "x".repeat(180)))).collect();
    let huge = chat(0, "Talk").replace("first Monday of the month", "Monday") + &topics;
    place.schedule("chat00000", &huge);
    (1..40).for_each(|index| place.edit(&format!("chat{index:05}"), ":30\"", ":45\""));
    let markdown = said(&place.run(&["diff", "--at", FIRST, "--markdown"]));
    assert!(markdown.len() < 65_536);
    assert_eq!(markdown.matches("  - moved: 96 meetings from ").count(), 39, "{markdown}");
    assert!(!markdown.contains("left out here"), "{markdown}");
    // With many such chats each has its share.
    (0..40).for_each(|index| {
        let text = chat(index, "Talk").replace("first Monday of the month", "Monday");
        let text =
            text.replace("first Tuesday of the month", "Tuesday").replace("first Wednesday of the month", "Wednesday");
        let start = day(["2020-01-06", "2020-01-07", "2020-01-01"][index % 3]);
        let days = (0..300).map(|week| start + chrono::Days::new(7 * week));
        let topics: String =
            days.map(|day| change(&day.to_string(), &format!("topic = \"{day}{}\"", "x".repeat(180)))).collect();
        place.schedule(&format!("chat{index:05}"), &(text + &topics));
    });
    let markdown = said(&place.run(&["diff", "--at", FIRST, "--markdown"]));
    assert!(markdown.len() < 65_536);
    assert_eq!(markdown.matches("\n- **").count(), 40);
    assert_eq!(markdown.matches("more lines; `chatcal diff --json` has them all\n").count(), 40, "{markdown}");
}
