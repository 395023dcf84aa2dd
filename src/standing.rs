//! How a chat stands: whether it meets, and what is known of its end.
//!
//! There is one answer, with two ways to word it. `list` and `next` speak of now: "unconfirmed since 19 February", "begins
//! 7 January". The page is made for a year and read long after, so it speaks of dates that stay true whatever day it is
//! read.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::expand::{Meeting, Status, Window, coming, expand};
use crate::schedule::{Schedule, Series};
use crate::text::{day, month, short_day};
use crate::zone::Instant;

/// How a chat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It meets, and the curator vouches for it.
    Running,
    /// It probably meets: the last day for which there is evidence.
    Unconfirmed(NaiveDate),
    /// It has not met yet: the first day of its first series.
    Begins(NaiveDate),
    /// It pauses between two series: the first day of the next.
    Resumes(NaiveDate),
    /// No series runs, but it meets on this day.
    Meets(NaiveDate),
    /// It is known to stop, or to have stopped, after this day.
    Ended(NaiveDate),
    /// It is not expected any more: the last day for which there is evidence.
    LastSeen(NaiveDate),
    /// No series runs: the day of its last meeting for which there is evidence.
    LastMet(NaiveDate),
    /// No meeting is known to have taken place.
    Unknown,
}

impl Standing {
    /// How a chat stands at an instant: by what is to come of it, else by what is known of its end.
    pub fn at(schedule: &Schedule, at: Instant) -> Self {
        let today = schedule.zone.local(at).date();
        let mut coming = coming(schedule, at, 1);
        coming.retain(|meeting| meeting.status != Status::Cancelled);
        // One that was moved out of its series' time is a single meeting; what goes on now began on a date of the past.
        let goes_on = |meeting: &&Meeting<'_>| {
            let moved = meeting.change().is_some_and(|change| change.moved_to.is_some());
            !moved || meeting.date >= meeting.zone().local(at).date()
        };
        let regular = coming.iter().filter(goes_on).filter_map(Meeting::series);
        let (running, later): (Vec<_>, Vec<_>) = regular.partition(|series| series.run.start <= today);
        let standings = running.into_iter().map(|series| match series.seen {
            Some(seen) if today > seen => Self::Unconfirmed(seen),
            _ => Self::Running,
        });
        // Of several series the one that is known best speaks for the chat.
        if let Some(standing) = standings.min_by_key(|standing| *standing != Self::Running) {
            return standing;
        }
        if let Some(start) = later.into_iter().map(|series| series.run.start).min() {
            return Self::starting(schedule, start, today);
        }
        let next = coming.iter().map(|meeting| meeting.local_start().date()).min();
        next.map_or_else(|| Self::past(schedule, at), Self::Meets)
    }

    /// How a chat stands in a whole year and after it, whatever the day: by the series that goes on longest, or by a single
    /// meeting that comes later still.
    pub fn in_year(schedule: &Schedule, year: i32) -> Self {
        let new_year = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
        let starts = schedule.series.iter().map(|series| series.run.start);
        let runs =
            |series: &Series| series.run.start <= new_year && series.run.last.is_none_or(|last| last >= new_year);
        match (Self::at_last(schedule), starts.filter(|start| *start > new_year).min()) {
            (Self::Running, Some(start)) if !schedule.series.iter().any(runs) => {
                Self::starting(schedule, start, new_year)
            }
            (known, _) => known,
        }
    }

    /// A chat that a series starts on a later day: for the first time, or again.
    fn starting(schedule: &Schedule, start: NaiveDate, today: NaiveDate) -> Self {
        let earlier = schedule.series.iter().any(|series| series.run.start <= today);
        if earlier { Self::Resumes(start) } else { Self::Begins(start) }
    }

    /// How a chat stands of which nothing is to come.
    fn past(schedule: &Schedule, at: Instant) -> Self {
        let today = schedule.zone.local(at).date();
        match Self::at_last(schedule) {
            Self::Ended(last) if last < today => Self::Ended(last),
            Self::LastSeen(seen) => Self::LastSeen(seen),
            // It is not over yet, but breaks and cancellations leave nothing of it; or it had single meetings alone.
            _ => {
                let meetings = expand(schedule, Window { through: today, ..Window::ALL });
                let over = meetings.iter().filter(|meeting| meeting.status != Status::Cancelled && meeting.end <= at);
                let last = over.filter(|meeting| is_evident(meeting)).map(|meeting| meeting.local_start().date()).max();
                last.map_or(Self::Unknown, Self::LastMet)
            }
        }
    }

    /// How far a chat is known to go.
    fn at_last(schedule: &Schedule) -> Self {
        let series = schedule.series.iter().map(|series| match (series.seen, series.run.last) {
            (Some(seen), _) => (seen, Self::LastSeen(seen)),
            (None, Some(last)) => (last, Self::Ended(last)),
            (None, None) => (NaiveDate::MAX, Self::Running),
        });
        let singles = single_days(schedule).map(|day| (day, Self::LastMet(day)));
        singles.chain(series).max_by_key(|(day, _)| *day).map_or(Self::Unknown, |(_, standing)| standing)
    }

    /// One word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Unconfirmed(_) => "unconfirmed",
            Self::Begins(_) => "begins",
            Self::Resumes(_) => "resumes",
            Self::Meets(_) => "meets",
            Self::Ended(_) | Self::LastMet(_) => "ended",
            Self::LastSeen(_) => "last seen",
            Self::Unknown => "unknown",
        }
    }

    /// The day that it speaks of.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            Self::Running | Self::Unknown => None,
            Self::Unconfirmed(date)
            | Self::Begins(date)
            | Self::Resumes(date)
            | Self::Meets(date)
            | Self::Ended(date)
            | Self::LastSeen(date)
            | Self::LastMet(date) => Some(date),
        }
    }

    /// A few words for a column; the day is left out where it says little.
    pub fn short(self) -> String {
        match self {
            Self::Running | Self::Unconfirmed(_) | Self::Unknown => self.word().to_owned(),
            Self::Begins(start) => format!("begins {}", short_day(start)),
            Self::Resumes(start) => format!("resumes {}", short_day(start)),
            Self::Meets(date) => format!("meets {}", short_day(date)),
            Self::Ended(last) => format!("ended {}", last.format("%b %Y")),
            Self::LastSeen(seen) => format!("last seen {}", short_day(seen)),
            Self::LastMet(date) => format!("last met {}", short_day(date)),
        }
    }

    /// In words that stay true through `year` and after it, of a standing [`in_year`](Self::in_year).
    pub fn by_dates(self, year: i32) -> String {
        match self {
            Self::Ended(last) if last.year() >= year => format!("until {}", month(last)),
            Self::Ended(last) => format!("ended {}", month(last)),
            Self::LastMet(date) if date.year() >= year => format!("meetings known until {}", day(date)),
            Self::LastMet(date) => format!("last meeting {}", day(date)),
            Self::LastSeen(seen) | Self::Unconfirmed(seen) => format!("last seen {}", day(seen)),
            Self::Unknown => "no meeting known".to_owned(),
            Self::Begins(start) | Self::Resumes(start) => format!("from {}, no known end", month(start)),
            Self::Running | Self::Meets(_) => "running, no known end".to_owned(),
        }
    }

    /// Whether meetings are to be expected.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Running | Self::Unconfirmed(_) | Self::Begins(_) | Self::Resumes(_) | Self::Meets(_))
    }
}

