//! Which VEVENTs a schedule becomes: masters with their exceptions, and meetings on their own.

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::clock_changes::ClockChanges;
use super::split::split;
use crate::expand::Meeting;
use crate::recurrence::{Ends, RecurrenceRule, Rrule, Run};
use crate::schedule::{Schedule, Series, Status};
use crate::text::LAST_YEAR;
use crate::zone::{Instant, Zone};

/// A series without an end is looked at through 31 December of so many years after `at`: what its exceptions and its
/// zone's rules are later nobody has planned yet.
const YEARS_AHEAD: i32 = 20;

/// A series with an end is looked at as a whole, unless it ends later than anybody can mean.
const MOST_YEARS_AHEAD: i32 = 100;

/// What is in the repeating form of a chat.
#[derive(Default)]
pub struct Plan<'s> {
    /// Series by series, in order of their first dates.
    pub masters: Vec<Master<'s>>,
    /// Meetings that stand alone, by date, then name.
    pub dated: Vec<Meeting<'s>>,
    /// Through when the zones must be right.
    pub through: Option<Instant>,
}

/// A VEVENT with RRULE, and those that override one of its meetings.
pub struct Master<'s> {
    /// Index of its series in the schedule.
    pub series: usize,
    /// RRULE, with UNTIL in UTC where it ends.
    pub rrule: Rrule,
    /// The first date of the rule: part of its identity, whatever becomes of that meeting.
    pub date: NaiveDate,
    /// The first meeting that is not taken away, as the rule gives it.
    pub first: Meeting<'s>,
    /// EXDATE: the dates that are taken away, between those that are not.
    pub excluded: Vec<NaiveDate>,
    /// Meetings of which something more is known.
    pub overrides: Vec<Meeting<'s>>,
}

impl<'s> Plan<'s> {
    /// The plan of a schedule at an instant, of which the year counts.
    pub fn of(schedule: &'s Schedule, at: Instant) -> Self {
        let mut plan = Self::default();
        for index in 0..schedule.series.len() {
            SeriesPlan::new(schedule, index, at).add_to(&mut plan);
        }
        let one_offs = schedule.one_offs.iter().map(|one_off| schedule.single(one_off));
        plan.dated.extend(one_offs.filter(|meeting| meeting.status != Status::Cancelled));
        plan.dated.sort_by_key(|meeting| (meeting.date, meeting.name()));
        plan.through = plan.through.max(plan.dated.iter().map(|meeting| meeting.end).max());
        plan
    }

    /// When the first meeting of all begins.
    pub fn from(&self) -> Option<Instant> {
        let regular = self.masters.iter().flat_map(|master| master.overrides.iter().chain([&master.first]));
        regular.chain(&self.dated).map(|meeting| meeting.start).min()
    }

    /// The zones in which masters are written, each once.
    pub fn zones(&self, schedule: &Schedule) -> Vec<Zone> {
        let mut zones = Vec::new();
        for master in &self.masters {
            let zone = schedule.series[master.series].zone;
            if zone != Zone::UTC && !zones.contains(&zone) {
                zones.push(zone);
            }
        }
        zones
    }
}

/// What comes after the dates that are looked at.
#[derive(Clone, Copy, PartialEq)]
enum Beyond {
    Nothing,
    /// More of the same, through this date if there is an end at all.
    More(Option<NaiveDate>),
}

/// The last day of a run that the repeating form looks at, at an instant of which the year counts.
pub fn ahead(run: &Run, at: Instant) -> NaiveDate {
    let years = if run.last.is_none() { YEARS_AHEAD } else { MOST_YEARS_AHEAD };
    let year = at.utc().year().max(run.start.year()) + years;
    NaiveDate::from_ymd_opt(year.min(LAST_YEAR), 12, 31).unwrap_or(NaiveDate::MAX)
}

