//! Events as a calendar describes them, whatever its format.

use std::fmt;

use chrono::{NaiveDate, TimeDelta};

use super::draft::{Clocks, Moment, UnsettledSeries};
use super::report::FileReport;
use crate::schedule::{Confidence, Evidence, Status, Tag};
use crate::text::{ical_date, ical_date_time, weekday_and_day};
use crate::zone::Zone;

/// What separates the title of a chat from the topic of a meeting.
const SEPARATORS: [&str; 4] = [": ", " - ", " – ", " — "];

/// The longest title of an event that is read, in characters. A schedule's own is shorter.
const LONGEST_TITLE: usize = 1_000;

/// Why a time cannot be read.
pub const NO_ZONE: &str = "its time has no zone; give one with --zone";

/// A date or a date with a time, RFC 5545 3.3.4 and 3.3.5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DateOrTime {
    Date(NaiveDate),
    At(Moment),
}

/// For people: `Tue 1 April 2014`, `Tue 1 April 2014, 18:30 Europe/London`.
impl fmt::Display for DateOrTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => f.write_str(&weekday_and_day(*date)),
            Self::At(at) => at.fmt(f),
        }
    }
}

impl DateOrTime {
    /// Reads a date or a date with a time as RFC 5545 writes them; nothing where the text is neither. `zone` gives the
    /// zone of a time that is not in UTC, or why there is none.
    pub fn read(text: &str, zone: impl FnOnce(NaiveDate) -> Result<Zone, String>) -> Result<Option<Self>, String> {
        if let Some(day) = ical_date(text) {
            return Ok(Some(Self::Date(day)));
        }
        let utc = text.strip_suffix(['Z', 'z']);
        let Some(wall) = ical_date_time(utc.unwrap_or(text)) else { return Ok(None) };
        let zone = if utc.is_some() { Zone::UTC } else { zone(wall.date())? };
        Ok(Some(Self::At(Moment { date: wall.date(), time: wall.time(), zone })))
    }

    /// The day, in the zone of the time.
    pub fn date(self) -> NaiveDate {
        match self {
            Self::Date(date) => date,
            Self::At(at) => at.date,
        }
    }

    /// How long it is until an end, where both have a time.
    pub fn until(self, end: Self) -> Option<TimeDelta> {
        match (self, end) {
            (Self::At(start), Self::At(end)) => {
                Some(TimeDelta::seconds(end.instant().unix_seconds() - start.instant().unix_seconds()))
            }
            _ => None,
        }
    }

    /// The same instant in UTC and on a whole minute, or the same day: where it is looked up is found out once.
    pub fn fixed(self) -> Self {
        match self {
            Self::At(at) => Self::At(at.to_the_minute().seen_from(Zone::UTC).unwrap_or(at)),
            Self::Date(_) => self,
        }
    }

    /// The date of the regular meeting that begins then, or on that day.
    pub fn date_in(self, draft: &UnsettledSeries, clocks: &mut Clocks) -> Option<NaiveDate> {
        match self {
            Self::At(at) => draft.date_at(at.to_the_minute().instant(), clocks),
            Self::Date(date) => draft.series.run.holds(date).then_some(date),
        }
    }
}

/// An event, RFC 5545 3.6.1.
#[derive(Clone, Debug)]
pub struct CalendarEvent {
    /// The line of the file on which it begins.
    pub line: Option<usize>,
    /// Empty where it has none.
    pub uid: String,
    pub title: String,
    pub description: Option<String>,
    /// Whether the description may be about the chat as a whole.
    pub describes_chat: bool,
    pub location: Option<String>,
    pub url: Option<String>,
    pub organizer: Option<String>,
    pub tags: Vec<Tag>,
    /// The file that it comes from, and its UID.
    pub source: Evidence,
    /// The occurrence date, where the file gives one.
    pub occurrence: Option<NaiveDate>,
    pub start: DateOrTime,
    /// Whether there is a meeting at its start even if no rule gives one.
    pub meets_at_start: bool,
    pub duration: Option<TimeDelta>,
    /// RRULE text.
    pub rules: Vec<String>,
    pub additions: Vec<DateOrTime>,
    pub exceptions: Vec<DateOrTime>,
    pub recurrence_id: Option<DateOrTime>,
    pub this_and_future: bool,
    /// Why it was called off.
    pub cancelled: Option<String>,
    pub confidence: Confidence,
    pub sequence: u32,
}

