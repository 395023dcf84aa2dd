//! Feeds read back by another program's parser, the `icalendar` crate: what it reads must be what was meant.

use chrono::{DateTime, NaiveDateTime, Utc};
use icalendar::parser::{Component, read_calendar, unfold};

use crate::expand::{Meeting, Status};
use crate::feed;

/// A meeting as another program reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Read {
    uid: String,
    start: String,
    end: String,
    summary: String,
    status: String,
}

/// Reads an expanded feed and compares each event with the meeting that it stands for: start, end, summary, status.
///
/// # Errors
///
/// What the other program makes of it, in one line.
pub fn compare(text: &str, meetings: &[Meeting<'_>]) -> Result<(), String> {
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).map_err(|_| "the feed cannot be read back".to_owned())?;
    let events: Vec<Read> =
        calendar.components.iter().filter(|component| component.name == "VEVENT").map(read).collect();
    if events.len() != meetings.len() {
        return Err(format!("of {} meetings {} are read back", meetings.len(), events.len()));
    }
    for (event, meeting) in events.iter().zip(meetings) {
        let meant = Read { uid: event.uid.clone(), ..meant(meeting) };
        if *event != meant {
            return Err(format!("the meeting of {} is read back as {event:?} instead of {meant:?}", meeting.date));
        }
    }
    Ok(())
}

fn read(event: &Component<'_>) -> Read {
    let raw = |name: &str| event.find_prop(name).map(|property| property.val.to_string()).unwrap_or_default();
    let text = |name: &str| {
        let value = event.find_prop(name).map(|property| property.val.clone().unescape_text().to_string());
        value.unwrap_or_default()
    };
    Read { uid: text("UID"), start: raw("DTSTART"), end: raw("DTEND"), summary: text("SUMMARY"), status: raw("STATUS") }
}

fn meant(meeting: &Meeting<'_>) -> Read {
    let utc = |time: NaiveDateTime| {
        DateTime::<Utc>::from_naive_utc_and_offset(time, Utc).format("%Y%m%dT%H%M%SZ").to_string()
    };
    let status = match meeting.status {
        Status::Confirmed => "CONFIRMED",
        Status::Tentative => "TENTATIVE",
        Status::Cancelled => "CANCELLED",
    };
    Read {
        uid: String::new(),
        start: utc(meeting.start.utc()),
        end: utc(meeting.end.utc()),
        summary: feed::summary(meeting),
        status: status.to_owned(),
    }
}