/// How many of a run's dates through a day no plain rule gives: those that are written one by one. `dates` says how many
/// there are in all.
pub fn alone(run: &Run, through: NaiveDate, dates: usize) -> usize {
    let plain = split(&run.rule, run.start);
    if plain.is_empty() {
        return dates;
    }
    // Most often it is plain that they give all, and nothing has to be walked.
    let start_of = |rule: &RecurrenceRule| run.dates().take(100).find(|date| rule.gives(*date, *date));
    let given = plain.into_iter().filter_map(|rule| Some(Run { start: start_of(&rule)?, rule, last: run.last }));
    if given.map(|run| run.count(NaiveDate::MIN, through)).sum::<usize>() == dates {
        return 0;
    }
    cover(run, run.dates().through(through).collect(), through, |_, _| {}).len()
}

/// Hands over the plain rules that give some of these dates through a day and no others, each with its own; what
/// remains is given by none.
fn cover(
    run: &Run,
    mut dates: Vec<NaiveDate>,
    through: NaiveDate,
    mut add: impl FnMut(&RecurrenceRule, &[NaiveDate]),
) -> Vec<NaiveDate> {
    for rule in split(&run.rule, run.start) {
        let Some(first) = dates.iter().find(|date| rule.gives(**date, **date)) else { continue };
        let given: Vec<NaiveDate> = rule.dates(*first).through(through).collect();
        if given.iter().all(|date| dates.binary_search(date).is_ok()) {
            let mut taken = given.iter().peekable();
            dates.retain(|date| {
                while taken.next_if(|taken| *taken < date).is_some() {}
                taken.peek() != Some(&date)
            });
            add(&rule, &given);
        }
    }
    dates
}

/// One series on its way into the plan.
struct SeriesPlan<'s> {
    schedule: &'s Schedule,
    index: usize,
    series: &'s Series,
    dates: Vec<NaiveDate>,
    /// The last day that is looked at.
    bound: NaiveDate,
    beyond: Beyond,
    clocks: ClockChanges,
}

impl<'s> SeriesPlan<'s> {
    fn new(schedule: &'s Schedule, index: usize, at: Instant) -> Self {
        let series = &schedule.series[index];
        let run = &series.run;
        let bound = ahead(run, at);
        let mut dates: Vec<NaiveDate> = run.dates().through(bound).collect();
        let ends =
            |date: &NaiveDate| series.zone.instant(*date, series.time).plus_seconds(series.duration.num_seconds());
        while dates.pop_if(|date| !ends(date).can_be_written()).is_some() {}
        let more = bound.succ_opt().and_then(|after| run.next_from(after));
        let beyond = if more.is_some() { Beyond::More(run.final_date()) } else { Beyond::Nothing };
        let moved = schedule.changes.iter().map(|change| change.moved_to.unwrap_or(change.date));
        let days = moved.chain([run.start, dates.last().copied().unwrap_or(run.start)]);
        let instant = |date: NaiveDate| series.zone.instant(date, series.time);
        let (from, through) = days.fold((run.start, run.start), |(from, to), day| (from.min(day), to.max(day)));
        let clocks = ClockChanges::over(series.zone, instant(from), instant(through));
        Self { schedule, index, series, dates, bound, beyond, clocks }
    }

    /// A series of which a last day is known has two parts, as what comes later is tentative.
    fn add_to(&self, plan: &mut Plan<'s>) {
        let known = self.series.last_known.map_or(0, |known| self.dates.partition_point(|date| *date <= known.day()));
        let (earlier, later) = self.dates.split_at(known);
        let begin = plan.masters.len();
        self.add_part(plan, earlier, if later.is_empty() { self.beyond } else { Beyond::Nothing });
        self.add_part(plan, later, self.beyond);
        plan.masters[begin..].sort_by_key(|master| master.date);
    }

    /// Plain rules as far as they reach, and the other dates on their own.
    fn add_part(&self, plan: &mut Plan<'s>, dates: &[NaiveDate], beyond: Beyond) {
        let Some(last) = dates.last() else { return };
        let bound = if beyond == Beyond::Nothing { *last } else { self.bound };
        let remaining = cover(&self.series.run, dates.to_vec(), bound, |rule, given| {
            self.add_masters(plan, rule, given, beyond);
        });
        plan.dated.extend(remaining.into_iter().filter_map(|date| self.meeting_on(date)));
    }

