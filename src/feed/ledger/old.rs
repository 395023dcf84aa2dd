//! An old feed, whatever has become of it: torn by a power cut, with other line breaks, merged by git. What can be read of
//! it counts.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, BufRead};
use std::ops::{Range, RangeInclusive};

use chrono::{NaiveDate, TimeDelta};

use super::super::uid::Uid;
use super::super::{Stamp, opening};
use super::entry::Entry;
use super::key::Key;
use crate::text::{ical_date, is_conflict_mark};
use crate::zone::Instant;

const A_YEAR: TimeDelta = TimeDelta::days(366);

/// Something else than chatcal has been at an old feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It is not a feed of chatcal's.
    Foreign,
    /// A part of it is missing.
    Torn,
    /// Its lines end in LF instead of CRLF.
    LineBreaks,
    /// git could not merge two versions of it, and left both in it.
    Conflict,
}

impl Damage {
    /// What is said of a feed that is whole, but not as it was written.
    pub const ALTERED: &str = "has been changed since chatcal wrote it";

    /// What is wrong, in words that follow a path.
    pub fn words(self) -> &'static str {
        match self {
            Self::Foreign => "was not made by chatcal",
            Self::Torn => "is damaged",
            Self::LineBreaks => {
                "has lost the CR of its line breaks (`*.ics -text` in .gitattributes keeps git from that)"
            }
            Self::Conflict => "holds the marks of a merge conflict",
        }
    }

    /// Reads a feed to see what has happened to it.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn of(mut feed: impl BufRead) -> io::Result<Option<Self>> {
        let expected = opening().replace('\r', "");
        let (mut head, mut line) = (Vec::new(), Vec::new());
        let (mut blank, mut conflict, mut breaks, mut whole) = (false, false, false, false);
        while {
            line.clear();
            feed.read_until(b'\n', &mut line)? > 0
        } {
            if head.len() < expected.len() {
                head.extend(line.iter().filter(|byte| **byte != b'\r'));
            }
            // After a power cut blocks of a file may hold nothing but NUL.
            blank |= line.contains(&0) || std::str::from_utf8(&line).is_err();
            breaks |= line.ends_with(b"\n") && !line.ends_with(b"\r\n");
            conflict |= std::str::from_utf8(&line).is_ok_and(|line| is_conflict_mark(line.trim_end()));
            whole = line.starts_with(b"END:VCALENDAR") && line.ends_with(b"\n");
        }
        let is_ours = head.starts_with(expected.as_bytes()) || expected.as_bytes().starts_with(&head);
        Ok(match () {
            () if conflict => Some(Self::Conflict),
            () if blank => Some(Self::Torn),
            () if !is_ours => Some(Self::Foreign),
            () if !whole => Some(Self::Torn),
            () if breaks => Some(Self::LineBreaks),
            () => None,
        })
    }

    /// Reads a file of another kind to see the same.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn of_other(file: impl BufRead) -> io::Result<Option<Self>> {
        for line in file.split(b'\n') {
            if std::str::from_utf8(&line?).is_ok_and(|line| is_conflict_mark(line.trim_end())) {
                return Ok(Some(Self::Conflict));
            }
        }
        Ok(None)
    }
}

/// The lines of a VEVENT without UID and stamps, as they would be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// All of them.
    Lines(Vec<u8>),
    /// They are torn, or were not kept.
    Lost,
    /// There are two versions of them.
    Unclear,
}

impl Content {
    /// Whether it is certain that these are the lines.
    pub fn is(&self, lines: &[u8]) -> bool {
        matches!(self, Self::Lines(own) if own == lines)
    }
}

/// A VEVENT of an old feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldEvent {
    /// Its UID.
    pub uid: String,
    /// Its RECURRENCE-ID, where it stands for one meeting of another VEVENT with the same UID: a whole line.
    recurrence_id: Option<Vec<u8>>,
    /// The highest SEQUENCE in it, as written.
    pub sequence: Option<u64>,
    /// The latest DTSTAMP in it.
    pub revised: Option<Instant>,
    /// Its lines.
    pub content: Content,
}

