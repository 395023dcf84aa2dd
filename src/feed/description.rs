//! DESCRIPTION of a meeting, short and for taking part: what it is about, how to get there, when it is on several
//! clocks, and what is doubtful. Where it is known from is for curators, and stands on the page.

use std::fmt::Write;

use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};

use super::line::Escaped;
use super::venue::VenueWriter;
use crate::expand::Meeting;
use crate::schedule::{Collection, Schedule};
use crate::text::month_name;
use crate::zone::{UtcCursor, Zone};

/// Writes descriptions, keeping what does not change from one meeting of a chat to the next.
#[derive(Debug, Default)]
pub struct DescriptionWriter {
    /// The zones in which each time is spelled out besides the host's, with their places.
    zones: Vec<(Zone, UtcCursor, String)>,
    host: Option<(Zone, UtcCursor, String)>,
    /// The address of the page, if it is known.
    page: Option<String>,
    /// What the chat is.
    summary: Escaped,
    /// The chat's place on the page.
    more: Escaped,
    /// What is of one meeting: its topic, and what follows the words on how to take part.
    topic: Escaped,
    closing: Escaped,
    pub(super) venue: VenueWriter,
}

impl DescriptionWriter {
    pub fn new(collection: &Collection) -> Self {
        let zones = collection.zones.iter().map(|zone| with_cursor(*zone)).collect();
        let page = collection.site.as_ref().map(|site| format!("{site}#chat-"));
        Self { zones, page, ..Self::default() }
    }

    /// Prepares for the meetings of one chat.
    pub fn of_chat(&mut self, schedule: &Schedule) {
        self.venue.clear();
        self.summary.clear();
        self.more.clear();
        if let Some(summary) = &schedule.summary {
            self.summary.push(summary);
            self.summary.push("\n");
        }
        if let Some(page) = &self.page {
            self.more.push("\n");
            self.more.push(page);
            // The oldest slug: the page keeps it, and a rename revises no meeting.
            self.more.push(schedule.identity().as_str());
        }
    }

    /// Writes the description of a meeting.
    pub fn describe(&mut self, meeting: &Meeting<'_>) {
        self.begin(meeting);
        self.times(meeting);
        self.doubts(meeting);
    }

    /// Writes the description of a series, of which this is a regular meeting. Other clocks are left out: their distance
    /// from the host's changes over the year.
    pub fn describe_series(&mut self, meeting: &Meeting<'_>, rule: &str) {
        self.begin(meeting);
        let (start, end) = (meeting.local_start(), meeting.local_end());
        let text = &mut self.closing;
        text.push(rule);
        text.push(", ");
        span(text, start, end, &meeting.zone().place());
        self.doubts(meeting);
    }

    fn begin(&mut self, meeting: &Meeting<'_>) {
        self.venue.prepare(meeting);
        self.topic.clear();
        self.closing.clear();
        if let Some(topic) = meeting.own().topic {
            self.topic.push(topic);
            self.topic.push("\n");
        }
    }

    /// The DESCRIPTION that was written last, in pieces. Lines before the time end with a break, those after it begin with
    /// one, as there is always a time.
    pub fn pieces(&self) -> [&Escaped; 5] {
        [&self.topic, &self.summary, self.venue.words(), &self.closing, &self.more]
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
        let at_end = host.1.observance(meeting.end);
        let end = meeting.end.at_offset(at_end.offset);
        let text = &mut self.closing;
        date(text, start);
        text.push(", ");
        span(text, start, end, &host.2);
        let (label, label_at_end) = (observance.label(), at_end.label());
        if label != host.2 || label_at_end != label {
            text.push(" (");
            text.push(&label);
            if label_at_end != label {
                // The clocks change meanwhile: 01:30–01:30 is an hour.
                text.push(", then ");
                text.push(&label_at_end);
            }
            text.push(")");
        }
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

    /// Why it does not take place, or since when nobody has confirmed it.
    fn doubts(&mut self, meeting: &Meeting<'_>) {
        let text = &mut self.closing;
        if let Some(reason) = meeting.own().cancelled {
            text.push("\nCancelled: ");
            text.push(reason);
        } else if let Some(known) = meeting.unconfirmed_since() {
            text.push("\n");
            text.push(&known.doubt_in_a_line());
        }
    }
}

/// The line of a DESCRIPTION that says when a meeting is on the host's clocks: `Tue 1 April 2014, 18:30–20:30 London
/// (BST)`. It is the last one of this form: what somebody wrote stands before it, or behind a label.
pub fn line_of_host(description: &str) -> Option<&str> {
    let is_day = |line: &str| {
        let (day, clock) = line.split_once(", ")?;
        let [weekday, number, _, year] = day.split(' ').collect::<Vec<_>>()[..] else { return None };
        weekday.parse::<Weekday>().ok()?;
        number.parse::<u8>().ok()?;
        year.parse::<u16>().ok()?;
        clock.contains('–').then_some(())
    };
    description.rsplit('\n').find(|line| is_day(line).is_some())
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