    /// The meeting of a date, unless it was called off.
    fn meeting_on(&self, date: NaiveDate) -> Option<Meeting<'s>> {
        self.schedule.regular_on(self.index, date).filter(|meeting| meeting.status != Status::Cancelled)
    }

    /// Masters for the dates of a plain rule, split where its start has no definite wall time: some programs lose the
    /// thread there, even where such a date is taken away.
    fn add_masters(&self, plan: &mut Plan<'s>, rule: &RecurrenceRule, dates: &[NaiveDate], beyond: Beyond) {
        let is_definite =
            |date: &NaiveDate| self.clocks.is_definite(self.instant(*date), date.and_time(self.series.time));
        let mut rest = dates;
        while let Some(at) = rest.iter().position(|date| !is_definite(date)) {
            self.add_master(plan, rule, &rest[..at], Beyond::Nothing);
            plan.dated.extend(self.meeting_on(rest[at]));
            rest = &rest[at + 1..];
        }
        self.add_master(plan, rule, rest, beyond);
    }

    fn add_master(&self, plan: &mut Plan<'s>, rule: &RecurrenceRule, dates: &[NaiveDate], beyond: Beyond) {
        let mut kept = Vec::new();
        let mut overrides = Vec::new();
        // The last day that is taken by a meeting so far: its own, or that to which it was moved.
        let mut taken = NaiveDate::MIN;
        for (at, date) in dates.iter().enumerate() {
            let previous = at.checked_sub(1).map_or(NaiveDate::MIN, |before| dates[before]).max(taken);
            let next = dates.get(at + 1).copied().unwrap_or(NaiveDate::MAX);
            let Some(meeting) = self.meeting_on(*date) else { continue };
            let day = self.series.zone.local(meeting.start).date();
            // The library of Home Assistant shows what stands in for a meeting of a series in UTC beside it.
            let stands_in_utc = self.series.zone == Zone::UTC && meeting.change().is_some();
            let stays = previous < day && day < next && !stands_in_utc;
            if stays && self.regular_reads_alike(*date) && self.reads_alike(&meeting) {
                taken = day;
                kept.push(*date);
                overrides.extend(meeting.change().map(|_| meeting));
            } else {
                plan.dated.push(meeting);
            }
        }
        let (Some(first), Some(last)) = (kept.first(), kept.last()) else { return };
        let until = match beyond {
            Beyond::More(end) if !self.breaks_off() => end.map(|end| self.instant(end)),
            _ => Some(self.instant(*last)),
        };
        let ruled = |date: &&NaiveDate| *date > first && until.is_none_or(|until| self.instant(**date) <= until);
        let excluded = dates.iter().filter(ruled).filter(|date| kept.binary_search(date).is_err()).copied().collect();
        let ends = overrides.iter().map(|meeting| meeting.end).chain([match until {
            Some(until) => until.plus_seconds(self.series.duration.num_seconds()),
            None => self.series.zone.instant(self.bound, end_of_day()),
        }]);
        plan.through = plan.through.max(ends.max());
        plan.masters.push(Master {
            series: self.index,
            rrule: Rrule { rule: rule.clone(), ends: until.map_or(Ends::Never, |until| Ends::At(until.utc())) },
            date: dates[0],
            first: self.schedule.meeting(self.index, *first, None),
            excluded,
            overrides,
        });
    }

    fn instant(&self, date: NaiveDate) -> Instant {
        self.series.zone.instant(date, self.series.time)
    }

    /// A meeting during which the clocks change is written in UTC.
    fn regular_reads_alike(&self, date: NaiveDate) -> bool {
        let meeting = self.schedule.meeting(self.index, date, None);
        self.clocks.read_alike(&meeting, date.and_time(self.series.time))
    }

    fn reads_alike(&self, meeting: &Meeting<'_>) -> bool {
        let planned = self.series.meeting(meeting.date, meeting.change());
        planned.zone != self.series.zone || self.clocks.read_alike(meeting, planned.day.and_time(planned.time))
    }

    /// Whether a break goes on beyond what is looked at: then the series ends for now.
    fn breaks_off(&self) -> bool {
        self.schedule.breaks.iter().any(|pause| pause.holds(self.bound) && self.bound < pause.through)
    }
}

fn end_of_day() -> NaiveTime {
    NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()
}