impl OldEvent {
    fn new(content: Content) -> Self {
        Self { uid: String::new(), recurrence_id: None, sequence: None, revised: None, content }
    }

    /// Whether it stands for one meeting of another VEVENT.
    pub fn is_exception(&self) -> bool {
        self.recurrence_id.is_some()
    }

    /// What it is known by: its UID, with its RECURRENCE-ID where it has one.
    pub fn key(&self) -> String {
        self.recurrence_id.as_ref().map_or_else(|| self.uid.clone(), |of_which| Key::of_exception(&self.uid, of_which))
    }

    /// Not all of its lines are there.
    fn tear(&mut self) {
        if matches!(self.content, Content::Lines(_)) {
            self.content = Content::Lost;
        }
    }

    /// Takes in a line without its break, and those that continue it.
    fn add(&mut self, line: &str, folded: &[&str]) {
        let whole = || folded.iter().fold(Cow::Borrowed(line), |whole, line| whole + &line[1..]);
        let lines = || [line].into_iter().chain(folded.iter().copied()).flat_map(|line| [line.as_bytes(), b"\r\n"]);
        match line.split_once(':').map_or("", |(name, _)| name) {
            "UID" => whole()["UID:".len()..].clone_into(&mut self.uid),
            "DTSTAMP" => self.revised = self.revised.max(Instant::from_ical(&whole()["DTSTAMP:".len()..])),
            "SEQUENCE" => self.sequence = self.sequence.max(whole()["SEQUENCE:".len()..].parse().ok()),
            "LAST-MODIFIED" => {}
            _ => {
                if line.starts_with("RECURRENCE-ID") {
                    self.recurrence_id = Some(lines().flatten().copied().collect());
                }
                if let Content::Lines(content) = &mut self.content {
                    lines().for_each(|piece| content.extend_from_slice(piece));
                }
            }
        }
    }
}

/// What the VEVENTs of a feed are known by.
pub fn keys_of(feed: &[u8]) -> HashSet<String> {
    old_events(feed, false).iter().map(OldEvent::key).collect()
}

/// What a feed knows, as lines of the list of removed meetings.
pub fn entries_of(feed: &[u8]) -> String {
    let line = |event: &OldEvent| {
        let sequence = event.sequence.and_then(|sequence| u32::try_from(sequence).ok())?;
        Some(Entry::line(&event.key(), Stamp { revised: event.revised?, sequence }))
    };
    old_events(feed, false).iter().filter_map(line).collect()
}

/// The VEVENTs of an old feed, in their order; with their lines only where these are to be compared.
pub fn old_events(feed: &[u8], with_lines: bool) -> Vec<OldEvent> {
    // `from_utf8_lossy` alone takes several times as long.
    let text = std::str::from_utf8(feed).map_or_else(|_| String::from_utf8_lossy(feed), Cow::Borrowed);
    // Each by itself, which is quick.
    let is_torn = text.contains('\0') || text.contains(char::REPLACEMENT_CHARACTER);
    let mut lines = text.lines().peekable();
    let mut events: Vec<OldEvent> = Vec::new();
    let mut is_open = false;
    let mut folded = Vec::new();
    while let Some(line) = lines.next() {
        folded.clear();
        while let Some(next) = lines.next_if(|next| next.starts_with([' ', '\t'])) {
            folded.push(next);
        }
        let event = events.last_mut().filter(|_| is_open);
        match (line, event) {
            ("BEGIN:VEVENT", before) => {
                before.into_iter().for_each(OldEvent::tear);
                events.push(OldEvent::new(if with_lines { Content::Lines(Vec::new()) } else { Content::Lost }));
                is_open = true;
            }
            ("END:VEVENT", _) => is_open = false,
            (_, None) => {}
            (_, Some(event)) if is_conflict_mark(line) => event.content = Content::Unclear,
            (_, Some(event)) if is_torn && line.contains(['\0', char::REPLACEMENT_CHARACTER]) => event.tear(),
            // Here the end of one and the beginning of another are lost, or stand before the marks of a conflict.
            (_, Some(event)) if line.starts_with("UID:") && !event.uid.is_empty() => {
                event.tear();
                let mut next = OldEvent::new(event.content.clone());
                next.add(line, &folded);
                events.push(next);
            }
            (_, Some(event)) => event.add(line, &folded),
        }
    }
    events.last_mut().filter(|_| is_open).into_iter().for_each(OldEvent::tear);
    events.retain(|event| !event.uid.is_empty());
    events
}

