//! What differs between the feeds as they were published and what the schedules say now, meeting by meeting.
//!
//! A difference is data; there are renderers for people, pull requests and programs. It is taken from the feeds rather than
//! from older schedules, because the feeds are what subscribers have.

mod json;
mod markdown;
mod read;
mod statement;
mod text;
mod words;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use crate::expand::Meeting;
use crate::feed::uid::{self, Uid};
use crate::schedule::{Collection, Schedule, Status};
use crate::zone::Zone;
pub use json::to_json;
pub use markdown::to_markdown;
use read::PublishedFeed;
pub use read::Snapshot;
pub use text::to_text;
pub use words::{in_words, is_as_long, shifted};

/// How the feed of one chat differs.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatDifference {
    /// The chat.
    pub slug: String,
    /// What it is called now; of a chat that is gone, what it was called.
    pub title: String,
    /// What it was called, where that is something else.
    pub old_title: Option<String>,
    /// What there was of it.
    pub was: Was,
    /// The chat's own zone; not known of one that is gone.
    pub zone: Option<Zone>,
    /// Whether what the feed says of the chat as a whole differs.
    pub heading: bool,
    /// The meetings that differ: those of now in their order, then those that are gone.
    pub meetings: Vec<MeetingDifference>,
}

/// What there was of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Was {
    /// Its feed.
    There,
    /// Nothing: it is new.
    Absent,
    /// A feed that cannot be read.
    Damaged,
    /// A feed that is not there any more.
    Lost,
    /// A feed under an older slug.
    Renamed(String),
    /// Its feed, and now there is no such chat.
    Gone,
}

/// A meeting that differs, known by its UID.
#[derive(Clone, Debug, PartialEq)]
pub struct MeetingDifference {
    /// Its occurrence date, and its name where it has one: `2014-04-01`, `2014-04-01.west`.
    pub occurrence: String,
    /// The zone of its wall time; not known of a chat that is gone.
    pub zone: Option<Zone>,
    /// Which of the chat's meetings it is; of one that is gone nothing.
    pub index: Option<usize>,
    /// As it was published; nothing where it is new.
    pub before: Option<Snapshot>,
    /// As it is now; nothing where it is gone.
    pub after: Option<Snapshot>,
}

/// In what way a meeting differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It begins or ends at another time.
    Moved,
    /// Its wall time is the same, but the zone database has another instant for it.
    #[serde(rename = "zone-database")]
    Clocks,
    /// It is called off.
    Cancelled,
    /// It was called off, and takes place.
    Reinstated,
    /// Its topic is another.
    Renamed,
    /// Its place is another.
    Elsewhere,
    /// There is evidence for it now.
    Confirmed,
    /// It is not confirmed any more.
    Unconfirmed,
    /// Something else of it: its description, home page or tags.
    Details,
}

impl Kind {
    /// All kinds in the order in which they are listed, with their words for people.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Added, "added"),
        (Self::Removed, "removed"),
        (Self::Moved, "moved"),
        (Self::Clocks, "moved by the zone database"),
        (Self::Cancelled, "cancelled"),
        (Self::Reinstated, "reinstated"),
        (Self::Renamed, "renamed"),
        (Self::Elsewhere, "elsewhere"),
        (Self::Confirmed, "confirmed"),
        (Self::Unconfirmed, "unconfirmed"),
        (Self::Details, "other details"),
    ];
}

/// Meetings of a chat whose instants only the zone database moved, all by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Whose clocks.
    pub zone: Zone,
    /// By how many seconds they come later.
    pub later: i64,
    /// How many meetings.
    pub meetings: usize,
    /// The first of them, on the host's calendar.
    pub from: NaiveDate,
}

impl MeetingDifference {
    /// In what ways it differs; at least one.
    pub fn kinds(&self) -> Vec<Kind> {
        let (before, after) = match (&self.before, &self.after) {
            (Some(before), Some(after)) => (before, after),
            (None, _) => return vec![Kind::Added],
            (_, None) => return vec![Kind::Removed],
        };
        let mut kinds = Vec::new();
        if (before.start, before.end) != (after.start, after.end) {
            let same_wall = !before.wall.is_empty() && before.wall == after.wall;
            kinds.push(if same_wall { Kind::Clocks } else { Kind::Moved });
        }
        match (before.status, after.status) {
            (before, after) if before == after => {}
            (_, Status::Cancelled) => kinds.push(Kind::Cancelled),
            (Status::Cancelled, _) => kinds.push(Kind::Reinstated),
            (_, Status::Confirmed) => kinds.push(Kind::Confirmed),
            (_, Status::Tentative) => kinds.push(Kind::Unconfirmed),
        }
        if before.topic != after.topic {
            kinds.push(Kind::Renamed);
        }
        if before.place != after.place || before.service != after.service {
            kinds.push(Kind::Elsewhere);
        }
        let other_reason = before.reason.is_some() && after.reason.is_some() && before.reason != after.reason;
        if kinds.is_empty() || other_reason || before.details != after.details {
            kinds.push(Kind::Details);
        }
        kinds
    }

