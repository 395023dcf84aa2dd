//! Feeds read back by another program's parser, the `icalendar` crate: what it reads must be what was meant.

use chrono::NaiveDate;
use icalendar::parser::{Component, read_calendar, unfold};

use crate::expand::Meeting;
use crate::feed;
use crate::schedule::Collection;
use crate::text::{as_ical_date_time, count};
use crate::zone::Instant;

/// A meeting as another program reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Read {
    uid: String,
    start: String,
    end: String,
    summary: String,
    status: String,
}

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

    /// Reads a part of the feed and compares each event with the meeting that it stands for: UID, start, end, summary,
    /// status.
    /// An error says in one line what the other program makes of it.
    pub fn compare(&mut self, text: &str, meetings: &[Meeting<'_>]) -> Result<(), String> {
        let unfolded = unfold(text);
        let calendar = read_calendar(&unfolded).map_err(|_| "the feed cannot be read back".to_owned())?;
        let events: Vec<Read> =
            calendar.components.iter().filter(|component| component.name == "VEVENT").map(read).collect();
        if events.len() != meetings.len() {
            return Err(format!("{} of {} are read back", events.len(), count(meetings.len(), "meeting")));
        }
        for (event, meeting) in events.into_iter().zip(meetings) {
            let meant = self.meant(meeting);
            if event != meant {
                return Err(format!("the meeting of {} is read back as {event:?} instead of {meant:?}", meeting.date));
            }
            if self.uids.0 != meeting.date {
                self.uids = (meeting.date, Vec::new());
            }
            if self.uids.1.contains(&event.uid) {
                return Err(format!("two meetings have the UID {}", event.uid));
            }
            self.uids.1.push(event.uid);
        }
        Ok(())
    }

    fn meant(&self, meeting: &Meeting<'_>) -> Read {
        let utc = |instant: Instant| format!("{}Z", as_ical_date_time(instant.utc()));
        Read {
            uid: feed::uid(meeting, self.collection),
            start: utc(meeting.start),
            end: utc(meeting.end),
            summary: feed::summary(meeting),
            status: feed::status_word(meeting.status).to_owned(),
        }
    }
}

fn read(event: &Component<'_>) -> Read {
    let value = |name: &str| value_of(event, name);
    Read {
        uid: value("UID"),
        start: value("DTSTART"),
        end: value("DTEND"),
        summary: value("SUMMARY"),
        status: value("STATUS"),
    }
}

/// The value of an event's property as the other program understands it, which takes TEXT out of its escapes; empty where
/// the event lacks it.
pub fn value_of(event: &Component<'_>, name: &str) -> String {
    event.find_prop(name).map(|property| property.val.to_string()).unwrap_or_default()
}
