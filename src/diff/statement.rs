//! Meetings of a chat that change alike, in one statement.

use super::words::{local, when};
use super::{Kind, MeetingDifference, Snapshot};
use crate::text::{count, weekday_and_day};
use crate::zone::Zone;

/// Fewer meetings than this are listed one by one.
const ALIKE: usize = 3;

/// Meetings that one statement is about, in their order.
pub struct Statement<'d> {
    kind: Kind,
    meetings: Vec<&'d MeetingDifference>,
}

/// What meetings that change alike have in common, as it is shown.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    zone: Option<Zone>,
    /// On the host's clocks.
    times: String,
    before: Option<String>,
    after: Option<String>,
}

/// The statements about the meetings that differ in a way, in the order of the first meeting of each.
pub fn statements<'d>(kind: Kind, meetings: impl Iterator<Item = &'d MeetingDifference>) -> Vec<Statement<'d>> {
    let mut alike: Vec<(Change, Vec<&MeetingDifference>)> = Vec::new();
    for meeting in meetings {
        let change = change(meeting, kind);
        match alike.iter_mut().rev().take(MOST_OPEN).find(|(known, _)| *known == change) {
            Some((_, meetings)) => meetings.push(meeting),
            None => alike.push((change, vec![meeting])),
        }
    }
    let (few, many): (Vec<_>, Vec<_>) = alike.into_iter().partition(|(_, meetings)| meetings.len() < ALIKE);
    let few = few.into_iter().flat_map(|(_, meetings)| meetings).map(|meeting| vec![meeting]);
    let mut all: Vec<_> = many.into_iter().map(|(_, meetings)| meetings).chain(few).collect();
    all.sort_by_key(|meetings| meetings[0].shown().map(|shown| shown.start));
    all.into_iter().map(|meetings| Statement { kind, meetings }).collect()
}

/// A meeting is compared with the last so many changes: a chat of thousands of topics would take long else.
const MOST_OPEN: usize = 50;

impl Statement<'_> {
    /// How many meetings it is about.
    pub fn meetings(&self) -> usize {
        self.meetings.len()
    }

    /// Whether all of them are of a kind.
    pub fn all(&self, is_such: impl Fn(&Snapshot) -> bool) -> bool {
        self.meetings.iter().all(|meeting| meeting.shown().is_some_and(&is_such))
    }

    /// `Tue 6 January 2026, 18:30 London (18:30 UTC)` of one, `13 meetings from Tue 6 January 2026 to Tue 31 March 2026:
    /// 18:30 -> 19:00 London` of several; `text` makes what somebody wrote fit to be shown.
    pub fn words(&self, text: &dyn Fn(&str) -> String) -> String {
        let Some((first, rest)) = self.meetings.split_first() else { return String::new() };
        let Change { zone, times, before, after } = change(first, self.kind);
        let shown = |value: Option<&String>, none: &str| value.map_or_else(|| none.to_owned(), |value| text(value));
        let what = match self.kind {
            Kind::Renamed => format!("{} -> {}", shown(before.as_ref(), "no topic"), shown(after.as_ref(), "no topic")),
            Kind::Elsewhere => {
                format!("{} -> {}", shown(before.as_ref(), "nowhere"), shown(after.as_ref(), "nowhere"))
            }
            _ => after.as_ref().map(|topic| text(topic)).unwrap_or_default(),
        };
        let what = if what.is_empty() { what } else { format!(": {what}") };
        let Some(last) = rest.last() else { return format!("{}{what}", when(first, self.kind)) };
        let [from, to] = [*first, *last].map(|meeting| {
            let event = if self.kind == Kind::Moved { meeting.before.as_ref() } else { meeting.shown() };
            event.map(|event| weekday_and_day(local(event.start, zone).date())).unwrap_or_default()
        });
        let place = zone.map_or_else(|| "UTC".to_owned(), Zone::place);
        let number = count(self.meetings.len(), "meeting");
        format!("{number} from {from} to {to}, {times} {place}{what}")
    }
}

fn change(meeting: &MeetingDifference, kind: Kind) -> Change {
    let topic = |event: &Snapshot| event.topic.clone();
    let place = |event: &Snapshot| event.place.clone();
    let both = [meeting.before.as_ref(), meeting.after.as_ref()];
    let [before, after] = match kind {
        Kind::Renamed => both.map(|event| event.and_then(topic)),
        Kind::Elsewhere => both.map(|event| event.and_then(place)),
        _ => [None, meeting.shown().and_then(topic)],
    };
    Change { zone: meeting.zone, times: times(meeting, kind), before, after }
}

/// `18:30`; of meetings that moved `18:30 -> 19:00`, `18:30 -> 18:30 a day later`, `18:30–19:30 -> 18:30–20:30`.
fn times(meeting: &MeetingDifference, kind: Kind) -> String {
    let clock = |instant| local(instant, meeting.zone).format("%H:%M").to_string();
    let (Some(before), Some(after)) = (&meeting.before, &meeting.after) else {
        return meeting.shown().map(|event| clock(event.start)).unwrap_or_default();
    };
    if kind != Kind::Moved {
        return clock(after.start);
    }
    let days = (local(after.start, meeting.zone).date() - local(before.start, meeting.zone).date()).num_days();
    let lengths = [before, after].map(|event| event.end.unix_seconds() - event.start.unix_seconds());
    let is_as_long = lengths[0] == lengths[1];
    let [old, new] = [before, after].map(|event| {
        let start = clock(event.start);
        if is_as_long { start } else { format!("{start}–{}", clock(event.end)) }
    });
    let shift = match days {
        0 => String::new(),
        1 => " a day later".to_owned(),
        -1 => " a day earlier".to_owned(),
        days if days > 0 => format!(" {days} days later"),
        days => format!(" {} days earlier", -days),
    };
    format!("{old} -> {new}{shift}")
}
