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
use super::ledger::Known;
use super::line::Lines;
use super::{Composer, Stamp, close, describe, heading_of, identity, open, timezone, write_stamp};
use crate::expand::{Meeting, Origin};
use crate::schedule::{Collection, Schedule, Series, phrase};
use crate::text::day;
use crate::zone::{Instant, SECONDS_PER_DAY, Zone};
use plan::{Master, Plan};
pub use plan::{ahead, alone};

/// Writes the repeating form of a chat, an iCalendar object as a whole, in place of what `lines` hold. `meetings` are those of its expanded form in
/// their order, `stamps` say when each was last revised: a VEVENT of one meeting has its stamp, a master that of the last one
/// of its series, but a later one than in the form as it was published, `old`, where its lines differ.
pub fn write(
    lines: &mut Lines,
    schedule: &Schedule,
    collection: &Collection,
    at: Instant,
    meetings: &[Meeting<'_>],
    stamps: &[Stamp],
    old: Option<&[u8]>,
) {
    let plan = Plan::of(schedule, at);
    let mut writer = Writer::new(schedule, collection, at, meetings, stamps);
    writer.write(lines, &plan);
    // As a rule nothing has changed, and the old form need not be asked.
    if let Some(old) = old.filter(|old| *old != lines.as_bytes()) {
        writer.old = Known::of_series(old, at);
        writer.write(lines, &plan);
    }
}

/// Writes the VEVENTs of series.
struct Writer<'a> {
    schedule: &'a Schedule,
    collection: &'a Collection,
    description: DescriptionWriter,
    /// UIDs of masters so far.
    uids: HashSet<String>,
    meetings: &'a [Meeting<'a>],
    stamps: &'a [Stamp],
    /// When each series was last revised.
    series_revised: Vec<Option<Stamp>>,
    /// For meetings of which the expanded form knows nothing yet.
    fallback: Stamp,
    at: Instant,
    /// The series as they were published.
    old: Known,
    content: Lines,
}

impl<'a> Writer<'a> {
    fn new(
        schedule: &'a Schedule,
        collection: &'a Collection,
        at: Instant,
        meetings: &'a [Meeting<'a>],
        stamps: &'a [Stamp],
    ) -> Self {
        let mut description = DescriptionWriter::new(&collection.zones);
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
            description,
            uids: HashSet::new(),
            meetings,
            stamps,
            series_revised,
            fallback,
            at,
            old: Known::default(),
            content: Lines::new(),
        }
    }

    /// Writes all of it, in place of what `lines` hold.
    fn write(&mut self, lines: &mut Lines, plan: &Plan<'_>) {
        self.uids.clear();
        lines.clear();
        open(lines, heading_of(self.schedule, &format!("repeating/{}.ics", self.schedule.slug)), self.collection);
        if let (Some(from), Some(through)) = (plan.from(), plan.through) {
            // A day more on both sides: a pattern that seems to go on must not touch the wall times of the last meeting.
            let (from, through) = (from.plus_seconds(-SECONDS_PER_DAY), through.plus_seconds(SECONDS_PER_DAY));
            for zone in plan.zones(self.schedule) {
                timezone::write(lines, zone, from, through);
            }
        }
        for master in &plan.masters {
            self.master(lines, master);
        }
        let mut stamps = plan.dated.iter().map(|meeting| self.stamp_of(meeting));
        let stamp = |_: &str, _: &[u8]| stamps.next().unwrap_or(self.fallback);
        Composer::new(self.collection).events(lines, self.schedule, &plan.dated, stamp);
        close(lines);
    }

    /// The stamp of a meeting; beyond the expanded form that of its series.
    fn stamp_of(&self, meeting: &Meeting<'_>) -> Stamp {
        let key = (meeting.date, meeting.name());
        let known = self.meetings.binary_search_by_key(&key, |known| (known.date, known.name()));
        let own = known.ok().and_then(|at| self.stamps.get(at)).copied();
        let of_series = || match meeting.origin {
            Origin::Regular(index, _) => self.series_revised[index],
            Origin::OneOff(_) => None,
        };
        own.or_else(of_series).unwrap_or(self.fallback)
    }

    /// The stamp of the master with these lines.
    fn stamp_of_master(&self, uid: &str, series: usize) -> Stamp {
        let of_meetings = self.series_revised[series].unwrap_or(self.fallback);
        let known = self.old.stamp(uid, self.content.as_bytes(), self.at);
        known.map_or(of_meetings, |known| latest(of_meetings, known))
    }

    fn master(&mut self, lines: &mut Lines, master: &Master<'_>) {
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
        lines.plain("BEGIN", "VEVENT");
        lines.plain("UID", &uid);
        write_stamp(lines, self.stamp_of_master(&uid, master.series));
        lines.append(self.content.as_bytes());
        lines.plain("END", "VEVENT");
        for meeting in &master.overrides {
            self.exception(lines, series, &uid, meeting);
        }
    }

    /// A VEVENT that stands in for one meeting of a master.
    fn exception(&mut self, lines: &mut Lines, series: &Series, uid: &str, meeting: &Meeting<'_>) {
        // In another zone it is written in UTC, so that a file needs the VTIMEZONEs of its series alone.
        let zone = if meeting.zone() == series.zone { series.zone } else { Zone::UTC };
        lines.plain("BEGIN", "VEVENT");
        lines.plain("UID", uid);
        lines.wall("RECURRENCE-ID", series.zone, meeting.date.and_time(series.time));
        write_stamp(lines, self.stamp_of(meeting));
        lines.wall("DTSTART", zone, zone.local(meeting.start));
        lines.wall("DTEND", zone, zone.local(meeting.end));
        self.description.describe(meeting);
        describe(lines, &self.description, meeting);
        lines.plain("END", "VEVENT");
    }

    /// UID of a master: its first date, the series' name, the chat, and a number where masters share all that.
    fn series_uid(&mut self, series: &Series, date: NaiveDate) -> String {
        let (slug, id) = (identity(self.schedule), &self.collection.id);
        let name = series.name.as_ref().map(|name| format!("{name}.")).unwrap_or_default();
        let mut uid = format!("{date}.{name}{slug}.series@{id}");
        let mut number = 2;
        while !self.uids.insert(uid.clone()) {
            uid = format!("{date}.{name}{slug}.series.{number}@{id}");
            number += 1;
        }
        uid
    }
}

fn latest(one: Stamp, other: Stamp) -> Stamp {
    Stamp { revised: one.revised.max(other.revised), sequence: one.sequence.max(other.sequence) }
}

/// A series for people: `Every first Tuesday of the month until 6 December 2016`. A series that was last seen some day
/// fades out; that is not an end.
fn series_words(series: &Series) -> String {
    let rule = &series.run.rule;
    let words = phrase::print(rule).map_or_else(|| format!("By rule {rule}"), |phrase| format!("Every {phrase}"));
    let last = series.run.final_date().filter(|_| series.seen.is_none());
    let until = last.map(|last| format!(" until {}", day(last))).unwrap_or_default();
    format!("{words}{until}")
}
