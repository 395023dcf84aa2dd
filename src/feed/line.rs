//! Content lines: RFC 5545 3.1 and 3.3.11. The only place that escapes and folds.

use std::fmt::{self, Write};

use chrono::{Datelike, NaiveDateTime, Timelike};

use crate::text::LAST_YEAR;
use crate::zone::{Instant, Zone};

/// The most octets that a line may have, without its line break.
const LONGEST: usize = 75;

/// An iCalendar object being written: finished lines, folded, each ending in CRLF.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    finished: Vec<u8>,
    /// The line that is being written, escaped but not yet folded.
    line: Vec<u8>,
}

impl Lines {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The lines that are finished.
    pub fn as_bytes(&self) -> &[u8] {
        &self.finished
    }

    /// Forgets all lines, but keeps their space.
    pub fn clear(&mut self) {
        self.finished.clear();
    }

    /// A line of text that has no need of escaping: names, numbers, times, links, all ours or proven.
    pub fn plain(&mut self, name: &str, value: &str) {
        self.begin(name);
        if any(value, |byte| byte.is_ascii_control()) {
            self.line.extend(value.bytes().filter(|byte| !byte.is_ascii_control()));
        } else {
            self.line.extend_from_slice(value.as_bytes());
        }
        self.finish();
    }

    /// A line with a TEXT value (3.3.11).
    pub fn text(&mut self, name: &str, value: &str) {
        self.text_of(name, &[value]);
    }

    /// A line with a TEXT value made of pieces.
    pub fn text_of(&mut self, name: &str, pieces: &[&str]) {
        self.begin(name);
        for piece in pieces {
            escape(piece, &mut self.line);
        }
        self.finish();
    }

    /// A line with a TEXT value made of pieces that have been escaped before, as they stand in many lines.
    pub fn escaped(&mut self, name: &str, pieces: &[&Escaped]) {
        self.begin(name);
        for piece in pieces {
            self.line.extend_from_slice(&piece.0);
        }
        self.finish();
    }

    /// A line with several TEXT values, such as CATEGORIES.
    pub fn texts<'t>(&mut self, name: &str, values: impl IntoIterator<Item = &'t str>) {
        self.begin(name);
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.line.push(b',');
            }
            escape(value, &mut self.line);
        }
        self.finish();
    }

    /// A line with a UTC DATE-TIME (3.3.5, form 2).
    pub fn utc(&mut self, name: &str, instant: Instant) {
        self.begin(name);
        date_time(instant.utc(), &mut self.line);
        self.line.push(b'Z');
        self.finish();
    }

    /// A line with a wall time: a local DATE-TIME with its zone (3.3.5, form 3), in UTC where that is the zone. No name of
    /// a zone needs quotes as a parameter.
    pub fn wall(&mut self, name: &str, zone: Zone, wall: NaiveDateTime) {
        if zone == Zone::UTC {
            return self.utc(name, Instant::from(wall.and_utc()));
        }
        self.line.extend_from_slice(name.as_bytes());
        self.line.extend_from_slice(b";TZID=");
        self.begin(zone.name());
        date_time(wall, &mut self.line);
        self.finish();
    }

    /// Lines that are finished already.
    pub fn append(&mut self, lines: &[u8]) {
        self.finished.extend_from_slice(lines);
    }

    /// What stands before the value.
    fn begin(&mut self, name: &str) {
        self.line.extend_from_slice(name.as_bytes());
        self.line.push(b':');
    }

    fn finish(&mut self) {
        fold(&self.line, &mut self.finished);
        self.line.clear();
    }
}

/// Text that is escaped as a TEXT value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Escaped(Vec<u8>);

impl Escaped {
    /// Forgets the text, but keeps its space.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds text, escaping it.
    pub fn push(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// Adds two digits.
    pub fn two_digits(&mut self, value: u32) {
        two_digits(value, &mut self.0);
    }
}

impl Write for Escaped {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

/// 3.3.11: backslash, semicolon, comma and line break. Other control characters have no place in a TEXT; a curator's
/// text has none, and what came all the same is left out.
fn escape(text: &str, line: &mut Vec<u8>) {
    let special = |byte: u8| byte < b' ' || matches!(byte, b'\\' | b';' | b',' | 0x7f);
    if !any(text, special) {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| special(*byte)) {
        line.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\t' => line.push(b'\t'),
            byte @ (b'\\' | b';' | b',') => line.extend_from_slice(&[b'\\', byte]),
            _ => {}
        }
        rest = &rest[at + 1..];
    }
    line.extend_from_slice(rest);
}

/// Whether any byte is such a one. It looks at all of them, which a processor does many at a time.
fn any(text: &str, is_such: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |found, byte| found | is_such(byte))
}

/// 3.1: at most 75 octets a line, the rest on lines that begin with a space; never inside a character or an escape,
/// which some programs cannot put together again.
fn fold(line: &[u8], out: &mut Vec<u8>) {
    let mut rest = line;
    let mut room = LONGEST;
    while rest.len() > room {
        let cut = cut_before(rest, room);
        out.extend_from_slice(&rest[..cut]);
        out.extend_from_slice(b"\r\n ");
        rest = &rest[cut..];
        room = LONGEST - 1;
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(b"\r\n");
}

/// The last place at or before `at` that lies between characters and not after the backslash of an escape.
fn cut_before(line: &[u8], at: usize) -> usize {
    let mut cut = at;
    while cut > 1 && line[cut] & 0b1100_0000 == 0b1000_0000 {
        cut -= 1;
    }
    let backslashes = line[..cut].iter().rev().take_while(|byte| **byte == b'\\').count();
    if backslashes % 2 == 1 { cut - 1 } else { cut }
}

fn date_time(time: NaiveDateTime, line: &mut Vec<u8>) {
    let year = time.year().clamp(0, LAST_YEAR) as u32;
    two_digits(year / 100, line);
    two_digits(year % 100, line);
    two_digits(time.month(), line);
    two_digits(time.day(), line);
    line.push(b'T');
    two_digits(time.hour(), line);
    two_digits(time.minute(), line);
    two_digits(time.second(), line);
}

fn two_digits(value: u32, line: &mut Vec<u8>) {
    line.extend_from_slice(&[b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8]);
}
