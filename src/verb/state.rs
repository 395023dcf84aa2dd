//! How a chat stands on a day, in words.

use std::fmt;

use chrono::NaiveDate;

use super::day;
use crate::expand::{Status, Window, expand};
use crate::schedule::{Schedule, Series};

/// How a chat stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It meets, and somebody vouches for it.
    Running,
    /// It probably meets: the last day for which there is evidence.
    Unconfirmed(NaiveDate),
    /// Its first meeting is to come.
    Begins(NaiveDate),
    /// It pauses between two series; the first meeting of the next.
    Resumes(NaiveDate),
    /// Nothing regular goes on, but it meets on this day.
    Meets(NaiveDate),
    /// It is known to have stopped: the last day on which it could meet.
    Ended(NaiveDate),
    /// Nobody has seen it for so long that it is not expected any more: the last day for which there is evidence.
    LastSeen(NaiveDate),
    /// Nothing regular goes on; its last meeting.
    LastMet(NaiveDate),
    /// Nothing is known of any meeting.
    Unknown,
}

impl State {
    /// How a chat stands on a day, in the host's calendar.
    pub fn of(schedule: &Schedule, today: NaiveDate) -> Self {
        let running = schedule.series.iter().filter(|series| runs(series, today));
        let states = running.map(|series| match series.seen {
            Some(seen) if today > seen => Self::Unconfirmed(seen),
            _ => Self::Running,
        });
        // Of several slots the best known one speaks for the chat.
        if let Some(state) = states.min_by_key(|state| *state != Self::Running) {
            return state;
        }
        let one_offs = schedule.one_offs.iter().filter(|one_off| one_off.date >= today && one_off.cancelled.is_none());
        let single = one_offs.map(|one_off| one_off.date).min().map(Self::Meets);
        let earlier = schedule.series.iter().any(|series| series.run.start <= today);
        let begins = if earlier { Self::Resumes } else { Self::Begins };
        let begins = coming(schedule, today).map(|series| begins(series.run.start));
        begins.or(single).unwrap_or_else(|| Self::over(schedule, today))
    }

    /// How a chat stands that has no meeting to come.
    pub fn over(schedule: &Schedule, today: NaiveDate) -> Self {
        let before = Window { through: today, ..Window::ALL };
        let meetings = expand(schedule, before);
        let took_place = meetings.iter().filter(|meeting| meeting.status != Status::Cancelled);
        let last = took_place.map(|meeting| meeting.local_start().date()).max();
        let latest =
            schedule.series.iter().filter(|series| series.run.start <= today).max_by_key(|series| series.run.start);
        let by_series = latest.and_then(|series| match (series.seen, series.run.last) {
            (Some(seen), last) => Some((last.unwrap_or(seen), Self::LastSeen(seen))),
            (None, Some(last)) => Some((last, Self::Ended(last))),
            (None, None) => None,
        });
        match (by_series, last) {
            // A meeting of its own after the end of everything regular says more.
            (Some((end, state)), last) if last.is_none_or(|last| last <= end) => state,
            (_, Some(last)) => Self::LastMet(last),
            _ => Self::Unknown,
        }
    }

    /// The word for JSON.
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
        let day = |word: &str, date: NaiveDate| format!("{word} {}", date.format("%-d %b %Y"));
        match self {
            Self::Running => "running".to_owned(),
            Self::Unconfirmed(_) => "unconfirmed".to_owned(),
            Self::Begins(start) => day("begins", start),
            Self::Resumes(start) => day("resumes", start),
            Self::Meets(date) => day("meets", date),
            Self::Ended(until) => format!("ended {}", until.format("%b %Y")),
            Self::LastSeen(seen) => day("last seen", seen),
            Self::LastMet(date) => day("last met", date),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// Whether meetings are to be expected.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Running | Self::Unconfirmed(_) | Self::Begins(_) | Self::Resumes(_) | Self::Meets(_))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Running => f.write_str("running"),
            Self::Unconfirmed(seen) => write!(f, "unconfirmed since {}", day(seen)),
            Self::Begins(start) => write!(f, "begins {}", day(start)),
            Self::Resumes(start) => write!(f, "resumes {}", day(start)),
            Self::Meets(date) => write!(f, "meets {}", day(date)),
            Self::Ended(until) => write!(f, "ended in {}", until.format("%B %Y")),
            Self::LastSeen(seen) => write!(f, "last seen {}", day(seen)),
            Self::LastMet(date) => write!(f, "last met {}", day(date)),
            Self::Unknown => f.write_str("no meeting is known"),
        }
    }
}

/// The series that tell how a chat meets on a day: those that run, else the next to begin, else the last that ran.
pub fn current(schedule: &Schedule, today: NaiveDate) -> Vec<&Series> {
    let running: Vec<&Series> = schedule.series.iter().filter(|series| runs(series, today)).collect();
    if !running.is_empty() {
        return running;
    }
    let last = || schedule.series.iter().max_by_key(|series| series.run.start);
    coming(schedule, today).or_else(last).into_iter().collect()
}

/// The next series to begin.
fn coming(schedule: &Schedule, today: NaiveDate) -> Option<&Series> {
    schedule.series.iter().filter(|series| series.run.start > today).min_by_key(|series| series.run.start)
}

/// Whether a series has begun and gives another date.
fn runs(series: &Series, today: NaiveDate) -> bool {
    series.run.start <= today && series.run.next_from(today).is_some()
}
