//! Parts of a schedule in the making, with the places of the file that they come from.

use std::ops::Range;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use toml::Spanned;

use crate::recurrence::Run;
use crate::schedule::{Confidence, Evidence, LastKnown, Series, Venue};
use crate::zone::Zone;

/// What the top of a schedule gives to all tables that do not say it themselves. Nothing stands for what is not given and
/// for what is wrong.
pub struct Defaults {
    pub zone: Option<Zone>,
    pub time: Option<NaiveTime>,
    pub duration: Option<TimeDelta>,
}

/// A series in the making: what is right of it, and where it stands.
pub struct SeriesTable {
    /// The bytes of its header.
    pub header: Range<usize>,
    /// The bytes of its `time`, or of its header.
    pub time_at: Range<usize>,
    pub name: Option<String>,
    pub start: Option<Spanned<NaiveDate>>,
    /// Its dates. At first they end as its rule does; then `until`, `seen` and `announced` are taken into account.
    pub run: Option<Run>,
    pub until: Option<NaiveDate>,
    pub last_known: Option<LastKnown>,
    /// Whether nothing is wrong with how it ends.
    pub ends_right: bool,
    pub time: Option<NaiveTime>,
    pub duration: Option<TimeDelta>,
    pub zone: Option<Zone>,
    pub venue: Venue,
    pub confidence: Option<Confidence>,
    pub sources: Vec<Evidence>,
    pub note: Option<String>,
}

impl SeriesTable {
    /// The series, if everything of it is right.
    pub fn finish(self) -> Option<Series> {
        Some(Series {
            name: self.name,
            run: self.run?,
            last_known: self.last_known,
            time: self.time?,
            duration: self.duration?,
            zone: self.zone?,
            venue: self.venue,
            confidence: self.confidence?,
            sources: self.sources,
            note: self.note,
        })
    }

    /// Its dates, where everything is known that they depend on.
    pub fn dates(&self) -> Option<&Run> {
        self.run.as_ref().filter(|_| self.ends_right)
    }

    /// How messages speak of it: by its name, else by its start.
    pub fn called(&self) -> String {
        match (&self.name, &self.start) {
            (Some(name), _) => format!("series \"{name}\""),
            (None, Some(start)) => format!("the series that starts on {}", start.get_ref()),
            (None, None) => "a series".to_owned(),
        }
    }
}

/// A series whose dates are known.
pub struct Dated<'d> {
    /// Its place among the drafts.
    pub index: usize,
    pub draft: &'d SeriesTable,
    pub run: &'d Run,
}

/// Something of one day, and where it stands.
pub struct Placed<T> {
    /// What it is.
    pub item: T,
    /// The bytes of its date.
    pub at: Range<usize>,
    /// The bytes of its `time`, else of its date.
    pub time_at: Range<usize>,
    /// The name of the series that it asks for, and its bytes.
    pub series: Option<(String, Range<usize>)>,
}
