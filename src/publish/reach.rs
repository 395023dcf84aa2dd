//! Through which year meetings have been published, and are now. Windows move on with the year, so what reaches less far,
//! or much farther, has been built by a clock that is wrong.

use std::io::BufReader;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};

use super::own::OwnFeed;
use crate::expand::{Meeting, Window};
use crate::feed::ledger::{Damage, days};
use crate::out::{Out, OutError};
use crate::text::LAST_DAY;
use crate::zone::Instant;

/// The feed of all chats.
pub const ALL: &str = "all.ics";

/// How far the feeds of all chats reach.
#[derive(Debug)]
pub struct Reach {
    /// The last day, in UTC, of which a feed was published, and its path.
    old: Option<(NaiveDate, String)>,
    /// The same of feeds that reach less far now, but for those of a single meeting: however far off, it may be held.
    shorter: Option<(NaiveDate, String)>,
    /// The last day on which feeds can have a meeting, but for one that is held as there is none before it.
    most: NaiveDate,
    /// The last day now of a chat that had meetings before.
    new: Option<NaiveDate>,
    /// The days of the old feed of all chats, which has what others have lost.
    of_all: Option<RangeInclusive<NaiveDate>>,
}

impl Reach {
    /// Begins with the feed of all chats; `at` is the instant of the build.
    pub fn new(out: &Out, at: Instant) -> Result<Self, OutError> {
        let is_as_written = out.is_untouched(ALL)?;
        let is_ours = is_as_written || {
            let damage = out.scan(ALL, |file| Damage::of(BufReader::new(file)))?;
            damage.flatten() != Some(Damage::Foreign)
        };
        let read = |file| days(BufReader::new(file), is_as_written);
        let of_all = if is_ours { out.scan(ALL, read)?.flatten() } else { None };
        // The window ends on the hosts' calendars, which may be a day behind.
        let most = Window::of_feed(at, None).through.checked_add_days(Days::new(1)).unwrap_or(LAST_DAY);
        Ok(Self { old: None, shorter: None, most, new: None, of_all })
    }

    /// Adds a chat: its old feed, that under an older slug, and its meetings now.
    pub fn add(&mut self, old: [Option<&OwnFeed>; 2], meetings: &[Meeting<'_>]) {
        let new = meetings.last().map(|last| last.start.utc().date());
        let mut had_any = false;
        for old in old.into_iter().flatten() {
            let Some(days) = old.days() else { continue };
            had_any = true;
            let last = *days.end();
            let is_shorter = is_long(&days) && new.is_none_or(|new| new < last);
            for (latest, counts) in [(&mut self.old, true), (&mut self.shorter, is_shorter)] {
                if counts && latest.as_ref().is_none_or(|(latest, _)| last > *latest) {
                    *latest = Some((last, old.path.clone()));
                }
            }
        }
        // Chats may all have ended when a new one begins.
        self.new = self.new.max(new.filter(|new| had_any && *new <= self.most));
    }

    /// Adds a chat that goes.
    pub fn add_gone(&mut self, old: &OwnFeed) {
        self.add([Some(old), None], &[]);
    }

    /// The feed that reached beyond all that can be published now, and its last day.
    pub fn lost(&self) -> Option<(String, NaiveDate)> {
        let of_all = self.of_all.as_ref().filter(|days| is_long(days));
        let of_all = of_all.map(|days| (*days.end(), ALL.to_owned()));
        let (last, path) = self.shorter.iter().chain(&of_all).find(|(last, _)| *last > self.most)?;
        Some((path.clone(), *last))
    }

    /// What is to be said of the feed of all chats where years lie between this build and the one before; `has_any` says
    /// whether it has a meeting in its window now.
    pub fn leap(&self, has_any: bool) -> Option<String> {
        if !has_any && self.of_all.as_ref().is_some_and(is_long) {
            return Some("has no meeting in these years any more: is the clock right?".to_owned());
        }
        let (old, new) = (self.old.as_ref()?.0.year(), self.new?.year());
        (new > old + 1)
            .then(|| format!("reaches through {new}, and meetings reached through {old}: is the clock right?"))
    }
}

/// Whether a feed has more than one meeting: a single one it may hold though it lies outside its window.
fn is_long(days: &RangeInclusive<NaiveDate>) -> bool {
    days.start() < days.end()
}
