//! Events of one UID as runs and single meetings: RRULE, RDATE, EXDATE, RECURRENCE-ID (RFC 5545 3.8.4 and 3.8.5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, TimeDelta, Timelike};

use super::event::{Event, Stamp};
use super::group::Group;
use super::own;
use crate::import::chat::{Chat, Moment, Run, Said, Single};
use crate::import::find;
use crate::import::report::FileReport;
use crate::import::{rule, titles};
use crate::text::weekday_and_day;
use crate::zone::Zone;

/// So many meetings are moved one by one.
const MOST_MOVED: usize = 200;
/// Days in 400 years, after which weekdays and leap years begin anew.
const CYCLE: u64 = 146_097;

/// Adds what a group says to its chat.
pub fn add(chat: &mut Chat, group: Group, topic: Option<&str>, file: &str, own: bool, report: &mut FileReport) {
    let before = group.title().to_owned();
    if group.recurs() && !own && !before.is_empty() && !before.eq_ignore_ascii_case(&chat.title) {
        report.change(
            group.main().line,
            &before,
            format!("its UID goes on in \"{}\", so both are one chat", chat.title),
        );
    }
    let mut adder =
        Adder { file, own, title: chat.title.clone(), before, description: chat.description.clone(), report };
    let Group { master, mut overrides } = group;
    let (mut runs, mut singles) = match master {
        Some(master) => adder.master(&master, topic),
        None => (Vec::new(), Vec::new()),
    };
    overrides.sort_by_key(|event| (event.this_and_future, event.line));
    for event in overrides {
        adder.over(&event, &mut runs, &mut singles);
    }
    chat.runs.append(&mut runs);
    chat.singles.append(&mut singles);
}

struct Adder<'r> {
    file: &'r str,
    own: bool,
    title: String,
    /// What its own event is called.
    before: String,
    description: Option<String>,
    report: &'r mut FileReport,
}

