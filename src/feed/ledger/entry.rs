//! A line of the list of removed meetings: when something that no feed has any more was last revised, and its key.

use super::super::Stamp;
use super::key::Key;
use crate::text::as_ical_date_time;
use crate::zone::Instant;

/// A line as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'l> {
    /// The UID, with the RECURRENCE-ID of one meeting of a series.
    pub key: &'l str,
    /// The chat, by the slug in the UID.
    pub slug: &'l str,
    /// Nothing where it cannot be read.
    pub revised: Option<Instant>,
    /// The same, also where it is too large.
    pub sequence: Option<u32>,
}

impl<'l> Entry<'l> {
    /// Takes a line apart; nothing where it is none of the list.
    pub fn read(line: &'l str) -> Option<Self> {
        let (revised, rest) = line.split_once(' ')?;
        let (sequence, key) = rest.split_once(' ')?;
        // Anything else than a number is no entry.
        sequence.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        let (revised, sequence) = (Instant::from_ical(revised), sequence.parse().ok());
        Some(Self { key, slug: Key::parse(key)?.slug(), revised, sequence })
    }

    /// Whether all of it can be read, and nothing is in it that chatcal would not have written.
    pub fn is_sound(&self) -> bool {
        self.revised.is_some() && self.sequence.is_some() && !self.key.contains(char::is_control)
    }

    /// The line that says this: `20260309T080706Z 1 2026-04-07.books@chats.example.org`, with its line break.
    pub fn line(key: &str, stamp: Stamp) -> String {
        let Stamp { revised, sequence } = stamp;
        format!("{}Z {sequence} {key}\n", as_ical_date_time(revised.utc()))
    }
}
