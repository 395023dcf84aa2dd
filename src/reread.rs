//! Feeds read back by another program's parser, the `icalendar` crate: what it reads must be what was meant.

use chrono::NaiveDate;
use icalendar::parser::{Component, read_calendar, unfold};

use crate::diagnostic::quoted;
use crate::expand::Meeting;
use crate::feed;
use crate::schedule::Collection;
use crate::text::{as_ical_date_time, count};
use crate::zone::Instant;

/// The properties that are compared.
const COMPARED: [&str; 5] = ["UID", "DTSTART", "DTEND", "SUMMARY", "STATUS"];

/// Reads a chat's expanded feed, which may come in parts.
#[derive(Debug)]
pub struct Reread<'c> {
    collection: &'c Collection,
    /// The UIDs of one occurrence date, so far: no two events may share one, and events come by their dates.
    uids: (NaiveDate, Vec<String>),
}

impl<'c> Reread<'c> {
    /// A reader for one feed of this collection.
    pub fn new(collection: &'c Collection) -> Self {
        Self { collection, uids: (NaiveDate::MIN, Vec::new()) }
    }

    /// Reads a part of the feed and compares each event with the meeting that it stands for. An error says in one line
    /// what the other program makes of it.
    pub fn compare(&mut self, text: &str, meetings: &[Meeting<'_>]) -> Result<(), String> {
        let unfolded = unfold(text);
        let calendar = read_calendar(&unfolded).map_err(|_| "the feed cannot be read back".to_owned())?;
        let events: Vec<&Component<'_>> =
            calendar.components.iter().filter(|component| component.name == "VEVENT").collect();
        if events.len() != meetings.len() {
            return Err(format!("{} of {} are read back", events.len(), count(meetings.len(), "meeting")));
        }
        for (event, meeting) in events.into_iter().zip(meetings) {
            let read = COMPARED.map(|name| value_of(event, name));
            for (name, (read, meant)) in COMPARED.iter().zip(read.iter().zip(self.meant(meeting))) {
                if *read != meant {
                    let (date, read, meant) = (meeting.date, quoted(read), quoted(&meant));
                    return Err(format!("{name} of the meeting of {date} is read back as {read} instead of {meant}"));
                }
            }
            let [uid, ..] = read;
            if self.uids.0 != meeting.date {
                self.uids = (meeting.date, Vec::new());
            }
            if self.uids.1.contains(&uid) {
                return Err(format!("two meetings have the UID {uid}"));
            }
            self.uids.1.push(uid);
        }
        Ok(())
    }

    fn meant(&self, meeting: &Meeting<'_>) -> [String; COMPARED.len()] {
        let utc = |instant: Instant| format!("{}Z", as_ical_date_time(instant.utc()));
        let uid = feed::uid::of_meeting(meeting, self.collection);
        let (summary, status) = (feed::summary(meeting), meeting.status.value().to_owned());
        [uid, utc(meeting.start), utc(meeting.end), summary, status]
    }
}

/// The value of an event's property as the other program understands it, which takes TEXT out of its escapes; empty where
/// the event lacks it.
pub fn value_of(event: &Component<'_>, name: &str) -> String {
    event.find_prop(name).map(|property| property.val.to_string()).unwrap_or_default()
}
