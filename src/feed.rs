//! Meetings to iCalendar (RFC 5545 and RFC 7986): the expanded form, one VEVENT per meeting with times in UTC.
//!
//! People subscribe to this form, because every calendar program reads it alike: there is no rule and no time zone in it
//! that one of them could misread.

mod description;
pub mod ledger;
pub mod line;
pub mod repeating;
pub mod timezone;
pub mod uid;
mod venue;

use std::borrow::Cow;
use std::ops::Range;

use crate::expand::Meeting;
use crate::schedule::{Collection, Link, Schedule, Status, Successor, Tag};
use crate::text::{Marks, closed};
use crate::zone::Instant;
use description::DescriptionWriter;
pub use description::line_of_host;
use line::Lines;

/// PRODID (RFC 5545 3.7.3), by which chatcal also recognises a file that it made.
pub const PRODUCT: &str = "-//chatcal//chatcal//EN";

/// The first lines of a feed of chatcal's.
pub fn opening() -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n")
}

/// What a feed covers, for its calendar properties.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// What calendar programs call it.
    pub name: &'a str,
    /// What it is.
    pub description: Option<&'a str>,
    /// Where the people of a chat went that has ended.
    pub successor: Option<&'a Successor>,
    /// Its place in `out/`, such as `uklibchat.ics`.
    pub path: &'a str,
    /// Where people read more.
    pub home: Option<&'a str>,
}

/// When a meeting was last revised. RFC 5545 3.8.7.2 to 3.8.7.4. Of two, the later revision is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// SEQUENCE: how often it was revised.
    pub sequence: u32,
    /// DTSTAMP and LAST-MODIFIED.
    pub revised: Instant,
}

/// Lines that open an iCalendar object.
pub fn open(lines: &mut Lines, heading: Heading<'_>, collection: &Collection) {
    lines.append(opening().as_bytes());
    let name = closed(heading.name);
    lines.text("NAME", &name);
    lines.text("X-WR-CALNAME", &name);
    let continued = heading.successor.map(|successor| continued(successor, collection));
    let description = match (heading.description, continued) {
        (Some(description), Some(continued)) => Some(format!("{}\n{continued}", description.trim_end()).into()),
        (description, continued) => description.map(Cow::Borrowed).or(continued.map(Cow::Owned)),
    };
    if let Some(description) = description {
        lines.text("DESCRIPTION", &description);
        lines.text("X-WR-CALDESC", &description);
    }
    lines.plain("REFRESH-INTERVAL;VALUE=DURATION", "PT12H");
    lines.plain("X-PUBLISHED-TTL", "PT12H");
    if let Some(site) = &collection.site {
        lines.plain("SOURCE;VALUE=URI", &format!("{site}{}", heading.path));
        lines.plain("URL", heading.home.unwrap_or(site.as_str()));
    }
}

/// Begins the line that says where the people of a chat went.
const CONTINUED: &str = "Continued as ";

/// `Continued as tlskychat: https://chats.example.org/#chat-tlskychat`.
fn continued(successor: &Successor, collection: &Collection) -> String {
    match (successor, &collection.site) {
        (Successor::Chat(slug), Some(site)) => format!("{CONTINUED}{slug}: {site}#chat-{slug}"),
        (Successor::Chat(slug), None) => format!("{CONTINUED}{slug}"),
        (Successor::Link(link), _) => format!("{CONTINUED}{link}"),
    }
}

/// The description of a calendar without its last line, where that says where its people went, and what it says.
pub fn without_successor(description: &str) -> (Option<&str>, Option<&str>) {
    let (rest, last) = description.rsplit_once('\n').unwrap_or(("", description));
    match last.strip_prefix(CONTINUED) {
        Some(successor) => (Some(rest).filter(|rest| !rest.is_empty()), Some(successor)),
        None => (Some(description), None),
    }
}

/// Lines that close an iCalendar object.
pub fn close(lines: &mut Lines) {
    lines.plain("END", "VCALENDAR");
}

