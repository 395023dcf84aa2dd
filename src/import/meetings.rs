//! From an event to series and single meetings: RRULE, RDATE, EXDATE, RECURRENCE-ID (RFC 5545 3.8.4 and 3.8.5).

mod singles;

use chrono::{NaiveDate, TimeDelta};

use super::draft::{ChatDraft, Clocks, MOST_SERIES, Moment, SingleDraft, UnsettledSeries, nearest_meeting};
use super::event::{CalendarEvent, DateOrTime, Group, topic_after};
use super::report::FileReport;
use super::rule::ReadRule;
use super::work::Work;
use super::{find, rule};
use crate::diagnostic::quoted;
use crate::recurrence::Run;
use crate::schedule::{Change, OneOff, Series, Venue};
use crate::text::count;
use crate::zone::Zone;
use singles::Singles;

/// The most meetings that are moved one by one.
const MOST_MOVED: usize = 200;

/// Adds the meetings of a group to its chat. `topic` is what a single meeting is about.
pub fn add(chat: &mut ChatDraft, group: Group, topic: Option<&str>, work: &mut Work, report: &mut FileReport) {
    let own_title = group.title().to_owned();
    if group.recurs() && !own_title.is_empty() && !own_title.eq_ignore_ascii_case(&chat.title) {
        report.change(
            group.main().line,
            &own_title,
            format!("its UID also belongs to \"{}\", so the two are one chat", chat.title),
        );
    }
    let (series, singles) = (Vec::new(), Singles::default());
    let mut adder = Adder { chat, own_title, work, report, clocks: Clocks::from(Zone::UTC), series, singles };
    let Group { master, mut overrides } = group;
    let met = master.as_ref().is_some_and(|master| adder.master(master, topic));
    overrides.sort_by_key(|event| (event.this_and_future, event.line));
    for event in overrides {
        adder.override_meetings(&event);
    }
    if let Some(master) = master.filter(|_| met) {
        adder.drop_what_exceptions_emptied(&master);
    }
    let Adder { series, singles, .. } = adder;
    chat.series.extend(series);
    chat.singles.extend(singles.into_all());
}

struct Adder<'r> {
    chat: &'r ChatDraft,
    /// The title of the event.
    own_title: String,
    work: &'r mut Work,
    report: &'r mut FileReport,
    clocks: Clocks,
    /// What the events of the group have given so far, here and in `singles`.
    series: Vec<UnsettledSeries>,
    singles: Singles,
}

