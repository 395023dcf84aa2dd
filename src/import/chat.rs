//! What any source says of a chat, before it is a schedule.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::recurrence::RecurrenceRule;
use crate::schedule::Confidence;
use crate::zone::{Instant, Zone};

/// A chat as its source tells of it.
#[derive(Clone, Debug, Default)]
pub struct Chat {
    pub title: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub platform: Option<String>,
    pub home: Option<String>,
    pub hosts: Vec<String>,
    pub tags: Vec<String>,
    pub runs: Vec<Run>,
    pub singles: Vec<Single>,
    /// Zones that its words or its calendar speak of, likeliest first.
    pub hints: Vec<Zone>,
    /// Whether its source names the clocks of each meeting.
    pub localised: bool,
}

/// A wall time somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub zone: Zone,
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

    /// The same instant on other clocks, unless it is one that no wall time there stands for (the second of two).
    pub fn seen_from(self, zone: Zone) -> Option<Self> {
        let wall = zone.local(self.instant());
        let moment = Self { date: wall.date(), time: wall.time(), zone };
        (moment.instant() == self.instant()).then_some(moment)
    }
}

/// A rule that goes on at one time of day.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it is called in its source; names it where two of a chat share a date.
    pub label: String,
    /// Without an end of its own.
    pub rule: RecurrenceRule,
    /// A date of the rule.
    pub start: NaiveDate,
    /// The last day on which it may meet.
    pub until: Option<NaiveDate>,
    pub time: NaiveTime,
    pub zone: Zone,
    pub duration: TimeDelta,
    pub confidence: Confidence,
    pub sources: Vec<String>,
    pub note: Option<String>,
    /// Dates that are taken away without a trace.
    pub without: BTreeSet<NaiveDate>,
    /// What is known of single meetings, by occurrence date.
    pub said: BTreeMap<NaiveDate, Said>,
}

/// What is known of one meeting of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    pub topic: Option<String>,
    pub cancelled: Option<String>,
    pub moved_to: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub duration: Option<TimeDelta>,
    pub zone: Option<Zone>,
    pub confidence: Option<Confidence>,
    pub source: Option<String>,
    pub note: Option<String>,
}

/// A meeting by itself.
#[derive(Clone, Debug)]
pub struct Single {
    /// The date that is its identity, if that is not the day on which it takes place.
    pub occurrence: Option<NaiveDate>,
    pub at: Moment,
    pub duration: TimeDelta,
    pub topic: Option<String>,
    pub cancelled: Option<String>,
    pub confidence: Confidence,
    pub source: String,
    pub note: Option<String>,
}

impl Single {
    /// Its identity.
    pub fn date(&self) -> NaiveDate {
        self.occurrence.unwrap_or(self.at.date)
    }
}

impl Run {
    /// The last day on which it may meet.
    pub fn last(&self) -> NaiveDate {
        self.until.unwrap_or(NaiveDate::MAX)
    }

    /// Its dates from a day on, those without a meeting among them.
    pub fn dates_from(&self, from: NaiveDate) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last();
        self.rule.dates_from(self.start, from).take_while(move |date| *date <= last)
    }

    /// Whether the rule gives a date, with a meeting or without.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.start <= date && date <= self.last() && self.rule.gives(self.start, date)
    }

    /// The date whose meeting the rule lets begin at this instant.
    pub fn date_at(&self, instant: Instant) -> Option<NaiveDate> {
        let day = self.zone.local(instant).date();
        // A time that the clocks skip can lie beyond midnight.
        let days = [Some(day), day.pred_opt()];
        days.into_iter().flatten().find(|day| self.holds(*day) && self.zone.instant(*day, self.time) == instant)
    }

    /// The date that the rule gives nearest to a day.
    pub fn nearest(&self, day: NaiveDate) -> Option<NaiveDate> {
        let after = self.dates_from(day).next();
        let before = [40, 400, 4_000].into_iter().find_map(|back| {
            let from = day.checked_sub_days(Days::new(back)).unwrap_or(NaiveDate::MIN);
            self.dates_from(from).take_while(|date| *date < day).last()
        });
        let distance = |date: &NaiveDate| (*date - day).num_days().abs();
        before.into_iter().chain(after).min_by_key(distance)
    }
}
