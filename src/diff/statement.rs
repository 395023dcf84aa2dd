//! Meetings of a chat that change alike, in one statement.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveTime;

use super::words::{is_as_long, local, through, when};
use super::{Kind, MeetingDifference, Snapshot};
use crate::schedule::Status;
use crate::text::{count, weekday_and_day};
use crate::zone::Zone;

/// Fewer meetings than this are listed one by one.
const ALIKE: usize = 3;

/// Meetings that one statement is about, in their order.
pub struct Statement<'d> {
    kind: Kind,
    meetings: Vec<&'d MeetingDifference>,
}

/// What meetings that change alike have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Change<'d> {
    zone: Option<&'static str>,
    times: Times,
    before: Option<&'d str>,
    after: Option<&'d str>,
    /// Whether one that is new does not take place.
    is_off: bool,
}

/// Times on the host's clocks.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Times {
    /// When a meeting begins.
    At(NaiveTime),
    /// When it began and ended and when it does now, how many days later that is, and whether it is as long.
    Moved([[NaiveTime; 2]; 2], i64, bool),
}

/// The statements about the meetings that differ in a way, in the order of the first meeting of each.
pub fn statements<'d>(kind: Kind, meetings: impl Iterator<Item = &'d MeetingDifference>) -> Vec<Statement<'d>> {
    let mut places: HashMap<Change<'_>, usize> = HashMap::new();
    let mut alike: Vec<Vec<&MeetingDifference>> = Vec::new();
    for meeting in meetings {
        let place = *places.entry(change(meeting, kind)).or_insert(alike.len());
        if place == alike.len() {
            alike.push(Vec::new());
        }
        alike[place].push(meeting);
    }
    let (few, many): (Vec<_>, Vec<_>) = alike.into_iter().partition(|meetings| meetings.len() < ALIKE);
    let few = few.into_iter().flatten().map(|meeting| vec![meeting]);
    let mut all: Vec<_> = many.into_iter().chain(few).collect();
    all.sort_by_key(|meetings| meetings[0].shown().map(|shown| shown.start));
    all.into_iter().map(|meetings| Statement { kind, meetings }).collect()
}

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
        let Change { times, before, after, is_off, .. } = change(first, self.kind);
        let zone = first.zone;
        let shown = |value: Option<&str>, none: &str| value.map_or_else(|| none.to_owned(), text);
        let what = match self.kind {
            Kind::Renamed => format!("{} -> {}", shown(before, "no topic"), shown(after, "no topic")),
            Kind::Elsewhere => {
                format!("{} -> {}", shown(before, "nowhere"), shown(after, "nowhere"))
            }
            _ => after.map(text).unwrap_or_default(),
        };
        let off = if is_off { ", cancelled" } else { "" };
        let what = if what.is_empty() { off.to_owned() } else { format!("{off}: {what}") };
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

fn change(meeting: &MeetingDifference, kind: Kind) -> Change<'_> {
    let both = [meeting.before.as_ref(), meeting.after.as_ref()];
    let [before, after] = match kind {
        Kind::Renamed => both.map(|event| event?.topic.as_deref()),
        Kind::Elsewhere => {
            let places = both.map(|event| event?.place.as_deref());
            // The page about it is the same, the service another.
            if places[0] == places[1] { both.map(|event| event?.service.as_deref()) } else { places }
        }
        _ => [None, meeting.shown().and_then(|event| event.topic.as_deref())],
    };
    let is_off = kind == Kind::Added && meeting.shown().is_some_and(|event| event.status == Status::Cancelled);
    Change { zone: meeting.zone.map(Zone::name), times: times(meeting, kind), before, after, is_off }
}

fn times(meeting: &MeetingDifference, kind: Kind) -> Times {
    let there = |instant| local(instant, meeting.zone);
    let (Some(before), Some(after), Kind::Moved) = (&meeting.before, &meeting.after, kind) else {
        return Times::At(meeting.shown().map_or(NaiveTime::MIN, |event| there(event.start).time()));
    };
    let [old, new] = [before, after].map(|event| [there(event.start), there(event.end)]);
    let days = (new[0].date() - old[0].date()).num_days();
    Times::Moved([old, new].map(|both| both.map(|time| time.time())), days, is_as_long(before, after))
}

/// `18:30`; of meetings that moved `18:30 -> 19:00`, `18:30 -> 18:30 a day later`, `18:30–19:30 -> 18:30–20:30`.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (both, days, is_as_long) = match self {
            Self::At(time) => return write!(f, "{}", time.format("%H:%M")),
            Self::Moved(both, days, is_as_long) => (both, *days, *is_as_long),
        };
        let [old, new] = both.map(|[start, end]| {
            let end = if is_as_long { String::new() } else { through(start, end) };
            format!("{}{end}", start.format("%H:%M"))
        });
        write!(f, "{old} -> {new}")?;
        match days {
            0 => Ok(()),
            1 => f.write_str(" a day later"),
            -1 => f.write_str(" a day earlier"),
            days if days > 0 => write!(f, " {days} days later"),
            days => write!(f, " {} days earlier", -days),
        }
    }
}
