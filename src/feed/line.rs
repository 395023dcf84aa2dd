//! Content lines: RFC 5545 3.1, 3.3.11 and RFC 6868. The only place that escapes and folds.

use std::fmt::{self, Write};

use chrono::{Datelike, NaiveDateTime, Timelike};

use crate::zone::Instant;

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
        self.line.extend_from_slice(name.as_bytes());
        self.line.push(b':');
        if any(value, |byte| byte.is_ascii_control()) {
            self.line.extend(value.bytes().filter(|byte| !byte.is_ascii_control()));
        } else {
            self.line.extend_from_slice(value.as_bytes());
        }
        self.finish();
    }

    /// A line with a TEXT value (3.3.11).
    pub fn text(&mut self, name: &str, value: &str) {
        self.line.extend_from_slice(name.as_bytes());
        self.line.push(b':');
        escape(value, &mut self.line);
        self.finish();
    }

    /// A line with a TEXT value made of pieces.
    pub fn text_of(&mut self, name: &str, pieces: &[Piece<'_>]) {
        self.line.extend_from_slice(name.as_bytes());
        self.line.push(b':');
        for piece in pieces {
            match piece {
                Piece::Raw(text) => escape(text, &mut self.line),
                Piece::Escaped(text) => self.line.extend_from_slice(&text.0),
            }
        }
        self.finish();
    }

    /// A line with several TEXT values, such as CATEGORIES.
    pub fn texts<'t>(&mut self, name: &str, values: impl IntoIterator<Item = &'t str>) {
        self.line.extend_from_slice(name.as_bytes());
        for (index, value) in values.into_iter().enumerate() {
            self.line.push(if index == 0 { b':' } else { b',' });
            escape(value, &mut self.line);
        }
        self.finish();
    }

    /// A line with a UTC DATE-TIME (3.3.5, form 2).
    pub fn utc(&mut self, name: &str, instant: Instant) {
        self.line.extend_from_slice(name.as_bytes());
        self.line.push(b':');
        date_time(instant.utc(), &mut self.line);
        self.line.push(b'Z');
        self.finish();
    }

    /// A line with a local DATE-TIME and its zone (3.3.5, form 3).
    pub fn zoned(&mut self, name: &str, zone: &str, local: NaiveDateTime) {
        self.line.extend_from_slice(name.as_bytes());
        self.line.extend_from_slice(b";TZID=");
        parameter(zone, &mut self.line);
        self.line.push(b':');
        date_time(local, &mut self.line);
        self.finish();
    }

    /// A line with a number.
    pub fn number(&mut self, name: &str, value: u64) {
        self.line.extend_from_slice(name.as_bytes());
        self.line.push(b':');
        self.line.extend_from_slice(value.to_string().as_bytes());
        self.finish();
    }

    /// Lines that are finished already.
    pub fn append(&mut self, lines: &[u8]) {
        self.finished.extend_from_slice(lines);
    }

    fn finish(&mut self) {
        fold(&self.line, &mut self.finished);
        self.line.clear();
    }
}

/// A part of a TEXT value.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'t> {
    /// To be escaped.
    Raw(&'t str),
    /// Escaped before, as it stands in many lines.
    Escaped(&'t Escaped),
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

    /// Adds a number.
    pub fn number(&mut self, value: i32) {
        // Writing to a vector cannot fail.
        let _ = write!(self, "{value}");
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

/// A parameter's value: quoted where it must be, with RFC 6868's escapes.
fn parameter(value: &str, line: &mut Vec<u8>) {
    let quoted = value.contains([':', ';', ',']);
    if quoted {
        line.push(b'"');
    }
    for byte in value.bytes() {
        match byte {
            b'^' => line.extend_from_slice(b"^^"),
            b'"' => line.extend_from_slice(b"^'"),
            b'\n' => line.extend_from_slice(b"^n"),
            byte if byte.is_ascii_control() => {}
            byte => line.push(byte),
        }
    }
    if quoted {
        line.push(b'"');
    }
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
    let year = time.year().clamp(0, 9999) as u32;
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
mod tests {
    use super::*;

    fn folded(line: &str) -> String {
        let mut out = Vec::new();
        fold(line.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_of_75_octets_is_not_folded_and_one_of_76_is() {
        let line = "x".repeat(75);
        assert_eq!(folded(&line), format!("{line}\r\n"));
        assert_eq!(folded(&format!("{line}y")), format!("{line}\r\n y\r\n"));
    }

    #[test]
    fn a_fold_stays_out_of_characters_and_escapes() {
        let before = "x".repeat(74);
        assert_eq!(folded(&format!("{before}é")), format!("{before}\r\n é\r\n"));
        assert_eq!(folded(&format!("{before}\\n")), format!("{before}\r\n \\n\r\n"));
        // Two backslashes are one escape: the fold may come after both.
        let before = "x".repeat(73);
        assert_eq!(folded(&format!("{before}\\\\n")), format!("{before}\\\\\r\n n\r\n"));
    }

    #[test]
    fn text_is_escaped_as_rfc_5545_3_3_11_says() {
        let mut lines = Lines::new();
        lines.text("SUMMARY", "a\\b;c,d\ne\r\u{7f}\u{1}\"f\"");
        assert_eq!(lines.as_bytes(), b"SUMMARY:a\\\\b\\;c\\,d\\ne\"f\"\r\n");
    }

    #[test]
    fn parameters_are_quoted_and_escaped_as_rfc_6868_says() {
        let mut line = Vec::new();
        parameter("a^b\"c:d\n", &mut line);
        assert_eq!(line, b"\"a^^b^'c:d^n\"");
    }
}