/// The chat's own heading.
pub fn heading_of<'a>(schedule: &'a Schedule, path: &'a str) -> Heading<'a> {
    Heading {
        name: &schedule.title,
        description: schedule.description.as_deref().or(schedule.summary.as_deref()),
        successor: schedule.successor.as_ref(),
        path,
        home: schedule.venue.home.as_ref().map(Link::as_str),
    }
}

/// The heading of the feed of all chats.
pub fn heading_of_all(collection: &Collection) -> Heading<'_> {
    let Collection { title, description, .. } = collection;
    Heading { name: title, description: description.as_deref(), successor: None, path: "all.ics", home: None }
}

/// What calendar programs call the feed of a tag.
pub fn name_of_tag(collection: &Collection, tag: &str) -> String {
    format!("{}: {tag}", collection.title)
}

/// Writes the VEVENTs of one chat after another, reusing its buffers.
#[derive(Debug)]
pub struct Composer<'c> {
    collection: &'c Collection,
    description: DescriptionWriter,
    content: Lines,
}

impl<'c> Composer<'c> {
    /// A composer for feeds of this collection.
    pub fn new(collection: &'c Collection) -> Self {
        Self { collection, description: DescriptionWriter::new(collection), content: Lines::new() }
    }

    /// Adds the VEVENTs of one chat's meetings. `stamp` is given the UID and the lines of each event without its stamps,
    /// and answers when they were last revised. Returns where each event stands in the bytes of `lines`.
    pub fn events(
        &mut self,
        lines: &mut Lines,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        mut stamp: impl FnMut(&str, &[u8]) -> Stamp,
    ) -> Vec<Range<usize>> {
        self.description.of_chat(schedule);
        let places = meetings.iter().map(|meeting| {
            let begin = lines.as_bytes().len();
            let uid = uid::of_meeting(meeting, self.collection);
            self.content.clear();
            self.content.utc("DTSTART", meeting.start);
            self.content.utc("DTEND", meeting.end);
            self.description.describe(meeting);
            describe(&mut self.content, &self.description, meeting);
            let stamp = stamp(&uid, self.content.as_bytes());
            lines.plain("BEGIN", "VEVENT");
            lines.plain("UID", &uid);
            write_stamp(lines, stamp);
            lines.append(self.content.as_bytes());
            lines.plain("END", "VEVENT");
            begin..lines.as_bytes().len()
        });
        places.collect()
    }
}

/// The stamps of an event.
pub fn write_stamp(lines: &mut Lines, stamp: Stamp) {
    lines.utc("DTSTAMP", stamp.revised);
    lines.utc("LAST-MODIFIED", stamp.revised);
    lines.plain("SEQUENCE", &stamp.sequence.to_string());
}

/// The properties that say what a meeting is, or the series that it stands for, all but its times. `description` holds
/// what was written of it.
fn describe(lines: &mut Lines, description: &DescriptionWriter, meeting: &Meeting<'_>) {
    let pieces = summary_pieces(meeting);
    lines.text_of("SUMMARY", &pieces.each_ref().map(AsRef::as_ref));
    lines.escaped("DESCRIPTION", &description.pieces());
    lines.plain("STATUS", meeting.status.value());
    lines.plain("TRANSP", "TRANSPARENT");
    if !meeting.schedule.tags.is_empty() {
        lines.texts("CATEGORIES", meeting.schedule.tags.iter().map(Tag::as_str));
    }
    lines.append(description.venue.lines());
}

/// What stands before and after a meeting's title.
pub fn summary_marks(status: Status) -> Marks {
    match status {
        Status::Confirmed => Marks::NONE,
        Status::Tentative => Marks::UNCONFIRMED,
        Status::Cancelled => Marks::CANCELLED,
    }
}

/// SUMMARY of a meeting as people read it.
pub fn summary(meeting: &Meeting<'_>) -> String {
    summary_pieces(meeting).concat()
}

fn summary_pieces<'m>(meeting: &Meeting<'m>) -> [Cow<'m, str>; 5] {
    let Marks { before, after } = summary_marks(meeting.status);
    let (colon, topic) = meeting.own().topic.map_or(("", ""), |topic| (": ", topic));
    [before.into(), closed(&meeting.schedule.title), colon.into(), closed(topic), after.into()]
}
