//! The repeating form of a chat, for importing once: one VEVENT with RRULE per series, VTIMEZONE, exceptions.
//!
//! It is written so that calendar programs agree on it: only rules that all of them store (see `split`), DTSTART always
//! the first meeting of its rule, exceptions in the form of DTSTART. Whatever they read differently stands on its own, in
//! UTC: a start that the clocks skip or show twice, a meeting during which they change, one that was moved past
//! its neighbour. Cancelled meetings are taken away.
//!
//! A series without an end goes on forever in its rule. Its exceptions, the dates that no plain rule gives, and the
//! VTIMEZONE reach through 31 December of the twentieth year after `at`.

mod clock_changes;
mod plan;
mod split;

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::description::DescriptionWriter;
use super::ledger::{Key, Known};
use super::line::Lines;
use super::{Composer, Stamp, close, describe, heading_of, open, timezone, uid, write_stamp};
use crate::expand::{Meeting, Origin};
use crate::schedule::{Collection, Schedule, Series, phrase};
use crate::text::day;
use crate::zone::{Instant, SECONDS_PER_DAY, Zone};
use plan::{Master, Plan};
pub use plan::{ahead, alone};

/// The repeating form of a chat, on its way to lines.
pub struct RepeatingForm<'a> {
    schedule: &'a Schedule,
    collection: &'a Collection,
    plan: Plan<'a>,
    description: DescriptionWriter,
    /// UIDs of masters so far.
    uids: HashSet<String>,
    meetings: &'a [Meeting<'a>],
    stamps: &'a [Stamp],
    /// When each series was last revised, where the expanded form has meetings of it.
    series_revised: Vec<Option<Stamp>>,
    /// For what nobody knows yet.
    fallback: Stamp,
    at: Instant,
    content: Lines,
    /// The VTIMEZONEs, once they have been written.
    zones: Option<Lines>,
}

/// The VTIMEZONEs of a plan.
fn zones(plan: &Plan<'_>, schedule: &Schedule) -> Lines {
    let mut lines = Lines::new();
    if let (Some(from), Some(through)) = (plan.from(), plan.through) {
        // A day more on both sides: a pattern that seems to go on must not touch the wall times of the last meeting.
        let (from, through) = (from.plus_seconds(-SECONDS_PER_DAY), through.plus_seconds(SECONDS_PER_DAY));
        for zone in plan.zones(schedule) {
            timezone::write(&mut lines, zone, from, through);
        }
    }
    lines
}

