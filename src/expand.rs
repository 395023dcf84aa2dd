//! Schedules to meetings: the heart of the program.
//!
//! A schedule gives rules, exceptions and single meetings in wall time; a [`Meeting`] is one gathering with its instants.
//! Everything downstream (feeds, page, `next`) is made of meetings and never looks at a rule again.

mod own_feed;
mod window;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Timelike};

use crate::recurrence::{Dates, Run};
use crate::schedule::{
    Break, Change, Confidence, Evidence, LastKnown, OneOff, Planned, Schedule, Series, Status, Venue, Venues,
};
use crate::text::LAST_YEAR;
use crate::zone::{Instant, Zone};
pub use own_feed::of_feed;
pub use window::Window;

/// One gathering of a chat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meeting<'s> {
    /// The chat.
    pub schedule: &'s Schedule,
    /// What it comes from.
    pub origin: Origin<'s>,
    /// Occurrence date: the date that the rule gave it, before any move; its identity.
    pub date: NaiveDate,
    /// When it begins.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
    /// Whether it takes place.
    pub status: Status,
}

/// What a meeting comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin<'s> {
    /// The series with this index, perhaps with something known of this one meeting.
    Regular(usize, Option<&'s Change>),
    /// A meeting outside every series.
    OneOff(&'s OneOff),
}

/// All meetings of a chat in a window, by occurrence date, then name.
pub fn expand(schedule: &Schedule, window: Window) -> Vec<Meeting<'_>> {
    let mut meetings = Vec::new();
    expand_into(&mut meetings, schedule, window);
    meetings
}

/// As [`expand`], into a buffer whose content it replaces.
pub fn expand_into<'s>(meetings: &mut Vec<Meeting<'s>>, schedule: &'s Schedule, window: Window) {
    meetings.clear();
    for index in 0..schedule.series.len() {
        add_unchanged(meetings, schedule, index, window);
    }
    meetings.extend(known(schedule).filter(|meeting| meeting.lies_in(window)));
    // A series alone is in order already.
    if schedule.series.len() != 1 || !schedule.changes.is_empty() || !schedule.one_offs.is_empty() {
        meetings.sort_by_key(|meeting| (meeting.date, meeting.name()));
    }
}

/// What is to come of a chat, or goes on at an instant: the first `count` of each series, as [`first_of_each`] has them.
pub fn coming(schedule: &Schedule, at: Instant, count: usize) -> Vec<Meeting<'_>> {
    // A meeting that goes on began at most a day ago, and clocks differ by about a day.
    let from = at.utc().date().checked_sub_days(Days::new(3)).unwrap_or(NaiveDate::MIN);
    first_of_each(schedule, Window { from, ..Window::ALL }, count, |meeting| meeting.end > at)
}

/// Of each series the first meetings of which nothing more is known, and all meetings of which more is known, as far as
/// they lie in a window and are wanted: in whatever order they are then put, the first `count` of all are among them. So
/// the window may reach to the end of time.
pub fn first_of_each(
    schedule: &Schedule,
    window: Window,
    count: usize,
    wanted: impl Fn(&Meeting<'_>) -> bool,
) -> Vec<Meeting<'_>> {
    let wanted = |meeting: &Meeting<'_>| meeting.lies_in(window) && wanted(meeting);
    let mut meetings = Vec::new();
    for index in 0..schedule.series.len() {
        let dates = Unchanged::new(schedule, index, window);
        let unchanged = dates.map(|(_, date)| schedule.meeting(index, date, None));
        meetings.extend(unchanged.filter(&wanted).take(count));
    }
    meetings.extend(known(schedule).filter(wanted));
    meetings
}

/// The meetings of which more is known than the rule of their series.
pub(crate) fn known(schedule: &Schedule) -> impl Iterator<Item = Meeting<'_>> {
    let changed =
        schedule.changes.iter().filter_map(|change| schedule.regular(change.series, change.date, Some(change)));
    changed.chain(schedule.one_offs.iter().map(|one_off| schedule.single(one_off)))
}

/// The dates of a series on which it meets as its rule says: not those of breaks and changes.
struct Unchanged<'s> {
    run: &'s Run,
    index: usize,
    dates: Dates,
    through: NaiveDate,
    changes: &'s [Change],
    breaks: &'s [Break],
}

impl<'s> Unchanged<'s> {
    fn new(schedule: &'s Schedule, index: usize, window: Window) -> Self {
        let run = &schedule.series[index].run;
        let (changes, breaks) = (&schedule.changes, &schedule.breaks);
        Self { run, index, dates: window.dates_of(run), through: window.through, changes, breaks }
    }

