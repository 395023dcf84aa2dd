//! A meeting of which there is news, and how it is told.

use chrono::NaiveDateTime;

use crate::diff::{MeetingDifference, Snapshot};
use crate::expand::Meeting;
use crate::feed::Stamp;
use crate::feed::uid::{self, Uid};
use crate::schedule::{Collection, LastKnown, Location, Status};
use crate::text::{closed, day, weekday_and_day};
use crate::zone::{Instant, Zone};

/// A meeting of which there is news.
pub struct Item<'m> {
    /// Its occurrence date, and its name where it has one.
    pub occurrence: String,
    /// As it is; nothing where it is gone.
    pub now: Option<(&'m Meeting<'m>, Stamp)>,
    /// As it was; nothing where it is new.
    pub before: Option<&'m Snapshot>,
    pub start: Instant,
    pub end: Instant,
    pub zone: Zone,
    /// Why it is gone or called off, where that is known.
    pub reason: Option<&'m str>,
}

impl<'m> Item<'m> {
    /// A meeting as it is and was.
    pub fn now(collection: &Collection, meeting: &'m Meeting<'m>, stamp: Stamp, before: Option<&'m Snapshot>) -> Self {
        let uid = uid::of_meeting(meeting, collection);
        let occurrence = Uid::parse(&uid).map_or(&uid[..], |uid| uid.occurrence).to_owned();
        let (start, end, zone, reason) = (meeting.start, meeting.end, meeting.zone(), meeting.own().cancelled);
        Self { occurrence, now: Some((meeting, stamp)), before, start, end, zone, reason }
    }

    /// A meeting that is gone; nothing where it was called off already.
    pub fn gone(of: &'m MeetingDifference, reason: Option<&'m str>) -> Option<Self> {
        let before = of.before.as_ref().filter(|before| before.status != Status::Cancelled)?;
        let (start, end, zone) = (before.start, before.end, of.zone.unwrap_or(Zone::UTC));
        Some(Self { occurrence: of.occurrence.clone(), now: None, before: Some(before), start, end, zone, reason })
    }

    /// When it was revised: where it is gone, at the instant of the build.
    pub fn revised(&self, at: Instant) -> Instant {
        self.now.map_or(at, |(_, stamp)| stamp.revised)
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
        let (Some((meeting, _)), Some(before)) = (self.now, self.before) else { return Vec::new() };
        let mut befores = Vec::new();
        let [was, was_end, now] = [before.start, before.end, self.start].map(|instant| self.local(instant));
        if (before.start, before.end) != (self.start, self.end) {
            let is_as_long = before.end.unix_seconds() - before.start.unix_seconds()
                == self.end.unix_seconds() - self.start.unix_seconds();
            let time = was.format("%H:%M").to_string();
            let start = if was.date() == now.date() { time } else { beginning(was) };
            befores.push(if is_as_long { start } else { start + &through(was, was_end) });
        }
        let place = meeting.venues().location();
        if before.place.as_deref() != place.as_ref().map(Location::as_str) {
            befores.push(
                before.place.as_deref().map_or_else(|| "no place".to_owned(), |place| closed(place).into_owned()),
            );
        }
        let join = meeting.venues().join();
        let service = meeting.venues().words().filter(|_| join.is_none() && meeting.venues().home().is_some());
        if before.place.as_deref() == place.as_ref().map(Location::as_str) && before.service != service {
            befores.extend(before.service.as_deref().map(|service| closed(service).into_owned()));
        }
        if before.topic.as_deref() != meeting.own().topic {
            befores.extend(before.topic.as_deref().map(|topic| closed(topic).into_owned()));
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
