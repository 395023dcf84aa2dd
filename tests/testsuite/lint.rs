//! What is right by the letter but probably not what is meant: each kind of warning comes where it should, on its line,
//! can be silenced, and does not come where nothing is wrong.

use std::fs;

use chatcal::diagnostic::{Diagnostic, FileId, Severity};
use chatcal::expand::of_feed;
use chatcal::lint::Lint;
use chatcal::schedule::{Slug, keys, read_schedule};

use crate::files;
use crate::program::{COLLECTION, Place, said};
use crate::reading::NOVEMBER_2026;

/// The beginning of a chat that meets at 18:30 in London, and has a place.
const TOP: &str = "title = \"#chat\"\nzone = \"Europe/London\"\nduration = \"1h\"\ntime = \"18:30\"\n\
                   home = \"https://example.org/chat\"\n";

/// A weekly chat; `end` is a line about its end.
fn series(every: &str, start: &str, end: &str) -> String {
    format!("[[series]]\nevery = \"{every}\"\nstart = {start}\n{end}\nconfidence = \"confirmed\"\nsource = \"words\"\n")
}

/// The warnings about schedules, with the text of the line that each is about.
fn warnings(texts: &[&str]) -> Vec<(Diagnostic, String)> {
    let (mut lint, mut found) = (Lint::new(NOVEMBER_2026), Vec::new());
    for (index, text) in texts.iter().enumerate() {
        let mut diagnostics = Vec::new();
        let slug = Slug::new(&format!("chat{index}")).unwrap();
        let schedule = read_schedule(FileId(index), &slug, text, &mut diagnostics);
        let schedule = schedule.unwrap_or_else(|| panic!("{diagnostics:#?} in {text}"));
        found.extend(lint.look(FileId(index), text, &schedule, &of_feed(&schedule, None, NOVEMBER_2026)));
    }
    let with_lines = found.into_iter().map(|warning| {
        let text = texts[warning.file.0];
        assert_eq!(warning.severity, Severity::Warning);
        let at = warning.span.clone().expect("a place").start;
        let begin = text[..at].rfind('\n').map_or(0, |end| end + 1);
        (warning, text[begin..].lines().next().unwrap().to_owned())
    });
    with_lines.collect()
}

/// The schedule warns of this on that line, and does not if that is silenced.
fn warns(text: &str, code: &str, message: &str, line: &str) {
    let found = warnings(&[text]);
    let said: Vec<_> = found.iter().map(|(it, line)| (it.code, it.message.as_str(), line.as_str())).collect();
    assert_eq!(said, [(code, message, line)], "{text}");
    let silence = format!("r silence this with `warning = \"{code}\"` and a `reason` under [[allow]]");
    let help = found[0].0.help.as_ref().unwrap();
    let before = help.strip_suffix(&silence).unwrap_or_else(|| panic!("{help}"));
    assert!(before.ends_with("; o") || before.ends_with("? O"), "{help}");
    assert!(keys::WARNINGS.contains(&code));
    silent(&format!("{text}\n[[allow]]\nwarning = \"{code}\"\nreason = \"known\"\n"));
}

fn silent(text: &str) {
    assert_eq!(warnings(&[text]), [], "{text}");
}

#[test]
fn one_off_in_a_break() {
    let summer = |date: &str, more: &str| {
        let series = series("Thursday", "2026-01-01", "seen = 2026-11-19");
        format!(
            "{TOP}{series}\n[[break]]\nfrom = 2026-08-01\nthrough = 2026-08-31\n\n[[one-off]]\ndate = {date}\n\
             source = \"words\"\n{more}"
        )
    };
    warns(&summer("2026-08-18", ""), "in-break", "Tue 18 August 2026 is in a break of the chat", "date = 2026-08-18");
    silent(&summer("2026-09-01", ""));
    silent(&summer("2026-08-18", "cancelled = \"no\""));
    let moved = "\n[[change]]\ndate = 2026-07-30\nmoved-to = 2026-08-04\nsource = \"words\"\n";
    let message = "Tue 4 August 2026 is in a break of the chat";
    warns(&summer("2026-09-01", moved), "in-break", message, "moved-to = 2026-08-04");
    // A meeting of the break that is brought back is meant.
    silent(&summer("2026-09-01", &moved.replace("2026-07-30", "2026-08-06")));
}

