//! The subscribe page, read as a browser reads it. What a browser does with it is proven by `tests/page/run`.

use std::convert::Infallible;

use chatcal::expand::{Window, expand};
use chatcal::page::{Page, policy::policy};
use chatcal::schedule::{Collection, Link, Schedule, Venue};
use chatcal::zone::Instant;
use proptest::prelude::*;
use scraper::{ElementRef, Html, Selector};

use crate::properties::cases;
use crate::reading::{collection, folder, schedule};

/// Noon on 1 March 2026.
const AT: Instant = Instant::from_unix_seconds(1_772_366_400);

const COLLECTION: &str = r#"
title = "Chats"
description = "All of them"
id = "chats.example.org"
site = "https://example.org/chats/"
"#;

const CHAT: &str = r#"
title = "TITLE"
summary = "SUMMARY"
description = "DESCRIPTION"
hashtag = "ukchat"
platform = "PLATFORM"
home = "https://www.example.org/ukchat?a=1&b=2"
hosts = ["HOST", "Somebody else"]
language = "de"
tags = ["library", "uk"]
zone = "Europe/London"
duration = "2h"

[[series]]
every = "first Tuesday of the month"
start = 2025-01-07
until = 2026-12-31
time = "18:30"
confidence = "inferred"
source = "WORDS"
note = "NOTE"

[[change]]
date = 2026-04-07
topic = "TOPIC"
source = "https://example.org/reading"

[[change]]
date = 2026-05-05
moved-to = 2026-05-12
time = "23:30"
zone = "America/New_York"
source = "https://example.org/moved"

[[change]]
date = 2026-06-02
cancelled = "REASON"

[[break]]
from = 2026-08-01
through = 2026-08-31
reason = "BREAK"

[[one-off]]
date = 2026-08-20
time = "09:00"
duration = "1h"
topic = "ONCE"
source = "WORDS"
"#;

fn page(collection: &Collection, schedules: &[Schedule], at: Instant) -> String {
    let mut page = Page::new(collection, at);
    for schedule in schedules {
        page.add(schedule, &expand(schedule, Window::of_feed(at, None)));
    }
    let mut text = String::new();
    let Ok(()) = page.finish(&mut |piece| {
        text.push_str(piece);
        Ok::<_, Infallible>(())
    });
    text
}

fn all<'h>(within: ElementRef<'h>, selector: &str) -> Vec<ElementRef<'h>> {
    within.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

#[test]
fn every_meeting_of_the_combined_window_is_one_element_with_one_time() {
    let (collection, schedules) = folder("schedules");
    let html = Html::parse_document(&page(&collection, &schedules, AT));
    let mut expected = Vec::new();
    for schedule in &schedules {
        for meeting in expand(schedule, Window::of_combined(AT)) {
            let start = format!("{}Z", meeting.start.utc().format("%Y-%m-%dT%H:%M:%S"));
            expected.push((schedule.slug.to_string(), meeting.date.to_string(), start));
        }
    }
    let mut shown = Vec::new();
    for element in all(html.root_element(), "[data-chat][data-date]") {
        let times = all(element, "time");
        assert_eq!(times.len(), 1, "{}", element.html());
        let attribute = |name| element.attr(name).unwrap().to_owned();
        shown.push((attribute("data-chat"), attribute("data-date"), times[0].attr("datetime").unwrap().to_owned()));
    }
    expected.sort();
    shown.sort();
    assert!(expected.len() > 100);
    assert_eq!(shown, expected);
}

#[test]
fn subscribe_links_have_exactly_the_forms_that_calendars_take() {
    let chat = schedule("ukchat", &CHAT.replace("TITLE", "#UK-co_1.~ & 'ü'!"));
    let html = Html::parse_document(&page(&collection(COLLECTION), &[chat], AT));
    let links: Vec<_> = all(html.root_element(), "[data-subscribe]")
        .iter()
        .map(|link| ["data-chat", "data-subscribe", "href"].map(|name| link.attr(name).unwrap().to_owned()).join(" "))
        .collect();
    let mut expected = Vec::new();
    for (key, name) in [
        ("all", "Chats"),
        ("ukchat", "%23UK-co_1.~%20%26%20%27%C3%BC%27%21"),
        ("tag/library", "Chats%3A%20library"),
        ("tag/uk", "Chats%3A%20uk"),
    ] {
        let path = format!("example.org%2Fchats%2F{}.ics", key.replace('/', "%2F"));
        expected.push(format!("{key} webcal webcal://example.org/chats/{key}.ics"));
        expected.push(format!("{key} google https://calendar.google.com/calendar/u/0/r?cid=webcal%3A%2F%2F{path}"));
        for (target, host) in [("outlook", "live"), ("microsoft365", "office")] {
            let form = format!("https://outlook.{host}.com/calendar/0/addfromweb?url=https%3A%2F%2F{path}&name={name}");
            expected.push(format!("{key} {target} {form}"));
        }
        expected.push(format!("{key} copy https://example.org/chats/{key}.ics"));
        if key == "ukchat" {
            expected.push("ukchat once repeating/ukchat.ics".to_owned());
        }
    }
    assert_eq!(links, expected);
}

