//! What a file says about a chat, in the types of a schedule, before the chat is settled.
//!
//! Until then a series has no name and no index, so its changes stand with it; and dates that fall out are a set, not
//! yet breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::listed::Listed;
use crate::lint::limits::MOST_TAGS;
use crate::recurrence::Run;
use crate::schedule::keys::LIST;
use crate::schedule::{Change, Confidence, Evidence, Link, OneOff, Planned, Series, Tag, Venue};
use crate::text::weekday_and_day;
use crate::zone::{Instant, UtcCursor, WallCursor, Zone};

/// The most series of one schedule: what has more is not a chat.
pub const MOST_SERIES: usize = 200;

/// A chat as its file describes it. Its texts may still be longer than a schedule allows.
#[derive(Clone, Debug, Default)]
pub struct ChatDraft {
    pub title: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub platform: Option<String>,
    pub home: Option<Link>,
    pub hosts: Listed<String, LIST>,
    pub tags: Listed<Tag, MOST_TAGS>,
    pub series: Vec<UnsettledSeries>,
    pub singles: Vec<SingleDraft>,
    /// Zones that its file names, likeliest first.
    pub hints: Vec<Zone>,
    /// Whether the file gives the host's zone of each meeting, so that UTC means UTC.
    pub has_host_zones: bool,
}

/// A wall time in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub zone: Zone,
}

/// For people: `Tue 1 April 2014, 18:30 Europe/London`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} {}", weekday_and_day(self.date), self.time.format("%H:%M"), self.zone.name())
    }
}

impl From<Planned> for Moment {
    fn from(planned: Planned) -> Self {
        Self { date: planned.day, time: planned.time, zone: planned.zone }
    }
}

impl Moment {
    /// The instant that it means.
    pub fn instant(self) -> Instant {
        self.zone.instant(self.date, self.time)
    }

    /// The same without seconds: a meeting begins on a whole minute.
    #[must_use]
    pub fn to_the_minute(self) -> Self {
        Self { time: self.time.with_second(0).unwrap_or(self.time), ..self }
    }

    /// Date and time without the zone.
    pub fn wall(self) -> NaiveDateTime {
        self.date.and_time(self.time)
    }

    /// The same instant in another zone, unless no wall time there means it: of two equal ones
    /// only the first counts.
    pub fn seen_from(self, zone: Zone) -> Option<Self> {
        let wall = zone.local(self.instant());
        let moment = Self { date: wall.date(), time: wall.time(), zone };
        (moment.instant() == self.instant()).then_some(moment)
    }
}

/// The clocks of the zone that was asked for last. What is looked up for one event is mostly of one zone and near each
/// other, and in the far future each look-up by itself takes long.
#[derive(Debug)]
pub struct Clocks {
    zone: Zone,
    utc: UtcCursor,
    wall: WallCursor,
}

impl From<Zone> for Clocks {
    fn from(zone: Zone) -> Self {
        Self { zone, utc: zone.utc_cursor(), wall: zone.wall_cursor() }
    }
}

impl Clocks {
    fn of(&mut self, zone: Zone) -> &mut Self {
        if self.zone != zone {
            *self = Self::from(zone);
        }
        self
    }
}

/// A series before it is settled.
#[derive(Clone, Debug)]
pub struct UnsettledSeries {
    /// What its file calls it. It becomes the name where two series of a chat share a date.
    pub label: String,
    pub series: Series,
    /// Dates of the rule on which there is no meeting, not even a cancelled one.
    pub without: BTreeSet<NaiveDate>,
    /// What is known of single meetings, by occurrence date.
    pub changes: BTreeMap<NaiveDate, Change>,
}

/// A meeting that no series gives so far.
#[derive(Clone, Debug)]
pub struct SingleDraft {
    /// Its occurrence date, where the file gives one.
    pub occurrence: Option<NaiveDate>,
    pub one_off: OneOff,
}

impl SingleDraft {
    /// Its occurrence date.
    pub fn date(&self) -> NaiveDate {
        self.occurrence.unwrap_or(self.one_off.date)
    }

    /// When it begins.
    pub fn at(&self) -> Moment {
        Moment { date: self.one_off.date, time: self.one_off.time, zone: self.one_off.zone }
    }

