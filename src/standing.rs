//! How a chat stands: whether it meets, and what is known of its end.
//!
//! There is one answer, with two ways to word it. `list` and `next` speak of a day: "unconfirmed since 19 February",
//! "begins 7 January". The page is made for a year and read long after, so it speaks of dates that stay true whatever day
//! it is read.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::expand::{Status, Window, expand};
use crate::schedule::{Schedule, Series};
use crate::text::{day, month, short_day};

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
    /// No series runs: the day of its last meeting.
    LastMet(NaiveDate),
    /// No meeting is known.
    Unknown,
}

impl Standing {
    /// How a chat stands on a day of its host's calendar.
    pub fn on(schedule: &Schedule, today: NaiveDate) -> Self {
        let running = schedule.series.iter().filter(|series| runs(series, today));
        let standings = running.map(|series| match series.seen {
            Some(seen) if today > seen => Self::Unconfirmed(seen),
            _ => Self::Running,
        });
        // Of several series the one that is known best speaks for the chat.
        if let Some(standing) = standings.min_by_key(|standing| *standing != Self::Running) {
            return standing;
        }
        if let Some(next) = next_series(schedule, today) {
            let earlier = schedule.series.iter().any(|series| series.run.start <= today);
            return if earlier { Self::Resumes(next.run.start) } else { Self::Begins(next.run.start) };
        }
        let next = single_days(schedule).filter(|day| *day >= today).min();
        next.map_or_else(|| Self::at_last(schedule), Self::Meets)
    }

    /// How a chat stands on a day on which it has no meeting to come.
    pub fn over(schedule: &Schedule, today: NaiveDate) -> Self {
        let last_met = || {
            let meetings = expand(schedule, Window { through: today, ..Window::ALL });
            let took_place = meetings.iter().filter(|meeting| meeting.status != Status::Cancelled);
            took_place.map(|meeting| meeting.local_start().date()).max()
        };
        match Self::at_last(schedule) {
            Self::Ended(last) if last < today => Self::Ended(last),
            Self::LastSeen(seen) => Self::LastSeen(seen),
            // It is not over yet, but breaks and cancellations leave nothing of it.
            _ => last_met().map_or(Self::Unknown, Self::LastMet),
        }
    }

    /// How far a chat is known to go, whatever day it is: by the series that goes on longest, or by a single meeting that
    /// comes later still.
    pub fn at_last(schedule: &Schedule) -> Self {
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

    /// In words that stay true through `year` and after it, of a standing [`at_last`](Self::at_last).
    pub fn by_dates(self, year: i32) -> String {
        match self {
            Self::Ended(last) if last.year() >= year => format!("until {}", month(last)),
            Self::Ended(last) => format!("ended {}", month(last)),
            Self::LastMet(date) if date.year() >= year => format!("meetings known until {}", day(date)),
            Self::LastMet(date) => format!("last meeting {}", day(date)),
            Self::LastSeen(seen) | Self::Unconfirmed(seen) => format!("last seen {}", day(seen)),
            Self::Unknown => "no meeting known".to_owned(),
            Self::Running | Self::Begins(_) | Self::Resumes(_) | Self::Meets(_) => "running, no known end".to_owned(),
        }
    }

    /// Whether meetings are to be expected.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Running | Self::Unconfirmed(_) | Self::Begins(_) | Self::Resumes(_) | Self::Meets(_))
    }
}

/// In words for the day that was asked about.
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
            Self::Unknown => f.write_str("no meeting is known"),
        }
    }
}

/// The series that say how a chat meets on a day: those that run, else the next to begin, else the last that ran.
pub fn current(schedule: &Schedule, today: NaiveDate) -> Vec<&Series> {
    let running: Vec<&Series> = schedule.series.iter().filter(|series| runs(series, today)).collect();
    if !running.is_empty() {
        return running;
    }
    let last = || schedule.series.iter().max_by_key(|series| series.run.start);
    next_series(schedule, today).or_else(last).into_iter().collect()
}

/// Whether a series has begun and has another date on this day or later.
fn runs(series: &Series, today: NaiveDate) -> bool {
    series.run.start <= today && series.run.next_from(today).is_some()
}

/// The next series to begin.
fn next_series(schedule: &Schedule, today: NaiveDate) -> Option<&Series> {
    schedule.series.iter().filter(|series| series.run.start > today).min_by_key(|series| series.run.start)
}

/// The days of the meetings that are not where a rule has them: one-offs, and regular ones that were moved.
fn single_days(schedule: &Schedule) -> impl Iterator<Item = NaiveDate> {
    let one_offs = schedule.one_offs.iter().filter(|one_off| one_off.cancelled.is_none()).map(|one_off| one_off.date);
    let moved = schedule.changes.iter().filter(|change| change.cancelled.is_none()).filter_map(|it| it.moved_to);
    one_offs.chain(moved)
}
