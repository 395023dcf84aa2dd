//! The days that a feed covers.

use chrono::{Datelike, NaiveDate};

use crate::recurrence::{Dates, Run};
use crate::text::LAST_DAY;
use crate::zone::Instant;

/// The span of days that a feed covers, by the host's local start date after any move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub through: NaiveDate,
}

impl Window {
    /// No meeting is earlier or later than this.
    pub const ALL: Self = Self { from: NaiveDate::MIN, through: LAST_DAY };

    /// A chat's own feed: everything through 31 December of the year after `at`, in UTC; with `history`, from 1 January so
    /// many years before that of `at`.
    pub fn of_feed(at: Instant, history: Option<u16>) -> Self {
        let year = at.utc().year();
        let from = history.map_or(NaiveDate::MIN, |years| first_day(year - i32::from(years)));
        Self { from, through: last_day(year + 1) }
    }

    /// Combined feeds: from 1 January of the year before `at` through 31 December of the year after it, in UTC.
    pub fn of_combined(at: Instant) -> Self {
        Self::of_feed(at, Some(1))
    }

    /// The dates of a run whose meetings can lie in it: a start that the clocks skip just before midnight comes on the
    /// next day.
    pub fn dates_of(self, run: &Run) -> Dates {
        run.dates_from(self.from.pred_opt().unwrap_or(NaiveDate::MIN)).through(self.through)
    }

    /// What comes before it, and what after.
    pub fn beside(self) -> [Option<Self>; 2] {
        let before = self.from.pred_opt().map(|through| Self { through, ..Self::ALL });
        let after = self.through.succ_opt().map(|from| Self { from, ..Self::ALL });
        [before, after]
    }

    /// Whether a day lies in it.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.through
    }
}

fn first_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN)
}

fn last_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}
