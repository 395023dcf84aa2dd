//! The old feed of one chat alone, as it was found.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

use crate::feed::ledger::{Damage, Found, days, first_chat};
use crate::out::{OldFile, Out, OutError};
use crate::text::{agreeing, count};

/// Begins a meeting.
const BEGIN: &[u8] = b"\nBEGIN:VEVENT";

/// What there was of a chat's own feed.
#[derive(Debug)]
pub struct OwnFeed {
    /// Its path below `out/`.
    pub path: String,
    /// The file, if there is one.
    pub file: Option<OldFile>,
    /// Whether they are what chatcal wrote.
    pub is_as_written: bool,
    /// The chat that its meetings are of, by the slug in their UIDs; nothing where it has none.
    pub chat: Option<String>,
    /// What has been at it.
    damage: Option<Damage>,
    /// Whether chatcal wrote such a file.
    was_written: bool,
    /// Whether it did, and there is nothing of that name.
    pub is_lost: bool,
}

impl OwnFeed {
    /// Reads it.
    pub fn read(out: &Out, path: &str) -> Result<Self, OutError> {
        let file = out.read(path)?;
        let is_as_written = file.as_ref().is_some_and(|file| out.is_as_written(path, file));
        let unsure = file.as_ref().filter(|_| !is_as_written);
        // Bytes in memory can be read.
        let damage = unsure.and_then(|file| Damage::of(&file.content[..]).ok().flatten());
        let chat = file.as_ref().and_then(|file| first_chat(&file.content));
        let was_written = out.has_written(path);
        let is_lost = was_written && !out.holds(path);
        Ok(Self { path: path.to_owned(), file, is_as_written, chat, damage, was_written, is_lost })
    }

    /// Its bytes, if there is such a file.
    pub fn content(&self) -> Option<&[u8]> {
        Some(&self.file.as_ref()?.content)
    }

    /// The days of its first and of its last meeting, in UTC, if it is a feed of chatcal's.
    pub fn days(&self) -> Option<RangeInclusive<NaiveDate>> {
        let content = self.content().filter(|_| self.damage != Some(Damage::Foreign))?;
        // Bytes in memory can be read.
        let days = |part: &[u8]| days(part, self.is_as_written).ok().flatten();
        if !self.is_as_written {
            return days(content);
        }
        // One that is whole begins and ends with them.
        let is_begin = |part: &[u8]| part == BEGIN;
        let first = content.windows(BEGIN.len()).position(is_begin)?;
        let last = content.windows(BEGIN.len()).rposition(is_begin)?;
        let next =
            content[first + 1..].windows(BEGIN.len()).position(is_begin).map_or(content.len(), |at| first + 1 + at);
        Some(*days(&content[first..next])?.start()..=*days(&content[last..])?.end())
    }

    /// Its bytes as they were written, as far as they can be compared with new ones.
    pub fn readable(&self) -> Option<Cow<'_, [u8]>> {
        let content = self.content()?;
        match self.damage {
            None => Some(Cow::Borrowed(content)),
            Some(Damage::LineBreaks) => {
                let lines = String::from_utf8_lossy(content);
                Some(Cow::Owned(lines.lines().flat_map(|line| [line, "\r\n"]).collect::<String>().into_bytes()))
            }
            Some(Damage::Foreign | Damage::Torn | Damage::Conflict) => None,
        }
    }

    /// The chat that its meetings are of, where that is another than the one with these UIDs.
    pub fn other_chat(&self, slug: &str) -> Option<&str> {
        self.chat.as_deref().filter(|chat| *chat != slug)
    }

    /// What somebody should know of it, in words that follow its path.
    pub fn remarks(&self, found: Found) -> impl Iterator<Item = String> {
        let what = match (&self.file, self.damage) {
            (None, _) if self.is_lost => Some("is missing, though chatcal wrote it"),
            (Some(_), Some(damage)) => Some(damage.words()),
            (Some(_), None) if self.was_written && !self.is_as_written => Some(Damage::ALTERED),
            _ => None,
        };
        let lost = match found.unknown {
            0 => String::new(),
            1 => "; 1 meeting is in none of them: it counts as new".to_owned(),
            unknown => format!("; {unknown} meetings are in none of them: they count as new"),
        };
        let unsure = match found.unsure {
            0 => String::new(),
            unsure => format!(
                "; {}, as it is not certain what it said",
                count(unsure, "meeting") + agreeing(unsure, " is revised", " are revised")
            ),
        };
        let looked_up =
            what.map(|what| format!("{what}: the stamps of its meetings are looked up in all feeds{unsure}{lost}"));
        let ahead = (found.ahead > 0).then(|| {
            let stamps = count(found.ahead, "stamp");
            format!("has {stamps} later than this build, which stay: a clock was wrong, or `--at` is too early")
        });
        looked_up.into_iter().chain(ahead)
    }
}