impl Adder<'_> {
    /// The runs and single meetings of an event by itself.
    fn master(&mut self, event: &Event, topic: Option<&str>) -> (Vec<Run>, Vec<Single>) {
        let Some((start, duration)) = self.times(event) else { return (Vec::new(), Vec::new()) };
        if event.cancelled && !event.rules.is_empty() {
            self.report.leave_out(event.line, &event.title, "the event is cancelled with all its meetings");
            return (Vec::new(), Vec::new());
        }
        let mut runs = Vec::new();
        for text in &event.rules {
            match rule::read(text, start) {
                Ok(plain) => runs.extend(plain.into_iter().map(|plain| self.run(event, plain, start, duration))),
                Err(reason) => {
                    self.report.leave_out(
                        event.line,
                        &event.title,
                        format!("RRULE:{}: {reason}", crate::diagnostic::quoted(text)),
                    );
                }
            }
        }
        let broken = !event.rules.is_empty() && runs.is_empty();
        let mut singles = Vec::new();
        let given = |runs: &[Run], at: Moment| runs.iter().any(|run| run.date_at(at.instant()).is_some());
        if !broken && !given(&runs, start) {
            if !event.rules.is_empty() {
                let what =
                    format!("its first meeting, {}, is none of its rule: kept as a meeting by itself", shown(start));
                self.report.change(event.line, &event.title, what);
            }
            singles.push(self.single(event, start, duration, topic.map(str::to_owned)));
        }
        for addition in &event.additions {
            let Stamp::At(at) = addition else {
                self.report.leave_out(event.line, &event.title, "an RDATE without a time of day");
                continue;
            };
            if !given(&runs, *at) && singles.iter().all(|single| single.at.instant() != at.instant()) {
                singles.push(self.single(event, *at, duration, topic.map(str::to_owned)));
            }
        }
        for exception in &event.exceptions {
            self.except(event, *exception, &mut runs, &mut singles);
        }
        (runs, singles)
    }

    fn run(&self, event: &Event, plain: rule::Plain, start: Moment, duration: TimeDelta) -> Run {
        Run {
            label: event.title.clone(),
            rule: plain.rule,
            start: plain.start,
            until: plain.until,
            time: plain.time,
            zone: start.zone,
            duration,
            confidence: event.confidence,
            sources: vec![self.source(event)],
            note: None,
            without: BTreeSet::new(),
            said: BTreeMap::new(),
        }
    }

    fn source(&self, event: &Event) -> String {
        if event.uid.is_empty() {
            format!("Imported from {}", self.file)
        } else {
            format!("{}, UID {}", self.file, event.uid)
        }
    }

    fn single(&self, event: &Event, at: Moment, duration: TimeDelta, topic: Option<String>) -> Single {
        let reason = if self.own { own::reason(event) } else { None };
        let note = self.note(event).filter(|_| event.rules.is_empty());
        Single {
            occurrence: if self.own { own::occurrence(&event.uid) } else { None },
            at,
            duration,
            topic,
            cancelled: event.cancelled.then(|| reason.unwrap_or_else(|| "called off".to_owned())),
            confidence: event.confidence,
            source: self.source(event),
            note,
        }
    }

    /// When an event begins and how long it takes; nothing, told, where a schedule cannot say it.
    fn times(&mut self, event: &Event) -> Option<(Moment, TimeDelta)> {
        let (line, title) = (event.line, event.title.as_str());
        let Stamp::At(start) = event.start else {
            self.report.leave_out(line, title, "an all-day event: a meeting in a schedule has a time of day");
            return None;
        };
        let mut start = if self.own && start.zone == Zone::UTC { own::at_host(event, start) } else { start };
        if start.time.second() != 0 {
            start.time = start.time.with_second(0).unwrap_or(start.time);
            self.report.change(line, title, "it begins at a whole minute now");
        }
        let minutes = match event.duration.map(|duration| duration.num_seconds()) {
            Some(seconds) if seconds > 24 * 3_600 => {
                self.report.leave_out(line, title, "it takes more than 24 hours: no meeting in a schedule does");
                return None;
            }
            Some(seconds) if seconds > 0 => (seconds + 59) / 60,
            _ => {
                self.report.change(line, title, "it does not say how long it takes: 1h is assumed");
                60
            }
        };
        Some((start, TimeDelta::minutes(minutes)))
    }

    /// Takes a meeting away without a trace, or tells that there is none.
    fn except(&mut self, event: &Event, exception: Stamp, runs: &mut [Run], singles: &mut Vec<Single>) {
        let hit = |run: &Run| match exception {
            Stamp::At(at) => run.date_at(at.instant()),
            Stamp::Day(day) => run.holds(day).then_some(day),
        };
        let mut any = false;
        for run in &mut *runs {
            if let Some(date) = hit(run) {
                run.without.insert(date);
                any = true;
            }
        }
        let before = singles.len();
        singles.retain(|single| match exception {
            Stamp::At(at) => single.at.instant() != at.instant(),
            Stamp::Day(day) => single.at.date != day,
        });
        if !any && singles.len() == before {
            let (day, words) = match exception {
                Stamp::At(at) => (at.date, shown(at)),
                Stamp::Day(day) => (day, weekday_and_day(day)),
            };
            let near = nearest(runs, day);
            self.report.change(event.line, &event.title, format!("the exception {words} hits no meeting{near}"));
        }
    }

    /// One meeting, or all from one on, that differ from the rule.
    fn over(&mut self, event: &Event, runs: &mut Vec<Run>, singles: &mut Vec<Single>) {
        let Some(identity) = event.recurrence_id else { return };
        let found = runs.iter().enumerate().find_map(|(index, run)| match identity {
            Stamp::At(at) => Some((index, run.date_at(at.instant())?)),
            Stamp::Day(day) => run.holds(day).then_some((index, day)),
        });
        let Some((at, duration)) = self.times(event) else { return };
        let Some((index, date)) = found else {
            let same = singles.iter().position(|single| match identity {
                Stamp::At(at) => single.at.instant() == at.instant(),
                Stamp::Day(day) => single.at.date == day,
            });
            let topic = self.topic(event);
            let single = self.single(event, at, duration, topic);
            if let Some(same) = same {
                singles[same] = single;
            } else {
                if !runs.is_empty() {
                    let words = match identity {
                        Stamp::At(at) => shown(at),
                        Stamp::Day(day) => day.to_string(),
                    };
                    let near = nearest(runs, at.date);
                    let what = format!(
                        "the changed meeting of {words} is none of its rule{near}: kept as a meeting by itself"
                    );
                    self.report.change(event.line, &event.title, what);
                }
                singles.push(single);
            }
            return;
        };
        if event.this_and_future {
            self.split(event, index, date, (at, duration), runs, singles);
            return;
        }
        let run = &mut runs[index];
        run.without.remove(&date);
        let said = Said {
            topic: self.topic(event),
            cancelled: event.cancelled.then(|| "called off".to_owned()),
            moved_to: (at.date != date).then_some(at.date),
            time: (at.time != run.time).then_some(at.time),
            duration: (duration != run.duration).then_some(duration),
            zone: (at.zone != run.zone).then_some(at.zone),
            confidence: (event.confidence != run.confidence).then_some(event.confidence),
            source: None,
            note: self.note(event),
        };
        // An override in UTC of a meeting on local clocks is on local clocks.
        let said = on_the_clocks_of(run, said, at);
        if said != Said::default() {
            run.said.insert(date, said);
        }
    }

    /// What is said of one meeting and not of the chat.
    fn note(&self, event: &Event) -> Option<String> {
        event.description.clone().filter(|_| !self.own && event.description != self.description)
    }

    fn topic(&self, event: &Event) -> Option<String> {
        let title = if self.own { own::bare(&event.title) } else { &event.title };
        if title.is_empty() || [&self.title, &self.before].iter().any(|known| title.eq_ignore_ascii_case(known)) {
            return None;
        }
        Some(
            titles::topic(title, &self.title)
                .or_else(|| titles::topic(title, &self.before))
                .unwrap_or_else(|| title.to_owned()),
        )
    }

    /// RANGE=THISANDFUTURE: a run ends and another one begins.
    fn split(
        &mut self,
        event: &Event,
        index: usize,
        date: NaiveDate,
        to: (Moment, TimeDelta),
        runs: &mut Vec<Run>,
        singles: &mut [Single],
    ) {
        let (at, duration) = to;
        let run = &runs[index];
        // What RDATE added is moved along.
        let away = at.wall() - date.and_time(run.time);
        for single in singles.iter_mut().filter(|single| single.at.date >= date && single.at.zone == at.zone) {
            let wall = single.at.wall().checked_add_signed(away).unwrap_or(single.at.wall());
            (single.at.date, single.at.time, single.duration) = (wall.date(), wall.time(), duration);
        }
        let days = at.date - date;
        let horizon = date.checked_add_days(Days::new(CYCLE)).unwrap_or(date);
        let shifted = || {
            let shifted = run.dates_from(date).take_while(|date| *date <= horizon);
            shifted.map_while(|date| date.checked_add_signed(days)).collect::<Vec<_>>()
        };
        let rule = if days.is_zero() { Some(run.rule.clone()) } else { find::rule_of(&shifted(), &run.rule) };
        let Some(rule) = rule else {
            if run.until.is_some() && run.dates_from(date).nth(MOST_MOVED).is_none() {
                move_each(&mut runs[index], date, at, duration);
                return;
            }
            let what = format!("from {date} on it is moved by {} days, which no one rule says", days.num_days());
            self.report.leave_out(event.line, &event.title, what);
            return;
        };
        let moved = |date: &NaiveDate| date.checked_add_signed(days).unwrap_or(*date);
        let mut later = Run { rule: rule::said_best(&rule, at.date, run.until.as_ref().map(moved)), ..run.clone() };
        (later.start, later.time, later.zone, later.duration) = (at.date, at.time, at.zone, duration);
        later.until = run.until.as_ref().map(moved);
        later.confidence = event.confidence;
        later.without = run.without.range(date..).map(moved).collect();
        later.said = run.said.range(date..).map(|(date, said)| (moved(date), said.clone())).collect();
        if self.topic(event).is_some() {
            let what = format!("from {date} on it is called {:?}, which a series cannot say", event.title);
            self.report.change(event.line, &self.title, what);
        }
        let run = &mut runs[index];
        run.until = run.dates_from(run.start).take_while(|day| *day < date).last();
        run.without.retain(|day| *day < date);
        run.said.retain(|day, _| *day < date);
        if run.until.is_none() {
            runs.remove(index);
        }
        runs.push(later);
    }
}