#[test]
fn meetings_to_come_without_a_place() {
    let series = series("Thursday", "2026-01-01", "seen = 2026-11-19");
    let with = |place: &str| format!("{}{place}{series}", TOP.replace("home = \"https://example.org/chat\"\n", ""));
    let line = "start = 2026-01-01";
    warns(&with(""), "no-place", "where is it to be found? calendars show no place for it", line);
    let words = "where is it to be found? calendars show only \"Zoom, #chat\" as its place, without a link";
    warns(&with("platform = \"Zoom\"\nhashtag = \"chat\"\n"), "no-place", words, line);
    for place in [
        "platform = \"Bluesky\"\nhashtag = \"chat\"\n",
        "platform = \"Zoom\"\njoin = \"https://zoom.example.org/j/1\"\n",
        "home = \"https://example.org/\"\n",
    ] {
        silent(&with(place));
    }
    // What is over needs none.
    silent(&with("").replace("seen = 2026-11-19", "until = 2026-11-19"));
    let elsewhere = "\n[[change]]\ndate = 2026-12-03\nplatform = \"Zoom\"\njoin = \"https://example.org/room\"\n";
    silent(&(with("home = \"https://example.org/\"\n") + elsewhere));
    let one_off = "\n[[one-off]]\ndate = 2026-12-08\nsource = \"words\"\n";
    let ended = with("").replace("seen = 2026-11-19", "until = 2026-11-19") + one_off;
    warns(&ended, "no-place", "where is it to be found? calendars show no place for it", "date = 2026-12-08");
}

#[test]
fn service_that_is_misspelled() {
    let series = series("Thursday", "2026-01-01", "seen = 2026-11-19");
    let with = |platform: &str| format!("{TOP}platform = \"{platform}\"\nhashtag = \"chat\"\n{series}");
    for (name, meant) in
        [("Blueksy", "Bluesky"), ("Twiter", "Twitter"), ("Bsky", "Bluesky"), ("google met", "Google Meet")]
    {
        let message = format!("\"{name}\" is not a service that chatcal knows");
        warns(&with(name), "platform", &message, &format!("platform = \"{name}\""));
        let help = format!("did you mean \"{meant}\"?");
        assert!(warnings(&[&with(name)])[0].0.help.as_ref().unwrap().starts_with(&help));
    }
    for name in [
        "bluesky",
        "X",
        "Zulip",
        "Gather",
        "BigBlueButton",
        "Skype",
        "a hall",
        "Discourse",
        "Room",
        "IRL",
        "Stack",
        "Teams",
    ] {
        silent(&with(name));
    }
    // One slip is told once.
    let slip = with("Blueksy").replace("home = \"https://example.org/chat\"\n", "");
    let codes = |text: &str| warnings(&[text]).iter().map(|(warning, _)| warning.code).collect::<Vec<_>>();
    assert_eq!(codes(&slip), ["platform"]);
    let allowed = format!("{slip}\n[[allow]]\nwarning = \"platform\"\nreason = \"it is called so\"\n");
    assert_eq!(codes(&allowed), ["no-place"]);
    let of_series = series.replace("source = ", "platform = \"Blusky\"\nsource = ");
    let message = "\"Blusky\" is not a service that chatcal knows";
    warns(&format!("{TOP}{of_series}"), "platform", message, "platform = \"Blusky\"");
}

