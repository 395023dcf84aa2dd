//! Where wall times are plain: read alike by every program.

use chrono::NaiveDateTime;

use crate::expand::Meeting;
use crate::zone::{Instant, SECONDS_PER_DAY, Transition, Zone};

/// Longer than any meeting, and than any change of the clocks.
const NEAR: i64 = 2 * SECONDS_PER_DAY;

/// The changes of a zone's clocks over some time.
pub struct ClockChanges {
    zone: Zone,
    changes: Vec<Transition>,
}

impl ClockChanges {
    /// For meetings between two instants.
    pub fn over(zone: Zone, from: Instant, through: Instant) -> Self {
        let mut changes = zone.transitions(from.plus_seconds(-NEAR), through.plus_seconds(NEAR));
        changes.retain(|change| change.before.offset != change.after.offset);
        Self { zone, changes }
    }

    /// Whether every program finds the same instants when it is told the wall times of a meeting: its start is definite,
    /// and so is its end, and the clocks do not change in between.
    pub fn read_alike(&self, meeting: &Meeting<'_>, asked: NaiveDateTime) -> bool {
        let near = self.near(meeting.start, meeting.end);
        near.is_empty()
            || self.is_definite(meeting.start, asked)
                && self.once(meeting.end, near)
                && self.zone.observance(meeting.start).offset == self.zone.observance(meeting.end).offset
    }

    /// Whether the wall time asked for exists, and once.
    pub fn is_definite(&self, start: Instant, asked: NaiveDateTime) -> bool {
        let near = self.near(start, start);
        near.is_empty() || self.zone.local(start) == asked && self.once(start, near)
    }

    fn near(&self, start: Instant, end: Instant) -> &[Transition] {
        let from = self.changes.partition_point(|change| change.instant < start.plus_seconds(-NEAR));
        let to = self.changes.partition_point(|change| change.instant <= end.plus_seconds(NEAR));
        &self.changes[from..to]
    }

    /// Whether no other instant shows the same wall time.
    fn once(&self, instant: Instant, near: &[Transition]) -> bool {
        let shown = self.zone.observance(instant).offset;
        let offsets = near.iter().flat_map(|change| [change.before.offset, change.after.offset]);
        let mut others = offsets.filter(|offset| *offset != shown).map(|offset| {
            let other = instant.plus_seconds(i64::from(shown) - i64::from(offset));
            self.zone.observance(other).offset == offset
        });
        !others.any(|again| again)
    }
}
