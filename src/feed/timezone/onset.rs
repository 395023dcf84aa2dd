//! When the clocks begin to observe something else, in the terms of a VTIMEZONE.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

use crate::zone::{Instant, Observance, SECONDS_PER_DAY, Transition, Zone};

/// A moment from which on the clocks observe something else: a transition as STANDARD and DAYLIGHT tell it.
#[derive(Clone, Copy, Debug)]
pub struct Onset {
    pub instant: Instant,
    /// TZOFFSETFROM, in seconds.
    pub before: i32,
    pub after: Observance,
    /// DAYLIGHT rather than STANDARD.
    pub daylight: bool,
}

impl Onset {
    /// The database counts the winter of Dublin, and Ramadan in Casablanca, as daylight saving time with a negative
    /// saving. Calendar programs know no such thing: for them the clocks that are ahead are the daylight ones.
    pub fn of(transition: &Transition) -> Self {
        let Transition { instant, before, after } = *transition;
        let turns = before.daylight != after.daylight && before.offset != after.offset;
        // No program takes a day for a saving, as when Samoa in summer went over the date line.
        let daylight = if turns { after.offset > before.offset } else { after.daylight && !leaps(before, after) };
        Self { instant, before: before.offset, after, daylight }
    }

    /// What is observed before the first known transition, as if it had begun long ago.
    pub fn before_all(zone: Zone, from: Instant) -> Self {
        let after = zone.observance(from);
        let year = from.utc().year().saturating_sub(1).min(1970);
        let local = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN).and_time(NaiveTime::MIN);
        let instant = Instant::from_unix_seconds(local.and_utc().timestamp() - i64::from(after.offset));
        Self { instant, before: after.offset, after, daylight: after.daylight }
    }

    /// DTSTART: what the clocks would show at the onset if they had not been changed.
    pub fn local(&self) -> NaiveDateTime {
        self.instant.at_offset(self.before)
    }

    /// Whether one block can stand for both.
    pub fn like(&self, other: &Self) -> bool {
        (self.before, self.after, self.daylight) == (other.before, other.after, other.daylight)
    }
}

/// Whether the clocks jump by a day.
fn leaps(before: Observance, after: Observance) -> bool {
    i64::from(after.offset - before.offset).abs() >= SECONDS_PER_DAY
}
