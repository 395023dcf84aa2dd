//! When each meeting was last revised. The feed as it was published is the memory: there is no database beside it that
//! could be lost or disagree.
//!
//! An event whose lines are the same but for its stamps keeps them; one whose lines differ is revised now. The lines are
//! ours and canonical, so comparing bytes is comparing content.

use std::collections::HashMap;

use super::line::Lines;
use super::{PRODUCT, Stamp};
use crate::text::ical_utc;
use crate::zone::Instant;

/// The largest INTEGER of RFC 5545 3.3.8.
const MOST: u32 = i32::MAX as u32;

const BEGIN: &str = "BEGIN:VEVENT\r\n";
const END: &str = "END:VEVENT\r\n";

/// The old feed of one chat.
#[derive(Debug)]
pub struct Ledger<'o> {
    old: &'o [u8],
    at: Instant,
    /// The old feed from where the next event is expected: most often nothing has changed, and it is there.
    next: &'o [u8],
    /// All events by UID, made when one was not where it was expected.
    events: Option<HashMap<&'o [u8], Event<'o>>>,
    uid_line: Lines,
}

/// An event of the old feed.
#[derive(Clone, Copy, Debug)]
struct Event<'o> {
    stamp: Stamp,
    /// Its lines after the stamp.
    content: &'o [u8],
    /// What comes after the event.
    rest: &'o [u8],
}

/// The old file is not a feed as chatcal writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It was made by something else.
    Foreign,
    /// It was made by chatcal, but is torn or edited.
    Torn,
}

impl<'o> Ledger<'o> {
    /// The memory of an old feed; `at` is when what has changed is said to be revised. Without one, nothing is known.
    pub fn new(old: Option<&'o [u8]>, at: Instant) -> Self {
        let old = old.unwrap_or_default();
        let first = old.windows(BEGIN.len()).position(|part| part == BEGIN.as_bytes());
        Self { old, at, next: &old[first.unwrap_or(old.len())..], events: None, uid_line: Lines::new() }
    }

    /// What keeps an old file from being a memory.
    pub fn damage(old: &[u8]) -> Option<Damage> {
        let opening = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n");
        // After a power cut blocks of a file may hold nothing but NUL.
        let blank = old.contains(&0);
        if !old.starts_with(opening.as_bytes()) {
            let ours = old.len() < opening.len() && opening.as_bytes().starts_with(old);
            return Some(if ours || blank { Damage::Torn } else { Damage::Foreign });
        }
        let whole = old.ends_with(b"END:VCALENDAR\r\n") && !blank && std::str::from_utf8(old).is_ok();
        (!whole).then_some(Damage::Torn)
    }

    /// When an event with this UID and these lines was last revised.
    pub fn stamp(&mut self, uid: &str, content: &[u8]) -> Stamp {
        self.uid_line.clear();
        self.uid_line.plain("UID", uid);
        if let Some((stamp, rest)) = self.expected(content) {
            self.next = rest;
            return stamp;
        }
        let events = self.events.get_or_insert_with(|| read_events(self.old));
        let Some(event) = events.get(self.uid_line.as_bytes()) else {
            return Stamp { revised: self.at, sequence: 0 };
        };
        self.next = event.rest;
        if event.content == content {
            return event.stamp;
        }
        Stamp { revised: self.at.max(event.stamp.revised), sequence: (event.stamp.sequence + 1).min(MOST) }
    }

    /// The stamp of the event at the expected place, and what comes after it, if it has the UID and the content.
    fn expected(&self, content: &[u8]) -> Option<(Stamp, &'o [u8])> {
        let (stamp, rest) =
            read_stamp(self.next.strip_prefix(BEGIN.as_bytes())?.strip_prefix(self.uid_line.as_bytes())?)?;
        Some((stamp, rest.strip_prefix(content)?.strip_prefix(END.as_bytes())?))
    }
}

/// The events of a feed by their UID line. What is not as we write it is passed over: it counts as absent.
fn read_events(old: &[u8]) -> HashMap<&[u8], Event<'_>> {
    let mut events = HashMap::new();
    let mut feed = std::str::from_utf8(old).unwrap_or_default();
    // In the middle of a line these words may be those of a topic.
    let (begin, end) = (format!("\n{BEGIN}"), format!("\n{END}"));
    while let Some((_, event)) = feed.split_once(&begin) {
        let Some(end) = event.find(&end) else { break };
        let (lines, rest) = event.split_at(end + 1);
        let uid = lines.find("\nDTSTAMP:").map(|at| &lines.as_bytes()[..=at]);
        let stamped = uid.and_then(|uid| read_stamp(&lines.as_bytes()[uid.len()..]));
        if let (Some(uid), Some((stamp, content))) = (uid, stamped) {
            events.insert(uid, Event { stamp, content, rest: &rest.as_bytes()[END.len()..] });
        }
        feed = &event[end..];
    }
    events
}

/// DTSTAMP, LAST-MODIFIED and SEQUENCE at the beginning of these bytes, and what comes after them.
fn read_stamp(bytes: &[u8]) -> Option<(Stamp, &[u8])> {
    let (revised, rest) = take_line(bytes.strip_prefix(b"DTSTAMP:")?)?;
    let (_, rest) = take_line(rest.strip_prefix(b"LAST-MODIFIED:")?)?;
    let (sequence, rest) = take_line(rest.strip_prefix(b"SEQUENCE:")?)?;
    let revised = ical_utc(revised)?;
    let sequence = sequence.parse().ok().filter(|sequence| *sequence <= MOST)?;
    let stamp = Stamp { revised: Instant::from(revised.and_utc()), sequence };
    Some((stamp, rest))
}

fn take_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(75).position(|byte| *byte == b'\r')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    Some((line, bytes[end..].strip_prefix(b"\r\n")?))
}