/// Moves each meeting from a date on as far as the first, where no rule says that.
fn move_each(run: &mut Run, from: NaiveDate, at: Moment, duration: TimeDelta) {
    let days = at.date - from;
    for date in run.dates_from(from).collect::<Vec<_>>() {
        let plain = Said {
            moved_to: date.checked_add_signed(days),
            time: (at.time != run.time).then_some(at.time),
            duration: (duration != run.duration).then_some(duration),
            zone: (at.zone != run.zone).then_some(at.zone),
            ..Said::default()
        };
        // What is known of a meeting by itself says more.
        if !run.without.contains(&date) {
            run.said.entry(date).or_insert(plain);
        }
    }
}

/// The same meeting on the clocks of its run, where it was given in UTC.
fn on_the_clocks_of(run: &Run, said: Said, at: Moment) -> Said {
    if at.zone == run.zone || at.zone != Zone::UTC {
        return said;
    }
    let Some(local) = at.seen_from(run.zone) else { return said };
    let date = said.moved_to.unwrap_or(at.date);
    let original = if said.moved_to.is_some() { None } else { Some(date) };
    Said {
        moved_to: original.map_or(Some(local.date), |date| (local.date != date).then_some(local.date)),
        time: (local.time != run.time).then_some(local.time),
        zone: None,
        ..said
    }
}

fn nearest(runs: &[Run], day: NaiveDate) -> String {
    let near = runs.iter().filter_map(|run| Some((run.nearest(day)?, run)));
    match near.min_by_key(|(date, _)| (*date - day).num_days().abs()) {
        Some((date, run)) => {
            format!("; the nearest is {}", shown(Moment { date, time: run.time, zone: run.zone }))
        }
        None => String::new(),
    }
}

/// A moment for people: `Tue 1 April 2014, 18:30 Europe/London`.
pub fn shown(at: Moment) -> String {
    format!("{}, {} {}", weekday_and_day(at.date), at.time.format("%H:%M"), at.zone.name())
}
