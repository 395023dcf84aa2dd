//! A feed as it was published, read by another program's parser.

use std::hash::{DefaultHasher, Hash, Hasher};

use icalendar::parser::{Component, ParseString, Property, read_calendar, unfold};

use crate::feed::summary_marks;
use crate::reread::value_of;
use crate::schedule::Status;
use crate::text::ical_utc;
use crate::zone::Instant;

/// So many events are read at once.
const PART: usize = 1_000;
const EVENT: &str = "BEGIN:VEVENT\r\n";
const OPEN: &str = "BEGIN:VCALENDAR\r\n";
const CLOSE: &str = "END:VCALENDAR\r\n";

/// What a feed says, as far as it can be compared.
#[derive(Clone, Debug, Default)]
pub struct PublishedFeed {
    /// What the chat is called.
    pub title: String,
    /// Stands for everything else that is said of the chat as a whole.
    pub heading: u64,
    /// The meetings by their UIDs. What lacks a UID or a time is left out: it counts as absent.
    pub events: Vec<(String, Snapshot)>,
}

/// A meeting as a feed describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// When it begins.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
    /// Whether it takes place.
    pub status: Status,
    /// What it is about.
    pub topic: Option<String>,
    /// The host's wall time, in words: `Tue 1 April 2014, 18:30–20:30 London`.
    pub(super) wall: String,
    /// Stands for everything else.
    pub(super) details: u64,
}

impl PublishedFeed {
    /// Reads a feed; `None` where it is not one. It is read in parts, as the parser takes many times the room of a text.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (head, mut rest) = text.split_at(text.find(EVENT).unwrap_or(text.len()));
        let whole = if rest.is_empty() { head.to_owned() } else { format!("{head}{CLOSE}") };
        let unfolded = unfold(&whole);
        let calendar = read_calendar(&unfolded).ok()?;
        // The parser does not know NAME (RFC 7986), and leaves its escapes in.
        let name = calendar.properties.iter().find(|property| property.name == "NAME");
        let title = name.map(|name| name.val.clone().unescape_text().to_string()).unwrap_or_default();
        let heading = digest(calendar.properties.iter(), &["NAME", "X-WR-CALNAME"]);
        let mut events = Vec::new();
        while !rest.is_empty() {
            let next = rest.match_indices(EVENT).nth(PART).map_or(rest.len(), |(at, _)| at);
            let close = if next < rest.len() { CLOSE } else { "" };
            let unfolded = unfold(&format!("{OPEN}{}{close}", &rest[..next]));
            let part = read_calendar(&unfolded).ok()?;
            let of_part = part.components.iter().filter(|component| component.name == "VEVENT");
            events.extend(of_part.filter_map(|event| read_event(event, &title)));
            rest = &rest[next..];
        }
        Some(Self { title, heading, events })
    }
}

fn read_event(event: &Component<'_>, title: &str) -> Option<(String, Snapshot)> {
    let text = |name: &str| value_of(event, name);
    let status = Status::of(&text("STATUS")).unwrap_or(Status::Confirmed);
    let description = text("DESCRIPTION");
    let (first, rest) = description.split_once('\n').unwrap_or((&description, ""));
    // What the clocks observe stands in brackets at the end; it follows from the zone database.
    let wall = first.rsplit_once(" (").map_or(first, |(wall, _)| wall);
    let revised = ["DTSTAMP", "LAST-MODIFIED", "SEQUENCE"];
    let others = event.properties.iter().filter(|property| !revised.iter().any(|revised| property.name == *revised));
    let others = digest(others, &["UID", "DTSTART", "DTEND", "SUMMARY", "STATUS", "DESCRIPTION"]);
    let mut details = DefaultHasher::new();
    (first, rest, others).hash(&mut details);
    Some((
        Some(text("UID")).filter(|uid| !uid.is_empty())?,
        Snapshot {
            start: instant(&text("DTSTART"))?,
            end: instant(&text("DTEND"))?,
            status,
            topic: topic(&text("SUMMARY"), title, status),
            wall: wall.to_owned(),
            details: details.finish(),
        },
    ))
}

/// The topic in a SUMMARY: what the marks and the chat's title leave of it.
fn topic(summary: &str, title: &str, status: Status) -> Option<String> {
    let summary = summary_marks(status).strip(summary);
    match summary.strip_prefix(title) {
        Some("") => None,
        Some(rest) => Some(rest.strip_prefix(": ").unwrap_or(rest).to_owned()),
        None => Some(summary.to_owned()),
    }
}

/// Stands for properties and their parameters; the values of those in `apart` are compared by themselves.
fn digest<'p>(properties: impl Iterator<Item = &'p Property<'p>>, apart: &[&str]) -> u64 {
    let mut digest = DefaultHasher::new();
    for property in properties {
        let name = property.name.as_str();
        let value = Some(property.val.as_str()).filter(|_| !apart.contains(&name));
        (name, value).hash(&mut digest);
        for parameter in &property.params {
            (parameter.key.as_str(), parameter.val.as_ref().map(ParseString::as_str)).hash(&mut digest);
        }
    }
    digest.finish()
}

fn instant(text: &str) -> Option<Instant> {
    Some(Instant::from(ical_utc(text)?.and_utc()))
}