#[test]
fn without_a_published_address_there_are_relative_links() {
    let about = Collection { site: None, ..collection(COLLECTION) };
    let html = Html::parse_document(&page(&about, &[schedule("ukchat", CHAT)], AT));
    let links: Vec<_> = all(html.root_element(), "#chat-ukchat [data-subscribe]")
        .iter()
        .map(|link| (link.attr("href").unwrap(), text(*link)))
        .collect();
    let once = ("repeating/ukchat.ics", "One-time copy: will not update".to_owned());
    assert_eq!(links, [("ukchat.ics", "copy this address".to_owned()), once]);
}

#[test]
fn the_page_shows_everything_known_about_a_chat() {
    let html = Html::parse_document(&page(&collection(COLLECTION), &[schedule("ukchat", CHAT)], AT));
    let chat = text(all(html.root_element(), "#chat-ukchat")[0]);
    for words in [
        "until December 2026",
        "first Tuesday of the month, 18:30–20:30 London inferred",
        "WherePLATFORM, #ukchat",
        "HostsHOST, Somebody else",
        "Homeexample.org",
        "Tagslibrary, uk",
        "Tue 7 April 2026, 18:30 London: TOPIC Source: example.org",
        "Tue 12 May 2026, 23:30 New York moved from 5 May 2026",
        "Tue 2 June 2026, 18:30 London cancelled: REASON",
        "Thu 20 August 2026, 09:00 London: ONCE Source: WORDS",
        "Break from 1 August 2026 to 31 August 2026: BREAK",
    ] {
        assert!(chat.contains(words), "{words} is missing in {chat}");
    }
}

#[test]
fn the_state_is_shown_by_dates_that_stay_true() {
    let state = |end: &str, at: i64| {
        let chat = schedule("ukchat", &CHAT.replace("until = 2026-12-31", end));
        let html = Html::parse_document(&page(&collection(COLLECTION), &[chat], Instant::from_unix_seconds(at)));
        text(all(html.root_element(), "#chat-ukchat .state")[0])
    };
    let (in_2026, in_2027) = (AT.unix_seconds(), AT.unix_seconds() + 365 * 86_400);
    assert_eq!(state("until = 2026-12-31", in_2026), "until December 2026");
    assert_eq!(state("until = 2026-12-31", in_2027), "ended December 2026");
    assert_eq!(state("seen = 2026-09-01", in_2026), "last seen 1 September 2026");
    // Its rule is inferred.
    assert_eq!(state("", in_2026), "unconfirmed, no known end");
    // A rule that ends by itself was told as one that goes on.
    let counted = CHAT.replace("every = \"first Tuesday of the month\"", "rule = \"FREQ=MONTHLY;BYDAY=1TU;COUNT=24\"");
    let chat = schedule("ukchat", &counted.replace("until = 2026-12-31", ""));
    assert!(page(&collection(COLLECTION), &[chat], AT).contains("until December 2026"));
}

#[test]
fn only_the_year_of_the_build_is_in_the_page() {
    let (about, chats) = (collection(COLLECTION), [schedule("ukchat", CHAT)]);
    let at = |seconds| page(&about, &chats, Instant::from_unix_seconds(seconds));
    let (first, last) = (1_767_225_600, 1_798_761_599); // 2026-01-01T00:00:00Z and 2026-12-31T23:59:59Z
    assert!(at(first) == at(last));
    assert!(at(first) != at(last + 1));
}

/// The example of the Content Security Policy specification, level 3, section on hashes.
#[test]
fn the_hash_of_a_script_is_that_of_the_specification() {
    let policy = policy("alert('Hello, world.');", "");
    assert!(policy.contains("script-src 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"), "{policy}");
}

#[test]
fn the_page_makes_no_requests() {
    let (collection, schedules) = folder("schedules");
    let html = Html::parse_document(&page(&collection, &schedules, AT));
    let loads = "[src], [srcset], [poster], [background], [style], iframe, object, embed, base, \
                 link:not([rel=alternate]):not([rel=icon]), form[action], meta[http-equiv=refresh]";
    assert!(all(html.root_element(), loads).is_empty());
    assert!(all(html.root_element(), "link[rel=icon]")[0].attr("href").unwrap().starts_with("data:"));
    let scripts = all(html.root_element(), "script");
    assert_eq!(scripts.len(), 1);
    assert_eq!(text(scripts[0]), include_str!("../../src/page.js"));
    assert_eq!(text(all(html.root_element(), "style")[0]), include_str!("../../src/page.css"));
}

