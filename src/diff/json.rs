//! Differences as one JSON object.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::{ChatDifference, Kind, MeetingDifference, Snapshot, Was};
use crate::json::{rfc3339, write_pretty};
use crate::out::Changes;
use crate::zone::{Instant, Zone};

#[derive(Serialize)]
struct ReportObject<'d> {
    #[serde(serialize_with = "all_chats")]
    chats: &'d [ChatDifference],
    files: FilesObject<'d>,
}

#[derive(Serialize)]
struct FilesObject<'d> {
    stale: &'d BTreeSet<String>,
    missing: &'d BTreeSet<String>,
    leftover: &'d BTreeSet<String>,
}

#[derive(Serialize)]
struct ChatObject<'d> {
    chat: &'d str,
    title: &'d str,
    old_title: Option<&'d str>,
    was: &'static str,
    formerly: Option<&'d str>,
    zone: Option<&'static str>,
    heading: bool,
    shifts: Vec<ShiftObject>,
    #[serde(serialize_with = "all_meetings")]
    meetings: &'d [MeetingDifference],
}

#[derive(Serialize)]
struct ShiftObject {
    zone: &'static str,
    seconds_later: i64,
    meetings: usize,
    from: String,
}

#[derive(Serialize)]
struct DifferenceObject<'d> {
    occurrence: &'d str,
    changes: Vec<Kind>,
    zone: Option<&'static str>,
    before: Option<VersionObject<'d>>,
    after: Option<VersionObject<'d>>,
}

/// A meeting with its times on the host's clocks and in UTC, RFC 3339.
#[derive(Serialize)]
struct VersionObject<'d> {
    start: String,
    end: String,
    start_utc: String,
    end_utc: String,
    status: &'static str,
    topic: Option<&'d str>,
    place: Option<&'d str>,
}

/// Writes all differences, and the files that they come to, one after the other: there may be more than fit into memory
/// as text.
pub fn to_json(chats: &[ChatDifference], files: &Changes, out: &mut dyn Write) -> io::Result<()> {
    let files = FilesObject { stale: &files.stale, missing: &files.missing, leftover: &files.leftover };
    write_pretty(out, &ReportObject { chats, files })
}

fn all_chats<S: Serializer>(chats: &[ChatDifference], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(chats.iter().map(chat))
}

fn all_meetings<S: Serializer>(meetings: &[MeetingDifference], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(meetings.iter().map(|meeting| DifferenceObject {
        occurrence: &meeting.occurrence,
        changes: meeting.kinds(),
        zone: meeting.zone.map(Zone::name),
        before: meeting.before.as_ref().map(|event| shown(event, meeting.zone)),
        after: meeting.after.as_ref().map(|event| shown(event, meeting.zone)),
    }))
}

fn chat(chat: &ChatDifference) -> ChatObject<'_> {
    let shifts = chat.shifts().into_iter().map(|shift| ShiftObject {
        zone: shift.zone.name(),
        seconds_later: shift.later,
        meetings: shift.meetings,
        from: shift.from.to_string(),
    });
    ChatObject {
        chat: &chat.slug,
        title: &chat.title,
        old_title: chat.old_title.as_deref(),
        was: match chat.was {
            Was::There => "there",
            Was::Absent => "absent",
            Was::Damaged => "damaged",
            Was::Lost => "lost",
            Was::Renamed(_) => "renamed",
            Was::Gone => "gone",
        },
        formerly: match &chat.was {
            Was::Renamed(formerly) => Some(formerly),
            _ => None,
        },
        zone: chat.zone.map(Zone::name),
        heading: chat.heading,
        shifts: shifts.collect(),
        meetings: &chat.meetings,
    }
}

fn shown(event: &Snapshot, zone: Option<Zone>) -> VersionObject<'_> {
    let utc = |instant: Instant| instant.rfc3339().to_string();
    let local = |instant: Instant| zone.map_or_else(|| utc(instant), |zone| rfc3339(zone.observance(instant), instant));
    VersionObject {
        start: local(event.start),
        end: local(event.end),
        start_utc: utc(event.start),
        end_utc: utc(event.end),
        status: event.status.word(),
        topic: event.topic.as_deref(),
        place: event.place.as_deref(),
    }
}
