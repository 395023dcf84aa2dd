//! What is known of a chat's life, told by dates: the page is read long after it was made.

use chrono::{Datelike, NaiveDate};

use super::text::{long_date, month};
use crate::schedule::Schedule;

/// How far a chat is known to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The curator vouches for it.
    Runs,
    /// Known to stop, or to have stopped, after this day.
    Ends(NaiveDate),
    /// The last day for which there is evidence.
    LastSeen(NaiveDate),
    /// It has single meetings alone, or they come after every series: the last of them.
    LastMeeting(NaiveDate),
    /// Nothing is known of any meeting.
    Unknown,
}

impl State {
    /// That of the series that goes on longest, or of a single meeting still later.
    pub fn of(schedule: &Schedule) -> Self {
        let series = schedule.series.iter().map(|series| match (series.seen, series.run.last) {
            (Some(seen), _) => (seen, Self::LastSeen(seen)),
            (None, Some(last)) => (last, Self::Ends(last)),
            (None, None) => (NaiveDate::MAX, Self::Runs),
        });
        let held = schedule.one_offs.iter().filter(|one_off| one_off.cancelled.is_none());
        let single = held.map(|one_off| (one_off.date, Self::LastMeeting(one_off.date)));
        single.chain(series).max_by_key(|(day, _)| *day).map_or(Self::Unknown, |(_, state)| state)
    }

    /// In words that stay true through the year that the page is made for, and after it.
    pub fn words(self, year: i32) -> String {
        match self {
            Self::Runs => "runs, no end known".to_owned(),
            Self::Ends(last) if last.year() < year => format!("ended {}", month(last)),
            Self::Ends(last) => format!("until {}", month(last)),
            Self::LastSeen(seen) => format!("last seen {}", long_date(seen)),
            Self::LastMeeting(day) if day.year() < year => format!("last meeting {}", long_date(day)),
            Self::LastMeeting(day) => format!("meetings known until {}", long_date(day)),
            Self::Unknown => "no meeting known".to_owned(),
        }
    }
}
