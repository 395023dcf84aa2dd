//! DESCRIPTION of a meeting: when it is on several clocks, what it is about, where it happens, how sure it is.

use std::fmt::Write;

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::line::Escaped;
use crate::expand::{Meeting, Own};
use crate::schedule::{Confidence, Schedule, Status};
use crate::text::{day, month_name};
use crate::zone::{UtcCursor, Zone};

/// Writes descriptions, keeping what does not change from one meeting of a chat to the next.
#[derive(Debug, Default)]
pub struct DescriptionWriter {
    /// The zones in which each time is spelled out besides the host's, with their places.
    zones: Vec<(Zone, UtcCursor, String)>,
    host: Option<(Zone, UtcCursor, String)>,
    /// What the chat is and where it happens.
    chat: Escaped,
    /// The parts of the description that are of one meeting: before and after those of the chat.
    opening: Escaped,
    closing: Escaped,
}

impl DescriptionWriter {
    pub fn new(zones: &[Zone]) -> Self {
        Self { zones: zones.iter().map(|zone| with_cursor(*zone)).collect(), ..Self::default() }
    }

    /// Prepares for the meetings of one chat.
    pub fn of_chat(&mut self, schedule: &Schedule) {
        self.chat.clear();
        if let Some(summary) = &schedule.summary {
            self.chat.push("\n");
            self.chat.push(summary);
        }
        let hashtag = schedule.hashtag.as_ref().map(|hashtag| format!("#{hashtag}"));
        let places: Vec<String> = schedule.platform.clone().into_iter().chain(hashtag).collect();
        if !places.is_empty() {
            self.chat.push("\nWhere: ");
            self.chat.push(&places.join(", "));
        }
        if !schedule.hosts.is_empty() {
            self.chat.push("\nHosts: ");
            self.chat.push(&schedule.hosts.join(", "));
        }
    }

    /// Writes the description of a meeting.
    pub fn describe(&mut self, meeting: &Meeting<'_>) {
        self.opening.clear();
        self.closing.clear();
        self.times(meeting);
        self.about(meeting);
    }

    /// Writes the description of a series, of which this is a regular meeting. Other clocks are left out: their distance
    /// from the host's changes over the year.
    pub fn describe_series(&mut self, meeting: &Meeting<'_>, rule: &str) {
        self.opening.clear();
        self.closing.clear();
        let (start, end) = (meeting.local_start(), meeting.local_end());
        let text = &mut self.opening;
        text.push(rule);
        text.push(", ");
        span(text, start, end, &meeting.zone().place());
        self.about(meeting);
    }

    fn about(&mut self, meeting: &Meeting<'_>) {
        // The blank line before what it is about, where there is anything.
        let Own { topic, cancelled, .. } = meeting.own();
        if cancelled.is_some() || topic.is_some() || self.chat != Escaped::default() {
            self.opening.push("\n");
        }
        if let Some(reason) = cancelled {
            self.opening.push("\nCancelled: ");
            self.opening.push(reason);
        }
        if let Some(topic) = topic {
            self.opening.push("\nTopic: ");
            self.opening.push(topic);
        }
        self.evidence(meeting);
    }

    /// The DESCRIPTION that was written last, in pieces.
    pub fn pieces(&self) -> [&Escaped; 3] {
        [&self.opening, &self.chat, &self.closing]
    }

    /// `Tue 1 April 2014, 18:30–20:30 London (BST)`, and below it the other clocks.
    fn times(&mut self, meeting: &Meeting<'_>) {
        let zone = meeting.zone();
        let host = match &mut self.host {
            Some(host) if host.0 == zone => host,
            host => host.insert(with_cursor(zone)),
        };
        let observance = host.1.observance(meeting.start);
        let start = meeting.start.at_offset(observance.offset);
        let end = meeting.end.at_offset(host.1.observance(meeting.end).offset);
        let text = &mut self.opening;
        date(text, start);
        text.push(", ");
        span(text, start, end, &host.2);
        text.push(" (");
        text.push(&observance.label());
        text.push(")");
        let mut separator = "\n";
        for (other, cursor, place) in &mut self.zones {
            if *other == zone {
                continue;
            }
            let local = meeting.start.at_offset(cursor.observance(meeting.start).offset);
            text.push(separator);
            clock(text, local);
            text.push(day_between(start, local));
            text.push(" ");
            text.push(place);
            separator = " · ";
        }
    }

    fn evidence(&mut self, meeting: &Meeting<'_>) {
        let text = &mut self.closing;
        text.push("\n");
        text.push(match (meeting.status, meeting.unconfirmed_since(), meeting.confidence()) {
            (Status::Cancelled, ..) => "\nEvidence",
            (_, Some(_), _) => "\nNot confirmed since ",
            (_, None, Confidence::Confirmed) => "\nConfirmed",
            (_, None, Confidence::Inferred) => "\nInferred",
            (_, None, Confidence::Assumed) => "\nAssumed",
        });
        if let (Some(seen), true) = (meeting.unconfirmed_since(), meeting.status != Status::Cancelled) {
            text.push(&day(seen));
        }
        let mut separator = ": ";
        for source in meeting.sources() {
            text.push(separator);
            text.push(source.as_str());
            separator = "\n";
        }
        if let Some(note) = meeting.note() {
            text.push("\n");
            text.push(note.trim_end());
        }
    }
}

fn with_cursor(zone: Zone) -> (Zone, UtcCursor, String) {
    (zone, zone.utc_cursor(), zone.place())
}

/// As `text::weekday_and_day`, which would take longer than all the rest of a description.
fn date(text: &mut Escaped, day: NaiveDateTime) {
    let (weekday, month) = (day.weekday(), month_name(day.month() as u8));
    // Writing to memory cannot fail.
    let _ = write!(text, "{weekday} {} {month} {}", day.day(), day.year());
}

/// `18:30–20:30 London`.
fn span(text: &mut Escaped, start: NaiveDateTime, end: NaiveDateTime, place: &str) {
    clock(text, start);
    text.push("–");
    clock(text, end);
    text.push(day_between(start, end));
    text.push(" ");
    text.push(place);
}

fn clock(text: &mut Escaped, time: NaiveDateTime) {
    text.two_digits(time.hour());
    text.push(":");
    text.two_digits(time.minute());
}

/// Which day another clock shows, beside the host's.
fn day_between(host: NaiveDateTime, other: NaiveDateTime) -> &'static str {
    match (other.date() - host.date()).num_days() {
        0 => "",
        1 => " next day",
        -1 => " day before",
        // From Baker Island to Kiritimati it is twenty-six hours.
        days if days > 0 => " two days later",
        _ => " two days before",
    }
}