/// In words for the instant that was asked about.
impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Running => f.write_str("running"),
            Self::Unconfirmed(seen) => write!(f, "unconfirmed since {}", day(seen)),
            Self::Begins(start) => write!(f, "begins {}", day(start)),
            Self::Resumes(start) => write!(f, "resumes {}", day(start)),
            Self::Meets(date) => write!(f, "meets {}", day(date)),
            Self::Ended(last) => write!(f, "ended in {}", month(last)),
            Self::LastSeen(seen) => write!(f, "last seen {}", day(seen)),
            Self::LastMet(date) => write!(f, "last met {}", day(date)),
            Self::Unknown => f.write_str("not known to have met"),
        }
    }
}

/// The series that say how a chat meets on a day: those that run, else the next to begin, else the latest.
pub fn current(schedule: &Schedule, today: NaiveDate) -> Vec<&Series> {
    let begun = |series: &&Series| series.run.start <= today;
    let running = schedule.series.iter().filter(begun).filter(|series| series.run.next_from(today).is_some());
    let running: Vec<&Series> = running.collect();
    if !running.is_empty() {
        return running;
    }
    let next = schedule.series.iter().filter(|series| !begun(series)).min_by_key(|series| series.run.start);
    next.map_or_else(|| latest(schedule).collect(), |next| vec![next])
}

/// The series that stand for a chat whatever the day: the one that begins last, and those that run beside it.
pub fn latest(schedule: &Schedule) -> impl Iterator<Item = &Series> {
    let start = schedule.series.iter().map(|series| series.run.start).max();
    schedule.series.iter().filter(move |series| series.run.last.is_none_or(|last| Some(last) >= start))
}

/// Whether a meeting took place for all that is known: its day has a source, even where its hour is a guess.
fn is_evident(meeting: &Meeting<'_>) -> bool {
    meeting.status == Status::Confirmed || !meeting.own().sources.is_empty()
}

/// The days of the meetings that are not where a rule has them: one-offs, and regular ones that were moved.
fn single_days(schedule: &Schedule) -> impl Iterator<Item = NaiveDate> {
    let one_offs = schedule.one_offs.iter().filter(|one_off| one_off.cancelled.is_none()).map(|one_off| one_off.date);
    let moved = schedule.changes.iter().filter(|change| change.cancelled.is_none()).filter_map(|it| it.moved_to);
    one_offs.chain(moved)
}
