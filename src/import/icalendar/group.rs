//! Groups events by UID.

use std::collections::BTreeMap;

use crate::import::event::{CalendarEvent, Group};
use crate::import::report::FileReport;

/// Groups events by UID, in the order of the file.
pub fn groups(events: Vec<CalendarEvent>, report: &mut FileReport) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let (overrides, masters): (Vec<CalendarEvent>, Vec<CalendarEvent>) =
        events.into_iter().partition(|event| event.recurrence_id.is_some());
    for event in masters {
        let known = places.get(&event.uid).copied().filter(|_| !event.uid.is_empty());
        match known.and_then(|at| groups[at].master.as_mut()) {
            // Two versions of one event: the later one counts (RFC 5545 3.8.7.4).
            Some(known)
                if known.sequence != event.sequence || known.start == event.start && known.rules == event.rules =>
            {
                let newer = event.sequence >= known.sequence;
                let older = if newer { std::mem::replace(known, event) } else { event };
                report.change(
                    older.line,
                    &older.title,
                    "an older version of an event; the file has a newer one as well",
                );
            }
            _ => {
                places.insert(event.uid.clone(), groups.len());
                groups.push(Group { master: Some(event), overrides: Vec::new() });
            }
        }
    }
    for event in overrides {
        if let Some(at) = places.get(&event.uid) {
            groups[*at].overrides.push(event);
        } else {
            places.insert(event.uid.clone(), groups.len());
            groups.push(Group { master: None, overrides: vec![event] });
        }
    }
    groups
}

/// The local part of a UID without the mark of a split: `abc_R20240105T160000@google.com` continues `abc@google.com`.
pub fn base_uid(uid: &str) -> &str {
    let local = uid.split_once('@').map_or(uid, |(local, _)| local);
    match local.rsplit_once("_R") {
        Some((base, digits)) if digits.starts_with(|first: char| first.is_ascii_digit()) => base,
        _ => local,
    }
}