impl Adder<'_> {
    /// Adds what an event gives without the changes of single meetings; says whether it has any meeting but for its
    /// exceptions.
    fn master(&mut self, event: &CalendarEvent, topic: Option<&str>) -> bool {
        let Some((start, duration)) = self.times(event) else { return false };
        if event.cancelled.is_some() && !event.rules.is_empty() {
            self.report.leave_out(event.line, &event.title, "the event is cancelled with all its meetings");
            return false;
        }
        for (index, text) in event.rules.iter().enumerate() {
            if self.series.len() >= MOST_SERIES {
                let (left, all) = (event.rules.len() - index, event.rules.len());
                let what = format!("{left} of its {all} rules: no chat has more than {MOST_SERIES} series");
                self.report.leave_out(event.line, &event.title, what);
                break;
            }
            match rule::read(text, start, self.work) {
                Ok(ReadRule { runs, remark }) => {
                    if let Some(remark) = remark {
                        self.report.change(event.line, &event.title, format!("RRULE:{}: {remark}", quoted(text)));
                    }
                    self.series.extend(runs.into_iter().map(|(time, run)| {
                        let slot = (time, start.zone, duration);
                        UnsettledSeries::new(event.title.clone(), run, slot, event.confidence, event.source.clone())
                    }));
                }
                Err(reason) => {
                    let text = quoted(text);
                    self.report.leave_out(event.line, &event.title, format!("RRULE:{text}: {reason}"));
                }
            }
        }
        let broken = !event.rules.is_empty() && self.series.is_empty();
        if !broken && event.meets_at_start && !self.is_regular(start) {
            if !event.rules.is_empty() {
                let what = format!("its first meeting, {start}, is not a date of its rule: kept as a single meeting");
                self.report.change(event.line, &event.title, what);
            }
            self.singles.push(self.single(event, start, duration, topic.map(str::to_owned)));
        }
        for addition in &event.additions {
            let DateOrTime::At(at) = addition else {
                self.report.leave_out(event.line, &event.title, "an RDATE without a time of day");
                continue;
            };
            let at = at.to_the_minute();
            if self.is_regular(at) || self.singles.find(*addition).is_some() {
                continue;
            }
            let texts = [event.description.as_deref(), topic, Some(event.source.as_str())];
            if let Err(reason) = self.work.repeat(texts.into_iter().flatten().map(str::len).sum()) {
                self.report.leave_out(event.line, &event.title, reason);
                break;
            }
            self.singles.push(self.single(event, at, duration, topic.map(str::to_owned)));
        }
        let any = !self.series.is_empty() || !self.singles.is_empty();
        for exception in &event.exceptions {
            self.except(event, *exception);
        }
        any
    }

    /// Drops series of which exceptions left nothing; where that is all of an event, the report says so.
    fn drop_what_exceptions_emptied(&mut self, event: &CalendarEvent) {
        self.series.retain(|draft| draft.dates().next().is_some());
        if self.series.is_empty() && self.singles.is_empty() {
            let meetings = if event.rules.is_empty() && event.additions.is_empty() {
                "its only meeting is"
            } else {
                "all its meetings are"
            };
            let what = format!("{meetings} taken away by EXDATE, so that nothing of it is left");
            self.report.leave_out(event.line, &event.title, what);
        }
    }

    fn is_regular(&mut self, at: Moment) -> bool {
        let instant = at.instant();
        self.series.iter().any(|draft| draft.date_at(instant, &mut self.clocks).is_some())
    }

    fn single(&self, event: &CalendarEvent, at: Moment, duration: TimeDelta, topic: Option<String>) -> SingleDraft {
        let one_off = OneOff {
            name: None,
            date: at.date,
            time: at.time,
            duration,
            zone: at.zone,
            venue: Venue::default(),
            topic,
            cancelled: event.cancelled.clone(),
            confidence: event.confidence,
            sources: vec![event.source.clone()],
            note: self.note(event).filter(|_| event.rules.is_empty()),
        };
        SingleDraft { occurrence: event.occurrence, one_off }
    }

    /// When an event begins and how long it lasts; nothing, and a remark, where a schedule cannot say that.
    fn times(&mut self, event: &CalendarEvent) -> Option<(Moment, TimeDelta)> {
        let (line, title) = (event.line, event.title.as_str());
        let DateOrTime::At(given) = event.start else {
            self.report.leave_out(line, title, "it is an all-day event, and a meeting needs a time of day");
            return None;
        };
        let start = given.to_the_minute();
        if start != given {
            self.report.change(line, title, "the seconds of its start were dropped");
        }
        let minutes = match event.duration.map(|duration| duration.num_seconds()) {
            Some(seconds) if seconds > 24 * 3_600 => {
                self.report.leave_out(line, title, "it lasts more than 24 hours, longer than a meeting may");
                return None;
            }
            Some(seconds) if seconds > 0 => (seconds + 59) / 60,
            _ => {
                self.report.change(line, title, "it does not say how long it lasts: 1h is assumed");
                60
            }
        };
        Some((start, TimeDelta::minutes(minutes)))
    }

    /// Removes a meeting without a trace, or reports that there is none.
    fn except(&mut self, event: &CalendarEvent, exception: DateOrTime) {
        let (mut any, fixed) = (false, exception.fixed());
        for draft in &mut self.series {
            if let Some(date) = fixed.date_in(draft, &mut self.clocks) {
                draft.without.insert(date);
                any = true;
            }
        }
        any |= self.singles.remove(fixed);
        if !any {
            let mut what = format!(
                "the exception {exception} matches no meeting{}",
                nearest_meeting(&self.series, exception.date())
            );
            if let DateOrTime::At(at) = exception
                && self.is_regular(Moment { zone: Zone::UTC, ..at })
            {
                what += ", which it would match if it were in UTC: if that is what it means, add a [[break]] or a [[change]]";
            }
            self.report.change(event.line, &event.title, what);
        }
    }

    /// Changes one meeting, or all from one on.
    fn override_meetings(&mut self, event: &CalendarEvent) {
        let Some(identity) = event.recurrence_id else { return };
        let Some((at, duration)) = self.times(event) else { return };
        let (mut drafts, clocks, fixed) = (self.series.iter().enumerate(), &mut self.clocks, identity.fixed());
        let Some((index, date)) = drafts.find_map(|(index, draft)| Some((index, fixed.date_in(draft, clocks)?))) else {
            self.override_single(event, identity, at, duration);
            return;
        };
        if event.this_and_future {
            self.split(event, index, date, (at, duration));
            return;
        }
        let (topic, note) = (self.topic(event), self.note(event));
        let draft = &mut self.series[index];
        draft.without.remove(&date);
        // The new time may be given in UTC, though the meeting has a local one.
        let local = at.seen_from(draft.series.zone).filter(|_| at.zone == Zone::UTC);
        draft.change(Change {
            topic,
            cancelled: event.cancelled.clone(),
            confidence: (event.confidence != draft.series.confidence).then_some(event.confidence),
            note,
            ..draft.change_to(date, local.unwrap_or(at), duration)
        });
    }

    /// Changes a meeting that no rule gives.
    fn override_single(&mut self, event: &CalendarEvent, identity: DateOrTime, at: Moment, duration: TimeDelta) {
        let single = self.single(event, at, duration, self.topic(event));
        if let Some(place) = self.singles.find(identity) {
            self.singles.replace(place, single);
            return;
        }
        if !self.series.is_empty() {
            let near = nearest_meeting(&self.series, at.date);
            let what = format!(
                "the changed meeting of {identity} is not one that its rule gives{near}: kept as a single meeting"
            );
            self.report.change(event.line, &event.title, what);
        }
        self.singles.push(single);
    }

    /// What an event says about itself, not about the chat.
    fn note(&self, event: &CalendarEvent) -> Option<String> {
        event.description.clone().filter(|_| event.description != self.chat.description)
    }

    fn topic(&self, event: &CalendarEvent) -> Option<String> {
        let title = &event.title;
        let known = [&self.chat.title, &self.own_title];
        if title.is_empty() || known.iter().any(|known| title.eq_ignore_ascii_case(known)) {
            return None;
        }
        known.iter().find_map(|known| topic_after(title, known)).or_else(|| Some(title.clone()))
    }

    /// RANGE=THISANDFUTURE: a series ends and another one begins.
    fn split(&mut self, event: &CalendarEvent, index: usize, date: NaiveDate, (at, duration): (Moment, TimeDelta)) {
        if self.series.len() >= MOST_SERIES {
            let what = format!("its change from {date} on: no chat has more than {MOST_SERIES} series");
            self.report.leave_out(event.line, &event.title, what);
            return;
        }
        let Series { run, time, .. } = &self.series[index].series;
        // Meetings that RDATE added move with it.
        let away = at.wall() - date.and_time(*time);
        self.singles.each(|single| {
            let one_off = &mut single.one_off;
            if one_off.date >= date && one_off.zone == at.zone {
                let wall = one_off.date.and_time(one_off.time);
                let wall = wall.checked_add_signed(away).unwrap_or(wall);
                (one_off.date, one_off.time, one_off.duration) = (wall.date(), wall.time(), duration);
            }
        });
        let days = at.date - date;
        let horizon = rule::horizon(date);
        let shifted = || {
            let dates = run.dates_from(date).through(horizon);
            dates.map_while(|date| date.checked_add_signed(days)).collect::<Vec<_>>()
        };
        let rule = match days.is_zero() {
            true => Some(run.rule.clone()),
            false if self.work.is_used_up() => None,
            false => find::rule_of(&shifted(), &run.rule, self.work),
        };
        let Some(rule) = rule else {
            if run.last.is_some() && run.dates_from(date).nth(MOST_MOVED).is_none() {
                move_each(&mut self.series[index], date, at, duration);
                return;
            }
            let by = count(days.num_days().unsigned_abs() as usize, "day");
            let way = if days < TimeDelta::zero() { "earlier" } else { "later" };
            let what = format!("from {date} on it meets {by} {way}, which no single rule can express");
            self.report.leave_out(event.line, &event.title, what);
            return;
        };
        let moved = |date: NaiveDate| date.checked_add_signed(days).unwrap_or(date);
        let later = Run { rule, start: at.date, last: run.last.map(moved) };
        let run = rule::plainest(later, self.work);
        let mut later = self.series[index].clone();
        let confidence = event.confidence;
        later.series = Series { run, time: at.time, zone: at.zone, duration, confidence, ..later.series };
        later.without = later.without.range(date..).copied().map(moved).collect();
        let changes =
            later.changes.split_off(&date).into_values().map(|change| Change { date: moved(change.date), ..change });
        later.changes = changes.map(|change| (change.date, change)).collect();
        if self.topic(event).is_some() {
            let what =
                format!("from {date} on it is called {}, but a series has no title of its own", quoted(&event.title));
            self.report.change(event.line, &self.chat.title, what);
        }
        let earlier = &mut self.series[index];
        earlier.series.run.last = earlier.series.run.last_before(date);
        earlier.keep_only_its_dates();
        if earlier.series.run.last.is_none() {
            self.series.remove(index);
        }
        self.series.push(later);
    }
}

/// Moves each meeting from a date on by as much as the first, where no rule can say that.
fn move_each(draft: &mut UnsettledSeries, from: NaiveDate, at: Moment, duration: TimeDelta) {
    let days = at.date - from;
    for date in draft.series.run.dates_from(from) {
        // A change to a single meeting takes precedence.
        if let Some(day) = date.checked_add_signed(days)
            && !draft.without.contains(&date)
            && !draft.changes.contains_key(&date)
        {
            draft.change(draft.change_to(date, Moment { date: day, ..at }, duration));
        }
    }
}
