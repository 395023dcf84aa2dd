//! How a chat stands: whether it meets, and what is known of its end.
//!
//! There is one answer, with two ways to word it. `list` and `next` speak of now: "unconfirmed since 19 February", "begins
//! 7 January". The page is made for a year and read long after, so it speaks of dates that stay true whatever day it is
//! read.

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveTime};

use crate::expand::{Meeting, coming, known};
use crate::schedule::{Schedule, Series, Status};
use crate::text::{day, month, short_day};
use crate::zone::{Instant, Zone};

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
    /// A series goes on, but breaks and cancellations leave nothing of it.
    Paused,
    /// It has a known end: the day of its last regular meeting.
    Ended(NaiveDate),
    /// It is not expected any more: the last day for which there is evidence.
    LastSeen(NaiveDate),
    /// It met last on a day outside every rule.
    LastMet(NaiveDate),
    /// No meeting is known to have taken place.
    Unknown,
}

impl Standing {
    /// How a chat stands at an instant: by what is to come of it, else by what is known of its end.
    pub fn at(schedule: &Schedule, at: Instant) -> Self {
        let today = schedule.zone.local(at).date();
        let coming = takes_place(coming(schedule, at, 1));
        // One that was moved out of its series' time is a single meeting; what goes on now began on a date of the past.
        let goes_on = |meeting: &&Meeting<'_>| !is_single(meeting) || meeting.date >= meeting.zone().local(at).date();
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
        next.map_or_else(|| Self::at_last(schedule, &coming), Self::Meets)
    }

    /// How a chat stands in a whole year and after it, whatever the day: by the series that goes on longest, or by a single
    /// meeting that comes later still.
    pub fn in_year(schedule: &Schedule, year: i32) -> Self {
        let new_year = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
        let coming = takes_place(coming(schedule, Zone::UTC.instant(new_year, NaiveTime::MIN), 1));
        let starts = coming.iter().filter_map(Meeting::series).map(|series| series.run.start).min();
        match (Self::at_last(schedule, &coming), starts.filter(|start| *start > new_year)) {
            (Self::Running, Some(start)) => Self::starting(schedule, start, new_year),
            (Self::LastSeen(seen), Some(start)) if seen.year() > year => Self::starting(schedule, start, new_year),
            (known, _) => known,
        }
    }

    /// A chat that a series starts on a later day: for the first time, or again.
    fn starting(schedule: &Schedule, start: NaiveDate, today: NaiveDate) -> Self {
        let earlier = schedule.series.iter().any(|series| series.run.start <= today);
        if earlier { Self::Resumes(start) } else { Self::Begins(start) }
    }

    /// How far a chat is known to go, where this is to come of it.
    fn at_last(schedule: &Schedule, coming: &[Meeting<'_>]) -> Self {
        let series =
            schedule.series.iter().enumerate().filter_map(|(index, series)| match (series.seen, series.run.last) {
                (Some(seen), _) => Some((seen, Self::LastSeen(seen))),
                (None, Some(_)) => schedule.last_regular(index).map(|last| (last, Self::Ended(last))),
                (None, None) if coming.iter().any(|meeting| meeting.series() == Some(series)) => {
                    Some((NaiveDate::MAX, Self::Running))
                }
                (None, None) => Some((NaiveDate::MAX, Self::Paused)),
            });
        let past = known(schedule).filter(is_evident);
        let singles = takes_place(past.chain(coming.iter().copied()).filter(is_single).collect());
        let singles = singles.iter().map(|meeting| meeting.local_start().date()).map(|day| (day, Self::LastMet(day)));
        // An open series that runs counts for more than one that is paused.
        let latest = singles.chain(series).max_by_key(|(day, standing)| (*day, *standing != Self::Paused));
        latest.map_or(Self::Unknown, |(_, standing)| standing)
    }

    /// One word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Unconfirmed(_) => "unconfirmed",
            Self::Begins(_) => "begins",
            Self::Resumes(_) => "resumes",
            Self::Meets(_) => "meets",
            Self::Paused => "paused",
            Self::Ended(_) => "ended",
            Self::LastSeen(_) => "last seen",
            Self::LastMet(_) => "last met",
            Self::Unknown => "unknown",
        }
    }

    /// The day that it speaks of.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            Self::Running | Self::Paused | Self::Unknown => None,
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
            Self::Running | Self::Unconfirmed(_) | Self::Paused | Self::Unknown => self.word().to_owned(),
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
            Self::Paused => "paused, no known end".to_owned(),
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
            Self::Paused => f.write_str("paused"),
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

/// Whether a meeting is not where a rule has it: a one-off, or a regular one that was moved.
fn is_single(meeting: &Meeting<'_>) -> bool {
    meeting.series().is_none() || meeting.change().is_some_and(|change| change.moved_to.is_some())
}

/// Those that are not cancelled.
fn takes_place(mut meetings: Vec<Meeting<'_>>) -> Vec<Meeting<'_>> {
    meetings.retain(|meeting| meeting.status != Status::Cancelled);
    meetings
}