    /// The same meeting, beginning at another moment.
    #[must_use]
    pub fn moved_to(mut self, at: Moment) -> Self {
        (self.one_off.date, self.one_off.time, self.one_off.zone) = (at.date, at.time, at.zone);
        self
    }
}

impl UnsettledSeries {
    /// A series without changes and exceptions. `slot` is the time of day, its zone, and how long a meeting lasts.
    pub fn new(
        label: String,
        run: Run,
        slot: (NaiveTime, Zone, TimeDelta),
        confidence: Confidence,
        source: Evidence,
    ) -> Self {
        let ((time, zone, duration), sources) = (slot, vec![source]);
        let (venue, note) = (Venue::default(), None);
        let series =
            Series { name: None, run, last_known: None, time, duration, zone, venue, confidence, sources, note };
        Self { label, series, without: BTreeSet::new(), changes: BTreeMap::new() }
    }

    /// Its dates, without the exceptions.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        self.series.run.dates().filter(|date| !self.without.contains(date))
    }

    /// The date whose unchanged meeting begins at this instant.
    pub fn date_at(&self, instant: Instant, clocks: &mut Clocks) -> Option<NaiveDate> {
        let Series { run, zone, time, .. } = &self.series;
        let Clocks { utc, wall, .. } = clocks.of(*zone);
        let day = instant.at_offset(utc.observance(instant).offset).date();
        // A time that the clocks skip can lie beyond midnight.
        let days = [Some(day), day.pred_opt()];
        days.into_iter().flatten().find(|day| run.holds(*day) && wall.instant(*day, *time) == instant)
    }

    /// Its meeting of a date, with any change applied, as a single one.
    pub fn meeting(&self, date: NaiveDate) -> SingleDraft {
        let planned = self.series.meeting(date, self.changes.get(&date));
        let change = self.changes.get(&date).cloned().unwrap_or_default();
        let sources = if change.sources.is_empty() { &self.series.sources } else { &change.sources };
        let confidence = change.own_confidence().unwrap_or(self.series.confidence);
        let one_off = OneOff {
            name: None,
            date: planned.day,
            time: planned.time,
            duration: planned.duration,
            zone: planned.zone,
            venue: change.venue,
            topic: change.topic,
            cancelled: change.cancelled,
            confidence,
            sources: sources.first().cloned().into_iter().collect(),
            note: change.note,
        };
        SingleDraft { occurrence: None, one_off }
    }

    /// The change that moves the meeting of a date to this moment and gives it this length: the inverse of
    /// [`Series::meeting`].
    pub fn change_to(&self, date: NaiveDate, at: Moment, duration: TimeDelta) -> Change {
        let plain = self.series.meeting(date, None);
        Change {
            moved_to: (at.date != plain.day).then_some(at.date),
            time: (at.time != plain.time).then_some(at.time),
            duration: (duration != plain.duration).then_some(duration),
            zone: (at.zone != plain.zone).then_some(at.zone),
            date,
            ..Change::default()
        }
    }

    /// Replaces what is known of a meeting, unless the change says nothing.
    pub fn change(&mut self, change: Change) {
        if change != (Change { date: change.date, ..Change::default() }) {
            self.changes.insert(change.date, change);
        }
    }

    /// Drops exceptions and changes of dates before its start or after its last day.
    pub fn keep_only_its_dates(&mut self) {
        let Run { start, last, .. } = self.series.run;
        let holds = |date: &NaiveDate| start <= *date && last.is_none_or(|last| *date <= last);
        self.without.retain(holds);
        self.changes.retain(|date, _| holds(date));
    }
}

/// The evidence for what a file says without an identifier of its own.
pub fn imported_from(file: &str) -> Evidence {
    Evidence::Words(format!("Imported from {file}"))
}

/// The regular meeting nearest to a day, as the end of a remark; empty where there is none.
pub fn nearest_meeting(series: &[UnsettledSeries], day: NaiveDate) -> String {
    let distance = |date: &NaiveDate| (*date - day).num_days().abs();
    let near = series.iter().filter_map(|draft| {
        let run = &draft.series.run;
        let date = run.last_before(day).into_iter().chain(run.next_from(day)).min_by_key(distance)?;
        Some((distance(&date), Moment::from(draft.series.meeting(date, None))))
    });
    let nearest = near.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, at)| format!("; the nearest is {at}")).unwrap_or_default()
}
