//! What all old feeds together know of the meetings of a chat.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::super::Stamp;
use super::super::uid::Uid;
use super::old::{Content, OldEvent, old_events};
use crate::zone::{Instant, SECONDS_PER_DAY};

/// Nothing is revised more often than this, which is once a minute for two years.
const MOST: u32 = 1_000_000;
/// How far ahead the clock may have been by which a stamp was made.
const AHEAD: i64 = 366 * SECONDS_PER_DAY;

/// When each meeting of a chat was last revised, for all that any old feed knows, by UID.
#[derive(Clone, Debug, Default)]
pub struct Known(HashMap<String, Newest>);

/// The newest revision of a meeting.
#[derive(Clone, Debug)]
struct Newest {
    sequence: u32,
    /// Nothing where no DTSTAMP can be right.
    revised: Option<Instant>,
    content: Content,
}

/// What the lines of an old feed are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// New lines are compared with them.
    Same,
    /// Nothing: it has other lines for a meeting, or nobody has to compare them.
    Other,
}

impl Known {
    /// Adds what an old feed knows of meetings, as of `at`. Gives how many of its events have a stamp that cannot be right,
    /// which does not count.
    pub fn add(&mut self, feed: &[u8], form: Form, at: Instant) -> usize {
        let events = old_events(feed, form == Form::Same).into_iter();
        let is_meeting = |uid: &str| Uid::parse(uid).is_some_and(|uid| !uid.is_series);
        let meetings = events.filter(|event| !event.is_exception() && is_meeting(&event.uid));
        meetings.map(|event| usize::from(self.add_event(event.uid.clone(), event, at))).sum()
    }

    /// Adds what an old feed in the repeating form knows, of series, their exceptions and meetings on their own.
    pub fn add_repeating(&mut self, feed: &[u8], at: Instant) {
        for event in old_events(feed, true) {
            self.add_event(event.key(), event, at);
        }
    }

    /// Adds an event; gives whether its stamp cannot be right.
    fn add_event(&mut self, key: String, event: OldEvent, at: Instant) -> bool {
        let OldEvent { sequence, revised, content, .. } = event;
        let possible = (sequence.and_then(possible_sequence), revised.filter(|revised| may_be(*revised, at)));
        if let (Some(sequence), revised) = possible {
            self.put(key, Newest { sequence, revised, content });
        }
        possible.0.is_some() != sequence.is_some() || possible.1.is_some() != revised.is_some()
    }

    /// Adds a stamp that was kept without its meeting.
    pub fn add_stamp(&mut self, uid: &str, stamp: Stamp) {
        let Stamp { revised, sequence } = stamp;
        self.put(uid.to_owned(), Newest { sequence, revised: Some(revised), content: Content::Lost });
    }

    fn put(&mut self, uid: String, new: Newest) {
        match self.0.entry(uid) {
            Entry::Vacant(place) => _ = place.insert(new),
            Entry::Occupied(mut place) => {
                let known = place.get_mut();
                match (new.sequence, new.revised).cmp(&(known.sequence, known.revised)) {
                    Ordering::Less => {}
                    Ordering::Greater => *known = new,
                    Ordering::Equal if known.content == Content::Lost => known.content = new.content,
                    Ordering::Equal if new.content == Content::Lost || new.content == known.content => {}
                    Ordering::Equal => known.content = Content::Unclear,
                }
            }
        }
    }

    /// The stamp of an event with this UID and these lines: the one that it had, or, where it was different, one that is
    /// newer. Nothing where no feed knows it.
    pub fn stamp(&self, uid: &str, content: &[u8], at: Instant) -> Option<Stamp> {
        let known = self.0.get(uid)?;
        Some(match known.revised {
            Some(revised) if known.content.is(content) => Stamp { revised, sequence: known.sequence },
            revised => Stamp { revised: revised.unwrap_or(at), sequence: known.sequence }.after(at),
        })
    }

    /// Whether nothing is known at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the lines of an event with this UID are not known for certain.
    pub fn is_unsure(&self, uid: &str) -> bool {
        self.0.get(uid).is_some_and(|known| !matches!(known.content, Content::Lines(_)))
    }

    /// The UIDs, each with the newest stamp that is known.
    pub fn stamps(&self, at: Instant) -> impl Iterator<Item = (&str, Stamp)> {
        self.0.iter().map(move |(uid, known)| {
            (uid.as_str(), Stamp { revised: known.revised.unwrap_or(at), sequence: known.sequence })
        })
    }
}

impl Stamp {
    /// That of the next revision, which is at `at`, but never earlier than this one.
    #[must_use]
    pub fn after(self, at: Instant) -> Self {
        if self.sequence < MOST {
            return Self { sequence: self.sequence + 1, revised: self.revised.max(at) };
        }
        // One of the two has to rise.
        Self { sequence: MOST, revised: at.max(self.revised.plus_seconds(1)) }
    }

    /// Whether this can be the stamp of a meeting in a feed that was built before `at`, or, by a clock that went wrong,
    /// within a year after it.
    pub fn is_possible(self, at: Instant) -> bool {
        self.sequence <= MOST && may_be(self.revised, at)
    }
}

fn possible_sequence(sequence: u64) -> Option<u32> {
    u32::try_from(sequence).ok().filter(|sequence| *sequence <= MOST)
}

fn may_be(revised: Instant, at: Instant) -> bool {
    revised <= at.plus_seconds(AHEAD)
}