#[test]
fn source_that_is_listed_twice() {
    let series = series("Thursday", "2026-01-01", "seen = 2026-11-19");
    let with = |list: &str| format!("{TOP}{}", series.replace("source = \"words\"", &format!("source = {list}")));
    let line = "source = [\"https://example.org/\", \"b\", \"https://example.org/\"]";
    let message = "the source \"https://example.org/\" is listed twice";
    warns(&with(line.strip_prefix("source = ").unwrap()), "same-source", message, line);
    silent(&with("[\"https://example.org/\", \"https://example.org/b\"]"));
}

#[test]
fn past_topic_without_a_source() {
    let with = |date: &str, more: &str| {
        let series = series("Thursday", "2026-01-01", "seen = 2026-11-19");
        format!("{TOP}{series}\n[[change]]\ndate = {date}\ntopic = \"Reading\"\n{more}\n")
    };
    let line = "topic = \"Reading\"";
    warns(&with("2026-11-19", ""), "unsourced", "the topic of Thu 19 November 2026 has no source", line);
    silent(&with("2026-11-26", ""));
    silent(&with("2026-11-19", "source = \"words\""));
    silent(&with("2026-11-19", "confidence = \"inferred\""));
    let one_off = format!("{TOP}[[one-off]]\ndate = 2026-11-19\ntopic = \"Party\"\n");
    warns(&one_off, "unsourced", "the topic of Thu 19 November 2026 has no source", "topic = \"Party\"");
}

#[test]
fn open_series_without_recent_evidence() {
    let text = |start: &str, more: &str| format!("{TOP}{}{more}", series("Thursday", start, ""));
    let message = "this series began on Thu 2 January 2020 and has no end: is it still running?";
    warns(&text("2020-01-02", ""), "still-running", message, "start = 2020-01-02");
    silent(&text("2025-01-02", ""));
    let dated = |date: &str| format!("\n[[change]]\ndate = {date}\ntopic = \"x\"\nsource = \"words\"\n");
    silent(&text("2020-01-02", &dated("2026-01-08")));
    warns(&text("2020-01-02", &dated("2023-01-05")), "still-running", message, "start = 2020-01-02");
    silent(&format!("{TOP}{}", series("Thursday", "2020-01-02", "until = 2021-01-07")));
}

#[test]
fn series_that_fades_out_soon() {
    let text = |seen: &str| format!("{TOP}{}", series("Thursday", "2020-01-02", &format!("seen = {seen}")));
    let message = "this series fades out of the feed after Tue 22 December 2026";
    warns(&text("2025-12-22"), "fading", message, "seen = 2025-12-22");
    silent(&text("2026-03-05"));
    silent(&text("2020-12-24"));
    // Another takes its place.
    let next = series("Tuesday", "2026-12-08", "announced = 2026-12-08");
    silent(&format!("{}{next}", text("2025-12-22")));
}

#[test]
fn chat_that_goes_on_with_nothing_to_come() {
    let message = "the chat goes on, but has no meetings through the end of next year";
    let text = |until: &str| {
        let series = series("Thursday", "2025-01-02", "");
        format!("{TOP}{series}\n[[break]]\nfrom = 2026-01-01\nthrough = {until}\n")
    };
    warns(&text("2028-12-31"), "no-meeting", message, "start = 2025-01-02");
    // Its feed holds the first one after the break.
    let held = text("2028-12-31").replace("2025-01-02", "2026-01-01");
    warns(&held, "no-meeting", message, "start = 2026-01-01");
    silent(&text("2027-12-01"));
    silent(&format!("{TOP}{}", series("Thursday", "2020-01-02", "until = 2021-01-07")));
    silent(&format!("{TOP}{}", series("Thursday", "2020-01-02", "seen = 2021-01-07")));
}

