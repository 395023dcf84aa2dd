//! When each meeting was last revised. The feeds as they were published are the memory.
//!
//! An event whose lines are the same but for its stamps keeps them; one whose lines differ is revised now. The lines are
//! ours and canonical, so comparing bytes is comparing content.
//!
//! As a rule the chat's own old feed is as it was written, and its events are where they are expected: that is quick.
//! What it does not know is looked up in everything that is there ([`Known`]), and so is all of a chat whose old feed is
//! lost or has been changed: SEQUENCE never falls for a UID that any old feed knows.

mod entry;
mod key;
mod known;
mod old;

use std::collections::{BTreeMap, HashMap};

use super::Stamp;
use super::line::Lines;
use crate::zone::{Instant, SECONDS_PER_DAY};
pub use entry::Entry;
pub use key::Key;
pub use known::{Form, Known};
pub use old::{Damage, chats_of, days, entries_of, first_chat, first_id, keys_of};

const BEGIN: &str = "BEGIN:VEVENT\r\n";
const END: &str = "END:VEVENT\r\n";

/// The memory for one chat.
#[derive(Debug)]
pub struct Ledger<'o> {
    /// The chat's own old feed, if it is as it was written.
    own: Option<&'o [u8]>,
    /// Stamps of the chat's meetings that have been found elsewhere, by UID.
    elsewhere: BTreeMap<String, Stamp>,
    at: Instant,
    /// The own feed from where the next event is expected: most often nothing has changed, and it is there.
    next: &'o [u8],
    /// All events of the own feed by UID, made when one was not where it was expected.
    events: Option<HashMap<&'o [u8], Event<'o>>>,
    uid_line: Lines,
    /// What all old feeds know, once somebody had to ask.
    known: Option<Known>,
    found: Found,
}

/// What was met on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many events no feed knew.
    pub unknown: usize,
    /// How many are revised only because their old lines are not known for certain.
    pub unsure: usize,
    /// How many have a stamp that is later than the build, by more than clocks differ: it is kept.
    pub ahead: usize,
}

/// By so many seconds clocks may differ.
const CLOCKS: i64 = SECONDS_PER_DAY;

/// An event of the own feed.
#[derive(Clone, Copy, Debug)]
struct Event<'o> {
    stamp: Stamp,
    /// Its lines after the stamp.
    content: &'o [u8],
    /// What comes after the event.
    rest: &'o [u8],
}

impl<'o> Ledger<'o> {
    /// The memory that begins with the chat's own old feed, unless something else has been at it, and with stamps that
    /// have been found elsewhere; `at` is when what has changed is said to be revised.
    pub fn new(own: Option<&'o [u8]>, elsewhere: BTreeMap<String, Stamp>, at: Instant) -> Self {
        let old = own.unwrap_or_default();
        let first = old.windows(BEGIN.len()).position(|part| part == BEGIN.as_bytes());
        let next = &old[first.unwrap_or(old.len())..];
        Self { own, elsewhere, at, next, events: None, uid_line: Lines::new(), known: None, found: Found::default() }
    }

    /// When an event with this UID and these lines was last revised; `all` gives what all old feeds know of the chat, and
    /// is asked once at most.
    ///
    /// # Errors
    ///
    /// That of `all`.
    pub fn stamp<E>(&mut self, uid: &str, content: &[u8], all: impl FnOnce() -> Result<Known, E>) -> Result<Stamp, E> {
        let newer = self.elsewhere.get(uid).copied();
        let own = self.own_stamp(uid, content).filter(|own| newer.is_none_or(|newer| newer <= *own));
        let known = match (own, &mut self.known) {
            (Some(_), _) => None,
            (None, Some(known)) => Some(&*known),
            (None, none) => Some(&*none.insert(all()?)),
        };
        let stamp = own.or_else(|| known?.stamp(uid, content, self.at));
        self.found.unsure += usize::from(known.is_some_and(|known| known.is_unsure(uid)));
        self.found.unknown += usize::from(stamp.is_none());
        self.found.ahead += usize::from(stamp.is_some_and(|stamp| stamp.revised > self.at.plus_seconds(CLOCKS)));
        Ok(stamp.unwrap_or(Stamp { sequence: 0, revised: self.at }))
    }

    /// What was met, and what all old feeds know, if somebody had to ask.
    pub fn into_found(self) -> (Found, Option<Known>) {
        (self.found, self.known)
    }

    /// The stamp that follows from the own feed alone.
    fn own_stamp(&mut self, uid: &str, content: &[u8]) -> Option<Stamp> {
        let own = self.own?;
        self.uid_line.clear();
        self.uid_line.plain("UID", uid);
        if let Some((stamp, rest)) = self.expected(content) {
            self.next = rest;
            return Some(stamp).filter(|stamp| stamp.is_possible(self.at));
        }
        let event = self.events.get_or_insert_with(|| read_events(own)).get(self.uid_line.as_bytes())?;
        self.next = event.rest;
        let stamp = event.stamp;
        if !stamp.is_possible(self.at) {
            return None;
        }
        Some(if event.content == content { stamp } else { stamp.after(self.at) })
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
    let stamp = Stamp { revised: Instant::from_ical(revised)?, sequence: sequence.parse().ok()? };
    Some((stamp, rest))
}

fn take_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(75).position(|byte| *byte == b'\r')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    Some((line, bytes[end..].strip_prefix(b"\r\n")?))
}
