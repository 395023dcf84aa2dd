//! What the top of a schedule says for all tables that do not say it themselves.

use chrono::{NaiveTime, TimeDelta};

use super::fields::Fields;
use crate::zone::Zone;

/// Zone, time and duration of the whole chat. Nothing stands for what is not given and for what is wrong.
pub struct Defaults {
    /// The chat's zone.
    pub zone: Option<Zone>,
    time: Option<NaiveTime>,
    duration: Option<TimeDelta>,
}

impl Defaults {
    /// Those of the top of a schedule.
    pub fn of(top: &Fields) -> Self {
        Self { zone: top.zone(), time: top.time(), duration: top.duration() }
    }

    /// The zone of a table: its own, else the chat's.
    pub fn zone(&self, table: &Fields) -> Option<Zone> {
        if table.has("zone") { table.zone() } else { self.zone }
    }

    /// The time of day of a table: its own, else the chat's.
    pub fn time(&self, table: &Fields) -> Option<NaiveTime> {
        if table.has("time") { table.time() } else { self.time }
    }

    /// The duration of a table: its own, else the chat's.
    pub fn duration(&self, table: &Fields) -> Option<TimeDelta> {
        if table.has("duration") { table.duration() } else { self.duration }
    }
}