#[test]
fn chats_of_a_tag_at_the_same_instant() {
    let chat = |tags: &str, zone: &str, time: &str, more: &str| {
        let top =
            TOP.replace("Europe/London", zone).replace("18:30", time).replace("zone", &format!("tags = {tags}\nzone"));
        format!("{top}{}{more}", series("Thursday", "2026-01-01", "seen = 2026-11-19"))
    };
    let london = chat("[\"uk\", \"books\"]", "Europe/London", "18:30", "");
    // The same instant for most of the year, on other clocks.
    let other = chat("[\"books\"]", "America/New_York", "13:30", "");
    let found = warnings(&[&london, &other]);
    assert_eq!(found.len(), 1);
    let (warning, line) = &found[0];
    assert_eq!((warning.file, warning.code, line.as_str()), (FileId(1), "clash", "tags = [\"books\"]"));
    let message = "this chat meets at the same time as chat0, which also has the tag \"books\": \
                   Thu 26 November 2026, 13:30 New York";
    assert_eq!(warning.message, message);
    // 52 Thursdays, but for two in March and one in November on which the clocks differ otherwise.
    assert_eq!(warning.label.as_deref(), Some("and 48 more times within a year"));
    let allowed = "\n[[allow]]\nwarning = \"clash\"\nreason = \"known\"\n";
    assert_eq!(warnings(&[&format!("{london}{allowed}"), &other]), []);
    assert_eq!(warnings(&[&london, &format!("{other}{allowed}")]), []);
    assert_eq!(warnings(&[&london, &chat("[\"us\"]", "America/New_York", "13:30", "")]), []);
    assert_eq!(warnings(&[&london, &chat("[\"books\"]", "America/New_York", "13:00", "")]), []);
    let over = chat("[\"books\"]", "Europe/London", "18:30", "").replace("seen = 2026-11-19", "until = 2026-11-19");
    assert_eq!(warnings(&[&london, &over]), []);
}

