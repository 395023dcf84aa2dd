//! A feed as it was published, line by line (RFC 5545 3.1).
//!
//! It is one of chatcal's own, or a damaged one, and there may be millions of events: so it is read by what is needed
//! here rather than by a parser for any calendar. That other programs read the same in it, `check` has seen to.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::feed::{line_of_host, summary_marks};
use crate::schedule::Status;
use crate::zone::Instant;

/// What a feed says, as far as it can be compared.
#[derive(Clone, Debug, Default)]
pub struct PublishedFeed {
    /// What the chat is called.
    pub title: String,
    /// Stands for everything else that is said of the chat as a whole.
    pub heading: u64,
    /// The meetings by their UIDs. What lacks a UID or a time is left out: it counts as absent.
    pub events: Vec<(String, Snapshot)>,
}

/// A meeting as a feed describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// When it begins.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
    /// Whether it takes place.
    pub status: Status,
    /// What it is about.
    pub topic: Option<String>,
    /// Where it is to be found.
    pub place: Option<String>,
    /// On which service, where its place is a page about it.
    pub service: Option<String>,
    /// The host's wall time, in words: `Tue 1 April 2014, 18:30–20:30 London`.
    pub wall: String,
    /// Stands for everything else that is said of it.
    pub(super) details: u64,
    /// Why it is called off.
    pub(super) reason: Option<String>,
    /// Stands for what follows from the above, such as the wall time in other zones.
    pub(super) follows: u64,
}

impl PublishedFeed {
    /// Reads a feed; `None` where it is not one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut lines = Lines(std::str::from_utf8(bytes).ok()?);
        (lines.next()? == "BEGIN:VCALENDAR").then_some(())?;
        let mut feed = Self::default();
        let mut heading = DefaultHasher::new();
        while let Some(line) = lines.next() {
            let (name, value) = split(&line, &mut heading)?;
            match (name, value) {
                ("BEGIN", "VEVENT") => read_event(&mut lines, &mut feed)?,
                ("END", "VCALENDAR") => {
                    feed.heading = heading.finish();
                    return Some(feed);
                }
                ("NAME", _) => feed.title = unescaped(value).into_owned(),
                ("X-WR-CALNAME", _) => {}
                _ => line.hash(&mut heading),
            }
        }
        None
    }
}

/// Reads the event whose lines come next, through its end, and adds it unless it lacks a UID or a time. Nothing where the
/// feed ends in it.
fn read_event(lines: &mut Lines<'_>, feed: &mut PublishedFeed) -> Option<()> {
    let (mut uid, mut start, mut end) = (None, None, None);
    let (mut summary, mut wall, mut place) = (String::new(), String::new(), None);
    let mut status = Status::Confirmed;
    let mut description = String::new();
    let (mut others, mut follows) = (DefaultHasher::new(), DefaultHasher::new());
    loop {
        let line = lines.next()?;
        // With its parameters.
        let digest = if line.starts_with("CONFERENCE") { &mut follows } else { &mut others };
        let (name, value) = split(&line, digest)?;
        match name {
            "END" if value == "VEVENT" => break,
            "UID" => uid = Some(value.to_owned()).filter(|uid| !uid.is_empty()),
            "DTSTART" => start = Instant::from_ical(value),
            "DTEND" => end = Instant::from_ical(value),
            "SUMMARY" => summary = unescaped(value).into_owned(),
            "DESCRIPTION" => {
                description = unescaped(value).into_owned();
                let line = line_of_host(&description).unwrap_or_default();
                // What the clocks observe stands in brackets at the end; it follows from the zone database.
                line.rsplit_once(" (").map_or(line, |(wall, _)| wall).clone_into(&mut wall);
            }
            "CONFERENCE" => value.hash(&mut follows),
            "LOCATION" => place = Some(unescaped(value).into_owned()),
            "STATUS" => status = Status::of(value).unwrap_or(status),
            "DTSTAMP" | "LAST-MODIFIED" | "SEQUENCE" => {}
            _ => line.hash(&mut others),
        }
    }
    let (Some(uid), Some(start), Some(end)) = (uid, start, end) else { return Some(()) };
    let topic = topic(&summary, &feed.title, status);
    let service = description.lines().find_map(|line| line.strip_prefix("Where: ")).map(str::to_owned);
    let reason = take_description(&description, topic.as_deref(), &mut others, &mut follows);
    let (details, follows) = (others.finish(), follows.finish());
    feed.events.push((uid, Snapshot { start, end, status, topic, place, service, wall, details, reason, follows }));
    Some(())
}

/// Parts the lines of a DESCRIPTION: what follows from topic, place, times and status, and everything else. Gives why a
/// meeting is called off.
fn take_description(
    description: &str,
    topic: Option<&str>,
    others: &mut DefaultHasher,
    follows: &mut DefaultHasher,
) -> Option<String> {
    let host = line_of_host(description);
    let mut reason = None;
    let mut is_after = false;
    for (index, line) in description.split('\n').enumerate() {
        let is_host = host.is_some_and(|host| std::ptr::eq(host, line));
        is_after |= is_host;
        let is_of_place = ["Join: ", "Where: ", "About: "].iter().any(|label| line.starts_with(label));
        let is_topic = index == 0 && Some(line) == topic;
        let is_page = line.starts_with("https://") || line.starts_with("http://");
        if is_after && let Some(why) = line.strip_prefix("Cancelled: ") {
            reason = Some(why.to_owned());
        } else if is_topic || is_of_place || is_after && !is_page {
            line.hash(follows);
        } else {
            line.hash(others);
        }
    }
    reason
}

/// The topic in a SUMMARY: what the marks and the chat's title leave of it.
fn topic(summary: &str, title: &str, status: Status) -> Option<String> {
    let summary = summary_marks(status).strip(summary);
    match summary.strip_prefix(title) {
        Some("") => None,
        Some(rest) => Some(rest.strip_prefix(": ").unwrap_or(rest).to_owned()),
        None => Some(summary.to_owned()),
    }
}

/// Content lines, unfolded.
struct Lines<'t>(&'t str);

impl<'t> Iterator for Lines<'t> {
    type Item = Cow<'t, str>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Cow::Borrowed(self.take_line()?);
        while let Some(folded) = self.0.strip_prefix([' ', '\t']) {
            self.0 = folded;
            let more = self.take_line()?;
            line.to_mut().push_str(more);
        }
        Some(line)
    }
}

impl<'t> Lines<'t> {
    /// What stands before the next line break, with or without a CR.
    fn take_line(&mut self) -> Option<&'t str> {
        let (line, rest) = self.0.split_once('\n')?;
        self.0 = rest;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

/// Name and value of a content line; its parameters, where it has any, go into a digest. chatcal writes no colon into a
/// parameter.
fn split<'l>(line: &'l str, digest: &mut DefaultHasher) -> Option<(&'l str, &'l str)> {
    let (name, value) = line.split_once(':')?;
    let Some((name, _)) = name.split_once(';') else { return Some((name, value)) };
    line[..line.len() - value.len()].hash(digest);
    Some((name, value))
}

/// A TEXT value out of its escapes (3.3.11).
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let mut characters = after.chars();
        match characters.next() {
            Some('n' | 'N') => text.push('\n'),
            other => text.extend(other),
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    Cow::Owned(text)
}
