//! What a file says of a chat, in the types of the schedule that is to be: before names, breaks and indices are settled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::expand::Planned;
use crate::recurrence::Run;
use crate::schedule::{Change, Evidence, Link, OneOff, Series, Tag};
use crate::zone::{Instant, Zone};

/// A chat as its file tells of it. Its texts may still be longer than a schedule allows.
#[derive(Clone, Debug, Default)]
pub struct ChatDraft {
    pub title: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub platform: Option<String>,
    pub home: Option<Link>,
    pub hosts: Vec<String>,
    pub tags: Vec<Tag>,
    pub series: Vec<SeriesDraft>,
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
        write!(f, "{}, {} {}", self.date.format("%a %-d %B %Y"), self.time.format("%H:%M"), self.zone.name())
    }
}

impl From<Planned> for Moment {
    fn from(planned: Planned) -> Self {
        Self { date: planned.day, time: planned.time, zone: planned.zone }
    }
}

impl Moment {
    /// The instant that it stands for.
    pub fn instant(self) -> Instant {
        self.zone.instant(self.date, self.time)
    }

    /// Date and time on the clocks there.
    pub fn wall(self) -> NaiveDateTime {
        self.date.and_time(self.time)
    }

    /// The same instant in another zone, unless no wall time there stands for it (the second of two).
    pub fn seen_from(self, zone: Zone) -> Option<Self> {
        let wall = zone.local(self.instant());
        let moment = Self { date: wall.date(), time: wall.time(), zone };
        (moment.instant() == self.instant()).then_some(moment)
    }
}

/// A series before it is settled: it has no name yet, and what is known of its meetings stands with it.
#[derive(Clone, Debug)]
pub struct SeriesDraft {
    /// What its file calls it: its name, where two series of a chat share a date.
    pub label: String,
    pub series: Series,
    /// Dates of the rule that have no meeting, without a trace of one.
    pub without: BTreeSet<NaiveDate>,
    /// By occurrence date.
    pub changes: BTreeMap<NaiveDate, Change>,
}

/// A meeting by itself.
#[derive(Clone, Debug)]
pub struct SingleDraft {
    /// Its occurrence date, where that is not the day on which it takes place.
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

impl SeriesDraft {
    /// A series of which no meeting is changed or missing.
    pub fn new(label: String, series: Series) -> Self {
        Self { label, series, without: BTreeSet::new(), changes: BTreeMap::new() }
    }

    /// Its dates with a meeting.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        self.series.run.dates().filter(|date| !self.without.contains(date))
    }

    /// The date whose meeting the rule lets begin at this instant.
    pub fn date_at(&self, instant: Instant) -> Option<NaiveDate> {
        let Series { run, zone, time, .. } = &self.series;
        let day = zone.local(instant).date();
        // A time that the clocks skip can lie beyond midnight.
        let days = [Some(day), day.pred_opt()];
        days.into_iter().flatten().find(|day| run.holds(*day) && zone.instant(*day, *time) == instant)
    }

    /// Its meeting of a date by itself, as its change leaves it.
    pub fn meeting(&self, date: NaiveDate) -> SingleDraft {
        let change = self.changes.get(&date).cloned().unwrap_or_else(|| nothing_of(date));
        let planned = self.series.meeting(date, Some(&change));
        let sources = if change.sources.is_empty() { &self.series.sources } else { &change.sources };
        let one_off = OneOff {
            name: None,
            date: planned.day,
            time: planned.time,
            duration: planned.duration,
            zone: planned.zone,
            topic: change.topic,
            cancelled: change.cancelled,
            confidence: change.confidence.unwrap_or(self.series.confidence),
            sources: sources.first().cloned().into_iter().collect(),
            note: change.note,
        };
        SingleDraft { occurrence: None, one_off }
    }

    /// What must be said of the meeting of a date so that the series gives it at this moment and with this length: the
    /// inverse of [`Series::meeting`].
    pub fn change_to(&self, date: NaiveDate, at: Moment, duration: TimeDelta) -> Change {
        let plain = self.series.meeting(date, None);
        Change {
            moved_to: (at.date != plain.day).then_some(at.date),
            time: (at.time != plain.time).then_some(at.time),
            duration: (duration != plain.duration).then_some(duration),
            zone: (at.zone != plain.zone).then_some(at.zone),
            ..nothing_of(date)
        }
    }

    /// Puts a change in the place of what was known of its meeting, unless it says nothing.
    pub fn change(&mut self, change: Change) {
        if change != nothing_of(change.date) {
            self.changes.insert(change.date, change);
        }
    }

    /// Leaves only the dates from `from` through the last one: exceptions and changes of others go.
    pub fn keep_only_its_dates(&mut self) {
        let Run { start, last, .. } = self.series.run;
        let holds = |date: &NaiveDate| start <= *date && last.is_none_or(|last| *date <= last);
        self.without.retain(holds);
        self.changes.retain(|date, _| holds(date));
    }
}

/// A change that says nothing of the meeting of a date; the series is not known yet.
pub fn nothing_of(date: NaiveDate) -> Change {
    Change {
        date,
        series: 0,
        topic: None,
        cancelled: None,
        moved_to: None,
        time: None,
        duration: None,
        zone: None,
        confidence: None,
        sources: Vec::new(),
        note: None,
    }
}

/// Where a file says something: a link, or words.
pub fn evidence(text: String) -> Evidence {
    Link::new(&text).map_or(Evidence::Words(text), Evidence::Link)
}

/// The regular meeting nearest to a day, to be added to a remark; nothing where there is none.
pub fn nearest(series: &[SeriesDraft], day: NaiveDate) -> String {
    let distance = |date: &NaiveDate| (*date - day).num_days().abs();
    let near = series.iter().filter_map(|draft| {
        let run = &draft.series.run;
        let date = run.last_before(day).into_iter().chain(run.next_from(day)).min_by_key(distance)?;
        Some((distance(&date), Moment::from(draft.series.meeting(date, None))))
    });
    let nearest = near.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, at)| format!("; the nearest is {at}")).unwrap_or_default()
}
