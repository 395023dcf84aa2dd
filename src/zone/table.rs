//! The transitions of one zone, read once from the bundled database.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::instant::{DAY, Instant};

/// Transitions after this instant (2100-01-01) are looked up in the database one by one: a table through the year 9999
/// would hold sixteen thousand of them, and almost nobody looks there.
const TABLE_END: i64 = 4_102_444_800;

/// The last instant of the year 9999 that every offset can still show, in Unix seconds.
const TIME_END: i64 = 253_402_207_200;

/// What the clocks of a zone observe over some time. RFC 5545 3.6.5 calls it STANDARD or DAYLIGHT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observance {
    /// How far the clocks are ahead of UTC, in seconds.
    pub offset: i32,
    /// What the clocks' time is called, such as `BST`; where the zone has no letters for it, digits such as `+03`.
    pub abbreviation: &'static str,
    /// Whether it counts as daylight saving time.
    pub daylight: bool,
}

impl Observance {
    /// That of UTC.
    pub const UTC: Self = Self { offset: 0, abbreviation: "UTC", daylight: false };

    /// What people call the time: the abbreviation, or `UTC+5:30` where the zone has no letters for it.
    pub fn label(self) -> Cow<'static, str> {
        if self.abbreviation.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Cow::Borrowed(self.abbreviation);
        }
        let (sign, minutes) = (if self.offset < 0 { '-' } else { '+' }, self.offset.abs() / 60);
        Cow::Owned(match minutes % 60 {
            0 => format!("UTC{sign}{}", minutes / 60),
            rest => format!("UTC{sign}{}:{rest:02}", minutes / 60),
        })
    }
}

/// A moment at which the clocks of a zone change what they observe: offset, abbreviation or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// When the new observance begins.
    pub instant: Instant,
    /// What was observed before it.
    pub before: Observance,
    /// What is observed from then on.
    pub after: Observance,
}

/// Offsets of a zone by instant and by wall time.
#[derive(Debug)]
pub struct Table {
    zone: TimeZone,
    /// Unix seconds at which each observance begins; the first has no beginning.
    instants: Vec<i64>,
    /// Wall seconds from which on the observance is used to read a wall time. At a transition that is when the slower of
    /// the two clocks gets there, so that a skipped time is read with the offset before, and of a repeated one the first.
    walls: Vec<i64>,
    observances: Vec<Observance>,
}

impl Table {
    /// Reads the zone of a name that the bundled database has.
    pub fn read(name: &str) -> Self {
        // All names come from that database, so that it always has the zone.
        let zone = TimeZoneDatabase::bundled().get(name).unwrap_or(TimeZone::UTC);
        let first = observe(&zone, Timestamp::MIN);
        let mut table =
            Self { instants: vec![i64::MIN], walls: vec![i64::MIN], observances: vec![first], zone: zone.clone() };
        for transition in zone.following(Timestamp::MIN) {
            let instant = transition.timestamp().as_second();
            if instant > TABLE_END {
                break;
            }
            let (offset, daylight) = (transition.offset().seconds(), transition.dst().is_dst());
            // Clocks mostly go back to what they showed before; to look an abbreviation up takes longer than all the rest.
            let mut recent = table.observances.iter().rev().take(2).map(|recent| recent.abbreviation);
            let known = recent.find(|recent| *recent == transition.abbreviation());
            let abbreviation = known.unwrap_or_else(|| intern(transition.abbreviation()));
            table.push(instant, Observance { offset, abbreviation, daylight });
        }
        table
    }

    fn push(&mut self, instant: i64, after: Observance) {
        let before = self.observances[self.observances.len() - 1];
        if after == before {
            return;
        }
        self.instants.push(instant);
        self.walls.push(instant + i64::from(before.offset.max(after.offset)));
        self.observances.push(after);
    }

    /// What is observed at an instant, and the instants from and up to which it is the same.
    pub fn observance_at(&self, instant: i64) -> (i64, i64, Observance) {
        if instant >= TABLE_END {
            return self.observance_beyond_table(instant);
        }
        let next = self.instants.partition_point(|begin| *begin <= instant);
        let to = self.instants.get(next).copied().unwrap_or(TABLE_END);
        (self.instants[next - 1], to, self.observances[next - 1])
    }

    fn observance_beyond_table(&self, instant: i64) -> (i64, i64, Observance) {
        let at = timestamp(instant);
        let after = timestamp(instant + 1);
        let from = self.zone.preceding(after).next().map_or(i64::MIN, |change| change.timestamp().as_second());
        let to = self.zone.following(at).next().map_or(i64::MAX, |change| change.timestamp().as_second());
        (from.max(TABLE_END), to, observe(&self.zone, at))
    }

    /// The offset with which a wall time is read, and wall times from and up to which it is the same one.
    pub fn offset_for_wall(&self, wall: i64) -> (i64, i64, i64) {
        let last_wall = TABLE_END - 2 * DAY;
        if wall >= last_wall {
            // No offset is as large as a day: two days from any transition, wall time and instant lie on the same side of it.
            let (from, to, observance) = self.observance_at(wall);
            let (from, to) = (from.saturating_add(2 * DAY), to.saturating_sub(2 * DAY));
            if from <= wall && wall < to {
                return (from, to, i64::from(observance.offset));
            }
            return (wall, wall + 1, self.offset_beyond_table(wall));
        }
        let next = self.walls.partition_point(|begin| *begin <= wall);
        let to = self.walls.get(next).copied().unwrap_or(last_wall).min(last_wall);
        (self.walls[next - 1], to, i64::from(self.observances[next - 1].offset))
    }

    /// Far from any second transition: the offset a day before, unless the clocks have changed by then.
    fn offset_beyond_table(&self, wall: i64) -> i64 {
        let offset = |instant| i64::from(self.observance_at(instant).2.offset);
        let (early, late) = (offset(wall - DAY), offset(wall + DAY));
        // The later offset holds once both clocks are past the change.
        if offset(wall - early) == late && offset(wall - late) == late { late } else { early }
    }

    pub fn transitions(&self, from: i64, to: i64) -> Vec<Transition> {
        let listed = (1..self.instants.len()).map(|at| Transition {
            instant: Instant::from_unix_seconds(self.instants[at]),
            before: self.observances[at - 1],
            after: self.observances[at],
        });
        let beyond = self
            .zone
            .following(timestamp(from.max(TABLE_END)))
            .map(|transition| transition.timestamp())
            .take_while(|at| at.as_second() <= to)
            .map(|at| Transition {
                instant: Instant::from_unix_seconds(at.as_second()),
                before: observe(&self.zone, timestamp(at.as_second() - 1)),
                after: observe(&self.zone, at),
            });
        let within = |change: &Transition| from < change.instant.unix_seconds() && change.instant.unix_seconds() <= to;
        listed.filter(within).chain(beyond.filter(within)).collect()
    }
}

/// A time stamp as near as the database's own range allows.
fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds.clamp(-TIME_END, TIME_END)).unwrap_or(Timestamp::MAX)
}

fn observe(zone: &TimeZone, at: Timestamp) -> Observance {
    let info = zone.to_offset_info(at);
    Observance {
        offset: info.offset().seconds(),
        abbreviation: intern(info.abbreviation()),
        daylight: info.dst().is_dst(),
    }
}

/// An abbreviation that lives as long as the program: the database has about two hundred.
fn intern(abbreviation: &str) -> &'static str {
    static KNOWN: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(abbreviation) = known.get(abbreviation) {
        return abbreviation;
    }
    let abbreviation: &'static str = Box::leak(abbreviation.to_owned().into_boxed_str());
    known.insert(abbreviation);
    abbreviation
}