/// Elements and their attributes' names, with the values that browsers act on.
fn structure(html: &str) -> Vec<String> {
    let html = Html::parse_document(html);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    let elements = html.tree.nodes().filter_map(ElementRef::wrap).map(|element| {
        let mut attributes: Vec<String> = element
            .value()
            .attrs()
            .map(|(name, value)| match name {
                "href" if !value.contains("name=") => format!("{name}={value}"),
                "id" | "class" | "http-equiv" | "rel" => format!("{name}={value}"),
                _ => name.to_owned(),
            })
            .collect();
        attributes.sort();
        format!("{}[{}]", element.value().name(), attributes.join(" "))
    });
    elements.collect()
}

const PLACES: [&str; 11] =
    ["TITLE", "SUMMARY", "DESCRIPTION", "PLATFORM", "HOST", "WORDS", "NOTE", "TOPIC", "REASON", "BREAK", "ONCE"];

/// The chat, with one text in every place that takes free text: past the checks of the files, which refuse much of it.
fn filled(words: &str) -> (Collection, Schedule) {
    let mut chat = schedule("ukchat", CHAT);
    let fill = |text: &mut String| {
        if PLACES.contains(&text.as_str()) {
            words.clone_into(text);
        }
    };
    fill(&mut chat.title);
    chat.venue.hashtag = Some(words.to_owned());
    chat.venue.hosts.iter_mut().for_each(fill);
    for text in [&mut chat.summary, &mut chat.description, &mut chat.venue.platform, &mut chat.language] {
        *text = Some(words.to_owned());
    }
    for series in &mut chat.series {
        series.name = Some(words.to_owned());
        series.note = Some(words.to_owned());
        series.sources = vec![chatcal::schedule::Evidence::Words(words.to_owned())];
    }
    for change in &mut chat.changes {
        change.topic = Some(words.to_owned());
        change.cancelled = change.cancelled.as_ref().map(|_| words.to_owned());
        change.note = Some(words.to_owned());
    }
    for pause in &mut chat.breaks {
        pause.reason = Some(words.to_owned());
    }
    for one_off in &mut chat.one_offs {
        one_off.topic = Some(words.to_owned());
    }
    let about = Collection { title: words.to_owned(), description: Some(words.to_owned()), ..collection(COLLECTION) };
    (about, chat)
}

/// Text that tries to get out of where it stands, and any other.
fn hostile() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onclick='x",
        "</style>",
        "</script>",
        "<!--",
        "-->",
        "]]>",
        "&lt;b&gt;",
        "&",
        "&#60;",
        "\u{202e}",
        "\u{2066}",
        "\u{2029}",
        "\0",
        "\u{7f}",
        "\u{1b}[31m",
        "\r\n",
        "javascript:alert(1)",
        "</title>",
        "</template>",
        "</bdi>",
        "\u{fffe}",
        "{{7*7}}",
        "plain",
        "<",
        "=",
        "/>",
    ];
    let piece = prop_oneof![proptest::sample::select(PIECES).prop_map(str::to_owned), any::<String>()];
    proptest::collection::vec(piece, 1..6)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("some text", |text| !text.is_empty())
}

proptest! {
    #![proptest_config(cases(64))]

    /// Whatever is written in any field, the page has the elements and attributes that it has for a harmless word.
    #[test]
    fn no_text_breaks_out_of_its_place(words in hostile()) {
        let written = |words: &str| {
            let (about, chat) = filled(words);
            // English chats carry no `lang`: keep the structure the same.
            structure(&page(&about, &[chat], AT))
        };
        prop_assume!(!words.eq_ignore_ascii_case("en"));
        prop_assert_eq!(written(&words), written("word"));
    }

    /// What a reader sees is the text as it was written, but for characters that HTML refuses.
    #[test]
    fn a_topic_is_shown_as_it_was_written(words in hostile()) {
        let (about, chat) = filled(&words);
        let html = Html::parse_document(&page(&about, &[chat], AT));
        let refused = |char: char| (char.is_control() && char != '\n' && char != '\t') || matches!(u32::from(char) & 0xffff, 0xfffe | 0xffff) || ('\u{fdd0}'..='\u{fdef}').contains(&char);
        let expected: String = words.chars().map(|char| if refused(char) { '\u{fffd}' } else { char }).collect();
        let topics = all(html.root_element(), "#days .topic");
        prop_assert!(!topics.is_empty());
        for topic in topics {
            prop_assert_eq!(text(topic), expected.clone());
        }
    }

    /// A link that can exist at all stays inside its attribute and leads only where browsers may go.
    #[test]
    fn no_link_leaves_its_attribute(rest in "[ -~]{0,40}", scheme in "(https?://|mailto:|javascript:|data:)") {
        if let Some(link) = Link::new(&format!("{scheme}{rest}")) {
            let venue = Venue { home: Some(link.clone()), ..Venue::default() };
            let chat = Schedule { venue, ..schedule("ukchat", CHAT) };
            let html = Html::parse_document(&page(&collection(COLLECTION), &[chat], AT));
            let home = all(html.root_element(), "#chat-ukchat dd a[rel=noreferrer]")[0];
            prop_assert_eq!(home.attr("href"), Some(link.as_str()));
            prop_assert!(!link.as_str().starts_with("javascript") && !link.as_str().starts_with("data"));
        }
    }
}