    /// Whether the date has a change; dates come in order, and what is of earlier ones is dropped.
    fn is_changed(&mut self, date: NaiveDate) -> bool {
        while let [change, later @ ..] = self.changes
            && change.date < date
        {
            self.changes = later;
        }
        let mut of_date = self.changes.iter().take_while(|change| change.date == date);
        of_date.any(|change| change.series == self.index)
    }

    /// The break that a date lies in.
    fn pause(&mut self, date: NaiveDate) -> Option<&'s Break> {
        while let [pause, later @ ..] = self.breaks
            && pause.through < date
        {
            self.breaks = later;
        }
        self.breaks.first().filter(|pause| pause.holds(date))
    }
}

impl Iterator for Unchanged<'_> {
    /// As [`Dates::next_numbered`] gives them.
    type Item = (i32, NaiveDate);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (day, date) = self.dates.next_numbered()?;
            if let Some(pause) = self.pause(date) {
                // Over a break, however long, in one step.
                self.dates = self.run.dates_from(pause.through.succ_opt()?).through(self.through);
            } else if !self.is_changed(date) {
                return Some((day, date));
            }
        }
    }
}

/// The meetings of a series of which nothing more is known.
fn add_unchanged<'s>(meetings: &mut Vec<Meeting<'s>>, schedule: &'s Schedule, index: usize, window: Window) {
    let series = &schedule.series[index];
    let mut cursor = series.zone.wall_cursor();
    let (time, length) = (series.time.num_seconds_from_midnight(), series.duration.num_seconds());
    for (day, date) in Unchanged::new(schedule, index, window) {
        let start = cursor.instant_on(day, time);
        let end = start.plus_seconds(length);
        let status = series.status_on(date);
        let meeting = Meeting { schedule, origin: Origin::Regular(index, None), date, start, end, status };
        let at_edge = date <= window.from || date == window.through || date.year() == LAST_YEAR;
        if !at_edge || meeting.lies_in(window) {
            meetings.push(meeting);
        }
    }
}

impl Schedule {
    /// The meeting of a date that the rule of a series gives, as changes and breaks leave it; cancelled ones are marked.
    pub(crate) fn regular_on(&self, series: usize, date: NaiveDate) -> Option<Meeting<'_>> {
        self.regular(series, date, self.change_on(series, date))
    }

    /// What is known of the meeting of a date.
    fn change_on(&self, series: usize, date: NaiveDate) -> Option<&Change> {
        let of_date = self.changes.partition_point(|change| change.date < date);
        let mut changes = self.changes[of_date..].iter().take_while(|change| change.date == date);
        changes.find(|change| change.series == series)
    }

    /// A regular meeting with what is known of it; nothing where a break takes it away.
    fn regular<'s>(&'s self, series: usize, date: NaiveDate, change: Option<&'s Change>) -> Option<Meeting<'s>> {
        let brought_back = change.is_some_and(|change| change.cancelled.is_none());
        let broken = !brought_back && self.breaks.iter().any(|pause| pause.holds(date));
        (!broken).then(|| self.meeting(series, date, change))
    }

    /// The last day on which a series that ends meets where its rule has it.
    pub(crate) fn last_regular(&self, series: usize) -> Option<NaiveDate> {
        let run = &self.series[series].run;
        let stays = |change: &&Change| change.cancelled.is_none() && change.moved_to.is_none();
        let changes = self.changes.iter().filter(|change| change.series == series).filter(stays);
        let brought_back = changes.map(|change| change.date).max();
        let mut end = run.last?.succ_opt()?;
        while let Some(date) = run.last_before(end) {
            end = match self.breaks.iter().find(|pause| pause.holds(date)) {
                // Over a break, however long, in one step.
                Some(pause) => pause.from,
                None if self.change_on(series, date).is_some() => date,
                None => return brought_back.max(Some(date)),
            };
        }
        brought_back
    }

    /// A regular meeting with what is known of it, whatever the breaks.
    pub(crate) fn meeting<'s>(&'s self, series: usize, date: NaiveDate, change: Option<&'s Change>) -> Meeting<'s> {
        let planned = self.series[series].meeting(date, change);
        self.planned(Origin::Regular(series, change), date, planned)
    }

    /// A meeting outside every series.
    pub(crate) fn single<'s>(&'s self, one_off: &'s OneOff) -> Meeting<'s> {
        self.planned(Origin::OneOff(one_off), one_off.date, one_off.planned())
    }

    fn planned<'s>(&'s self, origin: Origin<'s>, date: NaiveDate, planned: Planned) -> Meeting<'s> {
        let (start, end, status) = (planned.start(), planned.end(), planned.status);
        Meeting { schedule: self, origin, date, start, end, status }
    }
}

