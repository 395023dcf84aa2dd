//! A meeting in wall time, and how sure it is: where what a series says and what is known of one meeting come together.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::{Change, Confidence, OneOff, Series};
use crate::zone::{Instant, Zone};

/// RFC 5545 3.8.1.11, STATUS of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is evidence for it.
    Confirmed,
    /// It is inferred or assumed, or comes after the last day for which there is evidence.
    Tentative,
    /// People expected it, and it was called off.
    Cancelled,
}

impl Status {
    /// The value of STATUS: `CONFIRMED`, `TENTATIVE`, `CANCELLED`.
    pub fn value(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The status that a value of STATUS means, in either case.
    pub fn of(value: &str) -> Option<Self> {
        let all = [Self::Confirmed, Self::Tentative, Self::Cancelled];
        all.into_iter().find(|status| status.value().eq_ignore_ascii_case(value.trim()))
    }

    /// The word for JSON: `confirmed`, `tentative`, `cancelled`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Tentative => "tentative",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A meeting as the curator wrote it down: in wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The day in `zone`, after any move.
    pub day: NaiveDate,
    /// Wall time in `zone`.
    pub time: NaiveTime,
    /// The zone of `day` and `time`.
    pub zone: Zone,
    /// How long it takes.
    pub duration: TimeDelta,
    /// Whether it takes place.
    pub status: Status,
}

impl Planned {
    /// When it begins.
    pub fn start(&self) -> Instant {
        self.zone.instant(self.day, self.time)
    }

    /// When it ends.
    pub fn end(&self) -> Instant {
        self.start().plus_seconds(self.duration.num_seconds())
    }
}

impl OneOff {
    /// Its meeting.
    pub fn planned(&self) -> Planned {
        let status = if self.cancelled.is_some() { Status::Cancelled } else { self.confidence.status() };
        Planned { day: self.date, time: self.time, zone: self.zone, duration: self.duration, status }
    }
}

impl Series {
    /// Its meeting of a date, with what is known of it: what the change does not say is as in the series.
    pub fn meeting(&self, date: NaiveDate, change: Option<&Change>) -> Planned {
        let nothing = Change::default();
        let change = change.unwrap_or(&nothing);
        Planned {
            day: change.moved_to.unwrap_or(date),
            time: change.time.unwrap_or(self.time),
            zone: change.zone.unwrap_or(self.zone),
            duration: change.duration.unwrap_or(self.duration),
            status: self.status_of(date, change),
        }
    }

    fn status_of(&self, date: NaiveDate, change: &Change) -> Status {
        if change.cancelled.is_some() {
            return Status::Cancelled;
        }
        // One that was moved to an earlier day is known with that.
        let day = change.moved_to.map_or(date, |day| day.min(date));
        change.own_confidence().map_or_else(|| self.status_on(day), Confidence::status)
    }

    /// STATUS of a meeting of which nothing more is known.
    pub(crate) fn status_on(&self, date: NaiveDate) -> Status {
        match self.last_known {
            Some(known) if date > known.day() => Status::Tentative,
            _ => self.confidence.status(),
        }
    }
}

impl Change {
    /// How sure its meeting is, where that is known apart from the series: a source confirms it.
    pub(crate) fn own_confidence(&self) -> Option<Confidence> {
        self.confidence.or((!self.sources.is_empty()).then_some(Confidence::Confirmed))
    }
}

impl Confidence {
    pub(crate) fn status(self) -> Status {
        match self {
            Self::Confirmed => Status::Confirmed,
            Self::Inferred | Self::Assumed => Status::Tentative,
        }
    }
}
