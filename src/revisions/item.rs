//! A meeting of which there is news, and how it is told.

use chrono::NaiveDateTime;

use crate::diff::{MeetingDifference, Snapshot, is_as_long};
use crate::expand::Meeting;
use crate::feed::Stamp;
use crate::feed::uid::{self, Uid};
use crate::schedule::{Collection, LastKnown, Status};
use crate::text::{closed, day, weekday_and_day};
use crate::zone::{Instant, Zone};

/// A meeting of which there is news.
pub struct Item<'m> {
    /// Its occurrence date, and its name where it has one.
    pub occurrence: String,
    /// As it is; nothing where it is gone.
    pub now: Option<(&'m Meeting<'m>, Stamp)>,
    /// As feeds had it and have it; nothing where it is new.
    before: Option<&'m Snapshot>,
    after: Option<&'m Snapshot>,
    pub start: Instant,
    pub end: Instant,
    pub zone: Zone,
    /// Why it is gone or called off, where that is known.
    pub reason: Option<&'m str>,
}

impl<'m> Item<'m> {
    /// A meeting of a chat that is new.
    pub fn new(collection: &Collection, meeting: &'m Meeting<'m>, stamp: Stamp) -> Self {
        let uid = uid::of_meeting(meeting, collection);
        let occurrence = Uid::parse(&uid).map_or(&uid[..], |uid| uid.occurrence).to_owned();
        let (start, end, zone, reason) = (meeting.start, meeting.end, meeting.zone(), meeting.own().cancelled);
        Self { occurrence, now: Some((meeting, stamp)), before: None, after: None, start, end, zone, reason }
    }

    /// A meeting that differs.
    pub fn changed(of: &'m MeetingDifference, meeting: &'m Meeting<'m>, stamp: Stamp) -> Self {
        let (start, end, zone, reason) = (meeting.start, meeting.end, meeting.zone(), meeting.own().cancelled);
        let (before, after) = (of.before.as_ref(), of.after.as_ref());
        Self { occurrence: of.occurrence.clone(), now: Some((meeting, stamp)), before, after, start, end, zone, reason }
    }

    /// A meeting that is gone; nothing where it was called off already.
    pub fn gone(of: &'m MeetingDifference, reason: Option<&'m str>) -> Option<Self> {
        let before = of.before.as_ref().filter(|before| before.status != Status::Cancelled)?;
        let (start, end, zone) = (before.start, before.end, of.zone.unwrap_or(Zone::UTC));
        Some(Self {
            occurrence: of.occurrence.clone(),
            now: None,
            before: Some(before),
            after: None,
            start,
            end,
            zone,
            reason,
        })
    }

    /// When it was revised: where it is gone, at the instant of the build.
    pub fn revised(&self, at: Instant) -> Instant {
        self.now.map_or(at, |(_, stamp)| stamp.revised)
    }

    /// Whether nobody knew of it before.
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Whether it is to come, or was: what is over changes nobody's plans.
    pub fn is_to_come(&self, at: Instant) -> bool {
        self.end > at || self.before.is_some_and(|before| before.end > at)
    }

    fn local(&self, instant: Instant) -> NaiveDateTime {
        self.zone.local(instant)
    }

    pub fn topic(&self) -> Option<&str> {
        match self.now {
            Some((meeting, _)) => meeting.own().topic,
            None => self.before?.topic.as_deref(),
        }
    }

    /// Where it is, fit to be shown.
    pub fn place(&self) -> Option<String> {
        let (meeting, _) = self.now?;
        meeting.venues().location().map(|place| closed(place.as_str()).into_owned())
    }

    /// When it is and was, where, and what is doubtful.
    pub fn in_lines(&self) -> String {
        let mut lines = vec![self.when()];
        lines.extend(self.place());
        lines.extend(self.befores().into_iter().map(|before| format!("Before: {before}")));
        let label = if self.now.is_some() { "Cancelled: " } else { "" };
        lines.extend(self.reason.map(|reason| format!("{label}{}", closed(reason))));
        let known = self.now.and_then(|(meeting, _)| meeting.unconfirmed_since());
        lines.extend(known.filter(|_| self.reason.is_none()).map(LastKnown::doubt_in_a_line));
        lines.join("\n")
    }

    /// The same as one of several, with its place or without.
    pub fn in_a_line(&self, with_place: bool) -> String {
        let about = self.reason.or(self.topic()).map(|about| format!(": {}", closed(about))).unwrap_or_default();
        let is_tentative = self.now.is_some_and(|(meeting, _)| meeting.status == Status::Tentative);
        let doubt = if is_tentative { " (unconfirmed)" } else { "" };
        let befores = self.befores();
        let before = if befores.is_empty() { String::new() } else { format!(" (before: {})", befores.join(", ")) };
        let place = self.place().filter(|_| with_place).map(|place| format!(", {place}")).unwrap_or_default();
        [&self.when(), &about[..], doubt, &place, &before].concat()
    }

    /// What a feed has said of when it was, with the place of its clocks, of which nothing else is known any more.
    fn wall(&self) -> Option<&'m str> {
        let wall = self.before.filter(|_| self.now.is_none())?.wall.as_str();
        (!wall.is_empty()).then_some(wall)
    }

    /// Its day: `Tue 5 May 2026`.
    pub fn day(&self) -> String {
        let of_wall = self.wall().and_then(|wall| wall.split_once(", "));
        of_wall.map_or_else(|| weekday_and_day(self.local(self.start).date()), |(day, _)| day.to_owned())
    }

    /// `Tue 5 May 2026, 19:00–20:00 London`
    fn when(&self) -> String {
        if let Some(wall) = self.wall() {
            return closed(wall).into_owned();
        }
        let [start, end] = [self.start, self.end].map(|instant| self.local(instant));
        format!("{}{} {}", beginning(start), through(start, end), self.zone.place())
    }

    /// What is other than it was: its time, its place, its topic.
    fn befores(&self) -> Vec<String> {
        let (Some(before), Some(after)) = (self.before, self.after) else { return Vec::new() };
        let mut befores = Vec::new();
        let [was, was_end, now] = [before.start, before.end, after.start].map(|instant| self.local(instant));
        if (before.start, before.end) != (after.start, after.end) {
            let time = was.format("%H:%M").to_string();
            let start = if was.date() == now.date() { time } else { beginning(was) };
            befores.push(if is_as_long(before, after) { start } else { start + &through(was, was_end) });
        }
        let shown = |text: &Option<String>| text.as_deref().map(|text| closed(text).into_owned());
        if before.place != after.place {
            befores.push(shown(&before.place).unwrap_or_else(|| "no place".to_owned()));
        } else if before.service != after.service {
            befores.extend(shown(&before.service));
        }
        if before.topic != after.topic {
            befores.extend(shown(&before.topic));
        }
        befores
    }
}

fn beginning(start: NaiveDateTime) -> String {
    format!("{}, {}", weekday_and_day(start.date()), start.format("%H:%M"))
}

/// `–20:00`, `–00:30 1 January 2026`
fn through(start: NaiveDateTime, end: NaiveDateTime) -> String {
    let day = if end.date() == start.date() { String::new() } else { format!(" {}", day(end.date())) };
    format!("–{}{day}", end.format("%H:%M"))
}
