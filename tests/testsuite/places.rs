//! Where a meeting is, as the terminal, programs and the page are told it: that of the meeting, not of its chat.

use serde_json::Value;

use crate::program::between::FIRST;
use crate::program::{Place, said};

/// A chat that was on Twitter and is on Bluesky, with a meeting in a room.
fn moved() -> Place {
    let series = |start: &str, until: &str, platform: &str| {
        format!(
            "[[series]]\nevery = \"first Tuesday of the month\"\nstart = {start}\nuntil = {until}\nplatform = \
             \"{platform}\"\nconfidence = \"confirmed\"\nsource = \"words\"\n"
        )
    };
    let text = format!(
        "title = \"#books\"\nhashtag = \"books\"\nzone = \"Europe/London\"\ntime = \"18:30\"\nduration = \"1h\"\n{}{}\
         [[change]]\ndate = 2026-04-07\nplatform = \"Zoom\"\njoin = \"https://meet.example.org/books\"\nhosts = \
         [\"Ann\"]\nsource = \"words\"\n",
        series("2025-01-07", "2025-12-02", "Twitter"),
        series("2026-01-06", "2026-12-01", "Bluesky"),
    );
    let place = Place::new([("books", text)]);
    place.build(FIRST);
    place
}

#[test]
fn programs_were_given_the_place_of_the_chat() {
    let place = moved();
    let output = place.run(&["dates", "books", "--json", "--at", FIRST]);
    let meetings: Value = serde_json::from_slice(&output.stdout).unwrap();
    for meeting in meetings.as_array().unwrap() {
        let expected = match meeting["date"].as_str().unwrap() {
            "2026-04-07" => "https://meet.example.org/books",
            date if date < "2026" => "https://x.com/hashtag/books",
            _ => "https://bsky.app/hashtag/books",
        };
        assert_eq!(
            (meeting["join"].as_str(), meeting["place"].as_str()),
            (Some(expected), Some(expected)),
            "{meeting}"
        );
    }
    // Without a link, words; of what is not known nothing.
    place.schedule("talk", &crate::program::chat(0, "Talk"));
    place.schedule("irc", &format!("platform = \"IRC\"\nhashtag = \"irc\"\n{}", crate::program::chat(1, "Talk")));
    let coming = place.run(&["next", "talk", "irc", "--json", "--at", FIRST]);
    let coming: Value = serde_json::from_slice(&coming.stdout).unwrap();
    assert_eq!((&coming[0]["join"], &coming[0]["place"]), (&Value::Null, &Value::Null), "{coming}");
    assert_eq!((&coming[1]["join"], &coming[1]["place"]), (&Value::Null, &Value::from("IRC, #irc")), "{coming}");
}

#[test]
fn who_asked_for_the_next_meeting_was_not_told_where() {
    let place = moved();
    let next = said(&place.run(&["next", "-n", "3", "--at", FIRST, "--zone", "UTC"]));
    let lines: Vec<&str> = next.lines().map(str::trim).collect();
    assert!(lines[1].starts_with("Tue  3 Mar 18:30") && lines[2] == "https://bsky.app/hashtag/books", "{next}");
    assert!(lines[3].starts_with("Tue  7 Apr 17:30") && lines[4] == "https://meet.example.org/books", "{next}");
}

#[test]
fn the_page_named_no_service_of_a_series() {
    let page = moved().out("index.html");
    let facts = page.split("id=\"chat-books\"").nth(1).unwrap().split("</dl>").next().unwrap();
    assert!(facts.contains("Bluesky, #books") && facts.contains("href=\"https://bsky.app/hashtag/books\""), "{facts}");
    assert!(!facts.contains("Twitter") && !facts.contains("Zoom") && !facts.contains("Ann"), "{facts}");
}
