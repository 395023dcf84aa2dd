//! Results as JSON, for programs: objects for meetings and dates, arrays with one element per line.
//!
//! A result may be read in a terminal all the same, so whatever would act on one is escaped: [`escaped`] is the one
//! place for that.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use crate::expand::Meeting;
use crate::schedule::Link;
use crate::text::{acts_on_terminal, as_toml_date_time, with_brackets};
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
    /// The link by which people take part, and where the meeting is to be found: a link, or words.
    join: Option<String>,
    place: Option<String>,
}

impl<'m> From<&Meeting<'m>> for MeetingObject<'m> {
    fn from(meeting: &Meeting<'m>) -> Self {
        let (schedule, venues) = (meeting.schedule, meeting.venues());
        let local = |instant| rfc3339(meeting.zone().observance(instant), instant);
        Self {
            chat: schedule.slug.as_str(),
            title: &schedule.title,
            date: meeting.date.to_string(),
            start: local(meeting.start),
            end: local(meeting.end),
            zone: meeting.zone().name(),
            status: meeting.status.word(),
            topic: meeting.own().topic,
            url: venues.home().map(Link::as_str),
            join: venues.join().map(|join| join.as_str().to_owned()),
            place: venues.location().map(|place| place.as_str().to_owned()),
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
        Self { date: date.to_string(), start: rfc3339(observance, start), zone: zone.name() }
    }
}

/// Writes an array, its elements as they come, one per line.
pub fn write_array(out: &mut dyn Write, elements: impl IntoIterator<Item = impl Serialize>) -> io::Result<()> {
    let lines = elements.into_iter().map(|element| in_one_line(&element));
    write_lines(lines, &mut |piece| out.write_all(piece.as_bytes()))
}

/// An element of an array, as it stands in its line.
pub fn in_one_line(element: &impl Serialize) -> String {
    // Plain data, which has a form in JSON.
    let json = serde_json::to_string(element).unwrap_or_default();
    match escaped(&json) {
        Cow::Owned(escaped) => escaped,
        Cow::Borrowed(_) => json,
    }
}

/// Writes an array of such elements, piece by piece; fails only where `write` does.
pub fn write_lines<E>(
    lines: impl IntoIterator<Item = impl AsRef<str>>,
    write: &mut impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let (mut before, mut end) = (ARRAY, "[]\n");
    for line in lines {
        write(before)?;
        write(line.as_ref())?;
        (before, end) = (",\n  ", "\n]\n");
    }
    write(end)
}

/// How an array that has elements begins.
const ARRAY: &str = "[\n  ";

/// Writes a value over several lines, a piece at a time.
pub fn write_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut escaping = Escaping { out, pending: Vec::new() };
    serde_json::to_writer_pretty(&mut escaping, value)?;
    escaping.flush()?;
    writeln!(out)
}

/// Escapes what is written, a piece at a time. What comes at once ends with a token or an escape of JSON.
struct Escaping<'w> {
    out: &'w mut dyn Write,
    pending: Vec<u8>,
}

impl Escaping<'_> {
    const PIECE: usize = 1 << 16;
}

impl Write for Escaping<'_> {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(json);
        if self.pending.len() >= Self::PIECE {
            self.flush()?;
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = std::str::from_utf8(&self.pending).map_err(io::Error::other)?;
        self.out.write_all(escaped(text).as_bytes())?;
        self.pending.clear();
        Ok(())
    }
}

/// JSON with what a terminal or a CI runner acts on as escapes: it can only stand in strings, where an escape means the
/// same.
pub fn escaped(json: &str) -> Cow<'_, str> {
    // JSON escapes C0 controls itself: those that are left are the line breaks between its tokens.
    let acts = |character: char| acts_on_terminal(character) && !character.is_ascii_control() || character == '\u{7f}';
    // No string begins a line.
    let json = with_brackets(json, "\\u005b");
    // Most of it is ASCII, of which one character alone acts.
    let is_plain = if json.is_ascii() { !json.as_bytes().contains(&0x7f) } else { !json.contains(acts) };
    if is_plain {
        return json;
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if acts(character) {
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// RFC 3339 with the offset that is observed. An offset with seconds, as clocks had before there were zones, is shown without
/// them, as RFC 3339 has none; the instant stays exact.
pub fn rfc3339(observance: Observance, instant: Instant) -> String {
    let minutes = observance.offset.div_euclid(60);
    let wall: NaiveDateTime = instant.at_offset(minutes * 60);
    let (sign, size) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
    format!("{}{sign}{:02}:{:02}", as_toml_date_time(wall), size / 60, size % 60)
}
