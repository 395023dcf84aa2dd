//! Results as JSON: an array with an object a line.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use crate::expand::Meeting;
use crate::zone::{Instant, Observance, Zone};

/// A meeting.
#[derive(Debug, Serialize)]
pub struct MeetingObject<'m> {
    chat: &'m str,
    title: &'m str,
    date: String,
    start: String,
    end: String,
    zone: &'static str,
    status: &'static str,
    topic: Option<&'m str>,
    url: Option<&'m str>,
}

impl<'m> From<&Meeting<'m>> for MeetingObject<'m> {
    fn from(meeting: &Meeting<'m>) -> Self {
        let schedule = meeting.schedule;
        let local = |instant| rfc3339(meeting.zone().observance(instant), instant);
        Self {
            chat: schedule.slug.as_str(),
            title: &schedule.title,
            date: iso_date(meeting.date),
            start: local(meeting.start),
            end: local(meeting.end),
            zone: meeting.zone().name(),
            status: meeting.status.word(),
            topic: meeting.topic(),
            url: schedule.home.as_ref().map(crate::schedule::Link::as_str),
        }
    }
}

/// A date of a bare rule.
#[derive(Debug, Serialize)]
pub struct DateObject {
    date: String,
    start: String,
    zone: &'static str,
}

impl DateObject {
    /// The date that the rule gave, and when it begins.
    pub fn new(date: NaiveDate, start: Instant, zone: Zone, observance: Observance) -> Self {
        Self { date: iso_date(date), start: rfc3339(observance, start), zone: zone.name() }
    }
}

/// Writes an array, its elements as they come.
pub struct Array<'w> {
    out: &'w mut dyn Write,
    empty: bool,
}

impl<'w> Array<'w> {
    /// Opens it.
    pub fn open(out: &'w mut dyn Write) -> io::Result<Self> {
        write!(out, "[")?;
        Ok(Self { out, empty: true })
    }

    /// One more element.
    pub fn push(&mut self, element: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string(element).map_err(io::Error::other)?;
        write!(self.out, "{}\n  ", if self.empty { "" } else { "," })?;
        self.empty = false;
        write!(self.out, "{}", harmless(&json))
    }

    /// Closes it.
    pub fn close(self) -> io::Result<()> {
        writeln!(self.out, "{}]", if self.empty { "" } else { "\n" })
    }
}

/// JSON with what a terminal acts on as escapes: it can only stand in strings, where an escape says the same.
pub fn harmless(json: &str) -> Cow<'_, str> {
    if !json.contains(steers) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if steers(character) {
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// What a terminal acts on besides the controls that JSON escapes anyway.
fn steers(character: char) -> bool {
    matches!(character, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}')
}

/// A day as RFC 3339 writes it.
pub fn iso_date(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// RFC 3339 with the offset that is observed. An offset with seconds, as clocks had before there were zones, is shown without
/// them, as RFC 3339 has none; the instant stays exact.
pub fn rfc3339(observance: Observance, instant: Instant) -> String {
    let minutes = observance.offset.div_euclid(60);
    let wall: NaiveDateTime = instant.at_offset(minutes * 60);
    let (sign, size) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
    format!("{}{sign}{:02}:{:02}", wall.format("%Y-%m-%dT%H:%M:%S"), size / 60, size % 60)
}
