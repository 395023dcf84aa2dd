//! Points on the time line, without a zone.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::text::{LAST_YEAR, as_toml_date_time, ical_utc};

/// Seconds in a day of 24 hours.
pub const SECONDS_PER_DAY: i64 = 86_400;
/// `NaiveDate::num_days_from_ce` of 1 January 1970.
pub const UNIX_EPOCH_DAY: i64 = 719_163;

/// A point on the time line, in whole seconds since 1970-01-01T00:00:00Z without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The instant that many seconds after the Unix epoch.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// This instant, `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// The wall clock of somebody whose clock is `offset` seconds ahead of UTC.
    pub fn at_offset(self, offset: i32) -> NaiveDateTime {
        let wall = self.0 + i64::from(offset);
        let date = i32::try_from(wall.div_euclid(SECONDS_PER_DAY) + UNIX_EPOCH_DAY)
            .ok()
            .and_then(NaiveDate::from_num_days_from_ce_opt)
            .unwrap_or(if wall < 0 { NaiveDate::MIN } else { NaiveDate::MAX });
        let time = NaiveTime::from_num_seconds_from_midnight_opt(wall.rem_euclid(SECONDS_PER_DAY) as u32, 0)
            .unwrap_or_default();
        date.and_time(time)
    }

    /// Date and time in UTC.
    pub fn utc(self) -> NaiveDateTime {
        self.at_offset(0)
    }

    /// The next 1 January in UTC, 00:00.
    #[must_use]
    pub fn next_new_year(self) -> Self {
        let day = NaiveDate::from_ymd_opt(self.utc().year() + 1, 1, 1).unwrap_or(NaiveDate::MAX);
        Self::from(day.and_time(NaiveTime::MIN).and_utc())
    }

    /// The instant that `20160822T120000Z` is: a DATE-TIME of RFC 5545 3.3.5 in UTC.
    pub fn from_ical(text: &str) -> Option<Self> {
        Some(Self::from(ical_utc(text)?.and_utc()))
    }

    /// Whether iCalendar and TOML can write it: not after the year 9999 in UTC.
    pub fn can_be_written(self) -> bool {
        self.utc().year() <= LAST_YEAR
    }

    /// As RFC 3339 writes it in UTC: `2016-08-22T17:30:00Z`.
    pub fn rfc3339(self) -> impl fmt::Display {
        as_toml_date_time(self.utc()) + "Z"
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp())
    }
}

/// A wall time as seconds since 1970-01-01T00:00:00 on the same wall clock.
#[inline]
pub fn wall_seconds(date: NaiveDate, time: NaiveTime) -> i64 {
    (i64::from(date.num_days_from_ce()) - UNIX_EPOCH_DAY) * SECONDS_PER_DAY
        + i64::from(time.num_seconds_from_midnight())
}
