//! Through which year meetings have been published, and are now. Windows move on with the year, so what reaches less far,
//! or much farther, has been built by a clock that is wrong.

use std::io::BufReader;

use chrono::{Datelike, Days, NaiveDate};

use super::own::OwnFeed;
use crate::expand::{Meeting, Window};
use crate::feed::ledger::{Damage, last_day};
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
    /// The last day now of a chat that had meetings before.
    new: Option<NaiveDate>,
    /// The last day of the old feed of all chats, which has what others have lost.
    of_all: Option<NaiveDate>,
}

impl Reach {
    /// Begins with the feed of all chats.
    pub fn new(out: &Out) -> Result<Self, OutError> {
        let is_as_written = out.is_untouched(ALL)?;
        let is_ours = is_as_written || {
            let damage = out.scan(ALL, |file| Damage::of(BufReader::new(file)))?;
            damage.flatten() != Some(Damage::Foreign)
        };
        let read = |file| last_day(BufReader::new(file), is_as_written);
        let of_all = if is_ours { out.scan(ALL, read)?.flatten() } else { None };
        Ok(Self { old: None, new: None, of_all })
    }

    /// Adds a chat: its old feed, that under an older slug, and its meetings now.
    pub fn add(&mut self, old: [Option<&OwnFeed>; 2], meetings: &[Meeting<'_>]) {
        let mut had_any = false;
        for old in old.into_iter().flatten() {
            let Some(last) = old.last_day() else { continue };
            had_any = true;
            if self.old.as_ref().is_none_or(|(latest, _)| last > *latest) {
                self.old = Some((last, old.path.clone()));
            }
        }
        // Chats may all have ended when a new one begins.
        if let Some(last) = meetings.last().filter(|_| had_any) {
            self.new = self.new.max(Some(last.start.utc().date()));
        }
    }

    /// Adds a chat that goes.
    pub fn add_gone(&mut self, old: &OwnFeed) {
        self.add([Some(old), None], &[]);
    }

    /// The feed that reaches beyond all that can be published at an instant, and its last day.
    pub fn lost(&self, at: Instant) -> Option<(String, NaiveDate)> {
        // The window ends on the hosts' calendars, which may be a day behind.
        let most = Window::of_feed(at).through.checked_add_days(Days::new(1)).unwrap_or(LAST_DAY);
        let of_all = self.of_all.map(|last| (last, ALL.to_owned()));
        let (last, path) = self.old.iter().chain(&of_all).find(|(last, _)| *last > most)?;
        Some((path.clone(), *last))
    }

    /// What is to be said of the feed of all chats where years lie between this build and the one before; `has_any` says
    /// whether it has any meeting now.
    pub fn leap(&self, has_any: bool) -> Option<String> {
        if self.of_all.is_some() && !has_any {
            return Some("has no meeting any more: is the clock right?".to_owned());
        }
        let (old, new) = (self.old.as_ref()?.0.year(), self.new?.year());
        (new > old + 1)
            .then(|| format!("reaches through {new}, and meetings reached through {old}: is the clock right?"))
    }
}