#[test]
fn the_shipped_schedules_have_no_warnings_but_that_they_fade() {
    let texts: Vec<String> = files::schedules("schedules").iter().map(files::text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    // Nobody can mend that but by seeing the chat again.
    let others: Vec<_> = warnings(&texts).into_iter().filter(|(warning, _)| warning.code != "fading").collect();
    assert_eq!(others, []);
}

#[test]
fn the_warning_that_all_feeds_together_are_too_large_could_not_be_silenced() {
    let chat = format!("{TOP}{}", series("day", "2025-01-01", ""));
    let place = Place::new(["one", "two"].map(|slug| (slug, chat.clone())));
    let check = || said(&place.run(&["check"]));
    let before = check();
    assert!(before.contains("all.ics has "), "{before}");
    let silence = "silence this with `warning = \"large\"` and a `reason` under [[allow]]";
    assert!(before.contains(silence), "{before}");
    let allowed = format!("{COLLECTION}\n[[allow]]\nwarning = \"large\"\nreason = \"nobody uses Google\"\n");
    fs::write(place.path("schedules/collection.toml"), allowed).unwrap();
    assert!(!check().contains("all.ics"), "{}", check());
}

#[test]
fn feeds_were_said_to_be_smaller_than_their_files() {
    let of = |first: &str| TOP.to_owned() + &series("day", first, "until = 2016-12-31");
    let place = Place::new([("one", of("2013-01-01")), ("two", of("2012-01-01"))]);
    let checked = said(&place.run(&["check", "--format", "short"]));
    assert!(place.run(&["build"]).status.success());
    for (slug, meetings) in [("one", "1,461"), ("two", "1,827")] {
        let octets = fs::metadata(place.path(&format!("out/{slug}.ics"))).unwrap().len();
        let words = format!("{slug}.ics has {meetings} meetings in {} kB:", octets.div_ceil(1000));
        assert!(checked.contains(&words), "{words}: {checked}");
    }
}

/// Each tag is a feed that somebody may subscribe to in Google Calendar.
#[test]
fn of_tags_with_too_many_meetings_nothing_was_said() {
    let weekly = |index: usize| {
        crate::program::chat(index, "Talk")
            .replace("first Monday of the month", "Monday")
            .replace("first Tuesday of the month", "Tuesday")
            .replace("first Wednesday of the month", "Wednesday")
    };
    let place = crate::program::Place::new([]);
    for index in 0..7 {
        place.schedule(&format!("chat{index}"), &weekly(index).replace("\"books\"", "\"books\", \"small\""));
    }
    for index in 7..9 {
        place.schedule(&format!("chat{index}"), &weekly(index));
    }
    let said = crate::program::said(&place.run(&["check", "--at", "2026-03-01"]));
    // Three years of weeks: 157 for Wednesdays, 156 for others.
    for path in ["all.ics", "tag/books.ics"] {
        assert!(said.contains(&format!("{path} has 1,407")), "{said}");
    }
    assert!(said.contains("tag/small.ics has 1,094"), "{said}");
}

#[test]
fn a_series_that_was_seen_on_a_day_to_come() {
    let text = |seen: &str| format!("{TOP}{}", series("Thursday", "2026-01-01", seen));
    let message = "nobody can have seen this series on Thu 10 December 2026 yet";
    warns(&text("seen = 2026-12-10"), "seen-ahead", message, "seen = 2026-12-10");
    let help = "write `announced = 2026-12-10` where its hosts have announced its meetings through that day";
    assert!(warnings(&[&text("seen = 2026-12-10")])[0].0.help.as_ref().unwrap().starts_with(help));
    silent(&text("announced = 2026-12-10"));
    let far = "are its meetings announced through Mon 11 December 2062 already?";
    warns(&text("announced = 2062-12-11"), "announced-ahead", far, "announced = 2062-12-11");
    // It is midnight in London, and 14:00 where the day begins first.
    silent(&text("seen = 2026-11-23"));
    let last = "nobody can have seen this series on Mon 23 November 2026 yet";
    let west = text("seen = 2026-11-23").replace("Europe/London", "America/Los_Angeles");
    warns(&west, "seen-ahead", last, "seen = 2026-11-23");
    let fading = "this series fades out of the feed after Tue 22 December 2026";
    warns(
        &text("announced = 2025-12-22").replace("2026-01-01", "2025-01-02"),
        "fading",
        fading,
        "announced = 2025-12-22",
    );
}

#[test]
fn a_zone_that_never_changes_its_clocks() {
    let text = |zone: &str, start: &str, end: &str| {
        format!("{TOP}{}", series("Thursday", start, end)).replace("Europe/London", zone)
    };
    let zone = |name: &str| format!("zone = \"{name}\"");
    for (name, start, message) in [
        ("GMT", "2026-01-01", "18:30 GMT is 19:30 in London from 29 March 2026 on"),
        ("Etc/GMT", "2026-07-02", "18:30 GMT is 19:30 in London from 2 July 2026 on"),
        (
            "Etc/GMT+5",
            "2026-01-01",
            "Etc/GMT+5 is 5 hours behind UTC: 18:30 in Etc/GMT+5 is 19:30 in New York from 8 March 2026 on",
        ),
        (
            "Etc/GMT-1",
            "2026-01-01",
            "Etc/GMT-1 is 1 hour ahead of UTC: 18:30 in Etc/GMT-1 is 19:30 in Berlin from 29 March 2026 on",
        ),
        (
            "Etc/GMT-10",
            "2026-01-01",
            "Etc/GMT-10 is 10 hours ahead of UTC: 18:30 in Etc/GMT-10 is 19:30 in Sydney from 1 January 2026 on",
        ),
        ("Etc/GMT-9", "2026-01-01", "Etc/GMT-9 is 9 hours ahead of UTC, and its clocks never change"),
    ] {
        warns(&text(name, start, "seen = 2026-11-19"), "fixed-zone", message, &zone(name));
    }
    for name in ["GMT0", "GMT+0", "GMT-0", "Greenwich", "Etc/Greenwich", "Etc/GMT-0"] {
        let message = "18:30 GMT is 19:30 in London from 29 March 2026 on";
        warns(&text(name, "2026-01-01", "seen = 2026-11-19"), "fixed-zone", message, &zone(name));
    }
    // It meets in winter alone.
    let winter = text("GMT", "2026-01-01", "seen = 2026-11-19")
        .replace("every = \"Thursday\"", "rule = \"FREQ=WEEKLY;BYMONTH=11,12,1,2\"");
    silent(&winter);
    // It says what it means, or is over before the two part.
    silent(&text("UTC", "2026-01-01", "seen = 2026-11-19"));
    silent(&text("GMT", "2026-01-01", "until = 2026-03-26"));
    warns(
        &text("GMT", "2026-01-01", "until = 2026-04-02"),
        "fixed-zone",
        "18:30 GMT is 19:30 in London from 29 March 2026 on",
        &zone("GMT"),
    );
    // Of a series, a change and a one-off alone.
    let own = series("Thursday", "2026-01-01", "seen = 2026-11-19\nzone = \"GMT\"");
    warns(&format!("{TOP}{own}"), "fixed-zone", "18:30 GMT is 19:30 in London from 29 March 2026 on", &zone("GMT"));
    let change = "[[change]]\ndate = 2026-07-02\nzone = \"GMT\"\nsource = \"words\"\n";
    let changed = format!("{TOP}{}{change}", series("Thursday", "2026-01-01", "seen = 2026-11-19"));
    warns(&changed, "fixed-zone", "18:30 GMT is 19:30 in London from 2 July 2026 on", &zone("GMT"));
    let one_off = format!("{TOP}[[one-off]]\ndate = 2026-07-02\nsource = \"words\"\n{}\n", zone("GMT"));
    warns(&one_off, "fixed-zone", "18:30 GMT is 19:30 in London from 2 July 2026 on", &zone("GMT"));
    silent(&one_off.replace("2026-07-02", "2026-01-01"));
}

#[test]
fn a_one_off_or_moved_meeting_at_the_time_of_another() {
    let regular = series("Thursday", "2026-01-01", "seen = 2026-11-19");
    let text = |more: &str| format!("{TOP}{regular}{more}");
    let one_off =
        |date: &str, more: &str| format!("[[one-off]]\ndate = {date}\nname = \"extra\"\nsource = \"words\"\n{more}");
    let message = "another meeting of the chat begins at the same time: Thu 5 November 2026, 18:30 London";
    warns(&text(&one_off("2026-11-05", "")), "same-instant", message, "date = 2026-11-05");
    silent(&text(&one_off("2026-11-05", "time = \"19:30\"\n")));
    silent(&text(&one_off("2026-11-06", "")));
    silent(&text(&one_off("2026-11-05", "cancelled = \"no\"\n")));
    // By another clock, it is the same instant.
    let there = one_off("2026-11-05", "zone = \"America/New_York\"\ntime = \"13:30\"\n");
    let in_new_york = "another meeting of the chat begins at the same time: Thu 5 November 2026, 13:30 New York";
    warns(&text(&there), "same-instant", in_new_york, "date = 2026-11-05");
    let change = |date: &str, more: &str| format!("[[change]]\ndate = {date}\nsource = \"words\"\n{more}");
    let moved = change("2026-10-29", "moved-to = 2026-11-05\n");
    warns(&text(&moved), "same-instant", message, "moved-to = 2026-11-05");
    // Of two that were moved to one time, one.
    let both = change("2026-10-22", "moved-to = 2026-11-03\n") + &change("2026-10-29", "moved-to = 2026-11-03\n");
    let message = "another meeting of the chat begins at the same time: Tue 3 November 2026, 18:30 London";
    let found = warnings(&[&text(&both)]);
    assert_eq!(found.iter().map(|(it, _)| &it.message[..]).collect::<Vec<_>>(), [message]);
    silent(&text(&change("2026-10-29", "topic = \"x\"\n")));
}