/// What STATUS says, RFC 5545 3.8.1.11: why the event was called off, and how sure it is.
pub fn status(status: &str) -> (Option<String>, Confidence) {
    match Status::of(status) {
        Some(Status::Cancelled) => (Some("called off".to_owned()), Confidence::Confirmed),
        Some(Status::Tentative) => (None, Confidence::Inferred),
        _ => (None, Confidence::Confirmed),
    }
}

/// An event together with what changes single meetings of it.
#[derive(Debug)]
pub struct Group {
    /// Missing where only changed meetings of it are in the file.
    pub master: Option<CalendarEvent>,
    /// Events with a RECURRENCE-ID.
    pub overrides: Vec<CalendarEvent>,
}

impl Group {
    /// The event that describes the group: the first one with a changed meeting where the master is missing.
    pub fn main(&self) -> &CalendarEvent {
        // A group is made of at least one event.
        self.master.as_ref().unwrap_or_else(|| &self.overrides[0])
    }

    pub fn title(&self) -> &str {
        &self.main().title
    }

    pub fn recurs(&self) -> bool {
        self.master.as_ref().is_some_and(|master| !master.rules.is_empty() || !master.additions.is_empty())
    }

    /// The local part of its UID without the mark of a split: `abc_R20240105T160000@google.com` continues
    /// `abc@google.com`.
    pub fn base_uid(&self) -> Option<&str> {
        let uid = Some(self.main().uid.as_str()).filter(|uid| !uid.is_empty())?;
        let local = uid.split_once('@').map_or(uid, |(local, _)| local);
        match local.rsplit_once("_R") {
            Some((base, digits)) if digits.starts_with(|first: char| first.is_ascii_digit()) => Some(base),
            _ => Some(local),
        }
    }
}

/// What follows a chat's title and a separator.
pub fn topic_after(title: &str, front: &str) -> Option<String> {
    let rest = title.strip_prefix(front)?;
    let topic = SEPARATORS.iter().find_map(|separator| rest.strip_prefix(separator))?.trim();
    (!topic.is_empty()).then(|| topic.to_owned())
}

/// What comes before each separator of a title, the shortest first.
pub fn fronts_of(title: &str) -> impl DoubleEndedIterator<Item = &str> {
    let places = title.char_indices().filter(|(at, letter)| {
        let begins = matches!(letter, ':' | ' ');
        begins && SEPARATORS.iter().any(|separator| title[*at..].starts_with(separator))
    });
    places.map(|(at, _)| &title[..at])
}

/// The title of an event, cut where it is longer than any can be: its meetings repeat it.
pub fn cut_title(title: String, line: Option<usize>, report: &mut FileReport) -> String {
    match title.char_indices().nth(LONGEST_TITLE) {
        None => title,
        Some((end, _)) => {
            let length = title.chars().count();
            report.change(line, &title, format!("its title has {length} characters and was cut to {LONGEST_TITLE}"));
            title[..end].trim_end().to_owned()
        }
    }
}

/// The title before and after its first separator.
pub fn split_title(title: &str) -> Option<(&str, &str)> {
    let found = SEPARATORS.iter().filter_map(|separator| Some((title.find(separator)?, separator.len())));
    let (at, length) = found.min()?;
    let (front, topic) = (title[..at].trim(), title[at + length..].trim());
    (!front.is_empty() && !topic.is_empty()).then_some((front, topic))
}