/// The first chat that an old feed knows, by the slug in its UIDs: of a chat's own feed the only one.
pub fn first_chat(feed: &[u8]) -> Option<String> {
    Some(chats_of(feed, true).ok()?.pop()?.0)
}

/// Which chats an old feed knows, by the slugs in its UIDs, and where their VEVENTs stand in it, in octets; what follows
/// the last one has no end. With `first` only the first chat.
///
/// # Errors
///
/// It cannot be read.
pub fn chats_of(mut feed: impl BufRead, first: bool) -> io::Result<Vec<(String, Range<u64>)>> {
    let mut chats: Vec<(String, Range<u64>)> = Vec::new();
    let (mut at, mut event) = (0, 0);
    let (mut line, mut uid) = (Vec::new(), None::<String>);
    loop {
        line.clear();
        let read = feed.read_until(b'\n', &mut line)? as u64;
        let text = line.trim_ascii_end();
        if let Some(uid) = uid.as_mut().filter(|_| text.starts_with(b" ")) {
            uid.push_str(&String::from_utf8_lossy(&text[1..]));
        } else if let Some(Uid { slug, .. }) = uid.take().as_deref().and_then(Uid::parse) {
            let last = chats.last_mut();
            if last.as_ref().is_none_or(|(chat, _)| chat != slug) {
                if let Some((_, place)) = last {
                    place.end = event;
                }
                chats.push((slug.to_owned(), event..u64::MAX));
            }
        }
        if read == 0 || (first && !chats.is_empty()) {
            return Ok(chats);
        }
        if text == b"BEGIN:VEVENT" {
            event = at;
        } else if let Some(value) = text.strip_prefix(b"UID:") {
            uid = Some(String::from_utf8_lossy(value).into_owned());
        }
        at += read;
    }
}

/// The collection that the first meeting of an old feed is of, by its UID; nothing where that is torn.
///
/// # Errors
///
/// It cannot be read.
pub fn first_id(mut feed: impl BufRead) -> io::Result<Option<String>> {
    let (mut line, mut uid) = (Vec::new(), Vec::new());
    while feed.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        let text = line.trim_ascii_end();
        match text.strip_prefix(b"UID:") {
            Some(value) if uid.is_empty() => uid.extend_from_slice(value),
            _ if uid.is_empty() => {}
            _ if text.starts_with(b" ") => uid.extend_from_slice(&text[1..]),
            _ => return Ok(Uid::parse(&String::from_utf8_lossy(&uid)).map(|uid| uid.id.to_owned())),
        }
        line.clear();
    }
    Ok(None)
}

/// The first and the last day on which meetings of an old feed begin, in UTC. Where it is not as it was written one date
/// alone, more than a year after all others, does not count: it is a slip.
///
/// # Errors
///
/// It cannot be read.
pub fn days(mut feed: impl BufRead, is_as_written: bool) -> io::Result<Option<RangeInclusive<NaiveDate>>> {
    let (mut days, mut line) = (Vec::new(), Vec::new());
    while feed.read_until(b'\n', &mut line)? > 0 {
        let day = line.strip_prefix(b"DTSTART:").and_then(|start| std::str::from_utf8(start.get(..8)?).ok());
        days.extend(day.and_then(ical_date));
        line.clear();
    }
    days.sort_unstable();
    let is_alone = |days: &[NaiveDate]| days.len() > 1 && days[days.len() - 1] - days[days.len() - 2] > A_YEAR;
    if !is_as_written && is_alone(&days) {
        days.pop();
    }
    Ok(days.first().zip(days.last()).map(|(first, last)| *first..=*last))
}