impl<'a> RepeatingForm<'a> {
    /// `meetings` are those of the expanded form in their order, `stamps` say when each was last revised.
    pub fn new(
        schedule: &'a Schedule,
        collection: &'a Collection,
        at: Instant,
        meetings: &'a [Meeting<'a>],
        stamps: &'a [Stamp],
    ) -> Self {
        let mut description = DescriptionWriter::new(collection);
        description.of_chat(schedule);
        let new_year = NaiveDate::from_ymd_opt(at.utc().year(), 1, 1).unwrap_or(NaiveDate::MIN);
        let fallback = Stamp { revised: Zone::UTC.instant(new_year, NaiveTime::MIN), sequence: 0 };
        let mut series_revised = vec![None; schedule.series.len()];
        for (meeting, stamp) in meetings.iter().zip(stamps) {
            if let Origin::Regular(index, _) = meeting.origin {
                let last: &mut Option<Stamp> = &mut series_revised[index];
                *last = Some(latest(last.unwrap_or(*stamp), *stamp));
            }
        }
        Self {
            schedule,
            collection,
            plan: Plan::of(schedule, at),
            description,
            uids: HashSet::new(),
            meetings,
            stamps,
            series_revised,
            fallback,
            at,
            content: Lines::new(),
            zones: None,
        }
    }

    /// Writes it, an iCalendar object as a whole, in place of what `lines` hold. `old` is what the form knows as it was
    /// published: a VEVENT is never older than there, and newer where its lines differ. Besides, one of a single meeting
    /// has the stamp that this has in the expanded form, a master that of the last of its meetings there.
    pub fn write(&mut self, lines: &mut Lines, old: &Known) {
        self.uids.clear();
        lines.clear();
        open(lines, heading_of(self.schedule, &format!("repeating/{}.ics", self.schedule.slug)), self.collection);
        let plan = std::mem::take(&mut self.plan);
        lines.append(self.zones.get_or_insert_with(|| zones(&plan, self.schedule)).as_bytes());
        for master in &plan.masters {
            self.master(lines, master, old);
        }
        let mut dated = plan.dated.iter();
        let stamp = |uid: &str, content: &[u8]| match dated.next() {
            // Where both forms have it, they agree: it has the same UID.
            Some(meeting) => self.stamp_of(meeting, old.stamp(uid, content, self.at), |own, _| own),
            None => self.fallback,
        };
        Composer::new(self.collection).events(lines, self.schedule, &plan.dated, stamp);
        close(lines);
        self.plan = plan;
    }

    /// The stamp of a meeting, of which the published form knows this one; `both` chooses where the expanded form has one
    /// as well, which comes first.
    fn stamp_of(&self, meeting: &Meeting<'_>, known: Option<Stamp>, both: fn(Stamp, Stamp) -> Stamp) -> Stamp {
        let key = (meeting.date, meeting.name());
        let own = self.meetings.binary_search_by_key(&key, |known| (known.date, known.name()));
        let own = own.ok().and_then(|at| self.stamps.get(at)).copied();
        match (own, known) {
            (Some(own), Some(known)) => both(own, known),
            // Beyond the expanded form.
            (None, Some(known)) => known,
            (Some(own), None) => own,
            (None, None) => match meeting.origin {
                Origin::Regular(index, _) => self.series_revised[index].unwrap_or(self.fallback),
                Origin::OneOff(_) => self.fallback,
            },
        }
    }

    /// The stamp of a master, of which the published form knows this one.
    fn stamp_of_master(&self, series: usize, known: Option<Stamp>) -> Stamp {
        match (self.series_revised[series], known) {
            (Some(of_meetings), Some(known)) => latest(of_meetings, known),
            (stamp, other) => stamp.or(other).unwrap_or(self.fallback),
        }
    }

    fn master(&mut self, lines: &mut Lines, master: &Master<'_>, old: &Known) {
        let series = &self.schedule.series[master.series];
        let uid = self.series_uid(series, master.date);
        let content = &mut self.content;
        content.clear();
        content.wall("DTSTART", series.zone, master.first.local_start());
        content.wall("DTEND", series.zone, master.first.local_end());
        content.plain("RRULE", &master.rrule.to_string());
        for date in &master.excluded {
            content.wall("EXDATE", series.zone, date.and_time(series.time));
        }
        self.description.describe_series(&master.first, &series_words(series));
        describe(content, &self.description, &master.first);
        let known = old.stamp(&uid, self.content.as_bytes(), self.at);
        lines.plain("BEGIN", "VEVENT");
        lines.plain("UID", &uid);
        write_stamp(lines, self.stamp_of_master(master.series, known));
        lines.append(self.content.as_bytes());
        lines.plain("END", "VEVENT");
        for meeting in &master.overrides {
            self.exception(lines, series, &uid, meeting, old);
        }
    }

    /// A VEVENT that stands in for one meeting of a master.
    fn exception(&mut self, lines: &mut Lines, series: &Series, uid: &str, meeting: &Meeting<'_>, old: &Known) {
        // In another zone it is written in UTC, so that a file needs the VTIMEZONEs of its series alone.
        let zone = if meeting.zone() == series.zone { series.zone } else { Zone::UTC };
        let content = &mut self.content;
        content.clear();
        content.wall("RECURRENCE-ID", series.zone, meeting.date.and_time(series.time));
        let of_which = content.as_bytes().len();
        content.wall("DTSTART", zone, zone.local(meeting.start));
        content.wall("DTEND", zone, zone.local(meeting.end));
        self.description.describe(meeting);
        describe(content, &self.description, meeting);
        let (of_which, rest) = self.content.as_bytes().split_at(of_which);
        let known = old.stamp(&Key::of_exception(uid, of_which), self.content.as_bytes(), self.at);
        lines.plain("BEGIN", "VEVENT");
        lines.plain("UID", uid);
        lines.append(of_which);
        write_stamp(lines, self.stamp_of(meeting, known, latest));
        lines.append(rest);
        lines.plain("END", "VEVENT");
    }

    /// UID of a master: one that no other has.
    fn series_uid(&mut self, series: &Series, date: NaiveDate) -> String {
        let mut number = 1;
        loop {
            let uid = uid::of_series(self.schedule, series, date, number, self.collection);
            if self.uids.insert(uid.clone()) {
                return uid;
            }
            number += 1;
        }
    }
}

fn latest(one: Stamp, other: Stamp) -> Stamp {
    Stamp { revised: one.revised.max(other.revised), sequence: one.sequence.max(other.sequence) }
}

/// A series for people: `Every first Tuesday of the month until 6 December 2016`. A series of which a last day is
/// known fades out; that is not an end.
fn series_words(series: &Series) -> String {
    let rule = &series.run.rule;
    let words = phrase::print(rule).map_or_else(|| format!("By rule {rule}"), |phrase| format!("Every {phrase}"));
    let last = series.run.final_date().filter(|_| series.last_known.is_none());
    let until = last.map(|last| format!(" until {}", day(last))).unwrap_or_default();
    format!("{words}{until}")
}