/// What is known of one meeting apart from the rule of its series.
#[derive(Clone, Copy, Debug, Default)]
pub struct Own<'s> {
    /// What it is about.
    pub topic: Option<&'s str>,
    /// Why it was called off.
    pub cancelled: Option<&'s str>,
    /// Where it is known from.
    pub sources: &'s [Evidence],
    /// Anything else.
    pub note: Option<&'s str>,
}

impl<'s> Meeting<'s> {
    /// What is known of it alone.
    pub fn own(&self) -> Own<'s> {
        let (topic, cancelled, sources, note) = match self.origin {
            Origin::Regular(_, None) => return Own::default(),
            Origin::Regular(_, Some(Change { topic, cancelled, sources, note, .. }))
            | Origin::OneOff(OneOff { topic, cancelled, sources, note, .. }) => (topic, cancelled, sources, note),
        };
        Own { topic: topic.as_deref(), cancelled: cancelled.as_deref(), sources, note: note.as_deref() }
    }

    /// What is said of where it takes place and with whom.
    pub fn venues(&self) -> Venues<'s> {
        Venues::new(self.own_venue(), self.series().map(|series| &series.venue), &self.schedule.venue)
    }

    /// What is said of that for this meeting alone.
    pub fn own_venue(&self) -> Option<&'s Venue> {
        match self.origin {
            Origin::Regular(_, change) => change.map(|change| &change.venue),
            Origin::OneOff(one_off) => Some(&one_off.venue),
        }
    }

    /// Its series, where it is a regular meeting.
    pub fn series(&self) -> Option<&'s Series> {
        match self.origin {
            Origin::Regular(index, _) => self.schedule.series.get(index),
            Origin::OneOff(_) => None,
        }
    }

    /// What is known of it, where it is a regular meeting.
    pub fn change(&self) -> Option<&'s Change> {
        match self.origin {
            Origin::Regular(_, change) => change,
            Origin::OneOff(_) => None,
        }
    }

    /// The name of its series or its own: distinguishes meetings of a chat that share an occurrence date.
    pub fn name(&self) -> Option<&'s str> {
        match self.origin {
            Origin::Regular(index, _) => self.schedule.series[index].name.as_deref(),
            Origin::OneOff(one_off) => one_off.name.as_deref(),
        }
    }

    /// Where it is known from: its own sources, else those of its series.
    pub fn sources(&self) -> &'s [Evidence] {
        match (self.own().sources, self.series()) {
            ([], Some(series)) => &series.sources,
            (own, _) => own,
        }
    }

    /// Its own note, else that of its series.
    pub fn note(&self) -> Option<&'s str> {
        self.own().note.or_else(|| self.series()?.note.as_deref())
    }

    /// How sure the curator is of it.
    pub fn confidence(&self) -> Confidence {
        match self.origin {
            Origin::Regular(index, change) => {
                change.and_then(Change::own_confidence).unwrap_or(self.schedule.series[index].confidence)
            }
            Origin::OneOff(one_off) => one_off.confidence,
        }
    }

    /// What is known last of its series, where that is why the meeting is tentative.
    pub fn unconfirmed_since(&self) -> Option<LastKnown> {
        let surer = self.change().and_then(Change::own_confidence).is_some();
        // One that was moved to an earlier day had taken place by then.
        let day = self.date.min(self.local_start().date());
        self.series()?.last_known.filter(|known| day > known.day() && !surer)
    }

    /// Whether it begins in a window, on the host's calendar, and is over while instants can be written.
    fn lies_in(&self, window: Window) -> bool {
        window.holds(self.local_start().date()) && self.end.can_be_written()
    }

    /// The zone of its wall time.
    pub fn zone(&self) -> Zone {
        match self.origin {
            Origin::Regular(_, Some(Change { zone: Some(zone), .. })) | Origin::OneOff(OneOff { zone, .. }) => *zone,
            Origin::Regular(index, _) => self.schedule.series[index].zone,
        }
    }

    /// When it begins on the host's clocks.
    pub fn local_start(&self) -> NaiveDateTime {
        self.zone().local(self.start)
    }

    /// When it ends on the host's clocks.
    pub fn local_end(&self) -> NaiveDateTime {
        self.zone().local(self.end)
    }
}