    /// The meeting as it is, or as it was where it is gone.
    pub fn shown(&self) -> Option<&Snapshot> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

impl ChatDifference {
    /// The meetings that differ in a way.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &MeetingDifference> {
        self.meetings.iter().filter(move |meeting| meeting.kinds().contains(&kind))
    }

    /// What the zone database alone moved.
    pub fn shifts(&self) -> Vec<Shift> {
        let mut shifts: BTreeMap<(&str, i64), Shift> = BTreeMap::new();
        for meeting in self.of_kind(Kind::Clocks) {
            let (Some(zone), Some(before), Some(after)) = (meeting.zone, &meeting.before, &meeting.after) else {
                continue;
            };
            let later = after.start.unix_seconds() - before.start.unix_seconds();
            let from = zone.local(after.start).date();
            let shift = shifts.entry((zone.name(), later)).or_insert(Shift { zone, later, meetings: 0, from });
            shift.meetings += 1;
            shift.from = shift.from.min(from);
        }
        shifts.into_values().collect()
    }
}

/// How a chat's new feed differs from the old one, which comes with what there was of the chat.
pub fn of_chat(
    schedule: &Schedule,
    collection: &Collection,
    meetings: &[Meeting<'_>],
    old: Option<&[u8]>,
    was: Was,
    new: &[u8],
) -> ChatDifference {
    let new = PublishedFeed::read(new).unwrap_or_default();
    let old = old.and_then(PublishedFeed::read);
    let was = if old.is_none() && !matches!(was, Was::Absent | Was::Lost) { Was::Damaged } else { was };
    let known = old.is_some();
    let old = old.unwrap_or_default();
    let zones: HashMap<String, Zone> =
        meetings.iter().map(|meeting| (uid::of_meeting(meeting, collection), meeting.zone())).collect();
    ChatDifference {
        slug: schedule.slug.to_string(),
        title: schedule.title.clone(),
        old_title: (known && old.title != new.title).then_some(old.title),
        heading: was == Was::There && old.heading != new.heading,
        was,
        zone: Some(schedule.zone),
        meetings: of_events(old.events, new.events, |uid| zones.get(uid).copied().or(Some(schedule.zone))),
    }
}

/// A chat that is new, without its meetings, all of which are.
pub fn of_new(schedule: &Schedule) -> ChatDifference {
    ChatDifference {
        slug: schedule.slug.to_string(),
        title: schedule.title.clone(),
        old_title: None,
        was: Was::Absent,
        zone: Some(schedule.zone),
        heading: false,
        meetings: Vec::new(),
    }
}

/// A chat whose feed is there though no schedule has its slug.
pub fn of_gone(slug: &str, old: &[u8]) -> Option<ChatDifference> {
    let old = PublishedFeed::read(old)?;
    Some(ChatDifference {
        slug: slug.to_owned(),
        title: old.title,
        old_title: None,
        was: Was::Gone,
        zone: None,
        heading: false,
        meetings: of_events(old.events, Vec::new(), |_| None),
    })
}

fn of_events(
    old: Vec<(String, Snapshot)>,
    new: Vec<(String, Snapshot)>,
    zone: impl Fn(&str) -> Option<Zone>,
) -> Vec<MeetingDifference> {
    let order: Vec<String> = old.iter().map(|(uid, _)| uid.clone()).collect();
    let mut old: HashMap<String, Snapshot> = old.into_iter().collect();
    let mut differences = Vec::new();
    for (index, (uid, after)) in new.into_iter().enumerate() {
        let before = old.remove(&uid);
        if before.as_ref() != Some(&after) {
            let after = Some(after);
            let (occurrence, zone, index) = (occurrence(&uid), zone(&uid), Some(index));
            differences.push(MeetingDifference { occurrence, zone, index, before, after });
        }
    }
    for uid in order {
        if let Some(before) = old.remove(&uid) {
            let before = Some(before);
            let (occurrence, zone, after) = (occurrence(&uid), zone(&uid), None);
            differences.push(MeetingDifference { occurrence, zone, index: None, before, after });
        }
    }
    differences
}

/// What is shown of a UID: occurrence date and name.
fn occurrence(uid: &str) -> String {
    Uid::parse(uid).map_or(uid, |uid| uid.occurrence).to_owned()
}
